package claims

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// Ranges is an open file of claims that is read in ranges of rows, each of which holds whole persons, in any order and by any
// number of goroutines: so a file of any size passes through memory that stays in the processor's cache. Every range is read
// once. What was read is not to be relied on before Done, which holds all of it against the file's checksums.
type Ranges struct {
	reading
	file    *ipcSource
	bounds  []int64   // range i holds the rows from bounds[i] up to bounds[i+1]
	persons []persons // by range, as far as they were read
	lists   *Table

	spare sync.Mutex // guards free
	free  []*arena   // of tables that were given back
}

// persons are the codes of the first and the last person of a range.
type persons struct{ first, last int32 }

// errRanges says that a file is not read in ranges.
var errRanges = errors.New("is none that can be read in ranges: uncompressed, with coded persons and vouched for")

// OpenRanges opens a file of claims that carries a voucher which says that the rows of each person stand together, and persons
// in the order of their codes. A range has about so many rows, or those of one person where these are more.
func OpenRanges(path string, opts ReadOptions, rows int) (*Ranges, error) {
	opts.NoMap, opts.Workers = true, 1 // another program may shorten the file; the other processors have ranges of their own
	src, info, err := openSource(path, &opts)
	if err != nil {
		return nil, err
	}
	r := &Ranges{reading: reading{src: src, info: info, opts: &opts}}
	if err := r.open(int64(rows)); err != nil {
		src.release()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func (r *Ranges) open(rows int64) error {
	file, ok := r.src.(*ipcSource)
	if !ok || !r.info.Lean || !file.divisible() {
		return errRanges
	}
	r.file = file
	if _, index, ok := file.types(ColPersonID); !ok || index.Kind != ipc.Int || index.Bits != 32 || !index.Signed {
		return errRanges
	}
	var err error
	if r.bounds, err = r.borders(rows); err != nil {
		return err
	}
	// The lists of values are read with one row, and kept for all.
	w := newWindow(context.Background(), r.src, r.info.Path, 0, 1, r.opts, ipc.NewBudget(r.opts.MemoryLimit))
	coded := ColumnSet(0)
	for c := range NumColumns {
		if (&Table{}).coded(c) != nil && r.opts.Columns.Has(c) {
			coded |= Columns(c)
		}
	}
	if r.lists, err = w.load(coded, func(int64) {}); err != nil {
		return err
	}
	r.Restart()
	return nil
}

// Info describes the file. Its totals are those of the ranges that were read.
func (r *Ranges) Info() *FileInfo { return r.info }

// Len returns the number of ranges.
func (r *Ranges) Len() int { return len(r.bounds) - 1 }

// First returns the first row of a range, counted from 0.
func (r *Ranges) First(i int) int64 { return r.bounds[i] }

// Lists returns a table that has the lists of values of the coded columns, which are those of every range.
func (r *Ranges) Lists() *Table { return r.lists }

// Only leaves of the columns of each range those of a set. The lists of values stay.
func (r *Ranges) Only(columns ColumnSet) { r.opts.Columns &= columns }

// Restart lets all ranges be read once more.
func (r *Ranges) Restart() {
	r.file.file.ReadInPieces()
	r.sums, r.loaded, r.info.Totals = [NumColumns]sum128{}, 0, Totals{}
	r.persons = make([]persons, r.Len())
}

// Close gives the file back, after the last of its ranges.
func (r *Ranges) Close() { r.src.release() }

// Read reads a range. The memory of its table serves others when the table is released.
func (r *Ranges) Read(ctx context.Context, i int) (*Table, error) {
	mem := r.arena()
	t, _, err := r.window(ctx, r.bounds[i], r.bounds[i+1], mem)
	if err != nil {
		return nil, err
	}
	t.mem, t.free = mem, func() { r.giveBack(mem) }
	t.postponePersons(r.info)
	codes := t.Person.Codes
	r.persons[i] = persons{codes[0], codes[len(codes)-1]}
	return t, nil
}

// Done holds what was read, which must be all ranges, against the file's checksums and control totals, and tells when another
// file stands at its place by now.
func (r *Ranges) Done() error {
	if err := r.file.file.Complete(); err != nil {
		return fmt.Errorf("%s: %w", r.info.Path, err)
	}
	// Where the ranges meet was looked up before anything was verified.
	for i := 1; i < len(r.persons); i++ {
		if r.persons[i-1].last >= r.persons[i].first {
			return fmt.Errorf("%s: %w", r.info.Path, errApart)
		}
	}
	if err := r.close(); err != nil {
		return err
	}
	r.unread()
	now, err := OpenRows(r.info.Path, ReadOptions{NoMap: true})
	if err != nil {
		return err
	}
	defer now.Close()
	if !r.info.IsSame(now.Info()) {
		return fmt.Errorf("%s: changed while it was read", r.info.Path)
	}
	return nil
}

// borders returns the rows at which ranges of about so many rows begin and end, so that the rows of a person are in one.
func (r *Ranges) borders(rows int64) ([]int64, error) {
	bounds := []int64{0}
	for at := rows; at < r.info.Rows; at += rows {
		if at <= bounds[len(bounds)-1] {
			continue // within a person who has more rows than a range
		}
		row, err := r.border(at)
		if err != nil {
			return nil, err
		}
		if row < r.info.Rows {
			bounds = append(bounds, row)
		}
	}
	return append(bounds, r.info.Rows), nil
}

// border returns the first row from a row on, which is not the first of all, that is of another person than the one before.
func (r *Ranges) border(row int64) (int64, error) {
	for step := int64(64); row < r.info.Rows; step = min(2*step, 1<<16) {
		codes, err := r.file.codes(ColPersonID, row-1, min(row+step, r.info.Rows))
		if err != nil {
			return 0, err
		}
		for i := range codes[1:] {
			if codes[i+1] != codes[i] {
				return row + int64(i), nil
			}
		}
		row += int64(len(codes) - 1)
	}
	return row, nil
}

// codes reads the codes of some rows, over the whole file, without a look at checksums.
func (s *ipcSource) codes(c Column, lo, hi int64) ([]int32, error) {
	const w = 4
	out := make([]int32, hi-lo)
	first := int64(0)
	for b, n := range s.rows {
		from, to := max(lo-first, 0), min(hi-first, n)
		if from < to {
			ch := &s.file.Batches[b].Columns[s.field[c]]
			if ch.Nulls > 0 || len(ch.Buffers) < 2 || to*w > ch.Buffers[1].Len {
				return nil, errRanges
			}
			at := first + from - lo
			if _, err := s.in.ReadAt(bytesOf(out[at:at+to-from]), ch.Buffers[1].Off+from*w); err != nil {
				return nil, err
			}
		}
		first += n
	}
	return out, nil
}

// arena returns memory for a table: that of one given back, where there is one.
func (r *Ranges) arena() *arena {
	r.spare.Lock()
	defer r.spare.Unlock()
	if n := len(r.free); n > 0 {
		a := r.free[n-1]
		r.free = r.free[:n-1]
		return a
	}
	return &arena{}
}

func (r *Ranges) giveBack(a *arena) {
	a.reset()
	r.spare.Lock()
	defer r.spare.Unlock()
	r.free = append(r.free, a)
}
