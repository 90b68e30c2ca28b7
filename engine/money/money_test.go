package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/money"
)

func TestMulDivRounding(t *testing.T) {
	// 5*1/2 = 2.5 and -2.5, 7/2 = 3.5, 1/3 and -1/3: the halves and thirds tell the modes apart.
	cases := []struct {
		a, b, c                       int64
		halfUp, halfEven, floor, ceil int64
	}{
		{5, 1, 2, 3, 2, 2, 3},
		{-5, 1, 2, -3, -2, -3, -2},
		{7, 1, 2, 4, 4, 3, 4},
		{-7, 1, 2, -4, -4, -4, -3},
		{1, 1, 3, 0, 0, 0, 1},
		{-1, 1, 3, 0, 0, -1, 0},
		{5, -1, -2, 3, 2, 2, 3},
		{1_850_000, 850_000, 1_000_000, 1_572_500, 1_572_500, 1_572_500, 1_572_500},
	}
	for _, c := range cases {
		for mode, want := range map[money.Rounding]int64{money.HalfUp: c.halfUp, money.HalfEven: c.halfEven, money.Floor: c.floor, money.Ceil: c.ceil} {
			got, err := money.MulDiv(c.a, c.b, c.c, mode)
			if err != nil || got != want {
				t.Errorf("MulDiv(%d, %d, %d, %s) = %d, %v; want %d", c.a, c.b, c.c, mode, got, err, want)
			}
		}
	}
}

func TestMulDivLimits(t *testing.T) {
	if _, err := money.MulDiv(1, 1, 0, money.HalfUp); !errors.Is(err, money.ErrDivideByZero) {
		t.Errorf("division by zero gives %v", err)
	}
	if _, err := money.MulDiv(math.MaxInt64, 2, 1, money.HalfUp); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("a product beyond 64 bits gives %v", err)
	}
	if _, err := money.MulDiv(math.MaxInt64, math.MaxInt64, 1, money.HalfUp); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("a product beyond 128/64 bits gives %v", err)
	}
	if got, err := money.MulDiv(math.MinInt64, 1, 1, money.HalfUp); err != nil || got != math.MinInt64 {
		t.Errorf("the smallest amount gives %d, %v", got, err)
	}
	if _, err := money.MulDiv(math.MinInt64, -1, 1, money.HalfUp); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("the smallest amount negated gives %v", err)
	}
}

// TestMulDivOracle compares every mode with big rationals over the whole range.
func TestMulDivOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b"), rapid.Int64().Draw(t, "c")
		mode := money.Rounding(rapid.IntRange(0, 3).Draw(t, "mode"))
		if c == 0 {
			return
		}
		num := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		want := roundBig(new(big.Rat).SetFrac(num, big.NewInt(c)), mode)
		got, err := money.MulDiv(a, b, c, mode)
		if !want.IsInt64() {
			if !errors.Is(err, money.ErrOverflow) {
				t.Fatalf("MulDiv = %d, %v; want overflow for %s", got, err, want)
			}
			return
		}
		if err != nil || got != want.Int64() {
			t.Fatalf("MulDiv = %d, %v; want %s", got, err, want)
		}
	})
}

func roundBig(r *big.Rat, mode money.Rounding) *big.Int {
	floor := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean: toward negative infinity for a positive denominator
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(floor))
	up := new(big.Int).Add(floor, big.NewInt(1))
	half := rest.Cmp(big.NewRat(1, 2))
	switch {
	case rest.Sign() == 0 || mode == money.Floor:
		return floor
	case mode == money.Ceil || half > 0:
		return up
	case half < 0:
		return floor
	case mode == money.HalfEven && floor.Bit(0) == 0, mode == money.HalfUp && r.Sign() < 0:
		return floor
	}
	return up
}

func TestAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := money.Add(money.Fen(a), money.Fen(b))
		if want.IsInt64() != (err == nil) || err == nil && int64(got) != want.Int64() {
			t.Fatalf("Add(%d, %d) = %d, %v; want %s", a, b, got, err, want)
		}
	})
}

func TestPointValue(t *testing.T) {
	// The fraction (190,600 - 139,600 + 148,440) yuan over 1,609.5 points of the worked example.
	v := money.PointValue{Fen: 19_944_000, Points: 1609_500_000}
	if s, err := v.Decimals(6, money.HalfUp); err != nil || s != "123.914259" {
		t.Errorf("point value prints as %q, %v; want 123.914259", s, err)
	}
	if f, err := v.Of(60*money.Point, money.HalfUp); err != nil || f != 743_486 {
		t.Errorf("60 points are worth %s, %v; want 7434.86", f, err)
	}
	r, err := v.Rounded(2, money.HalfUp)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := r.Of(100*money.Point, money.HalfUp); err != nil || f != 1_239_100 {
		t.Errorf("100 points at 123.91 are worth %s, %v; want 12391.00", f, err)
	}
	if _, err := (money.PointValue{}).Of(1, money.HalfUp); !errors.Is(err, money.ErrDivideByZero) {
		t.Errorf("points without a pool are worth %v", err)
	}
}
