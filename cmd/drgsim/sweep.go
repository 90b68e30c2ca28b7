package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

// mostSquare bounds the values of each of two parameters.
const mostSquare = 100

// shownCliffs is how many cliffs of each kind are listed without --full.
const shownCliffs = 15

func (a *app) sweepCmd() *cobra.Command {
	var o searchOptions
	var steps int
	var figures []string
	var cliffs bool
	var hospital string
	cmd := &cobra.Command{
		Use:   "sweep STUDY --vary PATH --in A..B [--steps N] | --cliffs",
		Short: "Work out a range of values of one or two parameters, or look for cliffs",
		Long: `Sweep works out a scenario at evenly spaced values of a parameter, or of two, and shows the figures asked for as a table
with a line chart, or a heat map.

--cliffs looks instead for places where one more fen of cost or one more day flips what a hospital is paid for a stay, in
every group that it treated, and where one more fen of cost makes a person pay much more or less.

` + exitHelp,
		Example: "  drgsim sweep scenarios/demo.yaml --vary settle.budgets.total.opening.growth --in 0%..10% --steps 11 --figure fund.balance\n" +
			"  drgsim sweep scenarios/demo.yaml --cliffs --hospital H00001",
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			formats, err := parseFormats(o.format, o.out)
			if err != nil {
				return err
			}
			var doc *report.Document
			if cliffs {
				doc, err = a.cliffs(cmd.Context(), args[0], &o, hospital)
			} else {
				doc, err = a.sweep(cmd.Context(), args[0], &o, steps, figures)
			}
			if err != nil {
				return err
			}
			return a.render(doc, formats, o.out)
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&steps, "steps", 11, "`number` of values of each parameter, 2 to 1000")
	f.StringSliceVar(&figures, "figure", []string{"fund.balance", "fund.paid", "people.paid"}, "`figures` to show")
	f.BoolVar(&cliffs, "cliffs", false, "look for cliffs instead")
	f.StringVar(&hospital, "hospital", "", "`id` of the hospital whose stays are probed for cliffs (default: the largest)")
	f.BoolVar(&o.full, "full", false, "list every cliff")
	cmd.MarkFlagsMutuallyExclusive("cliffs", "vary")
	cmd.MarkFlagsOneRequired("cliffs", "vary")
	return cmd
}

func (a *app) sweep(ctx context.Context, study string, o *searchOptions, steps int, figures []string) (*report.Document, error) {
	if steps < 2 || steps > 1000 {
		return nil, usageError(fmt.Errorf("--steps %d: must be 2 to 1000", steps))
	}
	if len(o.vary) == 2 && steps > mostSquare {
		return nil, usageError(fmt.Errorf("--steps %d: two parameters may have at most %d values each", steps, mostSquare))
	}
	if len(o.vary) > 2 {
		return nil, usageError(fmt.Errorf("a sweep varies one or two parameters, not %d", len(o.vary)))
	}
	ses, s, ended, err := a.search(ctx, study, o)
	if err != nil {
		return nil, err
	}
	defer ended()
	known := compare.Of(s.Base)
	for _, id := range figures {
		if _, err := known.Get(id); err != nil {
			return nil, usageError(err)
		}
	}
	var values [][]int64
	for _, x := range s.Unknowns[0].Steps(steps) {
		values = append(values, []int64{x})
	}
	if len(s.Unknowns) == 2 {
		row := values
		values = nil
		for _, y := range s.Unknowns[1].Steps(steps) {
			for _, x := range row {
				values = append(values, []int64{x[0], y})
			}
		}
	}
	points, err := s.At(ctx, values...)
	if err != nil {
		return nil, err
	}
	return present.Sweep(ses, s.Scenario, s.Unknowns, points, figures)
}

func (a *app) cliffs(ctx context.Context, study string, o *searchOptions, hospital string) (*report.Document, error) {
	ses, results, err := a.scenario(ctx, study, o)
	if err != nil {
		return nil, err
	}
	r := results[len(results)-1]
	at, err := cliffHospital(ses, r, hospital)
	if err != nil {
		return nil, err
	}
	bar := a.startProgress("look for cliffs", "")
	defer bar.end()
	stays, err := compare.StayCliffs(r, at)
	if err != nil {
		return nil, err
	}
	persons, err := compare.PersonCliffs(r)
	if err != nil {
		return nil, err
	}
	most := shownCliffs
	if o.complete() {
		most = max(len(stays), len(persons))
	}
	return present.Cliffs(ses, r, at, stays, persons, most), nil
}

// cliffHospital finds a hospital by id, or the one with the most points.
func cliffHospital(ses *engine.Session, r *engine.Result, id string) (int, error) {
	if id == "" {
		points := make([]int64, len(ses.Region.Hospitals))
		for i := range r.Outcome.Hospitals {
			points[r.Outcome.Hospitals[i].At] += int64(r.Outcome.Hospitals[i].Points)
		}
		best := slices.MaxFunc(points, cmp.Compare[int64])
		return slices.Index(points, best), nil
	}
	if at, ok := ses.Region.Hospital(id); ok {
		return int(at), nil
	}
	var ids []string
	for i := range ses.Region.Hospitals {
		ids = append(ids, ses.Region.Hospitals[i].ID)
	}
	return 0, usageError(fmt.Errorf("hospital %q is not in hospitals.csv%s", id, nearest.Hint(id, ids)))
}
