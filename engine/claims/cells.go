package claims

import (
	"encoding/binary"
	"errors"
	"unsafe"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

var (
	errOffsets = errors.New("the places of its texts are damaged")
	errIndex   = errors.New("a code lies outside its dictionary")
)

// cells is a run of rows of one column as a source holds it. Row i is one of 0 to n-1.
type cells struct {
	typ   ipc.Type // of the values, or of the dictionary's values
	index ipc.Type // of the codes, where dict is set
	dict  *dictionary
	n     int
	// valid has a bit for each row, from bit 0 of the run on at position validBit; nil means that no cell is null.
	valid    []byte
	validBit int
	// data are values or codes of fixed width; for bool a bit for each row, from bit dataBit on.
	data    []byte
	dataBit int
	// Texts: row i is text[off(i)-base : off(i+1)-base], with offsets of either width.
	off32 []int32
	off64 []int64
	base  int64
	text  []byte
	// views are texts of the view layout: 16 bytes each, long ones in one of the further buffers.
	views [][]byte
}

// null tells whether cell i holds no value.
func (c *cells) null(i int) bool {
	if c.valid == nil {
		return false
	}
	b := c.validBit + i
	return c.valid[b>>3]>>(b&7)&1 == 0
}

// bit returns the value of a bool cell.
func (c *cells) bit(i int) bool {
	b := c.dataBit + i
	return c.data[b>>3]>>(b&7)&1 == 1
}

// spread turns bits into bools, eight at a time.
func spread(c *cells, out []bool) bool {
	if c.typ.Kind != ipc.Bool || c.dataBit != 0 {
		return false
	}
	const ones = 0x0101010101010101
	b, n := bytesOf(out), len(out)/8
	for i, x := range c.data[:n] {
		// Each byte keeps one bit of x in its place; what is not zero then carries into the byte's highest bit.
		each := uint64(x) * ones & 0x8040201008040201
		binary.LittleEndian.PutUint64(b[8*i:], (each+0x7F*ones)>>7&ones)
	}
	for i := 8 * n; i < len(out); i++ {
		out[i] = c.bit(i)
	}
	return true
}

// integer returns the value of an Int cell; big tells that it is unsigned and above the int64 range.
func (c *cells) integer(i int) (v int64, big bool) { return integerAt(c.data, c.typ, i) }

// code returns the dictionary code of cell i, or -1 when it lies outside the dictionary.
func (c *cells) code(i int) int {
	v, big := integerAt(c.data, c.index, i)
	if big || v < 0 || v >= int64(c.dict.n) {
		return -1
	}
	return int(v)
}

func integerAt(data []byte, t ipc.Type, i int) (v int64, big bool) {
	switch t.Bits {
	case 8:
		if t.Signed {
			return int64(int8(data[i])), false
		}
		return int64(data[i]), false
	case 16:
		u := binary.LittleEndian.Uint16(data[2*i:])
		if t.Signed {
			return int64(int16(u)), false
		}
		return int64(u), false
	case 32:
		u := binary.LittleEndian.Uint32(data[4*i:])
		if t.Signed {
			return int64(int32(u)), false
		}
		return int64(u), false
	}
	u := binary.LittleEndian.Uint64(data[8*i:])
	return int64(u), !t.Signed && int64(u) < 0
}

// plainText returns the text of cell i of a plain text column; a view that points outside its buffers is errOffsets.
func (c *cells) plainText(i int) ([]byte, error) {
	switch {
	case c.off32 != nil:
		return c.text[int64(c.off32[i])-c.base : int64(c.off32[i+1])-c.base], nil
	case c.off64 != nil:
		return c.text[c.off64[i]-c.base : c.off64[i+1]-c.base], nil
	}
	v := c.data[16*i : 16*i+16]
	n := int64(int32(binary.LittleEndian.Uint32(v)))
	if n >= 0 && n <= 12 {
		return v[4 : 4+n], nil
	}
	b, at := int64(int32(binary.LittleEndian.Uint32(v[8:]))), int64(int32(binary.LittleEndian.Uint32(v[12:])))
	if n < 0 || b < 0 || b >= int64(len(c.views)) || at < 0 || at+n > int64(len(c.views[b])) {
		return nil, errOffsets
	}
	return c.views[b][at : at+n], nil
}

// checkOffsets holds the offsets of n texts against the bytes that they point into, which start at base.
func checkOffsets[O int32 | int64](offs []O, end int64) error {
	last := offs[0]
	bad := last < 0
	for _, o := range offs {
		bad = bad || o < last
		last = o
	}
	if bad || int64(last) > end {
		return errOffsets
	}
	return nil
}

// dictionary holds the values of a dictionary-encoded column. A null value counts as the empty text.
type dictionary struct {
	n        int
	values   Text
	distinct bool // known to hold distinct values, none of them empty
	bare     bool // counted only: the values are read later
}

// list returns the values as a table keeps them.
func (d *dictionary) list() Text {
	if d.bare {
		return Text{later: &later{n: d.n}}
	}
	return d.values
}

// buildDictionary makes one dictionary of the parts. Where it can the values alias the source.
func buildDictionary(parts []cells) (*dictionary, error) {
	if len(parts) == 1 && parts[0].off64 != nil && parts[0].base == 0 && parts[0].valid == nil {
		p := &parts[0]
		return &dictionary{n: p.n, values: Text{Offsets: p.off64, Bytes: p.text}}, nil
	}
	d := &dictionary{values: Text{Offsets: []int64{0}}}
	for k := range parts {
		p := &parts[k]
		for i := range p.n {
			var s []byte
			if !p.null(i) {
				var err error
				if s, err = p.plainText(i); err != nil {
					return nil, err
				}
			}
			d.values.Bytes = append(d.values.Bytes, s...)
			d.values.Offsets = append(d.values.Offsets, int64(len(d.values.Bytes)))
		}
		d.n += p.n
	}
	return d, nil
}

// cast looks at bytes as values of a fixed width, without a copy where their place in memory allows it. Values are
// little-endian in files; openSource refuses to run on other machines.
func cast[T any](b []byte) []T {
	var t T
	size := int(unsafe.Sizeof(t))
	n := len(b) / size
	if n == 0 {
		return []T{}
	}
	if p := unsafe.Pointer(unsafe.SliceData(b)); uintptr(p)%unsafe.Alignof(t) == 0 {
		return unsafe.Slice((*T)(p), n)
	}
	out := make([]T, n)
	copy(bytesOf(out), b)
	return out
}

// bytesOf looks at values of a fixed width as bytes.
func bytesOf[T any](v []T) []byte {
	var t T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(t)))
}
