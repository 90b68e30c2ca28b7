package compare

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/report"
)

func TestConditions(t *testing.T) {
	_, c := openDemo(t)
	all := position(t, c, "all")
	growth := position(t, c, "growth-8")
	base := c.Figures[0]
	for _, x := range []struct {
		text string
		at   int
		want bool
	}{
		{"fund.balance > 0", 0, base.Value("fund.balance") > 0},
		{"fund.balance.change > 0", growth, true},
		{"fund.balance.change = 0", position(t, c, "retention-100"), true},
		{"fund.budget.change_rate >= 2.8%", all, true},
		{"fund.budget.change >= 2.8%", all, true}, // a percentage of a change is its rate
		{"fund.budget.change_rate >= 2.9%", all, false},
		{"fund.balance_rate > 3%", growth, true},
		{"fund.balance > 3%", growth, true}, // a percentage of an amount is its rate
		{"fund.budget > 4000wan", all, true},
		{"fund.budget > 5000万", all, false},
		{"hospital.any.balance < -5%", all, true},
		{"hospital.all.balance < -5%", all, false},
		{"hospital.all.gross >= 0", all, true},
		{"people.more == 0", growth, true},
		{"people.less != 0", all, true},
		{"pool.any.value <= 100", 0, true},
	} {
		cond, err := ParseCondition(x.text, base)
		if err != nil {
			t.Errorf("%s: %v", x.text, err)
			continue
		}
		if got, list := cond.Holds(c, x.at); got != x.want {
			t.Errorf("%s is %v of scenario %d, want %v: %s", x.text, got, x.at, x.want, DescribeOffenders(list))
		}
	}
}

// TestOffendersAreThoseThatDecide: the figures named with a verdict are the ones that made it.
func TestOffendersAreThoseThatDecide(t *testing.T) {
	_, c := openDemo(t)
	cond, err := ParseCondition("hospital.any.balance < -5%", c.Figures[0])
	if err != nil {
		t.Fatal(err)
	}
	holds, list := cond.Holds(c, 0)
	if !holds || len(list) == 0 {
		t.Fatal("the demo's baseline has hospitals below -5%")
	}
	for _, o := range list {
		if o.Value >= -50_000 || !strings.HasSuffix(o.Figure.ID, ".balance_rate") {
			t.Errorf("%s with %d is no offender", o.Figure.ID, o.Value)
		}
	}
}

func TestConditionFaults(t *testing.T) {
	_, c := openDemo(t)
	for text, want := range map[string]string{
		"fund.balance":                "must be written FIGURE OPERATOR VALUE",
		"fund.balence < 0":            `nearest is "fund.balance"`,
		"hospital.any.balanse < 0":    `nearest is "hospital.any.balance"`,
		"fund.paid < 3%":              "has no rate",
		"fund.balance < many":         "many",
		"people.persons < 1.5":        "1.5",
		"fund.balance < 0.001":        "0.001",
		"people.burden < 40 apples":   "apples",
		"hospital.H00031.balance < x": "x",
	} {
		if _, err := ParseCondition(text, c.Figures[0]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}

func FuzzParseCondition(f *testing.F) {
	known := &Figures{}
	known.add("fund.balance", report.Text{}, report.KindFen, 0)
	known.add("fund.balance_rate", report.Text{}, report.KindRatio, 0)
	known.add("hospital.H1.paid", report.Text{}, report.KindFen, 0)
	for _, s := range []string{"fund.balance < 0", "hospital.any.paid>=-5%", "=", "fund.balance.change_rate != 1‰", "hospital.any. < 1wan"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCondition(s, known)
		if err == nil && len(known.Match(c.Figure)) == 0 {
			t.Errorf("%q was accepted for figure %q, which nothing matches", s, c.Figure)
		}
	})
}
