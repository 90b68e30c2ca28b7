package main

import (
	"cmp"
	"math/bits"
	"slices"
)

// settle pays a scheme's hospitals by points: first what the stays cost, then with the part of the surplus that they keep or of
// the overrun that they bear. The accounts stand in the order of the region's hospitals.
func settle(list []account, lastYear, growth int64) {
	var gross, fund int64
	for i := range list {
		gross += list[i].gross
		fund += list[i].fund
	}
	balance := (lastYear*growth+50)/100 - fund
	share := (max(balance, -balance)*85 + 50) / 100
	if balance < 0 {
		share = -share
	}
	base, paid := allocate(gross, list), allocate(gross+share, list)
	for i := range list {
		a := &list[i]
		a.base, a.paid = base[i]-(a.gross-a.fund), paid[i]-(a.gross-a.fund)
	}
}

// allocate cuts a total by points, downward; the fen that are left go to the largest remainders, ties to the first.
func allocate(total int64, list []account) []int64 {
	var sum uint64
	for i := range list {
		sum += uint64(list[i].points)
	}
	parts, rests, order := make([]int64, len(list)), make([]uint64, len(list)), make([]int, len(list))
	left := total
	for i := range list {
		high, low := bits.Mul64(uint64(total), uint64(list[i].points))
		q, rest := bits.Div64(high, low, sum)
		parts[i], rests[i], order[i] = int64(q), rest, i
		left -= int64(q)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rests[b], rests[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
