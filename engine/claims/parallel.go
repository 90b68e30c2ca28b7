package claims

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// workersOf returns the number of goroutines to use: n, or one for each processor when n is zero or less.
func workersOf(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}

// parallel calls do with 0 to n-1, on some workers, and returns the error of the lowest call that failed, so that the
// error does not depend on the number of workers. No call begins after one has failed or the context has ended.
func parallel(ctx context.Context, workers, n int, do func(i int) error) error {
	workers = min(workersOf(workers), n)
	if workers <= 1 {
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	var (
		next   atomic.Int64
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed atomic.Bool
		lowest int
		first  error
	)
	for range workers {
		wg.Go(func() {
			for !failed.Load() && ctx.Err() == nil {
				// Calls begin in rising order: all before a failing one have begun and will end.
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					mu.Lock()
					if first == nil || i < lowest {
						first, lowest = err, i
					}
					mu.Unlock()
					failed.Store(true)
				}
			}
		})
	}
	wg.Wait()
	if first == nil {
		return ctx.Err()
	}
	return first
}
