package benefit

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Rule is one compiled step. Apply moves money between the visit's pockets; it may read the claim and read and write the
// person's year, and nothing else. Rules are immutable and used by many goroutines, each with its own Visit and Year.
type Rule interface {
	Apply(v *Visit, y *Year)
}

// Context is what a rule kind may ask for while it compiles.
type Context struct {
	Scope *policy.Scope
	Slots *Slots
	Step  *policy.Step
	Round money.Rounding // the pack's default
	Order policy.Order   // the date by which visits follow each other, and by which they fall into days and months
}

// kind compiles the parameters of a step into a rule.
type kind struct {
	name    string
	compile func(d *policy.Decoder, ctx *Context) Rule
}

// Program is the compiled benefit part of the rules in force between two days.
type Program struct {
	Steps []*policy.Step
	rules []Rule
	when  []*policy.Lookup // nil: the step applies to every claim
	slots *Slots
}

// Compile turns the steps of a rule set into a program. The slots are shared by all programs of a plan, so that a person's
// counters live on when the rules change within a year.
func Compile(r *policy.Rules, sc *policy.Scope, slots *Slots) (*Program, error) {
	p := &Program{Steps: r.Benefit, slots: slots}
	var faults policy.Errors
	for _, s := range r.Benefit {
		rule, when, err := compileStep(s, &Context{Scope: sc, Slots: slots, Step: s, Round: r.Round, Order: r.Order})
		if err != nil {
			faults = append(faults, err)
			continue
		}
		p.rules = append(p.rules, rule)
		p.when = append(p.when, when)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return p, nil
}

func compileStep(s *policy.Step, ctx *Context) (Rule, *policy.Lookup, error) {
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
	return rule, policy.NewLookup([]policy.Selector{sel}), nil
}

// maxGross bounds a claim's cost, so that the sums of a person's life stay far from the limits of 64 bits.
const maxGross money.Fen = 1 << 50

// Apply runs the steps over one visit. At the end Open is empty and the pockets sum to gross, or the error names the law.
func (p *Program) Apply(v *Visit, y *Year) error {
	if v.Gross < 0 || v.Gross > maxGross {
		return fmt.Errorf("gross %s is not between 0 and %s; a reversal is taken back with its original before adjudication", v.Gross, maxGross)
	}
	v.Pockets = Pockets{Open: v.Gross}
	v.fault = nil
	for i, rule := range p.rules {
		if w := p.when[i]; w != nil && w.Find(v.Claim) < 0 {
			continue
		}
		v.step = i
		rule.Apply(v, y)
	}
	if v.fault != nil {
		return fmt.Errorf("step %s: %w", p.Steps[v.faultStep].ID, v.fault)
	}
	if v.Pockets[Open] != 0 {
		return fmt.Errorf("law of the open pocket: %s of gross %s is in no pocket after the last step; the pack needs a step that ends in coinsurance and fund", v.Pockets[Open], v.Gross)
	}
	return nil
}

// Person adjudicates one person's claims in their order, year by year. The program is chosen for each claim by choose; done
// is called after each claim with the finished visit, which is valid until done returns. A trace, when not nil, gets each
// visit's entries before done is called and is emptied after it.
func Person(cs []claims.Claim, y *Year, v *Visit, choose func(*claims.Claim) (*Program, int), trace *Trace, done func(*Visit) error) error {
	current := 0
	v.trace = trace
	for i := range cs {
		c := &cs[i]
		program, year := choose(c)
		if i == 0 || year != current {
			y.begin(c.Person, year, i > 0, program.slots)
			current = year
		}
		v.Claim = c
		if trace != nil {
			trace.Entries = trace.Entries[:0]
		}
		if err := program.Apply(v, y); err != nil {
			return err
		}
		y.remember(c)
		if err := done(v); err != nil {
			return err
		}
	}
	return nil
}
