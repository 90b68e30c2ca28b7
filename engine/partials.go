package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/drgsim/drgsim/engine/internal/parallel"
	"github.com/drgsim/drgsim/engine/settle"
)

// partials ends a worker's work: it returns one partial per plan. Plans that share all work share theirs, and others the parts
// that they have in common.
func (w *worker) partials(ctx context.Context, workers int) ([]*Partial, error) {
	groups := make([]*groupSums, len(w.streams))
	for i := range groups {
		var err error
		if groups[i], err = w.groupSums(ctx, workers, i); err != nil {
			return nil, err
		}
	}
	for _, p := range w.people {
		if p.told {
			p.over(w.people[0])
		}
	}
	made := make([]*Partial, len(w.joins))
	err := parallel.Each(ctx, workers, len(w.joins), func(j int) error {
		var err error
		made[j], err = w.partial(j, groups[w.joins[j].stream])
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]*Partial, len(w.plans))
	for i := range w.plans {
		out[i] = made[w.joinOf[i]]
	}
	return out, nil
}

// groupSums takes the sums by group of one set of streams out of their table, hospital by hospital.
func (w *worker) groupSums(ctx context.Context, workers, stream int) (*groupSums, error) {
	s, d := w.sums[stream], w.streams[stream].plan.dims()
	base := slices.Repeat([]int{-1}, s.inGroups)
	for _, p := range w.paid {
		if p.stream == stream && p.base >= 0 && s.fund(p.column) < s.inGroups {
			base[s.fund(p.column)] = s.fund(w.paid[p.base].column)
		}
	}
	for _, q := range w.prices {
		if q.stream == stream && q.base >= 0 {
			base[s.points(q.column)] = s.points(w.prices[q.base].column)
		}
	}
	hospitals, cells := d.Schemes*d.Hospitals, d.Groups+1
	g := newGroupSums(s, base, hospitals*cells)
	return g, parallel.Each(ctx, workers, hospitals, func(i int) error {
		g.take(i*cells, (i+1)*cells)
		return nil
	})
}

// partial makes the partial of a join: its own sums, and those that they are told against.
func (w *worker) partial(j int, groups *groupSums) (*Partial, error) {
	at := w.joins[j]
	paid, price := &w.paid[at.paid], &w.prices[at.price]
	inPaid, inPrice := []int{paid.column}, []int{price.column}
	if paid.base >= 0 {
		inPaid = append(inPaid, w.paid[paid.base].column)
	}
	if price.base >= 0 {
		inPrice = append(inPrice, w.prices[price.base].column)
	}
	plan := w.plans[slices.Index(w.joinOf, j)]
	byGroup, err := groups.of(paid.column, price.column)
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", plan.Scenario.Name, err)
	}
	made, err := w.sums[at.stream].partial(plan.dims(), inPaid, inPrice, byGroup)
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", plan.Scenario.Name, err)
	}
	made.People, made.Outside, made.Netted = w.people[at.benefit], w.outside, w.netted
	return made, nil
}

// indicesOf returns what measures the indices of each partial: once for all that share their stays.
func indicesOf(partials []*Partial) []func() *settle.Indices {
	indices := make([]func() *settle.Indices, len(partials))
	for i, p := range partials {
		same := slices.IndexFunc(partials[:i], func(o *Partial) bool { return o.Tally.Groups.SameStays(&p.Tally.Groups) })
		if same >= 0 {
			indices[i] = indices[same]
			continue
		}
		indices[i] = sync.OnceValue(func() *settle.Indices { return settle.NewIndices(p.Tally) })
	}
	return indices
}
