package present

import (
	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/behave"
	"github.com/drgsim/drgsim/engine/report"
)

// assumptionWords are the Chinese words for the kinds of assumptions.
var assumptionWords = map[behave.Kind]string{behave.Coding: "编码变化", behave.Shift: "就医流向", behave.Response: "价格反应", behave.Uprating: "量价增长"}

// assumptionsSection tells what each assumption made of the claims; nil where the study makes none.
func assumptionsSection(ses *engine.Session) *report.Section {
	if len(ses.Moved) == 0 {
		return nil
	}
	t := &report.Table{ID: "assumptions", Columns: columns(name("kind", "类别", "Kind"), name("text", "假设", "Assumption"), count("eligible", "所涉人次", "Claims concerned"),
		count("changed", "改变", "Changed"), count("added", "增加", "Added"), count("removed", "减少", "Taken away"), fen("before", "此前费用", "Gross before"), fen("after", "此后费用", "Gross after"),
		report.Column{Key: "delta", Title: text("增减", "Change"), Kind: report.KindFenDelta})}
	for _, m := range ses.Moved {
		t.Rows = append(t.Rows, []report.Cell{report.Words(assumptionWords[m.Kind], string(m.Kind)), report.Word(m.Text), report.Int(m.Eligible), report.Int(m.Changed), report.Int(m.Added), report.Int(m.Removed),
			report.Int(m.Before), report.Int(m.After), report.Int(m.After - m.Before)})
	}
	return &report.Section{ID: "assumptions", Title: text("行为与增长假设", "Assumptions of behaviour and growth"), Table: t,
		Note: text("各项假设先于规则作用于数据，基准与各方案相同；不属政策规则", "made of the claims before any rule is applied, alike for the baseline and all scenarios; they are no part of the rules")}
}
