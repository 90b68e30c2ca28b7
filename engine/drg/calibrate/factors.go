package calibrate

import (
	"fmt"
	"math/big"

	"github.com/drgsim/drgsim/engine/money"
)

// Factors are the parts of a hospital's difference coefficient (差异系数), each 1 for a hospital like the region.
type Factors struct {
	Hospital string
	Stays    int64 // kept stays that the factors rest on
	// Grade and History compare actual cost with what the same stays cost at the region's group means, for all hospitals of
	// the grade and for the hospital itself.
	Grade, History money.Ratio
	// CMI compares the mean base points of the hospital's stays with the region's.
	CMI money.Ratio
	// Visits and Burden are inverse: fewer stays per person, and a smaller share paid by the person, give more than 1.
	Visits, Burden money.Ratio
	// Fallback tells that the hospital has too few stays, so that History is Grade and the rest are 1.
	Fallback bool
	// Clamped counts factors that the bounds changed.
	Clamped int
}

// FactorOptions bound the factors.
type FactorOptions struct {
	MinStays int64       // a hospital with fewer kept stays falls back on its grade
	Low      money.Ratio // no factor is below; 0: no bound
	High     money.Ratio // no factor is above; 0: no bound
	Decimals int         // 0 to 6
	Year     int         // the year whose stays give visits, burden and CMI; 0: all years
}

// tallies sum what the factors of one set of stays need.
type tallies struct {
	stays, heads int64
	cost, usual  big.Int // actual cost, and cost at the region's group means
	yearCost     big.Int // of the year of visits and burden
	burden       big.Int
	points       big.Int
	pointStays   int64
	yearStays    int64
}

// Factors works out the factors of each hospital from the stays of the base period, in the order of the history's hospitals.
// Stays without a group, or whose group has no mean, count for visits and burden only.
func (c *Calibration) Factors(o FactorOptions) ([]Factors, error) {
	if o.Decimals < 0 || o.Decimals > 6 || o.Low < 0 || o.High < 0 || o.High > 0 && o.Low > o.High {
		return nil, fmt.Errorf("calibrate: factors need 0 to 6 decimals and rising bounds that are not negative")
	}
	hospitals, grades, region := c.tally(o)
	out := make([]Factors, len(hospitals))
	for i := range hospitals {
		h := &hospitals[i]
		f := Factors{Hospital: c.history.Hospitals[i].ID, Stays: h.stays, CMI: money.One, Visits: money.One, Burden: money.One}
		f.Grade = o.factor(&f, &grades[c.history.Hospitals[i].Grade].cost, &grades[c.history.Hospitals[i].Grade].usual, c.Options.Round)
		f.History = f.Grade
		if h.stays < o.MinStays || h.stays == 0 {
			f.Fallback = true
			out[i] = f
			continue
		}
		f.History = o.factor(&f, &h.cost, &h.usual, c.Options.Round)
		f.CMI = o.factor(&f, times(&h.points, region.pointStays), times(&region.points, h.pointStays), c.Options.Round)
		f.Visits = o.factor(&f, big.NewInt(region.yearStays*h.heads), big.NewInt(h.yearStays*region.heads), c.Options.Round)
		f.Burden = o.factor(&f, new(big.Int).Mul(&region.burden, &h.yearCost), new(big.Int).Mul(&h.burden, &region.yearCost), c.Options.Round)
		out[i] = f
	}
	return out, nil
}

// factor returns a/b within the bounds, or 1 where b or a is zero and nothing can be said.
func (o *FactorOptions) factor(f *Factors, a, b *big.Int, round money.Rounding) money.Ratio {
	if a.Sign() <= 0 || b.Sign() <= 0 {
		return money.One
	}
	unit := int64(1)
	for range 6 - o.Decimals {
		unit *= 10
	}
	q := new(big.Rat).SetFrac(a, b)
	v, err := rounded(q.Mul(q, big.NewRat(int64(money.One), unit)), round)
	r := money.Ratio(v * unit)
	if err != nil {
		r = o.High
	}
	low, high := r < o.Low, o.High > 0 && r > o.High
	if low {
		r = o.Low
	}
	if high {
		r = o.High
	}
	if low || high {
		f.Clamped++
	}
	return r
}

func times(a *big.Int, n int64) *big.Int { return new(big.Int).Mul(a, big.NewInt(n)) }

func (c *Calibration) tally(o FactorOptions) (hospitals []tallies, grades map[string]*tallies, region *tallies) {
	h := c.history
	hospitals, grades, region = make([]tallies, len(h.Hospitals)), map[string]*tallies{}, &tallies{}
	for _, one := range h.Hospitals {
		if grades[one.Grade] == nil {
			grades[one.Grade] = &tallies{}
		}
	}
	years := map[int32]bool{}
	for _, y := range c.Options.Years {
		years[int32(y.Year)] = true
	}
	type visit struct{ hospital, person int32 }
	seen := map[visit]bool{}
	for _, s := range h.Stays {
		inYear := o.Year == 0 && years[s.Year] || int(s.Year) == o.Year
		sets := [...]*tallies{&hospitals[s.Hospital], grades[h.Hospitals[s.Hospital].Grade], region}
		if inYear {
			for i, t := range sets {
				t.yearStays++
				t.yearCost.Add(&t.yearCost, big.NewInt(int64(s.Cost)))
				t.burden.Add(&t.burden, big.NewInt(int64(s.Burden)))
				// A head counts once in its hospital, and once in the region wherever it goes: -1 is no hospital.
				at := visit{s.Hospital, s.Person}
				if i == len(sets)-1 {
					at.hospital = -1
				}
				if i != 1 && (s.Person < 0 || !seen[at]) {
					t.heads++
					seen[at] = true
				}
			}
		}
		if s.Group == NoGroup || c.Groups[s.Group].Mean == 0 {
			continue
		}
		g := &c.Groups[s.Group]
		for _, t := range sets {
			if years[s.Year] {
				t.stays++
				t.cost.Add(&t.cost, big.NewInt(int64(s.Cost)))
				t.usual.Add(&t.usual, big.NewInt(int64(g.Mean)))
			}
			if inYear {
				t.pointStays++
				t.points.Add(&t.points, big.NewInt(int64(g.Base)))
			}
		}
	}
	return hospitals, grades, region
}

// Cell is the coefficient of one hospital in one group, or of one grade when Hospital is empty.
type Cell struct {
	Group, Hospital, Grade string
	Stays                  int64
	Value                  money.Ratio
}

// GroupCoefficients works out hospital mean / region mean for every group and hospital with at least MinStays stays
// (病组成本系数), and grade mean / region mean for every group and grade. A pair without a row has had too few stays; a pack then
// takes the grade's row, and 1 for a group that is new.
func (c *Calibration) GroupCoefficients(o FactorOptions) []Cell {
	h := c.history
	type key struct {
		group    int32
		hospital int32 // -1 for a grade
		grade    string
	}
	type mean struct {
		n     int64
		total big.Int
	}
	sums := map[key]*mean{}
	add := func(k key, cost money.Fen) {
		m := sums[k]
		if m == nil {
			m = &mean{}
			sums[k] = m
		}
		m.n++
		m.total.Add(&m.total, big.NewInt(int64(cost)))
	}
	years := map[int32]bool{}
	for _, y := range c.Options.Years {
		years[int32(y.Year)] = true
	}
	grades := map[string]bool{}
	for _, s := range h.Stays {
		if s.Group != NoGroup && years[s.Year] {
			grade := h.Hospitals[s.Hospital].Grade
			grades[grade] = true
			add(key{s.Group, s.Hospital, ""}, s.Cost)
			add(key{s.Group, -1, grade}, s.Cost)
		}
	}
	var out []Cell
	row := func(k key, hospital string) {
		m, g := sums[k], &c.Groups[k.group]
		if m == nil || m.n < max(o.MinStays, 1) || g.Mean == 0 {
			return
		}
		var f Factors
		out = append(out, Cell{Group: g.Code, Hospital: hospital, Grade: k.grade, Stays: m.n,
			Value: o.factor(&f, &m.total, big.NewInt(m.n*int64(g.Mean)), c.Options.Round)})
	}
	for g := range h.Groups {
		for i := range h.Hospitals {
			row(key{int32(g), int32(i), ""}, h.Hospitals[i].ID)
		}
		for _, grade := range sortedKeys(grades) {
			row(key{int32(g), -1, grade}, "")
		}
	}
	return out
}
