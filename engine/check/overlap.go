package check

import (
	"cmp"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
)

// overlaps finds stays that begin before an earlier stay of the same person has ended. Moving on the day of discharge is
// no overlap. Rejected rows, reversals and the claims that they take back do not count.
func (p *pass) overlaps() []mark {
	t := p.t
	if t.Person.Codes == nil || t.Admission == nil || t.Discharge == nil {
		return nil
	}
	found := make([][]mark, p.workers)
	if p.gathered {
		p.each(func(w int) { found[w] = p.overlapsAmong(p.share(w)) })
		return slices.Concat(found...)
	}
	persons := t.Person.Values.Len()
	p.each(func(w int) {
		// Each worker takes a range of persons, so that their counts stay within reach.
		lo, hi := persons/p.workers*w, persons/p.workers*(w+1)
		if w == p.workers-1 {
			hi = persons
		}
		found[w] = p.overlapsOf(int32(lo), int32(hi))
	})
	return slices.Concat(found...)
}

// overlapsAmong looks at the persons whose first row lies between two rows of a table that has each person's rows together.
func (p *pass) overlapsAmong(lo, hi int) (found []mark) {
	codes, admission, discharge := p.t.Person.Codes, p.t.Admission, p.t.Discharge
	for lo > 0 && lo < hi && codes[lo] == codes[lo-1] {
		lo++
	}
	for lo < hi && hi < len(codes) && codes[hi] == codes[hi-1] {
		hi++
	}
	var stays []int32
	first := lo // row of the present person
	for row := lo; row < hi; row++ {
		if row == lo || codes[row] != codes[row-1] {
			if first = row; discharge[row] >= admission[row] {
				continue
			}
		} else if discharge[row] >= admission[row] && admission[row] >= discharge[row-1] {
			continue // as long as each row goes on after the one before, none can overlap an earlier one
		}
		stays = stays[:0]
		for row = first; row < hi && codes[row] == codes[first]; row++ {
			if codes[row] >= 0 && p.stayed(row) {
				stays = append(stays, int32(row))
			}
		}
		row--
		found = p.overlapsIn(stays, found)
	}
	return found
}

// stayed tells whether a row is a stay that takes part.
func (p *pass) stayed(row int) bool {
	t := p.t
	return !p.gone(int32(row)) && (p.reversed == nil || !p.reversed[row]) && (t.Setting == nil || isStay(t.Setting[row])) &&
		(t.Status == nil || t.Status[row] == claims.Normal) && t.Admission[row] != claims.NoDate && t.Discharge[row] != claims.NoDate
}

// overlapsOf looks at the persons lo to hi-1: it sorts their stays by person, counting, then each person's by day.
func (p *pass) overlapsOf(lo, hi int32) (found []mark) {
	t := p.t
	ends := make([]int32, hi-lo+1)
	for row, c := range t.Person.Codes {
		if c >= lo && c < hi && p.stayed(row) {
			ends[c-lo+1]++
		}
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	stays := make([]int32, ends[len(ends)-1])
	next := slices.Clone(ends)
	for row, c := range t.Person.Codes {
		if c >= lo && c < hi && p.stayed(row) {
			stays[next[c-lo]] = int32(row)
			next[c-lo]++
		}
	}
	for c := range len(ends) - 1 {
		of := stays[ends[c]:ends[c+1]]
		found = p.overlapsIn(of, found)
	}
	return found
}

// overlapsIn looks at the stays of one person, which it sorts.
func (p *pass) overlapsIn(of []int32, found []mark) []mark {
	if len(of) < 2 {
		return found
	}
	t := p.t
	slices.SortFunc(of, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.Admission[a], t.Admission[b]), cmp.Compare(t.Discharge[a], t.Discharge[b]), cmp.Compare(a, b))
	})
	longest := of[0] // the stay that ends last so far
	for _, row := range of[1:] {
		if t.Admission[row] < t.Discharge[longest] {
			found = append(found, mark{row: row, other: longest, kind: overlap, column: claims.ColAdmissionDate})
		}
		if t.Discharge[row] > t.Discharge[longest] {
			longest = row
		}
	}
	return found
}
