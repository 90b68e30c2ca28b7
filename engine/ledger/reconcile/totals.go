package reconcile

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/report"
)

var resultTitles = map[string]report.Text{
	ResultMatched:    {Zh: "一致", En: "matched"},
	ResultOnlyOurs:   {Zh: "中心多", En: "only ours"},
	ResultOnlyTheirs: {Zh: "医药机构多", En: "only theirs"},
	ResultDiffers:    {Zh: "数据不一致", En: "differs"},
}

// TotalsDocument returns the comparison of two forms 3201 as a report.
func TotalsDocument(rows []Totals, month calendar.Month) (*report.Document, error) {
	id, when := "reconcile-totals", ""
	if month != 0 {
		id, when = id+"-"+month.String(), " "+month.String()
	}
	t := &report.Table{ID: "totals", Columns: []report.Column{
		column("scheme", "险种", "Scheme", report.KindCode, false), column("class", "清算类别", "Class", report.KindCode, false),
		column("refund", "退费", "Refund", report.KindText, false), column("rows", "结算人次", "Rows", report.KindCount, true),
		column("gross", "总费用", "Gross", report.KindFen, true), column("fund", "基金支付", "Fund", report.KindFen, true),
		column("code", "结果代码", "Code", report.KindCode, false), column("result", "对账结果", "Result", report.KindText, false),
		column("note", "说明", "Note", report.KindText, false)}}
	for i := range rows {
		r := &rows[i]
		fund := report.Int(r.Amount[Fund])
		if r.Absent[Fund] {
			fund = report.None()
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(r.Scheme), report.Word(r.Class), refundCell(&Record{Refund: r.Refund}), report.Int(r.Rows),
			report.Int(r.Amount[Gross]), fund, report.Word(r.Result), {Text: resultTitles[r.Result]}, report.Word(r.Note)})
	}
	if err := t.AddTotal(totalTitle); err != nil {
		return nil, fmt.Errorf("reconciliation of totals: %w", err)
	}
	return &report.Document{ID: id, Title: report.Text{Zh: "对总账" + when, En: "Reconciliation of totals" + when},
		Sections: []*report.Section{{ID: "totals", Title: report.Text{Zh: "总账（3201）", En: "Totals (form 3201)"}, Table: t,
			Note: report.Text{Zh: "两数并列时，先我方后对方。", En: "Where two numbers stand side by side, ours comes first."}}}}, nil
}
