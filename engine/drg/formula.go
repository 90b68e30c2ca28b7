package drg

import (
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// measure is what r stands for in a line.
type measure uint8

const (
	noRatio   measure = iota
	costRatio         // cost / reference, less a limit
	dayRatio          // (days + extra) / the group's mean days, at most 1
)

// amountOf is what the money of a line is.
type amountOf uint8

const (
	noAmount     amountOf = iota
	costAmount            // cost less unreasonable cost, less the loss
	dayAmount             // price of the days, by steps
	fixedAmount           // an amount of the pack
	reviewAmount          // the amount that a review fixed
)

// daysOf is what the days of a line are, and where the points of one day come from.
type daysOf uint8

const (
	noDays        daysOf = iota
	allDays              // every day of the stay, at the group's day points
	missingDays          // days short of the lower limit of stay
	extraDays            // days beyond the upper limit of stay
	transferDays         // days short of the mean stay
	fixedPoints          // points of the pack, once
	allDaysPoints        // every day, at the pack's points
	builtUpDays          // every day, at the group's points of a day below the lower limit of stay
)

// outcome tells where the value of a class goes.
type outcome uint8

const (
	pooled  outcome = iota // points, or the payment standard
	byFund                 // the fund owes what it booked; no points
	nothing                // no points and no money
)

// payment is the formula of a class with its parameters.
type payment struct {
	name    string // the formula's word
	line    line
	measure measure
	amount  amountOf
	days    daysOf
	outcome outcome

	over       *limit // r is taken above this ratio limit, or cost above this amount or loss
	overCut    int    // position of a limit of loss among the cuts
	loss       money.Fen
	fundShare  money.Ratio // of what was booked for the fund
	fixed      int64       // fen, or nano points
	extra      int32       // days added before dividing by the mean stay
	steps      []dayStep
	ratioUnits int64 // r is rounded to 1/ratioUnits first; 0: exact
	bounds     []bound
	excluded   bool

	plain bool // base × coefficient and nothing else

	needsBase, needsReference bool
}

// dayStep prices the days up to a day of the stay; the last step has no end.
type dayStep struct {
	upTo int32
	rate money.Fen
}

// bound limits a class's value by another line.
type bound struct {
	line    line
	atLeast bool
	amount  amountOf
	fixed   int64
	word    string
}

// formula compiles the parameters of one formula.
type formula struct {
	name string
	read func(b *builder, d *policy.Decoder, p *payment)
}

// formulas is the closed set of formulas that a class may pay by.
var formulas = []formula{
	{"base", readBase},
	{"ratio", readRatio},
	{"excess", readExcess},
	{"cost", readCost},
	{"marginal", readMarginal},
	{"per_day", readPerDay},
	{"short_stay", readDays(missingDays, -1)},
	{"built_up", readBuiltUp},
	{"long_stay", readDays(extraDays, 1)},
	{"transfer", readDays(transferDays, -1)},
	{"per_diem", readPerDiem},
	{"fixed", readFixed},
	{"review_amount", readReviewAmount},
	{"fund", readFund},
	{"none", func(_ *builder, _ *policy.Decoder, p *payment) { p.outcome = nothing }},
}

// Formulas returns the names of the formulas, in the order of the table.
func Formulas() []string {
	names := make([]string, len(formulas))
	for i, f := range formulas {
		names[i] = f.name
	}
	return names
}

func (b *builder) readPayment(d *policy.Decoder) *payment {
	p := &payment{name: d.Text("formula")}
	i := slices.IndexFunc(formulas, func(f formula) bool { return f.name == p.name })
	if i < 0 {
		d.Fail("formula", "%q is none of %s%s", p.name, strings.Join(Formulas(), ", "), nearest.Hint(p.name, Formulas()))
		for _, k := range d.Value().Keys {
			d.Raw(k)
		}
		return p
	}
	formulas[i].read(b, d, p)
	p.excluded = d.BoolOr("excluded", p.excluded)
	if d.Has("ratio_decimals") {
		p.ratioUnits = pow10(decimals(d, "ratio_decimals", 6, 6))
		if p.measure != costRatio {
			d.Fail("ratio_decimals", "formula %s has no cost ratio", p.name)
		}
	}
	for _, key := range []string{"cap", "floor"} {
		b.readBound(d, key, p)
	}
	return p
}

// withCoefficient puts a factor beside the coefficient, or alone, as `coefficient:` says.
func withCoefficient(d *policy.Decoder, key string, fallback bool, factor money.Ratio, alone, beside *int64) {
	if d.BoolOr(key, fallback) {
		*beside += int64(factor)
	} else {
		*alone += int64(factor)
	}
}

func signedRatio(d *policy.Decoder, key string, fallback money.Ratio) money.Ratio {
	r := d.RatioOr(key, fallback)
	if r < -maxShare || r > maxShare {
		d.Fail(key, "%s is not from -%s to %s", r, maxShare, maxShare)
		return 0
	}
	return r
}

// readBase: base × share [× coefficient]. A negative share takes points away, as penalties do.
func readBase(_ *builder, d *policy.Decoder, p *payment) {
	withCoefficient(d, "coefficient", true, signedRatio(d, "share", money.One), &p.line.u0, &p.line.u1)
	p.needsBase = true
}

// readRatio: base × (r × share + plus) [× coefficient].
func readRatio(_ *builder, d *policy.Decoder, p *payment) {
	withCoefficient(d, "coefficient", true, signedRatio(d, "share", money.One), &p.line.v0, &p.line.v1)
	withCoefficient(d, "coefficient", true, signedRatio(d, "plus", 0), &p.line.u0, &p.line.u1)
	p.measure, p.needsBase, p.needsReference = costRatio, true, true
}

// readExcess: base [× coefficient] + base [× excess coefficient] × (r − over) × share, or with a limit in money
// base [× coefficient] + (cost − limit) × share.
func readExcess(b *builder, d *policy.Decoder, p *payment) {
	withCoefficient(d, "coefficient", true, money.One, &p.line.u0, &p.line.u1)
	p.needsBase = true
	share := signedRatio(d, "share", money.One)
	for _, k := range []struct {
		key  string
		kind limitKind
	}{{"over", limitRatio}, {"over_cost", limitAmount}} {
		if raw := d.Raw(k.key); raw != nil && raw.Shape != policy.Null {
			if p.over != nil {
				d.Fail(k.key, "stands beside over; one limit is enough")
			}
			p.over = b.readLimit(d, k.key, k.kind, false)
		}
	}
	if p.over == nil {
		p.over = b.lowerLimit
	}
	switch {
	case p.over == nil || p.over.kind == limitLoss:
		d.Fail("over", "is missing, and the class's own condition sets no lower limit of ratio or cost")
	case p.over.kind == limitRatio:
		withCoefficient(d, "excess_coefficient", false, share, &p.line.v0, &p.line.v1)
		p.measure, p.needsReference = costRatio, true
	default:
		withCoefficient(d, "excess_coefficient", false, share, &p.line.k0, &p.line.k1)
		p.amount = costAmount
	}
}

// readCost: cost × (1 − deduct) × share [× coefficient], turned into points.
func readCost(b *builder, d *policy.Decoder, p *payment) {
	share, err := signedRatio(d, "share", money.One).Times(money.One-d.ShareOr("deduct", 0), b.round)
	if err != nil {
		d.Fail("share", "%v", err)
	}
	withCoefficient(d, "coefficient", false, share, &p.line.k0, &p.line.k1)
	p.amount = costAmount
}

// readMarginal: standard + (cost − standard − loss) × share; standard is base × coefficient, and loss that of the class's own
// condition or of the formula.
func readMarginal(b *builder, d *policy.Decoder, p *payment) {
	share := d.Share("share")
	p.line.u1, p.line.k0 = int64(money.One-share), int64(share)
	p.amount, p.needsBase = costAmount, true
	switch {
	case d.Has("loss"):
		p.loss = boundedFen(d, "loss")
	case b.lowerLimit != nil && b.lowerLimit.kind == limitLoss:
		p.over = b.lowerLimit
	default:
		d.Fail("loss", "is missing, and the class's own condition sets no loss_over")
	}
}

// readPerDay: days × price of a day, from the group table's day_points or day_rate, from `points`, or from `steps`.
func readPerDay(b *builder, d *policy.Decoder, p *payment) {
	d.Each("steps", func(_ int, row *policy.Decoder) {
		s := dayStep{upTo: int32(row.IntOr("up_to", 1<<31-1)), rate: boundedFen(row, "rate")}
		if n := len(p.steps); n > 0 && s.upTo <= p.steps[n-1].upTo || s.upTo <= 0 {
			row.Fail("up_to", "steps must rise from day 1")
		}
		p.steps = append(p.steps, s)
	})
	if rate := boundedFen(d, "rate"); rate > 0 {
		p.steps = append(p.steps, dayStep{1<<31 - 1, rate})
	}
	points := nanoOf(d, "points")
	switch {
	case len(p.steps) > 0 && points > 0:
		d.Fail("points", "stands beside a price in money; one is enough")
	case len(p.steps) > 0:
		if p.steps[len(p.steps)-1].upTo != 1<<31-1 {
			d.Fail("steps", "the last step must have no up_to")
		}
		p.amount = dayAmount
		withCoefficient(d, "coefficient", false, money.One, &p.line.k0, &p.line.k1)
	default:
		p.days, p.fixed = allDays, points
		if points > 0 {
			p.days = allDaysPoints
		}
		withCoefficient(d, "coefficient", false, money.One, &p.line.w0, &p.line.w1)
	}
}

// readDays: base × coefficient ± days beyond a limit of stay × the group's points a day [× coefficient].
func readDays(which daysOf, sign money.Ratio) func(*builder, *policy.Decoder, *payment) {
	return func(_ *builder, d *policy.Decoder, p *payment) {
		withCoefficient(d, "coefficient", true, money.One, &p.line.u0, &p.line.u1)
		withCoefficient(d, "coefficient", true, sign*signedRatio(d, "share", money.One), &p.line.w0, &p.line.w1)
		p.days, p.needsBase = which, true
	}
}

// readBuiltUp: (low_base + days × low_per_day of the group) [× coefficient] × share: a short stay that is paid from the
// ground up, not by discounts on the full value.
func readBuiltUp(_ *builder, d *policy.Decoder, p *payment) {
	share := signedRatio(d, "share", money.One)
	withCoefficient(d, "coefficient", true, share, &p.line.u0, &p.line.u1)
	withCoefficient(d, "coefficient", true, share, &p.line.w0, &p.line.w1)
	p.days = builtUpDays
}

// readFund: what was booked for the fund × share, outside the pool.
func readFund(_ *builder, d *policy.Decoder, p *payment) {
	p.outcome, p.excluded = byFund, true
	p.fundShare = signedRatio(d, "share", money.One)
}

// readPerDiem: base × coefficient × (plus + share × (days + extra) / mean days), the quotient at most 1.
func readPerDiem(_ *builder, d *policy.Decoder, p *payment) {
	withCoefficient(d, "coefficient", true, signedRatio(d, "share", money.One), &p.line.v0, &p.line.v1)
	withCoefficient(d, "coefficient", true, signedRatio(d, "plus", 0), &p.line.u0, &p.line.u1)
	p.extra = int32(d.IntOr("extra_days", 0))
	p.measure, p.needsBase = dayRatio, true
}

// readFixed: points, or an amount of money.
func readFixed(_ *builder, d *policy.Decoder, p *payment) {
	switch {
	case d.Has("amount") == d.Has("points"):
		d.Fail("points", "exactly one of points and amount is needed")
	case d.Has("amount"):
		p.amount, p.fixed = fixedAmount, int64(boundedFen(d, "amount"))
		withCoefficient(d, "coefficient", false, money.One, &p.line.k0, &p.line.k1)
	default:
		p.days, p.fixed = fixedPoints, nanoOf(d, "points")
		withCoefficient(d, "coefficient", false, money.One, &p.line.w0, &p.line.w1)
	}
}

// readReviewAmount: the amount that the review of the claim fixed × share.
func readReviewAmount(_ *builder, d *policy.Decoder, p *payment) {
	p.amount, p.line.k0 = reviewAmount, int64(signedRatio(d, "share", money.One))
}

// boundWords are what a cap or floor may be a multiple of: the base points, the payment standard (base × coefficient), the
// cost, or an amount.
var boundWords = []string{"base", "standard", "cost"}

func (b *builder) readBound(d *policy.Decoder, key string, p *payment) {
	s := d.Sub(key)
	if s == nil {
		return
	}
	defer s.Close()
	bd := bound{atLeast: key == "floor"}
	if s.Has("amount") {
		bd.amount, bd.fixed, bd.line.k0, bd.word = fixedAmount, int64(boundedFen(s, "amount")), ppm, "amount"
		p.bounds = append(p.bounds, bd)
		return
	}
	times := signedRatio(s, "times", money.One)
	bd.word = boundWords[s.Word("of", boundWords)]
	if p.days == builtUpDays && bd.word != "cost" {
		s.Fail("of", "formula built_up counts from low_base, so that its %s can be of cost or an amount only", key)
	}
	switch bd.word {
	case "base":
		bd.line.u0, p.needsBase = int64(times), true
	case "standard":
		bd.line.u1, p.needsBase = int64(times), true
	case "cost":
		bd.amount, bd.line.k0 = costAmount, int64(times)
	}
	p.bounds = append(p.bounds, bd)
}
