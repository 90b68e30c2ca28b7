package behave

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

var scope = &policy.Scope{Schemes: []string{"employee", "resident"}, Groups: map[string]int{"AA": 0, "BB": 1}}

// small is a region of two counties with a community centre and a tertiary hospital each, and n inpatient claims: even rows
// at tertiary hospitals, odd rows at community centres, half of each from either county.
func small(n int) Source {
	reg := &region.Region{Counties: []string{"east", "west"}, Hospitals: []region.Hospital{
		{ID: "E1", Tier: region.Community, County: "east"}, {ID: "E3", Tier: region.Tertiary, County: "east"},
		{ID: "W1", Tier: region.Community, County: "west"}, {ID: "W3", Tier: region.Tertiary, County: "west"}}}
	t := &claims.Table{Rows: n}
	for _, h := range reg.Hospitals {
		t.Hospital.Values.Append(h.ID)
	}
	t.Group.Values.Append("AA")
	for i := range n {
		t.ClaimID.Append(fmt.Sprintf("C%05d", i))
		t.Person.Values.Append(fmt.Sprintf("P%05d", i))
		t.Person.Codes = append(t.Person.Codes, int32(i))
		t.Hospital.Codes = append(t.Hospital.Codes, int32(1-i%2+2*(i/2%2)))
		t.Group.Codes = append(t.Group.Codes, 0)
		t.Gross = append(t.Gross, money.Fen(10_001+i))
		t.NonCovered = append(t.NonCovered, money.Fen(5_000+i))
		t.CategoryB = append(t.CategoryB, 5_001)
	}
	return Source{Table: t, Region: reg, Claim: func(row int32, c *claims.Claim) {
		h := t.Hospital.Codes[row]
		*c = claims.Claim{Row: row, Hospital: h, County: row / 2 % 2, Gross: t.Gross[row]}
		c.Facts[claims.FactTier] = uint8(reg.Hospitals[h].Tier)
	}}
}

func read(t *testing.T, text string) *Assumptions {
	t.Helper()
	v, err := policy.ParseYAML("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(v, scope)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func apply(t *testing.T, text string, src Source) (*claims.Table, []Moved) {
	t.Helper()
	out, _, moved, err := read(t, text).Apply(src)
	if err != nil {
		t.Fatal(err)
	}
	return out, moved
}

func sum(v []money.Fen) (s money.Fen) {
	for _, f := range v {
		s += f
	}
	return s
}

// TestUpratingByHand: 3% a year for two years is 1.0609, rounded half up; parts are rounded down.
func TestUpratingByHand(t *testing.T) {
	src := small(4)
	out, moved := apply(t, "uprating: [{cost: 3%, years: 2}]", src)
	if out.Gross[0] != 10_610 || out.NonCovered[0] != 5_304 || out.CategoryB[0] != 5_305 {
		t.Errorf("10001, 5000, 5001 become %d, %d, %d; want 10610, 5304, 5305", out.Gross[0], out.NonCovered[0], out.CategoryB[0])
	}
	if m := moved[0]; m.Eligible != 4 || m.Changed != 4 || m.Before != sum(src.Table.Gross) || m.After != sum(out.Gross) {
		t.Errorf("told %+v; gross went from %d to %d", m, sum(src.Table.Gross), sum(out.Gross))
	}
	if src.Table.Gross[0] != 10_001 {
		t.Error("the source was changed")
	}
}

// TestPartsNeverExceedGross at any factor.
func TestPartsNeverExceedGross(t *testing.T) {
	for _, cost := range []string{"1.7%", "-33.3333%", "0.0001%", "99%"} {
		out, _ := apply(t, "uprating: [{cost: "+cost+"}]", small(200))
		for i := range out.Rows {
			if out.NonCovered[i]+out.CategoryB[i] > out.Gross[i]+money.Fen(i) { // the source's parts exceed by at most i
				t.Fatalf("cost %s: parts %d and %d of %d", cost, out.NonCovered[i], out.CategoryB[i], out.Gross[i])
			}
		}
	}
}

// TestVolume: growth adds copies under new ids of new persons; a fall takes claims away; the report counts both.
func TestVolume(t *testing.T) {
	src := small(10_000)
	out, moved := apply(t, "uprating: [{tier: tertiary, volume: 10%}]", src)
	m := moved[0]
	if m.Eligible != 5000 || int64(out.Rows) != 10_000+m.Added || m.Added < 400 || m.Added > 600 {
		t.Errorf("%+v with %d rows; want about 500 more of 5000", m, out.Rows)
	}
	ids, persons := map[string]bool{}, map[string]bool{}
	for i := range out.Rows {
		ids[out.ClaimID.At(i)] = true
		persons[out.Person.At(i)] = true
	}
	if len(ids) != out.Rows || len(persons) != out.Rows {
		t.Errorf("%d ids and %d persons for %d claims", len(ids), len(persons), out.Rows)
	}
	out, moved = apply(t, "response: [{price: 10%, elasticity: -0.5}]", src)
	if m := moved[0]; m.Removed < 400 || m.Removed > 600 || int64(out.Rows) != 10_000-m.Removed || m.Before-m.After != sum(src.Table.Gross)-sum(out.Gross) {
		t.Errorf("%+v; want about 500 fewer", m)
	}
}

// TestShiftToTarget: as many claims move as the target needs, to the own county, at the lower cost.
func TestShiftToTarget(t *testing.T) {
	src := small(1000)
	out, moved := apply(t, "shift: [{to: {tier: community, own_county: true}, target: 80%, cost: 50%}]", src)
	there := 0
	for i := range out.Rows {
		id := out.Hospital.At(i)
		if id == "E1" || id == "W1" {
			there++
		}
		if county := src.Region.Counties[i/2%2]; !strings.EqualFold(id[:1], county[:1]) {
			t.Fatalf("claim %d of county %s is at %s", i, county, id)
		}
	}
	if there != 800 || moved[0].Changed != 300 {
		t.Errorf("%d of 1000 are at community centres, %d moved; want 800, 300", there, moved[0].Changed)
	}
	if out.Gross[0] == src.Table.Gross[0] && out.Gross[2] == src.Table.Gross[2] && moved[0].After >= moved[0].Before {
		t.Error("no cost fell")
	}
}

func TestRecoding(t *testing.T) {
	src := small(2000)
	out, moved := apply(t, "coding: [{group: AA, to: BB, share: 25%}]", src)
	n := int64(0)
	for i := range out.Rows {
		if out.Group.At(i) == "BB" {
			n++
		}
	}
	if n != moved[0].Changed || n < 420 || n > 580 || sum(out.Gross) != sum(src.Table.Gross) {
		t.Errorf("%d recoded, %d told, gross %d of %d", n, moved[0].Changed, sum(out.Gross), sum(src.Table.Gross))
	}
	if src.Table.Group.Values.Len() != 1 {
		t.Error("the source's list of groups was changed")
	}
}

// TestOrderOfRowsDoesNotMatter: the same claims in reverse order lead to the same claims.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	const text = "seed: 3\ncoding: [{group: AA, to: BB, share: 25%}]\nshift: [{to: {tier: community}, target: 70%}]\nuprating: [{volume: 5%, cost: 2%}]"
	a := small(500)
	rows := make([]int32, 500)
	for i := range rows {
		rows[i] = int32(499 - i)
	}
	b := a
	b.Table = a.Table.Select(rows)
	b.Claim = func(row int32, c *claims.Claim) { a.Claim(499-row, c); c.Row = row }
	lines := func(src Source) []string {
		out, _ := apply(t, text, src)
		var s []string
		for i := range out.Rows {
			s = append(s, fmt.Sprint(out.ClaimID.At(i), out.Person.At(i), out.Hospital.At(i), out.Group.At(i), out.Gross[i]))
		}
		slices.Sort(s)
		return s
	}
	if !slices.Equal(lines(a), lines(b)) {
		t.Error("another order of rows leads to other claims")
	}
}

// TestReversedClaimsStay: neither a reversal nor what it reverses is touched.
func TestReversedClaimsStay(t *testing.T) {
	src := small(4)
	src.Table.Status = []claims.Status{claims.Normal, claims.Reversal, claims.Normal, claims.Normal}
	for _, r := range []string{"", "C00000", "", ""} {
		src.Table.Reverses.Append(r)
	}
	src.Keep = []bool{true, true, true, false}
	out, moved := apply(t, "uprating: [{cost: 100%}]", src)
	if moved[0].Eligible != 1 || out.Gross[0] != src.Table.Gross[0] || out.Gross[1] != src.Table.Gross[1] || out.Gross[3] != src.Table.Gross[3] || out.Gross[2] != 2*src.Table.Gross[2] {
		t.Errorf("%+v, gross %v", moved[0], out.Gross)
	}
}

func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"uprate: []":                                  `unknown key "uprate"`,
		"uprating: [{cost: x}]":                       "x",
		"uprating: [{cost: 1%, years: 99}]":           "years",
		"uprating: [{volume: -200%}]":                 "factor outside",
		"shift: [{to: {tier: community}}]":            "one of share and target",
		"shift: [{share: 5%}]":                        "to: is missing",
		"coding: [{to: ZZ, share: 5%}]":               `group "ZZ" is neither`,
		"response: [{price: 10%}]":                    "elasticity is missing",
		"shift: [{to: {tire: community}, share: 5%}]": `unknown key "tire"`,
	} {
		v, err := policy.ParseYAML("a.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(v, scope); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
	if a, err := Read(nil, scope); a.Any() || err != nil {
		t.Errorf("no assumptions: %v, %v", a, err)
	}
}
