package oracle

import (
	"math/big"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

func booked(*params) rule {
	return func(v *visit, _ *history) {
		if v.c.HasBookedFund {
			v.move(benefit.Open, benefit.Fund, least(fen(v.c.BookedFund), v.open()))
			v.move(benefit.Open, benefit.Coinsurance, v.open())
		}
	}
}

func bedDays(p *params) rule {
	t := p.term("visit")
	name := p.name() + "/" + t.key()
	mode, _ := p.rounding()
	rows := p.rows("rates", []string{"per_day"}, []string{"share"}, []string{"up_to_day"}, nil)
	return func(v *visit, h *history) {
		bands := run(rows, v.c)
		if bands == nil {
			return
		}
		count := daysByBand(bands, h.sum(name+" days", t, v), v.days())
		h.write(name+" days", v, whole(v.days()))
		for i, part := range spread(v.open(), v.days(), count) {
			if count[i] == 0 {
				continue
			}
			shared := rounded(times(part, bands[i].or("share", one)), mode, one)
			fund := shared
			if limit := bands[i].has("per_day"); limit != nil {
				fund = least(fund, times(limit, whole(count[i])))
			}
			v.move(benefit.Open, benefit.Fund, fund)
			v.move(benefit.Open, benefit.OverCeiling, sub(shared, fund))
			v.move(benefit.Open, benefit.Coinsurance, sub(part, shared))
		}
		v.move(benefit.Open, benefit.Coinsurance, v.open())
	}
}

// daysByBand counts how many of the days after some earlier ones fall into each band.
func daysByBand(bands []row, before *big.Rat, days int64) []int64 {
	count := make([]int64, len(bands))
	for day := range days {
		position := add(before, whole(day+1))
		for i := range bands {
			if end := bands[i].has("up_to_day"); end == nil || position.Cmp(end) <= 0 {
				count[i]++
				break
			}
		}
	}
	return count
}

func chronic(p *params) rule {
	name := p.name()
	mode, _ := p.rounding()
	type disease struct {
		codes          map[string]bool
		ceiling, addOn *big.Rat
	}
	var diseases []disease
	codeOf := make(map[int32]string)
	for code, n := range p.scope.Groups {
		codeOf[int32(n)] = code
	}
	p.Each("diseases", func(_ int, d *policy.Decoder) {
		s := disease{codes: map[string]bool{}, addOn: fen(d.FenOr("add_on", 0))}
		d.Text("id")
		if d.Has("ceiling") {
			s.ceiling = fen(d.Fen("ceiling"))
		}
		for _, c := range d.Texts("codes") {
			s.codes[c] = true
		}
		diseases = append(diseases, s)
	})
	rows := p.rows("rates", nil, []string{"share"}, nil, nil)
	supply := int64(p.IntOr("prescription_days", 0))
	find := func(c *claims.Claim) int {
		for i := range diseases {
			if code, ok := codeOf[c.Group]; ok && diseases[i].codes[code] {
				return i
			}
		}
		return -1
	}
	return func(v *visit, h *history) {
		at, r := find(v.c), first(rows, v.c)
		if v.c.Setting() != claims.Chronic || r == nil || len(diseases) > 0 && at < 0 {
			return
		}
		if supply > 0 && v.days() > supply {
			kept := rounded(divided(times(v.open(), whole(supply)), whole(v.days())), money.HalfUp, one)
			v.move(benefit.Open, benefit.NonCovered, sub(v.open(), kept))
		}
		shared := rounded(times(v.open(), r.num["share"]), mode, one)
		fund := shared
		h.notes = append(h.notes, note{name: name + " disease", v: v, amount: whole(int64(at))})
		if at >= 0 {
			seen := make(map[int64]bool)
			for _, n := range h.of(name+" disease", term{per: "year"}, v) {
				seen[n.amount.Num().Int64()] = true
			}
			highest, addOns, best, limited := zero(), zero(), zero(), true
			for i := range diseases {
				d := &diseases[i]
				if !seen[int64(i)] {
					continue
				}
				addOns = add(addOns, d.addOn)
				if d.ceiling == nil {
					limited = false
				} else if d.ceiling.Cmp(highest) > 0 || highest.Sign() == 0 && best.Sign() == 0 {
					highest, best = d.ceiling, d.addOn
				}
			}
			if limited {
				left := sub(sub(add(highest, addOns), best), h.sum(name+" chronic", term{per: "year"}, v))
				fund = least(fund, atLeast0(left))
			}
		}
		h.write(name+" chronic", v, fund)
		v.move(benefit.Open, benefit.Fund, fund)
		v.move(benefit.Open, benefit.OverCeiling, sub(shared, fund))
		v.move(benefit.Open, benefit.Coinsurance, v.open())
	}
}

func coinsurance(p *params) rule {
	highest := ratio(p.ShareOr("max_share", money.One))
	step, on := p.TextOr("mode", "marginal") == "step", p.TextOr("on", "eligible")
	include, t := p.pockets("include"), p.term("year")
	name := p.name() + "/" + t.key()
	personSide := p.TextOr("round_side", "fund") == "person"
	mode, unit := p.rounding()
	rows := p.rows("rates", []string{"up_to", "pays"}, []string{"share"}, []string{"up_to_day"}, nil)
	tilts := p.rows("adjust", nil, []string{"person_times", "times", "points", "year_points"}, []string{"from_age"}, nil)
	of := p.TextOr("of", "open")
	share := func(v *visit, r *row) *big.Rat {
		s := r.or("share", zero())
		for i := range tilts {
			if tilts[i].sel.Match(v.c) {
				// Ratios are kept to a millionth.
				s = sub(one, rounded(times(sub(one, s), tilts[i].or("person_times", one)), money.HalfUp, big.NewRat(1, 1_000_000)))
				s = rounded(times(s, tilts[i].or("times", one)), money.HalfUp, big.NewRat(1, 1_000_000))
				s = add(s, tilts[i].or("points", zero()))
				if age := whole(int64(v.c.Age)); age.Sign() > 0 {
					s = add(s, times(tilts[i].or("year_points", zero()), atLeast0(sub(age, tilts[i].or("from_age", zero())))))
				}
			}
		}
		return least(atLeast0(s), highest)
	}
	pay := func(v *visit, r *row, part *big.Rat) *big.Rat {
		switch {
		case r.has("pays") != nil:
			return atLeast0(sub(part, r.num["pays"]))
		case personSide:
			return atLeast0(sub(part, rounded(times(part, sub(one, share(v, r))), mode, unit)))
		}
		return least(rounded(times(part, share(v, r)), mode, unit), part)
	}
	return func(v *visit, h *history) {
		bands := run(rows, v.c)
		amount := v.open()
		switch of {
		case "category_b":
			amount = least(amount, fen(v.c.CategoryB))
		case "ai_diagnosis":
			amount = least(amount, fen(v.c.AIDiagnosis))
		}
		fund := zero()
		switch {
		case bands == nil:
		case on == "days":
			count := daysByBand(bands, h.sum(name+" share", t, v), v.days())
			for i, part := range spread(amount, v.days(), count) {
				if count[i] > 0 {
					fund = add(fund, pay(v, &bands[i], part))
				}
			}
			h.write(name+" share", v, whole(v.days()))
		case on == "fund" || on == "person":
			before := h.sum(name+" share", t, v)
			left := amount
			for i := range bands {
				r := &bands[i]
				room := r.has("up_to")
				if room != nil {
					room = sub(sub(room, before), fund)
					if room.Sign() <= 0 {
						continue
					}
				}
				paid, s := pay(v, r, left), share(v, r)
				if on == "person" {
					paid, s = sub(left, paid), sub(one, s)
				}
				if room == nil || rounded(times(left, s), mode, one).Cmp(room) <= 0 {
					fund = add(fund, paid)
					left = zero()
					break
				}
				cost := least(rounded(divided(room, s), money.HalfUp, one), left)
				fund = add(fund, least(room, cost))
				left = sub(left, cost)
			}
			if on == "person" {
				fund = sub(amount, add(fund, left)) // what no band serves is the person's
				h.write(name+" share", v, sub(amount, fund))
				break
			}
			h.write(name+" share", v, fund)
		default:
			start := add(h.sum(name+" share", t, v), v.held(include))
			end := add(start, amount)
			h.write(name+" share", v, add(v.held(include), amount))
			from := zero()
			for i := range bands {
				r := &bands[i]
				to := r.or("up_to", most(end, from))
				if step {
					if end.Cmp(to) <= 0 {
						fund = pay(v, r, amount)
						break
					}
					continue
				}
				if part := sub(least(end, to), most(start, from)); part.Sign() > 0 {
					fund = add(fund, pay(v, r, part))
				}
				from = to
			}
		}
		v.move(benefit.Open, benefit.Fund, fund)
		v.move(benefit.Open, benefit.Coinsurance, sub(amount, fund))
	}
}
