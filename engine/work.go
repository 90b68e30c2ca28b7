package engine

import (
	"slices"

	"github.com/drgsim/drgsim/engine/policy"
)

// work is what a set of plans asks of each person's claims, with everything done once that several plans share: plans
// whose benefit rules are equal share the adjudication, and those whose prices are equal too share the adding up.
type work struct {
	plans     []*Plan
	orders    []policy.Order // distinct orders of a person's visits
	benefits  []benefitWork
	partialOf []int // by plan: the position of its partial
}

// benefitWork adjudicates for all plans with the same benefit rules.
type benefitWork struct {
	plan   *Plan
	order  int // position in orders
	prices []priceWork
}

// priceWork prices and adds up for all plans with the same benefit rules, prices and streams.
type priceWork struct {
	plan    *Plan
	partial int
}

func newWork(plans []*Plan) *work {
	w := &work{plans: plans, partialOf: make([]int, len(plans))}
	partials := 0
	for i, p := range plans {
		order := p.Versions[0].Rules.Order
		at := slices.Index(w.orders, order)
		if at < 0 {
			at = len(w.orders)
			w.orders = append(w.orders, order)
		}
		b := slices.IndexFunc(w.benefits, func(b benefitWork) bool { return b.plan.benefitKey == p.benefitKey })
		if b < 0 {
			b = len(w.benefits)
			w.benefits = append(w.benefits, benefitWork{plan: p, order: at})
		}
		prices := &w.benefits[b].prices
		j := slices.IndexFunc(*prices, func(q priceWork) bool {
			return q.plan.priceKey == p.priceKey && q.plan.streamKey == p.streamKey
		})
		if j < 0 {
			j = len(*prices)
			*prices = append(*prices, priceWork{plan: p, partial: partials})
			partials++
		}
		w.partialOf[i] = (*prices)[j].partial
	}
	return w
}
