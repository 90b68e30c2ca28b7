package compare

import (
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/money"
)

// GroupSum is one DRG group in one result, over all hospitals and schemes.
type GroupSum struct {
	Code   string // "" for stays without a group
	Claims int64
	Gross  money.Fen
	Points money.Points
	// Value is what the points are worth at the point value of each scheme's pool; zero when a scheme has no pool.
	Value money.Fen
}

// Groups sums up each group of a result, by code; the ungrouped stays come last. Groups without stays are left out.
func Groups(r *engine.Result) ([]GroupSum, error) {
	t := r.Partial.Tally
	codes := make([]string, t.Dims.Groups+1)
	for code, n := range r.Plan.Scope.Groups {
		codes[n] = code
	}
	values := make(map[string]money.PointValue)
	for i := range r.Outcome.Pools {
		values[r.Outcome.Pools[i].Scheme] = r.Outcome.Pools[i].Applied
	}
	out, points := make([]GroupSum, len(codes)), make([]money.Points, len(codes))
	for g, code := range codes {
		out[g].Code = code
	}
	for s, scheme := range r.Plan.Region.Schemes {
		clear(points)
		for h := range r.Plan.Region.Hospitals {
			lo, hi := t.GroupsOf(s, h)
			for g, n := range t.Groups.Claims[lo:hi] {
				out[g].Claims += n
			}
			for g, fen := range t.Groups.Gross[lo:hi] {
				out[g].Gross += fen
			}
			for g, n := range t.Groups.Points[lo:hi] {
				points[g] += n
			}
		}
		for g := range out {
			out[g].Points += points[g]
			if v, ok := values[scheme]; ok && v.Points != 0 {
				worth, err := v.Of(points[g], money.HalfUp)
				if err != nil {
					return nil, err
				}
				out[g].Value += worth
			}
		}
	}
	return slices.DeleteFunc(out, func(g GroupSum) bool { return g.Claims == 0 }), nil
}
