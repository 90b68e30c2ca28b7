package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/invent"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/policies"
)

// inventRegion writes a region and the demo's study over it, and returns the study's file.
func inventRegion(t testing.TB, dirty float64) string {
	t.Helper()
	dir := t.TempDir()
	c := invent.Default()
	c.Visits, c.DirtyShare, c.Compression = 2500, dirty, "none"
	if _, err := invent.Write(t.Context(), dir, c, nil); err != nil {
		t.Fatal(err)
	}
	return studyOver(t, dir, "claims.arrow")
}

// studyOver writes the demo's study with other claims beside them.
func studyOver(t testing.TB, dir, input string) string {
	t.Helper()
	text, err := os.ReadFile("../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := strings.ReplaceAll(string(text), "../testdata/demo/", "")
	s = strings.Replace(s, "region: ../testdata/demo", "region: .", 1)
	s = strings.Replace(s, "claims: [claims.arrow]", "claims: ["+input+"]", 1)
	s = strings.Replace(s, "reject_limit: 1%", "reject_limit: 50%", 1)
	file := filepath.Join(dir, "study.yaml")
	if err := os.WriteFile(file, []byte(s), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func openStudy(t testing.TB, file string) *engine.Session {
	t.Helper()
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

// compared is the whole report of a study as JSON, without the facts, which name its files, and the single findings, which
// name rows of them.
func compared(t testing.TB, ses *engine.Session, opts engine.Options) string {
	t.Helper()
	opts.GroupFund = true
	results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), opts)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := present.Compare(ses, compare.New(results), true)
	if err != nil {
		t.Fatal(err)
	}
	doc.Facts = nil
	files, err := report.Render(doc, report.FormatJSON, report.Options{Lang: report.En})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		all.Write(f.Data)
	}
	for _, r := range results {
		fmt.Fprintf(&all, "%+v %+v %+v\n", *r.Partial.Tally, *r.Partial.People, r.Partial.Settled)
	}
	if all.Len() < 10_000 {
		t.Fatalf("the report has %d bytes only", all.Len())
	}
	return all.String()
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("%s: the result differs at byte %d: ...%.120s, want ...%.120s", what, at, got[max(at-60, 0):], want[max(at-60, 0):])
}

// The result is the same to the byte for any number of workers, any form and order of the file, and any split.
func TestSameResultHoweverWorkedOut(t *testing.T) {
	for _, dirty := range []float64{0, 0.05} {
		t.Run(fmt.Sprintf("dirty %v", dirty), func(t *testing.T) {
			file := inventRegion(t, dirty)
			dir := filepath.Dir(file)
			ses := openStudy(t, file)
			if (ses.Check.Rejected.Rows > 0) != (dirty > 0) {
				t.Fatalf("%d rows were rejected of data whose dirty share is %v", ses.Check.Rejected.Rows, dirty)
			}
			want := compared(t, ses, engine.Options{Workers: 1})
			same(t, "8 workers", compared(t, ses, engine.Options{Workers: 8}), want)

			table, _, err := claims.ReadFile(t.Context(), filepath.Join(dir, "claims.arrow"), claims.ReadOptions{Reject: func(claims.RejectedRow) error { return nil }})
			if err != nil {
				t.Fatal(err)
			}
			if ses.Door.Rows == 0 {
				if err := claims.WriteParquet(filepath.Join(dir, "claims.parquet"), table, 1000); err != nil {
					t.Fatal(err)
				}
				same(t, "Parquet", compared(t, openStudy(t, studyOver(t, dir, "claims.parquet")), engine.Options{}), want)
			}
			// Of two claims with one id the later one is set aside, so that only sound claims may come in any order.
			if dirty == 0 {
				rows := make([]int32, table.Rows)
				for i, r := range rand.New(rand.NewPCG(1, 2)).Perm(table.Rows) {
					rows[i] = int32(r)
				}
				if err := claims.WriteFile(filepath.Join(dir, "shuffled.arrow"), table.Select(rows), claims.WriteOptions{}); err != nil {
					t.Fatal(err)
				}
				same(t, "shuffled rows", compared(t, openStudy(t, studyOver(t, dir, "shuffled.arrow")), engine.Options{}), want)
			}
			const n = 5
			if _, err := shards.Split(t.Context(), []string{filepath.Join(dir, "claims.arrow")}, filepath.Join(dir, "shards"),
				shards.Options{Shards: n, Reject: func(claims.RejectedRow) error { return nil }}); err != nil {
				t.Fatal(err)
			}
			split := openStudy(t, studyOver(t, dir, "shards"))
			same(t, "shards", compared(t, split, engine.Options{Workers: 2}), want)
			resume := engine.Options{Workers: 2, Resume: filepath.Join(dir, "finished")}
			same(t, "shards, partials kept", compared(t, split, resume), want)
			same(t, "shards, partials found", compared(t, split, resume), want)
		})
	}
}

// Where claims of several shards fail, the same one is told of for any number of workers.
func TestSameErrorHoweverWorkedOut(t *testing.T) {
	file := inventRegion(t, 0)
	dir := filepath.Dir(file)
	if _, err := shards.Split(t.Context(), []string{filepath.Join(dir, "claims.arrow")}, filepath.Join(dir, "shards"), shards.Options{Shards: 6}); err != nil {
		t.Fatal(err)
	}
	s, err := engine.OpenStudy(studyOver(t, dir, "shards"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set("settle.streams.ambulant.when={setting: outpatient}"); err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	fails := func(workers int) string {
		_, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{Workers: workers})
		if err == nil || !strings.Contains(err.Error(), "belongs to no payment stream") {
			t.Fatalf("%d workers: error %v, want one of a claim without a stream", workers, err)
		}
		return err.Error()
	}
	want := fails(1)
	for range 10 {
		if got := fails(6); got != want {
			t.Fatalf("6 workers tell %q, one tells %q", got, want)
		}
	}
}

// Alternatives that change nothing give the baseline's partial itself, and equal parts are worked out once.
func TestPlansShareWork(t *testing.T) {
	ses := openStudy(t, "../scenarios/demo.yaml")
	results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	base := results[0]
	for _, r := range results {
		switch r.Plan.Scenario.Name {
		case "retention-100", "growth-8": // settlement rules alone
			if r.Partial != base.Partial {
				t.Errorf("%s has a partial of its own", r.Plan.Scenario.Name)
			}
		case "same-price-100", "continuous-deductible", "ai-coverage", "all":
			if r.Partial == base.Partial {
				t.Errorf("%s has the baseline's partial", r.Plan.Scenario.Name)
			}
		}
	}
}
