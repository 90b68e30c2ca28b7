package main

import (
	"fmt"
	"math"
)

// A state tells how far a person has come when a stay begins: how many levels of the episode's deductible are full, and
// whether the episode is a later one of the year. From levelled on, the levels are partly filled, and rooms tell how far.
const (
	again    = 4
	states   = 8
	levelled = 8
)

// period is how many fen of a cost tell what rounding takes from it: all deductibles are multiples of it, and all shares of
// 1000/period thousandths.
const period = 200

// A cell has the stays of a hospital and scheme whose episodes are not levelled. It fills one line of the cache.
type cell struct {
	gross, open int64
	// rests are what is left of (open × share + 500) after division by 1000: that of the first form below, of the other above.
	rests uint64
	met   [states]uint32
	cheap uint32 // less than this may be less than the deductible
	share uint16 // the highest of the cell's ratios
	class uint8  // scheme and tier
	tier  uint8
}

// An exact cell has what is counted stay by stay, and the rests of many batches.
type exact struct {
	stays, open int64
	deducted    [forms]int64
	fund        [forms][forms]int64 // by the forms of the deductible and of the ratio
	rests       [forms]int64
	excess      [len(choices)]int64 // what is above the ceiling
}

// persons counts what each person pays.
type persons struct {
	region   *region
	choices  []choice
	cells    []cell
	exact    []exact
	rests    [][period]uint64 // by class of cells, and by cost
	benefits []*benefit       // by scheme
	full     []int64          // by scheme, in thousandths: no ceiling is reached by less
	rooms    [forms]rooms
	seen     int32 // the last person whose excess has been counted
}

func newPersons(a *arena, r *region, asked []choice) (*persons, error) {
	n := len(r.sites) * len(r.schemes)
	p := &persons{region: r, choices: asked, seen: -1,
		cells: carve[cell](a, n), exact: make([]exact, n), rests: carve[[period]uint64](a, len(r.schemes)*tiers)}
	for s, name := range r.schemes {
		b := benefits[name]
		if b == nil {
			return nil, fmt.Errorf("no rules for the scheme %q", name)
		}
		p.benefits = append(p.benefits, b)
		full := int64(math.MaxInt64)
		for _, c := range asked {
			full = min(full, 1000*b.ceilings[c.ceilings])
		}
		p.full = append(p.full, full)
		for tier := range tiers {
			rests := &p.rests[s*tiers+tier]
			for fen := range period {
				for form := range forms {
					rests[fen] |= uint64((int64(fen)*b.shares[form][tier]+500)%1000) << (32 * form)
				}
			}
		}
		for h, site := range r.sites {
			c := &p.cells[h*len(r.schemes)+s]
			c.class = uint8(s*tiers + site.tier)
			c.share = uint16(max(b.shares[0][site.tier], b.shares[1][site.tier]))
			c.cheap = uint32(max(amounts[0][site.tier], amounts[1][site.tier]))
			c.tier = uint8(site.tier)
		}
	}
	return p, nil
}

// add counts whole persons' stays, which stand in order.
func (p *persons) add(s *stays) {
	b, wide, cells, rests, full := s.block, int32(len(p.benefits)), p.cells, p.rests, p.full
	person, hospital, left, state, most := int32(-1), int32(-1), int32(0), 0, int64(0)
	for i, cost := range b.gross[:s.n] {
		at := int(b.hospital[i]*wide + b.scheme[i])
		c := &cells[at]
		open := max(cost-b.nonCovered[i], 0)
		// Where episodes and persons begin cannot be foreseen: masks, which are all ones there, are faster than branches.
		apart := int(window-b.admission[i]+left) >> 63
		other := -int(uint32(b.person[i]^person)) >> 63
		state = state&^apart | again&apart
		if b.referral[i] != 0 && !p.cameFrom(b.referredFrom[i], hospital) {
			state = again
		}
		state &^= other
		person, hospital, left = b.person[i], b.hospital[i], b.discharge[i]
		most = most&^int64(other) + open*int64(c.share) + 500
		c.gross += cost
		if open < int64(c.cheap) || state >= levelled {
			state = p.addLevelled(at, state, open)
		} else {
			c.open += open
			c.rests += rests[c.class][uint64(open)%period]
			c.met[state&(states-1)]++
			up := state&again + int(c.tier) + 1 - state
			state += up &^ (up >> 63)
		}
		if most > full[b.scheme[i]] && person != p.seen {
			p.addExcess(s, i)
		}
	}
	p.settleRests()
}

// cameFrom tells whether a referral, where it says whence, says that the person came from the hospital of the stay before.
func (p *persons) cameFrom(from, hospital int32) bool {
	return from < 0 || p.region.from[from] == hospital
}

// addLevelled counts a stay of an episode with a stay that cost less than the deductible.
func (p *persons) addLevelled(at, state int, open int64) int {
	tier := int(p.cells[at].tier)
	if state < levelled {
		for form := range p.rooms {
			p.rooms[form] = roomsOf(form, state < again, state%again)
		}
	}
	e := &p.exact[at]
	e.stays++
	e.open += open
	shares := &p.benefits[at%len(p.benefits)].shares
	for form := range forms {
		deducted := p.rooms[form].take(open, tier)
		e.deducted[form] += deducted
		for ratio := range forms {
			e.fund[form][ratio] += shared(open-deducted, shares[ratio][tier])
		}
	}
	return levelled
}

// addExcess goes through all stays of the person of stay i and counts what is above the ceiling.
func (p *persons) addExcess(s *stays, i int) {
	first, end := i, i+1
	for first > 0 && s.person[first-1] == s.person[i] {
		first--
	}
	for end < s.n && s.person[end] == s.person[i] {
		end++
	}
	p.seen = s.person[i]
	var years [len(choices)]int64
	levels := [forms]rooms{roomsOf(0, true, 0), roomsOf(1, true, 0)}
	for i := first; i < end; i++ {
		if i > first && (s.admission[i]-s.discharge[i-1] > window ||
			s.referral[i] != 0 && !p.cameFrom(s.referredFrom[i], s.hospital[i-1])) {
			levels = [forms]rooms{roomsOf(0, false, 0), roomsOf(1, false, 0)}
		}
		at, b := int(s.hospital[i])*len(p.benefits)+int(s.scheme[i]), p.benefits[s.scheme[i]]
		tier, open := int(p.cells[at].tier), max(s.gross[i]-s.nonCovered[i], 0)
		var left [forms]int64
		for form := range forms {
			left[form] = open - levels[form].take(open, tier)
		}
		for k, c := range p.choices {
			fund, ceiling := shared(left[c.amounts], b.shares[c.shares][tier]), b.ceilings[c.ceilings]
			p.exact[at].excess[k] += fund - (min(years[k]+fund, ceiling) - min(years[k], ceiling))
			years[k] += fund
		}
	}
}

// settleRests empties the two halves of the cells' rests before they could overflow.
func (p *persons) settleRests() {
	for i := range p.cells {
		c := &p.cells[i]
		for form := range forms {
			p.exact[i].rests[form] += int64(c.rests >> (32 * form) & (1<<32 - 1))
		}
		c.rests = 0
	}
}

func (p *persons) merge(o *persons) {
	for i := range o.cells {
		c, d := &p.cells[i], &o.cells[i]
		c.gross += d.gross
		c.open += d.open
		for k, n := range d.met {
			c.met[k] += n
		}
		e, f := &p.exact[i], &o.exact[i]
		e.stays += f.stays
		e.open += f.open
		for form := range forms {
			e.rests[form] += f.rests[form]
			e.deducted[form] += f.deducted[form]
			for ratio := range forms {
				e.fund[form][ratio] += f.fund[form][ratio]
			}
		}
		for k, fen := range f.excess {
			e.excess[k] += fen
		}
	}
}
