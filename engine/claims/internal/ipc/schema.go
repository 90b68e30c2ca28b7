package ipc

import (
	"errors"
	"fmt"
)

// Kind is the form of a column's values.
type Kind uint8

// The kinds that the claims table can be read from. Other is any further one: such columns can be skipped but not read.
const (
	Other Kind = iota
	Null
	Int
	Float
	Utf8
	LargeUtf8
	Utf8View
	Bool
	Decimal
	Date32
	Date64
	Timestamp
)

// Type is the type of a column's values; for a dictionary-encoded column that of the dictionary's values.
type Type struct {
	Kind   Kind
	Bits   int    // width of Int, Float and Decimal values
	Signed bool   // of Int
	Scale  int    // decimals of Decimal
	Unit   int64  // ticks per second of Timestamp
	Zone   string // time zone of Timestamp, "" for none
	Name   string // as Arrow names the type
}

// String names the type as Arrow does.
func (t Type) String() string { return t.Name }

// Width returns the bytes of one value, and 0 for values that have no fixed number of whole bytes.
func (t Type) Width() int {
	switch t.Kind {
	case Int, Float, Decimal:
		return t.Bits / 8
	case Date32:
		return 4
	case Date64, Timestamp:
		return 8
	case Utf8View:
		return 16
	}
	return 0
}

// Field is one column of the file.
type Field struct {
	Name string
	Type Type
	// Index is the type of the codes of a dictionary-encoded column; its Kind is Other when the column is plain.
	Index Type
	dict  int64
	place []layout // its nodes, in the order of the format
}

// Encoded tells whether the column holds codes into a dictionary.
func (f *Field) Encoded() bool { return f.Index.Kind == Int }

// layout says how many buffers a node has; a view has a number of further ones that each batch tells.
type layout struct {
	buffers int
	view    bool
}

// limits on what a schema may hold: far above any claims file, far below what would hurt.
const (
	maxNodes = 20_000
	maxDepth = 32
)

// The type numbers of the format.
const (
	typeNull = 1 + iota
	typeInt
	typeFloat
	typeBinary
	typeUtf8
	typeBool
	typeDecimal
	typeDate
	typeTime
	typeTimestamp
	typeInterval
	typeList
	typeStruct
	typeUnion
	typeFixedSizeBinary
	typeFixedSizeList
	typeMap
	typeDuration
	typeLargeBinary
	typeLargeUtf8
	typeLargeList
	typeRunEnds
	typeBinaryView
	typeUtf8View
	typeListView
	typeLargeListView
)

var typeNames = [...]string{"none", "null", "int", "float", "binary", "utf8", "bool", "decimal", "date", "time", "timestamp",
	"interval", "list", "struct", "union", "fixed_size_binary", "fixed_size_list", "map", "duration", "large_binary",
	"large_utf8", "large_list", "run_end_encoded", "binary_view", "utf8_view", "list_view", "large_list_view"}

// parseSchema reads a schema table.
func parseSchema(f *flat, t table) ([]Field, error) {
	if e := f.shortAt(t, 0); e != 0 && f.err == nil {
		return nil, errors.New("is big-endian; write it little-endian")
	}
	pos, n := f.vectorAt(t, 1, 4)
	if n > maxNodes {
		return nil, fmt.Errorf("has %d columns, more than the %d allowed", n, maxNodes)
	}
	fields := make([]Field, 0, n)
	nodes := 0
	for i := range n {
		at := f.follow(pos + 4*i)
		field := Field{Name: f.textAt(at, 0)}
		if err := parseField(f, at, &field, &nodes, 0); err != nil {
			return nil, err
		}
		if f.err != nil {
			break
		}
		fields = append(fields, field)
	}
	return fields, f.err
}

// parseField reads the type of a field and lays out its nodes and those of its children.
func parseField(f *flat, at table, field *Field, nodes *int, depth int) error {
	if *nodes++; *nodes > maxNodes || depth > maxDepth {
		return fmt.Errorf("has more than the %d columns or %d levels allowed", maxNodes, maxDepth)
	}
	num := int(f.byteAt(at, 2, 0))
	if f.err != nil {
		return f.err
	}
	if num == 0 || num >= len(typeNames) {
		return fmt.Errorf("column %q has type number %d, which this program does not know", field.Name, num)
	}
	body := f.tableAt(at, 3)
	field.Type = parseType(f, num, body)
	if enc := f.tableAt(at, 4); enc != (table{}) {
		field.dict = f.longAt(enc, 0)
		field.Index = Type{Kind: Int, Bits: 32, Signed: true, Name: "int32"}
		if idx := f.tableAt(enc, 1); idx != (table{}) {
			field.Index = parseType(f, typeInt, idx)
		}
		field.place = append(field.place, layout{buffers: 2})
		return f.err // the values of a dictionary stand in batches of their own
	}
	field.place = append(field.place, layoutOf(f, num, body))
	pos, n := f.vectorAt(at, 5, 4)
	for i := range n {
		child := Field{Name: field.Name, place: field.place}
		if err := parseField(f, f.follow(pos+4*i), &child, nodes, depth+1); err != nil {
			return err
		}
		field.place = child.place
	}
	return f.err
}

// layoutOf says how many buffers a node of a type has.
func layoutOf(f *flat, num int, body table) layout {
	switch num {
	case typeNull, typeRunEnds:
		return layout{}
	case typeStruct, typeFixedSizeList:
		return layout{buffers: 1}
	case typeBinary, typeUtf8, typeLargeBinary, typeLargeUtf8, typeListView, typeLargeListView:
		return layout{buffers: 3}
	case typeBinaryView, typeUtf8View:
		return layout{buffers: 2, view: true}
	case typeUnion:
		if f.shortAt(body, 0) == 0 { // sparse
			return layout{buffers: 1}
		}
	}
	return layout{buffers: 2}
}

// parseType reads a type. A width or unit that the format lacks makes the kind Other.
func parseType(f *flat, num int, body table) Type {
	t := Type{Name: typeNames[num]}
	switch num {
	case typeNull:
		t.Kind = Null
	case typeInt:
		t.Bits, t.Signed = f.intAt(body, 0, 0), f.byteAt(body, 1, 0) != 0
		t.Name = fmt.Sprintf("int%d", t.Bits)
		if !t.Signed {
			t.Name = "u" + t.Name
		}
		if t.Bits == 8 || t.Bits == 16 || t.Bits == 32 || t.Bits == 64 {
			t.Kind = Int
		}
	case typeFloat:
		if p := f.shortAt(body, 0); p == 1 || p == 2 {
			t.Kind, t.Bits = Float, 32*p
		}
		t.Name = fmt.Sprintf("float%d", t.Bits)
	case typeUtf8:
		t.Kind = Utf8
	case typeLargeUtf8:
		t.Kind = LargeUtf8
	case typeUtf8View:
		t.Kind = Utf8View
	case typeBool:
		t.Kind = Bool
	case typeDecimal:
		t.Bits, t.Scale = f.intAt(body, 2, 128), f.intAt(body, 1, 0)
		t.Name = fmt.Sprintf("decimal%d(%d, %d)", t.Bits, f.intAt(body, 0, 0), t.Scale)
		if t.Bits == 128 {
			t.Kind = Decimal
		}
	case typeDate:
		t.Kind, t.Name = Date64, "date64"
		if p := f.slot(body, 0, 2); p >= 0 && f.u16(p) == 0 {
			t.Kind, t.Name = Date32, "date32"
		}
	case typeTimestamp:
		t.Zone = f.textAt(body, 1)
		if u := f.shortAt(body, 0); u >= 0 && u <= 3 {
			t.Kind = Timestamp
			t.Unit = [...]int64{1, 1e3, 1e6, 1e9}[u]
			t.Name = "timestamp[" + [...]string{"s", "ms", "us", "ns"}[u] + "]"
		}
	}
	return t
}
