package calendar

import (
	"bytes"
	_ "embed" // the table that the program carries
	"fmt"
	"io"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
)

// Calendar tells working days from others. The zero value knows weekends only.
type Calendar struct {
	working map[claims.Date]bool // days that differ from what their weekday says, and holidays on weekends
	sources map[int][]string     // by year, in the order of the table
}

//go:embed china.csv
var china []byte

// China returns the table that the program carries: the years of public holidays that its source column names.
func China() *Calendar {
	c, err := Read("china.csv", bytes.NewReader(china))
	if err != nil {
		panic("BUG: the holiday table of the program: " + err.Error())
	}
	return c
}

// Read reads a table with the columns date, kind (holiday or workday), name and source. A day that stands twice is an
// error, as is a working day that is no weekend: such a day works anyway, so the table means another.
func Read(name string, r io.Reader) (*Calendar, error) {
	t, err := csvtable.Read(name, r, csvtable.Need("date", "kind", "source").May("name"))
	if err != nil {
		return nil, err
	}
	c := &Calendar{working: map[claims.Date]bool{}, sources: map[int][]string{}}
	for row := range t.Rows() {
		day := row.Date("date")
		works := row.Word("kind", []string{"holiday", "workday"}) == "workday"
		source := row.Text("source")
		if t.Err() != nil {
			break
		}
		if _, twice := c.working[day]; twice {
			return nil, fmt.Errorf("%s: %s stands in the table twice", row.Where(), day)
		}
		if works && !weekend(day) {
			return nil, fmt.Errorf("%s: %s is declared a working day but is no weekend; only weekends are worked in a holiday's stead", row.Where(), day)
		}
		c.working[day] = works
		known := c.sources[day.Year()]
		if len(known) == 0 || known[len(known)-1] != source {
			c.sources[day.Year()] = append(known, source)
		}
	}
	return c, t.Err()
}

// Working tells whether offices work on a day.
func (c *Calendar) Working(d claims.Date) bool {
	if works, ok := c.working[d]; ok {
		return works
	}
	return !weekend(d)
}

// Sources returns what the days of a year rest on; none when only weekends are known for that year.
func (c *Calendar) Sources(year int) []string { return c.sources[year] }

// Count returns the nth working day (n from 1) of those from a day on, that day included.
func (c *Calendar) Count(from claims.Date, n int) claims.Date {
	for d := from; ; d++ {
		if c.Working(d) {
			if n--; n <= 0 {
				return d
			}
		}
	}
}

func weekend(d claims.Date) bool {
	y, m, day := d.Civil()
	w := time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC).Weekday()
	return w == time.Saturday || w == time.Sunday
}
