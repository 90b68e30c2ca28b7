package policy

import (
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
)

// Leaf is one value of a pack with its law.
type Leaf struct {
	Path     string
	Zh, En   string // the path in an analyst's words
	Value    string // as written
	Law      []Source
	Verified bool // whether the value was compared with its source: as said beside it, or of its sources
	Note     string
	Pos      Pos
}

// Show lists the single values under a path as they stand on a day, with the nearest law of each; "" is the whole pack.
// Rows of long tables are listed one by one.
func (p *Pack) Show(path string, on claims.Date) ([]Leaf, error) {
	rules, err := p.At(on)
	if err != nil {
		return nil, err
	}
	s := &shower{pack: p}
	if path == "" {
		s.walk(rules.Tree, trail{}, said{})
		return s.out, nil
	}
	words, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	if _, err := lookup(rules.Tree, path); err != nil {
		if _, there := lookup(p.Tree, path); there == nil {
			return nil, nil // begins later, or has ended
		}
		return nil, err
	}
	v, t, above := rules.Tree, trail{}, said{}
	for _, w := range words {
		above = above.with(v)
		t.newLaw = cites(v, t.newLaw)
		at, _, err := child(v, w)
		if err != nil {
			return nil, err
		}
		t = t.step(v, at)
		v = v.Items[at]
	}
	s.walk(v, t, above)
	return s.out, nil
}

// step goes down to an item of a map or list.
func (t trail) step(v *Value, at int) trail {
	if v.Shape == Map {
		zh, en := Word(v.Keys[at])
		return t.down("."+v.Keys[at], zh, en)
	}
	row := v.Items[at]
	zh, en := rowWords(row)
	return t.down(rowPath(v, row, rowKeys(v)[at]), zh, en)
}

// said is what the maps above a value say of it.
type said struct {
	verified, note string
}

// with adds what a map says. A law of its own takes back what was said of the law above it.
func (s said) with(v *Value) said {
	if len(cites(v, nil)) > 0 {
		s.verified = ""
	}
	if x := v.Get("verified"); x != nil {
		s.verified = x.Text
	}
	if x := v.Get("note"); x != nil {
		s.note = x.Text
	}
	return s
}

type shower struct {
	pack *Pack
	out  []Leaf
}

func (s *shower) walk(v *Value, t trail, above said) {
	t.newLaw = cites(v, t.newLaw)
	above = above.with(v)
	if v.Shape == Scalar || v.Shape == List && !rowLike(v) || len(v.Items) == 0 {
		s.leaf(v, t, above)
		return
	}
	row := v.Shape == Map && v.id() == "" && slices.ContainsFunc(v.Keys, func(k string) bool { return !slices.Contains(namingKeys, k) })
	for i, it := range v.Items {
		if v.Shape == Map && (slices.Contains(silent, v.Keys[i]) || row && slices.Contains(namingKeys, v.Keys[i])) {
			continue // what names a row is in its words
		}
		s.walk(it, t.step(v, i), above)
	}
}

func (s *shower) leaf(v *Value, t trail, above said) {
	if v.Shape == Null {
		return
	}
	l := Leaf{Path: t.path, Zh: strings.Join(t.zh, "："), En: strings.Join(t.en, ": "), Value: v.String(), Note: above.note, Pos: v.Pos, Law: s.pack.sourcesOf(t.newLaw)}
	switch above.verified {
	case "true":
		l.Verified = true
	case "":
		l.Verified = len(l.Law) > 0 && !slices.ContainsFunc(l.Law, func(src Source) bool { return !src.Verified })
	}
	s.out = append(s.out, l)
}

// Period is one value of a parameter that changes with time.
type Period struct {
	From, Until claims.Date // Until is NoDate when open
	Value       string
	Law         []Source
}

// Periods lists the values that a parameter has over time, by rising date; nil where it does not change.
func (p *Pack) Periods(path string) []Period {
	v, err := lookup(p.Tree, path)
	if err != nil || !dated(v) {
		return nil
	}
	var out []Period
	for _, it := range v.Items {
		from, err := claims.ParseDate(it.Get("from").Text)
		if err != nil {
			continue
		}
		per := Period{From: from, Until: claims.NoDate, Value: it.Get("value").String(), Law: p.sourcesOf(cites(it, nil))}
		if u := it.Get("until"); u != nil {
			if d, err := claims.ParseDate(u.Text); err == nil {
				per.Until = d
			}
		}
		out = append(out, per)
	}
	slices.SortStableFunc(out, func(a, b Period) int { return int(a.From - b.From) })
	for i := range out {
		if i+1 < len(out) && out[i].Until == claims.NoDate {
			out[i].Until = out[i+1].From - 1
		}
	}
	return out
}
