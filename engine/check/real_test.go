package check

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/mapping"
	"github.com/drgsim/drgsim/engine/region"
)

// root is the way from this package to the project's root; the public data sets lie beside the project.
const root = "../.."

// The oddities that the public set is known to have are found, and nothing else is rejected.
func TestSynPUF(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "..", "shared", "data", "cms-desynpuf", "*Inpatient*.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the public data cms-desynpuf is not beside the project")
	}
	m, err := mapping.Load(filepath.Join(root, "scenarios", "mappings", "synpuf.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all := &claims.Table{}
	r := mapping.NewReader(m, mapping.Sink{
		Claims: func(t *claims.Table) error { join(all, t); return nil },
		Reject: func(r claims.RejectedRow) error { t.Errorf("rejected: %v", r.Findings); return nil },
	})
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
	read, err := r.Close()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := region.New("synpuf", read.Hospitals, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	rep := run(t, all, reg, Options{Limit: 5})
	if rep.Read != read.Loaded {
		t.Errorf("checked %+v of %+v", rep.Read, read.Loaded)
	}
	for code, want := range map[string]int64{"negative": 11, "zero": 70, "crosses_year": 1229, "duplicate_equal": 0, "duplicate_different": 0,
		"unknown_hospital": 0, "discharge_before_admission": 0, "negative_booked_fund": 76,
		"overlap": 2159} { // 2160 stays begin before an earlier one has ended; one of them is rejected
		if n := rep.Count(code).Rows; n != want {
			t.Errorf("%s: %d rows, want %d", code, n, want)
		}
	}
	if rep.Rejected.Rows != 11 {
		t.Errorf("%d rows rejected: %+v", rep.Rejected.Rows, rep.Codes)
	}
	t.Logf("%+v", rep.Codes)
}

// join appends a batch to a table, as far as the test needs its columns.
func join(to, t *claims.Table) {
	to.Rows += t.Rows
	for i := range t.Rows {
		to.ClaimID.Append(t.ClaimID.At(i))
	}
	to.Admission, to.Discharge = append(to.Admission, t.Admission...), append(to.Discharge, t.Discharge...)
	to.Settlement, to.Gross = append(to.Settlement, t.Settlement...), append(to.Gross, t.Gross...)
	to.BookedFund = append(to.BookedFund, t.BookedFund...)
	to.Setting = append(to.Setting, t.Setting...)
	joinCodes(&to.Person, &t.Person)
	joinCodes(&to.Hospital, &t.Hospital)
	joinCodes(&to.Scheme, &t.Scheme)
}

func joinCodes(to, c *claims.Coded) {
	known := map[string]int32{}
	for i := range to.Values.Len() {
		known[to.Values.At(i)] = int32(i)
	}
	for _, code := range c.Codes {
		s := c.Values.At(int(code))
		if _, ok := known[s]; !ok {
			known[s] = int32(to.Values.Len())
			to.Values.Append(s)
		}
		to.Codes = append(to.Codes, known[s])
	}
}
