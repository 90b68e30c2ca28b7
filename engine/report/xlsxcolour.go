package report

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// colours marks gains and losses by condition, so that they stay right when a reader changes a number.
func (b *workbook) colours(s *sheet) error {
	if chart := s.section.Chart; s.section.Table == nil && chart.Kind == Heat {
		low, high := "#EDB5B0", "#A3D1BF" // pale, so that the numbers stay legible
		if chart.Adverse {
			low, high = high, low
		}
		paper := palette["paper"].light
		scale := excelize.ConditionalFormatOptions{Type: "2_color_scale", Criteria: "=", MinType: "min", MaxType: "max", MinColor: paper, MaxColor: high}
		switch _, least, most := chart.heatOf(); {
		case most <= 0:
			scale.MinColor, scale.MaxColor = low, paper
		case least < 0:
			scale = excelize.ConditionalFormatOptions{Type: "3_color_scale", Criteria: "=", MinType: "min", MidType: "num", MaxType: "max", MidValue: "0", MinColor: low, MidColor: paper, MaxColor: high}
		}
		return b.f.SetConditionalFormat(s.name, at(1, firstRow)+":"+at(len(s.table.Columns)-1, firstRow+len(s.table.Rows)-1), []excelize.ConditionalFormatOptions{scale})
	}
	for i := range s.table.Columns {
		c := &s.table.Columns[i]
		runs := deltaRuns(s.table, i)
		if len(runs) == 0 {
			continue
		}
		good, bad := "greater than", "less than"
		if c.Adverse {
			good, bad = bad, good
		}
		var rules []excelize.ConditionalFormatOptions
		for _, rule := range []struct{ criteria, paint string }{{good, "gain"}, {bad, "loss"}} {
			style, err := b.f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: strings.TrimPrefix(palette[rule.paint].light, "#")}})
			if err != nil {
				return err
			}
			rules = append(rules, excelize.ConditionalFormatOptions{Type: "cell", Criteria: rule.criteria, Format: &style, Value: "0"})
		}
		for _, run := range runs {
			if err := b.f.SetConditionalFormat(s.name, at(i, firstRow+run[0])+":"+at(i, firstRow+run[1]), rules); err != nil {
				return err
			}
		}
	}
	return nil
}

// deltaRuns finds the runs of rows, first and last, whose cells in a column are deltas; an amount among deltas is no gain. The total
// of a column of deltas belongs to its last run.
func deltaRuns(t *Table, column int) [][2]int {
	rows := t.Rows
	if t.Footer != nil && t.Columns[column].Sum {
		rows = append(rows[:len(rows):len(rows)], t.Footer)
	}
	var runs [][2]int
	for r := range rows {
		if !t.Columns[column].kindOf(&rows[r][column]).delta() {
			continue
		}
		if n := len(runs); n > 0 && runs[n-1][1] == r-1 {
			runs[n-1][1] = r
		} else {
			runs = append(runs, [2]int{r, r})
		}
	}
	return runs
}
