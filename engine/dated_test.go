package engine_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// dated opens the demo with one alternative that changes a value from a day on.
func dated(t *testing.T, path, value string, from claims.Date) (*engine.Session, error) {
	t.Helper()
	s, err := engine.OpenStudy("../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v, err := policy.ParseYAML("test", []byte(value))
	if err != nil {
		t.Fatal(err)
	}
	change := policy.Change{Path: path, Value: v, From: from, Pos: policy.Pos{File: "test", Line: 1}}
	a := engine.Scenario{Name: "dated", Policy: s.Baseline.Policy, Own: []policy.Change{change}}
	a.Changes = append(append(a.Changes, s.Baseline.Changes...), change)
	s.Alternatives = []engine.Scenario{a}
	return engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
}

// TestDatedNoOp changes values to what they are already, from the middle of the year on: splitting the year must move nothing,
// though stays before the day are readmitted after it.
func TestDatedNoOp(t *testing.T) {
	for path, value := range map[string]string{"drg.readmission.keep": "0.5", "benefit.ai.covered": "false", "drg.classes.low.when.ratio_up_to": "0.40"} {
		ses, err := dated(t, path, value, claims.DateOf(2026, 7, 1))
		if err != nil {
			t.Fatal(err)
		}
		results, err := engine.Run(context.Background(), ses.Plans, ses.Source(), engine.Options{GroupFund: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(results[1].Plan.Versions) != 2 {
			t.Fatalf("%s: the year has %d versions, want 2", path, len(results[1].Plan.Versions))
		}
		for i := range results[0].Outcome.Hospitals {
			if a, b := results[0].Outcome.Hospitals[i], results[1].Outcome.Hospitals[i]; a.Points != b.Points || a.Paid != b.Paid {
				t.Errorf("%s: %s has %s points and %s, before %s and %s", path, a.ID, b.Points, b.Paid, a.Points, a.Paid)
			}
		}
	}
}

func TestDatedOutsideTheYear(t *testing.T) {
	if _, err := dated(t, "benefit.ai.covered", "true", claims.DateOf(2029, 7, 1)); err == nil || !strings.Contains(err.Error(), "has no effect on a year that ends on 2026-12-31") {
		t.Errorf("a change after the year gives %v", err)
	}
	ses, err := dated(t, "settle.budgets.total.opening.growth", "8%", claims.DateOf(2026, 7, 1))
	if err != nil {
		t.Fatal(err)
	}
	if w := ses.Plans[1].Warnings; len(w) != 1 || !strings.Contains(w[0].En, "holds for the whole year") {
		t.Errorf("a yearly value that changes within the year warns of %v", w)
	}
}

// TestPackThatEnds: a pack serves the whole year after its last day, and the reader is told; a last day at the year's end
// needs no word.
func TestPackThatEnds(t *testing.T) {
	const file = "demo/2026-01-01/pack.yaml"
	for until, want := range map[string]string{
		"2026-06-30": "ends on 2026-06-30; what came after it in 2026, up to 2026-12-31, is worked out by its rules all the same",
		"2026-12-31": "",
	} {
		packs := fstest.MapFS{}
		err := fs.WalkDir(policies.FS, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(policies.FS, path)
			packs[path] = &fstest.MapFile{Data: text}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		packs[file].Data = []byte(strings.Replace(string(packs[file].Data), "\neffective: 2026-01-01\n", "\neffective: 2026-01-01\nuntil: "+until+"\n", 1))
		s, err := engine.OpenStudy("../scenarios/demo.yaml")
		if err != nil {
			t.Fatal(err)
		}
		s.Alternatives = nil
		ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: packs})
		if err != nil {
			t.Fatal(err)
		}
		w := ses.Plans[0].Warnings
		if want == "" && len(w) > 0 || want != "" && (len(w) != 1 || w[0].ID != "demo/2026-01-01" || w[0].En != want || !strings.Contains(w[0].Zh, until)) {
			t.Errorf("until %s: warnings %+v, want %q", until, w, want)
		}
	}
}
