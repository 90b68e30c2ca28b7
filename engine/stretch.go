package engine

import (
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/policy"
)

// stretch is a part of the benefit steps that the plans of one or more benefit works have in common, from the step at which
// the stretch before it ended. Scenarios that change one step share all that comes before it: the stretches are a tree, whose
// leaves are the works.
type stretch struct {
	plan     *Plan
	programs benefit.Programs // by version of the plan
	order    int              // position in work.orders
	work     int              // the benefit work that ends here; -1 where others go on
	after    int              // the stretch from which it goes on; -1 for none
}

// stretches lays out the tree of some benefit works. A stretch follows the one that it goes on from, and the works come in
// their order as far as the tree allows: the first work is the first leaf.
func stretches(works []benefitWork) []stretch {
	b := &stretchBuilder{works: works}
	all := make([]int, len(works))
	for i := range works {
		all[i] = i
	}
	for _, alike := range parted(all, b.alike) {
		b.add(alike, 0, -1)
	}
	return b.out
}

type stretchBuilder struct {
	works []benefitWork
	out   []stretch
}

// parted puts what is the same into one list, in the order in which it first occurs.
func parted(list []int, same func(a, b int) bool) [][]int {
	var parts [][]int
next:
	for _, i := range list {
		for k := range parts {
			if same(parts[k][0], i) {
				parts[k] = append(parts[k], i)
				continue next
			}
		}
		parts = append(parts, []int{i})
	}
	return parts
}

// alike tells whether two works may share steps at all: their rules change on the same days, are chosen by the same date
// and see the visits in the same order.
func (b *stretchBuilder) alike(i, k int) bool {
	p, q := b.works[i].plan, b.works[k].plan
	return slices.EqualFunc(p.Versions, q.Versions, func(v, w Version) bool {
		return v.From == w.From && v.Rules.PriceDate == w.Rules.PriceDate && v.Rules.Order == w.Rules.Order && v.Rules.Round == w.Rules.Round
	})
}

// sameStep tells whether two works have the same step at a position, in all versions.
func (b *stretchBuilder) sameStep(i, k, at int) bool {
	return slices.EqualFunc(b.works[i].plan.Versions, b.works[k].plan.Versions, func(v, w Version) bool {
		x, y := v.Rules.Benefit, w.Rules.Benefit
		return at < len(x) && at < len(y) && x[at].ID == y[at].ID && x[at].Kind == y[at].Kind && equalValues(x[at].When, y[at].When) && equalValues(x[at].Params, y[at].Params)
	})
}

func equalValues(v, w *policy.Value) bool { return v == w || v.Equal(w) }

// add lays out works that have all steps before from in common, and go on from the stretch after.
func (b *stretchBuilder) add(works []int, from, after int) {
	if len(works) == 1 {
		b.append(stretch{work: works[0], after: after}, works[0], from, b.steps(works[0]))
		return
	}
	to := b.shared(works, from)
	parts := parted(works, func(i, k int) bool { return b.sameStep(i, k, to) })
	if to > from {
		b.append(stretch{work: -1, after: after}, works[0], from, to)
		after = len(b.out) - 1
	}
	if len(parts) == 1 {
		// Nothing further can be cut off for all of them.
		parts = parted(works, func(i, k int) bool { return i == k })
	}
	for _, part := range parts {
		b.add(part, to, after)
	}
}

// shared returns the step up to which works that have all steps before from in common can share theirs.
func (b *stretchBuilder) shared(works []int, from int) int {
	to := from
	for !slices.ContainsFunc(works[1:], func(i int) bool { return !b.sameStep(works[0], i, to) }) {
		to++
	}
	// What steps remember must not be shared across the cut.
	for to > from && slices.ContainsFunc(works, func(i int) bool { return !b.divisible(i, to) }) {
		to--
	}
	return to
}

// differing returns the pockets in which some benefit work can leave other amounts than the first one.
func differing(works []benefitWork, work int) benefit.PocketSet {
	b, from := &stretchBuilder{works: works}, 0
	if b.alike(0, work) {
		from = b.shared([]int{0, work}, 0)
	}
	return works[0].plan.touched(from) | works[work].plan.touched(from)
}

// touched are the pockets that the benefit steps of a plan can change from one on.
func (p *Plan) touched(from int) benefit.PocketSet {
	var set benefit.PocketSet
	for i := range p.Versions {
		set |= p.Versions[i].Program.Touched(from)
	}
	return set
}

func (b *stretchBuilder) append(s stretch, first, from, to int) {
	w := &b.works[first]
	s.plan, s.order = w.plan, w.order
	for i := range w.plan.Versions {
		s.programs.List = append(s.programs.List, w.plan.Versions[i].Program.Stretch(from, to))
	}
	s.programs.Of = w.plan.versionOf
	b.out = append(b.out, s)
}

// steps is one more than the last position at which some version of a work has a step.
func (b *stretchBuilder) steps(i int) int {
	n := 0
	for _, v := range b.works[i].plan.Versions {
		n = max(n, v.Program.Len())
	}
	return n
}

func (b *stretchBuilder) divisible(i, at int) bool {
	programs := make([]*benefit.Program, 0, 4)
	for _, v := range b.works[i].plan.Versions {
		programs = append(programs, v.Program)
	}
	return benefit.Divisible(programs, at)
}
