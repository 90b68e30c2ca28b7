package oracle

import (
	"math/big"

	"github.com/drgsim/drgsim/engine/benefit"
)

func guarantee(p *params) rule {
	gross, pockets := p.TextOr("of", "eligible") == "gross", p.pockets("pockets", "deductible", "coinsurance")
	mode, _ := p.rounding()
	rows := p.rows("shares", nil, []string{"share"}, nil, nil)
	return func(v *visit, _ *history) {
		r := first(rows, v.c)
		if r == nil {
			return
		}
		base := fen(v.c.Gross)
		if !gross {
			base = sub(base, v.pocket[benefit.NonCovered])
		}
		more := atLeast0(sub(rounded(times(base, r.num["share"]), mode, one), v.pocket[benefit.Fund]))
		v.take(pockets, benefit.Fund, least(more, v.held(pockets)))
	}
}

func ceiling(p *params) rule {
	of, to, t := p.pockets("of", "fund"), p.pockets("to", "over_ceiling")[0], p.term("year")
	name := p.name() + "/" + t.key()
	mode, _ := p.rounding()
	rows := p.rows("limits", []string{"amount"}, nil, nil, nil)
	adjust := adjustments(p)
	return func(v *visit, h *history) {
		r := first(rows, v.c)
		if r == nil {
			return
		}
		now := v.held(of)
		left := atLeast0(sub(adjust(v, r.num["amount"], mode), h.sum(name+" ceiling", t, v)))
		kept := least(now, left)
		h.write(name+" ceiling", v, kept)
		v.take(of, to, sub(now, kept))
	}
}

func oopCeiling(p *params) rule {
	later := p.IntOr("later_after", 0)
	pockets, to, t := p.pockets("pockets", "deductible", "coinsurance"), p.pockets("to", "fund")[0], p.term("year")
	name := p.name() + "/" + t.key()
	mode, unit := p.rounding()
	rows := p.rows("limits", []string{"amount", "over", "later_amount", "least", "then"}, []string{"share"}, nil, nil)
	within := p.IntOr("later_within", 0)
	return func(v *visit, h *history) {
		r := first(rows, v.c)
		if r == nil {
			return
		}
		if v.held(pockets).Cmp(r.or("least", zero())) < 0 {
			return
		}
		h.write(name+" cost", v, sub(fen(v.c.Gross), v.pocket[benefit.NonCovered]))
		cost := h.sum(name+" cost", t, v)
		limit := r.num["amount"]
		if s := r.has("share"); s != nil {
			limit = add(limit, rounded(times(atLeast0(sub(cost, r.or("over", zero()))), s), mode, unit))
		}
		if later > 0 && r.has("later_amount") != nil {
			months := make(map[int]bool)
			present := v.day.Year()*12 + v.day.Month()
			span := term{per: "year"}
			if within > 0 {
				span.per = "lifetime"
			}
			for _, n := range h.of(name+" hit", span, v) {
				if m := n.v.day.Year()*12 + n.v.day.Month(); within == 0 || m > present-within {
					months[m] = true
				}
			}
			delete(months, present)
			if len(months) >= later {
				limit = r.num["later_amount"]
			}
		}
		now := v.held(pockets)
		left := sub(limit, h.sum(name+" borne", t, v))
		if left.Sign() <= 0 {
			left = r.or("then", zero())
		}
		kept := least(now, left)
		h.write(name+" borne", v, kept)
		if now.Cmp(kept) > 0 {
			h.write(name+" hit", v, zero())
		}
		v.take(pockets, to, sub(now, kept))
	}
}

// residual serves critical illness insurance, medical aid and other payers: the kinds differ in where the money goes.
func residual(p *params) rule {
	fallback := map[string]benefit.Pocket{"critical_illness": benefit.CriticalIllness, "medical_aid": benefit.MedicalAid}
	kind := p.kind
	to, pockets := fallback[kind], p.pockets("pockets", "deductible", "coinsurance")
	if kind == "other_payer" {
		to, pockets = p.pockets("to", "other_payer")[0], p.pockets("pockets", "coinsurance", "over_ceiling")
	}
	t := p.term("year")
	name := p.name() + "/" + t.key()
	mode, _ := p.rounding()
	thresholds := p.rows("thresholds", []string{"amount"}, nil, nil, nil)
	bands := p.rows("bands", []string{"up_to"}, []string{"share"}, nil, nil)
	excess := p.TextOr("measure", "total") == "excess"
	step := p.TextOr("mode", "marginal") == "step"
	caps := p.rows("caps", []string{"amount"}, nil, nil, nil)
	return func(v *visit, h *history) {
		list := run(bands, v.c)
		if list == nil {
			return
		}
		threshold := zero()
		if r := first(thresholds, v.c); r != nil {
			threshold = r.num["amount"]
		}
		payout := func(burden *big.Rat) *big.Rat {
			sum, from := zero(), zero()
			for i := range list {
				to := list[i].or("up_to", nil)
				if to != nil && excess {
					to = add(to, threshold)
				}
				if step && to != nil && burden.Cmp(to) > 0 && i+1 < len(list) {
					continue
				}
				end := burden
				if to != nil {
					end = least(end, to)
				}
				if part := sub(end, most(from, threshold)); part.Sign() > 0 {
					sum = add(sum, rounded(times(part, list[i].num["share"]), mode, one))
				}
				if step {
					break
				}
				if to != nil {
					from = most(from, to)
				}
			}
			if r := first(caps, v.c); r != nil {
				sum = least(sum, r.num["amount"])
			}
			return sum
		}
		now, before := v.held(pockets), h.sum(name+" burden", t, v)
		h.write(name+" burden", v, now)
		v.take(pockets, to, least(sub(payout(add(before, now)), payout(before)), now))
	}
}
