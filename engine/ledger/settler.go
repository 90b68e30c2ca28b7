package ledger

import (
	"context"
	"iter"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Settler is what the ledger asks of the rules. It must be a function of its inputs alone: the ledger asks again when a
// step is repeated and holds the answer against what it has sealed.
type Settler interface {
	// Inputs names the packs, region tables and program that decide the answers.
	Inputs() []Input
	// Knows returns why no entry can be about a hospital and scheme, with the nearest name; nil when one can.
	Knows(hospital, scheme string) error
	// HospitalName returns the name of a hospital, "" when it is not known. Statements show it as it was at the close.
	HospitalName(id string) string
	// Adjudicate returns what the fund pays for each claim, in the order of the claims. These are all the visits that count
	// of some persons in a year, sorted by person, settlement date and id; there is no reversal among them.
	Adjudicate(ctx context.Context, year int, claims []Claim) ([]Adjudged, error)
	// Advance returns what is due on account of a month, of all that the fund accepts of it so far, by stream in rising order.
	Advance(month calendar.Month, hospital, scheme string, accepted []StreamAmount) (Advance, error)
	// Annual settles a year from all visits that count in it, sorted by person and id. It lists each hospital and scheme once.
	Annual(ctx context.Context, year int, claims iter.Seq2[Claim, error]) ([]Annual, error)
}

// Adjudged is what the rules say of one claim.
type Adjudged struct {
	// Fund is what the hospital is due for it on account's base: the fund's part, or the price where a price is paid.
	Fund money.Fen
	// Stream names the way of payment that the claim belongs to; "" where there is only one.
	Stream string
	// Difference is the code of the reason why Fund may be another amount than the hospital booked; "" is ReasonPolicy.
	Difference string
	// Reject, when it is not empty, is the code of the reason for which the claim cannot be booked, and Note says it in words.
	Reject, Note string
}

// StreamAmount is what the fund accepts of one way of payment.
type StreamAmount struct {
	Stream string
	Amount money.Fen
}

// Advance is what is due on account of a month's accepted claims.
type Advance struct {
	Advance money.Fen // paid on account, before the deposit is held back
	Deposit money.Fen // held back until the year is cleared
}

// Annual is the settlement of a year for one hospital and scheme.
type Annual struct {
	Hospital, Scheme string
	// Lines sum up to the settlement: points, retained surplus, shared overrun, and so on.
	Lines []AnnualLine
	// Release is the share of the deposit that the assessment gives back, 0 to money.One.
	Release money.Ratio
}

// AnnualLine is one part of a year's settlement.
type AnnualLine struct {
	ID     string
	Amount money.Fen
}
