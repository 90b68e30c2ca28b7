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

// ColumnsIn is Columns in memory that is of no more use, as far as it goes: it is cut off from old. What stands in the columns is of no
// meaning.
func ColumnsIn[T ~int64](old *[]int64, n, length int) [][]T {
	if n*length > len(*old) || n*length == 0 {
		return Columns[T](n, length)
	}
	out, sums := make([][]T, n), *old
	for i := range out {
		out[i] = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(sums[i*length:]))), length)
	}
	*old = sums[n*length:]
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
