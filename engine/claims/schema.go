package claims

// Column numbers the columns of the claims table, in the order of Schema.
type Column uint8

// The columns of the claims table.
const (
	ColClaimID Column = iota
	ColPersonID
	ColHospitalID
	ColScheme
	ColSetting
	ColAdmissionDate
	ColDischargeDate
	ColSettlementDate
	ColDRGCode
	ColGross
	ColNonCovered
	ColCategoryB
	ColFirstPay
	ColAIDiagnosis
	ColBookedFund
	ColReferral
	ColReferredFrom
	ColAge
	ColRetired
	ColSignedDoctor
	ColAssistance
	ColResidenceCounty
	ColPlace
	ColFiled
	ColStatus
	ColReverses
	NumColumns
)

// Kind is the form of a column's values.
type Kind uint8

// The kinds of columns: identifiers are text and never numbers (leading zeros, letters); codes are words of a short list.
const (
	KindID Kind = iota
	KindCode
	KindDate
	KindFen
	KindInt
	KindBool
)

// A Field describes one column of the claims table.
type Field struct {
	Name     string
	Kind     Kind
	Required bool
	Words    []string // the allowed words of a KindCode column whose list is fixed
	Label    string   // Chinese label used in reports
	Doc      string   // meaning, unit, and what an absent value stands for
}

// Schema is the claims table: one row per settled visit (结算单). Only required columns must be there; an absent optional
// column means the value that its Doc names.
var Schema = [NumColumns]Field{
	ColClaimID:         {"claim_id", KindID, true, nil, "结算单号", "unique id of the settled visit"},
	ColPersonID:        {"person_id", KindID, true, nil, "人员编号", "id of the insured person"},
	ColHospitalID:      {"hospital_id", KindID, true, nil, "医疗机构编号", "id of the hospital, as in hospitals.csv"},
	ColScheme:          {"scheme", KindCode, true, nil, "险种", "insurance scheme of the person; a name of the region, usually employee or resident"},
	ColSetting:         {"setting", KindCode, true, SettingNames, "就医方式", "kind of the visit"},
	ColAdmissionDate:   {"admission_date", KindDate, false, nil, "入院日期", "first day of the visit; absent: the settlement date"},
	ColDischargeDate:   {"discharge_date", KindDate, false, nil, "出院日期", "last day of the visit; absent: the settlement date"},
	ColSettlementDate:  {"settlement_date", KindDate, true, nil, "结算日期", "day on which the visit was settled"},
	ColDRGCode:         {"drg_code", KindID, false, nil, "DRG组", "group of an inpatient stay; absent or 0000: ungrouped"},
	ColGross:           {"gross", KindFen, true, nil, "医疗总费用", "total cost of the visit"},
	ColNonCovered:      {"non_covered", KindFen, false, nil, "自费", "part of gross outside the catalogue or over price limits; absent: 0"},
	ColCategoryB:       {"category_b", KindFen, false, nil, "乙类费用", "part of gross that is class B, on which a first-pay share may fall; absent: 0"},
	ColFirstPay:        {"first_pay", KindFen, false, nil, "先行自付", "first-pay as billed, where the source has it; absent: computed by the policy"},
	ColAIDiagnosis:     {"ai_diagnosis", KindFen, false, nil, "人工智能辅助诊断费用", "part of gross that is AI-assisted diagnosis items, counted neither in non_covered nor in category_b; absent: 0"},
	ColBookedFund:      {"booked_fund", KindFen, false, nil, "列账基金支付", "fund payment booked at discharge, where the source has it; absent: computed by the policy"},
	ColReferral:        {"referral", KindCode, false, ReferralNames, "转诊类型", "recorded referral by which the person came; absent: none"},
	ColReferredFrom:    {"referred_from", KindID, false, nil, "转出机构", "hospital that referred the person; absent: unknown"},
	ColAge:             {"age", KindInt, false, nil, "年龄", "age in years at admission, 0 to 150; absent: unknown"},
	ColRetired:         {"retired", KindBool, false, nil, "退休", "whether the person is retired; absent: false"},
	ColSignedDoctor:    {"signed_doctor", KindBool, false, nil, "签约家庭医生", "whether the person has signed with a family doctor; absent: false"},
	ColAssistance:      {"assistance", KindCode, false, AssistanceNames, "救助身份", "medical-assistance status; absent: none"},
	ColResidenceCounty: {"residence_county", KindID, false, nil, "参保县", "county where the person is insured; absent: the hospital's county"},
	ColPlace:           {"place", KindCode, false, PlaceNames, "就医地", "where the visit took place, seen from the pooling region; absent: local"},
	ColFiled:           {"filed", KindBool, false, nil, "异地备案", "whether out-of-area care was filed; absent: false"},
	ColStatus:          {"status", KindCode, false, StatusNames, "状态", "normal, or the reversal of an earlier claim (its amounts are the original's with the sign turned); absent: normal"},
	ColReverses:        {"reverses", KindID, false, nil, "冲正原单号", "claim_id of the claim that a reversal takes back; absent: none"},
}
