package claims

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// noCodeYet marks values whose code in the file has not been looked up.
const noCodeYet = -2

// arrowType returns the type that a column is written with.
func (w *Writer) arrowType(c Column) arrow.DataType {
	switch f := &Schema[c]; f.Kind {
	case KindFen:
		return arrow.PrimitiveTypes.Int64
	case KindDate:
		return arrow.FixedWidthTypes.Date32
	case KindInt:
		return arrow.PrimitiveTypes.Int16
	case KindBool:
		return arrow.FixedWidthTypes.Boolean
	case KindCode:
		if f.Words != nil {
			return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
		}
	}
	switch {
	case c == ColClaimID || c == ColReverses:
		return arrow.BinaryTypes.LargeString
	case c == ColPersonID && !w.opts.CodePersons:
		return arrow.BinaryTypes.String
	case c == ColPersonID:
		return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.LargeString}
	}
	return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
}

// record makes an Arrow record of a table. Values of fixed width are not copied. Dictionaries are left empty: they are
// written when the file is closed.
func (w *Writer) record(t *Table) (arrow.Record, error) {
	arrays := make([]arrow.Array, len(w.cols))
	for k, c := range w.cols {
		var err error
		if arrays[k], err = w.array(t, c); err != nil {
			return nil, err
		}
	}
	return array.NewRecord(w.schema, arrays, int64(t.Rows)), nil
}

func (w *Writer) array(t *Table, c Column) (arrow.Array, error) {
	typ := w.arrowType(c)
	switch {
	case t.fen(c) != nil:
		v := *t.fen(c)
		if has := t.has(c); has != nil && *has != nil {
			return w.fixedArray(c, typ, bytesOf(v), len(v), func(i int) bool { return (*has)[i] })
		}
		return w.fixedArray(c, typ, bytesOf(v), len(v), nil)
	case t.dates(c) != nil:
		v := *t.dates(c)
		return w.fixedArray(c, typ, bytesOf(v), len(v), func(i int) bool { return v[i] != NoDate })
	case c == ColAge:
		return w.fixedArray(c, typ, bytesOf(t.Age), len(t.Age), func(i int) bool { return t.Age[i] != AgeUnknown })
	case t.bools(c) != nil:
		v := *t.bools(c)
		return w.fixedArray(c, typ, bitmap(len(v), func(i int) bool { return v[i] }), len(v), nil)
	case t.text(c) != nil:
		return w.textArray(c, typ, t.text(c))
	case t.coded(c) == nil:
		v := t.words(c)
		data, err := w.fixedData(c, typ, v, len(v), nil)
		if err != nil {
			return nil, err
		}
		return withDictionary(typ, data, wordsText(Schema[c].Words)), nil
	case typ.ID() == arrow.STRING:
		return w.personText(t.coded(c), t.Rows)
	}
	return w.codedArray(c, typ, t.coded(c))
}

// bitmap packs truth values.
func bitmap(n int, at func(i int) bool) []byte {
	b := make([]byte, (n+7)/8)
	for i := range n {
		if at(i) {
			b[i>>3] |= 1 << (i & 7)
		}
	}
	return b
}

// fixedData makes the data of a column of values of fixed width. A nil given means that no row is absent.
func (w *Writer) fixedData(c Column, typ arrow.DataType, v []byte, n int, given func(i int) bool) (*array.Data, error) {
	absent, first := 0, 0
	for i := 0; given != nil && i < n; i++ {
		if !given(i) {
			if absent == 0 {
				first = i
			}
			absent++
		}
	}
	var valid *memory.Buffer
	if absent > 0 {
		if Schema[c].Required {
			return nil, fmt.Errorf("row %d: column %q is empty; a value is required", w.rows+int64(first)+1, Schema[c].Name)
		}
		valid = memory.NewBufferBytes(bitmap(n, given))
	}
	return array.NewData(typ, n, []*memory.Buffer{valid, memory.NewBufferBytes(v)}, nil, absent, 0), nil
}

func (w *Writer) fixedArray(c Column, typ arrow.DataType, v []byte, n int, given func(i int) bool) (arrow.Array, error) {
	data, err := w.fixedData(c, typ, v, n, given)
	if err != nil {
		return nil, err
	}
	return array.MakeFromData(data), nil
}

// textArray writes texts that all differ. Empty ones are nulls where the column is optional.
func (w *Writer) textArray(c Column, typ arrow.DataType, t *Text) (arrow.Array, error) {
	n := t.Len()
	data, err := w.fixedData(c, typ, nil, n, func(i int) bool { return t.Offsets[i] < t.Offsets[i+1] })
	if err != nil {
		return nil, err
	}
	first, offs := t.Offsets[0], t.Offsets
	if first != 0 { // a slice of a longer column
		offs = make([]int64, n+1)
		for i := range offs {
			offs[i] = t.Offsets[i] - first
		}
	}
	return array.MakeFromData(array.NewData(typ, n, []*memory.Buffer{data.Buffers()[0], memory.NewBufferBytes(bytesOf(offs)),
		memory.NewBufferBytes(t.Bytes[first:t.Offsets[n]])}, nil, data.NullN(), 0)), nil
}

// personText writes the ids of persons as plain text.
func (w *Writer) personText(col *Coded, n int) (arrow.Array, error) {
	offs := make([]int32, 1, n+1)
	var text []byte
	for i := range n {
		if k := col.Codes[i]; k != NoCode {
			text = append(text, col.Values.bytes(int(k))...)
		}
		if len(text) > math.MaxInt32 {
			return nil, errors.New("the texts of one batch are too long for the format; write fewer rows at a time")
		}
		if offs = append(offs, int32(len(text))); offs[i] == offs[i+1] {
			return nil, fmt.Errorf("row %d: column %q is empty; a value is required", w.rows+int64(i)+1, Schema[ColPersonID].Name)
		}
	}
	return array.MakeFromData(array.NewData(arrow.BinaryTypes.String, n, []*memory.Buffer{nil,
		memory.NewBufferBytes(bytesOf(offs)), memory.NewBufferBytes(text)}, nil, 0, 0)), nil
}

// codedArray writes codes into the file's own list of values.
func (w *Writer) codedArray(c Column, typ arrow.DataType, col *Coded) (arrow.Array, error) {
	codes := col.Codes
	if w.single == nil {
		if w.tables[c] == nil {
			w.tables[c] = newHashTable(0)
		}
		m := make([]int32, col.Values.Len())
		for i := range m {
			m[i] = noCodeYet
		}
		codes = make([]int32, len(col.Codes))
		for i, k := range col.Codes {
			codes[i] = NoCode
			if k == NoCode {
				continue
			}
			if m[k] == noCodeYet {
				m[k] = NoCode
				if s := col.Values.bytes(int(k)); len(s) > 0 {
					m[k], _ = w.tables[c].code(halfHash(s), s)
				}
			}
			codes[i] = m[k]
		}
	}
	data, err := w.fixedData(c, typ, bytesOf(underNulls(codes)), len(codes), func(i int) bool { return codes[i] != NoCode })
	if err != nil {
		return nil, err
	}
	return withDictionary(typ, data, Text{Offsets: []int64{0}}), nil
}

// underNulls returns codes with a valid one in each row that has none: the format lets anything stand there, but some
// programs check the codes of all rows.
func underNulls(codes []int32) []int32 {
	if !slices.Contains(codes, NoCode) {
		return codes
	}
	out := slices.Clone(codes)
	for i, k := range out {
		out[i] = max(k, 0)
	}
	return out
}

// withDictionary makes an array of codes into a list of values.
func withDictionary(typ arrow.DataType, codes *array.Data, values Text) arrow.Array {
	d := typ.(*arrow.DictionaryType)
	offs := bytesOf(values.Offsets)
	if d.ValueType.ID() == arrow.STRING {
		short := make([]int32, len(values.Offsets))
		for i, o := range values.Offsets {
			short[i] = int32(o)
		}
		offs = bytesOf(short)
	}
	dict := array.NewData(d.ValueType, values.Len(), []*memory.Buffer{nil, memory.NewBufferBytes(offs),
		memory.NewBufferBytes(values.Bytes)}, nil, 0, 0)
	return array.NewDictionaryData(array.NewDataWithDictionary(typ, codes.Len(), codes.Buffers(), codes.NullN(), 0, dict))
}

// wordsText lists the words of a coded column.
func wordsText(words []string) Text {
	var t Text
	for _, word := range words {
		t.Append(word)
	}
	return t
}

// emptyArray is a column of no rows with the column's whole dictionary.
func (w *Writer) emptyArray(c Column) arrow.Array {
	typ := w.arrowType(c)
	if typ.ID() != arrow.DICTIONARY {
		return array.MakeArrayOfNull(memory.DefaultAllocator, typ, 0)
	}
	values := Text{Offsets: []int64{0}}
	switch {
	case Schema[c].Words != nil:
		values = wordsText(Schema[c].Words)
	case w.single != nil:
		values = w.single.coded(c).Values
	case w.tables[c] != nil:
		values = w.tables[c].values
	}
	codes := array.NewData(typ, 0, []*memory.Buffer{nil, memory.NewBufferBytes(nil)}, nil, 0, 0)
	return withDictionary(typ, codes, values)
}
