package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// coinsurance shares what is still open between fund and person (统筹基金按比例支付) by a ratio that depends on who is treated
// where and, where the pack has bands, on how much the person has cost so far.
//
//	rates: [{scheme: employee, tier: 3, up_to: 40000, share: 82%}, ...]   consecutive rows that select alike are bands
//	mode: marginal        each band's ratio on the part inside it; step: the band in which the sum ends serves the whole
//	on: eligible          bands of eligible cost; fund: of what the fund has paid; days: of days, with up_to_day
//	per: year             over what the sum runs: visit, day, month, year, benefit_period, lifetime
//	include: [deductible] pockets of the visit that fill the bands ahead of the open cost
//	adjust: [{referral: none, points: -15%}, {assistance: low_income, points: 5%, times: 1}]
//	max_share: 100%       upper end of the adjusted ratio
//	round_side: fund      which side is rounded, as `round` and `round_to` name; the other side gets the rest
//	a row may carry pays: 1500.00 instead of share, the fixed amount that the person pays in that band
//
// Fund = Σ part of band × (share × times + points), rounded per band. Worked: 18,500.00 at 85% is fund 15,725.00 and person
// 2,775.00. Exception: a claim that no row serves, and cost above the last band, is paid by the person.
type coinsurance struct {
	rates      bandTable[rate]
	adjust     []shareAdjustment
	maxShare   money.Ratio
	step       bool
	on         int
	include    []Pocket
	sum        counter
	personSide bool
	round      money.Rounding
	unit       money.Fen
}

// rate is what the fund bears of a band.
type rate struct {
	share money.Ratio
	pays  money.Fen // fixed amount of the person; noLimit: the share decides
}

// shareAdjustment changes the fund's share for the claims that it selects.
type shareAdjustment struct {
	selector policy.Selector
	times    money.Ratio
	points   money.Ratio
}

var (
	bandModes  = []string{"marginal", "step"}
	bandBases  = []string{"eligible", "fund", "days"}
	roundSides = []string{"fund", "person"}
)

const (
	onEligible = iota
	onFund
	onDays
)

func compileCoinsurance(d *policy.Decoder, ctx *Context) Rule {
	r := &coinsurance{
		maxShare:   d.ShareOr("max_share", money.One),
		step:       d.WordOr("mode", bandModes, 0) == 1,
		on:         d.WordOr("on", bandBases, onEligible),
		include:    readPockets(d, "include"),
		sum:        newCounter(d, ctx, perYear),
		personSide: d.WordOr("round_side", roundSides, 0) == 1,
		round:      d.RoundingOr("round", ctx.Round),
		unit:       readUnit(d),
	}
	r.rates = readBands(d, ctx, "rates", r.on == onDays, func(row *policy.Decoder) rate {
		if row.Has("pays") {
			if row.Has("share") {
				row.Fail("pays", "stands beside share; a row has one of them")
			}
			return rate{pays: row.Fen("pays")}
		}
		return rate{row.Share("share"), noLimit}
	})
	d.Each("adjust", func(_ int, row *policy.Decoder) {
		r.adjust = append(r.adjust, shareAdjustment{row.Selector(ctx.Scope), row.RatioOr("times", money.One), row.RatioOr("points", 0)})
	})
	if r.step && r.on != onEligible {
		d.Fail("mode", "step works on eligible cost only")
	}
	if r.on == onFund && (r.personSide || r.unit != 1) {
		d.Fail("on", "bands of fund payments round the fund's side to the fen")
	}
	return r
}

// Apply moves Open to Fund and Coinsurance.
func (r *coinsurance) Apply(v *Visit, y *Year) {
	open := v.Pockets[Open]
	bands := r.rates.find(v.Claim)
	if bands == nil {
		if v.Tracing() && open > 0 {
			v.Say("无适用支付比例，全部由个人负担", "no ratio applies; the person pays all")
		}
		v.Move(Open, Coinsurance, open)
		return
	}
	sum := r.sum.at(v, y)
	var fund money.Fen
	switch r.on {
	case onFund:
		fund = r.byFund(v, bands, *sum, open)
		*sum += fund
	case onDays:
		days := money.Fen(v.Days())
		fund = r.byDays(v, bands, *sum, days, open)
		*sum += days
	default:
		before := *sum + held(v, r.include)
		fund = r.byCost(v, bands, before, open)
		*sum = before + open
	}
	v.Move(Open, Fund, fund)
	v.Move(Open, Coinsurance, v.Pockets[Open])
}

// byCost returns the fund's part of an amount that follows after earlier cost.
func (r *coinsurance) byCost(v *Visit, bands []band[rate], before, amount money.Fen) money.Fen {
	var fund money.Fen
	end := before + amount
	for i := range bands {
		b := &bands[i]
		if r.step {
			if end <= b.upTo {
				if v.Tracing() {
					v.Say("累计 %s，按所在段计算", "cumulative %s falls into this band", end)
				}
				return r.share(v, b.val, amount)
			}
			continue
		}
		if part := min(end, b.upTo) - before; part > 0 {
			fund += r.share(v, b.val, part)
			before += part
		}
	}
	return fund
}

// byFund is byCost for bands of what the fund has paid: a band is full when the fund has paid up to its limit.
func (r *coinsurance) byFund(v *Visit, bands []band[rate], paid, amount money.Fen) money.Fen {
	var fund money.Fen
	for i := range bands {
		b := &bands[i]
		room := b.upTo - paid - fund
		if room <= 0 || amount == 0 {
			continue
		}
		part := amount
		share := r.adjusted(v, b.val.share)
		if b.upTo != noLimit && share > 0 && v.Times(amount, share, r.round) > room {
			// The cost that fills the band: the fund pays its room to the fen, and the next band takes over.
			part = min(v.scale(room, money.Fen(money.One), money.Fen(share), money.HalfUp), amount)
			if v.Tracing() {
				v.Say("%s × %s 达到本段 %s", "%s × %s fills the band to %s", part, share.Percent(), b.upTo)
			}
			fund += min(room, part)
		} else {
			fund += r.share(v, b.val, part)
		}
		amount -= part
	}
	return fund
}

// byDays is byCost for bands of days: the amount is spread evenly over the days of the visit.
func (r *coinsurance) byDays(v *Visit, bands []band[rate], before, days, amount money.Fen) money.Fen {
	var fund money.Fen
	split := daySplit{amount: amount, days: days}
	end := before + days
	for i := range bands {
		b := &bands[i]
		part := min(end, b.upTo) - before
		if part <= 0 {
			continue
		}
		before += part
		cost := split.take(v, part)
		if v.Tracing() {
			v.Say("%d 天，费用 %s", "%d days, cost %s", int64(part), cost)
		}
		fund += r.share(v, b.val, cost)
	}
	return fund
}

// share returns the fund's part of an amount inside one band.
func (r *coinsurance) share(v *Visit, of rate, part money.Fen) money.Fen {
	if of.pays != noLimit {
		person := min(of.pays, part)
		if v.Tracing() {
			v.Say("个人定额 %s，基金 %s", "the person pays the fixed %s, the fund %s", person, part-person)
		}
		return part - person
	}
	share := r.adjusted(v, of.share)
	if r.personSide {
		person := min(v.TimesTo(part, money.One-share, r.round, r.unit), part)
		if v.Tracing() {
			v.Say("个人 %s × %s = %s，基金 %s", "the person pays %s × %s = %s, the fund %s", part, (money.One - share).Percent(), person, part-person)
		}
		return part - person
	}
	fund := min(v.TimesTo(part, share, r.round, r.unit), part)
	if v.Tracing() {
		v.Say("%s × %s = %s", "%s × %s = %s", part, share.Percent(), fund)
	}
	return fund
}

// adjusted returns a band's share after the adjustments that hold for the visit, from 0 to maxShare.
func (r *coinsurance) adjusted(v *Visit, share money.Ratio) money.Ratio {
	if len(r.adjust) == 0 {
		return min(share, r.maxShare)
	}
	base := share
	for i := range r.adjust {
		a := &r.adjust[i]
		if !a.selector.Match(v.Claim) {
			continue
		}
		if a.times != money.One {
			share = money.Ratio(v.Times(money.Fen(share), a.times, money.HalfUp))
		}
		share += a.points
	}
	share = min(max(share, 0), r.maxShare)
	if v.Tracing() && share != base {
		v.Say("支付比例调整：%s → %s", "ratio adjusted: %s → %s", base.Percent(), share.Percent())
	}
	return share
}
