// Package money holds the exact quantities of settlement: amounts in fen, ratios in parts per million, points in
// millionths, and the point value as a fraction.
//
// Every quantity is an int64 or a fraction of two int64; no float occurs on any path to an amount (a syntax-tree test
// in this package holds the project to it). Products run through 128 bits and name their rounding. Overflow is an
// error and never wraps. Splits close: Allocate hands out every fen.
package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Fen is an amount of money in hundredths of the currency unit (分; cents for a dollar region). Negative amounts are
// reversals and deficits.
type Fen int64

// Ratio is a share or factor in parts per million: 1_000_000 is one, 850_000 is 85 percent.
type Ratio int64

// Points are DRG points (点数) or DIP scores (分值) in millionths of a point.
type Points int64

// One is the ratio 1 (100 percent).
const One Ratio = 1_000_000

// Point is one point.
const Point Points = 1_000_000

// ErrOverflow reports a result that does not fit in 64 bits.
var ErrOverflow = errors.New("amount does not fit in 64 bits")

// ErrDivideByZero reports a zero divisor, for example a point value over no points.
var ErrDivideByZero = errors.New("division by zero")

// Rounding names what happens to a part of a unit. Policy packs name it for each place that rounds.
type Rounding uint8

const (
	// HalfUp rounds to the nearest unit, halves away from zero (四舍五入).
	HalfUp Rounding = iota
	// HalfEven rounds to the nearest unit, halves to the even neighbour.
	HalfEven
	// Floor rounds toward negative infinity.
	Floor
	// Ceil rounds toward positive infinity.
	Ceil
)

var roundingNames = [...]string{"half_up", "half_even", "floor", "ceil"}

// RoundingNames lists the names a pack may use, in the order of the constants.
func RoundingNames() []string { return roundingNames[:] }

// String gives the name used in packs.
func (r Rounding) String() string {
	if int(r) < len(roundingNames) {
		return roundingNames[r]
	}
	return fmt.Sprintf("rounding(%d)", uint8(r))
}

// ParseRounding reads a name as written in a pack.
func ParseRounding(s string) (Rounding, error) {
	for i, n := range roundingNames {
		if n == s {
			return Rounding(i), nil
		}
	}
	return 0, fmt.Errorf("rounding %q is none of half_up, half_even, floor, ceil", s)
}

// MulDiv returns a*b/c rounded as named, through a 128-bit product. It fails on c = 0 and on a quotient outside int64.
func MulDiv(a, b, c int64, r Rounding) (int64, error) {
	if c == 0 {
		return 0, ErrDivideByZero
	}
	neg := (a < 0) != (b < 0) != (c < 0)
	hi, lo := bits.Mul64(abs(a), abs(b))
	d := abs(c)
	if hi >= d {
		return 0, ErrOverflow
	}
	q, rem := bits.Div64(hi, lo, d)
	if rem != 0 && roundsAway(r, neg, q, rem, d) {
		q++
		if q == 0 {
			return 0, ErrOverflow
		}
	}
	return signed(q, neg)
}

// roundsAway tells whether the magnitude q, with remainder rem of divisor d, grows by one.
func roundsAway(r Rounding, neg bool, q, rem, d uint64) bool {
	switch r {
	case HalfEven:
		return rem > d-rem || (rem == d-rem && q&1 == 1)
	case Floor:
		return neg
	case Ceil:
		return !neg
	default:
		return rem >= d-rem
	}
}

func signed(q uint64, neg bool) (int64, error) {
	if neg {
		if q > 1<<63 {
			return 0, ErrOverflow
		}
		return -int64(q), nil // 1<<63 converts to MinInt64, whose negation is itself
	}
	if q > math.MaxInt64 {
		return 0, ErrOverflow
	}
	return int64(q), nil
}

func abs(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// Add returns a+b, or ErrOverflow.
func Add[T ~int64](a, b T) (T, error) {
	s := a + b
	if (s > a) != (b > 0) && b != 0 {
		return 0, ErrOverflow
	}
	return s, nil
}

// Sum adds all, or returns ErrOverflow.
func Sum[T ~int64](xs ...T) (T, error) {
	var s T
	for _, x := range xs {
		var err error
		if s, err = Add(s, x); err != nil {
			return 0, err
		}
	}
	return s, nil
}

// Times returns the amount multiplied by a ratio, rounded as named.
func (f Fen) Times(r Ratio, round Rounding) (Fen, error) {
	v, err := MulDiv(int64(f), int64(r), int64(One), round)
	return Fen(v), err
}

// Times returns points multiplied by a ratio (a coefficient), rounded as named.
func (p Points) Times(r Ratio, round Rounding) (Points, error) {
	v, err := MulDiv(int64(p), int64(r), int64(One), round)
	return Points(v), err
}

// Times returns the product of two ratios, rounded as named.
func (r Ratio) Times(s Ratio, round Rounding) (Ratio, error) {
	v, err := MulDiv(int64(r), int64(s), int64(One), round)
	return Ratio(v), err
}

// RatioOf returns a/b in parts per million, rounded as named.
func RatioOf(a, b Fen, round Rounding) (Ratio, error) {
	v, err := MulDiv(int64(a), int64(One), int64(b), round)
	return Ratio(v), err
}
