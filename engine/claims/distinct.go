package claims

import (
	"hash/maphash"
	"math/bits"
	"strconv"
	"sync/atomic"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// hashSeed differs from run to run, so that no file can be made to collide. Nothing that leaves the package depends on it.
var hashSeed = maphash.MakeSeed()

func hashOf(s []byte) uint64 { return maphash.Bytes(hashSeed, s) }

func halfHash(s []byte) uint32 { return uint32(hashOf(s)) }

// hashTable numbers distinct texts in the order in which they come. It is one array of slots with open addressing: half
// a hash, to pass over most others without looking at their text, and the number plus one.
type hashTable struct {
	slots  []uint64
	values Text
}

// newHashTable makes a table with room for n texts.
func newHashTable(n int) *hashTable {
	size := 1 << bits.Len(uint(max(2*n, 30)))
	return &hashTable{slots: make([]uint64, size), values: Text{Offsets: []int64{0}}}
}

// code returns the number of a text, of whose hash h is the lower half, and whether it is new.
func (t *hashTable) code(h uint32, s []byte) (code int32, fresh bool) {
	mask := uint64(len(t.slots) - 1)
	tag := uint64(h) << 32
	for i := uint64(h) & mask; ; i = (i + 1) & mask {
		slot := t.slots[i]
		if slot == 0 {
			n := t.values.Len()
			t.slots[i] = tag | uint64(n+1)
			t.values.Bytes = append(t.values.Bytes, s...)
			t.values.Offsets = append(t.values.Offsets, int64(len(t.values.Bytes)))
			if 2*(n+1) > len(t.slots) {
				t.grow()
			}
			return int32(n), true
		}
		if slot>>32 == tag>>32 {
			k := int(uint32(slot)) - 1
			if string(t.values.bytes(k)) == string(s) {
				return int32(k), false
			}
		}
	}
}

// grow doubles the room.
func (t *hashTable) grow() {
	old := t.slots
	t.slots = make([]uint64, 2*len(old))
	mask := uint64(len(t.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		i := slot >> 32 & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = slot
	}
}

// key returns the bytes that tell cell i from others: its text, or the bytes of its number.
func (c *cells) key(i int) ([]byte, error) {
	if c.typ.Kind == ipc.Int {
		w := c.typ.Bits / 8
		return c.data[w*i : w*i+w], nil
	}
	return c.plainText(i)
}

// Above how many rows, and how many distinct values in a sample of them, one table of all values no longer stays in the
// processor's caches, so that parting the rows by hash first pays.
const (
	manyRows     = 1 << 18
	sampleRows   = 1 << 15
	manyDistinct = 1 << 13
)

// sample tells whether a plain column has so many distinct values that its rows should be parted.
func (l *codedLoader) sample() (bool, error) {
	if l.w.rows < manyRows {
		return false, nil
	}
	p := l.w.pieces[0]
	run, err := l.w.src.cells(l.col, p.batch, p.lo, min(p.lo+sampleRows, p.hi), nil, l.w.budget)
	if err != nil {
		return false, err
	}
	seen := newHashTable(0)
	for i := range run.n {
		if run.null(i) {
			continue
		}
		s, err := run.key(i)
		if err != nil {
			return false, err
		}
		seen.code(halfHash(s), s)
	}
	return seen.values.Len() > manyDistinct, nil
}

// encode numbers the values of one piece by themselves.
func (l *codedLoader) encode(k int, p piece) error {
	run := &l.runs[k]
	t := newHashTable(0)
	codes := l.codes[p.at : p.at+p.rows()]
	var last []byte
	lastCode := NoCode
	for i := range codes {
		codes[i] = NoCode
		if run.null(i) {
			l.missing(p.at + i)
			continue
		}
		s, err := run.key(i)
		if err != nil {
			return err
		}
		if len(s) == 0 {
			l.missing(p.at + i)
			continue
		}
		if lastCode == NoCode || string(s) != string(last) {
			lastCode, _ = t.code(halfHash(s), s)
			last = s
		}
		codes[i] = lastCode
	}
	l.locals[k] = t
	*run = cells{typ: run.typ}
	return nil
}

// joinLocals makes one list of the values of all pieces, in the order of their first rows.
func (l *codedLoader) joinLocals() error {
	all := l.locals[0]
	maps := make([][]int32, len(l.locals))
	for k, t := range l.locals[1:] {
		m := make([]int32, t.values.Len())
		for i := range m {
			s := t.values.bytes(i)
			m[i], _ = all.code(halfHash(s), s)
		}
		maps[k+1] = m
	}
	l.out.Values = l.spell(all.values)
	return parallel.Each(l.w.ctx, l.w.workers, len(maps), func(k int) error {
		p := l.w.pieces[k]
		for i := p.at; i < p.at+p.rows() && k > 0; i++ {
			if c := l.codes[i]; c != NoCode {
				l.codes[i] = maps[k][c]
			}
		}
		return nil
	})
}

// spell turns values that are the bytes of numbers into their decimals.
func (l *codedLoader) spell(values Text) Text {
	typ := l.runs[0].typ
	if typ.Kind != ipc.Int {
		return values
	}
	out := Text{Offsets: make([]int64, 1, values.Len()+1)}
	for i := range values.Len() {
		v, big := integerAt(values.bytes(i), typ, 0)
		if big {
			out.Bytes = strconv.AppendUint(out.Bytes, uint64(v), 10)
		} else {
			out.Bytes = strconv.AppendInt(out.Bytes, v, 10)
		}
		out.Offsets = append(out.Offsets, int64(len(out.Bytes)))
	}
	return out
}

// partBits is the number of parts, as a power of two, that rows are put into by hash.
const partBits = 8

// partition holds the rows of a piece ordered by part: half a hash above the row's place in the piece, and the keys
// behind one another, so that they are read in order and not from all over the file.
type partition struct {
	rows   []uint64
	keys   []byte
	ends   []int64 // of each key
	starts [1<<partBits + 1]int32
	from   [1 << partBits]int64 // where the keys of each part start
}

// part puts the rows of one piece into parts.
func (l *codedLoader) part(k int, p piece) error {
	run, pt := &l.runs[k], &l.entries[k]
	if err := l.w.budget.Take(24 * int64(run.n)); err != nil {
		return err
	}
	hashes := make([]uint64, run.n)
	codes := l.codes[p.at : p.at+p.rows()]
	var at [1 << partBits]int64 // first the bytes of each part's keys, then where its next key goes
	for i := range hashes {
		if codes[i] = NoCode; run.null(i) {
			l.missing(p.at + i)
			continue
		}
		s, err := run.key(i)
		if err != nil {
			return err
		}
		if len(s) == 0 {
			l.missing(p.at + i)
			continue
		}
		codes[i] = 0
		hashes[i] = hashOf(s)
		q := hashes[i] >> (64 - partBits)
		pt.starts[q+1]++
		at[q] += int64(len(s))
	}
	bytes := int64(0)
	for q := range at {
		pt.starts[q+1] += pt.starts[q]
		pt.from[q] = bytes
		bytes += at[q]
	}
	if err := l.w.budget.Take(bytes); err != nil {
		return err
	}
	next := pt.starts
	at = pt.from
	n := pt.starts[1<<partBits]
	pt.rows, pt.ends, pt.keys = make([]uint64, n), make([]int64, n), make([]byte, bytes)
	for i, h := range hashes {
		if codes[i] == NoCode {
			continue
		}
		s, _ := run.key(i) // read before
		q := h >> (64 - partBits)
		at[q] += int64(copy(pt.keys[at[q]:], s))
		pt.rows[next[q]], pt.ends[next[q]] = h<<32|uint64(uint32(i)), at[q]
		next[q]++
	}
	*run = cells{typ: run.typ}
	return nil
}

// joinParts numbers the values of each part by itself, small enough for a processor's cache, and then all values by
// their first rows.
func (l *codedLoader) joinParts() error {
	const parts = 1 << partBits
	tables := make([]*hashTable, parts)
	firsts := make([][]int, parts)
	first := make([]uint64, l.w.rows/64+1) // a bit for each row that is the first of its value
	err := parallel.Each(l.w.ctx, l.w.workers, parts, func(q int) error {
		t := newHashTable(0)
		for k := range l.entries {
			e, at := &l.entries[k], l.w.pieces[k].at
			from := e.from[q]
			for m := e.starts[q]; m < e.starts[q+1]; m++ {
				x, end := e.rows[m], e.ends[m]
				i := int(uint32(x))
				c, fresh := t.code(uint32(x>>32), e.keys[from:end])
				from = end
				if fresh {
					firsts[q] = append(firsts[q], at+i)
					atomic.OrUint64(&first[(at+i)>>6], 1<<((at+i)&63))
				}
				l.codes[at+i] = c
			}
		}
		tables[q] = t
		return nil
	})
	if err != nil {
		return err
	}
	for k := range l.entries {
		l.entries[k].keys, l.entries[k].ends = nil, nil
	}
	ranks := make([]int32, len(first)+1)
	for i, b := range first {
		ranks[i+1] = ranks[i] + int32(bits.OnesCount64(b))
	}
	values := Text{Offsets: make([]int64, ranks[len(first)]+1)}
	final := make([][]int32, parts)
	total := int64(0)
	for q, rows := range firsts {
		final[q] = make([]int32, len(rows))
		for c, i := range rows {
			rank := ranks[i>>6] + int32(bits.OnesCount64(first[i>>6]&(1<<(i&63)-1)))
			final[q][c] = rank
			values.Offsets[rank+1] = int64(len(tables[q].values.bytes(c)))
		}
		total += int64(len(tables[q].values.Bytes))
	}
	for i := range len(values.Offsets) - 1 {
		values.Offsets[i+1] += values.Offsets[i]
	}
	values.Bytes = make([]byte, total)
	err = parallel.Each(l.w.ctx, l.w.workers, parts, func(q int) error {
		for c, rank := range final[q] {
			copy(values.Bytes[values.Offsets[rank]:], tables[q].values.bytes(c))
		}
		for k := range l.entries {
			e, at := &l.entries[k], l.w.pieces[k].at
			for _, x := range e.rows[e.starts[q]:e.starts[q+1]] {
				i := at + int(uint32(x))
				l.codes[i] = final[q][l.codes[i]]
			}
		}
		return nil
	})
	l.out.Values = l.spell(values)
	return err
}
