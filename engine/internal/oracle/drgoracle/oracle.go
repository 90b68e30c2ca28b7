// Package drgoracle prices one stay in fractions of unlimited size, straight from the text of a pack's part drg. It is slow, keeps
// no tables, and shares no code with package drg but the reading of YAML: tests hold the pricer to it.
package drgoracle

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Stay is a stay in the words of files. Amounts are in fen.
type Stay struct {
	Hospital, Group, Scheme, Setting, Referral  string
	Days, Age                                   int
	Gross, Fund, NonCovered, FirstPay, Deducted int64
	Review                                      string
	Unreasonable, Amount                        int64
}

// Priced is what the oracle makes of a stay: the class, points in millionths, standard and direct payment in fen.
type Priced struct {
	Class                    string
	Points, Standard, Direct int64
	Excluded                 bool
}

// Oracle holds the text of part drg and the region.
type Oracle struct {
	drg *policy.Value
	reg *region.Region
}

// New makes an oracle.
func New(drg *policy.Value, reg *region.Region) *Oracle { return &Oracle{drg, reg} }

// question is one stay with all that the pack says of its place.
type question struct {
	*Oracle
	stay      Stay
	hospital  *region.Hospital
	row       *policy.Value // of the group; nil for none
	base      *big.Rat      // nil for none
	mean      *big.Rat      // fen
	coef      *big.Rat
	rate      *big.Rat // fen a point; nil for none
	published *big.Rat // standard of a table, in fen
	standard  *big.Rat // nil for none
	reference *big.Rat // nil for none
	kinds     []string
	cost      *big.Rat // less what is paid apart
	same      bool
}

// Price prices one stay, without regard to other stays of the person.
func (o *Oracle) Price(s Stay) (Priced, error) {
	h, ok := o.reg.Hospital(s.Hospital)
	if !ok {
		return Priced{}, fmt.Errorf("no hospital %q", s.Hospital)
	}
	q := &question{Oracle: o, stay: s, hospital: &o.reg.Hospitals[h]}
	q.findGroup()
	q.findPrices()
	for _, class := range items(o.drg.Get("classes")) {
		var lower *policy.Value
		var lowerKey string
		branches := []*policy.Value{class.Get("when")}
		if w := class.Get("when"); w != nil && w.Shape == policy.List {
			branches = w.Items
		}
		for _, when := range branches {
			for _, key := range []string{"ratio_over", "ratio_from", "cost_over", "cost_from", "loss_over"} {
				if v := when.Get(key); v != nil {
					lower, lowerKey = v, key
				}
			}
		}
		for _, when := range branches {
			if q.holds(when) && q.can(class.Get("pay"), lower, lowerKey) {
				return q.pay(class, lower, lowerKey)
			}
		}
	}
	return Priced{}, fmt.Errorf("no class")
}

func items(v *policy.Value) []*policy.Value {
	if v == nil {
		return nil
	}
	return v.Items
}

func text(v *policy.Value, key string) string {
	if item := v.Get(key); item != nil {
		return item.Text
	}
	return ""
}

// num reads an exact number, percent or per mille; fallback when absent.
func num(v *policy.Value, key string, fallback *big.Rat) *big.Rat {
	t := text(v, key)
	if t == "" {
		return fallback
	}
	return number(t)
}

func number(t string) *big.Rat {
	scale := int64(1)
	if u, ok := strings.CutSuffix(t, "%"); ok {
		t, scale = u, 100
	} else if u, ok := strings.CutSuffix(t, "‰"); ok {
		t, scale = u, 1000
	}
	r, ok := new(big.Rat).SetString(t)
	if !ok {
		panic(fmt.Sprintf("BUG: %q is not a number", t))
	}
	return r.Quo(r, big.NewRat(scale, 1))
}

func words(v *policy.Value, key string) []string {
	item := v.Get(key)
	switch {
	case item == nil:
		return nil
	case item.Shape == policy.Scalar:
		return strings.Fields(item.Text)
	}
	var out []string
	for _, it := range item.Items {
		if it.Shape == policy.Map {
			out = append(out, text(it, "code"))
		} else {
			out = append(out, it.Text)
		}
	}
	return out
}

func mul(a *big.Rat, more ...*big.Rat) *big.Rat {
	p := new(big.Rat).Set(a)
	for _, m := range more {
		p.Mul(p, m)
	}
	return p
}

func add(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }
func sub(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func quo(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }
func whole(n int64) *big.Rat     { return new(big.Rat).SetInt64(n) }

var one, zero = whole(1), whole(0)

// halfUp rounds to a number of decimals, halves away from zero.
func halfUp(v *big.Rat, decimals int) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	x := new(big.Rat).Abs(v)
	x.Mul(x, new(big.Rat).SetInt(scale))
	n := new(big.Int).Quo(new(big.Int).Add(new(big.Int).Lsh(x.Num(), 1), x.Denom()), new(big.Int).Lsh(x.Denom(), 1))
	r := new(big.Rat).SetFrac(n, scale)
	if v.Sign() < 0 {
		r.Neg(r)
	}
	return r
}

func (q *question) decimals(key string, fallback int) int {
	if t := text(q.drg, key); t != "" {
		n, _ := strconv.Atoi(t)
		return n
	}
	return fallback
}

func (q *question) priced() bool {
	m := text(q.drg, "method")
	return m == "rate" || m == "per_diem"
}

func (q *question) findGroup() {
	ungrouped := []string{"0000"}
	if q.drg.Get("ungrouped") != nil {
		ungrouped = words(q.drg, "ungrouped")
	}
	code := q.stay.Group
	for _, g := range items(q.drg.Get("groups")) {
		if c := text(g, "code"); c == code && code != "" {
			q.row = g
		}
	}
	none := code == "" || slices.Contains(ungrouped, code)
	if q.row == nil && none {
		q.kinds = append(q.kinds, "ungrouped")
		for _, g := range items(q.drg.Get("groups")) {
			if q.row == nil && slices.Contains(ungrouped, text(g, "code")) {
				q.row = g
			}
		}
	} else if none {
		q.kinds = append(q.kinds, "ungrouped")
	} else if q.row == nil {
		q.kinds = append(q.kinds, "unlisted")
	}
	suffix := "QY"
	if v := q.drg.Get("ambiguous_suffix"); v != nil {
		suffix = v.Text
	}
	if code != "" && suffix != "" && strings.HasSuffix(code, suffix) {
		q.kinds = append(q.kinds, "ambiguous")
	}
	if q.row == nil {
		q.row = &policy.Value{Shape: policy.Map}
	}
	q.kinds = append(q.kinds, words(q.row, "kind")...)
	if text(q.row, "stable") == "false" {
		q.kinds = append(q.kinds, "non_stable")
	}
	if few, cases := num(q.drg, "few_below", zero), num(q.row, "cases", nil); cases != nil && cases.Cmp(few) < 0 {
		q.kinds = append(q.kinds, "few")
	}
	fallback := "100"
	if text(q.drg, "method") == "dip" {
		fallback = "1000"
	}
	scale := num(q.drg, "scale", number(fallback))
	r := num(q.drg, "reference_mean", nil)
	if m := num(q.row, "mean_cost", nil); m != nil && m.Sign() > 0 {
		q.mean = mul(m, whole(100))
	}
	for _, key := range []string{"base_points", "weight", "score"} {
		if v := num(q.row, key, nil); v != nil {
			q.base = v
		}
	}
	if q.base == nil && q.mean != nil && r != nil {
		q.base = halfUp(mul(quo(q.mean, mul(r, whole(100))), scale), q.decimals("base_decimals", 6))
	}
	if q.base != nil && q.base.Sign() == 0 {
		q.base = nil
	}
	if q.mean == nil && q.base != nil && r != nil {
		q.mean = halfUp(mul(q.base, quo(mul(r, whole(100)), scale)), 0)
	}
	if r != nil {
		q.rate = quo(mul(r, whole(100)), scale)
	}
	q.same = text(q.row, "same_price") == "true" || slices.Contains(words(q.drg.Get("same_price"), "codes"), code) && code != ""
	q.cost = whole(q.stay.Gross)
	if v := q.lookup(q.drg.Get("cost_ratio"), "ratio"); v != nil {
		q.cost = halfUp(mul(q.cost, v), 0)
	}
	if v := q.review(); v != nil && text(v, "apart") == "true" {
		q.cost = sub(q.cost, whole(q.stay.Amount))
	}
}

func (q *question) review() *policy.Value {
	for _, v := range items(q.drg.Get("reviews")) {
		if q.stay.Review != "" && text(v, "kind") == q.stay.Review {
			return v
		}
	}
	return nil
}
