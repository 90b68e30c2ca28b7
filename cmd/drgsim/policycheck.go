package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/packtest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/wholefile"
)

func (a *app) policyLintCmd() *cobra.Command {
	var today string
	cmd := &cobra.Command{
		Use:   "lint [PACK | PLACE | all]...",
		Short: "Find what is wrong with packs",
		Long: `Lint reads packs as a sceptic would: a value without citation or with an unknown one, gaps and overlaps of dates, bands that
do not rise or end alike, rows that can never apply, tables, sources and keys that nothing reads, shares that do not sum to
one, values past their review date, rules without a case, and everything that does not compile. Any fault is exit code 1.

Codes: ` + strings.Join(policy.FaultCodes, ", ") + `.

` + exitHelp,
		Example: "  drgsim policy lint\n  drgsim policy lint hangzhou/2020-12-09",
		RunE: func(_ *cobra.Command, args []string) error {
			day := claims.DateOf(time.Now().Date())
			if today != "" {
				var err error
				if day, err = claims.ParseDate(today); err != nil {
					return usageError(err)
				}
			}
			return a.lintPacks(args, day)
		},
	}
	cmd.Flags().StringVar(&today, "today", "", "the `day` against which review dates are held (default: today)")
	return cmd
}

func (a *app) lintPacks(args []string, day claims.Date) error {
	packs, err := a.packs(args)
	if err != nil {
		return err
	}
	count := 0
	for _, p := range packs {
		faults, err := packtest.Lint(a.policyFS(), p.Name, day)
		if err != nil {
			return err
		}
		for _, f := range faults {
			fmt.Fprintln(a.out, f)
		}
		count += len(faults)
	}
	if count > 0 {
		return fmt.Errorf("%d faults in %d packs", count, len(packs))
	}
	return a.confirm("%d packs, no faults", len(packs))
}

func (a *app) policyTestCmd() *cobra.Command {
	var update bool
	cmd := &cobra.Command{
		Use:   "test [FILE | FOLDER | PACK | PLACE | all]...",
		Short: "Run case files",
		Long: `Test runs cases through the engine and prints each difference with its line: what came out, what was expected, by how much
it is off. A case names its pack; see "drgsim help cases" for the language. A difference is exit code 1.

` + exitHelp,
		Example: "  drgsim policy test all\n  drgsim policy test hangzhou\n  drgsim policy test my.case --update",
		RunE: func(_ *cobra.Command, args []string) error {
			return a.testCases(args, update)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "write the numbers that came out into cases of origin snapshot")
	return cmd
}

// caseText is one case file that is asked for.
type caseText struct {
	name string
	text []byte
	disk bool // a file of the user's, which --update may rewrite
}

func (a *app) testCases(args []string, update bool) error {
	list, err := a.caseFiles(args)
	if err != nil {
		return err
	}
	failed := 0
	for _, f := range list {
		c, err := casetest.Parse(f.name, f.text)
		if err != nil {
			return err
		}
		res, _ := packtest.Run(a.policyFS(), c, casetest.Engine)
		if update && f.disk && c.Origin == casetest.Snapshot && res.Err == nil && !res.OK() {
			text, err := casetest.Rewrite(res)
			if err != nil {
				return err
			}
			write := func(w io.Writer) error { _, err := w.Write(text); return err }
			if err := wholefile.Write(f.name, write); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "rewritten %s\n", f.name)
			continue
		}
		if !res.OK() {
			failed++
			a.tellCase(f.name, res)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d cases failed", failed, len(list))
	}
	return a.confirm("%d cases passed", len(list))
}

// tellCase prints what is wrong with one case.
func (a *app) tellCase(name string, res *casetest.Result) {
	title := name
	if res.Case.Title != "" {
		title += ": " + res.Case.Title
	}
	fmt.Fprintf(a.out, "FAIL %s\n", title)
	if res.Err != nil {
		fmt.Fprintf(a.out, "  %s\n", strings.ReplaceAll(res.Err.Error(), "\n", "\n  "))
	}
	for _, d := range res.Diffs {
		fmt.Fprintf(a.out, "  %s\n", d)
	}
}

// caseFiles collects the cases that arguments name: files and folders on disk, or packs and places.
func (a *app) caseFiles(args []string) ([]caseText, error) {
	var out []caseText
	var named []string
	known, err := policy.Names(a.policyFS())
	if err != nil {
		return nil, err
	}
	known = append(append(known, places(known)...), "all")
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil || slices.Contains(known, arg) {
			named = append(named, arg)
			continue
		}
		files := []string{arg}
		if info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(arg, "*.case")); err != nil {
				return nil, fmt.Errorf("listing cases: %w", err)
			}
			if len(files) == 0 {
				return nil, fmt.Errorf("folder %s has no file that ends in .case", arg)
			}
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("reading case: %w", err)
			}
			out = append(out, caseText{file, text, true})
		}
	}
	if len(named) == 0 && len(args) > 0 {
		return out, nil
	}
	packs, err := a.packs(named)
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		for _, file := range p.CaseFiles {
			text, err := fs.ReadFile(a.policyFS(), file)
			if err != nil {
				return nil, fmt.Errorf("reading case: %w", err)
			}
			out = append(out, caseText{file, text, false})
		}
	}
	return out, nil
}
