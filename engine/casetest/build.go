package casetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// aliases are short words for columns of the claims table.
var aliases = map[string]string{
	"id": "claim_id", "person": "person_id", "hospital": "hospital_id", "group": "drg_code", "county": "residence_county",
}

// own are the columns of the claims block that the claims table does not have.
var own = []string{"id", "person", "hospital", "group", "county", "tier", "private", "internet", "days", "date"}

// hospitalColumns are the columns of the hospitals block.
var hospitalColumns = []string{"id", "name", "tier", "county", "alliance", "private", "coefficient", "score", "beds", "internet", "specialty"}

// claimColumns lists what a claims block may have.
func claimColumns() []string {
	names := slices.Clone(own)
	for _, f := range claims.Schema {
		names = append(names, f.Name)
	}
	return names
}

// defaultCounty is where hospitals stand that name no county.
const defaultCounty = "county"

// builder makes the region and the claims of a case.
type builder struct {
	s       *Setup
	claimsT *Table
	persons map[string]int32
}

// region makes the region of the hospitals block and of the hospitals and tiers that claims name.
func (b *builder) region() error {
	b.claimsT = b.s.Case.Table("claims")
	if b.claimsT == nil {
		b.claimsT = &Table{Name: "claims"}
	}
	if err := b.claimsT.CheckColumns(claimColumns()); err != nil {
		return err
	}
	hospitals, err := b.hospitals()
	if err != nil {
		return err
	}
	enrolment, totals, err := b.accounts()
	if err != nil {
		return err
	}
	// A region knows its schemes from its accounts; a case may name further ones in its claims.
	reg, err := region.New("case", hospitals, enrolment, totals)
	if err != nil {
		return fmt.Errorf("%s: %w", b.s.Case.File, err)
	}
	schemes := slices.Concat(reg.Schemes, region.DefaultSchemes)
	for _, row := range b.claimsT.Rows {
		if name := b.cell(row, "scheme"); name != "" {
			schemes = append(schemes, name)
		}
	}
	slices.Sort(schemes)
	if reg.Schemes = slices.Compact(schemes); len(reg.Schemes) > region.MaxSchemes {
		return fmt.Errorf("%s: accounts and claims name %d schemes; at most %d are allowed", b.s.Case.File, len(reg.Schemes), region.MaxSchemes)
	}
	b.s.Region = reg
	b.s.Scope = &policy.Scope{Schemes: reg.Schemes, Groups: b.groups()}
	return nil
}

// groups numbers every group code that the claims, the groups block or the pack names.
func (b *builder) groups() map[string]int {
	known := make(map[string]bool)
	for _, t := range b.s.Case.Tables {
		for _, row := range t.Rows {
			switch t.Name {
			case "claims":
				known[b.cell(row, "drg_code")] = true
			case "groups":
				known[t.Cell(row, "code")] = true
			}
		}
	}
	packCodes(b.s.Pack.Tree, known)
	delete(known, "")
	sorted := make([]string, 0, len(known))
	for code := range known {
		sorted = append(sorted, code)
	}
	slices.Sort(sorted)
	numbers := make(map[string]int, len(sorted))
	for i, code := range sorted {
		numbers[code] = i
	}
	return numbers
}

// packCodes collects what stands under the keys of a pack that name groups.
func packCodes(v *policy.Value, into map[string]bool) {
	for i, it := range v.Items {
		if v.Shape == policy.Map && slices.Contains([]string{"code", "codes", "group"}, v.Keys[i]) {
			for _, w := range strings.Fields(it.Text) {
				into[w] = true
			}
			for _, leaf := range it.Items {
				into[leaf.Text] = true
			}
		}
		packCodes(it, into)
	}
}

// hospitals reads the hospitals block and adds what claims name beside it.
func (b *builder) hospitals() ([]region.Hospital, error) {
	var list []region.Hospital
	if t := b.s.Case.Table("hospitals"); t != nil {
		if err := t.CheckColumns(hospitalColumns); err != nil {
			return nil, err
		}
		for _, row := range t.Rows {
			h, err := readHospital(t, row)
			if err != nil {
				return nil, err
			}
			list = append(list, h)
		}
	}
	for _, row := range b.claimsT.Rows {
		id := b.hospitalID(row)
		at := slices.IndexFunc(list, func(h region.Hospital) bool { return h.ID == id })
		tier, err := rowTier(b.claimsT, row)
		if err != nil {
			return nil, err
		}
		if at < 0 {
			list = append(list, region.Hospital{ID: id, Name: id, Tier: tier, County: defaultCounty, Score: region.NoScore, Internet: true})
		} else if b.claimsT.Cell(row, "tier") != "" && list[at].Tier != tier {
			return nil, fmt.Errorf("%s: hospital %q is %s elsewhere in the case, and %s here", row.Pos, id, list[at].Tier, tier)
		}
	}
	if len(list) == 0 {
		list = append(list, region.Hospital{ID: "hospital", Name: "hospital", Tier: region.Tertiary, County: defaultCounty, Score: region.NoScore})
	}
	return list, nil
}

func rowTier(t *Table, row Row) (region.Tier, error) {
	word := t.Cell(row, "tier")
	if word == "" {
		return region.Tertiary, nil
	}
	tier, err := region.ParseTier(word)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", row.Pos, err)
	}
	return tier, nil
}

// hospitalID is the hospital that a row names, or one that stands for its tier.
func (b *builder) hospitalID(row Row) string {
	if id := b.cell(row, "hospital_id"); id != "" {
		return id
	}
	tier, err := rowTier(b.claimsT, row)
	if err != nil {
		return ""
	}
	return tier.String()
}

func readHospital(t *Table, row Row) (region.Hospital, error) {
	c := cells{t: t, row: row}
	h := region.Hospital{
		ID: c.text("id"), Name: c.text("name"), County: c.text("county"), Alliance: c.text("alliance"), Specialty: c.text("specialty"),
		Private: c.flag("private"), Internet: c.flag("internet"), Beds: int32(c.number("beds")), Score: region.NoScore,
		Coefficient: cellOf(&c, "coefficient", 0, money.ParseRatio),
		Tier:        cellOf(&c, "tier", region.Tertiary, region.ParseTier),
	}
	if h.Name == "" {
		h.Name = h.ID
	}
	if h.County == "" {
		h.County = defaultCounty
	}
	if c.text("score") != "" {
		h.Score = int32(cellOf(&c, "score", 0, money.ParseFen))
	}
	return h, c.err
}

// accounts reads the enrolment and totals blocks.
func (b *builder) accounts() (enrolment []region.Enrolled, totals []region.YearTotal, err error) {
	if t := b.s.Case.Table("enrolment"); t != nil {
		if err := t.CheckColumns([]string{"county", "alliance", "scheme", "persons"}); err != nil {
			return nil, nil, err
		}
		for _, row := range t.Rows {
			c := cells{t: t, row: row}
			enrolment = append(enrolment, region.Enrolled{County: c.textOr("county", defaultCounty), Alliance: c.text("alliance"), Scheme: c.text("scheme"), Persons: c.number("persons")})
			if c.err != nil {
				return nil, nil, c.err
			}
		}
	}
	if t := b.s.Case.Table("totals"); t != nil {
		if err := t.CheckColumns([]string{"year", "scheme", "alliance", "name", "amount"}); err != nil {
			return nil, nil, err
		}
		for _, row := range t.Rows {
			c := cells{t: t, row: row}
			totals = append(totals, region.YearTotal{Year: int(c.number("year")), Scheme: c.text("scheme"), Alliance: c.text("alliance"), Name: c.text("name"), Amount: c.fen("amount")})
			if c.err != nil {
				return nil, nil, c.err
			}
		}
	}
	return enrolment, totals, nil
}

// cell reads a claims cell by the table's column name or its alias.
func (b *builder) cell(row Row, column string) string {
	if s := b.claimsT.Cell(row, column); s != "" {
		return s
	}
	for short, long := range aliases {
		if long == column {
			return b.claimsT.Cell(row, short)
		}
	}
	return ""
}

// claims makes the claims and takes reversed pairs out.
func (b *builder) claims() error {
	b.persons = make(map[string]int32)
	s := b.s
	next := s.Day()
	type taken struct {
		id  string
		pos policy.Pos
	}
	var reverses []taken
	for i, row := range b.claimsT.Rows {
		c, until, err := b.claim(int32(i), row, next)
		if err != nil {
			return err
		}
		next = until
		id := b.cell(row, "claim_id")
		if id == "" {
			id = "C" + strconv.Itoa(i+1)
		}
		if slices.Contains(s.IDs, id) {
			return fmt.Errorf("%s: claim %q stands there twice", row.Pos, id)
		}
		s.IDs = append(s.IDs, id)
		s.Claims = append(s.Claims, c)
		if c.Status == claims.Reversal {
			reverses = append(reverses, taken{b.cell(row, "reverses"), row.Pos})
		}
	}
	s.Reversed = make([]bool, len(s.IDs))
	for _, r := range reverses {
		at := slices.Index(s.IDs, r.id)
		if at < 0 {
			return fmt.Errorf("%s: there is no claim %q to reverse%s", r.pos, r.id, nearest.Hint(r.id, s.IDs))
		}
		s.Reversed[at] = true
	}
	s.Claims = slices.DeleteFunc(s.Claims, func(c claims.Claim) bool {
		gone := c.Status == claims.Reversal || s.Reversed[c.Row]
		s.Reversed[c.Row] = gone
		return gone
	})
	return s.sortClaims()
}

// claim reads one row. A row without dates begins on the day next and lasts days days, or none; it returns the day on which the
// row after it begins.
func (b *builder) claim(at int32, row Row, next claims.Date) (claims.Claim, claims.Date, error) {
	c := cells{t: b.claimsT, row: row, cell: b.cell}
	reg := b.s.Region
	hospital, _ := reg.Hospital(b.hospitalID(row))
	h := &reg.Hospitals[hospital]
	claim := claims.Claim{
		Row: at, Person: b.person(c.textOr("person_id", "P1")), Hospital: hospital,
		Group: claims.NoCode, From: claims.NoCode, County: claims.NoCode,
		Age:    int16(cellOf(&c, "age", int64(claims.AgeUnknown), wholeNumber)),
		Status: claims.Status(c.code("status", claims.StatusNames)),
		Gross:  c.fen("gross"), NonCovered: c.fen("non_covered"), CategoryB: c.fen("category_b"), FirstPay: c.fen("first_pay"),
		AIDiagnosis: c.fen("ai_diagnosis"), BookedFund: c.fen("booked_fund"),
		HasFirstPay: c.text("first_pay") != "", HasBookedFund: c.text("booked_fund") != "",
	}
	if n, ok := b.s.Scope.Group(c.text("drg_code")); ok {
		claim.Group = n
	}
	if from := c.text("referred_from"); from != "" {
		n, ok := reg.Hospital(from)
		if !ok {
			return claim, 0, fmt.Errorf("%s: referred_from: hospital %q is in no row of the case", row.Pos, from)
		}
		claim.From = n
	}
	if n, ok := reg.County(c.textOr("residence_county", h.County)); ok {
		claim.County = n
	}
	home, _ := reg.County(h.County)
	f := &claim.Facts
	f[claims.FactScheme] = uint8(slices.Index(reg.Schemes, c.textOr("scheme", region.DefaultSchemes[0])))
	f[claims.FactTier] = uint8(h.Tier)
	f[claims.FactSetting] = c.code("setting", claims.SettingNames)
	f[claims.FactRetired] = bit(c.flag("retired"))
	f[claims.FactSigned] = bit(c.flag("signed_doctor"))
	f[claims.FactAssistance] = c.code("assistance", claims.AssistanceNames)
	f[claims.FactPlace] = c.code("place", claims.PlaceNames)
	f[claims.FactFiled] = bit(c.flag("filed"))
	f[claims.FactReferral] = c.code("referral", claims.ReferralNames)
	f[claims.FactPrivate] = bit(h.Private || c.flag("private"))
	f[claims.FactInternet] = bit(h.Internet && c.textOr("internet", "true") != "false")
	f[claims.FactSameCounty] = bit(claim.County == home)
	next = b.dates(&claim, &c, next)
	return claim, next, c.err
}

// stayDays reads a length of stay. No stay lasts longer than a life.
func stayDays(s string) (int64, error) {
	n, err := wholeNumber(s)
	if err == nil && n > 50_000 {
		err = fmt.Errorf("%d days are longer than any stay", n)
	}
	return n, err
}

// dates fills the claim's dates from those that the row has.
func (b *builder) dates(claim *claims.Claim, c *cells, next claims.Date) claims.Date {
	days := claims.Date(cellOf(c, "days", 0, stayDays))
	day := cellOf(c, "date", claims.NoDate, claims.ParseDate)
	claim.Admission = cellOf(c, "admission_date", claims.NoDate, claims.ParseDate)
	claim.Discharge = cellOf(c, "discharge_date", day, claims.ParseDate)
	claim.Settlement = cellOf(c, "settlement_date", claims.NoDate, claims.ParseDate)
	switch {
	case claim.Discharge != claims.NoDate:
	case claim.Settlement != claims.NoDate:
		claim.Discharge = claim.Settlement
	case claim.Admission != claims.NoDate:
		claim.Discharge = claim.Admission + days
	default:
		claim.Discharge = next + days
		next += max(days, 1)
	}
	if claim.Settlement == claims.NoDate {
		claim.Settlement = claim.Discharge
	}
	if claim.Admission == claims.NoDate {
		claim.Admission = claim.Discharge - days
	}
	return next
}

func (b *builder) person(id string) int32 {
	n, ok := b.persons[id]
	if !ok {
		n = int32(len(b.s.Persons))
		b.persons[id] = n
		b.s.Persons = append(b.s.Persons, id)
	}
	return n
}

func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
