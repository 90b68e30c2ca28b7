package claims

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/money"
)

// reject hands over the flagged rows and returns a table of the others. The window starts at row first of the file.
func (w *window) reject(t *Table, first int64, give func(RejectedRow) error) (*Table, error) {
	keep := make([]int32, 0, t.Rows)
	for _, p := range w.pieces {
		var runs *[NumColumns]cells
		for i := range p.rows() {
			at := p.at + i
			if w.bad[at>>6]>>(at&63)&1 == 0 {
				keep = append(keep, int32(at))
				continue
			}
			if runs == nil {
				var err error
				if runs, err = w.rawCells(p); err != nil {
					return nil, err
				}
			}
			_, number := t.Origin(at)
			row, err := w.describe(runs, i, first+number)
			if err != nil {
				return nil, err
			}
			if give == nil {
				return nil, fmt.Errorf("%s; bad rows in all: %d (name a file for rejects to go on without them)",
					row.Findings[0].String(), w.badRows())
			}
			if err := give(row); err != nil {
				return nil, err
			}
		}
	}
	out := t.Select(keep)
	for i := range out.SourceRow {
		out.SourceRow[i] += first
	}
	return out, nil
}

// rawCells reads every column of one piece.
func (w *window) rawCells(p piece) (*[NumColumns]cells, error) {
	var runs [NumColumns]cells
	for c := range NumColumns {
		value, _, ok := w.src.types(c)
		if !ok || value.Kind == ipc.Null {
			continue
		}
		// Its memory is given back after the piece, so it is not booked together with the table's.
		budget := ipc.NewBudget(w.budget.Limit())
		run, err := w.src.cells(c, p.batch, p.lo, p.hi, nil, budget)
		if err != nil {
			return nil, w.in(c, err)
		}
		runs[c] = run
	}
	return &runs, nil
}

// describe says what is wrong with row i of a piece.
func (w *window) describe(runs *[NumColumns]cells, i int, number int64) (RejectedRow, error) {
	row := RejectedRow{File: w.name, Row: number, Cells: make([]string, NumColumns)}
	var gross money.Fen
	known := false
	for c := range NumColumns {
		run := &runs[c]
		if run.n == 0 {
			continue
		}
		text, err := textOf(run, i)
		if err != nil {
			return row, w.in(c, err)
		}
		row.Cells[c] = strings.ToValidUTF8(text, "\uFFFD")
		p := problemAt(c, run, i, text)
		if c == ColGross && p == sound {
			gross, _ = fenAt(run, i)
			known = true
		}
		if p != sound && (p != isNull || Schema[c].Required) {
			row.Findings = append(row.Findings, Finding{File: w.name, Row: number, Column: Schema[c].Name,
				Code: problemCodes[p], Message: problemText(c, p, row.Cells[c]), Severity: Reject})
		}
	}
	if row.Findings == nil {
		panic(fmt.Sprintf("BUG: row %d of %s is flagged without a finding", number, w.name))
	}
	for k := range row.Findings {
		row.Findings[k].Gross, row.Findings[k].GrossKnown = gross, known
	}
	return row, nil
}

// problemAt finds again, for one cell, what flagged its row.
func problemAt(c Column, run *cells, i int, text string) problem {
	var p problem
	switch f := &Schema[c]; f.Kind {
	case KindFen:
		_, p = fenAt(run, i)
	case KindDate:
		_, p = dateAt(run, i)
	case KindInt:
		_, p = ageAt(run, i)
	case KindBool:
		_, p = boolAt(run, i)
	default:
		switch {
		case text == "":
			p = isNull
		case f.Words != nil:
			if _, err := ParseCode[uint8](text, f.Words); err != nil {
				p = badWord
			}
		case len(text) > MaxID:
			p = badRange
		case !utf8.ValidString(text), strings.ContainsFunc(text, unicode.IsControl):
			p = badForm
		}
	}
	return p
}

// problemText says in a sentence what is wrong with a cell and what is allowed.
func problemText(c Column, p problem, text string) string {
	f := &Schema[c]
	if p == isNull {
		return "is empty; a value is required"
	}
	if p == badWord {
		_, err := ParseCode[uint8](text, f.Words)
		return err.Error()
	}
	const shown = 60
	if utf8.RuneCountInString(text) > shown {
		text = string([]rune(text)[:shown]) + "..."
	}
	switch f.Kind {
	case KindFen:
		if p == badForm {
			return fmt.Sprintf("amount %q is not a whole number of fen", text)
		}
		return fmt.Sprintf("amount %q is beyond %s currency units", text, MaxAmount)
	case KindDate:
		if p == badForm {
			return fmt.Sprintf("%q is not a day: its time is not midnight", text)
		}
		return fmt.Sprintf("date %q is outside %s to %s", text, MinDate, MaxDate)
	case KindInt:
		return fmt.Sprintf("%q is outside 0 to %d", text, MaxAge)
	}
	switch {
	case p != badForm:
		return fmt.Sprintf("%q is longer than %d bytes", text, MaxID)
	case strings.ContainsFunc(text, unicode.IsControl):
		return fmt.Sprintf("%q holds a control character", text)
	}
	return fmt.Sprintf("%q is not UTF-8 text", text)
}
