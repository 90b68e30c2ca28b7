//go:build unix

package ipc

import (
	"math"
	"os"
	"syscall"
)

func mapFile(f *os.File, size int64) []byte {
	if size > math.MaxInt {
		return nil
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return b
}

func unmapFile(b []byte) {
	if err := syscall.Munmap(b); err != nil {
		panic("BUG: unmapping a mapping: " + err.Error())
	}
}
