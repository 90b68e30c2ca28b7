package claims

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/nearest"
)

// source is an open file of claims, whatever its format. Methods may be called by several goroutines.
type source interface {
	// batchRows returns the number of rows of each batch.
	batchRows() []int64
	// types returns the value type and the code type of a column, and whether the file has the column.
	types(c Column) (value, index ipc.Type, ok bool)
	// cells returns rows lo to hi of a column in a batch. Where the values have a fixed width and dst is as long as they
	// are, the source may put them there; it need not. Equal dictionaries of two batches are the same pointer.
	cells(c Column, batch int, lo, hi int64, dst []byte, budget *ipc.Budget) (cells, error)
	// divisible tells whether a part of a batch can be read for less than the whole of it.
	divisible() bool
	// aliases tells whether the cells of a batch may alias the file itself instead of memory, none of them null.
	aliases(c Column, batch int) bool
	// mapped tells whether the file is mapped, so that cells may alias it.
	mapped() bool
	// control returns the control totals of a file that this program wrote, nil for others.
	control() *ipc.Control
	// release frees the file.
	release()
	// detach closes the file but leaves what cells alias, which the returned function frees.
	detach() func()
}

// placer is a source that can read texts to where they are to stand, in two steps, without memory of their own between them.
type placer interface {
	// textEnds fills ends, which are zero, with where the texts of rows lo to hi of a batch end, counted from the start of the
	// first, and returns where that is. It tells instead that the texts cannot be placed, when they do not stand behind one another.
	textEnds(c Column, batch int, lo, hi int64, ends []int64, budget *ipc.Budget) (from int64, placed bool, err error)
	// text fills dst with the bytes of a batch's texts from a place on.
	text(c Column, batch int, from int64, dst []byte, budget *ipc.Budget) error
}

// accepted says which types a kind of column is read from, as messages and the schema print it.
var accepted = [...]string{
	KindID:   "utf8, large_utf8, utf8_view, a dictionary of one of these, or an integer",
	KindCode: "utf8, large_utf8, utf8_view, or a dictionary of one of these",
	KindDate: "date32, date64, or timestamp at midnight without a time zone or in UTC",
	KindFen:  "integer (fen), decimal128 (currency units), float32 or float64 (currency units, a whole number of fen)",
	KindInt:  "integer",
	KindBool: "bool",
}

// accepts tells whether a column of a kind can be read from values of a type.
func accepts(k Kind, value, index ipc.Type) bool {
	text := value.Kind == ipc.Utf8 || value.Kind == ipc.LargeUtf8 || value.Kind == ipc.Utf8View
	if index.Kind == ipc.Int {
		return text && (k == KindID || k == KindCode)
	}
	if index.Kind != ipc.Other || index.Bits != 0 {
		return false
	}
	switch k {
	case KindID:
		return text || value.Kind == ipc.Int
	case KindCode:
		return text
	case KindDate:
		utc := value.Zone == "" || value.Zone == "UTC" || value.Zone == "Etc/UTC" || value.Zone == "Z" || value.Zone == "+00:00"
		return value.Kind == ipc.Date32 || value.Kind == ipc.Date64 || (value.Kind == ipc.Timestamp && utc)
	case KindFen:
		return value.Kind == ipc.Int || value.Kind == ipc.Float ||
			(value.Kind == ipc.Decimal && value.Scale >= 0 && value.Scale <= maxScale)
	case KindInt:
		return value.Kind == ipc.Int
	default:
		return value.Kind == ipc.Bool
	}
}

// columnNames lists the names of the schema, in its order.
func columnNames() []string {
	names := make([]string, NumColumns)
	for i, f := range Schema {
		names[i] = f.Name
	}
	return names
}

// ColumnOf returns the column with a name.
func ColumnOf(name string) (Column, bool) {
	i := slices.Index(columnNames(), name)
	return Column(max(i, 0)), i >= 0
}

// checkColumns holds the columns of a file against the schema. A column that the schema lacks is passed over, unless its name
// looks like a slip of the pen for one that the file does not have. An optional column of nothing but nulls, as some programs
// write it, counts as absent.
func checkColumns(path string, src source, ignored []string) error {
	var absent []string
	for c := range NumColumns {
		f := &Schema[c]
		value, index, ok := src.types(c)
		if !ok && !f.Required {
			absent = append(absent, f.Name)
		}
		switch {
		case !ok && f.Required:
			return fmt.Errorf("%s: column %q is missing%s", path, f.Name, hint(f.Name, ignored))
		case !ok || (value.Kind == ipc.Null && !f.Required):
		case !accepts(f.Kind, value, index):
			name := value.String()
			if index.Kind == ipc.Int {
				name = fmt.Sprintf("dictionary<%s, %s>", index, value)
			}
			if value.Zone != "" {
				name += " in " + value.Zone
			}
			return fmt.Errorf("%s: column %q is %s; allowed: %s", path, f.Name, name, accepted[f.Kind])
		}
	}
	for _, name := range ignored {
		// Unread, a misspelt column would leave its amounts at zero without a word.
		if n := nearest.Slip(name, absent); n != "" {
			return fmt.Errorf("%s: column %q is none of a claim's; nearest is %q, which the file lacks: rename it, or drop it", path, name, n)
		}
	}
	return nil
}

// hint names the column of the file that was most likely meant.
func hint(name string, ignored []string) string {
	if n := nearest.Name(name, ignored); n != "" {
		return fmt.Sprintf("; the file has a column %q", n)
	}
	if len(ignored) > 0 && len(ignored) <= 12 {
		return "; the file's other columns: " + strings.Join(ignored, ", ")
	}
	return ""
}

// ipcSource reads Arrow IPC files and streams.
type ipcSource struct {
	in      *ipc.Input
	file    *ipc.File
	field   [NumColumns]int // position in file.Fields, -1 when absent
	rows    []int64
	plain   bool // no buffer is compressed
	viewing bool // a column has the view layout
	// bare are the columns whose dictionaries are counted only, since their values are read later.
	bare ColumnSet

	mu    sync.Mutex
	dicts map[*ipc.Dict]*dictionary
}

func openIPC(in *ipc.Input, trust bool) (*ipcSource, error) {
	f, err := ipc.Open(in, func(name string) bool { _, ok := ColumnOf(name); return ok }, trust)
	if err != nil {
		return nil, err
	}
	s := &ipcSource{in: in, file: f, plain: true, dicts: map[*ipc.Dict]*dictionary{}}
	for c := range NumColumns {
		s.field[c] = slices.IndexFunc(f.Fields, func(x ipc.Field) bool { return x.Name == Schema[c].Name })
	}
	for _, field := range f.Fields {
		s.viewing = s.viewing || (field.Type.Kind == ipc.Utf8View && !field.Encoded())
	}
	for i := range f.Batches {
		b := &f.Batches[i]
		if b.Rows > math.MaxUint32 {
			return nil, fmt.Errorf("batch %d has %d rows, more than 4294967295", i+1, b.Rows)
		}
		s.rows = append(s.rows, b.Rows)
		for _, c := range b.Columns {
			s.plain = s.plain && c.Codec == ipc.Plain
		}
	}
	return s, nil
}

func (s *ipcSource) batchRows() []int64    { return s.rows }
func (s *ipcSource) control() *ipc.Control { return s.file.Control }
func (s *ipcSource) mapped() bool          { return s.in.Mapped() }
func (s *ipcSource) divisible() bool       { return s.plain && (!s.viewing || s.in.Mapped()) }

func (s *ipcSource) aliases(c Column, batch int) bool {
	return s.in.Mapped() && s.plain && s.file.Batches[batch].Columns[s.field[c]].Nulls == 0
}

func (s *ipcSource) types(c Column) (value, index ipc.Type, ok bool) {
	if s.field[c] < 0 {
		return value, index, false
	}
	f := &s.file.Fields[s.field[c]]
	return f.Type, f.Index, true
}

func (s *ipcSource) release() { s.detach()() }

func (s *ipcSource) detach() func() {
	s.in.CloseFile() // only read from: nothing can be lost
	return s.in.Unmap
}

// cells reads from the file.
func (s *ipcSource) cells(c Column, batch int, lo, hi int64, dst []byte, budget *ipc.Budget) (cells, error) {
	f := &s.file.Fields[s.field[c]]
	b := &s.file.Batches[batch]
	out, err := s.load(&b.Columns[s.field[c]], f.Type, f.Index, lo, hi, dst, budget)
	if err == nil && f.Encoded() {
		out.dict, err = s.dictOf(b.Dict(f), s.bare != 0 && s.bare.Has(c), budget)
	}
	if err != nil {
		return cells{}, fmt.Errorf("batch %d: %w", batch+1, err)
	}
	return out, nil
}

// load reads rows lo to hi of a chunk.
func (s *ipcSource) load(ch *ipc.Chunk, value, index ipc.Type, lo, hi int64, dst []byte, budget *ipc.Budget) (cells, error) {
	c := cells{typ: value, index: index, n: int(hi - lo)}
	if c.n == 0 {
		c.off32 = []int32{0}
		return c, nil
	}
	var err error
	if ch.Nulls > 0 {
		c.validBit = int(lo % 8)
		if c.valid, err = s.bits(ch, 0, lo, hi, budget); err != nil {
			return c, err
		}
	}
	if index.Kind == ipc.Int {
		value = index
	}
	switch value.Kind {
	case ipc.Bool:
		c.dataBit = int(lo % 8)
		c.data, err = s.bits(ch, 1, lo, hi, budget)
		return c, err
	case ipc.Utf8, ipc.LargeUtf8:
		return c, s.loadText(&c, ch, lo, hi, budget)
	case ipc.Utf8View:
		for i := 2; i < len(ch.Buffers); i++ {
			n, err := s.file.Size(ch, i)
			if err != nil {
				return c, err
			}
			b, err := s.file.Load(ch, i, 0, n, nil, budget)
			if err != nil {
				return c, err
			}
			c.views = append(c.views, b)
		}
	}
	w := int64(value.Width())
	if int64(len(dst)) != w*int64(c.n) {
		dst = nil
	}
	c.data, err = s.file.LoadPart(ch, 1, lo*w, (hi-lo)*w, ipc.Part{Last: hi == ch.Rows}, dst, budget)
	return c, err
}

// bits reads the bytes that hold the bits of rows lo to hi in a buffer of bits. The byte in which lo lies is the rows' before it.
func (s *ipcSource) bits(ch *ipc.Chunk, buffer int, lo, hi int64, budget *ipc.Budget) ([]byte, error) {
	part := ipc.Part{Before: min(lo%8, 1), Last: hi == ch.Rows}
	return s.file.LoadPart(ch, buffer, lo/8, (hi+7)/8-lo/8, part, nil, budget)
}

// offsets reads where the texts of rows lo to hi begin and end, in w bytes each. The first is also where the row before ends.
func (s *ipcSource) offsets(ch *ipc.Chunk, w, lo, hi int64, dst []byte, budget *ipc.Budget) ([]byte, error) {
	return s.file.LoadPart(ch, 1, lo*w, (hi-lo+1)*w, ipc.Part{Before: min(lo, 1) * w, Last: hi == ch.Rows}, dst, budget)
}

// loadText reads the offsets of rows lo to hi, checks them, and reads the bytes that they span.
func (s *ipcSource) loadText(c *cells, ch *ipc.Chunk, lo, hi int64, budget *ipc.Budget) error {
	w := int64(4)
	if c.typ.Kind == ipc.LargeUtf8 {
		w = 8
	}
	raw, err := s.offsets(ch, w, lo, hi, nil, budget)
	if err != nil {
		return err
	}
	var end int64
	if w == 4 {
		c.off32 = cast[int32](raw)
		c.base, end = int64(c.off32[0]), int64(c.off32[c.n])
		err = checkOffsets(c.off32, end)
	} else {
		c.off64 = cast[int64](raw)
		c.base, end = c.off64[0], c.off64[c.n]
		err = checkOffsets(c.off64, end)
	}
	if err != nil {
		return err
	}
	c.text, err = s.file.Load(ch, 2, c.base, end-c.base, nil, budget)
	return err
}

// dictOf reads a dictionary, once for all who ask.
func (s *ipcSource) dictOf(d *ipc.Dict, bare bool, budget *ipc.Budget) (*dictionary, error) {
	if d == nil {
		return nil, errors.New("its dictionary is missing")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.dicts[d]; known != nil {
		return known, nil
	}
	if bare && s.file.Control != nil && s.file.Control.Distinct {
		out := &dictionary{distinct: true, bare: true}
		for i := range d.Parts {
			out.n += int(d.Parts[i].Rows)
		}
		s.dicts[d] = out
		return out, nil
	}
	parts := make([]cells, len(d.Parts))
	for i := range d.Parts {
		p, err := s.load(&d.Parts[i], d.Type, ipc.Type{}, 0, d.Parts[i].Rows, nil, budget)
		if err != nil {
			return nil, fmt.Errorf("dictionary: %w", err)
		}
		parts[i] = p
	}
	out, err := buildDictionary(parts)
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	out.distinct = s.file.Control != nil && s.file.Control.Distinct
	s.dicts[d] = out
	return out, nil
}
