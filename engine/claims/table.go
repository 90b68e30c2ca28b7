package claims

import "github.com/drgsim/drgsim/engine/money"

// NoCode stands for an absent or unknown hospital, group, county or reference.
const NoCode int32 = -1

// AgeUnknown stands for an absent age.
const AgeUnknown int16 = -1

// Table is a set of claims as plain columns, all of length Rows. An optional column that the source lacks, or that was
// not asked for, is nil. Text columns are codes into the lists of distinct values beside them.
//
// A Table is immutable once loaded and may be read by many goroutines.
type Table struct {
	Rows int

	ClaimID  Text  // not coded: every value is different
	Reverses Text  // empty where the row reverses nothing
	Person   Coded // person_id
	Hospital Coded
	Scheme   Coded
	Group    Coded // drg_code; an empty value is ungrouped
	From     Coded // referred_from
	County   Coded // residence_county

	Admission, Discharge, Settlement []Date

	Gross, NonCovered, CategoryB, FirstPay, AIDiagnosis, BookedFund []money.Fen

	// HasFirstPay and HasBookedFund tell per row whether the source gave a value; nil means that the whole column is given
	// (when its column is not nil) or absent (when it is nil).
	HasFirstPay, HasBookedFund []bool

	Setting    []Setting
	Referral   []Referral
	Age        []int16
	Retired    []bool
	Signed     []bool
	Assistance []Assistance
	Place      []Place
	Filed      []bool
	Status     []Status

	// SourceRow is the 1-based row of the file that each row came from; nil means that row i came from row i+1.
	SourceRow []int64

	// files tell which file each row came from, in order of their first rows; nil means none or one unnamed.
	files []fileStart
	// mem is where the columns stand, when they serve others after the table is released.
	mem *arena
	// free ends the mapping that columns alias; nil when none does.
	free func()
}

// Text is a column of strings in one buffer: value i is Bytes[Offsets[i]:Offsets[i+1]]. The zero Text is an absent column.
//
// Of a file that was read leanly the texts may be read only when one is asked for. Offsets is nil then, and Len, At and Value
// are the way to them.
type Text struct {
	Offsets []int64
	Bytes   []byte
	later   *later
}

// Len returns the number of values.
func (t Text) Len() int {
	if t.later != nil {
		return t.later.n
	}
	return max(len(t.Offsets)-1, 0)
}

// At returns value i, or "" when the column is absent.
func (t Text) At(i int) string { return string(t.Value(i)) }

// Value returns value i without a copy, or nil when the column is absent. It must not be changed.
func (t Text) Value(i int) []byte {
	if t.later != nil {
		t = t.later.get()
	}
	if t.Offsets == nil {
		return nil
	}
	return t.bytes(i)
}

// bytes returns value i, which must exist, without a copy.
func (t Text) bytes(i int) []byte { return t.Bytes[t.Offsets[i]:t.Offsets[i+1]] }

// Append adds a value at the end.
func (t *Text) Append(s string) {
	if t.Offsets == nil {
		t.Offsets = append(t.Offsets, 0)
	}
	t.Bytes = append(t.Bytes, s...)
	t.Offsets = append(t.Offsets, int64(len(t.Bytes)))
}

// Coded is a column of repeated strings: value i is Values[Codes[i]]; the code NoCode is an absent value. Values are
// distinct, in no order that a caller may use. Codes is nil when the column is absent.
type Coded struct {
	Codes  []int32
	Values Text
}

// At returns value i, or "" when it is absent.
func (c Coded) At(i int) string {
	if c.Codes == nil || c.Codes[i] == NoCode {
		return ""
	}
	return c.Values.At(int(c.Codes[i]))
}
