package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Sum adds up visits, their gross cost, and what of it is the fund's.
type Sum struct {
	Visits      int64
	Gross, Fund money.Fen
}

func (s Sum) plus(o Sum) Sum { return Sum{s.Visits + o.Visits, s.Gross + o.Gross, s.Fund + o.Fund} }

// Statement is the month of one hospital and scheme (月结算单). While the month is open it holds what is entered by hand alone; the
// close enters the rest, the net among it.
type Statement struct {
	Hospital, Scheme string
	Declared         Sum
	Rejected         []Rejected
	Above            money.Fen // accepted above what the hospital booked
	Accepted         Sum       // of the month itself; what belongs to earlier months is among the adjustments
	Advance          money.Fen
	Deposit          money.Fen
	Deducted         money.Fen
	Adjustments      []Adjusted
	Brought          money.Fen // a debt of the month before: zero or negative
	Net              money.Fen
	Paid             money.Fen
	Carried          money.Fen // a debt for the next month: zero or negative
}

// Rejected is what was rejected for one reason.
type Rejected struct {
	Reason string
	Sum
}

// Adjusted is what the month enters for an earlier month, or by hand.
type Adjusted struct {
	Origin   calendar.Month
	Accepted Sum
	Advance  money.Fen
	Deposit  money.Fen
	Deducted money.Fen
	ByHand   money.Fen
	Net      money.Fen
}

// Rejections returns all that was rejected.
func (s *Statement) Rejections() (all Sum) {
	for _, r := range s.Rejected {
		all = all.plus(r.Sum)
	}
	return all
}

// Adjusted returns what the adjustments come to.
func (s *Statement) Adjusted() (net money.Fen) {
	for _, a := range s.Adjustments {
		net += a.Net
	}
	return net
}

// MonthBook is all that the ledger says of a month.
type MonthBook struct {
	MonthState
	Head       Head
	Statements []Statement // by hospital and scheme
	Entries    []Entry     // in the order of the journal
	Refused    []Refusal   // of the seal in force; none while the month is open
}

// MonthBook reads a month. Its laws are checked again if it is sealed.
func (l *Ledger) MonthBook(ctx context.Context, m calendar.Month) (*MonthBook, error) {
	out := &MonthBook{}
	err := l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err != nil {
			return err
		}
		s := b.at(m)
		if s == nil {
			return fmt.Errorf("month %s is not in the ledger", m)
		}
		out.MonthState, out.Head = *s, b.head
		if err := l.query(ctx, tx, func(scan func(...any) error) error {
			e, err := scanEntry(scan)
			out.Entries = append(out.Entries, *e)
			return err
		}, `SELECT `+entryColumns+` FROM entries WHERE month = ? ORDER BY seq`, int32(m)); err != nil {
			return err
		}
		if s.Seal == nil {
			return nil
		}
		return l.query(ctx, tx, func(scan func(...any) error) error {
			var r Row
			if err := scan(&r.Seq, &r.Kind, &r.Month, &r.Body, &r.Hash); err != nil {
				return err
			}
			f := Refusal{Seq: r.Seq, Month: r.Month}
			err := decodeBody(&r, &f)
			out.Refused = append(out.Refused, f)
			return err
		}, `SELECT seq, kind, month, body, hash FROM journal WHERE kind = ? AND month = ? AND seq > ? ORDER BY seq`,
			string(KindRefuse), int32(m), s.Seal.Seq-s.Seal.Rows-1)
	})
	if err != nil {
		return nil, err
	}
	all := newSums()
	for i := range out.Entries {
		all.addEntry(&out.Entries[i])
	}
	if !out.Open {
		if err := monthLaws(m, all); err != nil {
			return nil, err
		}
	}
	out.Statements = statements(m, all)
	return out, nil
}

// statements parts the sums of a month's books by hospital and scheme.
func statements(m calendar.Month, all *sums) []Statement {
	var out []Statement
	var s *Statement
	for _, k := range all.keys() {
		x := all.at[k]
		if yearly(k.account) {
			continue
		}
		if s == nil || s.Hospital != k.party.hospital || s.Scheme != k.party.scheme {
			out = append(out, Statement{Hospital: k.party.hospital, Scheme: k.party.scheme})
			s = &out[len(out)-1]
		}
		s.add(m, k, x)
	}
	for i := range out {
		out[i].Net = out[i].Paid + out[i].Carried
	}
	return out
}

// yearly tells whether an account belongs to a year's clearing.
func yearly(a Account) bool {
	switch a {
	case AccSettlement, AccRefused, AccReleased, AccForfeited, AccClearing:
		return true
	}
	return false
}

func (s *Statement) add(m calendar.Month, k sumKey, x *sum) {
	whole := Sum{x.visits, x.gross, x.amount}
	switch k.account {
	case AccDeclared:
		s.Declared = whole
	case AccRejected:
		switch {
		case x.zero():
		case k.reason == ReasonBelow:
			s.Above = -x.amount
		default:
			s.Rejected = append(s.Rejected, Rejected{k.reason, whole})
		}
	case AccBrought:
		s.Brought = x.amount
	case AccPaid:
		s.Paid = x.amount
	case AccCarried:
		s.Carried = x.amount
	case AccCorrected:
	case AccAdjustment, AccPrepaid:
		a := s.adjusted(k.origin)
		a.ByHand, a.Net = a.ByHand+x.amount, a.Net+x.amount
	default:
		if k.origin == m {
			s.own(k.account, whole)
			return
		}
		a := s.adjusted(k.origin)
		switch k.account {
		case AccAccepted:
			a.Accepted = a.Accepted.plus(whole)
		case AccAdvance:
			a.Advance += x.amount
		case AccDeposit:
			a.Deposit += x.amount
		case AccDeducted:
			a.Deducted += x.amount
		}
		a.Net += k.account.netSign() * x.amount
	}
}

// own takes a line about the month itself.
func (s *Statement) own(a Account, x Sum) {
	switch a {
	case AccAccepted:
		s.Accepted = s.Accepted.plus(x)
	case AccAdvance:
		s.Advance = x.Fund
	case AccDeposit:
		s.Deposit = x.Fund
	case AccDeducted:
		s.Deducted += x.Fund
	}
}

func (s *Statement) adjusted(origin calendar.Month) *Adjusted {
	if n := len(s.Adjustments); n > 0 && s.Adjustments[n-1].Origin == origin {
		return &s.Adjustments[n-1]
	}
	s.Adjustments = append(s.Adjustments, Adjusted{Origin: origin})
	return &s.Adjustments[len(s.Adjustments)-1]
}

// YearStatement is the clearing of a year for one hospital and scheme (年终清算单).
type YearStatement struct {
	Hospital, Scheme string
	Lines            []AnnualLine // of the settlement
	Settlement       money.Fen
	Refused          money.Fen
	Deducted         money.Fen
	Adjustment       money.Fen
	Held             money.Fen // deposit held in all months
	Released         money.Fen
	Forfeited        money.Fen
	Due              money.Fen // settlement - refused - deducted - forfeited + adjustment
	Months           [12]money.Fen
	Clearing         money.Fen // due - released - all months
}

// YearBook reads a year that is cleared; its law is checked again.
func (l *Ledger) YearBook(ctx context.Context, year int) (*Seal, []YearStatement, error) {
	var seal *Seal
	var all *sums
	err := l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err != nil {
			return err
		}
		if !b.cleared[year] {
			return fmt.Errorf("year %d is not cleared", year)
		}
		if seal, err = l.clearSeal(ctx, tx, year); err != nil {
			return err
		}
		all, err = l.sumsOf(ctx, tx, nil, `origin BETWEEN ? AND ?`, int32(calendar.MonthOf(year, 1)), int32(calendar.MonthOf(year, 12)))
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if err := yearLaws(year, all); err != nil {
		return nil, nil, err
	}
	return seal, yearStatements(all), nil
}

func yearStatements(all *sums) []YearStatement {
	var out []YearStatement
	for _, k := range all.keys() {
		if n := len(out); n == 0 || out[n-1].Hospital != k.party.hospital || out[n-1].Scheme != k.party.scheme {
			out = append(out, YearStatement{Hospital: k.party.hospital, Scheme: k.party.scheme})
		}
		s, x := &out[len(out)-1], all.at[k].amount
		switch k.account {
		case AccSettlement:
			s.Lines = append(s.Lines, AnnualLine{k.reason, x})
			s.Settlement += x
		case AccRefused:
			s.Refused += x
		case AccReleased:
			s.Released += x
		case AccForfeited:
			s.Forfeited += x
		case AccClearing:
			s.Clearing += x
		case AccBrought:
		default:
			s.Months[k.origin.Of()-1] += k.account.netSign() * x
		}
		switch k.account {
		case AccDeducted:
			s.Deducted += x
		case AccAdjustment:
			s.Adjustment += x
		case AccDeposit:
			s.Held += x
		}
	}
	for i := range out {
		s := &out[i]
		s.Due = s.Settlement - s.Refused - s.Deducted - s.Forfeited + s.Adjustment
	}
	return out
}
