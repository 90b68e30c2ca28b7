package settle_test

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// pooled settles the golden example with a budget of 150,000.00 under another pool.
func pooled(t *testing.T, pool string, change func([]visit) []visit) *settle.Outcome {
	t.Helper()
	reg, visits := golden(t)
	s := compile(t, reg, strings.NewReplacer("GROWTH", "0.5", "basis: BASIS", pool).Replace(goldenPack))
	if change != nil {
		visits = change(visits)
	}
	out, err := s.Settle(tally(s, reg, 0, visits))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRoundedValueLeavesAResidual(t *testing.T) {
	// 199,440 / 1,609.5 = 123.914259; at 123.91 the hospitals get 615 × 123.91 = 76,204.65, 946.5 × 123.91 = 117,280.815 and
	// 48 × 123.91 = 5,947.68, less 23,200, 26,900 and 900: 53,004.65, 90,380.82 and 5,047.68; 6.85 stay with the fund.
	out := pooled(t, "basis: total_cost, decimals: 2", nil)
	p, _ := out.Pool("drg/employee")
	if p.Residual != fen(t, "6.85") {
		t.Errorf("residual %s", p.Residual)
	}
	for h, want := range []string{"53004.65", "90380.82", "5047.68"} {
		if got := out.Hospitals[h].Paid; got != fen(t, want) {
			t.Errorf("H%d is paid %s, want %s", h+1, got, want)
		}
	}
	// Of the surplus of 10,400 the fund keeps 15 percent, 1,560, and the residual.
	if f, _ := out.Fund("inpatient/employee"); f.Carried != fen(t, "1566.85") {
		t.Errorf("carried %s", f.Carried)
	}
}

func TestElasticValue(t *testing.T) {
	for pool, want := range map[string][3]string{
		// On fund_only the value is 92.2274.
		"basis: fund_only, floor: 90, ceiling: 95":  {"92.227400", "148440.00", "0"},
		"basis: fund_only, floor: 100":              {"100.000000", "160950.00", "-12510.00"},
		"basis: fund_only, ceiling: 80":             {"80.000000", "128760.00", "19680.00"},
		"basis: fund_only, ceiling: 80.123456":      {"80.123456", "128958.71", "19481.29"},
		"basis: total_cost, floor: 1, ceiling: 200": {"123.914259", "148440.00", "0"},
	} {
		out := pooled(t, pool, nil)
		p, _ := out.Pool("drg/employee")
		if v, _ := p.Applied.Decimals(6, money.HalfUp); v != want[0] || p.Paid != fen(t, want[1]) || p.Residual != fen(t, want[2]) {
			t.Errorf("%s: value %s, paid %s, residual %s; want %v", pool, v, p.Paid, p.Residual, want)
		}
	}
}

func TestFixedValue(t *testing.T) {
	// 1,609.5 points at 100 are 160,950, above the budget of 150,000 by 10,950, of which hospitals bear 85 percent: 9,307.50.
	out := pooled(t, "basis: fund_only, fixed: 100", nil)
	f, _ := out.Fund("inpatient/employee")
	if f.Charged != fen(t, "160950") || f.Shared != fen(t, "9307.50") || f.Paid != fen(t, "151642.50") || f.FundShare != fen(t, "1642.50") {
		t.Errorf("fund %+v", f)
	}
	// H3's 48 points are 4,800 less 48/1,609.5 of 9,307.50, 277.5769.
	if got := out.Hospitals[2].Paid; got != fen(t, "4522.42") {
		t.Errorf("H3 is paid %s, want 4522.42", got)
	}
}

func TestNegativePay(t *testing.T) {
	// H3's patients paid 40,000 more: its 48 points are worth less than that.
	expensive := func(v []visit) []visit {
		v[1].gross += fen(t, "40000")
		return v
	}
	out := pooled(t, "basis: total_cost", expensive)
	// V = 190,600 + 40,000 − 139,600 + 148,440 = 239,440; × 48 / 1,609.5 = 7,140.7965; − 40,900 = −33,759.20.
	if got := out.Hospitals[2].Paid; got != fen(t, "-33759.20") {
		t.Errorf("H3 is paid %s, want -33759.20", got)
	}
	out = pooled(t, "basis: total_cost, negative: zero", expensive)
	if got := out.Hospitals[2].Paid; got != 0 {
		t.Errorf("H3 is paid %s, want nothing", got)
	}
	if p, _ := out.Pool("drg/employee"); p.Paid != fen(t, "148440") {
		t.Errorf("the pool pays %s", p.Paid)
	}
}

func TestNoPoints(t *testing.T) {
	// Without points hospitals get what was booked, and nobody keeps the surplus.
	out := pooled(t, "basis: total_cost", func(v []visit) []visit {
		for i := range v {
			v[i].points = 0
		}
		return v
	})
	f, _ := out.Fund("inpatient/employee")
	if f.Paid != fen(t, "139600") || f.Carried != fen(t, "10400") || len(out.Warnings) != 1 {
		t.Errorf("fund %+v, warnings %v", f, out.Warnings)
	}
	// And with no claims at all everything is carried.
	out = pooled(t, "basis: total_cost", func([]visit) []visit { return nil })
	if f, _ := out.Fund("inpatient/employee"); f.Carried != fen(t, "150000") || f.Paid != 0 {
		t.Errorf("fund %+v", f)
	}
}

func TestGrowthControl(t *testing.T) {
	hs := []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: -1, Beds: 110}, {ID: "H2", Tier: region.Secondary, Score: -1},
		{ID: "H3", Tier: region.Community, Score: -1}, {ID: "H4", Tier: region.Secondary, Score: -1}}
	const pack = `
settle:
  streams: [{id: drg, method: points, budget: inpatient, pool: drg}]
  budgets: [{id: inpatient, scheme: employee, opening: {kind: amount, amount: BUDGET}, sharing: {surplus: {keep: 1}, overrun: {bear: 1}}}]
  pools:
    - id: drg
      basis: fund_only
      growth_control:
        cut: 0.3
        bonus: 0.2
        exempt: [community]
        previous: [{hospital: H1, cost: 1000.00, beds: 100}, {hospital: H2, cost: 900.00}, {hospital: H3, cost: 1.00}]
`
	visits := []visit{
		{hospital: 0, claims: 1, gross: 150000, fund: 100000, points: 150_000_000}, {hospital: 1, claims: 1, gross: 90000, fund: 60000, points: 90_000_000},
		{hospital: 2, claims: 1, gross: 50000, fund: 30000, points: 50_000_000}, {hospital: 3, claims: 1, gross: 40000, fund: 20000, points: 40_000_000}}
	for _, c := range []struct {
		budget string
		points string
	}{
		// Tier base: (1,500 + 900) / (1,100 + 900) = 1.2. H1: 1,500 − 1,320 = 180 above, 18 points on the excess, 5.4 cut.
		// H2: 900 − 1,080 = 180 below, 18 points, 3.6 added. H3 is exempt, H4 is new.
		{"2000.00", "328.2"},
		{"3000.00", "330"},
	} {
		reg := regionOf(t, hs, nil, nil)
		s := compile(t, reg, strings.Replace(pack, "BUDGET", c.budget, 1))
		out, err := s.Settle(tally(s, reg, 0, visits))
		if err != nil {
			t.Fatal(err)
		}
		p, _ := out.Pool("drg/employee")
		if p.Points != points(t, c.points) {
			t.Errorf("budget %s: %s points, want %s (%+v)", c.budget, p.Points, c.points, p.Growth)
		}
	}
}

func TestPenaltyPointsBelowZero(t *testing.T) {
	// H3 lost more points than it earned: it owes money, and the others share it.
	out := pooled(t, "basis: fund_only", func(v []visit) []visit {
		v[1].points = -points(t, "48")
		return v
	})
	if got := out.Hospitals[2].Paid; got >= 0 {
		t.Errorf("H3 is paid %s", got)
	}
	if p, _ := out.Pool("drg/employee"); p.Paid != p.Money {
		t.Errorf("pool pays %s of %s", p.Paid, p.Money)
	}
}
