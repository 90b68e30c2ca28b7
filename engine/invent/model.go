package invent

import (
	"math"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
)

// A model is everything that the drawing of claims looks up. It is complete after newModel and read by many goroutines.
type model struct {
	cfg Config
	*chart
	groups  []group
	persons int64

	areaWheel wheel
	byBand    [bands]wheel // groups of ordinary stays
	psychDays wheel        // bed-day groups of mental disorders
	careDays  wheel        // bed-day groups of rehabilitation and care
	noise     []float32    // cost level of a group in a hospital, at hospital*len(groups)+group
	days      [seasons][dayTable]uint16
	norm      [5]float64 // brings the visits of each setting to the configured rates

	ungrouped, strangeGroup, strangeHospital int32 // positions among the names below

	hospitalNames, groupNames, countyNames, schemeTexts claims.Text
}

// dayTable is the number of equally likely entries from which the day of a visit is drawn.
const dayTable = 4096

// The streams of the model's own draws lie beside those of persons, who are numbered below maxPersons.
const (
	chartStream = uint64(maxPersons) + 1 + iota
	groupStream
	noiseStream
	accountStream
)

func newModel(c Config) (*model, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	d := newDice()
	d.start(c.Seed, chartStream, 0)
	m := &model{cfg: c, chart: newChart(d, c)}
	d.start(c.Seed, groupStream, 0)
	m.groups = newGroups(d, c.Groups)
	m.spinners()
	d.start(c.Seed, noiseStream, 0)
	m.noise = make([]float32, len(m.hospitals)*len(m.groups))
	for i := range m.noise {
		m.noise[i] = float32(d.spread(0.08))
	}
	m.seasonDays()
	m.list()
	m.persons = c.Persons
	if m.persons == 0 {
		// Reversals, second bills and some faults add rows to the visits.
		rows := c.Rates.sum() * (1 + c.ReversedShare*(1+againShare)) * (1 + dirtyExtra*c.DirtyShare)
		m.persons = min(maxPersons, max(1, int64(math.Round(float64(c.Visits)/rows))))
	}
	m.normalise()
	return m, nil
}

// spinners builds the wheels.
func (m *model) spinners() {
	weights := make([]float64, len(m.areas))
	for i, a := range m.areas {
		weights[i] = a.weight
	}
	m.areaWheel = newWheel(weights)
	total := make([]float64, len(specialties)) // so that a specialty's weight does not grow with its number of groups
	for _, g := range m.groups {
		total[g.spec] += g.weight
	}
	for b := range bands {
		w := make([]float64, len(m.groups))
		for i, g := range m.groups {
			s := specialties[g.spec]
			w[i] = s.weight * s.ages[b] * g.weight / total[g.spec]
		}
		m.byBand[b] = newWheel(w)
	}
	daily := func(letter byte) wheel {
		w := make([]float64, len(m.groups))
		for i, g := range m.groups {
			if g.kind == bedday && specialties[g.spec].letter == letter {
				w[i] = g.weight
			}
		}
		return newWheel(w)
	}
	m.psychDays, m.careDays = daily(psychiatric), daily(rehabilitation)
}

// seasonDays fills the tables of days: entry k is the day of the year (0 for 1 January) at the share k/dayTable of the
// season's visits.
func (m *model) seasonDays() {
	lengths := [12]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	for s := range seasons {
		var cumulative [366]float64
		day := 0
		for month, n := range lengths {
			for range n {
				cumulative[day+1] = cumulative[day] + monthWeights[s][month]
				day++
			}
		}
		day = 0
		for k := range dayTable {
			share := (float64(k) + 0.5) / dayTable * cumulative[365]
			for cumulative[day+1] <= share {
				day++
			}
			m.days[s][k] = uint16(day)
		}
	}
}

// list writes the names that claims carry, and numbers the ones that only some claims need.
func (m *model) list() {
	for _, h := range m.hospitals {
		m.hospitalNames.Append(h.ID)
	}
	for _, g := range m.groups {
		m.groupNames.Append(g.code)
	}
	m.ungrouped = int32(m.groupNames.Len())
	m.groupNames.Append(ungroupedCode)
	ambiguous := make([]int32, len(specialties))
	for i, s := range specialties {
		ambiguous[i] = int32(m.groupNames.Len())
		if s.weight > 0 {
			m.groupNames.Append(string(s.letter) + ambiguousTail)
		}
	}
	for i := range m.groups {
		m.groups[i].ambiguous = ambiguous[m.groups[i].spec]
	}
	if m.cfg.DirtyShare > 0 {
		m.strangeHospital, m.strangeGroup = int32(m.hospitalNames.Len()), int32(m.groupNames.Len())
		m.hospitalNames.Append("H99999")
		m.groupNames.Append("ZZ99")
	}
	for _, c := range m.counties {
		m.countyNames.Append(c)
	}
	for _, s := range schemeNames {
		m.schemeTexts.Append(s)
	}
}

// samplePersons bounds the persons from whom rates are measured.
const samplePersons = 20_000

// normalise measures how many visits a sample of persons has and scales the draws to the configured rates. Two rounds,
// because stays that would overlap are left out, the more the more there are.
func (m *model) normalise() {
	want := m.cfg.Rates.list()
	m.norm = want
	w := newDrawer(m)
	for range 2 {
		var got [5]int
		for n := range int64(samplePersons) {
			w.person(n)
			for i := range w.year(m.cfg.Year) {
				if v := &w.visits[i]; v.status == claims.Normal && !v.again {
					got[v.setting]++
				}
			}
		}
		for s := range got {
			if got[s] > 0 {
				m.norm[s] *= want[s] * samplePersons / float64(got[s])
			}
		}
	}
}

// growth returns the factors of cost and volume of a year against the model's year.
func (m *model) growth(year int) (cost, volume float64) {
	n := float64(year - m.cfg.Year)
	return math.Pow(1+m.cfg.CostGrowth, n), math.Pow(1+m.cfg.VolumeGrowth, n)
}

// yearEnds returns the first and the last day of a year.
func yearEnds(year int) (first, last claims.Date) {
	return claims.DateOf(year, time.January, 1), claims.DateOf(year, time.December, 31)
}
