// Package columns writes small tables of integers, texts and days as Arrow IPC files: the results that other programs read. Claims
// themselves are written by package claims.
package columns

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Column is one column. Exactly one of Ints, Texts and Days is used, the longest of them; all columns of a table are of one length.
type Column struct {
	Name  string
	Ints  []int64  // written as int64
	Texts []string // written as utf8
	Days  []int32  // days since 1970-01-01, written as date32
	Nulls []bool   // rows without a value; nil for none
	// Meta is written as metadata of the field, such as {"kind", "fen"}.
	Meta [][2]string
}

func (c *Column) rows() int { return max(len(c.Ints), len(c.Texts), len(c.Days)) }

func (c *Column) arrowType() arrow.DataType {
	switch {
	case len(c.Texts) > 0:
		return arrow.BinaryTypes.String
	case len(c.Days) > 0:
		return arrow.FixedWidthTypes.Date32
	}
	return arrow.PrimitiveTypes.Int64
}

// Write writes the columns as one Arrow IPC file with one batch. meta is written as metadata of the schema. The same columns give
// the same bytes. A column of no rows is written as int64, unless it carries an empty slice of another type.
func Write(w io.Writer, cols []Column, meta [][2]string) error {
	rows := 0
	for i := range cols {
		if i == 0 {
			rows = cols[i].rows()
		}
		if cols[i].rows() != rows || (cols[i].Nulls != nil && len(cols[i].Nulls) != rows) {
			return fmt.Errorf("column %s: %d rows and %d null marks in a table of %d rows", cols[i].Name, cols[i].rows(), len(cols[i].Nulls), rows)
		}
	}
	fields := make([]arrow.Field, len(cols))
	arrays := make([]arrow.Array, len(cols))
	for i := range cols {
		c := &cols[i]
		typ := c.arrowType()
		if rows == 0 {
			typ = c.emptyType()
		}
		fields[i] = arrow.Field{Name: c.Name, Type: typ, Nullable: true, Metadata: metadata(c.Meta)}
		arrays[i] = c.build(typ)
		defer arrays[i].Release()
	}
	m := metadata(meta)
	schema := arrow.NewSchema(fields, &m)
	record := array.NewRecord(schema, arrays, int64(rows))
	defer record.Release()
	out, err := ipc.NewFileWriter(&counter{w: w}, ipc.WithSchema(schema), ipc.WithAllocator(memory.DefaultAllocator))
	if err != nil {
		return err
	}
	if err := out.Write(record); err != nil {
		return err
	}
	return out.Close()
}

// counter stands in for a file: the library seeks only to learn where it is.
type counter struct {
	w  io.Writer
	at int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.at += int64(n)
	return n, err
}

func (c *counter) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("cannot seek to %d from %d while writing", offset, whence)
	}
	return c.at, nil
}

// emptyType is the type of a column without rows: that of the slice that is not nil.
func (c *Column) emptyType() arrow.DataType {
	switch {
	case c.Texts != nil:
		return arrow.BinaryTypes.String
	case c.Days != nil:
		return arrow.FixedWidthTypes.Date32
	}
	return arrow.PrimitiveTypes.Int64
}

func (c *Column) build(typ arrow.DataType) arrow.Array {
	b := array.NewBuilder(memory.DefaultAllocator, typ)
	defer b.Release()
	b.Reserve(c.rows())
	for i := range c.rows() {
		if c.Nulls != nil && c.Nulls[i] {
			b.AppendNull()
			continue
		}
		switch b := b.(type) {
		case *array.StringBuilder:
			b.Append(c.Texts[i])
		case *array.Date32Builder:
			b.Append(arrow.Date32(c.Days[i]))
		case *array.Int64Builder:
			b.Append(c.Ints[i])
		}
	}
	return b.NewArray()
}

func metadata(pairs [][2]string) arrow.Metadata {
	keys, values := make([]string, len(pairs)), make([]string, len(pairs))
	for i, p := range pairs {
		keys[i], values[i] = p[0], p[1]
	}
	return arrow.NewMetadata(keys, values)
}
