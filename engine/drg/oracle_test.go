package drg_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/internal/oracle/drgoracle"
	"github.com/drgsim/drgsim/engine/money"
	"pgregory.net/rapid"
)

var drawnCodes = []string{"A", "B", "C", "D", "E0QY", "OTH"}

// drawn writes a random part drg.
type drawn struct {
	t    *rapid.T
	text strings.Builder
}

func (d *drawn) line(format string, args ...any) { fmt.Fprintf(&d.text, format+"\n", args...) }
func (d *drawn) one(words ...string) string      { return rapid.SampledFrom(words).Draw(d.t, "word") }
func (d *drawn) chance(n int) bool               { return rapid.IntRange(0, n).Draw(d.t, "chance") == 0 }

// decimal draws a number from lo to hi, given in units of 10^-places.
func (d *drawn) decimal(lo, hi int64, places int) string {
	return money.FormatDecimal(rapid.Int64Range(lo, hi).Draw(d.t, "number"), places)
}

// maybe writes ", key: value" half of the time.
func (d *drawn) maybe(key string, value func() string) string {
	if d.chance(1) {
		return ""
	}
	return ", " + key + ": " + value()
}

func (d *drawn) ratio() string  { return d.decimal(1, 4_000_000, 6) }
func (d *drawn) share() string  { return d.decimal(0, 1_000_000, 6) }
func (d *drawn) truth() string  { return d.one("true", "false") }
func (d *drawn) amount() string { return d.decimal(1, 5_000_000, 2) }

func (d *drawn) limit() string {
	switch rapid.IntRange(0, 3).Draw(d.t, "limit") {
	case 0:
		return fmt.Sprintf("[{tier: tertiary, ratio: %s}, {base_up_to: %s, ratio: %s}, {ratio: %s}]", d.ratio(), d.decimal(1, 3_000_000_000, 7), d.ratio(), d.ratio())
	case 1:
		return d.one("low_ratio", "high_ratio")
	}
	return d.ratio()
}

func (d *drawn) pack() string {
	method := d.one("points", "weights", "dip", "rate", "per_diem")
	d.line("method: %s\nreference_mean: %s\ndecimals: %d\nstandard_decimals: %d\nfew_below: 5", method, d.decimal(100_000, 2_000_000, 2),
		rapid.SampledFrom([]int{6, 6, 4, 2, 0}).Draw(d.t, "decimals"), rapid.SampledFrom([]int{2, 2, 1, 0}).Draw(d.t, "digits"))
	if method == "rate" || d.chance(2) {
		d.line("rate: [{scheme: employee, tier: tertiary, rate: %s}, {group: B, parts: [{amount: %s, times: [1.1, 0.333333]}, {amount: 17.5}]}, {rate: %s}]", d.decimal(1000, 200_000_000, 4), d.decimal(1000, 200_000_000, 4), d.decimal(1000, 200_000_000, 4))
	}
	if d.chance(2) {
		d.line("ratio_of: %s", d.one("mean", "standard"))
	}
	if d.chance(2) {
		d.line("standards: [{group: A, tier: primary, standard: %s}, {group: C, standard: %s}]", d.decimal(1, 50_000, 0), d.decimal(1, 50_000, 0))
	}
	if d.chance(1) {
		d.line("coefficient: {source: [rows, hospital], rows: [{group: A, tier: secondary, value: %s}, {group: C B, value: %s}], boosts: [{specialty: paediatric, times: %s}], clamp: {min: 0.5, max: 1.5}}", d.ratio(), d.decimal(1, 2_000_000_000, 9), d.ratio())
	}
	if d.chance(3) {
		d.line("cost_ratio: [{hospital: H1 H2, ratio: %s}]", d.ratio())
	}
	if d.chance(1) {
		d.line("same_price: {codes: [A], coefficient: %s}", d.ratio())
	}
	d.line("reviews: [{kind: special}, {kind: new, top_up: %s, apart: %s}]", d.share(), d.truth())
	d.groups()
	d.line("classes:")
	for i := range rapid.IntRange(1, 6).Draw(d.t, "classes") {
		condition := d.condition()
		pay := d.pay()
		if strings.Contains(condition, "loss_over") && d.chance(1) {
			pay = "{formula: marginal, share: 0.8}"
			if strings.HasPrefix(condition, ", when: [") {
				condition = ", when: {loss_over: 5000.00}"
			}
		}
		d.line("- {id: c%d%s, pay: %s}", i, condition, pay)
	}
	d.line("- {id: rest, pay: {formula: cost, share: %s}}", d.share())
	if (method == "rate" || method == "per_diem") && d.chance(1) {
		d.line("fund_method: %s", d.one("b", "booked", "a\nfund_ratios: [{scheme: employee, ratio: 0.82}, {ratio: 0.7}]"))
	}
	return d.text.String()
}

func (d *drawn) groups() {
	d.line("groups:")
	for _, code := range []string{"A", "B", "C", "E0QY"} {
		row := "- {code: " + code
		row += d.maybe("mean_cost", d.amount)
		row += d.maybe(d.one("base_points", "weight", "score"), func() string { return d.decimal(1, 200_000_000_000, 9) })
		row += d.maybe("low_ratio", d.ratio) + d.maybe("high_ratio", d.ratio) + d.maybe("low_limit", d.amount) + d.maybe("high_limit", d.amount)
		row += d.maybe("day_points", d.ratio) + d.maybe("mean_days", func() string { return d.decimal(10, 200, 1) })
		row += d.maybe("low_day", func() string { return d.one("2", "4") }) + d.maybe("low_per_day", d.ratio) + d.maybe("low_base", d.ratio)
		row += d.maybe("high_day", func() string { return d.one("10", "20") }) + d.maybe("high_per_day", d.ratio) + d.maybe("transfer_per_day", d.ratio)
		row += d.maybe("stable", d.truth) + d.maybe("cases", func() string { return d.one("3", "5", "100") })
		d.line("%s}", row)
	}
}

func (d *drawn) condition() string {
	one := func() string {
		parts := []string{}
		add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
		for range rapid.IntRange(1, 2).Draw(d.t, "conditions") {
			switch rapid.IntRange(0, 10).Draw(d.t, "condition") {
			case 0:
				add("kind: %s", d.one("ungrouped", "ambiguous", "unlisted", "non_stable", "few", "[few, ungrouped]"))
			case 1:
				add("days_from: %s", d.one("3", "10", "61"))
			case 2:
				add("days_to: %s", d.one("2", "10", "60"))
			case 3:
				add("setting: %s", d.one("bedday", "inpatient"))
			case 4:
				add("age: %s", d.one("-17", "18-60", "60-"))
			case 5:
				add("reviewed: %s", d.one("special", "new"))
			case 6:
				add("stay: %s", d.one("short", "long", "mean"))
			case 7:
				add("group: %s", d.one("A", "B C", "OTH"))
			case 8:
				add("%s: %s", d.one("cost_over", "cost_from"), d.one("low_limit", "high_limit", d.amount()))
				add("%s: %s", d.one("cost_up_to", "cost_below"), d.amount())
			case 10:
				add("loss_over: [{tier: tertiary, loss: %s}, {loss: %s}]", d.amount(), d.amount())
			case 9:
				add("%s: %s", d.one("ratio_over", "ratio_from"), d.limit())
				add("%s: %s", d.one("ratio_up_to", "ratio_below"), d.limit())
			}
		}
		seen, kept := map[string]bool{}, parts[:0]
		for _, p := range parts {
			key, _, _ := strings.Cut(p, ":")
			side := strings.NewReplacer("loss_", "", "ratio_", "", "cost_", "", "from", "over", "below", "up_to").Replace(key)
			if key == "days_from" || key == "days_to" {
				side = key
			}
			if !seen[side] {
				seen[side] = true
				kept = append(kept, p)
			}
		}
		return "{" + strings.Join(kept, ", ") + "}"
	}
	switch rapid.IntRange(0, 5).Draw(d.t, "when") {
	case 0:
		return ""
	case 1:
		return ", when: [" + one() + ", " + one() + "]"
	}
	return ", when: " + one()
}

func (d *drawn) pay() string {
	coef, share := d.maybe("coefficient", d.truth), d.maybe("share", d.share)
	plus := d.maybe("plus", d.share)
	bounds := ""
	if d.chance(3) {
		bounds += ", cap: {of: " + d.one("base", "standard", "cost") + d.maybe("times", d.ratio) + "}"
	}
	if d.chance(3) {
		bounds += ", floor: {amount: " + d.amount() + "}"
	}
	var body string
	switch f := d.one("base", "ratio", "excess", "excess", "cost", "marginal", "per_day", "short_stay", "long_stay", "transfer", "per_diem", "fixed", "review_amount", "fund", "none"); f {
	case "base", "short_stay", "long_stay", "transfer":
		body = f + coef + share
	case "ratio":
		body = f + coef + share + plus + d.maybe("ratio_decimals", func() string { return d.one("0", "2", "4") })
	case "excess":
		body = f + coef + share + d.maybe("excess_coefficient", d.truth)
		if d.chance(1) {
			body += ", over: " + d.limit()
		} else {
			body += ", over_cost: " + d.one("high_limit", d.amount())
		}
	case "cost":
		body = f + coef + share + d.maybe("deduct", d.share)
	case "marginal":
		body = f + ", share: " + d.share() + ", loss: " + d.amount()
	case "per_day":
		body = f + coef + d.one("", ", points: "+d.ratio(), ", rate: "+d.amount(), ", steps: [{up_to: 3, rate: "+d.amount()+"}, {rate: "+d.amount()+"}]")
	case "per_diem":
		body = f + coef + share + plus + d.maybe("extra_days", func() string { return "1" })
	case "fixed":
		body = f + coef + d.one(", points: "+d.ratio(), ", amount: "+d.amount())
	case "review_amount":
		body = f + share
	case "built_up":
		body, bounds = f+coef+share, ""
	case "fund":
		body, bounds = f+share, ""
	default:
		body, bounds = f, ""
	}
	return "{formula: " + body + bounds + d.maybe("excluded", d.truth) + "}"
}

// TestOracle prices random stays by random packs with the pricer and with the oracle.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &drawn{t: rt}
		text := d.pack()
		b, err := tryCompile(t, text, drawnCodes...)
		if err != nil {
			rt.Fatalf("%v\n%s", err, text)
		}
		slow := drgoracle.New(b.rules.Tree.Get("drg"), b.reg)
		reviews := []drg.Review{{}}
		for _, kind := range []string{"special", "new"} {
			reviews = append(reviews, drg.Review{Kind: kind, Unreasonable: money.Fen(rapid.Int64Range(0, 100_000).Draw(rt, "unreasonable")), Amount: money.Fen(rapid.Int64Range(0, 100_000).Draw(rt, "amount"))})
		}
		p, err := b.pricer.WithReviews(reviews[1:])
		if err != nil {
			rt.Fatal(err)
		}
		for range 20 {
			s := b.drawStay(rt)
			want, wantErr := slow.Price(b.forOracle(s, reviews[s.Mark]))
			out := make([]drg.Priced, 1)
			err := p.Price([]drg.Stay{s}, out)
			if err != nil || wantErr != nil {
				rt.Fatalf("%v, %v\n%s", err, wantErr, text)
			}
			if p.PointsAlone() {
				var parts drg.Parts
				points := make([]money.Points, 1)
				if err := errors.Join(p.Part([]drg.Stay{s}, &parts), p.Points([]drg.Stay{s}, []int32{1}, &parts, 0, points)); err != nil {
					rt.Fatal(err)
				}
				if points[0] != out[0].Points || p.Class(&parts, 0) != out[0].Class || out[0].Standard != 0 || out[0].Direct != 0 {
					rt.Fatalf("points alone: %s of class %d, want %+v", points[0], p.Class(&parts, 0), out[0])
				}
			}
			got := drgoracle.Priced{Class: p.Classes()[out[0].Class].ID, Points: int64(out[0].Points), Standard: int64(out[0].Standard), Direct: int64(out[0].Direct), Excluded: out[0].Excluded}
			if got != want {
				rt.Fatalf("group %d, cost %s, %d days, mark %d:\n got %+v\nwant %+v\n%s", s.Group, s.Gross, s.Days(), s.Mark, got, want, text)
			}
			for _, f := range p.Explain(s, out[0]) {
				if f.Zh == "" || f.En == "" {
					rt.Fatalf("a factor has no words: %+v", f)
				}
			}
		}
	})
}

func (b *bench) drawStay(t *rapid.T) drg.Stay {
	s := b.stay(rapid.SampledFrom([]string{"H1", "H2", "H3", "H4"}).Draw(t, "hospital"), rapid.SampledFrom(append([]string{""}, drawnCodes...)).Draw(t, "group"),
		money.Fen(rapid.Int64Range(0, 30_000_000).Draw(t, "gross")).String(), rapid.SampledFrom([]int{1, 2, 3, 5, 9, 10, 15, 60, 61, 90}).Draw(t, "days"), "")
	s.Facts[claims.FactScheme] = uint8(rapid.IntRange(0, 1).Draw(t, "scheme"))
	s.Facts[claims.FactSetting] = uint8(rapid.SampledFrom([]claims.Setting{claims.Inpatient, claims.BedDay}).Draw(t, "setting"))
	s.Age = rapid.SampledFrom([]int16{claims.AgeUnknown, 0, 17, 18, 60, 61}).Draw(t, "age")
	s.Mark = rapid.SampledFrom([]int32{0, 0, 1, 2}).Draw(t, "mark")
	part := func(name string) money.Fen { return money.Fen(rapid.Int64Range(0, int64(s.Gross)).Draw(t, name)) }
	s.Fund, s.NonCovered, s.FirstPay, s.Deductible = part("fund"), part("non-covered"), part("first pay"), part("deductible")
	return s
}

func (b *bench) forOracle(s drg.Stay, r drg.Review) drgoracle.Stay {
	code := ""
	for c, n := range b.scope.Groups {
		if s.Group >= 0 && n == int(s.Group) {
			code = c
		}
	}
	return drgoracle.Stay{Hospital: b.reg.Hospitals[s.Hospital].ID, Group: code, Scheme: b.reg.Schemes[s.Scheme()], Setting: s.Setting().String(),
		Days: int(s.Days()), Age: int(s.Age), Gross: int64(s.Gross), Fund: int64(s.Fund), NonCovered: int64(s.NonCovered), FirstPay: int64(s.FirstPay),
		Deducted: int64(s.Deductible), Review: r.Kind, Unreasonable: int64(r.Unreasonable), Amount: int64(r.Amount)}
}
