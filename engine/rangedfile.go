package engine

import (
	"context"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// rangedFile is a file of claims that carries a voucher and in which the rows of each person stand together, read in ranges of rows.
// Nothing of it is to be relied on before claims.Ranges.Done.
type rangedFile struct {
	file    *leanFile // never read as a whole
	rows    *claims.Ranges
	check   *check.Ranges
	reports []*check.Report // by range
	bound   *binding        // of no rows
}

// openRanged opens a file of at least so many rows to be read in ranges of about so many; nil where it must be read as a whole.
func openRanged(file *leanFile, reg *region.Region, scope *policy.Scope, checks check.Options, least int64, each int) *rangedFile {
	r := &rangedFile{file: file}
	var err error
	r.rows, err = claims.OpenRanges(file.path, claims.ReadOptions{Vouched: func(b []byte) claims.ColumnSet {
		if file.strict {
			return 0
		}
		columns := file.vouched(b)
		if columns == 0 || !file.voucher.Gathered || file.voucher.Rows < least {
			return 0
		}
		return columns
	}}, each)
	if err != nil {
		return nil
	}
	checks.Workers = 1 // the other processors have ranges of their own
	var fit bool
	if r.check, fit = file.voucher.Ranges(r.rows.Lists(), reg, checks); fit && file.voucher.Rows == r.rows.Info().Rows {
		r.bound, err = bind(r.rows.Lists(), reg, scope)
	}
	if err != nil || r.bound == nil {
		r.rows.Close()
		return nil
	}
	file.known = r.check.Known()
	file.columns = file.needed(file.voucher)
	r.rows.Only(file.columns)
	file.info = r.rows.Info()
	return r
}

// restart lets all ranges be read once more.
func (r *rangedFile) restart() {
	r.reports = make([]*check.Report, r.rows.Len())
	r.rows.Restart()
}

// shard reads, checks and binds a range.
func (r *rangedFile) shard(ctx context.Context, i int) (Shard, error) {
	t, err := r.rows.Read(ctx, i)
	if err != nil {
		return Shard{}, err
	}
	rep, err := r.check.Range(t, r.rows.First(i))
	if err != nil {
		t.Release()
		return Shard{}, err
	}
	bound := *r.bound
	bound.t = t
	in := &Input{Table: t, Keep: rep.Keep, bound: &bound, starts: t.Starts(), rising: rep.Rising}
	rep.Keep = nil
	r.reports[i] = rep
	return Shard{Input: in, Hi: in.Persons(), release: t.Release}, nil
}

// listing returns what lists the findings of all ranges later. It keeps nothing of the ranges.
func (r *rangedFile) listing() func() ([]claims.Finding, error) {
	return r.check.List(r.reports, r.file.rows(context.Background()))
}
