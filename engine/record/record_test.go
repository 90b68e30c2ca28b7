package record

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// open opens the demo study with changes to its baseline and runs it.
func open(t *testing.T, set ...string) (*engine.Session, []*engine.Result) {
	t.Helper()
	s, err := engine.OpenStudy("../../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Alternatives = s.Alternatives[:1]
	for _, x := range set {
		if err := s.Set(x); err != nil {
			t.Fatal(err)
		}
	}
	ses, err := engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ses, results
}

func TestRecordBindsItsRun(t *testing.T) {
	ses, results := open(t)
	dir := t.TempDir()
	r, err := New(ses, results, nil, "build 1", dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	back, _, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	failing := func(build string, results []*engine.Result) []string {
		list, err := back.Verify(ses, results, build, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		var bad []string
		for _, b := range list {
			if !b.Holds {
				bad = append(bad, b.What+" "+b.Name)
			}
		}
		return bad
	}
	if bad := failing("build 1", results); bad != nil {
		t.Errorf("the run that was recorded does not bind: %v", bad)
	}
	if bad := failing("build 2", results); len(bad) != 1 || bad[0] != "build drgsim" {
		t.Errorf("another build: %v", bad)
	}
	_, other := open(t, "settle.budgets.total.opening.growth=9%")
	if bad := strings.Join(failing("build 1", other), ", "); bad != "rules baseline, results baseline, rules same-price-100, results same-price-100" {
		t.Errorf("another growth: %v", bad)
	}
}

func TestChangedRecordIsRefused(t *testing.T) {
	ses, results := open(t)
	dir := t.TempDir()
	r, err := New(ses, results, nil, "b", dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Scenarios[0].Figures["fund.paid"]++
	if _, err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "figures of scenario baseline have been changed") {
		t.Errorf("error %v", err)
	}
	path := filepath.Join(dir, FileName)
	for text, want := range map[string]string{`{"drgsim_record": 9}`: "version 9", `{"colour": 1}`: "colour", `{"drgsim_record": 1}`: "no scenarios", `[`: "EOF"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}

// TestDiffSplitsByCause: a parameter alone, the program alone, and both; the parts sum to the change.
func TestDiffSplitsByCause(t *testing.T) {
	sesA, resultsA := open(t)
	sesB, resultsB := open(t, "settle.budgets.total.opening.growth=9%")
	a := &Side{Name: "a", Session: sesA, Result: resultsA[0], Bound: true}
	b := &Side{Name: "b", Session: sesB, Result: resultsB[0], Bound: true}
	d, err := Compare(t.Context(), a, b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(d *Diff, want map[string]bool) {
		t.Helper()
		if len(d.Figures) == 0 || len(d.Hospitals) == 0 {
			t.Fatal("nothing differs")
		}
		seen := map[string]bool{}
		for _, m := range append(d.Figures, d.Hospitals...) {
			sum := int64(0)
			for k, p := range m.Parts {
				sum += p
				if p != 0 {
					seen[d.Causes[k]] = true
				}
			}
			if sum != m.B-m.A {
				t.Errorf("%s: parts %v do not sum to %d", m.Figure.ID, m.Parts, m.B-m.A)
			}
		}
		for cause := range seen {
			if !want[cause] {
				t.Errorf("cause %s has a part", cause)
			}
		}
		for cause := range want {
			if !seen[cause] {
				t.Errorf("cause %s has no part", cause)
			}
		}
	}
	check(d, map[string]bool{CauseParams: true})
	// A record whose figures were made by another program.
	r, err := New(sesA, resultsA, nil, "old", t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Scenarios[0].Figures["fund.paid"] -= 100
	a.Record = r
	if d, err = Compare(t.Context(), a, b, Options{}); err != nil {
		t.Fatal(err)
	}
	check(d, map[string]bool{CauseParams: true, CauseEngine: true})
	same, err := Compare(t.Context(), b, b, Options{})
	if err != nil || len(same.Figures)+len(same.Hospitals)+len(same.ByData)+len(same.ByRules) != 0 {
		t.Errorf("a run differs from itself: %+v, %v", same, err)
	}
}

// TestDiffNamesTheClaims that the data and the rules moved most.
func TestDiffNamesTheClaims(t *testing.T) {
	sesA, resultsA := open(t)
	s, err := engine.OpenStudy("../../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if s.Assumptions, err = policy.ParseYAML("a", []byte("uprating: [{setting: inpatient, cost: 1%}]")); err != nil {
		t.Fatal(err)
	}
	if err := s.Set("benefit.ai.covered=true"); err != nil {
		t.Fatal(err)
	}
	sesB, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	resultsB, err := engine.Run(t.Context(), sesB.Plans[:1], sesB.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Compare(t.Context(), &Side{Name: "a", Session: sesA, Result: resultsA[0]}, &Side{Name: "b", Session: sesB, Result: resultsB[0]}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.ByData) != shownClaims || len(d.ByRules) != shownClaims {
		t.Fatalf("%d and %d claims are named", len(d.ByData), len(d.ByRules))
	}
	for _, c := range d.ByRules {
		if c.B <= c.A {
			t.Errorf("claim %s: covering more pays %s after %s", c.ID, c.B, c.A)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add([]byte(`{"drgsim_record":1,"build":"b","study":{"path":"s","sha256":""},"inputs":[],"scenarios":[{"name":"baseline","packs":null,"rules_sha256":"","results_sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","figures":{}}]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := parse(text)
		if err == nil && len(r.Scenarios) == 0 {
			t.Error("a record without scenarios was accepted")
		}
	})
}
