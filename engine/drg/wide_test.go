package drg

import (
	"math"
	"math/big"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"pgregory.net/rapid"
)

// TestWide compares sums of products over divisors with fractions of unlimited size.
func TestWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		factor := rapid.OneOf(rapid.Int64Range(-20, 20), rapid.Int64Range(-1<<62, 1<<62))
		draw := func() (wide, *big.Int) {
			a := []int64{factor.Draw(t, "a"), factor.Draw(t, "b"), factor.Draw(t, "c")}
			p := big.NewInt(1)
			for _, x := range a {
				p.Mul(p, big.NewInt(x))
			}
			return product(a...), p
		}
		w1, b1 := draw()
		w2, b2 := draw()
		d := []uint64{uint64(rapid.Int64Range(1, math.MaxInt64).Draw(t, "d")), rapid.Uint64Range(1, 30).Draw(t, "e")}
		round := rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.Floor, money.Ceil}).Draw(t, "round")
		got, err := w1.plus(w2).over(round, d...)
		den := new(big.Int).Mul(new(big.Int).SetUint64(d[0]), new(big.Int).SetUint64(d[1]))
		want := slow(b1.Add(b1, b2), den, round)
		if !want.IsInt64() || want.Int64() == math.MinInt64 {
			if err == nil {
				t.Fatalf("got %d, want an overflow for %s", got, want)
			}
			return
		}
		if err != nil || got != want.Int64() {
			t.Fatalf("got %d (%v), want %s", got, err, want)
		}
	})
}

func slow(num, den *big.Int, round money.Rounding) *big.Int {
	q, rest := new(big.Int).DivMod(num, den, new(big.Int)) // toward negative infinity
	half := new(big.Int).Lsh(rest, 1).Cmp(den)
	up := round == money.Ceil && rest.Sign() > 0 || round < money.Floor && half > 0
	if half == 0 {
		up = up || round == money.HalfUp && num.Sign() > 0 || round == money.HalfEven && q.Bit(0) == 1
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	return q
}
