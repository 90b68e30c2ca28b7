package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// sumKey names a line of the books.
type sumKey struct {
	origin  calendar.Month
	party   party
	account Account
	reason  string
}

func (k sumKey) compare(o sumKey) int {
	return cmp.Or(k.party.compare(o.party), cmp.Compare(k.origin, o.origin),
		cmp.Compare(slices.Index(Accounts, k.account), slices.Index(Accounts, o.account)), strings.Compare(k.reason, o.reason))
}

// sum is the amount of a line, with the visits and gross cost behind it.
type sum struct {
	visits int64
	gross  money.Fen
	amount money.Fen
}

func (s sum) zero() bool { return s == sum{} }

// sums adds up lines of the books.
type sums struct {
	at       map[sumKey]*sum
	overflow bool
}

func newSums() *sums { return &sums{at: map[sumKey]*sum{}} }

func (s *sums) add(k sumKey, x sum) {
	have := s.at[k]
	if have == nil {
		have = &sum{}
		s.at[k] = have
	}
	have.visits += x.visits
	have.gross = plus(s, have.gross, x.gross)
	have.amount = plus(s, have.amount, x.amount)
}

func plus(s *sums, a, b money.Fen) money.Fen {
	c, err := money.Add(a, b)
	s.overflow = s.overflow || err != nil
	return c
}

func (s *sums) addEntry(e *Entry) {
	s.add(sumKey{e.Origin, e.party(), e.Account, e.Reason}, sum{e.Visits, e.Gross, e.Amount})
}

func (s *sums) amount(k sumKey) money.Fen {
	if x := s.at[k]; x != nil {
		return x.amount
	}
	return 0
}

// keys lists the lines by party, origin, account and reason.
func (s *sums) keys() []sumKey {
	keys := make([]sumKey, 0, len(s.at))
	for k := range s.at {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, sumKey.compare)
	return keys
}

// parties lists who has a line, sorted.
func (s *sums) parties() []party {
	seen := map[party]bool{}
	for k := range s.at {
		seen[k.party] = true
	}
	out := make([]party, 0, len(seen))
	for p := range seen {
		out = append(out, p)
	}
	slices.SortFunc(out, party.compare)
	return out
}

// byParty adds up each account over origins and reasons.
func (s *sums) byParty() *sums {
	out := newSums()
	for k, x := range s.at {
		out.add(sumKey{party: k.party, account: k.account}, *x)
	}
	out.overflow = out.overflow || s.overflow
	return out
}

// net returns what a party is due of the entries added up: those accounts that enter the net amount.
func (s *sums) net(p party) money.Fen {
	var n money.Fen
	for _, a := range Accounts {
		if sign := a.netSign(); sign != 0 {
			n = plus(s, n, sign*s.amount(sumKey{party: p, account: a}))
		}
	}
	return n
}

// monthLaws checks the identities of a month's books, given all entries in them.
func monthLaws(month calendar.Month, all *sums) error {
	s := all.byParty()
	for _, p := range s.parties() {
		at := func(a Account) sum {
			if x := s.at[sumKey{party: p, account: a}]; x != nil {
				return *x
			}
			return sum{}
		}
		declared, rejected, accepted, corrected := at(AccDeclared), at(AccRejected), at(AccAccepted), at(AccCorrected)
		left := sum{declared.visits - rejected.visits - accepted.visits + corrected.visits,
			declared.gross - rejected.gross - accepted.gross + corrected.gross,
			declared.amount - rejected.amount - accepted.amount + corrected.amount}
		if !left.zero() {
			return fmt.Errorf("law of the declaration broken in %s at hospital %s, scheme %s: declared - rejected - accepted + corrected leaves %d visits, gross %s, fund %s",
				month, p.hospital, p.scheme, left.visits, left.gross, left.amount)
		}
		paid, carried := at(AccPaid).amount, at(AccCarried).amount
		if net := s.net(p); net != paid+carried || paid < 0 || carried > 0 {
			return fmt.Errorf("law of payment broken in %s at hospital %s, scheme %s: net %s is not paid %s and carried %s", month, p.hospital, p.scheme, net, paid, carried)
		}
	}
	if s.overflow {
		return fmt.Errorf("books of %s: %w", month, money.ErrOverflow)
	}
	return nil
}
