package ledger

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/report"
)

// Document returns the status as a report, with the deadlines of each month. today marks what is late; claims.NoDate marks nothing.
func (s *Status) Document(c *calendar.Calendar, terms calendar.Terms, today claims.Date) (*report.Document, error) {
	t := &report.Table{ID: "months", Columns: []report.Column{codeColumn("month", "月份", "Month"), textColumn("state", "状态", "State"),
		{Key: "declare", Title: report.Text{Zh: "申报截止", En: "Declare by"}, Kind: report.KindDate},
		{Key: "pay", Title: report.Text{Zh: "拨付截止", En: "Pay by"}, Kind: report.KindDate},
		{Key: "clear", Title: report.Text{Zh: "清算截止", En: "Clear by"}, Kind: report.KindDate},
		textColumn("late", "提示", "Note"), textColumn("sealed", "关账", "Sealed"), codeColumn("inputs", "依据", "Inputs"), codeColumn("results", "结果", "Results")}}
	cleared := map[int]bool{}
	for _, y := range s.Cleared {
		cleared[y] = true
	}
	d := &report.Document{ID: "ledger-status", Title: report.Text{Zh: "账本状态", En: "State of the ledger"}, Facts: []report.Fact{headFact(s.Head)},
		Sections: []*report.Section{{ID: "months", Title: report.Text{Zh: "各月", En: "Months"}, Table: t}}}
	years := map[int]bool{}
	for i := range s.Months {
		m := &s.Months[i]
		due := c.Deadlines(m.Month, terms)
		state, sealed, inputs, results := report.Words("未关账", "open"), "", "", ""
		if m.Seal != nil {
			state, sealed = report.Words("已关账", "sealed"), strings.TrimSpace(m.Seal.At+" "+m.Seal.By)
			inputs, results = shortInputs(m.Seal.Inputs), short(m.Seal.Results)
			if cleared[m.Month.Year()] {
				state = report.Words("已清算", "cleared")
			}
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(m.Month.String()), state, report.Int(due.Declare), report.Int(due.Pay), report.Int(due.Clear),
			lateness(m, due, cleared[m.Month.Year()], today), report.Word(sealed), report.Word(inputs), report.Word(results)})
		for _, day := range []claims.Date{due.Declare, due.Pay} {
			if y := day.Year(); !years[y] && len(c.Sources(y)) == 0 {
				years[y] = true
				d.Warnings = append(d.Warnings, report.Text{Zh: fmt.Sprintf("%d 年没有节假日表，只按周末推算工作日。", y),
					En: fmt.Sprintf("There is no holiday table for %d; working days are counted by weekends alone.", y)})
			} else if !years[y] {
				years[y] = true
				d.Facts = append(d.Facts, report.Fact{Name: report.Text{Zh: fmt.Sprintf("%d 年工作日依据", y), En: fmt.Sprintf("Working days of %d", y)},
					Value: report.Same(strings.Join(c.Sources(y), "; "))})
			}
		}
	}
	return d, nil
}

// lateness says what of a month is overdue.
func lateness(m *MonthState, due calendar.Deadlines, cleared bool, today claims.Date) report.Cell {
	switch {
	case today == claims.NoDate:
	case m.Open && today > due.Pay:
		return report.Words("拨付已逾期", "payment is overdue")
	case m.Open && today > due.Declare:
		return report.Words("申报已截止，应关账", "declarations are in, to be closed")
	case !m.Open && !cleared && today > due.Clear:
		return report.Words("年度清算已逾期", "clearing is overdue")
	}
	return report.Word("")
}

func short(hash string) string { return hash[:min(12, len(hash))] }

func shortInputs(in []Input) string {
	parts := make([]string, len(in))
	for i, x := range in {
		parts[i] = x.Role + ":" + short(x.SHA256)
	}
	return strings.Join(parts, " ")
}
