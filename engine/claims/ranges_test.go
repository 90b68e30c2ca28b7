package claims

import (
	"os"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// inRanges opens a file to be read in ranges, with all columns or some.
func inRanges(path string, rows int, columns ...Column) (*Ranges, error) {
	set := Columns(columns...)
	if set == 0 {
		set = 1<<NumColumns - 1
	}
	return OpenRanges(path, ReadOptions{Vouched: func([]byte) ColumnSet { return set }}, rows)
}

// gatheredFile writes claims of which each person's stand together, and returns them as they are read.
func gatheredFile(t *testing.T, path string, table *Table, batch int) [][NumColumns]string {
	t.Helper()
	slices.Sort(table.Person.Codes)
	vouch := func(*Table) ([]byte, error) { return []byte("sound"), nil }
	if err := WriteFile(path, table, WriteOptions{BatchRows: batch, Vouch: vouch}); err != nil {
		t.Fatal(err)
	}
	whole, _ := mustRead(t, path, ReadOptions{})
	return cellsOf(whole)
}

// rangeCells reads all ranges on some goroutines and returns the cells in the order of the file.
func rangeCells(t *testing.T, r *Ranges, workers int) ([][NumColumns]string, error) {
	t.Helper()
	parts := make([][][NumColumns]string, r.Len())
	err := parallel.Each(t.Context(), workers, r.Len(), func(i int) error {
		table, err := r.Read(t.Context(), i)
		if err != nil {
			return err
		}
		defer table.Release()
		if starts := table.Starts(); int(starts[len(starts)-1]) != table.Rows {
			t.Errorf("range %d: the last person's rows end at %d of %d", i, starts[len(starts)-1], table.Rows)
		}
		parts[i] = cellsOf(table)
		return table.Err()
	})
	if err == nil {
		err = r.Done()
	}
	return slices.Concat(parts...), err
}

func TestRangesAreTheFile(t *testing.T) {
	for _, batch := range []int{0, 250, 64, 13} {
		path := place(t, "a.arrow")
		want := gatheredFile(t, path, invent(seeded(31), 600), batch)
		_, info := mustRead(t, path, ReadOptions{})
		for _, rows := range []int{1, 37, 500, 5000} {
			r, err := inRanges(path, rows)
			if err != nil {
				t.Fatal(err)
			}
			for _, workers := range []int{1, 8} {
				r.Restart()
				got, err := rangeCells(t, r, workers)
				if err != nil {
					t.Fatalf("batches of %d, ranges of %d: %v", batch, rows, err)
				}
				if !slices.Equal(got, want) {
					t.Errorf("batches of %d, ranges of %d, %d workers: other cells", batch, rows, workers)
				}
				if r.Info().Totals != info.Totals {
					t.Errorf("totals %v, want %v", r.Info().Totals, info.Totals)
				}
			}
			for i := 1; i < r.Len(); i++ {
				if at := r.First(i); want[at][ColPersonID] == want[at-1][ColPersonID] {
					t.Errorf("ranges of %d: the person of row %d is in two", rows, at)
				}
			}
			r.Close()
		}
	}
}

// A person with more rows than a range, or than is looked at in one step, is in one range.
func TestRangesOfOnePerson(t *testing.T) {
	table := invent(seeded(32), 3000)
	for i := range table.Person.Codes {
		table.Person.Codes[i] = 0
		if i < 5 || i > 2900 {
			table.Person.Codes[i] = int32(i) % int32(table.Person.Values.Len())
		}
	}
	path := place(t, "a.arrow")
	want := gatheredFile(t, path, table, 256)
	r, err := inRanges(path, 10)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rangeCells(t, r, 2); err != nil || !slices.Equal(got, want) {
		t.Errorf("other cells: %v", err)
	}
}

// What is not read to the end is not relied on, and neither is what was read of a file that is another one by now.
func TestRangesDone(t *testing.T) {
	path := place(t, "a.arrow")
	gatheredFile(t, path, invent(seeded(33), 500), 0)
	open := func() *Ranges {
		r, err := inRanges(path, 50, ColGross, ColPersonID)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := open()
	if _, err := r.Read(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if r.Done() == nil {
		t.Error("a part of the file passes for the whole")
	}
	r = open()
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	gatheredFile(t, path, invent(seeded(34), 500), 0)
	if _, err := rangeCells(t, r, 1); err == nil {
		t.Error("the file was replaced while it was read: no error")
	}
	r = open()
	if err := os.Truncate(path, r.Info().Bytes/2); err != nil {
		t.Fatal(err)
	}
	if _, err := rangeCells(t, r, 1); err == nil {
		t.Error("the file was truncated while it was read: no error")
	}
}

// TestEveryBitIsGuardedInRanges flips a bit of each fifth byte of a file in turn and reads it in ranges.
func TestEveryBitIsGuardedInRanges(t *testing.T) {
	path := place(t, "a.arrow")
	want := gatheredFile(t, path, invent(seeded(35), 6), 4)
	b := mustBytes(t, path)
	for i := 0; i < len(b); i += 5 {
		bad := slices.Clone(b)
		bad[i] ^= 1 << (i % 8)
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := inRanges(path, 2)
		if err != nil {
			continue
		}
		got, err := rangeCells(t, r, 1)
		r.Close()
		if err == nil && !slices.Equal(got, want) {
			t.Fatalf("byte %d: the damage was not noticed", i)
		}
	}
}
