package engine_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// TestDifferencesAreTheWhole: a scenario comes out the same whether what differs from the baseline is added up for all claims, for those
// for which something does, or the scenario stands for itself.
func TestDifferencesAreTheWhole(t *testing.T) {
	s, err := engine.OpenStudy("../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Alternatives = nil
	addAlternatives(s, [][]policy.Change{
		{change("benefit.deductible.repeat.share", "10%", claims.NoDate)},
		{change("benefit.ceiling.limits[scheme=employee].amount", "10000", claims.NoDate)},
		{change("benefit.class_b.rates[1].share", "30%", claims.NoDate)},
		{change("benefit.ceiling.to", "disallowed", claims.NoDate), change("benefit.ceiling.limits[scheme=employee].amount", "9000", claims.NoDate)},
		{change("order", "discharge", claims.NoDate)},
		{change("round", "floor", claims.NoDate), change("benefit.deductible.repeat.share", "10%", claims.NoDate)},
		{change("price_date", "discharge", claims.NoDate), change("benefit.deductible.repeat.share", "10%", claims.NoDate)},
		{change("benefit.deductible.repeat.share", "10%", claims.DateOf(2026, 7, 1))},
		{change("drg.classes.low.when.ratio_up_to", "0.3", claims.DateOf(2026, 7, 1)), change("benefit.deductible.repeat.share", "10%", claims.NoDate)},
		{change("settle.streams.drg.title.en", "Other streams", claims.NoDate), change("benefit.deductible.repeat.share", "20%", claims.NoDate)},
	})
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	sh, err := ses.Source().Load(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer sh.Release()
	all, err1 := engine.RunTaking(ses.Plans, sh, true)
	some, err2 := engine.RunTaking(ses.Plans, sh, false)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if !reflect.DeepEqual(all, some) {
		t.Error("differences of all claims sum to something else than those of the claims that differ")
	}
	for i, p := range ses.Plans {
		alone, err := engine.RunShard(t.Context(), []*engine.Plan{p}, sh)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(all[i].Tally, alone[0].Tally) || !slices.Equal(all[i].People.Schemes, alone[0].People.Schemes) {
			t.Errorf("scenario %s comes out differently by itself", p.Scenario.Name)
		}
		for k, age := range alone[0].People.Ages {
			if told := all[i].People.Ages[k]; told.Persons != age.Persons || told.Paid != age.Paid {
				t.Errorf("scenario %s: %d persons of an age band pay %s, by itself %d pay %s", p.Scenario.Name, told.Persons, told.Paid, age.Persons, age.Paid)
			}
		}
		if i > 0 && reflect.DeepEqual(all[i], all[0]) {
			t.Errorf("scenario %s changes nothing, which proves nothing", p.Scenario.Name)
		}
	}
}
