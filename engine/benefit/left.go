package benefit

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// Left is what steps left of the visits of a batch, in columns by pocket. What other steps go on with shares the columns that they do
// not change, so that scenarios which differ in one step keep the rest once. The zero Left is of visits that no step has seen.
type Left struct {
	columns [NumPockets][]money.Fen // by visit; nil where the pocket is empty for all
	own     [NumPockets][]money.Fen // memory for columns
}

// Follow makes l what other steps left, for further steps to go on with; nil stands for visits that no step has seen. As long as l
// is in use, before must stay as it is.
func (l *Left) Follow(before *Left) {
	if before == nil {
		l.columns = [NumPockets][]money.Fen{}
		return
	}
	l.columns = before.columns
}

// Column returns what is in a pocket, by visit; nil where it is empty for all. It must not be changed.
func (l *Left) Column(p Pocket) []money.Fen { return l.columns[p] }

// At returns the pockets of a visit.
func (l *Left) At(i int) Pockets {
	var out Pockets
	for p, column := range l.columns {
		if column != nil {
			out[p] = column[i]
		}
	}
	return out
}

// put writes some pockets of a visit, whose columns are l's own. The others must be as they were.
func (l *Left) put(i int, pockets *Pockets, set PocketSet) error {
	for p, column := range l.columns {
		switch p := Pocket(p); {
		case set.Has(p):
			column[i] = pockets[p]
		case column == nil && pockets[p] != 0, column != nil && pockets[p] != column[i]:
			return fmt.Errorf("BUG: a step has moved money in pocket %s, which it is not said to touch", p)
		}
	}
	return nil
}

// take makes some columns of n visits l's own, with what is in them.
func (l *Left) take(n int, set PocketSet) {
	for p := range NumPockets {
		if !set.Has(p) {
			continue
		}
		if cap(l.own[p]) < n {
			l.own[p] = make([]money.Fen, 2*n)
		}
		own := l.own[p][:n]
		if before := l.columns[p]; before != nil {
			copy(own, before)
		} else {
			clear(own)
		}
		l.columns[p] = own
	}
}
