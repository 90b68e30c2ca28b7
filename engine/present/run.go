package present

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/settle"
)

// poolFigure is the beginning of the figures of a pool.
func poolFigure(id string) string {
	b := []byte("pool." + id)
	for i, c := range b {
		if c == '/' {
			b[i] = '.'
		}
	}
	return string(b)
}

// Run is the report of one scenario: the settlement of a year.
func Run(ses *engine.Session, r *engine.Result, full bool) (*report.Document, error) {
	d := &report.Document{
		ID:       "run",
		Title:    text(ses.Study.TitleZh, ses.Study.TitleEn),
		Subtitle: scenarioTitle(r),
		Currency: currency(ses),
		Facts:    facts(ses),
	}
	d.Warnings = append(d.Warnings, warningsOf(ses, r)...)
	flow, err := flowSection(ses, r.Partial)
	if err != nil {
		return nil, err
	}
	d.Sections = append(d.Sections, fundsDetail(r), poolsDetail(r), hospitalsDetail(r), alliancesDetail(r))
	if r.Outcome.Advanced && full {
		d.Sections = append(d.Sections, monthsDetail(r))
	}
	d.Sections = append(d.Sections, classesDetail(r), peopleDetail(r), agesDetail(r, full), subsidiesDetail(r), indicatorsDetail(r), flow)
	if full {
		s, err := drillSection(ses, r)
		if err != nil {
			return nil, err
		}
		if s != nil {
			d.Sections = append(d.Sections, s)
		}
	}
	if s := assumptionsSection(ses); s != nil {
		d.Sections = append(d.Sections, s)
	}
	if s := findingsSection(ses); s != nil {
		d.Sections = append(d.Sections, s)
	}
	d.Sections = slices.DeleteFunc(d.Sections, func(s *report.Section) bool { return s.Table != nil && len(s.Table.Rows) == 0 })
	for _, s := range d.Sections {
		if s.Table != nil && s.Table.Footer == nil {
			if err := s.Table.AddTotal(total); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

func sum(c report.Column) report.Column { c.Sum = true; return c }

// fundsDetail is each fund from its budget to what it carries.
func fundsDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "funds", Columns: columns(report.Column{Key: "id", Title: text("编号", "Id"), Kind: report.KindCode}, name("fund", "基金", "Fund"), sum(fen("budget", "预算", "Budget")), sum(fen("carved", "切块", "Carved out")), sum(fen("reserve", "储备", "Reserve")),
		sum(fen("booked", "列账基金", "Booked")), sum(fen("charged", "应付", "Due")), sum(fen("balance", "结余(-超支)", "Surplus")), sum(fen("retained", "结余留用", "Retained")), sum(fen("shared", "超支分担", "Borne")))}
	taken := takenBack(len(r.Outcome.Funds), func(i int) [3]money.Fen {
		f := &r.Outcome.Funds[i]
		return [3]money.Fen{f.Withheld, f.Deducted, f.Forfeited}
	})
	t.Columns = append(append(t.Columns, taken.columns...), sum(fen("paid", "实付医疗机构", "Paid")), sum(fen("carried", "结转", "Carried")), sum(fen("fund_share", "基金补足", "Added by fund")))
	for i := range r.Outcome.Funds {
		f := &r.Outcome.Funds[i]
		zh, en := compare.SchemeTitle(f.Scheme)
		who := f.Alliance + f.Hospital
		row := []report.Cell{report.Word(f.ID), report.Words(spaced(f.TitleZh, zh, who), spaced(f.TitleEn, en, who)),
			report.Int(f.Budget), report.Int(f.CarvedOut), report.Int(f.Reserve), report.Int(f.Booked), report.Int(f.Charged), report.Int(f.Balance),
			report.Int(f.Retained), report.Int(f.Shared)}
		t.Rows = append(t.Rows, append(append(row, taken.cells(i)...), report.Int(f.Paid), report.Int(f.Carried), report.Int(f.FundShare)))
	}
	return &report.Section{ID: "funds", Title: text("基金", "Funds"), Table: t,
		Note: text("实付 + 结转 + 储备 + 切块 = 预算 + 基金补足", "paid + carried + reserve + carved out = budget + added by fund")}
}

// taken is what is taken back of what hospitals are due and retain, in the columns that have an amount somewhere.
type taken struct {
	columns []report.Column
	at      []int // by column: which of the amounts
	of      func(i int) [3]money.Fen
}

// takenBack makes the columns of a table of n rows of which row i has the amounts of(i): withheld for scores, deducted, forfeited.
func takenBack(n int, of func(i int) [3]money.Fen) *taken {
	t := &taken{of: of}
	for k, c := range []report.Column{fen("withheld", "考核扣减", "Withheld"), fen("deducted", "违规扣款", "Deducted"), fen("forfeited", "未返还保证金", "Forfeited")} {
		for i := range n {
			if of(i)[k] != 0 {
				t.columns, t.at = append(t.columns, sum(c)), append(t.at, k)
				break
			}
		}
	}
	return t
}

func (t *taken) cells(i int) []report.Cell {
	var cells []report.Cell
	for _, k := range t.at {
		cells = append(cells, report.Int(t.of(i)[k]))
	}
	return cells
}

// spaced puts a blank between the words that are not empty.
func spaced(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// poolsDetail is each pool's point value.
func poolsDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "pools", Columns: columns(name("pool", "点数池", "Pool"), count("claims", "例数", "Stays"), fen("gross", "总费用", "Gross"), fen("booked", "列账基金", "Booked"),
		report.Column{Key: "points", Title: text("总点数", "Points"), Kind: report.KindPoints}, fen("money", "可分配", "Money"),
		report.Column{Key: "value", Title: text("点值", "Point value"), Kind: report.KindFactor, Decimals: 6, InYuan: true}, fen("paid", "应付", "Paid"))}
	for i := range r.Outcome.Pools {
		p := &r.Outcome.Pools[i]
		zh, en := compare.SchemeTitle(p.Scheme)
		value := report.None()
		if v, err := money.MulDiv(int64(p.Applied.Fen), 10_000*int64(money.One), int64(p.Applied.Points), money.HalfUp); err == nil {
			value = report.Int(v)
		}
		t.Rows = append(t.Rows, []report.Cell{report.Words(spaced(p.TitleZh, zh), spaced(p.TitleEn, en)), report.Int(p.Claims), report.Int(p.Gross), report.Int(p.Booked),
			report.Int(p.Points), report.Int(p.Money), value, report.Int(p.Paid)})
	}
	return &report.Section{ID: "pools", Title: text("点数池与点值", "Pools and point values"), Table: t}
}

// hospitalsDetail is every hospital under every scheme.
func hospitalsDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "hospitals", Columns: columns(report.Column{Key: "hospital", Title: text("编号", "Hospital"), Kind: report.KindCode}, name("name", "名称", "Name"), name("tier", "等级", "Tier"), name("scheme", "险种", "Scheme"),
		sum(count("claims", "人次", "Claims")), sum(fen("gross", "总费用", "Gross")), sum(fen("booked", "列账基金", "Booked")), report.Column{Key: "points", Title: text("点数", "Points"), Kind: report.KindPoints},
		sum(fen("base", "按办法应付", "Due")), sum(fen("retained", "留用", "Retained")), sum(fen("shared", "分担", "Borne")))}
	taken := takenBack(len(r.Outcome.Hospitals), func(i int) [3]money.Fen {
		h := &r.Outcome.Hospitals[i]
		return [3]money.Fen{h.Withheld, h.Deducted, h.Forfeited}
	})
	t.Columns = append(append(t.Columns, taken.columns...), sum(fen("paid", "实付", "Paid")), sum(report.Column{Key: "balance", Title: text("盈亏", "Balance"), Kind: report.KindFenDelta}))
	for i := range r.Outcome.Hospitals {
		h := &r.Outcome.Hospitals[i]
		at := &r.Plan.Region.Hospitals[h.At]
		zh, en := compare.SchemeTitle(h.Scheme)
		row := []report.Cell{report.Word(h.Hospital), report.Word(at.Name), {Text: compare.TierTitle(at.Tier)}, report.Words(zh, en), report.Int(h.Claims), report.Int(h.Gross), report.Int(h.Booked), report.Int(h.Points),
			report.Int(h.Base), report.Int(h.Retained), report.Int(h.Shared)}
		t.Rows = append(t.Rows, append(append(row, taken.cells(i)...), report.Int(h.Paid), report.Int(h.Paid-h.Booked)))
	}
	return &report.Section{ID: "hospitals", Title: text("医疗机构", "Hospitals"), Table: t}
}

// monthsDetail is how the money came: advances, deposit, clearing.
func monthsDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "months", Columns: columns(report.Column{Key: "hospital", Title: text("编号", "Hospital"), Kind: report.KindCode}, name("scheme", "险种", "Scheme"), sum(fen("prepayment", "预付金", "Prepayment")))}
	for m := range settle.Months {
		t.Columns = append(t.Columns, sum(fen(fmt.Sprintf("month_%02d", m+1), fmt.Sprintf("%d月", m+1), fmt.Sprintf("Month %d", m+1))))
	}
	t.Columns = append(t.Columns, sum(fen("deposit", "保证金返还", "Deposit released")), sum(fen("clearing", "年终清算", "Clearing")), sum(fen("paid", "实付", "Paid")))
	for i := range r.Outcome.Hospitals {
		h := &r.Outcome.Hospitals[i]
		zh, en := compare.SchemeTitle(h.Scheme)
		row := []report.Cell{report.Word(h.Hospital), report.Words(zh, en), report.Int(h.Prepayment)}
		for _, m := range h.Months {
			row = append(row, report.Int(m))
		}
		t.Rows = append(t.Rows, append(row, report.Int(h.DepositReleased), report.Int(h.Clearing), report.Int(h.Paid)))
	}
	return &report.Section{ID: "months", Title: text("月度预付与年终清算", "Monthly advances and year-end clearing"), Table: t,
		Note: text("预付金 + 各月 + 保证金返还 + 清算 = 实付", "prepayment + months + deposit released + clearing = paid")}
}

// scopeLabels are the Chinese labels of the places of treatment, in the order of settle.ScopeNames.
var scopeLabels = [settle.NumScopes]string{"医共体内", "县内其他机构", "县外省内", "省外"}

// alliancesDetail is each alliance's envelope.
func alliancesDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "alliances", Columns: columns(name("alliance", "医共体", "Alliance"), name("scheme", "险种", "Scheme"), count("persons", "参保人数", "Persons"), sum(fen("budget", "总额", "Envelope")))}
	for p := range settle.NumScopes {
		t.Columns = append(t.Columns, sum(fen("charged_"+settle.ScopeNames[p], scopeLabels[p], strings.ReplaceAll(settle.ScopeNames[p], "_", " "))))
	}
	t.Columns = append(t.Columns, sum(fen("balance", "结余(-超支)", "Surplus")), sum(fen("retained", "留用", "Retained")), sum(fen("shared", "分担", "Borne")), sum(fen("inflow", "外来收入", "Inflow")))
	for i := range r.Outcome.Alliances {
		a := &r.Outcome.Alliances[i]
		f := &r.Outcome.Funds[a.Fund]
		zh, en := compare.SchemeTitle(a.Scheme)
		row := []report.Cell{report.Word(a.Alliance), report.Words(zh, en), report.Int(a.Persons), report.Int(f.Budget)}
		for p := range settle.NumScopes {
			row = append(row, report.Int(a.Charged[p]))
		}
		t.Rows = append(t.Rows, append(row, report.Int(f.Balance), report.Int(f.Retained), report.Int(f.Shared), report.Int(a.Inflow)))
	}
	return &report.Section{ID: "alliances", Title: text("医共体总额", "Alliances"), Table: t}
}

// classesDetail counts stays by class.
func classesDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "classes", Columns: columns(name("class", "病例类别", "Class"), sum(count("claims", "例数", "Stays")), sum(fen("gross", "总费用", "Gross")), sum(report.Column{Key: "points", Title: text("点数", "Points"), Kind: report.KindPoints}))}
	for i, c := range r.Plan.Classes {
		var of settle.ClassCell
		for s := range r.Plan.Region.Schemes {
			for h := range r.Plan.Region.Hospitals {
				cell := r.Partial.Tally.ClassOf(i, s, h)
				of.Claims += cell.Claims
				of.Gross += cell.Gross
				of.Points += cell.Points
			}
		}
		if of.Claims > 0 {
			t.Rows = append(t.Rows, []report.Cell{report.Words(c.TitleZh, c.TitleEn), report.Int(of.Claims), report.Int(of.Gross), report.Int(of.Points)})
		}
	}
	return &report.Section{ID: "classes", Title: text("病例类别", "Classes of stays"), Table: t}
}

// peopleDetail is what people pay, by scheme.
func peopleDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "people", Columns: columns(name("scheme", "险种", "Scheme"), sum(count("persons", "就医人数", "Persons")), sum(fen("gross", "总费用", "Gross")), sum(fen("paid", "个人负担", "They pay")))}
	for _, col := range []report.Column{fen("mean", "人均", "Average"), fen("p50", "中位数", "Median"), fen("p90", "P90", "P90"), fen("p99", "P99", "P99")} {
		col.InYuan = true
		t.Columns = append(t.Columns, col)
	}
	for i, scheme := range r.Plan.Region.Schemes {
		b := &r.Partial.People.Schemes[i]
		if b.Persons == 0 {
			continue
		}
		zh, en := compare.SchemeTitle(scheme)
		t.Rows = append(t.Rows, []report.Cell{report.Words(zh, en), report.Int(b.Persons), report.Int(b.Gross), report.Int(b.Paid), report.Int(b.Mean()),
			report.Int(b.Quantile(500_000)), report.Int(b.Quantile(900_000)), report.Int(b.Quantile(990_000))})
	}
	return &report.Section{ID: "people", Title: text("参保人负担", "What people pay"), Table: t}
}

// subsidiesDetail is the ledger of fiscal subsidies, apart from insurance money.
func subsidiesDetail(r *engine.Result) *report.Section {
	t := &report.Table{ID: "subsidies", Columns: columns(name("ledger", "补助", "Subsidy"), report.Column{Key: "hospital", Title: text("机构", "Hospital"), Kind: report.KindCode}, name("service", "项目", "Service"), name("arithmetic", "计算", "Arithmetic"), sum(fen("amount", "金额", "Amount")))}
	for _, s := range r.Outcome.Subsidies {
		t.Rows = append(t.Rows, []report.Cell{report.Words(s.TitleZh, s.TitleEn), report.Word(s.Hospital), report.Word(s.Service), report.Words(s.Zh, s.En), report.Int(s.Amount)})
	}
	return &report.Section{ID: "subsidies", Title: text("财政补助台账（不属医保基金）", "Fiscal subsidies (not insurance money)"), Table: t}
}
