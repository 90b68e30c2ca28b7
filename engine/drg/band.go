package drg

import (
	"math"
	"math/bits"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// band is the branches of a cell of bounds by cost alone: those of stays up to the first cut, above it, above the second and above
// the third, as choose finds them.
type band struct {
	cuts     [mostCuts]int64 // rising; what is not needed is the largest cost
	branches [mostCuts + 1]uint8
}

const (
	mostCuts = 3
	none     = math.MaxUint8 // no branch; choose tells more
)

// branch returns the branch of a cost, or none.
func (b *band) branch(cost int64) int {
	var first, second, third int // conditions without branches, which no processor could guess
	if cost > b.cuts[0] {
		first = 1
	}
	if cost > b.cuts[1] {
		second = 1
	}
	if cost > b.cuts[2] {
		third = 1
	}
	return int(b.branches[(first+second+third)&mostCuts])
}

// addBands works out the bands of all cells, where the classes ask for nothing but cost and have few enough limits.
func (p *Pricer) addBands() {
	every := ^uint64(0) >> (maxBranches - len(p.branches))
	limits := func(open uint64) bool { return open != every }
	if p.asking || p.facts != nil || len(p.limits) > mostCuts || slices.ContainsFunc(p.byDays, limits) || slices.ContainsFunc(p.byReview, limits) {
		return
	}
	width := firstCut + len(p.limits)
	p.bands = make([]band, 0, len(p.bounds)/width)
	for bounds := range slices.Chunk(p.bounds, width) {
		b := band{}
		for i := range b.cuts {
			b.cuts[i] = math.MaxInt64
		}
		copy(b.cuts[:], bounds[firstCut:])
		slices.Sort(b.cuts[:])
		for i := range b.branches {
			cost := int64(math.MinInt64)
			if i > 0 && b.cuts[i-1] == math.MaxInt64 {
				cost = math.MaxInt64 // nothing lies above
			} else if i > 0 {
				cost = b.cuts[i-1] + 1
			}
			b.branches[i] = none
			if open := p.openFor(bounds, money.Fen(cost)); open != 0 {
				b.branches[i] = uint8(bits.TrailingZeros64(open))
			}
		}
		p.bands = append(p.bands, b)
	}
}
