package present

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
)

// fundCharts draws the headline of a comparison: what each scenario pays to hospitals against the baseline.
func fundCharts(c *compare.Comparison, d *report.Document) {
	if len(c.Results) < 2 {
		return
	}
	chart := &report.Chart{ID: "fund-paid", Title: text("实付医疗机构较基准的增减", "Paid to hospitals against the baseline"), Kind: report.Bars, Value: report.KindFenDelta,
		Series: []report.Series{{Name: text("增减", "Change")}}}
	for i := 1; i < len(c.Results); i++ {
		base, alt, both := c.Delta(i, "fund.paid")
		if both {
			chart.Labels = append(chart.Labels, scenarioTitle(c.Results[i]))
			chart.Series[0].Values = append(chart.Series[0].Values, alt.Value-base.Value)
		}
	}
	at := slices.IndexFunc(d.Sections, func(s *report.Section) bool { return s.ID == "fund" })
	if at >= 0 && len(chart.Labels) > 0 {
		d.Sections[at].Chart = chart
	}
}

// shownBars is how many winners and how many losers a chart shows.
const shownBars = 10

// winnersChart draws the hospitals that gain and lose most under a scenario; nothing where none does.
func winnersChart(c *compare.Comparison, i int) []*report.Section {
	winners, losers := compare.Extremes(c.Changes(i, "hospital"), shownBars)
	slices.Reverse(losers)
	list := append(winners, losers...)
	if len(list) == 0 {
		return nil
	}
	title := scenarioTitle(c.Results[i])
	chart := &report.Chart{ID: fmt.Sprintf("winners-%d", i), Title: text("受益与受损最多的机构："+title.Zh, "Hospitals that gain and lose most: "+title.En), Kind: report.Bars, Value: report.KindFenDelta,
		Series: []report.Series{{Name: text("增减", "Change")}}}
	reg := c.Results[0].Plan.Region
	for k := range list {
		id := list[k].ID[len("hospital."):]
		label := id
		if at, ok := reg.Hospital(id); ok && reg.Hospitals[at].Name != "" {
			label = reg.Hospitals[at].Name
		}
		chart.Labels = append(chart.Labels, report.Same(label))
		chart.Series[0].Values = append(chart.Series[0].Values, int64(list[k].Diff()))
	}
	return []*report.Section{{ID: chart.ID, Title: title, Chart: chart}}
}

// transitions counts hospitals by their balance before and after each scenario.
func transitions(c *compare.Comparison) *report.Section {
	words := []report.Text{text("盈余", "surplus"), text("持平", "even"), text("亏损", "loss")}
	t := &report.Table{ID: "transitions", Columns: columns(name("scenario", "方案", "Scenario"), name("before", "基准", "Baseline"),
		count("surplus", "盈余", "Surplus"), count("even", "持平", "Even"), count("loss", "亏损", "Loss"))}
	for i := 1; i < len(c.Results); i++ {
		m := compare.Matrix(c.Changes(i, "hospital"))
		for k, w := range words {
			t.Rows = append(t.Rows, []report.Cell{{Text: scenarioTitle(c.Results[i])}, {Text: w}, report.Int(m[k][0]), report.Int(m[k][1]), report.Int(m[k][2])})
		}
	}
	return &report.Section{ID: "transitions", Title: text("盈亏转移矩阵（机构数）", "From surplus to loss: hospitals by balance before and after"), Table: t}
}

// families are the groups of hospitals among which winners and losers are counted.
var families = []struct {
	id string
	in report.Text
}{{"county", text("县区", "county")}, {"alliance", text("医共体", "alliance")}}

// familiesSection shows each county and alliance under each scenario, in the full form.
func familiesSection(c *compare.Comparison, full bool) *report.Section {
	t := &report.Table{ID: "areas", Columns: columns(name("kind", "口径", "By"), name("area", "名称", "Name"), name("scenario", "方案", "Scenario"),
		fen("booked", "列账基金", "Booked"), fen("base", "基准实付", "Baseline paid"), fen("paid", "实付", "Paid"), deltas("paid", false), fen("balance", "盈亏", "Balance"),
		report.Column{Key: "balance_rate", Title: text("盈亏率", "Balance %"), Kind: report.KindRatioDelta})}
	s := &report.Section{ID: "areas", Title: text("县区与医共体", "Counties and alliances"), Table: t}
	if !full {
		return s
	}
	for _, f := range families {
		for i := 1; i < len(c.Results); i++ {
			for _, ch := range c.Changes(i, f.id) {
				who := ch.ID[len(f.id)+1:]
				if who == "" {
					continue
				}
				row := []report.Cell{{Text: f.in}, report.Word(who), {Text: scenarioTitle(c.Results[i])}, figureCells(c, i, ch.ID+".booked")[0], report.Int(ch.Base), report.Int(ch.Alt)}
				row = append(row, deltaCells(ch.Base, ch.Alt)...)
				t.Rows = append(t.Rows, append(row, report.Int(ch.AltBalance), figureCells(c, i, ch.ID+".balance_rate")[0]))
			}
		}
	}
	return s
}

// lorenzSteps is the resolution of the drawn distribution of burdens.
const lorenzSteps = 50

// burdenSection shows how unevenly people pay: heavy burdens by amount, the Gini coefficient, and the Lorenz curve.
func burdenSection(c *compare.Comparison, full bool) *report.Section {
	t := &report.Table{ID: "burden", Columns: columns(name("scenario", "方案", "Scenario"), report.Column{Key: "gini", Title: text("基尼系数", "Gini"), Kind: report.KindFactor})}
	for _, yuan := range engine.CatastrophicYuan {
		t.Columns = append(t.Columns, count(fmt.Sprintf("above_%d", yuan), fmt.Sprintf("≥%d元人数", yuan), fmt.Sprintf("Pay %d+", yuan)),
			report.Column{Key: fmt.Sprintf("above_%d_share", yuan), Title: text("占比", "Share"), Kind: report.KindRatio, Decimals: 3})
	}
	chart := &report.Chart{ID: "burden", Title: text("个人负担的分布（洛伦兹曲线）", "How what people pay is spread (Lorenz curve)"), Kind: report.Lorenz, Value: report.KindRatio, XKind: report.KindRatio, XTitle: text("参保人累计占比（按负担由低到高）", "share of people, from those who pay least")}
	for k := range lorenzSteps + 1 {
		chart.X = append(chart.X, int64(k)*int64(money.One)/lorenzSteps)
	}
	for i, r := range c.Results {
		row := []report.Cell{{Text: scenarioTitle(r)}, figureCells(c, i, "burden.gini")[0]}
		for _, yuan := range engine.CatastrophicYuan {
			id := fmt.Sprintf("burden.above_%d", yuan)
			row = append(row, figureCells(c, i, id)[0], figureCells(c, i, id+"_share")[0])
		}
		t.Rows = append(t.Rows, row)
		all := r.Partial.People.All()
		values := make([]int64, 0, lorenzSteps+1)
		for _, v := range all.Lorenz(lorenzSteps) {
			values = append(values, int64(v))
		}
		// Scenarios that do not touch what people pay would draw one line over another.
		if !drawn(chart, values) {
			chart.Series = append(chart.Series, report.Series{Name: scenarioTitle(r), Values: values})
		}
	}
	s := &report.Section{ID: "burden", Title: text("负担的分布与重负担人群", "How burdens are spread"), Table: t,
		Notes: []report.Text{text("按参保人年度个人负担计；结算数据不含收入，故以金额划线；基尼系数取自分档分布", "by what a person pays in the year; incomes are not known to claims, so that the lines are amounts; the Gini coefficient is read from a scale of steps")}}
	if full {
		s.Chart = chart
	}
	return s
}

func drawn(c *report.Chart, values []int64) bool {
	return slices.ContainsFunc(c.Series, func(s report.Series) bool { return slices.Equal(s.Values, values) })
}
