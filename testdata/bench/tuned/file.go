package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
)

// column numbers the columns of the claims that the works look at.
type column uint8

const (
	person column = iota
	hospital
	scheme
	group
	admission
	discharge
	settlement
	gross
	nonCovered
	booked
	referral
	referredFrom
	columns
)

var columnNames = [columns]string{"person_id", "hospital_id", "scheme", "drg_code", "admission_date", "discharge_date",
	"settlement_date", "gross", "non_covered", "booked_fund", "referral", "referred_from"}

// widths are the bytes of a value.
var widths = [columns]int{4, 4, 4, 4, 4, 4, 4, 8, 8, 8, 1, 4}

// A batch is a record batch of the file: where its columns' values stand, and the bits that tell which of them are absent
// (0: none is).
type batch struct {
	rows   int
	values [columns]int64
	given  [columns]int64
}

// A claimFile is an Arrow IPC file of claims whose batches have been found but not read.
type claimFile struct {
	*os.File
	batches []batch
	meta    []byte // of the message that is looked at
	// words are the dictionaries of columns of codes; that of persons is not read.
	words [columns][]string
}

// The numbers of Arrow's types that have three buffers where they are not coded.
var texts = []byte{4, 5, 19, 20} // Binary, Utf8, LargeBinary, LargeUtf8

func openClaims(path string) (*claimFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &claimFile{File: file}
	foot, err := f.footer()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	root := foot.root()
	fields, dicts := schemaOf(foot, foot.table(root, 1))
	at, n := foot.vector(root, 2)
	for i := range n {
		if err := f.dictionary(foot.i64(at+24*i), int(foot.i32(at+24*i+8)), dicts); err != nil {
			return nil, fmt.Errorf("%s: dictionary %d: %w", path, i, err)
		}
	}
	at, n = foot.vector(root, 3)
	f.batches = make([]batch, 0, n)
	for i := range n {
		b, err := f.batch(foot.i64(at+24*i), int(foot.i32(at+24*i+8)), fields)
		if err != nil {
			return nil, fmt.Errorf("%s: batch %d: %w", path, i, err)
		}
		if b.rows > 0 {
			f.batches = append(f.batches, b)
		}
	}
	return f, nil
}

func (f *claimFile) part(at int64, n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := f.ReadAt(b, at)
	return b, err
}

func (f *claimFile) footer() (flat, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	const tail = 10 // length and magic
	end, err := f.part(info.Size()-tail, tail)
	if err != nil {
		return nil, err
	}
	if string(end[4:]) != "ARROW1" {
		return nil, fmt.Errorf("is no Arrow IPC file")
	}
	n := int(binary.LittleEndian.Uint32(end))
	return f.part(info.Size()-tail-int64(n), n)
}

// A field is a column of the file, known or not.
type field struct {
	column  column // columns where the works do not look at it
	buffers int
}

// schemaOf lists the file's columns, and which column a dictionary belongs to.
func schemaOf(f flat, schema table) ([]field, map[int64]column) {
	at, n := f.vector(schema, 1)
	fields, dicts := make([]field, n), map[int64]column{}
	for i := range fields {
		t := table(at + 4*i + f.i32(at+4*i))
		c := columns
		if k := slices.Index(columnNames[:], f.text(t, 0)); k >= 0 {
			c = column(k)
		}
		coded := f.table(t, 4)
		fields[i] = field{column: c, buffers: 2}
		if coded != 0 {
			dicts[f.long(coded, 0)] = c
		} else if slices.Contains(texts, f.byte(t, 2)) {
			fields[i].buffers = 3
		}
	}
	return fields, dicts
}

// message reads a message's metadata: its header, and where its body begins.
func (f *claimFile) message(at int64, meta int) (m flat, header table, body int64, err error) {
	if meta > len(f.meta) {
		f.meta = make([]byte, 2*meta)
	}
	if _, err := f.ReadAt(f.meta[:meta], at); err != nil {
		return nil, 0, 0, err
	}
	m = f.meta[8:meta]
	return m, m.table(m.root(), 2), at + int64(meta), nil
}

func (f *claimFile) batch(at int64, meta int, fields []field) (batch, error) {
	m, header, body, err := f.message(at, meta)
	if err != nil {
		return batch{}, err
	}
	if m.table(header, 3) != 0 {
		return batch{}, fmt.Errorf("is compressed")
	}
	out := batch{rows: int(m.long(header, 0))}
	nodes, _ := m.vector(header, 1)
	buffers, _ := m.vector(header, 2)
	found := 0
	for i, fd := range fields {
		if c := fd.column; c < columns {
			found++
			if m.i64(nodes+16*i+8) != 0 {
				if c != group && c != referredFrom {
					return out, fmt.Errorf("%s is absent from some claims", columnNames[c])
				}
				out.given[c] = body + m.i64(buffers)
			}
			out.values[c] = body + m.i64(buffers+16)
			if n := m.i64(buffers + 16 + 8); n < int64(out.rows*widths[c]) {
				return out, fmt.Errorf("%s has %d bytes for %d rows", columnNames[c], n, out.rows)
			}
		}
		buffers += 16 * fd.buffers
	}
	if found != int(columns) {
		return out, fmt.Errorf("has only %d of the columns %q", found, columnNames)
	}
	return out, nil
}

func (f *claimFile) dictionary(at int64, meta int, dicts map[int64]column) error {
	m, header, body, err := f.message(at, meta)
	if err != nil {
		return err
	}
	c, known := dicts[m.long(header, 0)]
	if !known || c == columns || c == person {
		return nil
	}
	data := m.table(header, 1)
	n := int(m.long(data, 0))
	buffers, _ := m.vector(data, 2)
	ends, err := f.part(body+m.i64(buffers+16), int(m.i64(buffers+16+8)))
	if err != nil {
		return err
	}
	all, err := f.part(body+m.i64(buffers+32), int(m.i64(buffers+32+8)))
	if err != nil {
		return err
	}
	for i := range n {
		from, to := flat(ends).i32(4*i), flat(ends).i32(4*i+4)
		f.words[c] = append(f.words[c], string(all[from:to]))
	}
	return nil
}
