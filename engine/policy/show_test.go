package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

const showPack = `pack: town
title: {zh: 镇, en: Town}
effective: 2024-01-01
benefit:
  - id: deductible
    kind: deductible
    cite: law
    verified: false
    note: read from a poster
    amounts:
      - {tier: primary, amount: 300.00, cite: sure}
      - {tier: tertiary, amount: 800.00}
drg:
  cite: law
  reference_mean:
    - {from: 2024-01-01, value: 10000.00, cite: sure}
    - {from: 2026-01-01, until: 2026-12-31, value: 10500.00, cite: law}
`

func showTown(t *testing.T) *policy.Pack {
	t.Helper()
	p, err := policy.Open(fstest.MapFS{
		"town/2024-01-01/pack.yaml":    {Data: []byte(showPack)},
		"town/2024-01-01/sources.yaml": {Data: []byte("sources:\n- {id: law, document: 办法, tag: M}\n- {id: sure, document: 文件, tag: F, verified: true}\n")},
	}, "town/2024-01-01")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestShow lists values with the nearest law, and whether somebody has compared them with it.
func TestShow(t *testing.T) {
	p := showTown(t)
	for _, c := range []struct{ path, on, want string }{
		{"benefit.deductible.amounts", "2024-06-01", "benefit.deductible.amounts[tier=primary].amount 300.00 sure true, benefit.deductible.amounts[tier=tertiary].amount 800.00 law false"},
		{"benefit.deductible.amounts[tier=tertiary].amount", "2024-06-01", "benefit.deductible.amounts[tier=tertiary].amount 800.00 law false"},
		{"drg", "2024-06-01", "drg.reference_mean 10000.00 sure true"},
		{"drg.reference_mean", "2026-06-01", "drg.reference_mean 10500.00 law false"},
	} {
		day, err := claims.ParseDate(c.on)
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := p.Show(c.path, day)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range leaves {
			got = append(got, fmt.Sprintf("%s %s %s %v", l.Path, l.Value, l.Law[0].ID, l.Verified))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s on %s\ngot  %s\nwant %s", c.path, c.on, s, c.want)
		}
	}
	leaves, err := p.Show("benefit.deductible.amounts[tier=tertiary]", p.Effective)
	if err != nil || len(leaves) != 1 || leaves[0].Note != "read from a poster" || leaves[0].En != "benefits: deductible: amounts: tertiary: amount" {
		t.Errorf("%+v %v", leaves, err)
	}
	if _, err := p.Show("benefit.deductable", p.Effective); err == nil || !strings.Contains(err.Error(), `nearest is "benefit.deductible"`) {
		t.Errorf("got %v", err)
	}
}

// TestPeriods lists the values of a parameter over time: one ends the day before the next begins.
func TestPeriods(t *testing.T) {
	var got []string
	for _, per := range showTown(t).Periods("drg.reference_mean") {
		got = append(got, fmt.Sprintf("%s..%s %s", per.From, per.Until, per.Value))
	}
	if s, want := strings.Join(got, ", "), "2024-01-01..2025-12-31 10000.00, 2026-01-01..2026-12-31 10500.00"; s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	if list := showTown(t).Periods("benefit"); list != nil {
		t.Errorf("benefit has periods: %v", list)
	}
}
