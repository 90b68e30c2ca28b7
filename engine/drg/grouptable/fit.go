package grouptable

import (
	"cmp"
	"math/big"
	"slices"
)

// Fit tells how the printed payment standards of one tier and scheme follow from the weights: standard = weight × rate
// × coefficient, each rounded half up to the decimals printed.
type Fit struct {
	Tier, Scheme string
	SamePrice    bool // of the groups at one price everywhere, or of the others
	// Rate is the shortest decimal that gives the most standards; its Places are as many as are needed and no more.
	Rate Decimal
	// Given tells that the table prints the rate itself.
	Given bool
	// Rows have both a weight and a standard above zero; Exact of them come out to the printed precision.
	Rows, Exact int
	// Off are the lines of those that do not.
	Off []int
}

// interval is the range of rates that give one printed standard: from low, included, to high, excluded.
type interval struct {
	low, high *big.Rat
	line      int
}

// Fits works out the rates behind the printed standards, by tier, scheme and same price.
func (t *Table) Fits() []Fit {
	var fits []Fit
	for i, c := range t.Columns {
		if c.Role != Standard {
			continue
		}
		for _, same := range []bool{false, true} {
			if f, ok := t.fit(t.Columns[i], same); ok {
				fits = append(fits, f)
			}
		}
	}
	return fits
}

func (t *Table) fit(c Column, same bool) (Fit, bool) {
	f := Fit{Tier: c.Tier, Scheme: c.Scheme, SamePrice: same}
	var given *Decimal
	var ranges []interval
	for i := range t.Rows {
		r := &t.Rows[i]
		standard := find(r.Standards, c.Tier, c.Scheme)
		if r.SamePrice != same || r.Weight == nil || r.Weight.Units == 0 || standard == nil || standard.Units == 0 {
			continue
		}
		by := r.Weight.Rat()
		if coef := find(r.Coefficients, c.Tier, c.Scheme); coef != nil && coef.Units > 0 {
			by.Mul(by, coef.Rat())
		}
		if rate := find(r.Rates, c.Tier, c.Scheme); rate != nil {
			given = rate
		}
		half := big.NewRat(1, 2*power(standard.Places))
		low := new(big.Rat).Sub(standard.Rat(), half)
		high := half.Add(standard.Rat(), half)
		ranges = append(ranges, interval{low.Quo(low, by), high.Quo(high, by), r.Line})
	}
	if len(ranges) == 0 {
		return f, false
	}
	f.Rows = len(ranges)
	if given != nil {
		f.Rate, f.Given = *given, true
	} else {
		f.Rate = shortest(mostCommon(ranges))
	}
	rate := f.Rate.Rat()
	for _, r := range ranges {
		if rate.Cmp(r.low) >= 0 && rate.Cmp(r.high) < 0 {
			f.Exact++
		} else {
			f.Off = append(f.Off, r.line)
		}
	}
	return f, true
}

// find returns the number for a tier and scheme; a cell for all serves each.
func find(cells []Cell, tier, scheme string) *Decimal {
	for i := range cells {
		c := &cells[i]
		if (c.Tier == tier || c.Tier == "") && (c.Scheme == scheme || c.Scheme == "" || scheme == "") {
			return &c.Value
		}
	}
	return nil
}

// mostCommon returns the range in which the most intervals overlap, the lowest of equals.
func mostCommon(ranges []interval) (low, high *big.Rat) {
	type edge struct {
		at    *big.Rat
		begin bool
	}
	edges := make([]edge, 0, 2*len(ranges))
	for _, r := range ranges {
		edges = append(edges, edge{r.low, true}, edge{r.high, false})
	}
	slices.SortStableFunc(edges, func(a, b edge) int {
		if order := a.at.Cmp(b.at); order != 0 {
			return order
		}
		// Where one range ends and another begins, the end comes first: ends are excluded.
		return cmp.Compare(begins(a.begin), begins(b.begin))
	})
	open, best := 0, 0
	for i, e := range edges {
		if !e.begin {
			open--
			continue
		}
		if open++; open > best {
			best, low, high = open, e.at, nextEnd(edges[i+1:], func(e edge) (*big.Rat, bool) { return e.at, !e.begin })
		}
	}
	return low, high
}

func begins(b bool) int {
	if b {
		return 1
	}
	return 0
}

func nextEnd[E any](edges []E, end func(E) (*big.Rat, bool)) *big.Rat {
	for _, e := range edges {
		if at, ok := end(e); ok {
			return at
		}
	}
	panic("BUG: a range begins and does not end")
}

// shortest returns the decimal with the fewest places in the range from low, included, to high, excluded; the lowest of equals.
func shortest(low, high *big.Rat) Decimal {
	for places := range maxPlaces + 1 {
		scaled := new(big.Rat).Mul(low, new(big.Rat).SetInt64(power(places)))
		units := new(big.Int).Add(scaled.Num(), scaled.Denom())
		units.Sub(units, big.NewInt(1)).Quo(units, scaled.Denom()) // ceil of a positive fraction
		d := Decimal{units.Int64(), places}
		if d.Rat().Cmp(high) < 0 {
			return d
		}
	}
	return Decimal{}
}
