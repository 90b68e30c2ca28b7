package main

import (
	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/invent"
)

func (a *app) genCmd() *cobra.Command {
	var out, preset string
	var set invent.Config
	cmd := &cobra.Command{
		Use:   "gen --out DIR",
		Short: "Invent a region: hospitals, enrolment, claims and group table",
		Long: `Gen invents a pooling region and writes its tables and claims to a folder. The same seed gives the same bytes on any
number of workers. Drawing takes the same memory for any number of claims; a file of up to 16 million claims is then read back
whole and checked, so that most of it need not be checked again when it is used.

` + exitHelp,
		Example: "  drgsim gen --out out/region --seed 7 --visits 20000\n  drgsim gen --out out/big --preset scale --persons 3000000",
		Args:    exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := invent.Preset(preset)
			if err != nil {
				return usageError(err)
			}
			overlay(cmd, &c, &set)
			c.Workers = a.settings.GetInt("workers")
			bar := a.startProgress("invent claims", "rows")
			defer bar.end()
			w, err := invent.Write(cmd.Context(), out, c, bar.tell)
			if err != nil {
				return err
			}
			bar.end()
			return a.confirm("%d persons, %d hospitals, %d groups, %d claims, %d claims of earlier years, %d spoilt on purpose",
				w.Persons, w.Hospitals, w.Groups, w.Claims, w.History, w.Spoilt)
		},
	}
	f := cmd.Flags()
	f.StringVar(&out, "out", "", "`folder` to write (required)")
	f.StringVar(&preset, "preset", "default", "what to begin with: default (a prefecture) or scale (ten million inpatient claims)")
	f.Uint64Var(&set.Seed, "seed", 1, "seed of all random numbers")
	f.IntVar(&set.Year, "year", 2026, "year of settlement")
	f.IntVar(&set.History, "history", 0, "earlier years to write to history.arrow, 0 to 5")
	f.Int64Var(&set.Visits, "visits", 20_000, "claims wanted in the year")
	f.Int64Var(&set.Persons, "persons", 0, "enrolled persons; 0: as many as the visits ask for")
	f.IntVar(&set.Counties, "counties", 4, "counties outside the urban district")
	f.IntVar(&set.Groups, "groups", 200, "groups of the group table")
	f.Float64Var(&set.DirtyShare, "dirty", 0, "share of claims spoilt on purpose, 0 to 0.5; dirty.csv lists them")
	f.Float64Var(&set.ReversedShare, "reversed", 0.008, "share of claims taken back by a reversal, 0 to 0.2")
	f.StringVar(&set.Compression, "compression", "zstd", "of the Arrow files: none, lz4 or zstd")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic("BUG: " + err.Error())
	}
	return cmd
}

// overlay puts the flags that were given over a preset.
func overlay(cmd *cobra.Command, c, set *invent.Config) {
	given := cmd.Flags().Changed
	if given("seed") {
		c.Seed = set.Seed
	}
	if given("year") {
		c.Year = set.Year
	}
	if given("history") {
		c.History = set.History
	}
	if given("visits") {
		c.Visits, c.Persons = set.Visits, 0
	}
	if given("persons") {
		c.Persons = set.Persons
	}
	if given("counties") {
		c.Counties = set.Counties
	}
	if given("groups") {
		c.Groups = set.Groups
	}
	if given("dirty") {
		c.DirtyShare = set.DirtyShare
	}
	if given("reversed") {
		c.ReversedShare = set.ReversedShare
	}
	if given("compression") {
		c.Compression = set.Compression
	}
}
