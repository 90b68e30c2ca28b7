package invent

import (
	"math"

	"github.com/drgsim/drgsim/engine/claims"
)

// Chronic conditions of a person, as bits.
const (
	hypertension = 1 << iota
	diabetes
	lung   // chronic obstructive lung disease
	kidney // chronic kidney disease
	mind   // severe mental disorder
)

// conditions lists what each condition costs a month in yuan and how it spreads with age.
var conditions = []struct {
	bit       uint8
	cost      float64
	from      int // age from which it occurs
	low, high float64
}{
	{hypertension, 95, 30, 0.05, 0.55},
	{diabetes, 165, 35, 0.02, 0.22},
	{lung, 140, 45, 0.01, 0.14},
	{kidney, 620, 30, 0.003, 0.03},
	{mind, 210, 18, 0.006, 0.012},
}

// A person is what stays with the person from year to year, and the age in the model's year.
type person struct {
	number  int64
	scheme  int32 // index into schemeNames
	area    int32
	town    int32 // the nearest health centre
	village int32 // the nearest village clinic, or -1
	age     int
	woman   bool
	signed  bool
	aid     claims.Assistance
	chronic uint8
	frail   float64 // how often the person needs care, 1 on average of the age
}

const (
	employee = 0
	resident = 1
)

// drawHome invents where and under which scheme the person of a number is insured: the beginning of drawPerson.
func (m *model) drawHome(d *dice, number int64) (area, scheme int32) {
	d.start(m.cfg.Seed, uint64(number), 0)
	area, scheme = int32(m.areaWheel.spin(d)), resident
	if d.chance(m.cfg.EmployeeShare) {
		scheme = employee
	}
	return area, scheme
}

// drawPerson invents the person of a number; the same number is always the same person.
func (m *model) drawPerson(d *dice, number int64) person {
	p := person{number: number, village: -1}
	p.area, p.scheme = m.drawHome(d, number)
	p.woman = d.chance(0.5)
	a := &m.areas[p.area]
	p.town = a.towns[d.IntN(len(a.towns))]
	if len(a.villages) > 0 {
		p.village = a.villages[d.IntN(len(a.villages))]
	}
	if p.scheme == employee {
		p.age = 20 + int(65*math.Pow(d.Float64(), 1.25))
	} else {
		p.age = int(92 * d.Float64())
		// Working age is thinner among residents: half of it is drawn again.
		if p.age >= 20 && p.age < 50 && d.chance(0.5) {
			p.age = int(92 * d.Float64())
		}
	}
	for _, c := range conditions {
		if p.age >= c.from {
			share := float64(p.age-c.from) / float64(90-c.from)
			if d.chance(c.low + (c.high-c.low)*math.Min(share, 1)) {
				p.chronic |= c.bit
			}
		}
	}
	sign := 0.28
	if p.age >= 65 || p.chronic != 0 {
		sign = 0.62
	}
	p.signed = d.chance(sign)
	if p.scheme == resident {
		switch x := d.Float64(); {
		case x < 0.006:
			p.aid = claims.Destitute
		case x < 0.036:
			p.aid = claims.Guaranteed
		case x < 0.056:
			p.aid = claims.LowIncome
		}
	}
	p.frail = d.spread(0.6)
	return p
}

// retired tells whether the person draws a pension at an age.
func (p *person) retired(age int) bool {
	return p.scheme == employee && (age >= 60 || p.woman && age >= 55)
}

// ageNeed is how many admissions an age band has against the average.
var ageNeed = [bands]float64{0.7, 0.75, 0.45, 1.0, 2.1, 3.0}

// need is the person's expected number of visits of a setting, relative to other persons.
func (p *person) need(s claims.Setting) float64 {
	band := bandOf(p.age, p.woman)
	switch s {
	case claims.Inpatient:
		n := p.frail * ageNeed[band]
		if p.chronic != 0 {
			n *= 1.35
		}
		return n
	case claims.Outpatient:
		return p.frail * (0.6 + 0.4*ageNeed[band])
	case claims.Chronic:
		if p.chronic == 0 {
			return 0
		}
		return 1
	case claims.Internet:
		if p.chronic == 0 {
			return 0.2 * p.frail
		}
		return p.frail
	default:
		if p.chronic&mind != 0 {
			return 25
		}
		if p.age < 65 {
			return 0
		}
		return 0.7
	}
}
