package invent

import (
	"strconv"

	"github.com/drgsim/drgsim/engine/claims"
)

// A Spoilt claim was spoilt on purpose.
type Spoilt struct {
	Row     int64 // position among all claims of the stream, from 1
	ClaimID string
	Fault   Fault
}

// A batch is the claims of a block of persons.
type batch struct {
	table  claims.Table
	spoilt []Spoilt // rows count within the batch, from 1
	person int64    // number of the last person added; -1 before the first
}

// fixed shares the lists of names that are the same in every batch.
func (b *batch) fixed(m *model) {
	t := &b.table
	t.Hospital.Values, t.From.Values = m.hospitalNames, m.hospitalNames
	t.Group.Values, t.County.Values, t.Scheme.Values = m.groupNames, m.countyNames, m.schemeTexts
}

// clear empties the columns and keeps their memory.
func (b *batch) clear() {
	t := &b.table
	t.Rows = 0
	t.ClaimID, t.Reverses, t.Person.Values = emptied(t.ClaimID), emptied(t.Reverses), emptied(t.Person.Values)
	for _, c := range []*claims.Coded{&t.Person, &t.Hospital, &t.Scheme, &t.Group, &t.From, &t.County} {
		c.Codes = c.Codes[:0]
	}
	t.Admission, t.Discharge, t.Settlement = t.Admission[:0], t.Discharge[:0], t.Settlement[:0]
	t.Gross, t.NonCovered, t.CategoryB, t.AIDiagnosis = t.Gross[:0], t.NonCovered[:0], t.CategoryB[:0], t.AIDiagnosis[:0]
	t.FirstPay, t.BookedFund = t.FirstPay[:0], t.BookedFund[:0]
	t.Setting, t.Referral, t.Age, t.Retired, t.Signed = t.Setting[:0], t.Referral[:0], t.Age[:0], t.Retired[:0], t.Signed[:0]
	t.Assistance, t.Place, t.Filed, t.Status = t.Assistance[:0], t.Place[:0], t.Filed[:0], t.Status[:0]
	b.spoilt, b.person = b.spoilt[:0], -1
}

func emptied(t claims.Text) claims.Text {
	return claims.Text{Offsets: append(t.Offsets[:0], 0), Bytes: t.Bytes[:0]}
}

// add appends visits of a person. All visits of a person must be added before another person's.
func (b *batch) add(w *drawer, visits []visit) {
	if len(visits) == 0 {
		return
	}
	t, p, a := &b.table, &w.p, &w.m.areas[w.p.area]
	if b.person != p.number {
		b.person = p.number
		t.Person.Values.Bytes = appendPadded(append(t.Person.Values.Bytes, 'P'), p.number+1, w.m.cfg.PersonIDWidth-1)
		t.Person.Values.Offsets = append(t.Person.Values.Offsets, int64(len(t.Person.Values.Bytes)))
	}
	code := int32(t.Person.Values.Len() - 1)
	for i := range visits {
		v := &visits[i]
		t.ClaimID.Bytes = appendID(t.ClaimID.Bytes, v.year, p.number, v.seq)
		t.ClaimID.Offsets = append(t.ClaimID.Offsets, int64(len(t.ClaimID.Bytes)))
		if v.reverses != 0 {
			t.Reverses.Bytes = appendID(t.Reverses.Bytes, v.year, p.number, v.reverses)
		}
		t.Reverses.Offsets = append(t.Reverses.Offsets, int64(len(t.Reverses.Bytes)))
		t.Person.Codes = append(t.Person.Codes, code)
		t.Hospital.Codes = append(t.Hospital.Codes, v.hospital)
		t.Scheme.Codes = append(t.Scheme.Codes, p.scheme)
		t.Group.Codes = append(t.Group.Codes, v.group)
		t.From.Codes = append(t.From.Codes, v.from)
		t.County.Codes = append(t.County.Codes, a.county)
		t.Admission = append(t.Admission, v.admission)
		t.Discharge = append(t.Discharge, v.discharge)
		t.Settlement = append(t.Settlement, v.settlement)
		t.Gross = append(t.Gross, v.gross)
		t.NonCovered = append(t.NonCovered, v.nonCovered)
		t.CategoryB = append(t.CategoryB, v.categoryB)
		t.AIDiagnosis = append(t.AIDiagnosis, v.ai)
		if w.m.cfg.BookedFund {
			t.FirstPay = append(t.FirstPay, v.firstPay)
			t.BookedFund = append(t.BookedFund, v.fund)
		}
		t.Setting = append(t.Setting, v.setting)
		t.Referral = append(t.Referral, v.referral)
		t.Age = append(t.Age, v.age)
		t.Retired = append(t.Retired, p.retired(w.age))
		t.Signed = append(t.Signed, p.signed)
		t.Assistance = append(t.Assistance, p.aid)
		t.Place = append(t.Place, v.place)
		t.Filed = append(t.Filed, v.filed)
		t.Status = append(t.Status, v.status)
		t.Rows++
		if v.bad != Sound {
			b.spoilt = append(b.spoilt, Spoilt{int64(t.Rows), string(appendID(nil, v.year, p.number, v.seq)), v.bad})
		}
	}
}

// appendID writes a claim's id: the year, the person's number from 1 and the number of the claim.
func appendID(b []byte, year int16, person int64, seq int16) []byte {
	return appendPadded(appendPadded(appendPadded(b, int64(year), 4), person+1, 9), int64(seq), 3)
}

// appendPadded writes a number with leading zeros.
func appendPadded(b []byte, n int64, width int) []byte {
	var digits [20]byte
	s := strconv.AppendInt(digits[:0], n, 10)
	for range width - len(s) {
		b = append(b, '0')
	}
	return append(b, s...)
}
