package compare

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// Cliff is a place where one more fen of cost or one more day flips a payment: At is the last cost (in fen) or length (in
// days) before it.
type Cliff struct {
	Kind   string // "cost", "days" or "person"
	Scheme string
	Group  string // of a stay
	Tier   region.Tier
	At     int64
	// Before is what is paid at At, After one unit later: to the hospital, or by the person.
	Before, After money.Fen
	// From and To are the classes of the stay on both sides.
	From, To string
	Stays    int64 // of the group at the hospital in the year
}

// Jump is how much the payment changes at the cliff.
func (c *Cliff) Jump() money.Fen { return c.After - c.Before }

// samplesPerGroup is how many costs of a group are tried before its cliffs are narrowed down to the fen.
const samplesPerGroup = 256

// longestStay is the longest stay that is tried, in days.
const longestStay = 90

// StayCliffs looks for the cliffs of what a hospital is paid for a stay, in every group that it treated in the year: by cost
// from nothing to eight times the group's average, and by length at the average cost. Points are valued at the pool's value
// of the year.
func StayCliffs(r *engine.Result, hospital int) ([]Cliff, error) {
	codes := make(map[int]string)
	for code, n := range r.Plan.Scope.Groups {
		codes[n] = code
	}
	values := make(map[string]money.PointValue)
	for i := range r.Outcome.Pools {
		values[r.Outcome.Pools[i].Scheme] = r.Outcome.Pools[i].Applied
	}
	var out []Cliff
	probe := engine.NewProbe(r.Plan)
	for s, scheme := range r.Plan.Region.Schemes {
		for g := range r.Partial.Tally.Dims.Groups {
			cell := r.Partial.Tally.Group(s, hospital, g)
			if cell.Claims == 0 {
				continue
			}
			w := &worth{probe: probe, r: r, hospital: hospital, scheme: s, group: int32(g), value: values[scheme]}
			mean, days := int64(cell.Gross)/cell.Claims, max(cell.Days/cell.Claims, 1)
			found, err := w.cliffs(mean, days)
			if err != nil {
				return nil, fmt.Errorf("group %s: %w", codes[g], err)
			}
			for _, c := range found {
				c.Scheme, c.Group, c.Tier, c.Stays = scheme, codes[g], r.Plan.Region.Hospitals[hospital].Tier, cell.Claims
				out = append(out, c)
			}
		}
	}
	steepest(out)
	return out, nil
}

// steepest puts cliffs in order of their jump, largest first.
func steepest(list []Cliff) {
	size := func(c *Cliff) money.Fen { return max(c.Jump(), -c.Jump()) }
	slices.SortStableFunc(list, func(a, b Cliff) int { return cmp.Compare(size(&b), size(&a)) })
}

// worth asks what stays of one group at one hospital are worth.
type worth struct {
	probe    *engine.Probe
	r        *engine.Result
	hospital int
	scheme   int
	group    int32
	value    money.PointValue
}

// of returns what the hospital is paid for a stay, and its class.
func (w *worth) of(gross, days int64) (money.Fen, string, error) {
	p, err := w.probe.Try(w.probe.Visit(w.hospital, w.scheme, claims.Inpatient, w.group, money.Fen(gross), int(days)))
	if err != nil {
		return 0, "", err
	}
	if !p.Stream.Priced() {
		return 0, "", nil
	}
	paid := p.Priced.Direct
	if w.value.Points != 0 {
		points, err := w.value.Of(p.Priced.Points, money.HalfUp)
		if err != nil {
			return 0, "", err
		}
		paid += points
	}
	class := w.r.Plan.At(claims.DateOf(w.r.Plan.Year, 7, 1)).Pricer.Classes()[p.Priced.Class]
	return paid, class.ID, nil
}

func (w *worth) cliffs(mean, days int64) ([]Cliff, error) {
	var out []Cliff
	type sample struct {
		x    int64
		paid money.Fen
		of   string
	}
	look := func(x int64) (sample, error) {
		paid, class, err := w.of(x, days)
		return sample{x, paid, class}, err
	}
	step := max(mean*8/samplesPerGroup, 1)
	last, err := look(1)
	if err != nil {
		return nil, err
	}
	for x := step; x <= 8*mean; x += step {
		next, err := look(x)
		if err != nil {
			return nil, err
		}
		lo, hi := last, next
		for hi.of != lo.of && hi.x-lo.x > 1 {
			mid, err := look(lo.x + (hi.x-lo.x)/2)
			if err != nil {
				return nil, err
			}
			if mid.of == lo.of {
				lo = mid
			} else {
				hi = mid
			}
		}
		if lo.of != hi.of && distance(int64(hi.paid), int64(lo.paid)) > 1 {
			out = append(out, Cliff{Kind: "cost", At: lo.x, Before: lo.paid, After: hi.paid, From: lo.of, To: hi.of})
		}
		last = next
	}
	before, from, err := w.of(mean, 1)
	if err != nil {
		return nil, err
	}
	for d := int64(2); d <= longestStay; d++ {
		after, to, err := w.of(mean, d)
		if err != nil {
			return nil, err
		}
		if after != before && from != to {
			out = append(out, Cliff{Kind: "days", At: d - 1, Before: before, After: after, From: from, To: to})
		}
		before, from = after, to
	}
	return out, nil
}

// The costs of a visit that are tried for the cliffs of what a person pays: up to 400,000 yuan, every 250 yuan.
const (
	dearestVisit = 40_000_000
	visitStep    = 25_000
)

// PersonCliffs looks for costs at which one more fen of a single inpatient visit changes what the person pays by more than one
// yuan, or makes the person pay less, at the first hospital of each tier.
func PersonCliffs(r *engine.Result) ([]Cliff, error) {
	var out []Cliff
	probe := engine.NewProbe(r.Plan)
	for tier := range region.NumTiers {
		h := slices.IndexFunc(r.Plan.Region.Hospitals, func(h region.Hospital) bool { return h.Tier == tier })
		if h < 0 {
			continue
		}
		for s, scheme := range r.Plan.Region.Schemes {
			pay := func(gross int64) (money.Fen, error) {
				p, err := probe.Try(probe.Visit(h, s, claims.Inpatient, claims.NoCode, money.Fen(gross), 7))
				return p.Pockets.Person(), err
			}
			found, err := personCliffs(pay)
			if err != nil {
				return nil, err
			}
			for _, c := range found {
				c.Scheme, c.Tier = scheme, tier
				out = append(out, c)
			}
		}
	}
	steepest(out)
	return out, nil
}

// personCliffs narrows down each step in which the person pays more than the whole of the further cost, or less than before.
func personCliffs(pay func(int64) (money.Fen, error)) ([]Cliff, error) {
	var out []Cliff
	odd := func(lo, hi int64, a, b money.Fen) bool { return b < a || int64(b-a) > hi-lo }
	last, err := pay(0)
	if err != nil {
		return nil, err
	}
	for x := int64(visitStep); x <= dearestVisit; x += visitStep {
		next, err := pay(x)
		if err != nil {
			return nil, err
		}
		lo, hi, a, b := x-visitStep, x, last, next
		last = next
		if !odd(lo, hi, a, b) {
			continue
		}
		for hi-lo > 1 {
			mid := lo + (hi-lo)/2
			m, err := pay(mid)
			if err != nil {
				return nil, err
			}
			if odd(lo, mid, a, m) {
				hi, b = mid, m
			} else {
				lo, a = mid, m
			}
		}
		if distance(int64(b), int64(a)) > 100 {
			out = append(out, Cliff{Kind: "person", At: lo, Before: a, After: b})
		}
	}
	return out, nil
}
