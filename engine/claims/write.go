package claims

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	arrowipc "github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Compressions are the words that WriteOptions.Compression may be.
var Compressions = []string{"none", "lz4", "zstd"}

// WriteOptions say how claims are written. The zero value writes uncompressed, which loads fastest.
type WriteOptions struct {
	// Compression is one of Compressions; "" means none.
	Compression string
	// CodePersons writes person_id as codes, which loads faster and is smaller, but keeps every person's id in memory
	// until the file is closed. Without it the memory of a Writer does not grow with the number of persons.
	CodePersons bool
	// BatchRows is the largest number of rows in a batch; 0 means as many as Write is given when nothing is compressed,
	// which lets a mapped file be used in place, and 262,144 otherwise.
	BatchRows int
	// Vouch, where it is set, looks at the table that readers will find in the file, and returns a voucher that is kept with
	// the file and given to them: FileInfo.Voucher. It is not asked about files of more than MaxVouched rows, since it needs
	// the whole table in memory, nor when a cell of the file would be rejected.
	Vouch func(*Table) ([]byte, error)
	// Scratch is above zero for a file that this process alone reads, and removes: it need not outlast a crash. So many of them are
	// written at the same time and share the memory for buffers.
	Scratch int
}

// MaxVouched is the number of rows up to which a Writer has its file vouched for.
const MaxVouched = 1 << 24

// Writer writes claims to one Arrow IPC file, whole or not at all, with control totals and checksums. Exactly one of
// Close and Abort ends it; Abort after Close does nothing.
type Writer struct {
	path   string
	opts   WriteOptions
	out    *arrowFile
	enc    *arrowipc.Writer
	arrow  []arrowipc.Option
	schema *arrow.Schema
	cols   []Column
	tables [NumColumns]*hashTable // of the coded columns
	// single is the only table that there will be, whose lists of values are written as they are; nil means that tables
	// come one after the other, or that the lists need looking at.
	single *Table
	rows   int64
	sums   [NumColumns]sum128
	done   bool
}

// NewWriter begins a file of claims. The first table that is written decides which columns the file has.
func NewWriter(path string, opts WriteOptions) (*Writer, error) {
	w := &Writer{path: path, opts: opts}
	switch opts.Compression {
	case "", "none":
	case "lz4":
		w.arrow = append(w.arrow, arrowipc.WithLZ4())
	case "zstd":
		w.arrow = append(w.arrow, arrowipc.WithZstd())
	default:
		return nil, fmt.Errorf("%s: compression %q is none of %s%s", path, opts.Compression, strings.Join(Compressions, ", "),
			nearest.Hint(opts.Compression, Compressions))
	}
	if w.opts.BatchRows <= 0 {
		w.opts.BatchRows = 1<<31 - 1
		if w.arrow != nil {
			w.opts.BatchRows = 1 << 18
		}
	}
	if !opts.CodePersons { // offsets of 32 bits bound the texts of a batch
		w.opts.BatchRows = min(w.opts.BatchRows, 1<<21)
	}
	out, err := createArrow(path, true, opts.Scratch)
	if err != nil {
		return nil, err
	}
	w.out = out
	return w, nil
}

// WriteFile writes one table, persons coded.
func WriteFile(path string, t *Table, opts WriteOptions) error {
	opts.CodePersons = true
	w, err := NewWriter(path, opts)
	if err != nil {
		return err
	}
	if t.distinctValues() {
		w.single = t
	}
	if err := w.Write(t); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.Close()
}

// distinctValues tells whether no list of values of the table holds an empty text; that they are distinct is a Table's
// promise.
func (t *Table) distinctValues() bool {
	for c := range NumColumns {
		if col := t.coded(c); col != nil {
			for i := range col.Values.Len() {
				if col.Values.Offsets[i] == col.Values.Offsets[i+1] {
					return false
				}
			}
		}
	}
	return true
}

// Write adds the rows of a table. Every table must have the columns of the first.
func (w *Writer) Write(t *Table) error {
	if w.done {
		return fmt.Errorf("%s: written to after its end", w.path)
	}
	if err := w.write(t); err != nil {
		return fmt.Errorf("%s: %w", w.path, err)
	}
	return nil
}

func (w *Writer) write(t *Table) error {
	if w.schema == nil {
		w.begin(t)
	}
	for c := range NumColumns {
		if t.Present(c) != slices.Contains(w.cols, c) {
			return fmt.Errorf("column %q is in some tables only; all must have the same columns", Schema[c].Name)
		}
		if p := t.fen(c); p != nil {
			w.sums[c].add(t.givenSum(c))
		}
	}
	for lo := 0; lo < t.Rows; lo += w.opts.BatchRows {
		part := t
		if hi := min(lo+w.opts.BatchRows, t.Rows); hi-lo < t.Rows {
			part = t.Slice(lo, hi)
		}
		rec, err := w.record(part)
		if err != nil {
			return err
		}
		err = w.enc.Write(rec)
		rec.Release()
		if err != nil {
			return err
		}
	}
	w.rows += int64(t.Rows)
	return nil
}

// givenSum adds up a money column, without what may stand in rows that have no amount.
func (t *Table) givenSum(c Column) sum128 {
	v := *t.fen(c)
	if has := t.has(c); has == nil || *has == nil {
		return sumOf(v)
	}
	var s sum128
	for i := range v {
		if t.given(c, i) {
			s.add(sumOf(v[i : i+1]))
		}
	}
	return s
}

// begin settles the columns of the file.
func (w *Writer) begin(t *Table) {
	var fields []arrow.Field
	for c := range NumColumns {
		if t.Present(c) {
			w.cols = append(w.cols, c)
			fields = append(fields, arrow.Field{Name: Schema[c].Name, Type: w.arrowType(c), Nullable: !Schema[c].Required})
		}
	}
	w.schema = arrow.NewSchema(fields, nil)
	w.enc = w.encoder()
}

func (w *Writer) encoder() *arrowipc.Writer {
	return arrowipc.NewWriterWithPayloadWriter(w.out, append(slices.Clip(w.arrow), arrowipc.WithSchema(w.schema))...)
}

// Close completes the file and gives it its name.
func (w *Writer) Close() error {
	if w.done {
		return nil
	}
	if err := w.finish(); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", w.path, err), w.Abort())
	}
	w.done = true
	w.single, w.tables = nil, [NumColumns]*hashTable{} // what is read back takes their place in memory
	control := &ipc.Control{Rows: w.rows, Distinct: true}
	for _, c := range w.cols {
		if Schema[c].Kind == KindFen {
			control.Sums = append(control.Sums, ipc.Sum{Column: Schema[c].Name, Fen: w.sums[c].wrapped()})
		}
	}
	if w.opts.Vouch == nil || w.rows > MaxVouched {
		return w.out.commit(control, nil)
	}
	return w.out.commit(control, w.vouch)
}

// vouch reads the finished file back and has the caller look at it.
func (w *Writer) vouch(path string) ([]byte, error) {
	sound := true
	t, _, err := ReadFile(context.Background(), path, ReadOptions{Reject: func(RejectedRow) error { sound = false; return nil }})
	if err != nil {
		return nil, fmt.Errorf("reading back what was written: %w", err)
	}
	defer t.Release()
	if !sound {
		return nil, nil
	}
	return w.opts.Vouch(t)
}

// finish writes the dictionaries, which are complete only now, through a second encoder, whose batch of no rows is
// passed over.
func (w *Writer) finish() error {
	if w.schema == nil {
		w.begin(emptyTable())
	}
	if err := w.enc.Close(); err != nil { // writes the schema when no batch has
		return err
	}
	w.out.closing = true
	var arrays []arrow.Array
	for _, c := range w.cols {
		arrays = append(arrays, w.emptyArray(c))
	}
	rec := array.NewRecord(w.schema, arrays, 0)
	defer rec.Release()
	enc := w.encoder()
	if err := enc.Write(rec); err != nil {
		return err
	}
	return enc.Close()
}

// emptyTable is a table of no rows with the required columns.
func emptyTable() *Table {
	none := Coded{Codes: []int32{}, Values: Text{Offsets: []int64{0}}}
	return &Table{ClaimID: Text{Offsets: []int64{0}}, Person: none, Hospital: none, Scheme: none,
		Setting: []Setting{}, Settlement: []Date{}, Gross: []money.Fen{}}
}

// Abort throws the file away.
func (w *Writer) Abort() error {
	if w.done {
		return nil
	}
	w.done = true
	return w.out.file.Abort()
}
