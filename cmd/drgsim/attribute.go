package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

// attributeOptions are the flags of attribution.
type attributeOptions struct {
	which   string
	samples int
	seed    uint64
}

// several stands for all alternatives that make more than one change.
const several = "*"

func (o *attributeOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.which, "attribute", "", "share out the differences of these `alternatives` (parted by commas) among their changes; alone, of all that make several")
	f.Lookup("attribute").NoOptDefVal = several
	f.IntVar(&o.samples, "samples", 200, "`orders` to draw for an attribution of more than ten changes")
	f.Uint64Var(&o.seed, "seed", 1, "`number` that chance starts from")
}

// attribute adds a section for each alternative that was asked for.
func (a *app) attribute(ctx context.Context, o *attributeOptions, ses *engine.Session, c *compare.Comparison, doc *report.Document) error {
	if o.which == "" {
		return nil
	}
	if o.samples < 2 {
		return usageError(fmt.Errorf("--samples %d: an estimate needs at least 2", o.samples))
	}
	wanted := make(map[string]bool)
	if o.which != several {
		for n := range strings.SplitSeq(o.which, ",") {
			wanted[strings.TrimSpace(n)] = false
		}
	}
	var names []string
	for i := 1; i < len(c.Results); i++ {
		sc := &c.Results[i].Plan.Scenario
		names = append(names, sc.Name)
		_, named := wanted[sc.Name]
		wanted[sc.Name] = true
		if !named && (o.which != several || len(c.Units(i)) < 2) {
			continue
		}
		bar := a.startProgress("attribute "+sc.Name, "shards")
		x, err := c.Attribute(ctx, ses, i, compare.AttributeOptions{Options: a.runOptions(bar.tell), Samples: o.samples, Seed: o.seed})
		bar.end()
		if err != nil {
			return err
		}
		doc.Sections = append(doc.Sections, present.Attribution(x, i))
	}
	for n := range strings.SplitSeq(o.which, ",") {
		if n = strings.TrimSpace(n); o.which != several && !wanted[n] {
			return usageError(fmt.Errorf("--attribute: the study has no alternative %q%s", n, nearest.Hint(n, names)))
		}
	}
	return nil
}

// runOptions are the options of runs that tell how far they are.
func (a *app) runOptions(tell func(done, total int64)) engine.Options {
	return engine.Options{Workers: a.settings.GetInt("workers"), Progress: func(done, total int) { tell(int64(done), int64(total)) }}
}
