package drgoracle

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/drgsim/drgsim/engine/policy"
)

// holds tells whether one set of conditions holds.
func (q *question) holds(when *policy.Value) bool {
	if when == nil {
		return true
	}
	if k := words(when, "kind"); k != nil && !slices.ContainsFunc(k, func(w string) bool { return slices.Contains(q.kinds, w) }) {
		return false
	}
	if r := words(when, "reviewed"); r != nil && (q.stay.Review == "" || !slices.Contains(r, q.stay.Review)) {
		return false
	}
	days := whole(int64(q.stay.Days))
	if days.Cmp(num(when, "days_from", days)) < 0 || days.Cmp(num(when, "days_to", days)) > 0 || !q.selected(when) {
		return false
	}
	switch text(when, "stay") {
	case "short":
		if v := num(q.row, "low_day", nil); v == nil || days.Cmp(v) > 0 {
			return false
		}
	case "long":
		if v := num(q.row, "high_day", nil); v == nil || days.Cmp(v) < 0 {
			return false
		}
	case "mean":
		if v := num(q.row, "mean_days", nil); v == nil || days.Cmp(halfUp(v, 0)) >= 0 {
			return false
		}
	}
	for i, key := range when.Keys {
		limit, test := q.limit(when.Items[i], key)
		if test == nil {
			continue
		}
		if limit == nil || !test(q.cost.Cmp(limit)) {
			return false
		}
	}
	return true
}

// limit returns the limit of cost under a key in fen, nil where there is none, and how cost must compare to it.
func (q *question) limit(v *policy.Value, key string) (*big.Rat, func(order int) bool) {
	tests := map[string]func(int) bool{
		"over": func(o int) bool { return o > 0 }, "from": func(o int) bool { return o >= 0 },
		"up_to": func(o int) bool { return o <= 0 }, "below": func(o int) bool { return o < 0 },
	}
	for word, test := range tests {
		switch key {
		case "ratio_" + word:
			r := q.ratioLimit(v)
			if r == nil || q.reference == nil {
				return nil, test
			}
			return mul(r, q.reference), test
		case "cost_" + word:
			return q.costLimit(v), test
		case "loss_" + word:
			l := q.lookup(v, "loss")
			if l == nil || q.standard == nil {
				return nil, test
			}
			return add(q.standard, mul(l, whole(100))), test
		}
	}
	return nil, nil
}

func (q *question) ratioLimit(v *policy.Value) *big.Rat {
	if v.Shape == policy.Scalar && (v.Text == "low_ratio" || v.Text == "high_ratio") {
		return num(q.row, v.Text, nil)
	}
	return q.lookup(v, "ratio")
}

func (q *question) costLimit(v *policy.Value) *big.Rat {
	if v.Text == "low_limit" || v.Text == "high_limit" {
		if n := num(q.row, v.Text, nil); n != nil {
			return mul(n, whole(100))
		}
		return nil
	}
	return mul(number(v.Text), whole(100))
}

// can tells whether the group has all that a formula needs.
func (q *question) can(pay, lower *policy.Value, lowerKey string) bool {
	hasBase := q.base != nil || q.published != nil
	if q.priced() && (q.standard == nil || q.standard.Sign() == 0) {
		hasBase = false
	}
	for _, key := range []string{"cap", "floor"} {
		if of := text(pay.Get(key), "of"); (of == "base" || of == "standard") && !hasBase {
			return false
		}
	}
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(k string) bool { return num(q.row, k, zero).Sign() == 0 })
	}
	switch f := text(pay, "formula"); f {
	case "base":
		return hasBase
	case "marginal":
		if pay.Get("loss") == nil && (q.standard == nil || q.lookup(lower, "loss") == nil) {
			return false
		}
		return hasBase
	case "ratio":
		return hasBase && q.reference != nil
	case "excess":
		r, isRatio := q.over(pay, lower, lowerKey)
		return hasBase && r != nil && (!isRatio || q.reference != nil)
	case "per_day":
		return pay.Get("points") != nil || pay.Get("rate") != nil || pay.Get("steps") != nil || has("day_points")
	case "built_up":
		return has("low_per_day") && (!q.priced() || q.drg.Get("rate") != nil)
	case "short_stay":
		return hasBase && has("low_day")
	case "long_stay":
		return hasBase && has("high_day")
	case "transfer", "per_diem":
		return hasBase && has("mean_days")
	}
	return true
}

// over returns what an excess is counted from: a ratio, or an amount in fen.
func (q *question) over(pay, lower *policy.Value, lowerKey string) (v *big.Rat, ratio bool) {
	switch {
	case pay.Get("over") != nil:
		return q.ratioLimit(pay.Get("over")), true
	case pay.Get("over_cost") != nil:
		return q.costLimit(pay.Get("over_cost")), false
	case lowerKey == "ratio_over" || lowerKey == "ratio_from":
		return q.ratioLimit(lower), true
	}
	return q.costLimit(lower), false
}

// pay works out the value of a class.
func (q *question) pay(class, lower *policy.Value, lowerKey string) (Priced, error) {
	pay := class.Get("pay")
	formula := text(pay, "formula")
	out := Priced{Class: text(class, "id"), Excluded: text(pay, "excluded") == "true" || formula == "fund" && text(pay, "excluded") != "false"}
	switch formula {
	case "fund":
		out.Direct = halfUp(mul(whole(q.stay.Fund), num(pay, "share", one)), 0).Num().Int64()
		return out, nil
	case "none":
		return out, nil
	}
	base, coef, rate := zero, q.coef, one
	if q.base != nil {
		base = q.base
	}
	if q.rate != nil {
		rate = q.rate
	}
	points, err := q.value(pay, lower, lowerKey, base, coef, rate)
	if err != nil {
		return out, err
	}
	digits := q.decimals("decimals", 6)
	out.Points = micro(add(halfUp(points, digits), halfUp(q.topUp(rate), digits)))
	if !q.priced() {
		return out, nil
	}
	if q.published != nil && formula != "built_up" {
		base, coef, rate = quo(q.published, whole(100)), one, whole(100)
	}
	points, err = q.value(pay, lower, lowerKey, base, coef, rate)
	if err != nil {
		return out, err
	}
	digits = q.decimals("standard_decimals", 2)
	yuan := func(points *big.Rat) *big.Rat { return halfUp(quo(mul(points, rate), whole(100)), digits) }
	standard := mul(add(yuan(points), yuan(q.topUp(rate))), whole(100))
	out.Standard = standard.Num().Int64()
	return out, q.direct(&out, standard)
}

func micro(v *big.Rat) int64 { return mul(v, whole(1_000_000)).Num().Int64() }

func (q *question) direct(out *Priced, standard *big.Rat) error {
	switch text(q.drg, "fund_method") {
	case "a":
		for _, row := range items(q.drg.Get("fund_ratios")) {
			if q.selected(row) {
				open := sub(standard, whole(q.stay.NonCovered+q.stay.FirstPay+q.stay.Deducted))
				fund := halfUp(mul(open, num(row, "ratio", nil)), 0)
				out.Direct = max(fund.Num().Int64(), 0)
				return nil
			}
		}
		return fmt.Errorf("no ratio")
	case "b":
		out.Direct = out.Standard - (q.stay.Gross - q.stay.Fund)
	case "booked":
		out.Direct = q.stay.Fund
	}
	return nil
}

// value works out the formula, its caps and floors and its top-up, in points.
func (q *question) value(pay, lower *policy.Value, lowerKey string, base, coef, rate *big.Rat) (*big.Rat, error) {
	with := func(key string, fallback bool) *big.Rat {
		if t := text(pay, key); t == "true" || t == "" && fallback {
			return coef
		}
		return one
	}
	cost := sub(q.cost, whole(q.stay.Unreasonable))
	share, plus := num(pay, "share", one), num(pay, "plus", zero)
	days := whole(int64(q.stay.Days))
	group := func(key string) *big.Rat { return num(q.row, key, zero) }
	var v *big.Rat
	switch text(pay, "formula") {
	case "base":
		v = mul(base, with("coefficient", true), share)
	case "ratio":
		v = mul(base, with("coefficient", true), add(mul(q.ratio(pay, cost), share), plus))
	case "excess":
		over, isRatio := q.over(pay, lower, lowerKey)
		v = mul(base, with("coefficient", true))
		if isRatio {
			v = add(v, mul(base, with("excess_coefficient", false), sub(q.ratio(pay, cost), over), share))
		} else {
			v = add(v, mul(quo(sub(cost, over), rate), with("excess_coefficient", false), share))
		}
	case "cost":
		left := halfUp(mul(share, sub(one, num(pay, "deduct", zero))), 6)
		v = mul(quo(cost, rate), left, with("coefficient", false))
	case "marginal":
		standard := mul(base, coef, rate)
		loss := num(pay, "loss", nil)
		if loss == nil {
			loss = q.lookup(lower, "loss")
		}
		loss = mul(loss, whole(100))
		v = quo(add(standard, mul(sub(sub(cost, standard), loss), share)), rate)
	case "per_day":
		v = mul(q.perDay(pay, rate), with("coefficient", false))
	case "short_stay":
		v = mul(with("coefficient", true), sub(base, mul(atLeast0(sub(add(group("low_day"), one), days)), group("low_per_day"), share)))
	case "built_up":
		v = mul(with("coefficient", true), add(group("low_base"), mul(days, group("low_per_day"))), share)
	case "long_stay":
		v = mul(with("coefficient", true), add(base, mul(atLeast0(sub(add(days, one), group("high_day"))), group("high_per_day"), share)))
	case "transfer":
		v = mul(with("coefficient", true), sub(base, mul(atLeast0(sub(halfUp(group("mean_days"), 0), days)), group("transfer_per_day"), share)))
	case "per_diem":
		part := quo(add(days, num(pay, "extra_days", zero)), group("mean_days"))
		if part.Cmp(one) > 0 {
			part = one
		}
		v = mul(base, with("coefficient", true), add(mul(part, share), plus))
	case "fixed":
		if pay.Get("points") != nil {
			v = mul(num(pay, "points", nil), with("coefficient", false))
		} else {
			v = mul(quo(mul(num(pay, "amount", nil), whole(100)), rate), with("coefficient", false))
		}
	case "review_amount":
		v = mul(quo(whole(q.stay.Amount), rate), share)
	default:
		return nil, fmt.Errorf("no formula %q", text(pay, "formula"))
	}
	for _, key := range []string{"cap", "floor"} {
		if bd := pay.Get(key); bd != nil {
			limit := q.bound(bd, base, coef, rate, cost)
			if key == "cap" == (v.Cmp(limit) > 0) && v.Cmp(limit) != 0 {
				v = limit
			}
		}
	}
	return v, nil
}

// topUp is the share of the review's amount that is added, a line of its own with its own rounding.
func (q *question) topUp(rate *big.Rat) *big.Rat {
	r := q.review()
	if r == nil {
		return zero
	}
	return mul(quo(whole(q.stay.Amount), rate), num(r, "top_up", zero))
}

func atLeast0(v *big.Rat) *big.Rat {
	if v.Sign() < 0 {
		return zero
	}
	return v
}

func (q *question) ratio(pay *policy.Value, cost *big.Rat) *big.Rat {
	r := quo(cost, q.reference)
	if t := text(pay, "ratio_decimals"); t != "" {
		n, _ := strconv.Atoi(t)
		r = halfUp(r, n)
	}
	return r
}

func (q *question) bound(bd *policy.Value, base, coef, rate, cost *big.Rat) *big.Rat {
	if a := num(bd, "amount", nil); a != nil {
		return quo(mul(a, whole(100)), rate)
	}
	times := num(bd, "times", one)
	switch text(bd, "of") {
	case "base":
		return mul(base, times)
	case "standard":
		return mul(base, coef, times)
	}
	return mul(quo(cost, rate), times)
}

func (q *question) perDay(pay *policy.Value, rate *big.Rat) *big.Rat {
	days := whole(int64(q.stay.Days))
	if p := num(pay, "points", nil); p != nil {
		return mul(p, days)
	}
	if r := num(pay, "rate", nil); r != nil {
		return quo(mul(r, whole(100), days), rate)
	}
	if pay.Get("steps") == nil {
		return mul(num(q.row, "day_points", zero), days)
	}
	sum := zero
	for day := 1; day <= q.stay.Days; day++ {
		for _, s := range pay.Get("steps").Items {
			if d := whole(int64(day)); d.Cmp(num(s, "up_to", d)) <= 0 {
				sum = add(sum, mul(num(s, "rate", nil), whole(100)))
				break
			}
		}
	}
	return quo(sum, rate)
}
