package engine

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// lane is a column as a loop over rows reads it: row i is v[i&mask], so that an absent column, which is one value and the mask
// zero, asks for no branch.
type lane[T any] struct {
	v    []T
	mask int
}

func laneOf[T any](column, absent []T) lane[T] {
	if column == nil {
		return lane[T]{absent, 0}
	}
	return lane[T]{column, -1}
}

// givenLane tells of a column of amounts which of them the source gave.
func givenLane(amounts []money.Fen, has []bool) lane[bool] {
	switch {
	case amounts == nil:
		return laneOf(nil, []bool{false})
	case has == nil:
		return laneOf(nil, []bool{true})
	}
	return laneOf(has, nil)
}

// claims fills cs, whatever it held, with consecutive rows from lo on. It is claim for many rows: what is equal for all rows of a
// table is asked once.
func (b *binding) claims(lo int32, cs []claims.Claim) {
	b.hot(int(lo), cs)
	b.cold(int(lo), cs)
}

// hot fills the first line of each claim, but for absent dates.
func (b *binding) hot(lo int, cs []claims.Claim) {
	t := b.t
	hospitals, groups, counties := laneOf(t.Hospital.Codes, []int32{claims.NoCode}), laneOf(t.Group.Codes, []int32{claims.NoCode}), laneOf(t.County.Codes, []int32{claims.NoCode})
	schemes := laneOf(t.Scheme.Codes, []int32{claims.NoCode})
	admission, discharge := laneOf(t.Admission, []claims.Date{claims.NoDate}), laneOf(t.Discharge, []claims.Date{claims.NoDate})
	nonCovered, booked := laneOf(t.NonCovered, []money.Fen{0}), laneOf(t.BookedFund, []money.Fen{0})
	setting, referral := laneOf(t.Setting, []claims.Setting{0}), laneOf(t.Referral, []claims.Referral{0})
	assistance, place := laneOf(t.Assistance, []claims.Assistance{0}), laneOf(t.Place, []claims.Place{0})
	retired, signed, filed := laneOf(t.Retired, []bool{false}), laneOf(t.Signed, []bool{false}), laneOf(t.Filed, []bool{false})
	atHome := t.County.Codes == nil // then nobody's county is known but by the hospital
	settlement, gross := t.Settlement, t.Gross
	for i := range cs {
		row, c := lo+i, &cs[i]
		c.Row = int32(row)
		hospital, group, county, home := claims.NoCode, claims.NoCode, claims.NoCode, claims.NoCode
		var f [claims.NumFacts]uint8
		if code := hospitals.v[row&hospitals.mask]; code >= 0 {
			if hospital = b.hospital[code]; hospital >= 0 {
				f = b.hospitalFacts[hospital]
				home = b.hospitalCounty[hospital]
			}
		}
		if code := groups.v[row&groups.mask]; code >= 0 {
			group = b.group[code]
		}
		if code := counties.v[row&counties.mask]; code >= 0 {
			county = b.county[code]
		}
		if atHome {
			county = home
		}
		if code := schemes.v[row&schemes.mask]; code >= 0 {
			f[claims.FactScheme] = b.scheme[code]
		}
		f[claims.FactSameCounty] = bit(county >= 0 && county == home)
		f[claims.FactSetting], f[claims.FactReferral] = uint8(setting.v[row&setting.mask]), uint8(referral.v[row&referral.mask])
		f[claims.FactAssistance], f[claims.FactPlace] = uint8(assistance.v[row&assistance.mask]), uint8(place.v[row&place.mask])
		f[claims.FactRetired], f[claims.FactSigned], f[claims.FactFiled] = bit(retired.v[row&retired.mask]), bit(signed.v[row&signed.mask]), bit(filed.v[row&filed.mask])
		c.Hospital, c.Group, c.County, c.Facts = hospital, group, county, f
		settled := settlement[row]
		out := discharge.v[row&discharge.mask]
		if out == claims.NoDate {
			out = settled
		}
		in := admission.v[row&admission.mask]
		if in == claims.NoDate {
			in = out
		}
		c.Admission, c.Discharge, c.Settlement = in, out, settled
		c.Gross, c.NonCovered, c.BookedFund = gross[row], nonCovered.v[row&nonCovered.mask], booked.v[row&booked.mask]
	}
}

// cold fills the second line of each claim.
func (b *binding) cold(lo int, cs []claims.Claim) {
	t := b.t
	from, age := laneOf(t.From.Codes, []int32{claims.NoCode}), laneOf(t.Age, []int16{claims.AgeUnknown})
	status := laneOf(t.Status, []claims.Status{0})
	categoryB, firstPay, ai := laneOf(t.CategoryB, []money.Fen{0}), laneOf(t.FirstPay, []money.Fen{0}), laneOf(t.AIDiagnosis, []money.Fen{0})
	hasFirstPay, hasBooked := givenLane(t.FirstPay, t.HasFirstPay), givenLane(t.BookedFund, t.HasBookedFund)
	persons := t.Person.Codes
	for i := range cs {
		row, c := lo+i, &cs[i]
		c.CategoryB, c.FirstPay, c.AIDiagnosis = categoryB.v[row&categoryB.mask], firstPay.v[row&firstPay.mask], ai.v[row&ai.mask]
		c.Person, c.From, c.Mark = persons[row], claims.NoCode, 0
		if code := from.v[row&from.mask]; code >= 0 {
			c.From = b.from[code]
		}
		c.Age, c.Status = age.v[row&age.mask], status.v[row&status.mask]
		c.HasFirstPay, c.HasBookedFund = hasFirstPay.v[row&hasFirstPay.mask], hasBooked.v[row&hasBooked.mask]
	}
}
