package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/record"
	"github.com/drgsim/drgsim/engine/report"
)

// studyOptions are the flags of the verbs that work out a study.
type studyOptions struct {
	set    []string
	format string
	out    string
	full   bool
	failIf []string
	failed error // a gate that failed, told after the report is written
	resume string
	rerun  bool   // what is asked for runs the claims again, or looks at single ones
	shown  string // the only scenario that is shown; "" for all
	drill  bool   // the complete report leads down to the groups of each hospital
}

func (o *studyOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.set, "set", nil, "change a parameter of the baseline's pack in every scenario: `path=value` (repeatable)")
	f.StringVar(&o.format, "format", "table", formatHelp())
	f.StringVar(&o.out, "out", "", "write the full report, and rejects.arrow where rows were set aside, to this `folder`")
	f.BoolVar(&o.full, "full", false, "list every hospital and group")
	f.StringVar(&o.resume, "resume", "", "keep what is finished of a folder of shards in this `folder`, and go on from it after an interruption")
}

func (a *app) compareCmd() *cobra.Command {
	var o studyOptions
	var why attributeOptions
	var chance chanceOptions
	cmd := &cobra.Command{
		Use:   "compare STUDY",
		Short: "Work out a study's baseline and alternatives and show the differences",
		Long: `Compare loads the study's claims once, works out every scenario over them, and shows what the fund, the schemes,
the hospitals and the people gain or lose against the baseline.

--attribute shares out each difference among the changes of an alternative, free of any order and exact to the fen.
--bootstrap draws persons or hospitals again and again and shows how far each headline would move by chance; --draws does
the same with the parameters whose distributions the study's assumptions give.
--fail-if and the study's gates: end the program with code 4 after the report is written when a condition is true of an
alternative: FIGURE OPERATOR VALUE, where a word any or all in the figure stands for every hospital, tier or scheme, a
percentage asks for the figure's rate, and .change or .change_rate for its difference from the baseline.

` + exitHelp,
		Example: "  drgsim compare scenarios/demo.yaml\n  drgsim compare scenarios/demo.yaml --lang zh --format xlsx,html --out out\n" +
			"  drgsim compare scenarios/demo.yaml --attribute=all --fail-if 'hospital.any.balance < -5%'",
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.rerun = why.which != "" || chance.bootstrap != 0 || chance.draws != 0
			return a.study(cmd.Context(), args[0], &o, func(ses *engine.Session, results []*engine.Result) (*report.Document, error) {
				c := compare.New(results)
				doc, err := present.Compare(ses, c, o.complete())
				if err != nil {
					return nil, err
				}
				if err := a.attribute(cmd.Context(), &why, ses, c, doc); err != nil {
					return nil, err
				}
				if err := a.uncertain(cmd.Context(), &chance, why.seed, ses, c, doc); err != nil {
					return nil, err
				}
				return doc, o.gates(ses, c, doc)
			})
		},
	}
	o.flags(cmd)
	o.gateFlags(cmd)
	why.flags(cmd)
	chance.flags(cmd)
	return cmd
}

func (a *app) runCmd() *cobra.Command {
	o := studyOptions{drill: true}
	cmd := &cobra.Command{
		Use:   "run STUDY",
		Short: "Work out one scenario of a study",
		Long: `Run works out the baseline of a study, or the scenario named by --scenario, and shows the settlement: funds, point
values, hospitals, alliances, people.

` + exitHelp,
		Example: "  drgsim run scenarios/demo.yaml --set settle.budgets.total.sharing.surplus.keep=90%",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.study(cmd.Context(), args[0], &o, func(ses *engine.Session, results []*engine.Result) (*report.Document, error) {
				r, err := pick(results, o.shown)
				if err != nil {
					return nil, err
				}
				doc, err := present.Run(ses, r, o.complete())
				if err != nil {
					return nil, err
				}
				return doc, o.gates(ses, compare.New([]*engine.Result{results[0], r}), doc)
			})
		},
	}
	o.flags(cmd)
	o.gateFlags(cmd)
	cmd.Flags().StringVar(&o.shown, "scenario", "baseline", "`name` of the scenario")
	return cmd
}

// complete tells whether every hospital and group is to be in the report.
func (o *studyOptions) complete() bool { return o.full || o.out != "" }

// pick returns the result of a scenario by name.
func pick(results []*engine.Result, name string) (*engine.Result, error) {
	var names []string
	for _, r := range results {
		if r.Plan.Scenario.Name == name {
			return r, nil
		}
		names = append(names, r.Plan.Scenario.Name)
	}
	return nil, usageError(fmt.Errorf("scenario %q is none of %s%s", name, strings.Join(names, ", "), nearest.Hint(name, names)))
}

// study opens a study, runs its scenarios and renders the document that show makes of the results.
func (a *app) study(ctx context.Context, name string, o *studyOptions, show func(*engine.Session, []*engine.Result) (*report.Document, error)) error {
	formats, err := parseFormats(o.format, o.out)
	if err != nil {
		return err
	}
	s, err := a.readStudy(name, o.set)
	if err != nil {
		return err
	}
	// What is kept of a run is to serve all scenarios: a record binds them, and a run that is resumed may be asked for another.
	if o.shown != "" && o.out == "" && o.resume == "" {
		if err := s.Only(o.shown); err != nil {
			return usageError(err)
		}
	}
	ses, err := a.openFor(ctx, s, o.out, !o.rerun)
	if err != nil {
		return err
	}
	if o.resume != "" && !ses.Sharded() {
		return usageError(fmt.Errorf("--resume needs claims that are a folder of shards, which drgsim shard makes"))
	}
	a.resume = o.resume
	results, err := a.runPlansWith(ctx, ses, ses.Plans, engine.Options{Resume: o.resume, GroupFund: o.drill && o.complete()})
	if err != nil {
		return err
	}
	if p := results[0].Partial; p.Settled.Rows == 0 {
		return fmt.Errorf("%s: no claim was settled in %d; %d rows are of other years", ses.Study.File, ses.Study.Year, p.Outside.Rows)
	}
	doc, err := show(ses, results)
	if err != nil {
		return err
	}
	if err := a.render(doc, formats, o.out); err != nil {
		return err
	}
	if o.out != "" {
		if err := a.writeRecord(ses, results, o); err != nil {
			return err
		}
	}
	return o.failed
}

// open opens a study with its claims. Rows that are set aside go to rejects.arrow in the folder out, where one is given.
func (a *app) open(ctx context.Context, name string, set []string, out string) (*engine.Session, error) {
	s, err := a.readStudy(name, set)
	if err != nil {
		return nil, err
	}
	return a.openStudy(ctx, s, out)
}

// readStudy reads a study and changes what --set says of it.
func (a *app) readStudy(name string, set []string) (*engine.Study, error) {
	file, err := a.findStudy(name)
	if err != nil {
		return nil, err
	}
	s, err := engine.OpenStudy(file)
	if err != nil {
		return nil, err
	}
	if _, err := compare.ReadDraws(s.Assumptions); err != nil {
		return nil, err // also where nothing is drawn: what is written wrongly is never passed over
	}
	for _, assignment := range set {
		if err := s.Set(assignment); err != nil {
			return nil, usageError(err)
		}
	}
	return s, nil
}

// openStudy is open for a study that has been read.
func (a *app) openStudy(ctx context.Context, s *engine.Study, out string) (*engine.Session, error) {
	return a.openFor(ctx, s, out, false)
}

// openFor is openStudy for one run of the claims only, or for any use of them.
func (a *app) openFor(ctx context.Context, s *engine.Study, out string, onePass bool) (*engine.Session, error) {
	bar := a.startProgress("read claims", "rows")
	defer bar.end()
	opts := engine.OpenOptions{Policies: a.policyFS(), Workers: a.settings.GetInt("workers"), Progress: bar.tell, OnePass: onePass}
	rejects := &rejectsFile{dir: out}
	if out != "" {
		opts.Reject = rejects.add
	}
	ses, err := engine.Open(ctx, s, opts)
	if err := errors.Join(err, rejects.close()); err != nil {
		var many *engine.TooManyFindings
		if errors.As(err, &many) {
			return nil, &exitError{exitFindings, err}
		}
		return nil, err
	}
	if rejects.w != nil {
		a.wrote = append(a.wrote, rejects.path())
	}
	return ses, nil
}

// runPlans works out plans over a session's claims.
func (a *app) runPlans(ctx context.Context, ses *engine.Session, plans []*engine.Plan) ([]*engine.Result, error) {
	return a.runPlansWith(ctx, ses, plans, engine.Options{})
}

// runPlansWith is runPlans with options of its own.
func (a *app) runPlansWith(ctx context.Context, ses *engine.Session, plans []*engine.Plan, opts engine.Options) ([]*engine.Result, error) {
	bar := a.startProgress("settle", "shards")
	defer bar.end()
	opts.Workers = a.settings.GetInt("workers")
	opts.Progress = func(done, total int) { bar.tell(int64(done), int64(total)) }
	results, err := engine.Run(ctx, plans, ses.Source(), opts)
	var many *engine.TooManyFindings // of shards, which are checked by the run
	if errors.As(err, &many) {
		return nil, &exitError{exitFindings, err}
	}
	return results, err
}

// rejectsFile is rejects.arrow in a folder, made when the first row is set aside.
type rejectsFile struct {
	dir string
	w   *claims.RejectsWriter
}

func (r *rejectsFile) path() string { return filepath.Join(r.dir, record.RejectsFile) }

func (r *rejectsFile) add(row claims.RejectedRow) error {
	if r.w == nil {
		if err := os.MkdirAll(r.dir, 0o755); err != nil {
			return fmt.Errorf("folder of results: %w", err)
		}
		w, err := claims.NewRejectsWriter(r.path())
		if err != nil {
			return err
		}
		r.w = w
	}
	return r.w.Write(row)
}

func (r *rejectsFile) close() error {
	if r.w == nil {
		return nil
	}
	return r.w.Close()
}
