package mapping

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// root is the way from this package to the project's root; the public data sets lie beside the project.
const root = "../../.."

// gathered keeps what a reading hands on.
type gathered struct {
	tables  []*claims.Table
	rejects []claims.RejectedRow
}

func (g *gathered) sink() Sink {
	return Sink{
		Claims: func(t *claims.Table) error { g.tables = append(g.tables, t); return nil },
		Reject: func(r claims.RejectedRow) error { g.rejects = append(g.rejects, r); return nil },
	}
}

func shipped(t *testing.T, name string) *Mapping {
	t.Helper()
	m, err := Load(filepath.Join(root, "scenarios", "mappings", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// readReal reads the files of a pattern below shared/data, or skips.
func readReal(t *testing.T, m *Mapping, pattern string, want int) (*Report, *gathered) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "..", "shared", "data", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("the public data %s is not beside the project", pattern)
	}
	if len(files) != want {
		t.Fatalf("%d files match %s, want %d", len(files), pattern, want)
	}
	g := &gathered{}
	r := NewReader(m, g.sink())
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		err = r.Read(context.Background(), filepath.Base(path), f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	rep, err := r.Close()
	if err != nil {
		t.Fatal(err)
	}
	return rep, g
}

func fen(t *testing.T, s string) money.Fen {
	t.Helper()
	v, err := money.ParseFen(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSynPUF(t *testing.T) {
	rep, g := readReal(t, shipped(t, "synpuf"), "cms-desynpuf/*Inpatient*.csv.gz", 14)
	if c := rep.Controls[0]; rep.Read.Rows != 80_064 || c.Rows != 80_064 || c.Fen != fen(t, "763,046,450.00") {
		t.Errorf("got\n%s", rep)
	}
	if rep.Rejected.Rows != 0 || len(rep.Hospitals) != 2727 {
		t.Errorf("got\n%s%v", rep, g.rejects[:min(len(g.rejects), 5)])
	}
	var negative, zero, crossing, ungrouped, most int
	var top, booked money.Fen
	persons := map[string]bool{}
	for _, tab := range g.tables {
		for i := range tab.Rows {
			switch {
			case tab.Gross[i] < 0:
				negative++
			case tab.Gross[i] == 0:
				zero++
			}
			if tab.Admission[i].Year() != tab.Discharge[i].Year() {
				crossing++
			}
			if tab.Group.At(i) == "0000" {
				ungrouped++
			}
			booked += tab.BookedFund[i]
			top = max(top, tab.Gross[i])
			persons[tab.Person.At(i)] = true
		}
		most = max(most, tab.Rows)
	}
	if negative != 11 || zero != 70 || crossing != 1229 || ungrouped != 268 || len(persons) != 45_542 || top != fen(t, "155000") {
		t.Errorf("negative %d, zero %d, crossing %d, ungrouped %d, persons %d, top %s", negative, zero, crossing, ungrouped, len(persons), top)
	}
	if booked != rep.Controls[0].Fen {
		t.Errorf("booked %s", booked)
	}
	if most > batchRows {
		t.Errorf("a batch has %d rows", most)
	}
	t.Logf("\n%s", rep)
}

func TestSPARCS2016(t *testing.T) {
	rep, g := readReal(t, shipped(t, "sparcs-2016"), "ny-sparcs-2016-western/*.csv.gz", 1)
	if rep.Read.Rows != 10_000 || rep.Loaded.Rows != 10_000 || rep.Loaded.Fen != fen(t, "97,869,101.81") || rep.Controls[0].Fen != rep.Loaded.Fen {
		t.Errorf("got\n%s%v", rep, g.rejects[:min(len(g.rejects), 5)])
	}
	redacted, groups, days := 0, map[string]bool{}, int64(0)
	for _, tab := range g.tables {
		for i := range tab.Rows {
			if tab.Hospital.At(i) == "REDACTED" {
				redacted++
			}
			groups[tab.Group.At(i)] = true
			days += int64(tab.Discharge[i] - tab.Admission[i])
			if tab.Discharge[i] != claims.DateOf(2016, 12, 31) {
				t.Fatalf("row %d is discharged on %s", i, tab.Discharge[i])
			}
		}
	}
	if redacted != 19 || len(rep.Hospitals) != 8 || len(groups) != 607 || days/1000 != 39 {
		t.Errorf("redacted %d, hospitals %d, groups %d, days %d", redacted, len(rep.Hospitals), len(groups), days)
	}
	for _, h := range rep.Hospitals {
		if h.ID == "37" && (h.Name != "Cuba Memorial Hospital Inc" || h.County != "Allegany") {
			t.Errorf("got %+v", h)
		}
	}
	t.Logf("\n%s", rep)
}

func TestSPARCSHeartFailure(t *testing.T) {
	rep, g := readReal(t, shipped(t, "sparcs-heart-failure"), "ny-sparcs-2024-heart-failure/*.csv.gz", 1)
	if rep.Read.Rows != 18_533 || rep.Loaded.Rows != 18_533 || len(rep.Hospitals) != 119 {
		t.Errorf("got\n%s%v", rep, g.rejects[:min(len(g.rejects), 5)])
	}
	ids := map[string]bool{}
	for _, tab := range g.tables {
		for i := range tab.Rows {
			ids[tab.ClaimID.At(i)] = true
		}
	}
	if len(ids) != 18_533 {
		t.Errorf("%d ids", len(ids))
	}
	t.Logf("\n%s", rep)
}
