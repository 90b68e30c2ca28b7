package engine

import (
	"context"
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
)

// worker runs shards for a set of plans and keeps the sums. It owns its buffers and is used by one goroutine.
type worker struct {
	*work
	parts []*Partial // by priceWork.partial

	visits  [][]claims.Claim // by order: one person's claims of the year
	pockets []benefit.Pockets
	years   []benefit.Year // by benefitWork
	visit   benefit.Visit
	stays   []drg.Stay
	priced  []drg.Priced
	at      []int // by stay: position of its claim
	paid    []money.Fen
	counted Flow // netted pairs of the present person
}

func newWorker(plans []*Plan) *worker {
	w := &worker{work: newWork(plans)}
	for _, b := range w.benefits {
		w.years = append(w.years, benefit.Year{Slots: make([]money.Fen, b.plan.Slots.Len())})
		for _, p := range b.prices {
			w.parts = append(w.parts, p.plan.NewPartial())
		}
	}
	w.visits = make([][]claims.Claim, len(w.orders))
	return w
}

// partials returns one partial per plan; plans that share all work share theirs.
func (w *worker) partials() []*Partial {
	out := make([]*Partial, len(w.plans))
	for i, at := range w.partialOf {
		out[i] = w.parts[at]
	}
	return out
}

func (w *worker) merge(o *worker) error {
	for i, p := range w.parts {
		if err := p.Merge(o.parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// run adds one shard to the sums.
func (w *worker) run(ctx context.Context, sh Shard) error {
	for p := sh.Lo; p < sh.Hi; p++ {
		if p&1023 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := w.person(sh.Input, p); err != nil {
			return err
		}
	}
	return nil
}

// person takes one person's claims through all plans.
func (w *worker) person(in *Input, p int) error {
	var outside, netted Flow
	kept := in.yearOf(p, w.plans[0].Year, w.visits[0][:0], &outside, &netted)
	w.visits[0] = kept
	for _, part := range w.parts {
		part.Outside.add(outside.Rows, outside.Fen)
		part.Netted.add(netted.Rows, netted.Fen)
	}
	if len(kept) == 0 {
		return nil
	}
	for i, order := range w.orders {
		if i > 0 {
			w.visits[i] = append(w.visits[i][:0], kept...)
		}
		in.sortVisits(w.visits[i], order)
	}
	for i := range w.benefits {
		if err := w.adjudicate(in, i); err != nil {
			return err
		}
	}
	return nil
}

// adjudicate runs one set of benefit rules over the present person, and then each set of prices over its outcome.
func (w *worker) adjudicate(in *Input, i int) error {
	b := &w.benefits[i]
	cs := w.visits[b.order]
	w.pockets = w.pockets[:0]
	choose := func(c *claims.Claim) (*benefit.Program, int) {
		return b.plan.At(b.plan.priceDate(c)).Program, b.plan.Year
	}
	err := benefit.Person(cs, &w.years[i], &w.visit, choose, nil, func(v *benefit.Visit) error {
		w.pockets = append(w.pockets, v.Pockets)
		return nil
	})
	if err != nil {
		return fmt.Errorf("scenario %s: claim %s: %w", b.plan.Scenario.Name, in.Table.ClaimID.At(int(w.visit.Row)), err)
	}
	w.people(i, cs)
	for _, price := range b.prices {
		if err := w.price(in, price, cs); err != nil {
			return err
		}
	}
	return nil
}

// people counts what the present person pays under one set of benefit rules, in itself and against the baseline. A
// person who changed scheme in the year counts under the scheme of the first visit.
func (w *worker) people(i int, cs []claims.Claim) {
	var gross, paid money.Fen
	for j := range w.pockets {
		gross += cs[j].Gross
		paid += w.pockets[j].Person()
	}
	if i == 0 {
		w.paid = append(w.paid[:0], paid)
	}
	scheme := cs[0].Scheme()
	for _, price := range w.benefits[i].prices {
		people := w.parts[price.partial].People
		people.Schemes[scheme].add(gross, paid)
		people.Against[scheme].add(w.paid[0], paid)
	}
}

// price classifies and prices the present person's claims for one plan and adds everything up.
func (w *worker) price(in *Input, pw priceWork, cs []claims.Claim) error {
	part := w.parts[pw.partial]
	lookup, streams := pw.plan.Settlement.Lookup(), pw.plan.Settlement.Streams()
	for v := range pw.plan.Versions {
		version := &pw.plan.Versions[v]
		w.stays, w.at = w.stays[:0], w.at[:0]
		for i := range cs {
			c := &cs[i]
			if len(pw.plan.Versions) > 1 && pw.plan.At(pw.plan.priceDate(c)) != version {
				continue
			}
			stream := lookup.Find(c)
			if stream < 0 {
				return fmt.Errorf("scenario %s: claim %s (%s, %s) belongs to no payment stream; settle.streams needs a row for it",
					pw.plan.Scenario.Name, in.Table.ClaimID.At(int(c.Row)), c.Setting(), pw.plan.Scope.Schemes[c.Scheme()])
			}
			if !streams[stream].Method.Priced() {
				if err := part.add(c, &w.pockets[i], stream, nil, 0); err != nil {
					return err
				}
				continue
			}
			w.stays = append(w.stays, newStay(c, &w.pockets[i]))
			w.at = append(w.at, i<<16|stream)
		}
		if err := w.priceStays(in, part, version, pw.plan); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) priceStays(in *Input, part *Partial, version *Version, plan *Plan) error {
	if len(w.stays) == 0 {
		return nil
	}
	if n := len(w.stays); cap(w.priced) < n {
		w.priced = make([]drg.Priced, 2*n)
	}
	w.priced = w.priced[:len(w.stays)]
	clear(w.priced)
	if err := version.Pricer.Price(w.stays, w.priced); err != nil {
		return fmt.Errorf("scenario %s: person of claim %s: %w", plan.Scenario.Name, in.Table.ClaimID.At(int(w.stays[0].Row)), err)
	}
	for k := range w.stays {
		i, stream := w.at[k]>>16, w.at[k]&0xffff
		if err := part.add(w.stays[k].Claim, &w.pockets[i], stream, &w.priced[k], version.classes[w.priced[k].Class]); err != nil {
			return err
		}
	}
	return nil
}
