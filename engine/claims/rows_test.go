package claims

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Rows read one by one are the rows of the whole file, whatever its form.
func TestRowsReadAlone(t *testing.T) {
	dir := t.TempDir()
	want := cellsOf(invent(seeded(3), 500))
	forms := map[string]WriteOptions{"plain.arrow": {}, "batches.arrow": {BatchRows: 64}, "lz4.arrow": {BatchRows: 100, Compression: "lz4"},
		"zstd.arrow": {Compression: "zstd"}, "claims.parquet": {BatchRows: 100}}
	for name, opts := range forms {
		path := filepath.Join(dir, name)
		err := WriteFile(path, invent(seeded(3), 500), opts)
		if filepath.Ext(name) == ".parquet" {
			err = WriteParquet(path, invent(seeded(3), 500), opts.BatchRows)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, noMap := range []bool{false, true} {
			r, err := OpenRows(path, ReadOptions{NoMap: noMap})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			rng := seeded(8)
			for range 30 {
				var rows []int64
				for range rng.IntN(20) {
					rows = append(rows, rng.Int64N(500))
				}
				slices.Sort(rows)
				rows = slices.Compact(rows)
				got, err := r.Read(t.Context(), rows, 0)
				if err != nil {
					t.Fatal(err)
				}
				if got.Rows != len(rows) || got.Person.Values.Len() > len(rows) {
					t.Fatalf("%s: %d rows with %d persons, want %d", name, got.Rows, got.Person.Values.Len(), len(rows))
				}
				cells := cellsOf(got)
				for i, row := range rows {
					if cells[i] != want[row] {
						t.Fatalf("%s: row %d is %v, want %v", name, row, cells[i], want[row])
					}
					if file, n := got.Origin(i); file != path || n != row+1 {
						t.Fatalf("row %d says it is row %d of %s", row+1, n, file)
					}
				}
			}
		}
	}
}

// A bad row is a finding of who asks for it, and of nobody else.
func TestRowsWithBadCells(t *testing.T) {
	for _, compression := range []string{"", "lz4"} {
		table := invent(seeded(4), 50)
		table.Gross[7] = MaxAmount + 1
		path := filepath.Join(t.TempDir(), "claims.arrow")
		if err := WriteFile(path, table, WriteOptions{Compression: compression}); err != nil {
			t.Fatal(err)
		}
		var rejected []int64
		r, err := OpenRows(path, ReadOptions{Reject: func(row RejectedRow) error { rejected = append(rejected, row.Row); return nil }})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		got, err := r.Read(t.Context(), []int64{3, 8}, 0)
		if err != nil || got.Rows != 2 || len(rejected) != 0 {
			t.Fatalf("%d rows, rejected %v (%v); want 2 and none", got.Rows, rejected, err)
		}
		got, err = r.Read(t.Context(), []int64{3, 7, 8}, 0)
		if err != nil || got.Rows != 2 || !slices.Equal(rejected, []int64{8}) || !slices.Equal(got.SourceRow, []int64{4, 9}) {
			t.Fatalf("rows %v, rejected %v (%v); want 4 and 9, and 8", got.SourceRow, rejected, err)
		}
		if r.Info().Rejected != 1 {
			t.Errorf("%d rejected rows are counted, want 1", r.Info().Rejected)
		}
	}
}

func TestRowsThatAreNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "claims.arrow")
	if err := WriteFile(path, invent(seeded(5), 10), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	r, err := OpenRows(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, rows := range [][]int64{{10}, {-1}, {2, 2}, {3, 1}} {
		if _, err := r.Read(t.Context(), rows, 0); err == nil || !strings.Contains(err.Error(), "rows 1 to 10") {
			t.Errorf("rows %v give %v", rows, err)
		}
	}
}

// Damage to the data of a row is noticed when the row is read.
func TestDamagedRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "claims.arrow")
	if err := WriteFile(path, invent(seeded(6), 200), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(b), fmt.Sprintf("C%08d", 100))
	b[at+4] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, noMap := range []bool{false, true} {
		r, err := OpenRows(path, ReadOptions{NoMap: noMap})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, err := r.Read(t.Context(), []int64{100}, 0); err == nil || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("a damaged row gives %v", err)
		}
	}
}
