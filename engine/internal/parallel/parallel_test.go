package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// Of many calls that fail, the lowest is told of, however long it takes beside the others.
func TestLowestErrorIsTold(t *testing.T) {
	for _, workers := range []int{1, 2, 8} {
		for range 20 {
			err := parallel.Each(t.Context(), workers, 100, func(i int) error {
				switch {
				case i == 5:
					time.Sleep(time.Millisecond)
					return errors.New("5")
				case i > 5:
					return fmt.Errorf("%d", i)
				}
				return nil
			})
			if err == nil || err.Error() != "5" {
				t.Fatalf("%d workers: the error is %v, want that of 5", workers, err)
			}
		}
	}
}

func TestEachEndsOnce(t *testing.T) {
	var all []int // written to by ends, which must not overlap
	inEnd := sync.Mutex{}
	err := parallel.EachWith(t.Context(), 4, 1000, func() (func(int) error, func() error) {
		var mine []int
		return func(i int) error { mine = append(mine, i); return nil }, func() error {
			if !inEnd.TryLock() {
				return errors.New("two goroutines end at once")
			}
			defer inEnd.Unlock()
			all = append(all, mine...)
			return nil
		}
	})
	slices.Sort(all)
	if err != nil || len(all) != 1000 || all[0] != 0 || all[999] != 999 {
		t.Errorf("%d of 1000 calls were made and ended, error %v", len(all), err)
	}
	ended := false
	err = parallel.EachWith(t.Context(), 1, 3, func() (func(int) error, func() error) {
		return func(int) error { return errors.New("fails") }, func() error { ended = true; return nil }
	})
	if err == nil || ended {
		t.Errorf("error %v; ended after a call failed: %v", err, ended)
	}
	err = parallel.EachWith(t.Context(), 3, 9, func() (func(int) error, func() error) {
		return func(int) error { return nil }, func() error { return errors.New("of the end") }
	})
	if err == nil || err.Error() != "of the end" {
		t.Errorf("an error of the end is told as %v", err)
	}
}

func TestNothingBeginsAfterTheContext(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var calls atomic.Int64
		err := parallel.Each(ctx, workers, 1000, func(int) error {
			if calls.Add(1) == 3 {
				stop()
			}
			return nil
		})
		if n := calls.Load(); !errors.Is(err, context.Canceled) || n > int64(2+workers) {
			t.Errorf("%d workers: %d calls, error %v", workers, n, err)
		}
	}
}
