package claims

import (
	"bytes"
	"encoding/binary"
	"unicode"
	"unicode/utf8"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// textLoader loads a column of texts that are all different, so that coding them would gain nothing.
type textLoader struct {
	w       *window
	col     Column
	out     *Text
	runs    []textRun // by piece
	offsets []int64
	aliased bool
}

// textRun is one piece of the column on its way: read as cells, or placed, when its texts can be read to where they are to
// stand as soon as the lengths of all pieces before it are known.
type textRun struct {
	cells
	placed bool
	from   int64 // of the source's bytes, where placed
	size   int64
}

func newTextLoader(w *window, c Column, out *Text, value, index ipc.Type) (loader, error) {
	l := &textLoader{w: w, col: c, out: out, runs: make([]textRun, len(w.pieces))}
	if value.Kind == ipc.LargeUtf8 && index.Kind != ipc.Int && w.inPlace(c) {
		run, err := w.src.cells(c, w.pieces[0].batch, 0, int64(w.rows), nil, w.budget)
		if err != nil {
			return nil, err
		}
		if run.base == 0 {
			l.check(&run, 0)
			*out, l.aliased = Text{Offsets: run.off64, Bytes: run.text}, true
			w.aliased.Store(true)
			return l, nil
		}
	}
	if err := w.budget.Take(8 * int64(w.rows+1)); err != nil {
		return nil, err
	}
	if l.offsets = roomIn[int64](w.mem, w.rows+1); w.mem != nil {
		clear(l.offsets)
	}
	return l, nil
}

func (l *textLoader) piece(k int, p piece) error {
	if l.aliased {
		return nil
	}
	run := &l.runs[k]
	if src, ok := l.w.src.(placer); ok {
		var err error
		ends := l.offsets[p.at+1 : p.at+1+p.rows()]
		if run.from, run.placed, err = src.textEnds(l.col, p.batch, p.lo, p.hi, ends, l.w.budget); err != nil {
			return err
		}
		if run.placed {
			if run.size = ends[len(ends)-1]; run.size > 0 || Schema[l.col].Required {
				l.checkLengths(ends, p.at)
			}
			return nil
		}
	}
	var err error
	if run.cells, err = l.w.src.cells(l.col, p.batch, p.lo, p.hi, nil, l.w.budget); err != nil {
		return err
	}
	if run.off32 == nil && run.off64 == nil || run.dict != nil {
		if run.cells, err = spellOut(&run.cells); err != nil {
			return err
		}
		if err := l.w.budget.Take(int64(len(run.text) + 8*run.n)); err != nil {
			return err
		}
	}
	l.check(&run.cells, p.at)
	for i := range run.n {
		if !run.null(i) {
			s, _ := run.plainText(i) // not a view: cannot fail
			run.size += int64(len(s))
		}
	}
	return nil
}

// checkLengths flags the rows whose text is missing or too long.
func (l *textLoader) checkLengths(ends []int64, at int) {
	least := int64(0)
	if Schema[l.col].Required {
		least = 1
	}
	last := int64(0)
	for i, e := range ends {
		if n := e - last; n < least || n > MaxID {
			l.w.flag(at + i)
		}
		last = e
	}
}

// spellOut turns numbers, codes or views into plain texts.
func spellOut(run *cells) (cells, error) {
	out := cells{typ: ipc.Type{Kind: ipc.LargeUtf8}, n: run.n, off64: make([]int64, 1, run.n+1)}
	for i := range run.n {
		s, err := textOf(run, i)
		if err != nil {
			return out, err
		}
		out.text = append(out.text, s...)
		out.off64 = append(out.off64, int64(len(out.text)))
	}
	return out, nil
}

// check flags the rows whose text is not an identifier.
func (l *textLoader) check(run *cells, at int) {
	plain := isPlain(run.text)
	required := Schema[l.col].Required
	least := 0
	if required {
		least = 1
	}
	if plain && run.valid == nil && (lengthsIn(run.off32, least, MaxID) || lengthsIn(run.off64, least, MaxID)) {
		return
	}
	for i := range run.n {
		s, _ := run.plainText(i) // not a view: cannot fail
		switch {
		case run.null(i) || len(s) == 0:
			if required {
				l.w.flag(at + i)
			}
		case len(s) > MaxID || (!plain && !validID(s)):
			l.w.flag(at + i)
		}
	}
}

// lengthsIn tells whether all texts are of lengths between two bounds; there must be offsets.
func lengthsIn[O int32 | int64](offs []O, lo, hi int) bool {
	ok := len(offs) > 0
	for i := 1; i < len(offs); i++ {
		n := offs[i] - offs[i-1]
		ok = ok && n >= O(lo) && n <= O(hi)
	}
	return ok
}

// finish puts the texts of all pieces behind one another.
func (l *textLoader) finish() error {
	if l.aliased {
		return nil
	}
	starts := make([]int64, len(l.runs)+1)
	for k := range l.runs {
		starts[k+1] = starts[k] + l.runs[k].size
	}
	total := starts[len(l.runs)]
	if err := l.w.budget.Take(total); err != nil {
		return err
	}
	*l.out = Text{Offsets: l.offsets, Bytes: roomIn[byte](l.w.mem, int(total))}
	return parallel.Each(l.w.ctx, l.w.workers, len(l.runs), func(k int) error {
		run, p, at := &l.runs[k], l.w.pieces[k], starts[k]
		ends := l.offsets[p.at+1 : p.at+1+p.rows()]
		if run.placed {
			text := l.out.Bytes[at : at+run.size]
			if err := l.w.src.(placer).text(l.col, p.batch, run.from, text, l.w.budget); err != nil {
				return err
			}
			l.checkBytes(text, ends, p.at)
			if at > 0 { // memory of a column of nothing but nulls is not touched
				for i := range ends {
					ends[i] += at
				}
			}
			return nil
		}
		for i := range run.n {
			if !run.null(i) {
				s, _ := run.plainText(i)
				at += int64(copy(l.out.Bytes[at:], s))
			}
			ends[i] = at
		}
		run.cells = cells{}
		return nil
	})
}

// checkBytes flags the rows whose bytes are no identifier.
func (l *textLoader) checkBytes(text []byte, ends []int64, at int) {
	if isPlain(text) {
		return
	}
	last := int64(0)
	for i, e := range ends {
		if !validID(text[last:e]) {
			l.w.flag(at + i)
		}
		last = e
	}
}

// isPlain tells whether all bytes are printable ASCII. It may say no where they are, and the bytes are then looked at one
// by one; eight are tested at a time.
func isPlain(b []byte) bool {
	const high, ones = 0x8080808080808080, 0x0101010101010101
	for len(b) >= 8 {
		x := binary.LittleEndian.Uint64(b)
		// The high bit of a byte shows in x above ASCII, in x+1 for DEL, and in x-32 below the blank.
		if (x|(x+ones)|(x-32*ones))&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// validID tells whether a text may be an identifier: UTF-8 of bounded length without control characters, which would break
// the lines of every report and list that names it.
func validID(s []byte) bool {
	return len(s) <= MaxID && utf8.Valid(s) && !bytes.ContainsFunc(s, unicode.IsControl)
}
