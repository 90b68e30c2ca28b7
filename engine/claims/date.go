package claims

import (
	"fmt"
	"math"
	"time"
)

// Date is a day as days since 1970-01-01. NoDate means that the claim carries none.
type Date int32

// NoDate is the absent date. It orders before every real date.
const NoDate Date = math.MinInt32

// DateOf returns the date of a calendar day.
func DateOf(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads a date as 2006-01-02. A day that the calendar does not have is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDate, fmt.Errorf("date %q is not a day written as 2026-03-15", s)
	}
	return Date(t.Unix() / 86400), nil
}

// String prints the date as 2006-01-02, and NoDate as an empty string.
func (d Date) String() string {
	if d == NoDate {
		return ""
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Civil returns the calendar year, month (1 to 12) and day of the proleptic Gregorian calendar.
func (d Date) Civil() (year, month, day int) {
	// Days are counted from 0000-03-01, so that the leap day ends a year and an era of 400 years repeats.
	z := int64(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = int(mp + 3)
	if month > 12 {
		month -= 12
	}
	year = int(yoe + era*400)
	if month <= 2 {
		year++
	}
	return year, month, day
}

// Year returns the calendar year.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Month returns the calendar month, 1 to 12.
func (d Date) Month() int { _, m, _ := d.Civil(); return m }
