package benefit

// PocketSet is a set of pockets: bit i stands for pocket i.
type PocketSet uint16

// pocketSet makes a set.
func pocketSet(list ...Pocket) PocketSet {
	var s PocketSet
	for _, p := range list {
		s |= 1 << p
	}
	return s
}

// Has tells whether a pocket is in the set.
func (s PocketSet) Has(p Pocket) bool { return s>>p&1 == 1 }

// Touched returns the pockets whose money the steps from one on can change; whatever the claims, the others are left as the steps
// before found them, and empty where there are none. Open is not among them, as it is empty after the last step.
func (p *Program) Touched(from int) PocketSet {
	return p.touchedBetween(min(from, len(p.rules)), len(p.rules)) &^ pocketSet(Open)
}

// touchedBetween returns the pockets that the steps from one up to but not including another can change.
func (p *Program) touchedBetween(from, to int) PocketSet {
	var s PocketSet
	for _, r := range p.rules[from:to] {
		s |= r.touches()
	}
	return s
}

func (*aiDiagnosis) touches() PocketSet { return pocketSet(Open, NonCovered, OverCeiling, FirstPay) }
func (*bedDays) touches() PocketSet     { return pocketSet(Open, Fund, OverCeiling, Coinsurance) }
func (booked) touches() PocketSet       { return pocketSet(Open, Fund, Coinsurance) }
func (r *ceiling) touches() PocketSet   { return pocketSet(r.of...) | pocketSet(r.to) }
func (*chronic) touches() PocketSet {
	return pocketSet(Open, Fund, OverCeiling, Coinsurance, NonCovered)
}
func (*coinsurance) touches() PocketSet  { return pocketSet(Open, Fund, Coinsurance) }
func (r *copay) touches() PocketSet      { return pocketSet(r.from, r.to) }
func (*deductible) touches() PocketSet   { return pocketSet(Open, Deductible) }
func (*firstPay) touches() PocketSet     { return pocketSet(Open, FirstPay) }
func (r *guarantee) touches() PocketSet  { return pocketSet(r.pockets...) | pocketSet(Fund) }
func (*internet) touches() PocketSet     { return pocketSet(Open, NonCovered) }
func (nonCovered) touches() PocketSet    { return pocketSet(Open, NonCovered) }
func (r *oopCeiling) touches() PocketSet { return pocketSet(r.pockets...) | pocketSet(r.to) }
func (r *overLimit) touches() PocketSet  { return pocketSet(Open, r.to) }
func (r *residual) touches() PocketSet   { return pocketSet(r.pockets...) | pocketSet(r.to) }
