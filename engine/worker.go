package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
)

// worker runs shards for a set of plans and keeps the sums. It owns its buffers and is used by one goroutine.
//
// It takes a batch of whole persons through one stage after the other: within a stage the claims do not depend on each
// other (but for a person's year), so that the processor waits for memory only once and not at each look-up.
type worker struct {
	*work
	sums   []*streamSums // by stream work
	people []*People     // by benefit work
	// Outside and netted count the claims that no plan settles.
	outside, netted Flow

	stages Stages

	batch   batch
	years   []benefit.Year    // by stretch
	persons []benefit.Persons // by order
	left    []benefit.Left    // by stretch
	present *benefit.Left     // of the present benefit
	visit   benefit.Visit
	heads   [][]head      // by order and person of the batch
	borne   []money.Fen   // by claim: what all claims up to it come to
	paying  []money.Fen   // by person: what the present benefit leaves to pay, or makes the person pay more
	base    []money.Fen   // what the first one does
	steps   []int32       // the step of that on the scale of burdens
	first   *benefit.Left // of the first benefit
	// mass is more than any sum of points and prices can be by now.
	mass uint64
	pricing
	other                 []money.Fen // of the present gain, by claim: the bits in which its columns differ from the first work's
	changed               []int32     // of the present price work: the stays that it makes more or less of
	paidGains, priceGains []gain      // by benefit work and by price work: what they add up
	rows                  []uint32    // of the claims of the present gain: where they, or their classes, are added up
	empty                 []money.Fen // zeros, by claim
}

// batchClaims is about how many claims a worker takes through the stages at a time: few enough for the cache.
const batchClaims = 1024

// newWorker makes a worker; groupFund tells whether the fund's part is added up by group too.
func newWorker(plans []*Plan, groupFund bool) *worker {
	w := &worker{work: newWork(plans)}
	w.batch.init(w.work)
	for i, s := range w.streams {
		w.sums = append(w.sums, newStreamSums(s.plan.dims(), w.paidPockets(i), w.priceColumns(i), groupFund))
	}
	for i, b := range w.benefits {
		people := newPeople(len(b.plan.Region.Schemes))
		people.told = w.against(i)
		w.people = append(w.people, people)
	}
	w.worth = make([]worth, len(w.prices))
	w.paidGains, w.priceGains = make([]gain, len(w.paid)), make([]gain, len(w.prices))
	for i := range w.stretches {
		s := &w.stretches[i]
		w.years = append(w.years, benefit.Year{Slots: make([]money.Fen, s.plan.Slots.Len())})
	}
	w.left = make([]benefit.Left, len(w.stretches))
	w.persons, w.heads = make([]benefit.Persons, len(w.orders)), make([][]head, len(w.orders))
	return w
}

// merge adds the sums of another worker for the same plans.
func (w *worker) merge(o *worker) error {
	for i, s := range w.sums {
		if err := s.merge(o.sums[i]); err != nil {
			return err
		}
	}
	for i, p := range w.people {
		if err := p.merge(o.people[i]); err != nil {
			return err
		}
	}
	if err := w.outside.merge(o.outside); err != nil {
		return err
	}
	return w.netted.merge(o.netted)
}

// run adds one shard to the sums.
func (w *worker) run(ctx context.Context, sh Shard) error {
	if sh.inRanges != nil {
		start := time.Now()
		return sh.inRanges(ctx, func(part Shard) error {
			w.stages.Load += time.Since(start)
			err := w.run(ctx, part)
			start = time.Now()
			return err
		})
	}
	for p := sh.Lo; p < sh.Hi; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		start := time.Now()
		p = w.batch.fill(sh, p, &w.outside, &w.netted)
		w.stages.Gather += time.Since(start)
		if err := w.settle(sh.Input); err != nil {
			return err
		}
	}
	return nil
}

// settle takes the present batch through all plans.
func (w *worker) settle(in *Input) error {
	start := time.Now()
	lap := func(spent *time.Duration) {
		now := time.Now()
		*spent += now.Sub(start)
		start = now
	}
	for i := range w.streams {
		if err := w.batch.locate(in, w.streams[i], w.sums[i], &w.batch.streams[i]); err != nil {
			return err
		}
	}
	lap(&w.stages.AddUp)
	w.chosen = -1
	for i := range w.persons {
		w.persons[i].Take(w.batch.visits[i].claims, w.batch.ends, nil)
		w.count(i)
	}
	for n := range w.stretches {
		if err := w.adjudicate(in, n); err != nil {
			return err
		}
		lap(&w.stages.Adjudicate)
		i := w.stretches[n].work
		if i < 0 {
			continue
		}
		if i == 0 {
			w.first = w.present
		}
		for k := range w.paid {
			if w.paid[k].benefit != i {
				continue
			}
			if err := w.movePaid(k); err != nil {
				return err
			}
		}
		w.burden(i)
		lap(&w.stages.AddUp)
		if err := w.priceAll(in, i); err != nil {
			return err
		}
		lap(&w.stages.Classify)
	}
	if err := w.priceAll(in, -1); err != nil {
		return err
	}
	lap(&w.stages.Classify)
	for i := range w.streams {
		if err := w.addUp(i); err != nil {
			return err
		}
	}
	lap(&w.stages.AddUp)
	return nil
}

// priceAll prices for the plans whose prices look at the outcome of one benefit work; -1 stands for those that look at none.
func (w *worker) priceAll(in *Input, benefit int) error {
	for k := range w.prices {
		if w.prices[k].benefit != benefit {
			continue
		}
		if err := w.price(in, k); err != nil {
			return err
		}
	}
	return nil
}

// adjudicate runs one stretch of benefit steps over the persons of the batch.
func (w *worker) adjudicate(in *Input, n int) error {
	s := &w.stretches[n]
	w.present = &w.left[n]
	if s.after < 0 {
		w.present.Follow(nil)
	} else {
		w.present.Follow(&w.left[s.after])
	}
	if err := w.persons[s.order].Adjudicate(s.programs, w.present, &w.years[n], &w.visit, nil, nil); err != nil {
		return fmt.Errorf("scenario %s: %s: %w", s.plan.Scenario.Name, in.name(w.visit.Row), err)
	}
	return nil
}
