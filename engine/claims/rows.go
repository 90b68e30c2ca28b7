package claims

import (
	"context"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// Rows is an open file of claims of which single rows are read, as an index of the file asks for them. It is used by one
// goroutine at a time.
type Rows struct {
	src  source
	info *FileInfo
	opts ReadOptions
}

// OpenRows opens a file of claims for reading single rows. Close gives the file back.
func OpenRows(path string, opts ReadOptions) (*Rows, error) {
	src, info, err := openSource(path, &opts)
	if err != nil {
		return nil, err
	}
	return &Rows{src: src, info: info, opts: opts}, nil
}

// Info describes the file. Its totals and its count of rejected rows are those of the rows that were read.
func (r *Rows) Info() *FileInfo { return r.info }

// Close gives the file back. The tables that were read stay.
func (r *Rows) Close() { r.src.release() }

// Read reads some columns of the given rows, which count from 0 and rise, into a table that holds nothing else: not even
// values of coded columns that none of its rows has. A row with a bad cell goes to ReadOptions.Reject instead. Of a
// compressed file the batches that hold the rows are read whole.
func (r *Rows) Read(ctx context.Context, rows []int64, columns ColumnSet) (*Table, error) {
	for i, row := range rows {
		if row < 0 || row >= r.info.Rows || (i > 0 && row <= rows[i-1]) {
			return nil, fmt.Errorf("%s: row %d is asked for; rows 1 to %d can be read, in rising order", r.info.Path, row+1, r.info.Rows)
		}
	}
	w, numbers := r.window(ctx, rows)
	t, err := w.load(columns, func(int64) {})
	if err != nil {
		return nil, err
	}
	t.files, t.SourceRow = []fileStart{{0, r.info.Path}}, numbers
	if whole := len(numbers) > len(rows); whole || w.anyBad.Load() {
		// Bad rows that nobody asked for are nobody's finding.
		for at, n := range numbers {
			if _, wanted := slices.BinarySearch(rows, n-1); !wanted {
				w.bad[at>>6] &^= 1 << (at & 63)
			}
		}
		read := t.Rows
		if t, err = w.reject(t, 0, r.opts.Reject); err != nil {
			return nil, err
		}
		r.info.Rejected += int64(read - t.Rows)
		t = t.Select(placesOf(t.SourceRow, rows))
	}
	for c := range NumColumns {
		if col := t.coded(c); col != nil && col.Codes != nil {
			*col = col.compact()
		}
	}
	sums, err := t.Totals()
	if err == nil {
		err = r.info.Totals.Add(sums)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.info.Path, err)
	}
	return t, nil
}

// window lays out the pieces that hold the rows, and gives the number in the file, from 1, of each row of the window.
func (r *Rows) window(ctx context.Context, rows []int64) (*window, []int64) {
	w := &window{ctx: ctx, src: r.src, name: r.info.Path, workers: r.opts.Workers, budget: ipc.NewBudget(r.opts.MemoryLimit)}
	numbers := make([]int64, 0, len(rows))
	add := func(batch int, first, lo, hi int64) {
		w.pieces = append(w.pieces, piece{batch: batch, lo: lo, hi: hi, at: w.rows})
		w.rows += int(hi - lo)
		for row := lo; row < hi; row++ {
			numbers = append(numbers, first+row+1)
		}
	}
	first := int64(0)
	for b, n := range r.src.batchRows() {
		end, _ := slices.BinarySearch(rows, first+n)
		mine := rows[:end]
		rows = rows[end:]
		switch {
		case len(mine) == 0:
		case !r.src.divisible():
			add(b, first, 0, n)
		default:
			for lo := 0; lo < len(mine); {
				hi := lo + 1
				for hi < len(mine) && mine[hi] == mine[hi-1]+1 {
					hi++
				}
				add(b, first, mine[lo]-first, mine[hi-1]-first+1)
				lo = hi
			}
		}
		first += n
	}
	return w, numbers
}

// placesOf returns where in a list of rising row numbers, which count from 1, the rows stand that are there.
func placesOf(numbers, rows []int64) []int32 {
	places := make([]int32, 0, len(rows))
	for _, row := range rows {
		if at, ok := slices.BinarySearch(numbers, row+1); ok {
			places = append(places, int32(at))
		}
	}
	return places
}

// compact returns the column with a list of values that holds only those which a row has, and shares nothing with c.
func (c Coded) compact() Coded {
	out := Coded{Codes: make([]int32, len(c.Codes)), Values: Text{Offsets: []int64{0}}}
	codes := make(map[int32]int32)
	for i, k := range c.Codes {
		if k == NoCode {
			out.Codes[i] = NoCode
			continue
		}
		code, seen := codes[k]
		if !seen {
			code = int32(out.Values.Len())
			codes[k] = code
			out.Values.Append(c.Values.At(int(k)))
		}
		out.Codes[i] = code
	}
	return out
}
