package engine

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// Options steer a run; they never change its results, but for what GroupFund asks for besides.
type Options struct {
	Workers  int                   // goroutines; 0 means one per processor
	Progress func(done, total int) // called after each shard, by any worker; may be nil
	// Resume is a folder where the partials of finished shards are kept, so that the same run goes on after an interruption;
	// "" for none. It serves claims that are a folder of shards; others are worked out again in less time than it would take.
	Resume string
	// GroupFund asks for the fund's part by hospital and group (settle.GroupSums.Fund), which no settlement needs.
	GroupFund bool
	// Stages, where it is set, gets the time that the workers spent on each stage.
	Stages *Stages
}

// Run answers one study: every plan's result over the same claims. The result is the same to the byte for any number of
// workers, any split into shards and any order of rows.
func Run(ctx context.Context, plans []*Plan, src Source, opts Options) ([]*Result, error) {
	inRanges, _ := src.(*ranges)
	if inRanges != nil {
		inRanges.restart()
	}
	partials, err := addUp(ctx, plans, src, opts)
	if f, ok := src.(*folder); ok && err != nil && ctx.Err() == nil && f.again(err) {
		return Run(ctx, plans, f, opts)
	}
	if f, ok := src.(finisher); ok && err == nil {
		err = f.finish(ctx)
	}
	if inRanges != nil && err != nil && ctx.Err() == nil {
		// What a range says of a fault is not what the whole file says of it.
		whole, err := inRanges.whole(ctx)
		if err != nil {
			return nil, err
		}
		return Run(ctx, plans, whole, opts)
	}
	if err != nil {
		return nil, err
	}
	return settleAll(ctx, plans, partials, opts.Workers)
}

// Settle works out each plan's settlement from its partial of all claims.
func Settle(plans []*Plan, partials []*Partial) ([]*Result, error) {
	return settleAll(context.Background(), plans, partials, 0)
}

func settleAll(ctx context.Context, plans []*Plan, partials []*Partial, workers int) ([]*Result, error) {
	indices := indicesOf(partials)
	results := make([]*Result, len(plans))
	err := parallel.Each(ctx, workers, len(plans), func(i int) error {
		p := plans[i]
		outcome, err := p.Settlement.SettleWith(partials[i].Tally, indices[i])
		if err != nil {
			return fmt.Errorf("scenario %s: %w", p.Scenario.Name, err)
		}
		results[i] = &Result{Plan: p, Partial: partials[i], Outcome: outcome}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// RunShard is all that a worker does, whoever calls it: each person's claims are adjudicated, classified and added up for
// every plan. It returns one partial per plan, with all that Options can ask for.
func RunShard(ctx context.Context, plans []*Plan, sh Shard) ([]*Partial, error) {
	w := newWorker(plans, true)
	err := w.run(ctx, sh)
	if err != nil && sh.whole != nil && ctx.Err() == nil {
		if sh, err = sh.whole(ctx); err == nil {
			defer sh.Release()
			w = newWorker(plans, true)
			err = w.run(ctx, sh)
		}
	}
	if err != nil {
		return nil, err
	}
	return w.partials(ctx, 1)
}

// addUp runs all shards on the workers and merges what they found. Merging is exact, so it may happen in any order.
func addUp(ctx context.Context, plans []*Plan, src Source, opts Options) ([]*Partial, error) {
	if f, ok := src.(*folder); ok && opts.Resume != "" {
		return addUpFinished(ctx, plans, f, opts)
	}
	var sum *worker
	err := eachShard(ctx, src, opts, func() (func(i int) error, func() error) {
		w := newWorker(plans, opts.GroupFund)
		take := func(i int) error {
			start := time.Now()
			sh, err := src.Load(ctx, i)
			if err != nil {
				return err
			}
			w.stages.Load += time.Since(start)
			defer sh.Release()
			return w.run(ctx, sh)
		}
		return take, func() error {
			if opts.Stages != nil {
				opts.Stages.add(w.stages)
			}
			if sum == nil {
				sum = w
				return nil
			}
			return sum.merge(w)
		}
	})
	if err != nil {
		return nil, err
	}
	return sum.partials(ctx, opts.Workers)
}

// eachShard calls what begin returns for every shard on a number of workers. Each worker begins once; its take is called
// for one shard after the other, and its end when none is left, one worker at a time. Of several shards that fail, the first is told.
func eachShard(ctx context.Context, src Source, opts Options, begin func() (take func(i int) error, end func() error)) error {
	var done atomic.Int64
	return parallel.EachWith(ctx, opts.Workers, src.Shards(), func() (func(i int) error, func() error) {
		take, end := begin()
		return func(i int) error {
			if err := take(i); err != nil {
				return err
			}
			n := int(done.Add(1))
			if opts.Progress != nil {
				opts.Progress(n, src.Shards())
			}
			return nil
		}, end
	})
}
