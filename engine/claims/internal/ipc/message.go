package ipc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Codec is the compression of a batch's buffers.
type Codec int8

// The codecs of the format, with its numbers.
const (
	Plain Codec = -1
	LZ4   Codec = 0
	ZSTD  Codec = 1
)

// Buffer is a range of the file. It lies inside the file.
type Buffer struct {
	Off, Len int64
	sums     []uint32 // of its segments; nil when the file has none
}

// Chunk is the part of a column, or of a dictionary, that stands in one batch.
type Chunk struct {
	Rows    int64
	Nulls   int64
	Buffers []Buffer // as the format orders them: validity, then offsets or values, then text
	Codec   Codec
}

// The kinds of messages, with the numbers of the format.
const (
	headerSchema = 1 + iota
	headerDictionary
	headerBatch
)

// message is one message: metadata and the place of its body.
type message struct {
	flat   *flat
	kind   int
	header table
	body   Buffer
	end    int64 // where the next message starts
	sums   [][]uint32
}

var errTruncated = errors.New("ends in the middle of a message: it is truncated")

// readMessage reads the message at off. A nil message is the end mark of a stream.
func (f *File) readMessage(off int64) (*message, error) {
	if f.in.size-off < 8 {
		return nil, errTruncated
	}
	prefix, err := f.in.copy(off, 8)
	if err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(prefix) != 0xFFFFFFFF {
		return nil, fmt.Errorf("byte %d is not the start of a message (files from before Arrow 0.15 must be rewritten)", off)
	}
	n := int64(int32(binary.LittleEndian.Uint32(prefix[4:])))
	if n == 0 {
		return nil, nil
	}
	if n < 0 || n > f.in.size-off-8 {
		return nil, errTruncated
	}
	meta, err := f.in.copy(off, n+8)
	if err != nil {
		return nil, err
	}
	m := &message{flat: &flat{b: meta[8:]}}
	root := m.flat.root()
	if v := m.flat.shortAt(root, 0); m.flat.err == nil && v != 3 && v != 4 {
		return nil, fmt.Errorf("has metadata version V%d; V4 and V5 can be read", v+1)
	}
	m.kind, m.header = int(m.flat.byteAt(root, 1, 0)), m.flat.tableAt(root, 2)
	m.body = Buffer{Off: off + 8 + n, Len: m.flat.longAt(root, 3)}
	if m.flat.err != nil {
		return nil, m.flat.err
	}
	if m.body.Len < 0 || m.body.Len > f.in.size-m.body.Off {
		return nil, errTruncated
	}
	m.end = m.body.Off + m.body.Len
	if f.Control != nil {
		return m, f.checkMessage(m, off, meta)
	}
	return m, nil
}

// checkMessage holds a message against the control section.
func (f *File) checkMessage(m *message, off int64, meta []byte) error {
	c, ok := f.control[off]
	if !ok || c.Meta != int64(len(meta)) || c.Body != m.body.Len || c.MetaSum != Checksum(meta) {
		return errors.New("metadata does not match its checksum")
	}
	if !f.trust {
		m.sums = c.BufferSums
	}
	return nil
}

// chunks reads a record-batch table: its rows and one chunk for each field, or for each wanted one where wanted is not nil.
func (f *File) chunks(m *message, t table, fields []Field, wanted []bool) (int64, []Chunk, error) {
	fl := m.flat
	rows := fl.longAt(t, 0)
	nodePos, nodes := fl.vectorAt(t, 1, 16)
	bufPos, buffers := fl.vectorAt(t, 2, 16)
	viewPos, views := fl.vectorAt(t, 4, 8)
	codec := Plain
	if c := fl.tableAt(t, 3); c != (table{}) {
		codec = Codec(int8(fl.byteAt(c, 0, 0)))
		if (codec != LZ4 && codec != ZSTD) || fl.byteAt(c, 1, 0) != 0 {
			return 0, nil, errors.New("is compressed in a way that this program does not know; LZ4 frames and ZSTD buffers can be read")
		}
	}
	if fl.err != nil {
		return 0, nil, fl.err
	}
	if rows < 0 || rows > maxRows {
		return 0, nil, fmt.Errorf("claims %d rows", rows)
	}
	out := make([]Chunk, 0, len(f.Fields))
	node, buf, view := 0, 0, 0
	for i := range fields {
		first := Chunk{Codec: codec}
		start := buf
		for k, l := range fields[i].place {
			if node >= nodes {
				return 0, nil, errMeta
			}
			if k == 0 {
				first.Rows, first.Nulls = fl.i64(nodePos+16*node), fl.i64(nodePos+16*node+8)
			}
			node++
			n := l.buffers
			if l.view {
				if view >= views {
					return 0, nil, errMeta
				}
				more := fl.i64(viewPos + 8*view)
				if view++; more < 0 || more > int64(buffers-buf) {
					return 0, nil, errMeta
				}
				n += int(more)
			}
			if buf += n; buf > buffers {
				return 0, nil, errMeta
			}
		}
		if wanted != nil && !wanted[i] {
			continue
		}
		if first.Rows != rows || first.Nulls < 0 || first.Nulls > rows {
			return 0, nil, errMeta
		}
		for ; start < buf; start++ {
			b, err := m.buffer(bufPos, start)
			if err != nil {
				return 0, nil, err
			}
			first.Buffers = append(first.Buffers, b)
		}
		out = append(out, first)
	}
	return rows, out, fl.err
}

// buffer reads entry i of the vector of buffers at pos.
func (m *message) buffer(pos, i int) (Buffer, error) {
	off, n := m.flat.i64(pos+16*i), m.flat.i64(pos+16*i+8)
	if m.flat.err != nil || off < 0 || n < 0 || off > m.body.Len || n > m.body.Len-off {
		return Buffer{}, errMeta
	}
	b := Buffer{Off: m.body.Off + off, Len: n}
	if m.sums != nil {
		if i >= len(m.sums) || int64(len(m.sums[i])) != (n+Segment-1)/Segment {
			return Buffer{}, errControl
		}
		b.sums = m.sums[i]
	}
	return b, nil
}
