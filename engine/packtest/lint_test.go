package packtest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/claims"
)

const cleanPack = `pack: town
title: {zh: 镇, en: Town}
effective: 2025-01-01
benefit:
  - id: deductible
    kind: deductible
    cite: law
    when: {setting: inpatient}
    amounts:
      - {tier: primary, amount: 300.00}
      - {amount: 500.00}
  - id: ratio
    kind: coinsurance
    cite: law
    rates:
      - {scheme: employee, up_to: 1000.00, share: 60%}
      - {scheme: employee, up_to: 2000.00, share: 70%}
      - {scheme: employee, share: 80%}
      - {share: 50%}
drg:
  method: points
  cite: law
  reference_mean:
    - {from: 2025-01-01, until: 2025-12-31, value: 10000.00, cite: law}
    - {from: 2026-01-01, value: 11000.00, cite: law}
  groups: {table: groups.csv}
  classes:
    - {id: normal, pay: {formula: base}}
settle:
  cite: law
  streams: [{id: drg, method: points, pool: drg, budget: total}]
  pools: [{id: drg, basis: total_cost}]
  budgets:
    - id: total
      opening: {kind: history, growth: 5%}
      carve_outs: [{id: pharmacies, share: 3%}]
      sharing: {surplus: {keep: 85%}, overrun: {bear: 85%}}
`

const cleanCase = `policy town on 2025-02-01

budget
budget amount
total 5000

claims
id tier group gross
C1 tertiary A 1500

adjudicate
id fund
C1 600

classify
id class
C1 normal

settle funds
fund scheme paid
total employee 3542.50
`

// lintTown lints the clean pack after a change of its text, with further files in its folder.
func lintTown(t *testing.T, old, now string, more ...string) []string {
	t.Helper()
	text := cleanPack
	if old != "" {
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not in the pack", old)
		}
		text = strings.Replace(text, old, now, 1)
	}
	packs := fstest.MapFS{
		"town/2025-01-01/pack.yaml":      {Data: []byte(text)},
		"town/2025-01-01/sources.yaml":   {Data: []byte("sources:\n- {id: law, document: 办法, article: 第一条, tag: F}\n")},
		"town/2025-01-01/groups.csv":     {Data: []byte("code,mean_cost\nA,10000.00\n")},
		"town/2025-01-01/cases/one.case": {Data: []byte(cleanCase)},
	}
	for _, file := range more {
		text := "a\n1\n"
		if file == "sources.yaml" {
			text = "sources:\n- {id: law, document: 办法, tag: F}\n"
		}
		packs["town/2025-01-01/"+file] = &fstest.MapFile{Data: []byte(text)}
	}
	faults, err := Lint(packs, "town/2025-01-01", claims.DateOf(2026, 6, 1))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range faults {
		out = append(out, f.String())
	}
	return out
}

// TestLintClean: a pack without faults has none.
func TestLintClean(t *testing.T) {
	if got := lintTown(t, "", ""); len(got) > 0 {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// TestLintFindsPlantedFaults plants one fault after the other and asks for its place, its code and its sentence.
func TestLintFindsPlantedFaults(t *testing.T) {
	const at = "town/2025-01-01/pack.yaml:"
	for _, c := range []struct{ old, now, want string }{
		{"    cite: law\n    rates:", "    rates:", at + "15: no-citation: benefit.ratio.rates[1].scheme cites no source"},
		{"    cite: law\n    when", "    cite: lav\n    when", at + `7: unknown-source: benefit.deductible cites "lav", which is in no sources.yaml; nearest is "law"`},
		{"until: 2025-12-31", "until: 2025-11-30", at + "25: date-gap: drg.reference_mean has no value from 2025-12-01 to 2025-12-31"},
		{"{from: 2025-01-01, until", "{from: 2025-02-01, until", at + "24: date-gap: drg.reference_mean has no value from 2025-01-01"},
		{"until: 2025-12-31", "until: 2026-03-31", at + "25: date-overlap: drg.reference_mean has two values from 2026-01-01 to 2026-03-31"},
		{"up_to: 2000.00", "up_to: 1000.00", at + "17: band-overlap: benefit.ratio.rates: two bands end at 1000.00"},
		{"up_to: 2000.00", "up_to: 500.00", at + "17: band-order: benefit.ratio.rates: the band up to 500.00 stands after the one up to 1000.00"},
		{"      - {share: 50%}", "      - {share: 50%}\n      - {scheme: resident, share: 40%}", at + "20: unreachable-row: benefit.ratio.rates: a row before this one"},
		{"streams: [{id: drg, method: points, pool: drg, budget: total}]", "streams:\n    - {id: drg, method: points, pool: drg, budget: total}\n    - {id: away, when: {place: out_of_province}, method: booked, budget: total}",
			at + "33: unreachable-row: settle.streams: a row before this one"},
		{"    when: {setting: inpatient}", "    wehn: {setting: inpatient}", at + `8: unused-key: step deductible: unknown key "wehn"`},
		{"  groups:", "  coefficient: {source: [mix], mix: {weights: {grade: 60%, history: 30%}, hospitals: []}}\n  groups:", at + "26: share-sum: drg.coefficient.mix.weights sum to 90%, not to 100%"},
		{"share: 3%", "share: 103%", "share-sum: settle.budgets.total gives away 103% of its opening"},
		{"    when: {setting: inpatient}", "    review: 2026-03-31\n    when: {setting: inpatient}", at + "8: review-due: benefit.deductible was to be reviewed by 2026-03-31"},
		{"    - {id: normal, ", "    - {id: odd, when: {days_from: 90}, pay: {formula: base}}\n    - {id: normal, ", at + "28: no-case: no case of the pack sees drg.classes.odd at work"},
		{"    - {id: normal, ", "    - {id: any, pay: {formula: base}}\n    - {id: normal, ", at + `29: unreachable-row: drg.classes.normal: "normal" can never apply`},
		{"  groups:", "  rate: 88.6\n  groups:", at + "26: unused-key: drg.rate: under method points the settlement finds"},
		{"method: points, pool: drg, budget: total}]\n  pools: [{id: drg, basis: total_cost}]", "method: direct, budget: total}]", "compile: settle.streams[1]: method: direct pays nothing under drg.method points"},
		{"kind: coinsurance", "kind: coinsurence", "compile: step ratio: kind \"coinsurence\" is none of"},
	} {
		if got := strings.Join(lintTown(t, c.old, c.now), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s\nwant %s", c.now, got, c.want)
		}
	}
	const bare = "sources.yaml:2: no-citation: source \"law\" names neither an article nor a key phrase"
	if got := strings.Join(lintTown(t, "", "", "sources.yaml"), "\n"); !strings.Contains(got, bare) {
		t.Errorf("got\n%s\nwant %s", got, bare)
	}
	const want = "town/2025-01-01/more.csv:1: unused-table: no {table: more.csv} stands in pack.yaml"
	if got := strings.Join(lintTown(t, "", "", "more.csv"), "\n"); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant %s", got, want)
	}
}
