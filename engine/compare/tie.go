package compare

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/policy"
)

// Units lists what sets alternative alt (its position in the comparison, from 1) apart from the baseline. Another pack is a
// unit of its own, and the first; what the alternative changes in it as the baseline changes its own is none.
func (c *Comparison) Units(alt int) []engine.Unit {
	base, sc := &c.Results[0].Plan.Scenario, &c.Results[alt].Plan.Scenario
	if sc.Policy == base.Policy {
		return sc.Units
	}
	units := []engine.Unit{{Name: sc.Policy, TitleZh: "政策包 " + sc.Policy, TitleEn: "pack " + sc.Policy}}
	for _, u := range sc.Units {
		if !repeats(base, u) {
			units = append(units, u)
		}
	}
	return units
}

// repeats tells whether the baseline makes all changes of a unit too.
func repeats(base *engine.Scenario, u engine.Unit) bool {
	return !slices.ContainsFunc(u.Changes, func(ch policy.Change) bool {
		of := counterpart(base, ch)
		return of == nil || of.Value.String() != ch.Value.String()
	})
}

// counterpart is the baseline's change of the same parameter from the same day; nil when there is none.
func counterpart(base *engine.Scenario, ch policy.Change) *policy.Change {
	i := slices.IndexFunc(base.Changes, func(o policy.Change) bool { return o.Path == ch.Path && o.From == ch.From })
	if i < 0 {
		return nil
	}
	return &base.Changes[i]
}

// subset is the scenario in which only some of an alternative's units are in force. In another pack the baseline's change of
// a parameter holds until the alternative's own is in force.
func subset(base, alt *engine.Scenario, units []engine.Unit, mask uint64) engine.Scenario {
	sc := engine.Scenario{Name: fmt.Sprintf("%s (part %b)", alt.Name, mask), TitleZh: alt.TitleZh, TitleEn: alt.TitleEn, Policy: base.Policy}
	other := alt.Policy != base.Policy && mask&1 != 0
	if other {
		sc.Policy = alt.Policy
	} else {
		sc.Changes = slices.Clone(base.Changes)
	}
	for _, u := range alt.Units {
		i := slices.IndexFunc(units, func(o engine.Unit) bool { return sameUnit(o, u) })
		on := i >= 0 && mask>>i&1 != 0
		for _, ch := range u.Changes {
			switch of := counterpart(base, ch); {
			case on, other && i < 0:
				sc.Changes = append(sc.Changes, ch)
			case other && of != nil:
				sc.Changes = append(sc.Changes, *of)
			}
		}
	}
	return sc
}

// sameUnit tells whether two units are one: a parameter may be changed from several days.
func sameUnit(a, b engine.Unit) bool {
	return a.Name == b.Name && len(a.Changes) == len(b.Changes) && (len(a.Changes) == 0 || a.Changes[0].From == b.Changes[0].From)
}

// fragment is a subset of units that does not compile without others.
type fragment struct {
	mask uint64
	err  error
}

// Error implements error.
func (f *fragment) Error() string { return f.err.Error() }

// Unwrap returns why it does not compile.
func (f *fragment) Unwrap() error { return f.err }

// faultOf is why scenarios could not be worked out: the fragment of the fewest units that does not compile or, where all of them
// compile, the error.
func (g *game) faultOf(scenarios []engine.Scenario, masks []uint64, err error) error {
	var least *fragment
	for i, m := range masks {
		if g.ctx.Err() != nil {
			return err
		}
		if least != nil && bits.OnesCount64(m) >= bits.OnesCount64(least.mask) {
			continue
		}
		if _, err := g.ses.Compiler.Compile(scenarios[i : i+1]); err != nil {
			least = &fragment{m, err}
		}
	}
	if least == nil {
		return err
	}
	return least
}

// tie joins the units of a fragment with those that it needs: what is left of all units when each other tie that the rest
// compiles without is taken away, the last first.
func (g *game) tie(part uint64) {
	all := g.unitsIn(1<<len(g.ties) - 1)
	for _, t := range slices.Backward(slices.Clone(g.ties)) {
		if t&part != 0 {
			continue
		}
		if _, err := g.ses.Compiler.Compile([]engine.Scenario{subset(g.base, g.alt, g.units, all&^t)}); err == nil {
			all &^= t
		}
	}
	g.ties = slices.DeleteFunc(g.ties, func(t uint64) bool { return t&all != 0 })
	g.ties = append(g.ties, all)
	slices.SortFunc(g.ties, func(a, b uint64) int { return bits.TrailingZeros64(a) - bits.TrailingZeros64(b) })
}

// unitsIn is the set of units of a subset of the ties.
func (g *game) unitsIn(mask uint64) uint64 {
	var out uint64
	for i, t := range g.ties {
		if mask>>i&1 != 0 {
			out |= t
		}
	}
	return out
}

// tied returns the units as they are tied, named one after the other.
func (g *game) tied() []engine.Unit {
	var out []engine.Unit
	for _, t := range g.ties {
		var names, zh, en []string
		var u engine.Unit
		for i := range g.units {
			if t>>i&1 != 0 {
				names, zh, en = append(names, g.units[i].Name), append(zh, g.units[i].TitleZh), append(en, g.units[i].TitleEn)
				u.Changes = append(u.Changes, g.units[i].Changes...)
			}
		}
		u.Name, u.TitleZh, u.TitleEn = strings.Join(names, " + "), strings.Join(zh, " + "), strings.Join(en, " + ")
		out = append(out, u)
	}
	return out
}
