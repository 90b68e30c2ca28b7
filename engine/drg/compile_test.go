package drg_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
)

// TestFaults: each slip is one sentence with its place, and with the nearest name where there is one.
func TestFaults(t *testing.T) {
	const head = "method: points\nreference_mean: 10000\ngroups: [{code: A, mean_cost: 5000}]\n"
	const classes = "classes: [{id: n, pay: {formula: base}}]\n"
	for _, c := range []struct{ text, want string }{
		{"method: point\n" + classes, `x/2020-01-01/pack.yaml:5: drg: method: "point" is none of points, weights, dip, rate, per_diem; nearest is "points"`},
		{head + classes + "redmission: {days: 15}", `unknown key "redmission"`},
		{head + "classes: [{id: n, pay: {formula: bse}}]", `nearest is "base"`},
		{head + "classes: [{id: n, pay: {formula: base, shre: 1}}]", `nearest is "share"`},
		{head + "classes: [{id: n, pay: {formula: base, share: 0.1234567}}]", "more than 6 decimals"},
		{head + "classes: [{id: n, when: {kind: unstable}, pay: {formula: base}}]", `nearest is "non_stable"`},
		{head + "classes: [{id: n, when: {reviewed: special}, pay: {formula: cost}}]", `"special" is not a kind of drg.reviews`},
		{head + "classes: [{id: n, when: {ratio_over: 2, cost_over: 5}, pay: {formula: cost}}]", "a limit of that side is set already"},
		{head + "classes: [{id: n, pay: {formula: excess}}]", "sets no lower limit"},
		{head + "classes: [{id: n, pay: {formula: base}}, {id: n, pay: {formula: base}}]", "stands already at"},
		{head + "classes: []", "needs at least one class"},
		{head + classes + "coefficient: {source: hospitals}", `nearest is "hospital"`},
		{head + classes + "coefficient: {source: rows, rows: [{setting: inpatient, value: 1}]}", "is not decided by hospital, scheme and group"},
		{head + classes + "coefficient: {source: rows, rows: [{hospital: H9, value: 1}]}", `"H9" is not a hospital of region test; nearest is "H1"`},
		{head + classes + "coefficient: {source: mix, mix: {weights: {grade: 50%, history: 30%}, hospitals: []}}", "sum to 80%, they must sum to 100%"},
		{head + classes + "coefficient: {source: mix, mix: {weights: {grade: 40%, history: 60%}, at_least: {grade: 50%}, at_most: {history: 30%}, hospitals: []}}", "40% is outside the bound at least: 50%"},
		{head + classes + "readmission: {days: -1}", "readmission: days: -1 is negative; a return is counted from 0"},
		{head + classes + "fund_method: b", "needs method rate or per_diem"},
		{"method: points\ngroups: [{code: A, mean_cost: 5000}, {code: A}]\n" + classes, `group "A" stands already at`},
		{"method: points\ngroups: [{code: A, weight: 1, score: 2}]\n" + classes, "the row gives weight already"},
		{"method: points\ngroups: [{code: A, base_points: -1}]\n" + classes, "-1 is not from 0 to 10000000"},
		{"method: points\nreference_mean: 0\ngroups: []\n" + classes, "x/2020-01-01/pack.yaml:6: drg: reference_mean: 0 gives no base points"},
		{"method: rate\ngroups: []\n" + classes, "method rate needs a rate or standards"},
		{head + "classes: [{id: n, pay: {formula: per_day, steps: [{up_to: 30, rate: 1}]}}]", "the last step must have no up_to"},
	} {
		_, err := tryCompile(t, c.text, "A")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x/2020-01-01/pack.yaml:") {
			t.Errorf("%s\ngave %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestNoClass: a stay that no class serves is an error that says why, and never a silent zero.
func TestNoClass(t *testing.T) {
	b := compile(t, "method: points\nreference_mean: 10000\ngroups: [{code: A, mean_cost: 5000}]\nclasses: [{id: n, pay: {formula: base}}]", "A", "B")
	err := b.pricer.Price([]drg.Stay{b.stay("H1", "B", "1", 1, "0")}, make([]drg.Priced, 1))
	if err == nil || !strings.Contains(err.Error(), `serves group "B", cost 1.00, 1 days`) {
		t.Errorf("got %v", err)
	}
}

// TestCoefficients: mixed factors 1.1 × 50% + 1.2 × 30% + 1.05 × 20% = 1.12 at H1; H2 has no row and takes its own; H4
// is boosted by 1.05 for children and clamped at 1.15; same-price groups are 1 everywhere.
func TestCoefficients(t *testing.T) {
	b := compile(t, `
method: points
reference_mean: 10000.00
groups: [{code: A, mean_cost: 10000.00}, {code: S, mean_cost: 10000.00, same_price: true}]
coefficient:
  source: [mix, hospital]
  mix:
    weights: {grade: 50%, history: 30%, cmi: 20%}
    at_least: {grade: 50%, cmi: 3%}
    at_most: {history: 30%}
    hospitals: [{hospital: H1, grade: 1.1, history: 1.2, cmi: 1.05, visits: 1, burden: 1}]
  boosts: [{specialty: paediatric, times: 1.05}]
  clamp: {min: 0.9, max: 1.15}
  otherwise: 0.5
classes: [{id: normal, pay: {formula: base}}]
`, "A", "S")
	for hospital, want := range map[string]string{"H1": "112", "H2": "95", "H3": "90", "H4": "115"} {
		if got := b.one(b.stay(hospital, "A", "1", 1, "0")).Points; got.String() != want {
			t.Errorf("%s: %s points, want %s", hospital, got, want)
		}
		if got := b.one(b.stay(hospital, "S", "1", 1, "0")).Points; got != 100*money.Point {
			t.Errorf("%s: %s points in a same-price group, want 100", hospital, got)
		}
	}
}

// TestTopUp: of 30,000.00 for a new technology 70% are added, 210 points; its cost is taken out before the class is found, so
// that 40,000.00 leave a normal case of 10,000.00. A negotiated drug of 5,000.00 adds 10%, 5 points.
func TestTopUp(t *testing.T) {
	b := compile(t, `
method: points
reference_mean: 10000.00
groups: [{code: A, mean_cost: 10000.00}]
reviews: [{kind: innovation, top_up: 70%, apart: true}, {kind: negotiated, top_up: 10%}]
classes: [{id: high, when: {ratio_over: 3}, pay: {formula: excess}}, {id: normal, pay: {formula: base}}]
`, "A")
	p, err := b.pricer.WithReviews([]drg.Review{{Kind: "innovation", Amount: 3_000_000}, {Kind: "negotiated", Amount: 500_000}})
	if err != nil {
		t.Fatal(err)
	}
	b.pricer = p
	s := b.stay("H1", "A", "40000.00", 5, "0")
	for mark, want := range []string{"high 200", "normal 310", "high 205"} {
		s.Mark = int32(mark)
		if got := b.one(s); b.class(got)+" "+got.Points.String() != want {
			t.Errorf("mark %d: %s %s, want %s", mark, b.class(got), got.Points, want)
		}
	}
	if _, err := b.pricer.WithReviews([]drg.Review{{Kind: "inovation"}}); err == nil || !strings.Contains(err.Error(), `nearest is "innovation"`) {
		t.Errorf("an unknown kind gave %v", err)
	}
}

// TestNoAllocation: pricing allocates nothing, whatever the class.
func TestNoAllocation(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	stays := []drg.Stay{b.stay("H1", "B", "15000", 5, "0"), b.stay("H1", "B", "9000", 5, "0"), b.stay("H1", "B", "90000", 5, "0"), b.stay("H1", "", "90000", 5, "0")}
	out := make([]drg.Priced, len(stays))
	price := priceAgain(t, b.pricer, stays, out)
	price()
	if n := testing.AllocsPerRun(100, price); n != 0 {
		t.Errorf("pricing %d stays allocates %v times", len(stays), n)
	}
}

// priceAgain returns a function that prices stays as a run does, with the same memory each time.
func priceAgain(t testing.TB, p *drg.Pricer, stays []drg.Stay, out []drg.Priced) func() {
	var parts drg.Parts
	ends := make([]int32, len(stays))
	for i := range ends {
		ends[i] = int32(i + 1)
	}
	return func() {
		err := p.Part(stays, &parts)
		if err == nil {
			err = p.PriceParts(stays, ends, &parts, out)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkPrice(b *testing.B) {
	bn := compile(b, zhejiang, zhejiangCodes...)
	for name, gross := range map[string]string{"normal": "15000", "lower band": "9000", "high": "90000"} {
		b.Run(name, func(b *testing.B) {
			stays := slices.Repeat([]drg.Stay{bn.stay("H1", "B", gross, 5, "0")}, 1000)
			price := priceAgain(b, bn.pricer, stays, make([]drg.Priced, len(stays)))
			for b.Loop() {
				price()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(stays)), "ns/stay")
		})
	}
}
