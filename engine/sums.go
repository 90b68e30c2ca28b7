package engine

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// table holds integer sums, width to a row.
type table struct {
	width int
	sums  []int64
}

func newTable(rows, width int) table { return table{width, make([]int64, rows*width)} }

// row returns n sums of row i from a column on.
func (t *table) row(i int32, column, n int) []int64 {
	at := int(i)*t.width + column
	return t.sums[at : at+n : at+n]
}

// merge adds another table of the same shape.
func (t *table) merge(o *table) error {
	over := int64(0)
	for i, v := range o.sums {
		sum := t.sums[i] + v
		over |= (sum ^ t.sums[i]) & (sum ^ v)
		t.sums[i] = sum
	}
	if over < 0 {
		return fmt.Errorf("adding up claims: %w", money.ErrOverflow)
	}
	return nil
}

// streamSums are the sums of all plans that share their streams. Rows stand in the order of the tally's cells. What all
// plans share comes first in a row, then what each of the benefit works leaves, then what each of the price works pays:
// a claim's sums lie together in memory, as waiting for them costs more than adding.
type streamSums struct {
	cells, homes, groups table
	classes              []table // by price work of the stream
	settled              Flow
	paid                 int // benefit works that the stream has
}

// Columns that all plans share.
const (
	cellClaims, cellDays                              = 0, 1
	homeClaims, homeStays, homeGross                  = 0, 1, 2
	groupClaims, groupDays, groupExcluded, groupGross = 0, 1, 2, 3

	cellShared, homeShared, groupShared = 2, 3, 4
)

// Columns of one benefit work: all pockets in cells, the fund's part in homes and groups.
const (
	pocketWidth = int(benefit.NumPockets)
	fundWidth   = 1
)

// Columns of one price work; groups have the points alone.
const (
	pricePoints, priceStandard, priceDirect = 0, 1, 2
	homePoints, homeDirect                  = 0, 1
	classClaims, classGross, classPoints    = 0, 1, 2

	cellPriceWidth, homePriceWidth, groupPriceWidth, classWidth = 3, 2, 1, 3
)

func newStreamSums(d settle.Dims, paid int, classes []int) *streamSums {
	prices := len(classes)
	s := &streamSums{
		cells:  newTable(d.Streams*d.Schemes*d.Hospitals*settle.Months, cellShared+paid*pocketWidth+prices*cellPriceWidth),
		homes:  newTable(d.Streams*d.Schemes*d.Counties*d.Hospitals, homeShared+paid*fundWidth+prices*homePriceWidth),
		groups: newTable(d.Schemes*d.Hospitals*(d.Groups+1), groupShared+paid*fundWidth+prices*groupPriceWidth),
		paid:   paid,
	}
	for _, n := range classes {
		s.classes = append(s.classes, newTable(n*d.Schemes*d.Hospitals, classWidth))
	}
	return s
}

// The columns at which benefit work b and price work q of the stream begin.
func (s *streamSums) pockets(b int) int    { return cellShared + b*pocketWidth }
func (s *streamSums) homeFund(b int) int   { return homeShared + b*fundWidth }
func (s *streamSums) groupFund(b int) int  { return groupShared + b*fundWidth }
func (s *streamSums) cellPrice(q int) int  { return s.pockets(s.paid) + q*cellPriceWidth }
func (s *streamSums) homePrice(q int) int  { return s.homeFund(s.paid) + q*homePriceWidth }
func (s *streamSums) groupPrice(q int) int { return s.groupFund(s.paid) + q*groupPriceWidth }

func (s *streamSums) merge(o *streamSums) error {
	pairs := [][2]*table{{&s.cells, &o.cells}, {&s.homes, &o.homes}, {&s.groups, &o.groups}}
	for i := range s.classes {
		pairs = append(pairs, [2]*table{&s.classes[i], &o.classes[i]})
	}
	for _, p := range pairs {
		if err := p[0].merge(p[1]); err != nil {
			return err
		}
	}
	return s.settled.merge(o.settled)
}

// partial takes the sums of benefit works and price works out: each of a list of columns, added up.
// The sums of a column may fit where those of two do not.
func (s *streamSums) partial(p *Plan, paid, prices []int, people *People) (*Partial, error) {
	over := int64(0)
	add := func(sum *int64, v int64) {
		n := *sum + v
		over |= (n ^ *sum) & (n ^ v)
		*sum = n
	}
	part := &Partial{Tally: settle.NewTally(p.dims()), People: people, Settled: s.settled}
	t := part.Tally
	for i := range t.Cells {
		n := s.cells.row(int32(i), 0, cellShared)
		cell := &t.Cells[i]
		cell.Claims, cell.Days = n[cellClaims], n[cellDays]
		for _, b := range paid {
			for k, fen := range s.cells.row(int32(i), s.pockets(b), pocketWidth) {
				add((*int64)(&cell.Pockets[k]), fen)
			}
		}
		for _, q := range prices {
			x := s.cells.row(int32(i), s.cellPrice(q), cellPriceWidth)
			add((*int64)(&cell.Points), x[pricePoints])
			add((*int64)(&cell.Standard), x[priceStandard])
			add((*int64)(&cell.Direct), x[priceDirect])
		}
	}
	for i := range t.Homes {
		n := s.homes.row(int32(i), 0, homeShared)
		home := &t.Homes[i]
		home.Claims, home.Stays, home.Gross = n[homeClaims], n[homeStays], money.Fen(n[homeGross])
		for _, b := range paid {
			add((*int64)(&home.Fund), s.homes.row(int32(i), s.homeFund(b), fundWidth)[0])
		}
		for _, q := range prices {
			x := s.homes.row(int32(i), s.homePrice(q), homePriceWidth)
			add((*int64)(&home.Points), x[homePoints])
			add((*int64)(&home.Direct), x[homeDirect])
		}
	}
	for i := range t.Groups {
		n := s.groups.row(int32(i), 0, groupShared)
		group := &t.Groups[i]
		group.Claims, group.Days, group.Excluded, group.Gross = n[groupClaims], n[groupDays], n[groupExcluded], money.Fen(n[groupGross])
		for _, b := range paid {
			add((*int64)(&group.Fund), s.groups.row(int32(i), s.groupFund(b), fundWidth)[0])
		}
		for _, q := range prices {
			add((*int64)(&group.Points), s.groups.row(int32(i), s.groupPrice(q), groupPriceWidth)[0])
		}
	}
	for i := range t.Class {
		class := &t.Class[i]
		for _, q := range prices {
			x := s.classes[q].row(int32(i), 0, classWidth)
			class.Claims += x[classClaims]
			add((*int64)(&class.Gross), x[classGross])
			add((*int64)(&class.Points), x[classPoints])
		}
	}
	if over < 0 {
		return nil, fmt.Errorf("scenario %s: adding up points and prices: %w", p.Scenario.Name, money.ErrOverflow)
	}
	return part, nil
}
