package calibrate

import (
	"cmp"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// Totals sums what the fund booked by scheme and year of settlement, as the final settlements from which a budget opens
// where the fund's accounts are not at hand. Claims without a booked amount count with their gross cost.
func Totals(t *claims.Table, keep []bool) ([]region.YearTotal, error) {
	type key struct {
		scheme string
		year   int
	}
	sums := make(map[key]money.Fen)
	for i := range t.Rows {
		if keep != nil && !keep[i] {
			continue
		}
		amount := t.Gross[i]
		if t.BookedFund != nil && (t.HasBookedFund == nil || t.HasBookedFund[i]) {
			amount = t.BookedFund[i]
		}
		k := key{t.Scheme.At(i), t.Settlement[i].Year()}
		sum, err := money.Add(sums[k], amount)
		if err != nil {
			return nil, err
		}
		sums[k] = sum
	}
	var out []region.YearTotal
	for k, sum := range sums {
		out = append(out, region.YearTotal{Year: k.year, Scheme: k.scheme, Name: "final_settlement", Amount: sum})
	}
	slices.SortFunc(out, func(a, b region.YearTotal) int {
		return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Year, b.Year))
	})
	return out, nil
}
