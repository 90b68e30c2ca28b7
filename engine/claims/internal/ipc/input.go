package ipc

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// Input is an open file, mapped into memory where the system can.
type Input struct {
	f      *os.File
	size   int64
	mapped []byte
}

// OpenInput opens a file. With asMap it is mapped, and views of it cost no copy; a file that another program shortens
// while it is mapped ends this program with a fault, so callers offer the choice.
func OpenInput(path string, asMap bool) (*Input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	in := &Input{f: f, size: st.Size()}
	if asMap && in.size > 0 {
		in.mapped = mapFile(f, in.size) // nil where that fails: reading works without
	}
	return in, nil
}

// Size returns the length of the file in bytes.
func (in *Input) Size() int64 { return in.size }

// Mapped tells whether views alias the file.
func (in *Input) Mapped() bool { return in.mapped != nil }

// ReadAt reads len(p) bytes, all or an error.
func (in *Input) ReadAt(p []byte, off int64) (int, error) {
	n, err := in.f.ReadAt(p, off)
	if err == io.EOF && n < len(p) {
		return n, io.ErrUnexpectedEOF
	}
	if n == len(p) {
		err = nil
	}
	return n, err
}

// view returns n bytes at off, which the caller has checked to be inside the file.
func (in *Input) view(off, n int64) ([]byte, error) {
	if in.mapped != nil {
		return in.mapped[off : off+n : off+n], nil
	}
	p := make([]byte, n)
	_, err := in.ReadAt(p, off)
	return p, err
}

// copy returns n bytes at off, which the caller has checked to be inside the file, and leaves the mapping alone: small pieces
// all over a file are cheaper to read than to map.
func (in *Input) copy(off, n int64) ([]byte, error) {
	p := make([]byte, n)
	_, err := in.ReadAt(p, off)
	return p, err
}

// CloseFile closes the file and leaves the mapping, which views may still use.
func (in *Input) CloseFile() error { return in.f.Close() }

// Unmap ends the mapping. No view may be used afterwards.
func (in *Input) Unmap() {
	if in.mapped != nil {
		unmapFile(in.mapped)
		in.mapped = nil
	}
}

// Budget bounds the memory that reading may take. It is safe for concurrent use.
type Budget struct {
	limit int64
	used  atomic.Int64
}

// NewBudget returns a budget of so many bytes.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Limit returns the bytes that the budget was made with.
func (b *Budget) Limit() int64 { return b.limit }

// Take books n bytes, or says that the budget does not hold them.
func (b *Budget) Take(n int64) error {
	if n < 0 || n > b.limit || b.used.Add(n) > b.limit {
		return fmt.Errorf("needs more than the %d bytes of memory allowed for this file: it is damaged, or the limit is too low", b.limit)
	}
	return nil
}
