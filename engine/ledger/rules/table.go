package rules

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/region"
)

// coder builds a column of repeated strings.
type coder struct {
	column claims.Coded
	at     map[string]int32
}

func newCoder(rows int) *coder {
	return &coder{column: claims.Coded{Codes: make([]int32, 0, rows)}, at: map[string]int32{}}
}

func (c *coder) add(s string) {
	if s == "" {
		c.column.Codes = append(c.column.Codes, claims.NoCode)
		return
	}
	code, ok := c.at[s]
	if !ok {
		code = int32(len(c.at))
		c.at[s] = code
		c.column.Values.Append(s)
	}
	c.column.Codes = append(c.column.Codes, code)
}

// builder turns claims of the ledger into the columns that the engine works on.
type builder struct {
	t                                             *claims.Table
	person, hospital, scheme, group, from, county *coder
	reg                                           *region.Region
}

func newBuilder(reg *region.Region, rows int) *builder {
	return &builder{t: &claims.Table{}, reg: reg, person: newCoder(rows), hospital: newCoder(rows), scheme: newCoder(rows), group: newCoder(rows),
		from: newCoder(rows), county: newCoder(rows)}
}

func (b *builder) add(c *ledger.Claim) {
	t := b.t
	t.Rows++
	t.ClaimID.Append(c.ID)
	b.person.add(c.Person)
	b.hospital.add(c.Hospital)
	b.scheme.add(c.Scheme)
	b.group.add(c.Group)
	b.from.add(c.From)
	county := c.County
	if h, ok := b.reg.Hospital(c.Hospital); ok && county == "" {
		county = b.reg.Hospitals[h].County // what an absent county stands for
	}
	b.county.add(county)
	t.Admission, t.Discharge, t.Settlement = append(t.Admission, c.Admission), append(t.Discharge, c.Discharge), append(t.Settlement, c.Settlement)
	t.Gross, t.NonCovered, t.CategoryB = append(t.Gross, c.Gross), append(t.NonCovered, c.NonCovered), append(t.CategoryB, c.CategoryB)
	t.FirstPay, t.AIDiagnosis, t.BookedFund = append(t.FirstPay, c.FirstPay), append(t.AIDiagnosis, c.AIDiagnosis), append(t.BookedFund, c.BookedFund)
	t.HasFirstPay, t.HasBookedFund = append(t.HasFirstPay, c.HasFirstPay), append(t.HasBookedFund, c.HasBookedFund)
	t.Setting, t.Referral, t.Age = append(t.Setting, c.Setting), append(t.Referral, c.Referral), append(t.Age, c.Age)
	t.Retired, t.Signed, t.Assistance = append(t.Retired, c.Retired), append(t.Signed, c.Signed), append(t.Assistance, c.Assistance)
	t.Place, t.Filed = append(t.Place, c.Place), append(t.Filed, c.Filed)
}

func (b *builder) table() *claims.Table {
	b.t.Person, b.t.Hospital, b.t.Scheme = b.person.column, b.hospital.column, b.scheme.column
	b.t.Group, b.t.From, b.t.County = b.group.column, b.from.column, b.county.column
	return b.t
}

// Declared returns the rows of a table of claims as a declaration, those marked false in keep left out; a nil keep leaves out none.
func Declared(t *claims.Table, keep []bool) []ledger.DeclaredRow {
	out := make([]ledger.DeclaredRow, 0, t.Rows)
	for i := range t.Rows {
		if keep != nil && !keep[i] {
			continue
		}
		file, row := t.Origin(i)
		c := ledger.Claim{
			ID: t.ClaimID.At(i), Person: t.Person.At(i), Hospital: t.Hospital.At(i), Scheme: t.Scheme.At(i), Group: t.Group.At(i),
			From: t.From.At(i), County: t.County.At(i), Reverses: t.Reverses.At(i),
			Setting: at(t.Setting, i, 0), Referral: at(t.Referral, i, 0), Assistance: at(t.Assistance, i, 0), Place: at(t.Place, i, 0), Status: at(t.Status, i, 0),
			Admission: at(t.Admission, i, claims.NoDate), Discharge: at(t.Discharge, i, claims.NoDate), Settlement: t.Settlement[i],
			Gross: t.Gross[i], NonCovered: at(t.NonCovered, i, 0), CategoryB: at(t.CategoryB, i, 0), AIDiagnosis: at(t.AIDiagnosis, i, 0),
			Age: at(t.Age, i, claims.AgeUnknown), Retired: at(t.Retired, i, false), Signed: at(t.Signed, i, false), Filed: at(t.Filed, i, false),
			HasFirstPay: t.FirstPay != nil && at(t.HasFirstPay, i, true), HasBookedFund: t.BookedFund != nil && at(t.HasBookedFund, i, true),
		}
		if c.HasFirstPay {
			c.FirstPay = t.FirstPay[i]
		}
		if c.HasBookedFund {
			c.BookedFund = t.BookedFund[i]
		}
		out = append(out, ledger.DeclaredRow{Claim: c, File: file, Row: row})
	}
	return out
}

// at returns a value of a column, or what its absence stands for.
func at[T any](column []T, i int, absent T) T {
	if column == nil {
		return absent
	}
	return column[i]
}
