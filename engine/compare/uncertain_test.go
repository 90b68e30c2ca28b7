package compare

import (
	"context"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/policy"
)

// TestPoissonHasMeanOne and a variance of one, over many ids and draws.
func TestPoissonHasMeanOne(t *testing.T) {
	var m moment
	for id := range uint64(2000) {
		for draw := range 50 {
			m.add(float64(poisson(1, mix(id), draw)))
		}
	}
	if m.mean < 0.98 || m.mean > 1.02 || m.deviation() < 0.98 || m.deviation() > 1.02 {
		t.Errorf("mean %.4f, deviation %.4f", m.mean, m.deviation())
	}
}

// TestDeviationOfLargeNumbers does not lose itself in their squares.
func TestDeviationOfLargeNumbers(t *testing.T) {
	var m moment
	for range 100 {
		m.add(4_651_853_189)
	}
	if m.deviation() != 0 {
		t.Errorf("a constant deviates by %v", m.deviation())
	}
}

// TestWeightsOfOneChangeNothing: a source in which everybody stands once is the input, and hospitals of weight one settle as
// before.
func TestWeightsOfOneChangeNothing(t *testing.T) {
	ses, c := openDemo(t)
	results, err := engine.Run(t.Context(), ses.Plans, engine.Resampled(ses.Input, func(int) int { return 1 }), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	again := New(results)
	for i := range c.Figures {
		weighted, err := c.Results[i].WithHospitals(func(int) int64 { return 1 })
		if err != nil {
			t.Fatal(err)
		}
		w := Of(weighted)
		for k, f := range c.Figures[i].List() {
			if g := again.Figures[i].List()[k]; g != f {
				t.Fatalf("%s was %d, is %d", f.ID, f.Value, g.Value)
			}
			if g, err := w.Get(f.ID); !strings.HasPrefix(f.ID, "people.") && !strings.HasPrefix(f.ID, "burden.") && (err != nil || g.Value != f.Value) {
				t.Fatalf("%s was %d, with hospitals of weight one %d (%v)", f.ID, f.Value, g.Value, err)
			}
		}
	}
}

// TestWeightsOfTwoDoubleTheGross of persons and of hospitals.
func TestWeightsOfTwoDoubleTheGross(t *testing.T) {
	ses, c := openDemo(t)
	results, err := engine.Run(t.Context(), ses.Plans[:1], engine.Resampled(ses.Input, func(int) int { return 2 }), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Of(results[0]).Value("people.gross"), 2*c.Figures[0].Value("people.gross"); got != want {
		t.Errorf("gross of everybody twice is %d, want %d", got, want)
	}
}

// TestBootstrapHangsOnTheSeedAlone: neither on the workers nor on the order of the draws before it.
func TestBootstrapHangsOnTheSeedAlone(t *testing.T) {
	ses, c := openDemo(t)
	draw := func(workers int, seed uint64) *Uncertainty {
		u, err := c.Bootstrap(t.Context(), ses, 4, seed, ByPerson, engine.Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	one, two, other := draw(1, 5), draw(3, 5), draw(1, 6)
	differ := false
	for i := range one.Rows {
		if one.Rows[i] != two.Rows[i] {
			t.Fatalf("%s is %+v with one worker, %+v with three", one.Rows[i].Figure.ID, one.Rows[i], two.Rows[i])
		}
		differ = differ || one.Rows[i] != other.Rows[i]
	}
	if !differ {
		t.Error("another seed draws the same")
	}
}

func TestDraws(t *testing.T) {
	read := func(text string) ([]Draw, error) {
		v, err := policy.ParseYAML("a.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return ReadDraws(v)
	}
	ses, c := openDemo(t)
	draws, err := read("draws: [{path: settle.budgets.total.opening.growth, distribution: uniform, from: 4%, to: 6%, decimals: 3}]")
	if err != nil || len(draws) != 1 {
		t.Fatal(err)
	}
	u, err := c.MonteCarlo(context.Background(), ses, draws, 10, 1, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range u.Rows {
		if r.Scenario == 0 && r.Figure.ID == "fund.budget" {
			if r.Value.Low >= r.Value.High || r.Value.Deviation == 0 {
				t.Errorf("the budget does not move: %+v", r.Value)
			}
			// The demo's growth is 5%: a point more or less is less than a hundredth of the budget.
			if distance(r.Value.Low, r.Value.Value) > r.Value.Value/90 || distance(r.Value.High, r.Value.Value) > r.Value.Value/90 {
				t.Errorf("the budget leaves its range: %+v", r.Value)
			}
		}
	}
	for text, want := range map[string]string{
		"draws: [{path: a.b, distribution: gauss, mean: 1, sd: 1}]":                "gauss",
		"draws: [{path: a.b, distribution: normal, mean: 1}]":                      "sd is missing",
		"draws: [{path: a.b, distribution: triangular, from: 1, mode: 3, to: 2}]":  "mode",
		"draws: [{path: a.b, distribution: uniform, from: 1, to: 2, decimals: 9}]": "decimals",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}
