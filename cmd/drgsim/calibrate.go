package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg/calibrate"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// calibrateOptions are the flags of calibrate.
type calibrateOptions struct {
	out, regionDir  string
	years           string
	reading         string
	trims           []string
	pooled          bool
	scale, minCases int64
	maxCV           string
	ungrouped       []string
}

func (a *app) calibrateCmd() *cobra.Command {
	var o calibrateOptions
	cmd := &cobra.Command{
		Use:   "calibrate INPUT... --years 2023:2,2024:3,2025:5 --out DIR",
		Short: "Make a group table from the claims of past years",
		Long: `Calibrate makes a group table from history: it trims each group's costs, weighs the years, takes means, tells stable from
non-stable groups and works out base points. A group whose coefficient of variation is still above --max-cv is trimmed again, by
5% of its stays at each end, and keeps that where it is then stable; with --trim none nothing is trimmed at all. It writes

  groups.csv        the group table, as drg.groups of a pack reads it
  reference.csv     the mean cost of all stays (drg.reference_mean)
  factors.csv       each hospital's factors for a difference coefficient
  coefficients.csv  coefficients by group and hospital, and by group and tier
  trimmed.csv       what was trimmed
  totals.csv        what the fund booked by scheme and year, from which a budget opens; not written where no claim has a
                    booked_fund. Where only some have none, these count with their whole cost, and the report says so

` + exitHelp,
		Example: "  drgsim calibrate testdata/demo/history.arrow --years 2023:2,2024:3,2025:5 --region testdata/demo --out out/table",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.calibrate(cmd, args, &o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "`folder` to write (required)")
	f.StringVar(&o.years, "years", "", "base years with their weights: `year:weight,...` (required)")
	f.StringVar(&o.regionDir, "region", "", "`folder` of hospitals.csv, for the tiers of grade factors")
	f.StringVar(&o.reading, "reading", "mean_of_means", "what weighted years mean: mean_of_means or weighted_totals")
	f.StringArrayVar(&o.trims, "trim", []string{"iqr 1.5"}, "a `trim` of each group's costs: none, 'iqr 1.5', 'multiples 0.4 3', 'percentile 0.05 0.95', 'middle 0.05 0.05' (repeatable, in order)")
	f.BoolVar(&o.pooled, "pooled", false, "trim the years of a group together")
	f.Int64Var(&o.scale, "scale", 100, "points of a stay of average cost")
	f.Int64Var(&o.minCases, "min-cases", 5, "a stable group has more stays than this")
	f.StringVar(&o.maxCV, "max-cv", "1", "a stable group's coefficient of variation is at most this")
	f.StringSliceVar(&o.ungrouped, "ungrouped", []string{"0000"}, "`codes` that mean no group")
	for _, name := range []string{"out", "years"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic("BUG: " + err.Error())
		}
	}
	return cmd
}

// options turns the flags into those of the calibration.
func (o *calibrateOptions) options() (calibrate.Options, error) {
	opts := calibrate.Defaults(0)
	opts.Years, opts.Trims, opts.Pooled, opts.Scale, opts.MinCases = nil, nil, o.pooled, o.scale, o.minCases
	for word := range strings.SplitSeq(o.years, ",") {
		year, weight, ok := strings.Cut(word, ":")
		if !ok {
			weight = "1"
		}
		y, err1 := strconv.Atoi(year)
		w, err2 := strconv.ParseInt(weight, 10, 64)
		if err1 != nil || err2 != nil {
			return opts, fmt.Errorf("--years %s: must be written as year:weight,year:weight", o.years)
		}
		opts.Years = append(opts.Years, calibrate.YearWeight{Year: y, Weight: w})
	}
	reading := slices.Index(calibrate.ReadingNames, o.reading)
	if reading < 0 {
		return opts, fmt.Errorf("--reading %q is none of %s%s", o.reading, strings.Join(calibrate.ReadingNames, ", "), nearest.Hint(o.reading, calibrate.ReadingNames))
	}
	opts.Reading = calibrate.Reading(reading)
	for _, text := range o.trims {
		t, err := calibrate.ParseTrim(text)
		if err != nil {
			return opts, err
		}
		opts.Trims = append(opts.Trims, t)
	}
	if !slices.ContainsFunc(opts.Trims, func(t calibrate.Trim) bool { return t.Method != calibrate.NoTrim }) {
		opts.Retest = calibrate.Trim{} // what was not trimmed is not trimmed again
	}
	var err error
	opts.MaxCV, err = money.ParseRatio(o.maxCV)
	return opts, err
}

func (a *app) calibrate(cmd *cobra.Command, inputs []string, o *calibrateOptions) error {
	opts, err := o.options()
	if err != nil {
		return usageError(err)
	}
	grade := func(string) string { return "" }
	var reg *region.Region
	if o.regionDir != "" {
		if reg, err = region.Load(o.regionDir); err != nil {
			return err
		}
		grade = func(id string) string {
			if at, ok := reg.Hospital(id); ok {
				return reg.Hospitals[at].Tier.Broad().String()
			}
			return ""
		}
	}
	files, err := expandInputs(inputs)
	if err != nil {
		return err
	}
	table, err := a.readClaims(cmd, files)
	if err != nil {
		return err
	}
	bar := a.startProgress("calibrate", "steps")
	defer bar.end()
	step := bar.steps(calibrationSteps)
	checked, err := check.Table(table, reg, check.Options{Workers: a.settings.GetInt("workers"), Place: table.Origin})
	if err != nil {
		return err
	}
	step()
	history := calibrate.FromTable(table, checked.Keep, checked.TakenBack, o.ungrouped, grade)
	step()
	c, err := calibrate.Calibrate(history, opts)
	if err != nil {
		return err
	}
	step()
	booked, err := calibrate.Totals(table, checked.Keep)
	if err != nil {
		return err
	}
	if err := writeCalibration(cmd.Context(), o.out, c, booked, step); err != nil {
		return err
	}
	bar.end()
	return a.print(present.Calibration(c, booked))
}

// readClaims reads files of claims into one table; rows that cannot be read are an error here, as history is to be clean.
func (a *app) readClaims(cmd *cobra.Command, files []string) (*claims.Table, error) {
	bar := a.startProgress("read claims", "rows")
	defer bar.end()
	var tables []*claims.Table
	for _, file := range files {
		t, _, err := claims.ReadFile(cmd.Context(), file, claims.ReadOptions{Workers: a.settings.GetInt("workers"), Progress: bar.tell})
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return claims.Concat(tables)
}

// calibrationSteps is how many steps a calibration tells of: the check, the history, the table, its factors, six files.
const calibrationSteps = 10

// writeCalibration writes the tables of a calibration into a folder, each whole, and tells of each step.
func writeCalibration(ctx context.Context, dir string, c *calibrate.Calibration, booked *calibrate.Booked, step func()) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("folder of results: %w", err)
	}
	bounds := calibrate.FactorOptions{MinStays: 30, Low: money.One / 2, High: money.One * 2, Decimals: 4}
	factors, err := c.Factors(bounds)
	if err != nil {
		return err
	}
	step()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("calibration: %w", err)
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"groups.csv", func(w io.Writer) error { return calibrate.WriteGroups(w, c.Groups, nil) }},
		{"reference.csv", func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "reference_mean,scale,stays\n%s,%d,%d\n", c.Mean, c.Options.Scale, c.Stays)
			return err
		}},
		{"factors.csv", func(w io.Writer) error { return calibrate.WriteFactors(w, factors) }},
		{"coefficients.csv", func(w io.Writer) error {
			return calibrate.WriteCoefficients(w, c.GroupCoefficients(bounds))
		}},
		{"trimmed.csv", c.WriteTrimmed},
	} {
		if err := wholefile.Write(filepath.Join(dir, file.name), file.write); err != nil {
			return err
		}
		step()
	}
	defer step()
	if booked.Totals == nil {
		return nil
	}
	return region.WriteTotals(filepath.Join(dir, region.TotalsFile), booked.Totals)
}
