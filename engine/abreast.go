package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// abreast calls do with 0 to n-1, on a number of goroutines (0: one for each processor), and returns the error of the lowest
// call that failed, so that the error does not depend on their number.
func abreast(workers, n int, do func(i int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, n)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(workers, n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				errs[i] = do(i)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
