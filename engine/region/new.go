package region

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// NoScore is the Score of a hospital without an assessment.
const NoScore int32 = -1

// Years that a table may name; others are slips of the pen.
const (
	minYear = 1990
	maxYear = 2100
)

// Specialties are the words of the specialty column; blank is none.
var Specialties = []string{"tcm", "paediatric", "geriatric", "obstetric", "psychiatric"}

// DefaultSchemes are a region's schemes when neither enrolment nor totals name any: 职工 and 居民.
var DefaultSchemes = []string{"employee", "resident"}

// New makes a region of its tables: it checks and sorts them and numbers hospitals, counties, alliances and schemes. The
// caller's slices are left alone.
func New(name string, hospitals []Hospital, enrolment []Enrolled, totals []YearTotal) (*Region, error) {
	r := &Region{
		Name:      name,
		Hospitals: slices.Clone(hospitals),
		Enrolment: slices.Clone(enrolment),
		Totals:    slices.Clone(totals),
	}
	slices.SortFunc(r.Hospitals, func(a, b Hospital) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(r.Enrolment, func(a, b Enrolled) int {
		return cmp.Or(strings.Compare(a.County, b.County), strings.Compare(a.Alliance, b.Alliance), strings.Compare(a.Scheme, b.Scheme))
	})
	slices.SortFunc(r.Totals, compareTotals)
	r.number()
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("region %s: %w", name, err)
	}
	return r, nil
}

// number fills the sorted lists of names.
func (r *Region) number() {
	r.hospitalAt = make(map[string]int32, len(r.Hospitals))
	for i, h := range r.Hospitals {
		r.hospitalAt[h.ID] = int32(i)
		r.Counties = append(r.Counties, h.County)
		r.Alliances = append(r.Alliances, h.Alliance)
	}
	for _, e := range r.Enrolment {
		r.Counties = append(r.Counties, e.County)
		r.Alliances = append(r.Alliances, e.Alliance)
		r.Schemes = append(r.Schemes, e.Scheme)
	}
	for _, y := range r.Totals {
		r.Schemes = append(r.Schemes, y.Scheme)
	}
	if len(r.Schemes) == 0 {
		r.Schemes = DefaultSchemes
	}
	r.Counties, r.Alliances, r.Schemes = names(r.Counties), names(r.Alliances), names(r.Schemes)
}

// names sorts and drops the empty name and repetitions.
func names(list []string) []string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	if len(list) > 0 && list[0] == "" {
		list = list[1:]
	}
	return list
}

func (r *Region) check() error {
	if len(r.Hospitals) == 0 {
		return fmt.Errorf("there is no hospital; at least one is needed")
	}
	if n := len(r.Schemes); n > MaxSchemes {
		return fmt.Errorf("enrolment and totals name %d schemes; at most %d are allowed", n, MaxSchemes)
	}
	for i, h := range r.Hospitals {
		if column, err := h.check(); err != nil {
			return fmt.Errorf("hospital %q: %s: %w", h.ID, column, err)
		}
		if i > 0 && r.Hospitals[i-1].ID == h.ID {
			return fmt.Errorf("hospital %q stands there twice", h.ID)
		}
	}
	for i, e := range r.Enrolment {
		if e.County == "" || e.Scheme == "" || e.Persons < 0 {
			return fmt.Errorf("enrolment of county %q, scheme %q, %d persons: a county, a scheme and no negative number are needed",
				e.County, e.Scheme, e.Persons)
		}
		if err := checkScheme(e.Scheme); err != nil {
			return err
		}
		if p := r.Enrolment[max(i-1, 0)]; i > 0 && p.County == e.County && p.Alliance == e.Alliance && p.Scheme == e.Scheme {
			return fmt.Errorf("enrolment of county %q, alliance %q, scheme %q stands there twice", e.County, e.Alliance, e.Scheme)
		}
	}
	for i, y := range r.Totals {
		if y.Year < minYear || y.Year > maxYear || y.Scheme == "" || y.Name == "" {
			return fmt.Errorf("total %q of year %d, scheme %q: a name, a year from %d to %d and a scheme are needed",
				y.Name, y.Year, y.Scheme, minYear, maxYear)
		}
		if err := checkScheme(y.Scheme); err != nil {
			return err
		}
		if err := checkAlliance(y.Alliance, r.Alliances); err != nil {
			return err
		}
		if p := r.Totals[max(i-1, 0)]; i > 0 && p.Year == y.Year && p.Scheme == y.Scheme && p.Alliance == y.Alliance && p.Name == y.Name {
			return fmt.Errorf("total %q of year %d, scheme %q, alliance %q stands there twice", y.Name, y.Year, y.Scheme, y.Alliance)
		}
	}
	return nil
}

// check returns the column that is wrong.
func (h Hospital) check() (column string, err error) {
	switch {
	case h.ID == "":
		return "id", fmt.Errorf("the id is blank")
	case h.Tier >= NumTiers:
		return "tier", fmt.Errorf("%d is no tier", h.Tier)
	case h.Coefficient < 0:
		return "coefficient", fmt.Errorf("%s is negative", h.Coefficient)
	case h.Score < NoScore || h.Score > 10_000:
		return "score", fmt.Errorf("the score is not from 0 to 100")
	case h.Beds < 0:
		return "beds", fmt.Errorf("%d is negative", h.Beds)
	case h.Specialty != "" && !slices.Contains(Specialties, h.Specialty):
		return "specialty", fmt.Errorf("%q is none of %s", h.Specialty, strings.Join(Specialties, ", "))
	}
	return "", nil
}

// Hospital returns the number of a hospital: its position in Hospitals.
func (r *Region) Hospital(id string) (int32, bool) {
	i, ok := r.hospitalAt[id]
	return i, ok
}

// County returns the number of a county, its position in Counties.
func (r *Region) County(name string) (int32, bool) { return number(r.Counties, name) }

// Alliance returns the number of an alliance, its position in Alliances.
func (r *Region) Alliance(name string) (int32, bool) { return number(r.Alliances, name) }

// Scheme returns the number of a scheme, its position in Schemes.
func (r *Region) Scheme(name string) (int32, bool) { return number(r.Schemes, name) }

// Total returns a figure of a year; alliance "" is the figure of the whole scheme.
func (r *Region) Total(year int, scheme, alliance, name string) (YearTotal, bool) {
	i, ok := slices.BinarySearchFunc(r.Totals, YearTotal{Year: year, Scheme: scheme, Alliance: alliance, Name: name}, compareTotals)
	if !ok {
		return YearTotal{}, false
	}
	return r.Totals[i], true
}

func compareTotals(a, b YearTotal) int {
	return cmp.Or(cmp.Compare(a.Year, b.Year), strings.Compare(a.Scheme, b.Scheme), strings.Compare(a.Alliance, b.Alliance),
		strings.Compare(a.Name, b.Name))
}

func number(sorted []string, name string) (int32, bool) {
	i := position(sorted, name)
	return int32(i), i >= 0
}

// position returns where a name stands in a sorted list, or -1.
func position(sorted []string, name string) int {
	if i, ok := slices.BinarySearch(sorted, name); ok {
		return i
	}
	return -1
}
