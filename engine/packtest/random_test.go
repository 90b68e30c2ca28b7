package packtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// pick returns one of some words.
func pick(r *rand.Rand, list string) string {
	words := strings.Fields(list)
	return words[r.IntN(len(words))]
}

// randomCase writes a case for a pack: some persons' year of stays and visits, by chance, at hospitals of every tier.
func randomCase(r *rand.Rand, p *policy.Pack, year int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy %s on %d-06-01\n\ngroups\ncode mean_cost weight mean_days stable day_points\n", p.Name, year)
	for _, code := range []string{"A", "B", "C", "DQY", "I10", "A15"} {
		fmt.Fprintf(&b, "%s %d.%02d %d.%04d %d %v %d.5\n", code, 2000+r.IntN(30000), r.IntN(100), r.IntN(4), 1+r.IntN(9999), 2+r.IntN(12), r.IntN(8) > 0, 1+r.IntN(8))
	}
	b.WriteString("\nhospitals\nid tier county coefficient internet private specialty\n")
	tiers := strings.Fields("village community primary secondary tertiary tertiary_a provincial")
	for i, tier := range tiers {
		fmt.Fprintf(&b, "H%d %s %s %d.%04d %v %v %s\n", i, tier, pick(r, "East West"), r.IntN(2), 1+r.IntN(9999), r.IntN(3) > 0, r.IntN(5) == 0, pick(r, "- - - tcm obstetric psychiatric"))
	}
	b.WriteString("\nclaims\nid person scheme hospital setting group admission_date discharge_date gross non_covered category_b ai_diagnosis booked_fund retired signed_doctor assistance place filed referral referred_from age\n")
	day := claims.DateOf(year, 1, 1)
	for i := range 120 {
		in := day + claims.Date(r.IntN(300))
		out := in
		setting := pick(r, "inpatient inpatient inpatient outpatient chronic internet bedday")
		switch setting {
		case "inpatient", "bedday":
			out += claims.Date(r.IntN(20))
			if r.IntN(12) == 0 {
				out = in + claims.Date(20+r.IntN(60))
			}
		case "chronic":
			out += claims.Date(r.IntN(120))
		}
		out = min(out, claims.DateOf(year, 12, 31))
		gross := r.IntN(3_000_000)
		if r.IntN(10) == 0 {
			gross *= 30
		}
		part := func() string {
			if r.IntN(2) == 0 {
				return "-"
			}
			f := r.IntN(gross/8 + 1)
			return fmt.Sprintf("%d.%02d", f/100, f%100)
		}
		booked := "-"
		if r.IntN(4) == 0 {
			f := gross / 2
			booked = fmt.Sprintf("%d.%02d", f/100, f%100)
		}
		fmt.Fprintf(&b, "C%d P%d %s H%d %s %s %s %s %d.%02d %s %s %s %s %v %v %s %s %v %s %s %d\n", i, r.IntN(25), pick(r, "employee resident"), r.IntN(len(tiers)),
			setting, pick(r, "A B C DQY I10 A15 Z 0000 -"), in, out, gross/100, gross%100, part(), part(), part(), booked, r.IntN(3) == 0, r.IntN(3) == 0,
			pick(r, "none none none low_income guaranteed destitute"), pick(r, "local local local in_province out_of_province"), r.IntN(2) == 0,
			pick(r, "none none up down lateral"), pick(r, "- - H1 H3 H4"), r.IntN(100))
	}
	b.WriteString("\nadjudicate\nid gross\ntotal -\n")
	return b.String()
}

// TestRandomYears holds the engine to the oracles on random years under every pack that is shipped: what persons pay, and
// what stays are worth.
func TestRandomYears(t *testing.T) {
	names, err := policy.Names(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	for n, name := range names {
		p, err := policy.Open(policies.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			r := rand.New(rand.NewPCG(seed, uint64(n)))
			text := randomCase(r, p, p.Effective.Year()+1+r.IntN(2))
			c, err := casetest.Parse(name, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			randomYear(t, c, seed)
		}
	}
}

func randomYear(t *testing.T, c *casetest.Case, seed uint64) {
	t.Helper()
	s, err := casetest.NewSetup(c, policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	if s.Pockets, err = casetest.Engine(s); err != nil {
		t.Fatalf("%s, seed %d: %v", c.File, seed, err)
	}
	want, err := byOracle(s)
	if err != nil {
		t.Fatalf("%s, seed %d: %v", c.File, seed, err)
	}
	for i := range want {
		if s.Pockets[i] != want[i] {
			t.Errorf("%s, seed %d: %s: engine %v, oracle %v", c.File, seed, s.IDs[i], s.Pockets[i], want[i])
		}
	}
	b, err := newBench(s)
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.price(inHospital)
	if err != nil {
		t.Fatalf("%s, seed %d: %v", c.File, seed, err)
	}
	for i := range list {
		if list[i].done && !list[i].value.Readmitted {
			holdToOracle(t, b, &list[i])
		}
	}
}
