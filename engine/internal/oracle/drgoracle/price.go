package drgoracle

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

func (q *question) findPrices() {
	if v := q.lookup(q.drg.Get("rate"), "rate"); v != nil {
		q.rate = mul(v, whole(100))
	}
	q.coef = q.coefficient()
	if v := q.lookup(q.drg.Get("standards"), "standard"); v != nil {
		q.published = mul(v, whole(100))
		q.standard = q.published
	} else if q.rate != nil && q.base != nil {
		q.standard = mul(halfUp(quo(mul(q.base, q.coef, q.rate), whole(100)), q.decimals("standard_decimals", 2)), whole(100))
	}
	if q.standard != nil && q.standard.Sign() == 0 {
		q.standard = nil
	}
	q.reference = q.mean
	of := text(q.drg, "ratio_of")
	if of == "standard" || of == "" && q.priced() {
		q.reference = q.standard
	}
	if q.reference != nil && q.reference.Sign() == 0 {
		q.reference = nil
	}
}

func (q *question) coefficient() *big.Rat {
	if q.same {
		return num(q.drg.Get("same_price"), "coefficient", one)
	}
	c := q.drg.Get("coefficient")
	value := num(c, "otherwise", one)
	for _, source := range words(c, "source") {
		var v *big.Rat
		switch source {
		case "rows":
			v = q.lookup(c.Get("rows"), "value")
		case "hospital":
			if q.hospital.Coefficient > 0 {
				v = big.NewRat(int64(q.hospital.Coefficient), 1_000_000)
			}
		case "mix":
			v = q.mix(c.Get("mix"))
		}
		if v != nil {
			value = v
			break
		}
	}
	if b := q.lookup(c.Get("boosts"), "times"); b != nil {
		value = halfUp(mul(value, b), 6)
	}
	clamp := c.Get("clamp")
	if v := num(clamp, "min", value); value.Cmp(v) < 0 {
		value = v
	}
	if v := num(clamp, "max", value); value.Cmp(v) > 0 {
		value = v
	}
	return value
}

func (q *question) mix(m *policy.Value) *big.Rat {
	for _, row := range items(m.Get("hospitals")) {
		if text(row, "hospital") != q.hospital.ID {
			continue
		}
		sum := zero
		w := m.Get("weights")
		for i, key := range w.Keys {
			if f := num(row, key, nil); f != nil {
				sum = add(sum, mul(number(w.Items[i].Text), f))
			}
		}
		decimals := 4
		if t := text(m, "decimals"); t != "" {
			decimals, _ = strconv.Atoi(t)
		}
		return halfUp(sum, decimals)
	}
	return nil
}

// lookup returns the number of the first row of a table by site that holds.
func (q *question) lookup(table *policy.Value, key string) *big.Rat {
	if table == nil {
		return nil
	}
	if table.Shape == policy.Scalar {
		return number(table.Text)
	}
	for _, row := range table.Items {
		if q.selected(row) && q.sited(row) {
			if parts := row.Get("parts"); parts != nil {
				return sumOfParts(parts)
			}
			return num(row, key, nil)
		}
	}
	return nil
}

// sumOfParts is a rate that is the sum of amounts times their factors, to a millionth.
func sumOfParts(parts *policy.Value) *big.Rat {
	sum := zero
	for _, part := range parts.Items {
		v := num(part, "amount", nil)
		for _, f := range words(part, "times") {
			v = mul(v, number(f))
		}
		sum = add(sum, v)
	}
	return halfUp(sum, 6)
}

func (q *question) sited(row *policy.Value) bool {
	if ids := words(row, "hospital"); ids != nil && !slices.Contains(ids, q.hospital.ID) {
		return false
	}
	if s := words(row, "specialty"); s != nil && !slices.Contains(s, q.hospital.Specialty) {
		return false
	}
	if s := text(row, "same_price"); s != "" && (s == "true") != q.same {
		return false
	}
	base, mean := zero, zero
	if q.base != nil {
		base = q.base
	}
	if q.mean != nil {
		mean = quo(q.mean, whole(100))
	}
	return base.Cmp(num(row, "base_up_to", base)) <= 0 && mean.Cmp(num(row, "mean_up_to", mean)) <= 0
}

// selected tells whether the selector words that the tests use hold.
func (q *question) selected(row *policy.Value) bool {
	tier := q.hospital.Tier
	holds := func(key string, is func(string) bool) bool {
		list := words(row, key)
		return list == nil || slices.Contains(list, "*") || slices.ContainsFunc(list, is)
	}
	return holds("scheme", func(w string) bool { return w == q.stay.Scheme }) &&
		holds("setting", func(w string) bool { return w == q.stay.Setting }) &&
		holds("referral", func(w string) bool { return w == q.stay.Referral }) &&
		holds("group", func(w string) bool { return w == q.stay.Group }) &&
		holds("tier", func(w string) bool {
			t, err := region.ParseTier(w)
			return err == nil && (t == tier || t == t.Broad() && tier.Broad() == t)
		}) && holds("age", func(w string) bool {
		lo, hi, ranged := strings.Cut(w, "-")
		if !ranged {
			hi = lo
		}
		from, _ := strconv.Atoi(lo)
		to, err := strconv.Atoi(hi)
		return q.stay.Age >= from && (err != nil || q.stay.Age <= to) && q.stay.Age >= 0
	})
}
