package ledger

import (
	"cmp"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Account names what an entry's amount is. Amounts are written in the account's own sense: a deposit of 5 is positive
// though it lessens what is paid.
type Account string

// The accounts of a month.
const (
	AccDeclared   Account = "declared"   // 申报: what the hospital declared
	AccRejected   Account = "rejected"   // 拒付: the part that is not accepted, by reason
	AccAccepted   Account = "accepted"   // 审核通过: what the fund accepts
	AccCorrected  Account = "corrected"  // the part of accepted that changes claims booked before
	AccAdvance    Account = "advance"    // 月度预付
	AccDeposit    Account = "deposit"    // 质量保证金, held back
	AccDeducted   Account = "deducted"   // 扣款: taken off after an audit
	AccAdjustment Account = "adjustment" // 调整: an amount outside the yearly settlement, added by hand
	AccPrepaid    Account = "prepaid"    // 预付金: paid on account of the yearly settlement, added by hand
	AccBrought    Account = "brought"    // 上月结转: the debt of the month before, negative
	AccPaid       Account = "paid"       // 实付
	AccCarried    Account = "carried"    // 结转下月: the debt that the next month brings, negative
)

// The accounts of a year's clearing, entered in its December.
const (
	AccSettlement Account = "settlement" // 年度结算: what the hospital is due for the year, by line
	AccRefused    Account = "refused"    // refused by review, all months
	AccReleased   Account = "released"   // 保证金返还
	AccForfeited  Account = "forfeited"  // 保证金扣除
	AccClearing   Account = "clearing"   // 清算款: negative when the hospital pays back
)

// Accounts lists the accounts in the order of statements.
var Accounts = []Account{AccDeclared, AccRejected, AccAccepted, AccCorrected, AccAdvance, AccDeposit, AccDeducted, AccAdjustment,
	AccPrepaid, AccBrought, AccPaid, AccCarried, AccSettlement, AccRefused, AccReleased, AccForfeited, AccClearing}

// ByHand lists the accounts that Adjust may enter.
var ByHand = []Account{AccAdjustment, AccPrepaid, AccDeducted}

// netSign tells how an account enters the net amount of a month: added, taken off, or not at all.
func (a Account) netSign() money.Fen {
	switch a {
	case AccAdvance, AccAdjustment, AccPrepaid, AccBrought:
		return 1
	case AccDeposit, AccDeducted:
		return -1
	}
	return 0
}

// Entry is one line of money in the books. It is never edited; a later entry corrects it.
type Entry struct {
	Seq      int64          `json:"-"`
	Month    calendar.Month `json:"-"`      // the month in whose books it stands
	Origin   calendar.Month `json:"origin"` // the month that it is about; before Month for late claims and corrections
	Hospital string         `json:"hospital_id"`
	Scheme   string         `json:"scheme"`
	Account  Account        `json:"account"`
	Reason   string         `json:"reason,omitempty"` // code of the reason, or line of the settlement
	Visits   int64          `json:"visits,omitempty"` // signed: a reversal counts -1
	Gross    money.Fen      `json:"gross,omitempty"`
	Amount   money.Fen      `json:"amount"`
	Corrects int64          `json:"corrects,omitempty"` // row that it corrects; 0 for none
	Note     string         `json:"note,omitempty"`     // of an entry made by hand, as is By and At
	By       string         `json:"by,omitempty"`
	At       string         `json:"at,omitempty"`
	Key      string         `json:"key,omitempty"` // tells an entry made by hand from others; "" for none
}

// party is a hospital's side of one scheme: the unit of statements and laws.
type party struct{ hospital, scheme string }

func (p party) compare(q party) int {
	if c := cmp.Compare(p.hospital, q.hospital); c != 0 {
		return c
	}
	return cmp.Compare(p.scheme, q.scheme)
}

func (e *Entry) party() party { return party{e.Hospital, e.Scheme} }
