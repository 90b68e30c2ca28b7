package compare

import (
	"math"
	"math/big"
	"slices"
)

// wide is a sum that never overflows.
type wide struct{ v big.Int }

func (w *wide) addProduct(a, b int64) {
	var p big.Int
	p.Mul(big.NewInt(a), big.NewInt(b))
	w.v.Add(&w.v, &p)
}

// settleShares rounds sums[i]/of to whole numbers whose sum is exactly that of the quotients: each is rounded down, and
// what is left goes one by one to the largest remainders, ties to the earlier. The quotients must sum to a whole number.
func settleShares(sums []wide, of int64) []int64 {
	type rest struct {
		at   int
		over *big.Int
	}
	parts := make([]int64, len(sums))
	rests := make([]rest, len(sums))
	divisor := big.NewInt(of)
	left := new(big.Int)
	for i := range sums {
		q, r := new(big.Int), new(big.Int)
		q.DivMod(&sums[i].v, divisor, r) // Euclidean: the remainder is never negative
		if !q.IsInt64() {
			panic("BUG: a share of an amount is larger than any amount")
		}
		parts[i], rests[i] = q.Int64(), rest{i, r}
		left.Add(left, r)
	}
	ones, odd := new(big.Int).DivMod(left, divisor, new(big.Int))
	if odd.Sign() != 0 {
		panic("BUG: shares do not sum to a whole number")
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return b.over.Cmp(a.over) })
	for k := range ones.Int64() {
		parts[rests[k].at]++
	}
	return parts
}

// moment gathers values for their mean and spread, one by one and without the loss of large squares.
type moment struct{ n, mean, squares float64 }

func (m *moment) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.squares += d * (x - m.mean)
}

// deviation is the standard deviation of the values; 0 for fewer than two.
func (m *moment) deviation() float64 {
	if m.n < 2 {
		return 0
	}
	return math.Sqrt(m.squares / (m.n - 1))
}

// standardError is that of the mean, rounded up to a whole number.
func (m *moment) standardError() int64 {
	return int64(math.Ceil(m.deviation() / math.Sqrt(max(m.n, 1))))
}
