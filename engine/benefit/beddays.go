package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// bedDays lets the fund pay a long stay by the day (床日付费待遇): a share of the cost, at most an amount per day.
//
//	rates: [{tier: 2, per_day: 300, share: 80%}, ...]   up_to_day: 60 makes bands of days, as consecutive rows
//	per: visit                                          over what the days are counted: visit, year, benefit_period, ...
//
// For each band: fund = min(cost of its days × share, per_day × days); the share rounds as `round` names, and the cost is
// spread evenly over the days. The person's share goes to Coinsurance, what exceeds the daily limit to OverCeiling. Worked:
// 70 days, 31,500.00 at 80% and 300.00 a day: share 25,200.00, limit 21,000.00: fund 21,000.00, over 4,200.00, person
// 6,300.00. Exception: a claim that no row serves is left open; days beyond the last band are the person's.
type bedDays struct {
	rates bandTable[dayRate]
	days  counter
	round money.Rounding
}

type dayRate struct {
	perDay money.Fen
	share  money.Ratio
}

func compileBedDays(d *policy.Decoder, ctx *Context) Rule {
	return &bedDays{
		days:  newCounter(d, ctx, perVisit),
		round: d.RoundingOr("round", ctx.Round),
		rates: readBands(d, ctx, "rates", true, func(row *policy.Decoder) dayRate {
			return dayRate{row.FenOr("per_day", noLimit), row.ShareOr("share", money.One)}
		}),
	}
}

func (r *bedDays) skips(chosen []int16) bool { return r.rates.never(chosen) }

// Apply empties Open when a row serves the claim.
func (r *bedDays) Apply(v *Visit, y *Year) {
	bands := r.rates.find(v)
	if bands == nil {
		return
	}
	days := money.Fen(v.Days())
	count := r.days.at(v, y)
	before, end := *count, *count+days
	*count = end
	split := daySplit{amount: v.Pockets[Open], days: days}
	for i := range bands {
		b := &bands[i]
		part := min(end, b.upTo) - before
		if part <= 0 {
			continue
		}
		before += part
		cost := split.take(v, part)
		shared := v.Times(cost, b.val.share, r.round)
		limit := noLimit
		if b.val.perDay != noLimit {
			limit = v.scale(part, b.val.perDay, 1, money.HalfUp)
		}
		fund := min(shared, limit)
		if v.Tracing() {
			v.Say("%d 天（共 %d 天，费用按天均摊），%s × %s = %s%s%s，基金 %s", "%d of %d days, cost spread evenly: %s × %s = %s%s%s, fund %s",
				int64(part), int64(days), cost, b.val.share.Percent(), shared, rounded(r.round, 1), limitText(limit), fund)
		}
		v.Move(Open, Fund, fund)
		v.Move(Open, OverCeiling, shared-fund)
		v.Move(Open, Coinsurance, cost-shared)
	}
	sayUnserved(v, v.Pockets[Open])
	v.Move(Open, Coinsurance, v.Pockets[Open])
}
