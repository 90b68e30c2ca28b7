package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/wholefile"
	"github.com/drgsim/drgsim/policies"
)

var update = flag.Bool("update", false, "write the golden results anew")

// compact tells the figures that a golden result holds: money of funds and pools, what people pay (of ages the amounts and how
// many pay more or less, over all schemes), what tiers are paid.
func compact(id string) bool {
	if who, age, found := strings.Cut(id, ".age_"); found {
		words := strings.Split(age, ".")
		return who == "people" && slices.Contains([]string{"paid", "less", "more"}, words[len(words)-1])
	}
	for _, prefix := range []string{"fund.", "pool.", "people."} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return strings.HasPrefix(id, "tier.") && strings.HasSuffix(id, ".paid")
}

// opened opens a shipped study. It skips the test where the study stands on data that does not come with the program.
func opened(t *testing.T, file string) *engine.Session {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("claims: [../testdata/")) {
		t.Skipf("%s stands on data that is not in testdata", file)
	}
	s, err := engine.OpenStudy(file)
	if err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	return ses
}

var done = make(map[string]*compare.Comparison)

// works runs all scenarios of a study, once. It skips the test where the study stands on data that does not come with the
// program.
func works(t *testing.T, file string) *compare.Comparison {
	t.Helper()
	if c := done[file]; c != nil {
		return c
	}
	ses := opened(t, file)
	results, err := engine.Run(context.Background(), ses.Plans, engine.InMemory(ses.Input), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	done[file] = compare.New(results)
	return done[file]
}

// golden writes the figures of each scenario: whole numbers in the unit of their kind, by rising name.
func golden(c *compare.Comparison) ([]byte, error) {
	out := make(map[string]map[string]int64)
	for i, r := range c.Results {
		figures := make(map[string]int64)
		for _, f := range c.Figures[i].List() {
			if !f.None && compact(f.ID) && f.Kind != report.KindText {
				figures[f.ID] = f.Value
			}
		}
		out[r.Plan.Scenario.Name] = figures
	}
	text, err := json.MarshalIndent(out, "", " ")
	return append(text, '\n'), err
}

// TestStudies runs every study of this folder and holds its figures to the golden result beside it.
func TestStudies(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d studies: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".yaml"), func(t *testing.T) {
			c := works(t, file)
			got, err := golden(c)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("golden", strings.TrimSuffix(file, ".yaml")+".json")
			if *update {
				if err := wholefile.Write(path, func(w io.Writer) error { _, err := w.Write(got); return err }); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				tellDifferences(t, want, got)
			}
		})
	}
}

// tellDifferences names the figures that are not as they were.
func tellDifferences(t *testing.T, want, got []byte) {
	t.Helper()
	var a, b map[string]map[string]int64
	if err := json.Unmarshal(want, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, scenario := range slices.Sorted(maps.Keys(b)) {
		for _, id := range slices.Sorted(maps.Keys(b[scenario])) {
			if old, ok := a[scenario][id]; (!ok || old != b[scenario][id]) && told < 20 {
				t.Errorf("%s: %s is %d, was %d", scenario, id, b[scenario][id], old)
				told++
			}
		}
	}
	if told == 0 {
		t.Error("the golden result holds other scenarios or figures")
	}
}

// figure returns a figure of a scenario.
func figure(t *testing.T, c *compare.Comparison, scenario, id string) int64 {
	t.Helper()
	for i, r := range c.Results {
		if r.Plan.Scenario.Name == scenario {
			f, err := c.Figures[i].Get(id)
			if err != nil {
				t.Fatal(err)
			}
			return f.Value
		}
	}
	t.Fatalf("no scenario %s", scenario)
	return 0
}

// TestDirections checks what a change of rules must bring, whatever the claims.
func TestDirections(t *testing.T) {
	const paid, carried = "fund.paid", "fund.carried"
	for _, c := range []struct {
		study, less, more, figure string
		equal                     bool
	}{
		{"zhejiang-2020", "growth-3", "baseline", paid, false},
		{"zhejiang-2020", "baseline", "full-retention", paid, false},
		{"zhejiang-2020", "baseline", "fund-only", paid, true},
		{"zhejiang-2020", "baseline", "readmission-10", paid, true},
		{"zhejiang-2025", "zj-drg-2", "band-without-coefficient", paid, true},
		{"same-price", "baseline", "list-100", paid, true},
		{"same-price", "baseline", "list-100", "tier.community.paid", false},
		{"same-price", "list-100", "none", "tier.tertiary_a.paid", false},
		{"tiered-payment", "baseline", "one-price", "tier.community.paid", false},
		{"tiered-payment", "one-price", "flat", "tier.tertiary_a.paid", false},
		{"alliance-2026", "growth-3", "baseline", paid, false},
		{"alliance-2026", "full-retention", "baseline", carried, false},
		{"lishui-tilt", "lishui-no-tilt", "lishui", "fund.booked", false},
		{"lishui-tilt", "lishui", "lishui-full-retention", paid, false},
		{"dongtai-package", "package-private-12", "package", paid, false},
		{"region-vs-alliance", "alliance-2026", "region-2026", paid, false},
		{"us-ipps", "marginal-60", "baseline", paid, false},
		{"us-ipps", "baseline", "loss-10000", paid, false},
	} {
		t.Run(c.study+"/"+c.more, func(t *testing.T) {
			cmp := works(t, c.study+".yaml")
			a, b := figure(t, cmp, c.less, c.figure), figure(t, cmp, c.more, c.figure)
			if c.equal && a != b || !c.equal && a >= b {
				t.Errorf("%s: %s has %d, %s has %d", c.figure, c.less, a, c.more, b)
			}
		})
	}
}

// A claim of the largest amount that a cell may hold is worked out by every shipped study.
func TestLargestAmountIsWorkedOut(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			ses := opened(t, file)
			large := 0
			for i, set := range ses.Input.Table.Setting {
				if set == claims.Inpatient && i%1000 == 0 {
					ses.Input.Table.Gross[i] = claims.MaxAmount
					large++
				}
			}
			if _, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{}); err != nil || large == 0 {
				t.Errorf("with %d claims of %s: %v", large, claims.MaxAmount, err)
			}
		})
	}
}
