package ledger

import (
	"context"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/ledger/mask"
	"github.com/drgsim/drgsim/engine/report"
)

// drawn returns a document as text in a language, and fails the test unless it can be drawn as a workbook and a page too.
func drawn(t *testing.T, d *report.Document, lang report.Lang) string {
	t.Helper()
	text := ""
	for _, f := range []report.Format{report.FormatText, report.FormatXLSX, report.FormatHTML, report.FormatJSON} {
		files, err := report.Render(d, f, report.Options{Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		if f == report.FormatText {
			text = string(files[0].Data)
		}
	}
	return text
}

func holds(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in:\n%s", w, text)
		}
	}
}

func TestDocuments(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir()+"/l.db")
	c1 := visit(t, "C1", "SECRET1", "H1", "01-10", "3000")
	mustClose(t, l, "2026-01", declare("jan", c1, visit(t, "C2", "P2", "H2", "01-20", "500")))
	mustClose(t, l, "2026-02", declare("feb", c1, visit(t, "C4", "P2", "H1", "01-05", "800")))
	b, err := l.MonthBook(ctx, month(t, "2026-02"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := mask.New([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := b.Document(View{Full: true, Mask: m, HospitalName: func(id string) string { return "县医院 " + id }})
	if err != nil {
		t.Fatal(err)
	}
	zh, en := drawn(t, doc, report.Zh), drawn(t, doc, report.En)
	holds(t, zh, "重复申报", "县医院 H2", "2026-01", "193.80", m.ID("SECRET1"))
	holds(t, en, "declared twice", "Adjustments", "193.80")
	if strings.Contains(zh+en, "SECRET1") {
		t.Error("a person shows through the mask")
	}
	one, err := b.Document(View{Full: true, Hospital: "H1"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(drawn(t, one, report.En), "H2") {
		t.Error("another hospital stands in the statement of H1")
	}
	for q := 3; q <= 12; q++ {
		mustClose(t, l, calendar.MonthOf(2026, q).String(), declare("none"))
	}
	if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk); err != nil {
		t.Fatal(err)
	}
	seal, years, err := l.YearBook(ctx, 2026)
	if err != nil {
		t.Fatal(err)
	}
	if doc, err = YearDocument(2026, seal, years, View{}); err != nil {
		t.Fatal(err)
	}
	// 1,600 + 2 percent to H1; it got 1,292.00 and gets its deposit of 68.00 back.
	holds(t, drawn(t, doc, report.En), "1,632.00", "1,292.00", "68.00", "272.00")
	s, err := l.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if doc, err = s.Document(calendar.China(), calendar.DefaultTerms(), month(t, "2027-12").First()); err != nil {
		t.Fatal(err)
	}
	holds(t, drawn(t, doc, report.En), "cleared", "2026-03-16", "no holiday table for 2027")
}
