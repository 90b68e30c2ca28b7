package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
)

// adjudicate asks the rules what the fund pays for the visits that the step touches. Claims that the rules cannot take are
// refused; then the rules are asked again, since a visit that is not booked has no part in a person's year.
func (c *closing) adjudicate(ctx context.Context) error {
	for {
		byYear := map[int][]Claim{}
		for _, id := range c.intake.order {
			if p := c.intake.pending[id]; p.live {
				y := p.claim.Month().Year()
				byYear[y] = append(byYear[y], p.claim)
			}
		}
		again := false
		years := make([]int, 0, len(byYear))
		for y := range byYear {
			years = append(years, y)
		}
		slices.Sort(years)
		for _, y := range years {
			visits := byYear[y]
			sortVisits(visits)
			said, err := c.settler.Adjudicate(ctx, y, visits)
			if err != nil {
				return err
			}
			if len(said) != len(visits) {
				panic(fmt.Sprintf("BUG: the rules answered %d of %d claims", len(said), len(visits)))
			}
			for i := range said {
				again = c.hear(visits[i].ID, &said[i]) || again
			}
		}
		if !again {
			return nil
		}
		c.intake.order = sortedKeys(c.intake.pending)
	}
}

// sortVisits brings visits into the order that Settler promises.
func sortVisits(visits []Claim) {
	slices.SortFunc(visits, func(a, b Claim) int {
		return cmp.Or(strings.Compare(a.Person, b.Person), cmp.Compare(a.Settlement, b.Settlement), strings.Compare(a.ID, b.ID))
	})
}

// hear takes the answer for one claim, and tells whether it changed which claims count.
func (c *closing) hear(id string, a *Adjudged) bool {
	p := c.intake.pending[id]
	if a.Reject == "" || p.fresh == nil {
		p.said = *a
		return false
	}
	c.intake.refuse(p.fresh, a.Reject, a.Note, 0)
	c.intake.dropped[id] = c.intake.refused[len(c.intake.refused)-1]
	delete(c.intake.pending, id)
	if s := p.before; s != nil && s.Live {
		// The correction is refused, so what was booked stands, and what the reviews say of it.
		c.intake.pending[id] = &pending{before: s, claim: c.contents[id], live: true, refused: p.refused, whole: p.whole, reviewed: p.reviewed}
	}
	return true
}

// lines adds up what the declaration puts into the books of the month, before advances.
func (c *closing) lines() *sums {
	s := newSums()
	for i := range c.intake.refused {
		f := &c.intake.refused[i]
		at := party{f.Hospital, f.Scheme}
		x := sum{f.Visits, f.Gross, f.Fund}
		s.add(sumKey{c.month, at, AccDeclared, ""}, x)
		s.add(sumKey{c.month, at, AccRejected, f.Reason}, x)
	}
	allowed := newSums()
	for _, d := range c.intake.rows {
		if _, dropped := c.intake.dropped[d.row.ID]; d.reversal || !dropped {
			c.addRow(s, allowed, d)
		}
	}
	for _, id := range c.intake.order {
		p := c.intake.pending[id]
		if p.live {
			now := &State{Fund: p.said.Fund, Refused: p.refused, Whole: p.whole}
			now.refuse()
			key := sumKey{p.claim.Month(), party{p.claim.Hospital, p.claim.Scheme}, AccAccepted, p.said.Stream}
			s.add(key, sum{1, p.claim.Gross, now.Fund - now.Refused})
		}
		if b := p.before; b != nil && b.Live {
			v, g := b.counts()
			s.add(sumKey{b.Origin, party{b.Hospital, b.Scheme}, AccAccepted, b.Stream}, sum{-v, -g, -b.accepted()})
		}
	}
	// What was accepted and not declared changes claims that were booked before. A claim that comes and goes in one
	// declaration is allowed and accepted nowhere.
	for _, k := range s.keys() {
		if k.account == AccAccepted {
			x := *s.at[k]
			if y := allowed.at[k]; y != nil {
				x = sum{x.visits - y.visits, x.gross - y.gross, x.amount - y.amount}
				delete(allowed.at, k)
			}
			s.add(sumKey{k.origin, k.party, AccCorrected, k.reason}, x)
		}
	}
	for k, y := range allowed.at {
		if !y.zero() {
			panic(fmt.Sprintf("BUG: declared rows were allowed at hospital %s where nothing was accepted", k.party.hospital))
		}
	}
	return s
}

// addRow adds a row that was taken in: what it declares, what of it is refused, and, to allowed, what is left.
func (c *closing) addRow(s, allowed *sums, d declaredFund) {
	at := party{d.row.Hospital, d.row.Scheme}
	id := d.row.ID
	if d.reversal {
		id = d.row.Reverses
	}
	p := c.intake.pending[id]
	var paid, refused money.Fen
	stream, gap := p.said.Stream, cmp.Or(p.said.Difference, ReasonPolicy)
	switch {
	case !d.reversal && p.live:
		now := &State{Fund: p.said.Fund, Refused: p.refused, Whole: p.whole}
		now.refuse()
		paid, refused = now.Fund, now.Refused
	case d.reversal && p.fresh == nil:
		paid, refused, stream = -p.before.Fund, -p.before.Refused, p.before.Stream
	}
	// A claim that comes and goes in one declaration is never adjudicated: the fund pays nothing for either row.
	declared := paid
	if d.row.HasBookedFund {
		declared = d.row.BookedFund
	}
	v, g := visits(d.row), d.row.Gross
	s.add(sumKey{c.month, at, AccDeclared, ""}, sum{v, g, declared})
	if refused != 0 {
		s.add(sumKey{c.month, at, AccRejected, ReasonReview}, sum{0, 0, refused})
	}
	// More for the hospital than it booked is no rejection. A reversal takes back the line of its original.
	if declared < paid != d.reversal {
		gap = ReasonBelow
	}
	if declared != paid {
		s.add(sumKey{c.month, at, AccRejected, gap}, sum{0, 0, declared - paid})
	}
	allowed.add(sumKey{p.claim.Month(), at, AccAccepted, stream}, sum{v, g, paid - refused})
}
