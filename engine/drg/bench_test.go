package drg_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// city is a region of many hospitals and groups, with stays in batches as a run prices them: what a processor remembers of one
// batch must not help it with the next.
type city struct {
	pricers []*drg.Pricer // of scenarios that differ in coefficients alone
	batches [][]drg.Stay
	ends    []int32
}

const (
	cityHospitals = 200
	cityGroups    = 800
	cityBatches   = 24
	cityStays     = 1000
)

// cityPack pays one stay in seven by a formula. Its last lines are the scenario's.
const cityPack = `
method: points
scale: 100
reference_mean: 8813.01
classes:
- {id: low, when: {ratio_up_to: 0.4}, pay: {formula: ratio}}
- {id: high, when: {ratio_over: [{base_up_to: 100, ratio: 3}, {base_up_to: 200, ratio: 2.5}, {ratio: 2}]}, pay: {formula: excess}}
- {id: normal, pay: {formula: base}}
- {id: ungrouped, pay: {formula: cost, deduct: 10%}}
`

func newCity(b *testing.B) *city {
	random := rand.New(rand.NewPCG(1, 2))
	hospitals := make([]region.Hospital, cityHospitals)
	for i := range hospitals {
		hospitals[i] = region.Hospital{ID: fmt.Sprint("H", i), Tier: region.Tertiary, Score: region.NoScore, Coefficient: money.Ratio(6_000+random.IntN(6_000)) * 100}
	}
	reg, err := region.New("city", hospitals, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	scope := &policy.Scope{Schemes: reg.Schemes, Groups: map[string]int{}}
	var groups, half, all strings.Builder
	means := make([]int, cityGroups)
	for i := range means {
		code := fmt.Sprintf("G%03d", i)
		scope.Groups[code] = i
		means[i] = 150_000 + random.IntN(3_000_000)
		fmt.Fprintf(&groups, "- {code: %s, mean_cost: %s}\n", code, money.Fen(means[i]))
		if i%8 == 0 {
			fmt.Fprintf(&all, " %s", code)
			if i%16 == 0 {
				fmt.Fprintf(&half, " %s", code)
			}
		}
	}
	c := &city{}
	for _, scenario := range []string{
		fmt.Sprintf("same_price: {codes: %s}\ncoefficient: {source: [hospital]}\n", half.String()),
		fmt.Sprintf("same_price: {codes: %s}\ncoefficient: {source: [hospital]}\n", all.String()),
		fmt.Sprintf("same_price: {codes: %s}\ncoefficient: {source: [hospital], clamp: {min: 0.85, max: 1.1}}\n", half.String()),
		fmt.Sprintf("same_price: {codes: %s}\ncoefficient: {source: [hospital], clamp: {min: 0.85, max: 1.1}}\n", all.String()),
	} {
		p, err := drg.Compile(rulesOf(b, cityPack+"groups:\n"+groups.String()+scenario), scope, reg)
		if err != nil {
			b.Fatal(err)
		}
		c.pricers = append(c.pricers, p)
	}
	for range cityBatches {
		visits := make([]claims.Claim, cityStays)
		stays := make([]drg.Stay, cityStays)
		for i := range visits {
			v := &visits[i]
			g := random.IntN(1 + random.IntN(cityGroups)) // some groups are more frequent than others
			v.Hospital, v.Group = int32(random.IntN(1+random.IntN(cityHospitals))), int32(g)
			v.Facts[claims.FactTier] = uint8(region.Tertiary)
			v.Discharge = claims.Date(1 + random.IntN(20))
			percent := 41 + random.IntN(150)
			switch n := random.IntN(1000); {
			case n < 105:
				percent = 1 + random.IntN(40)
			case n < 131:
				percent = 301 + random.IntN(400)
			case n < 145:
				v.Group = claims.NoCode
			}
			v.Gross = money.Fen(means[g] / 100 * percent)
			stays[i].Claim = v
		}
		c.batches = append(c.batches, stays)
	}
	for i := range int32(cityStays) {
		c.ends = append(c.ends, i+1)
	}
	return c
}

// perStay reports the time of a stay. A turn of the loop goes through all batches.
func perStay(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*cityBatches*cityStays), "ns/stay")
}

func BenchmarkPart(b *testing.B) {
	c := newCity(b)
	var parts drg.Parts
	for b.Loop() {
		for _, stays := range c.batches {
			if err := c.pricers[0].Part(stays, &parts); err != nil {
				b.Fatal(err)
			}
		}
	}
	perStay(b)
}

// BenchmarkPoints times what comes after Part, for one scenario and for four that share it.
func BenchmarkPoints(b *testing.B) {
	c := newCity(b)
	for _, n := range []int{1, len(c.pricers)} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			parts := make([]drg.Parts, cityBatches)
			for i, stays := range c.batches {
				if err := c.pricers[0].Part(stays, &parts[i]); err != nil {
					b.Fatal(err)
				}
			}
			out := make([]money.Points, cityStays)
			kind := 0
			for b.Loop() {
				kind++ // what was made of a batch in the turn before is of no use
				for i, stays := range c.batches {
					for _, p := range c.pricers[:n] {
						if err := p.Points(stays, c.ends, &parts[i], kind, out); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			perStay(b)
		})
	}
}
