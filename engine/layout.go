package engine

import (
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
)

// layout says in which column of a row the sums of each benefit work and price work of a stream stand. Groups hold the first
// inGroups columns, homes the first inHomes, cells all.
type layout struct {
	inGroups, inHomes, width int

	prices    int              // price works; the points of each come first, and then the fund's part of each benefit work
	directs   []int            // by price work: what is owed directly; -1 where nothing is
	pockets   [][]pocketColumn // by benefit work: the pockets that can hold money, the fund among them
	standards []int            // by price work; -1 where there is none
}

// pocketColumn tells where a pocket is added up.
type pocketColumn struct {
	pocket benefit.Pocket
	column int
}

// priceColumns is what a price work needs in the tables.
type priceColumns struct {
	classes int  // how many classes it has
	owed    bool // it knows standards, and amounts that are owed directly
}

// points is the column of the points of price work q, fund that of the fund's part of benefit work b.
func (l *layout) points(q int) int { return q }
func (l *layout) fund(b int) int   { return l.prices + b }

// newLayout lays the sums of benefit works and price works out; groupFund tells whether groups hold the fund's part.
func newLayout(paid []benefit.PocketSet, prices []priceColumns, groupFund bool) layout {
	l := layout{prices: len(prices), inGroups: len(prices)}
	at := len(prices) + len(paid)
	if groupFund {
		l.inGroups = at
	}
	next := func(wanted bool) int {
		if !wanted {
			return -1
		}
		at++
		return at - 1
	}
	for _, p := range prices {
		l.directs = append(l.directs, next(p.owed))
	}
	l.inHomes = at
	for b, set := range paid {
		columns := []pocketColumn{{benefit.Fund, l.fund(b)}}
		for p := range benefit.NumPockets {
			if p != benefit.Fund && set.Has(p) {
				columns = append(columns, pocketColumn{p, next(true)})
			}
		}
		l.pockets = append(l.pockets, columns)
	}
	for _, p := range prices {
		l.standards = append(l.standards, next(p.owed))
	}
	l.width = at
	return l
}

// priceOf returns the price work whose sums stand in a column, or -1.
func (l *layout) priceOf(column int) int {
	if column >= 0 && column < l.prices {
		return column
	}
	return max(slices.Index(l.directs, column), slices.Index(l.standards, column))
}
