package benefit

import (
	"strconv"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

const noLimit money.Fen = 1<<63 - 1

// band is a stretch of a cumulative quantity (money or days) up to an inclusive limit, with what holds inside it.
type band[T any] struct {
	upTo money.Fen // noLimit for an open end
	val  T
}

// bandTable holds bands by selector: rows of a pack that select alike and follow each other are the bands of one claim.
type bandTable[T any] struct {
	choice
	rows [][]band[T]
}

// readBands reads the rows under a key; the limits stand under up_to as money, or under up_to_day as days.
func readBands[T any](d *policy.Decoder, ctx *Context, key string, days bool, read func(row *policy.Decoder) T) bandTable[T] {
	var t bandTable[T]
	var selectors []policy.Selector
	d.Each(key, func(_ int, row *policy.Decoder) {
		sel := row.Selector(ctx.Scope)
		limit, name := money.Fen(0), "up_to"
		if days {
			name, limit = "up_to_day", noLimit
			if row.Has(name) {
				limit = money.Fen(row.Int(name))
			}
		} else {
			limit = row.FenOr(name, noLimit)
		}
		next := band[T]{limit, read(row)}
		if n := len(selectors); n > 0 && policy.SameSelector(selectors[n-1], sel) {
			list := t.rows[n-1]
			if last := list[len(list)-1]; limit <= last.upTo {
				row.Fail(name, "bands must rise; the one before ends at %s", bandEnd(last.upTo, days))
			}
			t.rows[n-1] = append(list, next)
			return
		}
		if limit <= 0 {
			row.Fail(name, "must be above zero")
		}
		selectors = append(selectors, sel)
		t.rows = append(t.rows, []band[T]{next})
	})
	if len(selectors) == 0 {
		d.Fail(key, "needs at least one row")
	}
	t.choice = ctx.choices.add(selectors)
	return t
}

func bandEnd(limit money.Fen, days bool) string {
	switch {
	case limit == noLimit:
		return "no limit"
	case days:
		return strconv.FormatInt(int64(limit), 10) + " days"
	}
	return limit.String()
}

// find returns the bands that serve a visit, or nil.
func (t *bandTable[T]) find(v *Visit) []band[T] {
	i := t.row(v)
	if i < 0 {
		return nil
	}
	return t.rows[i]
}

// daySplit parts an amount over the days of a visit, evenly: day bands take their parts one after the other, and the parts
// sum to the amount.
type daySplit struct {
	amount, days money.Fen
	daysDone     money.Fen
	done         money.Fen
}

// take returns the part of the amount that falls on the next days, rounded half up at each border between bands.
func (s *daySplit) take(v *Visit, days money.Fen) money.Fen {
	s.daysDone += days
	upTo := v.scale(s.amount, s.daysDone, s.days, money.HalfUp)
	part := upTo - s.done
	s.done = upTo
	return part
}
