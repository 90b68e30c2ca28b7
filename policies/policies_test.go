package policies_test

import (
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/packtest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// today is the day against which the review dates of the shipped packs are held here, so that the test does not depend on
// the day on which it runs; `drgsim policy lint` takes the real one.
var today = claims.DateOf(2026, 1, 1)

func names(t *testing.T) []string {
	t.Helper()
	list, err := policy.Names(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestPacksAreShipped: the packs that the program promises are there.
func TestPacksAreShipped(t *testing.T) {
	list := names(t)
	for _, want := range []string{"national/2021-01-01", "zhejiang/2020-01-01", "zhejiang/2025-01-01", "zhejiang/2026-01-30", "hangzhou/2020-12-09",
		"lishui/2025-01-01", "jinhua/2025-01-01", "wenzhou/2022-01-01", "sanming/2025-01-01", "dongtai/2022-12-07", "guangdong/2025-08-07",
		"us-ipps/2023-10-01", "demo/2026-01-01"} {
		if !slices.Contains(list, want) {
			t.Errorf("pack %s is missing", want)
		}
	}
}

// TestPacksAreClean lints every pack: citations, dates, bands, rows, tables, shares, and a case for each rule.
func TestPacksAreClean(t *testing.T) {
	for _, name := range names(t) {
		faults, err := packtest.Lint(policies.FS, name, today)
		if err != nil {
			t.Error(err)
		}
		for _, f := range faults {
			t.Error(f)
		}
	}
}

// TestCases runs every case of every pack.
func TestCases(t *testing.T) {
	for _, name := range names(t) {
		p, err := policy.Open(policies.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range p.CaseFiles {
			res, _, err := packtest.RunFile(policies.FS, file)
			if err != nil {
				t.Error(err)
				continue
			}
			if res.Err != nil {
				t.Error(res.Err)
			}
			for _, d := range res.Diffs {
				t.Error(d)
			}
		}
	}
}

// TestWeakEvidenceIsMarked: no value that stands on memory, derivation or an aggregator's page alone passes for verified.
func TestWeakEvidenceIsMarked(t *testing.T) {
	weak := []string{"M", "D", "FW"}
	for _, name := range names(t) {
		p, err := policy.Open(policies.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := p.Show("", p.Effective)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range leaves {
			allWeak := len(l.Law) > 0
			for _, s := range l.Law {
				allWeak = allWeak && slices.Contains(weak, s.Tag)
			}
			if l.Verified && allWeak {
				t.Errorf("%s: %s passes for verified on weak evidence", l.Pos, l.Path)
			}
		}
	}
}
