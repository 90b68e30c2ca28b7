package present

import (
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/settle"
)

// indicatorsDetail lists the region's indicators of one scenario with their definitions and targets; those of counties and
// hospitals follow below.
func indicatorsDetail(r *engine.Result) *report.Section {
	head := columns(name("indicator", "指标", "Indicator"), report.Column{Key: "value", Title: text("数值", "Value"), Kind: report.KindRatio},
		name("definition", "口径", "Definition"), name("target", "目标", "Target"))
	region := &report.Table{ID: "indicators", Columns: head}
	finer := &report.Table{ID: "indicators-finer", Columns: columns(name("of", "县区或机构", "County or hospital"), head[0], head[1])}
	for i := range r.Outcome.Indicators {
		ind := &r.Outcome.Indicators[i]
		value := report.None()
		if v, err := money.MulDiv(ind.Num, int64(money.One), ind.Den, money.HalfUp); err == nil {
			value = report.Int(v).As(compare.IndicatorKind(ind))
		}
		title := report.Cell{Text: compare.IndicatorTitle(ind)}
		if ind.Level != "region" {
			finer.Rows = append(finer.Rows, []report.Cell{report.Word(ind.Of), title, value})
			continue
		}
		region.Rows = append(region.Rows, []report.Cell{title, value, report.Words(ind.DefZh, ind.DefEn), {Text: targets(ind.Targets)}})
	}
	s := &report.Section{ID: "indicators", Title: text("指标", "Indicators"), Table: region}
	if len(finer.Rows) > 0 {
		s.Children = []*report.Section{{ID: "indicators-finer", Title: text("县区与机构指标", "Indicators of counties and hospitals"), Table: finer}}
	}
	return s
}

// targets says which targets an indicator meets.
func targets(list []settle.TargetResult) report.Text {
	var zh, en []string
	for _, t := range list {
		bound := "≥ " + t.Min.Percent()
		if t.Min < 0 {
			bound = "≤ " + t.Max.Percent()
		}
		metZh, metEn := "未达到", "not met"
		if t.Met {
			metZh, metEn = "已达到", "met"
		}
		zh = append(zh, t.By.String()+" "+bound+" "+metZh)
		en = append(en, t.By.String()+" "+bound+" "+metEn)
	}
	return text(strings.Join(zh, "；"), strings.Join(en, "; "))
}
