package casetest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/casetest"
)

// TestCases runs the case files of this package: they show what the language can say.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.case")
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := casetest.Parse(file, text)
		if err != nil {
			t.Error(err)
			continue
		}
		r := (&casetest.Runner{}).Run(c)
		if !r.OK() {
			t.Errorf("%s: %v %v", file, r.Err, r.Diffs)
		}
	}
}

func parse(t *testing.T, text string) *casetest.Case {
	t.Helper()
	c, err := casetest.Parse("t.case", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDiff reads one line for each cell that differs, and none for equal numbers that are written in another way.
func TestDiff(t *testing.T) {
	c := parse(t, head+"\nclaims\nid gross\nC1 1,000\nC2 10\n\nadjudicate\nid fund coinsurance\nC1 800 201.5\nC2 - 2\n")
	r := (&casetest.Runner{}).Run(c)
	if r.Err != nil || len(r.Diffs) != 1 {
		t.Fatalf("%v %v", r.Err, r.Diffs)
	}
	if got, want := r.Diffs[0].String(), "t.case:13: adjudicate C1: coinsurance is 200.00, expected 201.5 (off by -1.5)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRewrite changes the numbers of a snapshot that differ and nothing else; other origins are refused.
func TestRewrite(t *testing.T) {
	text := "# Title.\n" + head + "origin snapshot\n\nclaims\nid    gross\nC1    1000\nC2    10\n\nadjudicate\nid fund coinsurance\nC1 800 201.5 # off\nC2 -   2\n\n# End.\n"
	r := (&casetest.Runner{}).Run(parse(t, text))
	got, err := casetest.Rewrite(r)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(text, "id fund coinsurance\nC1 800 201.5 # off\nC2 -   2\n", "id  fund  coinsurance\nC1  800   200.00\nC2  -     2\n", 1)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r = (&casetest.Runner{}).Run(parse(t, string(got)))
	if !r.OK() {
		t.Errorf("the rewritten case fails: %v %v", r.Err, r.Diffs)
	}
	for _, origin := range []string{"hand", "official"} {
		r = (&casetest.Runner{}).Run(parse(t, strings.Replace(text, "snapshot", origin, 1)))
		if _, err := casetest.Rewrite(r); err == nil {
			t.Errorf("a case of origin %s was rewritten", origin)
		}
	}
}

// TestExpect: an expected error makes the case pass, its absence and another error make it fail.
func TestExpect(t *testing.T) {
	broken := strings.Replace(head, "80%", "120%", 1)
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{broken + "\nexpect\nerror 1.2 is not between 0 and 1\n", true},
		{broken + "\nexpect\nerror something else\n", false},
		{head + "\nexpect\nerror 1.2 is not between 0 and 1\n", false},
	} {
		if r := (&casetest.Runner{}).Run(parse(t, c.text)); r.OK() != c.ok {
			t.Errorf("%s: %v %v", c.text, r.Err, r.Diffs)
		}
	}
}

// TestFindings asks the runner's check.
func TestFindings(t *testing.T) {
	runner := &casetest.Runner{Findings: func(s *casetest.Setup) ([]string, error) { return []string{"overlap C1", "overlap C2"}, nil }}
	text := head + "\nclaims\nid gross\nC1 1\nC2 1\n\nexpect\nfinding overlap C2\nfinding overlap C3\n"
	r := runner.Run(parse(t, text))
	if r.Err != nil || len(r.Diffs) != 1 || !strings.Contains(r.Diffs[0].String(), "overlap C3") {
		t.Errorf("%v %v", r.Err, r.Diffs)
	}
}

// TestBlocks hands a result block to its solver.
func TestBlocks(t *testing.T) {
	runner := &casetest.Runner{Blocks: []casetest.Block{{
		Name: "settle", Of: "hospitals", Columns: []string{"hospital", "fund"},
		Solve: func(s *casetest.Setup, tab *casetest.Table) ([][]string, error) {
			var out [][]string
			for _, row := range tab.Rows {
				sum := s.Pockets[0][6] + s.Pockets[1][6]
				out = append(out, []string{tab.Cell(row, "hospital"), sum.String()})
			}
			return out, nil
		},
	}}}
	text := head + "\nclaims\nid gross\nC1 100\nC2 50\n\nsettle hospitals\nhospital fund\ntertiary WANT\n"
	for want, ok := range map[string]bool{"120.00": true, "120": true, "121": false} {
		if r := runner.Run(parse(t, strings.Replace(text, "WANT", want, 1))); r.Err != nil || r.OK() != ok {
			t.Errorf("%s: %v %v", want, r.Err, r.Diffs)
		}
	}
}

// TestPackOfPlace: the last pack that begins on or before the day of the case serves.
func TestPackOfPlace(t *testing.T) {
	pack := func(date, share string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("pack: town\ntitle: {zh: 镇, en: Town}\neffective: " + date +
			"\nbenefit:\n  - {id: r, kind: coinsurance, rates: [{share: " + share + "}]}\n")}
	}
	packs := fstest.MapFS{"town/2025-01-01/pack.yaml": pack("2025-01-01", "70%"), "town/2026-01-01/pack.yaml": pack("2026-01-01", "80%")}
	for policy, want := range map[string]string{
		"town on 2025-06-01":            "fund is 70.00",
		"town on 2026-06-01":            "fund is 80.00",
		"town":                          "fund is 80.00",
		"town/2025-01-01 on 2026-06-01": "fund is 70.00",
		"town on 2024-06-01":            `t.case:1: no pack of "town" is in force on 2024-06-01`,
		"tovn on 2026-06-01":            `t.case:1: there is no policy pack "tovn"; nearest is "town"`,
		"town/2025-01-02":               `t.case:1: policy pack "town/2025-01-02" does not exist; nearest is "town/2025-01-01"`,
	} {
		r := (&casetest.Runner{Packs: packs}).Run(parse(t, "policy "+policy+"\n\nclaims\nid gross\nC1 100\n\nadjudicate\nid fund\nC1 0\n"))
		got := fmt.Sprint(r.Err, r.Diffs)
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", policy, got, want)
		}
	}
}
