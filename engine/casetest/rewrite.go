package casetest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Rewrite returns the text of a case with the numbers that came out in the place of those expected. Only a case of origin
// snapshot may be rewritten: what a person worked out or an authority published is changed by hand or not at all.
func Rewrite(res *Result) ([]byte, error) {
	c := res.Case
	if c.Origin != Snapshot {
		return nil, fmt.Errorf("%s:1: the origin is %s; only a snapshot is rewritten", c.File, c.Origin)
	}
	if res.Err != nil {
		return nil, res.Err
	}
	lines := append([]string(nil), c.lines...)
	for t, got := range res.Actual {
		rewriteTable(lines, t, got)
	}
	return []byte(strings.Join(lines, "\n")), nil
}

// rewriteTable replaces the lines of a block's columns and rows. Cells that hold already stay as they are written.
func rewriteTable(lines []string, t *Table, got [][]string) {
	rows := [][]string{append([]string(nil), t.Columns...)}
	at := []int{t.header.Line}
	for i, row := range t.Rows {
		cells := append([]string(nil), row.Cells...)
		for j := range cells {
			if j > 0 && cells[j] != "-" && !same(cells[j], got[i][j]) {
				cells[j] = got[i][j]
			}
		}
		rows, at = append(rows, cells), append(at, row.Pos.Line)
	}
	width := make([]int, len(t.Columns))
	for _, cells := range rows {
		for j := range cells {
			cells[j] = quoted(cells[j])
			width[j] = max(width[j], utf8.RuneCountInString(cells[j]))
		}
	}
	for i, cells := range rows {
		var b strings.Builder
		for j, cell := range cells {
			b.WriteString(cell)
			if j < len(cells)-1 {
				b.WriteString(strings.Repeat(" ", width[j]-utf8.RuneCountInString(cell)+2))
			}
		}
		lines[at[i]-1] = b.String()
	}
}

// quoted writes a cell so that it reads back as itself.
func quoted(cell string) string {
	if cell == "" || cell[0] == '#' || strings.ContainsAny(cell, " \t") {
		return `"` + cell + `"`
	}
	return cell
}
