package columns

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

func table() []Column {
	return []Column{
		{Name: "hospital", Texts: []string{"H1", "第一医院"}},
		{Name: "paid", Ints: []int64{-1, 0}, Nulls: []bool{false, true}, Meta: [][2]string{{"kind", "fen"}}},
		{Name: "day", Days: []int32{0, 20000}},
	}
}

func TestReadBackByArrow(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, table(), [][2]string{{"table", "hospitals"}}); err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewFileReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if v, _ := r.Schema().Metadata().GetValue("table"); v != "hospitals" {
		t.Errorf("schema metadata: %q", v)
	}
	if v, _ := r.Schema().Field(1).Metadata.GetValue("kind"); v != "fen" {
		t.Errorf("field metadata: %q", v)
	}
	rec, err := r.Record(0)
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.Column(0).(*array.String).Value(1); got != "第一医院" {
		t.Errorf("text: %q", got)
	}
	paid := rec.Column(1).(*array.Int64)
	if paid.Value(0) != -1 || !paid.IsNull(1) || paid.IsNull(0) {
		t.Errorf("paid: %v", paid)
	}
	if got := rec.Column(2).(*array.Date32).Value(1).FormattedString(); got != "2024-10-04" {
		t.Errorf("day: %s", got)
	}
}

func TestSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Write(w, table(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two writes of the same columns differ")
	}
}

func TestEmptyTableKeepsItsTypes(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, []Column{{Name: "a", Texts: []string{}}, {Name: "b", Days: []int32{}}, {Name: "c"}}, nil); err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewFileReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i, want := range []string{"utf8", "date32", "int64"} {
		if got := r.Schema().Field(i).Type.String(); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}

func TestColumnsOfDifferentLength(t *testing.T) {
	err := Write(&bytes.Buffer{}, []Column{{Name: "a", Ints: []int64{1}}, {Name: "b", Ints: []int64{1, 2}}}, nil)
	if err == nil || !strings.Contains(err.Error(), "column b: 2 rows") {
		t.Errorf("got %v", err)
	}
}
