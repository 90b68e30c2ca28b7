package csvtable

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Row is one row of a table. Its methods read a cell by the column's name; a cell of a wrong form becomes the
// table's error and reads as zero. A blank cell of an optional column, or one that the file lacks, reads as zero
// without an error; Blank tells it from a written zero.
type Row struct {
	t *Table
	i int
}

// Line returns the 1-based line in the file on which the row begins.
func (r Row) Line() int { return r.t.lines[r.i] }

// Where returns the row's place for messages: file:line.
func (r Row) Where() string { return fmt.Sprintf("%s:%d", r.t.Name, r.Line()) }

// Failf makes the table fail at this cell, in the form of the package's own errors. The first failure stays.
func (r Row) Failf(column, format string, args ...any) {
	r.fail(column, fmt.Errorf(format, args...))
}

func (r Row) fail(column string, err error) {
	if r.t.err == nil {
		r.t.err = fmt.Errorf("%s: column %q: %w", r.Where(), column, err)
	}
}

// cell returns the text and whether there is any.
func (r Row) cell(column string) (string, bool) {
	if !slices.Contains(r.t.columns.names, column) {
		panic(fmt.Sprintf("BUG: %s is read for a column %q that it does not declare", r.t.Name, column))
	}
	at, ok := r.t.at[column]
	if !ok {
		return "", false
	}
	s := r.t.cells[r.i][at]
	if s == "" && !r.t.columns.optional[column] {
		r.fail(column, fmt.Errorf("the cell is blank, a value is needed"))
	}
	return s, s != ""
}

// read parses a cell with parse; blank reads as zero.
func read[T any](r Row, column string, parse func(string) (T, error)) T {
	var zero T
	s, ok := r.cell(column)
	if !ok {
		return zero
	}
	v, err := parse(s)
	if err != nil {
		r.fail(column, err)
		return zero
	}
	return v
}

// Blank tells whether the cell is empty or its column absent.
func (r Row) Blank(column string) bool {
	at, ok := r.t.at[column]
	return !ok || r.t.cells[r.i][at] == ""
}

// Text returns the cell without surrounding blanks.
func (r Row) Text(column string) string { s, _ := r.cell(column); return s }

// Fen reads an exact amount in currency units with at most two decimals.
func (r Row) Fen(column string) money.Fen { return read(r, column, money.ParseFen) }

// Ratio reads a factor ("0.85") or percent ("85%").
func (r Row) Ratio(column string) money.Ratio { return read(r, column, money.ParseRatio) }

// Points reads points with at most six decimals.
func (r Row) Points(column string) money.Points { return read(r, column, money.ParsePoints) }

// Int reads a whole number from lo to hi.
func (r Row) Int(column string, lo, hi int64) int64 {
	return read(r, column, func(s string) (int64, error) {
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil || v < lo || v > hi {
			return 0, fmt.Errorf("%q is not a whole number from %d to %d", s, lo, hi)
		}
		return v, nil
	})
}

// Bool reads true or false.
func (r Row) Bool(column string) bool {
	return read(r, column, func(s string) (bool, error) {
		switch s {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return false, fmt.Errorf("%q is neither true nor false", s)
	})
}

// Date reads a day written as 2026-03-15. Blank reads as claims.NoDate.
func (r Row) Date(column string) claims.Date {
	if r.Blank(column) {
		r.cell(column)
		return claims.NoDate
	}
	return read(r, column, claims.ParseDate)
}

// Word reads one of the allowed words. Blank reads as "".
func (r Row) Word(column string, allowed []string) string {
	return read(r, column, func(s string) (string, error) {
		if !slices.Contains(allowed, s) {
			return "", fmt.Errorf("%q is none of %s%s", s, strings.Join(allowed, ", "), nearest.Hint(s, allowed))
		}
		return s, nil
	})
}

// Parse reads a cell with the caller's own parser, in the form of the package's errors. Blank reads as zero.
func Parse[T any](r Row, column string, parse func(string) (T, error)) T {
	return read(r, column, parse)
}
