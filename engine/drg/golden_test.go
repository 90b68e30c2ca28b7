package drg_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// bench is a compiled pack with its region and codes, for stays written by hand.
type bench struct {
	t      testing.TB
	reg    *region.Region
	scope  *policy.Scope
	rules  *policy.Rules
	pricer *drg.Pricer
}

// compile makes a bench from the text of part drg.
func compile(t testing.TB, text string, codes ...string) *bench {
	t.Helper()
	b, err := tryCompile(t, text, codes...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// rulesOf reads the text of part drg.
func rulesOf(t testing.TB, text string) *policy.Rules {
	t.Helper()
	body := "pack: x\ntitle: {zh: 测试, en: test}\neffective: 2020-01-01\ndrg:\n"
	for line := range strings.Lines(strings.Trim(text, "\n")) {
		body += "  " + line
	}
	fsys := fstest.MapFS{
		"x/2020-01-01/pack.yaml":    {Data: []byte(body + "\n")},
		"x/2020-01-01/sources.yaml": {Data: []byte("sources:\n- {id: law, document: 办法, article: 第一条, tag: D}\n")},
	}
	pack, err := policy.Open(fsys, "x/2020-01-01")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := pack.At(claims.DateOf(2026, 6, 1))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func tryCompile(t testing.TB, text string, codes ...string) (*bench, error) {
	t.Helper()
	b := &bench{t: t, rules: rulesOf(t, text)}
	var err error
	b.reg, err = region.New("test", []region.Hospital{
		{ID: "H1", Tier: region.Tertiary, Coefficient: 1_100_000, Score: region.NoScore},
		{ID: "H2", Tier: region.Secondary, Coefficient: 950_000, Score: region.NoScore},
		{ID: "H3", Tier: region.Community, Score: region.NoScore},
		{ID: "H4", Tier: region.Tertiary, Coefficient: 1_100_000, Score: region.NoScore, Specialty: "paediatric"},
	}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.scope = &policy.Scope{Schemes: b.reg.Schemes, Groups: map[string]int{}}
	for i, code := range codes {
		b.scope.Groups[code] = i
	}
	b.pricer, err = drg.Compile(b.rules, b.scope, b.reg)
	return b, err
}

// stay makes an inpatient stay of some days with a cost and a booked fund, in currency units.
func (b *bench) stay(hospital, group, gross string, days int, fund string) drg.Stay {
	b.t.Helper()
	h, ok := b.reg.Hospital(hospital)
	if !ok {
		b.t.Fatalf("no hospital %s", hospital)
	}
	c := &claims.Claim{Hospital: h, Group: claims.NoCode, Gross: fen(b.t, gross), Age: claims.AgeUnknown,
		Admission: claims.DateOf(2026, 1, 10), Discharge: claims.DateOf(2026, 1, 10) + claims.Date(days)}
	c.Settlement = c.Discharge
	if n, ok := b.scope.Group(group); ok {
		c.Group = n
	}
	c.Facts[claims.FactTier] = uint8(b.reg.Hospitals[h].Tier)
	return drg.Stay{Claim: c, Fund: fen(b.t, fund)}
}

func fen(t testing.TB, s string) money.Fen {
	t.Helper()
	if s == "" {
		return 0
	}
	f, err := money.ParseFen(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// one prices a single stay.
func (b *bench) one(s drg.Stay) drg.Priced {
	b.t.Helper()
	out := make([]drg.Priced, 1)
	if err := b.pricer.Price([]drg.Stay{s}, out); err != nil {
		b.t.Fatal(err)
	}
	return out[0]
}

func (b *bench) class(p drg.Priced) string { return b.pricer.Classes()[p.Class].ID }

// zhejiang is the points method of 2025 with the figures of the worked example.
const zhejiang = `
method: points
reference_mean: 10000.00
groups:
- {code: A, name: 甲, mean_cost: 6000.00, same_price: true}
- {code: B, name: 乙, mean_cost: 15000.00}
- {code: Q1QY, name: 歧义, mean_cost: 8000.00}
- {code: N, name: 非稳定, mean_cost: 7000.00, stable: false}
- {code: P, name: 精神床日, mean_cost: 20000.00, day_points: 4.5}
coefficient: {source: hospital}
reviews:
- {kind: special, limit: 5‰}
- {kind: split, title: {zh: 分解住院, en: split admission}}
- {kind: serious, title: {zh: 情节严重, en: serious}}
classes:
- {id: penalty, when: {reviewed: split}, pay: {formula: none}}
- {id: serious, when: {reviewed: serious}, pay: {formula: base, share: -1, coefficient: false}}
- {id: special, when: {reviewed: special}, pay: {formula: cost}}
- {id: bed_day, when: [{setting: bedday}, {kind: bedday}, {days_from: 61}], pay: {formula: per_day, points: 4.5}}
- {id: ungrouped, when: {kind: [ungrouped, unlisted, ambiguous]}, pay: {formula: cost, deduct: 10%}}
- {id: non_stable, when: {kind: non_stable}, pay: {formula: cost}}
- {id: low, when: {ratio_up_to: 0.4}, pay: {formula: ratio, cap: {of: base}}}
- {id: lower_band, when: {ratio_up_to: 0.8}, pay: {formula: ratio, plus: 0.2}}
- {id: high, when: {ratio_over: [{base_up_to: 100, ratio: 3}, {base_up_to: 200, ratio: 3}, {ratio: 2}]}, pay: {formula: excess}}
- {id: normal, title: {zh: 正常病例, en: normal}, cite: law, pay: {formula: base}}
readmission: {days: 15}
`

var zhejiangCodes = []string{"A", "B", "N", "OTH", "P", "Q1QY"}

// TestWorkedExample prices the seven cases of the worked example: R = 10,000; A has base 60 at one price everywhere, B has base
// 150 with coefficient 1.10 at H1 and 0.95 at H2, a bed-day is worth 4.5 points.
func TestWorkedExample(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	p, err := b.pricer.WithReviews([]drg.Review{{Kind: "special", Unreasonable: 200_000}})
	if err != nil {
		t.Fatal(err)
	}
	b.pricer = p
	bedday := b.stay("H1", "", "31500", 70, "25200")
	special := b.stay("H2", "B", "80000", 20, "58000")
	special.Mark = 1
	var sum money.Points
	for _, c := range []struct {
		stay   drg.Stay
		class  string
		points string
	}{
		{b.stay("H1", "A", "6600", 7, "4200"), "normal", "60"},
		{b.stay("H3", "A", "3600", 7, "2700"), "lower_band", "48"},
		{b.stay("H2", "A", "2400", 7, "1700"), "low", "24"},
		{b.stay("H1", "B", "52500", 7, "38000"), "high", "240"},
		{b.stay("H2", "B", "14000", 7, "9800"), "normal", "142.5"},
		{bedday, "bed_day", "315"},
		{special, "special", "780"},
	} {
		got := b.one(c.stay)
		if b.class(got) != c.class || got.Points.String() != c.points {
			t.Errorf("cost %s: got %s with %s points, want %s with %s", c.stay.Gross, b.class(got), got.Points, c.class, c.points)
		}
		sum += got.Points
	}
	if sum.String() != "1609.5" {
		t.Errorf("points sum to %s, want 1609.5", sum)
	}
}

// TestClassEdges asks for the class on both sides of each limit: A's mean is 6,000.00, so 0.4 is 2,400.00, 0.8 is 4,800.00
// and 3 is 18,000.00.
func TestClassEdges(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	for _, c := range []struct {
		group, gross string
		days         int
		class        string
		points       string
	}{
		{"A", "2400.00", 5, "low", "24"},
		{"A", "2400.01", 5, "lower_band", "36.0001"}, // 60 × (2400.01/6000 + 0.2)
		{"A", "4800.00", 5, "lower_band", "60"},
		{"A", "4800.01", 5, "normal", "60"},
		{"A", "18000.00", 5, "normal", "60"},
		{"A", "18000.01", 5, "high", "60.0001"}, // 60 + 60 × (18000.01/6000 − 3)
		{"A", "0.00", 5, "low", "0"},
		{"A", "100.00", 60, "low", "1"},
		{"A", "100.00", 61, "bed_day", "274.5"},
		{"B", "6000.00", 5, "low", "66"},            // 150 × 1.1 × 0.4
		{"B", "9000.00", 5, "lower_band", "132"},    // 150 × 1.1 × (0.6 + 0.2)
		{"", "1234.56", 5, "ungrouped", "11.11104"}, // 1234.56 / 100 × 0.9
		{"OTH", "1234.56", 5, "ungrouped", "11.11104"},
		{"Q1QY", "8000.00", 5, "ungrouped", "72"},
		{"N", "9999.99", 5, "non_stable", "99.9999"},
	} {
		got := b.one(b.stay("H1", c.group, c.gross, c.days, "0"))
		if b.class(got) != c.class || got.Points.String() != c.points {
			t.Errorf("group %q, cost %s, %d days: got %s with %s points, want %s with %s", c.group, c.gross, c.days, b.class(got), got.Points, c.class, c.points)
		}
	}
}

// TestPenalties: a split admission has no points, a serious one loses the base points on top.
func TestPenalties(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	p, err := b.pricer.WithReviews([]drg.Review{{Kind: "split"}, {Kind: "serious"}})
	if err != nil {
		t.Fatal(err)
	}
	b.pricer = p
	s := b.stay("H1", "B", "15000", 5, "10000")
	for mark, want := range []string{"165", "0", "-150"} {
		s.Mark = int32(mark)
		if got := b.one(s); got.Points.String() != want {
			t.Errorf("mark %d: %s points, want %s", mark, got.Points, want)
		}
	}
	if n, limited := b.pricer.AllowedReviews("special", 0, 1234); n != 6 || !limited {
		t.Errorf("5‰ of 1234 stays allow %d reviews (limited: %v), want 6", n, limited)
	}
}

// TestReadmission: 15 days after discharge halves the earlier stay, 16 days do not; other groups and hospitals do not count.
func TestReadmission(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	for _, c := range []struct {
		hospital, group string
		gap             int
		want            string
	}{
		{"H1", "A", 15, "30"}, {"H1", "A", 16, "60"}, {"H1", "A", 0, "30"}, {"H1", "B", 3, "60"}, {"H2", "A", 3, "60"},
	} {
		first, second := b.stay("H1", "A", "6000", 5, "0"), b.stay(c.hospital, c.group, "6000", 5, "0")
		second.Admission = first.Discharge + claims.Date(c.gap)
		second.Discharge = second.Admission + 5
		for _, order := range [][]drg.Stay{{first, second}, {second, first}} {
			out := make([]drg.Priced, 2)
			if err := b.pricer.Price(order, out); err != nil {
				t.Fatal(err)
			}
			at := 0
			if order[0].Claim == second.Claim {
				at = 1
			}
			if out[at].Points.String() != c.want || out[at].Readmitted != (c.want == "30") || out[1-at].Readmitted {
				t.Errorf("return to %s %s after %d days: the first stay has %s points, want %s", c.hospital, c.group, c.gap, out[at].Points, c.want)
			}
		}
	}
}

// TestReadmissionAmongMany: a person of many stays, as files have that give one number to all unknown persons, is cut like the
// law says of each pair of stays.
func TestReadmissionAmongMany(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	rng := rand.New(rand.NewPCG(11, 4))
	var stays []drg.Stay
	for range 300 {
		s := b.stay([]string{"H1", "H2"}[rng.IntN(2)], []string{"A", "B"}[rng.IntN(2)], "6000", 1, "0")
		s.Admission += claims.Date(rng.IntN(1500))
		s.Discharge = s.Admission + claims.Date(rng.IntN(4))
		stays = append(stays, s)
	}
	out := make([]drg.Priced, len(stays))
	if err := b.pricer.Price(stays, out); err != nil {
		t.Fatal(err)
	}
	cut := 0
	for i, a := range stays {
		want := false
		for j, s := range stays {
			gap := s.Admission - a.Discharge
			want = want || i != j && s.Group == a.Group && s.Hospital == a.Hospital && gap >= 0 && gap <= 15 &&
				!(s.Admission == a.Admission && s.Discharge == a.Discharge)
		}
		if out[i].Readmitted != want {
			t.Errorf("stay %d (%d to %d): readmitted %v, want %v", i, a.Admission, a.Discharge, out[i].Readmitted, want)
		}
		if want {
			cut++
		}
	}
	if cut < 50 || cut > 250 {
		t.Errorf("%d of %d stays are cut: the test shows little", cut, len(stays))
	}
}
