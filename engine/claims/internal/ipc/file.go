package ipc

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Magic starts and ends an Arrow IPC file.
const Magic = "ARROW1"

// maxRows bounds the rows of a file, so that no sum of rows and widths overflows.
const maxRows = 1 << 40

// File is the frame of a file or stream.
type File struct {
	Stream bool // the stream format instead of the file format
	// Fields are the columns that were asked for, in the file's order; Ignored names the others.
	Fields  []Field
	Ignored []string
	Batches []Batch
	Rows    int64
	Control *Control // nil when the file has none

	in      *Input
	all     []Field
	wanted  []bool // by position in all
	control map[int64]*Message
	trust   bool
	// verified holds the places of the mapped segments that matched their checksums.
	verified sync.Map
	tally    *tally // nil unless the file is read in pieces
}

// Batch is one record batch.
type Batch struct {
	Rows    int64
	Columns []Chunk // one for each of File.Fields
	dicts   map[int64]*Dict
}

// Dict is one dictionary: its values are those of the parts, one after the other.
type Dict struct {
	Type  Type
	Parts []Chunk
}

// Dict returns the dictionary of an encoded column as it stands for this batch, nil when the file lacks it.
func (b *Batch) Dict(f *Field) *Dict { return b.dicts[f.dict] }

// IsFile tells whether the bytes start as an Arrow IPC file does.
func IsFile(head []byte) bool { return len(head) >= 8 && string(head[:6]) == Magic }

// IsStream tells whether the bytes start as an Arrow IPC stream does.
func IsStream(head []byte) bool {
	return len(head) >= 8 && binary.LittleEndian.Uint32(head) == 0xFFFFFFFF
}

// Open reads the frame. Of the columns only those are kept whose name keep accepts; a name that stands twice among them
// is an error. With trust the checksums of the data are not used.
func Open(in *Input, keep func(name string) bool, trust bool) (*File, error) {
	f := &File{in: in, trust: trust}
	if in.size < 8 {
		return nil, errTruncated
	}
	head, err := in.view(0, 8)
	if err != nil {
		return nil, err
	}
	if IsStream(head) {
		f.Stream = true
		return f, f.openStream(keep)
	}
	if !IsFile(head) {
		return nil, errors.New("is neither an Arrow IPC file nor a stream")
	}
	return f, f.openFile(keep)
}

// readSchema reads the schema message at off and returns where the next message starts.
func (f *File) readSchema(off int64, keep func(string) bool) (int64, error) {
	m, err := f.readMessage(off)
	if err != nil {
		return 0, err
	}
	if m == nil || m.kind != headerSchema {
		return 0, errors.New("does not start with a schema")
	}
	if !f.Stream && f.Control == nil && bytes.HasSuffix(m.flat.b, []byte(Mark)) {
		return 0, errControl
	}
	if f.all, err = parseSchema(m.flat, m.header); err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	for _, field := range f.all {
		want := keep(field.Name)
		f.wanted = append(f.wanted, want)
		if !want {
			f.Ignored = append(f.Ignored, field.Name)
			continue
		}
		if seen[field.Name] {
			return 0, fmt.Errorf("column %q stands twice", field.Name)
		}
		seen[field.Name] = true
		f.Fields = append(f.Fields, field)
	}
	return m.end, nil
}

// addBatch reads a record batch.
func (f *File) addBatch(m *message, dicts map[int64]*Dict) error {
	rows, chunks, err := f.chunks(m, m.header, f.all, f.wanted)
	if err != nil {
		return err
	}
	if f.Rows += rows; f.Rows > maxRows {
		return fmt.Errorf("claims more than %d rows", int64(maxRows))
	}
	f.Batches = append(f.Batches, Batch{Rows: rows, Columns: chunks, dicts: dicts})
	return nil
}

// readDict reads a dictionary batch. A nil dictionary is one that no wanted column uses.
func (f *File) readDict(m *message) (id int64, d *Dict, delta bool, err error) {
	id = m.flat.longAt(m.header, 0)
	body := m.flat.tableAt(m.header, 1)
	delta = m.flat.byteAt(m.header, 2, 0) != 0
	if m.flat.err != nil {
		return 0, nil, false, m.flat.err
	}
	i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.Encoded() && x.dict == id })
	if i < 0 {
		return id, nil, delta, nil
	}
	t := f.Fields[i].Type
	value := Field{Type: t}
	switch t.Kind {
	case Utf8, LargeUtf8:
		value.place = []layout{{buffers: 3}}
	case Utf8View:
		value.place = []layout{{buffers: 2, view: true}}
	default:
		return id, nil, delta, nil // the caller refuses the column's type
	}
	_, chunks, err := f.chunks(m, body, []Field{value}, nil)
	if err != nil {
		return 0, nil, false, err
	}
	return id, &Dict{Type: t, Parts: chunks}, delta, nil
}

// openStream reads the messages of a stream one after the other.
func (f *File) openStream(keep func(string) bool) error {
	off, err := f.readSchema(0, keep)
	if err != nil {
		return err
	}
	dicts := map[int64]*Dict{}
	for {
		if off == f.in.size {
			return errors.New("ends without the end mark of a stream: it is truncated")
		}
		m, err := f.readMessage(off)
		if err != nil {
			return f.at(err)
		}
		if m == nil {
			if off+8 != f.in.size {
				return errors.New("goes on after the end mark of its stream")
			}
			return nil
		}
		off = m.end
		switch m.kind {
		case headerDictionary:
			id, d, delta, err := f.readDict(m)
			if err != nil {
				return f.at(err)
			}
			if d == nil {
				continue
			}
			if old := dicts[id]; delta && old != nil {
				old.Parts = append(old.Parts, d.Parts...) // the codes of earlier batches still mean the same
				continue
			}
			dicts = maps.Clone(dicts) // earlier batches keep the dictionaries that they were written with
			dicts[id] = d
		case headerBatch:
			if err := f.addBatch(m, dicts); err != nil {
				return f.at(err)
			}
		default:
			return f.at(fmt.Errorf("has a message of unknown kind %d", m.kind))
		}
	}
}

// at puts the place before an error in a message.
func (f *File) at(err error) error { return fmt.Errorf("after batch %d: %w", len(f.Batches), err) }

// block is the place of a message as the footer has it.
type block struct{ off, meta, body int64 }

// openFile reads the footer and the messages that it names.
func (f *File) openFile(keep func(string) bool) error {
	const tail = 4 + len(Magic)
	if f.in.size < int64(8+tail) {
		return errTruncated
	}
	end, err := f.in.view(f.in.size-int64(tail), int64(tail))
	if err != nil {
		return err
	}
	if string(end[4:]) != Magic {
		return errors.New("lacks the mark at its end: it is truncated")
	}
	n := int64(int32(binary.LittleEndian.Uint32(end)))
	start := f.in.size - int64(tail) - n
	if n <= 0 || start < 8 {
		return errors.New("has a footer of impossible length")
	}
	foot, err := f.in.view(start, n)
	if err != nil {
		return err
	}
	fl := &flat{b: foot}
	root := fl.root()
	dictBlocks, batchBlocks := f.blocks(fl, root, 2), f.blocks(fl, root, 3)
	if fl.err != nil {
		return fmt.Errorf("footer: %w", fl.err)
	}
	all := slices.SortedFunc(slices.Values(append(slices.Clone(dictBlocks), batchBlocks...)),
		func(a, b block) int { return cmp.Compare(a.off, b.off) })
	at := int64(8)
	for _, b := range all {
		if b.off < at || b.meta < 8 || b.body < 0 || b.meta > start-b.off || b.body > start-b.off-b.meta {
			return errors.New("footer: the places of the batches are damaged")
		}
		at = b.off + b.meta + b.body
	}
	if f.Control, err = readControl(f.in, start); err != nil {
		return err
	}
	if f.Control != nil {
		f.control = map[int64]*Message{}
		for i := range f.Control.Messages {
			f.control[f.Control.Messages[i].Offset] = &f.Control.Messages[i]
		}
		if len(f.control) != len(all)+1 { // the schema is a message too
			return errors.New("footer does not name the batches that the control totals have")
		}
	}
	if _, err := f.readSchema(8, keep); err != nil {
		return err
	}
	return f.readBlocks(dictBlocks, batchBlocks)
}

// blocks reads a vector of places in the footer.
func (f *File) blocks(fl *flat, root table, slot int) []block {
	pos, n := fl.vectorAt(root, slot, 24)
	out := make([]block, n)
	for i := range out {
		out[i] = block{fl.i64(pos + 24*i), int64(int32(fl.u32(pos + 24*i + 8))), fl.i64(pos + 24*i + 16)}
	}
	return out
}

// readBlocks reads the dictionaries, which hold for the whole file, and then the batches.
func (f *File) readBlocks(dictBlocks, batchBlocks []block) error {
	dicts := map[int64]*Dict{}
	for _, b := range dictBlocks {
		m, err := f.messageAt(b, headerDictionary)
		if err != nil {
			return fmt.Errorf("dictionaries: %w", err)
		}
		id, d, delta, err := f.readDict(m)
		if err != nil {
			return fmt.Errorf("dictionaries: %w", err)
		}
		switch old := dicts[id]; {
		case d == nil:
		case old == nil:
			dicts[id] = d
		case delta:
			old.Parts = append(old.Parts, d.Parts...)
		default:
			return errors.New("dictionaries: one stands twice, which the file format forbids")
		}
	}
	for _, b := range batchBlocks {
		m, err := f.messageAt(b, headerBatch)
		if err == nil {
			err = f.addBatch(m, dicts)
		}
		if err != nil {
			return f.at(err)
		}
	}
	if f.Control != nil && f.Control.Rows != f.Rows {
		return fmt.Errorf("holds %d rows; its control totals say %d", f.Rows, f.Control.Rows)
	}
	return nil
}

// messageAt reads the message that a block of the footer names.
func (f *File) messageAt(b block, kind int) (*message, error) {
	m, err := f.readMessage(b.off)
	if err != nil {
		return nil, err
	}
	if m == nil || m.kind != kind || m.body.Off != b.off+b.meta || m.body.Len != b.body {
		return nil, errors.New("the footer and the message that it names do not agree")
	}
	return m, nil
}
