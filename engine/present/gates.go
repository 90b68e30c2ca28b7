package present

import (
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
)

// Gates is the section that tells which gates held.
func Gates(c *compare.Comparison, verdicts []compare.Verdict) *report.Section {
	t := &report.Table{ID: "gates", Columns: columns(report.Column{Key: "gate", Title: text("门槛（成立即不通过）", "Gate (fails if)"), Kind: report.KindCode}, name("scenario", "方案", "Scenario"),
		name("verdict", "结果", "Verdict"), count("count", "触发项数", "Offenders"), name("first", "最先触发", "The first"))}
	for _, v := range verdicts {
		verdict, first := report.Words("通过", "passed"), report.None()
		if v.Failed {
			verdict, first = report.Words("不通过", "failed"), report.Word(compare.DescribeOffenders(v.Offenders))
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(v.Gate.Text), {Text: scenarioTitle(c.Results[v.Scenario])}, verdict, report.Int(len(v.Offenders)), first})
	}
	return &report.Section{ID: "gates", Title: text("门槛检查", "Gates"), Table: t}
}
