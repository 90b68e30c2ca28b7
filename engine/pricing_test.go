package engine_test

import (
	"reflect"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// Prices of scenarios are told as differences to the baseline's, and share what they can: together they come out as each does alone,
// where classes move, where coefficients and formulas change, and under rates, whose standards and amounts owed differ too.
func TestPricesToldApart(t *testing.T) {
	july := claims.DateOf(2026, 7, 1)
	for file, alternatives := range map[string][][]policy.Change{
		"../scenarios/demo.yaml": {
			{change("drg.classes.low.when.ratio_up_to", "0.6", claims.NoDate)},
			{change("drg.classes.ungrouped.pay.deduct", "30%", claims.NoDate)},
			{change("drg.classes.lower_band.pay.plus", "0.1", claims.NoDate), change("drg.same_price.coefficient", "0.9", claims.NoDate)},
			{change("drg.same_price.coefficient", "0.9", claims.NoDate)},
			{change("drg.readmission.keep", "20%", claims.NoDate)},
			{change("drg.readmission.days", "3", claims.NoDate), change("drg.same_price.coefficient", "1.1", claims.NoDate)},
			{change("drg.classes.low.when.ratio_up_to", "0.6", july)},
		},
		"../scenarios/us-ipps.yaml": {
			{change("drg.rate", "9000.01", claims.NoDate), change("drg.classes.outlier.when.loss_over", "12000.00", claims.NoDate)},
			{change("drg.fund_method", "booked", claims.NoDate)},
			{change("drg.rate", "9000.01", july)},
		},
	} {
		s, err := engine.OpenStudy(file)
		if err != nil {
			t.Fatal(err)
		}
		addAlternatives(s, alternatives)
		ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
		if err != nil {
			t.Fatal(err)
		}
		together, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{GroupFund: true})
		if err != nil {
			t.Fatal(err)
		}
		base := together[0].Partial.Tally
		classes, differ := 0, 0
		for i, p := range ses.Plans {
			alone, err := engine.Run(t.Context(), []*engine.Plan{p}, ses.Source(), engine.Options{GroupFund: true})
			if err != nil {
				t.Fatal(err)
			}
			tally := together[i].Partial.Tally
			if !reflect.DeepEqual(tally, alone[0].Partial.Tally) {
				t.Errorf("%s: %s comes out differently beside the others", file, p.Scenario.Name)
			}
			if !reflect.DeepEqual(tally, base) {
				differ++
			}
			for k := range min(len(tally.Class), len(base.Class)) {
				if tally.Class[k].Claims != base.Class[k].Claims {
					classes++
					break
				}
			}
		}
		if classes == 0 || differ < len(alternatives) {
			t.Errorf("%s: %d scenarios differ from the baseline, %d by the classes of stays", file, differ, classes)
		}
	}
}
