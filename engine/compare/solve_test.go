package compare

import (
	"errors"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
)

func searchDemo(t *testing.T, path, in string) *Search {
	t.Helper()
	ses, c := openDemo(t)
	u, err := ParseUnknown(path, in)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSearch(ses, c.Results[0], &c.Results[0].Plan.Scenario, []*Unknown{u}, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustCondition(t *testing.T, s *Search, text string) *Condition {
	t.Helper()
	c, err := ParseCondition(text, Of(s.Base))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const growth, keep = "settle.budgets.total.opening.growth", "settle.budgets.total.sharing.surplus.keep"

// TestSolveFindsTheGrowthThatBalancesTheFund: the budget that leaves nothing over lies between two neighbouring units.
func TestSolveFindsTheGrowthThatBalancesTheFund(t *testing.T) {
	s := searchDemo(t, growth, "0%..20%")
	sol, err := s.Solve(t.Context(), mustCondition(t, s, "fund.balance = 0"))
	if err != nil {
		t.Fatal(err)
	}
	if !sol.Found || !sol.Monotone || sol.Unknown.Unit != 1 {
		t.Fatalf("found %v, monotone %v, unit %d", sol.Found, sol.Monotone, sol.Unknown.Unit)
	}
	lower, upper := sol.Residual, sol.Residual
	if sol.Below != nil {
		lower = sol.Below.Y
	}
	if sol.Above != nil {
		upper = sol.Above.Y
	}
	if lower >= 0 || upper <= 0 {
		t.Errorf("the balance one unit below is %d, one above %d: zero does not lie between", lower, upper)
	}
	if distance(sol.Residual, 0) > distance(lower, 0) || distance(sol.Residual, 0) > distance(upper, 0) {
		t.Errorf("residual %d, though the neighbours have %d and %d", sol.Residual, lower, upper)
	}
}

// TestSolveFindsTheRetentionShare: the retention share that makes the fund carry a given amount, to a millionth.
func TestSolveFindsTheRetentionShare(t *testing.T) {
	s := searchDemo(t, keep, "50%..100%")
	points, err := s.At(t.Context(), []int64{837_219})
	if err != nil {
		t.Fatal(err)
	}
	f, err := points[0].Value("fund.carried")
	if err != nil {
		t.Fatal(err)
	}
	sol, err := s.Solve(t.Context(), mustCondition(t, s, "fund.carried = "+strings.ReplaceAll(Show(f.Value, f.Kind), ",", "")))
	if err != nil {
		t.Fatal(err)
	}
	if !sol.Found || !sol.Exact || distance(sol.Value, 837_219) > 2 || sol.Residual != 0 {
		t.Errorf("found %v exact %v value %d residual %d, want 837219", sol.Found, sol.Exact, sol.Value, sol.Residual)
	}
}

func TestSolveSaysSoWhenThereIsNoValue(t *testing.T) {
	s := searchDemo(t, keep, "50%..100%")
	sol, err := s.Solve(t.Context(), mustCondition(t, s, "fund.balance = 1"))
	if err != nil {
		t.Fatal(err)
	}
	if sol.Found {
		t.Fatalf("the share that is kept cannot change the balance, yet %d was found", sol.Value)
	}
	if msg := (&NoSolution{sol}).Error(); !strings.Contains(msg, "no value of "+keep) || !strings.Contains(msg, "343,831.10") {
		t.Errorf("message: %s", msg)
	}
}

// TestSolveOfAnInequalityIsItsBoundary: the smallest growth that leaves every scheme without an overrun.
func TestSolveOfAnInequalityIsItsBoundary(t *testing.T) {
	s := searchDemo(t, growth, "0..0.2")
	sol, err := s.Solve(t.Context(), mustCondition(t, s, "fund.employee.balance >= 0"))
	if err != nil {
		t.Fatal(err)
	}
	if !sol.Found || !sol.Exact || sol.Below == nil || sol.Below.Y >= 0 || sol.Residual < 0 {
		t.Errorf("%+v is not where the condition begins to hold", sol)
	}
}

func TestUnknownFaults(t *testing.T) {
	for _, in := range []string{"5", "a..b", "1..1", "2..1"} {
		if _, err := ParseUnknown("p", in); err == nil {
			t.Errorf("range %q was accepted", in)
		}
	}
	ses, c := openDemo(t)
	u, err := ParseUnknown("settle.budgets.total.opening.grwoth", "0..0.1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSearch(ses, c.Results[0], &c.Results[0].Plan.Scenario, []*Unknown{u}, engine.Options{}); err == nil || !strings.Contains(err.Error(), "growth") {
		t.Errorf("error of a misspelt path: %v", err)
	}
}

// TestUnitsOfParameters: a ratio to the millionth, an amount to the fen.
func TestUnitsOfParameters(t *testing.T) {
	for path, want := range map[string]int64{keep: 1, "benefit.ai.visit_ceiling": 10_000} {
		s := searchDemo(t, path, "0..1")
		if s.Unknowns[0].Unit != want {
			t.Errorf("%s has unit %d, want %d", path, s.Unknowns[0].Unit, want)
		}
	}
}

// TestOptimiseMeetsItsConditions: least paid to hospitals with the fund's shortfall bounded, over two parameters.
func TestOptimiseMeetsItsConditions(t *testing.T) {
	ses, c := openDemo(t)
	var us []*Unknown
	for path, in := range map[string]string{growth: "0%..10%"} {
		u, err := ParseUnknown(path, in)
		if err != nil {
			t.Fatal(err)
		}
		us = append(us, u)
	}
	u, err := ParseUnknown(keep, "50%..100%")
	if err != nil {
		t.Fatal(err)
	}
	us = append(us, u)
	s, err := NewSearch(ses, c.Results[0], &c.Results[0].Plan.Scenario, us, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := &Goal{Figure: "fund.paid", Subject: []*Condition{mustCondition(t, s, "fund.balance >= 0")}}
	o, err := s.Optimise(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	if !o.Feasible {
		t.Fatal("a growth of 10% leaves a surplus, yet nothing feasible was found")
	}
	// The least growth that balances the fund, and the least share kept.
	if o.Best.Values[1] != 500_000 {
		t.Errorf("the share kept is %d, want the lower end", o.Best.Values[1])
	}
	if o.Best.Values[0] < 42_238 || o.Best.Values[0] > 42_245 {
		t.Errorf("growth is %d, want the least that balances the fund, near 42240", o.Best.Values[0])
	}
	impossible := &Goal{Figure: "fund.paid", Subject: []*Condition{mustCondition(t, s, "fund.balance > 100000wan")}}
	o, err = s.Optimise(t.Context(), impossible)
	if err != nil {
		t.Fatal(err)
	}
	var none *NoOptimum
	if err := error(&NoOptimum{o}); o.Feasible || !errors.As(err, &none) || !strings.Contains(err.Error(), "fund.balance is") {
		t.Errorf("feasible %v, message %v", o.Feasible, err)
	}
}
