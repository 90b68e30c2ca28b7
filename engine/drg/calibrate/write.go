package calibrate

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/drgsim/drgsim/engine/money"
)

// WriteGroups writes a group table that part drg of a pack reads, with names by code where they are known.
func WriteGroups(w io.Writer, groups []Group, names map[string]string) error {
	rows := [][]string{{"code", "name", "cases", "mean_cost", "base_points", "cv", "stable", "mean_days", "kind", "day_points"}}
	for _, g := range groups {
		cv := ""
		if g.CV >= 0 {
			cv = g.CV.String()
		}
		mean, base, days := "", "", ""
		if g.Mean > 0 {
			mean, base = g.Mean.String(), g.Base.String()
		}
		if g.MeanDays > 0 {
			days = g.MeanDays.String()
		}
		kind, dayPoints := "", ""
		if g.DayPoints > 0 {
			dayPoints = g.DayPoints.String()
			if g.Cases == 0 {
				// Only bed-day stays are known of it: the test of stability says nothing of such a group.
				kind, g.Stable = "bedday", true
			}
		}
		rows = append(rows, []string{g.Code, names[g.Code], count(g.Cases), mean, base, cv, strconv.FormatBool(g.Stable), days, kind, dayPoints})
	}
	return write(w, rows)
}

// WriteTrimmed writes the report of what was left out.
func (c *Calibration) WriteTrimmed(w io.Writer) error {
	rows := [][]string{{"code", "year", "read", "dropped", "kept_from", "kept_to", "dropped_cost"}}
	for _, t := range c.Trimmed {
		year := "all"
		if t.Year != 0 {
			year = strconv.Itoa(t.Year)
		}
		rows = append(rows, []string{t.Code, year, count(t.Read), count(t.Dropped), t.Low.String(), t.High.String(), t.Cost.String()})
	}
	return write(w, rows)
}

// WriteFactors writes the hospitals' factors as coefficient.mix.hospitals of a pack reads them.
func WriteFactors(w io.Writer, factors []Factors) error {
	rows := [][]string{{"hospital", "grade", "history", "cmi", "visits", "burden"}}
	for _, f := range factors {
		row := []string{f.Hospital}
		for _, v := range []money.Ratio{f.Grade, f.History, f.CMI, f.Visits, f.Burden} {
			row = append(row, v.String())
		}
		rows = append(rows, row)
	}
	return write(w, rows)
}

// WriteCoefficients writes coefficients by group as coefficient.rows of a pack reads them: hospitals first, then grades.
func WriteCoefficients(w io.Writer, cells []Cell) error {
	rows := [][]string{{"group", "hospital", "tier", "value"}}
	for _, byGrade := range []bool{false, true} {
		for _, c := range cells {
			if (c.Hospital == "") == byGrade {
				rows = append(rows, []string{c.Group, c.Hospital, c.Grade, c.Value.String()})
			}
		}
	}
	return write(w, rows)
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

func write(w io.Writer, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}
