package engine_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// change sets a parameter to a value, from a day on or always.
func change(path, value string, from claims.Date) policy.Change {
	return policy.Change{Path: path, From: from, Value: &policy.Value{Shape: policy.Scalar, Text: value}}
}

// addAlternatives adds a scenario to a study for each list of changes to its baseline.
func addAlternatives(s *engine.Study, lists [][]policy.Change) {
	base := s.Baseline.Changes
	for i, own := range lists {
		s.Alternatives = append(s.Alternatives, engine.Scenario{Name: fmt.Sprint("a", i), Policy: s.Baseline.Policy, Own: own, Changes: append(base[:len(base):len(base)], own...)})
	}
}

// TestSharedSteps: scenarios that share the beginning of their benefit steps, in a tree of several levels, come out as each does
// when it is worked out beside the baseline alone. One counter is shared across steps, so that no cut may part them.
func TestSharedSteps(t *testing.T) {
	s, err := engine.OpenStudy("../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	july := claims.DateOf(2026, 7, 1)
	s.Alternatives = nil
	lists := [][]policy.Change{
		{change("benefit.ceiling.limits[scheme=employee].amount", "10000", claims.NoDate)},
		{change("benefit.ceiling.limits[scheme=employee].amount", "20000", claims.NoDate)},
		{change("benefit.deductible.repeat.share", "10%", claims.NoDate)},
		{change("benefit.deductible.repeat.share", "20%", claims.NoDate), change("benefit.ceiling.limits[scheme=resident].amount", "9000", claims.NoDate)},
		{change("benefit.deductible.repeat.share", "20%", claims.NoDate), change("benefit.ceiling.limits[scheme=resident].amount", "8000", claims.NoDate)},
		{change("benefit.class_b.rates[1].share", "30%", claims.NoDate)},
		{change("benefit.ceiling.limits[scheme=employee].amount", "15000", july)},
		{change("benefit.ceiling.limits[scheme=employee].amount", "16000", july)},
		{change("benefit.deductible.repeat.share", "30%", july)},
		{change("benefit.deductible.repeat.share", "30%", claims.DateOf(2026, 8, 1))},
		{change("order", "admission", claims.NoDate), change("benefit.deductible.repeat.share", "10%", claims.NoDate)},
		{change("order", "discharge", claims.NoDate), change("benefit.ceiling.limits[scheme=employee].amount", "10000", claims.NoDate)},
		{change("price_date", "admission", claims.NoDate), change("benefit.deductible.repeat.share", "30%", july)},
		{change("price_date", "discharge", claims.NoDate), change("benefit.deductible.repeat.share", "30%", july)},
		{change("round", "floor", claims.NoDate)},
		{change("benefit.outpatient_ceiling.counter", "shared", claims.NoDate), change("benefit.ceiling.counter", "shared", claims.NoDate)},
		{change("benefit.outpatient_ceiling.counter", "shared", claims.NoDate), change("benefit.ceiling.counter", "shared", claims.NoDate),
			change("benefit.ceiling.limits[scheme=employee].amount", "12000", claims.NoDate)},
	}
	for i := range lists {
		lists[i] = append([]policy.Change{change("benefit.ai.covered", "true", claims.NoDate)}, lists[i]...)
	}
	addAlternatives(s, lists)
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	together, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{GroupFund: true})
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for i, p := range ses.Plans {
		alone, err := engine.Run(t.Context(), []*engine.Plan{ses.Plans[0], p}, ses.Source(), engine.Options{GroupFund: true})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(together[i].Partial, alone[1].Partial) {
			t.Errorf("%s comes out differently beside the others", p.Scenario.Name)
		}
		if !reflect.DeepEqual(together[i].Partial, together[0].Partial) {
			differ++
		}
	}
	if differ != len(s.Alternatives) {
		t.Errorf("%d of %d scenarios differ from the baseline; a test of scenarios that change nothing proves nothing", differ, len(s.Alternatives))
	}
	if shared, alone := engine.SharedSteps(ses.Plans); shared >= alone*3/4 {
		t.Errorf("the scenarios run %d steps together and %d one by one: nothing much is shared", shared, alone)
	}
}
