package engine

import (
	"context"
	"slices"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Files of so many rows, which are more than present looks at one by one, are run out of the file, in ranges of about so many
// rows, whose columns the processor's cache holds.
const (
	leastRanged = 1 << 20
	rangeRows   = 1 << 15
)

// ranges is the source of one file of claims that carries a voucher, and in which the rows of each person stand together: its
// ranges are read, checked and bound when a worker asks for them, and given back after use. What cannot be told of the file
// range by range is told of it as a whole, in memory: see Run.
type ranges struct {
	checked
	file    *leanFile // never read as a whole
	rows    *claims.Ranges
	check   *check.Ranges
	reports []*check.Report // by range
	bound   *binding        // of no rows
	load    func(context.Context) error
}

// openRanges lets the session's claims be run out of their file, and tells whether that can be. Where it cannot, load reads them
// into memory; an error comes again then, after those of other things. The scenarios were compiled for group codes that were looked
// up before: those of another file by now, where somebody has put one in its place.
func (ses *Session) openRanges(codes []string, load func(context.Context) error, opts OpenOptions) bool {
	if !opts.OnePass || ses.Study.Assumptions != nil || ses.reviews != nil {
		return false
	}
	least, each := int64(leastRanged), rangeRows
	if opts.rangeRows > 0 {
		least, each = 1, opts.rangeRows
	}
	r := &ranges{checked: checked{ses: ses}, file: ses.leanFile(claims.ReadOptions{}, opts), load: load}
	var err error
	r.rows, err = claims.OpenRanges(r.file.path, claims.ReadOptions{Vouched: func(b []byte) claims.ColumnSet {
		columns := r.file.vouched(b)
		if columns == 0 || !r.file.voucher.Gathered || r.file.voucher.Rows < least {
			return 0
		}
		return columns
	}}, each)
	if err != nil {
		return false
	}
	if r.file.voucher.Rows != r.rows.Info().Rows || !slices.Equal(codes, groupsOf(r.rows.Lists())) || !r.open(opts) {
		r.rows.Close()
		return false
	}
	ses.ranges, ses.Check = r, &check.Report{}
	ses.Files = []*claims.FileInfo{r.rows.Info()}
	ses.Compiler.compiled = r.compiled
	return true
}

// open checks and binds what the ranges have in common.
func (r *ranges) open(opts OpenOptions) bool {
	ses, voucher := r.ses, r.file.voucher
	r.file.info = r.rows.Info()
	checks := ses.checks(opts)
	checks.Workers = 1 // the other processors have ranges of their own
	var fit bool
	if r.check, fit = voucher.Ranges(r.rows.Lists(), ses.Region, checks); !fit {
		return false
	}
	gone := voucher.Rejected()
	most, err := money.MulDiv(voucher.Rows, int64(ses.Study.RejectLimit), int64(money.One), money.Floor)
	if err != nil || gone > most || gone > 0 && opts.Reject != nil { // too many, or to be told of one by one before the run
		return false
	}
	r.bound, err = bind(r.rows.Lists(), ses.Region, ses.Plans[0].Scope)
	return err == nil
}

// restart makes the source ready for a run.
func (r *ranges) restart() {
	r.checks, r.reports = make([]*shardCheck, r.rows.Len()), make([]*check.Report, r.rows.Len())
	r.rows.Restart()
}

// Shards implements Source.
func (r *ranges) Shards() int { return r.rows.Len() }

// Load implements Source.
func (r *ranges) Load(ctx context.Context, i int) (Shard, error) {
	t, err := r.rows.Read(ctx, i)
	if err != nil {
		return Shard{}, err
	}
	rep, err := r.check.Range(t, r.rows.First(i))
	if err != nil {
		t.Release()
		return Shard{}, err
	}
	r.add(i, &shardCheck{}, rep)
	r.reports[i] = rep
	bound := *r.bound
	bound.t = t
	in := &Input{Table: t, Keep: rep.Keep, bound: &bound, starts: t.Starts(), rising: rep.Rising}
	rep.Keep = nil
	return Shard{Input: in, Hi: in.Persons(), release: t.Release}, nil
}

// finish implements finisher. Only now is it known that what was read are the bytes that were written.
func (r *ranges) finish(context.Context) error {
	if err := r.rows.Done(); err != nil {
		return err
	}
	if err := r.sum(); err != nil {
		return err
	}
	r.ses.Check.Rising = r.file.voucher.Rising
	return r.ses.limit()
}

// whole reads the claims into memory, which the session has from then on.
func (r *ranges) whole(ctx context.Context) (Source, error) {
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	r.ses.ranges = nil
	r.rows.Close()
	return r.ses.Source(), nil
}

// compiled reads the claims into memory when rules that were compiled later look at columns that are left out.
func (r *ranges) compiled() error {
	r.file.scope = r.ses.Compiler.scope
	if !r.file.lacks() {
		return nil
	}
	_, err := r.whole(context.Background())
	return err
}
