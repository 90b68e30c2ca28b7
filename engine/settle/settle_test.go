package settle_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// fen reads an amount of a test.
func fen(t testing.TB, s string) money.Fen {
	t.Helper()
	f, err := money.ParseFen(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func points(t testing.TB, s string) money.Points {
	t.Helper()
	p, err := money.ParsePoints(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fataler is what tests and drawn trials have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
}

// rules makes the rules of a pack from its parts.
func rules(t fataler, parts string) *policy.Rules {
	t.Helper()
	files := fstest.MapFS{
		"here/2026-01-01/pack.yaml":    {Data: []byte("pack: here\ntitle: {zh: 此地, en: Here}\neffective: 2026-01-01\n" + parts)},
		"here/2026-01-01/sources.yaml": {Data: []byte("sources: [{id: law, document: 办法, number: 1号, article: 第三条, tag: F}]")},
	}
	p, err := policy.Open(files, "here/2026-01-01")
	if err != nil {
		t.Fatal(err)
	}
	day, err := claims.ParseDate("2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.At(day)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// scopeOf makes the scope of a region with some group codes.
func scopeOf(reg *region.Region, groups ...string) *policy.Scope {
	sc := &policy.Scope{Schemes: reg.Schemes, Groups: map[string]int{}}
	for i, g := range groups {
		sc.Groups[g] = i
	}
	return sc
}

func compile(t testing.TB, reg *region.Region, parts string, groups ...string) *settle.Settlement {
	t.Helper()
	s, err := settle.Compile(rules(t, parts), scopeOf(reg, groups...), reg, 2026)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func regionOf(t testing.TB, hospitals []region.Hospital, enrolment []region.Enrolled, totals []region.YearTotal) *region.Region {
	t.Helper()
	reg, err := region.New("here", hospitals, enrolment, totals)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// visit is claims of a test: what they add to a tally.
type visit struct {
	stream, scheme, county, hospital, month, group int
	claims, stays                                  int64
	gross, fund                                    money.Fen
	points                                         money.Points
	direct                                         money.Fen
}

// tally adds visits up as the engine does.
func tally(s *settle.Settlement, reg *region.Region, groups int, visits []visit) *settle.Tally {
	t := settle.NewTally(settle.Dims{Streams: len(s.Streams()), Classes: 1, Schemes: len(reg.Schemes), Hospitals: len(reg.Hospitals),
		Counties: len(reg.Counties) + 1, Groups: groups})
	for _, v := range visits {
		c := t.Cell(v.stream, v.scheme, v.hospital, v.month)
		c.Claims += v.claims
		c.Pockets[benefit.Fund] += v.fund
		c.Pockets[benefit.Coinsurance] += v.gross - v.fund
		c.Points += v.points
		c.Direct += v.direct
		h := t.Home(v.stream, v.scheme, v.county, v.hospital)
		h.Claims += v.claims
		h.Stays += v.stays
		h.Gross += v.gross
		h.Fund += v.fund
		h.Points += v.points
		h.Direct += v.direct
		if s.Streams()[v.stream].Priced() {
			t.AddGroup(v.scheme, v.hospital, v.group, settle.GroupCell{Claims: v.claims, Gross: v.gross, Fund: v.fund, Points: v.points})
		}
	}
	return t
}

// golden is the worked example of three hospitals: seven stays, 1,609.5 points.
func golden(t testing.TB) (*region.Region, []visit) {
	reg := regionOf(t, []region.Hospital{
		{ID: "H1", Tier: region.Tertiary, Score: region.NoScore}, {ID: "H2", Tier: region.Secondary, Score: region.NoScore},
		{ID: "H3", Tier: region.Community, Score: region.NoScore},
	}, nil, []region.YearTotal{{Year: 2025, Scheme: "employee", Name: "final_settlement", Amount: fen(t, "100000.00")}})
	var visits []visit
	for i, v := range []struct {
		hospital            int
		gross, fund, points string
	}{
		{0, "6600", "4200", "60"}, {2, "3600", "2700", "48"}, {1, "2400", "1700", "24"}, {0, "52500", "38000", "240"},
		{1, "14000", "9800", "142.5"}, {0, "31500", "25200", "315"}, {1, "80000", "58000", "780"},
	} {
		visits = append(visits, visit{hospital: v.hospital, month: i, group: -1, claims: 1, gross: fen(t, v.gross), fund: fen(t, v.fund), points: points(t, v.points)})
	}
	return reg, visits
}

const goldenPack = `
settle:
  streams: [{id: drg, when: {setting: inpatient}, method: points, budget: inpatient, pool: drg}]
  budgets:
    - id: inpatient
      opening: {kind: history, growth: GROWTH}
      sharing: {surplus: {keep: 0.85}, overrun: {bear: 0.85}}
      cite: law
  pools: [{id: drg, basis: BASIS}]
`

func TestWorkedExample(t *testing.T) {
	// Rounded one by one, the second budget's payments are 46,511.46, 80,387.64 and 4,540.89: a fen short. It goes to the largest
	// remainder, H3's 0.47 fen. On fund_only, 148,440 / 1,609.5 × 615 = 56,719.8509, × 946.5 = 87,293.2339, × 48 = 4,426.9152.
	cases := []struct {
		growth, basis, money, value string
		paid                        [3]string
	}{
		{"0.5", "total_cost", "148440.00", "123.914259", [3]string{"53007.27", "90384.85", "5047.88"}},
		{"0.3", "total_cost", "131440.00", "113.351973", [3]string{"46511.46", "80387.64", "4540.90"}},
		{"0.5", "fund_only", "148440.00", "92.227400", [3]string{"56719.85", "87293.23", "4426.92"}},
	}
	for _, c := range cases {
		reg, visits := golden(t)
		s := compile(t, reg, strings.NewReplacer("GROWTH", c.growth, "BASIS", c.basis).Replace(goldenPack))
		out, err := s.Settle(tally(s, reg, 0, visits))
		if err != nil {
			t.Fatal(err)
		}
		p, ok := out.Pool("drg/employee")
		if !ok || p.Money != fen(t, c.money) || p.Points != points(t, "1609.5") {
			t.Fatalf("%s %s: pool %+v", c.growth, c.basis, out.Pools)
		}
		if v, err := p.Value.Decimals(6, money.HalfUp); err != nil || v != c.value {
			t.Errorf("%s %s: point value %s, want %s (%v)", c.growth, c.basis, v, c.value, err)
		}
		var sum money.Fen
		for i, want := range c.paid {
			if got := out.Hospitals[i].Paid; got != fen(t, want) {
				t.Errorf("%s %s: %s is paid %s, want %s", c.growth, c.basis, out.Hospitals[i].Hospital, got, want)
			}
			sum += out.Hospitals[i].Paid
		}
		if sum != fen(t, c.money) {
			t.Errorf("%s %s: hospitals are paid %s, want %s", c.growth, c.basis, sum, c.money)
		}
		f, _ := out.Fund("inpatient/employee")
		if f.Paid != sum || f.Charged != fen(t, "139600") {
			t.Errorf("%s %s: fund %+v", c.growth, c.basis, f)
		}
	}
}
