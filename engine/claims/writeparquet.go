package claims

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/drgsim/drgsim/engine/wholefile"
)

// WriteParquet writes one table as Parquet, compressed with ZSTD, in row groups of up to so many rows (0 means 262,144).
// Parquet files carry no control totals.
func WriteParquet(path string, t *Table, groupRows int) error {
	if groupRows <= 0 {
		groupRows = 1 << 18
	}
	w := &Writer{opts: WriteOptions{CodePersons: true}, single: t}
	var fields []arrow.Field
	var arrays []arrow.Array
	for c := range NumColumns {
		if !t.Present(c) {
			continue
		}
		arr, err := w.array(t, c)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if arr.DataType().ID() == arrow.DICTIONARY {
			data := array.NewDataWithDictionary(arr.DataType(), arr.Len(), arr.Data().Buffers(), arr.NullN(), 0,
				w.emptyArray(c).(*array.Dictionary).Dictionary().Data().(*array.Data))
			arr = array.NewDictionaryData(data)
		}
		fields = append(fields, arrow.Field{Name: Schema[c].Name, Type: arr.DataType(), Nullable: !Schema[c].Required})
		arrays = append(arrays, arr)
	}
	schema := arrow.NewSchema(fields, nil)
	rec := array.NewRecord(schema, arrays, int64(t.Rows))
	defer rec.Release()
	tbl := array.NewTableFromRecords(schema, []arrow.Record{rec})
	defer tbl.Release()
	return wholefile.Write(path, func(out io.Writer) error {
		props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd))
		if err := pqarrow.WriteTable(tbl, out, int64(groupRows), props, pqarrow.DefaultWriterProps()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}
