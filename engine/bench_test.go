package engine_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/invent"
)

// benchStudy holds claims for the benchmarks: stays only, like a large data set.
func benchStudy(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	c := invent.Scale()
	c.Persons = 30_000
	if _, err := invent.Write(b.Context(), dir, c, nil); err != nil {
		b.Fatal(err)
	}
	return studyOver(b, dir, "claims.arrow")
}

// perClaim reports claims a second and starts the clock.
func perClaim(b *testing.B, rows int) func() {
	b.ReportAllocs()
	b.ResetTimer()
	return sync.OnceFunc(func() {
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "claims/s")
	})
}

func BenchmarkLoad(b *testing.B) {
	file := filepath.Join(filepath.Dir(benchStudy(b)), "claims.arrow")
	rows := 0
	done := func() {}
	for b.Loop() {
		t, _, err := claims.ReadFile(b.Context(), file, claims.ReadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if rows == 0 {
			rows = t.Rows
			done = perClaim(b, rows)
		}
		t.Release()
	}
	done()
}

// BenchmarkOpen loads what the rules look at of a file that its writer vouches for.
func BenchmarkOpen(b *testing.B) {
	study := benchStudy(b)
	defer perClaim(b, openStudy(b, study).Input.Table.Rows)()
	for b.Loop() {
		openStudy(b, study)
	}
}

func BenchmarkCheck(b *testing.B) {
	study := benchStudy(b)
	ses := openStudy(b, study)
	table, _, err := claims.ReadFile(b.Context(), filepath.Join(filepath.Dir(study), "claims.arrow"), claims.ReadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer perClaim(b, table.Rows)()
	for b.Loop() {
		if _, err := check.Table(table, ses.Region, check.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// benchPlans times one pass over the claims by some of the plans, and what share of it a stage takes.
func benchPlans(b *testing.B, stage string, names ...string) {
	ses := openStudy(b, benchStudy(b))
	var plans []*engine.Plan
	for _, p := range ses.Plans {
		if len(names) == 0 || slices.Contains(names, p.Scenario.Name) {
			plans = append(plans, p)
		}
	}
	sh := engine.Shard{Input: ses.Input, Hi: ses.Input.Persons()}
	n, spent := 0, engine.Stages{}
	done := perClaim(b, ses.Input.Table.Rows)
	for b.Loop() {
		if _, err := engine.Run(b.Context(), plans, engine.InMemory(sh.Input), engine.Options{Workers: 1, Stages: &spent}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	done()
	of := map[string]float64{"adjudicate": spent.Adjudicate.Seconds(), "classify": spent.Classify.Seconds(), "add_up": spent.AddUp.Seconds()}[stage]
	if of > 0 {
		b.ReportMetric(of*1e9/float64(n)/float64(ses.Input.Table.Rows), stage+"-ns/claim")
	}
}

func BenchmarkRunBaseline(b *testing.B) { benchPlans(b, "", "baseline") }

func BenchmarkAdjudicate(b *testing.B) { benchPlans(b, "adjudicate", "baseline") }

func BenchmarkClassify(b *testing.B) { benchPlans(b, "classify", "baseline") }

func BenchmarkRunSevenScenarios(b *testing.B) { benchPlans(b, "") }

func BenchmarkSettle(b *testing.B) {
	ses := openStudy(b, "../scenarios/demo.yaml")
	results, err := engine.Run(b.Context(), ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	partials := make([]*engine.Partial, len(results))
	for i, r := range results {
		partials[i] = r.Partial
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Settle(ses.Plans, partials); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	ses := openStudy(b, "../scenarios/demo.yaml")
	results, err := engine.Run(b.Context(), ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		compare.New(results)
	}
}

// BenchmarkEnd makes and settles the partials of several scenarios in a large region.
func BenchmarkEnd(b *testing.B) {
	ses := openStudy(b, benchStudy(b))
	end, err := engine.Ender(b.Context(), ses.Plans, engine.Shard{Input: ses.Input, Hi: ses.Input.Persons()})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := end(); err != nil {
			b.Fatal(err)
		}
	}
}
