package compare

import (
	"errors"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/report"
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
	if msg := (&NoSolution{sol}).Error(); !strings.Contains(msg, "no value of "+keep) || !strings.Contains(msg, Show(Of(s.Base).Value("fund.balance"), report.KindFen)) {
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

// searchTwo prepares a search over the growth of the budget and the share of a surplus that hospitals keep.
func searchTwo(t *testing.T, growthIn, keepIn string) *Search {
	t.Helper()
	ses, c := openDemo(t)
	a, err1 := ParseUnknown(growth, growthIn)
	b, err2 := ParseUnknown(keep, keepIn)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	s, err := NewSearch(ses, c.Results[0], &c.Results[0].Plan.Scenario, []*Unknown{a, b}, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOptimiseMeetsItsConditions: the least paid to hospitals without an overrun of the fund is the least growth that
// balances it and the least share kept.
func TestOptimiseMeetsItsConditions(t *testing.T) {
	s := searchTwo(t, "3%..6%", "50%..51%")
	one := searchDemo(t, growth, "3%..6%")
	least, err := one.Solve(t.Context(), mustCondition(t, one, "fund.balance >= 0"))
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Optimise(t.Context(), &Goal{Figure: "fund.paid", Subject: []*Condition{mustCondition(t, s, "fund.balance >= 0")}})
	if err != nil {
		t.Fatal(err)
	}
	if !least.Found || !o.Feasible {
		t.Fatalf("a growth of 6%% leaves a surplus, yet found is %v and feasible %v", least.Found, o.Feasible)
	}
	if o.Best.Values[1] != 500_000 || o.Best.Values[0] < least.Value || o.Best.Values[0] > least.Value+5 {
		t.Errorf("growth %d and share %d; want %d and 500000", o.Best.Values[0], o.Best.Values[1], least.Value)
	}
}

func TestOptimiseSaysSoWhenNothingMeetsTheConditions(t *testing.T) {
	s := searchTwo(t, "4%..4.001%", "50%..50.001%")
	o, err := s.Optimise(t.Context(), &Goal{Figure: "fund.paid", Subject: []*Condition{mustCondition(t, s, "fund.balance > 100000wan")}})
	if err != nil {
		t.Fatal(err)
	}
	if msg := (&NoOptimum{o}).Error(); o.Feasible || !strings.Contains(msg, "fund.balance is") {
		t.Errorf("feasible %v, message %s", o.Feasible, msg)
	}
}
