package compare

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// Goal is what a search over several parameters aims at.
type Goal struct {
	Figure   string
	Maximize bool
	Subject  []*Condition // must hold
}

// Optimum is the best point that a search found. It is worked out exactly at whole units; that no better one exists
// elsewhere in the ranges is not proven.
type Optimum struct {
	Unknowns []*Unknown
	Goal     *Goal
	Figure   Figure
	Best     *Point
	Feasible bool // all conditions hold at Best
	// Near are the points one unit from the best in each parameter, lower then higher; nil where the range ends.
	Near []*Point
	Runs int
}

// startPoints is how many points of the ranges a search looks at before it descends from the best of them.
const startPoints = 24

// patternPasses bounds the passes over the claims of the last stage.
const patternPasses = 300

// descentRuns bounds the evaluations of the descent.
const descentRuns = 120

// Optimise looks for the values of the search's unknowns that bring a figure highest or lowest under conditions: a spread
// of points over the ranges, a simplex descent from the best, then a pattern of steps that widen after a gain and halve
// after none, down to one unit.
func (s *Search) Optimise(ctx context.Context, g *Goal) (*Optimum, error) {
	f, err := s.figures.Get(g.Figure)
	if err != nil {
		return nil, err
	}
	o := &Optimum{Unknowns: s.Unknowns, Goal: g, Figure: f}
	r := &ranking{search: s, goal: g}
	start := [][]int64{}
	for k := range startPoints {
		start = append(start, s.spread(k))
	}
	points, err := s.At(ctx, start...)
	if err != nil {
		return nil, err
	}
	if err := r.consider(points...); err != nil {
		return nil, err
	}
	if err := r.descend(ctx); err != nil {
		return nil, err
	}
	if err := r.pattern(ctx); err != nil {
		return nil, err
	}
	o.Best, o.Feasible, o.Runs = r.best, r.violation == 0, s.Runs
	for i, u := range s.Unknowns {
		for _, d := range []int64{-u.Unit, u.Unit} {
			v := slices.Clone(o.Best.Values)
			if v[i] += d; v[i] < u.Lo || v[i] > u.Hi {
				o.Near = append(o.Near, nil)
				continue
			}
			p, err := s.At(ctx, v)
			if err != nil {
				return nil, err
			}
			o.Near = append(o.Near, p[0])
		}
	}
	return o, nil
}

// spread is point k of an even spread over the ranges: the corners of each parameter alone, then van der Corput
// sequences to bases that share no factor.
func (s *Search) spread(k int) []int64 {
	primes := []int64{2, 3, 5, 7, 11, 13, 17, 19}
	out := make([]int64, len(s.Unknowns))
	for i, u := range s.Unknowns {
		base := primes[i%len(primes)]
		share, scale := 0.0, 1.0
		for n := int64(k); n > 0; n /= base {
			scale /= float64(base)
			share += float64(n%base) * scale
		}
		out[i] = u.at(share)
	}
	return out
}

// at is the value at a share of the range, to the unit.
func (u *Unknown) at(share float64) int64 {
	span := (u.Hi - u.Lo) / u.Unit
	k := int64(math.Round(math.Min(math.Max(share, 0), 1) * float64(span)))
	return u.Lo + min(k, span)*u.Unit
}

// ranking keeps the best point so far: first by how far the conditions are from holding, then by the goal.
type ranking struct {
	search    *Search
	goal      *Goal
	best      *Point
	violation float64
	value     int64
}

// measure returns how far a point is from the conditions, and the goal's figure turned so that less is better.
func (r *ranking) measure(p *Point) (float64, int64, error) {
	f, err := p.Value(r.goal.Figure)
	if err != nil {
		return 0, 0, err
	}
	v := f.Value
	if r.goal.Maximize {
		v = -v
	}
	sum := 0.0
	for _, c := range r.goal.Subject {
		sum += c.shortfall(p.Cmp, 1)
	}
	return sum, v, nil
}

func (r *ranking) consider(points ...*Point) error {
	for _, p := range points {
		violation, value, err := r.measure(p)
		if err != nil {
			return err
		}
		if r.best == nil || violation < r.violation || violation == r.violation && value < r.value {
			r.best, r.violation, r.value = p, violation, value
		}
	}
	return nil
}

// descend runs a Nelder-Mead simplex from the best point over the ranges scaled to 0..1. Broken conditions weigh more than
// any gain.
func (r *ranking) descend(ctx context.Context) error {
	s := r.search
	x0 := make([]float64, len(s.Unknowns))
	for i, u := range s.Unknowns {
		x0[i] = float64(r.best.Values[i]-u.Lo) / float64(u.Hi-u.Lo)
	}
	var fault error
	scale := math.Max(math.Abs(float64(r.value)), 1)
	problem := optimize.Problem{Func: func(x []float64) float64 {
		if fault != nil {
			return math.Inf(1)
		}
		v := make([]int64, len(x))
		outside := 0.0
		for i, u := range s.Unknowns {
			v[i] = u.at(x[i])
			outside += math.Max(math.Max(-x[i], x[i]-1), 0)
		}
		points, err := s.At(ctx, v)
		if err == nil {
			err = r.consider(points...)
		}
		if err != nil {
			fault = err
			return math.Inf(1)
		}
		violation, value, _ := r.measure(points[0]) // succeeded in consider
		return float64(value)/scale + 1e3*(outside+math.Log1p(violation))
	}}
	_, err := optimize.Minimize(problem, x0, &optimize.Settings{FuncEvaluations: descentRuns, Concurrent: 0}, &optimize.NelderMead{})
	if fault != nil {
		return fault
	}
	if err != nil && ctx.Err() == nil && r.best == nil {
		return fmt.Errorf("descent: %w", err)
	}
	return context.Cause(ctx)
}

// pattern walks from the best point along each parameter, both ways in one pass, by steps that halve from an eighth of
// the range down to one unit.
func (r *ranking) pattern(ctx context.Context) error {
	s := r.search
	steps := make([]int64, len(s.Unknowns))
	for i, u := range s.Unknowns {
		steps[i] = max((u.Hi-u.Lo)/u.Unit/8, 1)
	}
	for range patternPasses {
		from := r.best
		var around [][]int64
		for i, u := range s.Unknowns {
			for _, d := range []int64{-steps[i] * u.Unit, steps[i] * u.Unit} {
				v := slices.Clone(from.Values)
				v[i] = min(max(v[i]+d, u.Lo), u.Hi)
				around = append(around, v)
			}
		}
		points, err := s.At(ctx, around...)
		if err != nil {
			return err
		}
		if err := r.consider(points...); err != nil {
			return err
		}
		if r.best != from {
			for i, u := range s.Unknowns {
				steps[i] = min(2*steps[i], max((u.Hi-u.Lo)/u.Unit/8, 1))
			}
			continue
		}
		if !slices.ContainsFunc(steps, func(n int64) bool { return n > 1 }) {
			return nil
		}
		for i := range steps {
			steps[i] = max(steps[i]/2, 1)
		}
	}
	return nil
}

// NoOptimum reports that no point was found at which all conditions hold.
type NoOptimum struct{ Optimum *Optimum }

// Error implements error.
func (e *NoOptimum) Error() string {
	var broken []error
	for _, c := range e.Optimum.Goal.Subject {
		if holds, offenders := c.Holds(e.Optimum.Best.Cmp, 1); !holds {
			broken = append(broken, fmt.Errorf("no values in the ranges were found for which %s holds; at the best, %s", c.Text, DescribeOffenders(offenders)))
		}
	}
	return errors.Join(broken...).Error()
}
