package engine

import (
	"sync/atomic"

	"github.com/drgsim/drgsim/engine/internal/pages"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// groupSums are the sums by group of all plans that share their streams, taken out of their table column by column. Most of
// what a run has added up stands there, so each column is made once and shared by the partials that have it in common.
type groupSums struct {
	from *streamSums
	// base tells, by column of the layout, which column its sums are told against; -1 where they stand for themselves.
	base []int

	shared settle.GroupSums // the columns that all plans share
	points [][]money.Points // by price work of the stream
	funds  [][]money.Fen    // by benefit work of the stream; empty where they are not added up
	full   []atomic.Bool    // by column of the layout: a sum did not fit
}

// newGroupSums makes room for the columns of so many cells.
func newGroupSums(from *streamSums, base []int, cells int) *groupSums {
	counts, fen := pages.ColumnsIn[int64](&from.spare, groupGross, cells), pages.ColumnsIn[money.Fen](&from.spare, 1+from.inGroups-from.prices, cells)
	return &groupSums{
		from:   from,
		base:   base,
		shared: settle.GroupSums{Claims: counts[groupClaims], Days: counts[groupDays], Excluded: counts[groupExcluded], Gross: fen[0]},
		funds:  fen[1:],
		points: pages.ColumnsIn[money.Points](&from.spare, from.prices, cells),
		full:   make([]atomic.Bool, from.inGroups),
	}
}

// take takes the cells from lo to hi out of the table. Parts that do not overlap may be taken at the same time.
func (g *groupSums) take(lo, hi int) {
	rows := table{g.from.groups.width, g.from.groups.sums[lo*g.from.groups.width:]}
	takeColumn(g.shared.Claims[lo:hi], rows, groupClaims, -1)
	takeColumn(g.shared.Days[lo:hi], rows, groupDays, -1)
	takeColumn(g.shared.Excluded[lo:hi], rows, groupExcluded, -1)
	takeColumn(g.shared.Gross[lo:hi], rows, groupGross, -1)
	for q, to := range g.points {
		takeWork(g, to[lo:hi], rows, g.from.points(q))
	}
	for b, to := range g.funds {
		takeWork(g, to[lo:hi], rows, g.from.fund(b))
	}
}

// takeWork takes a column of the layout out of some rows, with what it is told against.
func takeWork[T ~int64](g *groupSums, to []T, rows table, column int) {
	base := g.base[column]
	if base >= 0 {
		base += groupShared
	}
	if takeColumn(to, rows, groupShared+column, base) < 0 {
		g.full[column].Store(true)
	}
}

// takeColumn takes a column out of some rows, added to a base where that is not negative. What it returns is negative when a
// sum does not fit.
func takeColumn[T ~int64](to []T, rows table, column, base int) int64 {
	over := int64(0)
	for i := range to {
		row := rows.row(int32(i))
		v := row[column]
		if base >= 0 {
			over |= addTo(&v, row[base])
		}
		to[i] = T(v)
	}
	return over
}

// of returns the sums of a benefit work and a price work of the stream.
func (g *groupSums) of(paid, price int) (settle.GroupSums, error) {
	sums := g.shared
	sums.Points = g.points[price]
	full := g.full[g.from.points(price)].Load()
	if len(g.funds) > 0 {
		sums.Fund = g.funds[paid]
		full = full || g.full[g.from.fund(paid)].Load()
	}
	if full {
		return settle.GroupSums{}, errSums
	}
	return sums, nil
}
