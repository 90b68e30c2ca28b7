package settle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Settlement is the compiled settlement part of the rules of a year. It is immutable and used by any number of goroutines.
type Settlement struct {
	year       int
	reg        *region.Region
	round      money.Rounding
	streams    []Stream
	lookup     *policy.Lookup
	budgets    []budget
	pools      []pool
	deductions []deduction
	subsidies  []ledger
	advance    *advance
	indicators indicators
}

// Streams returns the streams in the order in which claims are offered to them; the position is the stream's number.
func (s *Settlement) Streams() []Stream { return s.streams }

// Lookup finds the stream of a claim: the first whose selector holds, or -1.
func (s *Settlement) Lookup() *policy.Lookup { return s.lookup }

// compiler reads the parts of a rule set into a settlement.
type compiler struct {
	s     *Settlement
	rules *policy.Rules
	scope *policy.Scope
	reg   *region.Region
	ids   []string
	// faults are those found after decoding.
	faults policy.Errors
}

// law lists the sources of a value at a path: what it or anything in it cites, else what the value around it cites itself,
// else what the whole part settle cites.
func (c *compiler) law(path string, around *policy.Value) []policy.Source {
	if path != "" {
		if list := c.rules.Cited(path); len(list) > 0 {
			return list
		}
	}
	for _, v := range []*policy.Value{around, c.rules.Tree.Get("settle")} {
		var list []policy.Source
		cite := v.Get("cite")
		if cite == nil {
			continue
		}
		ids := strings.Fields(cite.Text)
		for _, it := range cite.Items {
			ids = append(ids, it.Text)
		}
		for _, id := range ids {
			if s, ok := c.rules.Pack.Sources[id]; ok {
				list = append(list, s)
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// fail keeps a fault at the place of a stream, pool or budget.
func (c *compiler) fail(pos policy.Pos, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s: settle: %s", pos, fmt.Sprintf(format, args...)))
}

// hospitalIDs lists the region's hospitals, for messages.
func (c *compiler) hospitalIDs() []string {
	if c.ids == nil {
		for _, h := range c.reg.Hospitals {
			c.ids = append(c.ids, h.ID)
		}
	}
	return c.ids
}

// Compile reads the parts settle, advance and indicators of the rules in force. Past figures are those before the year.
func Compile(r *policy.Rules, sc *policy.Scope, reg *region.Region, year int) (*Settlement, error) {
	c := &compiler{s: &Settlement{year: year, reg: reg, round: r.Round}, rules: r, scope: sc, reg: reg}
	var faults policy.Errors
	keep := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	d := r.Decode("settle")
	c.decodeStreams(d)
	c.decodePools(d)
	c.decodeBudgets(d)
	c.decodeDeductions(d)
	c.decodeSubsidies(d)
	keep(d.Err())
	if len(faults) == 0 {
		c.join()
		faults = c.faults
	}
	if r.Tree.Get("advance") != nil {
		a := r.Decode("advance")
		c.s.advance = decodeAdvance(a)
		c.s.advance.sources = r.Cited("advance")
		keep(a.Err())
	}
	i := r.Decode("indicators")
	c.decodeIndicators(i)
	keep(i.Err())
	if len(faults) > 0 {
		return nil, faults
	}
	if err := c.s.tryOpenings(); err != nil {
		return nil, err
	}
	return c.s, nil
}

// join resolves the names by which streams, pools and budgets refer to each other.
func (c *compiler) join() {
	s := c.s
	var budgets, pools []string
	for i := range s.budgets {
		budgets = append(budgets, s.budgets[i].id)
	}
	for i := range s.pools {
		pools = append(pools, s.pools[i].id)
	}
	free := -1
	for i := range s.streams {
		st := &s.streams[i]
		if st.Method == ByNone {
			st.budget = -1
			continue
		}
		if st.Budget == "" {
			if free < 0 {
				free = c.addUnlimited()
			}
			st.budget = free
		} else if st.budget = slices.Index(budgets, st.Budget); st.budget < 0 {
			c.fail(st.pos, "stream %q: there is no budget %q; there are %s%s", st.ID, st.Budget, orNone(budgets), nearest.Hint(st.Budget, budgets))
			continue
		}
		b := &s.budgets[st.budget]
		b.streams = append(b.streams, i)
		if st.Method != ByPoints {
			continue
		}
		if st.pool = slices.Index(pools, st.Pool); st.pool < 0 {
			c.fail(st.pos, "stream %q: there is no pool %q; there are %s%s", st.ID, st.Pool, orNone(pools), nearest.Hint(st.Pool, pools))
			continue
		}
		p := &s.pools[st.pool]
		if len(p.streams) > 0 && p.budget != st.budget {
			c.fail(st.pos, "stream %q: the streams of pool %q are charged to different budgets", st.ID, p.id)
			continue
		}
		p.budget = st.budget
		p.streams = append(p.streams, i)
	}
	for i := range s.pools {
		c.checkPool(&s.pools[i])
	}
	for i := range s.budgets {
		c.checkSharing(&s.budgets[i])
	}
}

// addUnlimited makes the budget for streams that name none.
func (c *compiler) addUnlimited() int {
	b := budget{id: unlimitedID, zh: "不设预算", en: "without a budget", unlimited: true, scope: everywhere}
	for i := range c.reg.Schemes {
		b.groups = append(b.groups, group{scheme: i, schemes: []int{i}})
	}
	c.s.budgets = append(c.s.budgets, b)
	return len(c.s.budgets) - 1
}

func (c *compiler) checkPool(p *pool) {
	if len(p.streams) == 0 || p.budget < 0 {
		return
	}
	b := &c.s.budgets[p.budget]
	if b.level == OfRegion && p.money == moneyBooked {
		c.fail(p.pos, "pool %q: money: booked is for budgets of level alliance and hospital; at level region give sharing {keep: 0} and {bear: 0}", p.id)
	}
	if b.level == OfHospital && p.money == moneyBudget {
		c.fail(p.pos, "pool %q: money: budget is for budgets of level region and alliance", p.id)
	}
	if p.money == moneyDefault {
		p.money = moneyBooked
		if b.level == OfRegion {
			p.money = moneyBudget
		}
	}
}

func (c *compiler) checkSharing(b *budget) {
	shares := b.level != OfRegion || slices.ContainsFunc(b.streams, func(i int) bool { return c.s.streams[i].shares })
	switch {
	case b.unlimited:
	case b.sharing == nil && shares && len(b.streams) > 0:
		c.fail(b.pos, "budget %q needs sharing, such as {surplus: {keep: 0.85}, overrun: {bear: 0.85}}", b.id)
	case b.sharing != nil && !shares:
		c.fail(b.pos, "budget %q has sharing, but no stream of it takes part; set shares: true on one", b.id)
	}
}

// tryOpenings finds out at once whether the region has the figures that the budgets open from.
func (s *Settlement) tryOpenings() error {
	w := &work{s: s, out: &Outcome{}}
	for i := range s.budgets {
		b := &s.budgets[i]
		if b.unlimited || b.opening.kind == fromCarveOut || b.opening.kind == fromDivision && b.opening.whole.kind == fromCarveOut {
			continue
		}
		for g := range b.groups {
			for _, who := range s.keys(b.level) {
				if _, err := w.opening(b.opening, asked{b: b, g: &b.groups[g], level: b.level, who: who}); err != nil {
					return fmt.Errorf("%s: %w", b.opening.pos, err)
				}
			}
		}
	}
	return nil
}

// keys are the owners of the funds of a level: alliances and then those of none; hospitals; or the region.
func (s *Settlement) keys(l Level) []string {
	switch l {
	case OfAlliance:
		return append(slices.Clone(s.reg.Alliances), "")
	case OfHospital:
		ids := make([]string, len(s.reg.Hospitals))
		for i, h := range s.reg.Hospitals {
			ids[i] = h.ID
		}
		return ids
	}
	return []string{""}
}

// persons counts the insured of a scheme: of an alliance ("" for those of none), or of the whole region.
func (s *Settlement) persons(scheme int, alliance string, all bool) int64 {
	var n int64
	for _, e := range s.reg.Enrolment {
		if e.Scheme == s.reg.Schemes[scheme] && (all || e.Alliance == alliance) {
			n += e.Persons
		}
	}
	return n
}

// schemeName names a scheme; "" for all together.
func (s *Settlement) schemeName(scheme int) string {
	if scheme < 0 {
		return ""
	}
	return s.reg.Schemes[scheme]
}

// accepts checks that a tally has the settlement's shape and sums that leave room for every further sum.
func (s *Settlement) accepts(t *Tally) error {
	d := t.Dims
	if d.Streams != len(s.streams) || d.Schemes != len(s.reg.Schemes) || d.Hospitals != len(s.reg.Hospitals) || d.Counties != len(s.reg.Counties)+1 {
		panic(fmt.Sprintf("BUG: tally of shape %+v for %d streams, %d schemes, %d hospitals, %d counties", d,
			len(s.streams), len(s.reg.Schemes), len(s.reg.Hospitals), len(s.reg.Counties)))
	}
	var m room
	for i := range t.Cells {
		c := &t.Cells[i]
		m.take(int64(c.Standard), int64(c.Direct), int64(c.Points))
		for _, f := range c.Pockets {
			m.take(int64(f))
		}
	}
	for i := range t.Homes {
		c := &t.Homes[i]
		m.take(int64(c.Gross), int64(c.Fund), int64(c.Points), int64(c.Direct))
	}
	takeAll(&m, t.Groups.Gross)
	takeAll(&m, t.Groups.Fund)
	takeAll(&m, t.Groups.Points)
	if m.full {
		return fmt.Errorf("settling %d: the sums of all claims: %w", s.year, money.ErrOverflow)
	}
	return nil
}

// most is the largest amount that a settlement takes, 2^56 fen (720 million million yuan): sums of a few hundred such
// amounts fit, so that only products need to be watched after the door.
const most = 1 << 56

// tooLarge reports whether an amount is beyond most.
func tooLarge(f money.Fen) bool { return magnitude(int64(f)) > most }

// room adds magnitudes and tells when they leave no headroom.
type room struct {
	sum  uint64
	full bool
}

func (m *room) take(xs ...int64) { takeAll(m, xs) }

func takeAll[T ~int64](m *room, xs []T) {
	for _, x := range xs {
		a := magnitude(int64(x))
		if a > most {
			m.full = true
			return
		}
		if m.sum += a; m.sum > 8*most {
			m.full = true
			m.sum = 0
		}
	}
}
