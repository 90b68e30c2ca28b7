package casetest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/casetest"
)

const head = "policy none on 2026-01-05\npack\n  benefit:\n    - {id: r, kind: coinsurance, rates: [{share: 80%}]}\n"

// TestParseFaults holds each fault to its place and its one sentence.
func TestParseFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no policy", "claims\nid\n", "t.case:1: the case has no line: policy NAME on 2026-03-15"},
		{"two policies", "policy a\npolicy b\n", "t.case:2: a second policy; a case has one"},
		{"policy form", "policy a at 2026-01-01\n", "t.case:1: a policy is written as: policy NAME on 2026-03-15"},
		{"bad day", "policy a on 2026-02-30\n", `t.case:1: date "2026-02-30" is not a day written as 2026-03-15`},
		{"bad word", head + "\nclaimz\n", `t.case:6: "claimz" begins no line of a case; lines begin with policy, origin, set, pack, claims, hospitals, `},
		{"bad origin", "policy a\norigin offical\n", `t.case:2: origin "offical" is none of hand, official, snapshot; nearest is "official"`},
		{"cells", head + "\nclaims\nid gross\nC1 1 2\n", "t.case:8: claims: the row has 3 cells, but there are 2 columns; a dash is a blank cell"},
		{"quote", head + "\nclaims\nid gross\n\"C1 1\n", "t.case:8: claims: a quoted cell is not closed"},
		{"empty block", head + "\nclaims\n\n", "t.case:6: claims: the block is empty; columns stand on the next line"},
		{"second block", head + "\nclaims\nid\n\nclaims\nid\n", "t.case:9: a second block claims; the first stands at line 6"},
		{"no result", head, "t.case:1: the case expects nothing; it needs one of adjudicate, classify, settle, expect"},
		{"pack with policy", strings.Replace(head, "none", "hangzhou", 1) + "\nadjudicate\nid\n", "t.case:3: a pack of its own needs the line: policy none"},
		{"no pack", "policy none\n\nadjudicate\nid\n", "t.case:1: policy none needs a pack of its own; without law nothing can be told"},
		{"pack yaml", "policy none\npack\n  a: [1\n", "t.case:3: did not find expected"},
		{"pack repeated key", "policy none\npack\n  a: 1\n  a: 2\n", `t.case:4: key "a" stands already at line 3`},
		{"set form", "policy none\nset benefit.r.share\n", "t.case:2: a change is written as: set PATH VALUE"},
		{"expect what", head + "\nexpect\nerror\n", "t.case:7: expect: error of what?"},
		{"expect kind", head + "\nexpect\neror x\n", `t.case:7: expect: "eror" is none of error, finding; nearest is "error"`},
	} {
		_, err := casetest.Parse("t.case", []byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestRunFaults does the same for what is wrong in the sense of a case that is well formed.
func TestRunFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown column", head + "\nclaims\nid gros\nC1 1\n\nadjudicate\nid fund\n", `t.case:7: claims: unknown column "gros"; columns are id,`},
		{"unknown result column", head + "\nclaims\nid gross\nC1 1\n\nadjudicate\nid found\nC1 1\n", `t.case:11: adjudicate: unknown column "found"; columns are id,`},
		{"column twice", head + "\nclaims\nid gross gross\nC1 1 1\n\nadjudicate\nid fund\n", `t.case:7: claims: column "gross" stands there twice`},
		{"first column", head + "\nclaims\nid gross\nC1 1\n\nadjudicate\nfund id\n1 C1\n", "t.case:11: adjudicate: the first column must be id"},
		{"unknown claim", head + "\nclaims\nid gross\nC1 1\n\nadjudicate\nid fund\nC2 1\n", `t.case:12: adjudicate: there is no claim "C2"; nearest is "C1"`},
		{"amount", head + "\nclaims\nid gross\nC1 1.005\n\nadjudicate\nid fund\n", `t.case:8: claims: gross: amount "1.005": more than 2 decimals`},
		{"word", head + "\nclaims\nid setting\nC1 inpatent\n\nadjudicate\nid fund\n", `t.case:8: claims: setting: "inpatent" is none of inpatient, outpatient, chronic, internet, bedday; nearest is "inpatient"`},
		{"tier", head + "\nclaims\nid tier\nC1 4\n\nadjudicate\nid fund\n", `t.case:8: tier "4" is none of`},
		{"twice", head + "\nclaims\nid gross\nC1 1\nC1 1\n\nadjudicate\nid fund\n", `t.case:9: claim "C1" stands there twice`},
		{"reverses", head + "\nclaims\nid gross status reverses\nC1 1 reversal C9\n\nadjudicate\nid fund\n", `t.case:8: there is no claim "C9" to reverse; nearest is "C1"`},
		{"path", head + "set benefit.q.share 1\n\nadjudicate\nid fund\n", `t.case:5: path "benefit.q.share" matches nothing; nearest is "benefit.r"`},
		{"kind", strings.Replace(head, "coinsurance", "coinsurence", 1) + "\nadjudicate\nid fund\n", `t.case:4: step r: kind "coinsurence" is none of`},
		{"key", strings.Replace(head, "rates", "rate", 1) + "\nadjudicate\nid fund\n", "t.case:4: step r: rates: needs at least one row"},
		{"no packs", "policy hangzhou\n\nadjudicate\nid fund\n", `t.case:1: there are no packs to look for "hangzhou" in`},
		{"no solver", head + "\nclassify\nid class\nC1 normal\n", `t.case:6: nothing answers a block "classify"; result blocks are adjudicate`},
		{"no checker", head + "\nclaims\nid gross\nC1 1\n\nexpect\nfinding overlap C1\n", "t.case:11: expect finding: nothing checks claims here"},
	} {
		parsed, err := casetest.Parse("t.case", []byte(c.text))
		if err == nil {
			err = (&casetest.Runner{}).Run(parsed).Err
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestHelp runs every case that the description of the language shows, so that it cannot lie.
func TestHelp(t *testing.T) {
	ran := 0
	for i, block := range strings.Split(casetest.Help, "```") {
		if i%2 == 0 || !strings.Contains(block, "policy none") {
			continue
		}
		c, err := casetest.Parse("help.case", []byte(block))
		if err != nil {
			t.Fatal(err)
		}
		if r := (&casetest.Runner{}).Run(c); !r.OK() {
			t.Errorf("%v %v", r.Err, r.Diffs)
		}
		ran++
	}
	if ran != 1 {
		t.Errorf("%d cases ran, expected 1", ran)
	}
}

// FuzzParse feeds arbitrary text to the parser and the runner: an error or a result, never a panic.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.case")
	if err != nil || len(files) == 0 {
		f.Fatalf("no case files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(head + "set benefit.r.rates[1].share 70%\n\nclaims\nid gross\n\"C 1\" 10 # ten\n\nadjudicate\nid fund\n\"C 1\" 7\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := casetest.Parse("fuzz.case", text)
		if err != nil {
			return
		}
		r := (&casetest.Runner{}).Run(c)
		if r.Err == nil {
			if _, err := casetest.Rewrite(r); err == nil && c.Origin != casetest.Snapshot {
				t.Fatal("a case that is no snapshot was rewritten")
			}
		}
	})
}
