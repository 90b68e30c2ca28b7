package settle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

func TestMonthsAndYearEnd(t *testing.T) {
	reg, visits := golden(t)
	reg.Hospitals[1].Score = 7900
	s := compile(t, reg, strings.NewReplacer("GROWTH", "0.5", "BASIS", "total_cost").Replace(goldenPack)+
		"advance: {ratio: 0.85, deposit: 0.05, prepayment_months: 1, scores: [{score: 80, factor: 1}, {factor: 0.5}]}\n")
	out, err := s.Settle(tally(s, reg, 0, visits))
	if err != nil {
		t.Fatal(err)
	}
	// H1 booked 4,200 in January: 3,570 due, 178.50 held back. Its year of 67,400 prepays 5,616.67.
	h := out.Hospitals[0]
	if h.Months[0] != fen(t, "3391.50") || h.Deposits[0] != fen(t, "178.50") || h.Prepayment != fen(t, "5616.67") || h.Months[1] != 0 {
		t.Errorf("H1 %+v", h)
	}
	// Deposits: 5 percent of 85 percent of 67,400 = 2,864.50. Clearing: 53,007.27 − 5,616.67 − 54,425.50 − 2,864.50.
	if h.DepositReleased != fen(t, "2864.50") || h.Clearing != fen(t, "-9899.40") || h.Forfeited != 0 {
		t.Errorf("H1 %+v", h)
	}
	// H2 scores 79: half of 5 percent of 85 percent of 69,500 (2,953.75) is lost.
	h = out.Hospitals[1]
	if h.Forfeited != fen(t, "1476.87") || h.DepositReleased != fen(t, "1476.88") || h.Paid != fen(t, "90384.85")-h.Forfeited {
		t.Errorf("H2 %+v", h)
	}
	if f, _ := out.Fund("inpatient/employee"); f.Carried != fen(t, "1560")+h.Forfeited {
		t.Errorf("the fund carries %s", f.Carried)
	}
}

func TestDeductionsReturnToTheFund(t *testing.T) {
	reg, visits := golden(t)
	s := compile(t, reg, strings.NewReplacer("GROWTH", "0.5", "BASIS", "total_cost").Replace(goldenPack)+
		"  deductions: [{id: d, hospital: H3, scheme: employee, amount: 47.88, reason: 分解住院}]\n")
	out, err := s.Settle(tally(s, reg, 0, visits))
	if err != nil {
		t.Fatal(err)
	}
	f, _ := out.Fund("inpatient/employee")
	if got := out.Hospitals[2].Paid; got != fen(t, "5000") || f.Deducted != fen(t, "47.88") || f.Carried != fen(t, "1607.88") {
		t.Errorf("H3 is paid %s, fund %+v", got, f)
	}
}

func TestCapitation(t *testing.T) {
	reg := twoCounties(t)
	s := compile(t, reg, `
settle:
  streams:
    - {id: signed, when: {setting: outpatient}, method: capitation, budget: clinic, capitation: {amount: 1.50, by: alliance, workload: claims}}
    - {id: rest, method: none}
  budgets: [{id: clinic, scheme: resident, opening: {kind: amount, amount: 10000.00}}]
advance: {ratio: 1}
`)
	// East: 3,000 × 1.50 by 3 and 1 claims of its people; C1 belongs to no alliance. West: nobody worked.
	out, err := s.Settle(tally(s, reg, 0, []visit{
		{scheme: resident, county: east, hospital: a1, claims: 3, gross: 900, fund: 600}, {scheme: resident, county: east, hospital: a2, claims: 1, gross: 100, fund: 60},
		{scheme: resident, county: west, hospital: a2, claims: 7, gross: 100, fund: 60}, {scheme: resident, county: east, hospital: c1, claims: 9, gross: 900, fund: 600},
		{stream: 1, scheme: resident, county: east, hospital: c1, claims: 9, gross: 900, fund: 600}}))
	if err != nil {
		t.Fatal(err)
	}
	f, _ := out.Fund("clinic/resident")
	if f.Paid != fen(t, "4500") || f.Carried != fen(t, "5500") || len(out.Warnings) != 1 {
		t.Errorf("fund %+v, warnings %+v", f, out.Warnings)
	}
	if a := out.Hospitals[0]; a.Paid != fen(t, "3375") || a.Months[11] != fen(t, "281.25") || a.Clearing != 0 {
		t.Errorf("A1 %+v", a)
	}
}

// TestCapitationWithoutAlliance: the 2,000 people of a county without an alliance are paid to nobody, 3,000.00, and told of.
func TestCapitationWithoutAlliance(t *testing.T) {
	reg := regionOf(t, []region.Hospital{{ID: "H1", County: "east", Alliance: "E", Tier: region.Secondary, Score: -1}},
		[]region.Enrolled{{County: "east", Alliance: "E", Scheme: "resident", Persons: 1000}, {County: "west", Scheme: "resident", Persons: 1500},
			{County: "north", Scheme: "resident", Persons: 500}, {County: "west", Scheme: "employee", Persons: 70}}, nil)
	s := compile(t, reg, `
settle:
  streams: [{id: signed, method: capitation, budget: b, capitation: {amount: 1.50, by: alliance, workload: claims}}]
  budgets: [{id: b, scheme: resident, opening: {kind: amount, amount: 10000.00}}]
`)
	scheme := slices.Index(reg.Schemes, "resident")
	county, _ := reg.County("east")
	out, err := s.Settle(tally(s, reg, 0, []visit{{scheme: scheme, county: int(county), claims: 3, gross: 900, fund: 600}}))
	if err != nil {
		t.Fatal(err)
	}
	want := settle.Warning{ID: "signed/resident", Zh: "2000 名参保人不属任何医共体，其按人头包干 3,000.00 不拨付，留在基金",
		En: "2000 people belong to no alliance; their capitation of 3,000.00 is not paid out and stays with the fund"}
	if f, _ := out.Fund("b/resident"); f.Paid != fen(t, "1500") || len(out.Warnings) != 1 || out.Warnings[0] != want {
		t.Errorf("fund %+v, warnings %+v", f, out.Warnings)
	}
}

func TestDirectStreamShares(t *testing.T) {
	// 900 points' worth and 100 booked away under a budget of 800: the direct stream bears all of it.
	reg := regionOf(t, []region.Hospital{{ID: "H1", Tier: region.Secondary, Score: -1}, {ID: "H2", Tier: region.Secondary, Score: -1}}, nil, nil)
	s := compile(t, reg, `
settle:
  streams:
    - {id: away, when: {place: in_province}, method: booked, budget: b, advance: 1}
    - {id: rate, method: direct, budget: b}
  budgets: [{id: b, scheme: employee, opening: {kind: amount, amount: 800.00}, sharing: {surplus: {keep: 1}, overrun: {bear: 0.5}}}]
advance: {ratio: 0.5}
`)
	out, err := s.Settle(tally(s, reg, 0, []visit{
		{stream: 0, hospital: 0, claims: 1, gross: 20000, fund: 10000}, {stream: 1, hospital: 0, claims: 1, gross: 90000, fund: 50000, direct: 30000},
		{stream: 1, hospital: 1, month: 4, claims: 1, gross: 90000, fund: 50000, direct: 60000}}))
	if err != nil {
		t.Fatal(err)
	}
	// Overrun 200, half of it borne 1:2.
	for h, want := range []string{"366.67", "533.33"} {
		if got := out.Hospitals[h].Paid; got != fen(t, want) {
			t.Errorf("H%d is paid %s, want %s", h+1, got, want)
		}
	}
	if got := out.Hospitals[0].Months[0]; got != fen(t, "250") {
		t.Errorf("H1 is advanced %s, want 100 for what is booked away and half of 300", got)
	}
}

func TestFiscalSubsidies(t *testing.T) {
	reg := twoCounties(t)
	s := compile(t, reg, `
settle:
  streams: [{id: all, method: booked}]
  subsidies:
    - {id: work, kind: workload, unit_price: 4.00, rows: [{hospital: A2, service: 门诊, quantity: 1000, equivalent: 1.5, quality: 0.95}, {hospital: A3, service: 门诊, quantity: 333, equivalent: 0.333333}]}
    - {id: signed, kind: signing, amount: 120.00, share: 0.25, rows: [{hospital: A2, persons: 10}]}
`)
	out, err := s.Settle(tally(s, reg, 0, nil))
	if err != nil {
		t.Fatal(err)
	}
	// 1,000 × 1.5 × 4 × 0.95; 333 × 0.333333 × 4 = 443.999556; 10 × 120 × 0.25.
	for i, want := range map[int]string{0: "5700.00", 1: "444.00", 2: "300.00"} {
		if got := out.Subsidies[i].Amount; got != fen(t, want) {
			t.Errorf("%s: %s, want %s", out.Subsidies[i].ID, got, want)
		}
	}
	var paid money.Fen
	for _, h := range out.Hospitals {
		paid += h.Paid
	}
	if paid != 0 {
		t.Errorf("insurance pays %s for fiscal services", paid)
	}
}
