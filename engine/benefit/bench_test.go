package benefit_test

import (
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// benchWorld returns a random pack with many steps.
func benchWorld(tb testing.TB) *world {
	best := newWorld(tb, 0)
	for seed := range uint64(20) {
		if w := newWorld(tb, seed); len(w.rules[0].Benefit) > len(best.rules[0].Benefit) {
			best = w
		}
	}
	return best
}

// TestNoAllocations holds adjudication without a trace to no allocation at all.
func TestNoAllocations(t *testing.T) {
	for seed := range uint64(40) {
		w := newWorld(t, seed)
		adjudicate := w.adjudicator(t)
		if n := testing.AllocsPerRun(3, adjudicate); n != 0 {
			t.Fatalf("seed %d: %v allocations\n%s", seed, n, w.text)
		}
	}
}

// adjudicator returns a function that adjudicates all persons of a world and keeps nothing.
func (w *world) adjudicator(tb testing.TB) func() {
	year := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
	var visit benefit.Visit
	choose := func(c *claims.Claim) (*benefit.Program, int) { return w.programs[w.version(c)], w.year(c) }
	done := func(*benefit.Visit) error { return nil }
	return func() {
		for _, cs := range w.persons {
			if err := benefit.Person(cs, &year, &visit, choose, nil, done); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

func BenchmarkPerson(b *testing.B) {
	w := benchWorld(b)
	adjudicate := w.adjudicator(b)
	n := 0
	for _, cs := range w.persons {
		n += len(cs)
	}
	b.ReportAllocs()
	for b.Loop() {
		adjudicate()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/claim")
	b.ReportMetric(float64(len(w.rules[0].Benefit)), "steps")
}
