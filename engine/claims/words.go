package claims

import (
	"encoding/binary"
	"sync"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// Marks beside the numbers of words in a translation.
const (
	blankWord   = 254
	unknownWord = 255
)

// words loads a coded column whose list of words is fixed. An absent cell is the list's first word.
type words[C ~uint8] struct {
	w       *window
	col     Column
	out     []C
	numbers map[string]uint8
	aliased bool

	mu    sync.Mutex
	known map[*dictionary][]uint8
}

func newWords[C ~uint8](w *window, c Column, out *[]C) (loader, error) {
	l := &words[C]{w: w, col: c, numbers: map[string]uint8{"": blankWord}, known: map[*dictionary][]uint8{}}
	for i, name := range Schema[c].Words {
		l.numbers[name] = uint8(i)
	}
	if _, index, _ := w.src.types(c); index.Kind == ipc.Int && index.Bits == 8 && w.inPlace(c) {
		run, err := w.src.cells(c, w.pieces[0].batch, 0, int64(w.rows), nil, w.budget)
		if err != nil {
			return nil, err
		}
		if l.same(run.dict) {
			for _, b := range run.data {
				if int(b) >= run.dict.n {
					return nil, errIndex
				}
			}
			*out, l.aliased = cast[C](run.data), true
			w.aliased.Store(true)
			return l, nil
		}
	}
	var err error
	l.out, err = allocate[C](w)
	*out = l.out
	return l, err
}

// translation turns the codes of a dictionary into the numbers of words.
func (l *words[C]) translation(d *dictionary) []uint8 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known[d] == nil {
		t := make([]uint8, d.n)
		for i := range t {
			t[i] = l.number(d.values.Bytes[d.values.Offsets[i]:d.values.Offsets[i+1]])
		}
		l.known[d] = t
	}
	return l.known[d]
}

// same tells whether the codes of a dictionary are the numbers of the words.
func (l *words[C]) same(d *dictionary) bool {
	for i, n := range l.translation(d) {
		if int(n) != i {
			return false
		}
	}
	return true
}

func (l *words[C]) number(word []byte) uint8 {
	if n, ok := l.numbers[string(word)]; ok {
		return n
	}
	return unknownWord
}

func (l *words[C]) piece(_ int, p piece) error {
	if l.aliased {
		return nil
	}
	out := l.out[p.at : p.at+p.rows()]
	var dst []byte
	if _, index, _ := l.w.src.types(l.col); index.Kind == ipc.Int && index.Bits == 8 {
		dst = bytesOf(out)
	}
	run, err := l.w.src.cells(l.col, p.batch, p.lo, p.hi, dst, l.w.budget)
	if err != nil {
		return err
	}
	var numbers []uint8
	if run.dict != nil {
		numbers = l.translation(run.dict)
		if dst != nil && run.valid == nil && l.same(run.dict) {
			if !below(run.data, run.dict.n) {
				return errIndex
			}
			if len(dst) > 0 && &run.data[0] != &dst[0] {
				copy(dst, run.data)
			}
			return nil
		}
	}
	required := Schema[l.col].Required
	for i := range out {
		n := uint8(blankWord)
		if !run.null(i) {
			if run.dict != nil {
				k := run.code(i)
				if k < 0 {
					return errIndex
				}
				n = numbers[k]
			} else {
				s, err := run.plainText(i)
				if err != nil {
					return err
				}
				n = l.number(s)
			}
		}
		if n >= blankWord {
			if n == unknownWord || required {
				l.w.flag(p.at + i)
			}
			n = 0
		}
		out[i] = C(n)
	}
	return nil
}

func (l *words[C]) finish() error { return nil }

// below tells whether all bytes are below n, which is at most 128; eight are tested at a time.
func below(b []byte, n int) bool {
	const high, ones = 0x8080808080808080, 0x0101010101010101
	more := uint64(0x80-n) * ones
	bad := uint64(0)
	for len(b) >= 8 {
		x := binary.LittleEndian.Uint64(b)
		bad |= x | (x&^high + more)
		b = b[8:]
	}
	for _, x := range b {
		if int(x) >= n {
			return false
		}
	}
	return bad&high == 0
}
