package drg

import (
	"math"
	"math/bits"

	"github.com/drgsim/drgsim/engine/money"
)

// wide is a 256-bit two's complement integer, least significant word first. A formula's value is one fraction of whole
// numbers; wide holds its numerator, so that it is rounded once and only once. The limits that Compile sets on what enters a
// formula keep every product below 2^254.
type wide [4]uint64

// product multiplies whole numbers.
func product(factors ...int64) wide {
	w := wide{1}
	neg := false
	for _, f := range factors {
		if f == 0 {
			return wide{}
		}
		x := uint64(f)
		if f < 0 {
			neg, x = !neg, -x
		}
		w = w.times(x)
	}
	if neg {
		return w.negated()
	}
	return w
}

// times multiplies the magnitude w by x.
func (w wide) times(x uint64) wide {
	var carry uint64
	for i := range w {
		hi, lo := bits.Mul64(w[i], x)
		lo, c := bits.Add64(lo, carry, 0)
		w[i], carry = lo, hi+c
	}
	return w
}

func (w wide) plus(o wide) wide {
	var c uint64
	for i := range w {
		w[i], c = bits.Add64(w[i], o[i], c)
	}
	return w
}

func (w wide) negated() wide {
	c := uint64(1)
	for i := range w {
		w[i], c = bits.Add64(^w[i], 0, c)
	}
	return w
}

// over divides by the product of the divisors, none of which is zero, and rounds as named.
func (w wide) over(round money.Rounding, divisors ...uint64) (int64, error) {
	neg := w[3]>>63 == 1
	if neg {
		w = w.negated()
	}
	half := round == money.HalfUp || round == money.HalfEven
	if half {
		// The quotient of the doubled number tells in its last bit on which side of a half the true quotient lies.
		w = w.plus(w)
	}
	rest := false
	for _, d := range divisors {
		var rem uint64
		for i := 3; i >= 0; i-- {
			if w[i]|rem != 0 {
				w[i], rem = bits.Div64(rem, w[i], d)
			}
		}
		rest = rest || rem != 0
	}
	if w[1]|w[2]|w[3] != 0 {
		return 0, money.ErrOverflow
	}
	q := w[0]
	up := false
	switch round {
	case money.HalfUp:
		up, q = q&1 == 1, q>>1
	case money.HalfEven:
		up, q = q&1 == 1 && (rest || q>>1&1 == 1), q>>1
	case money.Floor:
		up = neg && rest
	case money.Ceil:
		up = !neg && rest
	}
	if up {
		q++
	}
	if q > math.MaxInt64 {
		return 0, money.ErrOverflow
	}
	if neg {
		return -int64(q), nil
	}
	return int64(q), nil
}
