package invent

import (
	"fmt"
	"math"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// tierCost is the cost level of a tier: what the same stay costs there, against a secondary hospital.
var tierCost = [region.NumTiers]float64{0.50, 0.62, 0.74, 0.95, 1.10, 1.24, 1.42}

// tierBeds is the usual number of beds of a tier.
var tierBeds = [region.NumTiers]int{0, 45, 80, 420, 900, 1600, 2800}

// An area is where persons live: the people of one alliance, or of the urban district, which has none.
type area struct {
	county   int32 // index into the model's county names
	alliance string
	weight   float64 // share of persons, relative
	lead     int32   // the county hospital; in the urban district, none (-1)
	tcm      int32   // the alliance's hospital of traditional medicine, or -1
	towns    []int32
	villages []int32
}

// A chart is the map of the region: its hospitals with their places and cost levels, and where people live. Hospitals
// are numbered in the order of their ids, as in region.Region.
type chart struct {
	hospitals []region.Hospital
	cost      []float64      // cost level of each hospital
	place     []claims.Place // seen from the region
	counties  []string       // the urban district is the last
	areas     []area
	city      []int32 // tertiary hospitals of the urban district
	private   []int32
	psych     []int32
	outside   []int32 // the provincial hospital first
	online    []int32 // hospitals with internet care
}

func newChart(d *dice, c Config) *chart {
	m := &chart{}
	for i := range c.Counties {
		name := stem(countyStems, i) + "县"
		m.counties = append(m.counties, name)
		for k := range c.AlliancesPerCounty {
			m.addAlliance(d, c, i, k)
		}
	}
	m.addCity(d, c)
	m.addOutside(d, c)
	for i, h := range m.hospitals {
		if h.Internet {
			m.online = append(m.online, int32(i))
		}
	}
	return m
}

func (m *chart) addAlliance(d *dice, c Config, county, k int) {
	stemName := stem(countyStems, county)
	alliance, mark := stemName+"县医共体", ""
	if c.AlliancesPerCounty > 1 {
		mark = "第" + numeral(k+1)
		alliance = stemName + "县" + mark + "医共体"
	}
	a := area{county: int32(county), alliance: alliance, weight: 0.7 + 0.6*d.Float64()}
	put := func(h region.Hospital) int32 {
		h.County, h.Alliance = m.counties[county], alliance
		return m.add(d, h, claims.Local)
	}
	// One county is large enough for a tertiary hospital.
	lead := region.Secondary
	if county == 0 && k == 0 {
		lead = region.Tertiary
	}
	a.lead = put(region.Hospital{Name: stemName + "县" + mark + "人民医院", Tier: lead, Internet: true})
	a.tcm = put(region.Hospital{Name: stemName + "县" + mark + "中医院", Tier: region.Secondary, Specialty: "tcm"})
	for t := range c.Townships {
		town := stem(townStems, (county*7+k*11+t)%len(townStems))
		if t >= len(townStems) {
			town += numeral(t/len(townStems) + 1)
		}
		a.towns = append(a.towns, put(region.Hospital{Name: stemName + "县" + mark + town + "镇卫生院", Tier: region.Community}))
	}
	for v := range c.Villages {
		name := "村卫生室"
		if c.Villages > 1 {
			name = "村卫生室" + numeral(v+1) + "组"
		}
		a.villages = append(a.villages, put(region.Hospital{Name: stemName + "县" + mark + name, Tier: region.Village}))
	}
	m.areas = append(m.areas, a)
}

func (m *chart) addCity(d *dice, c Config) {
	m.counties = append(m.counties, urbanDistrict)
	put := func(h region.Hospital) int32 {
		h.County = urbanDistrict
		return m.add(d, h, claims.Local)
	}
	for i := range c.CityTertiary {
		h := region.Hospital{Name: "市第" + numeral(i+1) + "人民医院", Tier: region.TertiaryA, Internet: true}
		switch i {
		case 1:
			h.Name, h.Specialty = "市中医院", "tcm"
		case 2:
			h.Name, h.Tier, h.Specialty, h.Internet = "市妇幼保健院", region.Tertiary, "obstetric", false
		}
		m.city = append(m.city, put(h))
	}
	urban := area{county: int32(len(m.counties) - 1), weight: 0.35 * float64(len(m.areas)), lead: -1, tcm: -1}
	for i := range c.CityCommunity {
		urban.towns = append(urban.towns,
			put(region.Hospital{Name: "市区" + stem(townStems, i+5) + "社区卫生服务中心", Tier: region.Community}))
	}
	m.areas = append(m.areas, urban)
	for i := range c.Private {
		h := region.Hospital{Name: "市区民营第" + numeral(i+1) + "医院", Tier: region.Primary, Private: true}
		switch i % 3 {
		case 0:
			h.Tier = region.Secondary
		case 1:
			h.Specialty = "geriatric"
		}
		m.private = append(m.private, put(h))
	}
	for i := range c.Psychiatric {
		m.psych = append(m.psych,
			put(region.Hospital{Name: "市第" + numeral(i+1) + "精神卫生中心", Tier: region.Secondary, Specialty: "psychiatric"}))
	}
}

// addOutside adds the hospitals outside: they stand in no county of the region.
func (m *chart) addOutside(d *dice, c Config) {
	m.outside = append(m.outside, m.add(d, region.Hospital{Name: "省立中心医院", Tier: region.Provincial, Internet: true}, claims.InProvince))
	for i := range c.Outside - 1 {
		h := region.Hospital{Name: "外省第" + numeral(i+1) + "医院", Tier: region.TertiaryA}
		m.outside = append(m.outside, m.add(d, h, claims.OutOfProvince))
	}
}

// add numbers a hospital and draws its cost level, coefficient, score and beds.
func (m *chart) add(d *dice, h region.Hospital, place claims.Place) int32 {
	i := len(m.hospitals)
	h.ID = fmt.Sprintf("H%05d", i+1)
	cost := tierCost[h.Tier] * d.spread(0.06)
	if h.Private {
		cost *= 0.92
	}
	// The coefficient follows the tier more than the hospital's own cost, as the law has it: to four decimals.
	coefficient := 0.35 + 0.65*(0.8*tierCost[h.Tier]+0.2*cost)
	h.Coefficient = money.Ratio(math.Round(coefficient*10_000)) * 100
	h.Score = int32(min(9_900, max(5_500, math.Round(8_850+550*d.NormFloat64()))))
	if beds := tierBeds[h.Tier]; beds > 0 {
		h.Beds = int32(math.Round(float64(beds) * d.spread(0.2)))
	}
	m.hospitals = append(m.hospitals, h)
	m.cost = append(m.cost, cost)
	m.place = append(m.place, place)
	return int32(i)
}
