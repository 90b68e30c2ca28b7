package engine

import (
	"fmt"
	"slices"
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
	known   int      // how many of the first order's claims, and of those in the room behind them, are from a table with these columns
	second  second
	without absent
	streams []located

	first []uint8 // by claim: 1 where a person's begin
	late  []int32 // claims that do not stand behind the one before them

	begins, last claims.Date // of the year
	months       [366]uint8  // by day of the year: the month, from 0
}

// visits are the claims of a batch, each person's in one order.
type visits struct {
	order  policy.Order
	claims []claims.Claim
}

// located tells for one set of streams where each claim is added up: where its rows begin in the tables of sums, and the number of its
// scheme and hospital. The row of groups of a claim that needs no price is one behind the others, which nobody reads.
type located struct {
	cells, homes, groups []uint32
	sites                []int32
	days                 []int64
	unpriced             uint32 // the row of groups of claims that need no price
	some                 bool   // there are such claims
}

func (b *batch) init(w *work) {
	year := w.plans[0].Year
	b.visits, b.streams = make([]visits, len(w.orders)), make([]located, len(w.streams))
	b.begins, b.last = claims.DateOf(year, time.January, 1), claims.DateOf(year, time.December, 31)
	for d := b.begins; d <= b.last; d++ {
		b.months[d-b.begins] = uint8(d.Month() - 1)
	}
	for i, o := range w.orders {
		b.visits[i].order = o
	}
}

// fill takes persons of a shard from p on into the batch and returns the first that it left.
func (b *batch) fill(sh Shard, p int, outside, netted *Flow) int {
	if sh.Input.plain() {
		p = b.fillRows(sh, p, outside)
	} else {
		p = b.fillPersons(sh, p, outside, netted)
	}
	cs := b.visits[0].claims
	for i := range b.visits {
		if i > 0 {
			b.visits[i].claims = append(b.visits[i].claims[:0], cs...)
		}
	}
	for i := range b.visits {
		b.sort(sh.Input, &b.visits[i])
	}
	return p
}

// sort puts each person's visits into their order. Most files hold them so: then a loop over all visits finds that none comes on the day
// of the one before it or earlier.
func (b *batch) sort(in *Input, v *visits) {
	n := len(v.claims)
	b.first, b.late = sized(b.first, n+1), sized(b.late, n+1)
	first, late, to := b.first, b.late, 0
	clear(first)
	first[0] = 1
	for _, end := range b.ends {
		first[end] = 1
	}
	before := int64(0)
	for i := range v.claims {
		day := int64(v.order.Day(&v.claims[i]))
		late[to] = int32(i)
		to += int(uint64(day-before-1)>>63) &^ int(first[i])
		before = day
	}
	done := int32(0)
	for _, i := range late[:to] {
		if i < done {
			continue
		}
		k, _ := slices.BinarySearch(b.ends, i+1)
		lo := int32(0)
		if k > 0 {
			lo = b.ends[k-1]
		}
		done = b.ends[k]
		in.sortVisits(v.claims[lo:done], v.order)
	}
}

// fillPersons fills the batch person by person.
func (b *batch) fillPersons(sh Shard, p int, outside, netted *Flow) int {
	cs := b.visits[0].claims[:0]
	b.ends, b.known = b.ends[:0], 0
	for ; p < sh.Hi && len(cs) < batchClaims; p++ {
		lo := len(cs)
		cs = sh.Input.person(p, cs)
		cs = cs[:lo+len(sh.Input.net(cs[lo:], netted))]
		cs = b.ofYear(cs, lo, len(cs), lo, outside)
	}
	b.visits[0].claims = cs
	return p
}

// fillRows fills the batch with the rows as they stand, where each person's stand together and all take part.
func (b *batch) fillRows(sh Shard, p int, outside *Flow) int {
	in := sh.Input
	starts := in.starts[:sh.Hi+1]
	from, first := p, starts[p]
	for p < sh.Hi && starts[p]-first < batchClaims {
		p++
	}
	last := starts[p]
	n, second := int(last-first), secondOf(in.Table)
	if cap(b.visits[0].claims) < n || b.second != second {
		b.known, b.second = 0, second
	}
	cs := sized(b.visits[0].claims, n)
	in.bound.claims(first, cs, b.known, &b.without)
	b.known = max(b.known, n)
	b.ends = b.ends[:0]
	if b.allOfYear(in.Table.Settlement[first:last]) {
		for q := from + 1; q <= p; q++ {
			if starts[q] > starts[q-1] {
				b.ends = append(b.ends, starts[q]-first)
			}
		}
	} else {
		kept := cs[:0]
		for q := from; q < p; q++ {
			kept = b.ofYear(cs, int(starts[q]-first), int(starts[q+1]-first), len(kept), outside)
		}
		cs = kept
	}
	b.visits[0].claims = cs
	return p
}

// allOfYear tells whether no day lies outside the year.
func (b *batch) allOfYear(days []claims.Date) bool {
	for _, d := range days {
		if d < b.begins || d > b.last {
			return false
		}
	}
	return true
}

// ofYear keeps of the claims lo to hi, which are one person's, those of the year, at place to and behind it, and notes where they end.
func (b *batch) ofYear(cs []claims.Claim, lo, hi, to int, outside *Flow) []claims.Claim {
	kept := to
	for i := lo; i < hi; i++ {
		if d := cs[i].Settlement; d < b.begins || d > b.last {
			outside.add(1, cs[i].Gross)
			continue
		}
		if kept != i {
			cs[kept] = cs[i]
		}
		kept++
	}
	if kept > to {
		b.ends = append(b.ends, int32(kept))
	}
	return cs[:kept]
}

// locate finds the rows of each claim of the batch for one set of streams.
func (b *batch) locate(in *Input, s streamWork, sums *streamSums, to *located) error {
	cs := b.visits[s.order].claims
	if err := sums.fit(); err != nil {
		return fmt.Errorf("scenario %s: %w", s.plan.Scenario.Name, err)
	}
	to.cells, to.homes, to.groups = sized(to.cells, len(cs)), sized(to.homes, len(cs)), sized(to.groups, len(cs))
	to.sites, to.days = sized(to.sites, len(cs)), sized(to.days, len(cs))
	to.some, to.unpriced = false, uint32(len(sums.groups.sums)-sums.groups.width)
	cells, homes, groups, sites, days := to.cells, to.homes, to.groups, to.sites, to.days
	d := s.plan.dims()
	lookup, streams := s.plan.Settlement.Lookup(), s.plan.Settlement.Streams()
	perSite, ofCell, ofHome, ofGroup := d.Groups+1, sums.cells.width, sums.homes.width, sums.groups.width
	for i := range cs {
		c := &cs[i]
		stream := lookup.Find(c)
		if stream < 0 || c.Hospital < 0 {
			return b.unplaced(in, s.plan, c)
		}
		scheme, hospital := c.Scheme(), int(c.Hospital)
		site := scheme*d.Hospitals + hospital
		county := int(c.County)
		if county < 0 {
			county = d.Counties - 1
		}
		group := to.unpriced
		if streams[stream].Method.Priced() {
			g := int(c.Group)
			if g < 0 {
				g = d.Groups
			}
			group = uint32((site*perSite + g) * ofGroup)
		} else {
			to.some = true
		}
		cell := (stream*d.Schemes*d.Hospitals+site)*settle.Months + int(b.months[c.Settlement-b.begins])
		home := ((stream*d.Schemes+scheme)*d.Counties+county)*d.Hospitals + hospital
		cells[i], homes[i], groups[i] = uint32(cell*ofCell), uint32(home*ofHome), group
		sites[i], days[i] = int32(site), int64(c.Days())
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
