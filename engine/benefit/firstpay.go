package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// firstPay moves the share that the person pays ahead of all else (先行自付): of class-B items, or of the whole open cost for
// care outside the region.
//
//	on: category_b                                     or open, gross
//	rates: [{share: 10%}, ...]                         by selector; {place: out_of_province, filed: false, share: 20%}
//	billed: use                                        or ignore: whether the amount on the bill stands before the rate
//
// First pay = base × share, rounded as `round` names, at most what is open. Worked: class B 2,000.00 at 10% is 200.00.
// Exception: on category_b a claim that carries its billed first pay pays that, as items bear different shares.
type firstPay struct {
	rates  table[money.Ratio]
	on     int
	billed bool
	round  money.Rounding
}

var firstPayBases = []string{"category_b", "open", "gross"}

const (
	onCategoryB = iota
	onOpen
	onGross
)

func compileFirstPay(d *policy.Decoder, ctx *Context) Rule {
	r := &firstPay{on: d.WordOr("on", firstPayBases, onCategoryB), round: d.RoundingOr("round", ctx.Round)}
	if r.on == onCategoryB {
		r.billed = d.WordOr("billed", []string{"use", "ignore"}, 0) == 0
	}
	ctx.Scope.Reads(claims.ColCategoryB, claims.ColFirstPay)
	r.rates = readTable(d, ctx, "rates", r.billed, func(row *policy.Decoder) money.Ratio { return row.Share("share") })
	return r
}

func (r *firstPay) skips(chosen []int16) bool { return !r.billed && r.rates.never(chosen) }

// Apply moves the first pay out of Open.
func (r *firstPay) Apply(v *Visit, _ *Year) {
	open := v.Pockets[Open]
	if r.billed && v.HasFirstPay {
		part := min(v.Claim.FirstPay, open)
		if v.Tracing() {
			v.Say("按账单先行自付 %s", "first pay as billed: %s", part)
		}
		v.Move(Open, FirstPay, part)
		return
	}
	share := r.rates.find(v)
	if share == nil {
		return
	}
	base := v.CategoryB
	switch r.on {
	case onOpen:
		base = open
	case onGross:
		base = v.Gross
	}
	due := v.Times(base, *share, r.round)
	part := min(due, open)
	if v.Tracing() {
		v.Say("%s × %s = %s%s，不超过待定 %s", "%s × %s = %s%s, at most what is open, %s", base, share.Percent(), due, rounded(r.round, 1), open)
	}
	v.Move(Open, FirstPay, part)
}

func (r *firstPay) sweeper() (sweeper, *choice) {
	if r.round != money.HalfUp {
		return nil, nil
	}
	return r, &r.rates.choice
}

// sweep is Apply without words for bases that are small. Open never falls below zero, as no more leaves it than it holds.
func (r *firstPay) sweep(s *sweep, rows []int32) {
	opens, parts := s.column(Open), s.column(FirstPay)
	for i, row := range rows {
		if row == passedBy {
			continue
		}
		c, open := &s.Claims[i], opens[i]
		part := c.FirstPay
		if !r.billed || !c.HasFirstPay {
			if row == unserved {
				continue
			}
			base := c.CategoryB
			switch r.on {
			case onOpen:
				base = open
			case onGross:
				base = c.Gross
			}
			if !small(base) {
				v, y := s.hand(i)
				if r.Apply(v, y); s.failed(i) {
					return
				}
				continue
			}
			part = halfUp(base, r.rates.rows[row])
		}
		part = min(part, open)
		opens[i] = open - part
		parts[i] += part
	}
}
