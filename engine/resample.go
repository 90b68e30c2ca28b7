package engine

import (
	"context"
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// resampled is the source of an input in which each person stands as many times as a weight says.
type resampled struct {
	in   *Input
	runs [][2]int
}

// Resampled returns an input as a source in which person p stands weight(p) times, each time as a person apart: 0 leaves the
// person out. Results depend on the weights alone.
func Resampled(in *Input, weight func(p int) int) Source {
	s := resampled{in: in}
	for layer, more := 1, true; more; layer++ {
		more = false
		for p := 0; p < in.Persons(); p++ {
			w := weight(p)
			more = more || w > layer
			if w < layer {
				continue
			}
			if n := len(s.runs); n > 0 && s.runs[n-1][1] == p && s.runs[n-1][1]-s.runs[n-1][0] < personsPerShard {
				s.runs[n-1][1] = p + 1
			} else {
				s.runs = append(s.runs, [2]int{p, p + 1})
			}
		}
	}
	return s
}

// Shards implements Source.
func (s resampled) Shards() int { return len(s.runs) }

// Load implements Source.
func (s resampled) Load(_ context.Context, i int) (Shard, error) {
	return Shard{Input: s.in, Lo: s.runs[i][0], Hi: s.runs[i][1]}, nil
}

// WithHospitals settles a result again as if each hospital had treated its patients weight times over. What people pay is
// not known of such a region and is left empty.
func (r *Result) WithHospitals(weight func(hospital int) int64) (*Result, error) {
	part := r.Plan.NewPartial()
	from, to := r.Partial.Tally, part.Tally
	if from.Groups.Fund == nil {
		to.Groups.Fund = nil
	}
	d := from.Dims
	var w times
	for h := range d.Hospitals {
		w.factor = weight(h)
		for s := range d.Schemes {
			for stream := range d.Streams {
				for m := range settle.Months {
					w.cell(to.Cell(stream, s, h, m), from.Cell(stream, s, h, m))
				}
				for c := range d.Counties {
					a, b := to.Home(stream, s, c, h), from.Home(stream, s, c, h)
					a.Claims, a.Stays, a.Gross, a.Fund = of(&w, b.Claims), of(&w, b.Stays), of(&w, b.Gross), of(&w, b.Fund)
					a.Points, a.Direct = of(&w, b.Points), of(&w, b.Direct)
				}
			}
			for g := range d.Groups + 1 {
				c := from.Group(s, h, g)
				to.AddGroup(s, h, g, settle.GroupCell{Claims: of(&w, c.Claims), Days: of(&w, c.Days), Excluded: of(&w, c.Excluded),
					Gross: of(&w, c.Gross), Fund: of(&w, c.Fund), Points: of(&w, c.Points)})
			}
			for c := range d.Classes {
				a, b := to.ClassOf(c, s, h), from.ClassOf(c, s, h)
				a.Claims, a.Gross, a.Points = of(&w, b.Claims), of(&w, b.Gross), of(&w, b.Points)
			}
		}
	}
	if w.overflow {
		return nil, fmt.Errorf("scenario %s, hospitals weighted: %w", r.Plan.Scenario.Name, money.ErrOverflow)
	}
	outcome, err := r.Plan.Settlement.Settle(to)
	if err != nil {
		return nil, fmt.Errorf("scenario %s, hospitals weighted: %w", r.Plan.Scenario.Name, err)
	}
	return &Result{Plan: r.Plan, Partial: part, Outcome: outcome}, nil
}

// times multiplies sums and notes whether any product does not fit.
type times struct {
	factor   int64
	overflow bool
}

func of[T ~int64](w *times, v T) T {
	p, err := money.MulDiv(int64(v), w.factor, 1, money.HalfUp)
	w.overflow = w.overflow || err != nil
	return T(p)
}

func (w *times) cell(a, b *settle.Cell) {
	if b.Claims == 0 {
		return
	}
	a.Claims, a.Days = of(w, b.Claims), of(w, b.Days)
	for p := range b.Pockets {
		a.Pockets[p] = of(w, b.Pockets[p])
	}
	a.Points, a.Standard, a.Direct = of(w, b.Points), of(w, b.Standard), of(w, b.Direct)
}
