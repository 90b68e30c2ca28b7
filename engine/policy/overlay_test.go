package policy_test

import (
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

// overlayAt opens an overlay on a pack and returns what stands at a path on a day.
func overlayAt(t *testing.T, base, over, path, on string) string {
	t.Helper()
	head := "pack: town\ntitle: {zh: 镇, en: Town}\neffective: "
	p, err := policy.Open(fstest.MapFS{
		"town/2024-01-01/pack.yaml": {Data: []byte(head + "2024-01-01\n" + base)},
		"town/2025-01-01/pack.yaml": {Data: []byte(head + "2025-01-01\nextends: town/2024-01-01\n" + over)},
	}, "town/2025-01-01")
	if err != nil {
		t.Fatal(err)
	}
	day, err := claims.ParseDate(on)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := p.At(day)
	if err != nil {
		t.Fatal(err)
	}
	return rules.Tree.Get(path).String()
}

// TestOverlayTakesAway: a key without a value takes the base's away, so that a strict reader does not see it.
func TestOverlayTakesAway(t *testing.T) {
	got := overlayAt(t, "drg: {method: rate, rate: 100, opening: {kind: history, total: income}}\n",
		"drg: {method: points, rate: null, opening: {kind: per_capita, total: null}}\n", "drg", "2025-06-01")
	if want := "{method: points, opening: {kind: per_capita}}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestRowsHaveDates: a row is there from its day to its last day, and loses the words that say so.
func TestRowsHaveDates(t *testing.T) {
	over := "drg: {rates: [{tier: 3, share: 1}, {from: 2025-03-01, until: 2025-03-31, share: 2}, {from: 2026-01-01, share: 3}]}\n"
	for on, want := range map[string]string{
		"2025-02-28": "{rates: [{tier: 3, share: 1}]}",
		"2025-03-01": "{rates: [{tier: 3, share: 1}, {share: 2}]}",
		"2025-03-31": "{rates: [{tier: 3, share: 1}, {share: 2}]}",
		"2025-04-01": "{rates: [{tier: 3, share: 1}]}",
		"2026-01-01": "{rates: [{tier: 3, share: 1}, {share: 3}]}",
	} {
		if got := overlayAt(t, "drg: {}\n", over, "drg", on); got != want {
			t.Errorf("%s: got %s, want %s", on, got, want)
		}
	}
}
