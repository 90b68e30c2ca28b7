package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

func render(t testing.TB, d *Document, f Format, o Options) []byte {
	t.Helper()
	files, err := Render(d, f, o)
	if err != nil {
		t.Fatal(err)
	}
	return files[0].Data
}

func TestTextGoldens(t *testing.T) {
	for name, o := range map[string]Options{
		"zh.txt":        {},
		"zh.wan.60.txt": {Unit: Wan, Width: 60},
		"en.80.txt":     {Lang: En, Width: 80},
	} {
		golden(t, name, render(t, sample(t), FormatText, o))
	}
	golden(t, "zh.md", render(t, sample(t), FormatMarkdown, Options{}))
	golden(t, "en.json", render(t, sample(t), FormatJSON, Options{Lang: En}))
}

func TestTextDoesNotDependOnTheLocale(t *testing.T) {
	want := render(t, sample(t), FormatText, Options{Width: 70})
	twwidth.SetEastAsian(true)
	if got := render(t, sample(t), FormatText, Options{Width: 70}); !bytes.Equal(got, want) {
		t.Errorf("in an East Asian locale:\n%s", got)
	}
}

func TestColourOnlyWhenAsked(t *testing.T) {
	plain := render(t, sample(t), FormatText, Options{Width: 80})
	if bytes.Contains(plain, []byte("\x1b")) {
		t.Error("escape sequences without colour")
	}
	painted := render(t, sample(t), FormatText, Options{Width: 80, Color: true})
	if !bytes.Contains(painted, []byte(red+"-12,345.67"+normal)) || !bytes.Contains(painted, []byte(green+"+7,654.32"+normal)) {
		t.Errorf("no red loss or green gain in:\n%s", painted)
	}
	for _, code := range []string{bold, faint, red, green, normal} {
		painted = bytes.ReplaceAll(painted, []byte(code), nil)
	}
	if !bytes.Equal(painted, plain) {
		t.Errorf("colour changed the layout:\n%s", painted)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 5, ""},
		{"one two three", 7, "one two|three"},
		{"unbreakable", 4, "unbr|eaka|ble"},
		{"医保结算金额", 6, "医保结|算金额"},
		{"医保结算，金额", 8, "医保结|算，金额"}, // no line begins with the comma
		{"甲（乙丙）", 6, "甲（乙|丙）"},
		{"a 医院", 4, "a 医|院"},
		{"  two  blanks ", 20, "two  blanks"},
	} {
		if got := strings.Join(wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
	if got := cut("绍兴市第一人民医院", 9); got != "绍兴市第…" {
		t.Errorf("cut: %q", got)
	}
}

// A key that is left out of the only block beside it, for want of room, still has to stand somewhere.
func TestNoKeyIsLost(t *testing.T) {
	long := "绍兴市第一人民医院"
	cols := []measure{{body: 1, heading: long, key: true}, {body: 1, heading: "x", key: true}, {body: 18, heading: long, text: true, key: true}}
	for width := 1; width <= 60; width++ {
		blocks := fit(cols, width)
		for c := range cols {
			if !holds(blocks, c) {
				t.Errorf("at width %d column %d is in no block: %v", width, c, blocks)
			}
		}
	}
}

// Whatever the table and the width, no number or code is cut, and no line is longer than the width unless one key and one
// number alone are.
func TestTablesFitTheWidth(t *testing.T) {
	words := rapid.SampledFrom([]string{"绍兴市第一人民医院", "社区卫生服务中心（分院）", "Hospital of the County", "x", "", "Ⅱ·甲", "Antidisestablishmentarianism"})
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(20, 160).Draw(t, "width")
		table := &Table{ID: "t"}
		kinds := []Kind{KindText, KindCode, KindFen, KindFenDelta, KindRatio, KindCount, KindDate}
		for i := range rapid.IntRange(1, 12).Draw(t, "columns") {
			k := KindCode
			if i > 0 {
				k = rapid.SampledFrom(kinds).Draw(t, "kind")
			}
			table.Columns = append(table.Columns, Column{Key: fmt.Sprint("c", i), Kind: k, Title: Same(words.Draw(t, "title"))})
		}
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			var row []Cell
			for _, c := range table.Columns {
				switch {
				case c.Kind == KindText:
					row = append(row, Word(words.Draw(t, "text")))
				case c.Kind == KindCode:
					row = append(row, Word(rapid.StringMatching(`[A-Z0-9]{1,10}`).Draw(t, "code")))
				case c.Kind == KindDate:
					row = append(row, Int(rapid.IntRange(0, 30000).Draw(t, "day")))
				default:
					row = append(row, Int(rapid.Int64().Draw(t, "number")))
				}
			}
			table.Rows = append(table.Rows, row)
		}
		d := &Document{ID: "d", Sections: []*Section{{ID: "s", Table: table}}}
		o := Options{Width: width, Lang: En}
		files, err := Render(d, FormatText, o)
		if err != nil {
			t.Fatal(err)
		}
		text := string(files[0].Data)
		least := 0
		for i := range table.Columns {
			c := &table.Columns[i]
			w := headingWidth(o.heading(d, c), headingLines)
			for _, row := range table.Rows {
				shown := o.show(c, &row[i])
				if c.Kind == KindText {
					w = max(w, textMin)
					continue
				}
				w = max(w, cells(shown))
				if !strings.Contains(text, shown) {
					t.Fatalf("%s %q was cut in\n%s", c.Kind, shown, text)
				}
			}
			if i == 0 {
				least += w + gap
				width = max(width, w)
			} else {
				width = max(width, least+w)
			}
		}
		for line := range strings.Lines(text) {
			if cells(strings.TrimRight(line, "\n")) > width {
				t.Fatalf("line of %d cells where %d are allowed: %q in\n%s", cells(line), width, line, text)
			}
		}
	})
}
