package present

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/report"
)

// PolicyList shows packs with their dates.
func PolicyList(packs []*policy.Pack) *report.Document {
	t := &report.Table{ID: "packs", Columns: []report.Column{
		{Key: "pack", Title: text("政策包", "Pack"), Kind: report.KindCode},
		{Key: "title", Title: text("名称", "Title"), Kind: report.KindText},
		{Key: "effective", Title: text("生效", "In force from"), Kind: report.KindDate},
		{Key: "until", Title: text("截止", "Until"), Kind: report.KindDate},
		{Key: "on", Title: text("基于", "Builds on"), Kind: report.KindText},
		{Key: "cases", Title: text("案例", "Cases"), Kind: report.KindCount},
	}}
	for _, p := range packs {
		t.Rows = append(t.Rows, []report.Cell{report.Word(p.Name), report.Words(p.TitleZh, p.TitleEn), report.Int(p.Effective),
			dateCell(p.Until), report.Word(strings.Join(p.Chain, ", ")), report.Int(len(p.CaseFiles))})
	}
	return &report.Document{ID: "packs", Title: text("政策包", "Policy packs"), Sections: []*report.Section{{ID: "packs", Title: text("政策包", "Packs"), Table: t}}}
}

func dateCell(d claims.Date) report.Cell {
	if d == claims.NoDate {
		return report.None()
	}
	return report.Int(d)
}

// PolicyShow shows the values under a path of a pack on a day, each with its law; for one value that changes with time, also
// the values before and after.
func PolicyShow(p *policy.Pack, path string, on claims.Date) (*report.Document, error) {
	leaves, err := p.Show(path, on)
	if err != nil {
		return nil, err
	}
	doc := &report.Document{ID: "policy", Title: text(p.TitleZh, p.TitleEn), Facts: []report.Fact{
		{Name: text("政策包", "Pack"), Value: report.Same(p.Name)},
		{Name: text("日期", "On"), Value: report.Same(on.String())},
	}}
	if len(p.Chain) > 0 {
		doc.Facts = append(doc.Facts, report.Fact{Name: text("基于", "Builds on"), Value: report.Same(strings.Join(p.Chain, ", "))})
	}
	t := &report.Table{ID: "values", Columns: []report.Column{
		{Key: "path", Title: text("路径", "Path"), Kind: report.KindCode},
		{Key: "what", Title: text("内容", "What"), Kind: report.KindText},
		{Key: "value", Title: text("值", "Value"), Kind: report.KindCode},
		{Key: "law", Title: text("依据", "Law"), Kind: report.KindCode},
		{Key: "verified", Title: text("核对", "Verified"), Kind: report.KindText},
		{Key: "place", Title: text("位置", "Stands at"), Kind: report.KindCode},
	}}
	var sources []policy.Source
	var notes []report.Text
	for _, l := range leaves {
		verified := report.Words("未核对", "no")
		if l.Verified {
			verified = report.Words("已核对", "yes")
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(l.Path), report.Words(l.Zh, l.En), report.Word(l.Value), report.Word(ids(l.Law)), verified, report.Word(l.Pos.String())})
		for _, s := range l.Law {
			sources = addSource(sources, s)
		}
		if l.Note != "" && (len(notes) == 0 || notes[len(notes)-1].Zh != l.Note) {
			notes = append(notes, report.Same(l.Note))
		}
	}
	doc.Sections = []*report.Section{{ID: "values", Title: text("参数", "Values"), Table: t, Notes: notes}}
	if len(leaves) == 0 {
		doc.Sections[0].Note = text("该日无有效值", "nothing is in force on this day")
	}
	if s := periods(p, path); s != nil {
		doc.Sections = append(doc.Sections, s)
		for _, per := range p.Periods(path) {
			for _, src := range per.Law {
				sources = addSource(sources, src)
			}
		}
	}
	if len(sources) > 0 {
		doc.Sections = append(doc.Sections, sourceSection(sources))
	}
	return doc, nil
}

// periods shows how a value changes with time; nil when it does not.
func periods(p *policy.Pack, path string) *report.Section {
	list := p.Periods(path)
	if len(list) == 0 {
		return nil
	}
	t := &report.Table{ID: "periods", Columns: []report.Column{
		{Key: "from", Title: text("自", "From"), Kind: report.KindDate},
		{Key: "until", Title: text("至", "Until"), Kind: report.KindDate},
		{Key: "value", Title: text("值", "Value"), Kind: report.KindCode},
		{Key: "law", Title: text("依据", "Law"), Kind: report.KindCode},
	}}
	for _, per := range list {
		t.Rows = append(t.Rows, []report.Cell{dateCell(per.From), dateCell(per.Until), report.Word(per.Value), report.Word(ids(per.Law))})
	}
	return &report.Section{ID: "periods", Title: text("沿革", "Over time"), Table: t}
}

func addSource(list []policy.Source, s policy.Source) []policy.Source {
	for _, o := range list {
		if o.ID == s.ID {
			return list
		}
	}
	return append(list, s)
}

func ids(list []policy.Source) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = s.ID
	}
	return strings.Join(words, " ")
}

func sourceSection(sources []policy.Source) *report.Section {
	t := &report.Table{ID: "sources", Columns: []report.Column{
		{Key: "id", Title: text("编号", "Id"), Kind: report.KindCode},
		{Key: "document", Title: text("文件", "Document"), Kind: report.KindText},
		{Key: "number", Title: text("文号", "Number"), Kind: report.KindText},
		{Key: "date", Title: text("日期", "Date"), Kind: report.KindDate},
		{Key: "article", Title: text("条款", "Article"), Kind: report.KindText},
		{Key: "phrase", Title: text("原文", "Phrase"), Kind: report.KindText},
		{Key: "tag", Title: text("证据", "Evidence"), Kind: report.KindCode},
	}}
	for _, s := range sources {
		t.Rows = append(t.Rows, []report.Cell{report.Word(s.ID), report.Word(s.Document), report.Word(s.Number), dateCell(s.Date), report.Word(s.Article), report.Word(s.Phrase), report.Word(s.Tag)})
	}
	return &report.Section{ID: "sources", Title: text("依据", "Sources"), Table: t,
		Notes: []report.Text{text("证据：S 立项文件，F 公开文件，FR 公开代码，FW 弱来源，M 未核实，D 推定", "evidence: S founding document, F public page, FR public code, FW weak page, M unverified, D derived")}}
}

// PolicyDiff shows what two rule sets do not share.
func PolicyDiff(a *policy.Pack, onA claims.Date, b *policy.Pack, onB claims.Date) (*report.Document, error) {
	list, err := policy.Diff(a, onA, b, onB)
	if err != nil {
		return nil, err
	}
	t := &report.Table{ID: "differences", Columns: []report.Column{
		{Key: "path", Title: text("路径", "Path"), Kind: report.KindCode},
		{Key: "what", Title: text("内容", "What"), Kind: report.KindText},
		{Key: "old", Title: text("原", "Old"), Kind: report.KindCode},
		{Key: "new", Title: text("新", "New"), Kind: report.KindCode},
		{Key: "old_law", Title: text("原依据", "Old law"), Kind: report.KindCode},
		{Key: "new_law", Title: text("新依据", "New law"), Kind: report.KindCode},
	}}
	var sources []policy.Source
	for _, d := range list {
		t.Rows = append(t.Rows, []report.Cell{report.Word(d.Path), report.Words(d.Zh, d.En), orDash(d.Old), orDash(d.New), report.Word(ids(d.OldLaw)), report.Word(ids(d.NewLaw))})
		for _, s := range append(d.OldLaw, d.NewLaw...) {
			sources = addSource(sources, s)
		}
	}
	doc := &report.Document{ID: "policy-diff", Title: text(fmt.Sprintf("%s 与 %s", a.Name, b.Name), fmt.Sprintf("%s against %s", b.Name, a.Name)), Facts: []report.Fact{
		{Name: text("原", "Old"), Value: text(a.TitleZh+" "+a.Name+"，"+onA.String(), a.TitleEn+", "+a.Name+" on "+onA.String())},
		{Name: text("新", "New"), Value: text(b.TitleZh+" "+b.Name+"，"+onB.String(), b.TitleEn+", "+b.Name+" on "+onB.String())},
	}}
	s := &report.Section{ID: "differences", Title: text("差异", "Differences"), Table: t}
	if len(list) == 0 {
		s.Note = text("没有差异", "there is no difference")
	}
	doc.Sections = []*report.Section{s}
	if len(sources) > 0 {
		doc.Sections = append(doc.Sections, sourceSection(sources))
	}
	return doc, nil
}

func orDash(s string) report.Cell {
	if s == "" {
		return report.None()
	}
	return report.Word(s)
}
