package reconcile

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/ledger/mask"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
)

// Control is a line of the control totals: what both sides have of a scheme, class and month, and what the differences explain.
type Control struct {
	Cell
	Ours, Theirs Total
	Explained    Total // theirs less ours, added up over the differences
}

// Result is what the comparison of two sides found.
type Result struct {
	Sides    [2]Side
	Month    calendar.Month // 0 for all
	Has      Fields         // what both sides have and was compared
	Read     [2]Total       // all rows of each side
	Aside    [2]Total       // rows of other months that take no part
	Matched  int64          // pairs that agree in everything
	Pairs    int64          // pairs that differ
	Singles  int64          // rows, or a refund with its new upload, without a partner
	Controls []Control      // by month, scheme and class
	// Count counts the lines by class, and Delta adds up what they come to in gross cost, theirs less ours.
	Count [NumClasses]int64
	Delta [NumClasses]money.Fen
	// Differences are the lines by class and id. Beyond Limit of a class they are counted above but not listed.
	Differences []Difference
	Limit       int
	// Notes says what of the files was passed over.
	Notes []report.Text

	cells    map[Cell]*Control
	overflow bool
}

// Clean tells whether the sides agree in everything.
func (r *Result) Clean() bool { return r.Pairs == 0 && r.Singles == 0 }

func (r *Result) control(c Cell) *Control {
	have := r.cells[c]
	if have == nil {
		have = &Control{Cell: c}
		r.cells[c] = have
	}
	return have
}

func (r *Result) total(s Side, c Cell) *Total {
	if sideIndex(s) == 0 {
		return &r.control(c).Ours
	}
	return &r.control(c).Theirs
}

func (r *Result) explained(c Cell) *Total { return &r.control(c).Explained }

// take books a line.
func (r *Result) take(d *Difference) {
	r.Count[d.Class]++
	if d.Field == "" || d.Field == AmountNames[Gross] || d.Class == StatusDiffers || d.Class == WrongMonth && (d.Ours == nil || d.Theirs == nil) {
		sum, err := money.Add(r.Delta[d.Class], d.Delta)
		r.Delta[d.Class], r.overflow = sum, r.overflow || err != nil
	}
	// A row is copied out of its part, which would else stay in memory as long as the line does.
	d.Ours, d.Theirs, d.Second = d.Ours.clone(), d.Theirs.clone(), d.Second.clone()
	r.Differences = append(r.Differences, *d)
	if most := r.Limit * int(NumClasses); len(r.Differences) > most+most/4 {
		r.trim()
	}
}

func (r *Record) clone() *Record {
	if r == nil {
		return nil
	}
	c := *r
	return &c
}

// trim sorts the lines and keeps the first of each class.
func (r *Result) trim() {
	slices.SortFunc(r.Differences, func(a, b Difference) int { return a.compare(&b) })
	var kept [NumClasses]int
	r.Differences = slices.DeleteFunc(r.Differences, func(d Difference) bool {
		kept[d.Class]++
		return kept[d.Class] > r.Limit
	})
}

// Hide replaces the persons of all lines by the mask; a nil mask shows them.
func (r *Result) Hide(m *mask.Mask) {
	for i := range r.Differences {
		d := &r.Differences[i]
		for _, rec := range []*Record{d.Ours, d.Theirs, d.Second} {
			if rec != nil {
				rec.Person = m.ID(rec.Person)
			}
		}
		if d.Field == FieldPerson {
			d.OurValue, d.TheirsValue = m.ID(d.OurValue), m.ID(d.TheirsValue)
		}
	}
}

// finish sorts everything and checks the laws.
func (r *Result) finish() error {
	r.trim()
	for _, c := range r.cells {
		r.Controls = append(r.Controls, *c)
	}
	slices.SortFunc(r.Controls, func(a, b Control) int { return a.compare(b.Cell) })
	return r.laws()
}

// laws checks that the control totals close: in every line, ours plus what the differences explain is theirs; and every
// row read is in a line or set aside.
func (r *Result) laws() error {
	if r.overflow {
		return fmt.Errorf("differences: %w", money.ErrOverflow)
	}
	sums := r.Aside
	for i := range r.Controls {
		c := &r.Controls[i]
		left := sub(sub(c.Theirs, c.Ours), c.Explained)
		for k := range left.Amount {
			if !r.Has.Amount[k] {
				left.Amount[k] = 0
			}
		}
		if left != (Total{}) {
			return fmt.Errorf("law of reconciliation broken in %s, scheme %q, class %q: %s less %s less the differences leaves %d rows, gross %s",
				c.Month, c.Scheme, c.Class, r.Sides[1], r.Sides[0], left.Rows, left.Amount[Gross])
		}
		sums[0], sums[1] = plus(sums[0], c.Ours), plus(sums[1], c.Theirs)
	}
	for i := range sums {
		if sums[i] != r.Read[i] {
			return fmt.Errorf("law of reconciliation broken: of %d rows read of %s, %d were matched, reported or set aside", r.Read[i].Rows, r.Sides[i], sums[i].Rows)
		}
	}
	return nil
}

func sub(a, b Total) Total {
	a.Rows -= b.Rows
	for i := range a.Amount {
		a.Amount[i] -= b.Amount[i]
	}
	return a
}

func plus(a, b Total) Total {
	a.Rows += b.Rows
	for i := range a.Amount {
		a.Amount[i] += b.Amount[i]
	}
	return a
}
