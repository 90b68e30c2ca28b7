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

// TestOpenMonthShowsWhatIsEntered holds that an open month says nothing about amounts that its close is to work out.
func TestOpenMonthShowsWhatIsEntered(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir()+"/l.db")
	mustOpen(t, l, "2026-01")
	a := Adjustment{Month: month(t, "2026-01"), Hospital: "H1", Scheme: "employee", Account: AccAdjustment, Amount: 9100, Reason: "by agreement",
		Known: func(string, string) error { return nil }}
	if _, _, err := l.Adjust(ctx, a, clerk); err != nil {
		t.Fatal(err)
	}
	show := func() (zh, en string) {
		t.Helper()
		b, err := l.MonthBook(ctx, a.Month)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := b.Document(View{})
		if err != nil {
			t.Fatal(err)
		}
		holds(t, doc.Sections[2].Title.Zh+doc.Sections[2].Title.En, "人工录入", "by hand")
		doc.Sections = doc.Sections[:1]
		return drawn(t, doc, report.Zh), drawn(t, doc, report.En)
	}
	zh, en := show()
	holds(t, zh, "本月关账时才", "91.00")
	holds(t, en, "when the month is closed", "91.00")
	if strings.Contains(en, "Net") || strings.Contains(zh, "净额＝") {
		t.Errorf("an open month shows a net:\n%s%s", en, zh)
	}
	mustClose(t, l, "2026-01", declare("none"))
	_, en = show()
	holds(t, en, "Net = advance", "Paid")
}

// TestRejectedByReason holds that a refusal of money counts no visits, and that reasons are words.
func TestRejectedByReason(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir()+"/l.db")
	decl := declare("jan", visit(t, "C1", "P1", "H1", "01-10", "3000"), visit(t, "C4", "P1", "HX", "01-13", "500"))
	decl.Reviews = []Review{{ClaimID: "C1", Whole: true, Reason: "up-coding", Where: "r.csv:2"}}
	mustOpen(t, l, "2026-01")
	if _, err := l.CloseMonth(ctx, month(t, "2026-01"), decl, &simpleRules{name: "pack", unknown: "HX"}, clerk); err != nil {
		t.Fatal(err)
	}
	b, err := l.MonthBook(ctx, month(t, "2026-01"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := b.Document(View{Full: true})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, drawn(t, doc, report.Zh), "医疗机构不在名录内")
	holds(t, drawn(t, doc, report.En), "the hospital is not in the region's table")
	for _, s := range doc.Sections {
		switch s.ID {
		case "rejected":
			if s.Table.Rows[0][4].Text != reasonTexts[ReasonReview] || !s.Table.Rows[0][5].Null || !s.Table.Rows[0][6].Null {
				t.Errorf("the row of the review is %v", s.Table.Rows[0])
			}
			if s.Table.Rows[1][5].Int != 1 {
				t.Errorf("the row of the claim that is not booked is %v", s.Table.Rows[1])
			}
		case "entries":
			if s.Table.Footer != nil {
				t.Error("entries have a total, though nothing of them adds up")
			}
		}
	}
}
