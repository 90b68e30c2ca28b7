package benefit

import (
	"math/bits"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// oopCeiling limits what a person bears over a period (个人负担上限): the insurer takes the rest, as in places with a monthly or
// yearly maximum.
//
//	limits: [{age: 70-, amount: 57600}, {amount: 80100, share: 1%, over: 267000, later_amount: 44400, least: 21000}]
//	                                             least: a visit of which the person bears less stands outside the limit
//	                                             then: 2.50 is what a visit still costs once the limit was reached before
//	later_after: 3                               months that hit the limit before later_amount holds
//	later_within: 12                             months over which they are counted, the present one included; absent: the
//	                                             months of the year
//	pockets: [deductible, coinsurance]           what counts, and is relieved in the order given
//	per: month, counter: ...
//	to: fund                                     who takes the rest
//
// Limit = amount + share × (cost − over), with cost the gross less NonCovered of the period, the product rounded as `round`
// and `round_to` name. Worked: cost 1,000,000, limit 80,100 + 733,000 × 1% = 87,430; of 300,000 borne the insurer takes
// 212,570. Exception: the limit is the person's, as claims do not name households; a case or data set in which a household
// shares one person id has the household's.
type oopCeiling struct {
	limits  table[personLimit]
	later   int // months; 0: no later amount
	within  int // months
	pockets []Pocket
	to      Pocket
	paid    counter // what the person has borne
	cost    counter
	hits    int // slot: bit k is the month k before the last one seen: it hit the limit
	lastHit int // slot: the last month seen
	round   money.Rounding
	unit    money.Fen
}

type personLimit struct {
	amount money.Fen
	share  money.Ratio
	over   money.Fen
	later  money.Fen // noLimit: the same amount
	least  money.Fen
	then   money.Fen
}

// maxLater bounds the months over which hits of a limit are counted.
const maxLater = 60

func compileOOPCeiling(d *policy.Decoder, ctx *Context) Rule {
	r := &oopCeiling{
		later:   d.IntOr("later_after", 0),
		within:  d.IntOr("later_within", 12),
		pockets: readBurden(d, "pockets", Deductible, Coinsurance),
		to:      readPocket(d, "to", Fund),
		paid:    newCounter(d, ctx, perYear),
		round:   d.RoundingOr("round", ctx.Round),
		unit:    readUnit(d),
	}
	r.limits = readTable(d, ctx, "limits", false, func(row *policy.Decoder) personLimit {
		return personLimit{row.Fen("amount"), row.ShareOr("share", 0), row.FenOr("over", 0), row.FenOr("later_amount", noLimit), row.FenOr("least", 0), row.FenOr("then", 0)}
	})
	if r.later > 0 && r.paid.per != perMonth {
		d.Fail("later_after", "needs per: month")
	}
	name := d.TextOr("counter", ctx.Step.ID)
	r.cost = r.paid
	r.cost.named(ctx, name+"/cost")
	if d.Has("later_within") && r.later == 0 {
		d.Fail("later_within", "says nothing without later_after")
	}
	if r.within < 1 || r.within > maxLater {
		d.Fail("later_within", "%d is not from 1 to %d months", r.within, maxLater)
		r.within = 1
	}
	slot := ctx.Slots.Slot
	if d.Has("later_within") {
		slot = ctx.Slots.Lasting
	}
	r.hits, r.lastHit = slot(name+"/hits"), slot(name+"/last hit")
	return r
}

func (r *oopCeiling) skips(chosen []int16) bool { return r.limits.never(chosen) }

// Apply moves what is above the limit from the person to the insurer.
func (r *oopCeiling) Apply(v *Visit, y *Year) {
	row := r.limits.find(v)
	if row == nil {
		return
	}
	now := held(v, r.pockets)
	if now < row.least {
		if v.Tracing() {
			v.Say("个人负担 %s 不足 %s，不计入", "the person bears %s, less than %s: outside the limit", now, row.least)
		}
		return
	}
	if r.later > 0 {
		r.passMonths(v, y)
	}
	cost, paid := r.cost.at(v, y), r.paid.at(v, y)
	*cost += v.Gross - v.Pockets[NonCovered]
	limit := r.limit(v, y, row, *cost)
	left := limit - *paid
	if left <= 0 {
		left = row.then
	}
	excess := max(now-left, 0)
	if v.Tracing() && excess > 0 {
		v.Say("个人负担上限 %s，此前已付 %s，本次 %s，超出 %s", "limit %s, borne before %s, now %s: %s above it", limit, *paid, now, excess)
	}
	*paid += now - excess
	if excess > 0 && r.later > 0 {
		y.Slots[r.hits] |= 1
	}
	draw(v, r.pockets, r.to, excess)
}

// limit returns the person's limit for the period so far.
func (r *oopCeiling) limit(v *Visit, y *Year, row *personLimit, cost money.Fen) money.Fen {
	if r.later > 0 && row.later != noLimit {
		if before := r.monthsBefore(y); before >= r.later {
			if v.Tracing() {
				v.Say("此前已有 %d 个月达到上限，适用 %s", "%d months hit the limit before: %s holds", int64(before), row.later)
			}
			return row.later
		}
	}
	if row.share == 0 {
		return row.amount
	}
	base := max(cost-row.over, 0)
	limit := row.amount + v.TimesTo(base, row.share, r.round, r.unit)
	if v.Tracing() {
		v.Say("%s + (%s − %s) × %s = %s%s", "%s + (%s − %s) × %s = %s%s", row.amount, cost, min(row.over, cost), row.share.Percent(), limit, rounded(r.round, r.unit))
	}
	return limit
}

// monthsBefore counts the earlier months that hit the limit.
func (r *oopCeiling) monthsBefore(y *Year) int {
	return bits.OnesCount64(uint64(y.Slots[r.hits]) & (1<<r.within - 1) &^ 1)
}

// passMonths makes the visit's month the last one seen.
func (r *oopCeiling) passMonths(v *Visit, y *Year) {
	year, month, _ := r.paid.day(v).Civil()
	now := money.Fen(year)*12 + money.Fen(month)
	y.Slots[r.hits] <<= uint(min(now-y.Slots[r.lastHit], maxLater))
	y.Slots[r.hits] &= 1<<maxLater - 1
	y.Slots[r.lastHit] = now
}
