package calibrate

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Adjusted is the outcome of an adjustment of base points.
type Adjusted struct {
	Groups []Group // all rows, in the order of the calibration
	// Before and After are the sums of stays × base points; they differ by what the declared decimals cannot hold.
	Before, After money.Points
	// Scaled is the factor on the groups that were not adjusted.
	Scaled money.Ratio
}

// Adjust gives some groups new base points and scales all others so that the sum of stays × base points stays the same (总权重不变).
// Worked: 10 stays of 60 and 5 of 120 sum to 1,200; with the first raised to 90 the second falls to 60.
func (c *Calibration) Adjust(changes map[string]money.Points) (*Adjusted, error) {
	codes := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		codes[i] = g.Code
	}
	before, fixed, others := new(big.Int), new(big.Int), new(big.Int)
	for _, code := range sortedKeys(changes) {
		if !slices.Contains(codes, code) {
			return nil, fmt.Errorf("adjusting base points: group %q is not in the table%s", code, nearest.Hint(code, codes))
		}
		if changes[code] < 0 {
			return nil, fmt.Errorf("adjusting base points: group %q would have %s points; they must not be negative", code, changes[code])
		}
	}
	for _, g := range c.Groups {
		part := times(big.NewInt(int64(g.Base)), g.Cases)
		before.Add(before, part)
		if v, ok := changes[g.Code]; ok {
			fixed.Add(fixed, times(big.NewInt(int64(v)), g.Cases))
		} else {
			others.Add(others, part)
		}
	}
	rest := new(big.Int).Sub(before, fixed)
	if rest.Sign() < 0 || others.Sign() == 0 && rest.Sign() != 0 {
		return nil, fmt.Errorf("adjusting base points: the adjusted groups alone hold more than the total, or no other group is left to balance them")
	}
	scale := new(big.Rat).SetInt64(1)
	if others.Sign() != 0 {
		scale.SetFrac(rest, others)
	}
	a := &Adjusted{Groups: slices.Clone(c.Groups)}
	unit := int64(1)
	for range 6 - c.Options.BaseDecimals {
		unit *= 10
	}
	after := new(big.Int)
	for i := range a.Groups {
		g := &a.Groups[i]
		if v, ok := changes[g.Code]; ok {
			g.Base = v
		} else {
			v := new(big.Rat).SetFrac64(int64(g.Base), unit)
			n, err := rounded(v.Mul(v, scale), c.Options.Round)
			if err != nil {
				return nil, fmt.Errorf("adjusting base points: group %q: %w", g.Code, err)
			}
			g.Base = money.Points(n * unit)
		}
		after.Add(after, times(big.NewInt(int64(g.Base)), g.Cases))
	}
	if !before.IsInt64() || !after.IsInt64() {
		return nil, fmt.Errorf("adjusting base points: %w", money.ErrOverflow)
	}
	a.Before, a.After = money.Points(before.Int64()), money.Points(after.Int64())
	v, err := rounded(scale.Mul(scale, big.NewRat(int64(money.One), 1)), money.HalfUp)
	a.Scaled = money.Ratio(v)
	return a, err
}
