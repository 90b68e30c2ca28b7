package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"
)

// excelStyle is what distinguishes the styles of a workbook; equal ones are one.
type excelStyle struct {
	format string // number format
	size   int
	bold   bool
	head   bool
	total  bool
	muted  bool
	link   bool
	right  bool
	warn   bool
	wrap   bool
}

// style returns the number of a style, made at its first use.
func (b *workbook) style(s excelStyle) int {
	if id, ok := b.styles[s]; ok {
		return id
	}
	font := &excelize.Font{Size: 11, Family: "Microsoft YaHei", Bold: s.bold || s.head || s.total}
	if s.size > 0 {
		font.Size = float64(s.size)
	}
	style := &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "center", WrapText: s.wrap || s.head}}
	switch {
	case s.muted:
		font.Color = "5B6875"
	case s.link:
		font.Color, font.Underline = "1F5FA8", "single"
	case s.warn:
		font.Color = "C23B30"
	}
	if s.right {
		style.Alignment.Horizontal = "right"
	}
	if s.head {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6ECF2"}}
		style.Border = []excelize.Border{{Type: "bottom", Style: 1, Color: "8A97A4"}}
	}
	if s.total {
		style.Border = []excelize.Border{{Type: "top", Style: 1, Color: "8A97A4"}}
	}
	if s.format != "" {
		style.CustomNumFmt = &s.format
	}
	id, err := b.f.NewStyle(style)
	if err != nil {
		panic("BUG: report: " + err.Error())
	}
	b.styles[s] = id
	return id
}

// cell makes a typed cell. Numbers hold their exact decimal value, as far as the 15 digits of the format go; their styles only show fewer decimals.
func (b *workbook) cell(c *Column, cell *Cell, s excelStyle) any {
	if cell.Null {
		return excelize.Cell{StyleID: b.style(s)}
	}
	k := c.kindOf(cell)
	s.format = b.numberFormat(c, k)
	switch {
	case k == KindDate:
		return excelize.Cell{StyleID: b.style(s), Value: cell.Int + 25569} // days from Excel's epoch to 1970
	case !k.numeric():
		s.format = "@"
		return excelize.Cell{StyleID: b.style(s), Value: sheetText(cell.Text.In(b.o.Lang))}
	}
	s.right = true
	return excelize.Cell{StyleID: b.style(s), Value: float64(cell.Int) / math.Pow10(b.exactPlaces(&Column{Kind: k, InYuan: c.InYuan}))}
}

// exactPlaces is the number of decimals that a value of a column has in its cell. Sums of such cells are rounded to them, because
// the format computes in binary fractions.
func (b *workbook) exactPlaces(c *Column) int {
	switch {
	case c.Kind.fen() && (b.o.Unit != Wan || c.InYuan):
		return fenPlaces
	case c.Kind == KindCount || c.Kind == KindCountDelta:
		return 0
	}
	return ratioPlaces
}

// numberFormat is Excel's code for a kind.
func (b *workbook) numberFormat(c *Column, k Kind) string {
	places := map[Kind]int{KindFen: fenPlaces, KindFenDelta: fenPlaces, KindRatio: shownPercent, KindRatioDelta: shownPercent,
		KindPoints: shownPoints, KindPointsDelta: shownPoints, KindFactor: shownFactor, KindFactorDelta: shownFactor}[k]
	if !k.fen() && places > 0 && c.Decimals != 0 {
		places = max(c.Decimals, 0)
	}
	format := "#,##0"
	switch k {
	case KindDate:
		return "yyyy-mm-dd"
	case KindRatio, KindRatioDelta:
		format = "0"
	}
	if places > 0 {
		format += "." + strings.Repeat("0", places)
	}
	if k == KindRatio || k == KindRatioDelta {
		format += "%"
	}
	if k.delta() {
		format = fmt.Sprintf("+%s;-%s;%s", format, format, format)
	}
	return format
}

// fillCover writes the first sheet: what the report is, what it stands on, and the way to every sheet with its check.
func (b *workbook) fillCover() error {
	if err := b.f.SetSheetName("Sheet1", b.cover); err != nil {
		return err
	}
	if err := b.page(b.cover); err != nil {
		return err
	}
	hide := false
	if err := b.f.SetSheetView(b.cover, 0, &excelize.ViewOptions{ShowGridLines: &hide}); err != nil {
		return err
	}
	w, err := b.f.NewStreamWriter(b.cover)
	if err != nil {
		return err
	}
	for i, width := range []float64{30, 60, 16} {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	row := 0
	put := func(cells ...any) {
		if row++; err == nil {
			err = w.SetRow(at(0, row), cells)
		}
	}
	plainStyle, wrapped, head := excelStyle{}, excelStyle{wrap: true}, excelStyle{head: true}
	text := func(s excelStyle, v string) excelize.Cell {
		return excelize.Cell{StyleID: b.style(s), Value: sheetText(v)}
	}
	put(text(excelStyle{bold: true, size: 18}, b.d.Title.In(b.o.Lang)))
	if !b.d.Subtitle.Empty() {
		put(text(excelStyle{muted: true}, b.d.Subtitle.In(b.o.Lang)))
	}
	row++
	for _, f := range b.d.Facts {
		put(text(plainStyle, f.Name.In(b.o.Lang)), text(wrapped, f.Value.In(b.o.Lang)))
	}
	if b.d.hasMoney() {
		put(text(plainStyle, b.o.in("金额单位", "Amounts in")), text(plainStyle, b.o.unitName(b.d, false)))
	}
	for _, warning := range b.d.Warnings {
		put(text(excelStyle{warn: true}, b.o.in("注意", "Warning")), text(excelStyle{warn: true, wrap: true}, warning.In(b.o.Lang)))
	}
	row++
	put(text(head, b.o.in("工作表", "Sheet")), text(head, b.o.in("说明", "What it answers")), text(excelStyle{head: true, right: true}, b.o.in("核对差额", "Difference")))
	for i := range b.sheets {
		s := &b.sheets[i]
		check := excelize.Cell{}
		if len(s.checks) > 0 {
			var parts []string
			for _, c := range s.checks {
				parts = append(parts, "ABS("+reference(s.name, c)+")")
			}
			check = excelize.Cell{StyleID: b.style(excelStyle{format: "0.00", right: true}), Formula: strings.Join(parts, "+"), Value: 0}
		}
		put(text(excelStyle{link: true}, s.name), text(wrapped, s.section.Note.In(b.o.Lang)), check)
		if err == nil {
			err = b.f.SetCellHyperLink(b.cover, at(0, row), reference(s.name, "A1"), "Location")
		}
	}
	if b.charts != "" {
		put(text(excelStyle{link: true}, b.charts), text(wrapped, b.o.in("各节图形及其数据。", "The charts of the sections and their numbers.")))
		if err == nil {
			err = b.f.SetCellHyperLink(b.cover, at(0, row), reference(b.charts, "A1"), "Location")
		}
	}
	if err != nil {
		return err
	}
	b.f.SetActiveSheet(0)
	return w.Flush()
}
