package compare

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/internal/parallel"
	"github.com/drgsim/drgsim/engine/money"
)

// Comparison is a baseline and its alternatives over the same claims, with the figures of each.
type Comparison struct {
	Results []*engine.Result // the baseline first
	Figures []*Figures       // parallel to Results
}

// New collects the figures of results; the first is the baseline.
func New(results []*engine.Result) *Comparison {
	c := &Comparison{Results: results, Figures: make([]*Figures, len(results))}
	_ = parallel.Each(context.Background(), 0, len(results), func(i int) error { // which has no error to give
		c.Figures[i] = Of(results[i])
		return nil
	})
	return c
}

// Delta returns a figure of the baseline, the same of scenario i, and whether both have a value. A figure that only one
// of them knows, as a pool that the other pack lacks, has none.
func (c *Comparison) Delta(i int, id string) (base, alt Figure, both bool) {
	base, inBase := c.Figures[0].Find(id)
	alt, inAlt := c.Figures[i].Find(id)
	return base, alt, inBase && inAlt && !base.None && !alt.None
}

// Change is one hospital's, tier's or group's difference between the baseline and a scenario.
type Change struct {
	ID          string // "hospital.H001"
	Base, Alt   money.Fen
	BaseBalance money.Fen
	AltBalance  money.Fen
}

// Diff returns the amount gained, negative when lost.
func (c *Change) Diff() money.Fen { return c.Alt - c.Base }

// Changes returns what each member of a family ("hospital", "tier", "county", "alliance") is paid in scenario i against
// the baseline, in the order of the figures.
func (c *Comparison) Changes(i int, family string) []Change {
	var out []Change
	for _, f := range c.Figures[0].Prefix(family + ".") {
		id, ok := strings.CutSuffix(f.ID, ".paid")
		if !ok {
			continue
		}
		_, alt, both := c.Delta(i, f.ID)
		if !both {
			continue
		}
		out = append(out, Change{
			ID: id, Base: money.Fen(f.Value), Alt: money.Fen(alt.Value),
			BaseBalance: money.Fen(c.Figures[0].Value(id + ".balance")), AltBalance: money.Fen(c.Figures[i].Value(id + ".balance")),
		})
	}
	return out
}

// Count counts winners, losers and the untouched among changes.
func Count(changes []Change) (winners, losers, same int) {
	for i := range changes {
		switch d := changes[i].Diff(); {
		case d > 0:
			winners++
		case d < 0:
			losers++
		default:
			same++
		}
	}
	return winners, losers, same
}

// Extremes returns the n largest winners, largest first, and the n largest losers, largest loss first. Ties go to the
// earlier in the list.
func Extremes(changes []Change, n int) (winners, losers []Change) {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int { return cmp.Compare(b.Diff(), a.Diff()) })
	for _, ch := range sorted {
		if ch.Diff() > 0 && len(winners) < n {
			winners = append(winners, ch)
		}
	}
	slices.Reverse(sorted)
	slices.SortStableFunc(sorted, func(a, b Change) int { return cmp.Compare(a.Diff(), b.Diff()) })
	for _, ch := range sorted {
		if ch.Diff() < 0 && len(losers) < n {
			losers = append(losers, ch)
		}
	}
	return winners, losers
}

// Matrix counts hospitals by the sign of their balance in the baseline (rows) and in a scenario (columns): surplus, even,
// overrun. The off-diagonal cells are those that a scenario moves across the line.
func Matrix(changes []Change) [3][3]int {
	var m [3][3]int
	for i := range changes {
		m[sign(changes[i].BaseBalance)][sign(changes[i].AltBalance)]++
	}
	return m
}

func sign(f money.Fen) int {
	switch {
	case f > 0:
		return 0
	case f == 0:
		return 1
	}
	return 2
}
