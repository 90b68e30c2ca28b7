package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/policies"
)

// reviewed opens the demo with one special case: claim 2026000000908002, a high outlier, is priced at its cost less 497.55.
func reviewed(t *testing.T, reviews string) (*engine.Session, error) {
	t.Helper()
	text, err := os.ReadFile("../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	study := strings.ReplaceAll(string(text), "../testdata", filepath.ToSlash(filepath.Join(root, "testdata")))
	study = strings.Replace(study, "year: 2026", "year: 2026\nreviews: reviews.csv", 1)
	study = strings.Replace(study, "  changes:\n", "  changes:\n    - {path: drg.reviews, value: [{kind: special, limit: 5‰}]}\n    - {path: drg.classes.bed_day.when, value: [{kind: bedday}, {reviewed: special}]}\n    - {path: drg.classes.bed_day.pay, value: {formula: cost}}\n", 1)
	for name, content := range map[string]string{"study.yaml": study, "reviews.csv": reviews} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := engine.OpenStudy(filepath.Join(dir, "study.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s.Alternatives = nil
	return engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
}

func TestReviews(t *testing.T) {
	ses, err := reviewed(t, "claim,kind,unreasonable\n2026000000908002,special,497.55\n")
	if err != nil {
		t.Fatal(err)
	}
	row, err := ses.Input.FindClaim("2026000000908002")
	if err != nil {
		t.Fatal(err)
	}
	year, err := ses.Plans[0].Replay(ses.Input, ses.Input.PersonOf(row))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range year {
		if x.ClaimID != "2026000000908002" {
			continue
		}
		// (73,497.55 - 497.55) / 8,860.10 * 100 points
		if got := x.Priced.Points.String(); got != "823.918466" {
			t.Errorf("the reviewed stay has %s points, want 823.918466", got)
		}
	}
	results, err := engine.Run(context.Background(), ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w := ses.ReviewWarnings(results[0]); len(w) != 0 {
		t.Errorf("one case of a large hospital is within 5‰, but: %v", w)
	}
}

func TestBadReviews(t *testing.T) {
	for reviews, want := range map[string]string{
		"claim,kind\nNOBODY,special\n":                                     `reviews.csv:2: claim "NOBODY" is not among the claims`,
		"claim,kind\n2026000000908002,speciel\n":                           `nearest is "special"`,
		"claim,kind\n2026000000908002,special\n2026000000908002,special\n": "is reviewed at line 2 already",
		"claim,kind,unreasonable\n2026000000908002,special,1.005\n":        "more than 2 decimals",
		"claim,kind,unreasonable\n2026000000908002,special,-1.00\n":        "must not be negative",
	} {
		if _, err := reviewed(t, reviews); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %s", reviews, err, want)
		}
	}
}
