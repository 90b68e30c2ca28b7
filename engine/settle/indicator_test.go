package settle_test

import (
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// indicator finds an indicator by id and returns it in millionths; -1 when it is left out.
func indicator(o *settle.Outcome, id string) int64 {
	for i := range o.Indicators {
		if x := &o.Indicators[i]; x.ID == id {
			r, err := money.MulDiv(x.Num, 1_000_000, x.Den, money.HalfUp)
			if err != nil {
				return -2
			}
			return r
		}
	}
	return -1
}

func TestCaseMixAndIndices(t *testing.T) {
	// Groups of 50, 30 and 20 stays at H1 with means of 6,600, 13,500 and 42,000 against 6,000, 15,000 and 40,000 in the region.
	reg := regionOf(t, []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: -1}, {ID: "H2", Tier: region.Secondary, Score: -1}}, nil, nil)
	s := compile(t, reg, `
settle:
  streams: [{id: drg, when: {setting: inpatient}, method: direct}]
drg:
  groups: [{code: G1, weight: 1.2}, {code: G2, weight: 0.8}, {code: G3, weight: 2.5}]
`, "G1", "G2", "G3")
	own := []struct{ n, mean, other int64 }{{50, 6600, 5400}, {30, 13500, 16500}, {20, 42000, 38000}}
	var visits []visit
	for g, x := range own {
		visits = append(visits, visit{group: g, claims: x.n, gross: money.Fen(x.n * x.mean * 100)},
			visit{hospital: 1, group: g, claims: x.n, gross: money.Fen(x.n * x.other * 100)})
	}
	visits = append(visits, visit{hospital: 1, group: -1, claims: 25, gross: 100})
	tl := tally(s, reg, 3, visits)
	for g, days := range []int64{500, 240, 400} {
		tl.AddGroup(0, 0, g, settle.GroupCell{Days: days})
		tl.AddGroup(0, 1, g, settle.GroupCell{Days: days / 2})
	}
	tl.AddGroup(0, 1, -1, settle.GroupCell{Excluded: 5})
	out, err := s.Settle(tl)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int64{
		"cmi/a/hospital/H1":           1_340_000, // (1.2 × 50 + 0.8 × 30 + 2.5 × 20) / 100
		"cost_index/a/hospital/H1":    1_030_000, // (1.1 × 50 + 0.9 × 30 + 1.05 × 20) / 100
		"cost_index/b/hospital/H1":    1_016_129, // 1,575,000 / 1,550,000
		"time_index/a/hospital/H1":    1_333_333, // H2's stays are half as long in every group
		"time_index/b/hospital/H1":    1_333_333,
		"grouping_rate/a/hospital/H2": 800_000, // 100 of 125
		"grouping_rate/b/hospital/H2": 833_333, // 100 of 120
		"grouping_rate/a/hospital/H1": 1_000_000,
		"cmi/a/region":                1_340_000,
		"county_visit_rate/region":    -1, // nobody's home is known
	} {
		if got := indicator(out, id); got != want {
			t.Errorf("%s is %d, want %d", id, got, want)
		}
	}
}

func TestRatesOfCounties(t *testing.T) {
	reg := twoCounties(t)
	s := compile(t, reg, `
settle:
  streams:
    - {id: abroad, when: {setting: inpatient, place: out_of_province}, method: booked}
    - {id: stays, when: {setting: inpatient}, method: booked}
    - {id: visits, when: {setting: [outpatient, chronic]}, method: booked}
indicators:
  targets: [{id: county_visit_rate, by: 2027-12-31, min: 0.8}, {id: county_visit_rate, by: 2030-12-31, min: 0.81}, {id: transfer_out_rate, by: 2027-12-31, max: 0.3}]
`)
	out, err := s.Settle(tally(s, reg, 0, []visit{
		{stream: 0, county: east, hospital: a1, claims: 1, stays: 1, gross: 1000, fund: 500}, // recorded at A1, but outside the province
		{stream: 1, county: east, hospital: a1, claims: 5, stays: 5, gross: 5000, fund: 3000}, {stream: 1, county: east, hospital: b1, claims: 1, stays: 1, gross: 1000, fund: 500},
		{stream: 1, county: east, hospital: a2, claims: 1, stays: 1},
		{stream: 1, county: west, hospital: b1, claims: 2, stays: 2, gross: 2000, fund: 1000}, {stream: 1, county: west, hospital: c1, claims: 1, stays: 1, gross: 2000, fund: 1000},
		{stream: 2, county: east, hospital: a2, claims: 6, gross: 600, fund: 400}, {stream: 2, county: east, hospital: a3, claims: 2, gross: 100, fund: 100},
		{stream: 2, county: east, hospital: d1, claims: 2, gross: 400, fund: 100}, {stream: 2, county: -1, hospital: a1, claims: 2, gross: 400, fund: 100},
	}))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int64{
		"county_visit_rate/county/East":       777_778, // 6 + 8 of 18
		"county_visit_rate/region":            761_905, // 16 of 21
		"in_county_admission_share/region":    727_273, // 8 of 11
		"transfer_out_rate/region":            272_727,
		"transfer_out_rate/county/West":       333_333,
		"primary_visit_rate/a/county/East":    800_000, // 8 of 10, the visits of unknown home among them
		"primary_visit_rate/b/county/East":    750_000, // 6 of 8
		"fund_in_county_share/county/West":    500_000,
		"primary_fund_share/county/East":      142_857, // 500 of 3,500
		"reimbursement_ratio/a/region":        536_000, // 6,700 of 12,500
		"reimbursement_ratio/a/hospital/D1":   250_000,
		"stays_per_visit/region":              1_100_000, // 11 stays, 10 visits of known home
		"primary_visit_rate/a/county/Nowhere": -1,
	} {
		if got := indicator(out, id); got != want {
			t.Errorf("%s is %d, want %d", id, got, want)
		}
	}
	for _, x := range out.Indicators {
		if x.ID == "transfer_out_rate/region" && (len(x.Targets) != 1 || !x.Targets[0].Met) {
			t.Errorf("transfers: %+v", x.Targets)
		}
		if x.ID == "county_visit_rate/county/West" && (len(x.Targets) != 2 || x.Targets[0].Met) {
			t.Errorf("West: %+v", x.Targets)
		}
	}
}
