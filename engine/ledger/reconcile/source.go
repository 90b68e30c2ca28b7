package reconcile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
)

// Source is a side's list. Each yields its records in order; a record is the caller's only until yield returns.
type Source interface {
	// Fields tells which amounts and keys the list has, once Each has begun.
	Fields() Fields
	Each(ctx context.Context, yield func(*Record) error) error
}

// Fields tells what a list has beside id, date and gross cost. What one side lacks is not compared.
type Fields struct {
	Amount                                 [Amounts]bool
	Person, Visit, Hospital, Scheme, Class bool
}

func both(a, b Fields) Fields {
	out := Fields{Person: a.Person && b.Person, Visit: a.Visit && b.Visit, Hospital: a.Hospital && b.Hospital, Scheme: a.Scheme && b.Scheme, Class: a.Class && b.Class}
	for i := range out.Amount {
		out.Amount[i] = a.Amount[i] && b.Amount[i]
	}
	return out
}

// Ignore as the column that a header means says that the column is passed over, where the file has it.
const Ignore = "-"

// OpenFile returns the list in a file: claims in Arrow or Parquet, CSV (also packed with gzip), a JSON array of objects, or the first
// sheet of a workbook.
// rename gives, for headers of a CSV or workbook that are the file's own, the column that is meant. month is that of a file without
// dates; 0 when it is not known.
func OpenFile(path string, rename map[string]string, month calendar.Month) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reconcile: %w", err)
	}
	defer f.Close()
	head, _ := bufio.NewReader(f).Peek(6)
	switch ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(path, ".gz"))); {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return &textSource{path: path, rename: rename, month: month, rows: workbookRows, raw: true}, nil
	case bytes.HasPrefix(head, []byte("ARROW1")), bytes.HasPrefix(head, []byte("PAR1")), ext == ".arrow", ext == ".arrows", ext == ".parquet":
		if slices.ContainsFunc(slices.Collect(maps.Values(rename)), func(to string) bool { return to != Ignore }) {
			return nil, fmt.Errorf("%s: the columns of a claims file are never renamed", path)
		}
		return &claimsSource{path: path}, nil
	case ext == ".csv", ext == ".txt":
		return &textSource{path: path, rename: rename, month: month, rows: csvRows}, nil
	case ext == ".json":
		return &textSource{path: path, rename: rename, month: month, rows: jsonRows}, nil
	}
	return nil, fmt.Errorf("%s: the file is none of Arrow, Parquet, CSV, JSON, XLSX", path)
}

// Watch lets tell hear how many rows of a source are read whenever it is; the total is 0 where it is not known.
func Watch(s Source, tell func(done, total int64)) {
	switch s := s.(type) {
	case *textSource:
		s.tell = tell
	case *claimsSource:
		s.tell = tell
	}
}

// textSource reads rows of text cells below a header.
type textSource struct {
	path   string
	rename map[string]string
	month  calendar.Month
	rows   func(ctx context.Context, path string, yield func(line int64, cells []string) error) error
	raw    bool
	fields Fields
	notes  []report.Text
	tell   func(done, total int64)
}

// Fields implements Source.
func (s *textSource) Fields() Fields { return s.fields }

// Notes says, once Each has ended, what of the file was passed over.
func (s *textSource) Notes() []report.Text { return s.notes }

// headerRows is among how many rows a header is looked for: files of hospitals often begin with a title.
const headerRows = 5

// Each implements Source.
func (s *textSource) Each(ctx context.Context, yield func(*Record) error) error {
	p := textRows{source: s, yield: yield}
	s.notes = nil
	if err := s.rows(ctx, s.path, p.row); err != nil {
		return err
	}
	switch {
	case p.header == nil && p.tried == 0:
		return fmt.Errorf("%s: the file is empty; a header is needed", s.path)
	case p.header == nil:
		return p.err
	case p.total != "":
		control := p.control()
		s.notes = append(s.notes, report.Text{Zh: s.path + "：略过末尾的合计行" + control.Zh, En: s.path + ": the total row at the end was passed over" + control.En})
	}
	return nil
}

// textRows is what is known of a file while its rows go by.
type textRows struct {
	source *textSource
	yield  func(*Record) error
	header *header
	// Until the header is found: how many rows were tried, and what is wrong with the one that is most like a header.
	tried, known int
	err          error

	n                 int64     // records so far
	asWritten, signed money.Fen // gross cost so far, as the cells say and with refunds taken off
	total             string    // line of a total row; nothing may follow it
	totalGross        string
}

func (p *textRows) row(line int64, cells []string) error {
	s := p.source
	at := fmt.Sprintf("%s:%d", s.path, line)
	switch {
	case !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }):
		return nil
	case p.header == nil:
		return p.head(at, line, cells)
	case !s.raw && len(cells) != len(p.header.fields):
		return fmt.Errorf("%s: wrong number of fields: %d, the header has %d", at, len(cells), len(p.header.fields))
	case p.total != "":
		return fmt.Errorf("%s: a total row stands before the end of the file", p.total)
	case p.header.isTotal(cells):
		p.total, p.totalGross = at, p.header.cell(fGross, cells)
		return nil
	}
	if p.n++; s.tell != nil && p.n&1023 == 0 {
		s.tell(p.n, 0) // how many rows a text has is known at its end
	}
	r, err := p.header.record(cells, s.raw)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	// The sums are for a note alone: one that overflows agrees with no total.
	p.signed, _ = money.Add(p.signed, r.Amount[Gross])
	if written, err := parseAmount(p.header.cell(fGross, cells), s.raw); err == nil {
		p.asWritten, _ = money.Add(p.asWritten, written)
	}
	r.Row = p.n
	return p.yield(&r)
}

// head tries a row as the header.
func (p *textRows) head(at string, line int64, cells []string) error {
	s := p.source
	h, err := bind(cells, s.rename, s.month)
	if err == nil {
		p.header, s.fields = h, h.available()
		if p.tried > 0 {
			s.notes = append(s.notes, report.Text{Zh: fmt.Sprintf("%s：表头在第 %d 行，以上各行略过", s.path, line),
				En: fmt.Sprintf("%s: the header was found in line %d; what stands above it was passed over", s.path, line)})
		}
		return nil
	}
	known := 0
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if _, renamed := s.rename[c]; renamed || fieldOf(c) >= 0 {
			known++
		}
	}
	if p.tried == 0 || known > p.known {
		p.err, p.known = fmt.Errorf("%s: %w", at, err), known
	}
	if p.tried++; p.tried == headerRows {
		return p.err
	}
	return nil
}

// control says how the gross cost of a total row agrees with the rows above it.
func (p *textRows) control() report.Text {
	total, err := parseAmount(p.totalGross, p.source.raw)
	switch {
	case err != nil:
		return report.Text{}
	case total == p.asWritten || total == p.signed:
		return report.Text{Zh: "；其总费用与各行之和相符", En: "; its gross cost is that of the rows"}
	}
	return report.Text{Zh: fmt.Sprintf("；其总费用为 %s，而各行之和为 %s", total, p.signed),
		En: fmt.Sprintf("; its gross cost is %s, but that of the rows is %s", total, p.signed)}
}

func (h *header) available() Fields {
	return Fields{Amount: [Amounts]bool{true, h.has[fFund], h.has[fAccount], h.has[fCash]},
		Person: h.has[fPerson], Visit: h.has[fVisit], Hospital: h.has[fHospital], Scheme: h.has[fScheme], Class: h.has[fClass]}
}

func csvRows(ctx context.Context, path string, yield func(int64, []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	defer f.Close()
	text, err := csvtable.Decode(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	in := csv.NewReader(text)
	in.FieldsPerRecord = -1 // titles and totals have lengths of their own; those of rows are checked against the header
	in.ReuseRecord = true
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		line, _ := in.FieldPos(0)
		if err := yield(int64(line), cells); err != nil {
			return err
		}
	}
}

func workbookRows(ctx context.Context, path string, yield func(int64, []string) error) (err error) {
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return fmt.Errorf("%s: the workbook cannot be read: %w", path, err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for line := int64(1); rows.Next(); line++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		cells, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if len(cells) == 0 {
			continue // an empty row below or between the data
		}
		if err := yield(line, cells); err != nil {
			return err
		}
	}
	return rows.Error()
}

// claimsSource reads a claims table, a part at a time.
type claimsSource struct {
	path   string
	fields Fields
	tell   func(done, total int64)
}

// Fields implements Source.
func (s *claimsSource) Fields() Fields { return s.fields }

// scanRows is how many claims are in memory at once.
const scanRows = 1 << 17

// Each implements Source.
func (s *claimsSource) Each(ctx context.Context, yield func(*Record) error) error {
	cols := claims.Columns(claims.ColClaimID, claims.ColPersonID, claims.ColHospitalID, claims.ColScheme, claims.ColSetting,
		claims.ColSettlementDate, claims.ColGross, claims.ColBookedFund, claims.ColStatus, claims.ColReverses)
	_, err := claims.ScanFile(ctx, s.path, claims.ReadOptions{Columns: cols, Progress: s.tell}, scanRows, func(t *claims.Table) error {
		s.fields = Fields{Amount: [Amounts]bool{Gross: true, Fund: t.BookedFund != nil}, Person: true, Hospital: true, Scheme: true, Class: true}
		for i := range t.Rows {
			_, row := t.Origin(i)
			r := Record{ID: t.ClaimID.At(i), Person: t.Person.At(i), Hospital: t.Hospital.At(i), Scheme: t.Scheme.At(i),
				Class: t.Setting[i].String(), Date: t.Settlement[i], Row: row}
			r.Amount[Gross] = t.Gross[i]
			if t.BookedFund != nil {
				r.Amount[Fund] = t.BookedFund[i]
			}
			if t.Status != nil && t.Status[i] == claims.Reversal {
				r.Refund = true
				if of := t.Reverses.At(i); of != "" {
					r.ID = of
				}
			}
			r.sign()
			if err := yield(&r); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
