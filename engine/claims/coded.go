package claims

import (
	"errors"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// codedLoader loads a column of repeated texts as codes into the list of its distinct values. Values are numbered in
// the order of the source's dictionary, or of their first row.
type codedLoader struct {
	w     *window
	col   Column
	out   *Coded
	codes []int32
	runs  []cells // of each piece, kept until finish
	done  bool
	// The others serve plain columns: see distinct.go.
	many    bool
	locals  []*hashTable
	entries []partition
}

func newCodedLoader(w *window, c Column, out *Coded, index ipc.Type) (loader, error) {
	l := &codedLoader{w: w, col: c, out: out, runs: make([]cells, len(w.pieces))}
	encoded := index.Kind == ipc.Int
	if encoded && index.Bits == 32 && index.Signed && w.inPlace(c) {
		run, err := w.src.cells(c, w.pieces[0].batch, 0, int64(w.rows), nil, w.budget)
		if err != nil {
			return nil, err
		}
		if run.dict.clean() {
			codes := cast[int32](run.data)
			if err := checkCodes(codes, run.dict.n); err != nil {
				return nil, err
			}
			*out, l.done = Coded{Codes: codes, Values: run.dict.list()}, true
			w.aliased.Store(true)
			return l, nil
		}
	}
	var err error
	if l.codes, err = allocate[int32](w); err != nil {
		return nil, err
	}
	if !encoded {
		l.locals, l.entries = make([]*hashTable, len(w.pieces)), make([]partition, len(w.pieces))
		l.many, err = l.sample()
	}
	return l, err
}

// checkCodes tells whether all codes lie inside a dictionary of n values.
func checkCodes(codes []int32, n int) error {
	var worst uint32
	some := len(codes) > 0
	for ; len(codes) >= 4; codes = codes[4:] { // of four at a time, as each largest waits for the one before
		worst = max(worst, max(max(uint32(codes[0]), uint32(codes[1])), max(uint32(codes[2]), uint32(codes[3]))))
	}
	for _, k := range codes {
		worst = max(worst, uint32(k))
	}
	if some && int64(worst) >= int64(n) {
		return errIndex
	}
	return nil
}

func (l *codedLoader) piece(k int, p piece) error {
	if l.done {
		return nil
	}
	codes := l.codes[p.at : p.at+p.rows()]
	var dst []byte
	_, index, _ := l.w.src.types(l.col)
	direct := index.Kind == ipc.Int && index.Bits == 32 && index.Signed
	if direct {
		dst = bytesOf(codes)
	}
	run, err := l.w.src.cells(l.col, p.batch, p.lo, p.hi, dst, l.w.budget)
	if err != nil {
		return err
	}
	l.runs[k] = run
	switch {
	case run.dict == nil && l.many:
		return l.part(k, p)
	case run.dict == nil:
		return l.encode(k, p)
	case direct:
		if len(dst) > 0 && &run.data[0] != &dst[0] {
			copy(dst, run.data)
		}
		l.runs[k].data = nil
		if run.valid == nil {
			return checkCodes(codes, run.dict.n)
		}
		return l.some(&run, codes, p.at)
	}
	for i := range codes {
		codes[i] = NoCode
		if run.null(i) {
			l.missing(p.at + i)
			continue
		}
		c := run.code(i)
		if c < 0 {
			return errIndex
		}
		codes[i] = int32(c)
	}
	l.runs[k].data = nil
	return nil
}

// some checks codes some of which are null. Whole bytes of the validity bits are looked at first: most columns with nulls
// have few of them, or little else.
func (l *codedLoader) some(run *cells, codes []int32, at int) error {
	for i := 0; i < len(codes); i++ {
		if i&7 == 0 && run.validBit == 0 && i+8 <= len(codes) && !Schema[l.col].Required {
			switch run.valid[i>>3] {
			case 0:
				for k := range codes[i : i+8] {
					codes[i+k] = NoCode
				}
				i += 7
				continue
			case 0xFF:
				if err := checkCodes(codes[i:i+8], run.dict.n); err != nil {
					return err
				}
				i += 7
				continue
			}
		}
		if run.null(i) {
			codes[i] = NoCode
			l.missing(at + i)
		} else if uint32(codes[i]) >= uint32(run.dict.n) {
			return errIndex
		}
	}
	return nil
}

// missing flags a row without a value where the column must have one.
func (l *codedLoader) missing(i int) {
	if Schema[l.col].Required {
		l.w.flag(i)
	}
}

func (l *codedLoader) finish() error {
	if l.done {
		return nil
	}
	l.out.Codes = l.codes
	l.out.Values = Text{Offsets: []int64{0}}
	if len(l.runs) == 0 {
		return nil
	}
	var err error
	switch {
	case l.runs[0].dict != nil:
		err = l.merge()
	case l.many:
		err = l.joinParts()
	default:
		err = l.joinLocals()
	}
	if err != nil {
		return err
	}
	l.runs, l.locals, l.entries = nil, nil, nil
	if l.out.Values.Len() >= 1<<31-1 {
		return errors.New("has more than 2147483646 distinct values")
	}
	return l.checkValues()
}

// merge makes one list of values out of the dictionaries of all pieces.
func (l *codedLoader) merge() error {
	var dicts []*dictionary
	remap := map[*dictionary][]int32{}
	for k := range l.runs {
		if d := l.runs[k].dict; remap[d] == nil {
			remap[d] = []int32{}
			dicts = append(dicts, d)
		}
	}
	if len(dicts) == 1 && dicts[0].clean() {
		l.out.Values = dicts[0].list()
		if l.w.src.mapped() && !dicts[0].bare {
			l.w.aliased.Store(true) // the values may be the file's bytes
		}
		return nil
	}
	all := newHashTable(0)
	for _, d := range dicts {
		m := make([]int32, d.n)
		for i := range m {
			m[i] = NoCode
			if s := d.values.bytes(i); len(s) > 0 {
				m[i], _ = all.code(halfHash(s), s)
			}
		}
		remap[d] = m
	}
	l.out.Values = all.values
	return parallel.Each(l.w.ctx, l.w.workers, len(l.runs), func(k int) error {
		m, p := remap[l.runs[k].dict], l.w.pieces[k]
		for i := p.at; i < p.at+p.rows(); i++ {
			if c := l.codes[i]; c != NoCode {
				if l.codes[i] = m[c]; m[c] == NoCode {
					l.missing(i)
				}
			}
		}
		return nil
	})
}

// checkValues flags the rows whose value is not an identifier.
func (l *codedLoader) checkValues() error {
	var bad map[int32]bool
	v := l.out.Values
	if v.later != nil {
		return nil // the file's voucher stands for them
	}
	if len(l.out.Codes) < v.Len() { // few rows of a file: most values are nobody's
		for i, c := range l.out.Codes {
			if c != NoCode && !validID(v.bytes(int(c))) {
				l.w.flag(i)
			}
		}
		return nil
	}
	plain := isPlain(v.Bytes)
	for i := range v.Len() {
		s := v.bytes(i)
		if len(s) > MaxID || (!plain && !validID(s)) {
			if bad == nil {
				bad = map[int32]bool{}
			}
			bad[int32(i)] = true
		}
	}
	if bad == nil {
		return nil
	}
	for i, c := range l.out.Codes {
		if bad[c] {
			l.w.flag(i)
		}
	}
	return nil
}

// clean tells whether the values are distinct and none is empty, so that they can be a Coded's values as they are.
func (d *dictionary) clean() bool {
	if d.distinct {
		return true
	}
	rising := true
	for i := range d.n {
		s := d.values.bytes(i)
		if len(s) == 0 {
			return false
		}
		rising = rising && (i == 0 || string(d.values.bytes(i-1)) < string(s))
	}
	if rising { // as programs write it that sort their categories: nothing to look up
		return true
	}
	seen := newHashTable(d.n)
	for i := range d.n {
		s := d.values.bytes(i)
		if _, fresh := seen.code(halfHash(s), s); !fresh {
			return false
		}
	}
	return true
}
