package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/drg/grouptable"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/wholefile"
)

func (a *app) groupsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "groups",
		Short: "Read published group tables",
		Args:  exactArgs(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.groupsImportCmd())
	return cmd
}

func (a *app) groupsImportCmd() *cobra.Command {
	var columns, out string
	cmd := &cobra.Command{
		Use:   "import TABLE.csv --out DIR",
		Short: "Turn a city's published table into the tables of a pack",
		Long: `Import reads a table of DRG groups as a city publishes it (UTF-8 or GB18030): weights or points, rates, coefficients and payment
standards by level and scheme, same-price marks, outlier limits, caps of cases. Columns are found by their names; --columns
names a file for those that are not. It writes

  groups.csv        the group table, as drg.groups of a pack reads it
  standards.csv     the printed payment standards (drg.standards)
  coefficients.csv  coefficients by level (drg.coefficient.rows)
  rates.csv         rates by level and scheme (drg.rate)
  findings.csv      blanks, words instead of weights, short rows, repeated codes: of rows with one code the first counts
  fits.csv          how weight × rate × coefficient gives the printed standards

` + exitHelp,
		Example: "  drgsim groups import city2024.csv --out out/city2024",
		Args:    exactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var mapping []grouptable.Column
			if columns != "" {
				text, err := os.ReadFile(columns)
				if err != nil {
					return fmt.Errorf("reading columns: %w", err)
				}
				if mapping, err = grouptable.ReadMapping(columns, text); err != nil {
					return err
				}
			}
			t, err := readGroupTable(args[0], mapping)
			if err != nil {
				return err
			}
			if err := writeGroupTable(out, t); err != nil {
				return err
			}
			return a.print(present.GroupTable(t))
		},
	}
	f := cmd.Flags()
	f.StringVar(&columns, "columns", "", "`file` that says what columns mean")
	f.StringVar(&out, "out", "", "`folder` to write (required)")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic("BUG: " + err.Error())
	}
	return cmd
}

func readGroupTable(file string, mapping []grouptable.Column) (*grouptable.Table, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading group table: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written to it
	return grouptable.Read(file, f, mapping)
}

// writeGroupTable writes the tables into a folder, each whole.
func writeGroupTable(dir string, t *grouptable.Table) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("folder of results: %w", err)
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"groups.csv", t.WriteGroups},
		{"standards.csv", t.WriteStandards},
		{"coefficients.csv", t.WriteCoefficients},
		{"rates.csv", t.WriteRates},
		{"findings.csv", t.WriteFindings},
		{"fits.csv", t.WriteFits},
	} {
		if err := wholefile.Write(filepath.Join(dir, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}
