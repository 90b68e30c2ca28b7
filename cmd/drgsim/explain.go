package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	studyOptions
	claim, person, hospital, scenario string
}

func (a *app) explainCmd() *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain STUDY --claim ID | --person ID | --hospital ID",
		Short: "Show where each fen of a claim, a person's year or a hospital's payment comes from",
		Long: `Explain replays a claim through the same rules that a run applies and shows every move between pockets with its law, then
the chain of factors of its points, then the settlement of its hospital. The numbers are the run's.

` + exitHelp,
		Example: "  drgsim explain scenarios/demo.yaml --claim C0000000001",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.study(cmd.Context(), args[0], &o.studyOptions, func(ses *engine.Session, results []*engine.Result) (*report.Document, error) {
				r, err := pick(results, o.scenario)
				if err != nil {
					return nil, err
				}
				return o.explain(ses, r)
			})
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.set, "set", nil, "change a parameter of the baseline's pack: `path=value` (repeatable)")
	f.StringVar(&o.format, "format", "table", "form of the result: table, json, csv, markdown, html, xlsx")
	f.StringVar(&o.out, "out", "", "write the explanation to this `folder`")
	f.StringVar(&o.claim, "claim", "", "`id` of the claim")
	f.StringVar(&o.person, "person", "", "`id` of the person whose year is explained")
	f.StringVar(&o.hospital, "hospital", "", "`id` of the hospital")
	f.StringVar(&o.scenario, "scenario", "baseline", "`name` of the scenario")
	cmd.MarkFlagsMutuallyExclusive("claim", "person", "hospital")
	cmd.MarkFlagsOneRequired("claim", "person", "hospital")
	return cmd
}

func (o *explainOptions) explain(ses *engine.Session, r *engine.Result) (*report.Document, error) {
	switch {
	case o.hospital != "":
		return present.ExplainHospital(ses, r, o.hospital)
	case ses.Sharded():
		return nil, fmt.Errorf("explaining a claim or a person needs claims in memory; name one shard's file in the study instead of the folder")
	case o.person != "":
		person, err := ses.Input.FindPerson(o.person)
		if err != nil {
			return nil, err
		}
		year, err := r.Plan.Replay(ses.Input, person)
		if err != nil {
			return nil, err
		}
		return present.ExplainYear(ses, r, o.person, year)
	}
	row, err := ses.Input.FindClaim(o.claim)
	if err != nil {
		return nil, err
	}
	year, err := r.Plan.Replay(ses.Input, ses.Input.PersonOf(row))
	if err != nil {
		return nil, err
	}
	for i := range year {
		if year[i].ClaimID == o.claim {
			return present.ExplainClaim(ses, r, year, i)
		}
	}
	return nil, fmt.Errorf("claim %s is not settled in %d: it belongs to another year, or a reversal takes it back", o.claim, ses.Study.Year)
}
