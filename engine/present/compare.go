package present

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/settle"
)

// Compare is the report of a comparison. The short form, for a terminal, names the largest winners and losers; the full
// form lists every hospital and group under every scenario.
func Compare(ses *engine.Session, c *compare.Comparison, full bool) (*report.Document, error) {
	d := &report.Document{
		ID:       "compare",
		Title:    text(ses.Study.TitleZh, ses.Study.TitleEn),
		Subtitle: text("方案对比：各方案与基准之差", "Comparison: each scenario against the baseline"),
		Currency: currency(ses),
		Facts:    facts(ses),
	}
	flow, err := flowSection(ses, c.Results[0].Partial)
	if err != nil {
		return nil, err
	}
	groups, err := groupsSection(c, full)
	if err != nil {
		return nil, err
	}
	d.Sections = append(d.Sections, scenariosSection(c), fundSection(c), schemesSection(c), peopleSection(c), agesSection(c, full), burdenSection(c, full), tiersSection(c),
		movesSection(c, full), familiesSection(c, full), hospitalsSection(c, full), groups, indicatorsSection(c), flow)
	if full {
		fundCharts(c, d)
	}
	if s := assumptionsSection(ses); s != nil {
		d.Sections = append(d.Sections, s)
	}
	if s := findingsSection(ses); s != nil {
		d.Sections = append(d.Sections, s)
	}
	d.Sections = slices.DeleteFunc(d.Sections, func(s *report.Section) bool { return s.Table != nil && len(s.Table.Rows) == 0 })
	base := warningsOf(ses, c.Results[0])
	d.Warnings = append(d.Warnings, base...)
	for _, r := range c.Results[1:] {
		for _, w := range warningsOf(ses, r) {
			if !slices.Contains(base, w) {
				d.Warnings = append(d.Warnings, text(r.Plan.Scenario.TitleZh+"："+w.Zh, r.Plan.Scenario.TitleEn+": "+w.En))
			}
		}
	}
	return d, nil
}

// column shorthands.
func name(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: text(zh, en), Kind: report.KindText}
}
func fen(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: text(zh, en), Kind: report.KindFen}
}
func deltas(key string, adverse bool) []report.Column {
	return []report.Column{
		{Key: key + "_delta", Title: text("增减", "Change"), Kind: report.KindFenDelta, Adverse: adverse},
		{Key: key + "_percent", Title: text("增减%", "Change %"), Kind: report.KindRatioDelta, Adverse: adverse},
	}
}
func count(key, zh, en string) report.Column {
	return report.Column{Key: key, Title: text(zh, en), Kind: report.KindCount}
}

func columns(parts ...any) []report.Column {
	var out []report.Column
	for _, p := range parts {
		switch p := p.(type) {
		case report.Column:
			out = append(out, p)
		case []report.Column:
			out = append(out, p...)
		}
	}
	return out
}

// scenariosSection says what each scenario changes, and from which day where a change has one.
func scenariosSection(c *compare.Comparison) *report.Section {
	dated := slices.ContainsFunc(c.Results, func(r *engine.Result) bool {
		return slices.ContainsFunc(r.Plan.Scenario.Changes, func(ch policy.Change) bool { return ch.From != claims.NoDate })
	})
	t := &report.Table{ID: "scenarios", Columns: columns(name("scenario", "方案", "Scenario"),
		report.Column{Key: "name", Title: text("名称", "Name"), Kind: report.KindCode},
		report.Column{Key: "path", Title: text("参数", "Parameter"), Kind: report.KindCode},
		name("value", "取值", "Value"), report.Column{Key: "from", Title: text("起始日", "From"), Kind: report.KindDate, Hidden: !dated}, name("reason", "理由", "Reason"))}
	base := c.Results[0].Plan.Scenario.Policy
	for i, r := range c.Results {
		sc := &r.Plan.Scenario
		head := []report.Cell{{Text: scenarioTitle(r)}, report.Word(sc.Name)}
		changes := sc.Own
		if i == 0 {
			changes = sc.Changes
		}
		if i == 0 || sc.Policy != base || len(changes) == 0 {
			t.Rows = append(t.Rows, append(slices.Clone(head), report.Words("政策包", "policy"), report.Word(sc.Policy), report.None(), report.None()))
		}
		for _, ch := range changes {
			t.Rows = append(t.Rows, append(slices.Clone(head), report.Word(ch.Path), report.Cell{Text: changeValue(ch.Value)}, dateCell(ch.From), report.Cell{Text: text(ch.ReasonZh, ch.Reason)}))
		}
	}
	return &report.Section{ID: "scenarios", Title: text("方案", "Scenarios"), Table: t}
}

// changeValue prints the value of a change; of a table only how many rows it has.
func changeValue(v *policy.Value) report.Text {
	if n := len(v.Items); v.Shape == policy.List && n > 3 {
		return text(fmt.Sprintf("%d 行的表", n), fmt.Sprintf("table of %d rows", n))
	}
	return report.Same(v.String())
}

// fundSection is the headline: budget, what hospitals get, what the fund keeps, per scenario.
func fundSection(c *compare.Comparison) *report.Section {
	t := &report.Table{ID: "fund", Columns: columns(name("scenario", "方案", "Scenario"), fen("budget", "预算", "Budget"), fen("booked", "列账基金", "Booked"),
		fen("balance", "结余(-超支)", "Surplus"), fen("paid", "实付医疗机构", "Paid to hospitals"), deltas("paid", false),
		fen("carried", "基金结转", "Carried"), report.Column{Key: "carried_delta", Title: text("增减", "Change"), Kind: report.KindFenDelta},
		fen("fund_share", "基金补足", "Added by fund"))}
	for i, r := range c.Results {
		row := []report.Cell{{Text: scenarioTitle(r)}}
		for _, id := range []string{"fund.budget", "fund.booked", "fund.balance"} {
			row = append(row, figureCells(c, i, id)[0])
		}
		row = append(row, figureCells(c, i, "fund.paid")...)
		row = append(row, figureCells(c, i, "fund.carried")[:2]...)
		row = append(row, figureCells(c, i, "fund.fund_share")[0])
		t.Rows = append(t.Rows, row)
	}
	return &report.Section{ID: "fund", Title: text("基金", "The fund"), Table: t}
}

// schemesSection shows the same for each scheme, with the point values.
func schemesSection(c *compare.Comparison) *report.Section {
	t := &report.Table{ID: "schemes", Columns: columns(name("scheme", "险种", "Scheme"), name("scenario", "方案", "Scenario"),
		fen("budget", "预算", "Budget"), fen("booked", "列账基金", "Booked"), fen("balance", "结余(-超支)", "Surplus"), fen("retained", "结余留用", "Retained"), fen("shared", "超支分担", "Borne"),
		fen("paid", "实付医疗机构", "Paid to hospitals"), deltas("paid", false))}
	for _, scheme := range c.Results[0].Plan.Region.Schemes {
		prefix := "fund." + scheme + "."
		for i, r := range c.Results {
			if _, ok := c.Figures[i].Find(prefix + "paid"); !ok {
				continue
			}
			zh, en := compare.SchemeTitle(scheme)
			row := []report.Cell{report.Words(zh, en), {Text: scenarioTitle(r)}}
			for _, id := range []string{"budget", "booked", "balance", "retained", "shared"} {
				row = append(row, figureCells(c, i, prefix+id)[0])
			}
			t.Rows = append(t.Rows, append(row, figureCells(c, i, prefix+"paid")...))
		}
	}
	pools := &report.Table{ID: "pools", Columns: columns(report.Column{Key: "pool", Title: text("点数池", "Pool"), Kind: report.KindCode}, name("scenario", "方案", "Scenario"),
		report.Column{Key: "points", Title: text("总点数", "Points"), Kind: report.KindPoints},
		report.Column{Key: "value", Title: text("点值", "Point value"), Kind: report.KindFactor, InYuan: true},
		report.Column{Key: "value_percent", Title: text("增减%", "Change %"), Kind: report.KindRatioDelta})}
	for p := range c.Results[0].Outcome.Pools {
		pool := c.Results[0].Outcome.Pools[p].ID
		for i, r := range c.Results {
			at := slices.IndexFunc(r.Outcome.Pools, func(o settle.PoolResult) bool { return o.ID == pool })
			if at < 0 {
				continue
			}
			id := poolFigure(pool)
			base, alt, _ := c.Delta(i, id+".value")
			pools.Rows = append(pools.Rows, []report.Cell{report.Word(pool), {Text: scenarioTitle(r)},
				figureCells(c, i, id+".points")[0], report.Int(alt.Value), deltaCells(money.Fen(base.Value), money.Fen(alt.Value))[1]})
		}
	}
	s := &report.Section{ID: "schemes", Title: text("险种与点值", "Schemes and point values"), Table: t}
	if len(pools.Rows) > 0 {
		s.Children = []*report.Section{{ID: "pools", Title: text("点值", "Point values"), Table: pools}}
	}
	return s
}

// peopleSection shows what people pay, on average and in its spread, and how many gain or lose.
func peopleSection(c *compare.Comparison) *report.Section {
	small := func(key, zh, en string) report.Column {
		col := fen(key, zh, en)
		col.InYuan = true
		return col
	}
	t := &report.Table{ID: "people", Columns: columns(name("who", "人群", "Who"), name("scenario", "方案", "Scenario"), count("persons", "就医人数", "Persons"),
		fen("paid", "个人负担", "They pay"), deltas("paid", true), small("mean", "人均", "Average"), small("p50", "中位数", "Median"), small("p90", "P90", "P90"), small("p99", "P99", "P99"),
		count("less", "减轻人数", "Pay less"), count("more", "加重人数", "Pay more"))}
	people := func(prefix string, who report.Text, shift func(r *engine.Result) engine.Shift) {
		for i, r := range c.Results {
			if _, ok := c.Figures[i].Find(prefix + "paid"); !ok {
				continue
			}
			row := []report.Cell{{Text: who}, {Text: scenarioTitle(r)}, figureCells(c, i, prefix+"persons")[0]}
			row = append(row, figureCells(c, i, prefix+"paid")...)
			for _, id := range []string{"mean", "p50", "p90", "p99"} {
				row = append(row, figureCells(c, i, prefix+id)[0])
			}
			s := shift(r)
			t.Rows = append(t.Rows, append(row, report.Int(s.Less), report.Int(s.More)))
		}
	}
	people("people.", text("全体", "all"), func(r *engine.Result) engine.Shift {
		var sum engine.Shift
		for _, s := range r.Partial.People.Against {
			sum.Less += s.Less
			sum.More += s.More
		}
		return sum
	})
	for n, scheme := range c.Results[0].Plan.Region.Schemes {
		zh, en := compare.SchemeTitle(scheme)
		people("people."+scheme+".", text(zh, en), func(r *engine.Result) engine.Shift { return r.Partial.People.Against[n] })
	}
	return &report.Section{ID: "people", Title: text("参保人负担", "What people pay"), Table: t,
		Notes: []report.Text{text("分位数取自分布刻度，最多偏高 0.2%", "percentiles are read from a scale and are at most 0.2% too high")}}
}

// tiersSection shows each tier of hospitals.
func tiersSection(c *compare.Comparison) *report.Section {
	t := &report.Table{ID: "tiers", Columns: columns(name("tier", "机构等级", "Tier"), name("scenario", "方案", "Scenario"), count("claims", "人次", "Claims"),
		fen("booked", "列账基金", "Booked"), fen("paid", "实付", "Paid"), deltas("paid", false), fen("balance", "盈亏", "Balance"),
		report.Column{Key: "balance_rate", Title: text("盈亏率", "Balance %"), Kind: report.KindRatioDelta})}
	for tier := range region.NumTiers {
		prefix := "tier." + tier.String() + "."
		for i, r := range c.Results {
			if _, ok := c.Figures[i].Find(prefix + "paid"); !ok {
				continue
			}
			row := []report.Cell{{Text: compare.TierTitle(tier)}, {Text: scenarioTitle(r)}, figureCells(c, i, prefix+"claims")[0], figureCells(c, i, prefix+"booked")[0]}
			row = append(row, figureCells(c, i, prefix+"paid")...)
			t.Rows = append(t.Rows, append(row, figureCells(c, i, prefix+"balance")[0], figureCells(c, i, prefix+"balance_rate")[0]))
		}
	}
	return &report.Section{ID: "tiers", Title: text("机构等级", "Tiers of hospitals"), Table: t}
}

// movesSection counts winners and losers, and hospitals that cross from surplus to loss.
func movesSection(c *compare.Comparison, full bool) *report.Section {
	t := &report.Table{ID: "winners", Columns: columns(name("scenario", "方案", "Scenario"), count("winners", "受益机构", "Winners"), count("losers", "受损机构", "Losers"), count("same", "不变", "Unchanged"),
		fen("gain", "受益合计", "Gained"), fen("loss", "受损合计", "Lost"), count("to_loss", "盈转亏", "Surplus to loss"), count("to_surplus", "亏转盈", "Loss to surplus"))}
	for i := 1; i < len(c.Results); i++ {
		changes := c.Changes(i, "hospital")
		winners, losers, same := compare.Count(changes)
		var gain, loss money.Fen
		for k := range changes {
			gain += max(changes[k].Diff(), 0)
			loss += min(changes[k].Diff(), 0)
		}
		m := compare.Matrix(changes)
		t.Rows = append(t.Rows, []report.Cell{{Text: scenarioTitle(c.Results[i])}, report.Int(winners), report.Int(losers), report.Int(same),
			report.Int(gain), report.Int(loss), report.Int(m[0][2]), report.Int(m[2][0])})
	}
	s := &report.Section{ID: "winners", Title: text("受益与受损机构", "Winners and losers"), Table: t}
	if full {
		for i := 1; i < len(c.Results); i++ {
			s.Children = append(s.Children, winnersChart(c, i)...)
		}
		s.Children = append(s.Children, transitions(c))
	}
	return s
}

// hospitalsSection lists hospitals under each scenario: all of them in the full form, else the five that gain and the five
// that lose most.
func hospitalsSection(c *compare.Comparison, full bool) *report.Section {
	t := &report.Table{ID: "hospitals", Columns: columns(name("scenario", "方案", "Scenario"), report.Column{Key: "hospital", Title: text("编号", "Hospital"), Kind: report.KindCode}, name("name", "名称", "Name"),
		name("tier", "等级", "Tier"), name("county", "县区", "County"), fen("booked", "列账基金", "Booked"), fen("base", "基准实付", "Baseline paid"), fen("paid", "实付", "Paid"), deltas("paid", false), fen("balance", "盈亏", "Balance"),
		report.Column{Key: "balance_rate", Title: text("盈亏率", "Balance %"), Kind: report.KindRatioDelta})}
	reg := c.Results[0].Plan.Region
	s := &report.Section{ID: "hospitals", Title: text("医疗机构", "Hospitals"), Table: t}
	first := 1
	if full {
		first = 0
	} else {
		s.Note = text("每个方案受益最多和受损最多的各五家；全部机构见 --out 或 --full", "the five hospitals that gain most and the five that lose most; --out or --full has all")
	}
	for i := first; i < len(c.Results); i++ {
		changes := c.Changes(i, "hospital")
		if !full {
			winners, losers := compare.Extremes(changes, 5)
			slices.Reverse(losers)
			changes = append(winners, losers...)
		}
		for k := range changes {
			ch := &changes[k]
			at, _ := reg.Hospital(ch.ID[len("hospital."):])
			h := &reg.Hospitals[at]
			row := []report.Cell{{Text: scenarioTitle(c.Results[i])}, report.Word(h.ID), report.Word(h.Name), {Text: compare.TierTitle(h.Tier)}, report.Word(h.County),
				figureCells(c, i, ch.ID+".booked")[0], report.Int(ch.Base), report.Int(ch.Alt)}
			row = append(row, deltaCells(ch.Base, ch.Alt)...)
			t.Rows = append(t.Rows, append(row, report.Int(ch.AltBalance), figureCells(c, i, ch.ID+".balance_rate")[0]))
		}
	}
	return s
}

// groupsSection lists DRG groups under each scenario by what their points are worth.
func groupsSection(c *compare.Comparison, full bool) (*report.Section, error) {
	t := &report.Table{ID: "groups", Columns: columns(name("scenario", "方案", "Scenario"), report.Column{Key: "group", Title: text("病组", "Group"), Kind: report.KindCode},
		count("claims", "例数", "Stays"), fen("gross", "医疗总费用", "Gross"), report.Column{Key: "points", Title: text("点数", "Points"), Kind: report.KindPoints},
		fen("base", "基准折合", "Baseline value"), fen("value", "点数折合金额", "Value of points"), deltas("value", false))}
	base, err := compare.Groups(c.Results[0])
	if err != nil {
		return nil, err
	}
	before := make(map[string]money.Fen)
	for _, g := range base {
		before[g.Code] = g.Value
	}
	for i := 1; i < len(c.Results); i++ {
		groups, err := compare.Groups(c.Results[i])
		if err != nil {
			return nil, err
		}
		if !full {
			slices.SortStableFunc(groups, func(a, b compare.GroupSum) int {
				return cmp.Compare(abs(b.Value-before[b.Code]), abs(a.Value-before[a.Code]))
			})
			groups = slices.DeleteFunc(groups[:min(len(groups), 6)], func(g compare.GroupSum) bool { return g.Value == before[g.Code] })
		}
		for _, g := range groups {
			code := report.Word(g.Code)
			if g.Code == "" {
				code = report.Words("未入组", "ungrouped")
			}
			t.Rows = append(t.Rows, append([]report.Cell{{Text: scenarioTitle(c.Results[i])}, code, report.Int(g.Claims), report.Int(g.Gross), report.Int(g.Points),
				report.Int(before[g.Code]), report.Int(g.Value)}, deltaCells(before[g.Code], g.Value)...))
		}
	}
	s := &report.Section{ID: "groups", Title: text("病组", "DRG groups"), Table: t}
	if !full {
		s.Note = text("每个方案变化最大的六个病组", "the six groups that change most")
	}
	return s, nil
}

// indicatorsSection shows the indicators of all scenarios side by side.
func indicatorsSection(c *compare.Comparison) *report.Section {
	t := &report.Table{ID: "indicators", Columns: columns(name("indicator", "指标", "Indicator"))}
	for i, r := range c.Results {
		t.Columns = append(t.Columns, report.Column{Key: fmt.Sprintf("scenario_%d", i), Title: scenarioTitle(r), Kind: report.KindRatio})
	}
	for _, f := range c.Figures[0].Prefix("indicator.") {
		row := []report.Cell{{Text: f.Title}}
		for i := range c.Results {
			cell := figureCells(c, i, f.ID)[0]
			row = append(row, cell.As(f.Kind))
		}
		t.Rows = append(t.Rows, row)
	}
	return &report.Section{ID: "indicators", Title: text("指标", "Indicators"), Table: t}
}
