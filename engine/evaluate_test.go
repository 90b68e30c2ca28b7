package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// TestEvaluateAgreesWithRun: scenarios worked out later, in batches, give what a run of the study gives, and each comes once
// under its own number.
func TestEvaluateAgreesWithRun(t *testing.T) {
	s, err := engine.OpenStudy("../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []engine.Scenario
	for i := range 30 {
		sc := s.Scenarios()[i%len(results)]
		if i >= 2*len(results) {
			// Ceilings that no visit reaches differ as rules and not in their outcome: they fill several batches.
			sc.Changes = append(sc.Changes[:len(sc.Changes):len(sc.Changes)], policy.Change{Path: "benefit.ai.year_ceiling", From: claims.NoDate,
				Value: &policy.Value{Shape: policy.Scalar, Text: fmt.Sprint(1_000_000 + i)}}, policy.Change{Path: "benefit.ai.covered", From: claims.NoDate,
				Value: &policy.Value{Shape: policy.Scalar, Text: "false"}})
		}
		scenarios = append(scenarios, sc)
	}
	seen := make([]int, len(scenarios))
	err = ses.Evaluate(t.Context(), scenarios, engine.Options{Workers: 2}, func(i int, r *engine.Result) error {
		seen[i]++
		if i >= 2*len(results) {
			return nil
		}
		want := results[i%len(results)]
		for h := range want.Outcome.Hospitals {
			if got := r.Outcome.Hospitals[h].Paid; got != want.Outcome.Hospitals[h].Paid {
				t.Errorf("scenario %d pays %s %s, the run %s", i, want.Outcome.Hospitals[h].Hospital, got, want.Outcome.Hospitals[h].Paid)
			}
		}
		for k, shift := range want.Partial.People.Against {
			if r.Partial.People.Against[k] != shift {
				t.Errorf("scenario %d: %+v against the baseline, the run has %+v", i, r.Partial.People.Against[k], shift)
			}
		}
		if !slices.Equal(r.Partial.People.Ages, want.Partial.People.Ages) {
			t.Errorf("scenario %d: by age %+v, the run has %+v", i, r.Partial.People.Ages, want.Partial.People.Ages)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range seen {
		if n != 1 {
			t.Errorf("scenario %d came %d times", i, n)
		}
	}
}
