package claims

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// Severity tells what a finding does to its row.
type Severity uint8

const (
	// Warning keeps the row and reports it.
	Warning Severity = iota
	// Reject sets the row aside; its money is counted among the rejects.
	Reject
)

// SeverityNames are the words used in files, in the order of the constants.
var SeverityNames = []string{"warning", "reject"}

// String gives the word used in files.
func (s Severity) String() string { return SeverityNames[s] }

// The codes of findings at the door, where the text of a cell becomes a value. Package check has the catalogue of all
// codes with their meaning.
const (
	CodeBlank = "blank"    // a required cell is empty
	CodeForm  = "form"     // a cell is not written as its kind demands
	CodeWord  = "word"     // a coded cell holds a word that its list lacks
	CodeRange = "range"    // a number or date is outside what the column allows
	CodeShape = "row_form" // a row of a text file cannot be parted into its cells
)

// Finding is one thing wrong with one row of the data. It is a value, not an error: it is counted, reported and, when
// it rejects its row, set aside with it.
type Finding struct {
	File     string
	Row      int64  // 1-based row of the file, a header not counted
	Column   string // column of the claims table; "" when the row as a whole is meant
	Code     string
	Message  string // one sentence: what is wrong, what is allowed
	Severity Severity
	// Gross is the row's money; it means nothing unless GrossKnown.
	Gross      money.Fen
	GrossKnown bool
}

// String prints the finding on one line, place first.
func (f Finding) String() string {
	place := fmt.Sprintf("%s: row %d", f.File, f.Row)
	if f.Column != "" {
		place += fmt.Sprintf(", column %q", f.Column)
	}
	return fmt.Sprintf("%s: %s: %s (%s)", place, f.Severity, f.Message, f.Code)
}

// RejectedRow is a row that did not become a claim, as it came.
type RejectedRow struct {
	File     string
	Row      int64
	Findings []Finding
	Cells    []string // text of each column of the schema as the source had it, in the order of Schema; nil when unreadable
}
