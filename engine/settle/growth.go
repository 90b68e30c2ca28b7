package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// growthControl cuts the points of hospitals whose cost grew faster than that of their tier, and adds to those of slower
// ones. It works only when the pool's budget is overrun.
type growthControl struct {
	cut, bonus money.Ratio
	exempt     [region.NumTiers]bool
	previous   []money.Fen // cost of the year before, by hospital; 0 for none, which exempts
	beds       []int32     // in the year before; 0 for not given
}

// GrowthResult is what growth control did to one hospital. The base is its tier's growth; Excess is the cost above
// (below when negative) what it would have had with that growth, and Points what was taken (negative) or added.
type GrowthResult struct {
	Hospital string
	At       int
	Previous money.Fen // of the year before, in proportion to beds where both numbers are given
	Cost     money.Fen
	Excess   money.Fen
	Points   money.Points
}

func (c *compiler) decodeGrowth(d *policy.Decoder) *growthControl {
	g := &growthControl{cut: d.ShareOr("cut", 0), bonus: d.ShareOr("bonus", 0),
		previous: make([]money.Fen, len(c.reg.Hospitals)), beds: make([]int32, len(c.reg.Hospitals))}
	for _, word := range d.Texts("exempt") {
		t, err := region.ParseTier(word)
		if err != nil {
			d.Fail("exempt", "%v", err)
			continue
		}
		g.exempt[t] = true
	}
	rows := d.Each("previous", func(_ int, it *policy.Decoder) {
		id := it.Text("hospital")
		h, ok := c.reg.Hospital(id)
		if !ok {
			it.Fail("hospital", "there is no hospital %q%s", id, nearest.Hint(id, c.hospitalIDs()))
			return
		}
		if g.previous[h] != 0 {
			it.Fail("hospital", "%q stands there twice", id)
		}
		if g.previous[h] = it.Fen("cost"); g.previous[h] <= 0 || tooLarge(g.previous[h]) {
			it.Fail("cost", "%s is not above zero and up to %s; leave out a hospital that is new", g.previous[h], money.Fen(most))
		}
		if g.beds[h] = int32(it.IntOr("beds", 0)); g.beds[h] < 0 {
			it.Fail("beds", "%d is negative", g.beds[h])
		}
	})
	if rows == 0 {
		d.Fail("previous", "is missing; a row for each hospital with its cost of the year before is needed, such as {hospital: H1, cost: 1000.00}")
	}
	return g
}

// controlGrowth changes the points of a pool. With x the cost above the base, the hospital's points on the excess are
// points × x / cost, of which the share cut is taken; below the base points × −x / cost × bonus are added, at most
// points × bonus. Both are rounded once, half up, to a millionth of a point.
func (w *work) controlGrowth(pd *pooled) error {
	g := pd.p.growth
	if g == nil {
		return nil
	}
	var before, after [region.NumTiers]money.Fen
	previous := make([]money.Fen, len(g.previous))
	for h := range previous {
		hospital := &w.s.reg.Hospitals[h]
		if g.exempt[hospital.Tier] || g.previous[h] == 0 || pd.in.gross[h] <= 0 {
			continue
		}
		previous[h] = g.previous[h]
		if g.beds[h] > 0 && hospital.Beds > 0 {
			f, err := money.MulDiv(int64(g.previous[h]), int64(hospital.Beds), int64(g.beds[h]), money.HalfUp)
			if err != nil {
				return fmt.Errorf("growth control: hospital %s: %w", hospital.ID, err)
			}
			previous[h] = money.Fen(f)
		}
		before[hospital.Tier] += previous[h]
		after[hospital.Tier] += pd.in.gross[h]
	}
	res := &w.out.Pools[pd.at]
	for h, prev := range previous {
		if prev == 0 {
			continue
		}
		hospital := &w.s.reg.Hospitals[h]
		norm, err := money.MulDiv(int64(prev), int64(after[hospital.Tier]), int64(before[hospital.Tier]), money.HalfUp)
		if err != nil {
			return fmt.Errorf("growth control: hospital %s: %w", hospital.ID, err)
		}
		row := GrowthResult{Hospital: hospital.ID, At: h, Previous: prev, Cost: pd.in.gross[h], Excess: pd.in.gross[h] - money.Fen(norm)}
		share, moved := g.cut, row.Excess
		if row.Excess < 0 {
			share, moved = g.bonus, max(row.Excess, -row.Cost)
		}
		part, err := money.MulDiv(int64(pd.in.points[h]), int64(moved), int64(row.Cost), money.HalfUp)
		if err == nil {
			row.Points, err = money.Points(-part).Times(share, money.HalfUp)
		}
		if err != nil {
			return fmt.Errorf("growth control: hospital %s: %w", hospital.ID, err)
		}
		pd.in.points[h] += row.Points
		res.Growth = append(res.Growth, row)
	}
	return nil
}
