// Package mapping reads claims from the CSV files of other systems. A mapping file says for each column of the claims
// table where its value comes from; it is data, and can do no more than name a column or a constant, concatenate, strip,
// take a substring, replace words and add up amounts.
//
//	title: inpatient claims of the city's old system
//	money: {thousands: ","}
//	dates: YYYYMMDD
//	columns:
//	  claim_id: {concat: [NO, {text: "-"}, PART]}
//	  person_id: PERSON
//	  hospital_id: {column: HOSPITAL, strip: [","], strip_end: [".0"]}
//	  scheme: {column: KIND, words: {"310": employee, "390": resident}}
//	  setting: {text: inpatient}
//	  settlement_date: OUT_DATE
//	  gross: {sum: [DRUGS, {column: ITEMS, default: "0"}, {product: [DAY_RATE, DAYS]}]}
//
// An expression is the name of a source column, or one of
//
//	{column: NAME}            the cell, without surrounding blanks; a column without a header is "column 1" by its place
//	{text: WORD}              a constant
//	{row: true}               the number of the row among all rows read, from 1: an id for rows without one
//	{concat: [A, B, ...]}     texts one behind the other
//	{sum: [A, B, ...]}        amounts added up (money columns only); a blank term is an error unless it has a default
//	{product: [AMOUNT, N]}    an amount times a whole number (money columns only), such as a daily rate times days
//	{year: A}                 31 December of a year (date columns only)
//
// with any of the modifiers, which act in this order: strip (texts removed wherever they stand), strip_end (endings
// removed), substring ({from: 1, length: 2}, in characters), words (texts replaced whole, others stay), default (for a
// blank), and for dates format (YYYY, MM, M, Mon, DD, D and separators) and minus (days to go back).
package mapping

import "github.com/drgsim/drgsim/engine/claims"

// Mapping is a mapping file, checked. It may be used by several goroutines.
type Mapping struct {
	File  string // as in error messages
	Title string

	comma    byte
	money    moneyFormat
	dates    dateFormat
	sources  []source // the source columns that the mapping uses
	columns  [claims.NumColumns]*expr
	controls []control

	// hospital tells what is known of a hospital besides its id; parts of it may be nil. Without a tier it is secondary.
	hospital struct{ name, county, tier *expr }
}

// source is a column of the input and the mapping's line that asks for it first.
type source struct {
	name string
	line int
}

// control is a sum over all rows that were read, to be compared with a figure known from elsewhere.
type control struct {
	name string
	expr *expr
}

// Has tells whether the mapping fills a column of the claims table.
func (m *Mapping) Has(c claims.Column) bool { return m.columns[c] != nil }
