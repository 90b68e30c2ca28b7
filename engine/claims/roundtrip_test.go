package claims

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	for _, rows := range []int{0, 1, 7, 1000} {
		want := invent(seeded(uint64(rows)), rows)
		sums, err := want.Totals()
		if err != nil {
			t.Fatal(err)
		}
		for _, compression := range Compressions {
			path := place(t, "a.arrow")
			if err := WriteFile(path, want, WriteOptions{Compression: compression, BatchRows: rows % 67}); err != nil {
				t.Fatal(err)
			}
			for _, opts := range []ReadOptions{{}, {NoMap: true, Workers: 1}, {Trust: true, Workers: 3}} {
				t.Run(fmt.Sprint(rows, compression, opts.NoMap, opts.Trust), func(t *testing.T) {
					got, info := mustRead(t, path, opts)
					same(t, got, want)
					if info.Totals != sums || info.Rows != int64(rows) || info.Verified == opts.Trust || info.Rejected != 0 {
						t.Errorf("info %+v, totals %+v", info, sums)
					}
					got.Release()
				})
			}
		}
	}
}

func TestStreamingWriter(t *testing.T) {
	for _, code := range []bool{false, true} {
		path := place(t, "a.arrow")
		w, err := NewWriter(path, WriteOptions{CodePersons: code, Compression: "lz4"})
		if err != nil {
			t.Fatal(err)
		}
		var parts []*Table
		for i := range 5 {
			p := invent(seeded(uint64(i)), 100*i+1)
			// The second value of the first table is the third of the others: every table has a numbering of its own.
			p.Group.Values = Text{}
			for k := range 100 {
				p.Group.Values.Append(fmt.Sprintf("G%d", (k+i)%100))
			}
			parts = append(parts, p)
			if err := w.Write(p); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		want, err := Concat(parts)
		if err != nil {
			t.Fatal(err)
		}
		got, info := mustRead(t, path, ReadOptions{})
		same(t, got, want)
		if !info.Verified || info.Batches != 5 || info.Format != "Arrow IPC file" {
			t.Errorf("info %+v", info)
		}
	}
}

func TestSameBytes(t *testing.T) {
	dir := t.TempDir()
	table := invent(seeded(3), 5000)
	for _, compression := range Compressions {
		var first []byte
		for i := range 3 {
			path := filepath.Join(dir, fmt.Sprint(compression, i))
			if err := WriteFile(path, table, WriteOptions{Compression: compression}); err != nil {
				t.Fatal(err)
			}
			if b := mustBytes(t, path); i == 0 {
				first = b
			} else if !bytes.Equal(b, first) {
				t.Errorf("%s: the bytes differ from run to run", compression)
			}
		}
	}
}

func TestColumnsAskedFor(t *testing.T) {
	path := place(t, "a.arrow")
	want := invent(seeded(4), 300)
	if err := WriteFile(path, want, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	got, info := mustRead(t, path, ReadOptions{Columns: Columns(ColGross, ColSetting, ColHospitalID)})
	for c := range NumColumns {
		asked := c == ColGross || c == ColSetting || c == ColHospitalID
		if got.Present(c) != asked {
			t.Errorf("column %s: present %v, asked for %v", Schema[c].Name, got.Present(c), asked)
		}
		if !info.Columns.Has(c) {
			t.Errorf("column %s: the file has it", Schema[c].Name)
		}
	}
	if !reflect.DeepEqual(got.Gross, want.Gross) {
		t.Error("gross differs")
	}
}

func TestScanIsReadInParts(t *testing.T) {
	want := invent(seeded(5), 3000)
	for _, o := range []WriteOptions{{}, {BatchRows: 77}, {Compression: "zstd", BatchRows: 500}} {
		path := place(t, "a.arrow")
		if err := WriteFile(path, want, o); err != nil {
			t.Fatal(err)
		}
		for _, rows := range []int{1, 64, 1000, 5000} {
			var parts []*Table
			info, err := ScanFile(context.Background(), path, ReadOptions{}, rows, func(p *Table) error {
				for i := range p.Rows {
					file, row := p.Origin(i)
					if want := p.ClaimID.At(i); file != path || fmt.Sprintf("C%08d", row-1) != want {
						t.Fatalf("row %d of %s is not that of claim %s", row, file, want)
					}
				}
				parts = append(parts, p)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := Concat(parts)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
			sums, _ := want.Totals()
			if info.Totals != sums {
				t.Errorf("totals %+v, want %+v", info.Totals, sums)
			}
		}
		stop := errors.New("stop")
		if _, err := ScanFile(context.Background(), path, ReadOptions{}, 100, func(*Table) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
	}
}

func TestParquetIsEqual(t *testing.T) {
	dir := t.TempDir()
	want := invent(seeded(6), 1000)
	path := filepath.Join(dir, "a.parquet")
	if err := WriteParquet(path, want, 300); err != nil {
		t.Fatal(err)
	}
	got, info := mustRead(t, path, ReadOptions{})
	same(t, got, want)
	if info.Format != "Parquet" || info.Verified || info.Batches != 4 {
		t.Errorf("info %+v", info)
	}
	var parts []*Table
	if _, err := ScanFile(context.Background(), path, ReadOptions{}, 350, func(p *Table) error {
		parts = append(parts, p)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := Concat(parts); err != nil || len(parts) != 4 {
		t.Errorf("%d parts, %v", len(parts), err)
	} else {
		same(t, got, want)
	}
}

func TestSelectSliceConcat(t *testing.T) {
	all := invent(seeded(7), 100)
	a, b := all.Slice(0, 40), all.Slice(40, 100)
	got, err := Concat([]*Table{a, b})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, all)
	if _, row := got.Origin(70); row != 71 {
		t.Errorf("row 71 came from row %d", row)
	}
	picked := all.Select([]int32{99, 0, 40})
	if picked.ClaimID.At(1) != "C00000000" || picked.Gross[2] != all.Gross[40] || picked.Person.At(0) != all.Person.At(99) {
		t.Error("the wrong rows were selected")
	}
	if _, row := picked.Origin(0); row != 100 {
		t.Errorf("row 100 came from row %d", row)
	}
	// A slice of a file that was cut up is written as a file of its own.
	path := place(t, "b.arrow")
	if err := WriteFile(path, b, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	back, _ := mustRead(t, path, ReadOptions{})
	same(t, back, b)
	// Optional columns that only one part has are filled up; required ones are not.
	short := all.Slice(0, 40)
	short.FirstPay, short.HasFirstPay, short.Age, short.Place = nil, nil, nil, nil
	short.Group = Coded{}
	if got, err = Concat([]*Table{short, b}); err != nil {
		t.Fatal(err)
	}
	if got.given(ColFirstPay, 3) || got.Age[3] != AgeUnknown || got.Place[3] != Local || got.Group.At(3) != "" {
		t.Error("absent columns were not filled up")
	}
	if got.FirstPay[50] != all.FirstPay[50] || got.Group.At(50) != all.Group.At(50) {
		t.Error("columns were moved")
	}
	short.Gross = nil
	if _, err = Concat([]*Table{short, b}); err == nil {
		t.Error("a part without gross was taken")
	}
}

func TestWriterLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.arrow")
	table := invent(seeded(8), 10)
	w, err := NewWriter(path, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(table); err != nil {
		t.Fatal(err)
	}
	other := *table
	other.Age = nil
	if err := w.Write(&other); err == nil {
		t.Error("a table with other columns was taken")
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	table.Settlement[4] = NoDate
	if err := WriteFile(path, table, WriteOptions{}); err == nil {
		t.Error("a row without a date was taken")
	} else if want := `row 5: column "settlement_date" is empty`; !bytes.Contains([]byte(err.Error()), []byte(want)) {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := NewWriter(path, WriteOptions{Compression: "zst"}); err == nil ||
		!bytes.Contains([]byte(err.Error()), []byte(`nearest is "zstd"`)) {
		t.Errorf("got %v", err)
	}
	if es, _ := os.ReadDir(dir); len(es) != 0 {
		t.Errorf("left behind: %v", es)
	}
}
