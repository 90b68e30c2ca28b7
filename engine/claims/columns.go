package claims

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// ColumnSet is a set of columns. The zero value means all of them, so that asking for nothing gets everything.
type ColumnSet uint32

// Columns returns the set of the columns given.
func Columns(cols ...Column) ColumnSet {
	var s ColumnSet
	for _, c := range cols {
		s |= 1 << c
	}
	return s
}

// Has tells whether the set holds a column.
func (s ColumnSet) Has(c Column) bool { return s == 0 || s>>c&1 == 1 }

// coded returns where a table keeps a column of repeated texts, nil for other columns.
func (t *Table) coded(c Column) *Coded {
	switch c {
	case ColPersonID:
		return &t.Person
	case ColHospitalID:
		return &t.Hospital
	case ColScheme:
		return &t.Scheme
	case ColDRGCode:
		return &t.Group
	case ColReferredFrom:
		return &t.From
	case ColResidenceCounty:
		return &t.County
	}
	return nil
}

// text returns where a table keeps a column of texts that all differ, nil for other columns.
func (t *Table) text(c Column) *Text {
	switch c {
	case ColClaimID:
		return &t.ClaimID
	case ColReverses:
		return &t.Reverses
	}
	return nil
}

// dates returns where a table keeps a column of dates, nil for other columns.
func (t *Table) dates(c Column) *[]Date {
	switch c {
	case ColAdmissionDate:
		return &t.Admission
	case ColDischargeDate:
		return &t.Discharge
	case ColSettlementDate:
		return &t.Settlement
	}
	return nil
}

// fen returns where a table keeps a column of money, nil for other columns.
func (t *Table) fen(c Column) *[]money.Fen {
	switch c {
	case ColGross:
		return &t.Gross
	case ColNonCovered:
		return &t.NonCovered
	case ColCategoryB:
		return &t.CategoryB
	case ColFirstPay:
		return &t.FirstPay
	case ColAIDiagnosis:
		return &t.AIDiagnosis
	case ColBookedFund:
		return &t.BookedFund
	}
	return nil
}

// bools returns where a table keeps a column of truth values, nil for other columns.
func (t *Table) bools(c Column) *[]bool {
	switch c {
	case ColRetired:
		return &t.Retired
	case ColSignedDoctor:
		return &t.Signed
	case ColFiled:
		return &t.Filed
	}
	return nil
}

// has returns where a table keeps what tells given amounts from absent ones, nil for columns without.
func (t *Table) has(c Column) *[]bool {
	switch c {
	case ColFirstPay:
		return &t.HasFirstPay
	case ColBookedFund:
		return &t.HasBookedFund
	}
	return nil
}

// words returns the numbers of a coded column's words as bytes that alias it, nil when it is absent or not of the kind.
func (t *Table) words(c Column) []byte {
	switch c {
	case ColSetting:
		return wordBytes(t.Setting)
	case ColReferral:
		return wordBytes(t.Referral)
	case ColAssistance:
		return wordBytes(t.Assistance)
	case ColPlace:
		return wordBytes(t.Place)
	case ColStatus:
		return wordBytes(t.Status)
	}
	return nil
}

func wordBytes[C ~uint8](v []C) []byte {
	if v == nil {
		return nil
	}
	return bytesOf(v)
}

// setWords makes bytes the column that words returns.
func (t *Table) setWords(c Column, b []byte) {
	switch c {
	case ColSetting:
		t.Setting = cast[Setting](b)
	case ColReferral:
		t.Referral = cast[Referral](b)
	case ColAssistance:
		t.Assistance = cast[Assistance](b)
	case ColPlace:
		t.Place = cast[Place](b)
	case ColStatus:
		t.Status = cast[Status](b)
	}
}

// Present returns whether the table has a column.
func (t *Table) Present(c Column) bool {
	switch Schema[c].Kind {
	case KindFen:
		return *t.fen(c) != nil
	case KindDate:
		return *t.dates(c) != nil
	case KindInt:
		return t.Age != nil
	case KindBool:
		return *t.bools(c) != nil
	}
	if p := t.coded(c); p != nil {
		return p.Codes != nil
	}
	if p := t.text(c); p != nil {
		return p.Offsets != nil
	}
	return t.words(c) != nil
}

// Totals are the rows of a set of claims and the sum of each money column, 0 for other columns and absent ones.
type Totals struct {
	Rows int64
	Fen  [NumColumns]money.Fen
}

// Totals adds up the table. A sum that does not fit is an error.
func (t *Table) Totals() (Totals, error) {
	var sums [NumColumns]sum128
	for c := range NumColumns {
		if t.fen(c) != nil {
			sums[c] = t.givenSum(c)
		}
	}
	return totalsOf(t.Rows, &sums)
}

func totalsOf(rows int, sums *[NumColumns]sum128) (Totals, error) {
	out := Totals{Rows: int64(rows)}
	for c := range NumColumns {
		var err error
		if out.Fen[c], err = sums[c].fen(); err != nil {
			return out, fmt.Errorf("sum of column %q: %w", Schema[c].Name, err)
		}
	}
	return out, nil
}

// Add adds other totals. A sum that does not fit is an error.
func (t *Totals) Add(o Totals) error {
	t.Rows += o.Rows
	for c := range NumColumns {
		var err error
		if t.Fen[c], err = money.Add(t.Fen[c], o.Fen[c]); err != nil {
			return fmt.Errorf("sum of column %q: %w", Schema[c].Name, err)
		}
	}
	return nil
}
