package mapping

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

type parted struct {
	cells   []string
	problem string
	line    int64
}

func partAll(text string) (out []parted, err error) {
	s := newRows(iotest.OneByteReader(strings.NewReader(text)), ',')
	for {
		problem, err := s.read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		p := parted{problem: problem, line: s.line}
		if problem == "" {
			for _, c := range s.cells {
				p.cells = append(p.cells, string(c))
			}
		}
		out = append(out, p)
	}
}

func TestRows(t *testing.T) {
	text := "\"a\",\"b\"\r\n1,2\r\n\r\n\"x, \"\"y\"\"\nz\",\r\na\"b,1\n\"c\"d,2\nlast,\"\""
	got, err := partAll(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []parted{
		{cells: []string{"a", "b"}, line: 1},
		{cells: []string{"1", "2"}, line: 2},
		{cells: []string{"x, \"y\"\nz", ""}, line: 4},
		{problem: "a quote stands inside a cell that is not quoted", line: 6},
		{problem: "text follows the closing quote of a cell", line: 7},
		{cells: []string{"last", ""}, line: 8},
	}
	if !slices.EqualFunc(got, want, func(a, b parted) bool {
		return slices.Equal(a.cells, b.cells) && a.problem == b.problem && a.line == b.line
	}) {
		t.Errorf("got %+v", got)
	}
}

func TestUnclosedQuote(t *testing.T) {
	if _, err := partAll("a,b\n1,\"x\n2,y\n3,z\n"); err == nil || err.Error() != "line 2: a quote is opened here and never closed" {
		t.Errorf("got %v", err)
	}
	if _, err := partAll("a,b\n1,\"x\n" + strings.Repeat("2,y\n", maxRecord/4)); err == nil ||
		err.Error() != "line 2: the row is longer than 1024 KiB; a quote may not be closed" {
		t.Errorf("got %v", err)
	}
	got, err := partAll("a,b\n1,\"x")
	if err != nil || len(got) != 2 || got[1].problem != "a quoted cell is not closed" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// What encoding/csv reads without an error, rows reads alike.
func TestRowsLikeStandardReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("a,\"\r\n 号")), 0, 40, -1).Draw(t, "text")
		if strings.Contains(text, "\r") {
			// The standard reader rewrites line ends inside quotes; its line ends proper are tested above.
			text = strings.ReplaceAll(text, "\r", "")
		}
		std := csv.NewReader(strings.NewReader(text))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		got, err := partAll(text)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: got %+v, %v, want %q", text, got, err, want)
		}
		for i := range want {
			if !slices.Equal(got[i].cells, want[i]) {
				t.Fatalf("%q: got %+v, want %q", text, got, want)
			}
		}
	})
}

func FuzzRows(f *testing.F) {
	f.Add("a,b\n\"1\",2\r\n")
	f.Add("\"\"\"\n\n,\"")
	f.Fuzz(func(t *testing.T, text string) {
		got, _ := partAll(text)
		if n := strings.Count(text, "\n") + 1; len(got) > n {
			t.Errorf("%d rows of %d lines", len(got), n)
		}
	})
}
