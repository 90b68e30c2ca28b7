// Package pages makes the memory of large tables and columns.
package pages

import "unsafe"

// hugeBytes is the size from which memory is asked for in large pages: below it they would waste more than they save.
const hugeBytes = 4 << 20

// Make is make for a slice of n zero values that will be filled: where it is large, the system is asked for large pages behind
// it. Every small page costs a fault when it is first touched, which on a virtual machine takes longer than filling it.
func Make[T any](n int) []T {
	out := make([]T, n)
	var t T
	if size := n * int(unsafe.Sizeof(t)); size >= hugeBytes {
		huge(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(out))), size))
	}
	return out
}

// Columns makes n such slices of one length beside each other, which together are large sooner.
func Columns[T any](n, length int) [][]T {
	all, out := Make[T](n*length), make([][]T, n)
	for i := range out {
		out[i] = all[i*length : (i+1)*length : (i+1)*length]
	}
	return out
}
