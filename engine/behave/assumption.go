// Package behave makes other claims out of those of a year: what people and hospitals might do in reply to new rules, and
// what another year might bring. Each assumption is stated in the study, apart from the rules, and none is made unless it is
// stated; each tells what it moved.
//
// Chance is a hash of the seed, the assumption and the claim's id, so that the same study gives the same claims whatever the
// order of rows, and amounts change by integer ratios alone.
package behave

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Assumptions are all that a study assumes, in the order in which it is applied: coding, shifts, responses, uprating.
type Assumptions struct {
	Seed  uint64
	rules []rule
}

// Kind is what an assumption does.
type Kind string

// The kinds.
const (
	Coding   Kind = "coding"   // stays are coded into another group
	Shift    Kind = "shift"    // visits move to other hospitals
	Response Kind = "response" // volume replies to a price by an elasticity
	Uprating Kind = "uprating" // volume and cost grow year by year
)

// rule is one assumption.
type rule struct {
	kind   Kind
	text   string // as written, for the report
	pos    policy.Pos
	when   policy.Selector
	share  money.Ratio // of the claims, for coding and shifts without a target
	target money.Ratio // share of claims that shall be at the destinations; -1 for none
	group  string      // code for coding
	to     destination
	cost   money.Ratio // factor on all amounts
	volume money.Ratio // factor on the number of claims
}

// destination tells which hospitals a shift leads to.
type destination struct {
	when      policy.Selector // over facts of hospitals: tier, private, internet
	ownCounty bool
}

// mostYears bounds the years of an uprating.
const mostYears = 50

// Read reads the assumptions of a study; nil when it makes none. Draws, which are parameters of rules, are read elsewhere.
func Read(v *policy.Value, scope *policy.Scope) (*Assumptions, error) {
	if v == nil {
		return nil, nil
	}
	d := policy.Decode(v, "assumptions")
	a := &Assumptions{Seed: uint64(d.IntOr("seed", 1))}
	d.Raw("draws")
	each := func(kind Kind, read func(r *rule, it *policy.Decoder)) {
		d.Each(string(kind), func(_ int, it *policy.Decoder) {
			r := rule{kind: kind, text: it.Value().String(), pos: it.Pos(), target: -1, cost: money.One, volume: money.One}
			r.when = it.Selector(scope)
			read(&r, it)
			a.rules = append(a.rules, r)
		})
	}
	each(Coding, func(r *rule, it *policy.Decoder) {
		r.group, r.share = it.Text("to"), it.Share("share")
		if _, known := scope.Group(r.group); !known && r.group != "" {
			it.Fail("to", "group %q is neither in the group table nor among the claims", r.group)
		}
	})
	each(Shift, func(r *rule, it *policy.Decoder) {
		r.cost = it.RatioOr("cost", money.One)
		if to := it.Sub("to"); to != nil {
			r.to = destination{when: to.Selector(scope), ownCounty: to.BoolOr("own_county", false)}
			to.Close()
		} else {
			it.Fail("to", "is missing")
		}
		share, target := it.Has("share"), it.Has("target")
		switch {
		case share == target:
			it.Fail("share", "one of share and target is needed")
		case share:
			r.share = it.Share("share")
		default:
			r.target = it.Share("target")
		}
	})
	each(Response, func(r *rule, it *policy.Decoder) {
		change, err := it.Ratio("price").Times(it.Ratio("elasticity"), money.HalfUp)
		if err != nil {
			it.Fail("price", "price times elasticity: %v", err)
		}
		r.volume = money.One + change
	})
	each(Uprating, func(r *rule, it *policy.Decoder) {
		years := it.IntOr("years", 1)
		if years < 1 || years > mostYears {
			it.Fail("years", "%d is not between 1 and %d", years, mostYears)
			return
		}
		var err1, err2 error
		r.cost, err1 = power(money.One+it.RatioOr("cost", 0), years)
		r.volume, err2 = power(money.One+it.RatioOr("volume", 0), years)
		if err1 != nil || err2 != nil {
			it.Fail("years", "the growth does not fit")
		}
	})
	for _, r := range a.rules {
		if r.cost < 0 || r.volume < 0 || r.cost > mostGrowth || r.volume > mostGrowth {
			d.Fail(string(r.kind), "%s: amounts or numbers would change by a factor outside of 0 to %s", r.pos, mostGrowth)
		}
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return a, nil
}

// Any reports whether there is anything to apply; a nil Assumptions has nothing.
func (a *Assumptions) Any() bool { return a != nil && len(a.rules) > 0 }

// mostGrowth is the largest factor on amounts or numbers.
const mostGrowth = 100 * money.One

// power is a growth factor over some years, rounded to a millionth each year.
func power(r money.Ratio, years int) (money.Ratio, error) {
	out := money.One
	for range years {
		var err error
		if out, err = out.Times(r, money.HalfUp); err != nil {
			return 0, fmt.Errorf("growth of %s over %d years: %w", r, years, err)
		}
	}
	return out, nil
}
