package money_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/money"
)

func TestAllocateByHand(t *testing.T) {
	cases := []struct {
		total   money.Fen
		weights []int64
		want    []money.Fen
	}{
		// 15 over 80:8:12 is 12, 1.2 and 1.8: the fen left goes to the third.
		{15, []int64{80, 8, 12}, []money.Fen{12, 1, 2}},
		// Equal remainders go to the lower index.
		{10, []int64{1, 1, 1}, []money.Fen{4, 3, 3}},
		{-10, []int64{1, 1, 1}, []money.Fen{-4, -3, -3}},
		{7, []int64{0, 5, 0}, []money.Fen{0, 7, 0}},
		{0, []int64{0, 0}, []money.Fen{0, 0}},
		{0, nil, []money.Fen{}},
	}
	for _, c := range cases {
		got, err := money.Allocate(c.total, c.weights)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Allocate(%d, %v) = %v, %v; want %v", c.total, c.weights, got, err, c.want)
		}
	}
	for _, bad := range [][]int64{{0, 0}, nil, {1, -1}, {1 << 62, 1 << 62, 1 << 62, 1 << 62}} {
		if got, err := money.Allocate(5, bad); err == nil {
			t.Errorf("Allocate(5, %v) = %v without an error", bad, got)
		}
	}
}

// TestAllocateLaws checks on random splits that sums are exact, that each share lies within one fen of its exact value and
// on the side of the total's sign, and that the order of the weights does not matter but for ties.
func TestAllocateLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := money.Fen(rapid.Int64().Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 40).Draw(t, "weights")
		weights[0]++
		shares, err := money.Allocate(total, weights)
		if err != nil {
			t.Fatal(err)
		}
		sum, weight := new(big.Int), new(big.Int)
		for i, s := range shares {
			sum.Add(sum, big.NewInt(int64(s)))
			weight.Add(weight, big.NewInt(weights[i]))
		}
		if sum.Cmp(big.NewInt(int64(total))) != 0 {
			t.Fatalf("shares sum to %s, not %d", sum, total)
		}
		for i, s := range shares {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(weights[i])), weight)
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(int64(s)), exact)
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("share %d is %d, exact %s", i, s, exact.FloatString(3))
			}
		}
		if tied(total, weights, weight) {
			return
		}
		backward := slices.Clone(weights)
		slices.Reverse(backward)
		again, err := money.Allocate(total, backward)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(shares)
		slices.Sort(again)
		if !slices.Equal(shares, again) {
			t.Fatalf("the order of weights changes the set of shares: %v and %v", shares, again)
		}
	})
}

// tied reports whether two different weights leave the same remainder, so that their order may decide about a fen.
func tied(total money.Fen, weights []int64, sum *big.Int) bool {
	seen := make(map[string]int64)
	for _, w := range weights {
		rem := new(big.Int).Mul(new(big.Int).Abs(big.NewInt(int64(total))), big.NewInt(w))
		rem.Mod(rem, sum)
		if other, ok := seen[rem.String()]; ok && other != w {
			return true
		}
		seen[rem.String()] = w
	}
	return false
}
