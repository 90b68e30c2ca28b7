package pages

import (
	"syscall"
	"unsafe"
)

// pageBytes is a multiple of the page size of every Linux system that Go runs on.
const pageBytes = 1 << 16

// huge asks the system for large pages behind fresh memory that is about to be filled, since faulting in small ones takes
// longer than reading the file. It is advice: where the system does not follow it, nothing changes but the time.
func huge(b []byte) {
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	skip := int(-start & (pageBytes - 1))
	if n := (len(b) - skip) &^ (pageBytes - 1); n > 0 {
		_ = syscall.Madvise(b[skip:skip+n], syscall.MADV_HUGEPAGE)
	}
}
