package benefit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
)

// TestTraceTellsAll replays random persons with a trace: the pockets are those of the run, the moves lead to them, and no
// move stands without its arithmetic in both languages.
func TestTraceTellsAll(t *testing.T) {
	for seed := range uint64(60) {
		w, err := newWorld(seed)
		if err != nil {
			t.Fatal(err)
		}
		silent, err := w.run([]int{0, 1, 2, 3})
		if err != nil {
			t.Fatal(err)
		}
		year := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
		var visit benefit.Visit
		var trace benefit.Trace
		for i := range 4 {
			err := w.adjudicate(&benefit.Left{}, w.persons[i], 0, w.steps(), &year, &visit, &trace, func(v *benefit.Visit) error {
				if *v.Pockets != silent[v.Row] {
					return fmt.Errorf("row %d differs when it is traced", v.Row)
				}
				return checkTrace(&trace, v)
			})
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, w.text)
			}
		}
	}
}

func checkTrace(trace *benefit.Trace, v *benefit.Visit) error {
	pockets := benefit.Pockets{benefit.Open: v.Gross}
	for _, e := range trace.Entries {
		if len(e.Zh) != len(e.En) || len(e.Moves) > 0 && len(e.Zh) == 0 {
			return fmt.Errorf("step %d moves %v and says %q, %q", e.Step, e.Moves, e.Zh, e.En)
		}
		for _, s := range append(e.Zh, e.En...) {
			if strings.Contains(s, "%!") {
				return fmt.Errorf("step %d says %q", e.Step, s)
			}
		}
		for _, m := range e.Moves {
			pockets[m.From] -= m.Amount
			pockets[m.To] += m.Amount
		}
	}
	if pockets != *v.Pockets {
		return fmt.Errorf("moves lead to %v, not to %v", pockets, *v.Pockets)
	}
	return nil
}
