package grouptable

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
)

// Decimal is a number as it was printed: Units × 10^-Places. Its places tell how precisely it is known.
type Decimal struct {
	Units  int64
	Places int
}

// maxPlaces is the number of decimals that a printed number may have; published tables have up to ten.
const maxPlaces = 10

// ParseDecimal reads a printed number, with thousands separators or without.
func ParseDecimal(s string) (Decimal, error) {
	s = strings.TrimSpace(s)
	_, frac, _ := strings.Cut(s, ".")
	d := Decimal{Places: len(frac)}
	if d.Places > maxPlaces {
		return Decimal{}, fmt.Errorf("number %q has more than %d decimals", s, maxPlaces)
	}
	var err error
	d.Units, err = money.ParseDecimal(s, d.Places)
	return d, err
}

// String prints the number as it was read, without thousands separators and trailing zeros.
func (d Decimal) String() string { return money.FormatDecimal(d.Units, d.Places) }

// Rat returns the exact value.
func (d Decimal) Rat() *big.Rat { return big.NewRat(d.Units, power(d.Places)) }

// Fen returns the number as an amount, rounded half up to fen.
func (d Decimal) Fen() (money.Fen, error) {
	v, err := money.MulDiv(d.Units, 100, power(d.Places), money.HalfUp)
	return money.Fen(v), err
}

// Is reports whether a value rounds half up to the number as it is printed.
func (d Decimal) Is(v *big.Rat) bool {
	off := new(big.Rat).Sub(v, d.Rat())
	half := big.NewRat(1, 2*power(d.Places))
	return off.Cmp(half) < 0 && off.Cmp(new(big.Rat).Neg(half)) >= 0
}

func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
