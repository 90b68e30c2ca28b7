// Package parallel runs independent calls on some goroutines.
package parallel

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do with 0 to n-1, on a number of goroutines (0 or less: one for each processor), and returns the error of the
// lowest call that failed, so that the error does not depend on their number. No call begins after one has failed or the
// context has ended.
func Each(ctx context.Context, workers, n int, do func(i int) error) error {
	return EachWith(ctx, workers, n, func() (func(i int) error, func() error) { return do, func() error { return nil } })
}

// EachWith is Each for goroutines that keep something from call to call: each begins once, makes its calls by do, and ends when
// none is left, one goroutine at a time. None ends after a call has failed.
func EachWith(ctx context.Context, workers, n int, begin func() (do func(i int) error, end func() error)) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	e := each{ctx: ctx, n: n}
	if workers = min(workers, n); workers <= 1 {
		e.work(begin)
	} else {
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() { e.work(begin) })
		}
		wg.Wait()
	}
	if e.err == nil {
		return ctx.Err()
	}
	return e.err
}

// each is the state of one EachWith.
type each struct {
	ctx    context.Context
	n      int
	next   atomic.Int64
	failed atomic.Bool

	mu     sync.Mutex
	lowest int
	err    error
}

func (e *each) work(begin func() (do func(i int) error, end func() error)) {
	do, end := begin()
	for !e.failed.Load() && e.ctx.Err() == nil {
		// Calls begin in rising order: all before a failing one have begun and will end.
		i := int(e.next.Add(1)) - 1
		if i >= e.n {
			e.mu.Lock()
			defer e.mu.Unlock()
			if e.err == nil {
				e.keep(e.n, end())
			}
			return
		}
		if err := do(i); err != nil {
			e.mu.Lock()
			e.keep(i, err)
			e.mu.Unlock()
			return
		}
	}
}

// keep keeps the error of the lowest call; that of an end comes behind all of them.
func (e *each) keep(i int, err error) {
	if err != nil && (e.err == nil || i < e.lowest) {
		e.err, e.lowest = err, i
		e.failed.Store(true)
	}
}
