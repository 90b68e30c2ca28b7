// Package report holds one model of a report and draws it in every format: terminal text, JSON, CSV, Markdown, Arrow, an
// Excel workbook, a self-contained HTML page, and SVG or PNG charts.
//
// The model carries exact integers with their kinds; only the drawing rounds, and only for display: the machine formats
// (JSON, CSV, Arrow) and the workbook always hold the exact values. The same document and options give the same bytes in
// every format.
package report

import (
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// Text is a phrase in both languages. When one is empty the other stands in for it.
type Text struct{ Zh, En string }

// Same is a text that reads alike in both languages: a code, a file name, a proper name.
func Same(s string) Text { return Text{Zh: s} }

// In returns the text in a language.
func (t Text) In(l Lang) string {
	if (l == En && t.En != "") || t.Zh == "" {
		return t.En
	}
	return t.Zh
}

// Empty tells whether there is nothing in either language.
func (t Text) Empty() bool { return t == Text{} }

// Lang is a language of reports. The zero value is Chinese.
type Lang string

// The languages.
const (
	Zh Lang = "zh"
	En Lang = "en"
)

// Unit is the unit in which amounts are displayed. The zero value is the yuan.
type Unit string

// The units: yuan (元) and ten thousand yuan (万元).
const (
	Yuan Unit = "yuan"
	Wan  Unit = "wan"
)

// Document is a whole report.
type Document struct {
	ID       string // a word of a-z, 0-9, "-" and "_": the base of file names
	Title    Text
	Subtitle Text
	// Currency names the unit of money when it is not 元: {"美元", "dollars"}.
	Currency Text
	Facts    []Fact // what the report stands on: study, policy, region, year, build, hashes
	Warnings []Text // what a reader must know before using any number
	Sections []*Section
}

// Fact is one line of a report's foundation.
type Fact struct {
	Name  Text
	Value Text
}

// Section answers one question with a table, a chart, both, or text alone.
type Section struct {
	ID    string // as Document.ID; unique in the document
	Title Text
	Note  Text   // a sentence or two above the table
	Notes []Text // footnotes below it
	Table *Table // nil for none
	Chart *Chart // nil for none
	// Detail is opened from a row of Table: its own table's By column holds the keys that the rows' Drill names. Terminal
	// text and Markdown leave it out; the page unfolds it; the workbook and the data formats hold it as one more table.
	Detail   *Section
	Children []*Section
}

// Kind is what a value means, which decides how it is drawn. The zero value is KindText in a column, and in a cell the
// kind of its column.
type Kind uint8

// The kinds. A delta is drawn with its sign and, where colour is wanted, in colour.
const (
	KindDefault     Kind = iota
	KindText             // words, which may be cut or wrapped to fit
	KindCode             // identifiers, never cut
	KindFen              // Int in fen
	KindFenDelta         // Int in fen
	KindRatio            // Int in parts per million, drawn as percent
	KindRatioDelta       // Int in parts per million, drawn as signed percent
	KindCount            // Int as a whole number
	KindCountDelta       // Int as a signed whole number
	KindPoints           // Int in millionths of a point
	KindPointsDelta      // Int in millionths of a point
	KindFactor           // Int in millionths, drawn as a decimal: coefficients, point values in yuan
	KindFactorDelta      // Int in millionths
	KindDate             // Int in days since 1970-01-01
)

// Column describes the cells below it.
type Column struct {
	Key   string // the name in JSON, CSV and Arrow; unique in the table
	Title Text
	Kind  Kind
	// Decimals drawn for ratios (of the percent), points and factors; 0 is the kind's default (2, 2 and 4), -1 is none.
	Decimals int
	// Sum asks for a total of the rows. The workbook writes it as a formula, so that a reader sees it re-added.
	Sum bool
	// Adverse turns the colours of a delta round: more is worse, as with what people pay.
	Adverse bool
	// InYuan keeps small amounts (per person, per point) in yuan whatever the unit of the report.
	InYuan bool
	// Hidden columns are in the data formats only.
	Hidden bool
}

// Table is rows of cells under columns.
type Table struct {
	ID      string // as Document.ID; unique in the document; names files and sheets
	Columns []Column
	Rows    [][]Cell
	// Footer is the total row, or nil; see AddTotal. Its Sum columns must equal the sums of the rows.
	Footer []Cell
	// List asks a terminal to draw each row as a paragraph instead of side by side: for tables of sentences, such as the steps
	// of an explanation, of which no word may be cut. Such a table has no footer.
	List bool
	// By is, in the table of a Detail section, the Key of the column that holds the keys of the rows above.
	By string
}

// Cell is one value. Text and code kinds use Text, all others Int.
type Cell struct {
	Text  Text
	Int   int64
	Null  bool   // no value; drawn as "-" or an empty cell
	Kind  Kind   // other than zero where the cells of a column differ in kind, as in a table of headlines
	Drill string // in a table of a section with Detail: the key of the detail rows that this row opens
}

// As returns the cell with a kind of its own.
func (c Cell) As(k Kind) Cell { c.Kind = k; return c }

// To returns the cell opening the detail rows of a key.
func (c Cell) To(key string) Cell { c.Drill = key; return c }

// None is a cell without a value.
func None() Cell { return Cell{Null: true} }

// Word is a cell of text or code that reads alike in both languages.
func Word(s string) Cell { return Cell{Text: Same(s)} }

// Words is a cell of text in both languages.
func Words(zh, en string) Cell { return Cell{Text: Text{Zh: zh, En: en}} }

// Int is a cell of any integer kind: fen, parts per million, millionths, counts, days.
func Int[T ~int64 | ~int32 | ~int](v T) Cell { return Cell{Int: int64(v)} }

// Share is a cell with a/b in parts per million, rounded half up, and an empty one where b is zero or the quotient does not fit.
func Share(a, b money.Fen) Cell {
	r, err := money.RatioOf(a, b, money.HalfUp)
	if err != nil {
		return None()
	}
	return Int(r)
}

// AddTotal sets the footer: the label in the first drawn column, the sums of the Sum columns, and nothing elsewhere. A table
// without Sum columns gets none.
func (t *Table) AddTotal(label Text) error {
	if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Sum }) {
		return nil
	}
	sums, err := t.sums()
	if err != nil {
		return err
	}
	t.Footer = make([]Cell, len(t.Columns))
	labelled := false
	for i, c := range t.Columns {
		t.Footer[i] = None()
		switch {
		case c.Sum:
			t.Footer[i] = Int(sums[i])
		case !labelled && !c.Hidden && !c.Kind.numeric():
			t.Footer[i] = Cell{Text: label}
			labelled = true
		}
	}
	return nil
}

// kindOf returns the kind of a cell in a column.
func (c *Column) kindOf(cell *Cell) Kind {
	switch {
	case cell.Kind != KindDefault:
		return cell.Kind
	case c.Kind != KindDefault:
		return c.Kind
	}
	return KindText
}

// numeric tells whether the kind uses Int and is drawn to the right.
func (k Kind) numeric() bool { return k >= KindFen && k <= KindFactorDelta }

// delta tells whether the kind is drawn with its sign.
func (k Kind) delta() bool {
	return k == KindFenDelta || k == KindRatioDelta || k == KindCountDelta || k == KindPointsDelta || k == KindFactorDelta
}

// fen tells whether the kind is an amount of money.
func (k Kind) fen() bool { return k == KindFen || k == KindFenDelta }

var kindNames = [...]string{"text", "text", "code", "fen", "fen_delta", "ratio", "ratio_delta", "count", "count_delta",
	"points", "points_delta", "factor", "factor_delta", "date"}

// String names the kind as JSON and Arrow metadata do.
func (k Kind) String() string { return kindNames[k] }
