package drg

import (
	"math"
	"math/bits"

	"github.com/drgsim/drgsim/engine/money"
)

// form is a formula of a usual shape with the numbers of one term put in and in lowest terms: all numbers are small, so that a
// stay's points cost one division. What has no form, or does not fit, is worked out by evaluate, which a form always equals.
//
//	base · (u + v·r) / d     for formulas of base points and ratio
//	cost · v / d             for formulas of cost
type form struct {
	u, v   int32
	ofCost bool
	d      uint64 // 0: the formula has no form
}

// groupBase is what points are worked out from, by group.
type groupBase struct {
	base   int64 // twice the base points, in the unit of forms
	column int32 // of terms
}

// forms works out the points of most stays from tables that are small enough for the processor's nearest memory.
type forms struct {
	bases []groupBase // by group
	coefs []uint32    // by price number and column of terms, in parts per million; nil where plain stays are looked up
	list  []form      // by class and term
	unit  int64       // of what points are rounded to, in millionths
}

// mostTerms is the number of terms up to which forms are worked out: with a coefficient for each hospital and group that would take longer
// than it saves.
const mostTerms = 1 << 14

// addForms finds the forms of all classes and terms. Nothing has a form where rounding is not half up.
func (b *builder) addForms(p *Pricer) {
	unit := int64(nano / ppm) // of base points, in nano
	most := int64(0)
	for i := range b.groups.rows {
		g := &b.groups.rows[i]
		if g.base%unit != 0 {
			unit = 1
		}
		most = max(most, g.base)
	}
	x := &p.forms
	x.unit = pow10(6 - b.decimals)
	for i := range b.groups.rows {
		x.bases = append(x.bases, groupBase{2 * (b.groups.rows[i].base / unit), p.terms.columns[i]})
	}
	x.list = make([]form, len(b.classes)*len(p.terms.list))
	if len(p.terms.list) <= mostTerms {
		for i := range b.classes {
			for k, t := range p.terms.list {
				x.list[i*len(p.terms.list)+k] = b.formOf(b.classes[i].pay, t, unit)
			}
		}
	}
	if b.round != money.HalfUp || b.decimals != 6 || unit == 1 || p.terms.width > mostColumns {
		return
	}
	coefs := make([]uint32, len(p.terms.cells))
	for i, n := range p.terms.cells {
		coef := p.terms.list[n].coef
		if over, twice := bits.Mul64(uint64(2*(most/unit)), uint64(coef/milli)); coef%milli != 0 || over != 0 || twice > math.MaxInt64 {
			return
		}
		coefs[i] = uint32(coef / milli)
	}
	x.coefs = coefs
}

// formOf returns the form of a formula for a term. unit is that of base points, in nano.
func (b *builder) formOf(pay *payment, t term, unit int64) form {
	l, c := &pay.line, t.coef/milli
	if b.round != money.HalfUp || b.decimals < 3 || c*milli != t.coef || pay.outcome != pooled || pay.bounds != nil || pay.ratioUnits != 0 || pay.days != noDays {
		return form{}
	}
	u, v, k := l.u0*ppm+l.u1*c, l.v0*ppm+l.v1*c, l.k0*ppm+l.k1*c
	switch {
	case pay.amount == noAmount && (pay.measure == costRatio || pay.measure == noRatio && v == 0):
		// Units of base points times 1e-12, over these, are millionths of a point: 1e9/unit · 1e12 / 1e6.
		return lowest(u, v, nano*ppm/unit*pow10(6-b.decimals), false)
	case pay.amount == costAmount && pay.measure == noRatio && pay.over == nil && pay.loss == 0 && u == 0 && t.rate > 0:
		// Fen times 1e-12, over 100 · rate, are millionths of a point.
		return lowest(0, k, 100*t.rate*pow10(6-b.decimals), true)
	}
	return form{}
}

// lowest makes a form in lowest terms, or none where its numbers do not fit.
func lowest(u, v, d int64, ofCost bool) form {
	g := divisor(divisor(u, v), d)
	u, v, d = u/g, v/g, d/g
	if int64(int32(u)) != u || int64(int32(v)) != v {
		return form{}
	}
	return form{int32(u), int32(v), ofCost, uint64(d)}
}

// divisor returns the greatest common divisor, at least 0.
func divisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// points works out the points of a stay that is paid by a formula, if the form of its class fits.
func (x *forms) points(p *Pricer, at *place) (money.Points, bool) {
	g := &x.bases[at.group]
	f := &x.list[int(at.class)*len(p.terms.list)+int(p.terms.cells[int(at.price)*p.terms.width+int(g.column)])]
	base, rn, rd := uint64(g.base), int64(at.rn), int64(at.rd)
	if f.ofCost {
		base, rn, rd = 2, int64(at.cost), 1
		if uint64(rn) > math.MaxInt32 {
			return 0, false
		}
	}
	sum := int64(f.u)*rd + int64(f.v)*rn
	over, d := bits.Mul64(f.d, uint64(rd))
	if sum < 0 || over != 0 || at.mark != 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(base, uint64(sum))
	if hi >= d { // also where there is no form, or no ratio
		return 0, false
	}
	twice, _ := bits.Div64(hi, lo, d)
	half := int64(twice>>1 + twice&1)
	return money.Points(half * x.unit), half >= 0
}

// plain writes the points of stays that are worth base × coefficient.
func (x *forms) plain(p *Pricer, spots []spot, out []money.Points) {
	out, bases, coefs, width := out[:len(spots)], x.bases, x.coefs, p.terms.width
	for i, at := range spots {
		g := &bases[at.group]
		out[i] = plainPoints(g.base, coefs[int(at.price)*width+int(g.column)])
	}
}

// plainOf is plain for some stays alone.
func (x *forms) plainOf(p *Pricer, spots []spot, list []int32, out []money.Points) {
	bases, coefs, width := x.bases, x.coefs, p.terms.width
	for _, i := range list {
		at := spots[i]
		g := &bases[at.group]
		out[i] = plainPoints(g.base, coefs[int(at.price)*width+int(g.column)])
	}
}

// plainPoints is half of twice the base points times a coefficient in parts per million, rounded half up.
func plainPoints(twiceBase int64, coefficient uint32) money.Points {
	twice := uint64(twiceBase) * uint64(coefficient)
	return money.Points((twice + uint64(ppm)) / (2 * uint64(ppm)))
}
