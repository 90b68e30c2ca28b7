package claims

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// BenchmarkReadFile reads a million claims of every column in each form, and reports claims a second.
func BenchmarkReadFile(b *testing.B) {
	const rows = 1_000_000
	table := invent(seeded(1), rows)
	dir := b.TempDir()
	forms := map[string]func(path string) error{
		"plain":   func(p string) error { return WriteFile(p, table, WriteOptions{}) },
		"batches": func(p string) error { return WriteFile(p, table, WriteOptions{BatchRows: 1 << 16}) },
		"lz4":     func(p string) error { return WriteFile(p, table, WriteOptions{Compression: "lz4"}) },
		"zstd":    func(p string) error { return WriteFile(p, table, WriteOptions{Compression: "zstd"}) },
		"streamed": func(p string) error {
			w, err := NewWriter(p, WriteOptions{BatchRows: 1 << 16})
			if err == nil {
				if err = w.Write(table); err == nil {
					err = w.Close()
				}
			}
			return err
		},
	}
	for _, form := range []string{"plain", "batches", "streamed", "lz4", "zstd"} {
		path := dir + "/" + form
		if err := forms[form](path); err != nil {
			b.Fatal(err)
		}
		st, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		w1 := Columns(ColHospitalID, ColScheme, ColDRGCode, ColGross, ColSettlementDate)
		for _, cols := range []ColumnSet{0, w1} {
			for _, trust := range []bool{false, true} {
				b.Run(fmt.Sprintf("%s/all=%v/trust=%v", form, cols == 0, trust), func(b *testing.B) {
					b.ReportAllocs()
					b.SetBytes(st.Size())
					for b.Loop() {
						t, _, err := ReadFile(context.Background(), path, ReadOptions{Columns: cols, Trust: trust})
						if err != nil {
							b.Fatal(err)
						}
						t.Release()
					}
					b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "claims/s")
				})
			}
		}
	}
}
