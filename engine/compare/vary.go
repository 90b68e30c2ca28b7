package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Unknown is a parameter that is varied over a range. Its values are whole numbers of Unit, all in millionths: one for a
// ratio, 10,000 for an amount to the fen, 1,000,000 for a whole number.
type Unknown struct {
	Path     string
	Lo, Hi   int64 // in millionths
	Unit     int64
	percent  bool // the range was written in percent
	settled  bool // Unit is known
	original string
}

// units are the finenesses that parameters have, finest first.
var units = []int64{1, 10_000, 1_000_000}

// ParseUnknown reads a path and a range written A..B.
func ParseUnknown(path, in string) (*Unknown, error) {
	a, b, ok := strings.Cut(in, "..")
	if !ok {
		return nil, fmt.Errorf("range %q of %s must be written A..B, such as 70%%..100%%", in, path)
	}
	lo, err := money.ParseRatio(strings.TrimSpace(a))
	if err != nil {
		return nil, fmt.Errorf("range %q of %s: %w", in, path, err)
	}
	hi, err := money.ParseRatio(strings.TrimSpace(b))
	if err != nil {
		return nil, fmt.Errorf("range %q of %s: %w", in, path, err)
	}
	if lo >= hi {
		return nil, fmt.Errorf("range %q of %s: the first value must be the smaller", in, path)
	}
	return &Unknown{Path: path, Lo: int64(lo), Hi: int64(hi), percent: strings.ContainsAny(in, "%‰"), original: in}, nil
}

// Text writes a value as a study would.
func (u *Unknown) Text(v int64) string {
	if u.percent {
		return money.Ratio(v).Percent()
	}
	return money.Ratio(v).String()
}

// change sets the parameter to a value.
func (u *Unknown) change(v int64) policy.Change {
	pos := policy.Pos{File: "--vary " + u.Path, Line: 1}
	return policy.Change{Path: u.Path, From: claims.NoDate, Reason: "--vary", Pos: pos,
		Value: &policy.Value{Shape: policy.Scalar, Text: u.Text(v), Pos: pos}}
}

// with is a scenario with parameters set to values.
func with(sc *engine.Scenario, unknowns []*Unknown, values []int64) engine.Scenario {
	out := *sc
	out.Changes = slices.Clone(sc.Changes)
	var words []string
	for i, u := range unknowns {
		ch := u.change(values[i])
		out.Changes = append(out.Changes, ch)
		words = append(words, u.Text(values[i]))
	}
	out.Name += " at " + strings.Join(words, ", ")
	return out
}

// settle finds the unit of a parameter: the finest in which the pack accepts a value of the range. Both ends must be
// accepted as they are.
func (u *Unknown) settle(c *engine.Compiler, sc *engine.Scenario) error {
	accepts := func(v int64) error {
		_, err := c.Compile([]engine.Scenario{with(sc, []*Unknown{u}, []int64{v})})
		return err
	}
	for _, end := range []int64{u.Lo, u.Hi} {
		if err := accepts(end); err != nil {
			return err
		}
	}
	for _, unit := range units {
		first := (u.Lo/unit + 1) * unit // the first whole number of units above the lower end that is no coarser unit's
		if unit < units[2] && first%(unit*10) == 0 {
			first += unit
		}
		if unit == units[2] || first < u.Hi && accepts(first) == nil {
			u.Unit = unit
			break
		}
	}
	if u.Lo%u.Unit != 0 || u.Hi%u.Unit != 0 {
		return fmt.Errorf("range %q of %s: the parameter takes whole numbers of %s only", u.original, u.Path, u.Text(u.Unit))
	}
	u.settled = true
	return nil
}

// Steps returns n values from the lower to the upper end, evenly apart, rounded down to units, each once.
func (u *Unknown) Steps(n int) []int64 {
	span := (u.Hi - u.Lo) / u.Unit
	var out []int64
	for i := range n {
		at, err := money.MulDiv(span, int64(i), int64(n-1), money.Floor)
		if err != nil {
			panic("BUG: part of a span does not fit: " + err.Error())
		}
		if v := u.Lo + at*u.Unit; len(out) == 0 || out[len(out)-1] != v {
			out = append(out, v)
		}
	}
	return out
}

// Point is one scenario of a search: the values of the unknowns and the comparison with the baseline.
type Point struct {
	Values []int64
	Cmp    *Comparison // the baseline and the scenario, in this order
}

// Search works out one scenario of a session at any values of some parameters.
type Search struct {
	Scenario *engine.Scenario // in which they are varied
	Unknowns []*Unknown
	Base     *engine.Result // of the study's baseline, which differences are against
	Runs     int            // scenarios worked out
	Passes   int            // over the claims, begun so far

	ses     *engine.Session
	opts    engine.Options
	figures *Figures // of Base
	known   map[string]*Point
}

// NewSearch prepares a search over a scenario of a session. base is the baseline's result.
func NewSearch(ses *engine.Session, base *engine.Result, scenario *engine.Scenario, unknowns []*Unknown, opts engine.Options) (*Search, error) {
	for _, u := range unknowns {
		if err := u.settle(ses.Compiler, scenario); err != nil {
			return nil, err
		}
	}
	return &Search{Scenario: scenario, Unknowns: unknowns, Base: base, ses: ses, opts: opts, figures: Of(base), known: make(map[string]*Point)}, nil
}

// At works out points, all in one pass over the claims, and returns them in the order asked for. Points are worked out once.
func (s *Search) At(ctx context.Context, values ...[]int64) ([]*Point, error) {
	var scenarios []engine.Scenario
	var fresh []*Point
	for _, v := range values {
		if key := fmt.Sprint(v); s.known[key] == nil {
			p := &Point{Values: slices.Clone(v)}
			s.known[key] = p
			fresh = append(fresh, p)
			scenarios = append(scenarios, with(s.Scenario, s.Unknowns, v))
		}
	}
	if len(fresh) > 0 {
		s.Passes++
	}
	s.Runs += len(fresh)
	err := s.ses.Evaluate(ctx, scenarios, s.opts, func(i int, r *engine.Result) error {
		fresh[i].Cmp = &Comparison{Figures: []*Figures{s.figures, Of(r)}}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]*Point, len(values))
	for i, v := range values {
		out[i] = s.known[fmt.Sprint(v)]
	}
	return out, nil
}

// Value returns a figure at a point.
func (p *Point) Value(id string) (Figure, error) {
	f, err := p.Cmp.Figures[1].Get(id)
	if err == nil && f.None {
		err = fmt.Errorf("figure %s has no value", id)
	}
	return f, err
}
