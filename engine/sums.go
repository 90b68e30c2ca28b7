package engine

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// The sums of a worker are kept apart by what they depend on, so that plans share those that they have in common. Each is
// a table of integers whose rows stand in the order of the tally's cells.

// Columns of the tables.
const (
	countClaims, countDays                            = 0, 1
	countWidth                                        = 2
	homeClaims, homeGross                             = 0, 1
	homeWidth                                         = 2
	groupClaims, groupDays, groupExcluded, groupGross = 0, 1, 2, 3
	groupWidth                                        = 4
	pricePoints, priceStandard, priceDirect           = 0, 1, 2
	priceWidth                                        = 3
	priceHomePoints, priceHomeDirect                  = 0, 1
	priceHomeWidth                                    = 2
	classClaims, classGross, classPoints              = 0, 1, 2
	classWidth                                        = 3
	pocketWidth                                       = int(benefit.NumPockets)
)

// table holds integer sums, width to a row.
type table struct {
	width int
	sums  []int64
}

func newTable(rows, width int) table { return table{width, make([]int64, rows*width)} }

func (t *table) row(i int) []int64 { return t.sums[i*t.width : (i+1)*t.width] }

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

// counts are the sums of a streamWork.
type counts struct {
	cells, homes, groups table
	settled              Flow
}

// paidSums are the sums of a paidWork.
type paidSums struct{ cells, homes, groups table }

// priceSums are the sums of a priceWork.
type priceSums struct{ cells, homes, groups, classes table }

func newCounts(d settle.Dims) *counts {
	return &counts{cells: newTable(cellsOf(d), countWidth), homes: newTable(homesOf(d), homeWidth), groups: newTable(groupsOf(d), groupWidth)}
}

func newPaidSums(d settle.Dims) *paidSums {
	return &paidSums{cells: newTable(cellsOf(d), pocketWidth), homes: newTable(homesOf(d), 1), groups: newTable(groupsOf(d), 1)}
}

func newPriceSums(d settle.Dims) *priceSums {
	return &priceSums{cells: newTable(cellsOf(d), priceWidth), homes: newTable(homesOf(d), priceHomeWidth),
		groups: newTable(groupsOf(d), 1), classes: newTable(d.Classes*d.Schemes*d.Hospitals, classWidth)}
}

func cellsOf(d settle.Dims) int  { return d.Streams * d.Schemes * d.Hospitals * settle.Months }
func homesOf(d settle.Dims) int  { return d.Streams * d.Schemes * d.Counties * d.Hospitals }
func groupsOf(d settle.Dims) int { return d.Schemes * d.Hospitals * (d.Groups + 1) }

// joined makes a partial of the sums that it is made of.
func joined(p *Plan, c *counts, b *paidSums, q *priceSums, people *People) *Partial {
	part := &Partial{Tally: settle.NewTally(p.dims()), People: people, Settled: c.settled}
	t := part.Tally
	for i := range t.Cells {
		n, x := c.cells.row(i), q.cells.row(i)
		cell := &t.Cells[i]
		cell.Claims, cell.Days = n[countClaims], n[countDays]
		for k, fen := range b.cells.row(i) {
			cell.Pockets[k] = money.Fen(fen)
		}
		cell.Points, cell.Standard, cell.Direct = money.Points(x[pricePoints]), money.Fen(x[priceStandard]), money.Fen(x[priceDirect])
	}
	for i := range t.Homes {
		n, x := c.homes.row(i), q.homes.row(i)
		t.Homes[i] = settle.HomeCell{Claims: n[homeClaims], Gross: money.Fen(n[homeGross]), Fund: money.Fen(b.homes.sums[i]),
			Points: money.Points(x[priceHomePoints]), Direct: money.Fen(x[priceHomeDirect])}
	}
	for i := range t.Groups {
		n := c.groups.row(i)
		t.Groups[i] = settle.GroupCell{Claims: n[groupClaims], Days: n[groupDays], Excluded: n[groupExcluded],
			Gross: money.Fen(n[groupGross]), Fund: money.Fen(b.groups.sums[i]), Points: money.Points(q.groups.sums[i])}
	}
	for i := range t.Class {
		x := q.classes.row(i)
		t.Class[i] = settle.ClassCell{Claims: x[classClaims], Gross: money.Fen(x[classGross]), Points: money.Points(x[classPoints])}
	}
	return part
}
