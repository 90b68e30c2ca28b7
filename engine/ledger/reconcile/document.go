package reconcile

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/report"
)

var classTitles = [NumClasses]report.Text{
	OnlyOurs:      {Zh: "仅我方有", En: "Only ours"},
	OnlyTheirs:    {Zh: "仅对方有", En: "Only theirs"},
	AmountDiffers: {Zh: "金额不一致", En: "Amount differs"},
	StatusDiffers: {Zh: "状态不一致", En: "Status differs"},
	WrongMonth:    {Zh: "跨月", En: "Wrong month"},
	Duplicate:     {Zh: "重复", En: "Duplicate"},
	WrongScheme:   {Zh: "险种或类别不一致", En: "Wrong scheme, class or hospital"},
	Reuploaded:    {Zh: "冲正重传", En: "Taken back and uploaded again"},
	WrongPerson:   {Zh: "人员不一致", En: "Another person under the id"},
	OneReupload:   {Zh: "单边重传", En: "Uploaded again on one side only"},
}

var resolutionTitles = map[Resolution]report.Text{
	Reverse:  {Zh: "冲正", En: "reverse"},
	Reupload: {Zh: "补传", En: "re-upload"},
	Carry:    {Zh: "结转至所属月份", En: "carry to its month"},
	Adjust:   {Zh: "调整分录", En: "adjusting entry"},
	Link:     {Zh: "关联留存", En: "link, nothing to pay"},
}

var sideTitles = [...]report.Text{Ours: {Zh: "我方", En: "Ours"}, Theirs: {Zh: "对方", En: "Theirs"}, Platform: {Zh: "平台", En: "Platform"}}

var totalTitle = report.Text{Zh: "合计", En: "Total"}

func column(key, zh, en string, kind report.Kind, sum bool) report.Column {
	return report.Column{Key: key, Title: report.Text{Zh: zh, En: en}, Kind: kind, Sum: sum}
}

// Document returns what was found as a report: the control totals first, then the classes, then a section for each class
// that has lines. against, the comparison with the platform, may be nil.
func Document(res, against *Result) (*report.Document, error) {
	id, month := "reconcile", ""
	if res.Month != 0 {
		month = " " + res.Month.String()
		id += "-" + res.Month.String()
	}
	d := &report.Document{ID: id, Title: report.Text{Zh: "对账" + month, En: "Reconciliation" + month}, Facts: facts(res, "")}
	d.Warnings = append(d.Warnings, res.Notes...)
	for _, r := range []*Result{res, against} {
		if r == nil {
			continue
		}
		prefix := ""
		if r != res {
			prefix = "platform-"
			d.Facts = append(d.Facts, facts(r, prefix)...)
		}
		made := []*report.Section{controlSection(r, prefix), classSection(r, prefix)}
		for c := range NumClasses {
			if r.Count[c] > 0 {
				made = append(made, linesSection(r, c, prefix))
			}
		}
		for _, s := range made {
			if r != res {
				s.Title = report.Text{Zh: "平台：" + s.Title.Zh, En: "Platform: " + s.Title.En}
			}
			if err := s.Table.AddTotal(totalTitle); err != nil {
				return nil, fmt.Errorf("reconciliation: %w", err)
			}
		}
		d.Sections = append(d.Sections, made...)
	}
	return d, nil
}

func facts(r *Result, prefix string) []report.Fact {
	var out []report.Fact
	for i, s := range r.Sides {
		if prefix != "" && i == 0 {
			continue
		}
		t := sideTitles[s]
		out = append(out, report.Fact{Name: t, Value: report.Text{
			Zh: fmt.Sprintf("读入 %d 行，总费用 %s；其中 %d 行属其他月份，不参加对账", r.Read[i].Rows, r.Read[i].Amount[Gross].Grouped(), r.Aside[i].Rows),
			En: fmt.Sprintf("%d rows read, gross %s; %d of them are of other months and take no part", r.Read[i].Rows, r.Read[i].Amount[Gross].Grouped(), r.Aside[i].Rows)}})
	}
	out = append(out, report.Fact{Name: report.Text{Zh: "结果", En: "Result"}, Value: report.Text{
		Zh: fmt.Sprintf("%d 对一致，%d 对不一致，%d 条单边", r.Matched, r.Pairs, r.Singles),
		En: fmt.Sprintf("%d pairs agree, %d pairs differ, %d have no partner", r.Matched, r.Pairs, r.Singles)}})
	return out
}

func controlSection(r *Result, prefix string) *report.Section {
	t := &report.Table{ID: prefix + "control", Columns: []report.Column{
		column("month", "月份", "Month", report.KindCode, false), column("scheme", "险种", "Scheme", report.KindText, false),
		column("class", "清算类别", "Class", report.KindCode, false),
		column("ours_rows", "我方行数", "Our rows", report.KindCount, true), column("ours_gross", "我方总费用", "Our gross", report.KindFen, true),
		column("ours_fund", "我方基金", "Our fund", report.KindFen, true),
		column("diff_rows", "差异行数", "Differing rows", report.KindCountDelta, true), column("diff_gross", "差异总费用", "Differing gross", report.KindFenDelta, true),
		column("diff_fund", "差异基金", "Differing fund", report.KindFenDelta, true),
		column("theirs_rows", "对方行数", "Their rows", report.KindCount, true), column("theirs_gross", "对方总费用", "Their gross", report.KindFen, true),
		column("theirs_fund", "对方基金", "Their fund", report.KindFen, true)}}
	for i := range r.Controls {
		c := &r.Controls[i]
		row := []report.Cell{report.Word(c.Month.String()), {Text: ledger.SchemeText(c.Scheme)}, report.Word(c.Class)}
		for _, x := range []*Total{&c.Ours, &c.Explained, &c.Theirs} {
			fund := report.Int(x.Amount[Fund])
			if !r.Has.Amount[Fund] {
				fund = report.None()
			}
			row = append(row, report.Int(x.Rows), report.Int(x.Amount[Gross]), fund)
		}
		t.Rows = append(t.Rows, row)
	}
	return &report.Section{ID: prefix + "control", Title: report.Text{Zh: "控制总数", En: "Control totals"}, Table: t,
		Note: report.Text{Zh: "每行：我方＋差异＝对方，已逐行核对。", En: "In every line ours plus the differences is theirs; this has been checked."}}
}

func classSection(r *Result, prefix string) *report.Section {
	t := &report.Table{ID: prefix + "classes", Columns: []report.Column{
		column("class", "代码", "Code", report.KindCode, false), column("title", "差异类别", "Class", report.KindText, false),
		column("lines", "条数", "Lines", report.KindCount, true), column("gross", "总费用差", "Gross, theirs less ours", report.KindFenDelta, true),
		column("resolution", "处理", "Resolution", report.KindText, false)}}
	var notes []report.Text
	for c := range NumClasses {
		t.Rows = append(t.Rows, []report.Cell{report.Word(c.String()), {Text: classTitles[c]}, report.Int(r.Count[c]), report.Int(r.Delta[c]),
			{Text: resolutionTitles[c.Resolution()]}})
		if r.Count[c] > int64(r.Limit) {
			notes = append(notes, report.Text{Zh: fmt.Sprintf("%s：共 %d 条，列出前 %d 条。", classTitles[c].Zh, r.Count[c], r.Limit),
				En: fmt.Sprintf("%s: the first %d of %d lines are listed.", classTitles[c].En, r.Limit, r.Count[c])})
		}
	}
	return &report.Section{ID: prefix + "classes", Title: report.Text{Zh: "差异类别", En: "Classes of differences"}, Table: t, Notes: notes}
}

func linesSection(r *Result, c Class, prefix string) *report.Section {
	t := &report.Table{ID: prefix + c.String(), Columns: []report.Column{
		column("id", "结算单号", "Settlement", report.KindCode, false), column("refund", "退费", "Refund", report.KindText, false),
		column("person", "人员编号", "Person", report.KindCode, false), column("hospital", "医疗机构", "Hospital", report.KindCode, false),
		column("month", "月份", "Month", report.KindCode, false), column("field", "字段", "Field", report.KindCode, false),
		column("ours", "我方值", "Ours", report.KindText, false), column("theirs", "对方值", "Theirs", report.KindText, false),
		column("gross", "总费用", "Gross", report.KindFen, true), column("delta", "差额", "Difference", report.KindFenDelta, c != AmountDiffers),
		column("ours_row", "我方行", "Our row", report.KindCount, false), column("theirs_row", "对方行", "Their row", report.KindCount, false),
		column("linked", "关联行", "Linked row", report.KindCount, false), column("witness", "平台", "Platform agrees", report.KindText, false),
		column("resolution", "处理", "Resolution", report.KindText, false)}}
	for i := range r.Differences {
		d := &r.Differences[i]
		if d.Class != c {
			continue
		}
		x := d.any()
		delta := report.Int(d.Delta)
		if d.Ours != nil && d.Theirs != nil && c != AmountDiffers && c != StatusDiffers {
			delta = report.Int(0)
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(x.ID), refundCell(x), report.Word(x.Person), report.Word(x.Hospital),
			report.Word(x.Month().String()), report.Word(d.Field), report.Word(d.OurValue), report.Word(d.TheirsValue), report.Int(x.Amount[Gross]), delta,
			rowCell(d.Ours), rowCell(d.Theirs), rowCell(d.Second), witnessCell(d.Witness), {Text: resolutionTitles[c.Resolution()]}})
	}
	return &report.Section{ID: prefix + c.String(), Title: classTitles[c], Table: t}
}

func refundCell(r *Record) report.Cell {
	if r.Refund {
		return report.Words("退费", "refund")
	}
	return report.Words("", "")
}

func rowCell(r *Record) report.Cell {
	if r == nil {
		return report.None()
	}
	return report.Int(r.Row)
}

func witnessCell(w string) report.Cell {
	switch w {
	case "ours":
		return report.Words("与我方一致", "with us")
	case "theirs":
		return report.Words("与对方一致", "with them")
	case "neither":
		return report.Words("均不一致", "with neither")
	case "absent":
		return report.Words("平台无此单", "has no such row")
	}
	return report.Word("")
}
