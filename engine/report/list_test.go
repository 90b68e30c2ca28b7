package report

import (
	"strings"
	"testing"
)

// steps is a table of sentences, as an explanation has.
func steps() *Document {
	return &Document{ID: "explain", Title: Same("C1"), Sections: []*Section{{ID: "moves", Title: Text{"步骤", "Steps"}, Table: &Table{ID: "moves", List: true,
		Columns: []Column{{Key: "step", Title: Same("Step")}, {Key: "arithmetic", Title: Same("Arithmetic")}, {Key: "from", Title: Same("From"), Hidden: true},
			{Key: "move", Title: Same("Move")}, {Key: "amount", Title: Same("Amount"), Kind: KindFen}, {Key: "law", Title: Same("Law"), Kind: KindCode}},
		Rows: [][]Cell{
			{Words("住院按比例支付", "Inpatient ratio"), Words("39,757.18 × 82% = 32,600.89", "39,757.18 × 82% = 32,600.89; 24,413.63 × 88% = 21,483.99"), Word("open"),
				Words("待定 → 基金", "open → fund"), Int(5408488), Word("[1]*")},
			{None(), None(), Word("open"), Words("待定 → 自付", "open → coinsurance"), Int(1008593), None()},
			{Words("可用预算", "net budget"), None(), None(), None(), Int(78643944027), Word("[6]")},
			{Words("说明", "a step that moves nothing"), None(), None(), None(), None(), None()},
		}}}}}
}

func TestList(t *testing.T) {
	got := string(render(t, steps(), FormatText, Options{Lang: En, Width: 46}))
	want := `C1

Amounts in yuan

■ Steps
Inpatient ratio  [1]*
  39,757.18 × 82% = 32,600.89; 24,413.63 ×
  88% = 21,483.99
  open → fund                        54,084.88
  open → coinsurance                 10,085.93
net budget  [6]                 786,439,440.27
a step that moves nothing
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// No word of a list is cut and no line is too long, in any width in which its numbers have room.
func TestListFits(t *testing.T) {
	d := steps()
	for _, lang := range []Lang{Zh, En} {
		for width := 24; width <= 200; width++ {
			text := string(render(t, d, FormatText, Options{Lang: lang, Width: width}))
			for line := range strings.Lines(text) {
				if n := cells(strings.TrimRight(line, "\n")); n > min(width, listWidth) {
					t.Fatalf("width %d: a line has %d cells: %s", width, n, line)
				}
			}
			flat := strings.Join(strings.Fields(text), "")
			for _, row := range d.Sections[0].Table.Rows {
				for i := range row {
					if words := strings.Join(strings.Fields(row[i].Text.In(lang)), ""); i != 2 && !strings.Contains(flat, words) {
						t.Fatalf("width %d lacks %q:\n%s", width, words, text)
					}
				}
			}
			if !strings.Contains(text, "786,439,440.27\n") {
				t.Fatalf("width %d lacks the amount:\n%s", width, text)
			}
		}
	}
}

// Colour changes nothing but the colour.
func TestListInColour(t *testing.T) {
	plain := string(render(t, steps(), FormatText, Options{Width: 60}))
	painted := string(render(t, steps(), FormatText, Options{Width: 60, Color: true}))
	if painted == plain {
		t.Error("nothing is painted")
	}
	for _, style := range []string{bold, faint, red, green, normal} {
		painted = strings.ReplaceAll(painted, style, "")
	}
	if painted != plain {
		t.Errorf("painted:\n%s\nplain:\n%s", painted, plain)
	}
}
