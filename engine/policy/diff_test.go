package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

const diffPack = `pack: town
title: {zh: 镇, en: Town}
effective: 2024-01-01
benefit:
  - id: deductible
    kind: deductible
    title: {zh: 住院起付标准, en: Inpatient deductible}
    cite: old
    amounts:
      - {tier: primary, amount: 300.00}
      - {tier: tertiary, amount: 800.00}
  - {id: ratio, kind: coinsurance, cite: old, rates: [{scheme: resident, up_to: 1000.00, share: 60%}, {scheme: resident, share: 70%}]}
drg:
  reference_mean:
    - {from: 2024-01-01, value: 10000.00, cite: old}
    - {from: 2026-01-01, value: 10500.00, cite: new}
`

const diffOverlay = `pack: town
title: {zh: 镇, en: Town}
effective: 2025-01-01
extends: town/2024-01-01
benefit:
  - id: deductible
    cite: new
    note: other words, same sums elsewhere
    amounts:
      - {tier: primary, amount: 200.00}
      - {tier: secondary, amount: 500.00}
      - {tier: tertiary, amount: 800.00}
  - {id: ratio, remove: true}
`

func diffPacks(t *testing.T) (old, now *policy.Pack) {
	t.Helper()
	sources := "sources:\n- {id: old, document: 旧办法, article: 第一条, tag: F}\n- {id: new, document: 新办法, article: 第二条, tag: F}\n"
	packs := fstest.MapFS{
		"town/2024-01-01/pack.yaml":    {Data: []byte(diffPack)},
		"town/2024-01-01/sources.yaml": {Data: []byte(sources)},
		"town/2025-01-01/pack.yaml":    {Data: []byte(diffOverlay)},
		"town/2025-01-01/sources.yaml": {Data: []byte(sources)},
	}
	var err error
	if old, err = policy.Open(packs, "town/2024-01-01"); err != nil {
		t.Fatal(err)
	}
	if now, err = policy.Open(packs, "town/2025-01-01"); err != nil {
		t.Fatal(err)
	}
	return old, now
}

func diffLines(t *testing.T, a *policy.Pack, onA string, b *policy.Pack, onB string) []string {
	t.Helper()
	dayA, errA := claims.ParseDate(onA)
	dayB, errB := claims.ParseDate(onB)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	list, err := policy.Diff(a, dayA, b, dayB)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		law := func(list []policy.Source) string {
			var ids []string
			for _, s := range list {
				ids = append(ids, s.ID)
			}
			return strings.Join(ids, " ")
		}
		out = append(out, fmt.Sprintf("%s | %s | %s | %s (%s) -> %s (%s)", d.Path, d.Zh, d.En, d.Old, law(d.OldLaw), d.New, law(d.NewLaw)))
	}
	return out
}

// TestDiff compares an overlay with what it builds on: rows by what they select, steps by id, notes and titles not at all.
func TestDiff(t *testing.T) {
	old, now := diffPacks(t)
	got := diffLines(t, old, "2025-06-01", now, "2025-06-01")
	want := []string{
		"benefit.deductible.amounts[tier=primary].amount | 待遇：住院起付标准：标准：一级及基层：金额 | benefits: Inpatient deductible: amounts: primary: amount | 300.00 (old) -> 200.00 (new)",
		"benefit.deductible.amounts[tier=secondary].amount | 待遇：住院起付标准：标准：二级：金额 | benefits: Inpatient deductible: amounts: secondary: amount |  () -> 500.00 (new)",
		"benefit.ratio.kind | 待遇：ratio：规则 | benefits: ratio: kind | coinsurance (old) ->  ()",
		"benefit.ratio.rates[scheme=resident,up_to=1000.00].share | 待遇：ratio：支付比例：居民，至 1000.00：比例 | benefits: ratio: ratios: resident, up to 1000.00: share | 60% (old) ->  ()",
		"benefit.ratio.rates[2].share | 待遇：ratio：支付比例：居民：比例 | benefits: ratio: ratios: resident: share | 70% (old) ->  ()",
	}
	compareLines(t, got, want)
}

// TestDiffOfDays compares one pack with itself on two days.
func TestDiffOfDays(t *testing.T) {
	old, _ := diffPacks(t)
	compareLines(t, diffLines(t, old, "2025-06-01", old, "2026-06-01"), []string{
		"drg.reference_mean | 病组付费：均次住院费用 | DRG payment: mean cost | 10000.00 (old) -> 10500.00 (new)",
	})
	compareLines(t, diffLines(t, old, "2025-06-01", old, "2025-07-01"), nil)
}

func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %s", want[i])
		case i >= len(want):
			t.Errorf("too much: %s", got[i])
		case got[i] != want[i]:
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}
