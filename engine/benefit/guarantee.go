package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// guarantee raises the fund's payment to a least share of the cost (保底补偿).
//
//	shares: [{place: out_of_province, share: 45%}, ...]
//	of: eligible                                 gross less NonCovered; gross: all of it
//	pockets: [deductible, coinsurance]           what is relieved, in this order
//
// Top-up = cost × share − fund, rounded as `round` names, at most what the pockets hold. Worked: cost 10,000.00, fund 3,800.00,
// share 45%: 700.00 more. Exception: a claim that no row serves has no least share.
type guarantee struct {
	shares  table[money.Ratio]
	gross   bool
	pockets []Pocket
	round   money.Rounding
}

func compileGuarantee(d *policy.Decoder, ctx *Context) Rule {
	return &guarantee{
		shares:  readTable(d, ctx, "shares", false, func(row *policy.Decoder) money.Ratio { return row.Share("share") }),
		gross:   d.WordOr("of", []string{"eligible", "gross"}, 0) == 1,
		pockets: readBurden(d, "pockets", Deductible, Coinsurance),
		round:   d.RoundingOr("round", ctx.Round),
	}
}

func (r *guarantee) skips(chosen []int16) bool { return r.shares.never(chosen) }

// Apply moves the top-up to Fund.
func (r *guarantee) Apply(v *Visit, _ *Year) {
	share := r.shares.find(v)
	if share == nil {
		return
	}
	base := v.Gross
	if !r.gross {
		base -= v.Pockets[NonCovered]
	}
	least := v.Times(base, *share, r.round)
	more := min(max(least-v.Pockets[Fund], 0), held(v, r.pockets))
	if v.Tracing() && more > 0 {
		v.Say("保底 %s × %s = %s%s，补足 %s", "least %s × %s = %s%s: %s more", base, share.Percent(), least, rounded(r.round, 1), more)
	}
	draw(v, r.pockets, Fund, more)
}
