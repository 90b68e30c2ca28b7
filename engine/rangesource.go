package engine

import (
	"context"
	"slices"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Files of so many rows, which are more than present looks at one by one, are run out of the file, in ranges of about so many
// rows: enough that opening a range costs little beside its rows, and few enough that their columns stay near the processor.
const (
	leastRanged = 1 << 20
	rangeRows   = 1 << 15
)

// ranges is the source of one file of claims that carries a voucher, and in which the rows of each person stand together: its
// ranges are read, checked and bound when a worker asks for them, and given back after use. What cannot be told of the file
// range by range is told of it as a whole, in memory: see Run.
type ranges struct {
	checked
	*rangedFile
	load func(context.Context) error
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
	checks := ses.checks(opts)
	file := openRanged(ses.leanFile(claims.ReadOptions{}, opts), ses.Region, ses.Plans[0].Scope, checks, least, each)
	if file == nil {
		return false
	}
	r := &ranges{checked: checked{ses: ses}, rangedFile: file, load: load}
	if !slices.Equal(codes, groupsOf(r.rows.Lists())) || r.rejects(ses.Study.RejectLimit, opts.Reject != nil) {
		r.rows.Close()
		return false
	}
	ses.ranges, ses.Check = r, &check.Report{}
	ses.Files = []*claims.FileInfo{r.rows.Info()}
	ses.Compiler.compiled = r.compiled
	return true
}

// rejects tells whether rows are set aside of which the run must not be begun, or that are to be told of one by one before it.
func (r *ranges) rejects(limit money.Ratio, told bool) bool {
	gone := r.file.voucher.Rejected()
	most, err := money.MulDiv(r.file.voucher.Rows, int64(limit), int64(money.One), money.Floor)
	return err != nil || gone > most || gone > 0 && told
}

// restart makes the source ready for a run.
func (r *ranges) restart() {
	r.checks = make([]*shardCheck, r.rows.Len())
	r.rangedFile.restart()
}

// Shards implements Source.
func (r *ranges) Shards() int { return r.rows.Len() }

// Load implements Source.
func (r *ranges) Load(ctx context.Context, i int) (Shard, error) {
	sh, err := r.shard(ctx, i)
	if err != nil {
		return sh, err
	}
	r.checks[i] = &shardCheck{}
	return sh, r.checks[i].take(r.reports[i])
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
