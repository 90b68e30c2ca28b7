package engine

import (
	"errors"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Age is a band of ages (年龄段) by which what people pay is reported.
type Age int

// The bands. AgeUnknown holds the persons whose age the claims do not tell.
const (
	Age0To17 Age = iota
	Age18To44
	Age45To59
	Age60To69
	Age70To79
	Age80Up
	AgeUnknown
	NumAges
)

// agesFrom holds the youngest age in years of each band but the last.
var agesFrom = [AgeUnknown]int16{0, 18, 45, 60, 70, 80}

// String returns the band's word in the names of figures: age_60_69.
func (a Age) String() string {
	return [NumAges]string{"age_0_17", "age_18_44", "age_45_59", "age_60_69", "age_70_79", "age_80_up", "age_unknown"}[a]
}

// AgeBand returns the band of an age in years; claims.AgeUnknown and other negative ages are of AgeUnknown.
func AgeBand(years int16) Age {
	if years <= claims.AgeUnknown {
		return AgeUnknown
	}
	return ageBands[min(years, agesFrom[Age80Up])]
}

// ageBands are the bands by age in years; all later ages are of the last.
var ageBands = func() (bands [81]Age) {
	for years := range bands {
		band := Age80Up
		for int16(years) < agesFrom[band] {
			band--
		}
		bands[years] = band
	}
	return bands
}()

// AgeShare is what the persons of one age band pay themselves in a year, in itself and against the baseline. The zero
// value is of no persons.
type AgeShare struct {
	Persons          int64
	Paid             money.Fen
	Less, More       int64     // persons who pay less and more than in the baseline
	LessFen, MoreFen money.Fen // by how much, both positive
}

// add counts a person who pays now what the baseline made them pay before.
func (a *AgeShare) add(before, now money.Fen) {
	a.Persons++
	a.Paid += now
	switch d := now - before; {
	case d < 0:
		a.Less++
		a.LessFen -= d
	case d > 0:
		a.More++
		a.MoreFen += d
	}
}

// Merge adds the persons of another share of the same band.
func (a *AgeShare) Merge(o *AgeShare) error {
	var err1, err2, err3 error
	a.Persons, a.Less, a.More = a.Persons+o.Persons, a.Less+o.Less, a.More+o.More
	a.Paid, err1 = money.Add(a.Paid, o.Paid)
	a.LessFen, err2 = money.Add(a.LessFen, o.LessFen)
	a.MoreFen, err3 = money.Add(a.MoreFen, o.MoreFen)
	return errors.Join(err1, err2, err3)
}

// Mean returns the average amount that a person pays, rounded half up; 0 without persons.
func (a *AgeShare) Mean() money.Fen { return mean(a.Paid, a.Persons) }

// each visits every integer of a share in a fixed order.
func (a *AgeShare) each(visit func(v *int64)) {
	for _, v := range []*int64{&a.Persons, (*int64)(&a.Paid), &a.Less, &a.More, (*int64)(&a.LessFen), (*int64)(&a.MoreFen)} {
		visit(v)
	}
}

// Age returns what the persons of a scheme and an age band pay; scheme is a position in the region's schemes.
func (p *People) Age(scheme int, band Age) *AgeShare { return &p.Ages[scheme*int(NumAges)+int(band)] }
