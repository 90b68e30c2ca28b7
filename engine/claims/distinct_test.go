package claims

import (
	"fmt"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"pgregory.net/rapid"
)

// TestHashTable holds the table against a map.
func TestHashTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringN(0, 3, 6)).Draw(t, "words")
		table := newHashTable(rapid.IntRange(0, 9).Draw(t, "room"))
		known := map[string]int32{}
		for _, w := range words {
			want, ok := known[w]
			if !ok {
				want = int32(len(known))
				known[w] = want
			}
			// One hash in three collides with every other.
			h := halfHash([]byte(w))
			if len(w)%3 == 0 {
				h = 7
			}
			if got, fresh := table.code(h, []byte(w)); got != want || fresh == ok {
				t.Fatalf("%q has number %d (new: %v), want %d", w, got, fresh, want)
			}
		}
		for w, k := range known {
			if got := table.values.At(int(k)); got != w {
				t.Fatalf("number %d is %q, want %q", k, got, w)
			}
		}
	})
}

// TestManyPersons codes so many different ids that the rows are parted by hash; the numbers must be those of the first
// rows all the same.
func TestManyPersons(t *testing.T) {
	const rows = manyRows + 12345
	rng := seeded(13)
	ids := array.NewInt64Builder(memory.DefaultAllocator)
	names := array.NewStringBuilder(memory.DefaultAllocator)
	filler := map[string]arrow.Array{}
	for i := range rows {
		k := rng.Int64N(rows / 3)
		if i == 5 || i == rows-1 {
			ids.AppendNull()
			names.AppendNull()
			continue
		}
		ids.Append(k * 1_000_003)
		names.Append(fmt.Sprintf("person-%08d", k))
	}
	constant := func(v string) arrow.Array {
		if filler[v] == nil {
			b := array.NewStringBuilder(memory.DefaultAllocator)
			for range rows {
				b.Append(v)
			}
			filler[v] = b.NewArray()
		}
		return filler[v]
	}
	gross := array.NewInt64Builder(memory.DefaultAllocator)
	gross.AppendValues(make([]int64, rows), nil)
	days := array.NewDate32Builder(memory.DefaultAllocator)
	days.AppendValues(make([]arrow.Date32, rows), nil)
	amounts, dates := gross.NewArray(), days.NewArray()
	for name, persons := range map[string]arrow.Array{"text": names.NewArray(), "number": ids.NewArray()} {
		cols := []arrow.Array{constant("c"), persons, constant("h"), constant("s"), constant("inpatient"), dates, amounts}
		var fields []arrow.Field
		for i, n := range []string{"claim_id", "person_id", "hospital_id", "scheme", "setting", "settlement_date", "gross"} {
			fields = append(fields, arrow.Field{Name: n, Type: cols[i].DataType(), Nullable: true})
		}
		rec := array.NewRecord(arrow.NewSchema(fields, nil), cols, rows)
		path := ipcFile(t, false, []arrow.Record{rec.NewSlice(0, 1000), rec.NewSlice(1000, rows)})
		for _, workers := range []int{1, 3} {
			var rejected []int64
			got, _ := mustRead(t, path, ReadOptions{Columns: Columns(ColPersonID), Workers: workers, Reject: func(r RejectedRow) error {
				rejected = append(rejected, r.Row)
				return nil
			}})
			if !slices.Equal(rejected, []int64{6, rows}) {
				t.Fatalf("%s: rejected %v", name, rejected)
			}
			next := int32(0)
			for i, c := range got.Person.Codes {
				if c > next {
					t.Fatalf("%s: row %d has number %d before %d", name, i+1, c, next)
				}
				if c == next {
					next++
				}
				if want := persons.ValueStr(int(got.SourceRow[i]) - 1); got.Person.At(i) != want {
					t.Fatalf("%s: row %d is %q, want %q", name, i+1, got.Person.At(i), want)
				}
			}
			if int(next) != got.Person.Values.Len() {
				t.Fatalf("%s: %d numbers for %d values", name, next, got.Person.Values.Len())
			}
		}
	}
}
