package settle_test

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// world is a random region, pack and year.
type world struct {
	reg    *region.Region
	pack   string
	visits []visit
}

func drawRatio(t *rapid.T, label string) string {
	return money.Ratio(rapid.SampledFrom([]int64{0, 1, 20_000, 333_333, 500_000, 850_000, 999_999, 1_000_000}).Draw(t, label)).String()
}

func drawFen(t *rapid.T, label string, low, high int64) money.Fen {
	return money.Fen(rapid.Int64Range(low, high).Draw(t, label))
}

func drawRegion(t *rapid.T) *region.Region {
	counties := rapid.IntRange(1, 3).Draw(t, "counties")
	var hs []region.Hospital
	for i := range rapid.IntRange(1, 6).Draw(t, "hospitals") {
		c := rapid.IntRange(0, counties-1).Draw(t, "county")
		h := region.Hospital{ID: fmt.Sprintf("H%d", i), County: fmt.Sprintf("C%d", c), Score: rapid.SampledFrom([]int32{-1, 0, 6500, 9500}).Draw(t, "score"),
			Tier: rapid.SampledFrom([]region.Tier{region.Village, region.Community, region.Secondary, region.TertiaryA}).Draw(t, "tier")}
		if rapid.Bool().Draw(t, "member") {
			h.Alliance = fmt.Sprintf("A%d", c)
		}
		hs = append(hs, h)
	}
	var es []region.Enrolled
	var ys []region.YearTotal
	for _, scheme := range []string{"employee", "resident"} {
		for c := range counties {
			e := region.Enrolled{County: fmt.Sprintf("C%d", c), Scheme: scheme, Persons: rapid.Int64Range(1, 1000).Draw(t, "persons")}
			if rapid.Bool().Draw(t, "insured in alliance") {
				e.Alliance = fmt.Sprintf("A%d", c)
			}
			es = append(es, e)
			if rapid.IntRange(0, 4).Draw(t, "two answer") == 0 {
				e.Alliance = "A9"
				es = append(es, e)
			}
		}
		for y := 2023; y <= 2026; y++ {
			for _, name := range []string{"final_settlement", "income"} {
				ys = append(ys, region.YearTotal{Year: y, Scheme: scheme, Name: name, Amount: drawFen(t, "total", 0, 300_000_00)})
			}
		}
	}
	reg, err := region.New("random", hs, es, ys)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func drawSharing(t *rapid.T) string {
	keep := "keep: " + drawRatio(t, "keep")
	if rapid.Bool().Draw(t, "bands") {
		keep = fmt.Sprintf("bands: [{up_to: 0.05, keep: %s}, {up_to: 0.3, keep: %s}], reading: %s", drawRatio(t, "keep"), drawRatio(t, "keep"),
			rapid.SampledFrom([]string{"marginal", "whole"}).Draw(t, "reading"))
	}
	extra := rapid.SampledFrom([]string{"", ", cap: 0.03", ", scores: [{score: 90, factor: 1}, {score: 60, factor: 0.5}]", ", conditions: [{indicator: county_visit_rate, min: 0.5}]"}).Draw(t, "extra")
	bear := "bear: " + drawRatio(t, "bear")
	if rapid.Bool().Draw(t, "bands") {
		bear = fmt.Sprintf("bands: [{up_to: 0.2, bear: %s}, {bear: %s}], cap: 0.5", drawRatio(t, "bear"), drawRatio(t, "bear"))
	}
	return fmt.Sprintf("{surplus: {%s%s}, overrun: {%s}}", keep, extra, bear)
}

func drawPack(t *rapid.T) string {
	level := rapid.SampledFrom([]string{"region", "region", "alliance", "hospital"}).Draw(t, "level")
	scheme := rapid.SampledFrom([]string{"each", "all"}).Draw(t, "scheme")
	opening := rapid.SampledFrom(map[string][]string{
		"region":   {"{kind: history, growth: 0.07}", "{kind: mean, years: 3, growth: -0.02}", "{kind: income, share: 0.98}", "{kind: per_capita, amount: 120.55, growth: 0.01}", "{kind: booked, share: 1.1}", "{kind: amount, amount: 0}"},
		"alliance": {"{kind: divide, whole: {kind: history, growth: 0.05}}", "{kind: per_capita, amount: 99.99}", "{kind: booked, share: 0.97}"},
		"hospital": {"{kind: booked, share: 1.03}", "{kind: booked, share: 0.9}"},
	}[level]).Draw(t, "opening")
	if scheme == "all" && strings.Contains(opening, "divide") {
		opening = "{kind: per_capita, amount: 99.99}"
	}
	value := rapid.SampledFrom([]string{"", "", "", ", decimals: 2", ", fixed: 3.5", ", floor: 10, ceiling: 12.5", ", negative: zero"}).Draw(t, "value")
	if level == "region" && rapid.Bool().Draw(t, "control") {
		value += ", growth_control: {cut: 0.3, bonus: 0.2, exempt: [village], previous: [{hospital: H0, cost: 100.00, beds: 3}]}"
	}
	if level == "alliance" && rapid.Bool().Draw(t, "money") {
		value += ", money: budget"
	}
	split := ""
	if level == "alliance" {
		split = fmt.Sprintf(`
      alliance:
        scope: {county: %v, out_of_county: %v}
        split: {of: %s, by: %s, lead: 0.1, tiers: [{tier: tertiary secondary, weight: 6}, {tier: community, weight: 3}, {tier: village, weight: 1}]}`,
			rapid.Bool().Draw(t, "scope"), rapid.Bool().Draw(t, "scope"), rapid.SampledFrom([]string{"balance", "all"}).Draw(t, "of"),
			rapid.SampledFrom([]string{"points", "claims", "gross", "booked"}).Draw(t, "by"))
	}
	return fmt.Sprintf(`
settle:
  streams:
    - {id: drg, when: {setting: inpatient, place: local}, method: points, budget: main, pool: drg}
    - {id: day, when: {setting: bedday}, method: direct, budget: main, shares: %v}
    - {id: away, when: {setting: inpatient}, method: booked, budget: main, advance: 1}
    - {id: heads, when: {setting: chronic}, method: capitation, budget: main, capitation: {amount: 1.01, by: county, workload: claims}}
    - {id: free, method: booked}
  budgets:
    - id: main
      level: %s
      scheme: %s
      opening: %s
      adjustments: [{id: event, share: 0.01, reason: 突发}]
      carve_outs: [{id: pharmacy, share: 0.03}, {id: illness, share: 0.1, of: rest}]
      reserve: {share: 0.05, release: %s}
      sharing: %s%s
  pools: [{id: drg, basis: %s%s}]
  deductions: [{id: d1, hospital: H0, scheme: %s, amount: 12.34, reason: 超标准收费}]
advance: {ratio: 0.85, deposit: %s, prepayment_months: 1, scores: [{score: 60, factor: 1}, {factor: 0.5}]}
`, rapid.Bool().Draw(t, "shares"), level, scheme, opening, rapid.SampledFrom([]string{"never", "overrun", "no_overrun", "always"}).Draw(t, "release"),
		drawSharing(t), split, rapid.SampledFrom([]string{"total_cost", "fund_only"}).Draw(t, "basis"), value,
		map[string]string{"each": "employee", "all": "all"}[scheme], drawRatio(t, "deposit"))
}

func drawWorld(t *rapid.T) world {
	w := world{reg: drawRegion(t), pack: drawPack(t)}
	low := rapid.SampledFrom([]int64{0, -50_000}).Draw(t, "low")
	for range rapid.IntRange(0, 25).Draw(t, "visits") {
		gross := drawFen(t, "gross", low, 5_000_000)
		v := visit{stream: rapid.IntRange(0, 4).Draw(t, "stream"), scheme: rapid.IntRange(0, 1).Draw(t, "scheme"), county: rapid.IntRange(-1, len(w.reg.Counties)-1).Draw(t, "home"),
			hospital: rapid.IntRange(0, len(w.reg.Hospitals)-1).Draw(t, "hospital"), month: rapid.IntRange(0, 11).Draw(t, "month"), group: rapid.IntRange(-1, 2).Draw(t, "group"),
			claims: 1, gross: gross, fund: drawFen(t, "fund", int64(min(gross, 0)), int64(max(gross, 0)))}
		switch v.stream {
		case 0:
			v.points = money.Points(rapid.Int64Range(rapid.SampledFrom([]int64{0, -40_000_000}).Draw(t, "penalty"), 900_000_000).Draw(t, "points"))
		case 1:
			v.direct = drawFen(t, "direct", low, 3_000_000)
		}
		w.visits = append(w.visits, v)
	}
	return w
}

func (w *world) settle(t *rapid.T, s *settle.Settlement, visits []visit) *settle.Outcome {
	out, err := s.Settle(tallyOf(s, w.reg, visits))
	if err != nil {
		t.Fatalf("%v\n%s", err, w.pack)
	}
	return out
}

func tallyOf(s *settle.Settlement, reg *region.Region, visits []visit) *settle.Tally {
	return tally(s, reg, 3, visits)
}

// TestAllLawsHold draws regions, packs and years: every conservation law holds in each (Settle checks them), hospitals with
// unrounded point values are paid within a fen of their exact share, and neither the order nor the split of the claims matters.
func TestAllLawsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		s, err := settle.Compile(rules(t, w.pack), &policy.Scope{Schemes: w.reg.Schemes, Groups: map[string]int{"G1": 0, "G2": 1, "G3": 2}}, w.reg, 2026)
		if err != nil {
			t.Fatalf("%v\n%s", err, w.pack)
		}
		out := w.settle(t, s, w.visits)
		exact(t, &w, out)

		shuffled := rapid.Permutation(w.visits).Draw(t, "order")
		at := rapid.IntRange(0, len(shuffled)).Draw(t, "cut")
		sum := tallyOf(s, w.reg, shuffled[:at])
		if err := sum.Merge(tallyOf(s, w.reg, shuffled[at:])); err != nil {
			t.Fatal(err)
		}
		again, err := s.Settle(sum)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(out, again) {
			t.Fatal("another order of the claims gives another outcome")
		}
		for h := range w.reg.Hospitals {
			if _, err := s.Explain(out, w.reg.Hospitals[h].ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// exact recalculates region pools with an unrounded value in rationals.
func exact(t *rapid.T, w *world, out *settle.Outcome) {
	if strings.Contains(w.pack, "level: region") && !strings.Contains(w.pack, "growth_control") && !strings.Contains(w.pack, "negative: zero") &&
		!strings.Contains(w.pack, "decimals") && !strings.Contains(w.pack, "fixed") && !strings.Contains(w.pack, "floor") {
		for _, p := range out.Pools {
			if p.NoPoints {
				continue
			}
			var fund, gross, booked money.Fen
			pays := make([]*big.Rat, len(w.reg.Hospitals))
			points := new(big.Rat)
			for h := range pays {
				pays[h] = new(big.Rat)
			}
			own := func(v *visit) bool { return v.stream == 0 && (p.Scheme == "" || w.reg.Schemes[v.scheme] == p.Scheme) }
			for i := range w.visits {
				if v := &w.visits[i]; own(v) {
					points.Add(points, new(big.Rat).SetInt64(int64(v.points)))
					pays[v.hospital].Add(pays[v.hospital], new(big.Rat).SetInt64(int64(v.points)))
					gross += v.gross
					booked += v.fund
				}
			}
			value := p.Money
			if p.Basis == settle.TotalCost {
				value += gross - booked
			}
			for h := range pays {
				pays[h].Mul(pays[h], new(big.Rat).SetInt64(int64(value))).Quo(pays[h], points)
				for i := range w.visits {
					if v := &w.visits[i]; own(v) && v.hospital == h && p.Basis == settle.TotalCost {
						pays[h].Sub(pays[h], new(big.Rat).SetInt64(int64(v.gross-v.fund)))
					}
				}
				got := settle.PaidByPool(&p, h)
				fund += got
				if diff := new(big.Rat).Sub(pays[h], new(big.Rat).SetInt64(int64(got))); diff.Abs(diff).Cmp(big.NewRat(1, 1)) >= 0 {
					t.Fatalf("pool %s pays hospital %d %s, exactly %s", p.ID, h, got, pays[h].FloatString(4))
				}
			}
			if fund != p.Money {
				t.Fatalf("pool %s pays %s of %s", p.ID, fund, p.Money)
			}
		}
	}
}
