package calendar

import (
	"time"

	"github.com/drgsim/drgsim/engine/claims"
)

// Terms are the days that the rules of settlement set. The zero value is none; see DefaultTerms.
type Terms struct {
	DeclareDay    int        // day of the following month by which hospitals declare
	PayWorkdays   int        // working days to pay, counted from the day after that
	ClearingMonth time.Month // of the following year
	ClearingDay   int
}

// DefaultTerms are those of the national rules on instant settlement: declared by the 10th, paid within twenty working
// days, the year cleared by 30 June.
func DefaultTerms() Terms {
	return Terms{DeclareDay: 10, PayWorkdays: 20, ClearingMonth: time.June, ClearingDay: 30}
}

// Deadlines of one settlement month.
type Deadlines struct {
	Declare claims.Date // last day for the hospitals' declaration
	Pay     claims.Date // last day for paying the advance
	Clear   claims.Date // last day for clearing the month's year
}

// Deadlines returns the last days for what is due of a month.
func (c *Calendar) Deadlines(m Month, t Terms) Deadlines {
	declare := (m + 1).First() + claims.Date(t.DeclareDay-1)
	return Deadlines{
		Declare: declare,
		Pay:     c.Count(declare+1, t.PayWorkdays),
		Clear:   claims.DateOf(m.Year()+1, t.ClearingMonth, t.ClearingDay),
	}
}
