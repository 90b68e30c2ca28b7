package engine

import (
	"fmt"
	"slices"
	"time"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// Probe tries invented claims on a plan: what a person would pay of a single visit, and what it would be worth. It is used by
// one goroutine.
type Probe struct {
	plan  *Plan
	year  benefit.Year
	visit benefit.Visit
	list  [1]claims.Claim
	ends  [1]int32

	persons  benefit.Persons
	left     benefit.Left
	programs benefit.Programs
}

// Probed is what a plan makes of one invented claim.
type Probed struct {
	Pockets benefit.Pockets
	Stream  *settle.Stream
	Priced  drg.Priced // zero where the stream needs no price
}

// NewProbe prepares to try claims on a plan.
func NewProbe(p *Plan) *Probe {
	return &Probe{plan: p, year: benefit.Year{Slots: make([]money.Fen, p.Slots.Len())}, ends: [1]int32{1}, programs: p.programs()}
}

// probeAge is the age of invented persons: past childhood and short of old age, for which many rules make exceptions.
const probeAge = 50

// Visit is an invented first visit of the year at a hospital by a person of its county: settled on the first of July, with no
// cost outside the catalogue. group is a number of the plan's scope, or claims.NoCode.
func (p *Probe) Visit(hospital, scheme int, setting claims.Setting, group int32, gross money.Fen, days int) claims.Claim {
	h := &p.plan.Region.Hospitals[hospital]
	day := claims.DateOf(p.plan.Year, time.July, 1)
	c := claims.Claim{Hospital: int32(hospital), Group: group, From: claims.NoCode, County: claims.NoCode,
		Admission: day - claims.Date(days), Discharge: day, Settlement: day, Age: probeAge, Gross: gross}
	if n, ok := slices.BinarySearch(p.plan.Region.Counties, h.County); ok {
		c.County = int32(n)
		c.Facts[claims.FactSameCounty] = 1
	}
	c.Facts[claims.FactScheme] = uint8(scheme)
	c.Facts[claims.FactSetting] = uint8(setting)
	c.Facts[claims.FactTier] = uint8(h.Tier)
	c.Facts[claims.FactPrivate] = bit(h.Private)
	c.Facts[claims.FactInternet] = bit(h.Internet)
	return c
}

// Try adjudicates and prices one claim as if it were the person's only one.
func (p *Probe) Try(c claims.Claim) (Probed, error) {
	var out Probed
	p.list[0] = c
	p.persons.Take(p.list[:], p.ends[:], nil)
	p.left.Follow(nil)
	err := p.persons.Adjudicate(p.programs, &p.left, &p.year, &p.visit, nil, nil)
	out.Pockets = p.left.At(0)
	if err != nil {
		return out, fmt.Errorf("trying a claim: %w", err)
	}
	stream := p.plan.Settlement.Lookup().Find(&p.list[0])
	if stream < 0 {
		return out, fmt.Errorf("trying a claim: it belongs to no payment stream")
	}
	out.Stream = &p.plan.Settlement.Streams()[stream]
	if !out.Stream.Priced() {
		return out, nil
	}
	stays, priced := []drg.Stay{newStay(&p.list[0], &out.Pockets)}, make([]drg.Priced, 1)
	if err := p.plan.At(p.plan.priceDate(&p.list[0])).Pricer.Price(stays, priced); err != nil {
		return out, fmt.Errorf("trying a claim: %w", err)
	}
	out.Priced = priced[0]
	return out, nil
}
