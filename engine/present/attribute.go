package present

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
)

// Attribution is the section that shares out an alternative's differences among its changes: a waterfall, the shares of
// each headline, the same for each hospital, and the steps in the order given.
func Attribution(a *compare.Attribution, n int) *report.Section {
	id := func(s string) string { return fmt.Sprintf("attribution-%s-%d", s, n) }
	head := []report.Column{name("figure", "指标", "Figure"), {Key: "id", Title: text("代号", "Name"), Kind: report.KindCode, Hidden: true},
		{Key: "base", Title: text("基准", "Baseline"), Kind: report.KindFen}, {Key: "delta", Title: text("增减", "Change"), Kind: report.KindFenDelta}}
	shares := &report.Table{ID: id("shares"), Columns: append([]report.Column(nil), head...)}
	steps := &report.Table{ID: id("steps"), Columns: append([]report.Column(nil), head...)}
	hospitals := &report.Table{ID: id("hospitals"), Columns: append([]report.Column(nil), head...)}
	for i, u := range a.Units {
		title := text(u.TitleZh, u.TitleEn)
		for _, t := range []*report.Table{shares, steps, hospitals} {
			t.Columns = append(t.Columns, report.Column{Key: fmt.Sprintf("unit_%d", i+1), Title: title, Kind: report.KindFenDelta})
			if a.Sampled > 0 && t != steps {
				t.Columns = append(t.Columns, report.Column{Key: fmt.Sprintf("unit_%d_error", i+1), Title: text("标准误", "Std. error"), Kind: report.KindFen})
			}
		}
	}
	section := text("归因："+a.Scenario.TitleZh, "What each change contributes: "+a.Scenario.TitleEn)
	if a.Tied() && len(a.Units) == 1 {
		return &report.Section{ID: id("section"), Title: section,
			Note: text(fmt.Sprintf("%d 项变动缺一不可（只实施其中一部分，规则不成立），无法分摊：%s", a.Changes, a.Units[0].TitleZh),
				fmt.Sprintf("the %d changes cannot stand without each other (the rules do not compile with a part of them), so nothing can be shared out: %s", a.Changes, a.Units[0].TitleEn))}
	}
	var paid *compare.Attributed
	for f := range a.Figures {
		x := &a.Figures[f]
		if x.Figure.ID == "fund.paid" {
			paid = x
		}
		if x.Delta() == 0 && allZero(x.Shares) {
			continue
		}
		table := shares
		if strings.HasPrefix(x.Figure.ID, "hospital.") {
			table = hospitals
		}
		table.Rows = append(table.Rows, attributedRow(x, x.Shares, x.Errors))
		if table == shares {
			steps.Rows = append(steps.Rows, attributedRow(x, x.Steps, nil))
		}
	}
	s := &report.Section{ID: id("section"), Title: section, Table: shares}
	s.Note, s.Notes = attributionNotes(a)
	if paid != nil && len(a.Units) > 0 {
		s.Chart = waterfall(a, paid, id("waterfall"))
	}
	if len(hospitals.Rows) > 0 {
		s.Children = append(s.Children, &report.Section{ID: id("hospitals"), Title: text("各机构实付", "What each hospital is paid"), Table: hospitals})
	}
	if len(steps.Rows) > 0 {
		s.Children = append(s.Children, &report.Section{ID: id("steps"), Title: text("按所列次序逐项实施", "One after the other, in the order given"), Table: steps,
			Note: text("次序不同，各项数字不同；合计相同", "another order gives other parts of the same sum")})
	}
	return s
}

// attributionNotes say what the parts are, and what is tied, lacks or is always in force.
func attributionNotes(a *compare.Attribution) (note report.Text, notes []report.Text) {
	if a.Sampled == 0 {
		note = text(fmt.Sprintf("各项贡献为沙普利值：对 %d 项变动的全部子集（%d 个方案）精确计算，与次序无关，合计等于增减", len(a.Units), a.Runs),
			fmt.Sprintf("Shapley values of %d changes over all their subsets (%d scenarios): free of any order, and they sum to the change exactly", len(a.Units), a.Runs))
	} else {
		note = text(fmt.Sprintf("各项贡献为沙普利值的估计：抽取 %d 种次序；合计等于增减，标准误列于旁", a.Sampled),
			fmt.Sprintf("estimates of the Shapley values from %d drawn orders: they sum to the change exactly; the standard errors stand beside them", a.Sampled))
	}
	if a.Tied() {
		notes = append(notes, text("以“+”相连的变动缺一不可（只实施其中一部分，规则不成立），合并计算贡献",
			"changes joined by + cannot stand without each other (the rules do not compile with a part of them) and share one part"))
	}
	if len(a.Lacking) > 0 {
		var zh, en []string
		for _, f := range a.Lacking {
			zh, en = append(zh, f.Title.Zh), append(en, f.Title.In(report.En))
		}
		notes = append(notes, text("只实施部分变动时不存在、因而不能分摊的指标："+strings.Join(zh, "、"),
			"not shared out, since they do not exist with a part of the changes: "+strings.Join(en, ", ")))
	}
	if a.Repack {
		notes = append(notes, text("基准与方案都变动的参数：取值相同的始终有效，不列；取值不同的，在方案的变动实施之前按基准取值",
			"of parameters that baseline and alternative both change, those of one value are always in force and not listed; the others have the baseline's value until the alternative's change is in force"))
	}
	return note, notes
}

func allZero(list []int64) bool {
	for _, v := range list {
		if v != 0 {
			return false
		}
	}
	return true
}

func attributedRow(x *compare.Attributed, parts, errors []int64) []report.Cell {
	delta := compare.DeltaKind(x.Figure.Kind)
	row := []report.Cell{{Text: x.Figure.Title}, report.Word(x.Figure.ID), report.Int(x.Figure.Value).As(x.Figure.Kind), report.Int(x.Delta()).As(delta)}
	for i, v := range parts {
		row = append(row, report.Int(v).As(delta))
		if errors != nil {
			row = append(row, report.Int(errors[i]).As(x.Figure.Kind))
		}
	}
	return row
}

// waterfall draws the steps of a figure from the baseline to the alternative.
func waterfall(a *compare.Attribution, x *compare.Attributed, id string) *report.Chart {
	c := &report.Chart{ID: id, Title: text("从基准到"+a.Scenario.TitleZh+"："+x.Figure.Title.Zh, "From the baseline to "+a.Scenario.TitleEn+": "+x.Figure.Title.In(report.En)),
		Kind: report.Waterfall, Value: x.Figure.Kind, Labels: []report.Text{text("基准", "baseline")}, Series: []report.Series{{Name: x.Figure.Title, Values: []int64{x.Figure.Value}}}}
	for i, u := range a.Units {
		c.Labels = append(c.Labels, text(u.TitleZh, u.TitleEn))
		c.Series[0].Values = append(c.Series[0].Values, x.Steps[i])
	}
	c.Labels = append(c.Labels, text(a.Scenario.TitleZh, a.Scenario.TitleEn))
	return c
}
