package present

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/report"
)

// lawBook numbers the sources that an explanation cites, so that its tables carry numbers and the texts stand once below.
type lawBook struct {
	sources []policy.Source
}

// refer returns the numbers of sources, "[1][3]"; a star marks a value that nobody has compared with its source.
func (b *lawBook) refer(sources []policy.Source, verified bool) report.Text {
	var out strings.Builder
	for _, s := range sources {
		at := slices.IndexFunc(b.sources, func(o policy.Source) bool { return o.ID == s.ID && o.Pos == s.Pos })
		if at < 0 {
			at = len(b.sources)
			b.sources = append(b.sources, s)
		}
		fmt.Fprintf(&out, "[%d]", at+1)
		verified = verified && s.Verified
	}
	if out.Len() > 0 && !verified {
		out.WriteByte('*')
	}
	return report.Same(out.String())
}

// section lists the sources that were referred to.
func (b *lawBook) section() *report.Section {
	t := &report.Table{ID: "sources", List: true, Columns: columns(report.Column{Key: "number", Title: text("序号", "No."), Kind: report.KindCode}, name("document", "文件", "Document"),
		report.Column{Key: "document_number", Title: text("文号", "Number"), Kind: report.KindCode}, report.Column{Key: "date", Title: text("日期", "Date"), Kind: report.KindDate},
		name("article", "条款或关键语句", "Article or key phrase"), report.Column{Key: "tag", Title: text("证据", "Evidence"), Kind: report.KindCode}, name("verified", "核对", "Verified"))}
	for i, s := range b.sources {
		date := report.None()
		if s.Date > 0 {
			date = report.Int(int64(s.Date))
		}
		words := s.Article
		if s.Phrase != "" {
			words = strings.TrimSpace(words + " “" + s.Phrase + "”")
		}
		verified := report.Words("未与原文核对", "not compared with the original")
		if s.Verified {
			verified = report.Words("已与原文核对", "compared with the original")
		}
		t.Rows = append(t.Rows, []report.Cell{report.Word(fmt.Sprintf("[%d]", i+1)), report.Word(s.Document), report.Word(s.Number), date, report.Word(words), report.Word(s.Tag), verified})
	}
	return &report.Section{ID: "sources", Title: text("依据", "Sources"), Table: t,
		Notes: []report.Text{text("* 该数值未与原文核对", "* the value has not been compared with its source")}}
}
