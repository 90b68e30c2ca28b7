package claims

import (
	"sync"

	"github.com/drgsim/drgsim/engine/money"
)

// reader says how the cells of a column of values of fixed width become its values.
type reader[T any] struct {
	at     func(c *cells, i int) (T, problem)
	absent T // what a null becomes in an optional column
	// direct tells that the file's bytes are the values; check then finds the rows that at would refuse.
	direct bool
	check  func(v []T, flag func(i int))
	// bulk, where it is set, turns cells none of which is null into values, or tells that it cannot.
	bulk func(c *cells, out []T) bool
	// has, where it is set, gets what tells null cells from others, once a null is seen.
	has *[]bool
}

// fixed loads a column of values of fixed width.
type fixed[T any] struct {
	reader[T]
	w       *window
	col     Column
	out     []T
	aliased bool
	mu      sync.Mutex // guards *has
}

// newFixed books the memory of a column, or makes the file's own bytes the column.
func newFixed[T any](w *window, c Column, out *[]T, r reader[T]) (loader, error) {
	l := &fixed[T]{reader: r, w: w, col: c}
	if l.direct && w.inPlace(c) {
		run, err := w.src.cells(c, w.pieces[0].batch, 0, int64(w.rows), nil, w.budget)
		if err != nil {
			return nil, err
		}
		l.out, l.aliased = cast[T](run.data), true
		*out = l.out
		w.aliased.Store(true)
		return l, nil
	}
	var err error
	l.out, err = allocate[T](w)
	*out = l.out
	return l, err
}

// allocate books and makes a column.
func allocate[T any](w *window) ([]T, error) {
	var t [1]T
	if err := w.budget.Take(int64(w.rows) * int64(len(bytesOf(t[:])))); err != nil {
		return nil, err
	}
	return roomIn[T](w.mem, w.rows), nil
}

func (l *fixed[T]) piece(_ int, p piece) error {
	out := l.out[p.at : p.at+p.rows()]
	flag := func(i int) { l.w.flag(p.at + i) }
	if l.aliased {
		l.check(out, flag)
		return nil
	}
	var dst []byte
	if l.direct {
		dst = bytesOf(out)
	}
	run, err := l.w.src.cells(l.col, p.batch, p.lo, p.hi, dst, l.w.budget)
	if err != nil {
		return err
	}
	switch {
	case l.direct:
		l.take(&run, out, dst, flag)
	case l.bulk != nil && run.valid == nil && l.bulk(&run, out):
	default:
		required := Schema[l.col].Required
		for i := range out {
			v, p := l.at(&run, i)
			switch {
			case p == sound:
			case p == isNull && !required:
				v = l.absent
			default:
				flag(i)
			}
			out[i] = v
		}
		if l.check != nil {
			l.check(out, func(int) {})
		}
	}
	if l.has != nil && run.valid != nil {
		l.mark(&run, p)
	}
	return nil
}

// take makes the file's bytes the values of out, whose bytes dst is.
func (l *fixed[T]) take(run *cells, out []T, dst []byte, flag func(int)) {
	if len(dst) > 0 && &run.data[0] != &dst[0] {
		copy(dst, run.data)
	}
	if run.valid == nil {
		l.check(out, flag)
		return
	}
	var zero T // is in the range of every kind, and adds nothing
	for i := range out {
		if run.null(i) {
			out[i] = zero
		}
	}
	l.check(out, flag)
	required := Schema[l.col].Required
	for i := range out {
		if run.null(i) {
			if out[i] = l.absent; required {
				flag(i)
			}
		}
	}
}

// mark notes which rows of a piece hold a value.
func (l *fixed[T]) mark(run *cells, p piece) {
	l.mu.Lock()
	if *l.has == nil {
		all := roomIn[bool](l.w.mem, l.w.rows)
		for i := range all {
			all[i] = true
		}
		*l.has = all
	}
	has := *l.has
	l.mu.Unlock()
	for i := range p.rows() {
		has[p.at+i] = !run.null(i)
	}
}

func (l *fixed[T]) finish() error { return nil }

func checkDates(v []Date, flag func(int)) {
	for i, d := range v {
		if d < MinDate || d > MaxDate {
			flag(i)
		}
	}
}

func checkAges(v []int16, flag func(int)) {
	for i, a := range v {
		if a < 0 || a > MaxAge {
			flag(i)
		}
	}
}

// checkFen also adds up the column, for the control totals.
func checkFen(w *window, c Column) func([]money.Fen, func(int)) {
	return func(v []money.Fen, flag func(int)) {
		// So many amounts, none of them out of range, add up without overflow.
		const block = 1 << 12
		var s sum128
		for at := 0; at < len(v); at += block {
			part := v[at:min(at+block, len(v))]
			var sum, beyond money.Fen // beyond is negative when one is out of range
			for _, x := range part {
				sum += x
				beyond |= (MaxAmount - x) | (MaxAmount + x)
			}
			if beyond >= 0 {
				s.add(sumOf([]money.Fen{sum}))
				continue
			}
			for i, x := range part {
				if x > MaxAmount || x < -MaxAmount {
					flag(at + i)
				}
			}
			s.add(sumOf(part))
		}
		w.mu.Lock()
		w.sums[c].add(s)
		w.mu.Unlock()
	}
}
