package claims

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/money"
)

// ReadOptions say how claims are read. The zero value reads every column on all processors and verifies everything.
type ReadOptions struct {
	// Columns that the caller needs; the zero value means all. Bad cells of other columns do no harm.
	Columns ColumnSet
	// Vouched is asked, when a file carries a voucher and checksums that are verified, which columns are needed of such a file
	// instead of Columns; 0 means that the voucher is of no use. The ids of claims, where they are not among the columns, and the
	// list of the ids of persons are then read only when somebody asks for one: see Table.Err.
	Vouched func(voucher []byte) ColumnSet
	// Workers is the number of goroutines; 0 means one for each processor. The result does not depend on it.
	Workers int
	// NoMap reads the file instead of mapping it. A mapped file costs less memory and time, but the program dies if
	// another one shortens the file meanwhile.
	NoMap bool
	// Trust leaves out the checksums of files that this program wrote, for callers that have verified the file before.
	Trust bool
	// MemoryLimit bounds in bytes what reading one file may take; 0 means 64 times its size, and 64 MiB.
	MemoryLimit int64
	// Progress is told how many of the file's rows are read; it is called by one goroutine at a time. It may be nil.
	Progress func(done, total int64)
	// Reject is given each row that has a bad cell, in the order of the file. Without it the first such row is an error.
	Reject func(RejectedRow) error
	// same is the control section that the file must have, where it is set.
	same *ipc.Control
}

// FileInfo describes a file that was read.
type FileInfo struct {
	Path     string
	Format   string // "Arrow IPC file", "Arrow IPC stream" or "Parquet"
	Bytes    int64
	Rows     int64 // in the file: those of the table and the rejected ones
	Rejected int64
	Batches  int
	Columns  ColumnSet // of the schema, that the file has
	Ignored  []string  // names of columns that the schema lacks
	// Verified tells that the file carries this program's checksums, and that all that was read matched them.
	Verified bool
	Totals   Totals // of the rows that were not rejected
	// Voucher is what the file's writer was told about the whole file, nil when nothing: see WriteOptions.Vouch.
	Voucher []byte
	// Lean tells that ReadOptions.Vouched chose the columns.
	Lean bool

	control *ipc.Control
}

// IsSame tells whether two readings were of one file that this program wrote, by its control totals and checksums.
func (f *FileInfo) IsSame(o *FileInfo) bool { return isSame(f.control, o.control) }

// ReadFile reads one file of claims: an Arrow IPC file or stream, or Parquet, told apart by its first bytes. Columns are
// bound by name. The table may show bytes of the mapped file; see Release.
func ReadFile(ctx context.Context, path string, opts ReadOptions) (*Table, *FileInfo, error) {
	src, info, err := openSource(path, &opts)
	if err != nil {
		return nil, nil, err
	}
	t, err := readAll(ctx, src, info, &opts)
	if err != nil {
		src.release()
		return nil, nil, err
	}
	return t, info, nil
}

// Peek reads of a file that carries a voucher no more than that and the list of values of one coded column, in the order in
// which ReadFile gives it. The voucher is nil when there is none to rely on, or no such list.
func Peek(path string, column Column) (voucher []byte, values Text, err error) {
	src, info, err := openSource(path, &ReadOptions{NoMap: true})
	if err != nil {
		return nil, Text{}, err
	}
	defer src.release()
	if info.Voucher == nil || info.Batches == 0 || !info.Columns.Has(column) {
		return nil, Text{}, nil
	}
	run, err := src.cells(column, 0, 0, 0, nil, ipc.NewBudget(64<<20+info.Bytes))
	if err != nil {
		return nil, Text{}, fmt.Errorf("%s: column %q: %w", path, Schema[column].Name, err)
	}
	if run.dict == nil || !run.dict.clean() {
		return nil, Text{}, nil
	}
	return info.Voucher, run.dict.values, nil
}

func readAll(ctx context.Context, src source, info *FileInfo, opts *ReadOptions) (*Table, error) {
	if info.Rows > math.MaxInt32 {
		return nil, fmt.Errorf("%s: has %d rows, more than the %d that one table holds; read it in shards", info.Path, info.Rows, math.MaxInt32)
	}
	r := &reading{src: src, info: info, opts: opts}
	t, aliased, err := r.window(ctx, 0, info.Rows, nil)
	if err == nil {
		err = r.close()
	}
	if err != nil {
		return nil, err
	}
	if info.Lean {
		t.postpone(info)
		r.unread()
	}
	if aliased {
		t.free = src.detach()
	} else {
		src.release()
	}
	return t, nil
}

// ScanFile reads one file of claims in runs of about so many rows, at least one batch at a time where the file is
// compressed, and hands each to fn as a table that is fn's only until it returns. The file is not mapped, so that memory
// stays bounded however large it is.
func ScanFile(ctx context.Context, path string, opts ReadOptions, rows int, fn func(*Table) error) (*FileInfo, error) {
	opts.NoMap = true
	src, info, err := openSource(path, &opts)
	if err != nil {
		return nil, err
	}
	defer src.release()
	r := &reading{src: src, info: info, opts: &opts}
	batches := src.batchRows()
	for lo := int64(0); lo < info.Rows; {
		hi := min(lo+int64(max(rows, 64)), info.Rows)
		if !src.divisible() {
			for hi = lo; len(batches) > 0 && (hi == lo || hi+batches[0] <= lo+int64(rows)); batches = batches[1:] {
				hi += batches[0]
			}
		}
		t, _, err := r.window(ctx, lo, hi, nil)
		if err != nil {
			return nil, err
		}
		if t.SourceRow == nil && lo > 0 {
			t.SourceRow = make([]int64, t.Rows)
			for i := range t.SourceRow {
				t.SourceRow[i] = lo + int64(i) + 1
			}
		}
		if t.Rows > 0 {
			if err := fn(t); err != nil {
				return nil, err
			}
		}
		lo = hi
	}
	return info, r.close()
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// openSource opens a file and holds its columns against the schema.
func openSource(path string, opts *ReadOptions) (source, *FileInfo, error) {
	if !littleEndian {
		return nil, nil, errors.New("claims can only be read on little-endian processors")
	}
	in, err := ipc.OpenInput(path, !opts.NoMap)
	if err != nil {
		return nil, nil, err
	}
	info := &FileInfo{Path: path, Bytes: in.Size()}
	if opts.MemoryLimit == 0 {
		opts.MemoryLimit = 64<<20 + 64*in.Size()
	}
	src, err := openFormat(in, info, opts)
	if err != nil {
		in.CloseFile()
		in.Unmap()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, n := range src.batchRows() {
		info.Rows += n
		info.Batches++
	}
	for c := range NumColumns {
		if _, _, ok := src.types(c); ok {
			info.Columns |= Columns(c)
		}
	}
	info.control = src.control()
	info.Verified = info.control != nil && !opts.Trust
	if info.Verified && src.control().Voucher != nil {
		info.Voucher = src.control().Voucher
		if opts.Vouched != nil {
			if cols := opts.Vouched(info.Voucher); cols != 0 {
				opts.Columns, info.Lean = cols, true
				src.(*ipcSource).bare = Columns(ColPersonID)
			}
		}
	}
	err = checkColumns(path, src, info.Ignored)
	if err == nil && opts.same != nil && !isSame(opts.same, src.control()) {
		err = fmt.Errorf("%s: is no longer the file that was read", path)
	}
	if err != nil {
		src.release()
		return nil, nil, err
	}
	return src, info, nil
}

// openFormat tells the format by the first bytes.
func openFormat(in *ipc.Input, info *FileInfo, opts *ReadOptions) (source, error) {
	head := make([]byte, min(8, in.Size()))
	if _, err := in.ReadAt(head, 0); err != nil {
		return nil, err
	}
	switch {
	case ipc.IsFile(head), ipc.IsStream(head):
		src, err := openIPC(in, opts.Trust)
		if err != nil {
			return nil, err
		}
		info.Format, info.Ignored = "Arrow IPC file", src.file.Ignored
		if src.file.Stream {
			info.Format = "Arrow IPC stream"
		}
		return src, nil
	case len(head) >= 4 && string(head[:4]) == "PAR1":
		src, err := openParquet(in, opts)
		if err != nil {
			return nil, err
		}
		info.Format, info.Ignored = "Parquet", src.ignored
		return src, nil
	}
	return nil, errors.New("is not a file of claims: an Arrow IPC file, an Arrow IPC stream or Parquet is expected " +
		"(text is imported through a mapping)")
}

// reading is the state of reading one file.
type reading struct {
	src  source
	info *FileInfo
	opts *ReadOptions
	sums [NumColumns]sum128
	// loaded are the columns that were read.
	loaded ColumnSet
	mu     sync.Mutex // guards sums, loaded, told and the totals of info
	told   int64
}

// window reads the rows lo to hi of the file, into mem where it is given. Windows may be read at the same time.
func (r *reading) window(ctx context.Context, lo, hi int64, mem *arena) (t *Table, aliased bool, err error) {
	budget := ipc.NewBudget(r.opts.MemoryLimit)
	w := newWindow(ctx, r.src, r.info.Path, lo, hi, r.opts, budget)
	w.mem = mem
	t, err = w.load(r.opts.Columns, func(rows int64) { r.progress(lo + rows) })
	if err != nil {
		return nil, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range NumColumns {
		r.sums[c].add(w.sums[c])
		if t.Present(c) {
			r.loaded |= Columns(c)
		}
	}
	t.files = []fileStart{{0, r.info.Path}}
	if w.anyBad.Load() {
		if t, err = w.reject(t, lo, r.opts.Reject); err != nil {
			return nil, false, err
		}
		r.info.Rejected += hi - lo - int64(t.Rows)
	}
	sums, err := w.totals(t)
	if err == nil {
		err = r.info.Totals.Add(sums)
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", r.info.Path, err)
	}
	return t, w.aliased.Load(), nil
}

// unread puts the totals of the money columns that were not read as whoever vouches for the file has found them.
func (r *reading) unread() {
	for _, s := range r.src.control().Sums {
		if c, ok := ColumnOf(s.Column); ok && !r.loaded.Has(c) {
			r.info.Totals.Fen[c] = money.Fen(s.Fen)
		}
	}
}

// progress tells the caller, never less than before.
func (r *reading) progress(rows int64) {
	if r.opts.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if rows > r.told {
		r.told = rows
		r.opts.Progress(rows, r.info.Rows)
	}
}

// close holds what was read against the file's control totals.
func (r *reading) close() error {
	control := r.src.control()
	if control == nil || r.opts.Trust {
		return nil
	}
	for _, s := range control.Sums {
		c, ok := ColumnOf(s.Column)
		if ok && r.loaded != 0 && r.loaded.Has(c) && r.sums[c].wrapped() != s.Fen {
			return fmt.Errorf("%s: column %q adds up to %d fen; the file's control totals say %d", r.info.Path, s.Column,
				r.sums[c].wrapped(), s.Fen)
		}
	}
	return nil
}
