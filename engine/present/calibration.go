package present

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/drg/calibrate"
	"github.com/drgsim/drgsim/engine/report"
)

// Calibration is the report of a group table made from history: what it stands on, what was trimmed, and what is not known of
// the fund's part.
func Calibration(c *calibrate.Calibration, booked *calibrate.Booked) (*report.Document, error) {
	d := &report.Document{ID: "calibrate", Title: text("病组测算", "Calibration of groups"), Currency: ownCurrency}
	switch n := booked.Without; {
	case booked.Totals == nil:
		d.Warnings = append(d.Warnings, text("未写 totals.csv（文件夹中若有，并非出自这批历史数据）：结算单均无列账基金支付（booked_fund），医疗总费用不能代替决算",
			"totals.csv is not written, and one that stands in the folder is not of this history: no claim has a booked_fund, and its cost is not what the fund paid"))
	case n.Rows > 0:
		d.Warnings = append(d.Warnings, text(fmt.Sprintf("%d 条结算单无列账基金支付（booked_fund），在 totals.csv 中按医疗总费用 %s 计入", n.Rows, n.Fen.Grouped()),
			fmt.Sprintf("%d claims have no booked_fund and count in totals.csv with their whole cost of %s", n.Rows, n.Fen.Grouped())))
	}
	stable, empty := 0, 0
	var dropped int64
	for i := range c.Groups {
		switch g := &c.Groups[i]; {
		case g.Cases == 0:
			empty++
		case g.Stable:
			stable++
		}
	}
	cost := int64(0)
	for i := range c.Trimmed {
		dropped += c.Trimmed[i].Dropped
		cost += int64(c.Trimmed[i].Cost)
	}
	fact := func(zh, en, value string) {
		d.Facts = append(d.Facts, report.Fact{Name: text(zh, en), Value: report.Same(value)})
	}
	fact("次均住院费用 R", "Mean cost of all stays, R", c.Mean.Grouped())
	fact("纳入病例", "Stays kept", fmt.Sprintf("%d / %d", c.Stays, c.Read))
	fact("其他年度", "Stays of other years", fmt.Sprint(c.OffYear))
	fact("费用非正", "Stays without a cost", fmt.Sprint(c.Unusable))
	fact("被冲正的病例", "Stays taken back by a reversal", fmt.Sprint(c.TakenBack))
	fact("稳定病组", "Stable groups", fmt.Sprintf("%d / %d", stable, len(c.Groups)-empty))
	fact("裁剪病例及费用", "Stays trimmed, and their cost", fmt.Sprintf("%d, %s", dropped, fenText(cost)))
	t := &report.Table{ID: "groups", Columns: columns(report.Column{Key: "group", Title: text("病组", "Group"), Kind: report.KindCode}, count("cases", "例数", "Stays"),
		fen("mean", "例均费用", "Mean cost"), report.Column{Key: "points", Title: text("基准点数", "Base points"), Kind: report.KindPoints, Decimals: 4},
		report.Column{Key: "cv", Title: text("变异系数", "CV"), Kind: report.KindFactor}, name("stable", "稳定", "Stable"))}
	for i := range c.Groups {
		g := &c.Groups[i]
		cv := report.None()
		if g.CV >= 0 {
			cv = report.Int(g.CV)
		}
		stable := report.Words("否", "no")
		if g.Stable {
			stable = report.Words("是", "yes")
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(g.Code), report.Int(g.Cases), report.Int(g.Mean), report.Int(g.Base), cv, stable})
	}
	d.Sections = []*report.Section{{ID: "groups", Title: text("病组", "Groups"), Table: t}}
	return d, nil
}
