package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
)

// Difference is one value that two rule sets, or one at two days, do not share.
type Difference struct {
	Path     string // benefit.deductible.amounts[tier=tertiary].amount
	Zh, En   string // the path in an analyst's words: 住院起付标准：三级，金额
	Old, New string // as written; "" where a side has no such value
	OldLaw   []Source
	NewLaw   []Source
}

// Diff compares two packs as they stand on a day each, and lists what differs in the order of the new one; what only the
// old one has stands where it stood. Rows of tables are matched by the claims that they select, steps by their id.
func Diff(a *Pack, onA claims.Date, b *Pack, onB claims.Date) ([]Difference, error) {
	old, err := a.At(onA)
	if err != nil {
		return nil, err
	}
	now, err := b.At(onB)
	if err != nil {
		return nil, err
	}
	d := &differ{old: a, now: b}
	d.compare(old.Tree, now.Tree, trail{})
	return d.out, nil
}

type differ struct {
	old, now *Pack
	out      []Difference
}

// trail is the way from the root of both trees to a value.
type trail struct {
	path           string
	zh, en         []string
	oldLaw, newLaw []string // ids of the nearest sources
}

func (t trail) down(path, zh, en string) trail {
	t.path = strings.TrimPrefix(t.path+path, ".")
	if zh != "" {
		t.zh, t.en = append(slices.Clone(t.zh), zh), append(slices.Clone(t.en), en)
	}
	return t
}

func cites(v *Value, fallback []string) []string {
	if v == nil {
		return fallback
	}
	if len(v.Cites) > 0 {
		return v.Cites
	}
	if ids := words(v.Get("cite")); len(ids) > 0 {
		return ids
	}
	return fallback
}

func (d *differ) compare(old, now *Value, t trail) {
	if old.Equal(now) {
		return
	}
	t.oldLaw, t.newLaw = cites(old, t.oldLaw), cites(now, t.newLaw)
	switch {
	case shapeOf(old) == Map && shapeOf(now) == Map, shapeOf(old) == Map && now == nil, old == nil && shapeOf(now) == Map:
		d.maps(old, now, t)
	case rowLike(old) && rowLike(now), rowLike(old) && now == nil, old == nil && rowLike(now):
		d.lists(old, now, t)
	default:
		d.tell(old, now, t)
	}
}

func shapeOf(v *Value) Shape {
	if v == nil {
		return Null
	}
	return v.Shape
}

// rowLike tells a list of maps, whose items can be matched.
func rowLike(v *Value) bool {
	return v != nil && v.Shape == List && !slices.ContainsFunc(v.Items, func(it *Value) bool { return it.Shape != Map })
}

func (d *differ) tell(old, now *Value, t trail) {
	text := func(v *Value) string {
		switch {
		case v == nil || v.Shape == Null:
			return ""
		case v.Shape == List && len(v.Items) > maxShown:
			return fmt.Sprintf("[%d]", len(v.Items))
		case v.Shape == Map:
			for _, k := range silent {
				v = v.Without(k)
			}
		}
		return v.String()
	}
	x := Difference{Path: t.path, Zh: strings.Join(t.zh, "："), En: strings.Join(t.en, ": "), Old: text(old), New: text(now)}
	if x.Old == x.New && len(x.Old) == 0 {
		return
	}
	if old != nil {
		x.OldLaw = d.old.sourcesOf(t.oldLaw)
	}
	if now != nil {
		x.NewLaw = d.now.sourcesOf(t.newLaw)
	}
	d.out = append(d.out, x)
}

// maxShown is how many items of a plain list a difference spells out.
const maxShown = 12

func (p *Pack) sourcesOf(ids []string) []Source {
	var out []Source
	for _, id := range ids {
		if s, ok := p.Sources[id]; ok {
			out = append(out, s)
		}
	}
	return out
}

// silent are keys of a map that say nothing about what is due.
var silent = append([]string{"title", "from", "until", "id"}, annotations...)

func (d *differ) maps(old, now *Value, t trail) {
	alone := old == nil || now == nil
	before := len(d.out)
	for _, k := range merged(keysOf(old), keysOf(now)) {
		if slices.Contains(silent, k) || alone && old.id() == now.id() && slices.Contains(namingKeys, k) {
			continue // what names a row that only one side has is in its path already
		}
		zh, en := Word(k)
		d.compare(old.Get(k), now.Get(k), t.down("."+k, zh, en))
	}
	if alone && len(d.out) == before {
		d.tell(old, now, t)
	}
}

func keysOf(v *Value) []string {
	if v == nil {
		return nil
	}
	return v.Keys
}

// merged puts the items that only the first list has behind what they follow in it.
func merged(a, b []string) []string {
	out := slices.Clone(b)
	for i, k := range a {
		if slices.Contains(b, k) {
			continue
		}
		at := len(out)
		for j := i - 1; j >= 0; j-- {
			if p := slices.Index(out, a[j]); p >= 0 {
				at = p + 1
				break
			}
		}
		if i == 0 {
			at = 0
		}
		out = slices.Insert(out, at, k)
	}
	return out
}

// lists matches rows by id, or by what they select and the band that they stand for.
func (d *differ) lists(old, now *Value, t trail) {
	a, b := rowKeys(old), rowKeys(now)
	for _, k := range merged(a, b) {
		var x, y *Value
		if i := slices.Index(a, k); i >= 0 {
			x = old.Items[i]
		}
		if i := slices.Index(b, k); i >= 0 {
			y = now.Items[i]
		}
		row, list := y, now
		if row == nil {
			row, list = x, old
		}
		zh, en := rowWords(row)
		d.compare(x, y, t.down(rowPath(list, row, k), zh, en))
	}
}

// namingKeys are the keys besides the selector's that tell rows of one list apart.
var namingKeys = slices.Concat(selectorKeys, bandKeys, []string{"up_to_day", "days_from", "days_to", "code", "hospital", "indicator", "by", "kind", "score", "alliance", "specialty", "year"})

// rowKeys names the rows of a list, each once.
func rowKeys(v *Value) []string {
	if v == nil {
		return nil
	}
	var out []string
	for i, it := range v.Items {
		key := it.id()
		if key == "" {
			var parts []string
			for _, k := range namingKeys {
				if x := it.Get(k); x != nil && x.Shape == Scalar {
					parts = append(parts, k+"="+x.Text)
				}
			}
			key = strings.Join(parts, ",")
		}
		if key == "" || slices.Contains(out, key) {
			key = fmt.Sprint(i + 1)
		}
		out = append(out, key)
	}
	return out
}

// rowPath is the path word of a row: its id, what it selects where that finds it alone, else its position.
func rowPath(list, row *Value, key string) string {
	if id := row.id(); id != "" {
		return "." + id
	}
	at := slices.Index(list.Items, row)
	if found, _, err := childBracket(list, key); err == nil && found == at {
		return "[" + key + "]"
	}
	return fmt.Sprintf("[%d]", at+1)
}

// rowWords names a row in an analyst's words: its title, or what it selects.
func rowWords(row *Value) (zh, en string) {
	if t := row.Get("title"); t != nil && t.Get("zh") != nil && t.Get("en") != nil {
		return t.Get("zh").Text, t.Get("en").Text
	}
	if id := row.id(); id != "" {
		return id, id
	}
	var zhs, ens []string
	for _, k := range namingKeys {
		x := row.Get(k)
		if x == nil || x.Shape != Scalar {
			continue
		}
		kz, ke := Word(k)
		var vz, ve []string
		for _, w := range strings.Fields(x.Text) {
			z, e := Word(w)
			vz, ve = append(vz, z), append(ve, e)
		}
		switch {
		case x.Text == "true":
			zhs, ens = append(zhs, kz), append(ens, ke)
		case x.Text == "false":
			zhs, ens = append(zhs, "非"+kz), append(ens, "not "+ke)
		case slices.Contains(selectorKeys, k) && k != "age" && k != "group":
			zhs, ens = append(zhs, strings.Join(vz, "、")), append(ens, strings.Join(ve, " or "))
		default:
			zhs, ens = append(zhs, kz+" "+x.Text), append(ens, ke+" "+x.Text)
		}
	}
	if len(zhs) == 0 {
		return "其他", "otherwise"
	}
	return strings.Join(zhs, "，"), strings.Join(ens, ", ")
}
