package settle

import (
	"github.com/drgsim/drgsim/engine/internal/pages"
	"github.com/drgsim/drgsim/engine/money"
)

// GroupCell sums the stays of one scheme, hospital and group.
type GroupCell struct {
	Claims, Days int64
	// Excluded counts the stays that are LeftOut.
	Excluded int64
	Gross    money.Fen
	Fund     money.Fen // of a tally that knows it, see GroupSums; otherwise 0
	Points   money.Points
}

// LeftOut reports whether a stay is left out by the narrower definition of the grouping rate: longer than 60 days or below
// 5 yuan.
func LeftOut(days int64, gross money.Fen) bool { return days > 60 || gross < 500 }

// GroupSums are group cells, a column for each of their sums. They are most of a tally, and scenarios differ in few of them,
// so tallies of one run share the columns in which they agree. A column that is shared must not be changed: see
// Tally.Own.
type GroupSums struct {
	Claims, Days, Excluded []int64
	Gross                  []money.Fen
	Points                 []money.Points
	// Fund is nil where it is not known: no settlement looks at it, so runs add it up only for who wants to see it.
	Fund []money.Fen
}

// newGroupSums makes so many empty cells; fund tells whether they know the fund's part.
func newGroupSums(cells int, fund bool) GroupSums {
	counts, fen, points := pages.Columns[int64](3, cells), pages.Columns[money.Fen](1, cells), pages.Columns[money.Points](1, cells)
	g := GroupSums{Claims: counts[0], Days: counts[1], Excluded: counts[2], Gross: fen[0], Points: points[0]}
	if fund {
		g.Fund = pages.Columns[money.Fen](1, cells)[0]
	}
	return g
}

// SameStays tells whether these are sums of the same stays, because they share the columns that do not hang on the rules.
func (g *GroupSums) SameStays(o *GroupSums) bool {
	return len(g.Claims) > 0 && len(o.Claims) > 0 && &g.Claims[0] == &o.Claims[0] && &g.Days[0] == &o.Days[0] && &g.Gross[0] == &o.Gross[0]
}

// copied returns cells that share nothing.
func (g *GroupSums) copied() GroupSums {
	out := newGroupSums(len(g.Claims), g.Fund != nil)
	copy(out.Claims, g.Claims)
	copy(out.Days, g.Days)
	copy(out.Excluded, g.Excluded)
	copy(out.Gross, g.Gross)
	copy(out.Fund, g.Fund)
	copy(out.Points, g.Points)
	return out
}

// merge adds other cells.
func (g *GroupSums) merge(s *summer, o *GroupSums) {
	addAll(s, g.Claims, o.Claims)
	addAll(s, g.Days, o.Days)
	addAll(s, g.Excluded, o.Excluded)
	addAll(s, g.Gross, o.Gross)
	addAll(s, g.Points, o.Points)
	if o.Fund == nil {
		g.Fund = nil
	}
	addAll(s, g.Fund, o.Fund)
}

func addAll[T ~int64](s *summer, sums, more []T) {
	for i, v := range more[:len(sums)] {
		if v != 0 {
			sums[i] = add(s, sums[i], v)
		}
	}
}

// groupRow returns the row of a scheme, hospital and group; a negative group is the ungrouped one.
func (t *Tally) groupRow(scheme, hospital, group int) int {
	if group < 0 {
		group = t.Dims.Groups
	}
	return (scheme*t.Dims.Hospitals+hospital)*(t.Dims.Groups+1) + group
}

// Group returns what stands in the cell of a scheme, hospital and group; a negative group is the ungrouped one.
func (t *Tally) Group(scheme, hospital, group int) GroupCell {
	i, g := t.groupRow(scheme, hospital, group), &t.Groups
	c := GroupCell{Claims: g.Claims[i], Days: g.Days[i], Excluded: g.Excluded[i], Gross: g.Gross[i], Points: g.Points[i]}
	if g.Fund != nil {
		c.Fund = g.Fund[i]
	}
	return c
}

// GroupsOf returns where the cells of a scheme's groups at a hospital stand in Groups: from lo up to but not including hi, in the order of
// their numbers and the ungrouped one last.
func (t *Tally) GroupsOf(scheme, hospital int) (lo, hi int) {
	lo = t.groupRow(scheme, hospital, 0)
	return lo, lo + t.Dims.Groups + 1
}

// AddGroup adds to the cell of a scheme, hospital and group of a tally that was made by NewTally and is being filled.
func (t *Tally) AddGroup(scheme, hospital, group int, c GroupCell) {
	i, g := t.groupRow(scheme, hospital, group), &t.Groups
	g.Claims[i] += c.Claims
	g.Days[i] += c.Days
	g.Excluded[i] += c.Excluded
	g.Gross[i] += c.Gross
	if g.Fund != nil {
		g.Fund[i] += c.Fund
	}
	g.Points[i] += c.Points
}
