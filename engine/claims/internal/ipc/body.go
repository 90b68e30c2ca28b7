package ipc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

var (
	errShort = errors.New("a buffer is shorter than its rows need")
	errSum   = errors.New("the data do not match their checksum")
)

// Load returns n bytes from position lo of buffer i of a chunk, as they were before compression. The result aliases the
// file where it is mapped and plain; otherwise it is fresh memory, booked on the budget, or dst, when dst is n bytes.
// A nil dst is "none given". The bytes must not be written to.
func (f *File) Load(c *Chunk, i int, lo, n int64, dst []byte, budget *Budget) ([]byte, error) {
	return f.LoadPart(c, i, lo, n, Part{}, dst, budget)
}

// Part tells how the bytes of some rows stand to those of the others of a chunk, for a file that is read in pieces.
type Part struct {
	// Before is how many of the first bytes belong to the rows in front: where rows meet within a byte, or share an offset,
	// both load it, and it must count once.
	Before int64
	// Last tells that no rows follow, so that what the buffer has behind these bytes is padding.
	Last bool
}

// LoadPart is Load of the bytes of some rows.
func (f *File) LoadPart(c *Chunk, i int, lo, n int64, part Part, dst []byte, budget *Budget) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	if i >= len(c.Buffers) {
		return nil, errShort
	}
	buf := &c.Buffers[i]
	if c.Codec == Plain {
		if lo < 0 || n < 0 || lo > buf.Len || n > buf.Len-lo {
			return nil, errShort
		}
		if f.tally != nil && buf.sums != nil {
			return f.readPiece(buf, lo, n, part, dst, budget)
		}
		return f.read(buf, lo, n, dst, budget)
	}
	if buf.Len < 8 {
		return nil, errShort
	}
	raw, err := f.read(buf, 0, buf.Len, nil, budget)
	if err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint64(raw))
	raw = raw[8:]
	if size == -1 { // stored as it is, for it did not shrink
		size = int64(len(raw))
	} else if raw, err = inflate(c.Codec, raw, size, lo+n, budget); err != nil {
		return nil, err
	}
	if lo < 0 || n < 0 || lo > size || n > size-lo {
		return nil, errShort
	}
	return raw[lo : lo+n], nil
}

// Size returns the length of buffer i of a chunk as it was before compression, as the file declares it.
func (f *File) Size(c *Chunk, i int) (int64, error) {
	if i >= len(c.Buffers) {
		return 0, errShort
	}
	buf := &c.Buffers[i]
	if c.Codec == Plain || buf.Len == 0 {
		return buf.Len, nil
	}
	if buf.Len < 8 {
		return 0, errShort
	}
	head, err := f.in.view(buf.Off, 8)
	if err != nil {
		return 0, err
	}
	if n := int64(binary.LittleEndian.Uint64(head)); n != -1 {
		return n, nil
	}
	return buf.Len - 8, nil
}

// smallBuffer is the length below which a whole buffer is read even where the file is mapped.
const smallBuffer = 64 << 10

// read returns n stored bytes from position lo of a buffer, verified where the file has checksums.
func (f *File) read(buf *Buffer, lo, n int64, dst []byte, budget *Budget) ([]byte, error) {
	// A small part of a buffer is looked at where it is mapped, so that its segment is verified once for all such parts. A
	// small buffer is read as a whole: mapping pages all over the file costs more than it saves.
	part := n < buf.Len
	if f.in.mapped != nil && (dst == nil && (part || n >= smallBuffer) || part && n < Segment) {
		for at := lo - lo%Segment; at < lo+n && buf.sums != nil; at += Segment {
			if err := f.verify(buf, at); err != nil {
				return nil, err
			}
		}
		return f.in.view(buf.Off+lo, n)
	}
	if dst == nil {
		if err := budget.Take(n); err != nil {
			return nil, err
		}
		dst = make([]byte, n)
	}
	if buf.sums == nil {
		_, err := f.in.ReadAt(dst, buf.Off+lo)
		return dst, err
	}
	var edge *[Segment]byte
	for at := lo - lo%Segment; at < lo+n; at += Segment {
		end := min(at+Segment, buf.Len)
		seg, whole := []byte(nil), at >= lo && end <= lo+n
		if whole {
			seg = dst[at-lo : end-lo]
		} else {
			if edge == nil {
				edge = edgePool.Get().(*[Segment]byte)
				defer edgePool.Put(edge)
			}
			seg = edge[:end-at]
		}
		if _, err := f.in.ReadAt(seg, buf.Off+at); err != nil {
			return nil, err
		}
		if Checksum(seg) != buf.sums[at/Segment] {
			return nil, errSum
		}
		if !whole {
			from := max(at, lo)
			copy(dst[from-lo:min(end, lo+n)-lo], seg[from-at:])
		}
	}
	return dst, nil
}

// readPiece returns n stored bytes from position lo of a buffer, to be verified with the others of their segments.
func (f *File) readPiece(buf *Buffer, lo, n int64, part Part, dst []byte, budget *Budget) ([]byte, error) {
	if dst == nil {
		if err := budget.Take(n); err != nil {
			return nil, err
		}
		dst = make([]byte, n)
	}
	if _, err := f.in.ReadAt(dst, buf.Off+lo); err != nil {
		return nil, err
	}
	if rest := buf.Len - lo - n; part.Last && rest > 0 && rest <= mostPadding {
		padding := make([]byte, rest)
		if _, err := f.in.ReadAt(padding, buf.Off+lo+n); err != nil {
			return nil, err
		}
		if err := f.tally.add(buf, lo+n, padding); err != nil {
			return nil, err
		}
	}
	return dst, f.tally.add(buf, lo+part.Before, dst[part.Before:])
}

// mostPadding is the length in bytes of the longest padding that the format's writers put behind a buffer.
const mostPadding = 64

// verify holds the segment at position at of a mapped buffer against its checksum, unless that has been done before: a
// reader of single rows comes to the same segment many times.
func (f *File) verify(buf *Buffer, at int64) error {
	off := buf.Off + at
	if _, done := f.verified.Load(off); done {
		return nil
	}
	if Checksum(f.in.mapped[off:buf.Off+min(at+Segment, buf.Len)]) != buf.sums[at/Segment] {
		return errSum
	}
	f.verified.Store(off, nil)
	return nil
}

// inflate undoes a buffer's compression. The length that the file declares must be what comes out, and at least need.
func inflate(codec Codec, raw []byte, size, need int64, budget *Budget) (out []byte, err error) {
	// LZ4 cannot make more than 255 bytes of one.
	if size < need || size < 0 || (codec == LZ4 && size/256 > int64(len(raw))+1) {
		return nil, errShort
	}
	if err := budget.Take(size); err != nil {
		return nil, err
	}
	// The decoders are other people's code run on untrusted bytes: a panic of theirs is this buffer's error.
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("decompression failed: %v", r)
		}
	}()
	out = make([]byte, size)
	if codec == ZSTD {
		d := zstdPool.Get().(*zstd.Decoder)
		defer zstdPool.Put(d)
		got, err := d.DecodeAll(raw, out[:0])
		if err != nil {
			return nil, fmt.Errorf("decompression failed: %w", err)
		}
		if int64(len(got)) != size {
			return nil, errShort
		}
		return got, nil
	}
	r := lz4Pool.Get().(*lz4.Reader)
	defer lz4Pool.Put(r)
	r.Reset(bytes.NewReader(raw))
	if _, err := io.ReadFull(r, out); err != nil {
		return nil, fmt.Errorf("decompression failed: %w", err)
	}
	var more [1]byte
	if n, err := r.Read(more[:]); n != 0 || err != io.EOF {
		return nil, errors.New("decompression failed: the data go on after their declared end")
	}
	return out, nil
}

var (
	zstdPool = sync.Pool{New: func() any {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderLowmem(true))
		if err != nil {
			panic("BUG: " + err.Error())
		}
		return d
	}}
	edgePool = sync.Pool{New: func() any { return new([Segment]byte) }}
	lz4Pool  = sync.Pool{New: func() any { return lz4.NewReader(nil) }}
)
