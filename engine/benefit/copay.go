package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// copay is a fee that the person pays for a visit or for each day of it (定额自付), ahead of any sharing.
//
//	fees: [{tier: tertiary, amount: 10, share: 10%, min: 5, max: 10}, ...]   fee = amount + share of cost, within min and max
//	pocket: open             the pocket that the fee leaves; fund: the fund pays so much less, after sharing
//	of: open                 what the share is of: open (what that pocket holds) or gross
//	each: day                the amount is paid for each day; visit: once
//	up_to_day: 28            bands of days, as consecutive rows that select alike; all: true is the whole cost of those days;
//	                         lifetime_days: 60 limits the band's days over the person's life, the rest fall to the next band
//	per: year                over what the days are counted: visit, year, benefit_period, ...; only for each: day
//	to: coinsurance          the pocket that bears it: coinsurance or deductible
//
// A share rounds as `round` and `round_to` name; whole days take their even part of the cost, rounded half up. Worked: 30
// days at 10.00, 28 days a year: 280.00. Exception: never more than the pocket holds; a claim or day that no row serves is free.
type copay struct {
	fees    bandTable[fee]
	ofGross bool
	eachDay bool
	from    Pocket
	days    counter
	to      Pocket
	round   money.Rounding
	unit    money.Fen
}

type fee struct {
	amount   money.Fen
	share    money.Ratio
	min, max money.Fen
	all      bool
	lifetime money.Fen // days; noLimit: not limited
	reserve  int       // slot of the days used of the lifetime
}

func compileCopay(d *policy.Decoder, ctx *Context) Rule {
	r := &copay{
		ofGross: d.WordOr("of", []string{"open", "gross"}, 0) == 1,
		eachDay: d.WordOr("each", eachWords, 0) == 1,
		days:    newCounter(d, ctx, perVisit),
		from:    readPocket(d, "pocket", Open),
		to:      readPocket(d, "to", Coinsurance),
		round:   d.RoundingOr("round", ctx.Round),
		unit:    readUnit(d),
	}
	r.fees = readBands(d, ctx, "fees", true, func(row *policy.Decoder) fee { return readFee(row, ctx, r.eachDay) })
	return r
}

func readFee(row *policy.Decoder, ctx *Context, eachDay bool) fee {
	f := fee{
		amount: row.FenOr("amount", 0), share: row.ShareOr("share", 0), min: row.FenOr("min", 0), max: row.FenOr("max", noLimit),
		all: row.BoolOr("all", false), lifetime: noLimit,
	}
	if row.Has("lifetime_days") {
		f.lifetime = money.Fen(row.Int("lifetime_days"))
		f.reserve = ctx.Slots.Lasting(ctx.Step.ID + "/reserve")
	}
	needEachDay(row, eachDay)
	if eachDay && f.share != 0 {
		row.Fail("share", "a fee per day is an amount, or all: true")
	}
	if !eachDay && (f.all || f.lifetime != noLimit) {
		row.Fail("all", "whole days and lifetime days need each: day")
	}
	if f.amount < 0 || f.max < f.min {
		row.Fail("amount", "a fee must not be negative, nor its max below its min")
	}
	return f
}

func (r *copay) skips(chosen []int16) bool { return r.fees.never(chosen) }

// Apply moves the fee out of its pocket.
func (r *copay) Apply(v *Visit, y *Year) {
	bands := r.fees.find(v)
	if bands == nil {
		return
	}
	open := v.Pockets[r.from]
	var due money.Fen
	if r.eachDay {
		due = r.daily(v, y, bands, open)
	} else {
		due = r.once(v, &bands[0].val, open)
	}
	if v.Tracing() && due > open {
		v.Say("不超过 %s", "not more than %s", open)
	}
	v.Move(r.from, r.to, min(due, open))
}

// once is the fee of a visit.
func (r *copay) once(v *Visit, f *fee, open money.Fen) money.Fen {
	base := open
	if r.ofGross {
		base = v.Gross
	}
	due := min(max(f.amount+v.TimesTo(base, f.share, r.round, r.unit), f.min), f.max)
	if v.Tracing() {
		v.Say("定额 %s + %s × %s%s，不低于 %s%s：%s", "fee %s + %s × %s%s, at least %s%s: %s", f.amount, base, f.share.Percent(), rounded(r.round, r.unit), f.min, limitText(f.max), due)
	}
	return due
}

// daily is the fee of all days of a visit.
func (r *copay) daily(v *Visit, y *Year, bands []band[fee], open money.Fen) money.Fen {
	days := money.Fen(v.Days())
	count := r.days.at(v, y)
	before, left := *count, days
	*count += days
	split := daySplit{amount: open, days: days}
	var due money.Fen
	for i := range bands {
		b, f := &bands[i], &bands[i].val
		part := min(left, b.upTo-before)
		if f.lifetime != noLimit {
			used := &y.Slots[f.reserve]
			part = min(part, max(f.lifetime-*used, 0))
			*used += max(part, 0)
		}
		if part <= 0 {
			continue
		}
		before += part
		left -= part
		cost := split.take(v, part)
		if f.all {
			due += cost
			if v.Tracing() {
				v.Say("%d 天（共 %d 天）均摊费用 %s 全部自付", "%d of %d days: all of their even share of the cost, %s", int64(part), int64(days), cost)
			}
			continue
		}
		charge := v.scale(part, f.amount, 1, money.HalfUp)
		due += min(max(charge, f.min), f.max)
		if v.Tracing() {
			v.Say("%d 天 × %s = %s", "%d days × %s = %s", int64(part), f.amount, charge)
		}
	}
	return due
}
