package engine

import (
	"context"
	"errors"
)

// ranged returns a shard that is read range by range, and tells whether that can be.
func (f *folder) ranged(i int) (Shard, bool) {
	r := openRanged(f.file(i), f.ses.Region, f.plan.Scope, f.checksOf(), 1, f.each)
	if r == nil || r.rows.Info().Rows != f.manifest.Shards[i].Rows {
		if r != nil {
			r.rows.Close()
		}
		return Shard{}, false
	}
	return Shard{
		release: r.rows.Close,
		whole:   func(ctx context.Context) (Shard, error) { return f.loadWhole(ctx, i) },
		inRanges: func(ctx context.Context, each func(Shard) error) error {
			err := f.inRanges(ctx, i, r, each)
			if err == nil || ctx.Err() != nil {
				return err
			}
			// What a range says of a fault is not what the whole file says of it.
			sh, fault := f.loadWhole(ctx, i)
			if fault != nil {
				return &shardFault{fault}
			}
			sh.Release()
			return err
		},
	}, true
}

// inRanges gives the ranges of a shard to each, and keeps what their checks found.
func (f *folder) inRanges(ctx context.Context, i int, r *rangedFile, each func(Shard) error) error {
	r.restart()
	found := &shardCheck{}
	for k := range r.rows.Len() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		sh, err := r.shard(ctx, k)
		if err != nil {
			return err
		}
		err = errors.Join(found.take(r.reports[k]), each(sh))
		sh.Release()
		if err != nil {
			return err
		}
	}
	if err := r.rows.Done(); err != nil {
		return err
	}
	found.list = r.listing()
	f.checks[i] = found
	return nil
}

// shardFault is an error of a shard that was found by reading it as a whole, so that nothing is to be gained by reading it again.
type shardFault struct{ err error }

// Error implements error.
func (e *shardFault) Error() string { return e.err.Error() }

// Unwrap returns the fault.
func (e *shardFault) Unwrap() error { return e.err }

// again tells whether a run that failed is to be made once more with shards read as a whole, which the folder does from then on.
func (f *folder) again(err error) bool {
	var fault *shardFault
	if f.each == 0 || errors.As(err, &fault) {
		return false
	}
	f.each = 0
	return true
}
