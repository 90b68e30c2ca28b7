package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// period is the stretch of a person's time over which a counter adds up.
type period uint8

// The periods, in the order of periodWords.
const (
	perVisit         period = iota
	perDay                  // the day by which the pack orders visits
	perMonth                // the calendar month of that day
	perQuarter              // the quarter of the calendar year that holds it
	perYear                 // the year of the plan
	perBenefitPeriod        // until the person was out of hospital for gap_days days
	perLifetime             // as far back as the claims at hand reach
)

var periodWords = []string{"visit", "day", "month", "quarter", "year", "benefit_period", "lifetime"}

// counter adds amounts or days up over a period of one person. Steps that name the same counter with the same period
// share it; without a name a step has its own. All fields are positions in Year.Slots.
type counter struct {
	per   period
	order policy.Order
	gap   claims.Date // days without a stay that end a benefit period
	sum   int
	stamp int // which period the sum belongs to
}

// stampBase lifts dates above zero, which marks a slot that holds nothing yet.
const stampBase = 1 << 32

// newCounter reads `per:`, `counter:` and `gap_days:` of a step.
func newCounter(d *policy.Decoder, ctx *Context, fallback period) counter {
	k := counter{per: period(d.WordOr("per", periodWords, int(fallback))), order: ctx.Order}
	if k.per == perBenefitPeriod {
		k.gap = claims.Date(d.IntOr("gap_days", 60))
		if k.gap < 1 {
			d.Fail("gap_days", "must be at least 1")
		}
	}
	k.named(ctx, d.TextOr("counter", ctx.Step.ID))
	return k
}

// named gives the counter its slots under a name.
func (k *counter) named(ctx *Context, name string) {
	name += "/" + periodWords[k.per]
	slot := ctx.Slots.Slot
	if k.per == perBenefitPeriod || k.per == perLifetime {
		slot = ctx.Slots.Lasting
	}
	k.sum = slot(name)
	if k.per != perYear && k.per != perLifetime {
		k.stamp = slot(name + "/stamp")
	}
}

// at returns the running sum for the visit's period, zero when the period has just begun. The caller adds to it.
func (k *counter) at(v *Visit, y *Year) *money.Fen {
	sum := &y.Slots[k.sum]
	var now money.Fen
	switch k.per {
	case perYear, perLifetime:
		return sum
	case perVisit:
		now = y.Visits + 1
	case perDay:
		now = stampBase + money.Fen(k.day(v))
	case perMonth:
		year, month, _ := k.day(v).Civil()
		now = stampBase + money.Fen(year)*12 + money.Fen(month)
	case perQuarter:
		year, month, _ := k.day(v).Civil()
		now = stampBase + money.Fen(year)*4 + money.Fen(month-1)/3
	case perBenefitPeriod:
		return k.spell(v, y)
	}
	if y.Slots[k.stamp] != now {
		y.Slots[k.stamp], *sum = now, 0
	}
	return sum
}

// day is the date by which the pack orders the visit: along it, periods never come back.
func (k *counter) day(v *Visit) claims.Date {
	switch k.order {
	case policy.OrderAdmission:
		return v.Admission
	case policy.OrderDischarge:
		return v.Discharge
	}
	return v.Settlement
}

// spell is the sum of a benefit period: its stamp is the last day in hospital.
func (k *counter) spell(v *Visit, y *Year) *money.Fen {
	sum, last := &y.Slots[k.sum], &y.Slots[k.stamp]
	if *last != 0 && stampBase+money.Fen(v.Admission)-*last >= money.Fen(k.gap) {
		*sum = 0
	}
	*last = max(*last, stampBase+money.Fen(v.Discharge))
	return sum
}
