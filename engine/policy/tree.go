package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
)

// merge lays an overlay over a base (extends:). Maps merge key by key; lists whose items all carry an id merge item by
// item, where an item with `remove: true` takes the base's item away and one with `after: ID` or `before: ID` chooses its
// place; anything else replaces what it covers.
func merge(base, over *Value) (*Value, error) {
	switch {
	case base == nil:
		return over, nil
	case base.Shape == Map && over.Shape == Map:
		out := base
		for i, k := range over.Keys {
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

// set returns a copy of tree with the value at a path replaced. A path is words parted by dots; inside a list a word is
// the id of an item, and [2] or [scheme=employee,tier=tertiary] after a word picks an item by position or by its keys. The
// last word may be new: whether it means anything is decided when the tree is decoded.
func set(tree *Value, path string, value *Value) (*Value, error) {
	words, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	return setWords(tree, path, words, value)
}

// lookup returns the value at a path, or an error that names the nearest one.
func lookup(tree *Value, path string) (*Value, error) {
	words, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	v := tree
	for i, w := range words {
		at, names, err := child(v, w)
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", path, err)
		}
		if at < 0 {
			return nil, noSuch(path, words[:i], w, names)
		}
		v = v.Items[at]
	}
	return v, nil
}

func noSuch(path string, before []string, w string, names []string) error {
	full := make([]string, len(names))
	for i, n := range names {
		full[i] = strings.Join(append(slices.Clone(before), n), ".")
	}
	if n := nearest.Name(strings.Join(append(slices.Clone(before), w), "."), full); n != "" {
		return fmt.Errorf("path %q matches nothing; nearest is %q", path, n)
	}
	if len(names) == 0 {
		return fmt.Errorf("path %q matches nothing; %q holds a single value", path, strings.Join(before, "."))
	}
	return fmt.Errorf("path %q matches nothing; under %q stand %s", path, strings.Join(before, "."), strings.Join(names, ", "))
}

// splitPath parts a path at its dots and before its brackets: "a.b[2].c" is a, b, [2], c.
func splitPath(path string) ([]string, error) {
	var words []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			words = append(words, b.String())
			b.Reset()
		}
	}
	inside := false
	for _, c := range path {
		switch {
		case c == '[' && !inside:
			flush()
			inside = true
			b.WriteRune(c)
		case c == ']' && inside:
			b.WriteRune(c)
			flush()
			inside = false
		case c == '.' && !inside:
			flush()
		default:
			b.WriteRune(c)
		}
	}
	flush()
	if inside || len(words) == 0 {
		return nil, fmt.Errorf("path %q is not words parted by dots", path)
	}
	return words, nil
}

// child finds the item of v that a path word names; -1 when there is none, with the names that would do.
func child(v *Value, w string) (int, []string, error) {
	switch v.Shape {
	case Map:
		return slices.Index(v.Keys, w), v.Keys, nil
	case List:
		if !strings.HasPrefix(w, "[") {
			names := ids(v.Items)
			return slices.Index(names, w), names, nil
		}
		return childBracket(v, strings.Trim(w, "[]"))
	}
	return -1, nil, nil
}

func childBracket(v *Value, inside string) (int, []string, error) {
	names := []string{fmt.Sprintf("[1] to [%d]", len(v.Items))}
	if n, err := strconv.Atoi(inside); err == nil {
		if n < 1 || n > len(v.Items) {
			return -1, names, nil
		}
		return n - 1, names, nil
	}
	found := -1
	for i, it := range v.Items {
		if !matches(it, inside) {
			continue
		}
		if found >= 0 {
			return -1, nil, fmt.Errorf("[%s] matches more than one row (%s and %s)", inside, v.Items[found].Pos, it.Pos)
		}
		found = i
	}
	return found, names, nil
}

// matches reports whether a row has every key=value of a condition.
func matches(row *Value, conditions string) bool {
	for cond := range strings.SplitSeq(conditions, ",") {
		k, want, ok := strings.Cut(cond, "=")
		item := row.Get(strings.TrimSpace(k))
		if !ok || item == nil || item.Text != strings.TrimSpace(want) {
			return false
		}
	}
	return true
}

func setWords(v *Value, path string, words []string, value *Value) (*Value, error) {
	at, names, err := child(v, words[0])
	if err != nil {
		return nil, fmt.Errorf("path %q: %w", path, err)
	}
	if at < 0 {
		if len(words) == 1 && v.Shape == Map {
			return v.With(words[0], value), nil
		}
		all, _ := splitPath(path)
		return nil, noSuch(path, all[:len(all)-len(words)], words[0], names)
	}
	item := value
	if len(words) > 1 {
		if item, err = setWords(v.Items[at], path, words[1:], value); err != nil {
			return nil, err
		}
	}
	c := *v
	c.Items = slices.Clone(v.Items)
	c.Items[at] = item
	return &c, nil
}

// dated reports whether v is a value that changes with time: a list of maps {from, value, ...}.
func dated(v *Value) bool {
	if v.Shape != List || len(v.Items) == 0 {
		return false
	}
	for _, it := range v.Items {
		if it.Shape != Map || it.Get("from") == nil || it.Get("value") == nil {
			return false
		}
	}
	return true
}

// resolve returns the tree as it stands on a day: each dated value becomes the one in force, or vanishes when none is;
// each map with from: or until: outside of which the day lies vanishes too. The cites of dated values are kept on them.
func resolve(v *Value, on claims.Date) (*Value, error) {
	switch {
	case dated(v):
		return resolveDated(v, on)
	case v.Shape == Scalar || v.Shape == Null:
		return v, nil
	}
	out := &Value{Shape: v.Shape, Pos: v.Pos, Cites: v.Cites}
	for i, it := range v.Items {
		in, err := inForce(it, on)
		if err != nil {
			return nil, err
		}
		if !in {
			continue
		}
		r, err := resolve(it, on)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		if v.Shape == Map {
			out.Keys = append(out.Keys, v.Keys[i])
		}
		out.Items = append(out.Items, r)
	}
	return out, nil
}

func inForce(v *Value, on claims.Date) (bool, error) {
	for key, late := range map[string]bool{"from": false, "until": true} {
		item := v.Get(key)
		if item == nil || item.Shape != Scalar {
			continue
		}
		d, err := claims.ParseDate(item.Text)
		if err != nil {
			return false, fmt.Errorf("%s: %s: %w", item.Pos, key, err)
		}
		if late && on > d || !late && on < d {
			return false, nil
		}
	}
	return true, nil
}

func resolveDated(v *Value, on claims.Date) (*Value, error) {
	var best *Value
	bestFrom := claims.NoDate
	for _, it := range v.Items {
		in, err := inForce(it, on)
		if err != nil {
			return nil, err
		}
		if !in {
			continue
		}
		from, _ := claims.ParseDate(it.Get("from").Text)
		if best != nil && from == bestFrom {
			return nil, fmt.Errorf("%s: two values are in force from %s, the other at %s", it.Pos, from, best.Pos)
		}
		if from > bestFrom {
			best, bestFrom = it, from
		}
	}
	if best == nil {
		return nil, nil
	}
	r, err := resolve(best.Get("value"), on)
	if err != nil || r == nil {
		return nil, err
	}
	c := *r
	if cite := best.Get("cite"); cite != nil {
		c.Cites = words(cite)
	}
	return &c, nil
}

// words reads a list of words or one text of words parted by blanks.
func words(v *Value) []string {
	if v == nil {
		return nil
	}
	if v.Shape == Scalar {
		return strings.Fields(v.Text)
	}
	var out []string
	for _, it := range v.Items {
		out = append(out, it.Text)
	}
	return out
}

// changeDates collects the days after from and up to to on which something in the tree begins or ends.
func changeDates(v *Value, from, to claims.Date, into map[claims.Date]bool) {
	if v == nil {
		return
	}
	if v.Shape == Map {
		if f := v.Get("from"); f != nil {
			if d, err := claims.ParseDate(f.Text); err == nil && d > from && d <= to {
				into[d] = true
			}
		}
		if u := v.Get("until"); u != nil {
			if d, err := claims.ParseDate(u.Text); err == nil && d+1 > from && d+1 <= to {
				into[d+1] = true
			}
		}
	}
	for _, it := range v.Items {
		changeDates(it, from, to, into)
	}
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
