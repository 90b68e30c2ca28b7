package shards

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// row is one claim of a test.
type row struct {
	id, person string
	gross      money.Fen
}

// write makes a file of claims.
func write(t testing.TB, path string, rows []row) string { return writeAmong(t, path, rows, 0) }

// writeAmong makes a file of claims whose list of persons has others, too, when there are any.
func writeAmong(t testing.TB, path string, rows []row, others int) string {
	t.Helper()
	table := &claims.Table{Rows: len(rows)}
	number := map[string]int32{}
	code := func(c *claims.Coded, s string) {
		n, ok := number[s]
		if !ok {
			n = int32(c.Values.Len())
			number[s] = n
			c.Values.Append(s)
		}
		c.Codes = append(c.Codes, n)
	}
	for i := range others {
		table.Person.Values.Append(fmt.Sprint("nobody", i))
	}
	table.Hospital.Values.Append("H1")
	table.Scheme.Values.Append("employee")
	table.Group.Values.Append("BB11")
	for i, r := range rows {
		table.ClaimID.Append(r.id)
		code(&table.Person, r.person)
		table.Hospital.Codes, table.Scheme.Codes = append(table.Hospital.Codes, 0), append(table.Scheme.Codes, 0)
		table.Group.Codes = append(table.Group.Codes, 0)
		table.Setting = append(table.Setting, claims.Inpatient)
		table.Settlement = append(table.Settlement, claims.DateOf(2026, 3, 1)+claims.Date(i%28))
		table.Gross = append(table.Gross, r.gross)
	}
	if err := claims.WriteFile(path, table, claims.WriteOptions{CodePersons: others > 0}); err != nil {
		t.Fatal(err)
	}
	return path
}

// read returns the rows of all shards, and fails when a person stands in two of them or apart in one.
func read(t testing.TB, m *Manifest) []row {
	t.Helper()
	var all []row
	home := map[string]int{}
	for k := range m.Shards {
		table, _, err := claims.ReadFile(t.Context(), m.Path(k), claims.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if int64(table.Rows) != m.Shards[k].Rows {
			t.Errorf("shard %d has %d rows, the manifest says %d", k, table.Rows, m.Shards[k].Rows)
		}
		if !slices.IsSorted(table.Person.Codes) {
			t.Errorf("shard %d: persons do not follow each other", k)
		}
		for i := range table.Rows {
			p := table.Person.At(i)
			if at, ok := home[p]; ok && at != k {
				t.Errorf("person %s stands in shards %d and %d", p, at, k)
			}
			home[p] = k
			all = append(all, row{table.ClaimID.At(i), p, table.Gross[i]})
		}
	}
	return all
}

func byID(a, b row) int {
	return strings.Compare(a.id+"/"+a.person+"/"+a.gross.String(), b.id+"/"+b.person+"/"+b.gross.String())
}

// Loaded and rejected rows are the rows of the inputs, whatever these are and however many shards are asked for.
func TestEveryRowArrives(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		var files []string
		var want []row
		owner := map[string]string{}
		rejected := 0
		for f := range rapid.IntRange(1, 3).Draw(r, "files") {
			var rows []row
			for range rapid.IntRange(1, 40).Draw(r, "rows") {
				c := row{fmt.Sprint("C", rapid.IntRange(0, 60).Draw(r, "id")), fmt.Sprint("P", rapid.IntRange(0, 9).Draw(r, "person")),
					money.Fen(rapid.IntRange(1, 1000).Draw(r, "gross"))}
				rows = append(rows, c)
			}
			files = append(files, writeAmong(t, filepath.Join(dir, fmt.Sprint(f, ".arrow")), rows, rapid.SampledFrom([]int{0, 100}).Draw(r, "others")))
			want = append(want, rows...)
		}
		n := rapid.IntRange(1, 5).Draw(r, "shards")
		m, err := Split(t.Context(), files, filepath.Join(dir, "out"), Options{Shards: n, Workers: 2, Reject: func(claims.RejectedRow) error { rejected++; return nil }})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(filepath.Join(dir, "out")); err != nil {
			t.Fatal(err)
		}
		got := read(t, m)
		// Who has an id first in the order of the inputs keeps it against all persons of other shards.
		shardOf := func(p string) uint64 { return hash([]byte(p)) % uint64(n) }
		var kept []row
		for _, c := range want {
			if first, ok := owner[c.id]; ok && shardOf(first) != shardOf(c.person) {
				continue
			}
			if _, ok := owner[c.id]; !ok {
				owner[c.id] = c.person
			}
			kept = append(kept, c)
		}
		slices.SortFunc(got, byID)
		slices.SortFunc(kept, byID)
		if !slices.Equal(got, kept) {
			t.Fatalf("the shards hold %v, want %v", got, kept)
		}
		if rejected != len(want)-len(kept) || m.Rejected.Rows != int64(rejected) || m.Read.Rows != int64(len(want)) || m.Rows+m.Rejected.Rows != m.Read.Rows {
			t.Fatalf("%d rows were given to Reject; manifest: %d read, %d rejected, %d kept; want %d of %d rejected", rejected, m.Read.Rows,
				m.Rejected.Rows, m.Rows, len(want)-len(kept), len(want))
		}
		if m.Fen+m.Rejected.Fen != m.Read.Fen {
			t.Fatalf("money: %s kept and %s rejected of %s", m.Fen, m.Rejected.Fen, m.Read.Fen)
		}
	})
}

// Without a place for rejects a foreign duplicate is an error, and nothing is left behind.
func TestForeignDuplicate(t *testing.T) {
	dir := t.TempDir()
	var rows []row
	for i := range 20 { // some two of the persons fall into different shards
		rows = append(rows, row{"C1", fmt.Sprint("P", i), 100})
	}
	file := write(t, filepath.Join(dir, "claims.arrow"), rows)
	out := filepath.Join(dir, "out")
	if _, err := Split(t.Context(), []string{file}, out, Options{Shards: 4}); err == nil || !strings.Contains(err.Error(), "C1") {
		t.Fatalf("error %v, want one that names claim C1", err)
	}
	left, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("%s was left behind", left[0].Name())
	}
}

func TestManifestIsHeldAgainstTheFiles(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "claims.arrow"), []row{{"C1", "P1", 100}, {"C2", "P2", 200}, {"C3", "P3", 300}})
	out := filepath.Join(dir, "out")
	m, err := Split(t.Context(), []string{file}, out, Options{Shards: 2})
	if err != nil {
		t.Fatal(err)
	}
	if m.Rows != 3 || m.Fen != 600 || !slices.Equal(m.Groups, []string{"BB11"}) {
		t.Errorf("manifest: %d rows, %s, groups %v; want 3, 6.00, [BB11]", m.Rows, m.Fen, m.Groups)
	}
	if _, err := Split(t.Context(), []string{file}, out, Options{Shards: 2}); err == nil {
		t.Error("a folder of shards was written to again")
	}
	b, err := os.ReadFile(m.Path(0))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.Path(0), append(b, 0), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(out); err == nil {
		t.Error("a longer shard was not noticed")
	}
	b[len(b)-20] ^= 1
	if err := os.WriteFile(m.Path(0), b, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(out); err == nil {
		t.Error("a changed shard was not noticed")
	}
	if err := os.Remove(m.Path(0)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing shard gives %v", err)
	}
}

func TestBadNumbersOfShards(t *testing.T) {
	for _, n := range []int{-1, 0, MaxShards + 1} {
		if _, err := Split(t.Context(), nil, t.TempDir(), Options{Shards: n}); err == nil {
			t.Errorf("%d shards were accepted", n)
		}
	}
}
