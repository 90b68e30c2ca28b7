package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// The escape sequences of terminals.
const (
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	normal = "\x1b[0m"
)

// text draws the document for a terminal.
func (o Options) text(d *Document) ([]byte, error) {
	// The library measures characters by the locale; the same document must give the same bytes in every one.
	twwidth.SetOptions(twwidth.Options{})
	var b bytes.Buffer
	o.paragraph(&b, bold, d.Title.In(o.Lang))
	o.paragraph(&b, "", d.Subtitle.In(o.Lang))
	b.WriteByte('\n')
	for _, f := range d.Facts {
		o.paragraph(&b, faint, f.Name.In(o.Lang)+o.in("：", ": ")+f.Value.In(o.Lang))
	}
	if d.hasMoney() {
		o.paragraph(&b, faint, o.in("金额单位：", "Amounts in ")+o.unitName(d, false))
	}
	for _, w := range d.Warnings {
		o.paragraph(&b, red, o.in("注意：", "Warning: ")+w.In(o.Lang))
	}
	err := d.walk(func(s *Section, depth int) error {
		if depth < 0 {
			return nil
		}
		b.WriteByte('\n')
		title := s.Title.In(o.Lang)
		if depth == 0 {
			title = "■ " + title
		} else {
			title = "□ " + title
		}
		o.paragraph(&b, bold, title)
		o.paragraph(&b, "", s.Note.In(o.Lang))
		if t := s.table(); t != nil && t.List {
			o.textList(&b, t)
		} else if t != nil {
			if err := o.textTable(&b, d, t); err != nil {
				return fmt.Errorf("table %s: %w", t.ID, err)
			}
		}
		for _, n := range s.Notes {
			o.paragraph(&b, faint, o.in("注：", "Note: ")+n.In(o.Lang))
		}
		return nil
	})
	return b.Bytes(), err
}

// paragraph writes a text in lines of the width, in a style when colour is wanted; nothing for an empty text.
func (o Options) paragraph(b *bytes.Buffer, style, s string) {
	if s = clean(s); s == "" {
		return
	}
	lines := []string{s}
	if o.Width > 0 {
		lines = wrap(s, o.Width)
	}
	for _, l := range lines {
		b.WriteString(o.paint(style, l))
		b.WriteByte('\n')
	}
}

func (o Options) paint(style, s string) string {
	if !o.Color || style == "" || s == "" {
		return s
	}
	return style + s + normal
}

// textTable draws a table in as many blocks as the width needs.
func (o Options) textTable(b *bytes.Buffer, d *Document, t *Table) error {
	var drawn []int
	for i := range t.Columns {
		if !t.Columns[i].Hidden {
			drawn = append(drawn, i)
		}
	}
	if len(drawn) == 0 {
		return nil
	}
	if len(t.Rows) == 0 {
		o.paragraph(b, faint, o.in("（无）", "(none)"))
		return nil
	}
	rows := t.Rows
	if t.Footer != nil {
		rows = append(rows[:len(rows):len(rows)], t.Footer)
	}
	body := make([][]string, len(rows))
	cols := make([]measure, len(drawn))
	for j, i := range drawn {
		c := &t.Columns[i]
		cols[j] = measure{heading: clean(o.heading(d, c)), text: c.kindOf(&Cell{}) == KindText, key: !c.Kind.numeric() && c.Kind != KindDate}
	}
	for r, row := range rows {
		body[r] = make([]string, len(drawn))
		for j, i := range drawn {
			if r < len(t.Rows) || !row[i].Null {
				body[r][j] = clean(o.show(&t.Columns[i], &row[i]))
			}
			cols[j].body = max(cols[j].body, cells(body[r][j]))
			if row[i].Kind.numeric() {
				cols[j].text = false // a column of mixed kinds holds numbers, which are never cut
			}
		}
	}
	for n, bl := range fit(cols, o.Width) {
		if n > 0 {
			b.WriteByte('\n')
		}
		if err := o.textBlock(b, t, bl, drawn, cols, rows, body); err != nil {
			return err
		}
	}
	return nil
}

// textBlock draws some columns side by side.
func (o Options) textBlock(b *bytes.Buffer, t *Table, bl block, drawn []int, cols []measure, rows [][]Cell, body [][]string) error {
	header := make([]string, len(bl.columns))
	headerAlign := make([]tw.Align, len(bl.columns))
	widths := tw.NewMapper[int, int]()
	for k, j := range bl.columns {
		header[k] = strings.Join(wrapEven(cols[j].heading, bl.widths[k]), "\n")
		headerAlign[k] = tw.AlignLeft
		if o.rightmost(t, drawn[j], rows) {
			headerAlign[k] = tw.AlignRight
		}
		widths.Set(k, bl.widths[k]+gap)
	}
	var table bytes.Buffer
	w := newWriter(&table, headerAlign, widths)
	w.Header(header)
	for r := range rows {
		line := make([]string, len(bl.columns))
		for k, j := range bl.columns {
			i := drawn[j]
			style := ""
			if r == len(t.Rows) {
				style = bold
			} else {
				style = deltaStyle(&t.Columns[i], &rows[r][i])
			}
			parts := []string{body[r][j]}
			if cols[j].text {
				parts = wrapLines(body[r][j], bl.widths[k], textLines)
			}
			for p := range parts {
				parts[p] = o.paint(style, parts[p])
			}
			line[k] = strings.Join(parts, "\n")
		}
		if r == len(t.Rows) {
			w.Footer(line)
			continue
		}
		if err := w.Append(line); err != nil {
			return err
		}
	}
	if err := w.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		line = strings.TrimRight(dropResets(line), " \n")
		if limit := total(bl.widths); strings.HasPrefix(line, "─") {
			line = strings.Repeat("─", limit) // the library's rule is as long as the last column's padding
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return nil
}

// dropResets removes the ends of styles that were never begun, which the library adds to cells of lines that have styles.
func dropResets(line string) string {
	var b strings.Builder
	open := false
	for {
		before, after, found := strings.Cut(line, normal)
		b.WriteString(before)
		open = open || strings.Contains(before, "\x1b[")
		if !found {
			return b.String()
		}
		if open {
			b.WriteString(normal)
		}
		open, line = false, after
	}
}

// rightmost tells whether a column is drawn to the right: it holds numbers only, as far as it holds anything.
func (o Options) rightmost(t *Table, column int, rows [][]Cell) bool {
	c := &t.Columns[column]
	if c.Kind.numeric() {
		return true
	}
	for _, row := range rows[:len(t.Rows)] {
		if !row[column].Null && !c.kindOf(&row[column]).numeric() {
			return false
		}
	}
	return len(t.Rows) > 0
}

// newWriter makes a table of aligned columns with a rule below the heading and above the total, and no other lines.
func newWriter(out *bytes.Buffer, align []tw.Align, widths tw.Mapper[int, int]) *tablewriter.Table {
	cell := func() tw.CellConfig {
		return tw.CellConfig{
			Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
			Alignment:  tw.CellAlignment{PerColumn: align},
			Padding:    tw.CellPadding{Global: tw.Padding{Left: "", Right: strings.Repeat(" ", gap), Overwrite: true}},
		}
	}
	rule := tw.NewSymbolCustom("rule").WithRow("─").WithCenter("─").WithColumn("")
	return tablewriter.NewTable(out,
		tablewriter.WithConfig(tablewriter.Config{
			Header: cell(), Row: cell(), Footer: cell(),
			Widths:   tw.CellWidth{PerColumn: widths},
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimLine: tw.Off},
		}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithFooterAutoFormat(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: rule,
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off, ShowHeader: tw.On, ShowFooter: tw.On},
				Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowFooterLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
			},
		})),
	)
}

// deltaStyle colours gains and losses.
func deltaStyle(c *Column, cell *Cell) string {
	switch gain(c, cell) {
	case 1:
		return green
	case -1:
		return red
	}
	return ""
}

// gain is 1 for a change for the better, -1 for the worse and 0 for anything else.
func gain(c *Column, cell *Cell) int {
	if cell.Null || !c.kindOf(cell).delta() || cell.Int == 0 {
		return 0
	}
	if (cell.Int > 0) != c.Adverse {
		return 1
	}
	return -1
}
