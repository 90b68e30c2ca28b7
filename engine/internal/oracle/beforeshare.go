package oracle

import (
	"math/big"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// readers is the oracle's table of kinds.
var readers = map[string]func(*params) rule{
	"non_covered": nonCovered, "over_limit": overLimit, "internet": internet, "ai_diagnosis": aiDiagnosis,
	"first_pay": firstPay, "deductible": deductible, "copay": copay, "booked": booked, "bed_days": bedDays,
	"chronic": chronic, "coinsurance": coinsurance, "guarantee": guarantee, "ceiling": ceiling,
	"oop_ceiling": oopCeiling, "critical_illness": residual, "medical_aid": residual, "other_payer": residual,
}

func nonCovered(*params) rule {
	return func(v *visit, _ *history) {
		v.move(benefit.Open, benefit.NonCovered, least(fen(v.c.NonCovered), v.open()))
	}
}

func overLimit(p *params) rule {
	daily := p.TextOr("each", "visit") == "day"
	to := p.pockets("to", "non_covered")[0]
	rows := p.rows("limits", []string{"amount"}, nil, []string{"up_to_day"}, nil)
	return func(v *visit, _ *history) {
		bands := run(rows, v.c)
		if bands == nil {
			return
		}
		limit := bands[0].num["amount"]
		if daily {
			limit = zero()
			for day := int64(1); day <= v.days(); day++ {
				b := bandOfDay(bands, day)
				if b == nil {
					return // a day without limit
				}
				limit = add(limit, b.num["amount"])
			}
		}
		v.move(benefit.Open, to, atLeast0(sub(v.open(), limit)))
	}
}

// bandOfDay returns the band that a day (1 is the first) falls into, or nil.
func bandOfDay(bands []row, day int64) *row {
	for i := range bands {
		if end := bands[i].has("up_to_day"); end == nil || whole(day).Cmp(end) <= 0 {
			return &bands[i]
		}
	}
	return nil
}

func internet(p *params) rule {
	covered, eligible, within := p.BoolOr("covered", true), p.BoolOr("eligible_only", true), p.IntOr("follow_up_days", 0)
	prices := p.rows("prices", []string{"amount"}, nil, nil, nil)
	return func(v *visit, h *history) {
		if v.c.Setting() != claims.Internet {
			return
		}
		insured := covered && (!eligible || v.c.Facts[claims.FactInternet] == 1) && (within == 0 || h.offline(v, within))
		if !insured {
			v.move(benefit.Open, benefit.NonCovered, v.open())
		} else if r := first(prices, v.c); r != nil {
			v.move(benefit.Open, benefit.NonCovered, atLeast0(sub(v.open(), r.num["amount"])))
		}
	}
}

func aiDiagnosis(p *params) rule {
	covered := p.BoolOr("covered", true)
	share, firstPay := ratio(p.ShareOr("share", money.One)), ratio(p.ShareOr("first_pay", 0))
	visitMost, yearMost := p.Has("visit_ceiling"), p.Has("year_ceiling")
	perVisit, perYear := fen(p.FenOr("visit_ceiling", 0)), fen(p.FenOr("year_ceiling", 0))
	name := p.name() + " ai"
	mode, _ := p.rounding()
	var eligible *policy.Selector
	if d := p.Sub("eligible"); d != nil {
		sel := d.Selector(p.scope)
		eligible = &sel
		d.Close()
	}
	return func(v *visit, h *history) {
		items := least(fen(v.c.AIDiagnosis), v.open())
		if !covered || eligible != nil && !eligible.Match(v.c) {
			v.move(benefit.Open, benefit.NonCovered, items)
			return
		}
		listed := rounded(times(items, share), mode, one)
		paid := listed
		if visitMost {
			paid = least(paid, perVisit)
		}
		if yearMost {
			paid = least(paid, atLeast0(sub(perYear, h.sum(name, term{per: "year"}, v))))
		}
		h.write(name, v, paid)
		v.move(benefit.Open, benefit.NonCovered, sub(items, listed))
		v.move(benefit.Open, benefit.OverCeiling, sub(listed, paid))
		v.move(benefit.Open, benefit.FirstPay, rounded(times(paid, firstPay), mode, one))
	}
}

func firstPay(p *params) rule {
	on := p.TextOr("on", "category_b")
	billed := on == "category_b" && p.TextOr("billed", "use") == "use"
	mode, _ := p.rounding()
	rows := p.rows("rates", nil, []string{"share"}, nil, nil)
	return func(v *visit, _ *history) {
		var part *big.Rat
		if billed && v.c.HasFirstPay {
			part = fen(v.c.FirstPay)
		} else {
			r := first(rows, v.c)
			if r == nil {
				return
			}
			base := map[string]*big.Rat{"category_b": fen(v.c.CategoryB), "open": v.open(), "gross": fen(v.c.Gross)}[on]
			part = rounded(times(base, r.num["share"]), mode, one)
		}
		v.move(benefit.Open, benefit.FirstPay, least(part, v.open()))
	}
}

// adjustments reads `adjust:` of amounts.
func adjustments(p *params) func(v *visit, amount *big.Rat, mode money.Rounding) *big.Rat {
	rows := p.rows("adjust", []string{"add"}, []string{"times"}, nil, nil)
	return func(v *visit, amount *big.Rat, mode money.Rounding) *big.Rat {
		for i := range rows {
			if r := &rows[i]; r.sel.Match(v.c) {
				amount = atLeast0(add(rounded(times(amount, r.or("times", one)), mode, one), r.or("add", zero())))
			}
		}
		return amount
	}
}

func deductible(p *params) rule {
	t, name := p.term("visit"), p.name()
	mode, _ := p.rounding()
	var rows []row
	p.Each("amounts", func(_ int, d *policy.Decoder) {
		r := row{sel: d.Selector(p.scope), num: map[string]*big.Rat{}, on: map[string]bool{"gross": d.TextOr("of", "open") == "gross"}}
		if d.Has("share") {
			r.num["share"] = ratio(d.Ratio("share"))
		}
		r.num["min"] = fen(d.FenOr("min", 0))
		if d.Has("max") {
			r.num["max"] = fen(d.Fen("max"))
		}
		for _, w := range d.Texts("amount") {
			f, err := money.ParseFen(w)
			if err != nil {
				d.Fail("amount", "%v", err)
			}
			r.seq = append(r.seq, fen(f))
		}
		rows = append(rows, r)
	})
	adjust := adjustments(p)
	later, less, floor := one, zero(), zero()
	if d := p.Sub("repeat"); d != nil {
		later, less, floor = ratio(d.RatioOr("share", money.One)), fen(d.FenOr("less", 0)), fen(d.FenOr("floor", 0))
		d.Close()
	}
	var yearly *big.Rat
	if p.Has("yearly_cap") {
		yearly = fen(p.Fen("yearly_cap"))
	}
	link := continuity(p)
	year := term{per: "year"}
	return func(v *visit, h *history) {
		r := first(rows, v.c)
		if r == nil {
			return
		}
		visits, episode := int64(0), zero()
		for _, n := range h.of(name+" deductible", year, v) {
			if n.opens {
				visits++
				episode = zero()
			}
			episode = add(episode, n.amount)
		}
		how := "alone"
		if visits > 0 {
			how = link(v, h)
		}
		if how == "alone" {
			visits++
			episode = zero()
		}
		var due *big.Rat
		if len(r.seq) > 0 {
			due = r.seq[min(visits, int64(len(r.seq)))-1]
		} else {
			base := v.open()
			if r.on["gross"] {
				base = fen(v.c.Gross)
			}
			due = most(rounded(times(base, r.num["share"]), mode, one), r.num["min"])
			if limit := r.has("max"); limit != nil {
				due = least(due, limit)
			}
		}
		if visits > 1 {
			due = rounded(times(due, later), mode, one)
			due = most(sub(due, times(less, whole(visits-1))), least(due, floor))
			if less.Sign() == 0 {
				due = atLeast0(due)
			}
		}
		due = adjust(v, due, mode)
		switch how {
		case "free":
			due = zero()
		case "difference":
			due = atLeast0(sub(due, episode))
		}
		if t.per != "visit" {
			due = atLeast0(sub(due, h.sum(name+"/"+t.per+" paid", t, v)))
		}
		if yearly != nil {
			due = least(due, atLeast0(sub(yearly, h.sum(name+" deductible", year, v))))
		}
		part := least(due, v.open())
		h.notes = append(h.notes, note{name: name + " deductible", v: v, amount: part, opens: how == "alone"})
		h.write(name+"/"+t.per+" paid", v, part)
		v.move(benefit.Open, benefit.Deductible, part)
	}
}

// continuity tells how a stay hangs on the last one: alone, difference or free.
func continuity(p *params) func(v *visit, h *history) string {
	d := p.Sub("referral")
	if d == nil {
		return func(*visit, *history) string { return "alone" }
	}
	on, mode, window := d.BoolOr("enabled", true), d.TextOr("mode", "difference"), d.Int("window_days")
	record, lateral, same := d.BoolOr("record_required", true), d.TextOr("lateral", "nothing"), d.BoolOr("same_group", false)
	d.Close()
	level := func(tier uint8) (int, int) {
		t := region.Tier(tier)
		return int(t.Broad()), int(t)
	}
	return func(v *visit, h *history) string {
		last := h.lastStay(v)
		if !on || last == nil || v.c.Setting() != claims.Inpatient {
			return "alone"
		}
		recorded := v.c.Facts[claims.FactReferral] != 0
		if record && !recorded || recorded && v.c.From >= 0 && v.c.From != last.Hospital || same && v.c.Group != last.Group {
			return "alone"
		}
		if v.c.Admission < last.Admission || int(v.c.Admission)-int(last.Discharge) > window {
			return "alone"
		}
		if mode == "highest" {
			return "difference"
		}
		toBroad, to := level(v.c.Facts[claims.FactTier])
		fromBroad, from := level(last.Facts[claims.FactTier])
		up := toBroad > fromBroad || toBroad == fromBroad && to > from
		down := toBroad < fromBroad || toBroad == fromBroad && to < from
		switch {
		case up:
			return "difference"
		case down || lateral == "nothing":
			return "free"
		case lateral == "difference":
			return "difference"
		}
		return "alone"
	}
}

func copay(p *params) rule {
	ofGross, daily := p.TextOr("of", "open") == "gross", p.TextOr("each", "visit") == "day"
	t, name := p.term("visit"), p.name()
	from, to := p.pockets("pocket", "open")[0], p.pockets("to", "coinsurance")[0]
	mode, unit := p.rounding()
	rows := p.rows("fees", []string{"amount", "min", "max"}, []string{"share"}, []string{"up_to_day", "lifetime_days"}, []string{"all"})
	within := func(r *row, x *big.Rat) *big.Rat {
		x = most(x, r.or("min", zero()))
		if limit := r.has("max"); limit != nil {
			x = least(x, limit)
		}
		return x
	}
	return func(v *visit, h *history) {
		bands := run(rows, v.c)
		if bands == nil {
			return
		}
		if !daily {
			base := v.pocket[from]
			if ofGross {
				base = fen(v.c.Gross)
			}
			r := &bands[0]
			due := add(r.or("amount", zero()), rounded(times(base, r.or("share", zero())), mode, unit))
			v.move(from, to, least(within(r, due), v.pocket[from]))
			return
		}
		// Walk day by day; the reserve of a lifetime is spent as it is used.
		before := h.sum(name+"/"+t.per+" days", t, v)
		h.write(name+"/"+t.per+" days", v, whole(v.days()))
		count := make([]int64, len(bands))
		reserve := h.sum(p.id+" reserve", term{per: "lifetime"}, v)
		at, position := 0, before
		for range v.days() {
			for ; at < len(bands); at++ {
				b := &bands[at]
				full := b.has("up_to_day") != nil && position.Cmp(b.num["up_to_day"]) >= 0
				spent := b.has("lifetime_days") != nil && reserve.Cmp(b.num["lifetime_days"]) >= 0
				if !full && !spent {
					break
				}
			}
			if at == len(bands) {
				break
			}
			count[at]++
			position = add(position, one)
			if bands[at].has("lifetime_days") != nil {
				reserve = add(reserve, one)
				h.write(p.id+" reserve", v, one)
			}
		}
		parts := spread(v.pocket[from], v.days(), count)
		due := zero()
		for i := range bands {
			switch b := &bands[i]; {
			case count[i] == 0:
			case b.on["all"]:
				due = add(due, parts[i])
			default:
				due = add(due, within(b, times(b.or("amount", zero()), whole(count[i]))))
			}
		}
		v.move(from, to, least(due, v.pocket[from]))
	}
}

// spread parts an amount evenly over days: each stretch of days ends at the rounded even share.
func spread(amount *big.Rat, days int64, count []int64) []*big.Rat {
	parts := make([]*big.Rat, len(count))
	done, upTo := int64(0), zero()
	for i, n := range count {
		done += n
		end := rounded(divided(times(amount, whole(done)), whole(days)), money.HalfUp, one)
		parts[i] = sub(end, upTo)
		upTo = end
	}
	return parts
}
