package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/mapping"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/region"
)

func (a *app) importCmd() *cobra.Command {
	var mapFile, out, compression string
	cmd := &cobra.Command{
		Use:   "import --map MAPPING INPUT... -o OUT.arrow",
		Short: "Turn CSV files into a file of claims",
		Long: `Import reads CSV (also packed with gzip) through a mapping file and writes claims as Arrow IPC, rejects.arrow with the rows
that could not be read, and hospitals.csv, both beside the output. Inputs may be patterns; Arrow and Parquet files that hold
claims already need no mapping. Every row is loaded or rejected.

` + exitHelp,
		Example: "  drgsim import --map scenarios/mappings/synpuf.yaml 'data/DE1_0_*_Inpatient_*.csv.gz' -o out/claims.arrow",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			var m *mapping.Mapping
			if mapFile != "" {
				var err error
				if m, err = mapping.Load(mapFile); err != nil {
					return err
				}
			}
			bar := a.startProgress("import", "bytes")
			defer bar.end()
			dir := filepath.Dir(out)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("folder of results: %w", err)
			}
			rep, err := mapping.Import(cmd.Context(), mapping.ImportOptions{
				Mapping: m, Inputs: args, Out: out,
				Rejects:   filepath.Join(dir, "rejects.arrow"),
				Hospitals: filepath.Join(dir, region.HospitalsFile),
				Write:     claims.WriteOptions{Compression: compression},
				Progress:  bar.tell,
			})
			if err != nil {
				return err
			}
			bar.end()
			return a.print(present.Import(rep, out))
		},
	}
	f := cmd.Flags()
	f.StringVar(&mapFile, "map", "", "mapping `file`")
	f.StringVarP(&out, "output", "o", "", "claims `file` to write (required)")
	f.StringVar(&compression, "compression", "lz4", "of the claims file: none, lz4 or zstd")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic("BUG: " + err.Error())
	}
	return cmd
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
money. With --region it also knows hospitals. Rows that must be set aside can be written to a file of rejects.

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
	if dir != "" {
		if reg, err = region.Load(dir); err != nil {
			return err
		}
	}
	files, err := expandInputs(inputs)
	if err != nil {
		return err
	}
	res, err := present.CheckFiles(cmd.Context(), files, reg, check.Options{Limit: limit, Severity: severity, Workers: a.settings.GetInt("workers")}, rejects)
	if err != nil {
		return err
	}
	if err := a.print(res.Document()); err != nil {
		return err
	}
	return res.Over(most, func(err error) error { return &exitError{exitFindings, err} })
}

// expandInputs resolves patterns; a pattern or name that matches no file is an error.
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
		files = append(files, found...)
	}
	return files, nil
}
