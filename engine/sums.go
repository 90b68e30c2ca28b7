package engine

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/internal/pages"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// table holds integer sums, width to a row.
type table struct {
	width int
	sums  []int64
}

// newTable makes a table of so many rows of at least so many columns. Rows are made as long as it takes to lie in as few lines of the
// processor's cache as they can: fetching those is what adding up mostly waits for.
func newTable(rows, width int) table {
	const line = 8 // sums
	if width > line {
		width = (width + line - 1) / line * line
	} else {
		width = 1 << bits.Len(uint(width-1))
	}
	return table{width, pages.Make[int64](rows * width)}
}

// row returns row i.
func (t *table) row(i int32) []int64 {
	at := int(i) * t.width
	return t.sums[at : at+t.width : at+t.width]
}

// merge adds another table of the same shape.
func (t *table) merge(o *table) error {
	over := int64(0)
	for i, v := range o.sums {
		over |= addTo(&t.sums[i], v)
	}
	if over < 0 {
		return fmt.Errorf("adding up claims: %w", money.ErrOverflow)
	}
	return nil
}

// addTo adds v to a sum; what it returns is negative when the sum does not fit.
func addTo(sum *int64, v int64) int64 {
	s := *sum + v
	over := (s ^ *sum) & (s ^ v)
	*sum = s
	return over
}

// streamSums are the sums of all plans that share their streams. Rows stand in the order of the tally's cells. What all
// plans share comes first in a row, then the columns of the layout: a claim's sums lie together in memory, as waiting for
// them costs more than adding.
type streamSums struct {
	layout
	cells, homes, groups table
	classes              []table // by price work of the stream
	settled              Flow
	// spare is the memory of sums by group that were merged into these. The processor has seen it, which new memory has yet to come to.
	spare []int64
}

// Columns that all plans share.
const (
	cellClaims, cellDays                              = 0, 1
	homeClaims, homeStays, homeGross                  = 0, 1, 2
	groupClaims, groupDays, groupExcluded, groupGross = 0, 1, 2, 3

	cellShared, homeShared, groupShared = 2, 3, 4
)

// Columns of a class.
const (
	classClaims, classGross, classPoints = 0, 1, 2

	classWidth = 3
)

func newStreamSums(d settle.Dims, paid []benefit.PocketSet, prices []priceColumns, groupFund bool) *streamSums {
	s := &streamSums{layout: newLayout(paid, prices, groupFund)}
	s.cells = newTable(d.Streams*d.Schemes*d.Hospitals*settle.Months, cellShared+s.width)
	s.homes = newTable(d.Streams*d.Schemes*d.Counties*d.Hospitals, homeShared+s.inHomes)
	s.groups = newTable(d.Schemes*d.Hospitals*(d.Groups+1)+1, groupShared+s.inGroups) // one more, see located
	for _, p := range prices {
		s.classes = append(s.classes, newTable(p.classes*d.Schemes*d.Hospitals, classWidth))
	}
	return s
}

// fit tells whether the place of each sum in its table is a number of 32 bits, as batches keep it.
func (s *streamSums) fit() error {
	most := max(len(s.cells.sums), len(s.homes.sums), len(s.groups.sums))
	for i := range s.classes {
		most = max(most, len(s.classes[i].sums))
	}
	if uint64(most) > math.MaxUint32 {
		return fmt.Errorf("a table of %d sums is more than %d; run fewer scenarios at once", most, uint32(math.MaxUint32))
	}
	return nil
}

// tables lists all tables.
func (s *streamSums) tables() []*table {
	all := []*table{&s.cells, &s.homes, &s.groups}
	for i := range s.classes {
		all = append(all, &s.classes[i])
	}
	return all
}

func (s *streamSums) merge(o *streamSums) error {
	others := o.tables()
	for i, t := range s.tables() {
		if err := t.merge(others[i]); err != nil {
			return err
		}
	}
	s.spare = o.groups.sums
	return s.settled.merge(o.settled)
}

// errSums tells of sums that fit as long as a scenario's were told against another's.
var errSums = fmt.Errorf("adding up points and prices: %w", money.ErrOverflow)

// partial takes the sums of benefit works and price works out: each of a list, added up, but those by group, which are given.
// The sums of a work may fit where those of two do not.
func (s *streamSums) partial(d settle.Dims, paid, prices []int, groups settle.GroupSums) (*Partial, error) {
	over := int64(0)
	part := &Partial{Tally: settle.TallyOver(d, groups), Settled: s.settled}
	t := part.Tally
	for i := range t.Cells {
		row, cell := s.cells.row(int32(i)), &t.Cells[i]
		cell.Claims, cell.Days = row[cellClaims], row[cellDays]
		row = row[cellShared:]
		for _, b := range paid {
			for _, c := range s.pockets[b] {
				over |= addTo((*int64)(&cell.Pockets[c.pocket]), row[c.column])
			}
		}
		for _, q := range prices {
			over |= addTo((*int64)(&cell.Points), row[s.points(q)])
			if at := s.standards[q]; at >= 0 {
				over |= addTo((*int64)(&cell.Standard), row[at])
			}
			if at := s.directs[q]; at >= 0 {
				over |= addTo((*int64)(&cell.Direct), row[at])
			}
		}
	}
	for i := range t.Homes {
		row, home := s.homes.row(int32(i)), &t.Homes[i]
		home.Claims, home.Stays, home.Gross = row[homeClaims], row[homeStays], money.Fen(row[homeGross])
		row = row[homeShared:]
		for _, b := range paid {
			over |= addTo((*int64)(&home.Fund), row[s.fund(b)])
		}
		for _, q := range prices {
			over |= addTo((*int64)(&home.Points), row[s.points(q)])
			if at := s.directs[q]; at >= 0 {
				over |= addTo((*int64)(&home.Direct), row[at])
			}
		}
	}
	for i := range t.Class {
		class := &t.Class[i]
		for _, q := range prices {
			x := s.classes[q].row(int32(i))
			class.Claims += x[classClaims]
			over |= addTo((*int64)(&class.Gross), x[classGross])
			over |= addTo((*int64)(&class.Points), x[classPoints])
		}
	}
	if over < 0 {
		return nil, errSums
	}
	return part, nil
}
