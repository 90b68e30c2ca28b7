package region

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// Save writes the region's tables into a directory, which it makes if need be. Load gives the same region again.
func (r *Region) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := SaveHospitals(dir, r.Hospitals); err != nil {
		return err
	}
	enrolment := [][]string{{"county", "alliance", "scheme", "persons"}}
	for _, e := range r.Enrolment {
		enrolment = append(enrolment, []string{e.County, e.Alliance, e.Scheme, strconv.FormatInt(e.Persons, 10)})
	}
	if err := saveTable(filepath.Join(dir, EnrolmentFile), enrolment); err != nil {
		return err
	}
	return WriteTotals(filepath.Join(dir, TotalsFile), r.Totals)
}

// WriteTotals writes a table of the fund's figures to a file, in the order given.
func WriteTotals(path string, totals []YearTotal) error {
	rows := [][]string{{"year", "scheme", "alliance", "name", "amount"}}
	for _, y := range totals {
		rows = append(rows, []string{strconv.Itoa(y.Year), y.Scheme, y.Alliance, y.Name, y.Amount.String()})
	}
	return saveTable(path, rows)
}

// SaveHospitals writes hospitals.csv into an existing directory, in the order given.
func SaveHospitals(dir string, hospitals []Hospital) error {
	return WriteHospitals(filepath.Join(dir, HospitalsFile), hospitals)
}

// WriteHospitals writes a hospitals table to a file, in the order given.
func WriteHospitals(path string, hospitals []Hospital) error {
	rows := [][]string{{"id", "name", "tier", "county", "alliance", "ownership", "coefficient", "score", "beds", "internet", "specialty"}}
	for _, h := range hospitals {
		ownership := Ownerships[0]
		if h.Private {
			ownership = Ownerships[1]
		}
		coefficient, score, beds := "", "", ""
		if h.Coefficient != 0 {
			coefficient = h.Coefficient.String()
		}
		if h.Score != NoScore {
			score = money.Fen(h.Score).String() // two decimals, like an amount
		}
		if h.Beds != 0 {
			beds = strconv.Itoa(int(h.Beds))
		}
		rows = append(rows, []string{h.ID, h.Name, h.Tier.String(), h.County, h.Alliance, ownership, coefficient, score, beds,
			strconv.FormatBool(h.Internet), h.Specialty})
	}
	return saveTable(path, rows)
}

func saveTable(path string, rows [][]string) error {
	err := wholefile.Write(path, func(w io.Writer) error {
		cw := csv.NewWriter(w)
		if err := cw.WriteAll(rows); err != nil {
			return err
		}
		return cw.Error()
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.ToSlash(path), err)
	}
	return nil
}
