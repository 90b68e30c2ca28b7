package drg

import (
	"math"
	"math/big"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"pgregory.net/rapid"
)

// What is worked out in 128 bits equals the same line in fractions of unlimited size.
func TestShortLines(t *testing.T) {
	shorts := 0
	rapid.Check(t, func(t *rapid.T) {
		factor := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(-3*ppm, 3*ppm))
		var l line
		if rapid.Bool().Draw(t, "cost") {
			l.k0, l.k1 = factor.Draw(t, "k0"), rapid.SampledFrom([]int64{0, 0, 0, ppm}).Draw(t, "k1")
		} else {
			l.u0, l.u1, l.v0, l.v1 = factor.Draw(t, "u0"), factor.Draw(t, "u1"), factor.Draw(t, "v0"), factor.Draw(t, "v1")
		}
		amount := rapid.OneOf(rapid.Int64Range(0, 100_000_00), rapid.Int64Range(-1<<50, 1<<50))
		q := quantities{
			base: rapid.Int64Range(0, maxBase).Draw(t, "base"),
			coef: rapid.Int64Range(0, 3*nano).Draw(t, "coef"),
			rn:   amount.Draw(t, "rn"), rd: rapid.Int64Range(1, 1<<40).Draw(t, "rd"),
			money: amount.Draw(t, "money"),
			rate:  rapid.Int64Range(1, 10_000_000*ppm).Draw(t, "rate"),
		}
		if rapid.Bool().Draw(t, "six decimals") {
			q.coef -= q.coef % 1000
		}
		decimals := rapid.IntRange(0, 6).Draw(t, "decimals")
		round := rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfUp, money.HalfEven, money.Floor}).Draw(t, "round")
		unit := uint64(pow10(6 - decimals))
		_, short := l.short(&q, unit, round)
		_, cost := l.cost(&q, unit, round)
		if short || cost {
			shorts++
		}

		rat := func(a, b int64) *big.Rat { return big.NewRat(a, b) }
		sum := func(a, b int64) *big.Rat { // a + b·c
			return new(big.Rat).Add(rat(a, ppm), new(big.Rat).Mul(rat(b, ppm), rat(q.coef, nano)))
		}
		value := new(big.Rat).Add(sum(l.u0, l.u1), new(big.Rat).Mul(sum(l.v0, l.v1), rat(q.rn, q.rd)))
		value.Mul(value, rat(q.base, nano))
		worth := new(big.Rat).Mul(rat(q.money, 100), rat(ppm, q.rate))
		value.Add(value, worth.Mul(worth, sum(l.k0, l.k1)))
		value.Mul(value, rat(ppm, int64(unit)))
		want := slow(value.Num(), value.Denom(), round)
		got, err := l.points(&q, decimals, round)
		if !want.IsInt64() || want.Int64() == math.MinInt64 {
			if err == nil {
				t.Fatalf("got %d, want an overflow for %s", got, want)
			}
			return
		}
		if err != nil || got != want.Int64() {
			t.Fatalf("got %d (%v), want %s (short %t, cost %t)", got, err, want, short, cost)
		}
	})
	if shorts == 0 {
		t.Error("no line was worked out in 128 bits")
	}
}
