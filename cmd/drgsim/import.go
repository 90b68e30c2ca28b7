package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/mapping"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/invent"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/region"
)

func (a *app) importCmd() *cobra.Command {
	var mapFile, out, compression, most, hospitals string
	cmd := &cobra.Command{
		Use:   "import --map MAPPING INPUT... -o OUT.arrow",
		Short: "Turn CSV files into a file of claims",
		Long: `Import reads CSV (also packed with gzip) through a mapping file and writes claims as Arrow IPC, rejects.arrow with the rows
that could not be read, and hospitals.csv, both beside the output. A hospitals.csv that stands there is never replaced unless --hospitals
names it; the rejects of an output that is not claims.arrow carry its name. Inputs may be patterns; Arrow and Parquet files that hold
claims already need no mapping. Every row is loaded or rejected; where more are rejected than --reject-limit allows, all is
written and reported, and the exit code is 3.

` + exitHelp,
		Example: "  drgsim import --map scenarios/mappings/synpuf.yaml 'data/DE1_0_*_Inpatient_*.csv.gz' -o out/claims.arrow",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			limit, err := rejectShare(most)
			if err != nil {
				return err
			}
			var m *mapping.Mapping
			if mapFile != "" {
				if m, err = mapping.Load(mapFile); err != nil {
					return err
				}
			}
			dir := filepath.Dir(out)
			if hospitals == "" {
				hospitals = filepath.Join(dir, region.HospitalsFile)
				if _, err := os.Lstat(hospitals); err == nil {
					return fmt.Errorf("%s is there already and may hold what the claims do not say; --hospitals names it to replace it, or another file to write", hospitals)
				}
			}
			rejects := filepath.Join(dir, rejectsName(out))
			bar := a.startProgress("import", "bytes")
			defer bar.end()
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("folder of results: %w", err)
			}
			rep, err := mapping.Import(cmd.Context(), mapping.ImportOptions{
				Mapping: m, Inputs: args, Out: out,
				Rejects:   rejects,
				Hospitals: hospitals,
				Write:     claims.WriteOptions{Compression: compression, Vouch: check.Vouch},
				Progress:  bar.tell,
			})
			if err != nil {
				return err
			}
			bar.end()
			if err := a.print(present.Import(rep, out, rejects)); err != nil {
				return err
			}
			return overLimit(rep.Read, rep.Rejected, limit)
		},
	}
	f := cmd.Flags()
	f.StringVar(&mapFile, "map", "", "mapping `file`")
	f.StringVarP(&out, "output", "o", "", "claims `file` to write (required)")
	f.StringVar(&hospitals, "hospitals", "", "`file` for the table of hospitals, which is replaced (default a new hospitals.csv beside the output)")
	f.StringVar(&compression, "compression", "lz4", "of the claims file: none, lz4 or zstd")
	f.StringVar(&most, "reject-limit", "1%", "`share` of rows that may be rejected before the exit code is 3")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic("BUG: " + err.Error())
	}
	return cmd
}

// rejectsName names the rejects of a claims file, so that two imports into one folder keep their own.
func rejectsName(out string) string {
	name := strings.TrimSuffix(filepath.Base(out), filepath.Ext(out))
	if name == "claims" {
		return "rejects.arrow"
	}
	return name + ".rejects.arrow"
}

func (a *app) checkCmd() *cobra.Command {
	var dir, rejects string
	var limit int
	var severities []string
	var most string
	cmd := &cobra.Command{
		Use:   "check INPUT...",
		Short: "Look for what is wrong with claims",
		Long: `Check reads files of claims, looks for what is wrong with them, and prints the findings with their counts in rows and
money. With --region it also knows hospitals, counties and schemes, and the groups of groups.csv where the folder has one. Rows that must be set aside can be written to a file of rejects.

` + exitHelp,
		Example: "  drgsim check testdata/demo/claims.arrow --region testdata/demo",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.check(cmd, args, dir, rejects, limit, severities, most)
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "region", "", "`folder` of the region's tables")
	f.StringVar(&rejects, "rejects", "", "write the rows that are set aside to this Arrow `file`")
	f.IntVar(&limit, "limit", 20, "findings to list one by one; -1 lists all")
	f.StringArrayVar(&severities, "severity", nil, "treat a finding otherwise: `code=warning` or code=reject (repeatable)")
	f.StringVar(&most, "reject-limit", "1%", "`share` of rows that may be set aside before the exit code is 3")
	return cmd
}

func (a *app) check(cmd *cobra.Command, inputs []string, dir, rejects string, limit int, severities []string, most string) error {
	share, err := rejectShare(most)
	if err != nil {
		return err
	}
	words := make(map[string]string)
	for _, s := range severities {
		code, word, ok := strings.Cut(s, "=")
		if !ok {
			return usageError(fmt.Errorf("--severity %s: must be written as code=warning or code=reject", s))
		}
		words[code] = word
	}
	severity, err := check.ParseSeverities(words)
	if err != nil {
		return usageError(err)
	}
	var reg *region.Region
	var codes []string
	if dir != "" {
		if reg, err = region.Load(dir); err != nil {
			return err
		}
		if codes, err = listedCodes(dir); err != nil {
			return err
		}
	}
	files, err := expandInputs(inputs)
	if err != nil {
		return err
	}
	bar := a.startProgress("read claims", "rows")
	defer bar.end()
	opts := check.Options{Limit: limit, GroupCodes: codes, Severity: severity, Workers: a.settings.GetInt("workers")}
	res, err := present.CheckFiles(cmd.Context(), files, reg, opts, rejects, bar.tell)
	if err != nil {
		return err
	}
	bar.end()
	if err := a.print(res.Document()); err != nil {
		return err
	}
	read, rejected, err := res.Counts()
	if err != nil {
		return err
	}
	return overLimit(read, rejected, share)
}

// rejectShare reads a share of rows that may be set aside.
func rejectShare(text string) (money.Ratio, error) {
	share, err := money.ParseRatio(text)
	if err == nil && (share < 0 || share > money.One) {
		err = errors.New("it is not from 0% to 100%")
	}
	if err != nil {
		return 0, usageError(fmt.Errorf("--reject-limit %s: %w", text, err))
	}
	return share, nil
}

// overLimit is the error of exit code 3, when more than a share of the rows was set aside.
func overLimit(read, rejected claims.Count, share money.Ratio) error {
	most, err := money.MulDiv(read.Rows, int64(share), int64(money.One), money.Floor)
	if err != nil || rejected.Rows <= most {
		return err
	}
	return &exitError{exitFindings, fmt.Errorf("%d of %d rows had to be set aside, more than --reject-limit %s", rejected.Rows, read.Rows, share.Percent())}
}

// listedCodes are the codes of the group table in a region's folder; nil where there is none.
func listedCodes(dir string) ([]string, error) {
	name := filepath.Join(dir, invent.GroupsFile)
	if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	table, err := policy.ParseYAML(name, []byte("{table: "+invent.GroupsFile+"}"))
	if err != nil {
		return nil, err
	}
	if table, err = policy.ExpandFiles(dir, table); err != nil {
		return nil, err
	}
	codes := []string{}
	for _, row := range table.Items {
		code := row.Get("code")
		if code == nil {
			return nil, fmt.Errorf("%s: column \"code\" is missing", row.Pos)
		}
		codes = append(codes, code.Text)
	}
	return codes, nil
}

// expandInputs resolves patterns; a pattern or name that matches no file is an error. A folder of shards stands for its files.
func expandInputs(patterns []string) ([]string, error) {
	var files []string
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil {
			return nil, usageError(fmt.Errorf("input %q is not a pattern of file names: %w", p, err))
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("input %q matches no file", p)
		}
		slices.Sort(found)
		for _, file := range found {
			info, err := os.Stat(file)
			if err != nil {
				return nil, fmt.Errorf("input: %w", err)
			}
			if !info.IsDir() {
				files = append(files, file)
				continue
			}
			if !shards.Is(file) {
				return nil, fmt.Errorf("input %q is a folder, but none of shards; name its files, such as '%s'", p, filepath.Join(file, "*.arrow"))
			}
			m, err := shards.Open(file)
			if err != nil {
				return nil, err
			}
			for i := range m.Shards {
				files = append(files, m.Path(i))
			}
		}
	}
	return files, nil
}
