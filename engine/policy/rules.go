package policy

import (
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Rules are the parameters of a pack in force on one day, resolved but not yet compiled.
type Rules struct {
	Pack      *Pack
	On        claims.Date
	PriceDate PriceDate
	Order     Order
	Round     money.Rounding // default for amounts
	Benefit   []*Step
	Tree      *Value // all parts, resolved
}

// PriceDate tells which date of a claim chooses the rules that price it.
type PriceDate uint8

// The dates that can choose the rules.
const (
	BySettlement PriceDate = iota
	ByDischarge
	ByAdmission
)

// Order tells by which date the visits of a person follow each other within a year.
type Order uint8

// The orders of a person's visits. Ties go to the earlier admission, then to the smaller claim id.
const (
	OrderSettlement Order = iota
	OrderAdmission
	OrderDischarge
)

// Day returns the date by which a claim is ordered.
func (o Order) Day(c *claims.Claim) claims.Date {
	switch o {
	case OrderAdmission:
		return c.Admission
	case OrderDischarge:
		return c.Discharge
	}
	return c.Settlement
}

var dateWords = []string{"settlement", "discharge", "admission"}
var orderWords = []string{"settlement", "admission", "discharge"}

// Step is one rule of the benefit part: a kind with its parameters and its law.
type Step struct {
	ID       string
	Kind     string
	TitleZh  string
	TitleEn  string
	Sources  []Source // the law: the step's own and that of its dated values in force
	Verified bool
	When     *Value // selector that limits the step to some claims; nil for all
	Params   *Value // the kind's parameters, with the keys above taken out
	Pos      Pos
}

// Title returns the step's title in a language, zh or en.
func (s *Step) Title(lang string) string {
	if lang == "zh" {
		return s.TitleZh
	}
	return s.TitleEn
}

// ChangeDates returns the days after from and up to to on which some parameter of the pack begins or ends, ascending.
func (p *Pack) ChangeDates(from, to claims.Date) []claims.Date {
	set := make(map[claims.Date]bool)
	changeDates(p.Tree, from, to, set)
	out := make([]claims.Date, 0, len(set))
	for d := range set {
		out = append(out, d)
	}
	slices.Sort(out)
	return out
}

// At returns the rules in force on a day.
func (p *Pack) At(on claims.Date) (*Rules, error) {
	tree, err := resolve(p.Tree, on)
	if err != nil {
		return nil, err
	}
	d := Decode(tree, "pack "+p.Name)
	r := &Rules{
		Pack:      p,
		On:        on,
		PriceDate: PriceDate(d.WordOr("price_date", dateWords, 0)),
		Order:     Order(d.WordOr("order", orderWords, 0)),
		Round:     d.RoundingOr("round", money.HalfUp),
		Tree:      tree,
	}
	for _, k := range parts {
		d.Raw(k)
	}
	seen := map[string]Pos{}
	d.Each("benefit", func(_ int, it *Decoder) {
		s := p.step(it)
		if at, twice := seen[s.ID]; twice {
			it.Fail("id", "%q stands already at %s", s.ID, at)
		}
		seen[s.ID] = s.Pos
		r.Benefit = append(r.Benefit, s)
	})
	return r, d.Err()
}

// stepKeys are the keys of a step that are not parameters of its kind.
var stepKeys = []string{"id", "kind", "title", "when", "from", "until"}

func (p *Pack) step(d *Decoder) *Step {
	s := &Step{ID: d.Text("id"), Kind: d.Text("kind"), When: d.Raw("when"), Pos: d.Pos(), Verified: true}
	if t := d.Sub("title"); t != nil {
		s.TitleZh, s.TitleEn = t.Text("zh"), t.Text("en")
		t.Close()
	} else {
		s.TitleZh, s.TitleEn = s.ID, s.ID
	}
	s.Params = d.Value()
	for _, k := range stepKeys {
		s.Params = s.Params.Without(k)
	}
	if v := s.Params.Get("verified"); v != nil && v.Text == "false" {
		s.Verified = false
	}
	s.Sources = p.cited(d.Value(), d)
	for _, k := range d.v.Keys {
		d.ask(k)
	}
	return s
}

// cited collects the sources that a value cites, itself and through the dated values in it, each once, in order.
func (p *Pack) cited(v *Value, d *Decoder) []Source {
	var out []Source
	add := func(id string, pos Pos) {
		s, ok := p.Sources[id]
		if !ok {
			all := make([]string, 0, len(p.Sources))
			for k := range p.Sources {
				all = append(all, k)
			}
			slices.Sort(all)
			d.failAt(pos, "source %q is in no sources.yaml of this pack%s", id, nearest.Hint(id, all))
			return
		}
		if !slices.ContainsFunc(out, func(o Source) bool { return o.ID == id }) {
			out = append(out, s)
		}
	}
	var walk func(v *Value)
	walk = func(v *Value) {
		for _, id := range v.Cites {
			add(id, v.Pos)
		}
		for _, id := range words(v.Get("cite")) {
			add(id, v.Pos)
		}
		for _, it := range v.Items {
			walk(it)
		}
	}
	walk(v)
	return out
}

// Cited returns the sources of a part of the resolved tree ("drg.same_price"), each once: its own and those of the dated
// values right in it, or else those of the nearest part around it, or else all that stand anywhere in it.
func (r *Rules) Cited(path string) []Source {
	words, err := splitPath(path)
	if err != nil {
		return nil
	}
	v := r.Tree
	around := []*Value{v}
	for _, w := range words {
		at, _, err := child(v, w)
		if err != nil || at < 0 {
			return nil
		}
		v = v.Items[at]
		around = append(around, v)
	}
	for i := len(around) - 1; i >= 0; i-- {
		if own := r.Pack.cited(shallow(around[i]), Decode(around[i], path)); len(own) > 0 {
			return own
		}
	}
	return r.Pack.cited(v, Decode(v, path))
}

// shallow returns a map that keeps only the citation of a value and the single values right in it.
func shallow(v *Value) *Value {
	only := &Value{Shape: Map, Pos: v.Pos, Cites: v.Cites}
	for i, it := range v.Items {
		if v.Shape == Map && (v.Keys[i] == "cite" || it.Shape == Scalar) {
			only.Keys, only.Items = append(only.Keys, v.Keys[i]), append(only.Items, it)
		}
	}
	return only
}

// Decode starts reading one part of the resolved tree strictly; a missing part reads as an empty one.
func (r *Rules) Decode(part string) *Decoder {
	v := r.Tree.Get(part)
	if v == nil {
		v = &Value{Shape: Map, Pos: r.Tree.Pos}
	}
	return Decode(v, part)
}
