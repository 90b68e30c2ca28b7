package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Sink takes what a reading produces. Both functions are called in the order of the rows.
type Sink struct {
	Claims func(*claims.Table) error // a batch; it belongs to the callee
	Reject func(claims.RejectedRow) error
}

// Reader reads the inputs of one import, one after the other: row numbers for ids and control sums run through all.
type Reader struct {
	m         *Mapping
	sink      Sink
	report    Report
	hospitals *hospitals
	build     *builder
	row       row
	scratch   []byte
	progress  meter
}

// NewReader begins an import. Without a mapping it takes files of claims only.
func NewReader(m *Mapping, sink Sink) *Reader {
	r := &Reader{m: m, sink: sink, build: newBuilder(m), hospitals: newHospitals(m), scratch: make([]byte, 0, 256)}
	r.report.Codes = map[string]claims.Count{}
	if m != nil {
		for _, c := range m.controls {
			r.report.Controls = append(r.report.Controls, Control{Name: c.name})
		}
	}
	return r
}

// Read reads one CSV input to its end; name stands in messages and findings.
func (r *Reader) Read(ctx context.Context, name string, in io.Reader) error {
	text, err := csvtable.Decode(in)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	rows := newRows(text, r.m.comma)
	problem, err := rows.read()
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the file is empty; a header is needed", name)
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case problem != "":
		return fmt.Errorf("%s:%d: the header cannot be read: %s", name, rows.line, problem)
	}
	rec := record{}
	if rec.at, err = r.m.bind(rows.cells); err != nil {
		return fmt.Errorf("%s:%d: %w", name, rows.line, err)
	}
	width := len(rows.cells)
	file := FileReport{Name: name}
	for {
		if file.Read.Rows%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		problem, err := rows.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if problem == "" && len(rows.cells) != width {
			problem = fmt.Sprintf("the row has %d cells, the header has %d", len(rows.cells), width)
		}
		rec.number = r.report.Read.Rows + file.Read.Rows + 1
		rec.cells = rows.cells
		if problem != "" {
			err = r.rejectShape(&file, rows.line, problem)
		} else {
			err = r.take(&file, &rec)
		}
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", name, file.Read.Rows, err)
		}
	}
	return r.report.add(file)
}

// take turns one row into a claim or a reject.
func (r *Reader) take(file *FileReport, rec *record) error {
	for i, c := range r.m.controls {
		if err := r.report.Controls[i].add(c.expr.fen(rec, &r.m.money, r.scratch)); err != nil {
			return err
		}
	}
	w := &r.row
	w.read(r.m, rec, r.scratch)
	gross, known := w.fen[claims.ColGross], w.given[claims.ColGross]
	if err := file.Read.Add(gross, known); err != nil {
		return err
	}
	if len(w.findings) > 0 {
		return r.reject(file, file.Read.Rows, gross, known, r.m.cells(rec))
	}
	if err := file.Loaded.Add(gross, true); err != nil {
		return err
	}
	r.hospitals.add(w.text[claims.ColHospitalID], rec)
	r.build.add(w)
	if r.build.t.Rows == batchRows {
		return r.flush()
	}
	return nil
}

func (r *Reader) rejectShape(file *FileReport, line int64, problem string) error {
	for i := range r.report.Controls {
		r.report.Controls[i].Unread++
	}
	if err := file.Read.Add(0, false); err != nil {
		return err
	}
	r.row.findings = append(r.row.findings[:0], claims.Finding{Code: claims.CodeShape, Severity: claims.Reject,
		Message: fmt.Sprintf("line %d: %s", line, problem)})
	return r.reject(file, file.Read.Rows, 0, false, nil)
}

// mostFirst is how many findings a report tells one by one.
const mostFirst = 20

func (r *Reader) reject(file *FileReport, number int64, gross money.Fen, known bool, cells []string) error {
	if err := file.Rejected.Add(gross, known); err != nil {
		return err
	}
	out := claims.RejectedRow{File: file.Name, Row: number, Cells: cells}
	for i, f := range r.row.findings {
		f.File, f.Row, f.Gross, f.GrossKnown = file.Name, number, gross, known
		out.Findings = append(out.Findings, f)
		if len(r.report.First) < mostFirst {
			r.report.First = append(r.report.First, f)
		}
		if slices.ContainsFunc(out.Findings[:i], func(g claims.Finding) bool { return g.Code == f.Code }) {
			continue
		}
		n := r.report.Codes[f.Code]
		if err := n.Add(gross, known); err != nil {
			return err
		}
		r.report.Codes[f.Code] = n
	}
	return r.sink.Reject(out)
}

// flush hands the gathered claims on.
func (r *Reader) flush() error {
	if r.build.t.Rows == 0 {
		return nil
	}
	t := r.build.t
	r.build.reset()
	return r.sink.Claims(t)
}

// Close hands on the last claims and returns the report of all inputs.
func (r *Reader) Close() (*Report, error) {
	if err := r.flush(); err != nil {
		return nil, err
	}
	var err error
	if r.report.Hospitals, err = r.hospitals.list(); err != nil {
		return nil, err
	}
	return &r.report, r.report.check()
}

// bind finds the place of each source column in a header.
func (m *Mapping) bind(header [][]byte) ([]int, error) {
	names := make([]string, len(header))
	places := make(map[string]int, len(header))
	for i, h := range header {
		names[i] = strings.TrimSpace(string(h))
		if names[i] == "" {
			names[i] = fmt.Sprintf("column %d", i+1)
		}
		if _, twice := places[names[i]]; twice {
			places[names[i]] = -1 // trouble only for a mapping that asks for it
			continue
		}
		places[names[i]] = i
	}
	at := make([]int, len(m.sources))
	for i, s := range m.sources {
		place, ok := places[s.name]
		switch {
		case !ok:
			return nil, fmt.Errorf("column %q, which %s:%d asks for, is not in the header%s", s.name, m.File, s.line, nearest.Hint(s.name, names))
		case place < 0:
			return nil, fmt.Errorf("column %q, which %s:%d asks for, is repeated in the header", s.name, m.File, s.line)
		}
		at[i] = place
	}
	return at, nil
}
