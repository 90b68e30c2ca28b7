package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
)

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
