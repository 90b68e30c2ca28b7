package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

// chanceOptions are the flags of uncertainty.
type chanceOptions struct {
	bootstrap, draws int
	by               string
}

// mostReplicates bounds a bootstrap or Monte Carlo run.
const mostReplicates = 100_000

func (o *chanceOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&o.bootstrap, "bootstrap", 0, "`times` to draw persons or hospitals anew for intervals around every headline")
	f.StringVar(&o.by, "by", compare.ByPerson, "what --bootstrap draws: person or hospital")
	f.IntVar(&o.draws, "draws", 0, "`times` to draw the parameters whose distributions stand in assumptions.draws of the study")
}

// uncertain adds the sections of uncertainty that were asked for.
func (a *app) uncertain(ctx context.Context, o *chanceOptions, seed uint64, ses *engine.Session, c *compare.Comparison, doc *report.Document) error {
	for _, x := range []struct {
		flag string
		n    int
	}{{"bootstrap", o.bootstrap}, {"draws", o.draws}} {
		if x.n < 0 || x.n == 1 || x.n > mostReplicates {
			return usageError(fmt.Errorf("--%s %d: must be 2 to %d", x.flag, x.n, mostReplicates))
		}
	}
	if words := []string{compare.ByPerson, compare.ByHospital}; !slices.Contains(words, o.by) {
		return usageError(fmt.Errorf("--by %q is neither person nor hospital", o.by))
	}
	if o.bootstrap > 0 {
		bar := a.startProgress("bootstrap", "draws")
		u, err := c.Bootstrap(ctx, ses, o.bootstrap, seed, o.by, a.runOptions(bar.tell))
		bar.end()
		if err != nil {
			return err
		}
		doc.Sections = append(doc.Sections, present.Uncertainty(c, u))
	}
	if o.draws == 0 {
		return nil
	}
	draws, err := compare.ReadDraws(ses.Study.Assumptions)
	if err != nil {
		return err
	}
	if len(draws) == 0 {
		return usageError(fmt.Errorf("--draws: the study %s has no assumptions.draws", ses.Study.File))
	}
	bar := a.startProgress("draws", "shards")
	u, err := c.MonteCarlo(ctx, ses, draws, o.draws, seed, a.runOptions(bar.tell))
	bar.end()
	if err != nil {
		return err
	}
	doc.Sections = append(doc.Sections, present.Uncertainty(c, u))
	return nil
}
