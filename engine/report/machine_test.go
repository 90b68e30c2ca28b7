package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSameBytesInEveryFormat(t *testing.T) {
	for _, f := range FormatNames() {
		for _, o := range variants {
			if f == "png" && o.Lang != En {
				continue // needs a font that this test does not count on
			}
			d := sample(t)
			if f == "png" {
				d.Sections[1].Table.Rows[3][1] = Word("Latin")
			}
			first, err := Render(d, Format(f), o)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			again, err := Render(d, Format(f), o)
			if err != nil {
				t.Fatal(err)
			}
			if len(first) == 0 || len(first) != len(again) {
				t.Fatalf("%s: %d and %d files", f, len(first), len(again))
			}
			for i := range first {
				if first[i].Name != again[i].Name || !bytes.Equal(first[i].Data, again[i].Data) {
					t.Errorf("%s: two renderings of %s differ", f, first[i].Name)
				}
			}
		}
	}
}

func TestJSONHoldsExactValues(t *testing.T) {
	var doc struct {
		Sections []struct {
			Table struct {
				Rows  []map[string]any
				Total map[string]any
			}
		}
	}
	dec := json.NewDecoder(bytes.NewReader(render(t, sample(t), FormatJSON, Options{Unit: Wan})))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	head, hospitals := doc.Sections[0].Table, doc.Sections[1].Table
	for key, want := range map[string]any{"item": "统筹基金支付", "baseline": "12345678901.23", "baseline_fen": json.Number("1234567890123"), "baseline_kind": "fen", "delta": "-78901.23", "delta_kind": "fen_delta"} {
		if head.Rows[0][key] != want {
			t.Errorf("headline %s is %v, want %v", key, head.Rows[0][key], want)
		}
	}
	if v, ok := head.Rows[3]["alternative"]; v != nil || !ok {
		t.Errorf("a missing value is %v, %v", v, ok)
	}
	for key, want := range map[string]any{"paid": "4568927777.77", "paid_fen": json.Number("456892777777"), "stays": json.Number("11556"), "percent": nil, "hospital": "合计"} {
		if hospitals.Total[key] != want {
			t.Errorf("total %s is %v, want %v", key, hospitals.Total[key], want)
		}
	}
	if hospitals.Rows[0]["percent_ppm"] != json.Number("-2703") || hospitals.Rows[0]["percent"] != "-0.002703" {
		t.Errorf("ratio: %v", hospitals.Rows[0])
	}
}

func TestCSV(t *testing.T) {
	files, err := Render(sample(t), FormatCSV, Options{Lang: En, Unit: Wan})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	want := []string{"demo.headline.csv", "demo.hospitals.csv", "demo.hospital_groups.csv", "demo.sweep.csv", "demo.heat.csv", "demo.intervals.csv", "demo.lorenz.csv", "demo.schemes.csv"}
	if !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	rows, err := csv.NewReader(bytes.NewReader(files[1].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "hospital,name,tier,stays,paid,delta,percent,per_stay" {
		t.Errorf("heading %s", got)
	}
	if got := strings.Join(rows[1], "|"); got != "H001|Shaoxing First People's Hospital|Tier 3A|8123|4567890123.45|-12345.67|-0.002703|12345.67" {
		t.Errorf("row %s", got)
	}
	if got := strings.Join(rows[4], "|"); got != "H004|Ⅱ·附属*_`<b>&医院|Unrated|0||||" {
		t.Errorf("row %s", got)
	}
	if len(rows) != 5 {
		t.Errorf("%d rows; the total must not stand among the data", len(rows))
	}
	var stream bytes.Buffer
	if err := Stream(&stream, sample(t), FormatCSV, Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stream.String(), "# headline\nitem,baseline,alternative,delta\n") || !strings.Contains(stream.String(), "\n\n# hospital_groups\n") {
		t.Errorf("stream:\n%s", stream.String())
	}
}

func TestArrowFiles(t *testing.T) {
	files, err := Render(sample(t), FormatArrow, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !bytes.HasPrefix(f.Data, []byte("ARROW1")) || !bytes.HasSuffix(f.Data, []byte("ARROW1")) {
			t.Errorf("%s is no Arrow file", f.Name)
		}
	}
	cols := Options{}.arrowColumns(sample(t).Sections[0].Table)
	var names []string
	for _, c := range cols {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"item", "baseline", "baseline_kind", "alternative", "alternative_kind", "delta", "delta_kind"}) {
		t.Errorf("columns of mixed kinds: %v", names)
	}
	if cols[1].Texts[0] != "12345678901.23" || cols[2].Texts[1] != "factor" || !cols[3].Nulls[3] {
		t.Errorf("cells of mixed kinds: %v", cols)
	}
	cols = Options{}.arrowColumns(sample(t).Sections[1].Table)
	if cols[4].Ints[0] != 456789012345 || !cols[4].Nulls[3] || cols[4].Meta[0] != [2]string{"kind", "fen"} {
		t.Errorf("amounts: %v", cols[4])
	}
}

func TestWriteDirIsWholeOrNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	// The built-in letters are Latin: a Chinese chart cannot be drawn as a picture, and then nothing else is written either.
	_, err := WriteDir(dir, sample(t), []Format{FormatText, FormatPNG}, Options{})
	if err == nil || !strings.Contains(err.Error(), "the font has no letter") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a failed report left a directory")
	}
	stopped := errors.New("interrupted")
	if _, err := WriteDir(dir, sample(t), []Format{FormatText}, Options{Interrupted: func() error { return stopped }}); !errors.Is(err, stopped) {
		t.Errorf("an interruption gave %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("an interrupted report left a directory")
	}
	paths, err := WriteDir(dir, sample(t), []Format{FormatText, FormatCSV, FormatSVG}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(paths) || len(paths) != 1+8+7 {
		t.Errorf("%d files for %d paths", len(entries), len(paths))
	}
	for _, p := range paths {
		if data, err := os.ReadFile(p); err != nil || len(data) == 0 {
			t.Errorf("%s: %d bytes, %v", p, len(data), err)
		}
	}
	if err := Stream(&bytes.Buffer{}, sample(t), FormatSVG, Options{}); err == nil {
		t.Error("seven pictures went into one stream")
	}
}
