package benefit

import (
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// table holds the rows of a step that are chosen by selector: the first row whose selector holds serves the claim.
type table[T any] struct {
	choice
	rows []T
}

// readTable reads the rows under a key. At least one is needed unless the table is optional.
func readTable[T any](d *policy.Decoder, ctx *Context, key string, optional bool, read func(row *policy.Decoder) T) table[T] {
	var t table[T]
	var selectors []policy.Selector
	d.Each(key, func(_ int, row *policy.Decoder) {
		selectors = append(selectors, row.Selector(ctx.Scope))
		t.rows = append(t.rows, read(row))
	})
	if len(t.rows) == 0 && !optional {
		d.Fail(key, "needs at least one row")
	}
	t.choice = ctx.choices.add(selectors)
	return t
}

// find returns the row that serves a visit, or nil. The row must not be changed.
func (t *table[T]) find(v *Visit) *T {
	i := t.row(v)
	if i < 0 {
		return nil
	}
	return &t.rows[i]
}

// adjustment changes an amount for the claims that it selects: first times, then plus.
type adjustment struct {
	selects choice // row 0 when the adjustment holds
	times   money.Ratio
	add     money.Fen
}

// readAdjustments reads `adjust:`, a list of rows {selector, times, add}; all that hold are made, in order.
func readAdjustments(d *policy.Decoder, ctx *Context) []adjustment {
	var list []adjustment
	d.Each("adjust", func(_ int, row *policy.Decoder) {
		a := adjustment{ctx.choices.one(row.Selector(ctx.Scope)), row.RatioOr("times", money.One), row.FenOr("add", 0)}
		if a.times < 0 {
			row.Fail("times", "%s is negative", a.times)
		}
		list = append(list, a)
	})
	return list
}

// adjusted returns an amount after the adjustments that hold for the visit, never below zero.
func adjusted(v *Visit, list []adjustment, amount money.Fen, round money.Rounding) money.Fen {
	for i := range list {
		a := &list[i]
		if a.selects.row(v) < 0 {
			continue
		}
		before := amount
		amount = max(v.Times(amount, a.times, round)+a.add, 0)
		if v.Tracing() {
			v.Say("调整：%s × %s%s + (%s) = %s", "adjusted: %s × %s%s + (%s) = %s", before, a.times, rounded(round, 1), a.add, amount)
		}
	}
	return amount
}

// readPockets reads a list of pocket names, in the order in which the step takes from them.
func readPockets(d *policy.Decoder, key string, fallback ...Pocket) []Pocket {
	words := d.Texts(key)
	if len(words) == 0 {
		return fallback
	}
	var list []Pocket
	for _, w := range words {
		i := slices.Index(PocketNames, w)
		switch {
		case i < 0:
			d.Fail(key, "%q is none of %s%s", w, strings.Join(PocketNames, ", "), nearest.Hint(w, PocketNames))
		case slices.Contains(list, Pocket(i)):
			d.Fail(key, "%q stands there twice", w)
		default:
			list = append(list, Pocket(i))
		}
	}
	return list
}

// readBurden reads the pockets that a step relieves: what others bear is no burden of the person. The open cost may be among them.
func readBurden(d *policy.Decoder, key string, fallback ...Pocket) []Pocket {
	list := readPockets(d, key, fallback...)
	for _, p := range list {
		if slices.Contains(OfOthers[:], p) {
			d.Fail(key, "%q is no burden of the person; allowed are open, %s", p, pocketWord(OfPerson[:]))
		}
	}
	return list
}

// readPocket reads the name of one pocket.
func readPocket(d *policy.Decoder, key string, fallback Pocket) Pocket {
	return Pocket(d.WordOr(key, PocketNames, int(fallback)))
}

// held sums what the visit holds in some pockets.
func held(v *Visit, pockets []Pocket) money.Fen {
	var sum money.Fen
	for _, p := range pockets {
		sum += v.Pockets[p]
	}
	return sum
}

// draw moves an amount out of pockets, in their order, as far as they hold it.
func draw(v *Visit, pockets []Pocket, to Pocket, amount money.Fen) {
	for _, p := range pockets {
		part := min(amount, v.Pockets[p])
		v.Move(p, to, part)
		amount -= part
	}
}

// readUnit reads the unit to which an amount is rounded: "1.00" for whole currency units, "10.00" for tens. It is 0.01
// when the key is absent.
func readUnit(d *policy.Decoder) money.Fen {
	unit := d.FenOr("round_to", 1)
	if unit < 1 {
		d.Fail("round_to", "%s is not above zero", unit)
		return 1
	}
	return unit
}

// pocketLabel and pocketWord name a list of pockets in an explanation.
func pocketLabel(list []Pocket) string { return pocketText(list, PocketLabels, "、") }
func pocketWord(list []Pocket) string  { return pocketText(list, PocketNames, ", ") }

func pocketText(list []Pocket, names []string, sep string) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = names[p]
	}
	return strings.Join(words, sep)
}
