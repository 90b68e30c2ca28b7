package mapping

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

func TestMoney(t *testing.T) {
	american := moneyFormat{thousands: ',', decimal: '.'}
	bare := moneyFormat{decimal: '.'}
	german := moneyFormat{thousands: '.', decimal: ','}
	inFen := moneyFormat{decimal: '.', fen: true}
	for _, c := range []struct {
		m    moneyFormat
		text string
		want money.Fen
	}{
		{american, "3,466.83", 346683}, {american, "3,746.8", 374680}, {american, "6,604", 660400}, {american, "-1,234,567.00", -123456700},
		{american, "12", 1200}, {american, "12.500", 1250}, {bare, "0.05", 5}, {bare, "-0.05", -5}, {bare, "+7", 700}, {bare, ".5", 50},
		{german, "1.234,5", 123450}, {german, "-7,05", -705}, {inFen, "1234", 1234}, {inFen, "-1", -1},
	} {
		if got, err := c.m.parse([]byte(c.text)); err != nil || got != c.want {
			t.Errorf("%q: got %d, %v, want %d", c.text, got, err, c.want)
		}
	}
	for _, c := range []struct {
		m          moneyFormat
		text, want string
	}{
		{american, "1,23.4", `amount "1,23.4" is not written as -1,234.50`},
		{american, "1.005", `amount "1.005" is not written as -1,234.50`},
		{bare, "1,234.50", `amount "1,234.50" is not written as -1234.50`},
		{bare, "1.5e3", `amount "1.5e3" is not written as -1234.50`},
		{bare, "-", `amount "-" is not written as -1234.50`},
		{bare, "92233720368547758.08", `amount "92233720368547758.08" is not written as -1234.50`},
		{german, "1,234.5", `amount "1,234.5" is not written as -1.234,50`},
		{german, "1234.5", `amount "1234.5" is not written as -1.234,50`},
		{inFen, "12.34", `amount "12.34" is not a whole number of fen`},
	} {
		if got, err := c.m.parse([]byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%q: got %d, %v, want %s", c.text, got, err, c.want)
		}
	}
}

// The short way through parse gives what the exact parser of amounts gives.
func TestMoneyLikeParseFen(t *testing.T) {
	m := moneyFormat{thousands: ',', decimal: '.'}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`-?[0-9]{0,18}(\.[0-9]{0,3})?`), rapid.StringMatching(`[-+0-9.,x]{0,12}`),
			rapid.Custom(func(t *rapid.T) string { return money.Fen(rapid.Int64().Draw(t, "fen")).Grouped() })).Draw(t, "text")
		want, wantErr := money.ParseFen(text)
		got, err := m.parse([]byte(text))
		if got != want || (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: got %d, %v, want %d, %v", text, got, err, want, wantErr)
		}
	})
}

func TestDate(t *testing.T) {
	for _, c := range []struct{ format, text, want string }{
		{"YYYYMMDD", "20090412", "2009-04-12"},
		{"YYYY-MM-DD", "2026-02-28", "2026-02-28"},
		{"DD-Mon-YYYY", "03-feb-2019", "2019-02-03"},
		{"DD-Mon-YYYY", "03-FEB-2019", "2019-02-03"},
		{"M/D/YYYY", "3/15/2026", "2026-03-15"},
		{"M/D/YYYY", "12/1/2026", "2026-12-01"},
		{"YYYY年M月D日", "2026年3月5日", "2026-03-05"},
	} {
		f, err := parseDateFormat(c.format)
		if err != nil {
			t.Fatal(err)
		}
		if f.String() != c.format {
			t.Errorf("%s prints as %s", c.format, f)
		}
		if got, err := f.parse([]byte(c.text)); err != nil || got.String() != c.want {
			t.Errorf("%s %q: got %v, %v", c.format, c.text, got, err)
		}
	}
	for _, c := range []struct{ format, text, want string }{
		{"YYYYMMDD", "20090230", `date "20090230" is not in the calendar`},
		{"YYYYMMDD", "20091301", `date "20091301" is not in the calendar`},
		{"YYYYMMDD", "2009-04-12", `date "2009-04-12" is not written as YYYYMMDD`},
		{"YYYYMMDD", "200904120", `date "200904120" is not written as YYYYMMDD`},
		{"DD-Mon-YYYY", "03-Foo-2019", `date "03-Foo-2019" is not written as DD-Mon-YYYY`},
		{"M/D/YYYY", "/1/2026", `date "/1/2026" is not written as M/D/YYYY`},
	} {
		f, err := parseDateFormat(c.format)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.parse([]byte(c.text)); err == nil || err.Error() != c.want || got != claims.NoDate {
			t.Errorf("%s %q: got %v, %v", c.format, c.text, got, err)
		}
	}
	for _, s := range []string{"", "YYYYMM", "YYYYMMDDDD", "2006-01-02"} {
		if _, err := parseDateFormat(s); err == nil {
			t.Errorf("%q was taken for a date format", s)
		}
	}
}
