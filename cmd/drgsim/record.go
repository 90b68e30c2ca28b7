package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/record"
)

// writeRecord leaves the record of a run beside its results.
func (a *app) writeRecord(ses *engine.Session, results []*engine.Result, o *studyOptions) error {
	bar := a.startProgress("hash the inputs", "bytes")
	defer bar.end()
	r, err := record.New(ses, results, o.set, build(), o.out, bar.tell)
	if err != nil {
		return err
	}
	bar.end()
	if err := r.AddOutputs(o.out, a.wrote); err != nil {
		return err
	}
	earlier, _, errEarlier := record.Read(o.out)
	path, err := r.Write(o.out)
	if err != nil {
		return err
	}
	a.say("wrote %s", path)
	if errEarlier != nil {
		return nil // there is none, or none that can be trusted
	}
	gone, err := r.Supersede(o.out, earlier)
	for _, path := range gone {
		a.say("removed %s, which an earlier run left", path)
	}
	return err
}

// rerun opens the study of a record and works it out again.
func (a *app) rerun(ctx context.Context, r *record.Record, dir string) (*engine.Session, []*engine.Result, error) {
	ses, err := a.open(ctx, r.StudyFile(dir), r.Set, "")
	if err != nil {
		return nil, nil, fmt.Errorf("working out the record's study again: %w", err)
	}
	results, err := a.runPlans(ctx, ses, ses.Plans)
	return ses, results, err
}

func (a *app) verifyCmd() *cobra.Command {
	var o studyOptions
	cmd := &cobra.Command{
		Use:   "verify RECORD",
		Short: "Work a recorded run out again and tell whether everything binds",
		Long: `Verify reads the record.json that run and compare leave in --out (the file, or its folder), holds the study and the inputs
against their hashes, works the run out again, and compares rules, results, reports and the build of the program. It ends with
code 5 and names each thing that does not bind. Files of the folder that the record does not list are named, too.

` + exitHelp,
		Example: "  drgsim compare scenarios/demo.yaml --format xlsx --out out\n  drgsim verify out",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			formats, err := parseFormats(o.format, o.out)
			if err != nil {
				return err
			}
			r, dir, err := record.Read(args[0])
			if err != nil {
				return err
			}
			bar := a.startProgress("hash the inputs", "bytes")
			defer bar.end()
			if err := unbound(r.Files(dir, bar.tell)); err != nil {
				return err
			}
			bar.end()
			ses, results, err := a.rerun(cmd.Context(), r, dir)
			if err != nil {
				return err
			}
			list, err := r.Verify(ses, results, build(), dir, bar.in("hash the inputs again", "bytes"))
			if err != nil {
				return err
			}
			bar.end()
			unknown, err := r.Unknown(dir)
			if err != nil {
				return err
			}
			if err := a.render(present.Verified(ses, list, unknown), formats, o.out); err != nil {
				return err
			}
			return unbound(list)
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "table", formatHelp())
	cmd.Flags().StringVar(&o.out, "out", "", "write the result to this `folder`")
	return cmd
}

// unbound is the error that names what does not bind; nil when all does.
func unbound(list []record.Binding) error {
	var text string
	for _, b := range list {
		if !b.Holds {
			text += fmt.Sprintf("the record does not bind: %s %s was %s, is %s\n", b.What, b.Name, b.Recorded, b.Now)
		}
	}
	if text == "" {
		return nil
	}
	return &exitError{exitDiffers, fmt.Errorf("%s", text[:len(text)-1])}
}

func (a *app) diffCmd() *cobra.Command {
	var o studyOptions
	var scenario string
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Tell why the numbers of two runs differ: data, rules, parameters or engine",
		Long: `Diff holds two runs of one scenario against each other: two records (record.json or its folder), two study files, or one of
each. It works out the mixtures between them and shares out each difference among the data, the rules (another pack), the
parameters (changes to a pack) and, for records, the program; with the hospitals and the claims that changed most.

` + exitHelp,
		Example: "  drgsim diff out/january out/february\n  drgsim diff scenarios/demo.yaml my-study.yaml --scenario baseline",
		Args:    exactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			formats, err := parseFormats(o.format, o.out)
			if err != nil {
				return err
			}
			var sides [2]*record.Side
			for i, arg := range args {
				if sides[i], err = a.side(cmd.Context(), arg, scenario); err != nil {
					return err
				}
			}
			bar := &progress{app: a}
			defer bar.end()
			d, err := record.Compare(cmd.Context(), sides[0], sides[1], record.Options{
				Options:  a.runOptions(bar.in("mix the two runs", "shards")),
				Replayed: bar.in("compare claims", "persons"),
			})
			if err != nil {
				return err
			}
			bar.end()
			return a.render(present.Diff(d), formats, o.out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "table", formatHelp())
	f.StringVar(&o.out, "out", "", "write the result to this `folder`")
	f.StringVar(&scenario, "scenario", "baseline", "`name` of the scenario in both runs")
	return cmd
}

// side opens one of the two runs: a record where there is one, else a study.
func (a *app) side(ctx context.Context, arg, scenario string) (*record.Side, error) {
	s := &record.Side{Name: arg, Bound: true}
	var results []*engine.Result
	r, dir, errRecord := record.Read(arg)
	var err error
	if errRecord == nil {
		s.Record = r
		bar := a.startProgress("hash the inputs", "bytes")
		files := r.Files(dir, bar.tell)
		bar.end()
		for _, b := range files {
			s.Bound = s.Bound && b.Holds
		}
		s.Session, results, err = a.rerun(ctx, r, dir)
	} else if isFolder(arg) {
		return nil, errRecord
	} else if s.Session, err = a.open(ctx, arg, nil, ""); err == nil {
		results, err = a.runPlans(ctx, s.Session, s.Session.Plans)
	}
	if err != nil {
		return nil, err
	}
	s.Result, err = pick(results, scenario)
	return s, err
}

// isFolder tells whether a path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
