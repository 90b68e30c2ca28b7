package invent

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Kinds of groups, the words of the kind column.
const (
	surgical  = "surgical"
	procedure = "procedure"
	medical   = "medical"
	bedday    = "bedday"
)

// The code of a stay that fits no group, and the tail of the codes of stays that fit several.
const (
	ungroupedCode = "0000"
	ambiguousTail = "QY"
)

// Levels at which a stay may be treated.
const (
	levelCommunity = iota
	levelSecondary
	levelTertiary
	levelOutside
	levels
)

// A group is one DRG with the numbers that its stays are drawn from.
type group struct {
	code, name, kind string
	spec             int     // index into specialties
	weight           float64 // frequency, relative within the specialty
	base             float64 // yuan of an average stay in a secondary hospital; of a day for bed-day groups
	sigma            float64 // deviation of the logarithm of the cost
	los              float64 // average days
	complexity       float64 // 0 simple to 1 hard
	level            [levels]float64
	primary, stable  bool
	sibling          int32 // the commonest medical group of the specialty, for stays before and after the main one
	ambiguous        int32 // position of the specialty's ambiguous code among the group codes of the claims
}

// family is an adjacent group (ADRG): the groups of one disease or operation, told apart by severity.
type family struct {
	spec, rank int
	kind       string
	code       string
	name       string
}

// splits are the ways in which a family is split by severity; digits are the last character of the code.
var splits = [][]struct {
	digit        byte
	tail         string
	cost, weight float64
}{
	{{'9', "", 1, 1}},
	{{'3', "，伴并发症或合并症", 1.25, 0.4}, {'5', "，不伴并发症或合并症", 0.85, 0.6}},
	{{'1', "，伴严重并发症或合并症", 1.75, 0.15}, {'3', "，伴一般并发症或合并症", 1.20, 0.3}, {'5', "，不伴并发症或合并症", 0.82, 0.55}},
}

// newGroups invents n groups, sorted by code. A fortieth of them, at least two, are bed-day groups.
func newGroups(d *dice, n int) []group {
	var groups []group
	daily := max(2, n/40)
	for i := range daily {
		spec, name, base := len(specialties)-2, "长期住院床日病组", 230.0
		if i%2 == 1 {
			spec, name, base = len(specialties)-1, "床日病组", 320.0
		}
		s := specialties[spec]
		groups = append(groups, group{
			code: fmt.Sprintf("%c%c%d9", s.letter, "RSTUVWXYZ"[i/2/9%9], 1+i/2%9),
			name: s.name + name + numeral(i/2+1),
			kind: bedday, spec: spec, weight: 1 / float64(i/2+1),
			base: base * (0.75 + 0.5*d.Float64()), sigma: 0.18, los: 110, stable: true,
		})
	}
	made := make([]int, len(specialties)) // families of each specialty so far
	kinds := make(map[string]int)
	for len(groups) < n {
		f := nextFamily(d, made, kinds)
		split := splits[pick(d, 0.35, 0.35, 0.30)]
		split = split[:min(len(split), n-len(groups))]
		center := f.center(d)
		for _, s := range split {
			groups = append(groups, f.group(d, center, s.digit, s.tail, s.cost, s.weight))
		}
	}
	slices.SortFunc(groups, func(a, b group) int { return strings.Compare(a.code, b.code) })
	linkSiblings(groups)
	markPrimary(groups)
	return groups
}

// pick draws an index by a few weights that sum to one.
func pick(d *dice, weights ...float64) int {
	x := d.Float64()
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// nextFamily serves the specialty that has the fewest families for its weight.
func nextFamily(d *dice, made []int, kinds map[string]int) family {
	spec, best := -1, math.Inf(1)
	for i, s := range specialties {
		if s.weight == 0 {
			continue
		}
		if need := float64(made[i]+1) / math.Sqrt(s.weight); need < best {
			spec, best = i, need
		}
	}
	s := specialties[spec]
	kind, letters, word := medical, "RSTUVWXYZ", "内科"
	// The first family of a specialty is medical, so that every stay has a medical sibling.
	if x := d.Float64(); made[spec] > 0 && x < s.surgical*0.8 {
		kind, letters, word = surgical, "BCDEFGHJ", "手术"
	} else if made[spec] > 0 && x < s.surgical {
		kind, letters, word = procedure, "KLMNP", "操作"
	}
	key := string(s.letter) + kind
	j := kinds[key]
	kinds[key]++
	f := family{spec: spec, rank: made[spec], kind: kind}
	f.code = fmt.Sprintf("%c%c%d", s.letter, letters[j/3%len(letters)], 1+j%3+3*(j/3/len(letters)))
	f.name = s.name + word + "病组" + numeral(j+1)
	made[spec]++
	return f
}

// center draws the cost of a family in yuan.
func (f family) center(d *dice) float64 {
	center, sigma := 6200.0, 0.45
	switch f.kind {
	case surgical:
		center, sigma = 15500, 0.55
	case procedure:
		center, sigma = 9500, 0.45
	}
	return center * specialties[f.spec].cost * math.Exp(sigma*d.NormFloat64())
}

func (f family) group(d *dice, center float64, digit byte, tail string, cost, weight float64) group {
	g := group{
		code: f.code + string(digit), name: f.name + tail, kind: f.kind, spec: f.spec,
		weight: weight / math.Pow(float64(f.rank+1), 0.9), base: center * cost, stable: true,
		sigma: 0.28 + 0.22*d.Float64(),
	}
	if d.chance(0.05) {
		g.sigma, g.stable = 0.95+0.2*d.Float64(), false
	}
	g.los = 2.5 + g.base/1300
	if f.kind == surgical {
		g.los = 3 + g.base/2600
	}
	g.los = math.Min(g.los, 22)
	c := 1 / (1 + math.Pow(9500/g.base, 1.6))
	g.complexity = c
	g.level = [levels]float64{0.40 * (1 - c) * (1 - c), 0, 0.08 + 0.55*c, 0.015 + 0.07*c*c}
	if f.kind == surgical {
		g.level[levelCommunity] *= 0.4
	}
	g.level[levelSecondary] = 1 - g.level[levelCommunity] - g.level[levelTertiary] - g.level[levelOutside]
	return g
}

// linkSiblings finds each group's medical sibling; bed-day groups are their own.
func linkSiblings(groups []group) {
	best := make([]int32, len(specialties))
	for i := range best {
		best[i] = -1
	}
	for i, g := range groups {
		if g.kind == medical && (best[g.spec] < 0 || g.weight > groups[best[g.spec]].weight) {
			best[g.spec] = int32(i)
		}
	}
	for i := range groups {
		groups[i].sibling = best[groups[i].spec]
		if groups[i].sibling < 0 {
			groups[i].sibling = int32(i)
		}
	}
}

// markPrimary marks the simplest tenth of the stable medical groups as suited to primary care (基层病种).
func markPrimary(groups []group) {
	var order []int
	for i, g := range groups {
		if g.kind == medical && g.stable {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(groups[a].complexity, groups[b].complexity), a-b)
	})
	for _, i := range order[:min(len(order), max(1, len(groups)/10))] {
		groups[i].primary = true
		groups[i].level[levelCommunity] += 0.12
		groups[i].level[levelSecondary] -= 0.12
	}
}

// samePrice returns the codes of the n groups best suited to one price everywhere (不设差异系数病组): stable, cheap and
// frequent. The list of fewer is part of the list of more; there are never more than half of the groups.
func samePrice(groups []group, n int) []string {
	var order []int
	for i, g := range groups {
		if g.stable && g.kind != bedday {
			order = append(order, i)
		}
	}
	score := func(i int) float64 {
		g := groups[i]
		return math.Log(g.base) - 0.3*math.Log(g.weight*specialties[g.spec].weight)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(score(a), score(b)), a-b) })
	codes := make([]string, 0, n)
	for _, i := range order[:min(n, len(order), len(groups)/2)] {
		codes = append(codes, groups[i].code)
	}
	slices.Sort(codes)
	return codes
}
