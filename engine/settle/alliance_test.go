package settle_test

import (
	"fmt"
	"testing"

	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// Numbers of the hospitals and counties of twoCounties.
const (
	a1, a2, a3, b1, c1, d1 = 0, 1, 2, 3, 4, 5
	east, west             = 0, 1
	resident               = 1
)

// envelopes settles the residents of two counties under alliance budgets of 1,000.00 and 500.00. The people of East booked
// 400 at A1 and 100 at A2 (inside), 200 at C1 (in the county), 50 at B1 (out of it) and 100 at D1 (out of the province);
// those of West 300 at B1 (inside), 80 at A1 and 40 at C1 (out of the county).
func envelopes(t *testing.T, eastBudget, sharing, alliance string) (*settle.Outcome, func(hospital int) *settle.HospitalResult) {
	t.Helper()
	reg := twoCounties(t)
	s := compile(t, reg, fmt.Sprintf(`
settle:
  streams:
    - {id: abroad, when: {place: out_of_province}, method: booked, budget: envelope}
    - {id: rest, method: booked, budget: envelope}
  budgets:
    - id: envelope
      scheme: resident
      level: alliance
      opening: {kind: table, rows: [{alliance: EastUnion, amount: %s}, {alliance: WestUnion, amount: 500.00}]}
      sharing: %s
      alliance: %s
`, eastBudget, sharing, alliance))
	var visits []visit
	for _, v := range []struct {
		stream, county, hospital int
		fund                     string
	}{
		{1, east, a1, "400"}, {1, east, a2, "100"}, {1, east, c1, "200"}, {1, east, b1, "50"}, {0, east, d1, "100"},
		{1, west, b1, "300"}, {1, west, a1, "80"}, {1, west, c1, "40"},
	} {
		visits = append(visits, visit{stream: v.stream, scheme: resident, county: v.county, hospital: v.hospital, claims: 1, gross: 2 * fen(t, v.fund), fund: fen(t, v.fund)})
	}
	out, err := s.Settle(tally(s, reg, 0, visits))
	if err != nil {
		t.Fatal(err)
	}
	return out, func(h int) *settle.HospitalResult {
		for i := range out.Hospitals {
			if out.Hospitals[i].At == h {
				return &out.Hospitals[i]
			}
		}
		return &settle.HospitalResult{}
	}
}

const tiers631 = "tiers: [{tier: secondary tertiary, weight: 6}, {tier: community primary, weight: 3}, {tier: village, weight: 1}]"

func TestEnvelopeIsChargedForItsPeopleWhereverTheyGo(t *testing.T) {
	out, paid := envelopes(t, "1000.00", "{surplus: {keep: 0.8}, overrun: {bear: 0.6}}", "{split: {by: booked, "+tiers631+"}}")
	// East: 1,000 − 850 = 150, of which 120 are kept: 72, 36 and 12. West: 500 − 420 = 80, of which 64 are kept.
	a := out.Alliances[0]
	if a.Alliance != "EastUnion" || a.Lead != "A1" || a.Persons != 3000 {
		t.Errorf("alliance %+v", a)
	}
	for scope, want := range []string{"500", "200", "50", "100"} {
		if a.Charged[scope] != fen(t, want) {
			t.Errorf("East is charged %s %s, want %s", a.Charged[scope], settle.Scope(scope), want)
		}
	}
	if a.Inflow != fen(t, "80") || out.Alliances[1].Inflow != fen(t, "50") {
		t.Errorf("inflow %s and %s, want 80 and 50", a.Inflow, out.Alliances[1].Inflow)
	}
	for h, want := range map[int]string{a1: "552", a2: "136", a3: "12", b1: "414", c1: "240", d1: "100"} {
		if got := paid(h).Paid; got != fen(t, want) {
			t.Errorf("hospital %d is paid %s, want %s", h, got, want)
		}
	}
	f, _ := out.Fund("envelope/resident/EastUnion")
	if f.Charged != fen(t, "850") || f.Retained != fen(t, "120") || f.Carried != fen(t, "30") {
		t.Errorf("East's fund %+v", f)
	}
}

func TestEnvelopeOverrun(t *testing.T) {
	out, paid := envelopes(t, "700.00", "{surplus: {keep: 0.8}, overrun: {bear: 0.6}}", "{split: {by: booked, "+tiers631+"}}")
	// 850 − 700 = 150, of which 90 are borne: 54, 27 and 9; the fund adds 60.
	for h, want := range map[int]string{a1: "426", a2: "73", a3: "-9"} {
		if got := paid(h).Paid; got != fen(t, want) {
			t.Errorf("hospital %d is paid %s, want %s", h, got, want)
		}
	}
	if f, _ := out.Fund("envelope/resident/EastUnion"); f.FundShare != fen(t, "60") || f.Shared != fen(t, "90") {
		t.Errorf("East's fund %+v", f)
	}
}

func TestEnvelopeOnly(t *testing.T) {
	// With all kept and borne and the whole pot split, the alliance gets its envelope less what others are paid for its
	// people: 1,000 − 350 = 650, 390 and 195 and 65; A1 has 80 from West beside it.
	_, paid := envelopes(t, "1000.00", "{surplus: {keep: 1}, overrun: {bear: 1}}", "{split: {of: all, by: booked, "+tiers631+"}}")
	for h, want := range map[int]string{a1: "470", a2: "195", a3: "65"} {
		if got := paid(h).Paid; got != fen(t, want) {
			t.Errorf("hospital %d is paid %s, want %s", h, got, want)
		}
	}
}

func TestEnvelopeScope(t *testing.T) {
	out, _ := envelopes(t, "1000.00", "{surplus: {keep: 0.8}, overrun: {bear: 0.6}}", "{scope: {county: false, out_of_province: false}}")
	east, _ := out.Fund("envelope/resident/EastUnion")
	none, _ := out.Fund("envelope/resident/none")
	if east.Charged != fen(t, "550") || none.Charged != fen(t, "300") || !none.Unlimited {
		t.Errorf("charged %s inside and %s outside the envelope, want 550 and 300", east.Charged, none.Charged)
	}
}

func TestLeadAndWorkload(t *testing.T) {
	// 120 kept: a tenth to the leader first; of the other 108, 4 of 5 by what was booked inside.
	_, paid := envelopes(t, "1000.00", "{surplus: {keep: 0.8}, overrun: {bear: 0.6}}", "{split: {by: booked, lead: 0.1}}")
	for h, want := range map[int]string{a1: "578.40", a2: "121.60", a3: "0"} {
		if got := paid(h).Paid; got != fen(t, want) {
			t.Errorf("hospital %d is paid %s, want %s", h, got, want)
		}
	}
}

// pointsInside settles two alliances whose hospitals are paid by one regional point value.
func pointsInside(t *testing.T, basis, pool string) *settle.Outcome {
	t.Helper()
	reg := twoCounties(t)
	s := compile(t, reg, `
settle:
  streams: [{id: drg, method: points, pool: drg, budget: envelope}]
  budgets:
    - id: envelope
      scheme: resident
      level: alliance
      opening: {kind: table, rows: [{alliance: EastUnion, amount: 320.00}, {alliance: WestUnion, amount: 780.00}]}
      sharing: {surplus: {keep: 1}, overrun: {bear: 1}}
      alliance: {split: {by: points}}
  pools: [{id: drg, basis: `+basis+pool+`}]
`)
	out, err := s.Settle(tally(s, reg, 0, []visit{
		{scheme: resident, county: east, hospital: a1, claims: 1, gross: 50000, fund: 30000, points: 30_000_000},
		{scheme: resident, county: west, hospital: a1, claims: 1, gross: 20000, fund: 12000, points: 10_000_000},
		{scheme: resident, county: west, hospital: b1, claims: 1, gross: 90000, fund: 58000, points: 60_000_000},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPointsInsideAnEnvelope(t *testing.T) {
	// Booked 1,000 for 100 points: 10 a point. East is charged 300 and keeps 20, West 100 + 600 and keeps 80.
	out := pointsInside(t, "fund_only", "")
	for id, want := range map[string][2]string{"envelope/resident/EastUnion": {"300", "20"}, "envelope/resident/WestUnion": {"700", "80"}} {
		f, _ := out.Fund(id)
		if f.Charged != fen(t, want[0]) || f.Retained != fen(t, want[1]) {
			t.Errorf("%s: charged %s, retained %s; want %v", id, f.Charged, f.Retained, want)
		}
	}
	if a, b := out.Hospitals[0].Paid, out.Hospitals[1].Paid; a != fen(t, "420") || b != fen(t, "680") {
		t.Errorf("paid %s and %s, want 420 and 680", a, b)
	}
	// With the budgets' 1,100 in the pool a point is worth 11: what one alliance keeps the other bears.
	out = pointsInside(t, "fund_only", ", money: budget")
	for id, want := range map[string][3]string{"envelope/resident/EastUnion": {"330", "0", "10"}, "envelope/resident/WestUnion": {"770", "10", "0"}} {
		f, _ := out.Fund(id)
		if f.Charged != fen(t, want[0]) || f.Retained != fen(t, want[1]) || f.Shared != fen(t, want[2]) {
			t.Errorf("%s: charged %s, retained %s, shared %s; want %v", id, f.Charged, f.Retained, f.Shared, want)
		}
	}
}

func TestTotalCostInsideAnEnvelope(t *testing.T) {
	// 1,600 gross for 100 points: 16 a point. East's 30 points at A1 are 480 less 200 from the patient, 280; West's 10 are 160 − 80
	// there, and its 60 at B1 960 − 320.
	out := pointsInside(t, "total_cost", "")
	for id, want := range map[string]string{"envelope/resident/EastUnion": "280", "envelope/resident/WestUnion": "720"} {
		if f, _ := out.Fund(id); f.Charged != fen(t, want) {
			t.Errorf("%s is charged %s, want %s", id, f.Charged, want)
		}
	}
}

func TestCountyOfTwoAlliances(t *testing.T) {
	// West's employees divide evenly over nobody and WestUnion; the odd fen and claim go to the first.
	reg := twoCounties(t)
	s := compile(t, reg, `
settle:
  streams: [{id: all, method: booked, budget: envelope}]
  budgets: [{id: envelope, scheme: employee, level: alliance, opening: {kind: per_capita, amount: 1}, sharing: {surplus: {keep: 0}, overrun: {bear: 0}}}]
`)
	out, err := s.Settle(tally(s, reg, 0, []visit{{county: west, hospital: b1, claims: 3, gross: 1001, fund: 501}}))
	if err != nil {
		t.Fatal(err)
	}
	f, _ := out.Fund("envelope/employee/WestUnion")
	none, _ := out.Fund("envelope/employee/none")
	if f.Charged != 250 || none.Charged != 251 || f.Claims != 1 || none.Budget != 50000 {
		t.Errorf("charged %d and %d, claims %d, budget of none %s", f.Charged, none.Charged, f.Claims, none.Budget)
	}
}

func TestHospitalQuotas(t *testing.T) {
	reg := regionOf(t, []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: -1}, {ID: "H2", Tier: region.Secondary, Score: -1}, {ID: "H3", Tier: region.Secondary, Score: -1}}, nil, nil)
	s := compile(t, reg, `
settle:
  streams: [{id: all, method: booked, budget: quota}]
  budgets:
    - id: quota
      scheme: employee
      level: hospital
      opening: {kind: table, rows: [{hospital: H1, amount: 100.00}, {hospital: H2, amount: 100.00}]}
      sharing: {surplus: {keep: 0.3}, overrun: {bands: [{up_to: 0.2, bear: 0.5}]}}
`)
	out, err := s.Settle(tally(s, reg, 0, []visit{
		{hospital: 0, claims: 1, gross: 10000, fund: 8000}, {hospital: 1, claims: 1, gross: 20000, fund: 13000}, {hospital: 2, claims: 1, gross: 20000, fund: 700}}))
	if err != nil {
		t.Fatal(err)
	}
	// H1: 80 + 30 percent of 20; H2: 100 + half of 20; H3 has no quota.
	for h, want := range []string{"86.00", "110.00", "7.00"} {
		if got := out.Hospitals[h].Paid; got != fen(t, want) {
			t.Errorf("H%d is paid %s, want %s", h+1, got, want)
		}
	}
	if len(out.Warnings) != 1 || out.Warnings[0].ID != "quota/employee/H3" {
		t.Errorf("warnings %+v", out.Warnings)
	}
}
