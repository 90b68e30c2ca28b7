package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/internal/pages"
	"github.com/drgsim/drgsim/engine/money"
)

// Months is the number of months of a settlement year.
const Months = 12

// Dims are the sizes of a Tally's arrays: how many streams and classes the plan has, and how many schemes, hospitals, counties
// and groups the region has. Counties has one more than the region: the last stands for persons insured in no known county.
type Dims struct {
	Streams, Classes, Schemes, Hospitals, Counties, Groups int
}

// Cell sums claims of one stream, scheme, hospital and month.
type Cell struct {
	Claims, Days int64
	Pockets      benefit.Pockets // sums by pocket; together the gross cost
	Points       money.Points
	Standard     money.Fen
	Direct       money.Fen
}

// ClassCell sums the stays of one class, scheme and hospital.
type ClassCell struct {
	Claims int64
	Gross  money.Fen
	Points money.Points
}

// HomeCell sums claims of one stream, scheme, county of insurance and hospital of treatment.
type HomeCell struct {
	Claims      int64
	Stays       int64 // those of the claims that are inpatient or bed-day stays
	Gross, Fund money.Fen
	Points      money.Points
	Direct      money.Fen
}

// Tally is all that settlement knows of the claims: integer sums and nothing else. The zero value of every cell is the
// identity of Merge, and merging is exact, so tallies of any split of the claims merge to the same Tally.
type Tally struct {
	Dims   Dims
	Cells  []Cell      // stream, scheme, hospital, month; see Cell
	Groups GroupSums   // scheme, hospital, group (the last group is "ungrouped")
	Class  []ClassCell // class, scheme, hospital
	Homes  []HomeCell  // stream, scheme, county, hospital
}

// NewTally makes an empty tally.
func NewTally(d Dims) *Tally {
	return TallyOver(d, newGroupSums(d.Schemes*d.Hospitals*(d.Groups+1), true))
}

// Own makes the sums by group a tally's own, so that another may be merged into it.
func (t *Tally) Own() { t.Groups = t.Groups.copied() }

// TallyOver makes a tally that has sums by group, perhaps shared with others, and is empty otherwise.
func TallyOver(d Dims, groups GroupSums) *Tally {
	return &Tally{
		Dims:   d,
		Cells:  pages.Make[Cell](d.Streams * d.Schemes * d.Hospitals * Months),
		Groups: groups,
		Class:  pages.Make[ClassCell](d.Classes * d.Schemes * d.Hospitals),
		Homes:  pages.Make[HomeCell](d.Streams * d.Schemes * d.Counties * d.Hospitals),
	}
}

// Cell returns the cell of a stream, scheme, hospital and month (0 to 11).
func (t *Tally) Cell(stream, scheme, hospital, month int) *Cell {
	d := &t.Dims
	return &t.Cells[((stream*d.Schemes+scheme)*d.Hospitals+hospital)*Months+month]
}

// ClassOf returns the cell of a class, scheme and hospital.
func (t *Tally) ClassOf(class, scheme, hospital int) *ClassCell {
	return &t.Class[(class*t.Dims.Schemes+scheme)*t.Dims.Hospitals+hospital]
}

// Home returns the cell of a stream, scheme, county of insurance and hospital; a negative county is the unknown one.
func (t *Tally) Home(stream, scheme, county, hospital int) *HomeCell {
	d := &t.Dims
	if county < 0 {
		county = d.Counties - 1
	}
	return &t.Homes[((stream*d.Schemes+scheme)*d.Counties+county)*d.Hospitals+hospital]
}

// Merge adds another tally of the same shape to one that shares nothing. An overflow is an error, and leaves t unusable.
func (t *Tally) Merge(o *Tally) error {
	if t.Dims != o.Dims {
		return fmt.Errorf("merging tallies: shapes differ (%+v and %+v)", t.Dims, o.Dims)
	}
	s := summer{}
	for i := range t.Cells {
		a, b := &t.Cells[i], &o.Cells[i]
		if b.Claims == 0 {
			continue
		}
		a.Claims, a.Days = add(&s, a.Claims, b.Claims), add(&s, a.Days, b.Days)
		for p := range a.Pockets {
			a.Pockets[p] = add(&s, a.Pockets[p], b.Pockets[p])
		}
		a.Points = add(&s, a.Points, b.Points)
		a.Standard, a.Direct = add(&s, a.Standard, b.Standard), add(&s, a.Direct, b.Direct)
	}
	t.Groups.merge(&s, &o.Groups)
	for i := range t.Class {
		a, b := &t.Class[i], &o.Class[i]
		a.Claims, a.Gross = add(&s, a.Claims, b.Claims), add(&s, a.Gross, b.Gross)
		a.Points = add(&s, a.Points, b.Points)
	}
	for i := range t.Homes {
		a, b := &t.Homes[i], &o.Homes[i]
		a.Claims, a.Stays = add(&s, a.Claims, b.Claims), add(&s, a.Stays, b.Stays)
		a.Gross, a.Fund = add(&s, a.Gross, b.Gross), add(&s, a.Fund, b.Fund)
		a.Points, a.Direct = add(&s, a.Points, b.Points), add(&s, a.Direct, b.Direct)
	}
	if s.overflow {
		return fmt.Errorf("merging tallies: %w", money.ErrOverflow)
	}
	return nil
}

// summer notes whether any of many sums overflowed.
type summer struct{ overflow bool }

func add[T ~int64](s *summer, a, b T) T {
	sum, err := money.Add(a, b)
	if err != nil {
		s.overflow = true
	}
	return sum
}
