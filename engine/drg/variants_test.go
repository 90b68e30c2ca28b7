package drg_test

import (
	"strings"
	"testing"
)

// rateHead and friends are the parts around the classes of a variant. Group G weighs 1.2 at a rate of 10,000.00, so its
// standard at H2 (no coefficient) is 12,000.00; its mean stay is 6.5 days.
const (
	rateHead = `
method: rate
rate: 10000.00
groups:
- {code: G, weight: 1.2, mean_days: 6.5, low_day: 2, low_per_day: 0.4, high_day: 14, high_per_day: 0.08, transfer_per_day: 0.15}
- {code: X, kind: no_weight}
classes:
`
	dipHead = `
method: dip
reference_mean: 10000.00
groups:
- {code: G, mean_cost: 12000.00}
classes:
`
	plainClass = "- {id: normal, pay: {formula: base}}\n- {id: other, pay: {formula: cost}}\n"
)

// TestVariants works published outlier rules by hand. want is class, points (or weight, score) and payment standard.
func TestVariants(t *testing.T) {
	for _, c := range []struct {
		name, text   string
		group, gross string
		days         int
		want         string
	}{
		// Low and high multiples are paid as billed: below 30 percent, above 3 times at tertiary and 2 times at secondary.
		{"specification, low", rateHead + "- {id: low, when: {ratio_below: 30%}, pay: {formula: cost}}\n" + plainClass, "G", "3599.99", 5, "low 0.359999 3599.99"},
		{"specification, at the limit", rateHead + "- {id: low, when: {ratio_below: 30%}, pay: {formula: cost}}\n" + plainClass, "G", "3600.00", 5, "normal 1.2 12000.00"},
		{"specification, high", rateHead + "- {id: high, when: {ratio_over: [{tier: tertiary, ratio: 3}, {tier: secondary, ratio: 2}]}, pay: {formula: cost}}\n" + plainClass,
			"G", "24000.01", 5, "high 2.400001 24000.01"},
		// 12,000 + (30,000 − 2 × 12,000) × 70% = 16,200.
		{"share of the excess over twice the standard", rateHead + "- {id: high, when: {ratio_over: 2}, pay: {formula: excess, share: 70%, excess_coefficient: true}}\n" + plainClass,
			"G", "30000.00", 5, "high 1.62 16200.00"},
		// The same with a ceiling of 1.3 times the standard, 15,600.
		{"ceiling of a multiple", rateHead + "- {id: high, when: {ratio_over: 2}, pay: {formula: excess, share: 70%, cap: {of: standard, times: 1.3}}}\n" + plainClass,
			"G", "30000.00", 5, "high 1.56 15600.00"},
		// 36,000 × 90% = 32,400.
		{"high paid at 90 percent of cost", rateHead + "- {id: high, when: {ratio_over: 2}, pay: {formula: cost, share: 90%}}\n" + plainClass, "G", "36000.00", 5, "high 3.24 32400.00"},
		// Two bands: 12,000 × (1 + 0.8 × (3 − 2) + 0.6 × (4 − 3)) = 28,800, as a line 0.6·r + 0 at r = 4.
		{"rising bands", rateHead + "- {id: very_high, when: {ratio_over: 3}, pay: {formula: ratio, share: 0.6}}\n- {id: high, when: {ratio_over: 2}, pay: {formula: ratio, share: 0.8, plus: -0.6}}\n" + plainClass,
			"G", "48000.00", 5, "very_high 2.88 28800.00"},
		{"rising bands, lower", rateHead + "- {id: very_high, when: {ratio_over: 3}, pay: {formula: ratio, share: 0.6}}\n- {id: high, when: {ratio_over: 2}, pay: {formula: ratio, share: 0.8, plus: -0.6}}\n" + plainClass,
			"G", "30000.00", 5, "high 1.68 16800.00"},
		// Groups without a weight are paid as billed.
		{"no weight", rateHead + plainClass, "X", "777.77", 5, "other 0.077777 777.77"},
		{"length of stay outside", rateHead + "- {id: out, when: [{days_to: 2}, {days_from: 60}], pay: {formula: cost}}\n" + plainClass, "G", "5000.00", 2, "out 0.5 5000.00"},
		{"half weight for a kind", rateHead + "- {id: half, when: {group: G}, pay: {formula: base, share: 50%}}\n" + plainClass, "G", "5000.00", 2, "half 0.6 6000.00"},
		{"ratio rounded to two decimals", rateHead + "- {id: low, when: {ratio_below: 0.5}, pay: {formula: ratio, ratio_decimals: 2}}\n" + plainClass, "G", "5555.55", 5, "low 0.552 5520.00"}, // 0.46296 → 0.46
		// Deviation: below half the actual ratio, above twice the ratio less one; score 1,200.
		{"deviation, low", dipHead + "- {id: low, when: {ratio_below: 0.5}, pay: {formula: ratio}}\n- {id: high, when: {ratio_over: 2}, pay: {formula: ratio, plus: -1}}\n" + plainClass, "G", "3000.00", 5, "low 300 0.00"},
		{"deviation, middle", dipHead + "- {id: low, when: {ratio_below: 0.5}, pay: {formula: ratio}}\n- {id: high, when: {ratio_over: 2}, pay: {formula: ratio, plus: -1}}\n" + plainClass, "G", "24000.00", 5, "normal 1200 0.00"},
		{"deviation, high", dipHead + "- {id: low, when: {ratio_below: 0.5}, pay: {formula: ratio}}\n- {id: high, when: {ratio_over: 2}, pay: {formula: ratio, plus: -1}}\n" + plainClass, "G", "30000.00", 5, "high 1800 0.00"},
		// The older low rule leaves the coefficient out: 120 × 0.25 = 30 at a hospital of coefficient 0.95.
		{"low without coefficient", `
method: points
reference_mean: 10000.00
groups: [{code: G, mean_cost: 12000.00}]
coefficient: {source: hospital}
classes:
- {id: low, when: {ratio_up_to: 0.4}, pay: {formula: ratio, coefficient: false}}
` + plainClass, "G", "3000.00", 5, "low 30 0.00"},
		// Limits in money from the table: above 24,000.00 the excess counts in full.
		{"limits of the table", `
method: rate
rate: 10000
groups: [{code: G, weight: 1.2, low_limit: 4200.00, high_limit: 24000.00}]
classes:
- {id: low, when: {cost_below: low_limit}, pay: {formula: cost}}
- {id: high, when: {cost_over: high_limit}, pay: {formula: excess, share: 80%}}
` + plainClass, "G", "25000.00", 5, "high 1.28 12800.00"},
		// IPPS: (60,000 − (12,000 + 20,000)) × 80% on top of 12,000 is 34,400; at the threshold nothing.
		{"fixed loss, marginal share", rateHead + "- {id: outlier, when: {loss_over: 20000.00}, pay: {formula: marginal, loss: 20000.00, share: 0.8}}\n" + plainClass, "G", "60000.00", 9, "outlier 3.44 34400.00"},
		{"fixed loss, at the threshold", rateHead + "- {id: outlier, when: {loss_over: 20000.00}, pay: {formula: marginal, loss: 20000.00, share: 0.8}}\n" + plainClass, "G", "32000.00", 9, "normal 1.2 12000.00"},
		// Charges of 200,000 at a cost ratio of 0.3 are 60,000 of cost; the loss comes from the condition.
		{"charges to cost", "cost_ratio: [{hospital: H2, ratio: 0.3}]" + rateHead + "- {id: outlier, when: {loss_over: [{tier: tertiary, loss: 1}, {loss: 20000.00}]}, pay: {formula: marginal, share: 0.8}}\n" + plainClass, "G", "200000.00", 9, "outlier 3.44 34400.00"},
		// IPPS transfer: first day double, 12,000 × (2 + 1) / 6.5 = 5,538.46; the special policy pays half at once.
		{"transfer per diem", rateHead + "- {id: transfer, when: {stay: mean}, pay: {formula: per_diem, extra_days: 1}}\n" + plainClass, "G", "5000.00", 2, "transfer 0.553846 5538.46"},
		{"special transfer", rateHead + "- {id: transfer, when: {stay: mean}, pay: {formula: per_diem, extra_days: 1, share: 0.5, plus: 0.5}}\n" + plainClass, "G", "5000.00", 2, "transfer 0.876923 8769.23"},
		{"transfer never above the standard", rateHead + "- {id: transfer, when: {stay: mean}, pay: {formula: per_diem, extra_days: 1}}\n" + plainClass, "G", "5000.00", 6, "transfer 1.2 12000.00"},
		// SwissDRG and G-DRG: first day with discount 2, so one day lacks 2 discounts: 1.2 − 2 × 0.4 = 0.4.
		{"below the lower limit of stay", rateHead + "- {id: short, when: {stay: short}, pay: {formula: short_stay}}\n" + plainClass, "G", "5000.00", 1, "short 0.4 4000.00"},
		// First day with surcharge 14: on day 16 there are 3 surcharges of 0.08.
		{"above the upper limit of stay", rateHead + "- {id: long, when: {stay: long}, pay: {formula: long_stay}}\n" + plainClass, "G", "5000.00", 16, "long 1.44 14400.00"},
		// Mean stay 6.5 rounds to 7: after 4 days there are 3 discounts of 0.15.
		{"external transfer", rateHead + "- {id: moved, when: {stay: mean}, pay: {formula: transfer}}\n" + plainClass, "G", "5000.00", 4, "moved 0.75 7500.00"},
		// 30 days at 500, 30 at 450, 10 at 400.
		{"bed-days by steps", `
method: per_diem
rate: 10000
groups: []
classes:
- {id: bed, pay: {formula: per_day, steps: [{up_to: 30, rate: 500.00}, {up_to: 60, rate: 450.00}, {rate: 400.00}]}}
`, "", "99999.00", 70, "bed 3.25 32500.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := compile(t, c.text, "G", "X")
			got := b.one(b.stay("H2", c.group, c.gross, c.days, "0"))
			if text := strings.Join([]string{b.class(got), got.Points.String(), got.Standard.String()}, " "); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}

// TestRateMethod: weight 1.2345 at 10,000.00 is 12,345.00; method A leaves (12,345 − 800 − 500 − 800) × 82% = 8,400.90 for
// the fund, method B the standard less what the person paid: 12,345 − (11,000 − 7,000) = 8,345.00.
func TestRateMethod(t *testing.T) {
	head := "method: rate\nrate: 10000.00\ngroups: [{code: G, weight: 1.2345}]\nclasses: [{id: normal, pay: {formula: base}}]\n"
	for method, want := range map[string]string{
		"fund_method: a\nfund_ratios: [{scheme: employee, ratio: 82%}]": "8400.90",
		"fund_method: b":      "8345.00",
		"fund_method: booked": "7000.00",
		"fund_method: none":   "0.00",
	} {
		b := compile(t, head+method, "G")
		s := b.stay("H1", "G", "11000.00", 5, "7000.00")
		s.NonCovered, s.FirstPay, s.Deductible = 80_000, 50_000, 80_000
		if got := b.one(s); got.Standard.String() != "12345.00" || got.Direct.String() != want {
			t.Errorf("%s: standard %s, fund %s, want 12345.00 and %s", method, got.Standard, got.Direct, want)
		}
		if s.NonCovered = 2_000_000; strings.HasPrefix(method, "fund_method: a") && b.one(s).Direct != 0 {
			t.Errorf("method A must not go below 0")
		}
	}
}

// TestStandards: Suzhou's heart transplant weighs 29.7 at a rate of 9,435.25 with 0.75, 1.02 and 1.2 by level; a base group has
// 1.02 at every level; a published standard goes before weight × rate, and formulas count from it.
func TestStandards(t *testing.T) {
	b := compile(t, `
method: rate
rate: 9435.25
groups: [{code: AA19, weight: 29.7}, {code: DT13, weight: 0.4}, {code: P, weight: 1}]
coefficient: {source: rows, rows: [{tier: primary, value: 0.75}, {tier: secondary, value: 1.02}, {tier: tertiary, value: 1.2}]}
same_price: {codes: [DT13], coefficient: 1.02}
standards: [{group: P, tier: tertiary, standard: 8000.00}]
classes: [{id: high, when: {ratio_over: 2}, pay: {formula: excess, share: 50%}}, {id: normal, pay: {formula: base}}]
`, "AA19", "DT13", "P")
	for _, c := range []struct{ hospital, group, gross, want string }{
		{"H3", "AA19", "1000", "210170.19"}, {"H2", "AA19", "1000", "285831.46"}, {"H1", "AA19", "1000", "336272.31"},
		{"H3", "DT13", "1000", "3849.58"}, {"H1", "DT13", "1000", "3849.58"},
		{"H1", "P", "1000", "8000.00"}, {"H2", "P", "1000", "9623.96"},
		{"H1", "P", "20000", "10000.00"}, // 8,000 + 8,000 × (2.5 − 2) × 50%
	} {
		if got := b.one(b.stay(c.hospital, c.group, c.gross, 5, "0")); got.Standard.String() != c.want {
			t.Errorf("%s at %s, cost %s: standard %s, want %s", c.group, c.hospital, c.gross, got.Standard, c.want)
		}
	}
}
