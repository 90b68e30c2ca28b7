package claims

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// parquetSource reads Parquet through Arrow's own reader, which trusts its input: it runs behind a bound on memory and
// turns that reader's panics into errors. A batch is a row group.
type parquetSource struct {
	in      *ipc.Input
	limit   int64
	meta    *metadata.FileMetaData // of the file, so that it is parsed once
	rows    []int64
	field   [NumColumns]int // position in the file's schema, -1 when absent
	value   [NumColumns]ipc.Type
	index   [NumColumns]ipc.Type
	leaf    [NumColumns]int // position among the file's leaf columns
	ignored []string
}

func openParquet(in *ipc.Input, opts *ReadOptions) (s *parquetSource, err error) {
	s = &parquetSource{in: in, limit: opts.MemoryLimit}
	err = guard(func() error {
		r, fr, err := s.reader(memory.DefaultAllocator)
		if err != nil {
			return err
		}
		defer r.Close() //nolint:errcheck // only read from
		s.meta = r.MetaData()
		schema, err := fr.Schema()
		if err != nil {
			return err
		}
		if err := s.bind(schema, fr); err != nil {
			return err
		}
		return s.groups(r)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// reader opens the file with memory from an allocator.
func (s *parquetSource) reader(mem memory.Allocator) (*file.Reader, *pqarrow.FileReader, error) {
	r, err := file.NewParquetReader(io.NewSectionReader(s.in, 0, s.in.Size()),
		file.WithReadProps(parquet.NewReaderProperties(mem)), file.WithMetadata(s.meta))
	if err != nil {
		return nil, nil, err
	}
	// Parallel stays off: a panic on a goroutine of the reader's own could not be caught.
	fr, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, mem)
	return r, fr, err
}

// bind finds the columns of the schema.
func (s *parquetSource) bind(schema *arrow.Schema, fr *pqarrow.FileReader) error {
	for c := range NumColumns {
		s.field[c] = -1
	}
	for i, f := range schema.Fields() {
		c, ok := ColumnOf(f.Name)
		if !ok {
			s.ignored = append(s.ignored, f.Name)
			continue
		}
		if s.field[c] >= 0 {
			return fmt.Errorf("column %q stands twice", f.Name)
		}
		s.field[c], s.leaf[c] = i, fr.Manifest.Fields[i].ColIndex
		s.value[c], s.index[c] = typeOf(f.Type)
	}
	return nil
}

// groups reads the number of rows of each row group, and holds what the file says of its size against the limit, before
// the reader books memory for it.
func (s *parquetSource) groups(r *file.Reader) error {
	total := int64(0)
	for g := range r.NumRowGroups() {
		meta := r.MetaData().RowGroup(g)
		rows := meta.NumRows()
		if rows < 0 || rows > min(s.limit/8, math.MaxInt32) {
			return fmt.Errorf("row group %d claims %d rows", g+1, rows)
		}
		for k := range meta.NumColumns() {
			chunk, err := meta.ColumnChunk(k)
			if err != nil {
				return err
			}
			size := chunk.TotalUncompressedSize()
			if total += size; size < 0 || total > s.limit {
				return fmt.Errorf("needs more than the %d bytes of memory allowed for this file: it is damaged, or the limit is too low", s.limit)
			}
		}
		s.rows = append(s.rows, rows)
	}
	return nil
}

// typeOf describes an Arrow type as the readers of claims know it.
func typeOf(t arrow.DataType) (value, index ipc.Type) {
	value = ipc.Type{Name: t.Name()}
	switch t := t.(type) {
	case *arrow.DictionaryType:
		value, _ = typeOf(t.ValueType)
		index, _ = typeOf(t.IndexType)
	case *arrow.StringType:
		value.Kind = ipc.Utf8
	case *arrow.LargeStringType:
		value.Kind = ipc.LargeUtf8
	case *arrow.BooleanType:
		value.Kind = ipc.Bool
	case *arrow.NullType:
		value.Kind = ipc.Null
	case *arrow.Decimal128Type:
		value = ipc.Type{Kind: ipc.Decimal, Bits: 128, Scale: int(t.Scale), Name: t.String()}
	case *arrow.Date32Type:
		value.Kind = ipc.Date32
	case *arrow.Date64Type:
		value.Kind = ipc.Date64
	case *arrow.TimestampType:
		value = ipc.Type{Kind: ipc.Timestamp, Zone: t.TimeZone, Name: "timestamp[" + t.Unit.String() + "]",
			Unit: int64(1e9) / int64(t.Unit.Multiplier())}
	case *arrow.Float32Type, *arrow.Float64Type:
		value.Kind, value.Bits = ipc.Float, t.(arrow.FixedWidthDataType).BitWidth()
	default:
		if arrow.IsInteger(t.ID()) {
			value.Kind, value.Bits, value.Signed = ipc.Int, t.(arrow.FixedWidthDataType).BitWidth(), arrow.IsSignedInteger(t.ID())
		}
	}
	return value, index
}

func (s *parquetSource) batchRows() []int64    { return s.rows }
func (s *parquetSource) control() *ipc.Control { return nil }
func (s *parquetSource) mapped() bool          { return false }
func (s *parquetSource) divisible() bool       { return false }

func (s *parquetSource) aliases(Column, int) bool { return false }

func (s *parquetSource) types(c Column) (value, index ipc.Type, ok bool) {
	return s.value[c], s.index[c], s.field[c] >= 0
}

func (s *parquetSource) release() { s.detach()() }

func (s *parquetSource) detach() func() {
	s.in.CloseFile() // only read from: nothing can be lost
	return s.in.Unmap
}

// cells reads a column of a row group.
func (s *parquetSource) cells(c Column, batch int, lo, hi int64, _ []byte, budget *ipc.Budget) (out cells, err error) {
	err = guard(func() error {
		r, fr, err := s.reader(&boundedAllocator{memory.DefaultAllocator, budget})
		if err != nil {
			return err
		}
		defer r.Close() //nolint:errcheck // only read from
		groups := []int{batch}
		col, err := fr.GetFieldReader(context.Background(), s.field[c], map[int]bool{s.leaf[c]: true}, groups)
		if err != nil {
			return err
		}
		chunks, err := fr.ReadColumn(groups, col)
		if err != nil {
			return err
		}
		if int64(chunks.Len()) != s.rows[batch] {
			return fmt.Errorf("has %d rows of %d", chunks.Len(), s.rows[batch])
		}
		arr, err := joinChunks(chunks)
		if err != nil {
			return err
		}
		out, err = s.convert(c, array.NewSliceData(arr.Data(), lo, hi))
		return err
	})
	if err != nil {
		return cells{}, fmt.Errorf("row group %d: %w", batch+1, err)
	}
	return out, nil
}

func joinChunks(c *arrow.Chunked) (arrow.Array, error) {
	switch len(c.Chunks()) {
	case 0:
		return array.MakeArrayOfNull(memory.DefaultAllocator, c.DataType(), 0), nil
	case 1:
		return c.Chunk(0), nil
	}
	return array.Concatenate(c.Chunks(), memory.DefaultAllocator)
}

var errBuffers = errors.New("its values are fewer than its rows")

// convert looks at an Arrow array as cells, and checks what the array's maker may have left unchecked.
func (s *parquetSource) convert(c Column, data arrow.ArrayData) (cells, error) {
	out := cells{typ: s.value[c], index: s.index[c], n: data.Len(), validBit: data.Offset(), dataBit: data.Offset()}
	if out.n == 0 {
		out.off32 = []int32{0}
		if out.index.Kind == ipc.Int {
			out.dict = &dictionary{}
		}
		return out, nil
	}
	buffer := func(i int) []byte {
		if b := data.Buffers(); i < len(b) && b[i] != nil {
			return b[i].Bytes()
		}
		return nil
	}
	end := data.Offset() + data.Len()
	if valid := buffer(0); data.NullN() != 0 && valid != nil { // less than 0: not counted
		if out.valid = valid; len(valid)*8 < end {
			return out, errBuffers
		}
	}
	values := out.typ
	if out.index.Kind == ipc.Int {
		values = out.index
		d, ok := data.Dictionary().(*array.Data)
		if !ok || d == nil {
			return out, errors.New("its dictionary is missing")
		}
		var err error
		if out.dict, err = s.convertDictionary(d); err != nil {
			return out, err
		}
	}
	switch values.Kind {
	case ipc.Bool:
		if out.data = buffer(1); len(out.data)*8 < end {
			return out, errBuffers
		}
	case ipc.Utf8:
		return out, textCells(&out, &out.off32, buffer(1), buffer(2), data.Offset())
	case ipc.LargeUtf8:
		return out, textCells(&out, &out.off64, buffer(1), buffer(2), data.Offset())
	default:
		w := values.Width()
		if out.data = buffer(1); w == 0 || len(out.data)/w < end {
			return out, errBuffers
		}
		out.data = out.data[w*data.Offset():]
	}
	return out, nil
}

// textCells sets the texts of cells from an array's buffers.
func textCells[O int32 | int64](c *cells, offs *[]O, raw, text []byte, first int) error {
	all := cast[O](raw)
	if len(all) < first+c.n+1 {
		return errBuffers
	}
	*offs = all[first : first+c.n+1]
	c.text = text
	return checkOffsets(*offs, int64(len(text)))
}

// convertDictionary looks at the dictionary of an array.
func (s *parquetSource) convertDictionary(d *array.Data) (*dictionary, error) {
	arr := array.MakeFromData(d)
	values, ok := arr.(array.StringLike)
	if !ok {
		return nil, errors.New("its dictionary does not hold text")
	}
	out := &dictionary{n: values.Len(), values: Text{Offsets: []int64{0}}}
	for i := range values.Len() {
		v := ""
		if values.IsValid(i) {
			v = values.Value(i)
		}
		out.values.Append(v)
	}
	return out, nil
}

// guard turns a panic of the reader of Parquet into an error.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok && errors.Is(e, errMemory) {
				err = e
				return
			}
			err = fmt.Errorf("is damaged: %v", r)
		}
	}()
	return do()
}

var errMemory = errors.New("too much memory")

// boundedAllocator books what it hands out on a budget. Its panics are caught by guard.
type boundedAllocator struct {
	memory.Allocator
	budget *ipc.Budget
}

// Allocate returns memory or panics when the budget does not hold it.
func (a *boundedAllocator) Allocate(size int) []byte {
	if err := a.budget.Take(int64(size)); err != nil {
		panic(fmt.Errorf("%w: %w", errMemory, err))
	}
	return a.Allocator.Allocate(size)
}

// Reallocate returns memory or panics when the budget does not hold what it grows by.
func (a *boundedAllocator) Reallocate(size int, b []byte) []byte {
	if err := a.budget.Take(int64(max(size-len(b), 0))); err != nil {
		panic(fmt.Errorf("%w: %w", errMemory, err))
	}
	return a.Allocator.Reallocate(size, b)
}
