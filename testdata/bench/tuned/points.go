package main

import "math/bits"

// priceSets are the prices that scenarios differ in: set p goes by list p%2 of same-price groups and by weight p/2 of the hospital.
const priceSets = 4

// A tariff is a group's row of what is asked of every stay: which costs are ordinary, span of them from least on, and what they
// are worth. It is half a line of the cache.
type tariff struct {
	least int64
	span  uint64
	base  uint64
	same  [2]int32 // -1 where the group is on the list
}

// A till has what the stays of a hospital and scheme come to. It fills one line of the cache.
type till struct {
	stays, gross, fund uint64 // where the fund's part is as booked
	weights            [2]uint32
	points             [priceSets]uint64
}

// points counts what stays are worth.
type points struct {
	region  *region
	tariffs []tariff
	tills   []till
	apart   *[room + spill]int32 // rows whose cost is out of the ordinary
}

func newPoints(a *arena, r *region) *points {
	p := &points{region: r, tariffs: carve[tariff](a, len(r.groups)), tills: carve[till](a, len(r.sites)*len(r.schemes)),
		apart: &carve[[room + spill]int32](a, 1)[0]}
	for i, g := range r.groups {
		t := &p.tariffs[i]
		if *t = (tariff{least: g.low + 1, span: uint64(g.high - g.low), base: uint64(g.base)}); g.base == 0 {
			t.span = 0
		}
		for list, same := range g.same {
			if same {
				t.same[list] = -1
			}
		}
	}
	for at := range p.tills {
		for form, weight := range r.sites[at/len(r.schemes)].weights {
			p.tills[at].weights[form] = uint32(weight)
		}
	}
	return p
}

// weighed is a group's base points times a weight, rounded.
func weighed(base uint64, weight uint32) uint64 { return (base*uint64(weight) + million/2) / million }

// addBooked adds stays at the baseline's prices, with what is booked of them.
func (p *points) addBooked(s *stays) {
	b, apart, n := s.block, p.apart, 0
	wide, tariffs, tills := int32(len(p.region.schemes)), p.tariffs, p.tills
	for i, cost := range b.gross[:s.n] {
		c, t := &tills[b.hospital[i]*wide+b.scheme[i]], &tariffs[b.group[i]]
		c.stays++
		c.gross += uint64(cost)
		c.fund += uint64(min(b.booked[i], cost))
		// Which costs are out of the ordinary cannot be foreseen: noting them without a branch is faster.
		_, ordinary := bits.Sub64(uint64(cost-t.least), t.span, 0)
		apart[n] = int32(i)
		n += int(1 - ordinary)
		base, same := t.base&-ordinary, uint64(t.same[0])
		c.points[0] += base&same | weighed(base, c.weights[0])&^same
	}
	p.addApart(s, apart[:n], 1)
}

// addAll adds stays at all prices.
func (p *points) addAll(s *stays) {
	b, apart, n := s.block, p.apart, 0
	wide, tariffs, tills := int32(len(p.region.schemes)), p.tariffs, p.tills
	for i, cost := range b.gross[:s.n] {
		c, t := &tills[b.hospital[i]*wide+b.scheme[i]], &tariffs[b.group[i]]
		_, ordinary := bits.Sub64(uint64(cost-t.least), t.span, 0)
		apart[n] = int32(i)
		n += int(1 - ordinary)
		base, same, more := t.base&-ordinary, uint64(t.same[0]), uint64(t.same[1])
		own, bounded := weighed(base, c.weights[0]), weighed(base, c.weights[1])
		c.points[0] += base&same | own&^same
		c.points[1] += base&more | own&^more
		c.points[2] += base&same | bounded&^same
		c.points[3] += base&more | bounded&^more
	}
	p.addApart(s, apart[:n], priceSets)
}

// addApart adds stays that cost little or much for their group, or have none.
func (p *points) addApart(s *stays, rows []int32, sets int) {
	b, wide := s.block, int32(len(p.region.schemes))
	for _, i := range rows {
		c, g := &p.tills[b.hospital[i]*wide+b.scheme[i]], &p.region.groups[b.group[i]]
		var last int64
		var worth uint64
		for set := range sets {
			k := int64(c.weights[set/2])
			if g.same[set%2] {
				k = million
			}
			if k != last { // most sets weigh the same
				last, worth = k, g.worth(b.gross[i], k, p.region.reference)
			}
			c.points[set] += worth
		}
	}
}

// worth is what a stay out of the ordinary is worth. A low one has base × k × cost / mean, a high one base × (k - over + cost / mean).
func (g *priced) worth(cost, k, reference int64) uint64 {
	if g.base == 0 {
		return uint64((cost*180*million + reference) / (2 * reference))
	}
	times, above := k*cost, million*cost-(g.over-k)*g.mean
	if cost > g.high {
		times = above
	}
	high, low := bits.Mul64(uint64(g.base), uint64(times))
	low, carry := bits.Add64(low, uint64(million/2*g.mean), 0)
	worth, _ := bits.Div64(high+carry, low, uint64(million*g.mean))
	return worth
}

func (p *points) merge(o *points) {
	for i := range o.tills {
		c, d := &p.tills[i], &o.tills[i]
		c.stays += d.stays
		c.gross += d.gross
		c.fund += d.fund
		for set := range c.points {
			c.points[set] += d.points[set]
		}
	}
}
