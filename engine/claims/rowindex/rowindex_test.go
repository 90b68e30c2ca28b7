package rowindex

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
)

// write writes claims of the given persons, with ids C0, C1 and so on, to a file.
func write(t testing.TB, path string, persons []string, opts claims.WriteOptions) string {
	t.Helper()
	table := &claims.Table{Rows: len(persons), Setting: make([]claims.Setting, len(persons))}
	codes := map[string]int32{}
	for i, p := range persons {
		table.ClaimID.Append(fmt.Sprint("C", i))
		code, ok := codes[p]
		if !ok {
			code = int32(len(codes))
			codes[p] = code
			table.Person.Values.Append(p)
		}
		table.Person.Codes = append(table.Person.Codes, code)
		table.Hospital.Codes, table.Scheme.Codes = append(table.Hospital.Codes, 0), append(table.Scheme.Codes, 0)
		table.Settlement, table.Gross = append(table.Settlement, claims.DateOf(2026, 1, 1)), append(table.Gross, 100)
	}
	table.Hospital.Values.Append("H1")
	table.Scheme.Values.Append("employee")
	err := claims.WriteFile(path, table, opts)
	if filepath.Ext(path) == ".parquet" {
		err = claims.WriteParquet(path, table, opts.BatchRows)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func build(t testing.TB, file string) *Index {
	t.Helper()
	if _, err := Build(context.Background(), file, Options{}); err != nil {
		t.Fatal(err)
	}
	x, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestFind(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "claims.arrow"), []string{"P1", "P2", "P1"}, claims.WriteOptions{})
	x := build(t, file)
	for _, c := range []struct {
		find func(string) ([]int64, error)
		id   string
		want []int64
	}{
		{x.Claim, "C0", []int64{0}}, {x.Claim, "C2", []int64{2}}, {x.Claim, "C3", nil}, {x.Claim, "P1", nil}, {x.Claim, "", nil},
		{x.Person, "P1", []int64{0, 2}}, {x.Person, "P2", []int64{1}}, {x.Person, "C0", nil},
	} {
		got, err := c.find(c.id)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q is in rows %v (%v), want %v", c.id, got, err, c.want)
		}
	}
	if x.Rows() != 3 {
		t.Errorf("%d rows, want 3", x.Rows())
	}
}

// Every person's rows come back, whatever the file's form, and whether the records went through temporary files or not.
func TestAllRowsAreFound(t *testing.T) {
	dir := t.TempDir()
	defer func(n int) { inMemory = n }(inMemory)
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 1))
		inMemory = []int{4 << 20, 10}[seed%2]
		persons := make([]string, 1+rng.IntN(300))
		for i := range persons {
			persons[i] = fmt.Sprint("P", rng.IntN(100))
		}
		opts := claims.WriteOptions{BatchRows: []int{0, 64}[seed/2%2], Compression: []string{"", "lz4"}[seed/4%2]}
		x := build(t, write(t, filepath.Join(dir, "claims.arrow"), persons, opts))
		of := map[string][]int64{}
		for i, p := range persons {
			of[p] = append(of[p], int64(i))
			if got, err := x.Claim(fmt.Sprint("C", i)); err != nil || !slices.Equal(got, []int64{int64(i)}) {
				t.Fatalf("C%d is in rows %v (%v)", i, got, err)
			}
		}
		for p, want := range of {
			if got, err := x.Person(p); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s is in rows %v (%v), want %v", p, got, err, want)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v was left behind (%v)", left, err)
	}
}

func TestStaleIndexIsRefused(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "claims.arrow"), []string{"P1", "P2", "P1"}, claims.WriteOptions{})
	x := build(t, file)
	write(t, file, []string{"P1", "P2", "P3"}, claims.WriteOptions{}) // of the same size
	if err := x.Check(); err == nil || !strings.Contains(err.Error(), "has changed since the index was built") {
		t.Errorf("another content gives %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := x.Check(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	if _, err := Open(filepath.Join(dir, "other.arrow")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing index gives %v", err)
	}
}

// A file of another program is known by the time of its last change too; one of this program is not, so that copies keep
// their index.
func TestTimeOfChange(t *testing.T) {
	for _, kind := range []string{"claims.arrow", "claims.parquet"} {
		file := write(t, filepath.Join(t.TempDir(), kind), []string{"P1", "P2"}, claims.WriteOptions{})
		x := build(t, file)
		if err := os.Chtimes(file, time.Time{}, time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if err := x.Check(); (err == nil) != strings.HasSuffix(kind, ".arrow") {
			t.Errorf("%s, touched: %v", kind, err)
		}
	}
}

// Damage anywhere in an index is an error or leaves the answers right.
func TestDamageIsNoticed(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "claims.arrow"), []string{"P1", "P2", "P1"}, claims.WriteOptions{})
	build(t, file)
	whole, err := os.ReadFile(PathOf(file))
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += 5 {
		b := slices.Clone(whole)
		b[at] ^= 4
		hold(t, file, b)
	}
	for n := 0; n < len(whole); n += 11 {
		hold(t, file, whole[:n])
	}
}

// hold asks an index of the three claims that may be damaged.
func hold(t *testing.T, file string, index []byte) {
	t.Helper()
	if err := os.WriteFile(PathOf(file), index, 0o644); err != nil {
		t.Fatal(err)
	}
	x, err := Open(file)
	if err != nil {
		return
	}
	defer x.Close()
	claim, errClaim := x.Claim("C1")
	person, errPerson := x.Person("P1")
	if (errClaim == nil && !slices.Equal(claim, []int64{1})) || (errPerson == nil && !slices.Equal(person, []int64{0, 2})) {
		t.Fatalf("an index of %d bytes gives rows %v and %v", len(index), claim, person)
	}
}

// FuzzOpen reads anything as an index: it must answer or refuse, and name rows of the file only.
func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	file := write(f, filepath.Join(dir, "claims.arrow"), []string{"P1", "P2", "P1"}, claims.WriteOptions{})
	build(f, file)
	whole, err := os.ReadFile(PathOf(file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("DRGSIMIX"))
	other := filepath.Join(dir, "fuzzed.arrow")
	f.Fuzz(func(t *testing.T, index []byte) {
		if err := os.WriteFile(PathOf(other), index, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := Open(other)
		if err != nil {
			return
		}
		defer x.Close()
		for i := range 64 {
			rows, err := x.Claim(fmt.Sprint("C", i))
			if err == nil && len(rows) > 0 && (rows[0] < 0 || rows[len(rows)-1] >= x.Rows()) {
				t.Fatalf("rows %v of %d", rows, x.Rows())
			}
		}
	})
}
