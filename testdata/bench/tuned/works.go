package main

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A work is one of the comparison's.
type work struct {
	read      []column
	priced    bool // stays have points, and hospitals are paid by them
	borne     bool // persons' parts are worked out; otherwise they are as booked
	scenarios []scenario
}

var works = map[string]*work{
	"w1": {read: []column{hospital, scheme, group, settlement, gross, booked}, priced: true, scenarios: scenarios[:1]},
	"w2": {read: []column{person, hospital, scheme, admission, discharge, settlement, gross, nonCovered, referral, referredFrom},
		borne: true, scenarios: scenarios[:1]},
	"w3": {read: []column{person, hospital, scheme, group, admission, discharge, settlement, gross, nonCovered, referral, referredFrom},
		priced: true, borne: true, scenarios: scenarios},
}

// counts are all that is kept of claims.
type counts struct {
	*points
	*persons
}

// count goes through the claims on so many goroutines, which take batch after batch.
func (w *work) count(file *claimFile, r *region, threads int) (*counts, error) {
	parts, errs := make([]*counts, threads), make([]error, threads)
	var next atomic.Int64
	var all sync.WaitGroup
	for t := range threads {
		all.Go(func() { parts[t], errs[t] = w.countBatches(file, r, &next) })
	}
	all.Wait()
	for t := range threads {
		if errs[t] != nil {
			return nil, errs[t]
		}
		if t > 0 {
			parts[0].merge(parts[t])
		}
	}
	return parts[0], nil
}

func (c *counts) merge(o *counts) {
	if c.points != nil {
		c.points.merge(o.points)
	}
	if c.persons != nil {
		c.persons.merge(o.persons)
	}
}

// tableBytes bounds the memory that points and persons take from an arena.
func tableBytes(r *region) int {
	cells := len(r.sites) * len(r.schemes)
	return cells*int(unsafe.Sizeof(till{})+unsafe.Sizeof(cell{})) + len(r.groups)*int(unsafe.Sizeof(tariff{})) +
		len(r.schemes)*tiers*period*8 + (room+spill)*4 + 8*line
}

func (w *work) countBatches(file *claimFile, r *region, next *atomic.Int64) (c *counts, err error) {
	a := newArena(int(unsafe.Sizeof(block{})) + tableBytes(r))
	c = &counts{}
	s := newStays(a, file, w.read)
	if w.priced {
		c.points = newPoints(a, r)
	}
	if w.borne {
		asked := choices[:]
		if len(w.scenarios) == 1 {
			asked = choices[:1]
		}
		if c.persons, err = newPersons(a, r, asked); err != nil {
			return nil, err
		}
	}
	each := s.eachPiece
	if w.borne {
		each = s.eachOfWholePersons
	}
	for {
		at := int(next.Add(1)) - 1
		if at >= len(file.batches) {
			return c, nil
		}
		if err := each(at, func() { c.add(s) }); err != nil {
			return nil, err
		}
	}
}

func (c *counts) add(s *stays) {
	switch {
	case c.persons == nil:
		c.points.addBooked(s)
		return
	case c.points != nil:
		c.points.addAll(s)
	}
	c.persons.add(s)
}

// answer settles every scenario and prints what each hospital and scheme comes to.
func (w *work) answer(to io.Writer, r *region, c *counts) error {
	head := []string{"scenario", "hospital", "scheme", "claims", "gross"}
	if w.borne {
		head = append(head, "deductible", "coinsurance", "over_ceiling")
	}
	head = append(head, "fund")
	if w.priced {
		head = append(head, "points", "base", "paid")
	}
	order := make([]int, len(r.sites))
	for h := range order {
		order[h] = h
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(r.sites[a].place, r.sites[b].place) })
	out := append(make([]byte, 0, 64<<10), strings.Join(head, ",")+"\n"...)
	list, ids := make([]account, 0, len(order)), make([]string, 0, len(order))
	for _, sc := range w.scenarios {
		for s, name := range r.schemes {
			list, ids = list[:0], ids[:0]
			for _, h := range order {
				if a := c.account(h*len(r.schemes)+s, sc); a.stays > 0 {
					list, ids = append(list, a), append(ids, r.sites[h].id)
				}
			}
			if w.priced {
				settle(list, r.settled[s], sc.growth)
			}
			for i := range list {
				out = append(append(append(append(append(out, sc.name...), ','), ids[i]...), ','), name...)
				out = w.appendAccount(out, &list[i])
			}
			if _, err := to.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	return nil
}

func (w *work) appendAccount(out []byte, a *account) []byte {
	cells := append(make([]int64, 0, 9), a.stays, a.gross)
	if w.borne {
		cells = append(cells, a.deducted, a.coinsurance, a.excess)
	}
	cells = append(cells, a.fund)
	if w.priced {
		cells = append(cells, a.points, a.base, a.paid)
	}
	for _, n := range cells {
		out = strconv.AppendInt(append(out, ','), n, 10)
	}
	return append(out, '\n')
}

// account closes a cell in a scenario, before hospitals are paid.
func (c *counts) account(at int, sc scenario) (a account) {
	if c.persons != nil {
		a = c.persons.account(at, sc.choice)
	}
	if c.points != nil {
		t := &c.points.tills[at]
		if a.points = int64(t.points[sc.prices]); c.persons == nil {
			a.stays, a.gross, a.fund = int64(t.stays), int64(t.gross), int64(t.fund)
		}
	}
	return a
}
