package ipc

import (
	"encoding/binary"
	"errors"
)

// errMeta says that metadata points outside itself. It never leaves the package without the place in front of it.
var errMeta = errors.New("metadata is damaged")

// flat reads one flatbuffer. Every offset is checked against the buffer before it is followed. The first violation is
// kept in err and turns every later read into the zero value, so that readers check once, at their end.
type flat struct {
	b   []byte
	err error
}

// table is a table inside a flatbuffer: where it stands and where its directory of slots stands. The zero table is an
// absent one: all its slots are absent.
type table struct {
	pos, slots, slotsEnd, end int
}

func (f *flat) fail() {
	if f.err == nil {
		f.err = errMeta
	}
}

// in tells whether n bytes stand at pos, and records a violation when they do not.
func (f *flat) in(pos, n int) bool {
	if f.err != nil || pos < 0 || n < 0 || n > len(f.b) || pos > len(f.b)-n {
		f.fail()
		return false
	}
	return true
}

func (f *flat) u16(pos int) int {
	if !f.in(pos, 2) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(f.b[pos:]))
}

func (f *flat) u32(pos int) int {
	if !f.in(pos, 4) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(f.b[pos:]))
}

func (f *flat) i64(pos int) int64 {
	if !f.in(pos, 8) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(f.b[pos:]))
}

// root returns the table that the buffer starts with.
func (f *flat) root() table { return f.follow(0) }

// follow returns the table that the forward offset at pos points to.
func (f *flat) follow(pos int) table {
	at := pos + f.u32(pos)
	if !f.in(at, 4) {
		return table{}
	}
	slots := at - int(int32(binary.LittleEndian.Uint32(f.b[at:])))
	n, size := f.u16(slots), f.u16(slots+2)
	if n < 4 || n%2 != 0 || size < 4 || !f.in(slots, n) || !f.in(at, size) {
		f.fail()
		return table{}
	}
	return table{pos: at, slots: slots + 4, slotsEnd: slots + n, end: at + size}
}

// slot returns where the value of a table's slot stands, or -1 when it is absent. The value must hold size bytes.
func (f *flat) slot(t table, i, size int) int {
	at := t.slots + 2*i
	if f.err != nil || at >= t.slotsEnd {
		return -1
	}
	off := f.u16(at)
	if off == 0 {
		return -1
	}
	if t.pos+off+size > t.end {
		f.fail()
		return -1
	}
	return t.pos + off
}

func (f *flat) byteAt(t table, i int, absent byte) byte {
	if p := f.slot(t, i, 1); p >= 0 {
		return f.b[p]
	}
	return absent
}

func (f *flat) shortAt(t table, i int) int {
	if p := f.slot(t, i, 2); p >= 0 {
		return int(int16(f.u16(p)))
	}
	return 0
}

func (f *flat) intAt(t table, i, absent int) int {
	if p := f.slot(t, i, 4); p >= 0 {
		return int(int32(f.u32(p)))
	}
	return absent
}

func (f *flat) longAt(t table, i int) int64 {
	if p := f.slot(t, i, 8); p >= 0 {
		return f.i64(p)
	}
	return 0
}

// tableAt returns the table in a slot, the zero table when it is absent.
func (f *flat) tableAt(t table, i int) table {
	if p := f.slot(t, i, 4); p >= 0 {
		return f.follow(p)
	}
	return table{}
}

// vectorAt returns where the elements of a slot's vector stand and how many there are, each of the given size.
func (f *flat) vectorAt(t table, i, size int) (pos, n int) {
	p := f.slot(t, i, 4)
	if p < 0 {
		return 0, 0
	}
	p += f.u32(p)
	n = f.u32(p)
	if f.err != nil || n > len(f.b)/size || !f.in(p+4, n*size) {
		f.fail()
		return 0, 0
	}
	return p + 4, n
}

func (f *flat) textAt(t table, i int) string {
	p, n := f.vectorAt(t, i, 1)
	return string(f.b[p : p+n])
}
