package claims

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	arrowipc "github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// column is a column as another program would write it: JSON texts of the cells, null for absent ones.
type column struct {
	name  string
	typ   arrow.DataType
	cells string
}

// basic are the required columns of three claims, in the types that are read fastest.
func basic() []column {
	return []column{
		{"claim_id", arrow.BinaryTypes.String, `["a", "b", "c"]`},
		{"person_id", arrow.BinaryTypes.String, `["p1", "p2", "p1"]`},
		{"hospital_id", arrow.BinaryTypes.String, `["h", "h", "h"]`},
		{"scheme", arrow.BinaryTypes.String, `["employee", "resident", "employee"]`},
		{"setting", arrow.BinaryTypes.String, `["inpatient", "chronic", "bedday"]`},
		{"settlement_date", arrow.FixedWidthTypes.Date32, `[20454, 20455, 20456]`},
		{"gross", arrow.PrimitiveTypes.Int64, `[100, 200, -300]`},
	}
}

// with replaces or adds columns.
func with(more ...column) []column {
	cols := basic()
	for _, m := range more {
		if i := slices.IndexFunc(cols, func(c column) bool { return c.name == m.name }); i >= 0 {
			cols[i] = m
		} else {
			cols = append(cols, m)
		}
	}
	return cols
}

func recordOf(t testing.TB, cols []column) arrow.Record {
	t.Helper()
	var fields []arrow.Field
	var arrays []arrow.Array
	for _, c := range cols {
		arr, _, err := array.FromJSON(memory.DefaultAllocator, c.typ, strings.NewReader(c.cells), array.WithUseNumber())
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		fields, arrays = append(fields, arrow.Field{Name: c.name, Type: c.typ, Nullable: true}), append(arrays, arr)
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(arrays[0].Len()))
}

// ipcFile writes records with Arrow's own writer, as a file or a stream.
func ipcFile(t testing.TB, stream bool, recs []arrow.Record, opts ...arrowipc.Option) string {
	t.Helper()
	path := place(t, "foreign.arrow")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	opts = append(opts, arrowipc.WithSchema(recs[0].Schema()))
	type writer interface {
		Write(arrow.Record) error
		Close() error
	}
	var w writer
	if stream {
		w = arrowipc.NewWriter(f, opts...)
	} else if w, err = arrowipc.NewFileWriter(f, opts...); err != nil {
		t.Fatal(err)
	}
	for _, r := range recs {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func dictOf(index, value arrow.DataType) arrow.DataType {
	return &arrow.DictionaryType{IndexType: index, ValueType: value}
}

// TestAcceptedTypes reads one column in every type that it may have; the wanted texts are written by hand.
func TestAcceptedTypes(t *testing.T) {
	p, f, b := arrow.PrimitiveTypes, arrow.FixedWidthTypes, arrow.BinaryTypes
	texts := `["p1", "p2", "p1"]`
	tests := []struct {
		name  string
		types []arrow.DataType
		cells string
		want  string
	}{
		{"person_id", []arrow.DataType{b.String, b.LargeString, b.StringView,
			dictOf(p.Int8, b.String), dictOf(p.Uint8, b.String), dictOf(p.Int16, b.String), dictOf(p.Uint16, b.String),
			dictOf(p.Int32, b.String), dictOf(p.Uint32, b.String), dictOf(p.Int64, b.String),
			dictOf(p.Uint64, b.String)}, texts, "p1 p2 p1"},
		{"person_id", []arrow.DataType{b.StringView}, `["a longer name than fits", "p2", "another long name, a third"]`,
			"a longer name than fits p2 another long name, a third"},
		{"person_id", []arrow.DataType{p.Int8, p.Uint8, p.Int16, p.Uint16, p.Int32, p.Uint32, p.Int64, p.Uint64}, `[7, 120, 7]`, "7 120 7"},
		{"person_id", []arrow.DataType{p.Int16, p.Int64}, `[-7, 120, -7]`, "-7 120 -7"},
		{"claim_id", []arrow.DataType{b.String, b.LargeString, b.StringView, dictOf(p.Int32, b.String)}, `["x", "y", "z"]`, "x y z"},
		{"claim_id", []arrow.DataType{p.Int32, p.Uint64}, `[10, 11, 12]`, "10 11 12"},
		{"reverses", []arrow.DataType{b.String, b.LargeString, dictOf(p.Int8, b.String)}, `["a", null, "b"]`, "a  b"},
		{"drg_code", []arrow.DataType{b.String, b.LargeString, dictOf(p.Int8, b.String), dictOf(p.Int32, b.String)},
			`["0000", null, ""]`, "0000  "},
		{"setting", []arrow.DataType{b.String, b.LargeString, b.StringView, dictOf(p.Int8, b.String), dictOf(p.Uint32, b.String)},
			`["bedday", "inpatient", "internet"]`, "bedday inpatient internet"},
		{"place", []arrow.DataType{b.String, dictOf(p.Int8, b.String)}, `[null, "", "out_of_province"]`, "local local out_of_province"},
		{"gross", []arrow.DataType{p.Int8, p.Uint8, p.Int16, p.Uint16, p.Int32, p.Uint32, p.Int64, p.Uint64}, `[1, 0, 120]`, "0.01 0.00 1.20"},
		{"gross", []arrow.DataType{p.Float64}, `[1.23, -0.01, 9876543210.12]`, "1.23 -0.01 9876543210.12"},
		{"gross", []arrow.DataType{p.Float32}, `[1.5, -0.25, 1024.75]`, "1.50 -0.25 1024.75"},
		{"gross", []arrow.DataType{&arrow.Decimal128Type{Precision: 18, Scale: 2}, &arrow.Decimal128Type{Precision: 38, Scale: 6},
			&arrow.Decimal128Type{Precision: 38, Scale: 20}}, `["1.23", "-0.01", "9876543210.99"]`, "1.23 -0.01 9876543210.99"},
		{"gross", []arrow.DataType{&arrow.Decimal128Type{Precision: 18, Scale: 0}, &arrow.Decimal128Type{Precision: 18, Scale: 1}},
			`["1", "-2", "3"]`, "1.00 -2.00 3.00"},
		{"first_pay", []arrow.DataType{p.Int64, p.Float64}, `[0, null, 0]`, "0.00 none 0.00"},
		{"category_b", []arrow.DataType{p.Int64, &arrow.Decimal128Type{Precision: 9, Scale: 2}}, `[null, null, null]`, "0.00 0.00 0.00"},
		{"category_b", []arrow.DataType{arrow.Null}, `[null, null, null]`, "- - -"},
		{"settlement_date", []arrow.DataType{f.Date32}, `["2026-03-15", "1969-12-31", "2000-02-29"]`, "2026-03-15 1969-12-31 2000-02-29"},
		{"settlement_date", []arrow.DataType{f.Date64, f.Timestamp_s, f.Timestamp_ms, f.Timestamp_us, f.Timestamp_ns, &arrow.TimestampType{Unit: arrow.Second}},
			`["2026-03-15", "1969-12-31", "2000-02-29"]`, "2026-03-15 1969-12-31 2000-02-29"},
		{"admission_date", []arrow.DataType{f.Date32, f.Timestamp_us}, `["2026-03-15", null, null]`, "2026-03-15  "},
		{"age", []arrow.DataType{p.Int8, p.Uint8, p.Int16, p.Int32, p.Uint64}, `[0, null, 120]`, "0 -1 120"},
		{"retired", []arrow.DataType{f.Boolean}, `[true, null, false]`, "true false false"},
	}
	for _, tt := range tests {
		c, _ := ColumnOf(tt.name)
		for _, typ := range tt.types {
			t.Run(tt.name+" "+typ.String(), func(t *testing.T) {
				rec := recordOf(t, with(column{tt.name, typ, tt.cells}))
				check := func(path string, opts ReadOptions) {
					t.Helper()
					got, _ := mustRead(t, path, opts)
					var texts []string
					for i := range got.Rows {
						texts = append(texts, cellOf(got, c, i))
					}
					if s := strings.Join(texts, " "); s != tt.want {
						t.Errorf("got %q, want %q", s, tt.want)
					}
				}
				file := ipcFile(t, false, []arrow.Record{rec})
				check(file, ReadOptions{})
				check(file, ReadOptions{NoMap: true})
				check(ipcFile(t, false, []arrow.Record{rec}, arrowipc.WithLZ4()), ReadOptions{})
				check(ipcFile(t, true, []arrow.Record{rec}, arrowipc.WithZstd()), ReadOptions{})
				check(ipcFile(t, true, []arrow.Record{rec}), ReadOptions{})
			})
		}
	}
}

// TestRejectedCells reads columns of which the last cell is bad.
func TestRejectedCells(t *testing.T) {
	p, f, b := arrow.PrimitiveTypes, arrow.FixedWidthTypes, arrow.BinaryTypes
	tests := []struct {
		column
		code, message string
	}{
		{column{"claim_id", b.String, `["a", "b", ""]`}, CodeBlank, "is empty; a value is required"},
		{column{"claim_id", b.LargeString, `["a", "b", null]`}, CodeBlank, "is empty; a value is required"},
		{column{"claim_id", b.String, `["a", "b", "` + strings.Repeat("x", 1001) + `"]`}, CodeRange, "is longer than 1000 bytes"},
		{column{"claim_id", b.String, `["a", "b", "c\u0000d"]`}, CodeForm, `"c\x00d" holds a control character`},
		{column{"claim_id", dictOf(p.Int8, b.String), `["a", "b", "结\u0085"]`}, CodeForm, `holds a control character`},
		{column{"person_id", b.LargeString, `["a", "b", "p\u007f"]`}, CodeForm, `holds a control character`},
		{column{"drg_code", b.String, `["a", "b", "FR\n13"]`}, CodeForm, `holds a control character`},
		{column{"person_id", b.String, `["a", "b", null]`}, CodeBlank, "is empty"},
		{column{"person_id", dictOf(p.Int8, b.String), `["a", "b", null]`}, CodeBlank, "is empty"},
		{column{"person_id", dictOf(p.Int32, b.String), `["a", "b", ""]`}, CodeBlank, "is empty"},
		{column{"person_id", p.Int32, `[1, 2, null]`}, CodeBlank, "is empty"},
		{column{"setting", b.String, `["inpatient", "chronic", "outpatent"]`}, CodeWord, `nearest is "outpatient"`},
		{column{"setting", dictOf(p.Int8, b.String), `["inpatient", "chronic", null]`}, CodeBlank, "is empty"},
		{column{"place", dictOf(p.Int32, b.String), `["local", null, "away"]`}, CodeWord, `"away" is none of local, in_province, out_of_province`},
		{column{"settlement_date", f.Date32, `[1, 2, null]`}, CodeBlank, "is empty"},
		{column{"settlement_date", f.Date32, `[1, 2, 200000]`}, CodeRange, `date "2517-08-01" is outside 1900-01-01 to 2199-12-31`},
		{column{"settlement_date", f.Timestamp_ms, `["2026-03-15", "2026-03-15", "2026-03-15T08:30:00.5"]`}, CodeForm, `"2026-03-15T08:30:00.5" is not a day`},
		{column{"gross", p.Int64, `[1, 2, null]`}, CodeBlank, "is empty"},
		{column{"gross", p.Int64, `[1, 2, 1000000000001]`}, CodeRange, `amount "1000000000001" is beyond 10000000000.00`},
		{column{"gross", p.Uint64, `[1, 2, 18446744073709551615]`}, CodeRange, `amount "18446744073709551615" is beyond`},
		{column{"gross", p.Float64, `[1, 2, 1.005]`}, CodeForm, `amount "1.005" is not a whole number of fen`},
		{column{"gross", p.Float64, `[1, 2, 1e300]`}, CodeRange, `amount "1e+300" is beyond`},
		{column{"gross", &arrow.Decimal128Type{Precision: 38, Scale: 3}, `["1", "2", "-1.005"]`}, CodeForm, `amount "-1.005" is not a whole number of fen`},
		{column{"gross", &arrow.Decimal128Type{Precision: 38, Scale: 0}, `["1", "2", "99999999999999999999999999999999999999"]`}, CodeRange, "is beyond"},
		{column{"age", p.Int16, `[1, 150, 151]`}, CodeRange, `"151" is outside 0 to 150`},
		{column{"age", p.Int64, `[1, 150, -1]`}, CodeRange, `"-1" is outside 0 to 150`},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.typ.String(), func(t *testing.T) {
			rec := recordOf(t, with(tt.column))
			for _, path := range []string{ipcFile(t, false, []arrow.Record{rec}), ipcFile(t, true, []arrow.Record{rec}, arrowipc.WithZstd())} {
				var rejected []RejectedRow
				got, info := mustRead(t, path, ReadOptions{Reject: func(r RejectedRow) error {
					rejected = append(rejected, r)
					return nil
				}})
				if got.Rows != 2 || len(rejected) != 1 || info.Rejected != 1 || info.Rows != 3 || !slices.Equal(got.SourceRow, []int64{1, 2}) {
					t.Fatalf("%d rows, %d rejected, source rows %v, %+v", got.Rows, len(rejected), got.SourceRow, info)
				}
				r := rejected[0]
				c, _ := ColumnOf(tt.name)
				if r.Row != 3 || r.File != path || len(r.Findings) != 1 || len(r.Cells) != int(NumColumns) || r.Cells[ColHospitalID] != "h" {
					t.Fatalf("rejected %+v", r)
				}
				x := r.Findings[0]
				if x.Row != 3 || x.Column != Schema[c].Name || x.Code != tt.code || !strings.Contains(x.Message, tt.message) || x.Severity != Reject {
					t.Errorf("finding %+v, want code %s and %q", x, tt.code, tt.message)
				}
				if x.GrossKnown != (c != ColGross) || (x.GrossKnown && x.Gross != -300) {
					t.Errorf("gross of the rejected row: %v %s", x.GrossKnown, x.Gross)
				}
				// A column that nobody asked for does no harm, and nothing is dropped in silence.
				if c != ColGross {
					if got, _ := mustRead(t, path, ReadOptions{Columns: Columns(ColGross)}); got.Rows != 3 {
						t.Errorf("%d rows", got.Rows)
					}
				}
				_, _, err := ReadFile(context.Background(), path, ReadOptions{})
				if err == nil || !strings.Contains(err.Error(), "row 3") || !strings.Contains(err.Error(), tt.message) {
					t.Errorf("without rejects: %v", err)
				}
			}
		})
	}
}

// TestRefusedFiles reads files that cannot be read at all.
func TestRefusedFiles(t *testing.T) {
	p, f, b := arrow.PrimitiveTypes, arrow.FixedWidthTypes, arrow.BinaryTypes
	without := func(name string, more ...column) []column {
		return slices.DeleteFunc(with(more...), func(c column) bool { return c.name == name })
	}
	tests := []struct {
		name string
		cols []column
		want string
	}{
		{"missing", without("gross"), `column "gross" is missing`},
		{"misspelt", without("person_id", column{"personid", b.String, `["a", "b", "c"]`}), `column "person_id" is missing; the file has a column "personid"`},
		{"text as money", with(column{"gross", b.String, `["1", "2", "3"]`}), `column "gross" is utf8; allowed: integer (fen), decimal128`},
		{"money as id", with(column{"person_id", p.Float64, `[1, 2, 3]`}), `column "person_id" is float64; allowed: utf8`},
		{"dictionary of numbers", with(column{"person_id", dictOf(p.Int8, p.Int64), `[1, 2, 3]`}), `column "person_id" is dictionary<int8, int64>; allowed`},
		{"zone", with(column{"settlement_date", &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Asia/Shanghai"}, `["2026-01-01", "2026-01-01", "2026-01-01"]`}),
			`column "settlement_date" is timestamp[s] in Asia/Shanghai; allowed: date32`},
		{"scale", with(column{"gross", &arrow.Decimal128Type{Precision: 38, Scale: 21}, `["1", "2", "3"]`}), `column "gross" is decimal128(38, 21); allowed`},
		{"bool as age", with(column{"age", f.Boolean, `[true, true, true]`}), `column "age" is bool; allowed: integer`},
		{"nulls", with(column{"gross", arrow.Null, `[null, null, null]`}), `column "gross" is null; allowed`},
		{"near", with(column{"non_coverd", p.Int64, `[1, 2, 3]`}), `column "non_coverd" is none of a claim's; nearest is "non_covered", which the file lacks: rename it, or drop it`},
		{"case", with(column{"DRG_Code", b.String, `["A", "B", "C"]`}), `column "DRG_Code" is none of a claim's; nearest is "drg_code"`},
		{"twice", append(basic(), basic()[6]), `column "gross" stands twice`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := ipcFile(t, true, []arrow.Record{recordOf(t, tt.cols)})
			_, _, err := ReadFile(context.Background(), path, ReadOptions{Columns: Columns(ColHospitalID)})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), path+": ") {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	for name, text := range map[string]string{"csv": "claim_id,person_id\n1,2\n", "empty": "", "short": "ARROW1", "half": "ARROW1\x00\x00ARROW1"} {
		path := place(t, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadFile(context.Background(), path, ReadOptions{}); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, _, err := ReadFile(context.Background(), t.TempDir(), ReadOptions{}); err == nil {
		t.Error("a directory was read")
	}
}

// TestOtherColumnsAreSkipped has columns of every shape between those that are read.
func TestOtherColumnsAreSkipped(t *testing.T) {
	p, b := arrow.PrimitiveTypes, arrow.BinaryTypes
	odd := []column{
		{"o1", arrow.ListOf(p.Int32), `[[1, 2], null, []]`},
		{"o2", arrow.StructOf(arrow.Field{Name: "x", Type: b.StringView}, arrow.Field{Name: "y", Type: arrow.ListOf(b.String)}),
			`[{"x": "a text that is long enough", "y": ["a"]}, {"x": null, "y": null}, {"x": "z", "y": []}]`},
		{"o3", arrow.FixedSizeListOf(2, p.Float32), `[[1, 2], [3, 4], [5, 6]]`},
		{"o4", arrow.Null, `[null, null, null]`},
		{"o5", b.StringView, `["one more text that is long", "b", "and one more text that is long"]`},
		{"o6", dictOf(p.Int8, p.Int64), `[5, 6, 5]`},
		{"o7", arrow.MapOf(b.String, p.Int64), `[null, [{"key": "a", "value": 1}], []]`},
		{"o8", &arrow.FixedSizeBinaryType{ByteWidth: 3}, `["AAAA", "AAAA", "AAAA"]`},
		{"o9", b.LargeString, `["x", "y", "z"]`},
	}
	var cols []column
	for i, c := range with(column{"county", b.StringView, `["c", "d", "e"]`}, column{"person_id", b.StringView, `["a person with a long name", "p2", "a person with a long name"]`}) {
		cols = append(cols, odd[i%len(odd)], c)
	}
	for i, c := range odd { // names are not repeated
		cols = append(cols, column{fmt.Sprint("again", i), c.typ, c.cells})
	}
	rec := recordOf(t, cols)
	want, _ := mustRead(t, ipcFile(t, false, []arrow.Record{recordOf(t, with(cols[slices.IndexFunc(cols, func(c column) bool { return c.name == "person_id" })]))}), ReadOptions{})
	for _, stream := range []bool{false, true} {
		got, info := mustRead(t, ipcFile(t, stream, []arrow.Record{rec, rec.NewSlice(0, 2)}), ReadOptions{})
		same(t, got.Slice(0, 3), want)
		if got.Rows != 5 || !slices.Contains(info.Ignored, "o2") || !slices.Contains(info.Ignored, "county") || slices.Contains(info.Ignored, "gross") {
			t.Errorf("%d rows, ignored %v", got.Rows, info.Ignored)
		}
	}
}

// TestStreamDictionaries reads streams whose dictionaries grow or are replaced from batch to batch.
func TestStreamDictionaries(t *testing.T) {
	batch := func(words ...string) arrow.Record {
		typ := dictOf(arrow.PrimitiveTypes.Int8, arrow.BinaryTypes.String)
		d := array.NewStringBuilder(memory.DefaultAllocator)
		d.AppendValues(words, nil)
		n := len(words)
		codes := array.NewInt8Builder(memory.DefaultAllocator)
		for i := range 3 {
			codes.Append(int8(n - 1 - i%n))
		}
		rec := recordOf(t, basic())
		cols := slices.Clone(rec.Columns())
		fields := slices.Clone(rec.Schema().Fields())
		cols[1], fields[1].Type = array.NewDictionaryArray(typ, codes.NewArray(), d.NewArray()), typ
		return array.NewRecord(arrow.NewSchema(fields, nil), cols, 3)
	}
	recs := []arrow.Record{batch("a", "b"), batch("a", "b", "c"), batch("x", "a"), batch("q")}
	want := "b a b c b a a x a q q q"
	for _, delta := range []bool{false, true} {
		got, _ := mustRead(t, ipcFile(t, true, recs, arrowipc.WithDictionaryDeltas(delta)), ReadOptions{})
		var s []string
		for i := range got.Rows {
			s = append(s, got.Person.At(i))
		}
		if strings.Join(s, " ") != want || got.Person.Values.Len() != 5 {
			t.Errorf("got %v with %d values, want %s", s, got.Person.Values.Len(), want)
		}
	}
}

// TestArrowReadsOurs has Arrow's own readers read what we write, dictionaries at the end and control totals included.
func TestArrowReadsOurs(t *testing.T) {
	want := invent(seeded(9), 500)
	for _, o := range []WriteOptions{{}, {BatchRows: 100, Compression: "zstd"}, {Compression: "lz4"}} {
		path := place(t, "a.arrow")
		if err := WriteFile(path, want, o); err != nil {
			t.Fatal(err)
		}
		r, err := arrowipc.NewFileReader(bytes.NewReader(mustBytes(t, path)))
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for i := range r.NumRecords() {
			rec, err := r.RecordAt(i)
			if err != nil {
				t.Fatal(err)
			}
			for k, col := range rec.Columns() {
				c, ok := ColumnOf(rec.ColumnName(k))
				if !ok {
					t.Fatalf("column %s", rec.ColumnName(k))
				}
				for j := range col.Len() {
					want := cellOf(want, c, at+j)
					got := col.ValueStr(j)
					switch {
					case col.IsNull(j):
						if want != "" && want != "none" && want != "-1" {
							t.Fatalf("%s: null, want %s", rec.ColumnName(k), want)
						}
						continue
					case Schema[c].Kind == KindFen:
						got = decimal128.FromI64(col.(*array.Int64).Value(j)).ToString(2)
					case col.DataType().ID() == arrow.DICTIONARY:
						d := col.(*array.Dictionary)
						got = d.Dictionary().ValueStr(d.GetValueIndex(j))
					}
					if got != want {
						t.Fatalf("%s: got %s, want %s", rec.ColumnName(k), got, want)
					}
				}
			}
			at += int(rec.NumRows())
		}
		if at != want.Rows {
			t.Errorf("%d rows", at)
		}
	}
}

func TestRejectsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rejects.arrow")
	w, err := NewRejectsWriter(path)
	if err != nil {
		t.Fatal(err)
	}
	cells := make([]string, NumColumns)
	cells[ColGross] = "12.3"
	rows := []RejectedRow{
		{File: "f", Row: 7, Cells: cells, Findings: []Finding{
			{Column: "age", Code: CodeRange, Message: "odd"},
			{Column: "gross", Code: CodeForm, Message: "bad", Severity: Reject, Gross: 1230, GrossKnown: true}}},
		{File: "f", Row: 9, Findings: []Finding{{Code: CodeShape, Message: "torn", Severity: Reject}}},
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.Count(); n != (Count{Rows: 2, Fen: 1230, Unknown: 1}) {
		t.Errorf("count %+v", n)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := arrowipc.NewFileReader(bytes.NewReader(mustBytes(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Record(0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range []int{0, 1, 2, 3, 4, 5, 6 + int(ColGross)} {
		got = append(got, rec.ColumnName(k), rec.Column(k).ValueStr(0), rec.Column(k).ValueStr(1))
	}
	want := "file f f row 7 9 column gross  code form row_form message age: odd; gross: bad torn gross 1230 (null) cell_gross 12.3 (null)"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
