package ledger

import (
	"encoding/json"
	"fmt"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Claim is one settled visit as it was declared: a row of the claims table by itself. Two claims are equal when all that
// was declared is equal.
type Claim struct {
	ID, Person, Hospital, Scheme     string
	Setting                          claims.Setting
	Admission, Discharge, Settlement claims.Date // claims.NoDate when absent, but for Settlement
	Group                            string
	Gross                            money.Fen
	NonCovered, CategoryB            money.Fen
	FirstPay, AIDiagnosis            money.Fen
	BookedFund                       money.Fen
	HasFirstPay, HasBookedFund       bool
	Referral                         claims.Referral
	From                             string // referring hospital
	Age                              int16  // claims.AgeUnknown when absent
	Retired, Signed                  bool
	Assistance                       claims.Assistance
	County                           string
	Place                            claims.Place
	Filed                            bool
	Status                           claims.Status
	Reverses                         string // claim that a reversal takes back
}

// Month returns the month in which the visit was settled.
func (c *Claim) Month() calendar.Month { return calendar.Containing(c.Settlement) }

// normal returns the claim as the ledger keeps it: a reversal that carries the id of what it reverses, as the national
// platform's refund rows do, gets an id of its own.
func (c Claim) normal() Claim {
	if c.Status == claims.Reversal && (c.Reverses == "" || c.Reverses == c.ID) {
		c.Reverses = c.ID
		c.ID += "/refund"
	}
	return c
}

// claimText is how the journal writes a claim: the names and words of the claims table, amounts in fen.
type claimText struct {
	Setting     string     `json:"setting"`
	Admission   string     `json:"admission_date,omitempty"`
	Discharge   string     `json:"discharge_date,omitempty"`
	Settlement  string     `json:"settlement_date"`
	Group       string     `json:"drg_code,omitempty"`
	NonCovered  money.Fen  `json:"non_covered,omitempty"`
	CategoryB   money.Fen  `json:"category_b,omitempty"`
	FirstPay    *money.Fen `json:"first_pay,omitempty"`
	AIDiagnosis money.Fen  `json:"ai_diagnosis,omitempty"`
	BookedFund  *money.Fen `json:"booked_fund,omitempty"`
	Referral    string     `json:"referral,omitempty"`
	From        string     `json:"referred_from,omitempty"`
	Age         *int16     `json:"age,omitempty"`
	Retired     bool       `json:"retired,omitempty"`
	Signed      bool       `json:"signed_doctor,omitempty"`
	Assistance  string     `json:"assistance,omitempty"`
	County      string     `json:"residence_county,omitempty"`
	Place       string     `json:"place,omitempty"`
	Filed       bool       `json:"filed,omitempty"`
	Status      string     `json:"status,omitempty"`
	Reverses    string     `json:"reverses,omitempty"`
}

// text writes what of a claim its row in the journal does not carry already.
func (c *Claim) text() *claimText {
	t := &claimText{
		Setting: c.Setting.String(), Admission: c.Admission.String(), Discharge: c.Discharge.String(), Settlement: c.Settlement.String(),
		Group: c.Group, NonCovered: c.NonCovered, CategoryB: c.CategoryB, AIDiagnosis: c.AIDiagnosis,
		From: c.From, Retired: c.Retired, Signed: c.Signed, County: c.County, Filed: c.Filed, Reverses: c.Reverses,
		Referral:   unlessFirst(uint8(c.Referral), claims.ReferralNames),
		Assistance: unlessFirst(uint8(c.Assistance), claims.AssistanceNames),
		Place:      unlessFirst(uint8(c.Place), claims.PlaceNames),
		Status:     unlessFirst(uint8(c.Status), claims.StatusNames),
	}
	if c.HasFirstPay {
		t.FirstPay = &c.FirstPay
	}
	if c.HasBookedFund {
		t.BookedFund = &c.BookedFund
	}
	if c.Age != claims.AgeUnknown {
		t.Age = &c.Age
	}
	return t
}

// unlessFirst gives the word of a code, and nothing for the code that absence stands for.
func unlessFirst(code uint8, names []string) string {
	if code == 0 {
		return ""
	}
	return names[code]
}

// claim reads a state of a claim and its text back.
func (t *claimText) claim(s *State) (Claim, error) {
	c := Claim{
		ID: s.ClaimID, Person: s.Person, Hospital: s.Hospital, Scheme: s.Scheme, Gross: s.Gross,
		Group: t.Group, NonCovered: t.NonCovered, CategoryB: t.CategoryB, AIDiagnosis: t.AIDiagnosis, From: t.From,
		Age: claims.AgeUnknown, Retired: t.Retired, Signed: t.Signed, County: t.County, Filed: t.Filed, Reverses: t.Reverses,
	}
	if t.FirstPay != nil {
		c.FirstPay, c.HasFirstPay = *t.FirstPay, true
	}
	if t.BookedFund != nil {
		c.BookedFund, c.HasBookedFund = *t.BookedFund, true
	}
	if t.Age != nil {
		c.Age = *t.Age
	}
	for _, err := range []error{
		parseWord(&c.Setting, t.Setting, claims.SettingNames),
		parseWord(&c.Referral, t.Referral, claims.ReferralNames),
		parseWord(&c.Assistance, t.Assistance, claims.AssistanceNames),
		parseWord(&c.Place, t.Place, claims.PlaceNames),
		parseWord(&c.Status, t.Status, claims.StatusNames),
		parseDay(&c.Admission, t.Admission),
		parseDay(&c.Discharge, t.Discharge),
		parseDay(&c.Settlement, t.Settlement),
	} {
		if err != nil {
			return Claim{}, fmt.Errorf("claim %s in the journal: %w", s.ClaimID, err)
		}
	}
	return c, nil
}

func parseWord[C ~uint8](c *C, word string, names []string) error {
	if word == "" {
		return nil
	}
	var err error
	*c, err = claims.ParseCode[C](word, names)
	return err
}

func parseDay(d *claims.Date, text string) error {
	*d = claims.NoDate
	if text == "" {
		return nil
	}
	var err error
	*d, err = claims.ParseDate(text)
	return err
}

// Cause says why a claim's state changed.
type Cause string

// The causes.
const (
	Declared   Cause = "declared"   // booked for the first time
	Corrected  Cause = "corrected"  // declared again with other contents
	Reversing  Cause = "reversal"   // the row that takes another claim back
	Reversed   Cause = "reversed"   // taken back by that row
	Recomputed Cause = "recomputed" // another claim of the person changed what the fund pays for this one
	Reviewed   Cause = "reviewed"   // refused, in part or whole, after it was booked
	Withdrawn  Cause = "withdrawn"  // its month was reopened: back to the state before
)

// State is what the ledger holds of a claim from one row of the journal until the next row about that claim.
type State struct {
	Seq      int64          `json:"-"`
	Month    calendar.Month `json:"-"` // the month in whose books it stands
	ClaimID  string         `json:"claim_id"`
	Cause    Cause          `json:"cause"`
	Prior    int64          `json:"prior,omitempty"`    // row of the state before; 0 for the first
	Content  int64          `json:"content,omitempty"`  // row that holds what was declared; 0 when this one does
	Corrects int64          `json:"corrects,omitempty"` // row that this one corrects; 0 for none
	Origin   calendar.Month `json:"origin"`             // month in which the visit was settled
	Person   string         `json:"person_id"`
	Hospital string         `json:"hospital_id"`
	Scheme   string         `json:"scheme"`
	Stream   string         `json:"stream,omitempty"` // way of payment by the rules
	Live     bool           `json:"live"`             // whether the visit counts
	Gross    money.Fen      `json:"gross"`
	Fund     money.Fen      `json:"fund"`            // what the fund pays for it by the rules
	Refused  money.Fen      `json:"refused"`         // how much of that a review refused
	Whole    bool           `json:"whole,omitempty"` // a review refused all of it, whatever that is
	Claim    *claimText     `json:"claim,omitempty"`
}

// accepted returns what the fund accepts to pay for the visit in this state; a nil state is no visit.
func (s *State) accepted() money.Fen {
	if s == nil || !s.Live {
		return 0
	}
	return s.Fund - s.Refused
}

// counts returns the visits and gross cost that the state adds to the books.
func (s *State) counts() (visits int64, gross money.Fen) {
	if s == nil || !s.Live {
		return 0, 0
	}
	return 1, s.Gross
}

// refuse brings the refused part in line with what the fund pays.
func (s *State) refuse() {
	if s.Whole || s.Refused > s.Fund {
		s.Refused = s.Fund
	}
}

// content returns the row that holds what was declared.
func (s *State) content() int64 {
	if s.Content != 0 {
		return s.Content
	}
	return s.Seq
}

func decodeBody(r *Row, into any) error {
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		return fmt.Errorf("row %d of the journal (%s): %w", r.Seq, r.Kind, err)
	}
	return nil
}
