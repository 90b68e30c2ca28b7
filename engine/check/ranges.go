package check

import (
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// Ranges is the check of a file with a voucher whose rows are looked at range by range: the reports of all ranges together say
// what Voucher.Table says of the whole. It may be used by several goroutines.
type Ranges struct {
	voucher *Voucher
	reg     *region.Region
	opts    Options
	known   []unknowns // their codes are those of no table
}

// Ranges makes the check of the ranges of a file by the lists of values of its coded columns. It tells when the file must be
// checked whole instead; see Table.
func (v *Voucher) Ranges(lists *claims.Table, reg *region.Region, opts Options) (*Ranges, bool) {
	p := newPass(&claims.Table{}, reg, opts)
	p.t = lists
	r := &Ranges{voucher: v, reg: reg, opts: opts, known: p.regional()}
	for _, u := range r.known {
		if p.severity[u.kind] == claims.Reject {
			return nil, false
		}
	}
	return r, opts.usual() && v.Gathered
}

// Known returns those of RegionColumns of which the region knows all values, so that their rows need no look.
func (r *Ranges) Known() claims.ColumnSet {
	known := RegionColumns
	for _, u := range r.known {
		known &^= claims.Columns(u.column)
	}
	return known
}

// Rejected counts the rows that the file's own faults set aside.
func (v *Voucher) Rejected() int64 {
	n, last := int64(0), int32(-1)
	for _, m := range v.marks {
		if Catalogue[m.kind].Severity == claims.Reject && m.row != last {
			n, last = n+1, m.row
		}
	}
	return n
}

// Range checks the rows of a file from one on, counted from 0. The report has no findings yet; see List.
func (r *Ranges) Range(t *claims.Table, first int64) (*Report, error) {
	p := newPass(t, r.reg, r.opts)
	p.rising = r.voucher.Rising
	p.take(within(r.voucher.marks, int32(first), t.Rows))
	if len(r.known) > 0 {
		s := &scan{pass: p, known: slices.Clone(r.known)}
		for i := range s.known {
			s.known[i].codes = coded(t, s.known[i].column).Codes
		}
		s.unknown(0, t.Rows)
		p.take(s.marks)
		p.sort()
	}
	rep, err := p.count()
	if err != nil {
		return nil, err
	}
	for i := range p.marks {
		p.marks[i].row += int32(first)
	}
	rep.pass, rep.marks = nil, p.marks
	return rep, nil
}

// within returns the marks of some rows, by their place among them.
func within(marks []mark, first int32, rows int) []mark {
	at := func(row int32) int {
		i, _ := slices.BinarySearchFunc(marks, row, func(m mark, row int32) int { return int(m.row) - int(row) })
		return i
	}
	out := slices.Clone(marks[at(first):at(first+int32(rows))])
	for i := range out {
		out[i].row -= first
	}
	return out
}

// List returns what puts the findings of the ranges, given in their order, into words, up to the limit. It reads what it says of single
// rows, counted from 0, through read, and keeps no more than that of the reports.
func (r *Ranges) List(reports []*Report, read func(rows []int64) (*claims.Table, error)) func() ([]claims.Finding, error) {
	var marks []mark
	for _, rep := range reports {
		marks = append(marks, rep.marks...)
	}
	return listing(r.reg, r.opts, marks, read)
}
