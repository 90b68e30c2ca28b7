package report

import (
	"math"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The layout of the sheet of charts: pictures on the left, the numbers that they show beside them.
const (
	chartData = 12 // the first column of the numbers
	chartRows = 22 // that a picture covers
)

// series is a run of numbers in the workbook and the colour that it is drawn in; no colour is an invisible base.
type series struct {
	name   string
	paint  string
	values []*int64 // nil where there is nothing
}

// drawable lists the charts that Excel can draw by itself. Heat maps are colours on their own sheet, and intervals stay numbers.
func (d *Document) drawable() []*Chart {
	var list []*Chart
	for _, s := range d.charts() {
		c := s.Chart
		switch c.Kind {
		case Waterfall:
			if lo, _ := span(c.levels()); lo < 0 {
				continue
			}
		case Heat, Intervals:
			continue
		}
		list = append(list, c)
	}
	return list
}

// fillCharts writes the sheet of charts, which readers can restyle and copy: Excel's own, over numbers in the workbook.
func (b *workbook) fillCharts() error {
	row := 1
	for _, c := range b.d.drawable() {
		next, err := b.chart(c, row)
		if err != nil {
			return err
		}
		row = next
	}
	if err := b.f.SetColWidth(b.charts, columnName(chartData), columnName(chartData+8), 20); err != nil {
		return err
	}
	if err := b.page(b.charts); err != nil {
		return err
	}
	hide := false
	return b.f.SetSheetView(b.charts, 0, &excelize.ViewOptions{ShowGridLines: &hide})
}

// chart writes one chart from a row on and returns the row where the next may begin.
func (b *workbook) chart(c *Chart, row int) (int, error) {
	list := b.series(c)
	column := &Column{Kind: c.Value, InYuan: c.InYuan}
	n := len(list[0].values)
	set := func(col, r int, cell any) error {
		v := cell.(excelize.Cell)
		if v.Value == nil {
			return nil
		}
		if err := b.f.SetCellValue(b.charts, at(col, r), v.Value); err != nil {
			return err
		}
		return b.f.SetCellStyle(b.charts, at(col, r), at(col, r), v.StyleID)
	}
	head := excelStyle{head: true}
	headRight := excelStyle{head: true, right: true}
	if err := set(chartData, row, excelize.Cell{StyleID: b.style(head), Value: sheetText(c.XTitle.In(b.o.Lang))}); err != nil {
		return 0, err
	}
	for i := range n {
		label := excelize.Cell{StyleID: b.style(excelStyle{}), Value: ""}
		if c.Kind == Lines || c.Kind == Lorenz {
			cell := Int(c.X[i])
			label = b.cell(&Column{Kind: c.XKind}, &cell, excelStyle{}).(excelize.Cell)
		} else {
			label.Value = sheetText(c.Labels[i].In(b.o.Lang))
		}
		if err := set(chartData, row+1+i, label); err != nil {
			return 0, err
		}
	}
	var drawn []excelize.ChartSeries
	for j, s := range list {
		col := chartData + 1 + j
		if err := set(col, row, excelize.Cell{StyleID: b.style(headRight), Value: sheetText(s.name)}); err != nil {
			return 0, err
		}
		for i, v := range s.values {
			if v == nil {
				continue
			}
			cell := Int(*v)
			if err := set(col, row+1+i, b.cell(column, &cell, excelStyle{})); err != nil {
				return 0, err
			}
		}
		drawn = append(drawn, b.drawnSeries(c, s, col, row, n))
	}
	if err := b.f.AddChart(b.charts, at(0, row), b.excelChart(c, drawn)); err != nil {
		return 0, err
	}
	return row + max(chartRows, n+2), nil
}

// drawnSeries points a series at its numbers and paints it.
func (b *workbook) drawnSeries(c *Chart, s series, col, row, n int) excelize.ChartSeries {
	place := func(column, from, to int) string {
		return reference(b.charts, absolute(column, from)+":"+absolute(column, to))
	}
	out := excelize.ChartSeries{Name: reference(b.charts, absolute(col, row)), Categories: place(chartData, row+1, row+n), Values: place(col, row+1, row+n)}
	if s.paint == "" {
		out.Fill = excelize.Fill{Type: "pattern"}
		return out
	}
	paint := strings.TrimPrefix(palette[s.paint].light, "#")
	out.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{paint}}
	if c.Kind == Lines || c.Kind == Lorenz {
		out.Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 2, Fill: out.Fill}
		out.Marker = excelize.ChartMarker{Symbol: "circle", Size: 5, Fill: out.Fill}
	}
	return out
}

// excelChart chooses the form of a chart.
func (b *workbook) excelChart(c *Chart, drawn []excelize.ChartSeries) *excelize.Chart {
	title := clean(c.Title.In(b.o.Lang))
	if c.Value.fen() {
		title += b.o.in("（", " (") + b.o.unitName(b.d, c.InYuan) + b.o.in("）", ")")
	}
	overlap, gap := 100, uint(60)
	out := &excelize.Chart{Series: drawn, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Size: 13, Bold: true}}}},
		Dimension: excelize.ChartDimension{Width: 720, Height: 400}, Legend: excelize.ChartLegend{Position: "bottom"},
		YAxis: excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: b.axisFormat(c.Value)}}, GapWidth: &gap}
	switch c.Kind {
	case Bars:
		out.Type, out.Overlap, out.XAxis.ReverseOrder, out.XAxis.TickLabelPosition = excelize.Bar, &overlap, true, excelize.ChartTickLabelLow
	case Groups:
		out.Type, out.XAxis.TickLabelPosition = excelize.Col, excelize.ChartTickLabelLow
	case Waterfall:
		out.Type, out.Overlap, out.Legend.Position = excelize.ColStacked, &overlap, "none"
		if base := c.cutOff(); base > 0 {
			_, hi := span(c.levels())
			from := float64(newScale(base, hi, 0, 1).lo) / math.Pow10(b.exactPlaces(&Column{Kind: c.Value, InYuan: c.InYuan}))
			out.YAxis.Minimum = &from
		}
	default:
		out.Type = excelize.Scatter
		out.XAxis.NumFmt.CustomNumFmt = b.axisFormat(c.XKind)
		lo, hi := span(c.X)
		if lo < hi {
			unit := math.Pow10(b.exactPlaces(&Column{Kind: c.XKind}))
			from, to := float64(lo)/unit, float64(hi)/unit
			out.XAxis.Minimum, out.XAxis.Maximum = &from, &to
		}
		out.XAxis.TickLabelPosition = excelize.ChartTickLabelLow
	}
	axis := excelize.Font{Size: 10, Color: strings.TrimPrefix(palette["muted"].light, "#")}
	out.XAxis.Font, out.YAxis.Font = axis, axis
	return out
}

// axisFormat is the number format of an axis: without signs, and with decimals only where its kind needs them.
func (b *workbook) axisFormat(k Kind) string {
	switch k {
	case KindDate:
		return "yyyy-mm-dd"
	case KindRatio, KindRatioDelta:
		return "0.0%"
	case KindFactor, KindFactorDelta:
		return "0.00##"
	case KindFen, KindFenDelta:
		if b.o.Unit == Wan {
			return "#,##0.0"
		}
	}
	return "#,##0"
}

// series makes the runs of numbers that stand for a chart: bars are parted by sign to be coloured, a waterfall stands on a base that is not drawn.
func (b *workbook) series(c *Chart) []series {
	gain, loss := "gain", "loss"
	if c.Adverse {
		gain, loss = loss, gain
	}
	increase, decrease := b.o.in("增加", "Increase"), b.o.in("减少", "Decrease")
	switch c.Kind {
	case Bars:
		up, down := series{name: increase, paint: gain}, series{name: decrease, paint: loss}
		for _, v := range c.Series[0].Values {
			up.values, down.values = append(up.values, only(v, v >= 0)), append(down.values, only(v, v < 0))
		}
		return []series{up, down}
	case Waterfall:
		base, sum := series{name: b.o.in("底", "Base")}, series{name: b.o.in("合计", "Sum"), paint: "sum"}
		up, down := series{name: increase, paint: gain}, series{name: decrease, paint: loss}
		levels := c.levels()
		for i := range len(levels) + 1 {
			ends := i == 0 || i == len(levels)
			level := levels[min(i, len(levels)-1)]
			from := level
			if !ends {
				from = levels[i-1]
			}
			base.values = append(base.values, only(min(from, level), !ends))
			sum.values = append(sum.values, only(level, ends))
			up.values = append(up.values, only(level-from, !ends && level >= from))
			down.values = append(down.values, only(from-level, !ends && level < from))
		}
		return []series{base, sum, up, down}
	}
	var list []series
	for i := range c.Series {
		s := series{name: c.Series[i].Name.In(b.o.Lang), paint: seriesPaint(i)}
		for _, v := range c.Series[i].Values {
			s.values = append(s.values, only(v, true))
		}
		list = append(list, s)
	}
	return list
}

func only(v int64, when bool) *int64 {
	if !when {
		return nil
	}
	return &v
}

// columnName is the letters of a column from 0.
func columnName(column int) string { return strings.TrimRight(at(column, 1), "1") }

// absolute names a cell as charts do.
func absolute(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row, true)
	if err != nil {
		panic("BUG: report: " + err.Error())
	}
	return name
}
