package drg

import "slices"

// NeedsBenefits tells whether prices depend on what the benefit rules left: on the amounts of a Stay beside its claim.
// Where they do not, plans that differ in benefit rules alone share their prices.
func (p *Pricer) NeedsBenefits() bool {
	return p.priced || slices.ContainsFunc(p.pays, func(pay *payment) bool { return pay.outcome == byFund })
}

// ReadAhead looks once at what Price will ask of the tables for each stay. The tables of a large region do not fit in the
// processor's nearest memory; looked up here, one stay not waiting for the other, they cost a fraction of the time. The
// number that it returns means nothing and keeps the compiler from leaving the work out.
func (p *Pricer) ReadAhead(stays []Stay) int64 {
	sum := int64(0)
	if len(p.classes) == 0 {
		return 0
	}
	for i := range stays {
		s := &stays[i]
		if s.Hospital < 0 {
			continue
		}
		group := int(s.Group)
		if group < 0 {
			group = int(p.groups) - 1
		}
		n := &p.sites[int(s.Hospital)*p.schemes+s.Scheme()]
		price, limit := int(n.price)*int(p.groups)+group, int(n.limit)*int(p.groups)+group
		sum += int64(p.points[price]) + int64(p.coefs[price]) + int64(p.rates[price]) + int64(p.open[limit]) + int64(p.references[limit])
		if cut := limit * len(p.limits); cut < len(p.cuts) {
			sum += int64(p.cuts[cut])
		}
	}
	return sum
}
