package main

// An account is what a cell comes to in a scenario: whole fen, and millionths of a point.
type account struct {
	stays, gross                        int64
	deducted, coinsurance, excess, fund int64
	points, base, paid                  int64
}

// account closes a cell under one of the choices.
func (p *persons) account(at, k int) account {
	c, e, form := &p.cells[at], &p.exact[at], p.choices[k]
	site := &p.region.sites[at/len(p.region.schemes)]
	share := p.benefits[at%len(p.benefits)].shares[form.shares][site.tier]
	var stays, deducted int64
	for state, n := range c.met {
		r := roomsOf(form.amounts, state < again, state%again)
		stays += int64(n)
		deducted += int64(n) * r.take(amounts[form.amounts][site.tier], site.tier)
	}
	thousandth := (c.open-deducted)*share + 500*stays - e.rests[form.shares]
	if thousandth%1000 != 0 {
		panic("BUG: what rounding took does not add up")
	}
	a := account{stays: stays + e.stays, gross: c.gross, deducted: deducted + e.deducted[form.amounts], excess: e.excess[k]}
	fund := thousandth/1000 + e.fund[form.amounts][form.shares]
	a.coinsurance = c.open + e.open - a.deducted - fund
	a.fund = fund - a.excess
	return a
}
