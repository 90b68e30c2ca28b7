// Package present turns results into reports: which tables answer which question, in which order, with which words. It
// draws nothing and computes no amount.
package present

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
)

func text(zh, en string) report.Text { return report.Text{Zh: zh, En: en} }

// total is the label of a sum row.
var total = text("合计", "Total")

// facts are the foundation of every report about a study.
func facts(ses *engine.Session) []report.Fact {
	var packs, files []string
	for _, p := range ses.Packs() {
		packs = append(packs, p.Name)
	}
	for _, f := range ses.Files {
		files = append(files, fmt.Sprintf("%s (%d)", f.Path, f.Rows))
	}
	list := []report.Fact{
		{Name: text("研究", "Study"), Value: report.Same(ses.Study.File)},
		{Name: text("年度", "Year"), Value: report.Same(fmt.Sprint(ses.Study.Year))},
		{Name: text("统筹区", "Region"), Value: report.Same(ses.Region.Name)},
		{Name: text("政策包", "Policy packs"), Value: report.Same(strings.Join(packs, ", "))},
		{Name: text("数据文件（行数）", "Claims (rows)"), Value: report.Same(strings.Join(files, ", "))},
	}
	set := text("参数变更（--set）", "Changed by --set")
	if len(packs) > 1 { // it changes the baseline's pack only
		set = text("参数变更（--set，"+ses.Study.Baseline.Policy+"）", "Changed by --set in "+ses.Study.Baseline.Policy)
	}
	for _, assignment := range ses.Study.Assigned {
		list = append(list, report.Fact{Name: set, Value: report.Same(assignment)})
	}
	return append(list, ignoredFacts(ses.Files)...)
}

// scenarioFact says in which scenario a search varies its parameters.
func scenarioFact(sc *engine.Scenario) report.Fact {
	return report.Fact{Name: text("方案", "Scenario"), Value: text(sc.TitleZh+"（"+sc.Name+"）", sc.TitleEn+" ("+sc.Name+")")}
}

// ignoredFacts names the columns of each file that are none of a claim's, and were not read.
func ignoredFacts(files []*claims.FileInfo) []report.Fact {
	var out []report.Fact
	for _, f := range files {
		if len(f.Ignored) > 0 {
			name := filepath.Base(f.Path)
			out = append(out, report.Fact{Name: text(name+" 未读取的列", "Columns of "+name+" not read"), Value: report.Same(strings.Join(f.Ignored, ", "))})
		}
	}
	return out
}

// currency names the unit of money of a study; empty for the yuan.
func currency(ses *engine.Session) report.Text {
	return text(ses.Study.CurrencyZh, ses.Study.CurrencyEn)
}

// warningsOf is what a reader must know before using a result: of its rules, its settlement, its reviewed claims.
func warningsOf(ses *engine.Session, r *engine.Result) []report.Text {
	list := append(slices.Clone(r.Plan.Warnings), r.Outcome.Warnings...)
	var out []report.Text
	for _, w := range append(list, ses.ReviewWarnings(r)...) {
		out = append(out, text(w.ID+"："+w.Zh, w.ID+": "+w.En))
	}
	return out
}

// scenarioTitle is the title of a result's scenario in both languages.
func scenarioTitle(r *engine.Result) report.Text { return planTitle(r.Plan) }

func planTitle(p *engine.Plan) report.Text { return text(p.Scenario.TitleZh, p.Scenario.TitleEn) }

// flowSection shows that nothing was lost: what was read is settled, netted, outside the year or rejected.
func flowSection(ses *engine.Session, part *engine.Partial) (*report.Section, error) {
	read, err := ses.Read()
	if err != nil {
		return nil, err
	}
	rejected, err := ses.Rejected()
	if err != nil {
		return nil, err
	}
	t := &report.Table{ID: "flow", Columns: []report.Column{
		{Key: "part", Title: text("去向", "Where"), Kind: report.KindText},
		{Key: "rows", Title: text("行数", "Rows"), Kind: report.KindCount, Sum: true},
		{Key: "gross", Title: text("医疗总费用", "Gross"), Kind: report.KindFen, Sum: true},
	}}
	row := func(zh, en string, rows int64, fen money.Fen) {
		t.Rows = append(t.Rows, []report.Cell{report.Words(zh, en), report.Int(rows), report.Int(fen)})
	}
	row("纳入结算", "settled", part.Settled.Rows, part.Settled.Fen)
	row("冲正相抵", "reversed, with their originals", part.Netted.Rows, part.Netted.Fen)
	row("其他年度", "settled in another year", part.Outside.Rows, part.Outside.Fen)
	row("剔除（见拒收清单）", "set aside", rejected.Rows, rejected.Fen)
	if len(ses.Moved) > 0 {
		var rows int64
		var gross money.Fen
		for _, m := range ses.Moved {
			rows += m.Removed - m.Added
			gross += m.Before - m.After
		}
		row("假设减增（见行为假设）", "taken away less added by assumptions", rows, gross)
	}
	if err := t.AddTotal(text("读入", "read")); err != nil {
		return nil, err
	}
	s := &report.Section{ID: "flow", Title: text("数据去向", "Where the claims went"), Table: t}
	if t.Footer[1].Int != read.Rows || t.Footer[2].Int != int64(read.Fen) {
		return nil, fmt.Errorf("law of the door: %d rows and %s were read, %d rows and %s are accounted for",
			read.Rows, read.Fen, t.Footer[1].Int, money.Fen(t.Footer[2].Int))
	}
	if warned := ses.Check.Warned; warned.Rows > 0 {
		s.Notes = append(s.Notes, text(fmt.Sprintf("另有 %d 行有提示，已保留", warned.Rows), fmt.Sprintf("%d further rows were kept with a warning", warned.Rows)))
	}
	return s, nil
}

// findingsSection lists the kinds of findings by rows and money; nil when there are none.
func findingsSection(ses *engine.Session) *report.Section {
	if len(ses.Check.Codes) == 0 {
		return nil
	}
	t := &report.Table{ID: "findings", Columns: []report.Column{
		{Key: "code", Title: text("代码", "Code"), Kind: report.KindCode},
		{Key: "severity", Title: text("处理", "Severity"), Kind: report.KindText},
		{Key: "rows", Title: text("行数", "Rows"), Kind: report.KindCount},
		{Key: "gross", Title: text("医疗总费用", "Gross"), Kind: report.KindFen},
	}}
	for _, c := range ses.Check.Codes {
		zh := "保留"
		if c.Severity == claims.Reject {
			zh = "剔除"
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(c.Code), report.Words(zh, c.Severity.String()), report.Int(c.Rows), report.Int(c.Fen)})
	}
	return &report.Section{ID: "findings", Title: text("数据问题", "Findings"), Table: t,
		Notes: []report.Text{text("一行可有多个问题", "a row may have several findings")}}
}

// deltaCells are an amount's difference and its percentage of the base.
func deltaCells(base, alt money.Fen) []report.Cell {
	share := report.Share(alt-base, abs(base))
	return []report.Cell{report.Int(alt - base), share}
}

func abs(f money.Fen) money.Fen {
	if f < 0 {
		return -f
	}
	return f
}

// figureCells shows a figure of scenario i and its difference from the baseline.
func figureCells(c *compare.Comparison, i int, id string) []report.Cell {
	base, alt, both := c.Delta(i, id)
	if !both {
		return []report.Cell{report.None(), report.None(), report.None()}
	}
	return append([]report.Cell{report.Int(alt.Value)}, deltaCells(money.Fen(base.Value), money.Fen(alt.Value))...)
}

// fenText prints an amount with thousands separators.
func fenText(fen int64) string { return money.Fen(fen).Grouped() }
