package check

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

func (p *pass) gross(row int32) money.Fen {
	if p.t.Gross == nil {
		return 0
	}
	return p.t.Gross[row]
}

// place tells where a row came from.
func (p *pass) place(row int32) (file string, sourceRow int64) {
	if p.opts.Place == nil {
		return p.t.Origin(int(row))
	}
	return p.opts.Place(int(row))
}

// describe puts a mark into words.
func (p *pass) describe(m mark) claims.Finding {
	f := claims.Finding{Column: claims.Schema[m.column].Name, Code: Catalogue[m.kind].Code, Message: p.message(m),
		Severity: p.severity[m.kind], Gross: p.gross(m.row), GrossKnown: p.t.Gross != nil}
	f.File, f.Row = p.place(m.row)
	return f
}

func (p *pass) message(m mark) string {
	t, value := p.t, cell(p.t, m.column, m.row)
	at := func(c claims.Column) string { return cell(t, c, m.row) }
	switch m.kind {
	case blank:
		return "a value is required"
	case dischargeFirst:
		return fmt.Sprintf("discharge on %s lies before admission on %s", value, at(claims.ColAdmissionDate))
	case settledFirst:
		return fmt.Sprintf("settlement on %s lies before admission on %s", value, at(claims.ColAdmissionDate))
	case implausibleDate:
		return fmt.Sprintf("%s is not from %s to %s", value, firstDay, lastDay)
	case crossesYear:
		return fmt.Sprintf("the stay from %s to %s crosses the end of a year", at(claims.ColAdmissionDate), value)
	case implausibleAge:
		return fmt.Sprintf("%s years is more than %d", value, maxAge)
	case negative:
		return fmt.Sprintf("%s is negative; only a reversal may be", value)
	case zero:
		return "the total is zero"
	case negativePart, negativeBooked:
		return fmt.Sprintf("%s is negative; only a reversal's amounts may be", value)
	case partsAboveGross:
		if (m.column == claims.ColCategoryB || m.column == claims.ColFirstPay) && p.within(m) {
			return fmt.Sprintf("%s and %s non-covered exceed the total %s together", value, at(claims.ColNonCovered), at(claims.ColGross))
		}
		if m.column == claims.ColAIDiagnosis {
			var parts []string
			for _, c := range []claims.Column{claims.ColNonCovered, claims.ColCategoryB} {
				if t.Present(c) {
					parts = append(parts, at(c)+" "+claims.Schema[c].Name)
				}
			}
			return fmt.Sprintf("%s and %s exceed the total %s together", value, strings.Join(parts, " and "), at(claims.ColGross))
		}
		return fmt.Sprintf("%s exceeds the total %s", value, at(claims.ColGross))
	case aiAboveGross, bookedAboveGross:
		return fmt.Sprintf("%s exceeds the total %s", value, at(claims.ColGross))
	case unknownHospital, unknownReferrer:
		return fmt.Sprintf("hospital %q is not in the region's table%s", value, p.nearHospital(value))
	case unknownScheme:
		return fmt.Sprintf("scheme %q is not one of the region's%s", value, nearest.Hint(value, p.reg.Schemes))
	case unknownGroup:
		return fmt.Sprintf("group %q is not in the group table%s", value, nearest.Hint(value, p.opts.GroupCodes))
	case unknownCounty:
		return fmt.Sprintf("county %q is not in the region%s", value, nearest.Hint(value, p.reg.Counties))
	case duplicateEqual:
		return fmt.Sprintf("claim %q stands in %s already, with the same content", value, p.rowName(m.other))
	case duplicateDifferent:
		return fmt.Sprintf("claim %q stands in %s already, with another %s", value, p.rowName(m.other), p.difference(m))
	case withoutOriginal:
		switch {
		case value == "":
			return "a reversal must name the claim that it takes back"
		case m.other >= 0:
			return fmt.Sprintf("claim %q is a reversal itself and cannot be taken back", value)
		}
		return fmt.Sprintf("there is no claim %q to take back", value)
	case notMirrored:
		original := cell(t, m.column, m.other)
		if fen, _ := amounts(t, m.column); fen != nil {
			return fmt.Sprintf("%s does not mirror the %s of claim %q", value, original, at(claims.ColReverses))
		}
		return fmt.Sprintf("%q is not the %q of claim %q", value, original, at(claims.ColReverses))
	case reversedTwice:
		return fmt.Sprintf("claim %q is taken back in %s already", value, p.rowName(m.other))
	case originalRejected:
		return fmt.Sprintf("claim %q in %s, which it takes back, is rejected", value, p.rowName(m.other))
	case strayReverses:
		return fmt.Sprintf("a claim with status normal names claim %q to take back", value)
	case overlap:
		return fmt.Sprintf("the stay from %s overlaps that of claim %q from %s to %s in %s", value, t.ClaimID.At(int(m.other)),
			t.Admission[m.other], t.Discharge[m.other], p.rowName(m.other))
	case future:
		return fmt.Sprintf("settlement on %s lies after %s", value, p.opts.Today)
	}
	panic(fmt.Sprintf("BUG: no words for finding %s", Catalogue[m.kind].Code))
}

// within tells whether a part alone does not exceed the total.
func (p *pass) within(m mark) bool {
	fen, _ := amounts(p.t, m.column)
	return fen[m.row] <= p.gross(m.row)
}

// rowName names another row, with its file where that is a different one.
func (p *pass) rowName(row int32) string {
	file, n := p.place(row)
	if file == "" {
		return fmt.Sprintf("row %d", n)
	}
	return fmt.Sprintf("%s row %d", file, n)
}

// difference names the first column in which two rows differ.
func (p *pass) difference(m mark) string {
	for c, f := range claims.Schema {
		if c := claims.Column(c); c != claims.ColClaimID && !equalCell(p.t, c, m.row, m.other) {
			return f.Name
		}
	}
	panic(fmt.Sprintf("BUG: rows %d and %d do not differ", m.row, m.other))
}

// nearHospital is the hint at a known hospital. Thousands of unknown ids against thousands of hospitals would
// take long; few regions have more hospitals than this.
func (p *pass) nearHospital(name string) string {
	const many = 5000
	if len(p.reg.Hospitals) > many {
		return ""
	}
	ids := make([]string, len(p.reg.Hospitals))
	for i, h := range p.reg.Hospitals {
		ids[i] = h.ID
	}
	return nearest.Hint(name, ids)
}

// Rejects yields the rejected rows of the table in order, each with all its findings and the text of its cells, until
// yield returns an error, which it returns.
func (r *Report) Rejects(yield func(claims.RejectedRow) error) error {
	p := r.pass
	var marks []mark
	for _, m := range p.marks {
		if p.gone(m.row) {
			marks = append(marks, m)
		}
	}
	p, marks, err := p.detail(marks)
	if err != nil {
		return err
	}
	for from := 0; from < len(marks); {
		row := marks[from].row
		out := claims.RejectedRow{Cells: make([]string, claims.NumColumns)}
		out.File, out.Row = p.place(row)
		for ; from < len(marks) && marks[from].row == row; from++ {
			out.Findings = append(out.Findings, p.describe(marks[from]))
		}
		for c := range claims.NumColumns {
			out.Cells[c] = cell(p.t, c, row)
		}
		if err := yield(out); err != nil {
			return err
		}
	}
	return nil
}
