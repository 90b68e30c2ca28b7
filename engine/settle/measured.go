package settle

import (
	"math/big"
	"math/bits"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// visits counts what the rates of visits and money need, for one county or the whole region.
type visits struct {
	stays, staysIn         int64 // of the insured: all, and in their county
	visits, visitsIn       int64 // of the insured, stays included
	fund, fundIn, fundBase money.Fen
	here, primary, village int64 // outpatient visits to institutions of the county, by anybody
	ambulant               int64 // outpatient visits of the insured
}

// of measures a tally.
func (in *indicators) of(s *Settlement, t *Tally, indices *Indices) []Indicator {
	m := &measuring{s: s, t: t, in: in, indices: indices, out: make([]Indicator, 0, ofRegion+ofCounty*len(s.reg.Counties)+ofHospital*len(s.reg.Hospitals))}
	m.gather()
	all := visits{}
	for i := range m.counties {
		all.add(&m.counties[i])
	}
	mix := caseMix{}
	for h := range m.hospitals {
		mix.add(&m.hospitals[h])
	}
	m.rates("region", "", &all)
	m.money("region", "", -1)
	m.mixes("region", "", &mix, -1)
	for i := range m.counties {
		m.rates("county", s.reg.Counties[i], &m.counties[i])
	}
	for h := range s.reg.Hospitals {
		m.mixes("hospital", s.reg.Hospitals[h].ID, &m.hospitals[h], h)
		m.money("hospital", s.reg.Hospitals[h].ID, h)
	}
	return m.out
}

// How many indicators there are at most, so that their list need not grow.
const ofRegion, ofCounty, ofHospital = 14, 8, 10

type measuring struct {
	s         *Settlement
	t         *Tally
	in        *indicators
	counties  []visits
	hospitals []caseMix
	indices   *Indices
	out       []Indicator
}

func (v *visits) add(o *visits) {
	v.stays += o.stays
	v.staysIn += o.staysIn
	v.visits += o.visits
	v.visitsIn += o.visitsIn
	v.fund += o.fund
	v.fundIn += o.fundIn
	v.fundBase += o.fundBase
	v.here += o.here
	v.primary += o.primary
	v.village += o.village
	v.ambulant += o.ambulant
}

// gather adds the tally up by county and by hospital.
func (m *measuring) gather() {
	d := m.t.Dims
	m.counties = make([]visits, len(m.s.reg.Counties))
	for st := range m.s.streams {
		stream := &m.s.streams[st]
		for sc := range d.Schemes {
			for h := range d.Hospitals {
				m.gatherVisits(stream, st, sc, h)
			}
		}
	}
	m.hospitals = make([]caseMix, d.Hospitals)
	for h := range m.hospitals {
		m.hospitals[h] = m.caseMix(h)
	}
}

// gatherVisits counts one stream, scheme and hospital by the county of insurance and by that of the hospital.
func (m *measuring) gatherVisits(stream *Stream, st, sc, h int) {
	hospital := &m.s.reg.Hospitals[h]
	here, known := m.s.reg.County(hospital.County)
	known = known && stream.place == claims.Local
	primary := hospital.Tier.Broad() == region.Primary
	for county := range m.t.Dims.Counties {
		c := m.t.Home(st, sc, county, h)
		if c.Claims == 0 && c.Fund == 0 {
			continue
		}
		ambulant := c.Claims - c.Stays
		if known {
			v := &m.counties[here]
			v.here += ambulant
			if primary {
				v.primary += ambulant
			}
			if hospital.Tier == region.Village {
				v.village += ambulant
			}
		}
		if county == len(m.counties) {
			continue // of unknown home: inside and outside cannot be told apart
		}
		v := &m.counties[county]
		in := known && int(here) == county
		v.visits += c.Claims
		v.fund += c.Fund
		v.stays += c.Stays
		v.ambulant += ambulant
		if !in {
			continue
		}
		v.visitsIn += c.Claims
		v.fundIn += c.Fund
		v.staysIn += c.Stays
		if primary {
			v.fundBase += c.Fund
		}
	}
}

// put adds an indicator unless it has no cases.
func (m *measuring) put(k measure, level, of string, num, den int64) {
	if den <= 0 {
		return
	}
	i := Indicator{ID: fundID(k.name, k.def, level, of), Name: k.name, Definition: k.def, TitleZh: k.zh, TitleEn: k.en, DefZh: k.defZh, DefEn: k.defEn,
		Level: level, Of: of, Num: num, Den: den}
	if level != "hospital" && k.def <= "a" {
		for _, t := range m.in.targets {
			if t.Name == k.name {
				i.Targets = append(i.Targets, TargetResult{t, t.meets(num, den)})
			}
		}
	}
	m.out = append(m.out, i)
}

func (m *measuring) rates(level, of string, v *visits) {
	m.put(primaryA, level, of, v.primary, v.here)
	m.put(primaryB, level, of, v.primary-v.village, v.here-v.village)
	m.put(countyVisits, level, of, v.visitsIn, v.visits)
	m.put(inCounty, level, of, v.staysIn, v.stays)
	m.put(transferOut, level, of, v.stays-v.staysIn, v.stays)
	m.put(fundInside, level, of, int64(v.fundIn), int64(v.fund))
	m.put(fundPrimary, level, of, int64(v.fundBase), int64(v.fundIn))
	m.put(staysVisits, level, of, v.stays, v.ambulant)
}

// money measures what insurers bore of the cost; hospital -1 is the region.
func (m *measuring) money(level, of string, hospital int) {
	var p benefit.Pockets
	from, to := 0, m.t.Dims.Hospitals
	if hospital >= 0 {
		from, to = hospital, hospital+1
	}
	for st := range m.s.streams {
		for sc := range m.t.Dims.Schemes {
			for h := from; h < to; h++ {
				for month := range Months {
					for i, f := range m.t.Cell(st, sc, h, month).Pockets {
						p[i] += f
					}
				}
			}
		}
	}
	gross := int64(p.Gross())
	m.put(reimburseA, level, of, int64(p[benefit.Fund]), gross)
	m.put(reimburseB, level, of, int64(p[benefit.Fund]+p[benefit.CriticalIllness]+p[benefit.MedicalAid]), gross)
}

// lists reports whether the pack's group table has a group; a code that it lacks, such as 0000, is no group. Without a table
// every code counts.
func (in *indicators) lists(g int) bool { return in.listed == nil || in.listed[g] }

// caseMix sums what the rates of grouping and the case mix of a hospital, or of the region, need.
type caseMix struct {
	stays, excluded         int64 // all, and those that are LeftOut
	grouped, kept, weighted int64 // those of listed groups: all, those not LeftOut, and those whose group has a weight
	points                  int64 // of listed groups
	weights                 summed
}

func (x *caseMix) add(o *caseMix) {
	x.stays += o.stays
	x.excluded += o.excluded
	x.grouped += o.grouped
	x.kept += o.kept
	x.weighted += o.weighted
	x.points += o.points
	x.weights.add(&o.weights)
}

// caseMix sums the stays of a hospital up.
func (m *measuring) caseMix(hospital int) caseMix {
	var x caseMix
	for sc := range m.t.Dims.Schemes {
		row := m.t.groupRow(sc, hospital, 0)
		end := row + m.t.Dims.Groups + 1
		excluded, points := m.t.Groups.Excluded[row:end], m.t.Groups.Points[row:end]
		for g, n := range m.t.Groups.Claims[row:end] {
			x.stays += n
			x.excluded += excluded[g]
			if g == m.t.Dims.Groups || !m.in.lists(g) {
				continue
			}
			x.grouped += n
			x.kept += n - excluded[g]
			x.points += int64(points[g])
			if m.in.weights != nil && m.in.weights[g] != 0 {
				x.weights.plus(uint64(m.in.weights[g]), uint64(n))
				x.weighted += n
			}
		}
	}
	return x
}

// mixes measures a case mix; hospital is -1 for the region.
func (m *measuring) mixes(level, of string, x *caseMix, hospital int) {
	m.ratio(cmiTable, level, of, x.weights.value(), new(big.Int).Mul(big.NewInt(x.weighted), big.NewInt(m.in.scale)))
	m.ratio(cmiPaid, level, of, big.NewInt(x.points), new(big.Int).Mul(big.NewInt(x.grouped), big.NewInt(m.in.scale)))
	if hospital >= 0 {
		m.index(costA, costB, level, of, m.indices.cost[hospital], x.grouped)
		m.index(timeA, timeB, level, of, m.indices.time[hospital], x.grouped)
	}
	m.put(groupingA, level, of, x.grouped, x.stays)
	m.put(groupingB, level, of, x.kept, x.stays-x.excluded)
}

// index puts an index of a hospital with so many grouped stays.
func (m *measuring) index(a, b measure, level, of string, x index, grouped int64) {
	if !x.fits || grouped <= 0 {
		return
	}
	m.put(a, level, of, x.relative, grouped*stepOfTerm)
	m.put(b, level, of, x.actual, x.expected)
}

// summed is a sum of products in 128 bits.
type summed struct{ hi, lo uint64 }

func (s *summed) plus(a, b uint64) {
	hi, lo := bits.Mul64(a, b)
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi, _ = bits.Add64(s.hi, hi, carry)
}

func (s *summed) add(o *summed) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi, _ = bits.Add64(s.hi, o.hi, carry)
}

func (s *summed) value() *big.Int {
	v := new(big.Int).SetUint64(s.hi)
	return v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(s.lo))
}

// ratio puts a ratio of large numbers in lowest terms, or, where these do not fit, to a millionth of a millionth.
func (m *measuring) ratio(k measure, level, of string, num, den *big.Int) {
	if den.Sign() <= 0 {
		return
	}
	r := new(big.Rat).SetFrac(num, den)
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		m.put(k, level, of, r.Num().Int64(), r.Denom().Int64())
		return
	}
	const fine = 1_000_000_000_000
	scaled := new(big.Int).Mul(r.Num(), big.NewInt(fine))
	scaled.Quo(scaled, r.Denom())
	if scaled.IsInt64() {
		m.put(k, level, of, scaled.Int64(), fine)
	}
}
