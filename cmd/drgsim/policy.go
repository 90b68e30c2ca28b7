package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/packtest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

func (a *app) policyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "List, show, compare, lint and test policy packs",
		Long: `Policy looks at the law as data: packs by place and date, each value with the document that it comes from.

` + exitHelp,
	}
	cmd.AddCommand(a.policyListCmd(), a.policyShowCmd(), a.policyDiffCmd(), a.policyLintCmd(), a.policyTestCmd())
	return cmd
}

// casesTopic is the language of case files, as a topic of help.
func casesTopic() *cobra.Command {
	return &cobra.Command{Use: "cases", Short: "The language of case files", Long: casetest.Help + "\n" + packtest.Help}
}

func (a *app) policyListCmd() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use:     "list [PLACE]",
		Short:   "List the packs with their dates",
		Long:    "List shows every pack, or those of one place, by place and date.\n\n" + exitHelp,
		Example: "  drgsim policy list\n  drgsim policy list zhejiang --lang zh",
		Args:    usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			packs, err := a.packs(args)
			if err != nil {
				return err
			}
			return a.show(present.PolicyList(packs), format, out)
		},
	}
	formatFlags(cmd, &format, &out)
	return cmd
}

func formatFlags(cmd *cobra.Command, format, out *string) {
	cmd.Flags().StringVar(format, "format", "table", formatHelp())
	cmd.Flags().StringVar(out, "out", "", "write the result to this `folder`")
}

// show renders a document as the flags say.
func (a *app) show(doc *report.Document, format, out string) error {
	formats, err := parseFormats(format, out)
	if err != nil {
		return err
	}
	return a.render(doc, formats, out)
}

func (a *app) policyShowCmd() *cobra.Command {
	var format, out, on string
	cmd := &cobra.Command{
		Use:   "show PACK [PATH]",
		Short: "Show values of a pack with their law",
		Long: `Show prints the values under a path of a pack on a day, each with the document, number and article or key phrase that it
comes from, and whether somebody has compared it with that document. PACK is a pack, or a place: then the pack of the
place that is in force on the day serves.

` + exitHelp,
		Example: "  drgsim policy show hangzhou benefit.deductible --on 2024-05-01\n  drgsim policy show zhejiang/2025-01-01 drg.classes.low",
		Args:    usageArgs(cobra.RangeArgs(1, 2)),
		RunE: func(_ *cobra.Command, args []string) error {
			p, day, err := a.packOn(args[0], on)
			if err != nil {
				return err
			}
			path := ""
			if len(args) > 1 {
				path = args[1]
			}
			doc, err := present.PolicyShow(p, path, day)
			if err != nil {
				return fmt.Errorf("pack %s: %w", p.Name, err)
			}
			return a.show(doc, format, out)
		},
	}
	formatFlags(cmd, &format, &out)
	cmd.Flags().StringVar(&on, "on", "", "the `day` (default: today, or the pack's first day where that is later)")
	return cmd
}

func (a *app) policyDiffCmd() *cobra.Command {
	var format, out, on, to string
	cmd := &cobra.Command{
		Use:   "diff PACK [PACK]",
		Short: "Compare two packs, or one pack on two days",
		Long: `Diff lists what differs between two packs, or between two days of one pack: where the value stands, in words, old value,
new value, and the law of each. Notes and titles are no differences.

` + exitHelp,
		Example: "  drgsim policy diff zhejiang/2020-01-01 zhejiang/2025-01-01\n  drgsim policy diff national --on 2024-12-31 --to 2025-12-31",
		Args:    usageArgs(cobra.RangeArgs(1, 2)),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && (on == "" || to == "") {
				return usageError(errors.New("diff: one pack is compared on two days; name them by --on and --to"))
			}
			if to == "" {
				to = on
			}
			old, onOld, err := a.packOn(args[0], on)
			if err != nil {
				return err
			}
			now, onNew, err := a.packOn(args[len(args)-1], to)
			if err != nil {
				return err
			}
			doc, err := present.PolicyDiff(old, onOld, now, onNew)
			if err != nil {
				return err
			}
			return a.show(doc, format, out)
		},
	}
	formatFlags(cmd, &format, &out)
	cmd.Flags().StringVar(&on, "on", "", "the `day` on which the packs are compared, or the first of two days (default as in show)")
	cmd.Flags().StringVar(&to, "to", "", "the `day` of the second pack (default: that of --on)")
	return cmd
}

// packs opens the packs that arguments name: packs, places, or all; nothing means all.
func (a *app) packs(args []string) ([]*policy.Pack, error) {
	names, err := policy.Names(a.policyFS())
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		args = []string{"all"}
	}
	var out []*policy.Pack
	for _, arg := range args {
		found := false
		for _, name := range names {
			place, _, _ := strings.Cut(name, "/")
			if arg != "all" && arg != name && arg != place {
				continue
			}
			found = true
			if slices.ContainsFunc(out, func(p *policy.Pack) bool { return p.Name == name }) {
				continue
			}
			p, err := policy.Open(a.policyFS(), name)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
		if !found {
			return nil, fmt.Errorf("there is no policy pack or place %q%s", arg, nearest.Hint(arg, append(places(names), names...)))
		}
	}
	return out, nil
}

func places(names []string) []string {
	var out []string
	for _, name := range names {
		place, _, _ := strings.Cut(name, "/")
		if !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	return out
}

// packOn opens a pack by name, or the pack of a place that is in force on a day, and returns the day to look at.
func (a *app) packOn(name, on string) (*policy.Pack, claims.Date, error) {
	day := claims.DateOf(time.Now().Date())
	if on != "" {
		var err error
		if day, err = claims.ParseDate(on); err != nil {
			return nil, 0, usageError(err)
		}
	}
	list, err := a.packs([]string{name})
	if err != nil {
		return nil, 0, err
	}
	p := list[0]
	for _, q := range list {
		if q.Effective <= day {
			p = q
		}
	}
	if on == "" {
		day = max(day, p.Effective)
		if p.Until != claims.NoDate {
			day = min(day, p.Until)
		}
	}
	if day < p.Effective {
		return nil, 0, fmt.Errorf("pack %s is not in force on %s; it begins on %s", p.Name, day, p.Effective)
	}
	return p, day, nil
}
