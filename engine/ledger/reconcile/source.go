package reconcile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
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
		if len(rename) > 0 {
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

// textSource reads rows of text cells below a header.
type textSource struct {
	path   string
	rename map[string]string
	month  calendar.Month
	rows   func(ctx context.Context, path string, yield func(line int64, cells []string) error) error
	raw    bool
	fields Fields
}

// Fields implements Source.
func (s *textSource) Fields() Fields { return s.fields }

// Each implements Source.
func (s *textSource) Each(ctx context.Context, yield func(*Record) error) error {
	var h *header
	var row int64
	err := s.rows(ctx, s.path, func(line int64, cells []string) error {
		if h == nil {
			var err error
			if h, err = bind(cells, s.rename, s.month); err != nil {
				return fmt.Errorf("%s:%d: %w", s.path, line, err)
			}
			s.fields = h.available()
			return nil
		}
		row++
		r, err := h.record(cells, s.raw)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", s.path, line, err)
		}
		r.Row = row
		return yield(&r)
	})
	if err == nil && h == nil {
		return fmt.Errorf("%s: the file is empty; a header is needed", s.path)
	}
	return err
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
	in := csv.NewReader(text) // a row of another length than the header is an error
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
}

// Fields implements Source.
func (s *claimsSource) Fields() Fields { return s.fields }

// scanRows is how many claims are in memory at once.
const scanRows = 1 << 17

// Each implements Source.
func (s *claimsSource) Each(ctx context.Context, yield func(*Record) error) error {
	cols := claims.Columns(claims.ColClaimID, claims.ColPersonID, claims.ColHospitalID, claims.ColScheme, claims.ColSetting,
		claims.ColSettlementDate, claims.ColGross, claims.ColBookedFund, claims.ColStatus, claims.ColReverses)
	_, err := claims.ScanFile(ctx, s.path, claims.ReadOptions{Columns: cols}, scanRows, func(t *claims.Table) error {
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
