package benefit

import (
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

// choice picks among rows by selector: the first row whose selector holds serves the claim.
type choice struct {
	lookup *policy.Lookup
	at     int // position among the program's choices
}

// row returns the position of the row that serves a visit, or -1.
func (k *choice) row(v *Visit) int {
	if r := v.chosen[k.at]; r >= 0 {
		return int(r)
	}
	return k.search(v)
}

// search is row where the facts decide for none, or do not decide. It stands apart so that row is short enough to be inlined.
//
//go:noinline
func (k *choice) search(v *Visit) int {
	if v.chosen[k.at] != undecided {
		return -1
	}
	return k.lookup.Find(v.Claim)
}

// choices are all that the steps of a program choose. What depends on facts alone is looked up once for each combination of
// facts when the program is compiled: a claim finds its combination once, and no step needs to look at its facts again.
type choices struct {
	schemes int
	lookups []*policy.Lookup
	decided []bool // by choice: the table has it

	facts        []claims.Fact
	strides      []int
	combinations int
	rows         []int16 // by combination of facts, len(lookups) to each
}

// undecided stands where the choice needs more than the facts of the table.
const undecided = -2

// maxChosen bounds the entries of the table.
const maxChosen = 1 << 18

// add makes a choice among rows with these selectors.
func (k *choices) add(rows []policy.Selector) choice {
	k.lookups = append(k.lookups, policy.NewLookup(rows, k.schemes))
	return choice{k.lookups[len(k.lookups)-1], len(k.lookups) - 1}
}

// combineAs tells whether a claim has the same combination of facts for both.
func (k *choices) combineAs(o *choices) bool {
	return k == o || slices.Equal(k.facts, o.facts) && slices.Equal(k.strides, o.strides)
}

// one is a choice of a single row: 0 where its selector holds.
func (k *choices) one(s policy.Selector) choice { return k.add([]policy.Selector{s}) }

// fill works out the table. Where it would be too large, later choices stay undecided.
func (k *choices) fill() {
	var asked [claims.NumFacts]bool
	combinations := 1
	k.decided = make([]bool, len(k.lookups))
	for i, l := range k.lookups {
		if !l.ByFacts() {
			continue
		}
		with := combinations
		for _, f := range l.Facts() {
			if !asked[f] {
				with *= policy.FactSize(f, k.schemes)
			}
		}
		if with*len(k.lookups) > maxChosen {
			continue
		}
		k.decided[i], combinations = true, with
		for _, f := range l.Facts() {
			asked[f] = true
		}
	}
	k.combinations = 1
	for f := range claims.NumFacts {
		if asked[f] {
			k.facts, k.strides = append(k.facts, f), append(k.strides, k.combinations)
			k.combinations *= policy.FactSize(f, k.schemes)
		}
	}
	k.rows = make([]int16, k.combinations*len(k.lookups))
	var c claims.Claim
	for at := range k.combinations {
		rest := at
		for i := len(k.facts) - 1; i >= 0; i-- {
			c.Facts[k.facts[i]] = uint8(rest / k.strides[i])
			rest %= k.strides[i]
		}
		for i, l := range k.lookups {
			row := undecided
			if k.decided[i] {
				row = l.Find(&c)
			}
			k.rows[at*len(k.lookups)+i] = int16(row)
		}
	}
}

// combination returns the number of a claim's combination of facts.
func (k *choices) combination(c *claims.Claim) int {
	at := 0
	for i, f := range k.facts {
		at += int(c.Facts[f]) * k.strides[i]
	}
	return at
}

// never tells whether no row serves the claims of a combination.
func (k *choice) never(chosen []int16) bool { return chosen[k.at] == -1 }

// of returns what is chosen in a combination, by choice.
func (k *choices) of(combination int) []int16 {
	n := len(k.lookups)
	return k.rows[combination*n : combination*n+n]
}
