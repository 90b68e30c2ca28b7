package drg

import "github.com/drgsim/drgsim/engine/money"

// PointsAlone tells that class and points are all that there is to know of a stay: no standard, nothing that the fund owes
// directly, and no stay that is cut for another one.
func (p *Pricer) PointsAlone() bool { return !p.NeedsBenefits() && p.readmission == nil }

// Class returns the class of stay i of some parts, as a position in Classes.
func (p *Pricer) Class(parts *Parts, i int) uint8 { return p.branches[parts.branches[i]].class }

// Points is PriceParts where points are alone. It writes the points of stay i to out[i].
func (p *Pricer) Points(stays []Stay, parts *Parts, out []money.Points) error {
	for i, cell := range parts.prices {
		out[i] = p.points[cell]
	}
	p.findTerms(parts)
	for k, i := range parts.formulas {
		at := &parts.places[k]
		x := Priced{Class: p.Class(parts, int(i))}
		if err := p.formula(&stays[i], at, &x); err != nil {
			return stays[i].wrong(err)
		}
		out[i] = x.Points
	}
	return nil
}
