package benefit

import (
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Persons are the visits of some persons on their way through the steps, and what the rules ask of the visits that does not
// depend on any rule: it is worked out once for all programs that they go through.
type Persons struct {
	Claims []claims.Claim // each person's in the order of the law
	Ends   []int32        // by person: where the claims end and those of the next begin

	years    []int32     // by claim; nil when all are of one year
	past     []past      // by claim, once they were asked for
	others   []money.Fen // by claim, once they were asked for: 0 for a person's first visit, all ones for the others
	none     []money.Fen // by claim: 0
	combined []combined
	linked   []linked
	served   []served
	kinds    map[*loop]int // positions in served, of all loops seen so far
	found    []int32       // claims that the present step looks at again
	sweep    sweep
	pockets  Pockets // of the present visit, where visits are looked at one by one
}

// past is what came before a visit in the person's year.
type past struct {
	visits  int32       // of any kind
	stay    int32       // position of the last inpatient stay; -1 when there was none
	offline claims.Date // settlement of the last visit that was not an internet visit; NoDate when there was none
}

// combined are the combinations of facts of all visits, for the choices that ask for the same facts.
type combined struct {
	of *choices
	at []uint32
}

// linked tells how each visit hangs on the last stay before it, by one rule of referral.
type linked struct {
	by    *referral // nil when this is of other visits
	links []link
}

// served are the rows of a step that serve the visits, shared by all steps that choose alike.
type served struct {
	by   *loop // the first of the steps
	of   *choices
	made bool // for the present visits
	rows []int32
}

// Take begins with other visits. year tells the year in whose memory a visit counts; nil means that all are of one year.
func (p *Persons) Take(cs []claims.Claim, ends []int32, year func(*claims.Claim) int) {
	p.Claims, p.Ends, p.years = cs, ends, nil
	for i := range p.combined {
		p.combined[i].of = nil
	}
	for i := range p.linked {
		p.linked[i].by = nil
	}
	for i := range p.served {
		p.served[i].made = false
	}
	if year != nil {
		p.years = make([]int32, len(cs))
		for i := range cs {
			p.years[i] = int32(year(&cs[i]))
		}
	}
	p.past, p.others = p.past[:0], p.others[:0]
}

// keep returns by visit what is to be and-ed with a sum before the visit: 0 where the sum begins anew, and all ones where it goes on. It
// knows sums by visit and those of a person's year; sums that outlive a year are asked for only where all visits are of one.
func (p *Persons) keep(per period) []money.Fen {
	n := len(p.Claims)
	if cap(p.others) < n {
		p.others, p.none = make([]money.Fen, 0, 2*n), make([]money.Fen, 2*n)
	}
	if per == perVisit {
		return p.none[:n]
	}
	if len(p.others) == n {
		return p.others
	}
	p.others = p.others[:n]
	for i := range p.others {
		p.others[i] = -1
	}
	first := int32(0)
	for _, end := range p.Ends {
		if first < end {
			p.others[first] = 0
		}
		first = end
	}
	for i := 1; i < len(p.years); i++ {
		if p.newYear(int32(i)) {
			p.others[i] = 0
		}
	}
	return p.others
}

// history returns what came before each visit in the person's year.
func (p *Persons) history() []past {
	cs := p.Claims
	if len(p.past) == len(cs) {
		return p.past
	}
	if cap(p.past) < len(cs) {
		p.past = make([]past, 2*len(cs))
	}
	p.past = p.past[:len(cs)]
	keep, now := p.keep(perYear), past{}
	for i := range p.past {
		goesOn := int32(keep[i])
		now.visits, now.stay = now.visits&goesOn, now.stay|^goesOn
		now.offline = now.offline&claims.Date(goesOn) | claims.NoDate&^claims.Date(goesOn)
		p.past[i] = now
		now.visits++
		setting := cs[i].Setting()
		if setting != claims.Internet {
			now.offline = max(now.offline, cs[i].Settlement)
		}
		if setting == claims.Inpatient {
			now.stay = int32(i)
		}
	}
	return p.past
}

// linksBy returns how each visit hangs on the last stay before it by a rule of referral: worked out once for all deductibles that have the
// same.
func (p *Persons) linksBy(r *referral) []link {
	l, known := keptIn(&p.linked, func(l *linked) bool { return l.by == nil }, func(l *linked) bool { return l.by == r || *l.by == *r })
	if known {
		return l.links
	}
	if cap(l.links) < len(p.Claims) {
		l.links = make([]link, 2*len(p.Claims))
	}
	l.by, l.links = r, l.links[:len(p.Claims)]
	clear(l.links)
	if !r.enabled {
		return l.links
	}
	visits, stays := p.near(r.window)
	for k, i := range visits {
		l.links[i] = r.between(&p.Claims[stays[k]], &p.Claims[i])
	}
	return l.links
}

// near lists the visits that begin no more than some days after the end of the last stay before them, and those stays. The lists last
// until the next ones are made.
func (p *Persons) near(window claims.Date) (visits, stays []int32) {
	cs, keep := p.Claims, p.keep(perYear)
	all := p.list(2*len(cs) + 2)
	visits, stays = all[:len(cs)+1], all[len(cs)+1:2*len(cs)+2]
	n, stay, out := 0, int32(-1), int64(0)
	for i := range cs {
		stay |= ^int32(keep[i]) // -1 on a person's first visit of a year
		left := int64(window) - (int64(cs[i].Admission) - out)
		visits[n], stays[n] = int32(i), stay
		n += int(^uint64(int64(stay)|left) >> 63) // neither is negative
		if cs[i].Setting() == claims.Inpatient {
			stay, out = int32(i), int64(cs[i].Discharge)
		}
	}
	return visits[:n], stays[:n]
}

// list returns an empty list with room for so many visits, which lasts until the next call.
func (p *Persons) list(n int) []int32 {
	if cap(p.found) < n {
		p.found = make([]int32, 0, 2*n)
	}
	return p.found[:0]
}

// newYear tells whether a visit that is not a person's first begins a year.
func (p *Persons) newYear(i int32) bool { return p.years != nil && p.years[i] != p.years[i-1] }

// combinations returns the combination of facts of each visit.
func (p *Persons) combinations(k *choices) []uint32 {
	c, known := keptIn(&p.combined, func(c *combined) bool { return c.of == nil }, func(c *combined) bool { return c.of.combineAs(k) })
	if known {
		return c.at
	}
	if cap(c.at) < len(p.Claims) {
		c.at = make([]uint32, 2*len(p.Claims))
	}
	c.of, c.at = k, c.at[:len(p.Claims)]
	for i := range p.Claims {
		c.at[i] = uint32(k.combination(&p.Claims[i]))
	}
	return c.at
}

// keptIn returns the one of a list that is wanted, and true, or else one that is free, perhaps a new one.
func keptIn[T any](list *[]T, free, wanted func(*T) bool) (*T, bool) {
	place := -1
	for i := range *list {
		switch it := &(*list)[i]; {
		case free(it):
			place = i
		case wanted(it):
			return it, true
		}
	}
	if place < 0 {
		place = len(*list)
		*list = append(*list, *new(T))
	}
	return &(*list)[place], false
}

// servedBy returns the place of the rows of a step, which chooses by combinations of facts.
func (p *Persons) servedBy(k *loop, of *choices) *served {
	i, seen := p.kinds[k]
	if !seen {
		i = slices.IndexFunc(p.served, func(s served) bool {
			return k.decided && s.by.decided && s.of.combineAs(of) && slices.Equal(s.by.rows, k.rows)
		})
		if i < 0 {
			i = len(p.served)
			p.served = append(p.served, served{by: k, of: of})
		}
		if p.kinds == nil {
			p.kinds = make(map[*loop]int)
		}
		p.kinds[k] = i
	}
	return &p.served[i]
}

// Programs are the programs of a plan's versions, or the same stretch of each.
type Programs struct {
	List []*Program
	// Of tells the position of the program that serves a claim; it is not asked where there is only one.
	Of func(*claims.Claim) int
}

// Adjudicate takes the visits through programs, person by person and year by year, and leaves their money in left. At the start of a
// whole program a claim's cost is open; a later stretch goes on from what left holds. A trace, when not nil, gets each visit's entries
// before done, which may be nil, is called with the finished visit, and is emptied after it. The error is that of the first
// visit that fails, which v is left with; the pockets from it on are then of no meaning.
//
// Where nobody asks for the visits one by one, and all are of one year and program, they go through it run by run.
func (p *Persons) Adjudicate(programs Programs, left *Left, y *Year, v *Visit, trace *Trace, done func(*Visit) error) error {
	v.trace = trace
	y.claims = p.Claims
	var set PocketSet
	for _, program := range programs.List {
		set |= program.touched
	}
	left.take(len(p.Claims), set)
	if trace == nil && done == nil && p.years == nil && len(programs.List) == 1 && programs.List[0].runs != nil {
		return p.inSweeps(programs.List[0], left, y, v)
	}
	history := p.history()
	var program *Program
	var combinations []uint32
	lo := int32(0)
	for _, hi := range p.Ends {
		for i := lo; i < hi; i++ {
			c := &p.Claims[i]
			if len(programs.List) > 1 || program == nil {
				next := programs.List[0]
				if len(programs.List) > 1 {
					next = programs.List[programs.Of(c)]
				}
				if next != program {
					program, combinations = next, p.combinations(next.choices)
				}
			}
			if i == lo {
				clear(y.Slots)
			} else if p.newYear(i) {
				y.renew(program.slots)
			}
			y.past = history[i]
			p.pockets = left.At(int(i))
			v.Claim, v.Pockets = c, &p.pockets
			if trace != nil {
				trace.Entries = trace.Entries[:0]
			}
			if err := program.apply(v, y, int(combinations[i])); err != nil {
				return err
			}
			if err := left.put(int(i), &p.pockets, set); err != nil {
				return err
			}
			if done == nil {
				continue
			}
			if err := done(v); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}
