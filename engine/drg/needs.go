package drg

import "slices"

// NeedsBenefits tells whether prices depend on what the benefit rules left: on the amounts of a Stay beside its claim.
// Where they do not, plans that differ in benefit rules alone share their prices.
func (p *Pricer) NeedsBenefits() bool {
	return p.priced || slices.ContainsFunc(p.pays, func(pay *payment) bool { return pay.outcome == byFund })
}
