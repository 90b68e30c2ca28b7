package claims

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	arrowipc "github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// rejectsBatch is how many rejected rows are gathered before they are written.
const rejectsBatch = 1 << 13

// RejectsWriter writes rejected rows to an Arrow IPC file, whole or not at all, one row each: file, row, column and code
// of the first finding, a message for all of them, gross where it is known, and then the cells as text under the names
// of the schema with "cell_" before them. Exactly one of Close and Abort ends it; Abort after Close does nothing.
type RejectsWriter struct {
	path  string
	out   *arrowFile
	enc   *arrowipc.Writer
	build *array.RecordBuilder
	count Count
	done  bool
}

// NewRejectsWriter begins a file of rejects.
func NewRejectsWriter(path string) (*RejectsWriter, error) {
	out, err := createArrow(path, false, 0)
	if err != nil {
		return nil, err
	}
	fields := []arrow.Field{
		{Name: "file", Type: arrow.BinaryTypes.String},
		{Name: "row", Type: arrow.PrimitiveTypes.Int64},
		{Name: "column", Type: arrow.BinaryTypes.String},
		{Name: "code", Type: arrow.BinaryTypes.String},
		{Name: "message", Type: arrow.BinaryTypes.String},
		{Name: "gross", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}
	for _, name := range columnNames() {
		fields = append(fields, arrow.Field{Name: "cell_" + name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	return &RejectsWriter{path: path, out: out, build: array.NewRecordBuilder(memory.DefaultAllocator, schema),
		enc: arrowipc.NewWriterWithPayloadWriter(out, arrowipc.WithSchema(schema), arrowipc.WithZstd())}, nil
}

// Write adds one row, which must have a finding. Cells beyond the columns of the schema are an error.
func (w *RejectsWriter) Write(r RejectedRow) error {
	if w.done {
		return fmt.Errorf("%s: written to after its end", w.path)
	}
	if len(r.Findings) == 0 || len(r.Cells) > int(NumColumns) {
		panic(fmt.Sprintf("BUG: a rejected row has %d findings and %d cells", len(r.Findings), len(r.Cells)))
	}
	// What lets the row be rejected comes before mere warnings.
	first := r.Findings[max(slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Severity == Reject }), 0)]
	messages := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		messages[i] = f.Message
		if f.Column != "" {
			messages[i] = f.Column + ": " + f.Message
		}
	}
	text := func(i int) *array.StringBuilder { return w.build.Field(i).(*array.StringBuilder) }
	number := func(i int) *array.Int64Builder { return w.build.Field(i).(*array.Int64Builder) }
	text(0).Append(r.File)
	number(1).Append(r.Row)
	text(2).Append(first.Column)
	text(3).Append(first.Code)
	text(4).Append(strings.Join(messages, "; "))
	if first.GrossKnown {
		number(5).Append(int64(first.Gross))
	} else {
		number(5).AppendNull()
	}
	for c := range int(NumColumns) {
		if c < len(r.Cells) {
			text(6 + c).Append(r.Cells[c])
		} else {
			text(6 + c).AppendNull()
		}
	}
	if err := w.count.Add(first.Gross, first.GrossKnown); err != nil {
		return fmt.Errorf("%s: %w", w.path, err)
	}
	if w.count.Rows%rejectsBatch == 0 {
		return w.flush()
	}
	return nil
}

// Count returns how many rows were written, and their money.
func (w *RejectsWriter) Count() Count { return w.count }

func (w *RejectsWriter) flush() error {
	rec := w.build.NewRecord()
	defer rec.Release()
	if rec.NumRows() == 0 {
		return nil
	}
	if err := w.enc.Write(rec); err != nil {
		return fmt.Errorf("%s: %w", w.path, err)
	}
	return nil
}

// Close completes the file and gives it its name. A file without rows is written too, so that it can be told from the
// rejects of an earlier run.
func (w *RejectsWriter) Close() error {
	if w.done {
		return nil
	}
	err := w.flush()
	if err == nil {
		err = w.enc.Close()
	}
	if err != nil {
		return errors.Join(err, w.Abort())
	}
	w.done = true
	return w.out.commit(nil, nil)
}

// Abort throws the file away.
func (w *RejectsWriter) Abort() error {
	if w.done {
		return nil
	}
	w.done = true
	return w.out.file.Abort()
}
