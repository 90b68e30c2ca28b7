package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/shards"
)

// folder is the source of a folder of shards. A shard is read, checked and bound when a worker asks for it and given back
// after use, so that memory holds one shard for each worker.
type folder struct {
	checked
	manifest *shards.Manifest
	severity map[string]claims.Severity
	// Plans that the folder was opened with: they number what the shards are bound to.
	plan   *Plan
	listed []string // the group table's codes
	each   int      // rows of the ranges in which shards are read; 0: shards are read as a whole
}

// checked keeps what was found in shards that are checked when a worker asks for them.
type checked struct {
	ses    *Session
	checks []*shardCheck // by shard, once it was loaded
}

// finisher is a source whose claims are checked while they are run.
type finisher interface {
	// finish gives the session what the checks of all shards found, and holds it against the limit.
	finish(ctx context.Context) error
}

// shardCheck is what reading and checking one shard found.
type shardCheck struct {
	Door                         claims.Count
	Read, Kept, Rejected, Warned claims.Count
	Codes                        []check.CodeCount
	Findings                     []claims.Finding

	list func() ([]claims.Finding, error) // puts what was found into Findings; nil once it has

	Reviewed []int32 // by review: the number of its claim's hospital plus one, when it is in the shard
}

// Shards implements Source.
func (f *folder) Shards() int { return len(f.manifest.Shards) }

// Load implements Source. A shard that its writer has checked is read range by range, so that it passes through the processor's cache.
func (f *folder) Load(ctx context.Context, i int) (Shard, error) {
	if f.each > 0 && f.ses.reviews == nil {
		if sh, ok := f.ranged(i); ok {
			return sh, nil
		}
	}
	return f.loadWhole(ctx, i)
}

// file is the file of a shard.
func (f *folder) file(i int) *leanFile {
	return &leanFile{path: f.manifest.Path(i), scope: f.plan.Scope, ids: f.ses.reviews != nil, strict: len(f.severity) > 0,
		opts: claims.ReadOptions{Workers: 1}} // the other processors have shards of their own
}

func (f *folder) checksOf() check.Options {
	return check.Options{GroupCodes: f.listed, Severity: f.severity, Workers: 1}
}

// loadWhole reads a shard into memory.
func (f *folder) loadWhole(ctx context.Context, i int) (Shard, error) {
	found, file := &shardCheck{}, f.file(i)
	file.opts.Reject = func(r claims.RejectedRow) error {
		return found.Door.Add(r.Findings[0].Gross, r.Findings[0].GrossKnown)
	}
	if err := file.read(ctx); err != nil {
		return Shard{}, err
	}
	if want := f.manifest.Shards[i].Rows; file.info.Rows != want {
		file.table.Release()
		return Shard{}, fmt.Errorf("%s: has %d rows, the manifest says %d", f.manifest.Path(i), file.info.Rows, want)
	}
	rep, err := file.check(ctx, f.ses, f.checksOf())
	t := file.table
	if err != nil {
		t.Release()
		return Shard{}, err
	}
	found.list = rep.Lister()
	if err := found.take(rep); err != nil {
		t.Release()
		return Shard{}, err
	}
	f.checks[i] = found
	in, err := NewInput(t, rep.Keep, f.ses.Region, f.plan.Scope)
	if err != nil {
		t.Release()
		return Shard{}, err
	}
	in.rising = rep.Rising
	if f.ses.reviews != nil {
		found.Reviewed = make([]int32, len(f.ses.reviews.List))
		f.ses.reviews.mark(in, found.Reviewed)
	}
	return Shard{Input: in, Hi: in.Persons(), release: t.Release}, nil
}

// take adds up what was counted in a part of the shard.
func (c *shardCheck) take(rep *check.Report) error {
	for _, p := range []struct{ to, from *claims.Count }{{&c.Read, &rep.Read}, {&c.Kept, &rep.Kept}, {&c.Rejected, &rep.Rejected}, {&c.Warned, &rep.Warned}} {
		if err := p.to.Plus(*p.from); err != nil {
			return err
		}
	}
	for _, n := range rep.Codes {
		at := slices.IndexFunc(c.Codes, func(m check.CodeCount) bool { return m.Code == n.Code })
		if at < 0 {
			c.Codes = append(c.Codes, n)
			continue
		}
		if err := c.Codes[at].Plus(n.Count); err != nil {
			return err
		}
	}
	return nil
}

// finish implements finisher.
func (f *folder) finish(context.Context) error {
	f.ses.Door = f.manifest.Rejected
	if err := f.sum(); err != nil {
		return err
	}
	if err := f.reviewed(); err != nil {
		return err
	}
	return f.ses.limit()
}

// sum puts what the checks found in all shards together, in the order of the shards.
func (f *checked) sum() error {
	sum := &check.Report{}
	codes := make([]check.CodeCount, len(check.Catalogue))
	for _, c := range f.checks {
		if err := f.ses.Door.Plus(c.Door); err != nil {
			return err
		}
		for _, p := range []struct {
			to   *claims.Count
			from claims.Count
		}{{&sum.Read, c.Read}, {&sum.Kept, c.Kept}, {&sum.Rejected, c.Rejected}, {&sum.Warned, c.Warned}} {
			if err := p.to.Plus(p.from); err != nil {
				return err
			}
		}
		for _, n := range c.Codes {
			at := slices.IndexFunc(check.Catalogue[:], func(e check.Entry) bool { return e.Code == n.Code })
			codes[at].Code, codes[at].Severity = n.Code, n.Severity
			if err := codes[at].Plus(n.Count); err != nil {
				return err
			}
		}
	}
	for _, n := range codes {
		if n.Rows > 0 {
			sum.Codes = append(sum.Codes, n)
		}
	}
	f.ses.Check = sum
	return nil
}

// listed returns what the checks of a shard found.
func (c *shardCheck) listed() ([]claims.Finding, error) {
	if c.list == nil {
		return c.Findings, nil
	}
	var err error
	if c.Findings, err = c.list(); err != nil {
		return nil, err
	}
	c.list = nil
	return c.Findings, nil
}

// findings lists what the checks of all shards found, in the order of the shards, up to the usual limit.
func (f *folder) findings() ([]claims.Finding, error) {
	var out []claims.Finding
	for _, c := range f.checks {
		if c == nil || len(out) >= check.DefaultLimit {
			break
		}
		list, err := c.listed()
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out[:min(len(out), check.DefaultLimit)], nil
}

// reviewed is an error when a reviewed claim is in none of the shards.
func (f *folder) reviewed() error {
	if f.ses.reviews == nil {
		return nil
	}
	f.ses.reviewedAt = make([]int32, len(f.ses.reviews.List))
	for _, c := range f.checks {
		for i, at := range c.Reviewed {
			f.ses.reviewedAt[i] = max(f.ses.reviewedAt[i], at)
		}
	}
	return f.ses.reviews.missing(f.ses.reviewedAt)
}

// openShards makes the session of a study whose claims are a folder of shards.
func (ses *Session) openShards(opts OpenOptions) error {
	m, err := shards.Open(ses.Study.Claims[0])
	if err != nil {
		return err
	}
	ses.Compiler = NewCompiler(opts.Policies, ses.Region, ses.Study.Year, m.Groups).WithReviews(ses.reviews)
	if ses.Plans, err = ses.Compiler.Compile(ses.Study.Scenarios()); err != nil {
		return err
	}
	ses.Files = []*claims.FileInfo{{Path: ses.Study.Claims[0], Format: "shards", Rows: m.Rows, Batches: len(m.Shards), Verified: true}}
	ses.Check = &check.Report{}
	ses.shards = &folder{checked: checked{ses, make([]*shardCheck, len(m.Shards))}, manifest: m, severity: opts.Severity, plan: ses.Plans[0],
		listed: listedGroups(ses.Plans[0]), each: rangeRows}
	if opts.rangeRows != 0 {
		ses.shards.each = max(opts.rangeRows, 0)
	}
	return nil
}

// Source returns the session's claims as Run takes them. Those of a folder of shards, and those that OpenOptions.OnePass leaves
// in their file, are read and checked by the run, so that the session's counts of findings are there only after it.
func (ses *Session) Source() Source {
	switch {
	case ses.shards != nil:
		return ses.shards
	case ses.ranges != nil:
		return ses.ranges
	}
	return InMemory(ses.Input)
}

// Sharded reports whether the claims are a folder of shards; Input is then nil.
func (ses *Session) Sharded() bool { return ses.shards != nil }
