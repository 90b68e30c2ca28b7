package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// finishFunds withholds what assessment scores forbid, adds the lines up and balances each fund.
func (w *work) finishFunds() error {
	for _, groups := range w.groups {
		for _, gw := range groups {
			for i := range gw.lines {
				l := &gw.lines[i]
				if err := w.withhold(gw, l); err != nil {
					return fmt.Errorf("hospital %s: %w", w.s.reg.Hospitals[l.Hospital].ID, err)
				}
				l.Paid = l.Base + l.Retained - l.Shared - l.Withheld - l.Deducted - l.Forfeited
				f := &w.out.Funds[l.Fund]
				f.Retained += l.Retained
				f.Shared += l.Shared
				f.Withheld += l.Withheld
				f.Deducted += l.Deducted
				f.Forfeited += l.Forfeited
				f.Paid += l.Paid
				if !l.empty() {
					l.ID = fundID(f.ID, w.s.reg.Hospitals[l.Hospital].ID)
					w.out.Lines = append(w.out.Lines, *l)
				}
			}
			for i := range gw.funds(w) {
				gw.funds(w)[i].balance()
			}
			if gw.b.level == OfAlliance {
				w.gatherAlliances(gw)
			}
		}
	}
	return nil
}

// withhold takes off what a hospital may not keep for its assessment score, or its alliance for that of its leader.
func (w *work) withhold(gw *groupWork, l *Line) error {
	if l.Retained <= 0 || gw.b.sharing == nil || len(gw.b.sharing.scores) == 0 {
		return nil
	}
	score := w.s.reg.Hospitals[l.Hospital].Score
	if alliance := w.out.Funds[l.Fund].Alliance; alliance != "" {
		score = w.s.reg.Hospitals[leader(w.s.reg, members(w.s.reg, alliance))].Score
	}
	kept, err := l.Retained.Times(factorOf(gw.b.sharing.scores, score), w.s.round)
	l.Withheld = l.Retained - kept
	return err
}

// balance works out what the fund carries over or adds, from its budget and what is due, not from what was paid: that the
// two agree is one of the laws.
func (f *FundResult) balance() {
	if f.Unlimited {
		f.Opening, f.Budget, f.Net, f.Balance = f.Charged, f.Charged, f.Charged, 0
	}
	rest := f.Net + f.Released - f.Charged - f.shares + f.Residual + f.Withheld + f.Deducted + f.Forfeited
	f.Carried, f.FundShare = max(rest, 0), max(-rest, 0)
}

// gatherHospitals adds each hospital's lines up by scheme and clears its year.
func (w *work) gatherHospitals() {
	results := make([]HospitalResult, 0, len(w.accounts))
	for h := range w.hospitals() {
		for sc := -1; sc < len(w.s.reg.Schemes); sc++ {
			var sum Line
			for _, l := range w.linesOf(h, sc) {
				sum.add(l)
			}
			if sum.empty() {
				continue
			}
			sum.Fund, sum.Hospital = -1, h
			acc := &w.accounts[(sc+1)*w.hospitals()+h]
			name := w.s.schemeName(sc)
			r := HospitalResult{ID: fundID(w.s.reg.Hospitals[h].ID, orAll(name)), Hospital: w.s.reg.Hospitals[h].ID, At: h, Scheme: name, Line: sum,
				Balance: sum.Paid - sum.Booked, Prepayment: acc.prepayment, Deposits: acc.deposits, DepositReleased: acc.released, scheme: sc, booked: acc.booked, parts: acc.parts}
			before := r.Prepayment + r.DepositReleased
			for m := range Months {
				r.Months[m] = acc.due[m] - acc.deposits[m]
				before += r.Months[m]
			}
			r.Clearing = r.Paid - before
			results = append(results, r)
		}
	}
	w.out.Hospitals = results
}

// places is where the claims of a line took place.
type places struct {
	claims [NumScopes]int64
	booked [NumScopes]int64 // never below zero
}

// addTo adds a line's claims and charge to its alliance's result. A charge for claims of several places is divided by what
// they booked; a charge without claims (per head) is the alliance's own.
func (p *places) addTo(r *AllianceResult, charge money.Fen) {
	weights := p.booked[:]
	parts, err := money.Allocate(charge, weights)
	if err != nil {
		parts = make([]money.Fen, NumScopes)
		parts[Inside] = charge
	}
	for s := range parts {
		r.Claims[s] += p.claims[s]
		r.Charged[s] += parts[s]
	}
}

// gatherAlliances notes where the money of each envelope went.
func (w *work) gatherAlliances(gw *groupWork) {
	scheme := w.s.schemeName(gw.g.scheme)
	for i, name := range w.s.reg.Alliances {
		f := &gw.funds(w)[i]
		r := AllianceResult{ID: f.ID, Fund: gw.first + i, Alliance: name, Scheme: scheme}
		for _, sc := range gw.g.schemes {
			r.Persons += w.s.persons(sc, name, false)
		}
		list := members(w.s.reg, name)
		if len(list) > 0 {
			r.Lead = w.s.reg.Hospitals[leader(w.s.reg, list)].ID
		}
		for _, h := range list {
			l := &gw.lines[i*w.hospitals()+h]
			if amount := l.Retained - l.Shared; amount != 0 {
				r.Members = append(r.Members, MemberShare{Hospital: w.s.reg.Hospitals[h].ID, At: h, Amount: amount})
			}
			for other := range gw.funds(w) {
				if other != i {
					r.Inflow += gw.lines[other*w.hospitals()+h].Base
				}
			}
		}
		for h := range w.hospitals() {
			gw.places[i*w.hospitals()+h].addTo(&r, gw.lines[i*w.hospitals()+h].Base)
		}
		w.out.Alliances = append(w.out.Alliances, r)
	}
}
