package present

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
)

// Solve is the report of a search for the value of a parameter in a scenario.
func Solve(ses *engine.Session, in *engine.Scenario, s *compare.Solution) *report.Document {
	u := s.Unknown
	d := searchDocument(ses, "solve", text("求解："+u.Path, "Solved for: "+u.Path))
	d.Facts = append(d.Facts, scenarioFact(in),
		report.Fact{Name: text("参数", "Parameter"), Value: report.Same(u.Path)},
		report.Fact{Name: text("范围", "Range"), Value: report.Same(u.Text(u.Lo) + " .. " + u.Text(u.Hi))},
		report.Fact{Name: text("最小单位", "Unit"), Value: report.Same(u.Text(u.Unit))},
		report.Fact{Name: text("条件", "Condition"), Value: report.Same(s.Condition.Text)},
		report.Fact{Name: text("试算方案数", "Scenarios worked out"), Value: report.Same(fmt.Sprint(s.Runs))})
	residual := compare.DeltaKind(s.Figure.Kind)
	t := &report.Table{ID: "answer", Columns: columns(name("what", "项目", "What"), xColumn(u),
		report.Column{Key: "figure", Title: s.Figure.Title, Kind: s.Figure.Kind},
		report.Column{Key: "residual", Title: text("与目标之差", "Residual"), Kind: residual},
		name("holds", "条件", "Condition"))}
	row := func(zh, en string, p compare.Sample) {
		holds := report.Words("不成立", "does not hold")
		if s.Condition.Meets(p.Y) {
			holds = report.Words("成立", "holds")
		}
		t.Rows = append(t.Rows, []report.Cell{report.Words(zh, en), report.Int(p.X), report.Int(p.Y), report.Int(p.Y - s.Condition.Value), holds})
	}
	section := &report.Section{ID: "answer", Title: text("结果", "Answer"), Table: t}
	if s.Found {
		if s.Below != nil {
			row("低一个单位", "one unit below", *s.Below)
		}
		row("解", "the value", compare.Sample{X: s.Value, Y: s.Residual + s.Condition.Value})
		if s.Above != nil {
			row("高一个单位", "one unit above", *s.Above)
		}
		if !s.Exact {
			section.Note = text("没有任何取值恰好满足条件：指标越过目标值，所列为最接近的取值", "no value meets the condition exactly: the figure passes the target between two units, and this is the nearer")
		}
	} else {
		row("最低", "the lowest", s.Min)
		row("最高", "the highest", s.Max)
		section.Note = text("范围内没有满足条件的取值；所列为指标在范围内的高低", "no value of the range meets the condition; these are the figure's extremes in the range")
	}
	d.Sections = append(d.Sections, section, samplesSection(s))
	if !s.Monotone {
		d.Warnings = append(d.Warnings, text("指标随参数并非单调变化：范围内可能还有其他解", "the figure does not only rise or only fall with the parameter: there may be other answers in the range"))
	}
	if s.Crossings > 1 {
		d.Warnings = append(d.Warnings, text(fmt.Sprintf("条件在范围内变化了 %d 次；所列为最先一次", s.Crossings), fmt.Sprintf("the condition changes %d times over the range; this is the first", s.Crossings)))
	}
	return d
}

// searchDocument begins the report of a search.
func searchDocument(ses *engine.Session, id string, subtitle report.Text) *report.Document {
	return &report.Document{ID: id, Title: text(ses.Study.TitleZh, ses.Study.TitleEn), Subtitle: subtitle, Currency: currency(ses), Facts: facts(ses)}
}

// xColumn is the column of a parameter's values.
func xColumn(u *compare.Unknown) report.Column {
	col := report.Column{Key: "value", Title: report.Same(u.Path), Kind: u.ValueKind(), Decimals: 6}
	if col.Kind == report.KindRatio {
		col.Decimals = 4
	}
	return col
}

// samplesSection lists and draws what the search saw.
func samplesSection(s *compare.Solution) *report.Section {
	t := &report.Table{ID: "samples", Columns: columns(xColumn(s.Unknown), report.Column{Key: "figure", Title: s.Figure.Title, Kind: s.Figure.Kind})}
	chart := &report.Chart{ID: "samples", Title: s.Figure.Title, Kind: report.Lines, Value: s.Figure.Kind, XKind: s.Unknown.ValueKind(), XTitle: report.Same(s.Unknown.Path), Series: []report.Series{{Name: s.Figure.Title}}}
	for _, p := range s.Samples {
		t.Rows = append(t.Rows, []report.Cell{report.Int(p.X), report.Int(p.Y)})
		chart.X = append(chart.X, p.X)
		chart.Series[0].Values = append(chart.Series[0].Values, p.Y)
	}
	return &report.Section{ID: "samples", Title: text("试算过程", "What was tried"), Table: t, Chart: chart}
}

// Optimum is the report of a search over several parameters of a scenario.
func Optimum(ses *engine.Session, in *engine.Scenario, o *compare.Optimum) (*report.Document, error) {
	aim := text("使"+o.Figure.Title.Zh+"最小", "the least "+o.Figure.Title.In(report.En))
	if o.Goal.Maximize {
		aim = text("使"+o.Figure.Title.Zh+"最大", "the greatest "+o.Figure.Title.In(report.En))
	}
	d := searchDocument(ses, "solve", aim)
	d.Facts = append(d.Facts, scenarioFact(in), report.Fact{Name: text("试算方案数", "Scenarios worked out"), Value: report.Same(fmt.Sprint(o.Runs))})
	best, err := o.Best.Value(o.Figure.ID)
	if err != nil {
		return nil, err
	}
	t := &report.Table{ID: "answer", Columns: columns(report.Column{Key: "parameter", Title: text("参数", "Parameter"), Kind: report.KindCode},
		report.Column{Key: "lowest", Title: text("下限", "From"), Kind: report.KindFactor, Decimals: 6}, report.Column{Key: "highest", Title: text("上限", "To"), Kind: report.KindFactor, Decimals: 6},
		report.Column{Key: "value", Title: text("取值", "Value"), Kind: report.KindFactor, Decimals: 6},
		report.Column{Key: "figure", Title: o.Figure.Title, Kind: o.Figure.Kind},
		report.Column{Key: "below", Title: text("低一个单位时之差", "Change one unit below"), Kind: compare.DeltaKind(o.Figure.Kind)},
		report.Column{Key: "above", Title: text("高一个单位时之差", "Change one unit above"), Kind: compare.DeltaKind(o.Figure.Kind)})}
	if !slices.ContainsFunc(o.Unknowns, func(u *compare.Unknown) bool { return u.ValueKind() != report.KindRatio }) {
		for i := 1; i <= 3; i++ {
			t.Columns[i].Kind, t.Columns[i].Decimals = report.KindRatio, 4
		}
	}
	for i, u := range o.Unknowns {
		row := []report.Cell{report.Word(u.Path), report.Int(u.Lo).As(u.ValueKind()), report.Int(u.Hi).As(u.ValueKind()), report.Int(o.Best.Values[i]).As(u.ValueKind()), report.Int(best.Value)}
		for _, p := range o.Near[2*i : 2*i+2] {
			if p == nil {
				row = append(row, report.None())
				continue
			}
			f, err := p.Value(o.Figure.ID)
			if err != nil {
				return nil, err
			}
			row = append(row, report.Int(f.Value-best.Value))
		}
		t.Rows = append(t.Rows, row)
	}
	d.Sections = append(d.Sections, &report.Section{ID: "answer", Title: text("结果", "Answer"), Table: t,
		Note: text("所列为搜索所得最优点，已按整数单位精确复算；未证明范围内别处没有更优者", "the best point that the search found, worked out exactly at whole units; that none is better elsewhere in the ranges is not proven")})
	if len(o.Goal.Subject) > 0 {
		c := &report.Table{ID: "conditions", Columns: columns(report.Column{Key: "condition", Title: text("条件", "Condition"), Kind: report.KindCode}, name("holds", "结果", "Result"), name("detail", "详情", "Detail"))}
		for _, cond := range o.Goal.Subject {
			holds, offenders := cond.Holds(o.Best.Cmp, 1)
			cell, detail := report.Words("成立", "holds"), report.None()
			if !holds {
				cell, detail = report.Words("不成立", "does not hold"), report.Word(compare.DescribeOffenders(offenders))
			}
			c.Rows = append(c.Rows, []report.Cell{report.Word(cond.Text), cell, detail})
		}
		d.Sections = append(d.Sections, &report.Section{ID: "conditions", Title: text("约束条件", "Conditions"), Table: c})
	}
	return d, nil
}
