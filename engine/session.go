package engine

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/drgsim/drgsim/engine/behave"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Session is a study with everything loaded, checked and compiled: ready to run, compare and explain.
type Session struct {
	Study  *Study
	Region *region.Region
	Plans  []*Plan // the baseline first
	Input  *Input
	Files  []*claims.FileInfo
	// Compiler made the plans and makes further ones over the same input.
	Compiler *Compiler
	// Door counts the rows whose cells could not be read, Check what the checks found in the others.
	Door  claims.Count
	Check *check.Report

	// Moved tells what each of the study's assumptions made of the claims; nil when it has none.
	Moved []behave.Moved

	lean    *leanFile // of the claims in memory, when they are one file
	shards  *folder   // nil unless the claims are a folder of shards
	ranges  *ranges   // nil unless the claims are run out of their file
	reviews *Reviews  // nil without a table of reviews
	// reviewedAt is, by review, the number of the claim's hospital plus one.
	reviewedAt []int32
}

// OpenOptions steer how a study is opened.
type OpenOptions struct {
	Policies fs.FS
	Workers  int
	Progress func(done, total int64)        // rows read; may be nil
	Reject   func(claims.RejectedRow) error // is given each row that is set aside; may be nil
	Severity map[string]claims.Severity     // overrides of the checks' severities
	// OnePass tells that the claims are wanted for one run only. A large file that its writer has checked is then read by the
	// workers of the run, range by range, and the session's Input may stay nil. Nothing else changes.
	OnePass bool

	rangeRows int // of the ranges; 0: as many as is good, of large files only
}

// TooManyFindings reports that more rows were set aside than the study allows.
type TooManyFindings struct {
	Rejected, Read claims.Count
	Limit          money.Ratio
	First          string // the first finding
}

// Error implements error.
func (e *TooManyFindings) Error() string {
	return fmt.Sprintf("%d of %d rows had to be set aside, more than reject_limit %s; the first: %s", e.Rejected.Rows, e.Read.Rows, e.Limit.Percent(), e.First)
}

// Open reads a study's region and claims, compiles its scenarios and checks the claims. Faults of packs and study are
// found before the claims are looked at.
func Open(ctx context.Context, s *Study, opts OpenOptions) (*Session, error) {
	ses, err := begin(s)
	if err != nil {
		return nil, err
	}
	codes, known := peek(s, opts)
	if err := ses.compile(codes, opts); err != nil {
		return nil, err
	}
	if len(s.Claims) == 1 && shards.Is(s.Claims[0]) {
		if err := ses.openShards(opts); err != nil {
			return nil, err
		}
		return ses, ses.assume()
	}
	load := func(ctx context.Context) error { return ses.load(ctx, codes, known, opts) }
	if known && ses.openRanges(codes, load, opts) {
		return ses, nil
	}
	return ses, load(ctx)
}

// load reads the session's claims into memory, checks and binds them, when its scenarios were compiled for some group codes.
func (ses *Session) load(ctx context.Context, codes []string, known bool, opts OpenOptions) error {
	table, err := ses.read(ctx, opts)
	if err != nil {
		return err
	}
	if r := ses.ranges; r != nil && !r.file.info.IsSame(ses.lean.info) {
		return ses.lean.changed()
	}
	if now := groupsOf(table); !known || !slices.Equal(codes, now) {
		if err := ses.compile(now, opts); err != nil {
			return err
		}
	}
	if ses.lean == nil {
		err = ses.examine(table, opts)
	} else {
		ses.Check, err = ses.lean.check(ctx, ses, ses.checks(opts))
		table = ses.lean.table
	}
	if err != nil {
		return err
	}
	if opts.Reject != nil {
		if err := ses.Check.Rejects(opts.Reject); err != nil {
			return err
		}
	}
	if err := ses.limit(); err != nil {
		return err
	}
	if err := ses.bind(table); err != nil {
		return err
	}
	if err := ses.assume(); err != nil {
		return err
	}
	if err := ses.review(); err != nil || ses.lean == nil {
		return err
	}
	ses.lean.scope = ses.Compiler.scope
	ses.Compiler.compiled = func() error { return ses.complete(ctx) }
	return ses.Compiler.compiled()
}

// bind makes the input of a table that was checked.
func (ses *Session) bind(table *claims.Table) error {
	var err error
	if ses.Input, err = NewInput(table, ses.Check.Keep, ses.Region, ses.Plans[0].Scope); err == nil {
		ses.Input.rising = ses.Check.Rising
	}
	return err
}

// complete reads the claims again when rules that were compiled later look at columns that were left out.
func (ses *Session) complete(ctx context.Context) error {
	if !ses.lean.lacks() {
		return nil
	}
	if err := ses.lean.whole(ctx); err != nil {
		return err
	}
	if err := ses.bind(ses.lean.table); err != nil {
		return err
	}
	return ses.review()
}

// begin makes the session of a study whose claims are not read yet: its region and its reviews.
func begin(s *Study) (*Session, error) {
	if err := s.inputsExist(); err != nil {
		return nil, err
	}
	reg, err := region.Load(s.RegionDir)
	if err != nil {
		return nil, err
	}
	if len(s.Schemes) > 0 {
		reg.Schemes = slices.Sorted(slices.Values(s.Schemes))
	}
	ses := &Session{Study: s, Region: reg}
	if s.Reviews != "" {
		ses.reviews, err = openReviews(s.Reviews)
	}
	return ses, err
}

// peek returns the group codes that the claims name, when they can be known before the claims are read: then the scenarios
// are compiled once, and not again for the codes.
func peek(s *Study, opts OpenOptions) (codes []string, known bool) {
	if len(s.Claims) != 1 || len(opts.Severity) > 0 {
		return nil, false
	}
	voucher, values, err := claims.Peek(s.Claims[0], claims.ColDRGCode)
	if err != nil || voucher == nil { // an error comes again when the claims are read, after those of the rules
		return nil, false
	}
	_, known = check.ReadVoucher(voucher)
	return texts(values), known
}

// groupsOf lists the group codes of a table.
func groupsOf(t *claims.Table) []string { return texts(t.Group.Values) }

func texts(values claims.Text) (out []string) {
	for i := range values.Len() {
		out = append(out, values.At(i))
	}
	return out
}

// compile compiles the study's scenarios for claims that name some group codes; nil: the codes are not known yet.
func (ses *Session) compile(codes []string, opts OpenOptions) error {
	ses.Compiler = NewCompiler(opts.Policies, ses.Region, ses.Study.Year, codes).WithReviews(ses.reviews)
	var err error
	ses.Plans, err = ses.Compiler.Compile(ses.Study.Scenarios())
	return err
}

// checks are the options of the checks of the study's claims.
func (ses *Session) checks(opts OpenOptions) check.Options {
	return check.Options{GroupCodes: listedGroups(ses.Plans[0]), Severity: opts.Severity, Workers: opts.Workers}
}

// examine checks a table of claims.
func (ses *Session) examine(table *claims.Table, opts OpenOptions) error {
	checks := ses.checks(opts)
	checks.Place = table.Origin
	var err error
	ses.Check, err = check.Table(table, ses.Region, checks)
	return err
}

// review marks the reviewed claims of the input.
func (ses *Session) review() error {
	if ses.reviews == nil {
		return nil
	}
	ses.reviewedAt = make([]int32, len(ses.reviews.List))
	ses.reviews.mark(ses.Input, ses.reviewedAt)
	return ses.reviews.missing(ses.reviewedAt)
}

// read loads all files of claims into one table.
func (ses *Session) read(ctx context.Context, opts OpenOptions) (*claims.Table, error) {
	read := claims.ReadOptions{
		Workers:  opts.Workers,
		Progress: opts.Progress,
		Reject: func(r claims.RejectedRow) error {
			first := r.Findings[0]
			if err := ses.Door.Add(first.Gross, first.GrossKnown); err != nil {
				return err
			}
			if opts.Reject != nil {
				return opts.Reject(r)
			}
			return nil
		},
	}
	if len(ses.Study.Claims) == 1 && ses.Study.Assumptions == nil {
		ses.lean = ses.leanFile(read, opts)
		err := ses.lean.read(ctx)
		ses.Files = []*claims.FileInfo{ses.lean.info}
		return ses.lean.table, err
	}
	var tables []*claims.Table
	for _, file := range ses.Study.Claims {
		t, info, err := claims.ReadFile(ctx, file, read)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
		ses.Files = append(ses.Files, info)
	}
	if len(tables) == 1 {
		return tables[0], nil
	}
	return claims.Concat(tables)
}

// listedGroups are the codes of a plan's group table; nil when it has none, as for places without groups.
func listedGroups(p *Plan) []string {
	var codes []string
	for i := range p.Versions {
		list := p.Versions[i].Rules.Tree.Get("drg").Get("groups")
		if list == nil {
			continue
		}
		for _, row := range list.Items {
			if code := row.Get("code"); code != nil {
				codes = append(codes, code.Text)
			}
		}
	}
	return codes
}

// Rejected counts the rows set aside, at the door and by the checks.
func (ses *Session) Rejected() (claims.Count, error) {
	sum := ses.Door
	err := sum.Plus(ses.Check.Rejected)
	return sum, err
}

// Read counts the rows of the files: those rejected at the door and those checked.
func (ses *Session) Read() (claims.Count, error) {
	sum := ses.Door
	err := sum.Plus(ses.Check.Read)
	return sum, err
}

// Findings lists what the checks found in the order of rows, up to the usual limit; of claims that a run reads, after the run.
func (ses *Session) Findings() ([]claims.Finding, error) {
	switch {
	case ses.shards != nil:
		return ses.shards.findings()
	case ses.ranges != nil:
		return ses.ranges.listing()()
	}
	return ses.Check.List()
}

func (ses *Session) limit() error {
	rejected, err := ses.Rejected()
	if err != nil {
		return err
	}
	read, err := ses.Read()
	if err != nil {
		return err
	}
	most, err := money.MulDiv(read.Rows, int64(ses.Study.RejectLimit), int64(money.One), money.Floor)
	if err != nil || rejected.Rows <= most {
		return err
	}
	e := &TooManyFindings{Rejected: rejected, Read: read, Limit: ses.Study.RejectLimit, First: "a row whose cells could not be read"}
	findings, err := ses.Findings()
	if err != nil {
		return err
	}
	for _, f := range findings {
		if f.Severity == claims.Reject {
			e.First = f.String()
			break
		}
	}
	return e
}

// Packs returns the names of all packs that the study's plans stand on, each once, in the order of first use.
func (ses *Session) Packs() []*policy.Pack {
	var out []*policy.Pack
	seen := make(map[string]bool)
	for _, p := range ses.Plans {
		for i := range p.Versions {
			pack := p.Versions[i].Rules.Pack
			if !seen[pack.Name] {
				seen[pack.Name] = true
				out = append(out, pack)
			}
		}
	}
	return out
}
