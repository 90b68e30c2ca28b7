package ipc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"
)

// Control is the section that this program puts between the last batch and the footer of its own files: what the file
// holds in all, and a checksum of every message and of every piece of every buffer. Other readers of Arrow pass over it.
type Control struct {
	Rows int64
	// Sums are the totals of the money columns in fen, by column name.
	Sums []Sum
	// Distinct tells that the values of every dictionary are distinct and none is empty.
	Distinct bool
	Messages []Message
	// Voucher is what the writer found when it looked at the whole file; nil when it did not. What it means is the caller's
	// matter.
	Voucher []byte
}

// Sum is the total of one money column.
type Sum struct {
	Column string
	Fen    int64
}

// Message is the place of one message and its checksums: one of the metadata, and one for each Segment bytes of each
// buffer, so that a part of a buffer can be verified alone.
type Message struct {
	Offset, Meta, Body int64
	MetaSum            uint32
	BufferSums         [][]uint32
}

// Segment is the length in bytes that one checksum covers; the last of a buffer may be shorter.
const Segment = 1 << 20

const (
	controlMagic   = "DRGSIMCK"
	controlVersion = 1
	vouchedVersion = 2  // of sections with a voucher; programs that do not know of it refuse the file
	trailerLen     = 16 // length, checksum and magic
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns the CRC-32C of the bytes.
func Checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// Encode writes the section.
func (c *Control) Encode() []byte {
	le := binary.LittleEndian
	version := uint32(controlVersion)
	if c.Voucher != nil {
		version = vouchedVersion
	}
	b := le.AppendUint32(nil, version)
	distinct := uint32(0)
	if c.Distinct {
		distinct = 1
	}
	b = le.AppendUint32(b, distinct)
	b = le.AppendUint64(b, uint64(c.Rows))
	b = le.AppendUint32(b, uint32(len(c.Sums)))
	for _, s := range c.Sums {
		b = le.AppendUint32(b, uint32(len(s.Column)))
		b = append(b, s.Column...)
		b = le.AppendUint64(b, uint64(s.Fen))
	}
	b = le.AppendUint32(b, uint32(len(c.Messages)))
	for _, m := range c.Messages {
		b = le.AppendUint64(b, uint64(m.Offset))
		b = le.AppendUint64(b, uint64(m.Meta))
		b = le.AppendUint64(b, uint64(m.Body))
		b = le.AppendUint32(b, m.MetaSum)
		b = le.AppendUint32(b, uint32(len(m.BufferSums)))
		for _, sums := range m.BufferSums {
			b = le.AppendUint32(b, uint32(len(sums)))
			for _, s := range sums {
				b = le.AppendUint32(b, s)
			}
		}
	}
	if c.Voucher != nil {
		b = le.AppendUint32(b, uint32(len(c.Voucher)))
		b = append(b, c.Voucher...)
	}
	for len(b)%8 != 0 { // the footer that follows starts at a multiple of 8
		b = append(b, 0)
	}
	n := len(b)
	b = le.AppendUint32(b, uint32(n))
	b = le.AppendUint32(b, Checksum(b[:n]))
	return append(b, controlMagic...)
}

var errControl = errors.New("control totals are damaged or cut off")

// readControl reads the section that ends at end, or returns nil when none stands there.
func readControl(in *Input, end int64) (*Control, error) {
	if end < trailerLen {
		return nil, nil
	}
	t, err := in.view(end-trailerLen, trailerLen)
	if err != nil {
		return nil, err
	}
	wrong := 0
	for i := range controlMagic {
		wrong += bits.OnesCount8(t[8+i] ^ controlMagic[i])
	}
	// A mark that is nearly right is a damaged mark, and not another program's bytes.
	if wrong > 12 {
		return nil, nil
	}
	n := int64(binary.LittleEndian.Uint32(t))
	if wrong > 0 || n > end-trailerLen {
		return nil, errControl
	}
	b, err := in.view(end-trailerLen-n, n)
	if err != nil {
		return nil, err
	}
	if Checksum(b) != binary.LittleEndian.Uint32(t[4:]) {
		return nil, errControl
	}
	return decodeControl(b)
}

// decodeControl reads a section whose checksum was right.
func decodeControl(b []byte) (*Control, error) {
	f := &flat{b: b}
	pos := 0
	u32 := func() int { v := f.u32(pos); pos += 4; return v }
	i64 := func() int64 { v := f.i64(pos); pos += 8; return v }
	version := u32()
	if version != controlVersion && version != vouchedVersion {
		return nil, fmt.Errorf("control totals have version %d; this program reads versions %d and %d", version, controlVersion, vouchedVersion)
	}
	c := &Control{Distinct: u32() == 1, Rows: i64()}
	for n := u32(); n > 0 && f.err == nil; n-- {
		size := u32()
		if !f.in(pos, size) {
			break
		}
		name := string(b[pos : pos+size])
		pos += size
		c.Sums = append(c.Sums, Sum{Column: name, Fen: i64()})
	}
	for n := u32(); n > 0 && f.err == nil; n-- {
		m := Message{Offset: i64(), Meta: i64(), Body: i64(), MetaSum: uint32(u32())}
		for k := u32(); k > 0 && f.err == nil; k-- {
			count := u32()
			if count > (len(b)-pos)/4 {
				return nil, errControl
			}
			sums := make([]uint32, count)
			for i := range sums {
				sums[i] = uint32(u32())
			}
			m.BufferSums = append(m.BufferSums, sums)
		}
		c.Messages = append(c.Messages, m)
	}
	if version == vouchedVersion {
		if n := u32(); f.in(pos, n) {
			c.Voucher = slices.Clone(b[pos : pos+n]) // b may be the mapped file
		}
	}
	if f.err != nil {
		return nil, errControl
	}
	return c, nil
}
