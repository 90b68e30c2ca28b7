package settle

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Basis tells what a point pays for.
type Basis uint8

// The bases, in the order of basisNames. On TotalCost a point pays for the whole cost, and a hospital gets what its points
// are worth less what patients and other payers have paid: value = (C − F + B*) / P. On FundOnly it pays for the fund's
// part alone: value = B* / P.
const (
	TotalCost Basis = iota
	FundOnly
)

var basisNames = []string{"total_cost", "fund_only"}

// String gives the word used in packs.
func (b Basis) String() string { return basisNames[b] }

// pool turns the money of a fund into payments by points.
type pool struct {
	id, zh, en     string
	basis          Basis
	decimals       int // of the point value; -1: not rounded
	round          money.Rounding
	fixed          money.PointValue // its Points are zero where none is set, as with the two below
	floor, ceiling money.PointValue
	zeroNegative   bool
	money          moneyOf
	growth         *growthControl
	budget         int
	streams        []int
	sources        []policy.Source
	pos            policy.Pos
}

// moneyOf tells where a pool's money comes from.
type moneyOf uint8

const (
	moneyDefault moneyOf = iota // the budget at level region, else what was booked
	moneyBudget
	moneyBooked
)

func (c *compiler) decodePools(d *policy.Decoder) {
	d.Each("pools", func(_ int, it *policy.Decoder) {
		p := pool{id: it.Text("id"), basis: Basis(it.Word("basis", basisNames)), budget: -1, pos: it.Pos()}
		p.zh, p.en = title(it, p.id)
		p.sources = c.law("settle.pools."+p.id, nil)
		p.round = it.RoundingOr("round", c.rules.Round)
		if p.decimals = it.IntOr("decimals", -1); p.decimals < -1 || p.decimals > 9 {
			it.Fail("decimals", "%d is not from 0 to 9", p.decimals)
			p.decimals = -1
		}
		value := func(key string) money.PointValue {
			if !it.Has(key) {
				return money.PointValue{}
			}
			// Read as points, a value has six decimals: it is v millionths of a yuan, or v fen for 10,000 points.
			v := it.Points(key)
			if v < 0 {
				it.Fail(key, "%s is negative", v)
			}
			return money.PointValue{Fen: money.Fen(v), Points: 10_000 * money.Point}
		}
		p.fixed, p.floor, p.ceiling = value("fixed"), value("floor"), value("ceiling")
		if p.fixed.Points != 0 && (p.floor.Points != 0 || p.ceiling.Points != 0) {
			it.Fail("fixed", "a fixed value has neither floor nor ceiling")
		}
		if p.floor.Points != 0 && p.ceiling.Points != 0 && less(p.ceiling, p.floor) {
			it.Fail("ceiling", "is below the floor")
		}
		p.zeroNegative = it.WordOr("negative", []string{"keep", "zero"}, 0) == 1
		if it.Has("money") {
			p.money = moneyBudget + moneyOf(it.Word("money", []string{"budget", "booked"}))
		}
		if g := it.Sub("growth_control"); g != nil {
			p.growth = c.decodeGrowth(g)
			g.Close()
		}
		if slices.ContainsFunc(c.s.pools, func(o pool) bool { return o.id == p.id }) {
			it.Fail("id", "%q stands there twice", p.id)
		}
		c.s.pools = append(c.s.pools, p)
	})
}

// sums is what hospitals, by number, bring to a pool.
type sums struct {
	gross, booked []money.Fen
	points        []money.Points
}

func (s *sums) total() (gross, booked money.Fen, points money.Points) {
	for h := range s.points {
		gross += s.gross[h]
		booked += s.booked[h]
		points += s.points[h]
	}
	return gross, booked, points
}

// payment is what a pool pays.
type payment struct {
	pays           []money.Fen
	exact, applied money.PointValue
	paid           money.Fen
}

// pay gives the pool's money to hospitals by their points. A payment may be negative: the hospital's patients and other
// payers have paid more than its points are worth, and it owes the rest to the pool. Without a fixed, rounded or limited
// point value the payments sum to the money exactly; with one the difference is the pool's residual. The points must sum
// to more than zero.
func (p *pool) pay(in *sums, fund money.Fen) (payment, error) {
	gross, booked, points := in.total()
	value := fund
	if p.basis == TotalCost {
		value += gross - booked
	}
	out := payment{exact: money.PointValue{Fen: value, Points: points}}
	out.applied = out.exact
	var err error
	switch {
	case p.fixed.Points != 0:
		out.applied = p.fixed
	case p.floor.Points != 0 && less(out.applied, p.floor):
		out.applied = p.floor
	case p.ceiling.Points != 0 && less(p.ceiling, out.applied):
		out.applied = p.ceiling
	}
	if p.decimals >= 0 {
		if out.applied, err = out.applied.Rounded(p.decimals, p.round); err != nil {
			return out, fmt.Errorf("pool %s: point value: %w", p.id, err)
		}
	}
	if out.applied == out.exact {
		out.pays, err = split(value, in.points)
	} else {
		out.pays = make([]money.Fen, len(in.points))
		for h, pts := range in.points {
			if out.pays[h], err = out.applied.Of(pts, p.round); err != nil {
				break
			}
		}
	}
	if err != nil {
		return out, fmt.Errorf("pool %s: %w", p.id, err)
	}
	for h := range out.pays {
		if p.basis == TotalCost {
			out.pays[h] -= in.gross[h] - in.booked[h]
		}
		out.paid += out.pays[h]
	}
	if p.zeroNegative {
		return out, liftNegative(out.pays)
	}
	return out, nil
}

// liftNegative raises negative payments to zero and takes the money from the others in proportion to theirs. If the
// payments sum to less than zero there is nobody to take it from, and they stay.
func liftNegative(pays []money.Fen) error {
	var lifted, positive money.Fen
	weights := make([]int64, len(pays))
	for h, f := range pays {
		if f < 0 {
			lifted -= f
		} else {
			positive += f
			weights[h] = int64(f)
		}
	}
	if lifted == 0 || lifted > positive {
		return nil
	}
	cuts, err := money.Allocate(lifted, weights)
	if err != nil {
		return fmt.Errorf("taking up negative payments: %w", err)
	}
	for h := range pays {
		pays[h] = max(pays[h], 0) - cuts[h]
	}
	return nil
}
