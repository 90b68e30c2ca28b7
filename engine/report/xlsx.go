package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// The layout of a sheet: a title, a line on units and notes, a way back, then the heading row and the rows.
const (
	headingRow = 4
	firstRow   = headingRow + 1

	sheetRows     = 1_048_576 // of a sheet, by the format
	sheetNameLen  = 31        // in UTF-16 units, by the format
	cellTextLen   = 32_000    // the format allows 32,767 UTF-16 units
	widestColumn  = 46
	narrowColumn  = 8
	sheetFootRows = 64 // kept free under the rows for totals and notes
)

// workbook is an Excel workbook in the making.
type workbook struct {
	o      Options
	d      *Document
	f      *excelize.File
	styles map[excelStyle]int
	sheets []sheet
	cover  string
	charts string // the sheet of charts, or "" for none
}

// sheet is one sheet of the workbook, for one table.
type sheet struct {
	section *Section
	table   *Table
	name    string
	checks  []string // the cells that must be zero
}

// xlsx draws the document as a workbook: a cover with the facts and links, then a sheet for each table with typed numbers, frozen
// headings, filters, colours by condition, and totals as formulas beside the totals of the report.
func (o Options) xlsx(d *Document) ([]byte, error) {
	b := &workbook{o: o, d: d, f: excelize.NewFile(), styles: map[excelStyle]int{}}
	defer b.f.Close()
	b.name()
	for i := range b.sheets {
		if _, err := b.f.NewSheet(b.sheets[i].name); err != nil {
			return nil, err
		}
	}
	if b.charts != "" {
		if _, err := b.f.NewSheet(b.charts); err != nil {
			return nil, err
		}
		if err := b.fillCharts(); err != nil {
			return nil, fmt.Errorf("charts: %w", err)
		}
	}
	for i := range b.sheets {
		if err := b.fill(&b.sheets[i]); err != nil {
			return nil, fmt.Errorf("table %s: %w", b.sheets[i].table.ID, err)
		}
	}
	if err := b.fillCover(); err != nil {
		return nil, err
	}
	recalculate := true
	if err := b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &recalculate}); err != nil {
		return nil, err
	}
	// A fixed date: the same document makes the same workbook on any day.
	if err := b.f.SetDocProps(&excelize.DocProperties{Creator: "drgsim", LastModifiedBy: "drgsim", Title: clean(d.Title.In(o.Lang)),
		Created: "2026-01-01T00:00:00Z", Modified: "2026-01-01T00:00:00Z"}); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := b.f.Write(&out); err != nil {
		return nil, err
	}
	return sortParts(out.Bytes())
}

// name lists the sheets and gives each a name that Excel takes: short, without its marks, and unlike the others whatever the case.
func (b *workbook) name() {
	taken := map[string]bool{}
	unique := func(title, fallback string) string {
		base := strings.Trim(strings.Map(func(r rune) rune {
			if strings.ContainsRune(`[]:*?/\'`, r) {
				return ' '
			}
			return r
		}, clean(title)), " ")
		if base == "" {
			base = fallback
		}
		for n := 1; ; n++ {
			suffix := ""
			if n > 1 {
				suffix = fmt.Sprintf(" %d", n)
			}
			units := utf16.Encode([]rune(base))
			if most := sheetNameLen - len(suffix); len(units) > most {
				units = units[:most]
				if utf16.IsSurrogate(rune(units[most-1])) && units[most-1] < 0xdc00 {
					units = units[:most-1]
				}
			}
			name := strings.TrimRight(string(utf16.Decode(units)), " ") + suffix
			if key := strings.ToLower(name); !taken[key] && key != "history" {
				taken[key] = true
				return name
			}
		}
	}
	b.cover = unique(b.o.in("封面", "Cover"), "Cover")
	for _, s := range b.d.tables() {
		t := s.table()
		b.sheets = append(b.sheets, sheet{section: s, table: t, name: unique(s.Title.In(b.o.Lang), t.ID)})
	}
	if len(b.d.drawable()) > 0 {
		b.charts = unique(b.o.in("图表", "Charts"), "Charts")
	}
}

// fill writes a table's sheet.
func (b *workbook) fill(s *sheet) error {
	t := s.table
	if len(t.Rows) > sheetRows-firstRow-sheetFootRows {
		return fmt.Errorf("%d rows are more than a sheet holds; take csv or arrow", len(t.Rows))
	}
	if err := b.page(s.name); err != nil {
		return err
	}
	w, err := b.f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	if err := b.prepare(w, s); err != nil {
		return err
	}
	put := func(row int, cells ...any) error { return w.SetRow(at(0, row), cells) }
	title := excelize.Cell{StyleID: b.style(excelStyle{bold: true, size: 14}), Value: sheetText(s.section.Title.In(b.o.Lang))}
	if err := put(1, title); err != nil {
		return err
	}
	note := sheetText(s.section.Note.In(b.o.Lang))
	if t.hasMoney() {
		note = strings.TrimSpace(b.o.in("金额单位：", "Amounts in ") + b.o.unitName(b.d, false) + b.o.in("。", ". ") + note)
	}
	if err := put(2, excelize.Cell{StyleID: b.style(excelStyle{muted: true}), Value: note}); err != nil {
		return err
	}
	back := excelize.Cell{StyleID: b.style(excelStyle{link: true}), Value: b.o.in("返回封面", "Back to the cover")}
	if err := put(3, back); err != nil {
		return err
	}
	if err := b.f.SetCellHyperLink(s.name, at(0, 3), reference(b.cover, "A1"), "Location"); err != nil {
		return err
	}
	var heads []any
	for i := range t.Columns {
		heads = append(heads, excelize.Cell{StyleID: b.style(excelStyle{head: true, right: b.o.rightmost(t, i, t.Rows)}), Value: sheetText(b.o.heading(b.d, &t.Columns[i]))})
	}
	if err := put(headingRow, heads...); err != nil {
		return err
	}
	targets := b.targets(s)
	line := make([]any, len(t.Columns))
	for r, row := range t.Rows {
		for i := range row {
			target, leads := targets[row[i].Drill]
			leads = leads && row[i].Drill != ""
			line[i] = b.cell(&t.Columns[i], &row[i], excelStyle{link: leads})
			if leads {
				if err := b.f.SetCellHyperLink(s.name, at(i, firstRow+r), target, "Location"); err != nil {
					return err
				}
			}
		}
		if err := put(firstRow+r, line...); err != nil {
			return err
		}
	}
	next, err := b.foot(put, s)
	if err != nil {
		return err
	}
	for _, n := range s.section.Notes {
		next++
		if err := put(next, excelize.Cell{StyleID: b.style(excelStyle{muted: true}), Value: sheetText(b.o.in("注：", "Note: ") + n.In(b.o.Lang))}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// prepare sets what stands before the rows: widths, panes, filters and colours.
func (b *workbook) prepare(w *excelize.StreamWriter, s *sheet) error {
	t := s.table
	keys := 0
	for i := range t.Columns {
		c := &t.Columns[i]
		wide := max(narrowColumn, min(cells(b.o.heading(b.d, c)), 16)) + 3 // room for the filter's button
		for _, rows := range [][][]Cell{t.Rows, {t.Footer}} {
			for _, row := range rows {
				if row != nil {
					wide = max(wide, cells(b.o.show(c, &row[i]))+2)
				}
			}
		}
		if err := w.SetColWidth(i+1, i+1, float64(min(wide, widestColumn))); err != nil {
			return err
		}
		if c.Hidden {
			if err := w.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
		if keys == i && keys < 2 && !c.Kind.numeric() {
			keys++
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: keys, YSplit: headingRow, TopLeftCell: at(keys, firstRow), ActivePane: "bottomRight",
		Selection: []excelize.Selection{{SQRef: at(keys, firstRow), ActiveCell: at(keys, firstRow), Pane: "bottomRight"}}}); err != nil {
		return err
	}
	last := headingRow + len(t.Rows)
	if len(t.Columns) > 0 && len(t.Rows) > 0 {
		if err := b.f.AutoFilter(s.name, at(0, headingRow)+":"+at(len(t.Columns)-1, last), nil); err != nil {
			return err
		}
	}
	return b.colours(s)
}

// page lets a sheet be printed as wide as the paper. The library writes this part of a sheet when its stream begins.
func (b *workbook) page(sheet string) error {
	landscape, paper, fit, tall, toPage := "landscape", 9, 1, 0, true // 9 is A4; any number of pages tall
	if err := b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &fit, FitToHeight: &tall}); err != nil {
		return err
	}
	return b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &toPage})
}

// foot writes the total as formulas, the report's own total, and their difference; it returns the last row written.
func (b *workbook) foot(put func(row int, cells ...any) error, s *sheet) (int, error) {
	t := s.table
	last := headingRow + len(t.Rows)
	if t.Footer == nil {
		return last + 1, nil
	}
	var sums, stated, differ []any
	labelled, summed := false, false
	for i := range t.Columns {
		c, cell := &t.Columns[i], &t.Footer[i]
		sum, state, diff := any(excelize.Cell{StyleID: b.style(excelStyle{total: true})}), any(nil), any(nil)
		switch {
		case c.Sum && len(t.Rows) > 0:
			total := b.cell(c, cell, excelStyle{total: true}).(excelize.Cell)
			own := b.cell(c, cell, excelStyle{muted: true}).(excelize.Cell)
			total.Formula = fmt.Sprintf("SUM(%s:%s)", at(i, firstRow), at(i, last))
			check := at(i, last+3)
			diff = excelize.Cell{StyleID: own.StyleID, Formula: fmt.Sprintf("ROUND(%s-%s,%d)", at(i, last+1), at(i, last+2), b.exactPlaces(c)), Value: 0}
			sum, state, summed = total, own, true
			s.checks = append(s.checks, check)
		case !cell.Null:
			sum = b.cell(c, cell, excelStyle{total: true})
			if !labelled && !c.kindOf(cell).numeric() {
				state = excelize.Cell{StyleID: b.style(excelStyle{muted: true}), Value: b.o.in("报告所载合计", "Total in the report")}
				diff = excelize.Cell{StyleID: b.style(excelStyle{muted: true}), Value: b.o.in("核对差额（应为零）", "Difference (must be zero)")}
				labelled = true
			}
		}
		sums, stated, differ = append(sums, sum), append(stated, state), append(differ, diff)
	}
	if err := put(last+1, sums...); err != nil || !summed {
		return last + 1, err
	}
	if err := put(last+2, stated...); err != nil {
		return 0, err
	}
	return last + 3, put(last+3, differ...)
}

// targets finds the first detail row of each key that the rows of a sheet open.
func (b *workbook) targets(s *sheet) map[string]string {
	if s.section.Detail == nil {
		return nil
	}
	found := map[string]string{}
	for i := range b.sheets {
		if b.sheets[i].section != s.section.Detail {
			continue
		}
		t := b.sheets[i].table
		by := t.column(t.By)
		for r, row := range t.Rows {
			key := plain(&t.Columns[by], &row[by], Zh)
			if _, ok := found[key]; !ok {
				found[key] = reference(b.sheets[i].name, at(0, firstRow+r))
			}
		}
	}
	return found
}

// at names the cell of a column from 0 and a row from 1.
func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		panic("BUG: report: " + err.Error())
	}
	return name
}

// reference names a cell of another sheet.
func reference(sheet, cell string) string {
	return "'" + strings.ReplaceAll(sheet, "'", "''") + "'!" + cell
}

// sheetText makes a text that a cell can hold.
func sheetText(s string) string {
	s = clean(s)
	if len(s) > cellTextLen {
		s = strings.ToValidUTF8(s[:cellTextLen-3], "") + "…"
	}
	return s
}
