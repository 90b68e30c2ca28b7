package claims

import (
	"bytes"
	"encoding/binary"
	"unicode"
	"unicode/utf8"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// textLoader loads a column of texts that are all different, so that coding them would gain nothing.
type textLoader struct {
	w       *window
	col     Column
	out     *Text
	runs    []cells
	aliased bool
}

func newTextLoader(w *window, c Column, out *Text, value, index ipc.Type) (loader, error) {
	l := &textLoader{w: w, col: c, out: out, runs: make([]cells, len(w.pieces))}
	if value.Kind == ipc.LargeUtf8 && index.Kind != ipc.Int && w.inPlace(c) {
		run, err := w.src.cells(c, w.pieces[0].batch, 0, int64(w.rows), nil, w.budget)
		if err != nil {
			return nil, err
		}
		if run.base == 0 {
			l.check(&run, 0)
			*out, l.aliased = Text{Offsets: run.off64, Bytes: run.text}, true
			w.aliased.Store(true)
		}
	}
	return l, nil
}

func (l *textLoader) piece(k int, p piece) error {
	if l.aliased {
		return nil
	}
	run, err := l.w.src.cells(l.col, p.batch, p.lo, p.hi, nil, l.w.budget)
	if err != nil {
		return err
	}
	if run.off32 == nil && run.off64 == nil || run.dict != nil {
		if run, err = spellOut(&run); err != nil {
			return err
		}
		if err := l.w.budget.Take(int64(len(run.text) + 8*run.n)); err != nil {
			return err
		}
	}
	l.check(&run, p.at)
	l.runs[k] = run
	return nil
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
		run, n := &l.runs[k], int64(0)
		for i := range run.n {
			if !run.null(i) {
				s, _ := run.plainText(i)
				n += int64(len(s))
			}
		}
		starts[k+1] = starts[k] + n
	}
	total := starts[len(l.runs)]
	if err := l.w.budget.Take(total + 8*int64(l.w.rows+1)); err != nil {
		return err
	}
	*l.out = Text{Offsets: make([]int64, l.w.rows+1), Bytes: make([]byte, total)}
	return parallel(l.w.ctx, l.w.workers, len(l.runs), func(k int) error {
		run, at := &l.runs[k], starts[k]
		offs := l.out.Offsets[l.w.pieces[k].at+1:]
		for i := range run.n {
			if !run.null(i) {
				s, _ := run.plainText(i)
				at += int64(copy(l.out.Bytes[at:], s))
			}
			offs[i] = at
		}
		*run = cells{}
		return nil
	})
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
