// Package casetest is the language in which law is tested by text: a case file tells a policy, a few claims and what the
// outcome must be. An analyst can write one; help.md describes it.
//
// This package parses cases, makes claims and a small region of them, runs the benefit rules and compares to the fen. What a
// stay is worth and what hospitals are paid is answered by blocks that a caller hands in, see Block.
package casetest

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// Help describes the language.
//
//go:embed help.md
var Help string

// Origin tells where the expected numbers of a case come from.
type Origin uint8

// The origins: worked out by hand, published by an authority, or taken from an earlier run of the engine.
const (
	Hand Origin = iota
	Official
	Snapshot
)

var originNames = []string{"hand", "official", "snapshot"}

// String gives the word used in case files.
func (o Origin) String() string { return originNames[o] }

// Case is one parsed case file. It is immutable.
type Case struct {
	File    string
	Title   string      // the comment at the head of the file, one line
	Policy  string      // pack or place; None when the case brings its own
	On      claims.Date // the day on which the case plays: it chooses the pack, and is the date of claims that have none
	Origin  Origin
	Source  string // what follows the word of the origin: a document
	Pack    *policy.Value
	Changes []policy.Change
	Tables  []*Table
	Expect  []Expectation

	lines []string
}

// None is the policy of a case that brings its own pack.
const None = "none"

// Table is one block of rows: input (claims, hospitals, ...) or expected results (adjudicate, ...).
type Table struct {
	Name    string // the block's word
	Of      string // the second word of the block's line, such as hospitals in "settle hospitals"; "" when there is none
	Pos     policy.Pos
	Columns []string
	Rows    []Row

	header policy.Pos // where the columns stand
}

// Row is one row of a block: a cell per column. A dash is a blank cell.
type Row struct {
	Pos   policy.Pos
	Cells []string
}

// Expectation is one line of an expect block.
type Expectation struct {
	Pos  policy.Pos
	Kind string // error or finding
	Text string // part of the error's text; or the finding's code, and the claim's id after a blank
}

// Table returns a block by its word, or nil when the case has none.
func (c *Case) Table(name string) *Table {
	i := slices.IndexFunc(c.Tables, func(t *Table) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return c.Tables[i]
}

// Cell returns the text of a row under a column; "" when the cell is blank or the column is not there.
func (t *Table) Cell(row Row, column string) string {
	if i := slices.Index(t.Columns, column); i >= 0 && row.Cells[i] != "-" {
		return row.Cells[i]
	}
	return ""
}

// CheckColumns refuses a column that is none of the allowed ones.
func (t *Table) CheckColumns(allowed []string) error {
	for i, col := range t.Columns {
		if !slices.Contains(allowed, col) {
			return fmt.Errorf("%s: %s: unknown column %q; columns are %s%s", t.header, t.Name, col, strings.Join(allowed, ", "), nearest.Hint(col, allowed))
		}
		if slices.Contains(t.Columns[:i], col) {
			return fmt.Errorf("%s: %s: column %q stands there twice", t.header, t.Name, col)
		}
	}
	return nil
}
