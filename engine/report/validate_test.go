package report

import (
	"math"
	"strings"
	"testing"
)

func TestValidateNamesWhatIsWrong(t *testing.T) {
	hospitals := func(d *Document) *Table { return d.Sections[1].Table }
	for name, c := range map[string]struct {
		spoil func(d *Document)
		want  string
	}{
		"identifier":      {func(d *Document) { d.ID = "a/b" }, `report "a/b": the identifier`},
		"long identifier": {func(d *Document) { d.ID = strings.Repeat("a", 65) }, "the identifier"},
		"section twice":   {func(d *Document) { d.Sections[2].ID = "headline" }, `section "headline" stands twice`},
		"table twice":     {func(d *Document) { hospitals(d).ID = "headline" }, `table "headline" stands twice`},
		"chart as table":  {func(d *Document) { hospitals(d).ID = "heat" }, `table "heat" stands twice`},
		"column twice":    {func(d *Document) { hospitals(d).Columns[1].Key = "tier" }, `column key "tier"`},
		"text summed":     {func(d *Document) { hospitals(d).Columns[1].Sum = true }, "column name of kind text cannot be summed"},
		"short row":       {func(d *Document) { hospitals(d).Rows[2] = nil }, "row 3 has 0 cells under 8 columns"},
		"unknown kind":    {func(d *Document) { hospitals(d).Rows[0][0].Kind = 99 }, "row 1, column hospital has kind 99"},
		"footer":          {func(d *Document) { hospitals(d).Rows[0][4].Int++ }, "the footer of column paid is 456892777777 but its rows add up to 456892777778"},
		"overflow":        {func(d *Document) { hospitals(d).Rows[0][4].Int = math.MaxInt64 }, "the sum of column paid"},
		"detail key":      {func(d *Document) { d.Sections[1].Detail.Table.By = "hospitl" }, "a detail needs a table above"},
		"empty chart":     {func(d *Document) { d.Sections[1].Chart.Series = nil }, "chart winners: there is nothing to draw"},
		"chart length":    {func(d *Document) { d.Sections[1].Chart.Labels = d.Sections[1].Chart.Labels[:2] }, "series 1 has 3 values"},
		"chart kind":      {func(d *Document) { d.Sections[1].Chart.Kind = 0 }, "kind 0 does not exist"},
		"two waterfalls":  {func(d *Document) { c := d.Sections[0].Chart; c.Series = append(c.Series, c.Series[0]) }, "2 series where one is drawn"},
		"bounds":          {func(d *Document) { d.Sections[2].Children[1].Chart.Series[0].Low = nil }, "0 and 3 bounds"},
		"far value":       {func(d *Document) { d.Sections[1].Chart.Series[0].Values[0] = math.MaxInt64 }, "too large to draw"},
	} {
		d := sample(t)
		c.spoil(d)
		err := d.Validate()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		for _, f := range FormatNames() {
			if _, err := Render(d, Format(f), Options{}); err == nil {
				t.Errorf("%s: drawn as %s all the same", name, f)
			}
		}
	}
}

func TestTotals(t *testing.T) {
	table := &Table{ID: "t", Columns: []Column{{Key: "n", Kind: KindCount}, {Key: "a", Hidden: true}, {Key: "b"}, {Key: "c"}, {Key: "v", Kind: KindFen, Sum: true}},
		Rows: [][]Cell{{Int(1), Word(""), Word("x"), Word("y"), Int(-3)}, {Int(1), Word(""), Word("x"), Word("y"), None()}, {Int(1), Word(""), Word("x"), Word("y"), Int(10)}}}
	if err := table.AddTotal(Text{"合计", "Total"}); err != nil {
		t.Fatal(err)
	}
	want := []Cell{None(), None(), {Text: Text{"合计", "Total"}}, None(), Int(7)}
	for i := range want {
		if table.Footer[i] != want[i] {
			t.Errorf("footer cell %d is %v, want %v", i, table.Footer[i], want[i])
		}
	}
	table.Rows[0][4], table.Rows[2][4] = Int(math.MaxInt64), Int(1)
	if err := table.AddTotal(Text{}); err == nil {
		t.Error("a sum beyond 64 bits was taken")
	}
}

func TestTextsStandInForEachOther(t *testing.T) {
	if Same("甲").In(En) != "甲" || (Text{En: "a"}).In(Zh) != "a" || (Text{"甲", "a"}).In("") != "甲" {
		t.Error("a missing language is not stood in for")
	}
}

func TestShares(t *testing.T) {
	if got := Share(-1, 8); got.Int != -125_000 || got.Null {
		t.Errorf("-1/8 is %v", got)
	}
	if !Share(1, 0).Null {
		t.Error("a share of nothing has a value")
	}
}

func TestNamesOfOptions(t *testing.T) {
	if _, err := ParseFormat("xslx"); err == nil || !strings.Contains(err.Error(), `nearest is "xlsx"`) {
		t.Errorf("got %v", err)
	}
	for alias, want := range map[string]Format{"table": FormatText, "text": FormatText, "md": FormatMarkdown, "excel": FormatXLSX, "csv": FormatCSV} {
		if got, err := ParseFormat(alias); err != nil || got != want {
			t.Errorf("%s: %v, %v", alias, got, err)
		}
	}
	if _, err := ParseUnit("fen"); err == nil {
		t.Error("unit fen was taken")
	}
	if l, err := ParseLang("en"); err != nil || l != En {
		t.Errorf("%v, %v", l, err)
	}
}
