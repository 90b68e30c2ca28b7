package drg

import (
	"math"
	"math/bits"

	"github.com/drgsim/drgsim/engine/money"
)

// Every formula is a line: a fixed part, a part that grows with a ratio r (of cost, or of days), an amount of money turned
// into points, and points per day. Each part may carry the hospital's coefficient c. In points:
//
//	base·[(u0 + u1·c) + (v0 + v1·c)·r] + (k0 + k1·c)·money/rate + (w0 + w1·c)·perDay·days
//
// and in money the same times the rate. The whole is one fraction, rounded once. All factors are in parts per million.
type line struct {
	u0, u1, v0, v1, k0, k1, w0, w1 int64
}

// quantities are what a line is evaluated for.
type quantities struct {
	base   int64 // points in nano
	coef   int64 // in nano
	rn, rd int64 // the ratio r as a fraction; rd > 0
	money  int64 // fen
	perDay int64 // points a day in nano
	days   int64
	rate   int64 // millionths of a currency unit for one point; above 0 where a line has money or is asked for money
}

const (
	ppm      = int64(money.One)
	fraction = 1_000_000_000_000_000_000 // nano² × ppm over the millionths of a point: 1e18 · 1e6 / 1e6
)

// points returns the value in units of 10^-decimals points.
func (l *line) points(q *quantities, decimals int, round money.Rounding) (int64, error) {
	unit := uint64(pow10(6 - decimals))
	if v, ok := l.short(q, unit, round); ok {
		return v, nil
	}
	if v, ok := l.cost(q, unit, round); ok {
		return v, nil
	}
	k := l.factor(l.k0, l.k1, q)
	num := l.scaled(q)
	if k == 0 {
		return num.over(round, uint64(q.rd), fraction, unit)
	}
	// money/rate points are money·k/(1e5·rate) millionths; both parts come over the denominator rd · 1e18 · 100 · rate.
	rate := uint64(q.rate) * 100
	part := product(k, q.money, q.rd, fraction/1000)
	return signedTimes(num, rate).plus(part).over(round, uint64(q.rd), fraction, rate, unit)
}

// short is points for base and ratio alone, where 128 bits are enough.
//
// Fast path: cases in a band between two ratios are up to two fifths of all stays, and this takes half the time.
func (l *line) short(q *quantities, unit uint64, round money.Rounding) (int64, bool) {
	coef := q.coef / 1000
	if l.k0|l.k1|l.w0|l.w1 != 0 || round != money.HalfUp || q.rn < 0 || unit > 10_000 || coef*1000 != q.coef {
		return 0, false
	}
	// The coefficient has six decimals, as nearly all have, so that all is in units of a thousandth of those above.
	u, v := l.u0*ppm+l.u1*coef, l.v0*ppm+l.v1*coef
	if u < 0 || v < 0 {
		return 0, false
	}
	over1, a := bits.Mul64(uint64(u), uint64(q.rd))
	over2, b := bits.Mul64(uint64(v), uint64(q.rn))
	sum, over3 := bits.Add64(a, b, 0)
	hi, lo := bits.Mul64(sum, uint64(q.base))
	if over1|over2|over3|hi>>63 != 0 {
		return 0, false
	}
	hi, lo = hi<<1|lo>>63, lo<<1
	for _, d := range [...]uint64{uint64(q.rd), fraction / 1000 * unit} {
		rest := hi
		if hi >= d { // seldom
			rest, hi = hi%d, hi/d
		} else {
			hi = 0
		}
		lo, _ = bits.Div64(rest, lo, d)
	}
	if half := lo>>1 + lo&1; hi == 0 && half <= math.MaxInt64 {
		return int64(half), true
	}
	return 0, false
}

// cost is points for an amount of money alone, where 128 bits are enough: cases that no group holds are paid so.
func (l *line) cost(q *quantities, unit uint64, round money.Rounding) (int64, bool) {
	if l.u0|l.u1|l.v0|l.v1|l.w0|l.w1|l.k1 != 0 || l.k0 < 0 || q.money < 0 || round != money.HalfUp || unit > 10_000 || uint64(q.rate) > math.MaxInt64/20_000 {
		return 0, false
	}
	// Fen · parts per million over millionths of a currency unit a point, times 10,000, are millionths of a point.
	over, product := bits.Mul64(uint64(l.k0), uint64(q.money))
	hi, lo := bits.Mul64(product, 20_000)
	d := uint64(q.rate) * unit
	if over != 0 || hi >= d {
		return 0, false
	}
	twice, _ := bits.Div64(hi, lo, d)
	if half := twice>>1 + twice&1; half <= math.MaxInt64 {
		return int64(half), true
	}
	return 0, false
}

// fen returns the value in units of 10^-decimals currency units, times the rate.
func (l *line) fen(q *quantities, decimals int, round money.Rounding) (int64, error) {
	unit := uint64(pow10(2 - decimals))
	num := signedTimes(l.scaled(q), uint64(q.rate))
	if k := l.factor(l.k0, l.k1, q); k != 0 {
		num = num.plus(product(k, q.money, q.rd, fraction/100_000))
	}
	return num.over(round, uint64(q.rd), fraction, 10_000_000_000, unit)
}

// scaled returns the parts without money over rd · 1e18, in millionths of a point.
func (l *line) scaled(q *quantities) wide {
	num := product(q.base, l.factor(l.u0, l.u1, q), q.rd)
	if v := l.factor(l.v0, l.v1, q); v != 0 {
		num = num.plus(product(q.base, v, q.rn))
	}
	if w := l.factor(l.w0, l.w1, q); w != 0 {
		num = num.plus(product(q.perDay, q.days, w, q.rd))
	}
	return num
}

// factor returns a + b·c in units of 1e-15.
func (l *line) factor(a, b int64, q *quantities) int64 { return a*nano + b*q.coef }

func signedTimes(w wide, x uint64) wide {
	if w[3]>>63 == 1 {
		return w.negated().times(x).negated()
	}
	return w.times(x)
}
