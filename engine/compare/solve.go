package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/report"
)

// Solution is the value of one parameter that meets a condition, or the news that none does.
type Solution struct {
	Unknown   *Unknown
	Condition *Condition
	Figure    Figure // as the condition looks at it
	// Found tells whether a value was found that meets the condition, or, where the condition is an equality that no value
	// meets to the unit, the value that comes closest on either side of it.
	Found     bool
	Exact     bool  // the condition holds at Value
	Value     int64 // of the unknown, in millionths
	Residual  int64 // the figure less the condition's value
	Below     *Sample
	Above     *Sample
	Samples   []Sample // all points looked at, by rising value
	Crossings int      // how often the condition was seen to change on the first grid
	Monotone  bool     // the figure only rose or only fell over the samples
	Min, Max  Sample
	Runs      int
}

// Sample is the figure at one value of the parameter.
type Sample struct{ X, Y int64 }

// gridPoints is the number of values of the first pass.
const gridPoints = 17

// cuts is the number of values of each later pass inside a bracket.
const cuts = 8

// Solve finds the value of the search's single unknown that meets a condition on one figure. For an equality it is the
// value where the figure crosses the target: one that meets it where there is one, or else the nearer side of the crossing.
// For an inequality it is the end of the range of values that comply: where it begins or ceases to hold. Of several
// crossings it is the first.
func (s *Search) Solve(ctx context.Context, c *Condition) (*Solution, error) {
	if len(s.Unknowns) != 1 {
		return nil, errors.New("a condition is solved for one parameter; use --minimize or --maximize for several")
	}
	if len(s.figures.Match(c.Figure)) != 1 {
		return nil, fmt.Errorf("condition %q asks about several figures; a search needs one", c.Text)
	}
	u := s.Unknowns[0]
	of := s.figures.Match(c.Figure)[0]
	sol := &Solution{Unknown: u, Condition: c, Figure: c.Of(of)}
	seen := make(map[int64]int64)
	look := func(xs []int64) error {
		values := make([][]int64, len(xs))
		for i, x := range xs {
			values[i] = []int64{x}
		}
		points, err := s.At(ctx, values...)
		if err != nil {
			return err
		}
		for i, p := range points {
			f, err := p.Value(of.ID)
			if err != nil {
				return err
			}
			y, ok := c.look(p.Cmp, f)
			if !ok {
				return fmt.Errorf("figure %s has no value at %s", sol.Figure.ID, u.Text(xs[i]))
			}
			seen[xs[i]] = y
		}
		return nil
	}
	grid := u.Steps(gridPoints)
	if err := look(grid); err != nil {
		return nil, err
	}
	lo, hi, crossed := int64(0), int64(0), false
	for i, x := range grid {
		if i == 0 {
			continue
		}
		if c.side(seen[grid[i-1]]) != c.side(seen[x]) {
			if !crossed {
				lo, hi, crossed = grid[i-1], x, true
			}
			sol.Crossings++
		}
	}
	if at := slices.IndexFunc(grid, func(x int64) bool { return c.Meets(seen[x]) }); !crossed && at >= 0 {
		sol.finish(c, seen, grid[at])
		return sol, s.neighbours(sol, seen, look)
	}
	if !crossed {
		sol.finish(c, seen, grid[0])
		sol.Found = false
		sol.Runs = s.Runs
		return sol, nil
	}
	side := c.side(seen[lo])
	for hi-lo > u.Unit {
		inner := between(lo, hi, u.Unit)
		if err := look(inner); err != nil {
			return nil, err
		}
		// The first cut on the far side ends the bracket, the one before it begins it.
		for _, x := range inner {
			if c.side(seen[x]) != side {
				hi = x
				break
			}
			lo = x
		}
	}
	sol.finish(c, seen, c.choose(lo, hi, seen))
	return sol, s.neighbours(sol, seen, look)
}

// between returns at most cuts values strictly inside a bracket, evenly apart, in whole units.
func between(lo, hi, unit int64) []int64 {
	n := min((hi-lo)/unit-1, cuts)
	var out []int64
	for i := int64(1); i <= n; i++ {
		// The bracket is at most 2^63 millionths wide; dividing first keeps the product inside.
		k := (hi - lo) / unit
		out = append(out, lo+(k/(n+1)*i+k%(n+1)*i/(n+1))*unit)
	}
	return out
}

// side tells on which side of the condition a value lies.
func (c *Condition) side(y int64) bool {
	if c.Op == "=" || c.Op == "!=" {
		return y >= c.Value
	}
	return c.Meets(y)
}

// choose returns the end of the last bracket, of one unit, that answers the question.
func (c *Condition) choose(lo, hi int64, seen map[int64]int64) int64 {
	if c.Meets(seen[lo]) {
		return lo
	}
	if c.Meets(seen[hi]) || distance(seen[hi], c.Value) < distance(seen[lo], c.Value) {
		return hi
	}
	return lo
}

func distance(a, b int64) int64 {
	if a < b {
		return b - a
	}
	return a - b
}

// finish fills in what is known once the answer is.
func (sol *Solution) finish(c *Condition, seen map[int64]int64, x int64) {
	sol.Found, sol.Value, sol.Residual, sol.Exact = true, x, seen[x]-c.Value, c.Meets(seen[x])
	sol.Samples = sol.Samples[:0]
	for x, y := range seen {
		sol.Samples = append(sol.Samples, Sample{x, y})
	}
	slices.SortFunc(sol.Samples, func(a, b Sample) int { return int(min(max(a.X-b.X, -1), 1)) })
	sol.Min, sol.Max = sol.Samples[0], sol.Samples[0]
	rises, falls := false, false
	for i, p := range sol.Samples {
		if p.Y < sol.Min.Y {
			sol.Min = p
		}
		if p.Y > sol.Max.Y {
			sol.Max = p
		}
		if i > 0 {
			rises = rises || p.Y > sol.Samples[i-1].Y
			falls = falls || p.Y < sol.Samples[i-1].Y
		}
	}
	sol.Monotone = !rises || !falls
}

// neighbours adds the figure one unit below and above the answer.
func (s *Search) neighbours(sol *Solution, seen map[int64]int64, look func([]int64) error) error {
	u := sol.Unknown
	var xs []int64
	for _, x := range []int64{sol.Value - u.Unit, sol.Value + u.Unit} {
		if x >= u.Lo && x <= u.Hi {
			xs = append(xs, x)
		}
	}
	if err := look(xs); err != nil {
		return err
	}
	sol.finish(sol.Condition, seen, sol.Value)
	for _, x := range xs {
		if x < sol.Value {
			sol.Below = &Sample{x, seen[x]}
		} else {
			sol.Above = &Sample{x, seen[x]}
		}
	}
	sol.Runs = s.Runs
	return nil
}

// NoSolution reports that no value of a range meets a condition.
type NoSolution struct{ Solution *Solution }

// Error implements error.
func (e *NoSolution) Error() string {
	s := e.Solution
	show := func(v int64) string { return Show(v, s.Figure.Kind) }
	return fmt.Sprintf("no value of %s from %s to %s gives %s: it goes from %s (at %s) to %s (at %s)", s.Unknown.Path, s.Unknown.Text(s.Unknown.Lo), s.Unknown.Text(s.Unknown.Hi),
		s.Condition.Text, show(s.Min.Y), s.Unknown.Text(s.Min.X), show(s.Max.Y), s.Unknown.Text(s.Max.X))
}

// ValueKind is the kind of an unknown's values in a report.
func (u *Unknown) ValueKind() report.Kind {
	if u.percent {
		return report.KindRatio
	}
	return report.KindFactor
}
