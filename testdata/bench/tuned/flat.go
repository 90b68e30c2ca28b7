package main

import "encoding/binary"

// flat is a flatbuffer, the form of Arrow's metadata. A damaged one ends the program by an index out of range.
type flat []byte

// table is where a table stands in a flatbuffer; 0 is an absent one.
type table int

func (f flat) i32(at int) int   { return int(int32(binary.LittleEndian.Uint32(f[at:]))) }
func (f flat) i64(at int) int64 { return int64(binary.LittleEndian.Uint64(f[at:])) }

func (f flat) root() table { return table(f.i32(0)) }

// slot returns where a table keeps a value, 0 when it is absent.
func (f flat) slot(t table, i int) int {
	if t == 0 {
		return 0
	}
	slots := int(t) - f.i32(int(t))
	if at := 4 + 2*i; at < int(binary.LittleEndian.Uint16(f[slots:])) {
		if off := int(binary.LittleEndian.Uint16(f[slots+at:])); off != 0 {
			return int(t) + off
		}
	}
	return 0
}

func (f flat) table(t table, i int) table {
	at := f.slot(t, i)
	if at == 0 {
		return 0
	}
	return table(at + f.i32(at))
}

// vector returns where the elements of a vector stand and how many there are.
func (f flat) vector(t table, i int) (at, n int) {
	if at = f.slot(t, i); at == 0 {
		return 0, 0
	}
	at += f.i32(at)
	return at + 4, f.i32(at)
}

func (f flat) text(t table, i int) string {
	at, n := f.vector(t, i)
	return string(f[at : at+n])
}

func (f flat) long(t table, i int) int64 {
	if at := f.slot(t, i); at != 0 {
		return f.i64(at)
	}
	return 0
}

func (f flat) byte(t table, i int) byte {
	if at := f.slot(t, i); at != 0 {
		return f[at]
	}
	return 0
}
