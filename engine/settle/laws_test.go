package settle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/settle"
)

// TestLawsAreTested breaks an outcome at one place after another: Check must name the law.
func TestLawsAreTested(t *testing.T) {
	breaks := []struct {
		law string
		do  func(o *settle.Outcome)
	}{
		{"line", func(o *settle.Outcome) { o.Lines[1].Retained++ }},
		{"budget", func(o *settle.Outcome) { o.Funds[0].Lines[0].Amount++ }},
		{"budget", func(o *settle.Outcome) { o.Funds[0].Net-- }},
		{"budget", func(o *settle.Outcome) { o.Funds[0].Released++ }},
		{"fund", func(o *settle.Outcome) { o.Funds[0].Carried++ }},
		{"fund", func(o *settle.Outcome) { o.Funds[0].Retained++ }},
		{"fund", func(o *settle.Outcome) { o.Lines[0].Base++; o.Lines[0].Paid++ }},
		{"sharing", func(o *settle.Outcome) { o.Funds[0].Balance++ }},
		{"sharing", func(o *settle.Outcome) { o.Funds[0].Carried += 5; o.Funds[0].FundShare += 5 }},
		{"pool", func(o *settle.Outcome) { o.Pools[0].Paid++ }},
		{"pool", func(o *settle.Outcome) { o.Pools[0].Money++; o.Pools[0].Residual++ }},
		{"charge", func(o *settle.Outcome) { o.Funds[0].Plain++ }},
		{"month", func(o *settle.Outcome) { o.Hospitals[0].Months[3]++ }},
		{"month", func(o *settle.Outcome) { o.Hospitals[0].Deposits[0]++ }},
		{"hospital", func(o *settle.Outcome) { o.Hospitals[0].Booked++ }},
		{"hospital", func(o *settle.Outcome) { o.Hospitals[0].Paid++; o.Hospitals[0].Clearing++ }},
		{"hospital", func(o *settle.Outcome) { o.Hospitals = o.Hospitals[1:] }},
		{"hospital", func(o *settle.Outcome) { o.Hospitals[2].Balance-- }},
	}
	for i, b := range breaks {
		reg, visits := golden(t)
		s := compile(t, reg, strings.NewReplacer("GROWTH", "0.5", "BASIS", "total_cost").Replace(goldenPack)+"advance: {ratio: 0.85, deposit: 0.05}\n")
		out, err := s.Settle(tally(s, reg, 0, visits))
		if err != nil {
			t.Fatal(err)
		}
		b.do(out)
		err = settle.Check(out)
		var broken *settle.BrokenLaw
		if !errors.As(err, &broken) || broken.Law != b.law || broken.Of == "" {
			t.Errorf("break %d: %v, want law %q", i+1, err, b.law)
		}
	}
	for i, b := range []func(o *settle.Outcome){
		func(o *settle.Outcome) { o.Alliances[0].Charged[settle.InCounty]++ },
		func(o *settle.Outcome) { o.Alliances[1].Members[0].Amount++ },
	} {
		out, _ := envelopes(t, "1000.00", "{surplus: {keep: 0.8}, overrun: {bear: 0.6}}", "{split: {by: booked}}")
		b(out)
		var broken *settle.BrokenLaw
		if err := settle.Check(out); !errors.As(err, &broken) || broken.Law != "alliance" {
			t.Errorf("alliance break %d: %v", i+1, err)
		}
	}
}

func TestLawsOfTheLargestScales(t *testing.T) {
	reg, visits := golden(t)
	s := compile(t, reg, strings.NewReplacer("GROWTH", "0.5", "BASIS", "total_cost").Replace(goldenPack))
	out, err := s.Settle(tally(s, reg, 0, visits))
	if err != nil {
		t.Fatal(err)
	}
	out.Funds[0].Budget++
	if b := settle.SchemesLaw(out); b == nil || b.Law != "scheme" || b.Of != "employee" || b.Right-b.Left != 1 {
		t.Errorf("scheme: %v", b)
	}
	if b := settle.RegionLaw(out); b == nil || b.Law != "region" || b.Right-b.Left != 1 {
		t.Errorf("region: %v", b)
	}
}

func TestLawOfHomes(t *testing.T) {
	reg := twoCounties(t)
	s := compile(t, reg, "settle:\n  streams: [{id: all, method: booked, budget: e}]\n  budgets: [{id: e, scheme: employee, level: alliance, opening: {kind: per_capita, amount: 1}, sharing: {surplus: {keep: 0}, overrun: {bear: 0}}}]\n")
	tl := tally(s, reg, 0, []visit{{claims: 1, gross: 100, fund: 50}})
	tl.Home(0, 0, 0, 0).Fund--
	if _, err := s.Settle(tl); err == nil || !strings.Contains(err.Error(), "law of homes: stream all, scheme employee, hospital A1") {
		t.Error(err)
	}
}

func TestExplainShowsTheNumbers(t *testing.T) {
	reg, visits := golden(t)
	s := compile(t, reg, strings.NewReplacer("GROWTH", "0.5", "BASIS", "total_cost").Replace(goldenPack)+"advance: {ratio: 0.85, deposit: 5%}\n")
	out, err := s.Settle(tally(s, reg, 0, visits))
	if err != nil {
		t.Fatal(err)
	}
	steps, err := s.Explain(out, "H2")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, st := range steps {
		text.WriteString(st.ID + ": " + st.TitleEn + ": " + st.En + " = " + st.Amount.String() + "\n")
	}
	for _, want := range []string{
		"inpatient/employee/opening: inpatient (employee): opening budget: settled 100,000.00 × 1.5 = 150,000.00",
		"surplus 150,000.00 − 139,600.00 = 10,400.00; kept 10,400.00 × 85% = 8,840.00",
		"(190,600.00 − 139,600.00 + 148,440.00) / 1609.5 ≈ 123.914259",
		"946.5 × 199,440.00 / 1609.5 − (96,400.00 − 69,500.00) = 90,384.85",
		"inpatient/employee/paid: this hospital (employee): paid by the fund: 85,186.30 + 5,198.55 − 0.00 − 0.00 − 0.00 − 0.00 = 90,384.85",
		"90,384.85 − 69,500.00 = 20,884.85",
		"inpatient/employee/charged: inpatient (employee): charged, before retention and sharing: drg 139,600.00 = 139,600.00",
		"inpatient/employee/base: this hospital (employee): before retention and sharing: drg 85,186.30 = 85,186.30",
		"drg: paid with it less without it 90,384.85 − 85,186.30 = 5,198.55 (without it a point is worth 190,600.00 / 1609.5)",
		"H2/employee/month-07: this hospital (employee): advance of month 7: booked × ratio − deposit of 5%: drg 58,000.00 × 85% → 49,300.00; 49,300.00 − 2,465.00 = 46,835.00",
		"monthly advances: advances − deposits = 59,075.00 − 2,953.75 = 56,121.25",
		"deposits held × part released = 2,953.75 × 1 = 2,953.75",
		"H2/employee/clearing",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the explanation does not show %q:\n%s", want, text.String())
		}
	}
	if len(steps[0].Sources) != 1 || steps[0].Sources[0].ID != "law" {
		t.Errorf("the opening cites %v", steps[0].Sources)
	}
	if _, err := s.Explain(out, "H9"); err == nil || !strings.Contains(err.Error(), `there is no hospital "H9"; nearest is "H1"`) {
		t.Error(err)
	}
}
