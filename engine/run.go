package engine

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Options steer a run; they never change its results.
type Options struct {
	Workers  int                   // goroutines; 0 means one per processor
	Progress func(done, total int) // called after each shard, by any worker; may be nil
}

// Run answers one study: every plan's result over the same claims. The result is the same to the byte for any number of
// workers, any split into shards and any order of rows.
func Run(ctx context.Context, plans []*Plan, src Source, opts Options) ([]*Result, error) {
	partials, err := addUp(ctx, plans, src, opts)
	if err != nil {
		return nil, err
	}
	results := make([]*Result, len(plans))
	for i, p := range plans {
		outcome, err := p.Settlement.Settle(partials[i].Tally)
		if err != nil {
			return nil, fmt.Errorf("scenario %s: %w", p.Scenario.Name, err)
		}
		results[i] = &Result{Plan: p, Partial: partials[i], Outcome: outcome}
	}
	return results, nil
}

// RunShard is all that a worker does, whoever calls it: each person's claims are adjudicated, classified and added up for
// every plan. It returns one partial per plan.
func RunShard(ctx context.Context, plans []*Plan, sh Shard) ([]*Partial, error) {
	w := newWorker(plans)
	if err := w.run(ctx, sh); err != nil {
		return nil, err
	}
	return w.partials(), nil
}

// addUp runs all shards on the workers and merges what they found. Merging is exact, so it may happen in any order.
func addUp(ctx context.Context, plans []*Plan, src Source, opts Options) ([]*Partial, error) {
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = max(min(workers, src.Shards()), 1)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var (
		next, done atomic.Int64
		wait       sync.WaitGroup
		mu         sync.Mutex
		sum        = newWorker(plans)
	)
	for range workers {
		wait.Go(func() {
			w := newWorker(plans)
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= src.Shards() {
					break
				}
				sh, err := src.Load(ctx, i)
				if err == nil {
					err = w.run(ctx, sh)
				}
				if err != nil {
					stop(err)
					return
				}
				n := int(done.Add(1))
				if opts.Progress != nil {
					opts.Progress(n, src.Shards())
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if err := sum.merge(w); err != nil {
				stop(err)
			}
		})
	}
	wait.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return sum.partials(), nil
}
