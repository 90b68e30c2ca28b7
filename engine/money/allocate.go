package money

import (
	"fmt"
	"math/bits"
	"slices"
)

// Allocate splits total over the weights by largest remainder: each share is total*w/sum cut toward zero, and the fen
// that are left go one each to the largest cut-off remainders, ties to the lower index. The shares sum to total
// exactly, each within one fen of its exact share; the result for a set of weights does not depend on their order but for
// ties. Weights must not be negative; if all are zero, a total other than zero is an error.
func Allocate(total Fen, weights []int64) ([]Fen, error) {
	shares := make([]Fen, len(weights))
	var sum uint64
	for i, w := range weights {
		if w < 0 {
			return nil, fmt.Errorf("allocate: weight %d is negative (%d)", i, w)
		}
		var carry uint64
		if sum, carry = bits.Add64(sum, uint64(w), 0); carry != 0 {
			return nil, fmt.Errorf("allocate: weights: %w", ErrOverflow)
		}
	}
	if sum == 0 {
		if total != 0 {
			return nil, fmt.Errorf("allocate: no weight to carry %s", total)
		}
		return shares, nil
	}
	neg := total < 0
	left := abs(int64(total))
	whole := left
	rems := make([]uint64, len(weights))
	order := make([]int, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(whole, uint64(w))
		q, rem := bits.Div64(hi, lo, sum) // w <= sum, so hi < sum
		rems[i], order[i] = rem, i
		left -= q
		share, err := signed(q, neg)
		if err != nil {
			return nil, err
		}
		shares[i] = Fen(share)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rems[a] > rems[b]:
			return -1
		case rems[a] < rems[b]:
			return 1
		}
		return a - b
	})
	unit := Fen(1)
	if neg {
		unit = -1
	}
	for _, i := range order[:left] {
		shares[i] += unit
	}
	return shares, nil
}
