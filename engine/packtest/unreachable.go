package packtest

import (
	"slices"

	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/policy"
)

// unreachable finds the classes of stays that an earlier class leaves nothing, and what nothing reads, on the first day of a pack that
// compiles.
func unreachable(p *policy.Pack) []policy.Fault {
	reg, scope, err := plainRegion(p, p.Effective.Year()-historyYears, p.Effective.Year())
	if err != nil {
		return nil // told by CompileAll
	}
	rules, err := p.At(p.Effective)
	if err != nil {
		return nil // told by CompileAll
	}
	pricer, err := drg.Compile(rules, scope, reg)
	if err != nil {
		return nil // told by CompileAll
	}
	var out []policy.Fault
	for _, w := range pricer.Warnings() {
		f := policy.Fault{Pos: w.Pos, Code: "unreachable-row", Text: w.ID + ": " + w.En}
		if w.Unused {
			f.Code = "unused-key"
		}
		if (w.Unreachable || w.Unused) && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}
