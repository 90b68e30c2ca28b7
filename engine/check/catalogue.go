package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Entry describes one kind of finding.
type Entry struct {
	Code     string
	Severity claims.Severity // unless Options.Severity says otherwise
	English  string
	Chinese  string
}

// kind is the place of an entry in the catalogue.
type kind uint8

const (
	blank kind = iota
	form
	word
	outOfRange
	rowForm
	dischargeFirst
	settledFirst
	implausibleDate
	crossesYear
	implausibleAge
	negative
	zero
	negativePart
	negativeBooked
	partsAboveGross
	aiAboveGross
	bookedAboveGross
	unknownHospital
	unknownReferrer
	unknownScheme
	unknownGroup
	unknownCounty
	duplicateEqual
	duplicateDifferent
	withoutOriginal
	notMirrored
	reversedTwice
	originalRejected
	strayReverses
	overlap
	future
	numKinds
)

// Catalogue lists every kind of finding, in the order in which reports count them.
var Catalogue = [numKinds]Entry{
	blank:              {claims.CodeBlank, claims.Reject, "a required value is missing", "必填项缺失"},
	form:               {claims.CodeForm, claims.Reject, "a value is not written as its column demands", "数据格式错误"},
	word:               {claims.CodeWord, claims.Reject, "a coded value is not in its list", "代码值不在字典内"},
	outOfRange:         {claims.CodeRange, claims.Reject, "a number or date is outside what its column allows", "数值超出允许范围"},
	rowForm:            {claims.CodeShape, claims.Reject, "a row of text cannot be parted into its cells", "数据行结构错误"},
	dischargeFirst:     {"discharge_before_admission", claims.Reject, "discharge lies before admission", "出院日期早于入院日期"},
	settledFirst:       {"settlement_before_admission", claims.Reject, "settlement lies before admission", "结算日期早于入院日期"},
	implausibleDate:    {"implausible_date", claims.Reject, "a date lies before 1990 or after 2100", "日期不合理"},
	crossesYear:        {"crosses_year", claims.Warning, "the stay crosses the end of a year", "跨年度住院"},
	implausibleAge:     {"implausible_age", claims.Warning, "the person is older than 120 years", "年龄不合理"},
	negative:           {"negative", claims.Reject, "a normal claim has a negative total", "正常结算单总费用为负"},
	zero:               {"zero", claims.Warning, "a normal claim has no cost", "总费用为零"},
	negativePart:       {"negative_part", claims.Reject, "a part of a normal claim's cost is negative", "费用分项为负"},
	negativeBooked:     {"negative_booked_fund", claims.Warning, "the booked fund payment of a normal claim is negative", "列账基金支付为负"},
	partsAboveGross:    {"parts_above_gross", claims.Reject, "parts of the cost exceed the total", "费用分项之和大于总费用"},
	aiAboveGross:       {"ai_above_gross", claims.Reject, "AI-assisted diagnosis items exceed the total", "人工智能辅助诊断费用大于总费用"},
	bookedAboveGross:   {"booked_fund_above_gross", claims.Warning, "the booked fund payment exceeds the total", "列账基金支付大于总费用"},
	unknownHospital:    {"unknown_hospital", claims.Reject, "the hospital is not in the region's table", "医疗机构不在名录内"},
	unknownReferrer:    {"unknown_referrer", claims.Warning, "the referring hospital is not in the region's table", "转出机构不在名录内"},
	unknownScheme:      {"unknown_scheme", claims.Reject, "the scheme is not one of the region's", "险种不在统筹区内"},
	unknownGroup:       {"unknown_group", claims.Warning, "the group is not in the group table", "病组不在病组目录内"},
	unknownCounty:      {"unknown_county", claims.Warning, "the county of insurance is not in the region", "参保县不在统筹区内"},
	duplicateEqual:     {"duplicate_equal", claims.Reject, "an earlier row has the same id and the same content", "结算单重复"},
	duplicateDifferent: {"duplicate_different", claims.Reject, "an earlier row has the same id and other content", "结算单号重复而内容不同"},
	withoutOriginal:    {"reversal_without_original", claims.Reject, "a reversal takes back a claim that is not there", "冲正单无对应原单"},
	notMirrored:        {"reversal_not_mirrored", claims.Reject, "a reversal is not its original with the sign turned", "冲正单与原单不符"},
	reversedTwice:      {"reversed_twice", claims.Reject, "an earlier row reverses the same claim", "原单被重复冲正"},
	originalRejected:   {"original_rejected", claims.Reject, "the claim that a reversal takes back is itself rejected", "冲正原单已被剔除"},
	strayReverses:      {"stray_reverses", claims.Warning, "a normal claim names a claim to take back", "正常结算单填有冲正原单号"},
	overlap:            {"overlap", claims.Warning, "two stays of one person overlap", "同一人住院时间重叠"},
	future:             {"future", claims.Warning, "the settlement lies in the future", "结算日期晚于当前日期"},
}

// EntryOf returns the catalogue's entry of a code.
func EntryOf(code string) (Entry, bool) {
	for _, e := range Catalogue {
		if e.Code == code {
			return e, true
		}
	}
	return Entry{}, false
}

// ParseSeverities reads severities by code, as settings give them, for Options.Severity.
func ParseSeverities(words map[string]string) (map[string]claims.Severity, error) {
	codes := make([]string, 0, len(Catalogue))
	for _, e := range Catalogue {
		codes = append(codes, e.Code)
	}
	out := make(map[string]claims.Severity, len(words))
	for code, w := range words {
		if !slices.Contains(codes, code) {
			return nil, fmt.Errorf("finding %q is none of %s%s", code, strings.Join(codes, ", "), nearest.Hint(code, codes))
		}
		i := slices.Index(claims.SeverityNames, w)
		if i < 0 {
			return nil, fmt.Errorf("severity %q of finding %s is none of %s%s", w, code, strings.Join(claims.SeverityNames, ", "),
				nearest.Hint(w, claims.SeverityNames))
		}
		out[code] = claims.Severity(i)
	}
	return out, nil
}
