package engine

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// Flow counts rows and money on their way through a run.
type Flow struct {
	Rows int64
	Fen  money.Fen
}

func (f *Flow) add(rows int64, fen money.Fen) {
	f.Rows += rows
	f.Fen += fen
}

// merge adds another count. The sums fit: a shard's gross total is checked when it is loaded, and merged totals here.
func (f *Flow) merge(o Flow) error {
	var err error
	f.Rows += o.Rows
	f.Fen, err = money.Add(f.Fen, o.Fen)
	return err
}

// Partial is what a part of the claims contributes to one plan: integers whose zero value is the identity of Merge, and
// whose merging is exact. It is the only bridge from claims to settlement.
type Partial struct {
	Tally  *settle.Tally
	People *People
	// Settled, Outside and Netted part the kept claims: those of the year, those of other years, and reversals with the
	// claims that they reverse (whose money cancels).
	Settled, Outside, Netted Flow

	own bool // no other partial shares People or the sums by group
}

// NewPartial makes the empty partial of a plan.
func (p *Plan) NewPartial() *Partial {
	return &Partial{Tally: settle.NewTally(p.dims()), People: newPeople(len(p.Region.Schemes)), own: true}
}

// dims are the sizes of a plan's tallies.
func (p *Plan) dims() settle.Dims {
	return settle.Dims{
		Streams:   len(p.Settlement.Streams()),
		Classes:   len(p.Classes),
		Schemes:   len(p.Region.Schemes),
		Hospitals: len(p.Region.Hospitals),
		Counties:  len(p.Region.Counties) + 1,
		Groups:    len(p.Scope.Groups),
	}
}

// Merge adds another partial of the same plan. What other partials may share is not changed by it: the first time, p gets a copy. On
// an error p is of no more use.
func (p *Partial) Merge(o *Partial) error {
	if !p.own {
		p.Tally.Own()
		p.People, p.own = p.People.clone(), true
	}
	if err := p.Tally.Merge(o.Tally); err != nil {
		return err
	}
	if err := p.People.merge(o.People); err != nil {
		return err
	}
	for _, f := range []struct{ a, b *Flow }{{&p.Settled, &o.Settled}, {&p.Outside, &o.Outside}, {&p.Netted, &o.Netted}} {
		if err := f.a.merge(*f.b); err != nil {
			return fmt.Errorf("merging counts: %w", err)
		}
	}
	return nil
}
