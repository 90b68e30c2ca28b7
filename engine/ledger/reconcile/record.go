// Package reconcile compares two lists of settled visits, or three: the bureau's own, the hospitals', and the platform's
// (对账). It finds every row that one side has and the other has not, has otherwise, or has twice, says what to do about it,
// and proves that nothing is left over: the totals of one side plus all differences are the totals of the other.
//
// Rows meet by settlement id and refund flag. Those that find no partner meet again by fallback keys, in which a visit that was
// taken back and uploaded again under another id is recognised.
package reconcile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Side is one of the parties.
type Side uint8

// The parties.
const (
	Ours     Side = iota // the bureau
	Theirs               // the hospitals
	Platform             // the national or provincial platform
)

// SideNames are the words for the parties.
var SideNames = []string{"ours", "theirs", "platform"}

// String gives the word for the party.
func (s Side) String() string { return SideNames[s] }

// Amounts is how many amounts a record has.
const Amounts = 4

// The amounts of a record.
const (
	Gross   = iota // 医疗费总额
	Fund           // 基金支付总额
	Account        // 个人账户支付
	Cash           // 个人现金支出
)

// AmountNames are the words for the amounts, as in columns.
var AmountNames = [Amounts]string{"gross", "fund", "account", "cash"}

// Record is one row of a side. A blank amount is zero.
type Record struct {
	Side     Side
	ID       string // settlement id; of a refund, that of the visit it takes back
	Person   string
	Visit    string // 就诊ID
	Hospital string
	Scheme   string
	Class    string // clearing class (11, 21, 41, ...) or setting (inpatient, ...)
	Refund   bool   // takes the visit back: amounts are negative
	Date     claims.Date
	Amount   [Amounts]money.Fen
	Row      int64 // of its file, from 1
	// half tells that the other side has the id, but not with this refund flag.
	half bool
	// ghost marks a copy of a refund that both sides have: it counts for nothing and only shows that a visit of the same person was
	// taken back, and may have been uploaded again.
	ghost bool
}

// Month returns the month in which the visit was settled.
func (r *Record) Month() calendar.Month { return calendar.Containing(r.Date) }

// compare orders records by what they say, so that which of several equal ids meet does not depend on their order in a file.
func (r *Record) compare(o *Record) int {
	c := cmp.Or(strings.Compare(r.ID, o.ID), compareBool(r.Refund, o.Refund), slices.Compare(r.Amount[:], o.Amount[:]), cmp.Compare(r.Date, o.Date),
		strings.Compare(r.Person, o.Person), strings.Compare(r.Visit, o.Visit), strings.Compare(r.Hospital, o.Hospital),
		strings.Compare(r.Scheme, o.Scheme), strings.Compare(r.Class, o.Class))
	return cmp.Or(c, cmp.Compare(r.Row, o.Row))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// ClearingClass returns the clearing class of the national interface for a class or setting: 21 for stays, 11 for other visits.
func ClearingClass(class string) string {
	switch class {
	case "inpatient", "bedday":
		return "21"
	case "outpatient", "chronic", "internet":
		return "11"
	}
	return class
}

// sameClass tells whether two classes agree, where one side may know the setting and the other only the clearing class.
func sameClass(a, b string) bool {
	return a == b || ClearingClass(a) == b || a == ClearingClass(b)
}

// schemes translates codes of insurance types (险种类型) that the national interface uses.
var schemes = map[string]string{"310": "employee", "390": "resident"}

func schemeOf(code string) string {
	if s, ok := schemes[code]; ok {
		return s
	}
	return code
}

// Cell is a line of the control totals: what must close is shown by scheme, clearing class and month.
type Cell struct {
	Scheme, Class string
	Month         calendar.Month
}

// cell returns the line of a row. What a side lacks parts no lines: else the rows of one would stand in lines of their own.
func (r *Record) cell(has Fields) Cell {
	c := Cell{Month: r.Month()}
	if has.Scheme {
		c.Scheme = r.Scheme
	}
	if has.Class {
		c.Class = ClearingClass(r.Class)
	}
	return c
}

func (c Cell) compare(o Cell) int {
	return cmp.Or(cmp.Compare(c.Month, o.Month), strings.Compare(c.Scheme, o.Scheme), strings.Compare(c.Class, o.Class))
}

// Total counts rows and adds up their amounts.
type Total struct {
	Rows   int64
	Amount [Amounts]money.Fen
}

func (t *Total) add(r *Record, sign money.Fen) error {
	t.Rows += int64(sign)
	for i, a := range r.Amount {
		var err error
		if t.Amount[i], err = money.Add(t.Amount[i], sign*a); err != nil {
			return err
		}
	}
	return nil
}
