package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// oopCeiling limits what a person bears over a period (个人负担上限): the insurer takes the rest, as in places with a monthly or
// yearly maximum.
//
//	limits: [{age: 70-, amount: 57600}, {amount: 80100, share: 1%, over: 267000, later_amount: 44400}]
//	later_after: 3                               periods of the year that hit the limit before later_amount holds
//	pockets: [deductible, coinsurance]           what counts, and is relieved in the order given
//	per: month, counter: ...
//	to: fund                                     who takes the rest
//
// Limit = amount + share × (cost − over), with cost the gross less NonCovered of the period, the product rounded as `round`
// and `round_to` name. Worked: cost 1,000,000, limit 80,100 + 733,000 × 1% = 87,430; of 300,000 borne the insurer takes
// 212,570. Exception: later periods are counted within the year, not over the last twelve months; the limit is the
// person's, as claims do not name households.
type oopCeiling struct {
	limits  table[personLimit]
	later   money.Fen // periods; 0: no later amount
	pockets []Pocket
	to      Pocket
	paid    counter // what the person has borne
	cost    counter
	hits    int // slot: periods that hit the limit
	lastHit int // slot: number of the period that hit it last
	round   money.Rounding
	unit    money.Fen
}

type personLimit struct {
	amount money.Fen
	share  money.Ratio
	over   money.Fen
	later  money.Fen // noLimit: the same amount
}

func compileOOPCeiling(d *policy.Decoder, ctx *Context) Rule {
	r := &oopCeiling{
		later:   money.Fen(d.IntOr("later_after", 0)),
		pockets: readPockets(d, "pockets", Deductible, Coinsurance),
		to:      readPocket(d, "to", Fund),
		paid:    newCounter(d, ctx, perYear),
		round:   d.RoundingOr("round", ctx.Round),
		unit:    readUnit(d),
	}
	r.limits = readTable(d, ctx, "limits", false, func(row *policy.Decoder) personLimit {
		return personLimit{row.Fen("amount"), row.ShareOr("share", 0), row.FenOr("over", 0), row.FenOr("later_amount", noLimit)}
	})
	if r.later > 0 && r.paid.per != perMonth {
		d.Fail("later_after", "needs per: month")
	}
	name := d.TextOr("counter", ctx.Step.ID)
	r.cost = r.paid
	r.cost.named(ctx, name+"/cost")
	r.hits, r.lastHit = ctx.Slots.Slot(name+"/hits"), ctx.Slots.Slot(name+"/last hit")
	return r
}

// Apply moves what is above the limit from the person to the insurer.
func (r *oopCeiling) Apply(v *Visit, y *Year) {
	row := r.limits.find(v.Claim)
	if row == nil {
		return
	}
	cost, paid := r.cost.at(v, y), r.paid.at(v, y)
	*cost += v.Gross - v.Pockets[NonCovered]
	limit := r.limit(v, y, row, *cost)
	now := held(v, r.pockets)
	excess := max(now-max(limit-*paid, 0), 0)
	if v.Tracing() && excess > 0 {
		v.Say("个人负担上限 %s，此前已付 %s，本次 %s，超出 %s", "limit %s, borne before %s, now %s: %s above it", limit, *paid, now, excess)
	}
	*paid += now - excess
	if excess > 0 && r.later > 0 && y.Slots[r.lastHit] != y.Slots[r.paid.stamp] {
		y.Slots[r.lastHit] = y.Slots[r.paid.stamp]
		y.Slots[r.hits]++
	}
	draw(v, r.pockets, r.to, excess)
}

// limit returns the person's limit for the period so far.
func (r *oopCeiling) limit(v *Visit, y *Year, row *personLimit, cost money.Fen) money.Fen {
	if r.later > 0 && row.later != noLimit {
		before := y.Slots[r.hits]
		if y.Slots[r.lastHit] == y.Slots[r.paid.stamp] && before > 0 {
			before--
		}
		if before >= r.later {
			if v.Tracing() {
				v.Say("本年已有 %d 个月达到上限，适用 %s", "%d months of the year hit the limit before: %s holds", int64(before), row.later)
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
