package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPageNeedsNothingElse(t *testing.T) {
	page := string(render(t, sample(t), FormatHTML, Options{}))
	for _, pattern := range []string{`https?:`, `(?i)<link[^>]+href="[^d]`, `(?i)\bsrc\s*=`, `(?i)@import`, `url\(`, `(?i)\son\w+="`, `\sstyle="`} {
		if found := regexp.MustCompile(pattern).FindString(page); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if m[1] != "data:," && !strings.Contains(page, `id="`+strings.TrimPrefix(m[1], "#")+`"`) {
			t.Errorf("the link %q leads nowhere", m[1])
		}
	}
}

// The page's policy admits exactly its own script and style.
func TestPagePolicy(t *testing.T) {
	page := string(render(t, sample(t), FormatHTML, Options{Lang: En, Unit: Wan}))
	if !strings.Contains(page, `content="default-src 'none'; script-src 'sha256-`) {
		t.Fatal("no policy that forbids everything else")
	}
	for _, tag := range []string{"style", "script"} {
		m := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(page, -1)
		if len(m) != 1 || !strings.Contains(page, tag+"-src '"+sourceHash(m[0][1])+"'") {
			t.Errorf("%d %s elements, and the policy must have the hash of the only one", len(m), tag)
		}
	}
	if !strings.Contains(page, `<html lang="en" data-lang="en" data-unit="wan"`) {
		t.Error("the options do not choose what the page shows first")
	}
}

func TestPageData(t *testing.T) {
	p := pageDataOf(sample(t))
	h := p.Tables["hospitals"]
	if h.Detail != "hospital_groups" || strings.Join(h.Drill, ",") != "H001,H002,H003," {
		t.Errorf("detail %q of rows %v", h.Detail, h.Drill)
	}
	if g := p.Tables["hospital_groups"]; g.By != 0 || p.Strings[g.Rows[1][0].(int)][0] != "H001" {
		t.Errorf("detail rows %v by column %d", g.Rows, g.By)
	}
	d := sample(t)
	d.Sections[0].Table.Rows[0][1] = Int(int64(1)<<53 + 1).As(KindFen)
	if v := pageDataOf(d).Tables["headline"].Rows[0][1].([]any); v[0] != "fen" || v[1] != "9007199254740993" {
		t.Errorf("an amount beyond a script's integers travels as %v", v)
	}
}

func TestLargePageStaysSmall(t *testing.T) {
	page := render(t, large(t, 200, 100), FormatHTML, Options{})
	if len(page) > 5<<20 {
		t.Errorf("200 hospitals with 100 groups each take %d bytes", len(page))
	}
}

func TestChartsAreWellFormed(t *testing.T) {
	for _, o := range variants {
		files, err := Render(sample(t), FormatSVG, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := wellFormed(f.Data); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			for _, bad := range []string{"NaN", "Inf", "var(", `width="-`, `height="-`} {
				if bytes.Contains(f.Data, []byte(bad)) {
					t.Errorf("%s has %s", f.Name, bad)
				}
			}
		}
	}
}

func wellFormed(data []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestWaterfallBars(t *testing.T) {
	c := sample(t).Sections[0].Chart
	if got := c.cutOff(); got == 0 || got > 1_136_000_000 {
		t.Errorf("small steps on a large amount begin at %d", got)
	}
	c.Series[0].Values = []int64{100, -150, 20}
	if got := c.cutOff(); got != 0 {
		t.Errorf("a waterfall through zero begins at %d", got)
	}
	c.Series[0].Values = []int64{100, 0, 0}
	if got := c.cutOff(); got != 99 {
		t.Errorf("a waterfall without steps begins at %d", got)
	}
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		lo, hi int64
		want   []int64
	}{
		{0, 100, []int64{0, 20, 40, 60, 80, 100}},
		{-123, 77, []int64{-150, -100, -50, 0, 50, 100}},
		{7, 7, []int64{7, 8}},
		{-5, -3, []int64{-5, -4, -3}},
	} {
		got := newScale(c.lo, c.hi, 0, 1).ticks()
		if len(got) != len(c.want) {
			t.Errorf("%d to %d: %v, want %v", c.lo, c.hi, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%d to %d: %v, want %v", c.lo, c.hi, got, c.want)
				break
			}
		}
	}
}

var oddNames = []string{"甲医院", "</script><script>alert(1)</script>", "a|b\n# c", "=1+1", "\x00\x1b[31m\u202e", "'\"&<>", "\xff\xfe", "𠮷 \u2028", strings.Repeat("长", 300)}

// odd is a document in which everything has the same name.
func odd(name string) *Document {
	return &Document{ID: "odd", Title: Same(name), Facts: []Fact{{Same(name), Same(name)}}, Sections: []*Section{{ID: "s", Title: Same(name), Note: Same(name),
		Table: &Table{ID: "t", Columns: []Column{{Key: "k", Title: Same(name)}, {Key: "v", Kind: KindFen}}, Rows: [][]Cell{{Word(name).To(name), Int(123456)}}},
		Chart: &Chart{ID: "c", Kind: Bars, Title: Same(name), Value: KindFen, Labels: []Text{Same(name)}, Series: []Series{{Values: []int64{5}}}}}}}
}

func TestOddNamesInWorkbook(t *testing.T) {
	for _, name := range append(oddNames, strings.Repeat("x", 40_000)) {
		book := open(t, render(t, odd(name), FormatXLSX, Options{}))
		sheet := book.GetSheetList()[1]
		if got, err := book.GetCellValue(sheet, "B5"); err != nil || got != "1,234.56" {
			t.Errorf("%q: amount %q, %v", name, got, err)
		}
		if got, err := book.GetCellValue(sheet, "A5"); err != nil || got != sheetText(name) {
			t.Errorf("%.50q: name %.50q, %v", name, got, err)
		}
		if formula, err := book.GetCellFormula(sheet, "A5"); err != nil || formula != "" {
			t.Errorf("%q became the formula %q, %v", name, formula, err)
		}
	}
}

// Names come from other people's files: none may break a format or escape into the page.
func FuzzOddNames(f *testing.F) {
	for _, s := range oddNames {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		d := odd(name)
		text := string(render(t, d, FormatText, Options{Width: 40}))
		for line := range strings.Lines(text) {
			if cells(strings.TrimSuffix(line, "\n")) > 40 {
				t.Errorf("text line %q", line)
			}
		}
		if strings.ContainsAny(text, "\x1b\x00\r\t") || !strings.Contains(text, "1,234.56") {
			t.Errorf("text %q", text)
		}
		if !json.Valid(render(t, d, FormatJSON, Options{})) {
			t.Error("invalid JSON")
		}
		for _, line := range strings.Split(string(render(t, d, FormatMarkdown, Options{})), "\n") {
			if strings.HasPrefix(line, "|") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 3 {
				t.Errorf("Markdown row %q", line)
			}
		}
		page := string(render(t, d, FormatHTML, Options{}))
		if !utf8.ValidString(page) || strings.Count(page, "<script") != 2 || strings.Count(page, "</script") != 2 {
			t.Error("a name escaped into the page")
		}
		files, err := Render(d, FormatSVG, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(files[0].Data); err != nil {
			t.Errorf("chart: %v", err)
		}
	})
}
