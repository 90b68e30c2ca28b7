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

// Points is PriceParts where points are alone. It writes the points of stay i to out[i]. Formulas without a form are worked out once
// for pricers whose formulas are alike, as far as they turn base points into points alike: kind names such pricers, the same number for each.
func (p *Pricer) Points(stays []Stay, ends []int32, parts *Parts, kind int, out []money.Points) error {
	if p.forms.coefs != nil {
		p.forms.plain(p, parts.spots, out)
	} else {
		for i, at := range parts.spots {
			out[i] = p.points[p.cell(at)]
		}
	}
	return p.notPlain(stays, ends, parts, kind, nil, 0, out)
}

// notPlain works out the stays that a formula pays, and cuts those that a return follows: all of them or, where masks are given, those
// with a bit set.
func (p *Pricer) notPlain(stays []Stay, ends []int32, parts *Parts, kind int, masks []uint8, bit int, out []money.Points) error {
	if parts.kind != kind {
		parts.kind, parts.told = kind, parts.told[:0]
	}
	var err error
	for k := range parts.formulas {
		i := parts.formulas[k].stay
		if masks != nil && masks[i]>>bit&1 == 0 {
			continue
		}
		if out[i], err = p.byFormula(stays, k, parts); err != nil {
			return err
		}
	}
	for _, i := range p.returns(stays, ends, parts) {
		if masks != nil && masks[i]>>bit&1 == 0 {
			continue
		}
		if out[i], err = p.readmission.points(out[i]); err != nil {
			return stays[i].wrong(err)
		}
	}
	return nil
}

// byFormula works out the points of the stay of formula k.
func (p *Pricer) byFormula(stays []Stay, k int, parts *Parts) (money.Points, error) {
	at := &parts.formulas[k]
	if points, ok := p.forms.points(p, at); ok {
		return points, nil
	}
	points, err := p.tell(&stays[at.stay], k, parts)
	if err != nil {
		return 0, stays[at.stay].wrong(err)
	}
	return points, nil
}

// told is what a formula made of a stay with some term.
type told struct {
	known  bool
	term   term
	points money.Points
}

// tell works out the points of formula k by evaluate, unless that was done for the same term.
func (p *Pricer) tell(s *Stay, k int, parts *Parts) (money.Points, error) {
	for k >= len(parts.told) {
		parts.told = append(parts.told, told{})
	}
	at, before := &parts.formulas[k], &parts.told[k]
	t := *p.terms.at(at.price, at.group)
	if before.known && before.term == t {
		return before.points, nil
	}
	x := Priced{Class: at.class}
	if err := p.formula(s, at, &x); err != nil {
		return 0, err
	}
	if !before.known {
		*before = told{true, t, x.Points}
	}
	return x.Points, nil
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
