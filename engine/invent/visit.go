package invent

import (
	"math"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// A visit is one claim before it is written.
type visit struct {
	admission, discharge, settlement claims.Date
	hospital, group, from            int32 // claims.NoCode where absent
	gross, nonCovered, categoryB, ai money.Fen
	firstPay, fund                   money.Fen // as booked
	setting                          claims.Setting
	referral                         claims.Referral
	status                           claims.Status
	place                            claims.Place
	filed                            bool
	again                            bool // billed again after a reversal
	outlier                          bool // drawn as an outlier, kept out of the reference means
	age                              int16
	year                             int16
	seq                              int16 // number within the person's year, from 1; the last part of the claim's id
	reverses                         int16 // seq of the claim that a reversal takes back, 0 for none
	bad                              Fault
}

// againShare is the share of reversed claims that are billed again.
const againShare = 0.6

// noSeq is a number that no claim of a person bears; the largest that fits an id.
const noSeq = 999

// A drawer draws the visits of one person after another. Each goroutine has its own.
type drawer struct {
	m *model
	*dice
	visits []visit
	spans  []span // days spent in hospital so far, this year
	chain  []stage

	p            person
	age, band    int
	year0        int // the year whose growth is in cost and volume; 0 before the first
	cost, volume float64
	first, last  claims.Date // of the year
	earliest     claims.Date // a stay may begin here: before the year for the few whose stay crosses its start
	latest       claims.Date // a stay must end here
}

type span struct{ from, to claims.Date }

func newDrawer(m *model) *drawer { return &drawer{m: m, dice: newDice()} }

// crossing is how many days before the year a stay of those who may cross the year's start begins at most.
const crossing = 20

// crosses tells whether a person's stays may cross the start of the year. One in four may; then nothing of the year
// before comes near its end, so that years drawn apart never overlap.
func (w *drawer) crosses(year int) bool {
	return mix(w.m.cfg.Seed^mix(uint64(w.p.number)^uint64(year)<<40))%4 == 0
}

// person turns to the person of a number.
func (w *drawer) person(number int64) { w.p = w.m.drawPerson(w.dice, number) }

// year draws the person's visits that are settled in a year, ordered by settlement, clean and numbered.
// The result is valid until the next call.
func (w *drawer) year(year int) []visit {
	w.visits, w.spans = w.visits[:0], w.spans[:0]
	p := &w.p
	w.age = p.age + year - w.m.cfg.Year
	if w.age < 0 {
		return nil
	}
	if w.year0 != year {
		w.year0 = year
		w.cost, w.volume = w.m.growth(year)
		w.first, w.last = yearEnds(year)
	}
	w.start(w.m.cfg.Seed, uint64(p.number), uint64(year))
	// Needs follow the age in the model's year: the same people grow older, but a population does not.
	w.band = bandOf(p.age, p.woman)
	w.earliest, w.latest = w.first, w.last
	if w.crosses(year) {
		w.earliest -= crossing
	}
	if w.crosses(year + 1) {
		w.latest -= crossing + 3
	}
	for range w.count(claims.BedDay, 1) {
		w.longStay()
	}
	for range w.count(claims.Inpatient, 60) {
		w.stay()
	}
	for range w.count(claims.Outpatient, 250) {
		w.outpatient()
	}
	w.chronic(w.count(claims.Chronic, 12))
	for range w.count(claims.Internet, 250) {
		w.internet()
	}
	w.reverse()
	w.number(year)
	return w.visits
}

// count draws the number of visits of a setting, at most limit.
func (w *drawer) count(s claims.Setting, limit int) int {
	norm := w.m.norm[s]
	if norm == 0 {
		return 0
	}
	return min(limit, w.poisson(norm*w.volume*w.p.need(s)))
}

// day draws a day of the year by season.
func (w *drawer) day(s season) claims.Date {
	return w.first + claims.Date(w.m.days[s][w.IntN(dayTable)])
}

// bill adds a visit of a cost in yuan with its parts. The dates and the place must be set.
func (w *drawer) bill(v visit, yuan, imaging, aiLow, aiHigh float64) {
	m, h := w.m, &w.m.hospitals[v.hospital]
	v.gross = max(100, money.Fen(math.Round(yuan*100)))
	gross := float64(v.gross)
	uncovered := 0.015 + 0.06*w.Float64()
	if h.Private {
		uncovered += 0.04
	}
	if v.setting == claims.Inpatient {
		uncovered += 0.02 * tierCost[h.Tier]
	}
	v.nonCovered = money.Fen(math.Round(gross * uncovered))
	v.categoryB = money.Fen(math.Round(gross * (0.12 + 0.28*w.Float64())))
	if w.chance(imaging) {
		v.ai = min(v.gross/5, money.Fen(math.Round(100*(aiLow+(aiHigh-aiLow)*w.Float64()))))
	}
	v.place = m.place[v.hospital]
	if v.place != claims.Local {
		filed := 0.6
		if v.referral == claims.ReferralUp {
			filed = 0.9
		}
		v.filed = w.chance(filed)
	}
	v.age = int16(w.age)
	v.firstPay, v.fund = w.book(&v)
	w.visits = append(w.visits, v)
}

// settled draws when a visit that ended on a day is settled: mostly that day, always within the year.
func (w *drawer) settled(end claims.Date) claims.Date {
	if w.chance(0.8) {
		return end
	}
	return min(w.last, end+claims.Date(w.between(1, 5)))
}

// reverse takes back a few visits, and bills most of these again with other amounts.
func (w *drawer) reverse() {
	if w.m.cfg.ReversedShare == 0 {
		return
	}
	for i, n := 0, len(w.visits); i < n; i++ {
		if !w.chance(w.m.cfg.ReversedShare) {
			continue
		}
		v := w.visits[i]
		at := v.settlement + claims.Date(w.between(1, 20))
		if at > w.last {
			continue
		}
		back := v.reversal(at)
		back.reverses = int16(i + 1)
		w.visits = append(w.visits, back)
		if w.chance(againShare) {
			share := 0.85 + 0.3*w.Float64()
			v.gross, v.nonCovered = scaled(v.gross, share), scaled(v.nonCovered, share)
			v.categoryB, v.ai = scaled(v.categoryB, share), scaled(v.ai, share)
			v.settlement = min(w.last, at+claims.Date(w.between(0, 3)))
			v.again = true
			v.firstPay, v.fund = w.book(&v)
			w.visits = append(w.visits, v)
		}
	}
}

// reversal returns the claim that takes v back: all amounts with the sign turned.
func (v visit) reversal(at claims.Date) visit {
	v.status, v.settlement = claims.Reversal, at
	v.gross, v.nonCovered, v.categoryB, v.ai = -v.gross, -v.nonCovered, -v.categoryB, -v.ai
	v.firstPay, v.fund = -v.firstPay, -v.fund
	return v
}

// number orders the visits by settlement, and by creation within a day, and numbers them. Until then reverses holds one
// more than the position at creation.
func (w *drawer) number(year int) {
	for i := range w.visits {
		w.visits[i].seq = int16(i + 1)
	}
	v := w.visits
	for i := 1; i < len(v); i++ {
		for k := i; k > 0 && v[k].settlement < v[k-1].settlement; k-- {
			v[k], v[k-1] = v[k-1], v[k]
		}
	}
	for i := range v {
		if v[i].reverses == 0 {
			continue
		}
		for k := range v {
			if v[k].seq == v[i].reverses {
				v[i].reverses = int16(k + 1)
				break
			}
		}
	}
	for i := range v {
		v[i].seq, v[i].year = int16(i+1), int16(year)
	}
}

func scaled(f money.Fen, share float64) money.Fen { return money.Fen(math.Round(float64(f) * share)) }
