package invent

import (
	"math/bits"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// visitCost is the cost in yuan of an outpatient visit by tier.
var visitCost = [region.NumTiers]float64{55, 115, 150, 250, 320, 390, 520}

// open describes a visit of one day without a stay.
func (w *drawer) open(s claims.Setting, hospital int32, day claims.Date) visit {
	return visit{admission: day, discharge: day, settlement: day, hospital: hospital,
		group: claims.NoCode, from: claims.NoCode, setting: s}
}

func (w *drawer) outpatient() {
	m, a := w.m, &w.m.areas[w.p.area]
	hospital := w.p.town
	switch x := w.Float64(); {
	case x < 0.15 && w.p.village >= 0:
		hospital = w.p.village
	case x < 0.50:
	case x < 0.78 && a.lead >= 0:
		hospital = a.lead
		if w.chance(0.3) {
			hospital = a.tcm
		}
	case x < 0.82:
		hospital = m.private[w.IntN(len(m.private))]
	case x < 0.97:
		hospital = m.city[w.IntN(len(m.city))]
	default:
		hospital = m.outside[w.IntN(len(m.outside))]
	}
	tier := m.hospitals[hospital].Tier
	imaging := 0.05
	if tier == region.Community {
		imaging = 0.12
	}
	s := flat
	if w.chance(0.4) {
		s = winter
	}
	w.bill(w.open(claims.Outpatient, hospital, w.day(s)), visitCost[tier]*w.spread(0.75)*w.cost, imaging, 20, 80)
}

// chronic draws n visits for prescriptions, spread over the year; a long prescription serves up to three months.
func (w *drawer) chronic(n int) {
	if n == 0 {
		return
	}
	m, a := w.m, &w.m.areas[w.p.area]
	hospital := w.p.town
	switch x := w.Float64(); {
	case x < 0.22 && w.p.village >= 0:
		hospital = w.p.village
	case x < 0.66:
	case x < 0.88 && a.lead >= 0:
		hospital = a.lead
	default:
		hospital = m.city[w.IntN(len(m.city))]
	}
	monthly := 0.0
	for _, c := range conditions {
		if w.p.chronic&c.bit != 0 {
			monthly += c.cost
		}
	}
	// Who has many conditions pays a little less for each.
	monthly *= 1 - 0.08*float64(bits.OnesCount8(w.p.chronic)-1)
	monthly *= (1 + tierCost[m.hospitals[hospital].Tier]) / 2 * w.spread(0.25) * w.cost
	step := 365 / n
	at := w.IntN(step)
	for range n {
		supply := 1.0
		if w.chance(0.2) {
			supply = float64(w.between(2, 3))
		}
		w.bill(w.open(claims.Chronic, hospital, w.first+claims.Date(at)), monthly*supply*w.spread(0.15), 0, 0, 0)
		at += step
	}
}

func (w *drawer) internet() {
	m := w.m
	hospital := m.areas[w.p.area].lead
	if hospital < 0 || w.chance(0.4) {
		hospital = m.online[w.IntN(len(m.online))]
	}
	w.bill(w.open(claims.Internet, hospital, w.day(flat)), 85*w.spread(0.5)*w.cost, 0, 0, 0)
}
