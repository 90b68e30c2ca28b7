package invent

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// The benefit that the past accounts and booked payments of the invented region follow: an ordinary one, so that a
// study's own policy comes out near it. Broad tiers are primary, secondary and tertiary.
var (
	deductibles = [3]money.Fen{30_000, 50_000, 80_000}
	stayRatio   = [2][3]money.Ratio{{880_000, 850_000, 820_000}, {800_000, 750_000, 700_000}}
	visitRatio  = [2][3]money.Ratio{{860_000, 800_000, 760_000}, {600_000, 500_000, 400_000}}
)

const (
	retiredBonus  money.Ratio = 40_000  // added to an employee's ratio after retirement
	categoryShare money.Ratio = 100_000 // first-pay of category B
	filedShare    money.Ratio = 100_000 // first-pay of care outside, filed
	unfiledShare  money.Ratio = 200_000 // and not filed
)

// book computes the first-pay and the fund payment of a visit with positive amounts.
func (w *drawer) book(v *visit) (firstPay, fund money.Fen) {
	tier := 0
	switch w.m.hospitals[v.hospital].Tier.Broad() {
	case region.Secondary:
		tier = 1
	case region.Tertiary:
		tier = 2
	}
	scope := v.gross - v.nonCovered
	firstPay = part(v.categoryB, categoryShare)
	switch {
	case v.place != claims.Local && v.filed:
		firstPay += part(scope-v.categoryB, filedShare)
	case v.place != claims.Local:
		firstPay += part(scope-v.categoryB, unfiledShare)
	}
	scope -= firstPay
	ratio := visitRatio[w.p.scheme][tier]
	if v.setting == claims.Inpatient || v.setting == claims.BedDay {
		scope -= min(scope, deductibles[tier])
		ratio = stayRatio[w.p.scheme][tier]
	}
	if w.p.retired(w.age) {
		ratio += retiredBonus
	}
	return firstPay, part(scope, ratio)
}

// part returns a share of an amount that is not negative, rounded half up. Amounts of one visit stay far below the
// range of 64 bits.
func part(f money.Fen, share money.Ratio) money.Fen {
	return (f*money.Fen(share) + money.Fen(money.One)/2) / money.Fen(money.One)
}
