package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

// searchOptions are the flags of the verbs that vary parameters.
type searchOptions struct {
	studyOptions
	vary, in []string
	scenario string
}

func (o *searchOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.vary, "vary", nil, "`path` of a parameter to vary (repeatable)")
	f.StringArrayVar(&o.in, "in", nil, "range of its values, `A..B` (one for each --vary, in the same order)")
	f.StringVar(&o.scenario, "scenario", "baseline", "`name` of the scenario in which it is varied")
	f.StringArrayVar(&o.set, "set", nil, "change a parameter of the baseline's pack in every scenario: `path=value` (repeatable)")
	f.StringVar(&o.format, "format", "table", formatHelp())
	f.StringVar(&o.out, "out", "", "write the result to this `folder`")
}

// unknowns pairs the paths with their ranges.
func (o *searchOptions) unknowns() ([]*compare.Unknown, error) {
	if len(o.vary) == 0 || len(o.vary) != len(o.in) {
		return nil, usageError(fmt.Errorf("there are %d --vary and %d --in; each parameter needs its range", len(o.vary), len(o.in)))
	}
	var out []*compare.Unknown
	for i, path := range o.vary {
		u, err := compare.ParseUnknown(strings.TrimSpace(path), o.in[i])
		if err != nil {
			return nil, usageError(err)
		}
		out = append(out, u)
	}
	return out, nil
}

// search opens a study, works out its baseline, and prepares a search over one scenario. The function that it returns takes
// the progress of the search away.
func (a *app) search(ctx context.Context, study string, o *searchOptions) (*engine.Session, *compare.Search, func(), error) {
	unknowns, err := o.unknowns()
	if err != nil {
		return nil, nil, nil, err
	}
	ses, results, err := a.scenario(ctx, study, o)
	if err != nil {
		return nil, nil, nil, err
	}
	bar := &progress{app: a}
	var s *compare.Search
	s, err = compare.NewSearch(ses, results[0], &results[len(results)-1].Plan.Scenario, unknowns, engine.Options{
		Workers: a.settings.GetInt("workers"),
		Progress: func(done, total int) {
			bar.stage(fmt.Sprintf("search, pass %d", s.Passes), "shards")
			bar.tell(int64(done), int64(total))
		},
	})
	if err != nil {
		return nil, nil, nil, usageError(err)
	}
	return ses, s, bar.end, nil
}

// scenario opens a study and works out its baseline and the scenario that is asked for, the last of the results.
func (a *app) scenario(ctx context.Context, study string, o *searchOptions) (*engine.Session, []*engine.Result, error) {
	s, err := a.readStudy(study, o.set)
	if err != nil {
		return nil, nil, err
	}
	if err := s.Only(o.scenario); err != nil {
		return nil, nil, usageError(err)
	}
	ses, err := a.openStudy(ctx, s, o.out)
	if err != nil {
		return nil, nil, err
	}
	results, err := a.runPlans(ctx, ses, ses.Plans)
	return ses, results, err
}

func (a *app) solveCmd() *cobra.Command {
	var o searchOptions
	var until, minimize, maximize once
	var subject []string
	cmd := &cobra.Command{
		Use:   "solve STUDY --vary PATH --in A..B --until CONDITION",
		Short: "Find the value of a parameter that meets a condition",
		Long: `Solve varies a parameter of a scenario until a figure meets a condition, to the smallest unit that the parameter has: a
millionth for a ratio, a fen for an amount, one for a whole number. It shows the value, what is left of the difference, and
the figure one unit away on both sides; it warns when the figure does not only rise or fall, and fails with code 1 when no
value of the range meets the condition.

With several --vary and --minimize or --maximize it looks for the best values under the conditions of --subject.

Figures are called fund.balance, fund.employee.paid, pool.drg.resident.value, people.burden, hospital.ID.balance_rate and
so on; record.json, which run --out leaves, has them all. A word any or all stands for every hospital, tier, county or scheme.

` + exitHelp,
		Example: "  drgsim solve scenarios/demo.yaml --vary settle.budgets.total.opening.growth --in 0%..20% --until 'fund.balance = 0'\n" +
			"  drgsim solve scenarios/demo.yaml --vary settle.budgets.total.sharing.surplus.keep --in 50%..100% --vary settle.budgets.total.opening.growth --in 0%..10% --minimize fund.paid --subject 'hospital.all.balance >= -10%'",
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			formats, err := parseFormats(o.format, o.out)
			if err != nil {
				return err
			}
			ses, s, ended, err := a.search(cmd.Context(), args[0], &o)
			if err != nil {
				return err
			}
			defer ended()
			var doc *report.Document
			var none error
			if until.given {
				doc, none, err = solveOne(cmd.Context(), ses, s, until.text)
			} else {
				doc, none, err = solveBest(cmd.Context(), ses, s, minimize.text+maximize.text, maximize.given, subject)
			}
			ended()
			if err != nil {
				return err
			}
			if err := a.render(doc, formats, o.out); err != nil {
				return err
			}
			return none
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.Var(&until, "until", "`condition` to meet, such as 'fund.balance = 0'")
	f.Var(&minimize, "minimize", "`figure` to bring as low as can be")
	f.Var(&maximize, "maximize", "`figure` to bring as high as can be")
	f.StringArrayVar(&subject, "subject", nil, "`condition` that must hold at the best values, such as 'hospital.all.balance >= -5%' (repeatable)")
	cmd.MarkFlagsOneRequired("until", "minimize", "maximize")
	cmd.MarkFlagsMutuallyExclusive("until", "minimize", "maximize")
	cmd.MarkFlagsMutuallyExclusive("until", "subject")
	return cmd
}

// once is the value of a flag that is not to be given twice: the last would silently stand for all.
type once struct {
	text  string
	given bool
}

// String implements pflag.Value.
func (o *once) String() string { return o.text }

// Type implements pflag.Value.
func (o *once) Type() string { return "string" }

// Set implements pflag.Value.
func (o *once) Set(text string) error {
	if o.given {
		return fmt.Errorf("the flag is given twice, before as %q", o.text)
	}
	o.text, o.given = text, true
	return nil
}

// solveOne finds the value of one parameter; none tells that there is no such value.
func solveOne(ctx context.Context, ses *engine.Session, s *compare.Search, until string) (doc *report.Document, none, err error) {
	c, err := compare.ParseCondition(until, compare.Of(s.Base))
	if err != nil {
		return nil, nil, usageError(err)
	}
	sol, err := s.Solve(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	if !sol.Found {
		none = &compare.NoSolution{Solution: sol}
	}
	return present.Solve(ses, s.Scenario, sol), none, nil
}

// solveBest finds the best values of several parameters; none tells that none meet the conditions.
func solveBest(ctx context.Context, ses *engine.Session, s *compare.Search, figure string, most bool, subject []string) (doc *report.Document, none, err error) {
	g := &compare.Goal{Figure: figure, Maximize: most}
	known := compare.Of(s.Base)
	if _, err := known.Get(figure); err != nil {
		return nil, nil, usageError(err)
	}
	var faults []error
	for _, text := range subject {
		c, err := compare.ParseCondition(text, known)
		faults = append(faults, err)
		g.Subject = append(g.Subject, c)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, nil, usageError(err)
	}
	o, err := s.Optimise(ctx, g)
	if err != nil {
		return nil, nil, err
	}
	if !o.Feasible {
		none = &compare.NoOptimum{Optimum: o}
	}
	doc, err = present.Optimum(ses, s.Scenario, o)
	return doc, none, err
}
