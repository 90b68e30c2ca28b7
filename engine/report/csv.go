package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
)

// csvTable draws a table with the columns' keys above exact values: no thousands separators, no total row, and nothing in cells
// without a value. Texts stand as they are; a program that would run a cell beginning with "=" must be told not to.
func (o Options) csvTable(t *Table) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	line := make([]string, len(t.Columns))
	for i := range t.Columns {
		line[i] = t.Columns[i].Key
	}
	err := w.Write(line)
	for _, row := range t.Rows {
		for i := range row {
			line[i] = plain(&t.Columns[i], &row[i], o.Lang)
		}
		if err == nil {
			err = w.Write(line)
		}
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return b.Bytes(), err
}

// csvFiles draws each table as a file of its own, named after the document and the table.
func (o Options) csvFiles(d *Document) ([]File, error) {
	var files []File
	for _, s := range d.tables() {
		t := s.table()
		data, err := o.csvTable(t)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.ID, err)
		}
		files = append(files, File{d.ID + "." + t.ID + ".csv", data})
	}
	return files, nil
}

// csvStream draws all tables one after the other. When there are several, a line "# table" stands above each and an empty one between.
func (o Options) csvStream(d *Document) ([]byte, error) {
	list := d.tables()
	var b bytes.Buffer
	for i, s := range list {
		t := s.table()
		if i > 0 {
			b.WriteByte('\n')
		}
		if len(list) > 1 {
			fmt.Fprintf(&b, "# %s\n", t.ID)
		}
		data, err := o.csvTable(t)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.ID, err)
		}
		b.Write(data)
	}
	return b.Bytes(), nil
}
