package drg

import (
	"fmt"
	"math"

	"github.com/drgsim/drgsim/engine/money"
)

// plainLine is base × coefficient.
var plainLine = line{u1: ppm}

// evaluate works out points, and the payment standard where the method has one.
func (p *Pricer) evaluate(pay *payment, class int, at *place, out *Priced) error {
	q, err := p.quantities(pay, class, at)
	if err != nil {
		return err
	}
	b := p.source
	points, err := p.bounded(pay, &q, at, false)
	if err != nil {
		return err
	}
	out.Points = money.Points(points * pow10(6-b.decimals))
	if !p.priced {
		return nil
	}
	if cell := p.cell(at.spot); p.published[cell] && pay.days != builtUpDays {
		// The published standard stands in for base × coefficient × rate: one point is one currency unit.
		q.base, q.coef, q.rate = int64(p.standards[cell])*(nano/100), nano, ppm
	}
	fen, err := p.bounded(pay, &q, at, true)
	out.Standard = money.Fen(fen * pow10(2-b.priceDigits))
	return err
}

// bounded evaluates a formula, its top-up by review, and its caps and floors.
func (p *Pricer) bounded(pay *payment, q *quantities, at *place, inMoney bool) (int64, error) {
	value, err := p.of(&pay.line, q, inMoney)
	if err != nil {
		return 0, err
	}
	for i := range pay.bounds {
		bd := &pay.bounds[i]
		with := *q
		with.rn, with.rd = 0, 1
		with.money = bd.fixed
		if bd.amount == costAmount {
			with.money = int64(at.cost - p.marks[at.mark].unreasonable)
		}
		limit, err := p.of(&bd.line, &with, inMoney)
		if err != nil {
			return 0, err
		}
		if bd.atLeast == (value < limit) {
			value = limit
		}
	}
	mark := &p.marks[at.mark]
	if k := mark.kind; k > 0 && p.source.reviews[k-1].share > 0 {
		with := *q
		with.rn, with.rd, with.money = 0, 1, int64(mark.amount)
		top := line{k0: int64(p.source.reviews[k-1].share)}
		more, err := p.of(&top, &with, inMoney)
		if err != nil {
			return 0, err
		}
		return money.Add(value, more)
	}
	return value, nil
}

// of evaluates a line in points, or in money.
func (p *Pricer) of(l *line, q *quantities, inMoney bool) (int64, error) {
	if inMoney {
		return l.fen(q, p.source.priceDigits, p.source.round)
	}
	return l.points(q, p.source.decimals, p.source.round)
}

func (p *Pricer) quantities(pay *payment, class int, at *place) (quantities, error) {
	g := &p.source.groups.rows[at.group]
	t, mark := p.terms.at(at.price, at.group), &p.marks[at.mark]
	q := quantities{base: g.base, coef: t.coef, rd: 1, rate: t.rate}
	if q.rate == 0 {
		if pay.amount != noAmount || mark.kind > 0 && p.source.reviews[mark.kind-1].share > 0 {
			return q, fmt.Errorf("class %s turns money into points, which needs drg.reference_mean or drg.rate", p.classes[class].ID)
		}
		q.rate = ppm
	}
	cost := int64(at.cost - mark.unreasonable)
	switch pay.measure {
	case costRatio:
		q.rn, q.rd = cost, p.boundsOf(at.limit)[reference]
		if err := p.roundRatio(pay, &q); err != nil {
			return q, err
		}
		if over := p.overOf(at.limit, class); over > 0 {
			if q.rn > math.MaxInt64/(2*ppm) || q.rn < math.MinInt64/(2*ppm) || over > math.MaxInt64/2/q.rd || q.rd > math.MaxInt64/ppm {
				return q, fmt.Errorf("cost %s against %s: %w", at.cost, money.Fen(q.rd), money.ErrOverflow)
			}
			q.rn = q.rn*ppm - over*q.rd
			q.rd *= ppm
		}
	case dayRatio:
		q.rn, q.rd = int64(at.days+pay.extra)*ppm, int64(g.meanDays)
		q.rn = min(q.rn, q.rd)
	}
	switch pay.amount {
	case costAmount:
		q.money = cost - int64(pay.loss)
		if pay.over != nil && pay.over.kind != limitRatio {
			q.money -= p.overAmount(pay, g, at)
		}
	case dayAmount:
		q.money = pay.priceOfDays(at.days)
	case fixedAmount:
		q.money = pay.fixed
	case reviewAmount:
		q.money = int64(mark.amount)
	}
	p.countDays(pay, g, at.days, &q)
	return q, nil
}

// overAmount returns the amount that a formula counts cost from, or the loss above the standard.
func (p *Pricer) overAmount(pay *payment, g *group, at *place) int64 {
	switch pay.over.kind {
	case limitColumn:
		return int64(g.amountColumn(pay.over.column))
	case limitLoss:
		return p.boundsOf(at.limit)[firstCut+pay.overCut] - int64(p.standards[p.cell(at.spot)])
	}
	return int64(pay.over.amount)
}

func (p *Pricer) roundRatio(pay *payment, q *quantities) error {
	if pay.ratioUnits == 0 {
		return nil
	}
	r, err := money.MulDiv(q.rn, pay.ratioUnits, q.rd, p.source.round)
	q.rn, q.rd = r, pay.ratioUnits
	return err
}

// countDays sets how many days the line counts and what one is worth.
func (p *Pricer) countDays(pay *payment, g *group, days int32, q *quantities) {
	switch pay.days {
	case allDays:
		q.perDay, q.days = g.dayPoints, int64(days)
	case allDaysPoints:
		q.perDay, q.days = pay.fixed, int64(days)
	case fixedPoints:
		q.perDay, q.days = pay.fixed, 1
	case builtUpDays:
		q.base, q.perDay, q.days = g.lowBase, g.lowPerDay, int64(days)
	case missingDays:
		q.perDay, q.days = g.lowPerDay, int64(max(g.lowDay+1-days, 0))
	case extraDays:
		q.perDay, q.days = g.highPerDay, int64(max(days+1-g.highDay, 0))
	case transferDays:
		q.perDay, q.days = g.transferDays, int64(max(g.roundedMean()-days, 0))
	}
}

// priceOfDays prices each day of a stay by its step.
func (pay *payment) priceOfDays(days int32) int64 {
	var sum int64
	done := int32(0)
	for _, s := range pay.steps {
		if n := min(days, s.upTo) - done; n > 0 {
			sum += int64(n) * int64(s.rate)
			done += n
		}
	}
	return sum
}
