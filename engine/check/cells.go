package check

import (
	"fmt"
	"strconv"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// coded returns a text column that is held as codes, or nil for another column.
func coded(t *claims.Table, c claims.Column) *claims.Coded {
	switch c {
	case claims.ColPersonID:
		return &t.Person
	case claims.ColHospitalID:
		return &t.Hospital
	case claims.ColScheme:
		return &t.Scheme
	case claims.ColDRGCode:
		return &t.Group
	case claims.ColReferredFrom:
		return &t.From
	case claims.ColResidenceCounty:
		return &t.County
	}
	return nil
}

// amounts returns a money column and which of its rows are given (nil: all), or nil for another or absent column.
func amounts(t *claims.Table, c claims.Column) (fen []money.Fen, given []bool) {
	switch c {
	case claims.ColGross:
		return t.Gross, nil
	case claims.ColNonCovered:
		return t.NonCovered, nil
	case claims.ColCategoryB:
		return t.CategoryB, nil
	case claims.ColFirstPay:
		return t.FirstPay, t.HasFirstPay
	case claims.ColAIDiagnosis:
		return t.AIDiagnosis, nil
	case claims.ColBookedFund:
		return t.BookedFund, t.HasBookedFund
	}
	return nil, nil
}

// cell returns the text of a value as an input file would write it; absent values are empty.
func cell(t *claims.Table, c claims.Column, row int32) string {
	if x := coded(t, c); x != nil {
		return x.At(int(row))
	}
	if fen, given := amounts(t, c); fen != nil {
		if given != nil && !given[row] {
			return ""
		}
		return fen[row].String()
	}
	switch c {
	case claims.ColClaimID:
		return t.ClaimID.At(int(row))
	case claims.ColReverses:
		return t.Reverses.At(int(row))
	case claims.ColAdmissionDate:
		return text(t.Admission, row)
	case claims.ColDischargeDate:
		return text(t.Discharge, row)
	case claims.ColSettlementDate:
		return text(t.Settlement, row)
	case claims.ColSetting:
		return text(t.Setting, row)
	case claims.ColReferral:
		return text(t.Referral, row)
	case claims.ColAssistance:
		return text(t.Assistance, row)
	case claims.ColPlace:
		return text(t.Place, row)
	case claims.ColStatus:
		return text(t.Status, row)
	case claims.ColAge:
		if t.Age == nil || t.Age[row] == claims.AgeUnknown {
			return ""
		}
		return strconv.Itoa(int(t.Age[row]))
	case claims.ColRetired:
		return truth(t.Retired, row)
	case claims.ColSignedDoctor:
		return truth(t.Signed, row)
	case claims.ColFiled:
		return truth(t.Filed, row)
	}
	return ""
}

func text[T fmt.Stringer](col []T, row int32) string {
	if col == nil {
		return ""
	}
	return col[row].String()
}

func truth(col []bool, row int32) string {
	if col == nil {
		return ""
	}
	return strconv.FormatBool(col[row])
}

// equalCell tells whether two rows agree in a column. Codes of a column are compared as codes, since its values are
// distinct.
func equalCell(t *claims.Table, c claims.Column, a, b int32) bool {
	if x := coded(t, c); x != nil {
		return x.Codes == nil || x.Codes[a] == x.Codes[b]
	}
	return cell(t, c, a) == cell(t, c, b)
}
