package check

import (
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
)

// reversals holds each reversal against the claim that it takes back, and notes which claims are taken back.
func (p *pass) reversals() []mark {
	t := p.t
	if t.Reverses.Offsets == nil {
		return p.orphans()
	}
	if named := t.Reverses.Offsets; named[0] == named[t.Rows] && !slices.Contains(t.Status, claims.Reversal) {
		return nil
	}
	var marks []mark
	add := func(row, other int32, k kind, column claims.Column) {
		marks = append(marks, mark{row: row, other: other, kind: k, column: column})
	}
	wanted := map[string]int32{} // ids that reversals name, and the row that has them
	var rows []int32
	for row := range int32(t.Rows) {
		named := t.Reverses.Offsets[row] != t.Reverses.Offsets[row+1]
		switch {
		case t.Status == nil || t.Status[row] != claims.Reversal:
			if named {
				add(row, 0, strayReverses, claims.ColReverses)
			}
		case !named:
			add(row, 0, withoutOriginal, claims.ColReverses)
		default:
			wanted[string(id(&t.Reverses, row))] = claims.NoCode
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 || t.ClaimID.Offsets == nil {
		return marks
	}
	for row := range int32(t.Rows) {
		// The first row with an id stands for it: later ones are duplicates.
		if first, ok := wanted[string(id(&t.ClaimID, row))]; ok && first == claims.NoCode {
			wanted[string(id(&t.ClaimID, row))] = row
		}
	}
	takenBy := map[int32]int32{}
	for _, row := range rows {
		if p.gone(row) {
			continue
		}
		original := wanted[string(id(&t.Reverses, row))]
		if original == claims.NoCode || original == row || t.Status[original] == claims.Reversal {
			add(row, original, withoutOriginal, claims.ColReverses)
			continue
		}
		if p.gone(original) {
			add(row, original, originalRejected, claims.ColReverses)
			continue
		}
		if c, ok := mirrored(t, row, original); !ok {
			add(row, original, notMirrored, c)
			if p.severity[notMirrored] == claims.Reject {
				continue
			}
		}
		if by, ok := takenBy[original]; ok {
			add(row, by, reversedTwice, claims.ColReverses)
			continue
		}
		takenBy[original] = row
		if p.reversed == nil {
			p.reversed = make([]bool, t.Rows)
		}
		p.reversed[original] = true
	}
	return marks
}

// orphans finds reversals in a table that names no originals.
func (p *pass) orphans() (marks []mark) {
	for row, s := range p.t.Status {
		if s == claims.Reversal {
			marks = append(marks, mark{row: int32(row), other: claims.NoCode, kind: withoutOriginal, column: claims.ColReverses})
		}
	}
	return marks
}

// mirrored tells whether a reversal has the person, hospital, scheme and turned amounts of its original, and if not in
// which column it differs.
func mirrored(t *claims.Table, row, original int32) (claims.Column, bool) {
	for _, c := range []claims.Column{claims.ColPersonID, claims.ColHospitalID, claims.ColScheme} {
		if !equalCell(t, c, row, original) {
			return c, false
		}
	}
	for c := range claims.NumColumns {
		if fen, _ := amounts(t, c); fen != nil && fen[row] != -fen[original] {
			return c, false
		}
	}
	return 0, true
}
