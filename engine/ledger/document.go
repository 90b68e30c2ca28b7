package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/ledger/mask"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/report"
)

// View says how the ledger's books are shown.
type View struct {
	// HospitalName gives the name for an id; nil shows ids alone.
	HospitalName func(id string) string
	// Hospital, when it is not empty, is the only one shown.
	Hospital string
	// Mask hides persons; nil shows them.
	Mask *mask.Mask
	// Full also lists every row that was refused and every entry.
	Full bool
}

func (v *View) shows(hospital string) bool { return v.Hospital == "" || v.Hospital == hospital }

// names takes the names of hospitals from a seal, unless the view has its own.
func (v *View) names(s *Seal) {
	if v.HospitalName == nil && s != nil && len(s.Names) > 0 {
		v.HospitalName = func(id string) string { return s.Names[id] }
	}
}

// has checks that the hospital that is asked for is in the books.
func (v *View) has(when string, ids []string) error {
	if v.Hospital == "" || slices.Contains(ids, v.Hospital) {
		return nil
	}
	return fmt.Errorf("hospital %q has nothing in the books of %s%s", v.Hospital, when, nearest.Hint(v.Hospital, ids))
}

func (v *View) name(id string) report.Cell {
	if v.HospitalName == nil {
		return report.Word("")
	}
	return report.Word(v.HospitalName(id))
}

// schemeTexts are the schemes that every region has; others stand for themselves.
var schemeTexts = map[string]report.Text{
	"employee": {Zh: "职工医保", En: "employee"},
	"resident": {Zh: "居民医保", En: "resident"},
}

// SchemeText is the word for a scheme.
func SchemeText(scheme string) report.Text {
	if t, ok := schemeTexts[scheme]; ok {
		return t
	}
	return report.Same(scheme)
}

func schemeCell(scheme string) report.Cell { return report.Cell{Text: SchemeText(scheme)} }

var accountTexts = map[Account]string{
	AccDeclared: "申报", AccRejected: "拒付", AccAccepted: "审核通过", AccCorrected: "更正", AccAdvance: "月度预付", AccDeposit: "质量保证金",
	AccDeducted: "扣款", AccAdjustment: "调整", AccPrepaid: "预付金", AccBrought: "上月结转", AccPaid: "实付", AccCarried: "结转下月",
	AccSettlement: "年度结算", AccRefused: "审核拒付", AccReleased: "保证金返还", AccForfeited: "保证金扣除", AccClearing: "清算款",
}

func accountCell(a Account) report.Cell {
	return report.Cell{Text: report.Text{Zh: accountTexts[a], En: string(a)}}
}

// The columns that most tables begin with.
func partyColumns() []report.Column {
	return []report.Column{
		{Key: "hospital_id", Title: report.Text{Zh: "医疗机构编号", En: "Hospital"}, Kind: report.KindCode},
		{Key: "hospital_name", Title: report.Text{Zh: "医疗机构", En: "Name"}},
		{Key: "scheme", Title: report.Text{Zh: "险种", En: "Scheme"}},
	}
}

func fenColumn(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: report.Text{Zh: zh, En: en}, Kind: report.KindFen, Sum: true}
}

func countColumn(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: report.Text{Zh: zh, En: en}, Kind: report.KindCount, Sum: true}
}

func codeColumn(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: report.Text{Zh: zh, En: en}, Kind: report.KindCode}
}

func textColumn(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: report.Text{Zh: zh, En: en}}
}

var totalLabel = report.Text{Zh: "合计", En: "Total"}

// ReasonText says what a code of a reason means, be it the ledger's own or a finding of the check of claims; a name of the rules
// and the words of a review stand for themselves.
func ReasonText(code string) report.Text {
	if t, ok := reasonTexts[code]; ok {
		return t
	}
	if e, ok := check.EntryOf(code); ok {
		return report.Text{Zh: e.Chinese, En: e.English}
	}
	return report.Same(code)
}

var reasonTexts = map[string]report.Text{
	ReasonDuplicate:    {Zh: "重复申报", En: "declared twice"},
	ReasonConflict:     {Zh: "同号不同内容", En: "one id, different contents"},
	ReasonLater:        {Zh: "属于以后月份", En: "of a later month"},
	ReasonCleared:      {Zh: "所属年度已清算", En: "its year is cleared"},
	ReasonUnknownMonth: {Zh: "所属月份不在账内", En: "its month is not in the ledger"},
	ReasonNoOriginal:   {Zh: "冲正的原单不在账内", En: "reverses what is not booked"},
	ReasonGone:         {Zh: "原单已冲正", En: "taken back before"},
	ReasonMismatch:     {Zh: "冲正与原单不符", En: "reversal does not match"},
	reasonByHand:       {Zh: "人工录入", En: "by hand"},
	ReasonReview:       {Zh: "审核拒付", En: "refused by review"},
	ReasonPolicy:       {Zh: "与政策计算不符", En: "differs from the rules"},
	ReasonPrice:        {Zh: "按付费标准结算差额", En: "paid by price"},
	ReasonBelow:        {Zh: "列账低于政策计算", En: "booked below the rules"},
	ReasonUnpaid:       {Zh: "不按单结算", En: "not paid claim by claim"},
}

// Document returns the month as a report: the statements, what was rejected and why, and what was adjusted.
func (b *MonthBook) Document(v View) (*report.Document, error) {
	var ids []string
	for i := range b.Statements {
		ids = append(ids, b.Statements[i].Hospital)
	}
	if err := v.has(b.Month.String(), ids); err != nil {
		return nil, err
	}
	v.names(b.Seal)
	d := &report.Document{
		ID:    "month-" + b.Month.String(),
		Title: report.Text{Zh: "医保月结算单 " + b.Month.String(), En: "Monthly settlement " + b.Month.String()},
		Facts: append(sealFacts(b.Seal), headFact(b.Head)),
	}
	if b.Open {
		d.Warnings = append(d.Warnings, report.Text{Zh: "本月未关账，金额未定。", En: "The month is open; its amounts are not final."})
	}
	d.Sections = []*report.Section{b.statementSection(&v), b.rejectedSection(&v), b.adjustedSection(&v)}
	if v.Full {
		d.Sections = append(d.Sections, b.refusedSection(&v), b.entrySection(&v))
	}
	for _, s := range d.Sections {
		if err := s.Table.AddTotal(totalLabel); err != nil {
			return nil, fmt.Errorf("statement of %s: %w", b.Month, err)
		}
	}
	return d, nil
}

func headFact(h Head) report.Fact {
	return report.Fact{Name: report.Text{Zh: "账本末行", En: "Ledger head"}, Value: report.Same(fmt.Sprintf("%d %s", h.Seq, h.Hash))}
}

// roleWords are the Chinese words for the roles of inputs.
var roleWords = map[string]string{"claims": "结算明细", "reviews": "审核决定", "option": "选项", "policy": "政策包", "region": "统筹区", RoleProgram: "程序"}

// sealFacts says by whom, when and with what a month or year was sealed.
func sealFacts(s *Seal) []report.Fact {
	if s == nil {
		return nil
	}
	facts := []report.Fact{
		{Name: report.Text{Zh: "关账", En: "Sealed"}, Value: report.Same(strings.TrimSpace(s.At + " " + s.By))},
		{Name: report.Text{Zh: "结果校验", En: "Results"}, Value: report.Same(s.Results)},
	}
	for _, in := range s.Inputs {
		zh := cmp.Or(roleWords[in.Role], in.Role)
		facts = append(facts, report.Fact{Name: report.Text{Zh: "依据（" + zh + "）", En: "Input " + in.Role}, Value: report.Same(in.Name + " " + in.SHA256)})
	}
	return facts
}

func (b *MonthBook) statementSection(v *View) *report.Section {
	t := &report.Table{ID: "statements", Columns: append(partyColumns(),
		countColumn("declared_visits", "申报人次", "Declared visits"),
		fenColumn("declared_gross", "申报总费用", "Declared gross"),
		fenColumn("declared_fund", "申报基金", "Declared fund"),
		fenColumn("rejected", "拒付", "Rejected"),
		fenColumn("above", "高于列账", "Above booked"),
		fenColumn("accepted", "本月审核通过", "Accepted"),
		fenColumn("advance", "应预付", "Advance due"),
		fenColumn("deposit", "质量保证金", "Deposit held"),
		fenColumn("deducted", "扣款", "Deducted"),
		fenColumn("adjusted", "调整", "Adjustments"),
		fenColumn("brought", "上月结转", "Brought forward"),
		fenColumn("net", "本月净额", "Net"),
		fenColumn("paid", "实付", "Paid"),
		fenColumn("carried", "结转下月", "Carried forward"))}
	for i := range b.Statements {
		s := &b.Statements[i]
		if !v.shows(s.Hospital) {
			continue
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(s.Hospital), v.name(s.Hospital), schemeCell(s.Scheme),
			report.Int(s.Declared.Visits), report.Int(s.Declared.Gross), report.Int(s.Declared.Fund), report.Int(s.Rejections().Fund), report.Int(s.Above),
			report.Int(s.Accepted.Fund), report.Int(s.Advance), report.Int(s.Deposit), report.Int(s.Deducted), report.Int(s.Adjusted()),
			report.Int(s.Brought), report.Int(s.Net), report.Int(s.Paid), report.Int(s.Carried)})
	}
	note := report.Text{Zh: "净额＝应预付－质量保证金－扣款＋调整＋上月结转＝实付＋结转下月。",
		En: "Net = advance - deposit - deducted + adjustments + brought forward = paid + carried forward."}
	if b.Open {
		b.leaveOpen(t)
		note = report.Text{Zh: "本月关账时才入账申报并计算预付、结转、净额和实付；此处仅列已录入的扣款和调整。",
			En: "What is declared, the advance, what is brought forward, the net and the payment are entered when the month is closed; deductions and adjustments that are entered already stand here."}
	}
	return &report.Section{ID: "statements", Title: report.Text{Zh: "结算单", En: "Statements"}, Table: t, Note: note}
}

// leaveOpen takes out of an open month's statements what its close is to enter: a 0.00 would say that it is known.
func (b *MonthBook) leaveOpen(t *report.Table) {
	for i := range t.Columns {
		c := &t.Columns[i]
		if !c.Sum || c.Key == "deducted" || c.Key == "adjusted" {
			continue
		}
		c.Hidden, c.Sum = true, false
		for _, row := range t.Rows {
			row[i] = report.None()
		}
	}
}

func (b *MonthBook) rejectedSection(v *View) *report.Section {
	t := &report.Table{ID: "rejected", Columns: append(partyColumns(), codeColumn("reason", "原因代码", "Code"), textColumn("meaning", "原因", "Reason"),
		countColumn("visits", "未入账人次", "Visits not booked"), fenColumn("gross", "未入账总费用", "Their gross"), fenColumn("fund", "拒付基金", "Fund rejected"))}
	for i := range b.Statements {
		s := &b.Statements[i]
		for _, r := range s.Rejected {
			if !v.shows(s.Hospital) {
				continue
			}
			visits, gross := report.Int(r.Visits), report.Int(r.Gross)
			if r.Visits == 0 && r.Gross == 0 {
				visits, gross = report.None(), report.None()
			}
			t.Rows = append(t.Rows, []report.Cell{report.Word(s.Hospital), v.name(s.Hospital), schemeCell(s.Scheme), report.Word(r.Reason),
				{Text: ReasonText(r.Reason)}, visits, gross, report.Int(r.Fund)})
		}
	}
	return &report.Section{ID: "rejected", Title: report.Text{Zh: "拒付原因", En: "Rejected by reason"}, Table: t,
		Note: report.Text{Zh: "审核拒付等只减少基金支付、就诊仍入账的，不计人次和总费用。",
			En: "Where only money is refused, as by a review, the visit stays in the books and is not counted here."}}
}

func (b *MonthBook) adjustedSection(v *View) *report.Section {
	t := &report.Table{ID: "adjusted", Columns: append(partyColumns(), codeColumn("origin", "所属月份", "Month of origin"),
		countColumn("visits", "人次", "Visits"), fenColumn("accepted", "审核通过变动", "Accepted"), fenColumn("advance", "预付变动", "Advance"),
		fenColumn("deposit", "保证金变动", "Deposit"), fenColumn("deducted", "扣款", "Deducted"), fenColumn("by_hand", "人工调整", "By hand"),
		fenColumn("net", "净额", "Net"))}
	for i := range b.Statements {
		s := &b.Statements[i]
		for _, a := range s.Adjustments {
			if v.shows(s.Hospital) {
				t.Rows = append(t.Rows, []report.Cell{report.Word(s.Hospital), v.name(s.Hospital), schemeCell(s.Scheme), report.Word(a.Origin.String()),
					report.Int(a.Accepted.Visits), report.Int(a.Accepted.Fund), report.Int(a.Advance), report.Int(a.Deposit), report.Int(a.Deducted),
					report.Int(a.ByHand), report.Int(a.Net)})
			}
		}
	}
	return &report.Section{ID: "adjusted", Title: report.Text{Zh: "调整（以前月份及人工录入）", En: "Adjustments, of earlier months and by hand"}, Table: t}
}

func (b *MonthBook) refusedSection(v *View) *report.Section {
	t := &report.Table{ID: "refused", Columns: []report.Column{
		{Key: "seq", Title: report.Text{Zh: "账行", En: "Row"}, Kind: report.KindCount}, codeColumn("claim_id", "结算单号", "Claim"),
		codeColumn("person_id", "人员编号", "Person"), codeColumn("hospital_id", "医疗机构编号", "Hospital"), textColumn("scheme", "险种", "Scheme"),
		textColumn("reason", "原因", "Reason"), fenColumn("gross", "总费用", "Gross"), fenColumn("fund", "申报基金", "Declared fund"),
		textColumn("note", "说明", "Note"), textColumn("file", "文件", "File"), {Key: "file_row", Title: report.Text{Zh: "文件行", En: "File row"}, Kind: report.KindCount}}}
	for i := range b.Refused {
		f := &b.Refused[i]
		if v.shows(f.Hospital) {
			t.Rows = append(t.Rows, []report.Cell{report.Int(f.Seq), report.Word(f.ClaimID), report.Word(v.Mask.ID(f.Person)), report.Word(f.Hospital),
				schemeCell(f.Scheme), {Text: ReasonText(f.Reason)}, report.Int(f.Gross), report.Int(f.Fund), report.Word(f.Note), report.Word(f.File), report.Int(f.Row)})
		}
	}
	return &report.Section{ID: "refused", Title: report.Text{Zh: "未入账申报行", En: "Declared rows not booked"}, Table: t}
}

func (b *MonthBook) entrySection(v *View) *report.Section {
	t := &report.Table{ID: "entries", Columns: append([]report.Column{{Key: "seq", Title: report.Text{Zh: "账行", En: "Row"}, Kind: report.KindCount}},
		codeColumn("hospital_id", "医疗机构编号", "Hospital"), textColumn("scheme", "险种", "Scheme"), codeColumn("origin", "所属月份", "Month of origin"),
		textColumn("account", "科目", "Account"), textColumn("reason", "原因", "Reason"),
		report.Column{Key: "visits", Title: report.Text{Zh: "人次", En: "Visits"}, Kind: report.KindCount},
		report.Column{Key: "gross", Title: report.Text{Zh: "总费用", En: "Gross"}, Kind: report.KindFen},
		report.Column{Key: "amount", Title: report.Text{Zh: "金额", En: "Amount"}, Kind: report.KindFen},
		report.Column{Key: "corrects", Title: report.Text{Zh: "更正账行", En: "Corrects row"}, Kind: report.KindCount})}
	for i := range b.Entries {
		e := &b.Entries[i]
		if !v.shows(e.Hospital) {
			continue
		}
		corrects := report.None()
		if e.Corrects != 0 {
			corrects = report.Int(e.Corrects)
		}
		t.Rows = append(t.Rows, []report.Cell{report.Int(e.Seq), report.Word(e.Hospital), schemeCell(e.Scheme), report.Word(e.Origin.String()),
			accountCell(e.Account), {Text: ReasonText(e.Reason)}, report.Int(e.Visits), report.Int(e.Gross), report.Int(e.Amount), corrects})
	}
	return &report.Section{ID: "entries", Title: report.Text{Zh: "分录", En: "Entries"}, Table: t,
		Note: report.Text{Zh: "分录只增不改；更正以新分录指向原账行。", En: "Entries are never edited; a new entry names the row that it corrects."}}
}

// YearDocument returns a year's clearing as a report.
func YearDocument(year int, seal *Seal, years []YearStatement, v View) (*report.Document, error) {
	var ids []string
	for i := range years {
		ids = append(ids, years[i].Hospital)
	}
	if err := v.has(fmt.Sprint(year), ids); err != nil {
		return nil, err
	}
	v.names(seal)
	clear := &report.Table{ID: "clearing", Columns: append(partyColumns(),
		fenColumn("settlement", "年度结算", "Settlement"), fenColumn("refused", "拒付", "Refused"), fenColumn("deducted", "扣款", "Deducted"),
		fenColumn("forfeited", "保证金扣除", "Deposit forfeited"), fenColumn("adjustment", "调整", "Adjustment"), fenColumn("due", "应得", "Due"),
		fenColumn("months", "各月合计", "All months"), fenColumn("released", "保证金返还", "Deposit released"), fenColumn("clearing", "清算款", "Clearing"))}
	lines := &report.Table{ID: "lines", Columns: append(partyColumns(), codeColumn("line", "项目", "Line"), fenColumn("amount", "金额", "Amount"))}
	months := &report.Table{ID: "months", Columns: partyColumns()}
	for m := 1; m <= 12; m++ {
		at := calendar.MonthOf(year, m).String()
		months.Columns = append(months.Columns, fenColumn("m"+at[5:], at, at))
	}
	for i := range years {
		y := &years[i]
		if !v.shows(y.Hospital) {
			continue
		}
		who := []report.Cell{report.Word(y.Hospital), v.name(y.Hospital), schemeCell(y.Scheme)}
		row := who[:3:3]
		all := y.Due - y.Released - y.Clearing
		for _, m := range y.Months {
			row = append(row, report.Int(m))
		}
		months.Rows = append(months.Rows, row)
		clear.Rows = append(clear.Rows, append(who[:3:3], report.Int(y.Settlement), report.Int(y.Refused), report.Int(y.Deducted), report.Int(y.Forfeited),
			report.Int(y.Adjustment), report.Int(y.Due), report.Int(all), report.Int(y.Released), report.Int(y.Clearing)))
		for _, line := range y.Lines {
			lines.Rows = append(lines.Rows, append(who[:3:3], report.Word(line.ID), report.Int(line.Amount)))
		}
	}
	d := &report.Document{
		ID:    fmt.Sprintf("year-%d", year),
		Title: report.Text{Zh: fmt.Sprintf("%d 年度清算", year), En: fmt.Sprintf("Clearing of %d", year)},
		Facts: sealFacts(seal),
		Sections: []*report.Section{
			{ID: "clearing", Title: report.Text{Zh: "清算", En: "Clearing"}, Table: clear,
				Note: report.Text{Zh: "各月合计＋保证金返还＋清算款＝应得＝年度结算－拒付－扣款－保证金扣除＋调整。",
					En: "All months + deposit released + clearing = due = settlement - refused - deducted - forfeited + adjustment."}},
			{ID: "lines", Title: report.Text{Zh: "年度结算项目", En: "Lines of the settlement"}, Table: lines},
			{ID: "months", Title: report.Text{Zh: "各月净额", En: "Net of the months"}, Table: months},
		},
	}
	for _, s := range d.Sections {
		if err := s.Table.AddTotal(totalLabel); err != nil {
			return nil, fmt.Errorf("clearing of %d: %w", year, err)
		}
	}
	return d, nil
}
