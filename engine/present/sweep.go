package present

import (
	"fmt"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
)

// Sweep is the report of figures over the values of one parameter of a scenario, or of two: points run over the first parameter's values
// within each of the second's.
func Sweep(ses *engine.Session, in *engine.Scenario, unknowns []*compare.Unknown, points []*compare.Point, ids []string) (*report.Document, error) {
	d := searchDocument(ses, "sweep", text("参数扫描", "A sweep of parameters"))
	d.Facts = append(d.Facts, scenarioFact(in))
	t := &report.Table{ID: "sweep"}
	for i, u := range unknowns {
		col := xColumn(u)
		col.Key = fmt.Sprintf("value_%d", i+1)
		t.Columns = append(t.Columns, col)
		d.Facts = append(d.Facts, report.Fact{Name: text("参数", "Parameter"), Value: report.Same(u.Path + ": " + u.Text(u.Lo) + " .. " + u.Text(u.Hi))})
	}
	values := make([][]int64, len(ids))
	var figures []compare.Figure
	for k, id := range ids {
		f, err := points[0].Value(id)
		if err != nil {
			return nil, err
		}
		figures = append(figures, f)
		t.Columns = append(t.Columns, report.Column{Key: fmt.Sprintf("figure_%d", k+1), Title: f.Title, Kind: f.Kind})
	}
	for _, p := range points {
		row := make([]report.Cell, 0, len(t.Columns))
		for _, v := range p.Values {
			row = append(row, report.Int(v))
		}
		for k, id := range ids {
			f, err := p.Value(id)
			if err != nil {
				return nil, err
			}
			values[k] = append(values[k], f.Value)
			row = append(row, report.Int(f.Value))
		}
		t.Rows = append(t.Rows, row)
	}
	main := &report.Section{ID: "sweep", Title: text("结果", "Results"), Table: t}
	d.Sections = append(d.Sections, main)
	for k, f := range figures {
		chart := lines(unknowns[0], points, f, values[k])
		if len(unknowns) == 2 {
			chart = heat(unknowns, points, f, values[k])
		}
		chart.ID = fmt.Sprintf("chart-%d", k+1)
		if k == 0 {
			main.Chart = chart
			continue
		}
		d.Sections = append(d.Sections, &report.Section{ID: chart.ID, Title: f.Title, Chart: chart})
	}
	return d, nil
}

func lines(u *compare.Unknown, points []*compare.Point, f compare.Figure, values []int64) *report.Chart {
	c := &report.Chart{Title: f.Title, Kind: report.Lines, Value: f.Kind, XKind: u.ValueKind(), XTitle: report.Same(u.Path), Series: []report.Series{{Name: f.Title, Values: values}}}
	for _, p := range points {
		c.X = append(c.X, p.Values[0])
	}
	return c
}

func heat(unknowns []*compare.Unknown, points []*compare.Point, f compare.Figure, values []int64) *report.Chart {
	c := &report.Chart{Title: f.Title, Kind: report.Heat, Value: f.Kind, XTitle: report.Same(unknowns[0].Path), YTitle: report.Same(unknowns[1].Path)}
	for i, p := range points {
		if len(c.Series) == 0 || p.Values[1] != points[i-1].Values[1] {
			c.Series = append(c.Series, report.Series{Name: report.Same(unknowns[1].Text(p.Values[1]))})
		}
		if len(c.Series) == 1 {
			c.Labels = append(c.Labels, report.Same(unknowns[0].Text(p.Values[0])))
		}
		s := &c.Series[len(c.Series)-1]
		s.Values = append(s.Values, values[i])
	}
	return c
}

// Cliffs is the report of where one more fen or one more day flips a payment: at most so many rows of each kind.
func Cliffs(ses *engine.Session, r *engine.Result, hospital int, stays, persons []compare.Cliff, most int) *report.Document {
	h := &ses.Region.Hospitals[hospital]
	d := searchDocument(ses, "cliffs", text("悬崖点："+r.Plan.Scenario.TitleZh, "Where one more fen or one more day flips a payment: "+r.Plan.Scenario.TitleEn))
	d.Facts = append(d.Facts, scenarioFact(&r.Plan.Scenario), report.Fact{Name: text("医疗机构", "Hospital"), Value: report.Same(h.ID + " " + h.Name)})
	titles := make(map[string]report.Text)
	for _, c := range r.Plan.Classes {
		titles[c.ID] = text(c.TitleZh, c.TitleEn)
	}
	for _, kind := range []struct {
		id, zh, en string
		at         report.Column
	}{
		{"cost", "费用再多一分，支付即变", "One more fen of cost", report.Column{Key: "at", Title: text("费用", "Cost"), Kind: report.KindFen, InYuan: true}},
		{"days", "再住一天，支付即变", "One more day", report.Column{Key: "at", Title: text("住院天数", "Days"), Kind: report.KindCount}},
	} {
		t := &report.Table{ID: kind.id, Columns: columns(report.Column{Key: "group", Title: text("病组", "Group"), Kind: report.KindCode}, name("scheme", "险种", "Scheme"), count("stays", "例数", "Stays"),
			kind.at, name("from", "此前类别", "Class"), name("to", "此后类别", "Then"), small("before", "此前支付", "Paid"), small("after", "此后支付", "Then paid"), smallDelta("jump", "跳变", "Jump", false))}
		for _, c := range stays {
			if c.Kind != kind.id || len(t.Rows) == most {
				continue
			}
			zh, en := compare.SchemeTitle(c.Scheme)
			t.Rows = append(t.Rows, []report.Cell{report.Word(c.Group), report.Words(zh, en), report.Int(c.Stays), report.Int(c.At), {Text: titles[c.From]}, {Text: titles[c.To]},
				report.Int(c.Before), report.Int(c.After), report.Int(c.Jump())})
		}
		if len(t.Rows) > 0 {
			d.Sections = append(d.Sections, &report.Section{ID: kind.id, Title: text(kind.zh, kind.en), Table: t,
				Note: text("所列为跳变之前最后一个取值；病组平均费用、平均天数为准", "the last value before the jump; lengths at the group's average cost, costs at its average length")})
		}
	}
	t := &report.Table{ID: "person", Columns: columns(name("tier", "机构等级", "Tier"), name("scheme", "险种", "Scheme"), small("at", "费用", "Cost"),
		small("before", "个人负担", "Person pays"), small("after", "多一分后", "Then pays"), smallDelta("jump", "跳变", "Jump", true))}
	for _, c := range persons[:min(len(persons), most)] {
		zh, en := compare.SchemeTitle(c.Scheme)
		t.Rows = append(t.Rows, []report.Cell{{Text: compare.TierTitle(c.Tier)}, report.Words(zh, en), report.Int(c.At), report.Int(c.Before), report.Int(c.After), report.Int(c.Jump())})
	}
	if len(t.Rows) > 0 {
		d.Sections = append(d.Sections, &report.Section{ID: "person", Title: text("费用再多一分，个人负担即变", "One more fen of cost, for the person"), Table: t})
	}
	if len(d.Sections) == 0 {
		d.Sections = append(d.Sections, &report.Section{ID: "none", Title: text("结果", "Results"), Note: text("未发现悬崖点", "no cliff was found")})
	}
	return d
}

// small is an amount that stays in yuan whatever the unit of the report.
func small(key, zh, en string) report.Column {
	col := fen(key, zh, en)
	col.InYuan = true
	return col
}

func smallDelta(key, zh, en string, adverse bool) report.Column {
	return report.Column{Key: key, Title: text(zh, en), Kind: report.KindFenDelta, InYuan: true, Adverse: adverse}
}
