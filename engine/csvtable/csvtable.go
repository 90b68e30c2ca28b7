// Package csvtable reads the small tables of regions and policies: CSV bound by its header, strictly.
//
// A column that is unknown, repeated or missing, a row of another length and a cell of another form are errors that name
// file, line and column. Files may be UTF-8 with or without a byte order mark, or GB18030, with either line end,
// and packed with gzip.
package csvtable

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// MaxBytes bounds the unpacked text of one table. Tables of a region are a few megabytes; more is a wrong file.
const MaxBytes = 256 << 20

// Table is one table in memory. Loop over Rows, then ask Err.
type Table struct {
	Name    string // as in error messages: the file's path as it was given
	columns Columns
	at      map[string]int
	cells   [][]string
	lines   []int // 1-based line on which each row begins
	err     error
}

// Open reads the table in a file.
func Open(path string, columns Columns) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, plain(path, err)
	}
	defer f.Close()
	return Read(path, f, columns)
}

// OpenFS reads the table in a file of a file system, such as the policies that the program carries. shown is the
// name for error messages; when it is empty, name is used.
func OpenFS(fsys fs.FS, name, shown string, columns Columns) (*Table, error) {
	if shown == "" {
		shown = name
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, plain(shown, err)
	}
	defer f.Close()
	return Read(shown, f, columns)
}

// plain makes one sentence of a file error, with the name as the caller knows it.
func plain(name string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("%s: %w", filepath.ToSlash(name), err)
}

// Read reads a table from r; name stands in error messages.
func Read(name string, r io.Reader, columns Columns) (*Table, error) {
	t := &Table{Name: filepath.ToSlash(name), columns: columns}
	text, err := Decode(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	limited := &limit{r: text, left: MaxBytes}
	cr := csv.NewReader(limited)
	cr.FieldsPerRecord = -1
	for {
		rec, err := cr.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, t.parseError(err)
		}
		line, _ := cr.FieldPos(0)
		for i := range rec {
			rec[i] = strings.TrimSpace(rec[i])
		}
		if t.at == nil {
			if t.at, err = columns.bind(rec); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", t.Name, line, err)
			}
			continue
		}
		if len(rec) != len(t.at) {
			return nil, fmt.Errorf("%s:%d: the row has %d cells, the header has %d", t.Name, line, len(rec), len(t.at))
		}
		t.cells, t.lines = append(t.cells, rec), append(t.lines, line)
	}
	if t.at == nil {
		return nil, fmt.Errorf("%s: the file is empty; a header is needed: %s", t.Name, strings.Join(columns.names, ","))
	}
	return t, nil
}

func (t *Table) parseError(err error) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	what := "a quote stands inside a cell that is not quoted"
	if errors.Is(pe.Err, csv.ErrQuote) {
		what = "a quoted cell is not closed, or text follows its closing quote"
	}
	return fmt.Errorf("%s:%d: %s", t.Name, pe.Line, what)
}

// limit fails where io.LimitReader would cut a table short.
type limit struct {
	r    io.Reader
	left int64
}

func (l *limit) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("the table is larger than %d MiB", MaxBytes>>20)
	}
	return n, err
}

// Len returns the number of rows below the header.
func (t *Table) Len() int { return len(t.cells) }

// Has tells whether the file has the column.
func (t *Table) Has(column string) bool { _, ok := t.at[column]; return ok }

// Rows yields the rows in file order and stops after the first row in which a cell was wrong.
func (t *Table) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range t.cells {
			if !yield(Row{t, i}) || t.err != nil {
				return
			}
		}
	}
}

// Err returns the first error that a cell gave, or nil.
func (t *Table) Err() error { return t.err }
