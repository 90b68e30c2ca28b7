package calibrate

import (
	"math/big"

	"github.com/drgsim/drgsim/engine/money"
)

// stable tests a group and sets its number of stays and its coefficient of variation.
func (c *Calibration) stable(years [][]money.Fen, row *Group) bool {
	total, squares := new(big.Int), new(big.Int)
	row.Cases = 0
	for _, costs := range years {
		row.Cases += int64(len(costs))
		for _, cost := range costs {
			x := big.NewInt(int64(cost))
			total.Add(total, x)
			squares.Add(squares, x.Mul(x, x))
		}
	}
	if row.Cases < 2 {
		return false
	}
	// CV² = (n·Σx² − (Σx)²) / (Σx)², times n/(n−1) for the sample.
	n := big.NewInt(row.Cases)
	square := new(big.Int).Mul(total, total)
	num := new(big.Int).Mul(n, squares)
	num.Sub(num, square)
	den := new(big.Int).Set(square)
	if !c.Options.Population {
		num.Mul(num, n)
		den.Mul(den, big.NewInt(row.Cases-1))
	}
	row.CV = money.Ratio(root(num, den, 10_000).Int64() * 100)
	limit := ratio(c.Options.MaxCV)
	limit.Mul(limit, limit)
	return row.Cases > c.Options.MinCases && new(big.Rat).SetFrac(num, den).Cmp(limit) <= 0
}

// root returns the square root of num/den in units of 1/scale, rounded half up.
func root(num, den *big.Int, scale int64) *big.Int {
	// Half a unit is seen by taking the root of four times the square: floor(2x) tells the half.
	q := new(big.Int).Mul(num, big.NewInt(4*scale*scale))
	q.Quo(q, den)
	q.Sqrt(q)
	q.Add(q, big.NewInt(1))
	return q.Rsh(q, 1)
}

func fenOf(v *big.Rat, round money.Rounding) (money.Fen, error) {
	f, err := rounded(v, round)
	return money.Fen(f), err
}

// rounded rounds a fraction to a whole number.
func rounded(v *big.Rat, round money.Rounding) (int64, error) {
	if !v.Num().IsInt64() || !v.Denom().IsInt64() {
		// The fraction's terms are too long for 64 bits: its value is found by whole division and compared with the half.
		return roundedLong(v, round)
	}
	return money.MulDiv(v.Num().Int64(), 1, v.Denom().Int64(), round)
}

func roundedLong(v *big.Rat, round money.Rounding) (int64, error) {
	q, rest := new(big.Int), new(big.Int)
	q.DivMod(v.Num(), v.Denom(), rest) // floor: 0 ≤ rest < denominator
	up := false
	switch half := new(big.Int).Lsh(rest, 1).Cmp(v.Denom()); round {
	case money.HalfUp:
		up = half > 0 || half == 0 && v.Sign() > 0
	case money.HalfEven:
		up = half > 0 || half == 0 && q.Bit(0) == 1
	case money.Ceil:
		up = rest.Sign() > 0
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() {
		return 0, money.ErrOverflow
	}
	return q.Int64(), nil
}
