package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

// nonCovered moves what the catalogue does not cover, as the claim states it, to the person (自费: 丙类及超限价费用).
//
// It rounds nothing. Worked: gross 20,000.00 with 500.00 outside the catalogue leaves 19,500.00 open. The claim's amount is
// never larger than its gross: a check sets such claims aside before any rule sees them.
type nonCovered struct{}

func compileNonCovered(_ *policy.Decoder, ctx *Context) Rule {
	ctx.Scope.Reads(claims.ColNonCovered)
	return nonCovered{}
}

// Apply moves the non-covered part out of Open.
func (nonCovered) Apply(v *Visit, _ *Year) {
	part := min(v.Claim.NonCovered, v.Pockets[Open])
	if v.Tracing() && part > 0 {
		v.Say("目录外及超限价费用 %s", "outside the catalogue or over price limits: %s", part)
	}
	v.Move(Open, NonCovered, part)
}

func (r nonCovered) sweeper() (sweeper, *choice) { return r, nil }

// sweep is Apply without words. Open never falls below zero, as no more leaves it than it holds.
func (nonCovered) sweep(s *sweep, rows []int32) {
	opens, parts := s.column(Open), s.column(NonCovered)
	for i, row := range rows {
		if row < 0 {
			continue
		}
		part := min(s.Claims[i].NonCovered, opens[i])
		opens[i] -= part
		parts[i] += part
	}
}
