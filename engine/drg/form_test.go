package drg

import (
	"math"
	"math/bits"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"pgregory.net/rapid"
)

// drawPayment draws a formula, most often of a shape that has a form.
func drawPayment(t *rapid.T) (*payment, money.Ratio) {
	factor := rapid.OneOf(rapid.SampledFrom([]int64{0, ppm, -ppm, ppm / 2, 50 * ppm}), rapid.Int64Range(-50*ppm, 50*ppm))
	seldom := func(name string) bool { return rapid.IntRange(0, 9).Draw(t, name) == 0 }
	pay, over := &payment{}, money.Ratio(0)
	shape := rapid.SampledFrom([]string{"ratio", "excess", "cost", "share"}).Draw(t, "shape")
	if shape == "cost" {
		pay.amount, pay.line.k0, pay.line.k1 = costAmount, factor.Draw(t, "k0"), factor.Draw(t, "k1")
	} else {
		pay.line.u0, pay.line.u1 = factor.Draw(t, "u0"), factor.Draw(t, "u1")
	}
	if shape == "ratio" || shape == "excess" {
		pay.measure, pay.line.v0, pay.line.v1 = costRatio, factor.Draw(t, "v0"), factor.Draw(t, "v1")
	}
	if shape == "excess" {
		pay.over = &limit{kind: limitRatio}
		over = rapid.OneOf(rapid.SampledFrom([]money.Ratio{2_000_000, 2_500_000, 400_000, maxRatio}), rapid.Custom(func(t *rapid.T) money.Ratio {
			return money.Ratio(rapid.Int64Range(1, int64(maxRatio)).Draw(t, "over"))
		})).Draw(t, "over")
	}
	if shape == "ratio" && seldom("ratio decimals") {
		pay.ratioUnits = 100
	}
	if shape == "cost" && seldom("loss") {
		pay.loss = money.Fen(rapid.Int64Range(0, int64(maxMoney)).Draw(t, "lost"))
	}
	if seldom("bound") {
		pay.bounds = []bound{{line: plainLine, atLeast: rapid.Bool().Draw(t, "floor")}}
	}
	return pay, over
}

// What a form gives equals what evaluate gives, also where numbers are so large that one of them gives up.
func TestForms(t *testing.T) {
	formed, plain := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		b := &builder{
			round:    rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfUp, money.HalfUp, money.HalfEven, money.Floor}).Draw(t, "round"),
			decimals: rapid.SampledFrom([]int{6, 6, 6, 4, 3, 0}).Draw(t, "decimals"),
			reviews:  []reviewRule{{kind: "special"}, {kind: "new", share: 700_000}},
		}
		p := &Pricer{source: b, terms: terms{numbers: map[term]uint32{}}, marks: []mark{{}, {1, 100, 0}, {2, 0, 5000}}}
		base := rapid.OneOf(rapid.Int64Range(0, 1000*nano), rapid.Int64Range(0, maxBase))
		whole := rapid.IntRange(0, 3).Draw(t, "six decimals") > 0
		b.groups.rows = make([]group, rapid.IntRange(1, 4).Draw(t, "groups"))
		for i := range b.groups.rows {
			x := base.Draw(t, "base")
			if whole {
				x -= x % 1000
			}
			b.groups.rows[i].base = x
		}
		p.groups = int32(len(b.groups.rows))
		for range rapid.IntRange(1, 3).Draw(t, "classes") {
			pay, over := drawPayment(t)
			b.classes = append(b.classes, classRule{pay: pay})
			p.pays, p.classes = append(p.pays, pay), append(p.classes, Class{})
			p.over = append(p.over, p.overNumber(over))
		}
		prices := rapid.IntRange(1, 3).Draw(t, "prices")
		for range prices * len(b.groups.rows) {
			coef := rapid.OneOf(rapid.Just(int64(nano)), rapid.Int64Range(1, 3*nano), rapid.Int64Range(1, int64(maxCoefficient)*milli)).Draw(t, "coefficient")
			if rapid.IntRange(0, 3).Draw(t, "coefficient of six decimals") > 0 {
				coef = max(coef-coef%milli, milli)
			}
			p.terms.add(term{coef, rapid.OneOf(rapid.Int64Range(0, 1), rapid.Int64Range(1, 1000*ppm), rapid.Int64Range(1, 10_000_000*ppm)).Draw(t, "rate")})
		}
		p.terms.share(len(b.groups.rows))
		b.addForms(p)
		references := rapid.OneOf(rapid.Int64Range(1, 5_000_000), rapid.Int64Range(1, math.MaxInt32+1), rapid.Int64Range(1, int64(maxMoney)))
		costs := rapid.OneOf(rapid.Int64Range(0, 20_000_000), rapid.Int64Range(math.MaxInt32-1, math.MaxInt32+1), rapid.Int64Range(-1000, math.MaxInt64/2))
		p.bounds = []int64{0, references.Draw(t, "reference")}

		for range 5 {
			c := &claims.Claim{Mark: rapid.SampledFrom([]int32{0, 0, 0, 1, 2}).Draw(t, "mark")}
			at := place{spot: spot{int32(rapid.IntRange(0, prices-1).Draw(t, "price")), int32(rapid.IntRange(0, len(b.groups.rows)-1).Draw(t, "group"))}}
			at.cost = money.Fen(costs.Draw(t, "cost"))
			class := rapid.IntRange(0, len(p.classes)-1).Draw(t, "class")
			p.measures(c, &at, uint8(class))
			if got, ok := p.forms.points(p, &at); ok {
				formed++
				var want Priced
				if err := p.evaluate(p.pays[class], class, &at, &want); err != nil || want.Points != got {
					t.Fatalf("a form gives %s, evaluate %s (%v): %+v of %+v", got, want.Points, err, at, p.pays[class])
				}
			}
			if p.forms.coefs == nil {
				continue
			}
			plain++
			var got [1]money.Points
			p.forms.plain(p, []spot{at.spot}, got[:])
			q := quantities{base: b.groups.rows[at.group].base, coef: p.terms.at(at.price, at.group).coef, rd: 1}
			if want, err := plainLine.points(&q, b.decimals, b.round); err != nil || int64(got[0]) != want {
				t.Fatalf("base %d × %d gives %s, want %d (%v)", q.base, q.coef, got[0], want, err)
			}
		}
	})
	if !testing.Short() && (formed == 0 || plain == 0) { // few draws may miss either
		t.Errorf("%d stays had a form, %d were plain", formed, plain)
	}
}

// The usual formulas have a form that serves the stays of an ordinary hospital, reviewed ones aside.
func TestUsualFormsServe(t *testing.T) {
	for name, pay := range map[string]*payment{
		"ratio":  {line: line{v1: ppm}, measure: costRatio},
		"excess": {line: line{u1: ppm, v0: ppm}, measure: costRatio, over: &limit{kind: limitRatio}},
		"cost":   {line: line{k0: ppm * 9 / 10}, amount: costAmount},
	} {
		b := &builder{round: money.HalfUp, decimals: 6, classes: []classRule{{pay: pay}}}
		b.groups.rows = []group{{base: 268_013_539_000}}
		p := &Pricer{source: b, terms: terms{numbers: map[term]uint32{}}, marks: []mark{{}, {kind: 1}}, groups: 1, pays: []*payment{pay}, classes: make([]Class, 1)}
		p.over, p.bounds = []int32{p.overNumber(2_500_000)}, []int64{0, 2_362_006}
		if pay.over == nil {
			p.over[0] = 0
		}
		p.terms.add(term{1_055_500_000, 88_130_100})
		p.terms.share(1)
		b.addForms(p)
		for mark := range int32(2) {
			at := place{cost: 9_000_000}
			p.measures(&claims.Claim{Mark: mark}, &at, 0)
			if _, ok := p.forms.points(p, &at); ok != (mark == 0) {
				t.Errorf("%s, mark %d: a form serves: %t", name, mark, ok)
			}
		}
	}
}

// Groups that share a column keep their terms, however many columns there are.
func TestTermsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups, prices := rapid.IntRange(1, 2*mostColumns).Draw(t, "groups"), rapid.IntRange(1, 4).Draw(t, "prices")
		kinds := rapid.IntRange(1, 2*mostColumns).Draw(t, "kinds")
		x := terms{numbers: map[term]uint32{}}
		var want []term
		for price := range prices {
			for range groups {
				want = append(want, term{coef: int64(rapid.IntRange(1, kinds).Draw(t, "kind")), rate: int64(price % 2)})
				x.add(want[len(want)-1])
			}
		}
		x.share(groups)
		for i, w := range want {
			if got := *x.at(int32(i/groups), int32(i%groups)); got != w {
				t.Fatalf("price %d, group %d of %d: %+v, want %+v", i/groups, i%groups, groups, got, w)
			}
		}
	})
}

// A band finds the branch that the masks of all limits leave first.
func TestBands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Pricer{branches: make([]check, rapid.IntRange(1, maxBranches).Draw(t, "branches"))}
		every := ^uint64(0) >> (maxBranches - len(p.branches))
		p.byDays, p.byReview = []uint64{every}, []uint64{every}
		cuts := rapid.OneOf(rapid.Int64Range(-1, 5), rapid.Int64Range(math.MaxInt64-2, math.MaxInt64))
		bounds := []int64{int64(rapid.Uint64().Draw(t, "open") & every), 0}
		for range rapid.IntRange(0, mostCuts).Draw(t, "limits") {
			p.limits = append(p.limits, &limit{})
			p.above, p.upTo = append(p.above, rapid.Uint64().Draw(t, "above")), append(p.upTo, rapid.Uint64().Draw(t, "up to"))
			bounds = append(bounds, cuts.Draw(t, "cut"))
		}
		p.bounds = bounds
		p.addBands()
		for range 5 {
			cost := rapid.OneOf(cuts, rapid.Int64()).Draw(t, "cost")
			want := none
			if open := p.openFor(bounds, money.Fen(cost)); open != 0 {
				want = bits.TrailingZeros64(open)
			}
			if got := p.bands[0].branch(cost); got != want {
				t.Fatalf("cost %d in %+v: branch %d, want %d", cost, p.bands[0], got, want)
			}
		}
	})
}
