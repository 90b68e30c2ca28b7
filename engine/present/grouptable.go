package present

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/drg/grouptable"
	"github.com/drgsim/drgsim/engine/report"
)

// GroupTable is the report of a published group table: what its columns mean, how its standards follow from its weights, and
// what is odd in it.
func GroupTable(t *grouptable.Table) (*report.Document, error) {
	d := &report.Document{ID: "groups", Title: text("病组目录导入", "Published group table"), Facts: []report.Fact{
		{Name: text("文件", "File"), Value: report.Same(t.Name)},
		{Name: text("行数（读入/采用）", "Rows (read, used)"), Value: report.Same(fmt.Sprintf("%d, %d", t.Read, len(t.Rows)))}}}
	meaning := &report.Table{ID: "columns", Columns: columns(name("column", "列", "Column"), report.Column{Key: "meaning", Title: text("含义", "Meaning"), Kind: report.KindCode},
		name("tier", "等级", "Tier"), name("scheme", "险种", "Scheme"))}
	for _, c := range t.Columns {
		meaning.Rows = append(meaning.Rows, []report.Cell{report.Word(c.Header), report.Word(c.Role.String()), report.Word(c.Tier), report.Word(c.Scheme)})
	}
	fits := &report.Table{ID: "fits", Columns: columns(name("tier", "等级", "Tier"), name("scheme", "险种", "Scheme"), name("same_price", "同价", "Same price"),
		report.Column{Key: "rate", Title: text("费率", "Rate"), Kind: report.KindCode}, count("rows", "病组数", "Groups"), count("exact", "吻合", "Exact"))}
	for _, f := range t.Fits() {
		same := report.Words("否", "no")
		if f.SamePrice {
			same = report.Words("是", "yes")
		}
		fits.Rows = append(fits.Rows, []report.Cell{report.Word(f.Tier), report.Word(f.Scheme), same, report.Word(f.Rate.String()), report.Int(f.Rows), report.Int(f.Exact)})
	}
	odd := &report.Table{ID: "findings", Columns: columns(report.Column{Key: "line", Title: text("行", "Line"), Kind: report.KindCount}, report.Column{Key: "code", Title: text("代码", "Code"), Kind: report.KindCode}, name("text", "说明", "What"))}
	for _, f := range t.Findings {
		odd.Rows = append(odd.Rows, []report.Cell{report.Int(f.Line), report.Word(string(f.Code)), report.Word(f.Text)})
	}
	d.Sections = []*report.Section{{ID: "columns", Title: text("列的含义", "What the columns mean"), Table: meaning}}
	if len(fits.Rows) > 0 {
		d.Sections = append(d.Sections, &report.Section{ID: "fits", Title: text("权重 × 费率 × 系数 与公布支付标准", "Weight × rate × coefficient against the printed standards"), Table: fits})
	}
	if len(odd.Rows) > 0 {
		d.Sections = append(d.Sections, &report.Section{ID: "findings", Title: text("表中异常", "What is odd in the table"), Table: odd})
	}
	return d, nil
}
