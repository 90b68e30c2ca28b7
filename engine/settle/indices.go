package settle

import (
	"context"

	"github.com/drgsim/drgsim/engine/internal/parallel"
	"github.com/drgsim/drgsim/engine/money"
)

// Indices compare the cost and the days of each hospital's stays with those of the region's. They hang on the stays alone, so
// scenarios whose tallies share these have one set of them.
type Indices struct{ cost, time []index } // by hospital

// index is a hospital's, with the sums that it is made of.
type index struct {
	relative, expected, actual int64
	fits                       bool // a sum that does not fit leaves the index out
}

// NewIndices measures a tally.
func NewIndices(t *Tally) *Indices {
	d := t.Dims
	region, out := newMix(d.Groups), &Indices{make([]index, d.Hospitals), make([]index, d.Hospitals)}
	for h := range d.Hospitals {
		region.add(t, h)
	}
	parts := (d.Hospitals + hospitalsAtOnce - 1) / hospitalsAtOnce
	_ = parallel.Each(context.Background(), 0, parts, func(i int) error {
		own := newMix(d.Groups)
		for h := i * hospitalsAtOnce; h < min((i+1)*hospitalsAtOnce, d.Hospitals); h++ {
			own.clear()
			own.add(t, h)
			out.cost[h] = newIndex(own.claims, own.gross, region.claims, region.gross)
			out.time[h] = newIndex(own.claims, own.days, region.claims, region.days)
		}
		return nil
	})
	return out
}

// hospitalsAtOnce is how many hospitals one goroutine measures before it asks for more.
const hospitalsAtOnce = 16

// mix sums stays by group, all schemes together, the ungrouped ones left out.
type mix struct{ claims, days, gross []int64 }

func newMix(groups int) mix {
	return mix{make([]int64, groups), make([]int64, groups), make([]int64, groups)}
}

func (x *mix) clear() {
	clear(x.claims)
	clear(x.days)
	clear(x.gross)
}

// add adds the stays of a hospital.
func (x *mix) add(t *Tally, hospital int) {
	for scheme := range t.Dims.Schemes {
		row := t.groupRow(scheme, hospital, 0)
		addColumn(x.claims, t.Groups.Claims[row:])
		addColumn(x.days, t.Groups.Days[row:])
		addColumn(x.gross, t.Groups.Gross[row:])
	}
}

func addColumn[T ~int64](to []int64, from []T) {
	from = from[:len(to)]
	for g := range to {
		to[g] += int64(from[g])
	}
}

// Steps of the sums of an index: each group's term is rounded half up to a millionth of a stay, and its expectation to a
// thousandth of a fen or day, so that an index of many groups stays an exact ratio of two whole numbers.
const (
	stepOfTerm     = 1_000_000
	stepOfExpected = 1_000
)

// newIndex compares what a hospital's stays took with what they would have taken at the region's mean of each group.
func newIndex(claims, own, regionClaims, region []int64) index {
	var x index
	sum := summer{}
	for g, n := range claims {
		mine, all, total := own[g], regionClaims[g], region[g]
		if n <= 0 || all <= 0 || total <= 0 {
			continue
		}
		// own mean / region's mean × n = mine × all / total.
		term, err1 := money.MulDiv(mine, all*stepOfTerm, total, money.HalfUp)
		worth, err2 := money.MulDiv(total, n*stepOfExpected, all, money.HalfUp)
		if err1 != nil || err2 != nil {
			return index{}
		}
		x.relative, x.expected, x.actual = add(&sum, x.relative, term), add(&sum, x.expected, worth), add(&sum, x.actual, mine)
	}
	scaled, err := money.MulDiv(x.actual, stepOfExpected, 1, money.HalfUp)
	x.actual, x.fits = scaled, err == nil && !sum.overflow
	return x
}
