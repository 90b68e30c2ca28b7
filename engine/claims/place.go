package claims

import (
	"fmt"
	"sync"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// offsetPool keeps the memory that offsets pass through on their way into a column.
var offsetPool = sync.Pool{New: func() any { return new([]byte) }}

// textEnds implements placer for texts that are neither compressed nor coded.
func (s *ipcSource) textEnds(c Column, batch int, lo, hi int64, ends []int64, budget *ipc.Budget) (int64, bool, error) {
	f := &s.file.Fields[s.field[c]]
	ch := &s.file.Batches[batch].Columns[s.field[c]]
	if !s.plain || f.Encoded() || f.Type.Kind != ipc.LargeUtf8 && f.Type.Kind != ipc.Utf8 || lo == hi {
		return 0, false, nil
	}
	if ch.Nulls == ch.Rows {
		return 0, true, nil
	}
	scratch := offsetPool.Get().(*[]byte)
	defer offsetPool.Put(scratch)
	w := int64(8)
	if f.Type.Kind == ipc.Utf8 {
		w = 4
	}
	n := int(w * (hi - lo + 1))
	if cap(*scratch) < n {
		if err := budget.Take(int64(n)); err != nil {
			return 0, false, err
		}
		*scratch = make([]byte, n)
	}
	raw, err := s.offsets(ch, w, lo, hi, (*scratch)[:n], budget)
	if err != nil {
		return 0, false, fmt.Errorf("batch %d: %w", batch+1, err)
	}
	from, sound := int64(0), false
	if w == 8 {
		from, sound = endsOf(cast[int64](raw), ends)
	} else {
		from, sound = endsOf(cast[int32](raw), ends)
	}
	if size := int64(0); sound && ends[len(ends)-1] > 0 {
		size, err = s.file.Size(ch, 2)
		sound = err == nil && from <= size && ends[len(ends)-1] <= size-from
	}
	if !sound {
		return 0, false, fmt.Errorf("batch %d: %w", batch+1, errOffsets)
	}
	if ch.Nulls > 0 {
		valid, err := s.bits(ch, 0, lo, hi, budget)
		if err != nil {
			return 0, false, fmt.Errorf("batch %d: %w", batch+1, err)
		}
		run, last := cells{valid: valid, validBit: int(lo % 8)}, int64(0)
		for i, e := range ends {
			if e != last && run.null(i) {
				return 0, false, nil // a null with bytes behind it, which are nobody's
			}
			last = e
		}
	}
	return from, true, nil
}

// endsOf turns offsets into ends, and tells whether they rise.
func endsOf[O int32 | int64](offs []O, ends []int64) (from int64, sound bool) {
	first := offs[0]
	last, falls := first, first < 0
	for i, o := range offs[1:] {
		falls = falls || o < last
		ends[i], last = int64(o)-int64(first), o
	}
	return int64(first), !falls
}

// text implements placer.
func (s *ipcSource) text(c Column, batch int, from int64, dst []byte, budget *ipc.Budget) error {
	if len(dst) == 0 {
		return nil
	}
	ch := &s.file.Batches[batch].Columns[s.field[c]]
	b, err := s.file.Load(ch, 2, from, int64(len(dst)), dst, budget)
	if err != nil {
		return fmt.Errorf("batch %d: %w", batch+1, err)
	}
	if &b[0] != &dst[0] {
		copy(dst, b)
	}
	return nil
}
