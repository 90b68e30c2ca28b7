// Package calibrate makes a group table from the history of stays (病组基准点数测算): it trims each group's costs, weighs the
// years, takes means, tells stable from non-stable groups, works out base points and the factors of hospital coefficients,
// and reports what it trimmed.
//
// All of it is exact: means are fractions rounded once to fen, quantiles are order statistics, and the coefficient of
// variation is compared as a fraction. What leaves the package is a table with a declared number of decimals.
package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// NoGroup marks a stay without a group: it counts in the mean of all stays and in no row of the table.
const NoGroup int32 = -1

// Stay is one stay of the past.
type Stay struct {
	Year     int32
	Group    int32 // position in History.Groups, or NoGroup
	Hospital int32 // position in History.Hospitals
	Person   int32 // the same number for the same person; -1 unknown
	Days     int32
	Cost     money.Fen
	Burden   money.Fen // what the person paid of Cost; 0 when unknown
}

// Hospital is a hospital of the history with the grade whose mean its grade factor takes.
type Hospital struct {
	ID    string
	Grade string
}

// History is what a table is made of. Groups and Hospitals are in rising order of code.
type History struct {
	Groups    []string
	Hospitals []Hospital
	Stays     []Stay
	// BedDays are stays paid by the day. They make the price of a day of their group, and count in nothing else.
	BedDays []Stay
	// Unusable counts stays left out because their cost is not above zero, TakenBack those that a reversal takes back.
	Unusable, TakenBack int64
}

// FromTable takes the inpatient and bed-day stays of a table whose rows are kept (nil keeps all) and not taken back (nil: none is),
// as a check found them: a stay that was reversed never was. The year is that of discharge, or of settlement where there is no
// discharge. ungrouped are codes that mean "no group"; grade tells the grade of a hospital.
func FromTable(t *claims.Table, keep, takenBack []bool, ungrouped []string, grade func(hospital string) string) *History {
	h := &History{}
	groups := codes(t.Group, func(code string) bool { return code != "" && !slices.Contains(ungrouped, code) })
	hospitals := codes(t.Hospital, func(string) bool { return true })
	h.Groups = groups.sorted
	for _, id := range hospitals.sorted {
		h.Hospitals = append(h.Hospitals, Hospital{ID: id, Grade: grade(id)})
	}
	for i := range t.Rows {
		byDay := t.Setting != nil && t.Setting[i] == claims.BedDay
		if keep != nil && !keep[i] || t.Setting != nil && t.Setting[i] != claims.Inpatient && !byDay || t.Status != nil && t.Status[i] == claims.Reversal {
			continue
		}
		if takenBack != nil && takenBack[i] {
			h.TakenBack++
			continue
		}
		s := Stay{Group: groups.of(t.Group, i), Hospital: hospitals.of(t.Hospital, i), Person: -1, Days: 1, Cost: t.Gross[i]}
		if s.Cost <= 0 || s.Hospital < 0 {
			h.Unusable++
			continue
		}
		day := t.Settlement[i]
		if t.Discharge != nil && t.Discharge[i] != claims.NoDate {
			day = t.Discharge[i]
			if t.Admission != nil && t.Admission[i] != claims.NoDate {
				s.Days = max(int32(t.Discharge[i]-t.Admission[i]), 1)
			}
		}
		s.Year = int32(day.Year())
		if t.Person.Codes != nil {
			s.Person = t.Person.Codes[i]
		}
		if fund, ok := bookedOf(t, i); ok {
			s.Burden = s.Cost - fund
		}
		if byDay {
			h.BedDays = append(h.BedDays, s)
		} else {
			h.Stays = append(h.Stays, s)
		}
	}
	return h
}

// numbering maps the codes of a column to positions in a sorted list.
type numbering struct {
	sorted []string
	at     []int32 // by the column's own code
}

func codes(c claims.Coded, wanted func(string) bool) numbering {
	n := numbering{at: make([]int32, c.Values.Len())}
	for i := range n.at {
		if v := c.Values.At(i); wanted(v) {
			n.sorted = append(n.sorted, v)
		}
	}
	slices.Sort(n.sorted)
	for i := range n.at {
		n.at[i] = NoGroup
		if at, ok := slices.BinarySearch(n.sorted, c.Values.At(i)); ok {
			n.at[i] = int32(at)
		}
	}
	return n
}

func (n numbering) of(c claims.Coded, row int) int32 {
	if c.Codes == nil || c.Codes[row] == claims.NoCode {
		return NoGroup
	}
	return n.at[c.Codes[row]]
}

// check fails on a stay that the history's own lists do not know.
func (h *History) check() error {
	for i, s := range slices.Concat(h.Stays, h.BedDays) {
		switch {
		case s.Group < NoGroup || int(s.Group) >= len(h.Groups), s.Hospital < 0 || int(s.Hospital) >= len(h.Hospitals):
			return fmt.Errorf("stay %d: group %d or hospital %d is outside the history's lists", i+1, s.Group, s.Hospital)
		case s.Cost <= 0 || s.Days < 0:
			return fmt.Errorf("stay %d: cost %s is not above zero, or %d days are negative; leave such stays out and count them in Unusable", i+1, s.Cost, s.Days)
		}
	}
	if !slices.IsSorted(h.Groups) || !slices.IsSortedFunc(h.Hospitals, func(a, b Hospital) int { return strings.Compare(a.ID, b.ID) }) {
		return fmt.Errorf("groups and hospitals must stand in rising order of code")
	}
	return nil
}
