package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// sumsOf adds up the entries that a condition chooses. Where first is given, it gets the number of the first entry of each line.
func (l *Ledger) sumsOf(ctx context.Context, tx *sql.Tx, first map[sumKey]int64, where string, args ...any) (*sums, error) {
	out := newSums()
	err := l.query(ctx, tx, func(scan func(...any) error) error {
		var k sumKey
		var x sum
		var seq int64
		if err := scan(&k.origin, &k.party.hospital, &k.party.scheme, &k.account, &k.reason, &x.visits, &x.gross, &x.amount, &seq); err != nil {
			return err
		}
		out.add(k, x)
		if first != nil {
			first[k] = seq
		}
		return nil
	}, `SELECT origin, hospital, scheme, account, reason, CAST(SUM(visits) AS BIGINT), CAST(SUM(gross) AS BIGINT), CAST(SUM(amount) AS BIGINT), MIN(seq)
		FROM entries WHERE `+where+` GROUP BY origin, hospital, scheme, account, reason`, args...)
	return out, err
}

// writeClaims writes the new states of the claims that the step touches.
func (c *closing) writeClaims() {
	for _, id := range c.intake.order {
		p := c.intake.pending[id]
		now := State{
			Month: c.month, ClaimID: id, Origin: p.claim.Month(), Person: p.claim.Person, Hospital: p.claim.Hospital, Scheme: p.claim.Scheme,
			Stream: p.said.Stream, Live: true, Gross: p.claim.Gross, Fund: p.said.Fund, Refused: p.refused, Whole: p.whole,
		}
		if !p.live {
			now.Fund, now.Refused, now.Whole = 0, 0, false
		}
		now.refuse()
		if b := p.before; b != nil {
			now.Prior, now.Content = b.Seq, b.content()
		}
		switch {
		case p.fresh != nil:
			now.Cause, now.Content, now.Claim = Declared, 0, p.claim.text()
			if b := p.before; b != nil && b.Live {
				now.Cause, now.Corrects = Corrected, b.Seq
				c.changed++
			} else if now.Origin < c.month {
				now.Corrects = c.books.at(now.Origin).Seal.Seq
			}
			c.booked++
			now.Seq = c.draft.add(KindClaim, c.month, now)
		case p.reversal != nil:
			now = *p.before
			c.changed++
		case now.Fund != p.before.Fund || now.Stream != p.before.Stream || now.Refused != p.before.Refused || now.Whole != p.before.Whole:
			now.Cause = Recomputed
			if p.reviewed {
				now.Cause = Reviewed
			}
			now.Corrects = p.before.Seq
			c.changed++
			c.draft.add(KindClaim, c.month, now)
		}
		if p.reversal != nil {
			c.writeReversal(p.reversal, &now)
		}
	}
}

// writeReversal writes the row that takes a claim back, and the claim's state after it.
func (c *closing) writeReversal(r *DeclaredRow, original *State) {
	row := State{
		ClaimID: r.ID, Cause: Reversing, Corrects: original.Seq, Origin: r.Month(), Person: r.Person, Hospital: r.Hospital, Scheme: r.Scheme,
		Gross: r.Gross, Fund: -original.Fund, Refused: -original.Refused, Claim: r.text(),
	}
	if b := c.intake.before[r.ID]; b != nil {
		row.Prior = b.Seq
	}
	c.booked++
	gone := *original
	gone.Cause, gone.Live, gone.Prior, gone.Content, gone.Claim = Reversed, false, original.Seq, original.content(), nil
	gone.Corrects = c.draft.add(KindClaim, c.month, row)
	c.draft.add(KindClaim, c.month, gone)
}

// writeEntries writes the month's money: what was declared, refused and accepted, what is due on account, and what is paid.
func (c *closing) writeEntries(lines *sums) error {
	all := newSums()
	for k, x := range c.entered.at {
		all.add(k, *x)
	}
	enter := func(k sumKey, x sum, corrects int64) {
		if x.zero() {
			return
		}
		all.add(k, x)
		c.draft.add(KindEntry, c.month, Entry{Origin: k.origin, Hospital: k.party.hospital, Scheme: k.party.scheme, Account: k.account,
			Reason: k.reason, Visits: x.visits, Gross: x.gross, Amount: x.amount, Corrects: corrects})
	}
	for _, k := range lines.keys() {
		enter(k, *lines.at[k], c.corrects(k))
	}
	if err := c.advances(lines); err != nil {
		return err
	}
	for _, k := range lines.keys() {
		if k.account == AccAdvance || k.account == AccDeposit {
			enter(k, *lines.at[k], c.corrects(k))
		}
	}
	for _, v := range c.decl.Reviews {
		if v.Deduct {
			k, corrects := c.deduction(&v)
			enter(k, sum{amount: v.Amount}, corrects)
		}
	}
	c.pay(all, enter)
	if lines.overflow || all.overflow {
		return money.ErrOverflow
	}
	return monthLaws(c.month, all)
}

// advances adds to the lines what is due on account of each month, hospital and scheme of which other amounts are accepted now: what
// all that is accepted of it gives by the rules, less what is entered already.
func (c *closing) advances(lines *sums) error {
	accepted := newSums() // by stream, what was accepted before and now
	touched := newSums()
	for _, k := range lines.keys() {
		if k.account == AccAccepted && lines.at[k].amount != 0 {
			touched.add(sumKey{k.origin, k.party, "", ""}, sum{})
			accepted.add(k, *lines.at[k])
		}
	}
	for k, x := range c.sofar.at {
		if k.account == AccAccepted && touched.at[sumKey{k.origin, k.party, "", ""}] != nil {
			accepted.add(k, *x)
		}
	}
	streams := map[sumKey][]StreamAmount{}
	for _, k := range accepted.keys() {
		at := sumKey{k.origin, k.party, "", ""}
		streams[at] = append(streams[at], StreamAmount{k.reason, accepted.at[k].amount})
	}
	if accepted.overflow {
		return money.ErrOverflow
	}
	for _, k := range touched.keys() {
		due, err := c.settler.Advance(k.origin, k.party.hospital, k.party.scheme, streams[k])
		if err != nil {
			return fmt.Errorf("advance of %s for hospital %s, scheme %s: %w", k.origin, k.party.hospital, k.party.scheme, err)
		}
		for account, amount := range map[Account]money.Fen{AccAdvance: due.Advance, AccDeposit: due.Deposit} {
			line := k
			line.account = account
			lines.add(line, sum{amount: amount - c.sofar.amount(line)})
		}
	}
	return nil
}

// pay brings in the debts of the month before and enters what is paid and what is carried on.
func (c *closing) pay(all *sums, enter func(sumKey, sum, int64)) {
	for _, k := range c.carried.keys() {
		at := sumKey{origin: c.month, party: k.party, account: AccBrought}
		enter(at, sum{amount: c.carried.at[k].amount - all.amount(at)}, 0)
	}
	totals := all.byParty()
	for _, p := range totals.parties() {
		net := totals.net(p)
		// A month that was reopened has its payments taken back, so these entries stand alone.
		enter(sumKey{c.month, p, AccPaid, ""}, sum{amount: max(net, 0)}, 0)
		enter(sumKey{c.month, p, AccCarried, ""}, sum{amount: min(net, 0)}, 0)
	}
}

// deduction names the line of a deduction and the row that it corrects.
func (c *closing) deduction(v *Review) (sumKey, int64) {
	k := sumKey{c.month, party{v.Hospital, v.Scheme}, AccDeducted, v.Reason}
	if v.ClaimID == "" {
		return k, 0
	}
	p := c.intake.pending[v.ClaimID]
	k.origin, k.party = p.claim.Month(), party{p.claim.Hospital, p.claim.Scheme}
	if p.before != nil {
		return k, p.before.Seq
	}
	return k, 0
}

// corrects returns the row that an entry about an earlier month corrects: the first of its line, or else that month's seal.
func (c *closing) corrects(k sumKey) int64 {
	if k.origin == c.month {
		return 0
	}
	line := k
	if line.account == AccCorrected {
		line.account = AccAccepted
	}
	if seq := c.first[line]; seq != 0 {
		return seq
	}
	return c.sealOf(k.origin)
}

func (c *closing) sealOf(m calendar.Month) int64 {
	if s := c.books.at(m); s != nil && s.Seal != nil {
		return s.Seal.Seq
	}
	return 0
}
