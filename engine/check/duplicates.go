package check

import (
	"bytes"
	"hash/maphash"
	"sync"

	"github.com/drgsim/drgsim/engine/claims"
)

// id returns the bytes of a row's claim id.
func id(t *claims.Text, row int32) []byte { return t.Bytes[t.Offsets[row]:t.Offsets[row+1]] }

// duplicates finds rows whose claim id stands in an earlier row. Ids in rising order need no more than a look at each
// neighbour; others are parted by their hashes, so that each part's table fits in the cache.
func (p *pass) duplicates() []mark {
	ids := &p.t.ClaimID
	if ids.Offsets == nil || p.rising {
		return nil
	}
	entries, ends := p.partition()
	found := make([][]mark, p.workers)
	var wg sync.WaitGroup
	for w := range p.workers {
		wg.Go(func() {
			var slots []uint64
			for part := w; part < len(ends); part += p.workers {
				from := 0
				if part > 0 {
					from = ends[part-1]
				}
				found[w], slots = p.duplicatesIn(entries[from:ends[part]], found[w], slots)
			}
		})
	}
	wg.Wait()
	var all []mark
	for _, f := range found {
		all = append(all, f...)
	}
	return all
}

// An entry of the partition is the low half of the id's hash above the row.
func entry(hash uint64, row int32) uint64 { return hash<<32 | uint64(uint32(row)) }

// partition sorts the rows by the upper bits of their ids' hashes, and keeps their order within a part. It returns
// where each part ends. Hashes differ from run to run; what is found does not.
func (p *pass) partition() (entries []uint64, ends []int) {
	const perPart = 1 << 13
	bits := 0
	for p.t.Rows>>bits > perPart {
		bits++
	}
	ids, n, shift := &p.t.ClaimID, p.t.Rows, 64-bits
	seed := maphash.MakeSeed()
	counts := make([][]int, p.workers)
	p.each(func(w int) {
		c := make([]int, 1<<bits)
		lo, hi := p.share(w)
		for row := lo; row < hi; row++ {
			c[maphash.Bytes(seed, id(ids, int32(row)))>>shift]++
		}
		counts[w] = c
	})
	ends = make([]int, 1<<bits)
	at := 0
	for part := range ends {
		for w := range counts {
			at, counts[w][part] = at+counts[w][part], at
		}
		ends[part] = at
	}
	entries = make([]uint64, n)
	p.each(func(w int) {
		lo, hi := p.share(w)
		for row := lo; row < hi; row++ {
			h := maphash.Bytes(seed, id(ids, int32(row)))
			entries[counts[w][h>>shift]] = entry(h, int32(row))
			counts[w][h>>shift]++
		}
	})
	return entries, ends
}

// share returns the rows of one worker.
func (p *pass) share(w int) (lo, hi int) {
	n := p.t.Rows
	if lo, hi = n/p.workers*w, n/p.workers*(w+1); w == p.workers-1 {
		hi = n
	}
	return lo, hi
}

// each runs work once for every worker.
func (p *pass) each(work func(w int)) {
	var wg sync.WaitGroup
	for w := range p.workers {
		wg.Go(func() { work(w) })
	}
	wg.Wait()
}

// duplicatesIn looks through one part with an open-addressing table, which it returns for the next part.
func (p *pass) duplicatesIn(part []uint64, found []mark, slots []uint64) ([]mark, []uint64) {
	size := 16
	for size < 2*len(part) {
		size *= 2
	}
	if len(slots) < size {
		slots = make([]uint64, size)
	}
	table := slots[:size]
	clear(table)
	ids := &p.t.ClaimID
	for _, e := range part {
		row := int32(uint32(e))
		for at := int(e>>32) & (size - 1); ; at = (at + 1) & (size - 1) {
			if table[at] == 0 {
				table[at] = e + 1 // row 0 of hash 0 would look like an empty slot
				break
			}
			if first := int32(uint32(table[at] - 1)); (table[at]-1)>>32 == e>>32 && bytes.Equal(id(ids, first), id(ids, row)) {
				if len(id(ids, row)) > 0 { // a blank id is a finding of its own
					m := mark{row: row, other: first, kind: duplicateDifferent, column: claims.ColClaimID}
					if p.equal(row, first) {
						m.kind = duplicateEqual
					}
					found = append(found, m)
				}
				break
			}
		}
	}
	return found, slots
}

// equal tells whether two rows agree in every column.
func (p *pass) equal(a, b int32) bool {
	t := p.t
	for c := range claims.NumColumns {
		if c != claims.ColClaimID && !equalCell(t, c, a, b) {
			return false
		}
	}
	return true
}
