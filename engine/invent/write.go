package invent

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// The files that Write makes. HistoryFile and DirtyFile are made only when the configuration asks for them.
const (
	ClaimsFile       = "claims.arrow"
	HistoryFile      = "history.arrow"
	GroupsFile       = "groups.csv"
	ReferenceFile    = "reference.csv"
	SamePrice50File  = "same-price-50.csv"
	SamePrice100File = "same-price-100.csv"
	DirtyFile        = "dirty.csv"
	SeedFile         = "seed.txt"
)

// files lists all that Write may make. The seed comes last: where it stands, the others are complete.
var files = []string{ClaimsFile, HistoryFile, region.HospitalsFile, region.EnrolmentFile, region.TotalsFile, GroupsFile,
	ReferenceFile, SamePrice50File, SamePrice100File, DirtyFile, SeedFile}

// Written tells what Write made.
type Written struct {
	Persons, Claims, History, Spoilt int64
	Hospitals, Groups                int
	Files                            []string
}

// Write invents a region and writes its tables, claims and seed into a directory, which it makes if need be. All files
// are made in a directory beside it first; an error or a cancelled context leaves the directory as it was. Files of an
// earlier run are replaced, others stay. The progress function, which may be nil, hears of claims written and expected.
func Write(ctx context.Context, dir string, c Config, progress func(done, total int64)) (*Written, error) {
	m, err := newModel(c)
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("generator: %s is a file; the output is a directory", filepath.Base(dir))
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	stage, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	defer os.RemoveAll(stage) //nolint:errcheck // what is left of it does no harm
	w, err := m.write(ctx, stage, progress)
	if err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	if w.Files, err = publish(stage, dir); err != nil {
		return nil, fmt.Errorf("generator: %w", err)
	}
	return w, nil
}

func (m *model) write(ctx context.Context, dir string, progress func(done, total int64)) (*Written, error) {
	reg, refs, by, err := m.region()
	if err != nil {
		return nil, err
	}
	if err := reg.Save(dir); err != nil {
		return nil, err
	}
	w := &Written{Persons: m.persons, Hospitals: len(reg.Hospitals), Groups: len(refs)}
	if m.cfg.DirtyShare > 0 {
		err = wholefile.Write(filepath.Join(dir, DirtyFile), func(f io.Writer) error {
			list := csv.NewWriter(f)
			if err := list.Write([]string{"file", "row", "claim_id", "fault"}); err != nil {
				return err
			}
			if err := m.writeClaims(ctx, dir, w, list, progress); err != nil {
				return err
			}
			list.Flush()
			return list.Error()
		})
	} else {
		err = m.writeClaims(ctx, dir, w, nil, progress)
	}
	if err != nil {
		return nil, err
	}
	if err := writeCSV(filepath.Join(dir, GroupsFile), groupRows(refs)); err != nil {
		return nil, err
	}
	if err := writeCSV(filepath.Join(dir, ReferenceFile), [][]string{{"reference_mean", "scale", "stays"},
		{by.Mean.String(), strconv.Itoa(pointsOfMean), strconv.FormatInt(by.Stays, 10)}}); err != nil {
		return nil, err
	}
	for file, n := range map[string]int{SamePrice50File: 50, SamePrice100File: 100} {
		if err := writeCSV(filepath.Join(dir, file), codeRows(samePrice(m.groups, n))); err != nil {
			return nil, err
		}
	}
	return w, wholefile.Write(filepath.Join(dir, SeedFile), m.seedText)
}

// codedPersons is the number of persons up to which ids are written as codes, which makes smaller files that load
// several times faster. It takes about 100 bytes a person; with more persons the ids are written as plain text, so that
// memory does not grow with the claims.
const codedPersons = 4_000_000

// writeClaims streams the claims of the year, and of the history if there is one, and lists the spoilt ones.
func (m *model) writeClaims(ctx context.Context, dir string, w *Written, spoilt *csv.Writer, progress func(done, total int64)) error {
	c := m.cfg
	total := int64(float64(m.persons) * c.Rates.sum() * float64(1+c.History))
	stream := func(file string, first, last int) (int64, error) {
		out, err := claims.NewWriter(filepath.Join(dir, file),
			claims.WriteOptions{Compression: c.Compression, CodePersons: m.persons <= codedPersons, Vouch: check.Vouch})
		if err != nil {
			return 0, err
		}
		var rows int64
		err = m.claims(ctx, first, last, func(b *batch) error {
			for _, s := range b.spoilt {
				w.Spoilt++
				if err := spoilt.Write([]string{file, strconv.FormatInt(rows+s.Row, 10), s.ClaimID, s.Fault.String()}); err != nil {
					return err
				}
			}
			rows += int64(b.table.Rows)
			if progress != nil {
				progress(w.History+rows, max(total, w.History+rows))
			}
			return out.Write(&b.table)
		})
		if err != nil {
			return 0, errors.Join(err, out.Abort())
		}
		return rows, out.Close()
	}
	var err error
	if c.History > 0 {
		if w.History, err = stream(HistoryFile, c.Year-c.History, c.Year-1); err != nil {
			return err
		}
	}
	w.Claims, err = stream(ClaimsFile, c.Year, c.Year)
	return err
}

// publish moves the finished files to their directory and takes away what an earlier run left there that this one
// does not make. It returns the names of the files.
func publish(stage, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var made []string
	for _, name := range files {
		err := os.Rename(filepath.Join(stage, name), filepath.Join(dir, name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			made = append(made, name)
		}
	}
	return made, nil
}

func groupRows(refs []Reference) [][]string {
	rows := [][]string{{"code", "name", "kind", "mean_cost", "base_points", "day_points", "stable", "primary_care"}}
	for _, r := range refs {
		day := ""
		if r.Kind == bedday {
			day = r.Base.String()
		}
		rows = append(rows, []string{r.Code, r.Name, r.Kind, r.Mean.String(), r.Base.String(), day, strconv.FormatBool(r.Stable),
			strconv.FormatBool(r.Primary)})
	}
	return rows
}

func codeRows(codes []string) [][]string {
	rows := [][]string{{"code"}}
	for _, c := range codes {
		rows = append(rows, []string{c})
	}
	return rows
}

func writeCSV(path string, rows [][]string) error {
	return wholefile.Write(path, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(rows) })
}

// seedText records all that the bytes of the files depend on.
func (m *model) seedText(w io.Writer) error {
	c := m.cfg
	_, err := fmt.Fprintf(w, `All persons, institutions and amounts here are invented by drgsim gen.

generator: %d
seed: %d
name: %s
year: %d
history: %d
persons: %d
counties: %d
alliances per county: %d
townships: %d
villages: %d
city tertiary hospitals: %d
city community centres: %d
private hospitals: %d
psychiatric hospitals: %d
hospitals outside: %d
groups: %d
inpatient rate: %v
outpatient rate: %v
chronic rate: %v
internet rate: %v
bed-day rate: %v
cost growth: %v
volume growth: %v
employee share: %v
reversed share: %v
booked fund: %t
dirty share: %v
person id width: %d
compression: %s
`, Version, c.Seed, c.Name, c.Year, c.History, m.persons, c.Counties, c.AlliancesPerCounty, c.Townships, c.Villages, c.CityTertiary,
		c.CityCommunity, c.Private, c.Psychiatric, c.Outside, c.Groups, c.Rates.Inpatient, c.Rates.Outpatient, c.Rates.Chronic,
		c.Rates.Internet, c.Rates.BedDay, c.CostGrowth, c.VolumeGrowth, c.EmployeeShare, c.ReversedShare, c.BookedFund, c.DirtyShare, c.PersonIDWidth,
		c.Compression)
	return err
}
