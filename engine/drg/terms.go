package drg

import "slices"

// term is what turns base points into a stay's points, and these into money.
type term struct {
	coef int64 // nano
	rate int64 // millionths of a currency unit a point; 0 where there is none
}

// terms gives the term of each price number and group.
//
// A region has a price number for nearly each hospital, but most groups have the coefficient and the rate of all others there:
// only same-price groups differ. Groups whose terms are the same at every price number share a column, so that the table of a
// large region fits in the processor's nearest memory.
type terms struct {
	list    []term
	numbers map[term]uint32
	last    uint32   // number of the last cell, which is mostly that of the next one too
	cells   []uint32 // by price number and column: number in list
	columns []int32  // by group
	width   int      // number of columns
}

// mostColumns is how many columns are worth looking for: with more of them, each group has its own.
const mostColumns = 32

// add appends a cell. Cells come by price number and group.
func (t *terms) add(x term) {
	if len(t.list) == 0 || t.list[t.last] != x {
		n, ok := t.numbers[x]
		if !ok {
			n = uint32(len(t.list))
			t.numbers[x] = n
			t.list = append(t.list, x)
		}
		t.last = n
	}
	t.cells = append(t.cells, t.last)
}

// share gives groups their columns, once all cells are added.
func (t *terms) share(groups int) {
	t.columns, t.width = make([]int32, groups), groups
	if groups == 0 {
		return
	}
	var firsts []int // by column: its first group
	for g := range t.columns {
		c := slices.IndexFunc(firsts, func(first int) bool { return t.alike(first, g) })
		if c < 0 {
			if c = len(firsts); c == mostColumns {
				for g := range t.columns {
					t.columns[g] = int32(g)
				}
				return
			}
			firsts = append(firsts, g)
		}
		t.columns[g] = int32(c)
	}
	var cells []uint32
	for row := range slices.Chunk(t.cells, groups) {
		for _, g := range firsts {
			cells = append(cells, row[g])
		}
	}
	t.cells, t.width = cells, len(firsts)
}

// alike tells whether two groups have the same term at every price number.
func (t *terms) alike(g, h int) bool {
	for row := range slices.Chunk(t.cells, len(t.columns)) {
		if row[g] != row[h] {
			return false
		}
	}
	return true
}

// at returns the term of a price number and group.
func (t *terms) at(price, group int32) *term {
	return &t.list[t.cells[int(price)*t.width+int(t.columns[group])]]
}
