package calendar

import (
	"bytes"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
)

func day(t *testing.T, s string) claims.Date {
	t.Helper()
	d, err := claims.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMonth(t *testing.T) {
	m, err := ParseMonth("2026-12")
	if err != nil {
		t.Fatal(err)
	}
	if m.Year() != 2026 || m.Of() != 12 || m.String() != "2026-12" {
		t.Errorf("got %d, %d, %s", m.Year(), m.Of(), m)
	}
	if next := m + 1; next.String() != "2027-01" {
		t.Errorf("after 2026-12 comes %s", next)
	}
	if m.First().String() != "2026-12-01" || m.Last().String() != "2026-12-31" {
		t.Errorf("month runs from %s to %s", m.First(), m.Last())
	}
	if got := Containing(day(t, "2028-02-29")); got.String() != "2028-02" || got.Last() != day(t, "2028-02-29") {
		t.Errorf("2028-02-29 lies in %s, which ends on %s", got, got.Last())
	}
	if Containing(claims.NoDate) != 0 || Month(0).String() != "" {
		t.Error("no date must be in no month")
	}
	for _, bad := range []string{"", "2026", "2026-13", "2026-3", "2026-03-01", "0026-03"} {
		if _, err := ParseMonth(bad); err == nil {
			t.Errorf("%q was read as a month", bad)
		}
	}
}

// The days were counted by hand on a calendar of 2026.
func TestDeadlinesOf2026(t *testing.T) {
	c := China()
	for _, want := range []struct{ month, declare, pay string }{
		// From Wed 11 February: 11-14 (the Saturday is worked) are 4, the holiday ends on the 23rd, 24-28 are 5 more (the
		// Saturday is worked), 2-6 March are 5, 9-13 March are 5: 19. The 20th is Monday 16 March.
		{"2026-01", "2026-02-10", "2026-03-16"},
		// From Wed 11 March: 3, then four weeks but for Monday 6 April.
		{"2026-02", "2026-03-10", "2026-04-08"},
		// From Sun 11 October: whole weeks only, the holiday is over and Saturday the 10th lies before.
		{"2026-09", "2026-10-10", "2026-11-06"},
	} {
		m, err := ParseMonth(want.month)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Deadlines(m, DefaultTerms())
		if got.Declare != day(t, want.declare) || got.Pay != day(t, want.pay) || got.Clear != day(t, "2027-06-30") {
			t.Errorf("%s: declare by %s, pay by %s, clear by %s; want %s, %s, 2027-06-30", want.month, got.Declare, got.Pay, got.Clear, want.declare, want.pay)
		}
	}
	if len(c.Sources(2026)) != 1 || c.Sources(2027) != nil {
		t.Errorf("sources: %v, %v", c.Sources(2026), c.Sources(2027))
	}
}

func TestTableIsStrict(t *testing.T) {
	for name, text := range map[string]string{
		"day twice":        "date,kind,source\n2026-05-01,holiday,x\n2026-05-01,holiday,x\n",
		"worked weekday":   "date,kind,source\n2026-05-06,workday,x\n",
		"unknown kind":     "date,kind,source\n2026-05-01,holliday,x\n",
		"no source":        "date,kind,source\n2026-05-01,holiday,\n",
		"unknown column":   "date,kind,source,colour\n2026-05-01,holiday,x,red\n",
		"impossible day":   "date,kind,source\n2026-02-30,holiday,x\n",
		"missing column":   "date,kind\n2026-05-01,holiday\n",
		"nothing at all":   "",
		"row of other len": "date,kind,source\n2026-05-01,holiday\n",
	} {
		if _, err := Read("t.csv", strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzTable(f *testing.F) {
	f.Add(china)
	f.Add([]byte("date,kind,source\n2026-05-09,workday,x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Read("f.csv", bytes.NewReader(text))
		if err != nil {
			return
		}
		for d, works := range c.working {
			if c.Working(d) != works || len(c.Sources(d.Year())) == 0 {
				t.Errorf("%s is %v", d, works)
			}
		}
	})
}
