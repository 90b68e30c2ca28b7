package invent

import (
	"math"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// A stage is one stay of a chain: a stay, the stays before it in lesser hospitals, and those after it.
type stage struct {
	hospital, group, from int32
	referral              claims.Referral
	gap                   int // days between the discharge before and this admission
	days                  int
	cost                  float64 // yuan
	outlier               bool
	season                season
}

// Chances that shape the chains of stays.
const (
	townFirst   = 0.10 // a rural stay in a secondary hospital began in a health centre
	countyFirst = 0.18 // a rural stay in a city hospital began in the county hospital
	cityFirst   = 0.15 // a stay outside began in a city hospital
	downAfter   = 0.07 // a rural stay in a city hospital or outside goes on nearer home
	recordedUp  = 0.80 // a move up is recorded as a referral
	recordedDn  = 0.85
	sideways    = 0.01 // a stay in the county hospital goes on in the hospital of traditional medicine
	returns     = 0.06 // a stay is followed by another for the same reason
	highCost    = 0.012
	lowCost     = 0.02
)

// stay draws a stay and what comes before and after it.
func (w *drawer) stay() {
	m, a := w.m, &w.m.areas[w.p.area]
	gi := int32(m.byBand[w.band].spin(w.dice))
	for try := 0; specialties[m.groups[gi].spec].letter == newborn && w.age > 0; try++ {
		// Only infants are newborn: older children fall ill otherwise, or after some tries not at all.
		if try == 8 {
			return
		}
		gi = int32(m.byBand[w.band].spin(w.dice))
	}
	g := &m.groups[gi]
	level := pick(w.dice, g.level[:]...)
	w.chain = w.chain[:0]
	rural := a.lead >= 0
	main := w.hospitalAt(level)
	switch {
	case !rural:
	case level == levelSecondary && w.chance(townFirst):
		w.before(w.p.town, g)
	case level == levelTertiary && w.chance(countyFirst):
		if w.chance(0.2) {
			w.before(w.p.town, g)
		}
		w.before(a.lead, g)
	}
	if level == levelOutside && w.chance(cityFirst) {
		w.before(m.city[w.IntN(len(m.city))], g)
	}
	w.move(main, gi, 1)
	last := len(w.chain) - 1
	if last == 0 && level >= levelTertiary && rural && w.chance(0.08) {
		// Sent on from the county hospital's outpatients: a referral without a stay before it.
		w.chain[0].referral, w.chain[0].from = claims.ReferralUp, a.lead
	}
	switch {
	case rural && level >= levelTertiary && w.chance(downAfter):
		near := a.lead
		if w.chance(0.4) {
			near = w.p.town
		}
		w.move(near, g.sibling, 0.45)
	case rural && level == levelSecondary && main == a.lead && w.chance(sideways):
		w.move(a.tcm, g.sibling, 0.6)
	case w.chance(returns):
		w.chain = append(w.chain, w.stage(main, gi, 0.8))
		w.chain[len(w.chain)-1].gap = w.between(2, 40)
	}
	begin := w.day(w.chain[last].season) - claims.Date(w.chain[0].days)
	w.settle(claims.Inpatient, begin)
}

// hospitalAt chooses a hospital of a level for the person.
func (w *drawer) hospitalAt(level int) int32 {
	m, a := w.m, &w.m.areas[w.p.area]
	switch {
	case level == levelOutside && w.chance(0.62):
		return m.outside[0]
	case level == levelOutside:
		return m.outside[1+w.IntN(len(m.outside)-1)]
	case level == levelCommunity:
		return w.p.town
	case level == levelSecondary && w.chance(0.05):
		return m.private[w.IntN(len(m.private))]
	case level == levelSecondary && a.lead >= 0:
		if w.chance(0.25) {
			return a.tcm
		}
		return a.lead
	case level == levelSecondary && w.chance(0.3):
		return m.private[w.IntN(len(m.private))]
	}
	return m.city[w.IntN(len(m.city))]
}

// before adds a short stay that ends with the move to a better hospital.
func (w *drawer) before(hospital int32, g *group) {
	w.move(hospital, g.sibling, 0.3)
}

// move adds a stay that continues the one before it, if there is one: mostly at once, sometimes so late that no
// window for continuous deductibles reaches it, and not always on record.
func (w *drawer) move(hospital, group int32, share float64) {
	s := w.stage(hospital, group, share)
	if n := len(w.chain); n > 0 {
		from := w.chain[n-1].hospital
		rise, recorded := int(w.m.hospitals[hospital].Tier)-int(w.m.hospitals[from].Tier), recordedUp
		s.referral = claims.ReferralUp
		if rise < 0 {
			s.referral, recorded = claims.ReferralDown, recordedDn
		} else if rise == 0 {
			s.referral = claims.ReferralLateral
		}
		s.from = from
		if !w.chance(recorded) {
			s.referral, s.from = claims.NoReferral, claims.NoCode
		}
		switch x := w.Float64(); {
		case x < 0.7:
		case x < 0.9:
			s.gap = w.between(1, 3)
		default:
			s.gap = w.between(4, 25)
		}
	}
	w.chain = append(w.chain, s)
}

// stage draws the cost and the days of a stay; share is its part of a full stay.
func (w *drawer) stage(hospital, group int32, share float64) stage {
	m, g := w.m, &w.m.groups[group]
	s := stage{hospital: hospital, group: group, from: claims.NoCode, season: specialties[g.spec].season}
	factor := w.spread(g.sigma) * share
	switch x := w.Float64(); {
	case x < highCost:
		factor *= 3 + 3*w.Float64()
		s.outlier = true
	case x < highCost+lowCost:
		factor *= 0.08 + 0.3*w.Float64()
		s.outlier = true
	}
	if w.band == bandAged {
		factor *= 1.1
	}
	s.cost = g.base * m.cost[hospital] * float64(m.noise[int(hospital)*len(m.groups)+int(group)]) * factor * w.cost
	s.days = min(90, max(1, int(math.Round(g.los*math.Sqrt(factor)*(0.8+0.4*w.Float64())))))
	return s
}

// longStay draws a long stay that is paid by the day.
func (w *drawer) longStay() {
	m := w.m
	hospital, spinner := w.p.town, m.careDays
	switch {
	case w.p.chronic&mind != 0:
		hospital, spinner = m.psych[w.IntN(len(m.psych))], m.psychDays
	case w.chance(0.5):
		hospital = m.private[w.IntN(len(m.private))]
	}
	gi := int32(spinner.spin(w.dice))
	g := &m.groups[gi]
	u := w.Float64()
	s := stage{hospital: hospital, group: gi, from: claims.NoCode, days: 61 + int(180*u*u)}
	level := (1 + m.cost[hospital]) / 2
	s.cost = g.base * level * float64(m.noise[int(hospital)*len(m.groups)+int(gi)]) * w.spread(g.sigma) * w.cost * float64(s.days)
	w.chain = append(w.chain[:0], s)
	w.settle(claims.BedDay, w.first+claims.Date(w.IntN(365-s.days)))
}

// settle puts the chain into the person's year at about a day and bills its stays. It moves behind stays that it would
// overlap; what no longer ends in the year is left out.
func (w *drawer) settle(setting claims.Setting, begin claims.Date) {
	length := 0
	for _, s := range w.chain {
		length += s.gap + s.days
	}
	// The first stay must end in the year, and few may begin before it.
	begin = max(begin, w.earliest, w.first-claims.Date(w.chain[0].days))
	for moved := true; moved; {
		moved = false
		for _, o := range w.spans {
			if begin <= o.to && o.from <= begin+claims.Date(length) {
				begin, moved = o.to+1, true
			}
		}
	}
	at := begin
	for i := range w.chain {
		s := &w.chain[i]
		at += claims.Date(s.gap)
		end := at + claims.Date(s.days)
		if end > w.latest {
			break
		}
		w.bill(visit{
			admission: at, discharge: end, settlement: w.settled(end),
			hospital: s.hospital, group: w.coded(setting, s.group), from: s.from, referral: s.referral,
			setting: setting, outlier: s.outlier,
		}, s.cost, w.imaging(s), 40, 360)
		at = end
	}
	if at > begin {
		w.spans = append(w.spans, span{begin, at})
	}
}

// coded returns the group as the grouper sees it: a few stays fit none, or several.
func (w *drawer) coded(setting claims.Setting, group int32) int32 {
	if setting == claims.BedDay {
		return group
	}
	switch x := w.Float64(); {
	case x < 0.006:
		return w.m.ungrouped
	case x < 0.014:
		return w.m.groups[group].ambiguous
	}
	return group
}

// imaging is the chance that a stay has AI-assisted diagnosis items; small hospitals rely on them most.
func (w *drawer) imaging(s *stage) float64 {
	share := specialties[w.m.groups[s.group].spec].imaging
	if w.m.hospitals[s.hospital].Tier.Broad() == region.Primary {
		share *= 1.3
	}
	return share
}
