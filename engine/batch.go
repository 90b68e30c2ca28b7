package engine

import (
	"fmt"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/settle"
)

// batch is a run of whole persons on their way through the stages. Claims of other years and netted reversals are not in
// it, and neither are persons without claims of the year.
type batch struct {
	visits  []visits // by order
	ends    []int32  // by person: where the claims end
	streams []located

	first, last claims.Date // of the year
	months      [366]uint8  // by day of the year: the month, from 0
}

// visits are the claims of a batch, each person's in one order.
type visits struct {
	order  policy.Order
	claims []claims.Claim
}

// located tells for one set of streams where each claim is added up, and holds what the stages have for it.
type located struct {
	places []cellPlace
	width  int
	moved  []int64 // width columns to a claim, see layout
}

// row returns what is to be added up for a claim.
func (l *located) row(k int) []int64 { return l.moved[k*l.width:][:l.width:l.width] }

// cellPlace holds the numbers of a claim's cells. Site is that of its scheme and hospital; group is negative where the stream needs
// no price.
type cellPlace struct{ cell, home, group, site int32 }

func (b *batch) init(w *work) {
	year := w.plans[0].Year
	b.visits, b.streams = make([]visits, len(w.orders)), make([]located, len(w.streams))
	b.first, b.last = claims.DateOf(year, time.January, 1), claims.DateOf(year, time.December, 31)
	for d := b.first; d <= b.last; d++ {
		b.months[d-b.first] = uint8(d.Month() - 1)
	}
	for i, o := range w.orders {
		b.visits[i].order = o
	}
}

// fill takes persons of a shard from p on into the batch and returns the first that it left.
func (b *batch) fill(sh Shard, p int, outside, netted *Flow) int {
	cs := b.visits[0].claims[:0]
	b.ends = b.ends[:0]
	for p < sh.Hi && len(cs) < batchClaims {
		lo := len(cs)
		cs = sh.Input.person(p, cs)
		cs = cs[:lo+len(sh.Input.net(cs[lo:], netted))]
		kept := lo
		for i := lo; i < len(cs); i++ {
			if d := cs[i].Settlement; d < b.first || d > b.last {
				outside.add(1, cs[i].Gross)
				continue
			}
			if kept != i {
				cs[kept] = cs[i]
			}
			kept++
		}
		cs = cs[:kept]
		if kept > lo {
			b.ends = append(b.ends, int32(kept))
		}
		p++
	}
	b.visits[0].claims = cs
	for i := range b.visits {
		if i > 0 {
			b.visits[i].claims = append(b.visits[i].claims[:0], cs...)
		}
	}
	for i := range b.visits {
		v := &b.visits[i]
		lo := int32(0)
		for _, hi := range b.ends {
			if hi-lo > 1 {
				sh.Input.sortVisits(v.claims[lo:hi], v.order)
			}
			lo = hi
		}
	}
	return p
}

// locate finds the cells of each claim of the batch for one set of streams.
func (b *batch) locate(in *Input, s streamWork, to *located) error {
	cs := b.visits[s.order].claims
	to.places, to.moved = sized(to.places, len(cs)), sized(to.moved, len(cs)*to.width)
	unpriced := false
	d := s.plan.dims()
	lookup, streams := s.plan.Settlement.Lookup(), s.plan.Settlement.Streams()
	for i := range cs {
		c := &cs[i]
		stream := lookup.Find(c)
		if stream < 0 || c.Hospital < 0 {
			return b.unplaced(in, s.plan, c)
		}
		site := c.Scheme()*d.Hospitals + int(c.Hospital)
		county := int(c.County)
		if county < 0 {
			county = d.Counties - 1
		}
		group := int32(-1)
		if streams[stream].Method.Priced() {
			g := int(c.Group)
			if g < 0 {
				g = d.Groups
			}
			group = int32(site*(d.Groups+1) + g)
		} else {
			unpriced = true
		}
		to.places[i] = cellPlace{
			cell:  int32((stream*d.Schemes*d.Hospitals+site)*settle.Months + int(b.months[c.Settlement-b.first])),
			home:  int32(((stream*d.Schemes+c.Scheme())*d.Counties+county)*d.Hospitals + int(c.Hospital)),
			group: group,
			site:  int32(site),
		}
	}
	if unpriced {
		clear(to.moved) // of these, no price work says anything
	}
	return nil
}

func (b *batch) unplaced(in *Input, p *Plan, c *claims.Claim) error {
	name := in.name(c.Row)
	if c.Hospital < 0 {
		return fmt.Errorf("scenario %s: %s: its hospital %q is not of the region", p.Scenario.Name, name, in.Table.Hospital.At(int(c.Row)))
	}
	return fmt.Errorf("scenario %s: %s (%s, %s) belongs to no payment stream; settle.streams needs a row for it",
		p.Scenario.Name, name, c.Setting(), p.Scope.Schemes[c.Scheme()])
}
