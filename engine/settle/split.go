package settle

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// split divides an amount over weights of either sign by largest remainder, so that the shares sum to it exactly, each
// within one fen of its exact share; ties go to the lower index. Weights below zero occur where penalties took more points
// than a hospital earned. The sum of the weights must not be zero unless the amount is.
func split[W ~int64](total money.Fen, weights []W) ([]money.Fen, error) {
	plain := make([]int64, len(weights))
	negative := false
	for i, w := range weights {
		plain[i] = int64(w)
		negative = negative || w < 0
	}
	if !negative {
		return money.Allocate(total, plain)
	}
	sum, err := money.Sum(plain...)
	if err != nil {
		return nil, fmt.Errorf("splitting %s: weights: %w", total, err)
	}
	if sum == 0 {
		if total != 0 {
			return nil, fmt.Errorf("splitting %s: the weights sum to zero", total)
		}
		return make([]money.Fen, len(weights)), nil
	}
	shares := make([]money.Fen, len(weights))
	rems := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range plain {
		low, err := money.MulDiv(int64(total), w, sum, money.Floor)
		if err != nil {
			return nil, fmt.Errorf("splitting %s: %w", total, err)
		}
		shares[i], rems[i], order[i] = money.Fen(low), remainder(int64(total), w, sum), i
		left -= shares[i]
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
	if left < 0 || int(left) > len(order) {
		panic("BUG: shares cut downward leave less than nothing or more than one fen each")
	}
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares, nil
}

// remainder returns a*b/c's distance above its floor, in units of 1/|c|.
func remainder(a, b, c int64) uint64 {
	negative := (a < 0) != (b < 0) != (c < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	d := magnitude(c)
	rem := bits.Rem64(hi, lo, d)
	if negative && rem != 0 {
		return d - rem
	}
	return rem
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// less reports whether one point value is below another; the points of both are positive.
func less(a, b money.PointValue) bool {
	an, bn := a.Fen < 0, b.Fen < 0
	if an != bn {
		return an
	}
	ah, al := bits.Mul64(magnitude(int64(a.Fen)), uint64(b.Points))
	bh, bl := bits.Mul64(magnitude(int64(b.Fen)), uint64(a.Points))
	if ah == bh && al == bl {
		return false
	}
	smaller := ah < bh || (ah == bh && al < bl)
	return smaller != an
}
