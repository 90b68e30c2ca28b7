package present

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
)

// unitWords are the Chinese words for what was drawn.
var unitWords = map[string]string{compare.ByPerson: "参保人", compare.ByHospital: "医疗机构", "assumptions": "假设参数"}

// Uncertainty is the section of the intervals around the headlines.
func Uncertainty(c *compare.Comparison, u *compare.Uncertainty) *report.Section {
	id := "uncertainty-" + u.By
	t := &report.Table{ID: id, Columns: columns(name("scenario", "方案", "Scenario"), name("figure", "指标", "Figure"), report.Column{Key: "id", Title: text("代号", "Name"), Kind: report.KindCode, Hidden: true},
		fen("value", "数值", "Value"), fen("sd", "标准差", "Std. deviation"), fen("low", "2.5%", "2.5%"), fen("high", "97.5%", "97.5%"),
		report.Column{Key: "delta", Title: text("增减", "Change"), Kind: report.KindFenDelta}, fen("delta_sd", "增减标准差", "Its std. deviation"),
		report.Column{Key: "delta_low", Title: text("增减 2.5%", "Change, 2.5%"), Kind: report.KindFenDelta}, report.Column{Key: "delta_high", Title: text("增减 97.5%", "Change, 97.5%"), Kind: report.KindFenDelta})}
	chart := &report.Chart{ID: id, Title: text("实付医疗机构较基准的增减：95% 区间", "Paid to hospitals against the baseline: 95% intervals"), Kind: report.Intervals, Value: report.KindFenDelta,
		Series: []report.Series{{Name: text("增减", "Change")}}}
	for _, r := range u.Rows {
		k, d := r.Figure.Kind, compare.DeltaKind(r.Figure.Kind)
		row := []report.Cell{{Text: scenarioTitle(c.Results[r.Scenario])}, {Text: r.Figure.Title}, report.Word(r.Figure.ID),
			report.Int(r.Value.Value).As(k), report.Int(r.Value.Deviation).As(k), report.Int(r.Value.Low).As(k), report.Int(r.Value.High).As(k)}
		if r.Scenario == 0 {
			row = append(row, report.None(), report.None(), report.None(), report.None())
		} else {
			row = append(row, report.Int(r.Delta.Value).As(d), report.Int(r.Delta.Deviation).As(k), report.Int(r.Delta.Low).As(d), report.Int(r.Delta.High).As(d))
		}
		t.Rows = append(t.Rows, row)
		if r.Scenario > 0 && r.Figure.ID == "fund.paid" {
			chart.Labels = append(chart.Labels, scenarioTitle(c.Results[r.Scenario]))
			s := &chart.Series[0]
			// Chance may lie wholly to one side of the estimate; the bar then reaches up to the mark.
			s.Values, s.Low, s.High = append(s.Values, r.Delta.Value), append(s.Low, min(r.Delta.Low, r.Delta.Value)), append(s.High, max(r.Delta.High, r.Delta.Value))
		}
	}
	s := &report.Section{ID: id, Title: text(fmt.Sprintf("不确定性（%s，%d 次）", unitWords[u.By], u.Replicates), fmt.Sprintf("Uncertainty: %d draws of %s", u.Replicates, plural(u.By))), Table: t}
	if len(chart.Labels) > 0 {
		s.Chart = chart
	}
	switch u.By {
	case "assumptions":
		s.Note = text("按研究所列分布抽取参数；各方案使用同一抽样", "parameters are drawn from the distributions of the study; all scenarios see the same draws")
	default:
		s.Note = text("自助法：按泊松权重重复抽样，抽到的数目也随之变动，总额的区间比数目固定时宽；预算不变，各方案使用同一抽样",
			"bootstrap with Poisson weights: how many are drawn varies too, so that intervals of totals are wider than for a fixed number; budgets stay as they are, and all scenarios see the same draws")
	}
	return s
}

func plural(by string) string {
	if by == "assumptions" {
		return by
	}
	return by + "s"
}
