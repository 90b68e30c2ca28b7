package settle_test

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// twoCounties is a region of two counties, each with an alliance, a city hospital in the first county that belongs to
// none, and a hospital in no county.
func twoCounties(t *testing.T) *region.Region {
	return regionOf(t, []region.Hospital{
		{ID: "A1", Tier: region.Secondary, County: "East", Alliance: "EastUnion", Score: 9200, Beds: 300},
		{ID: "A2", Tier: region.Community, County: "East", Alliance: "EastUnion", Score: 7000},
		{ID: "A3", Tier: region.Village, County: "East", Alliance: "EastUnion", Score: -1},
		{ID: "B1", Tier: region.Secondary, County: "West", Alliance: "WestUnion", Score: 5000},
		{ID: "C1", Tier: region.TertiaryA, County: "East", Score: 8500},
		{ID: "D1", Tier: region.Provincial, Score: -1},
	}, []region.Enrolled{
		{County: "East", Alliance: "EastUnion", Scheme: "employee", Persons: 1000},
		{County: "East", Alliance: "EastUnion", Scheme: "resident", Persons: 3000},
		{County: "West", Alliance: "WestUnion", Scheme: "employee", Persons: 500},
		{County: "West", Scheme: "employee", Persons: 500},
		{County: "West", Alliance: "WestUnion", Scheme: "resident", Persons: 2000},
	}, []region.YearTotal{
		{Year: 2023, Scheme: "employee", Name: "final_settlement", Amount: fen(t, "90000.00")},
		{Year: 2024, Scheme: "employee", Name: "final_settlement", Amount: fen(t, "100000.00")},
		{Year: 2025, Scheme: "employee", Name: "final_settlement", Amount: fen(t, "110000.01")},
		{Year: 2025, Scheme: "resident", Name: "final_settlement", Amount: fen(t, "50000.00")},
		{Year: 2025, Scheme: "employee", Alliance: "EastUnion", Name: "final_settlement", Amount: fen(t, "60000.00")},
		{Year: 2025, Scheme: "employee", Alliance: "WestUnion", Name: "final_settlement", Amount: fen(t, "20000.00")},
		{Year: 2026, Scheme: "employee", Name: "income", Amount: fen(t, "200000.00")},
	})
}

// netOf compiles a budget of one scheme with no claims and returns its first fund.
func openedFund(t *testing.T, budget, id string) *settle.FundResult {
	t.Helper()
	reg := twoCounties(t)
	s := compile(t, reg, "settle:\n  streams: [{id: all, method: booked}]\n  budgets:\n"+budget)
	out, err := s.Settle(tally(s, reg, 0, nil))
	if err != nil {
		t.Fatal(err)
	}
	f, ok := out.Fund(id)
	if !ok {
		t.Fatalf("no fund %q in %+v", id, out.Funds)
	}
	return f
}

func TestOpenings(t *testing.T) {
	cases := []struct{ name, budget, id, opening, shows string }{
		{"history grows", "{scheme: employee, opening: {kind: history, growth: 0.07}}", "b/employee", "117700.01", "settled 110,000.01 × 1.07 = 117,700.01"},
		{"growth by scheme", "{opening: {kind: history, growth: {employee: 0.05, resident: 0.08}}}", "b/resident", "54000.00", "50,000.00 × 1.08"},
		{"both schemes in one", "{scheme: all, opening: {kind: history, growth: {employee: 0.05, resident: 0.08}}}", "b/all", "169500.01", "110,000.01 × 1.05 + 50,000.00 × 1.08"},
		{"an amount", "{scheme: resident, opening: {kind: amount, amount: {employee: 1, resident: 12.34}}}", "b/resident", "12.34", "set at 12.34"},
		{"per head", "{opening: {kind: per_capita, amount: {employee: 120.50, resident: 80}, growth: 0.1}}", "b/employee", "265100.00", "120.50 × 2000 × 1.1"},
		{"share of income", "{scheme: employee, opening: {kind: income, share: 98%}}", "b/employee", "196000.00", "income 200,000.00 × 0.98"},
		{"mean of three years", "{scheme: employee, opening: {kind: mean, years: 3, growth: 0.05}}", "b/employee", "105000.00", "300,000.01 ÷ 3 × 1.05"},
		{"alliance history", "{scheme: employee, level: alliance, opening: {kind: history, growth: 0.1}, SHARE}", "b/employee/WestUnion", "22000.00", ""},
		{"alliance per head", "{level: alliance, opening: {kind: per_capita, amount: 10}, SHARE}", "b/employee/WestUnion", "5000.00", "10.00 × 500"},
		{"people of no alliance per head", "{level: alliance, opening: {kind: per_capita, amount: 10}, SHARE}", "b/employee/none", "5000.00", ""},
		{"divided by persons", "{scheme: employee, level: alliance, opening: {kind: divide, whole: {kind: history}, by: persons}, SHARE}", "b/employee/EastUnion", "55000.01", "region 110,000.01 × 1000/2000"},
		{"divided by past figures", "{scheme: employee, level: alliance, opening: {kind: divide, whole: {kind: history, growth: 0.1}, by: final_settlement}, SHARE}", "b/employee/none", "33000.01", "× 3000001/11000001"},
		{"a table", "{scheme: employee, level: alliance, opening: {kind: table, rows: [{alliance: EastUnion, amount: 7}, {alliance: WestUnion, scheme: employee, amount: 8}]}, SHARE}", "b/employee/WestUnion", "8.00", ""},
		{"a table of hospitals", "{scheme: employee, level: hospital, opening: {kind: table, rows: [{hospital: B1, amount: 9}]}, SHARE}", "b/employee/B1", "9.00", ""},
	}
	for _, c := range cases {
		text := "    - " + strings.Replace(strings.Replace(c.budget, "SHARE", "sharing: {surplus: {keep: 0}, overrun: {bear: 0}}", 1), "{", "{id: b, ", 1) + "\n"
		f := openedFund(t, text, c.id)
		if f.Opening != fen(t, c.opening) {
			t.Errorf("%s: opens at %s, want %s (%s)", c.name, f.Opening, c.opening, f.Lines[0].En)
		}
		if !strings.Contains(f.Lines[0].En, c.shows) {
			t.Errorf("%s: shows %q, want %q", c.name, f.Lines[0].En, c.shows)
		}
	}
	for id, open := range map[string]bool{"b/employee/A1": true, "b/employee/B1": false} {
		f := openedFund(t, "    - {id: b, scheme: employee, level: hospital, opening: {kind: table, rows: [{hospital: B1, amount: 9}]}, sharing: {surplus: {keep: 0}, overrun: {bear: 0}}}\n", id)
		if f.Unlimited != open {
			t.Errorf("fund %s is unlimited: %v", id, f.Unlimited)
		}
	}
}

func TestFromOpeningToNet(t *testing.T) {
	const budget = `
    - id: main
      scheme: employee
      opening: {kind: amount, amount: 1000.00}
      adjustments: [{id: flu, amount: 100.00, month: 3, reason: 流感}, {id: cut, share: -0.05, reason: 政策调整}]
      carve_outs:
        - {id: illness, amount: 30.00}
        - {id: pharmacy, share: 0.10}
        - {id: private, share: 0.50, of: rest}
      reserve: {share: 0.05}
    - {id: shops, scheme: employee, opening: {kind: carve_out, budget: main, id: pharmacy}}
`
	// 1,000 + 100 − 50 = 1,050; − 30 − 100 = 920; − 460 = 460; − 50 (5 percent of the opening) = 410.
	f := openedFund(t, budget, "main/employee")
	if f.Budget != 105000 || f.CarvedOut != 59000 || f.ReserveHeld != 5000 || f.Net != 41000 || f.Carried != 41000 {
		t.Errorf("%+v", f)
	}
	if f.Lines[1].Reason != "流感" || f.Lines[1].Month != 3 {
		t.Errorf("adjustment %+v", f.Lines[1])
	}
	if shops := openedFund(t, budget, "shops/employee"); shops.Budget != 10000 {
		t.Errorf("the carve-out's own budget is %s, want 100.00", shops.Budget)
	}
}

func TestReserve(t *testing.T) {
	cases := []struct{ release, fund, paid, carried, reserve, fundShare string }{
		// Budget 1,000, of which 50 are held back. Half of a surplus or overrun is the hospital's.
		{"never", "900.00", "925.00", "25.00", "50.00", "0"},
		{"never", "980.00", "965.00", "0", "50.00", "15.00"},
		{"overrun", "980.00", "980.00", "0", "20.00", "0"},
		{"overrun", "1040.00", "1020.00", "0", "0", "20.00"},
		{"overrun", "900.00", "925.00", "25.00", "50.00", "0"},
		{"no_overrun", "900.00", "950.00", "50.00", "0", "0"},
		{"no_overrun", "980.00", "965.00", "0", "50.00", "15.00"},
		{"always", "980.00", "990.00", "10.00", "0", "0"},
	}
	for _, c := range cases {
		reg := regionOf(t, []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: -1}}, nil, nil)
		s := compile(t, reg, `
settle:
  streams: [{id: stays, method: booked, shares: true, budget: all}]
  budgets: [{id: all, opening: {kind: amount, amount: 1000.00}, reserve: {amount: 50.00, release: `+c.release+`}, sharing: {surplus: {keep: 0.5}, overrun: {bear: 0.5}}}]
`)
		out, err := s.Settle(tally(s, reg, 0, []visit{{claims: 1, gross: fen(t, c.fund), fund: fen(t, c.fund)}}))
		if err != nil {
			t.Fatal(err)
		}
		f, _ := out.Fund("all/employee")
		if f.Paid != fen(t, c.paid) || f.Carried != fen(t, c.carried) || f.Reserve != fen(t, c.reserve) || f.FundShare != fen(t, c.fundShare) {
			t.Errorf("%s, %s: paid %s, carried %s, reserve %s, fund's share %s; want %+v", c.release, c.fund, f.Paid, f.Carried, f.Reserve, f.FundShare, c)
		}
	}
}

func TestFaultsOfThePack(t *testing.T) {
	const share = "sharing: {surplus: {keep: 0}, overrun: {bear: 0}}"
	cases := []struct{ pack, want string }{
		{"budgets: []", "streams: is missing"},
		{"streams: [{id: a, method: boked}]", `"boked" is none of points, direct, booked, capitation, none; nearest is "booked"`},
		{"streams: [{id: a, method: points, budget: b}]", "needs a pool"},
		{"streams: [{id: a, method: booked, budget: inpatien}]\n  budgets: [{id: inpatient, opening: {kind: amount, amount: 1}}]", `nearest is "inpatient"`},
		{"streams: [{id: a, method: booked}, {id: a, method: booked}]", "stands there twice"},
		{"streams: [{id: a, method: none, budget: b}]", "charged to no budget"},
		{"streams: [{id: a, method: points, pool: p, budget: b}]\n  pools: [{id: p, basis: total_cost}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1}}]", "needs sharing"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1}, " + share + "}]", "no stream of it takes part"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: history, total: final_setlement}}]", `nearest is "final_settlement"`},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, scheme: employee, opening: {kind: history, growth: 8}}]", "growth: 8 means 800%, and growth is from -100% to 100%; write 8%"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: per_capita, amount: 1, growth: {employee: 5%, resident: -150%}}}]", "resident: -150% is not from -100% to 100%"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, scheme: employees, opening: {kind: amount, amount: 1}}]", `nearest is "employee"`},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1.005}}]", "more than 2 decimals"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1}, adjustments: [{id: x, amount: 1}]}]", "reason is missing"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1}, carve_outs: [{id: x, amount: -1}]}]", "is negative"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: amount, amount: 1}, carve_outs: [{id: x, share: {employee: 5%, resident: 60%}}, {id: y, share: 40%}, {id: z, share: 90%, of: rest}], reserve: {share: 5%}}]",
			"budgets[1]: carve_outs: 105% of the opening is given away"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, opening: {kind: carve_out, budget: c, id: x}}]", `no earlier budget "c"`},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, level: alliance, opening: {kind: amount, amount: 1}, " + share + "}]", "does not tell the funds of level alliance apart"},
		{"streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, level: hospital, opening: {kind: table, rows: [{hospital: A9, amount: 1}]}, " + share + "}]", `there is no hospital "A9"`},
		{"streams: [{id: a, method: direct}]\ndrg: {method: rate, classes: [{id: n, pay: {formula: base}}]}", "pack.yaml:5: settle.streams[1]: method: direct pays nothing for a priced stay without drg.fund_method, which is one of a, b, booked"},
		{"streams: [{id: a, method: direct}]\ndrg: {method: per_diem, fund_method: none, classes: [{id: s, pay: {formula: fund}}, {id: n, pay: {formula: base}}]}", "direct pays nothing for a priced stay"},
		{"streams: [{id: a, method: direct}]\ndrg: {method: points, classes: [{id: n, pay: {formula: base}}]}", "direct pays nothing under drg.method points"},
		{"streams: [{id: a, method: capitation}]", "method capitation needs it"},
		{"streams: [{id: a, method: booked}]\n  deductions: [{id: d, hospital: Z, amount: 1, reason: x}]", `there is no hospital "Z"`},
		{"streams: [{id: a, method: booked}]\n  pools: [{id: p, basis: cost}]", "none of total_cost, fund_only"},
		{"streams: [{id: a, method: booked}]\nadvance: {ratio: 1.2}", "not between 0 and 1"},
		{"streams: [{id: a, method: booked}]\nindicators: {targets: [{id: cmi, by: 2027-12-31}]}", "min or max is needed"},
	}
	reg := twoCounties(t)
	for _, c := range cases {
		_, err := settle.Compile(rules(t, "settle:\n  "+c.pack+"\n"), scopeOf(reg), reg, 2026)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v does not say %q", c.pack, err, c.want)
			continue
		}
		if strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: more than one sentence: %v", c.pack, err)
		}
	}
}

// TestDirectPaysSomething: a direct stream may stand beside points, where its stays are paid as booked, and over prices that a
// fund_method turns into money.
func TestDirectPaysSomething(t *testing.T) {
	for _, drg := range []string{
		"{method: rate, fund_method: booked, classes: [{id: n, pay: {formula: base}}]}",
		"{method: rate, classes: [{id: n, pay: {formula: fund}}, {id: x, pay: {formula: none}}]}",
		"{method: points, classes: [{id: day, when: {kind: bedday}, pay: {formula: fund}}, {id: n, pay: {formula: base}}]}",
	} {
		compile(t, twoCounties(t), "settle:\n  streams: [{id: a, method: direct}]\ndrg: "+drg+"\n")
	}
}

func TestClaimsWithoutABudget(t *testing.T) {
	reg := twoCounties(t)
	s := compile(t, reg, "settle:\n  streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, scheme: employee, opening: {kind: amount, amount: 1}}]\n")
	_, err := s.Settle(tally(s, reg, 0, []visit{{scheme: 1, claims: 1, gross: 100, fund: 50}}))
	if err == nil || !strings.Contains(err.Error(), "stream a has claims of scheme resident, which its budget b does not serve") {
		t.Error(err)
	}
	huge := tally(s, reg, 0, []visit{{claims: 1, gross: 1 << 60, fund: 50}})
	if _, err := s.Settle(huge); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Error(err)
	}
}

// TestNoFigure: a year that totals.csv lacks is told with the place of the budget and with what there is, not with the same
// name again.
func TestNoFigure(t *testing.T) {
	reg := twoCounties(t)
	r := rules(t, "settle:\n  streams: [{id: a, method: booked, budget: b}]\n  budgets: [{id: b, scheme: resident, opening: {kind: mean, years: 2}}]\n")
	s, err := settle.Compile(r, scopeOf(reg), reg, 2026)
	if err == nil {
		_, err = s.Settle(tally(s, reg, 0, nil))
	}
	const want = "pack.yaml:6: totals.csv has no final_settlement of 2024 for scheme resident, from which a budget opens; it has it for "
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "resident 2025") || strings.Contains(err.Error(), "nearest") {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
