package engine

import (
	"encoding/binary"

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

// packed are the facts of a claim as they lie in memory, in two words: a claim gets them by two stores. One by one they would be read
// again before the processor has put them together.
type packed struct {
	first uint64
	rest  uint32
}

// factsOfFirst is how many facts the first word holds.
const factsOfFirst = 8

func pack(f *[claims.NumFacts]uint8) packed {
	return packed{binary.LittleEndian.Uint64(f[:factsOfFirst]), binary.LittleEndian.Uint32(f[factsOfFirst:])}
}

// put adds facts to those of p, which must not have them, and writes all to f.
func (p packed) put(f *[claims.NumFacts]uint8, first uint64, rest uint32) {
	binary.LittleEndian.PutUint64(f[:factsOfFirst], p.first|first)
	binary.LittleEndian.PutUint32(f[factsOfFirst:], p.rest|rest)
}

// absent stands for columns that a table lacks, with as many rows as were asked for so far. The zero value is ready for use, by one
// goroutine.
type absent struct {
	codes     []int32
	dates     []claims.Date
	fen       []money.Fen
	settings  []claims.Setting
	referrals []claims.Referral
}

// rowsOf returns n rows of a column from lo on; of an absent one, whose rows all have one value, out of what is kept for it.
func rowsOf[T any](column []T, lo, n int, absent *[]T, value T) []T {
	if column != nil {
		return column[lo:][:n]
	}
	for len(*absent) < n {
		*absent = append(*absent, value)
	}
	return (*absent)[:n]
}

// claims fills cs, whatever it held, with consecutive rows from lo on. It is claim for many rows: what is equal for all rows of a
// table is asked once. The first of cs, as many as known, were last filled from a table that had the same second line, see second.
func (b *binding) claims(lo int32, cs []claims.Claim, known int, without *absent) {
	known = min(known, len(cs))
	b.hot(int(lo), cs, without)
	blank(cs[known:])
	b.cold(int(lo), cs)
}

// second tells which columns a table has of those that fill the second line of a claim.
type second struct{ from, status, categoryB, firstPay, aiDiagnosis, bookedFund bool }

func secondOf(t *claims.Table) second {
	return second{t.From.Codes != nil, t.Status != nil, t.CategoryB != nil, t.FirstPay != nil, t.AIDiagnosis != nil, t.BookedFund != nil}
}

// blank makes the second line of claims what it is where a table lacks all of its columns, but for persons and ages.
func blank(cs []claims.Claim) {
	for i := range cs {
		c := &cs[i]
		c.CategoryB, c.FirstPay, c.AIDiagnosis, c.From, c.Mark, c.Status = 0, 0, 0, claims.NoCode, 0, claims.Normal
		c.HasFirstPay, c.HasBookedFund = false, false
	}
}

// cold fills of the second line of claims what a table has: the rest is there.
func (b *binding) cold(lo int, cs []claims.Claim) {
	t, hi := b.t, lo+len(cs)
	persons, age := t.Person.Codes, laneOf(t.Age, []int16{claims.AgeUnknown})
	for i := range cs {
		row := lo + i
		cs[i].Person, cs[i].Age = persons[row], age.v[row&age.mask]
	}
	if t.From.Codes != nil {
		for i, code := range t.From.Codes[lo:hi] {
			cs[i].From = claims.NoCode
			if code >= 0 {
				cs[i].From = b.from[code]
			}
		}
	}
	if t.Status != nil {
		for i, v := range t.Status[lo:hi] {
			cs[i].Status = v
		}
	}
	if t.CategoryB != nil {
		for i, v := range t.CategoryB[lo:hi] {
			cs[i].CategoryB = v
		}
	}
	if t.FirstPay != nil {
		has := givenLane(t.FirstPay, t.HasFirstPay)
		for i, v := range t.FirstPay[lo:hi] {
			cs[i].FirstPay, cs[i].HasFirstPay = v, has.v[(lo+i)&has.mask]
		}
	}
	if t.AIDiagnosis != nil {
		for i, v := range t.AIDiagnosis[lo:hi] {
			cs[i].AIDiagnosis = v
		}
	}
	if t.BookedFund != nil {
		has := givenLane(t.BookedFund, t.HasBookedFund)
		for i := range cs {
			cs[i].HasBookedFund = has.v[(lo+i)&has.mask]
		}
	}
}

// hot fills the first line of each claim.
func (b *binding) hot(lo int, cs []claims.Claim, without *absent) {
	t, n := b.t, len(cs)
	hospitals, groups := rowsOf(t.Hospital.Codes, lo, n, &without.codes, claims.NoCode), rowsOf(t.Group.Codes, lo, n, &without.codes, claims.NoCode)
	counties, schemes := rowsOf(t.County.Codes, lo, n, &without.codes, claims.NoCode), rowsOf(t.Scheme.Codes, lo, n, &without.codes, claims.NoCode)
	admission, discharge := rowsOf(t.Admission, lo, n, &without.dates, claims.NoDate), rowsOf(t.Discharge, lo, n, &without.dates, claims.NoDate)
	nonCovered, booked := rowsOf(t.NonCovered, lo, n, &without.fen, 0), rowsOf(t.BookedFund, lo, n, &without.fen, 0)
	setting, referral := rowsOf(t.Setting, lo, n, &without.settings, 0), rowsOf(t.Referral, lo, n, &without.referrals, 0)
	settlement, gross := t.Settlement[lo:][:n], t.Gross[lo:][:n]
	asked := t.Retired != nil || t.Signed != nil || t.Assistance != nil || t.Place != nil || t.Filed != nil
	assistance, place := laneOf(t.Assistance, []claims.Assistance{0}), laneOf(t.Place, []claims.Place{0})
	retired, signed, filed := laneOf(t.Retired, []bool{false}), laneOf(t.Signed, []bool{false}), laneOf(t.Filed, []bool{false})
	atHome := t.County.Codes == nil // then nobody's county is known but by the hospital
	for i := range cs {
		c := &cs[i]
		c.Row = int32(lo + i)
		hospital, group, county, home := claims.NoCode, claims.NoCode, claims.NoCode, claims.NoCode
		var facts packed
		if code := hospitals[i]; code >= 0 {
			if hospital = b.hospital[code]; hospital >= 0 {
				facts = b.hospitalPacked[hospital]
				home = b.hospitalCounty[hospital]
			}
		}
		if code := groups[i]; code >= 0 {
			group = b.group[code]
		}
		if code := counties[i]; code >= 0 {
			county = b.county[code]
		}
		if atHome {
			county = home
		}
		first := uint64(setting[i]) << (8 * claims.FactSetting)
		if code := schemes[i]; code >= 0 {
			first |= uint64(b.scheme[code]) << (8 * claims.FactScheme)
		}
		if asked { // about persons and places, which most rules do not
			row := lo + i
			first |= uint64(bit(retired.v[row&retired.mask]))<<(8*claims.FactRetired) | uint64(bit(signed.v[row&signed.mask]))<<(8*claims.FactSigned) |
				uint64(assistance.v[row&assistance.mask])<<(8*claims.FactAssistance) | uint64(place.v[row&place.mask])<<(8*claims.FactPlace) |
				uint64(bit(filed.v[row&filed.mask]))<<(8*claims.FactFiled)
		}
		facts.put(&c.Facts, first, uint32(referral[i])<<(8*(claims.FactReferral-factsOfFirst))|same(county, home)<<(8*(claims.FactSameCounty-factsOfFirst)))
		c.Hospital, c.Group, c.County = hospital, group, county
		settled, out, in := settlement[i], discharge[i], admission[i]
		if out == claims.NoDate {
			out = settled
		}
		if in == claims.NoDate {
			in = out
		}
		c.Admission, c.Discharge, c.Settlement = in, out, settled
		c.Gross, c.NonCovered, c.BookedFund = gross[i], nonCovered[i], booked[i]
	}
}

// same is 1 where two numbers are equal and known, otherwise 0. It does not branch, as no processor could guess it.
func same(a, b int32) uint32 {
	equal := (uint64(uint32(a^b)) - 1) >> 63
	return uint32(equal) &^ (uint32(a) >> 31)
}
