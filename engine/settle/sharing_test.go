package settle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// booked settles one hospital that is paid as booked, with a budget of 1,000.00 for each scheme and the sharing given.
func booked(t *testing.T, sharing, fund string, scheme int, score int32) *settle.FundResult {
	t.Helper()
	reg := regionOf(t, []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: score, County: "A"}}, nil, nil)
	s := compile(t, reg, fmt.Sprintf(`
settle:
  streams:
    - {id: stays, when: {setting: inpatient}, method: booked, shares: true, budget: all}
    - {id: visits, method: none}
  budgets: [{id: all, opening: {kind: amount, amount: 1000.00}, sharing: %s}]
`, sharing))
	f := fen(t, fund)
	out, err := s.Settle(tally(s, reg, 0, []visit{
		{scheme: scheme, hospital: 0, claims: 2, stays: 2, gross: 2 * f, fund: f},
		{stream: 1, scheme: scheme, hospital: 0, claims: 100, gross: 100, fund: 0},
	}))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := out.Fund("all/" + reg.Schemes[scheme])
	if !ok {
		t.Fatalf("no such fund in %+v", out.Funds)
	}
	return got
}

func TestSharingBands(t *testing.T) {
	const (
		hangzhou  = "{surplus: {keep: 0.85}, overrun: {bear: 0.85}}"
		guangyuan = "{surplus: {keep: {employee: 0.30, resident: 0.20}}, overrun: {bands: [{up_to: 0.20, bear: 0.5}]}}"
		taicang   = "{surplus: {keep: 0.30, cap: 0.03, conditions: [{indicator: stays_per_visit, max: 0.018}]}, overrun: {bands: [{up_to: 0.20, bear: 0.5}, {bear: 1}]}}"
		loose     = "{surplus: {keep: 0.30, cap: 0.03, conditions: [{indicator: stays_per_visit, max: 0.02}]}, overrun: {bear: 0, cap: 0.1}}"
		whole     = "{surplus: {bands: [{up_to: 0.10, keep: 0.9}, {keep: 0.5}], reading: whole}, overrun: {bands: [{up_to: 0.1, bear: 0.2}, {bear: 0.6}], reading: whole, cap: 0.05}}"
		rungs     = "{surplus: {bands: [{up_to: 0.05, keep: 1}, {up_to: 0.10, keep: 0.5}]}, overrun: {bear: 0.3}}"
		scored    = "{surplus: {keep: 1, scores: [{score: 90, factor: 1}, {score: 80, factor: 0.9}, {score: 60, factor: 0.8}]}, overrun: {bear: 1}}"
	)
	cases := []struct {
		name, sharing, fund     string
		scheme                  int
		score                   int32
		paid, carried, fundPart string
	}{
		{"85 percent kept", hangzhou, "900.00", 0, -1, "985.00", "15.00", "0"},
		{"85 percent borne", hangzhou, "1100.00", 0, -1, "1015.00", "0", "15.00"},
		{"exactly on budget", hangzhou, "1000.00", 0, -1, "1000.00", "0", "0"},
		{"employee keeps 30 percent", guangyuan, "800.00", 0, -1, "860.00", "140.00", "0"},
		{"resident keeps 20 percent", guangyuan, "800.00", 1, -1, "840.00", "160.00", "0"},
		{"half of an overrun up to a fifth", guangyuan, "1150.00", 0, -1, "1075.00", "0", "75.00"},
		{"nothing above a fifth", guangyuan, "1300.00", 0, -1, "1100.00", "0", "100.00"},
		{"overrun shared half up to a fifth, then not", taicang, "1300.00", 0, -1, "1100.00", "0", "100.00"},
		{"no reward above 1.8 stays a hundred visits", taicang, "800.00", 0, -1, "800.00", "200.00", "0"},
		{"reward of 30 percent capped at 3 percent", loose, "800.00", 0, -1, "830.00", "170.00", "0"},
		{"reward below its cap", loose, "950.00", 0, -1, "965.00", "35.00", "0"},
		{"whole: small surplus at 90 percent", whole, "900.00", 0, -1, "990.00", "10.00", "0"},
		{"whole: large surplus at 50 percent", whole, "800.00", 0, -1, "900.00", "100.00", "0"},
		{"whole: small overrun at 20 percent", whole, "1050.00", 0, -1, "1040.00", "0", "40.00"},
		{"whole: large overrun at 60 percent, capped at 5", whole, "1200.00", 0, -1, "1150.00", "0", "150.00"},
		{"rungs, nothing kept above the last", rungs, "800.00", 0, -1, "875.00", "125.00", "0"},
		{"good score", scored, "900.00", 0, 9000, "1000.00", "0", "0"},
		{"fair score", scored, "900.00", 0, 8999, "990.00", "10.00", "0"},
		{"bad score", scored, "900.00", 0, 5999, "900.00", "100.00", "0"},
		{"no score", scored, "900.00", 0, region.NoScore, "1000.00", "0", "0"},
		{"a bad score bears no more", scored, "1100.00", 0, 0, "1000.00", "0", "0"},
		{"a negative charge has nobody to keep", hangzhou, "-100.00", 0, -1, "-100.00", "1100.00", "0"},
	}
	for _, c := range cases {
		f := booked(t, c.sharing, c.fund, c.scheme, c.score)
		if f.Paid != fen(t, c.paid) || f.Carried != fen(t, c.carried) || f.FundShare != fen(t, c.fundPart) {
			t.Errorf("%s: paid %s, carried %s, fund's share %s; want %s, %s, %s (%s)", c.name, f.Paid, f.Carried, f.FundShare, c.paid, c.carried, c.fundPart, f.ShareText.En)
		}
	}
}

func TestSharingFaults(t *testing.T) {
	reg := regionOf(t, []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: -1}}, nil, nil)
	for sharing, want := range map[string]string{
		"{surplus: {keep: 0.85}}":                                                                            "overrun: is missing",
		"{surplus: {keep: 1.2}, overrun: {bear: 0}}":                                                         "1.2 is not between 0 and 1",
		"{surplus: {kept: 0.85}, overrun: {bear: 0}}":                                                        `unknown key "kept"`,
		"{surplus: {bands: [{up_to: 0.2, keep: 1}, {up_to: 0.1, keep: 1}]}, overrun: {bear: 0}}":             "bands must rise",
		"{surplus: {keep: 1, bands: [{keep: 1}]}, overrun: {bear: 0}}":                                       "either keep or bands",
		"{surplus: {keep: 1, conditions: [{indicator: county_visits, min: 0.9}]}, overrun: {bear: 0}}":       `nearest is "county_visit_rate"`,
		"{surplus: {keep: 1, scores: [{score: 60, factor: 1}, {score: 80, factor: 1}]}, overrun: {bear: 0}}": "scores must fall",
		"{surplus: {keep: {employee: 1}}, overrun: {bear: 0}}":                                               "resident is missing",
		"{surplus: {keep: {employee: 1, resident: 1, students: 1}}, overrun: {bear: 0}}":                     `unknown key "students"`,
	} {
		_, err := settle.Compile(rules(t, "settle:\n  streams: [{id: all, method: booked, shares: true, budget: b}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1}, sharing: "+sharing+"}]\n"),
			scopeOf(reg), reg, 2026)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v does not say %q", sharing, err, want)
		}
	}
}
