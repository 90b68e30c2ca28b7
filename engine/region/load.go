package region

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/nearest"
)

// The files of a region's directory. Only the hospitals are required.
const (
	HospitalsFile = "hospitals.csv"
	EnrolmentFile = "enrolment.csv"
	TotalsFile    = "totals.csv"
)

var (
	hospitalColumns = csvtable.Need("id", "tier").May("name", "county", "alliance", "ownership", "coefficient", "score",
		"beds", "internet", "specialty")
	enrolmentColumns = csvtable.Need("county", "scheme", "persons").May("alliance")
	totalColumns     = csvtable.Need("year", "scheme", "name", "amount").May("alliance")
)

// Ownerships are the words of the ownership column; blank is public.
var Ownerships = []string{"public", "private"}

// Load reads the region in a directory; the region's name is the directory's.
func Load(dir string) (*Region, error) {
	info, err := os.Stat(dir)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, fmt.Errorf("region %s: %w", filepath.ToSlash(dir), err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("region %s: it is a file; a region is a directory with %s, and optionally %s and %s",
			filepath.ToSlash(dir), HospitalsFile, EnrolmentFile, TotalsFile)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("region %s: %w", filepath.ToSlash(dir), err)
	}
	hospitals, err := LoadHospitals(filepath.Join(dir, HospitalsFile))
	if err != nil {
		return nil, err
	}
	enrolment, err := loadEnrolment(filepath.Join(dir, EnrolmentFile))
	if err != nil {
		return nil, err
	}
	r, err := New(filepath.Base(abs), hospitals, enrolment, nil)
	if err != nil {
		return nil, err
	}
	totals, err := loadTotals(filepath.Join(dir, TotalsFile), r.Alliances)
	if err != nil || totals == nil {
		return r, err
	}
	return New(r.Name, hospitals, enrolment, totals)
}

// firstLines remembers the line of each key and fails the second row that has it.
type firstLines[K comparable] map[K]int

func (seen firstLines[K]) check(r csvtable.Row, column string, key K, shown string) {
	if first, ok := seen[key]; ok {
		r.Failf(column, "%s already stands in line %d", shown, first)
		return
	}
	seen[key] = r.Line()
}

// LoadHospitals reads a hospitals table, in the order of the file.
func LoadHospitals(path string) ([]Hospital, error) {
	t, err := csvtable.Open(path, hospitalColumns)
	if err != nil {
		return nil, err
	}
	seen := firstLines[string]{}
	hs := make([]Hospital, 0, t.Len())
	for r := range t.Rows() {
		h := Hospital{
			ID:          r.Text("id"),
			Name:        r.Text("name"),
			Tier:        csvtable.Parse(r, "tier", ParseTier),
			County:      r.Text("county"),
			Alliance:    r.Text("alliance"),
			Private:     r.Word("ownership", Ownerships) == "private",
			Coefficient: r.Ratio("coefficient"),
			Score:       NoScore,
			Beds:        int32(r.Int("beds", 0, 1_000_000)),
			Internet:    r.Bool("internet"),
			Specialty:   r.Word("specialty", Specialties),
		}
		if !r.Blank("score") {
			h.Score = int32(r.Fen("score")) // two decimals, like an amount
		}
		if h.Coefficient == 0 && !r.Blank("coefficient") {
			r.Failf("coefficient", "0 would pay nothing; leave the cell blank where there is none")
		}
		if column, err := h.check(); err != nil {
			r.Failf(column, "%w", err)
		}
		seen.check(r, "id", h.ID, fmt.Sprintf("hospital %q", h.ID))
		hs = append(hs, h)
	}
	return hs, t.Err()
}

func loadEnrolment(path string) ([]Enrolled, error) {
	t, err := csvtable.Open(path, enrolmentColumns)
	if err != nil {
		return nil, absent(err)
	}
	seen := firstLines[[3]string]{}
	var es []Enrolled
	for r := range t.Rows() {
		e := Enrolled{County: r.Text("county"), Alliance: r.Text("alliance"), Scheme: r.Text("scheme"),
			Persons: r.Int("persons", 0, 2_000_000_000)}
		if err := checkScheme(e.Scheme); err != nil {
			r.Failf("scheme", "%w", err)
		}
		seen.check(r, "county", [3]string{e.County, e.Alliance, e.Scheme}, "the same county, alliance and scheme")
		es = append(es, e)
	}
	return es, t.Err()
}

func loadTotals(path string, alliances []string) ([]YearTotal, error) {
	t, err := csvtable.Open(path, totalColumns)
	if err != nil {
		return nil, absent(err)
	}
	type key struct {
		year                   int
		scheme, alliance, name string
	}
	seen := firstLines[key]{}
	var ys []YearTotal
	for r := range t.Rows() {
		y := YearTotal{Year: int(r.Int("year", minYear, maxYear)), Scheme: r.Text("scheme"), Alliance: r.Text("alliance"),
			Name: r.Text("name"), Amount: r.Fen("amount")}
		if err := checkScheme(y.Scheme); err != nil {
			r.Failf("scheme", "%w", err)
		}
		if err := checkAlliance(y.Alliance, alliances); err != nil {
			r.Failf("alliance", "%w", err)
		}
		if y.Amount < 0 && slices.Contains(neverNegative, y.Name) {
			r.Failf("amount", "%s is negative; %s cannot be", y.Amount, y.Name)
		}
		seen.check(r, "name", key{y.Year, y.Scheme, y.Alliance, y.Name}, fmt.Sprintf("%q of the same year, scheme and alliance", y.Name))
		ys = append(ys, y)
	}
	return ys, t.Err()
}

// neverNegative are figures of totals.csv that cannot be below zero; others, such as a balance, can.
var neverNegative = []string{"final_settlement", "total_payment", "income"}

// absent forgives the lack of an optional file.
func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func checkAlliance(name string, known []string) error {
	if name == "" || position(known, name) >= 0 {
		return nil
	}
	return fmt.Errorf("alliance %q is neither in %s nor in %s%s", name, HospitalsFile, EnrolmentFile, nearest.Hint(name, known))
}

func checkScheme(name string) error {
	for _, c := range name {
		if (c < 'a' || c > 'z') && c != '_' && (c < '0' || c > '9') {
			return fmt.Errorf("scheme %q is not a word of lower-case letters, digits and _, such as %s", name, strings.Join(DefaultSchemes, ", "))
		}
	}
	return nil
}
