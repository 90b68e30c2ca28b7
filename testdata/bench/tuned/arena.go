package main

import "unsafe"

// arena is memory for all that a goroutine touches while it reads, beside each other on as few large pages as possible.
type arena struct{ left []byte }

// hugePage is the size of a large page, and a multiple of it on other systems.
const hugePage = 2 << 20

// line is a processor's line of memory: two slices never share one.
const line = 64

func newArena(size int) *arena {
	size = (size + hugePage - 1) &^ (hugePage - 1)
	all := make([]byte, size+hugePage)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(all))) & (hugePage - 1))
	all = all[skip : skip+size]
	huge(all)
	return &arena{left: all}
}

// carve takes n zero values of a type without pointers off the arena.
func carve[T any](a *arena, n int) []T {
	var zero T
	size := (n*int(unsafe.Sizeof(zero)) + line - 1) &^ (line - 1)
	b := a.left[:size]
	a.left = a.left[size:]
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// bytesOf is the memory of a slice.
func bytesOf[T any](s []T) []byte { return castTo[byte](s) }

// castTo is the memory of a slice as that of another type, as far as it fills whole values of it.
func castTo[U, T any](s []T) []U {
	var from T
	var to U
	return unsafe.Slice((*U)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(from))/int(unsafe.Sizeof(to)))
}
