package money

// PointValue is what one point is worth (点值), kept as the fraction Fen/Points until the law rounds it: the money
// of the pool over the points of the pool. The zero value is "no points"; multiplying with it is ErrDivideByZero.
type PointValue struct {
	Fen    Fen
	Points Points
}

// Of returns points valued at v, rounded as named.
func (v PointValue) Of(p Points, round Rounding) (Fen, error) {
	f, err := MulDiv(int64(p), int64(v.Fen), int64(v.Points), round)
	return Fen(f), err
}

// Decimals returns the value in currency units per point with n decimals (0 to 9), rounded as named: the printed form.
func (v PointValue) Decimals(n int, round Rounding) (string, error) {
	if v.Points == 0 {
		return "", ErrDivideByZero
	}
	scale := int64(1)
	for range n {
		scale *= 10
	}
	// value = (Fen/100) / (Points/1e6) = Fen*1e4/Points units; scaled by 10^n before the one rounding.
	q, err := MulDiv(int64(v.Fen), 10_000*scale, int64(v.Points), round)
	if err != nil {
		return "", err
	}
	return formatDecimal(q, n), nil
}

// Rounded returns the point value rounded to n decimals of the currency unit, as the law of some places demands; the
// result is exact in that many decimals.
func (v PointValue) Rounded(n int, round Rounding) (PointValue, error) {
	if v.Points == 0 {
		return PointValue{}, ErrDivideByZero
	}
	scale := int64(1)
	for range n {
		scale *= 10
	}
	q, err := MulDiv(int64(v.Fen), 10_000*scale, int64(v.Points), round)
	if err != nil {
		return PointValue{}, err
	}
	return PointValue{Fen: Fen(q), Points: Points(10_000 * scale)}, nil
}
