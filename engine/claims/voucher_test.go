package claims

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
)

// leanly reads a file whose voucher lets a few columns do.
func leanly(path string) (*Table, *FileInfo, error) {
	return ReadFile(context.Background(), path, ReadOptions{Vouched: func([]byte) ColumnSet { return Columns(ColPersonID, ColGross) }})
}

// leanCells is what a lean table must give of another.
func leanCells(t *Table) (cells []string, err error) {
	for i := range t.Rows {
		cells = append(cells, t.ClaimID.At(i), t.Person.At(i), t.Gross[i].String())
	}
	return cells, t.Err()
}

func TestVoucher(t *testing.T) {
	table := invent(seeded(21), 300)
	path := place(t, "a.arrow")
	write := func(vouch func(*Table) ([]byte, error)) error {
		return WriteFile(path, table, WriteOptions{BatchRows: 64, Vouch: vouch})
	}
	if err := write(nil); err != nil {
		t.Fatal(err)
	}
	plain := mustBytes(t, path)
	if err := write(func(*Table) ([]byte, error) { return nil, nil }); err != nil || !bytes.Equal(mustBytes(t, path), plain) {
		t.Errorf("a file for which nothing is vouched is not one that nobody looked at: %v", err)
	}
	var seen [][NumColumns]string
	if err := write(func(got *Table) ([]byte, error) { seen = cellsOf(got); return []byte("sound"), nil }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(seen, cellsOf(table)) {
		t.Error("what is vouched for is not the table that was written")
	}
	got, info, err := ReadFile(context.Background(), path, ReadOptions{})
	if err != nil || string(info.Voucher) != "sound" || info.Lean || !reflect.DeepEqual(cellsOf(got), seen) {
		t.Errorf("voucher %q, lean %t: %v", info.Voucher, info.Lean, err)
	}
	if _, info, err := ReadFile(context.Background(), path, ReadOptions{Trust: true}); err != nil || info.Voucher != nil {
		t.Errorf("a file that is not verified has the voucher %q: %v", info.Voucher, err)
	}
	fault := errors.New("no")
	if err := write(func(*Table) ([]byte, error) { return nil, fault }); !errors.Is(err, fault) {
		t.Errorf("the error of Vouch became %v", err)
	}
	table.Age[7] = MaxAge + 1
	if err := write(func(*Table) ([]byte, error) {
		t.Error("asked about a file with a bad cell")
		return []byte("sound"), nil
	}); err != nil {
		t.Error(err)
	}
}

func TestLeanTable(t *testing.T) {
	table := invent(seeded(22), 300)
	path := place(t, "a.arrow")
	vouch := WriteOptions{BatchRows: 64, Vouch: func(*Table) ([]byte, error) { return []byte("sound"), nil }}
	if err := WriteFile(path, table, vouch); err != nil {
		t.Fatal(err)
	}
	want, err := leanCells(table)
	if err != nil {
		t.Fatal(err)
	}
	lean, info, err := leanly(path)
	if err != nil {
		t.Fatal(err)
	}
	if !info.Lean || lean.NonCovered != nil || lean.Settlement != nil || lean.ClaimID.Offsets != nil || lean.ClaimID.Len() != table.Rows ||
		lean.Person.Values.Len() != table.Person.Values.Len() {
		t.Errorf("lean %t; columns that were not asked for are there, or the lists of ids have %d and %d texts", info.Lean, lean.ClaimID.Len(), lean.Person.Values.Len())
	}
	if _, all, err := ReadFile(context.Background(), path, ReadOptions{}); err != nil || all.Totals != info.Totals {
		t.Errorf("totals %v, read leanly %v: %v", all.Totals, info.Totals, err)
	}
	if got, err := leanCells(lean); err != nil || !slices.Equal(got, want) {
		t.Errorf("the ids that are read later are not those of the file: %v", err)
	}
	// Ids are not taken from another file.
	if lean, _, err = leanly(path); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, invent(seeded(23), 300), vouch); err != nil {
		t.Fatal(err)
	}
	if err := lean.Err(); err != nil {
		t.Errorf("nobody has asked for an id: %v", err)
	}
	if id := lean.ClaimID.At(0); id != "" || lean.Err() == nil {
		t.Errorf("the id %q was read from another file: %v", id, lean.Err())
	}
}

// TestEveryBitIsGuardedLeanly flips each bit of a file with a voucher in turn and reads it leanly.
func TestEveryBitIsGuardedLeanly(t *testing.T) {
	table := invent(seeded(24), 3)
	small := &Table{Rows: 3, ClaimID: table.ClaimID, Person: table.Person, Hospital: table.Hospital, Scheme: table.Scheme,
		Setting: table.Setting, Settlement: table.Settlement, Gross: table.Gross}
	path := place(t, "a.arrow")
	if err := WriteFile(path, small, WriteOptions{Vouch: func(*Table) ([]byte, error) { return []byte("all is well"), nil }}); err != nil {
		t.Fatal(err)
	}
	want, err := leanCells(small)
	if err != nil {
		t.Fatal(err)
	}
	b := mustBytes(t, path)
	for i := range b {
		bad := slices.Clone(b)
		bad[i] ^= 1 << (i % 8)
		if _, _, err := readBytes(t, path, bad, ReadOptions{Workers: 1, Vouched: func(v []byte) ColumnSet {
			if string(v) != "all is well" {
				t.Fatalf("byte %d: the voucher became %q", i, v)
			}
			return Columns(ColGross)
		}}); err != nil {
			continue
		}
		lean, _, err := leanly(path)
		if err != nil {
			continue
		}
		if got, err := leanCells(lean); err == nil && !slices.Equal(got, want) {
			t.Fatalf("byte %d: the damage was not noticed", i)
		}
	}
}
