package claims

import "github.com/drgsim/drgsim/engine/money"

// Fact is one thing that a policy table may ask about a claim in order to choose a row: a small number.
type Fact uint8

// The facts of a claim. Age and group are asked through ranges and lists and are not among them.
const (
	FactScheme     Fact = iota // position in the region's schemes
	FactTier                   // region.Tier of the hospital
	FactSetting                // Setting
	FactRetired                // 0 or 1
	FactSigned                 // 0 or 1
	FactAssistance             // Assistance
	FactPlace                  // Place
	FactFiled                  // 0 or 1
	FactReferral               // Referral
	FactPrivate                // 0 or 1: ownership of the hospital
	FactInternet               // 0 or 1: whether the hospital may settle internet care
	FactSameCounty             // 0 or 1: whether the hospital stands in the person's county
	NumFacts
)

// Claim is one settled visit with every code turned into the region's number: what rules and prices work on. It holds no
// pointer, so that millions can be kept and moved cheaply.
//
// What nearly every stage looks at comes first and fills one line of the processor's cache, and a claim fills two.
type Claim struct {
	Row      int32 // row in its Table
	Hospital int32 // number in the region; NoCode only for claims outside it
	Group    int32 // number in the plan's list of group codes; NoCode when ungrouped or unknown
	County   int32 // county of insurance, number in the region; NoCode when unknown

	Admission, Discharge, Settlement Date // all set: an absent one is the settlement date

	Facts [NumFacts]uint8

	Gross, NonCovered, BookedFund money.Fen

	CategoryB, FirstPay, AIDiagnosis money.Fen

	Person int32 // number of the person in the shard
	From   int32 // referring hospital's number; NoCode when unknown
	Mark   int32 // number of the review that was made of the claim, counted from 1; 0 for none
	Age    int16 // in years; AgeUnknown
	Status Status
	// HasFirstPay and HasBookedFund tell whether the source gave these amounts.
	HasFirstPay, HasBookedFund bool

	_ [23]byte
}

// Scheme returns the number of the claim's scheme in the region.
func (c *Claim) Scheme() int { return int(c.Facts[FactScheme]) }

// Setting returns the kind of the visit.
func (c *Claim) Setting() Setting { return Setting(c.Facts[FactSetting]) }

// Days returns the length of stay: discharge minus admission, at least 1.
func (c *Claim) Days() int32 { return max(int32(c.Discharge-c.Admission), 1) }
