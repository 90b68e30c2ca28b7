// Package check looks for what is wrong with loaded claims: impossible dates, amounts that contradict each other, ids that
// occur twice, reversals without an original, codes that the region does not have.
//
// What it finds are values, not errors. Each kind of finding has a code in the Catalogue, and either rejects its row
// or warns of it. Read is always kept plus rejected, in rows and in money.
package check

import (
	"cmp"
	"errors"
	"runtime"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// DefaultLimit is how many findings a report lists unless Options say otherwise. All are counted.
const DefaultLimit = 1000

// Options of a check. The zero value is usual.
type Options struct {
	Limit      int         // findings to list: 0 is DefaultLimit, a negative number is all
	GroupCodes []string    // the group table; nil: groups are not checked
	Today      claims.Date // settlements after it are in the future; 0 (1970-01-01) and NoDate: not checked
	// Severity overrides the catalogue's severities by code.
	Severity map[string]claims.Severity
	// Place tells where a row of the table came from, for findings; nil: where the table itself says.
	Place func(row int) (file string, sourceRow int64)
	// RowsOnly checks each row by itself, and not ids, reversals and stays against other rows: for a file that has passed
	// the whole check before, when it is loaded again.
	RowsOnly bool
	// Workers bounds the goroutines; 0: one for each processor. The report does not depend on it.
	Workers int
}

// CodeCount counts the rows that have one kind of finding. A row with two kinds counts under both.
type CodeCount struct {
	Code     string
	Severity claims.Severity
	claims.Count
}

// Report is what a check found.
type Report struct {
	Read, Kept, Rejected claims.Count
	Warned               claims.Count     // kept rows with at least one warning
	Codes                []CodeCount      // in the order of the catalogue; only what occurs
	Findings             []claims.Finding // in the order of rows, up to the limit; of a file with a voucher see List
	Keep                 []bool           // per row of the table; nil: every row is kept
	// TakenBack tells per row of the table whether a kept reversal takes it back; nil: no row is, or rows were not held against
	// each other.
	TakenBack []bool
	Rising    bool // claim ids rise from each row of the table to the next

	pass  *pass
	marks []mark // of a range: by the rows of the file
	later func() ([]claims.Finding, error)
}

// List returns the findings. Those of a file with a voucher are put into words, for which their rows are read, when they are asked
// for: that takes as long as many a run.
func (r *Report) List() ([]claims.Finding, error) { return r.Lister()() }

// Lister returns what lists the findings later, and keeps no more than that of the report.
func (r *Report) Lister() func() ([]claims.Finding, error) {
	if r.later != nil {
		return r.later
	}
	findings := r.Findings
	return func() ([]claims.Finding, error) { return findings, nil }
}

// mark is a finding before it is put into words: most are counted only.
type mark struct {
	row, other int32 // other: the row that it clashes with, where there is one
	kind       kind
	column     claims.Column
}

// pass is one check under way.
type pass struct {
	t        *claims.Table
	reg      *region.Region
	opts     Options
	workers  int
	severity [numKinds]claims.Severity
	marks    []mark
	rejected []bool // per row, as far as the passes have come; nil as long as no row is
	reversed []bool // per row: a kept reversal takes it back; nil when none does
	// What the look at each row found of their order: whether ids rise, and whether each person's rows stand together.
	rising, gathered bool
	// read reads all columns of some rows, where the table does not have them; see Voucher.
	read func(rows []int64) (*claims.Table, error)
}

// Table checks claims against each other and, where reg is not nil, against the region's tables. A column that the
// table lacks is not checked. The error is money that does not fit in 64 bits.
func Table(t *claims.Table, reg *region.Region, opts Options) (*Report, error) {
	p := newPass(t, reg, opts)
	p.find()
	return p.report()
}

func newPass(t *claims.Table, reg *region.Region, opts Options) *pass {
	p := &pass{t: t, reg: reg, opts: opts, workers: opts.Workers}
	if p.workers <= 0 {
		p.workers = runtime.GOMAXPROCS(0)
	}
	for k, e := range Catalogue {
		p.severity[k] = e.Severity
		if s, ok := opts.Severity[e.Code]; ok {
			p.severity[k] = s
		}
	}
	return p
}

// find makes all checks.
func (p *pass) find() {
	p.take(p.rows())
	if !p.opts.RowsOnly {
		p.take(p.duplicates())
		p.take(p.reversals())
		p.take(p.overlaps())
	}
	p.sort()
}

// sort puts the marks into the order of reports.
func (p *pass) sort() {
	slices.SortFunc(p.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.kind, b.kind), cmp.Compare(a.column, b.column), cmp.Compare(a.other, b.other))
	})
}

// take adds the marks of one kind of check; those that reject their row are seen by the checks that follow.
func (p *pass) take(marks []mark) {
	for _, m := range marks {
		if p.severity[m.kind] == claims.Reject {
			if p.rejected == nil {
				p.rejected = make([]bool, p.t.Rows)
			}
			p.rejected[m.row] = true
		}
	}
	p.marks = append(p.marks, marks...)
}

// gone tells whether a row is rejected by now.
func (p *pass) gone(row int32) bool { return p.rejected != nil && p.rejected[row] }

// report counts and puts into words.
func (p *pass) report() (*Report, error) {
	r, err := p.count()
	if err == nil {
		r.Findings, err = p.list(p.marks)
	}
	return r, err
}

// count makes a report without words.
func (p *pass) count() (*Report, error) {
	r := &Report{pass: p, Rising: p.rising, TakenBack: p.reversed}
	var err error
	r.Read.Rows = int64(p.t.Rows)
	if r.Read.Fen, err = p.total(); err != nil {
		return nil, err
	}
	for i, m := range p.marks {
		if p.gone(m.row) && (i == 0 || p.marks[i-1].row != m.row) {
			if err := r.Rejected.Add(p.gross(m.row), true); err != nil {
				return nil, err
			}
		}
	}
	r.Kept.Rows = r.Read.Rows - r.Rejected.Rows
	if r.Kept.Fen, err = money.Add(r.Read.Fen, -r.Rejected.Fen); err != nil {
		return nil, err
	}
	if r.Rejected.Rows > 0 {
		r.Keep = make([]bool, p.t.Rows)
		for i, gone := range p.rejected {
			r.Keep[i] = !gone
		}
	}
	var counts [numKinds]claims.Count
	for i, m := range p.marks {
		first := i == 0 || p.marks[i-1].row != m.row
		if first || p.marks[i-1].kind != m.kind {
			if err := counts[m.kind].Add(p.gross(m.row), true); err != nil {
				return nil, err
			}
		}
		if first && !p.gone(m.row) {
			if err := r.Warned.Add(p.gross(m.row), true); err != nil {
				return nil, err
			}
		}
	}
	for k, n := range counts {
		if n.Rows > 0 {
			r.Codes = append(r.Codes, CodeCount{Catalogue[k].Code, p.severity[k], n})
		}
	}
	return r, nil
}

// list puts marks into words, up to the limit.
func (p *pass) list(marks []mark) ([]claims.Finding, error) {
	listed, marks, err := p.detail(marks[:p.most(marks)])
	if err != nil {
		return nil, err
	}
	var out []claims.Finding
	for _, m := range marks {
		out = append(out, listed.describe(m))
	}
	return out, nil
}

// most returns how many of some marks are listed.
func (p *pass) most(marks []mark) int {
	switch limit := p.opts.Limit; {
	case limit < 0:
		return len(marks)
	case limit > 0:
		return min(limit, len(marks))
	}
	return min(DefaultLimit, len(marks))
}

// total adds up the gross of all rows.
func (p *pass) total() (money.Fen, error) {
	if p.t.Gross == nil {
		return 0, nil
	}
	sums, faults := make([]money.Fen, p.workers), make([]error, p.workers)
	p.each(func(w int) {
		lo, hi := p.share(w)
		sums[w], faults[w] = claims.SumOf(p.t.Gross[lo:hi])
	})
	if err := errors.Join(faults...); err != nil {
		return 0, err
	}
	return money.Sum(sums...)
}

// Count returns the count of one kind of finding, zero when none occurred.
func (r *Report) Count(code string) claims.Count {
	for _, c := range r.Codes {
		if c.Code == code {
			return c.Count
		}
	}
	return claims.Count{}
}
