package present

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/record"
	"github.com/drgsim/drgsim/engine/report"
)

// bindingWords are the Chinese words for what a record binds.
var bindingWords = map[string]string{"study": "研究", "input": "数据", "rules": "规则", "results": "结果", "build": "程序", "output": "报表"}

// Verified is the report of a record held against the run worked out again. unknown are the files beside it that it does not list.
func Verified(ses *engine.Session, list []record.Binding, unknown []string) *report.Document {
	d := searchDocument(ses, "verify", text("核验运行记录", "The record held against the run worked out again"))
	if len(unknown) > 0 {
		const most = 10
		names := strings.Join(unknown[:min(len(unknown), most)], ", ")
		if more := len(unknown) - most; more > 0 {
			names += fmt.Sprintf(" (+%d)", more)
		}
		d.Warnings = append(d.Warnings, text("文件夹里有记录未列的文件："+names, "files of the folder that the record does not list: "+names))
	}
	d.Sections = []*report.Section{bindingsSection(list)}
	return d
}

func bindingsSection(list []record.Binding) *report.Section {
	t := &report.Table{ID: "bindings", Columns: columns(name("what", "类别", "What"), report.Column{Key: "name", Title: text("名称", "Name"), Kind: report.KindCode},
		name("recorded", "记录", "Recorded"), name("now", "现在", "Now"), name("verdict", "结论", "Verdict"))}
	for _, b := range list {
		verdict := report.Words("一致", "binds")
		if !b.Holds {
			verdict = report.Words("不一致", "does not bind")
		}
		t.Rows = append(t.Rows, []report.Cell{report.Words(bindingWords[b.What], b.What), report.Word(b.Name), report.Word(b.Recorded), report.Word(b.Now), verdict})
	}
	return &report.Section{ID: "bindings", Title: text("绑定项", "What the record binds"), Table: t}
}

// causeWords are the Chinese words for the causes of a difference.
var causeWords = map[string]string{record.CauseData: "数据", record.CauseRules: "规则", record.CauseParams: "参数",
	record.CauseBoth: "规则与参数", record.CausePacks: "政策包版本", record.CauseEngine: "程序"}

// Diff is the report of why a number moved between two runs.
func Diff(d *record.Diff) *report.Document {
	doc := searchDocument(d.B.Session, "diff", text("两次运行之差："+d.A.Name+" → "+d.B.Name, "Why it moved: from "+d.A.Name+" to "+d.B.Name))
	doc.Facts = append(doc.Facts, report.Fact{Name: text("方案", "Scenario"), Value: scenarioTitle(d.B.Result)})
	for _, s := range []*record.Side{d.A, d.B} {
		if !s.Bound {
			doc.Warnings = append(doc.Warnings, text(s.Name+" 的研究或数据文件已改动；其差额计入“程序”或“政策包版本”", "the study or inputs of "+s.Name+" have changed since it was recorded; what that moved stands under engine or packs"))
		}
	}
	moved := func(id, zh, en string, list []record.Moved, most int) *report.Section {
		t := &report.Table{ID: id, Columns: columns(name("figure", "指标", "Figure"), report.Column{Key: "id", Title: text("代号", "Name"), Kind: report.KindCode, Hidden: true},
			fen("a", "前", "Before"), fen("b", "后", "After"), report.Column{Key: "delta", Title: text("增减", "Change"), Kind: report.KindFenDelta})}
		for i, c := range d.Causes {
			t.Columns = append(t.Columns, report.Column{Key: fmt.Sprintf("cause_%d", i+1), Title: text(causeWords[c], c), Kind: report.KindFenDelta})
		}
		for _, m := range list[:min(len(list), most)] {
			delta := compare.DeltaKind(m.Figure.Kind)
			row := []report.Cell{{Text: m.Figure.Title}, report.Word(m.Figure.ID), report.Int(m.A).As(m.Figure.Kind), report.Int(m.B).As(m.Figure.Kind), report.Int(m.B - m.A).As(delta)}
			for _, p := range m.Parts {
				row = append(row, report.Int(p).As(delta))
			}
			t.Rows = append(t.Rows, row)
		}
		return &report.Section{ID: id, Title: text(zh, en), Table: t}
	}
	headline := moved("headlines", "主要指标", "Headlines", d.Figures, len(d.Figures))
	headline.Note = text("各原因为沙普利值，与次序无关，合计等于增减", "the parts are Shapley values: free of any order, and they sum to the change exactly")
	doc.Sections = []*report.Section{headline, moved("hospitals", "变化最大的机构", "The hospitals that changed most", d.Hospitals, 20)}
	doc.Sections = append(doc.Sections, claimsSection("claims-data", text("数据差异最大的结算单", "The claims that the data changed most"), d.ByData),
		claimsSection("claims-rules", text("规则差异最大的结算单", "The claims that rules and parameters changed most"), d.ByRules))
	kept := doc.Sections[:0]
	for _, s := range doc.Sections {
		if len(s.Table.Rows) > 0 {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		headline.Note = text("两次运行没有差别", "the two runs do not differ")
		kept = append(kept, &report.Section{ID: "headlines", Title: headline.Title, Note: headline.Note})
	}
	doc.Sections = kept
	return doc
}

func claimsSection(id string, title report.Text, list []record.Claim) *report.Section {
	t := &report.Table{ID: id, Columns: columns(report.Column{Key: "claim", Title: text("结算单", "Claim"), Kind: report.KindCode}, report.Column{Key: "hospital", Title: text("机构", "Hospital"), Kind: report.KindCode},
		name("in", "所在", "In"), fen("a", "前：统筹基金", "Fund before"), fen("b", "后：统筹基金", "Fund after"), report.Column{Key: "delta", Title: text("增减", "Change"), Kind: report.KindFenDelta})}
	where := map[string]report.Cell{"both": report.Words("两次", "both"), "A": report.Words("仅前次", "before only"), "B": report.Words("仅后次", "after only")}
	for _, c := range list {
		t.Rows = append(t.Rows, []report.Cell{report.Word(c.ID), report.Word(c.Hospital), where[c.In], report.Int(c.A), report.Int(c.B), report.Int(c.B - c.A)})
	}
	return &report.Section{ID: id, Title: title, Table: t}
}
