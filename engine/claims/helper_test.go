package claims

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
)

// invent makes a table with every column; about one optional cell in five is absent.
func invent(rng *rand.Rand, rows int) *Table {
	t := &Table{Rows: rows, ClaimID: Text{Offsets: []int64{0}}, Reverses: Text{Offsets: []int64{0}}}
	absent := func() bool { return rng.IntN(5) == 0 }
	coded := func(prefix string, n int, optional bool) Coded {
		c := Coded{Codes: make([]int32, rows)}
		for i := range n {
			c.Values.Append(fmt.Sprintf("%s%05d", prefix, i))
		}
		for i := range c.Codes {
			c.Codes[i] = int32(rng.IntN(n))
			if optional && absent() {
				c.Codes[i] = NoCode
			}
		}
		return c
	}
	t.Person, t.Hospital = coded("P人", rows/3+1, false), coded("H", 20, false)
	t.Scheme, t.Group = coded("s", 2, false), coded("FR", 100, true)
	t.From, t.County = coded("H", 20, true), coded("县", 5, true)
	money := func() []money.Fen {
		v := make([]money.Fen, rows)
		for i := range v {
			v[i] = money.Fen(rng.Int64N(5_000_000) - 100_000)
		}
		return v
	}
	t.Gross, t.NonCovered, t.CategoryB = money(), money(), money()
	t.FirstPay, t.AIDiagnosis, t.BookedFund = money(), money(), money()
	t.HasFirstPay, t.HasBookedFund = make([]bool, rows), make([]bool, rows)
	t.Age = make([]int16, rows)
	for _, p := range []*[]bool{&t.Retired, &t.Signed, &t.Filed} {
		*p = make([]bool, rows)
	}
	for _, p := range []*[]Date{&t.Admission, &t.Discharge, &t.Settlement} {
		*p = make([]Date, rows)
	}
	t.Setting, t.Referral = make([]Setting, rows), make([]Referral, rows)
	t.Assistance, t.Place, t.Status = make([]Assistance, rows), make([]Place, rows), make([]Status, rows)
	for i := range rows {
		t.ClaimID.Append(fmt.Sprintf("C%08d", i))
		if absent() {
			t.Reverses.Append(fmt.Sprintf("C%08d", rng.IntN(rows)))
		} else {
			t.Reverses.Append("")
		}
		t.HasFirstPay[i], t.HasBookedFund[i] = !absent(), !absent()
		if !t.HasFirstPay[i] {
			t.FirstPay[i] = 0
		}
		if !t.HasBookedFund[i] {
			t.BookedFund[i] = 0
		}
		t.Age[i] = int16(rng.IntN(100))
		if absent() {
			t.Age[i] = AgeUnknown
		}
		t.Retired[i], t.Signed[i], t.Filed[i] = absent(), absent(), absent()
		t.Settlement[i] = DateOf(2026, 1, 1) + Date(rng.IntN(365))
		t.Admission[i], t.Discharge[i] = t.Settlement[i]-9, t.Settlement[i]-1
		if absent() {
			t.Admission[i] = NoDate
		}
		t.Setting[i] = Setting(rng.IntN(len(SettingNames)))
		t.Referral[i] = Referral(rng.IntN(len(ReferralNames)))
		t.Assistance[i] = Assistance(rng.IntN(len(AssistanceNames)))
		t.Place[i] = Place(rng.IntN(len(PlaceNames)))
		t.Status[i] = Status(rng.IntN(len(StatusNames)))
	}
	return t
}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 1)) }

// cellsOf prints every row of a table, so that tables can be compared by what they mean.
func cellsOf(t *Table) [][NumColumns]string {
	out := make([][NumColumns]string, t.Rows)
	for i := range out {
		for c := range NumColumns {
			out[i][c] = cellOf(t, c, i)
		}
	}
	return out
}

func cellOf(t *Table, c Column, i int) string {
	if !t.Present(c) {
		return "-"
	}
	switch {
	case t.has(c) != nil:
		if !t.given(c, i) {
			return "none"
		}
		return (*t.fen(c))[i].String()
	case t.fen(c) != nil:
		return (*t.fen(c))[i].String()
	case t.dates(c) != nil:
		return (*t.dates(c))[i].String()
	case t.bools(c) != nil:
		return fmt.Sprint((*t.bools(c))[i])
	case c == ColAge:
		return fmt.Sprint(t.Age[i])
	case t.coded(c) != nil:
		return t.coded(c).At(i)
	case t.text(c) != nil:
		return t.text(c).At(i)
	}
	return Schema[c].Words[t.words(c)[i]]
}

func same(t *testing.T, got, want *Table) {
	t.Helper()
	if got.Rows != want.Rows {
		t.Fatalf("got %d rows, want %d", got.Rows, want.Rows)
	}
	g, w := cellsOf(got), cellsOf(want)
	for i := range w {
		if !reflect.DeepEqual(g[i], w[i]) {
			t.Fatalf("row %d:\n got %q\nwant %q", i+1, g[i], w[i])
		}
	}
}

func mustRead(t *testing.T, path string, opts ReadOptions) (*Table, *FileInfo) {
	t.Helper()
	got, info, err := ReadFile(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return got, info
}

// place returns the path of a file that the test may make.
func place(t testing.TB, name string) string { return filepath.Join(t.TempDir(), name) }

func mustBytes(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
