// Package calendar holds what the month end knows of time: settlement months, and working days with the deadlines that
// count them.
//
// Holidays and the weekends worked in their stead (调休) are decided each year by notice, so they are data: a table with its
// source, and never a formula.
package calendar

import (
	"fmt"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
)

// Month is a settlement month: twelve times the year, plus the month of the year from 0 to 11. The zero value is no month.
type Month int32

// MonthOf returns the month of a year; month runs from 1 to 12.
func MonthOf(year, month int) Month { return Month(year*12 + month - 1) }

// Containing returns the month in which a day lies, and no month for claims.NoDate.
func Containing(d claims.Date) Month {
	if d == claims.NoDate {
		return 0
	}
	y, m, _ := d.Civil()
	return MonthOf(y, m)
}

// ParseMonth reads a month written as 2026-03, of the years 1900 to 2999.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return 0, fmt.Errorf("month %q is not written as 2026-03", s)
	}
	return MonthOf(t.Year(), int(t.Month())), nil
}

// String prints the month as 2026-03, and no month as an empty string.
func (m Month) String() string {
	if m == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year(), m.Of())
}

// Year returns the calendar year.
func (m Month) Year() int { return int(m) / 12 }

// Of returns the month of the year, 1 to 12.
func (m Month) Of() int { return int(m)%12 + 1 }

// First returns the first day of the month.
func (m Month) First() claims.Date { return claims.DateOf(m.Year(), time.Month(m.Of()), 1) }

// Last returns the last day of the month.
func (m Month) Last() claims.Date { return (m + 1).First() - 1 }
