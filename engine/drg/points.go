package drg

import (
	"reflect"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// PointsAlone tells that class and points are all that there is to know of a stay: no standard, and nothing that the fund owes
// directly.
func (p *Pricer) PointsAlone() bool { return !p.NeedsBenefits() }

// Class returns the class of stay i of some parts, as a position in Classes.
func (p *Pricer) Class(parts *Parts, i int) uint8 { return p.branches[parts.branches[i]].class }

// Points is PriceParts where points are alone. It writes the points of stay i to out[i]. Formulas are worked out once for pricers
// whose formulas are alike, as far as they turn base points into points alike: kind names such pricers, the same number for each.
func (p *Pricer) Points(stays []Stay, ends []int32, parts *Parts, kind int, out []money.Points) error {
	for i, cell := range parts.prices {
		out[i] = p.points[cell]
	}
	p.findTerms(parts)
	if parts.kind != kind {
		parts.kind, parts.told = kind, parts.told[:0]
	}
	for k, i := range parts.formulas {
		at := &parts.places[k]
		t := p.termList[at.term]
		if k < len(parts.told) && parts.told[k].term == t {
			out[i] = parts.told[k].points
			continue
		}
		x := Priced{Class: p.Class(parts, int(i))}
		if err := p.formula(&stays[i], at, &x); err != nil {
			return stays[i].wrong(err)
		}
		out[i] = x.Points
		if k == len(parts.told) {
			parts.told = append(parts.told, told{t, x.Points})
		}
	}
	if p.readmission == nil {
		return nil
	}
	lo := int32(0)
	for _, hi := range ends {
		if hi-lo > 1 {
			if err := p.readmission.points(p, stays[lo:hi], parts.branches[lo:hi], out[lo:hi]); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}

// told is what a formula made of a stay with some term.
type told struct {
	term   term
	points money.Points
}

// FormulasAlike tells whether two pricers that part all stays alike pay them by formulas that differ in nothing but what turns base
// points into points.
func (p *Pricer) FormulasAlike(q *Pricer) bool {
	a, b := p.source, q.source
	return p == q || p.Alike(q) && a.method == b.method && a.round == b.round && a.decimals == b.decimals && reflect.DeepEqual(a.reviews, b.reviews) &&
		reflect.DeepEqual(p.pays, q.pays) && slices.EqualFunc(a.groups.rows, b.groups.rows, func(g, h group) bool {
		g.samePrice = h.samePrice // asked for by coefficients alone
		return g == h
	})
}
