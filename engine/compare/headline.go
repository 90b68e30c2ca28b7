package compare

import (
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/report"
)

// headlines are the figures that a reader asks for first, in order; those that a result lacks are passed over. A word
// "any" stands for each scheme or pool.
var headlines = []string{
	"fund.budget", "fund.booked", "fund.balance", "fund.retained", "fund.shared", "fund.paid", "fund.carried", "fund.fund_share",
	"fund.any.balance", "fund.any.paid", "pool.any.value",
	"people.paid", "people.burden", "people.any.paid", "pocket.critical_illness", "pocket.medical_aid",
}

// Headlines returns the headline figures of a result.
func (f *Figures) Headlines() []Figure {
	var out []Figure
	for _, pattern := range headlines {
		out = append(out, f.Match(pattern)...)
	}
	return out
}

// Match returns the figures that an id means: the one of that name, or, where a word of the id is any or all, those with
// anything in its place. The word age_any of people.age_any.paid stands for each age band.
func (f *Figures) Match(id string) []Figure {
	prefix, suffix, wild := cutWild(id)
	if !wild {
		if i, ok := f.at[id]; ok {
			return f.list[i : i+1]
		}
		return nil
	}
	var out []Figure
	for _, g := range f.list {
		rest, ok := strings.CutPrefix(g.ID, prefix)
		if !ok {
			continue
		}
		who, ok := strings.CutSuffix(rest, suffix)
		if prefix == "people." && namesAge(who) {
			continue // any of the people is each scheme; ages are asked for by their own word
		}
		if ok && who != "" {
			out = append(out, g)
		}
	}
	return out
}

// cutWild parts an id at its word any or all: "hospital.any.balance" is "hospital." and ".balance".
func cutWild(id string) (prefix, suffix string, wild bool) {
	words := strings.Split(id, ".")
	at := slices.IndexFunc(words, func(w string) bool { return w == "any" || w == "all" || w == ageWord+"any" })
	if at <= 0 || at == len(words)-1 {
		return "", "", false
	}
	prefix = strings.Join(words[:at], ".") + "."
	if words[at] == ageWord+"any" {
		prefix += ageWord
	}
	return prefix, "." + strings.Join(words[at+1:], "."), true
}

// DeltaKind is the kind of a difference between two figures of a kind.
func DeltaKind(k report.Kind) report.Kind {
	switch k {
	case report.KindFen:
		return report.KindFenDelta
	case report.KindRatio:
		return report.KindRatioDelta
	case report.KindCount:
		return report.KindCountDelta
	case report.KindPoints:
		return report.KindPointsDelta
	case report.KindFactor:
		return report.KindFactorDelta
	}
	return k
}
