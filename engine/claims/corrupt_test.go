package claims

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	arrowipc "github.com/apache/arrow/go/v17/arrow/ipc"
)

// foreignFiles are files of other programs, as bytes.
func foreignFiles(t testing.TB) map[string][]byte {
	p, b := arrow.PrimitiveTypes, arrow.BinaryTypes
	rec := recordOf(t, with(
		column{"person_id", dictOf(p.Int16, b.String), `["p1", null, "p1"]`},
		column{"hospital_id", b.StringView, `["h", "a hospital with a long name", "h"]`},
		column{"drg_code", b.LargeString, `["FR13", null, "0000"]`},
		column{"first_pay", &arrow.Decimal128Type{Precision: 18, Scale: 2}, `["1.00", null, "2.50"]`},
		column{"category_b", p.Float64, `[1.25, 2.5, null]`},
		column{"retired", arrow.FixedWidthTypes.Boolean, `[true, null, false]`},
		column{"age", p.Int32, `[1, null, 3]`},
		column{"other", arrow.ListOf(b.StringView), `[["x"], null, []]`}))
	recs := []arrow.Record{rec, rec.NewSlice(1, 3), rec}
	return map[string][]byte{
		"file":        mustBytes(t, ipcFile(t, false, recs)),
		"file lz4":    mustBytes(t, ipcFile(t, false, recs, arrowipc.WithLZ4())),
		"stream":      mustBytes(t, ipcFile(t, true, recs)),
		"stream zstd": mustBytes(t, ipcFile(t, true, recs, arrowipc.WithZstd())),
	}
}

func ourFiles(t testing.TB) map[string][]byte {
	out := map[string][]byte{}
	vouch := func(*Table) ([]byte, error) { return []byte("sound"), nil }
	for _, o := range []WriteOptions{{}, {Compression: "lz4", BatchRows: 20}, {Compression: "zstd", Vouch: vouch}} {
		path := place(t, "a.arrow")
		if err := WriteFile(path, invent(seeded(11), 50), o); err != nil {
			t.Fatal(err)
		}
		out["ours "+o.Compression] = mustBytes(t, path)
	}
	return out
}

// readBytes reads a file's bytes, with everything rejected that can be, and returns what it took in memory.
func readBytes(t testing.TB, path string, b []byte, opts ReadOptions) (*Table, uint64, error) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	opts.Reject = func(RejectedRow) error { return nil }
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, _, err := ReadFile(context.Background(), path, opts)
	runtime.ReadMemStats(&after)
	return got, after.TotalAlloc - before.TotalAlloc, err
}

// damage changes some bytes: single bits, whole bytes, or words that look like lengths.
func damage(rng *rand.Rand, b []byte) []byte {
	b = slices.Clone(b)
	switch rng.IntN(4) {
	case 0:
		b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
	case 1:
		for range 1 + rng.IntN(10) {
			b[rng.IntN(len(b))] = byte(rng.Uint32())
		}
	case 2:
		at := rng.IntN(len(b)-8) &^ 3
		v := []uint64{0, 1, 1 << 20, 1<<31 - 1, 1 << 31, 1<<63 - 1, ^uint64(0), uint64(len(b))}[rng.IntN(8)]
		if rng.IntN(2) == 0 {
			binary.LittleEndian.PutUint32(b[at:], uint32(v))
		} else {
			binary.LittleEndian.PutUint64(b[at:], v)
		}
	default:
		lo := rng.IntN(len(b))
		copy(b[lo:], b[rng.IntN(len(b)):])
	}
	return b
}

// TestDamagedFiles reads files that were damaged at random. What comes out may be an error or a table, but never a panic,
// a hang, or a large allocation; and of our own files never a wrong table.
func TestDamagedFiles(t *testing.T) {
	const tries = 200
	// The reader's pools and tables take some memory whatever is read; a corrupt length asks for far more than this.
	const most = 160 << 20
	files := foreignFiles(t)
	ours := ourFiles(t)
	for name, b := range ours {
		files[name] = b
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			path := place(t, "damaged")
			want, _, err := readBytes(t, path, b, ReadOptions{NoMap: true})
			if err != nil {
				t.Fatal(err)
			}
			wanted := cellsOf(want)
			rng := seeded(uint64(len(b)))
			failed := 0
			for i := range tries {
				bad := damage(rng, b)
				got, took, err := readBytes(t, path, bad, ReadOptions{NoMap: i%2 == 0, Workers: 1 + i%2})
				if took > most {
					t.Fatalf("try %d took %d bytes of memory for a file of %d", i, took, len(b))
				}
				if err != nil {
					failed++
					continue
				}
				if _, own := ours[name]; own && !reflect.DeepEqual(cellsOf(got), wanted) {
					var at []int
					for k := range b {
						if b[k] != bad[k] {
							at = append(at, k)
						}
					}
					t.Fatalf("try %d: damage was not noticed: %d bytes from %d to %d of %d", i, len(at), at[0], at[len(at)-1], len(b))
				}
				got.Release()
			}
			if failed == 0 {
				t.Error("no damage was noticed")
			}
			t.Logf("%d of %d were errors", failed, tries)
			for i := range 60 {
				if _, _, err := readBytes(t, path, b[:len(b)*i/60], ReadOptions{}); err == nil {
					t.Fatalf("%d of %d bytes were read as a whole file", len(b)*i/60, len(b))
				}
			}
			if _, _, err := readBytes(t, path, b[:len(b)-1], ReadOptions{}); err == nil {
				t.Fatal("a file without its last byte was read")
			}
		})
	}
}

// TestDamagedParquet does the same with Parquet, which another program's code reads.
func TestDamagedParquet(t *testing.T) {
	path := place(t, "a.parquet")
	if err := WriteParquet(path, invent(seeded(2), 60), 20); err != nil {
		t.Fatal(err)
	}
	b := mustBytes(t, path)
	rng := seeded(5)
	for i := range 60 {
		if _, took, err := readBytes(t, path, damage(rng, b), ReadOptions{}); took > 300<<20 {
			t.Fatalf("try %d took %d bytes of memory for a file of %d: %v", i, took, len(b), err)
		}
	}
	if _, _, err := readBytes(t, path, b[:len(b)/2], ReadOptions{}); err == nil {
		t.Error("half a file was read")
	}
}

// TestEveryBitIsGuarded flips each bit of a file of ours in turn.
func TestEveryBitIsGuarded(t *testing.T) {
	table := invent(seeded(12), 3).Slice(0, 3)
	small := &Table{Rows: 3, ClaimID: table.ClaimID, Person: table.Person, Hospital: table.Hospital, Scheme: table.Scheme,
		Setting: table.Setting, Settlement: table.Settlement, Gross: table.Gross, FirstPay: table.FirstPay, HasFirstPay: []bool{true, false, true}}
	path := place(t, "a.arrow")
	if err := WriteFile(path, small, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	b := mustBytes(t, path)
	want := cellsOf(small)
	if _, _, err := readBytes(t, path, b, ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	missed := 0
	for i := range b {
		bad := slices.Clone(b)
		bad[i] ^= 1 << (i % 8)
		got, _, err := readBytes(t, path, bad, ReadOptions{NoMap: true, Workers: 1})
		if err != nil {
			continue
		}
		missed++
		if !reflect.DeepEqual(cellsOf(got), want) {
			t.Fatalf("byte %d: the damage was not noticed", i)
		}
	}
	t.Logf("%d of %d bytes mean nothing", missed, len(b))
}

// TestLyingRows has a file claim rows that it does not hold, for memory that is booked by rows.
func TestLyingRows(t *testing.T) {
	for name, b := range foreignFiles(t) {
		path := place(t, "lying")
		refused := 0
		for at := 0; at+8 <= len(b); at += 8 {
			if binary.LittleEndian.Uint64(b[at:]) != 3 { // the rows of two batches, and of their columns
				continue
			}
			bad := slices.Clone(b)
			for k := at; k+8 <= min(at+1200, len(b)); k += 8 {
				if binary.LittleEndian.Uint64(bad[k:]) == 3 {
					binary.LittleEndian.PutUint64(bad[k:], 1<<37)
				}
			}
			_, took, err := readBytes(t, path, bad, ReadOptions{NoMap: true})
			if took > 160<<20 {
				t.Fatalf("%s: from byte %d on: %d bytes of memory, %v", name, at, took, err)
			}
			if err != nil {
				refused++
			}
		}
		if refused < 2 {
			t.Errorf("%s: %d lies were refused", name, refused)
		}
	}
}

// FuzzReadIPC reads any bytes at all.
func FuzzReadIPC(f *testing.F) {
	for _, files := range []map[string][]byte{foreignFiles(f), ourFiles(f)} {
		for _, b := range files {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 4 && string(b[:4]) == "PAR1" {
			return // read by another program's code
		}
		got, took, err := readBytes(t, place(t, "fuzzed"), b, ReadOptions{NoMap: true, Workers: 1})
		if took > 160<<20+200*uint64(len(b)) {
			t.Fatalf("%d bytes of memory for a file of %d", took, len(b))
		}
		if err == nil {
			cellsOf(got) // every cell must be there
		}
	})
}

// TestTextsBeyondTheirBuffer: offsets that rise and lead out of the file are an error, also where they sum to nothing.
func TestTextsBeyondTheirBuffer(t *testing.T) {
	rec := recordOf(t, with(column{"claim_id", arrow.BinaryTypes.LargeString, `["a1", "b2", "c3"]`}))
	b := mustBytes(t, ipcFile(t, false, []arrow.Record{rec, rec, rec, rec}))
	var offsets, beyond []byte
	for i, o := range []uint64{0, 2, 4, 6} {
		offsets = binary.LittleEndian.AppendUint64(offsets, o)
		if i == 3 {
			o = 1 << 62
		}
		beyond = binary.LittleEndian.AppendUint64(beyond, o)
	}
	if n := bytes.Count(b, offsets); n != 4 {
		t.Fatalf("the offsets stand there %d times, want 4", n)
	}
	for _, opts := range []ReadOptions{{}, {NoMap: true}, {Workers: 1}} {
		if _, _, err := readBytes(t, place(t, "beyond"), bytes.ReplaceAll(b, offsets, beyond), opts); err == nil || !strings.Contains(err.Error(), `column "claim_id"`) {
			t.Errorf("texts beyond their buffer give %v", err)
		}
	}
}
