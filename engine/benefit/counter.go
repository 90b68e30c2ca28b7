package benefit

import (
	"fmt"
	"time"

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
	perTwelveMonths         // twelve months that begin with the first visit, then with the first visit after them
)

var periodWords = []string{"visit", "day", "month", "quarter", "year", "benefit_period", "lifetime", "twelve_months"}

// counter adds amounts or days up over a period of one person. Steps that name the same counter with the same period
// share it; without a name a step has its own. All fields are positions in Year.Slots.
type counter struct {
	per   period
	order policy.Order
	gap   claims.Date // days without a stay that end a benefit period
	// A year that begins on another day than 1 January, as month × 100 + day; 0: the year of the plan.
	begins int
	sum    int
	stamp  int // which period the sum belongs to
}

// stampBase lifts dates above zero, which marks a slot that holds nothing yet.
const stampBase = 1 << 32

// newCounter reads `per:`, `counter:`, `gap_days:` and `year_begins:` of a step.
func newCounter(d *policy.Decoder, ctx *Context, fallback period) counter {
	k := counter{per: period(d.WordOr("per", periodWords, int(fallback))), order: ctx.Order}
	if k.per == perBenefitPeriod {
		k.gap = claims.Date(d.IntOr("gap_days", 60))
		if k.gap < 1 {
			d.Fail("gap_days", "must be at least 1")
		}
	}
	if d.Has("year_begins") {
		k.begins = readYearBegins(d, k.per)
	}
	k.named(ctx, d.TextOr("counter", ctx.Step.ID))
	return k
}

// readYearBegins reads the month and day on which a year of the law begins, as in 07-01.
func readYearBegins(d *policy.Decoder, per period) int {
	text := d.Text("year_begins")
	day, err := time.Parse("01-02", text)
	switch {
	case err != nil:
		d.Fail("year_begins", "%q is not a month and a day, as in 07-01", text)
		return 101
	case per != perYear:
		d.Fail("year_begins", "needs per: year, not per: %s", periodWords[per])
	}
	return int(day.Month())*100 + day.Day()
}

// lasting tells whether the counter outlives the year of the plan.
func (k *counter) lasting() bool {
	return k.per == perBenefitPeriod || k.per == perLifetime || k.per == perTwelveMonths || k.begins > 0
}

// named gives the counter its slots under a name.
func (k *counter) named(ctx *Context, name string) {
	name += "/" + periodWords[k.per]
	slot := ctx.Slots.Slot
	if k.begins > 0 {
		name += fmt.Sprintf("/%04d", k.begins)
	}
	if k.lasting() {
		slot = ctx.Slots.Lasting
	}
	k.sum = slot(name)
	if k.per != perLifetime && (k.per != perYear || k.begins > 0) {
		k.stamp = slot(name + "/stamp")
	}
}

// plain tells whether the sum needs no look at the calendar: it runs over all visits of a person that are of one year of the plan, or
// over a single visit.
func (k *counter) plain() bool {
	return k.per == perVisit || k.per == perLifetime || k.per == perYear && k.begins == 0
}

// at returns the running sum for the visit's period, zero when the period has just begun. The caller adds to it.
func (k *counter) at(v *Visit, y *Year) *money.Fen {
	sum := &y.Slots[k.sum]
	var now money.Fen
	switch k.per {
	case perYear:
		if k.begins == 0 {
			return sum
		}
		now = stampBase + k.year(v)
	case perLifetime:
		return sum
	case perTwelveMonths:
		return k.twelveMonths(v, y)
	case perVisit:
		now = money.Fen(y.visits) + 1
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
func (k *counter) day(v *Visit) claims.Date { return k.order.Day(v.Claim) }

// year is the year of the law that holds the visit, named by the calendar year in which it begins.
func (k *counter) year(v *Visit) money.Fen {
	year, month, day := k.day(v).Civil()
	if month*100+day < k.begins {
		year--
	}
	return money.Fen(year)
}

// twelveMonths is the sum of the twelve months that hold the visit: its stamp is the day on which they began.
func (k *counter) twelveMonths(v *Visit, y *Year) *money.Fen {
	sum, stamp := &y.Slots[k.sum], &y.Slots[k.stamp]
	year, month, day := claims.Date(*stamp - stampBase).Civil()
	if *stamp == 0 || k.day(v) >= claims.DateOf(year+1, time.Month(month), day) {
		*stamp, *sum = stampBase+money.Fen(k.day(v)), 0
	}
	return sum
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
