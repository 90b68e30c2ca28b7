package calibrate

import (
	"cmp"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// Booked is what the fund booked by scheme and year of settlement, as the final settlements from which a budget opens where
// the fund's accounts are not at hand.
type Booked struct {
	Totals []region.YearTotal // nil where no claim has a booked amount: costs are not what the fund paid
	// Without counts the claims without a booked amount; where others have one, they are in Totals with their gross cost.
	Without claims.Count
}

// Totals sums what the fund booked for the rows that are kept (nil keeps all). The error is money that does not fit in 64 bits.
func Totals(t *claims.Table, keep []bool) (*Booked, error) {
	type key struct {
		scheme string
		year   int
	}
	out, some := &Booked{}, false
	sums := make(map[key]money.Fen)
	for i := range t.Rows {
		if keep != nil && !keep[i] {
			continue
		}
		amount, ok := bookedOf(t, i)
		if some = some || ok; !ok {
			amount = t.Gross[i]
			if err := out.Without.Add(amount, true); err != nil {
				return nil, err
			}
		}
		k := key{t.Scheme.At(i), t.Settlement[i].Year()}
		sum, err := money.Add(sums[k], amount)
		if err != nil {
			return nil, err
		}
		sums[k] = sum
	}
	if !some {
		return out, nil
	}
	for k, sum := range sums {
		out.Totals = append(out.Totals, region.YearTotal{Year: k.year, Scheme: k.scheme, Name: "final_settlement", Amount: sum})
	}
	slices.SortFunc(out.Totals, func(a, b region.YearTotal) int {
		return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Year, b.Year))
	})
	return out, nil
}

// bookedOf returns what the fund booked for a row, where the source gives it.
func bookedOf(t *claims.Table, row int) (money.Fen, bool) {
	if t.BookedFund == nil || t.HasBookedFund != nil && !t.HasBookedFund[row] {
		return 0, false
	}
	return t.BookedFund[row], true
}
