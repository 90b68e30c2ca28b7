package claims

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
)

// A Code is one of the few words that a coded column may hold. The number is the position in the column's list of
// words; the lists below are the only place where the words stand.
type (
	// Setting is the kind of a visit (就医方式).
	Setting uint8
	// Referral tells whether and from where the person was referred (转诊).
	Referral uint8
	// Assistance is the person's status for medical assistance (救助身份).
	Assistance uint8
	// Place is where the visit took place, seen from the person's pooling region (就医地).
	Place uint8
	// Status tells a normal row from the reversal of an earlier one (冲正).
	Status uint8
)

// Settings, in the order of SettingNames.
const (
	Inpatient Setting = iota
	Outpatient
	Chronic
	Internet
	BedDay
)

// Referrals, in the order of ReferralNames.
const (
	NoReferral Referral = iota
	ReferralUp
	ReferralDown
	ReferralLateral
)

// Assistance statuses, in the order of AssistanceNames: none, low income (低保边缘, 低收入), low-income guarantee (低保),
// destitute (特困).
const (
	NoAssistance Assistance = iota
	LowIncome
	Guaranteed
	Destitute
)

// Places, in the order of PlaceNames.
const (
	Local Place = iota
	InProvince
	OutOfProvince
)

// Statuses, in the order of StatusNames.
const (
	Normal Status = iota
	Reversal
)

// The words of the coded columns, in the order of their constants.
var (
	SettingNames    = []string{"inpatient", "outpatient", "chronic", "internet", "bedday"}
	ReferralNames   = []string{"none", "up", "down", "lateral"}
	AssistanceNames = []string{"none", "low_income", "guaranteed", "destitute"}
	PlaceNames      = []string{"local", "in_province", "out_of_province"}
	StatusNames     = []string{"normal", "reversal"}
)

// String gives the word used in files.
func (s Setting) String() string { return SettingNames[s] }

// String gives the word used in files.
func (r Referral) String() string { return ReferralNames[r] }

// String gives the word used in files.
func (a Assistance) String() string { return AssistanceNames[a] }

// String gives the word used in files.
func (p Place) String() string { return PlaceNames[p] }

// String gives the word used in files.
func (s Status) String() string { return StatusNames[s] }

// ParseCode reads a word of a coded column; the error names the allowed words and the nearest of them.
func ParseCode[C ~uint8](word string, names []string) (C, error) {
	if i := slices.Index(names, word); i >= 0 {
		return C(i), nil
	}
	return 0, fmt.Errorf("%q is none of %s%s", word, strings.Join(names, ", "), nearest.Hint(word, names))
}
