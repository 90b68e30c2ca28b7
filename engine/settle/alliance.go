package settle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Scope is where a person of an alliance was treated, seen from the alliance.
type Scope uint8

// The scopes, in the order of ScopeNames.
const (
	Inside        Scope = iota // at a hospital of the alliance
	InCounty                   // at another hospital of the person's county
	OutOfCounty                // elsewhere in the province
	OutOfProvince              // outside the province
	NumScopes
)

// ScopeNames are the words of the scopes in packs and results.
var ScopeNames = []string{"inside", "county", "out_of_county", "out_of_province"}

// String gives the word used in packs.
func (s Scope) String() string { return ScopeNames[s] }

// scope tells which places of treatment an envelope is charged for.
type scope [NumScopes]bool

var everywhere = scope{true, true, true, true}

// inside is the rule by which an alliance's result is split among its hospitals.
type inside struct {
	all     bool // the whole pot is split: what members earned with the alliance's own people, and the balance
	by      workload
	lead    money.Ratio // part of the balance that goes to the leading hospital first
	weights []tierWeight
}

// tierWeight is the weight of the hospitals of some tiers together.
type tierWeight struct {
	tiers  [region.NumTiers]bool
	weight int64
}

// evenTiers is the split by workload alone.
var evenTiers = []tierWeight{{tiers: [region.NumTiers]bool{true, true, true, true, true, true, true}, weight: 1}}

// workload is the measure by which hospitals of the same weight share.
type workload uint8

const (
	byPoints workload = iota
	byClaims
	byGross
	byBooked
)

var workloadNames = []string{"points", "claims", "gross", "booked"}

// of returns a line's workload, never below zero.
func (m workload) of(l *Line) int64 {
	switch m {
	case byClaims:
		return max(l.Claims, 0)
	case byGross:
		return int64(max(l.Gross, 0))
	case byBooked:
		return int64(max(l.Booked, 0))
	}
	return int64(max(l.Points, 0))
}

func (c *compiler) decodeAlliance(d *policy.Decoder) (scope, inside) {
	sc := everywhere
	if s := d.Sub("scope"); s != nil {
		for i, name := range ScopeNames {
			sc[i] = s.BoolOr(name, true)
		}
		s.Close()
	}
	in := inside{weights: evenTiers}
	if s := d.Sub("split"); s != nil {
		in.all = s.WordOr("of", []string{"balance", "all"}, 0) == 1
		in.by = workload(s.WordOr("by", workloadNames, 0))
		in.lead = s.ShareOr("lead", 0)
		list := decodeTiers(s)
		if len(list) > 0 {
			in.weights = list
		}
		s.Close()
	}
	return sc, in
}

// decodeTiers reads the weights of tiers. A fine tier belongs to the row that names it; a broad word (primary, secondary,
// tertiary) takes the finer ones inside it that no row names.
func decodeTiers(d *policy.Decoder) []tierWeight {
	var list []tierWeight
	var named [region.NumTiers]bool
	var words [][]region.Tier
	d.Each("tiers", func(_ int, it *policy.Decoder) {
		w := tierWeight{weight: int64(it.Int("weight"))}
		if w.weight < 0 {
			it.Fail("weight", "%d is negative", w.weight)
		}
		var own []region.Tier
		for _, word := range it.Texts("tier") {
			t, err := region.ParseTier(word)
			if err != nil {
				it.Fail("tier", "%v", err)
				continue
			}
			if named[t] {
				it.Fail("tier", "%s stands there twice", t)
			}
			named[t], w.tiers[t] = true, true
			own = append(own, t)
		}
		list, words = append(list, w), append(words, own)
	})
	for i, own := range words {
		for _, t := range own {
			for fine := range region.NumTiers {
				if t == t.Broad() && fine.Broad() == t && !named[fine] {
					list[i].tiers[fine] = true
				}
			}
		}
	}
	return list
}

// answer is how the people of a county divide over the alliances that answer for them.
type answer struct {
	alliances []int // the number of alliances stands for none
	persons   []int64
}

// answers tells for each county and the unknown one who answers for its people of a scheme.
func (s *Settlement) answers(scheme int) []answer {
	out := make([]answer, len(s.reg.Counties)+1)
	for _, e := range s.reg.Enrolment {
		if e.Scheme != s.reg.Schemes[scheme] || e.Persons == 0 {
			continue
		}
		county, _ := s.reg.County(e.County)
		at := len(s.reg.Alliances)
		if e.Alliance != "" {
			n, _ := s.reg.Alliance(e.Alliance)
			at = int(n)
		}
		out[county].alliances = append(out[county].alliances, at)
		out[county].persons = append(out[county].persons, e.Persons)
	}
	for i := range out {
		if len(out[i].alliances) == 0 {
			out[i] = answer{[]int{len(s.reg.Alliances)}, []int64{1}}
		}
	}
	return out
}

// scopeOf tells where a hospital stands as seen from an alliance and the county of its people.
func (s *Settlement) scopeOf(st *Stream, alliance, county, hospital int) Scope {
	h := &s.reg.Hospitals[hospital]
	switch {
	case st.place == claims.OutOfProvince:
		return OutOfProvince
	case h.Alliance != "" && alliance < len(s.reg.Alliances) && h.Alliance == s.reg.Alliances[alliance]:
		return Inside
	case county < len(s.reg.Counties) && h.County == s.reg.Counties[county]:
		return InCounty
	}
	return OutOfCounty
}

// gatherHomes adds up one stream's claims of a scheme by the fund that answers for the person and by hospital. Where several
// alliances answer for a county's people, its sums are divided by their persons.
func (w *work) gatherHomes(gw *groupWork, p *part, scheme int) error {
	st := &w.s.streams[p.stream]
	none := len(w.s.reg.Alliances)
	seen := make([]HomeCell, w.hospitals())
	for county, ans := range w.s.answers(scheme) {
		for h := range w.hospitals() {
			c := w.t.Home(p.stream, scheme, county, h)
			if *c == (HomeCell{}) {
				continue
			}
			seen[h].Claims += c.Claims
			seen[h].Gross += c.Gross
			seen[h].Fund += c.Fund
			seen[h].Points += c.Points
			seen[h].Direct += c.Direct
			cells, err := c.divide(ans.persons)
			if err != nil {
				return err
			}
			for i, cell := range cells {
				fund := ans.alliances[i]
				sc := w.s.scopeOf(st, fund, county, h)
				if !gw.b.scope[sc] {
					fund = none
				}
				at := fund*w.hospitals() + h
				p.claims[at] += cell.Claims
				p.gross[at] += cell.Gross
				p.booked[at] += cell.Fund
				p.points[at] += cell.Points
				p.direct[at] += cell.Direct
				gw.places[at].claims[sc] += cell.Claims
				gw.places[at].booked[sc] += int64(max(cell.Fund, 0))
			}
		}
	}
	return w.sameAsCells(p.stream, scheme, seen)
}

// divide parts a cell in proportion to persons.
func (c *HomeCell) divide(persons []int64) ([]HomeCell, error) {
	out := make([]HomeCell, len(persons))
	if len(persons) == 1 {
		out[0] = *c
		return out, nil
	}
	put := []func(*HomeCell, money.Fen){
		func(o *HomeCell, f money.Fen) { o.Claims = int64(f) },
		func(o *HomeCell, f money.Fen) { o.Gross = f },
		func(o *HomeCell, f money.Fen) { o.Fund = f },
		func(o *HomeCell, f money.Fen) { o.Points = money.Points(f) },
		func(o *HomeCell, f money.Fen) { o.Direct = f },
	}
	for k, total := range []money.Fen{money.Fen(c.Claims), c.Gross, c.Fund, money.Fen(c.Points), c.Direct} {
		shares, err := money.Allocate(total, persons)
		if err != nil {
			return nil, fmt.Errorf("dividing a county's claims by persons: %w", err)
		}
		for i := range out {
			put[k](&out[i], shares[i])
		}
	}
	return out, nil
}

// leader returns the alliance's leading hospital: of the highest tier, then with the most beds, then the first by code.
func leader(reg *region.Region, members []int) int {
	return slices.MinFunc(members, func(a, b int) int {
		x, y := &reg.Hospitals[a], &reg.Hospitals[b]
		return cmp.Or(cmp.Compare(y.Tier, x.Tier), cmp.Compare(y.Beds, x.Beds), cmp.Compare(a, b))
	})
}

// members lists the hospitals of an alliance.
func members(reg *region.Region, alliance string) []int {
	var out []int
	for i := range reg.Hospitals {
		if alliance != "" && reg.Hospitals[i].Alliance == alliance {
			out = append(out, i)
		}
	}
	return out
}

// splitInside splits an amount among an alliance's members: the leader's part first, then by the weights of the tiers, and
// within a tier by workload. Tiers without a member leave their weight to the others; where nobody in a tier has worked its
// members share evenly. loads are by member.
func (in *inside) splitInside(reg *region.Region, amount money.Fen, list []int, loads []int64, round money.Rounding) ([]money.Fen, error) {
	out := make([]money.Fen, len(list))
	first, err := amount.Times(in.lead, round)
	if err != nil {
		return nil, err
	}
	out[slices.Index(list, leader(reg, list))] = first
	amount -= first
	weights := make([]int64, len(in.weights))
	var any bool
	for i, tw := range in.weights {
		for _, h := range list {
			if tw.tiers[reg.Hospitals[h].Tier] {
				weights[i] = tw.weight
				any = any || tw.weight > 0
			}
		}
	}
	tiers := in.weights
	if !any {
		tiers, weights = evenTiers, []int64{1}
	}
	parts, err := money.Allocate(amount, weights)
	if err != nil {
		return nil, err
	}
	for i, tw := range tiers {
		own := make([]int64, len(list))
		var sum int64
		for k, h := range list {
			if tw.tiers[reg.Hospitals[h].Tier] {
				own[k] = loads[k]
				sum += loads[k]
			}
		}
		if sum == 0 {
			for k, h := range list {
				if tw.tiers[reg.Hospitals[h].Tier] {
					own[k] = 1
				}
			}
		}
		shares, err := money.Allocate(parts[i], own)
		if err != nil {
			return nil, err
		}
		for k := range out {
			out[k] += shares[k]
		}
	}
	return out, nil
}
