package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	studyOptions
	claim, person, hospital, scenario string
	shard                             int
	settlement                        bool
}

func (a *app) explainCmd() *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain STUDY --claim ID | --person ID | --hospital ID",
		Short: "Show where each fen of a claim, a person's year or a hospital's payment comes from",
		Long: `Explain replays a claim through the same rules that a run applies and shows every move between pockets with its law, then
the chain of factors of its points, then the settlement of its hospital. The numbers are the run's.

Where drgsim index has been over the study's claims, only the person's own are read, and the settlement of the hospital,
which takes a run over all, is left out unless --settlement asks for it. A folder of shards must be indexed.

` + exitHelp,
		Example: "  drgsim explain scenarios/demo.yaml --claim 2026000000908002\n  drgsim explain nation.yaml --person P000000908 --scenario all",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			formats, err := parseFormats(o.format, o.out)
			if err != nil {
				return err
			}
			doc, err := a.explain(cmd.Context(), args[0], &o)
			if err != nil {
				return err
			}
			return a.render(doc, formats, o.out)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.set, "set", nil, "change a parameter of the baseline's pack: `path=value` (repeatable)")
	f.StringVar(&o.format, "format", "table", formatHelp())
	f.StringVar(&o.out, "out", "", "write the explanation to this `folder`")
	f.StringVar(&o.claim, "claim", "", "`id` of the claim")
	f.StringVar(&o.person, "person", "", "`id` of the person whose year is explained")
	f.StringVar(&o.hospital, "hospital", "", "`id` of the hospital")
	f.StringVar(&o.scenario, "scenario", "baseline", "`name` of the scenario")
	f.IntVar(&o.shard, "shard", -1, "`number` of the shard that holds the claim, from 0; negative: look into all")
	f.BoolVar(&o.settlement, "settlement", false, "work all claims out and show the settlement of the claim's hospital too")
	cmd.MarkFlagsMutuallyExclusive("claim", "person", "hospital")
	cmd.MarkFlagsOneRequired("claim", "person", "hospital")
	return cmd
}

// explain opens as much of a study as the question needs, and answers it.
func (a *app) explain(ctx context.Context, name string, o *explainOptions) (*report.Document, error) {
	s, err := a.readStudy(name, o.set)
	if err != nil {
		return nil, err
	}
	if err := s.Only(o.scenario); err != nil {
		return nil, usageError(err)
	}
	indexed := s.Indexed()
	if indexed && o.hospital == "" && !o.settlement {
		// One person's year leaves little behind: to collect it takes longer than to work the year out.
		defer debug.SetGCPercent(debug.SetGCPercent(800))
	}
	var ses, all *engine.Session // of the claims that are replayed, and of those that are settled
	var result *engine.Result    // nil where no settlement is shown
	if o.hospital != "" || !indexed || (o.claim != "" && o.settlement) {
		if all, err = a.openStudy(ctx, s, ""); err != nil {
			return nil, err
		}
		if o.person == "" {
			results, err := a.runPlans(ctx, all, all.Plans[len(all.Plans)-1:])
			if err != nil {
				return nil, err
			}
			result = results[0]
		}
		ses = all
	}
	if o.hospital != "" {
		return present.ExplainHospital(all, result, o.hospital)
	}
	if indexed {
		ses, err = engine.OpenClaim(ctx, s, engine.Wanted{Claim: o.claim, Person: o.person, Shard: o.shard},
			engine.OpenOptions{Policies: a.policyFS(), Workers: a.settings.GetInt("workers")})
		if err != nil {
			return nil, err
		}
	}
	return o.replay(ses, result)
}

// replay works the year of the asked claim or person out again, by the scenario of the session's last plan.
func (o *explainOptions) replay(ses *engine.Session, result *engine.Result) (*report.Document, error) {
	plan := ses.Plans[len(ses.Plans)-1]
	if o.person != "" {
		person, err := ses.Input.FindPerson(o.person)
		if err != nil {
			return nil, err
		}
		year, err := plan.Replay(ses.Input, person)
		if err != nil {
			return nil, err
		}
		return present.ExplainYear(ses, plan, o.person, year), nil
	}
	row, err := ses.Input.FindClaim(o.claim)
	if err != nil {
		return nil, err
	}
	year, err := plan.Replay(ses.Input, ses.Input.PersonOf(row))
	if err != nil {
		return nil, err
	}
	for i := range year {
		if year[i].ClaimID == o.claim {
			return present.ExplainClaim(ses, plan, result, year, i)
		}
	}
	return nil, fmt.Errorf("claim %s is not settled in %d: it belongs to another year, or a reversal takes it back", o.claim, ses.Study.Year)
}
