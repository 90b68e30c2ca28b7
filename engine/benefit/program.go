package benefit

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Rule is one compiled step. Apply moves money between the visit's pockets; it may read the claim and read and write the
// person's year, and nothing else. Rules are immutable and used by many goroutines, each with its own Visit and Year.
type Rule interface {
	Apply(v *Visit, y *Year)
	// touches returns every pocket whose money Apply may change.
	touches() PocketSet
}

// skipper is a rule that can tell from the rows that a claim's facts lead to that it would do nothing.
type skipper interface {
	skips(chosen []int16) bool
}

// Context is what a rule kind may ask for while it compiles.
type Context struct {
	Scope *policy.Scope
	Slots *Slots
	Step  *policy.Step
	Round money.Rounding // the pack's default
	Order policy.Order   // the date by which visits follow each other, and by which they fall into days and months

	choices *choices
}

// kind compiles the parameters of a step into a rule.
type kind struct {
	name    string
	compile func(d *policy.Decoder, ctx *Context) Rule
}

// Program is the compiled benefit part of the rules in force between two days, or a stretch of its steps.
type Program struct {
	Steps []*policy.Step
	rules []Rule
	slots *Slots
	owned [][]int // by step: the slots that it reads or writes

	choices  *choices
	from, to int        // the stretch: all steps unless the program was cut
	active   [][]uint16 // by combination of facts: the steps of the stretch that apply to a claim
	when     []*choice  // by step: nil where the facts decide whether it applies
	touched  PocketSet  // the pockets that the stretch changes
	asking   bool       // some step has a condition that the facts do not decide
	loops    []*loop    // by step; nil where it has none
	runs     []run      // of the stretch; nil where it is not worth cutting
}

// Compile turns the steps of a rule set into a program. The slots are shared by all programs of a plan, so that a person's
// counters live on when the rules change within a year.
func Compile(r *policy.Rules, sc *policy.Scope, slots *Slots) (*Program, error) {
	p := &Program{Steps: r.Benefit, slots: slots, choices: &choices{schemes: len(sc.Schemes)}, to: len(r.Benefit)}
	var faults policy.Errors
	for _, s := range r.Benefit {
		slots.asked = nil
		rule, when, err := compileStep(s, &Context{Scope: sc, Slots: slots, Step: s, Round: r.Round, Order: r.Order, choices: p.choices})
		if err != nil {
			faults = append(faults, err)
			continue
		}
		p.rules = append(p.rules, rule)
		p.when = append(p.when, when)
		p.owned = append(p.owned, slots.asked)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	p.choices.fill()
	p.activate()
	return p, nil
}

func compileStep(s *policy.Step, ctx *Context) (Rule, *choice, error) {
	k, err := findKind(s)
	if err != nil {
		return nil, nil, err
	}
	what := "step " + s.ID
	d := policy.Decode(s.Params, what)
	rule := k.compile(d, ctx)
	if err := d.Err(); err != nil {
		return nil, nil, err
	}
	if s.When == nil {
		return rule, nil, nil
	}
	w := policy.Decode(s.When, what+".when")
	sel := w.Selector(ctx.Scope)
	if err := w.Err(); err != nil {
		return nil, nil, err
	}
	if sel.Any() {
		return rule, nil, nil
	}
	when := ctx.choices.one(sel)
	return rule, &when, nil
}

// activate lists the steps of the stretch that apply in each combination of facts.
func (p *Program) activate() {
	p.active = make([][]uint16, p.choices.combinations)
	for at := range p.active {
		chosen := p.choices.of(at)
		for i := p.from; i < p.to; i++ {
			if w := p.when[i]; w != nil && chosen[w.at] == -1 {
				continue
			}
			if s, ok := p.rules[i].(skipper); ok && s.skips(chosen) {
				continue
			}
			p.active[at] = append(p.active[at], uint16(i))
		}
	}
	p.when = slices.Clone(p.when)
	for i, w := range p.when {
		if w != nil && p.choices.decided[w.at] {
			p.when[i] = nil
		}
		p.asking = p.asking || p.when[i] != nil
	}
	for i := range p.rules {
		p.loops = append(p.loops, p.loopOf(i))
	}
	p.runs, p.touched = p.cut(), p.changes()
}

// changes returns the pockets that the steps of the stretch change, and Open where it begins with a claim's cost.
func (p *Program) changes() PocketSet {
	s := p.touchedBetween(p.from, p.to)
	if p.from == 0 {
		s |= pocketSet(Open)
	}
	return s
}

// between returns by combination of facts which of the active steps lie from a step up to but not including another.
func (p *Program) between(from, to int) [][]uint16 {
	active := make([][]uint16, len(p.active))
	for i, steps := range p.active {
		lo, _ := slices.BinarySearch(steps, uint16(from))
		hi, _ := slices.BinarySearch(steps, uint16(to))
		active[i] = steps[lo:hi]
	}
	return active
}

// maxGross bounds a claim's cost, so that the sums of a person's life stay far from the limits of 64 bits.
const maxGross money.Fen = 1 << 50

// Stretch returns the part of a whole program from a step up to but not including another; a program that has fewer steps ends
// where it ends.
func (p *Program) Stretch(from, to int) *Program {
	q := *p
	q.from, q.to = min(from, len(p.rules)), min(to, len(p.rules))
	if q.from == p.from && q.to == p.to {
		return p
	}
	q.active = p.between(q.from, q.to)
	q.runs, q.touched = q.cut(), q.changes()
	return &q
}

// Divisible tells whether the programs of a plan can be cut before a step: whether no counter is used on both sides.
func Divisible(programs []*Program, at int) bool {
	for _, p := range programs {
		for _, q := range programs {
			if sharing(p.owned[:min(at, len(p.owned))], q.owned[min(at, len(q.owned)):]) {
				return false
			}
		}
	}
	return true
}

// sharing tells whether a slot is used on both sides.
func sharing(before, after [][]int) bool {
	for _, slots := range before {
		for _, others := range after {
			if slices.ContainsFunc(slots, func(s int) bool { return slices.Contains(others, s) }) {
				return true
			}
		}
	}
	return false
}

// apply runs the steps of the stretch over one visit, whose facts are those of a combination. At the start of the first step all
// is open; after the last, Open is empty and the pockets sum to gross, or the error names the law.
func (p *Program) apply(v *Visit, y *Year, combination int) error {
	if p.from == 0 {
		if err := checkGross(v.Gross); err != nil {
			return err
		}
		*v.Pockets = Pockets{Open: v.Gross}
	}
	v.fault = nil
	v.chosen = p.choices.of(combination)
	p.take(v, y, p.active[combination])
	if v.fault != nil {
		return p.faulty(v)
	}
	if p.to == len(p.rules) {
		return checkClosed(v.Pockets[Open], v.Gross)
	}
	return nil
}

// take runs some steps over one visit, those of them whose condition holds.
func (p *Program) take(v *Visit, y *Year, steps []uint16) {
	for _, i := range steps {
		if p.asking {
			if w := p.when[i]; w != nil && w.row(v) < 0 {
				continue
			}
		}
		v.step = int(i)
		p.rules[i].Apply(v, y)
	}
}

// faulty is the error of a visit that has a fault.
func (p *Program) faulty(v *Visit) error {
	return fmt.Errorf("step %s: %w", p.Steps[v.faultStep].ID, v.fault)
}

// checkGross holds a claim's cost to what can be adjudicated.
func checkGross(gross money.Fen) error {
	if gross < 0 || gross > maxGross {
		return grossError(gross)
	}
	return nil
}

func grossError(gross money.Fen) error {
	return fmt.Errorf("gross %s is not between 0 and %s; a reversal is taken back with its original before adjudication", gross, maxGross)
}

// checkClosed holds a claim after the last step to the law of the open pocket.
func checkClosed(open, gross money.Fen) error {
	if open != 0 {
		return fmt.Errorf("law of the open pocket: %s of gross %s is in no pocket after the last step; the pack needs a step that ends in coinsurance and fund", open, gross)
	}
	return nil
}

// Len returns how many steps the stretch has.
func (p *Program) Len() int { return p.to - p.from }
