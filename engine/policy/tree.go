package policy

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/nearest"
)

// merge lays an overlay over a base (extends:). Maps merge key by key, and a key without a value takes the base's away; lists whose items all carry an id merge item by
// item, where an item with `remove: true` takes the base's item away and one with `after: ID` or `before: ID` chooses its
// place; anything else replaces what it covers.
func merge(base, over *Value) (*Value, error) {
	switch {
	case base == nil:
		return over, nil
	case base.Shape == Map && over.Shape == Map:
		out := base
		for i, k := range over.Keys {
			if over.Items[i].Shape == Null {
				out = out.Without(k)
				continue
			}
			item, err := merge(base.Get(k), over.Items[i])
			if err != nil {
				return nil, err
			}
			out = out.With(k, item)
		}
		return out, nil
	case identified(base) && identified(over):
		return mergeByID(base, over)
	}
	return over, nil
}

// identified reports whether v is a list whose items all carry an id.
func identified(v *Value) bool {
	if v.Shape != List || len(v.Items) == 0 {
		return false
	}
	return !slices.ContainsFunc(v.Items, func(it *Value) bool { return it.id() == "" })
}

func mergeByID(base, over *Value) (*Value, error) {
	items := slices.Clone(base.Items)
	find := func(id string) int {
		return slices.IndexFunc(items, func(it *Value) bool { return it.id() == id })
	}
	for _, o := range over.Items {
		at := find(o.id())
		if r := o.Get("remove"); r != nil && r.Text == "true" {
			if at < 0 {
				return nil, fmt.Errorf("%s: nothing with id %q is there to remove%s", o.Pos, o.id(), nearest.Hint(o.id(), ids(items)))
			}
			items = slices.Delete(items, at, at+1)
			continue
		}
		place, side := o.Get("after"), 1
		if place == nil {
			place, side = o.Get("before"), 0
		}
		o = o.Without("after").Without("before")
		if at >= 0 {
			m, err := merge(items[at], o)
			if err != nil {
				return nil, err
			}
			if place == nil {
				items[at] = m
				continue
			}
			items = slices.Delete(items, at, at+1)
			o = m
		}
		to := len(items)
		if place != nil {
			if to = find(place.Text); to < 0 {
				return nil, fmt.Errorf("%s: no item has the id %q%s", place.Pos, place.Text, nearest.Hint(place.Text, ids(items)))
			}
			to += side
		}
		items = slices.Insert(items, to, o)
	}
	return &Value{Shape: List, Items: items, Pos: over.Pos}, nil
}

func ids(items []*Value) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it.id()
	}
	return out
}

// expand replaces each map {table: FILE} by the rows of that CSV file, read through open, and each {table: FILE, cell: COLUMN}
// by the value in that column of a table of one row.
func expand(v *Value, open func(name string) (*Value, error)) (*Value, error) {
	if v.Shape == Map && len(v.Keys) == 2 && v.Get("table") != nil && v.Get("cell") != nil {
		return expandCell(v, open)
	}
	if v.Shape == Map && len(v.Keys) == 1 && v.Keys[0] == "table" && v.Items[0].Shape == Scalar {
		rows, err := open(v.Items[0].Text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.Items[0].Pos, err)
		}
		return rows, nil
	}
	if v.Shape != Map && v.Shape != List {
		return v, nil
	}
	c := *v
	c.Items = make([]*Value, len(v.Items))
	for i, it := range v.Items {
		e, err := expand(it, open)
		if err != nil {
			return nil, err
		}
		c.Items[i] = e
	}
	return &c, nil
}

func expandCell(v *Value, open func(name string) (*Value, error)) (*Value, error) {
	rows, err := open(v.Get("table").Text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.Pos, err)
	}
	if len(rows.Items) != 1 {
		return nil, fmt.Errorf("%s: table %q has %d rows; cell needs a table of one row", v.Pos, v.Get("table").Text, len(rows.Items))
	}
	row, column := rows.Items[0], v.Get("cell").Text
	if cell := row.Get(column); cell != nil {
		return cell, nil
	}
	return nil, fmt.Errorf("%s: table %q has no value in a column %q%s", v.Pos, v.Get("table").Text, column, nearest.Hint(column, row.Keys))
}
