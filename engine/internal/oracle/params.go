package oracle

import (
	"math/big"
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// params reads the parameters of one step.
type params struct {
	*policy.Decoder
	scope *policy.Scope
	id    string
	kind  string
	round money.Rounding
}

// term is a period over which notes are summed.
type term struct {
	per    string
	gap    int
	begins string // of a year: month and day, as in 07-01; "": 1 January of the plan's year
}

// key tells apart the terms that do not share their notes.
func (t term) key() string { return t.per + t.begins }

func (p *params) term(fallback string) term {
	t := term{per: p.TextOr("per", fallback)}
	if t.per == "benefit_period" {
		t.gap = p.IntOr("gap_days", 60)
	}
	t.begins = p.TextOr("year_begins", "")
	return t
}

func (p *params) name() string { return p.TextOr("counter", p.id) }

func (p *params) rounding() (mode money.Rounding, unit *big.Rat) {
	return p.RoundingOr("round", p.round), fen(p.FenOr("round_to", 1))
}

func (p *params) pockets(key string, fallback ...string) []benefit.Pocket {
	words := p.Texts(key)
	if len(words) == 0 {
		words = fallback
	}
	var list []benefit.Pocket
	for _, w := range words {
		list = append(list, benefit.Pocket(slices.Index(benefit.PocketNames, w)))
	}
	return list
}

// row is one row of a list of a step: a selector and numbers by key. Amounts are in fen.
type row struct {
	sel policy.Selector
	num map[string]*big.Rat
	seq []*big.Rat
	on  map[string]bool
}

// has returns the number under a key, or nil when the row has none.
func (r *row) has(key string) *big.Rat { return r.num[key] }

func (r *row) or(key string, fallback *big.Rat) *big.Rat {
	if x := r.num[key]; x != nil {
		return x
	}
	return fallback
}

// rows reads a list: keys of amounts, of ratios, of whole numbers and of flags.
func (p *params) rows(key string, amounts, ratios, wholes, flags []string) []row {
	var list []row
	p.Each(key, func(_ int, d *policy.Decoder) {
		r := row{sel: d.Selector(p.scope), num: map[string]*big.Rat{}, on: map[string]bool{}}
		for _, k := range amounts {
			if d.Has(k) {
				r.num[k] = fen(d.Fen(k))
			}
		}
		for _, k := range ratios {
			if d.Has(k) {
				r.num[k] = ratio(d.Ratio(k))
			}
		}
		for _, k := range wholes {
			if d.Has(k) {
				r.num[k] = whole(int64(d.Int(k)))
			}
		}
		for _, k := range flags {
			r.on[k] = d.BoolOr(k, false)
		}
		list = append(list, r)
	})
	return list
}

// first returns the first row that holds for a claim, or nil.
func first(list []row, c *claims.Claim) *row {
	for i := range list {
		if list[i].sel.Match(c) {
			return &list[i]
		}
	}
	return nil
}

// run returns the first row that holds and the rows right after it that select the same claims.
func run(list []row, c *claims.Claim) []row {
	for i := range list {
		if !list[i].sel.Match(c) {
			continue
		}
		n := i + 1
		for n < len(list) && policy.SameSelector(list[n].sel, list[i].sel) {
			n++
		}
		return list[i:n]
	}
	return nil
}

func zero() *big.Rat                 { return new(big.Rat) }
func whole(n int64) *big.Rat         { return new(big.Rat).SetInt64(n) }
func fen(f money.Fen) *big.Rat       { return whole(int64(f)) }
func ratio(r money.Ratio) *big.Rat   { return big.NewRat(int64(r), 1_000_000) }
func times(a, b *big.Rat) *big.Rat   { return new(big.Rat).Mul(a, b) }
func divided(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

// Numbers are never changed once made, so that a sum with zero may be the other number itself.

func add(a, b *big.Rat) *big.Rat {
	switch {
	case a.Sign() == 0:
		return b
	case b.Sign() == 0:
		return a
	}
	if a.IsInt() && b.IsInt() { // spares the search for a common divisor
		return new(big.Rat).SetInt(new(big.Int).Add(a.Num(), b.Num()))
	}
	return new(big.Rat).Add(a, b)
}

func sub(a, b *big.Rat) *big.Rat {
	if b.Sign() == 0 {
		return a
	}
	if a.IsInt() && b.IsInt() {
		return new(big.Rat).SetInt(new(big.Int).Sub(a.Num(), b.Num()))
	}
	return new(big.Rat).Sub(a, b)
}

func least(a, b *big.Rat) *big.Rat {
	if sub(a, b).Sign() <= 0 {
		return a
	}
	return b
}

func most(a, b *big.Rat) *big.Rat {
	if sub(a, b).Sign() >= 0 {
		return a
	}
	return b
}

// atLeast0 is the amount, or zero when it is negative.
func atLeast0(a *big.Rat) *big.Rat { return most(a, zero()) }

// rounded brings an exact fraction to a multiple of a unit.
func rounded(x *big.Rat, mode money.Rounding, unit *big.Rat) *big.Rat {
	if x.Sign() == 0 {
		return x
	}
	q := divided(x, unit)
	floor := new(big.Int).Div(q.Num(), q.Denom()) // Euclidean: rounds down for a positive denominator
	rest := sub(q, new(big.Rat).SetInt(floor))
	up := false
	half := rest.Cmp(big.NewRat(1, 2))
	switch mode {
	case money.Floor:
	case money.Ceil:
		up = rest.Sign() > 0
	case money.HalfEven:
		up = half > 0 || half == 0 && floor.Bit(0) == 1
	default: // away from zero at the half
		up = half > 0 || half == 0 && q.Sign() > 0
	}
	if up {
		floor.Add(floor, big.NewInt(1))
	}
	return times(new(big.Rat).SetInt(floor), unit)
}

var one = whole(1)
