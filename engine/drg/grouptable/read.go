// Package grouptable reads the group tables that cities publish (DRG 病组清单及医保支付标准): weights, rates by level and scheme,
// coefficients by level, payment standards, same-price marks, outlier limits and caps of cases. It writes them as the tables
// of a pack, and tells how well weight × rate × coefficient gives the printed standards.
//
// Such tables are UTF-8 or GB18030, have blanks, words where numbers belong, short rows and repeated codes. Nothing of that is
// mended in silence: each is a finding with its line, and of rows with one code the first counts.
package grouptable

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/csvtable"
)

// Finding is something in a published table that a reader should know.
type Finding struct {
	Line int
	Code FindingCode
	Text string
}

// FindingCode names a kind of finding.
type FindingCode string

// The kinds of findings.
const (
	BlankWeight FindingCode = "blank_weight" // the group has no weight: not covered by the table
	ZeroWeight  FindingCode = "zero_weight"
	TextWeight  FindingCode = "text_weight" // a word stands where the weight belongs
	BadNumber   FindingCode = "bad_number"  // a word stands where another number belongs
	ShortRow    FindingCode = "short_row"   // cells are missing at the end of the row
	LongRow     FindingCode = "long_row"    // the row has more cells than the header
	Duplicate   FindingCode = "duplicate"   // the code stands in an earlier row, which counts
	NoCode      FindingCode = "no_code"     // the row has no code and is left out
	Remark      FindingCode = "remark"      // the table's own note on the group
)

// Cell is a number of a group for a tier and scheme.
type Cell struct {
	Tier, Scheme string // "" for all
	Value        Decimal
}

// Row is one group of a published table.
type Row struct {
	Line       int
	Code, Name string
	Weight     *Decimal // nil when blank or a word
	WeightWord string   // the word that stands instead
	MeanCost   *Decimal
	Kinds      []string // in the order of the columns
	SamePrice  bool
	Stable     bool
	CaseCap    *Decimal

	Rates, Coefficients, Standards []Cell
	LowLimit, HighLimit            *Decimal // of the first column that gives one
}

// Table is a published table.
type Table struct {
	Name     string
	Columns  []Column
	ByScore  bool // Weight holds points or scores
	Rows     []Row
	Findings []Finding
	Read     int // rows below the header, all of them in Rows or in a finding
}

// Read reads a published table; mapping may be nil.
func Read(name string, r io.Reader, mapping []Column) (*Table, error) {
	text, err := csvtable.Decode(io.LimitReader(r, csvtable.MaxBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	raw, err := io.ReadAll(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	cr := csv.NewReader(bytes.NewReader(raw))
	cr.FieldsPerRecord, cr.LazyQuotes = -1, true
	header, err := cr.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s:1: the table is empty; a header is needed", name)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	t := &Table{Name: name, Columns: Detect(header)}
	if err := apply(t.Columns, mapping); err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	if err := complete(t.Columns); err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	t.ByScore = slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Role == Score })
	seen := map[string]int{}
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		t.Read++
		row, ok := t.row(line, cells)
		if !ok {
			continue
		}
		if first, twice := seen[row.Code]; twice {
			t.find(line, Duplicate, "group %s stands already in line %d; that row counts, this one (%s) is left out", row.Code, first, row.Name)
			continue
		}
		seen[row.Code] = line
		t.Rows = append(t.Rows, row)
	}
}

func (t *Table) find(line int, code FindingCode, format string, args ...any) {
	t.Findings = append(t.Findings, Finding{line, code, fmt.Sprintf(format, args...)})
}

// marks are the words that a flag column uses for yes.
var marks = []string{"是", "※", "√", "Y", "1"}

// row reads the cells of one row.
func (t *Table) row(line int, cells []string) (Row, bool) {
	if n := len(t.Columns); len(cells) < n {
		t.find(line, ShortRow, "the row has %d cells, the header has %d; the missing cells are read as blank", len(cells), n)
	} else if len(cells) > n {
		t.find(line, LongRow, "the row has %d cells, the header has %d; the cells beyond are left out", len(cells), n)
	}
	r := Row{Line: line, Stable: true}
	for i, c := range t.Columns {
		text := ""
		if i < len(cells) {
			text = strings.TrimSpace(cells[i])
		}
		t.cell(&r, c, text)
	}
	if r.Code == "" {
		t.find(line, NoCode, "the row has no group code and is left out")
		return Row{}, false
	}
	return r, true
}

func (t *Table) cell(r *Row, c Column, text string) {
	switch c.Role {
	case Code:
		r.Code = text
	case Name:
		r.Name = text
	case Weight, Score:
		t.weight(r, text)
	case Kind:
		r.kind(text)
	case Flag:
		if slices.Contains(marks, text) {
			r.kind(c.Kind)
		}
	case Stable:
		if text == "否" {
			r.Stable = false
		}
	case Note:
		if text != "" {
			t.find(r.Line, Remark, "%s", text)
		}
	default:
		t.number(r, c, text)
	}
}

func (t *Table) weight(r *Row, text string) {
	if text == "" {
		t.find(r.Line, BlankWeight, "the weight is blank")
		return
	}
	d, err := ParseDecimal(text)
	if err != nil {
		r.WeightWord = text
		t.find(r.Line, TextWeight, "the weight is the word %q", text)
		return
	}
	if d.Units == 0 {
		t.find(r.Line, ZeroWeight, "the weight is 0")
	}
	r.Weight = &d
}

func (t *Table) number(r *Row, c Column, text string) {
	if text == "" || c.Role == Ignored {
		return
	}
	d, err := ParseDecimal(text)
	if err != nil {
		t.find(r.Line, BadNumber, "column %q: %v", c.Header, err)
		return
	}
	cell := Cell{c.Tier, c.Scheme, d}
	switch c.Role {
	case Rate:
		r.Rates = append(r.Rates, cell)
	case Coefficient:
		r.Coefficients = append(r.Coefficients, cell)
	case Standard:
		r.Standards = append(r.Standards, cell)
	case MeanCost:
		r.MeanCost = &d
	case CaseCap:
		r.CaseCap = &d
	case LowLimit:
		if r.LowLimit == nil {
			r.LowLimit = &d
		}
	case HighLimit:
		if r.HighLimit == nil {
			r.HighLimit = &d
		}
	}
}

// kindWords translate a table's words for kinds of group; the first that occurs decides, others stay as they are.
var kindWords = []struct{ word, kind string }{
	{"不稳定", "non_stable"}, {"未覆盖", "uncovered"}, {"普通", ""}, {"基础", "base"}, {"分级诊疗", "tiered"},
}

func (r *Row) kind(word string) {
	for _, k := range kindWords {
		if strings.Contains(word, k.word) {
			word = k.kind
			break
		}
	}
	switch word {
	case "":
		return
	case "base", "same_price":
		// One price whatever the hospital: 基础病组, 同等费率病组.
		r.SamePrice = true
	case "non_stable":
		r.Stable = false
		return
	}
	if word = strings.Join(strings.Fields(word), "_"); word != "same_price" {
		r.Kinds = append(r.Kinds, word)
	}
}
