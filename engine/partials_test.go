package engine_test

import (
	"bytes"
	"testing"

	"github.com/drgsim/drgsim/engine"
)

// Scenarios share the sums in which they agree, and merging one leaves those of the others as they are.
func TestMergingLeavesSharedSumsAlone(t *testing.T) {
	_, parts := demoPartials(t)
	_, more := demoPartials(t)
	distinct := make(map[*engine.Partial][]byte)
	funds, points, people := make(map[any]bool), make(map[any]bool), make(map[any]bool)
	for _, p := range parts {
		g := &p.Tally.Groups
		distinct[p] = engine.EncodePartials([]*engine.Partial{p})
		funds[&g.Fund[0]], points[&g.Points[0]], people[p.People] = true, true, true
		if &g.Gross[0] != &parts[0].Tally.Groups.Gross[0] {
			t.Error("scenarios of the same streams do not share the gross cost")
		}
	}
	if n := len(distinct); len(funds) >= n || len(points) >= n || len(people) >= n {
		t.Errorf("%d partials share nothing: %d columns of funds, %d of points, %d of persons", n, len(funds), len(points), len(people))
	}
	if err := parts[0].Merge(more[0]); err != nil {
		t.Fatal(err)
	}
	for p, want := range distinct {
		if same := bytes.Equal(engine.EncodePartials([]*engine.Partial{p}), want); same == (p == parts[0]) {
			t.Errorf("a partial was merged: %v; its sums are as before: %v", p == parts[0], same)
		}
	}
}
