package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// coinsurance shares what is still open between fund and person (统筹基金按比例支付) by a ratio that depends on who is treated
// where and, where the pack has bands, on how much the person has cost so far.
//
//	rates: [{scheme: employee, tier: 3, up_to: 40000, share: 82%}, ...]   consecutive rows that select alike are bands
//	mode: marginal        each band's ratio on the part inside it; step: the band in which the sum ends serves the whole
//	on: eligible          bands of eligible cost; fund, person: of what the fund or the person has paid by this step;
//	                      days: of days, with up_to_day
//	of: open              the cost that is shared; category_b, ai_diagnosis: only that part of it, the rest stays open
//	per: year             over what the sum runs: visit, day, month, quarter, year, benefit_period, ...
//	include: [deductible] pockets of the visit that fill the bands ahead of the open cost
//	adjust: [{referral: none, points: -15%}, {retired: true, person_times: 60%}, {times: 90%}]
//	                      {year_points: 0.2%, from_age: 0} adds points for each year of age above one
//	max_share: 100%       upper end of the adjusted ratio
//	round_side: fund      which side is rounded, as `round` and `round_to` name; the other side gets the rest
//	a row may carry pays: 1500.00 instead of share, the fixed amount that the person pays in that band
//
// Fund = Σ part of band × share, where each adjustment that holds makes the share 1 − (1 − share) × person_times, then
// × times, then + points + year_points × (age − from_age); rounded per band. Worked: 18,500.00 at 85% is fund
// 15,725.00 and person 2,775.00. Exception: a claim that no row serves, and cost above the last band, is paid by the person.
type coinsurance struct {
	rates      bandTable[rate]
	adjust     []shareAdjustment
	maxShare   money.Ratio
	step       bool
	on         int
	of         int
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

// maxAge bounds the ages that law may name.
const maxAge = 150

// shareAdjustment changes the fund's share for the claims that it selects.
type shareAdjustment struct {
	selects choice      // row 0 when the adjustment holds
	person  money.Ratio // factor on the person's share
	times   money.Ratio
	points  money.Ratio

	yearPoints money.Ratio // for each year of age above fromAge; an unknown age adds none
	fromAge    int16
}

var (
	bandModes  = []string{"marginal", "step"}
	bandBases  = []string{"eligible", "fund", "person", "days"}
	costParts  = []string{"open", "category_b", "ai_diagnosis"}
	roundSides = []string{"fund", "person"}
)

const (
	ofOpen = iota
	ofCategoryB
	ofAIDiagnosis
)

const (
	onEligible = iota
	onFund
	onPerson
	onDays
)

func compileCoinsurance(d *policy.Decoder, ctx *Context) Rule {
	r := &coinsurance{
		maxShare:   d.ShareOr("max_share", money.One),
		step:       d.WordOr("mode", bandModes, 0) == 1,
		on:         d.WordOr("on", bandBases, onEligible),
		of:         d.WordOr("of", costParts, 0),
		include:    readPockets(d, "include"),
		sum:        newCounter(d, ctx, perYear),
		personSide: d.WordOr("round_side", roundSides, 0) == 1,
		round:      d.RoundingOr("round", ctx.Round),
		unit:       readUnit(d),
	}
	switch r.of {
	case ofCategoryB:
		ctx.Scope.Reads(claims.ColCategoryB)
	case ofAIDiagnosis:
		ctx.Scope.Reads(claims.ColAIDiagnosis)
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
		r.adjust = append(r.adjust, shareAdjustment{
			ctx.choices.one(row.Selector(ctx.Scope)), row.RatioOr("person_times", money.One), row.RatioOr("times", money.One), row.RatioOr("points", 0),
			row.RatioOr("year_points", 0), int16(row.IntOr("from_age", 0)),
		})
		if from := row.IntOr("from_age", 0); from < 0 || from > maxAge {
			row.Fail("from_age", "%d is not from 0 to %d", from, maxAge)
		}
	})
	if r.step && r.on != onEligible {
		d.Fail("mode", "step works on eligible cost only")
	}
	if (r.on == onFund || r.on == onPerson) && (r.personSide != (r.on == onPerson) || r.unit != 1) {
		d.Fail("on", "bands of payments need round_side: %s, and round to the fen", bandBases[r.on])
	}
	return r
}

// Apply moves Open to Fund and Coinsurance.
func (r *coinsurance) Apply(v *Visit, y *Year) {
	amount := v.Pockets[Open]
	switch r.of {
	case ofCategoryB:
		amount = min(amount, v.CategoryB)
	case ofAIDiagnosis:
		amount = min(amount, v.Claim.AIDiagnosis)
	}
	bands := r.rates.find(v)
	if bands == nil {
		if v.Tracing() && amount > 0 {
			v.Say("无适用支付比例，全部由个人负担", "no ratio applies; the person pays all")
		}
		v.Move(Open, Coinsurance, amount)
		return
	}
	sum := r.sum.at(v, y)
	var fund money.Fen
	switch r.on {
	case onFund:
		fund = r.byPayment(v, bands, *sum, amount)
		*sum += fund
	case onPerson:
		fund = amount - r.byPayment(v, bands, *sum, amount)
		*sum += amount - fund
	case onDays:
		days := money.Fen(v.Days())
		fund = r.byDays(v, bands, *sum, days, amount)
		*sum += days
	default:
		before := *sum + held(v, r.include)
		fund = r.byCost(v, bands, before, amount)
		*sum = before + amount
	}
	v.Move(Open, Fund, fund)
	v.Move(Open, Coinsurance, amount-fund)
}

// plainCoinsurance is a coinsurance of all open cost by marginal bands of eligible cost, where nothing adjusts the fund's share
// and the fund's side is rounded half up to the fen.
type plainCoinsurance struct {
	*coinsurance
	rows []plainRates
}

// plainRates are the bands that serve a visit, of which the first alone serves most.
type plainRates struct {
	upTo  money.Fen
	share money.Ratio
	bands []band[money.Ratio]
}

func (r *coinsurance) sweeper() (sweeper, *choice) {
	if r.step || r.on != onEligible || r.of != ofOpen || len(r.adjust) > 0 || len(r.include) > 0 || r.personSide || r.round != money.HalfUp || r.unit != 1 || !r.sum.plain() {
		return nil, nil
	}
	k := &plainCoinsurance{coinsurance: r}
	for _, bands := range r.rates.rows {
		var row plainRates
		for i := range bands {
			if bands[i].val.pays != noLimit {
				return nil, nil
			}
			row.bands = append(row.bands, band[money.Ratio]{bands[i].upTo, min(bands[i].val.share, r.maxShare)})
		}
		row.upTo, row.share = row.bands[0].upTo, row.bands[0].val
		k.rows = append(k.rows, row)
	}
	return k, &r.rates.choice
}

// sweep is Apply for open cost that is small. The fund's part of a band is no more than the part inside it, as no share is above
// one, so that neither Open nor what is left to the person falls below zero.
func (r *plainCoinsurance) sweep(s *sweep, rows []int32) {
	opens, funds, shares := s.column(Open), s.column(Fund), s.column(Coinsurance)
	keep := s.keep(r.sum.per)
	var sum money.Fen
	for i, row := range rows {
		sum &= keep[i]
		if row == passedBy {
			continue
		}
		open := opens[i]
		if !small(open) {
			v, y := s.hand(i)
			y.Slots[r.sum.sum] = sum
			if r.Apply(v, y); s.failed(i) {
				return
			}
			sum = y.Slots[r.sum.sum]
			continue
		}
		var fund money.Fen
		if row != unserved {
			rates := &r.rows[row]
			before := sum
			sum += open
			if sum <= rates.upTo {
				fund = halfUp(open, rates.share)
			} else {
				fund = byBands(rates.bands, before, sum)
			}
		}
		opens[i] = 0
		funds[i] += fund
		shares[i] += open - fund
	}
}

// byBands is byCost for plain bands.
func byBands(bands []band[money.Ratio], before, end money.Fen) money.Fen {
	var fund money.Fen
	for i := range bands {
		if part := min(end, bands[i].upTo) - before; part > 0 {
			fund += halfUp(part, bands[i].val)
			before += part
		}
	}
	return fund
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
	sayUnserved(v, end-before)
	return fund
}

// byPayment is byCost for bands of what one side has paid: a band is full when that side has paid up to its limit. It
// returns that side's part of the amount.
func (r *coinsurance) byPayment(v *Visit, bands []band[rate], before, amount money.Fen) money.Fen {
	var paid money.Fen
	for i := range bands {
		b := &bands[i]
		room := b.upTo - before - paid
		if room <= 0 || amount == 0 {
			continue
		}
		side := r.adjusted(v, b.val.share)
		if r.on == onPerson {
			side = money.One - side
		}
		part := amount
		if b.upTo != noLimit && v.Times(amount, side, r.round) > room {
			// The cost that fills the band: the side pays its room to the fen, and the next band takes over.
			part = min(v.scale(room, money.Fen(money.One), money.Fen(side), money.HalfUp), amount)
			pays := min(room, part)
			if v.Tracing() {
				v.Say("费用 %s 按 %s 使本段付满 %s：%s", "cost %s at %s fills the band to %s: %s", part, side.Percent(), b.upTo, pays)
			}
			paid += pays
		} else {
			fund := r.share(v, b.val, part)
			if r.on == onPerson {
				paid += part - fund
			} else {
				paid += fund
			}
		}
		amount -= part
	}
	sayUnserved(v, amount)
	if r.on == onPerson {
		paid += amount
	}
	return paid
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
			v.Say("%d 天（共 %d 天），费用均摊 %s", "%d of %d days, even share of the cost %s", int64(part), int64(days), cost)
		}
		fund += r.share(v, b.val, cost)
	}
	sayUnserved(v, amount-split.done)
	return fund
}

// sayUnserved tells what lies above the last band.
func sayUnserved(v *Visit, amount money.Fen) {
	if v.Tracing() && amount > 0 {
		v.Say("超出末段的 %s 由个人负担", "%s lies above the last band and is the person's", amount)
	}
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
			v.Say("个人 %s × %s = %s%s，基金 %s", "the person pays %s × %s = %s%s, the fund %s", part, (money.One - share).Percent(), person, rounded(r.round, r.unit), part-person)
		}
		return part - person
	}
	fund := min(v.TimesTo(part, share, r.round, r.unit), part)
	if v.Tracing() {
		v.Say("%s × %s = %s%s", "%s × %s = %s%s", part, share.Percent(), fund, rounded(r.round, r.unit))
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
		if a.selects.row(v) < 0 {
			continue
		}
		if a.person != money.One {
			share = money.One - money.Ratio(v.Times(money.Fen(money.One-share), a.person, money.HalfUp))
		}
		if a.times != money.One {
			share = money.Ratio(v.Times(money.Fen(share), a.times, money.HalfUp))
		}
		share += a.points + a.yearPoints*money.Ratio(max(v.Age-a.fromAge, 0))
	}
	share = min(max(share, 0), r.maxShare)
	if v.Tracing() && share != base {
		v.Say("支付比例调整：%s → %s", "ratio adjusted: %s → %s", base.Percent(), share.Percent())
	}
	return share
}
