package engine

import (
	"context"
	"slices"

	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/internal/parallel"
	"github.com/drgsim/drgsim/engine/policy"
)

// prices compiles the prices of a plan's versions, or finds the equal ones of another plan.
func (c *Compiler) prices(key string, rules []*policy.Rules) ([]*drg.Pricer, error) {
	if p, ok := c.pricers[key]; ok {
		return p, nil
	}
	p, err := c.compilePrices(c.scope, rules)
	if err == nil {
		c.pricers[key] = p
	}
	return p, err
}

// pricesAbreast compiles the different prices of some scenarios side by side, as they take the most of the time. What fails is left to
// be told when its plan is made.
func (c *Compiler) pricesAbreast(all []resolved) {
	type work struct {
		of    *resolved
		scope policy.Scope
		made  []*drg.Pricer
		err   error
	}
	var list []*work
	for i := range all {
		r := &all[i]
		_, made := c.pricers[r.price]
		if r.err == nil && !made && !slices.ContainsFunc(list, func(w *work) bool { return w.of.price == r.price }) {
			list = append(list, &work{of: r, scope: *c.scope})
		}
	}
	if len(list) < 2 {
		return
	}
	_ = parallel.Each(context.Background(), 0, len(list), func(i int) error {
		list[i].made, list[i].err = c.compilePrices(&list[i].scope, list[i].of.rules)
		return nil
	})
	for _, w := range list {
		c.scope.ReadsAlso(&w.scope)
		if w.err == nil {
			c.pricers[w.of.price] = w.made
		}
	}
}

func (c *Compiler) compilePrices(scope *policy.Scope, rules []*policy.Rules) ([]*drg.Pricer, error) {
	var pricers []*drg.Pricer
	var faults []error
	for i, r := range rules {
		if i > 0 && r.Tree.Get("drg").Equal(rules[i-1].Tree.Get("drg")) && r.Round == rules[i-1].Round {
			pricers = append(pricers, pricers[i-1])
			continue
		}
		p, err := drg.Compile(r, scope, c.reg)
		if err == nil && len(c.reviews) > 0 {
			p, err = p.WithReviews(c.reviews)
		}
		faults = append(faults, err)
		pricers = append(pricers, p)
	}
	return pricers, policy.Join(faults...)
}
