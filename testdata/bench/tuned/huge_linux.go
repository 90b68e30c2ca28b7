package main

import "syscall"

// huge asks for large pages behind fresh memory: on a virtual machine the fault that each small one costs takes longer than
// filling it.
func huge(b []byte) { _ = syscall.Madvise(b, syscall.MADV_HUGEPAGE) }
