package engine

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// binding turns the codes of one claims table into the numbers of a region and a plan's scope. It is immutable.
type binding struct {
	t   *claims.Table
	reg *region.Region

	hospital, from, group, county []int32 // by the table's own codes
	scheme                        []uint8

	// Facts of each hospital, by its number in the region.
	hospitalFacts  [][claims.NumFacts]uint8
	hospitalPacked []packed
	hospitalCounty []int32
}

// bind looks up every distinct code of a table once. A scheme that the region does not have is an error; other unknown
// codes become claims.NoCode, and the checks decide about their rows.
func bind(t *claims.Table, reg *region.Region, scope *policy.Scope) (*binding, error) {
	b := &binding{t: t, reg: reg}
	hospital := func(id string) int32 {
		if n, ok := reg.Hospital(id); ok {
			return n
		}
		return claims.NoCode
	}
	b.hospital = lookups(t.Hospital, hospital)
	b.from = lookups(t.From, hospital)
	b.group = lookups(t.Group, func(code string) int32 {
		if n, ok := scope.Group(code); ok {
			return n
		}
		return claims.NoCode
	})
	county := func(name string) int32 {
		if n, ok := slices.BinarySearch(reg.Counties, name); ok {
			return int32(n)
		}
		return claims.NoCode
	}
	b.county = lookups(t.County, county)
	for i := range t.Scheme.Values.Len() {
		name := t.Scheme.Values.At(i)
		n := slices.Index(scope.Schemes, name)
		if n < 0 {
			return nil, fmt.Errorf("scheme %q of the claims is none of the region's (%v)%s", name, scope.Schemes, nearest.Hint(name, scope.Schemes))
		}
		b.scheme = append(b.scheme, uint8(n))
	}
	b.hospitalFacts = make([][claims.NumFacts]uint8, len(reg.Hospitals))
	b.hospitalCounty = make([]int32, len(reg.Hospitals))
	for i := range reg.Hospitals {
		h := &reg.Hospitals[i]
		f := &b.hospitalFacts[i]
		f[claims.FactTier] = uint8(h.Tier)
		f[claims.FactPrivate] = bit(h.Private)
		f[claims.FactInternet] = bit(h.Internet)
		b.hospitalPacked = append(b.hospitalPacked, pack(f))
		b.hospitalCounty[i] = county(h.County)
	}
	return b, nil
}

func lookups(c claims.Coded, find func(string) int32) []int32 {
	out := make([]int32, c.Values.Len())
	for i := range out {
		out[i] = find(c.Values.At(i))
	}
	return out
}

func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// claim fills c, whatever it held, with a row of the table. It writes field by field: a whole claim would be made elsewhere and
// copied.
func (b *binding) claim(row int32, c *claims.Claim) {
	t := b.t
	c.Row, c.Person, c.Mark, c.Status = row, t.Person.Codes[row], 0, claims.Normal
	c.Hospital, c.Group = coded(t.Hospital, b.hospital, row), coded(t.Group, b.group, row)
	c.From, c.County = coded(t.From, b.from, row), coded(t.County, b.county, row)
	c.Settlement, c.Admission, c.Discharge = t.Settlement[row], dateAt(t.Admission, row), dateAt(t.Discharge, row)
	c.Age = claims.AgeUnknown
	c.Gross, c.NonCovered, c.CategoryB = t.Gross[row], fenAt(t.NonCovered, row), fenAt(t.CategoryB, row)
	c.FirstPay, c.AIDiagnosis, c.BookedFund = fenAt(t.FirstPay, row), fenAt(t.AIDiagnosis, row), fenAt(t.BookedFund, row)
	c.HasFirstPay, c.HasBookedFund = given(t.FirstPay, t.HasFirstPay, row), given(t.BookedFund, t.HasBookedFund, row)
	if c.Discharge == claims.NoDate {
		c.Discharge = c.Settlement
	}
	if c.Admission == claims.NoDate {
		c.Admission = c.Discharge
	}
	if t.Age != nil {
		c.Age = t.Age[row]
	}
	f := &c.Facts
	*f = [claims.NumFacts]uint8{}
	home := claims.NoCode
	if c.Hospital >= 0 {
		*f = b.hospitalFacts[c.Hospital]
		home = b.hospitalCounty[c.Hospital]
	}
	if c.County == claims.NoCode && t.County.Codes == nil {
		c.County = home
	}
	f[claims.FactSameCounty] = bit(c.County >= 0 && c.County == home)
	if code := t.Scheme.Codes[row]; code >= 0 {
		f[claims.FactScheme] = b.scheme[code]
	}
	if t.Setting != nil {
		f[claims.FactSetting] = uint8(t.Setting[row])
	}
	if t.Retired != nil {
		f[claims.FactRetired] = bit(t.Retired[row])
	}
	if t.Signed != nil {
		f[claims.FactSigned] = bit(t.Signed[row])
	}
	if t.Assistance != nil {
		f[claims.FactAssistance] = uint8(t.Assistance[row])
	}
	if t.Place != nil {
		f[claims.FactPlace] = uint8(t.Place[row])
	}
	if t.Filed != nil {
		f[claims.FactFiled] = bit(t.Filed[row])
	}
	if t.Referral != nil {
		f[claims.FactReferral] = uint8(t.Referral[row])
	}
	if t.Status != nil {
		c.Status = t.Status[row]
	}
}

func coded(c claims.Coded, numbers []int32, row int32) int32 {
	if c.Codes == nil {
		return claims.NoCode
	}
	code := c.Codes[row]
	if code < 0 {
		return claims.NoCode
	}
	return numbers[code]
}

func dateAt(dates []claims.Date, row int32) claims.Date {
	if dates == nil {
		return claims.NoDate
	}
	return dates[row]
}

func fenAt(amounts []money.Fen, row int32) money.Fen {
	if amounts == nil {
		return 0
	}
	return amounts[row]
}

func given(amounts []money.Fen, has []bool, row int32) bool {
	return amounts != nil && (has == nil || has[row])
}
