package mapping

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// moneyFormat is how a source writes amounts.
type moneyFormat struct {
	thousands byte // separator of groups of three digits; 0: none is allowed
	decimal   byte // separator of the decimals
	fen       bool // amounts are whole fen instead of currency units
}

// parse reads an exact amount. The usual case, digits with at most two decimals, is read directly.
func (m *moneyFormat) parse(text []byte) (money.Fen, error) {
	if m.fen {
		v, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("amount %q is not a whole number of fen", text)
		}
		return money.Fen(v), nil
	}
	if v, ok := m.plain(text); ok {
		return v, nil
	}
	usual := strings.Map(func(c rune) rune {
		switch {
		case c == rune(m.decimal):
			return '.'
		case m.thousands != 0 && c == rune(m.thousands):
			return ','
		case c == '.' || c == ',':
			return '?' // the other convention's separator makes an amount unreadable, never another amount
		}
		return c
	}, string(text))
	v, err := money.ParseFen(usual)
	if err != nil {
		return 0, fmt.Errorf("amount %q is not written as %s", text, m)
	}
	return v, nil
}

// plain reads an optional minus, up to 15 digits and up to two decimals.
func (m *moneyFormat) plain(text []byte) (money.Fen, bool) {
	digits, negative := bytes.CutPrefix(text, []byte("-"))
	var v money.Fen
	i := 0
	for ; i < len(digits) && digits[i] != m.decimal; i++ {
		c := digits[i]
		if c < '0' || c > '9' || i == 15 {
			return 0, false
		}
		v = v*10 + money.Fen(c-'0')
	}
	decimals := digits[min(i+1, len(digits)):]
	if i == 0 || len(decimals) > 2 {
		return 0, false
	}
	for place := range 2 {
		v *= 10
		if place < len(decimals) {
			c := decimals[place]
			if c < '0' || c > '9' {
				return 0, false
			}
			v += money.Fen(c - '0')
		}
	}
	if negative {
		v = -v
	}
	return v, true
}

// String shows the format by an example.
func (m *moneyFormat) String() string {
	if m.thousands == 0 {
		return fmt.Sprintf("-1234%c50", m.decimal)
	}
	return fmt.Sprintf("-1%c234%c50", m.thousands, m.decimal)
}

// dateFormat is a date's shape as its parts: year, month, day, or a literal.
type dateFormat []datePart

type datePart struct {
	what    byte // 'Y', 'M', 'D': digits; 'B': the month's English short name; 0: literal
	width   int  // digits; 0: one or two
	literal string
}

var dateTokens = []struct {
	token string
	part  datePart
}{
	{"YYYY", datePart{what: 'Y', width: 4}},
	{"Mon", datePart{what: 'B', width: 3}},
	{"MM", datePart{what: 'M', width: 2}},
	{"DD", datePart{what: 'D', width: 2}},
	{"M", datePart{what: 'M'}},
	{"D", datePart{what: 'D'}},
}

// parseDateFormat reads a shape such as YYYY-MM-DD, YYYYMMDD, M/D/YYYY or DD-Mon-YYYY.
func parseDateFormat(s string) (dateFormat, error) {
	var f dateFormat
	var years, months, days int
scan:
	for rest := s; rest != ""; {
		for _, t := range dateTokens {
			if after, ok := strings.CutPrefix(rest, t.token); ok {
				f, rest = append(f, t.part), after
				switch t.part.what {
				case 'Y':
					years++
				case 'D':
					days++
				default:
					months++
				}
				continue scan
			}
		}
		f, rest = append(f, datePart{literal: rest[:1]}), rest[1:]
	}
	if years != 1 || months != 1 || days != 1 {
		return nil, fmt.Errorf("date format %q does not have year (YYYY), month (MM, M or Mon) and day (DD or D) once each", s)
	}
	return f, nil
}

func (f dateFormat) String() string {
	var b strings.Builder
	for _, p := range f {
		name := p.literal
		for _, t := range dateTokens {
			if p.what != 0 && p == t.part {
				name = t.token
			}
		}
		b.WriteString(name)
	}
	return b.String()
}

// parse reads a day that the calendar has.
func (f dateFormat) parse(text []byte) (claims.Date, error) {
	var y, m, d int
	rest, ok := text, true
	for _, p := range f {
		switch p.what {
		case 'Y':
			y, rest, ok = digits(rest, p.width)
		case 'M':
			m, rest, ok = digits(rest, p.width)
		case 'D':
			d, rest, ok = digits(rest, p.width)
		case 'B':
			m, rest, ok = monthName(rest)
		default:
			rest, ok = bytes.CutPrefix(rest, []byte(p.literal))
		}
		if !ok {
			return claims.NoDate, fmt.Errorf("date %q is not written as %s", text, f)
		}
	}
	if len(rest) > 0 {
		return claims.NoDate, fmt.Errorf("date %q is not written as %s", text, f)
	}
	day := claims.NoDate
	if y >= 1 && m >= 1 && m <= 12 && d >= 1 && d <= 31 {
		day = claims.DateOf(y, time.Month(m), d)
	}
	if day == claims.NoDate || day.Month() != m {
		return claims.NoDate, fmt.Errorf("date %q is not in the calendar", text)
	}
	return day, nil
}

// digits reads a number of so many digits; width 0 is one or two.
func digits(b []byte, width int) (v int, rest []byte, ok bool) {
	limit := width
	if width == 0 {
		limit = 2
	}
	n := 0
	for n < limit && n < len(b) && b[n] >= '0' && b[n] <= '9' {
		v = v*10 + int(b[n]-'0')
		n++
	}
	return v, b[n:], n > 0 && (n == width || width == 0)
}

// monthName reads an English short name in any case.
func monthName(b []byte) (month int, rest []byte, ok bool) {
	if len(b) < 3 {
		return 0, b, false
	}
	for m := time.January; m <= time.December; m++ {
		if bytes.EqualFold(b[:3], []byte(m.String()[:3])) {
			return int(m), b[3:], true
		}
	}
	return 0, b, false
}
