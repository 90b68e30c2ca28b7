package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// batchRows is how many claims are gathered before they are handed on; it bounds the memory of an import.
const batchRows = 1 << 17

// row is one claim in the making: the mapped cells, not yet appended to the columns.
type row struct {
	text  [claims.NumColumns][]byte // of identifiers and codes
	date  [claims.NumColumns]claims.Date
	fen   [claims.NumColumns]money.Fen
	given [claims.NumColumns]bool
	code  [claims.NumColumns]uint8
	age   int16

	findings []claims.Finding
}

// read evaluates every mapped column. What is wrong with a cell becomes a finding; file, row and money are filled in by
// the caller.
func (w *row) read(m *Mapping, r *record, scratch []byte) {
	w.findings = w.findings[:0]
	w.age = claims.AgeUnknown
	for c := range claims.NumColumns {
		x := m.columns[c]
		w.given[c] = false
		if x == nil {
			continue
		}
		f := &claims.Schema[c]
		var err error
		code := claims.CodeForm
		switch f.Kind {
		case claims.KindFen:
			w.fen[c], err = x.fen(r, &m.money, scratch)
			if v := w.fen[c]; err == nil && (v > claims.MaxAmount || v < -claims.MaxAmount) {
				code, err = claims.CodeRange, fmt.Errorf("amount %s is beyond %s currency units", v, claims.MaxAmount)
			}
		case claims.KindDate:
			w.date[c], err = x.date(r, m.dates, scratch)
			if d := w.date[c]; err == nil && (d < claims.MinDate || d > claims.MaxDate) {
				code, err = claims.CodeRange, fmt.Errorf("date %s is outside %s to %s", d, claims.MinDate, claims.MaxDate)
			}
		default:
			w.text[c] = x.append(w.text[c][:0], r)
			if len(w.text[c]) == 0 {
				err = errBlank
				break
			}
			code, err = w.word(c, f)
		}
		switch {
		case err == nil:
			w.given[c] = true
		case err == errBlank && !f.Required:
			w.blank(c)
		case errors.Is(err, errBlank):
			w.find(c, claims.CodeBlank, err)
		default:
			w.find(c, code, err)
		}
	}
}

// blank gives an optional column the value that stands for nothing.
func (w *row) blank(c claims.Column) {
	w.fen[c], w.date[c], w.code[c] = 0, claims.NoDate, 0
}

// word reads the text of a column that is neither money nor a date, and returns the code of the finding it may cause.
func (w *row) word(c claims.Column, f *claims.Field) (code string, err error) {
	text := w.text[c]
	switch f.Kind {
	case claims.KindCode:
		if f.Words == nil {
			return w.id(text)
		}
		w.code[c], err = claims.ParseCode[uint8](string(text), f.Words)
		return claims.CodeWord, err
	case claims.KindBool:
		switch string(text) {
		case "true":
			w.code[c] = 1
		case "false":
			w.code[c] = 0
		default:
			err = fmt.Errorf("%q is neither true nor false", text)
		}
		return claims.CodeForm, err
	case claims.KindInt:
		v, err := strconv.Atoi(string(text))
		if err != nil {
			return claims.CodeForm, fmt.Errorf("%q is not a whole number", text)
		}
		if v < 0 || v > claims.MaxAge {
			return claims.CodeRange, fmt.Errorf("%d is not from 0 to %d", v, claims.MaxAge)
		}
		w.age = int16(v)
		return "", nil
	}
	return w.id(text)
}

func (w *row) id(text []byte) (string, error) {
	if len(text) > claims.MaxID {
		return claims.CodeRange, fmt.Errorf("the text has %d bytes, at most %d are allowed", len(text), claims.MaxID)
	}
	if bytes.ContainsFunc(text, unicode.IsControl) {
		return claims.CodeForm, fmt.Errorf("%q holds a control character", text)
	}
	return "", nil
}

func (w *row) find(c claims.Column, code string, err error) {
	w.findings = append(w.findings, claims.Finding{Column: claims.Schema[c].Name, Code: code, Message: err.Error(), Severity: claims.Reject})
}

// cells returns the source's text of every mapped column, for a reject.
func (m *Mapping) cells(r *record) []string {
	out := make([]string, claims.NumColumns)
	for c, x := range m.columns {
		if x != nil {
			out[c] = string(x.raw(nil, r))
		}
	}
	return out
}

// builder gathers rows into a table.
type builder struct {
	m     *Mapping
	t     *claims.Table
	coded [claims.NumColumns]map[string]int32
}

func newBuilder(m *Mapping) *builder {
	b := &builder{m: m}
	b.reset()
	return b
}

// reset begins the next table; the one before belongs to whoever got it.
func (b *builder) reset() {
	b.t = &claims.Table{}
	for c := range b.coded {
		b.coded[c] = map[string]int32{}
	}
}

// add appends a row without findings.
func (b *builder) add(w *row) {
	t := b.t
	t.Rows++
	for c := range claims.NumColumns {
		if b.m.columns[c] == nil {
			continue
		}
		switch c {
		case claims.ColClaimID:
			t.ClaimID.Append(string(w.text[c]))
		case claims.ColReverses:
			t.Reverses.Append(string(w.text[c]))
		case claims.ColPersonID:
			b.code(c, &t.Person, w)
		case claims.ColHospitalID:
			b.code(c, &t.Hospital, w)
		case claims.ColScheme:
			b.code(c, &t.Scheme, w)
		case claims.ColDRGCode:
			b.code(c, &t.Group, w)
		case claims.ColReferredFrom:
			b.code(c, &t.From, w)
		case claims.ColResidenceCounty:
			b.code(c, &t.County, w)
		case claims.ColAdmissionDate:
			t.Admission = append(t.Admission, w.date[c])
		case claims.ColDischargeDate:
			t.Discharge = append(t.Discharge, w.date[c])
		case claims.ColSettlementDate:
			t.Settlement = append(t.Settlement, w.date[c])
		case claims.ColGross:
			t.Gross = append(t.Gross, w.fen[c])
		case claims.ColNonCovered:
			t.NonCovered = append(t.NonCovered, w.fen[c])
		case claims.ColCategoryB:
			t.CategoryB = append(t.CategoryB, w.fen[c])
		case claims.ColAIDiagnosis:
			t.AIDiagnosis = append(t.AIDiagnosis, w.fen[c])
		case claims.ColFirstPay:
			t.FirstPay, t.HasFirstPay = append(t.FirstPay, w.fen[c]), append(t.HasFirstPay, w.given[c])
		case claims.ColBookedFund:
			t.BookedFund, t.HasBookedFund = append(t.BookedFund, w.fen[c]), append(t.HasBookedFund, w.given[c])
		case claims.ColAge:
			t.Age = append(t.Age, w.age)
		case claims.ColSetting:
			t.Setting = append(t.Setting, claims.Setting(w.code[c]))
		case claims.ColReferral:
			t.Referral = append(t.Referral, claims.Referral(w.code[c]))
		case claims.ColAssistance:
			t.Assistance = append(t.Assistance, claims.Assistance(w.code[c]))
		case claims.ColPlace:
			t.Place = append(t.Place, claims.Place(w.code[c]))
		case claims.ColStatus:
			t.Status = append(t.Status, claims.Status(w.code[c]))
		case claims.ColRetired:
			t.Retired = append(t.Retired, w.code[c] == 1)
		case claims.ColSignedDoctor:
			t.Signed = append(t.Signed, w.code[c] == 1)
		case claims.ColFiled:
			t.Filed = append(t.Filed, w.code[c] == 1)
		default:
			panic(fmt.Sprintf("BUG: no table column for %s", claims.Schema[c].Name))
		}
	}
}

func (b *builder) code(c claims.Column, col *claims.Coded, w *row) {
	if !w.given[c] {
		col.Codes = append(col.Codes, claims.NoCode)
		return
	}
	code, ok := b.coded[c][string(w.text[c])]
	if !ok {
		code = int32(col.Values.Len())
		b.coded[c][string(w.text[c])] = code
		col.Values.Append(string(w.text[c]))
	}
	col.Codes = append(col.Codes, code)
}
