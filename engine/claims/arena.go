package claims

import (
	"unsafe"

	"github.com/drgsim/drgsim/engine/internal/pages"
)

// arenaBytes is the least memory that an arena asks for at a time.
const arenaBytes = 1 << 20

// arena is memory for the columns of one table after the other, so that memory which is in the processor's cache is filled again.
// It serves one goroutine.
type arena struct {
	blocks [][]uint64 // words, so that values of any width are aligned
	block  int        // in use
	used   int        // words of it
}

// words returns room for n words, with what stood there before.
func (a *arena) words(n int) []uint64 {
	for ; a.block < len(a.blocks); a.block, a.used = a.block+1, 0 {
		if b := a.blocks[a.block]; len(b)-a.used >= n {
			a.used += n
			return b[a.used-n : a.used : a.used]
		}
	}
	a.blocks = append(a.blocks, pages.Make[uint64](max(n, arenaBytes/8)))
	a.used = n
	return a.blocks[a.block][:n:n]
}

// reset makes all of the memory free again.
func (a *arena) reset() { a.block, a.used = 0, 0 }

// roomIn makes the memory of a column, which must be filled: only fresh memory is zero.
func roomIn[T any](a *arena, n int) []T {
	if a == nil || n == 0 {
		return pages.Make[T](n)
	}
	var t T
	size := int(unsafe.Sizeof(t))
	return cast[T](bytesOf(a.words((n*size + 7) / 8)))[:n:n]
}
