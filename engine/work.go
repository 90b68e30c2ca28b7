package engine

import (
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/policy"
)

// work is what a set of plans asks of the claims, with everything done once that several plans share: plans whose streams
// are equal share the counts of claims, those whose benefit rules are equal share the adjudication, and those whose prices
// are equal share the pricing, also across different benefit rules where the prices do not look at what these leave.
type work struct {
	plans    []*Plan
	orders   []policy.Order // distinct orders of a person's visits
	streams  []streamWork
	benefits []benefitWork
	// stretches are the steps of the benefits, those that several share once.
	stretches []stretch
	paid      []paidWork
	prices    []priceWork
	joins     []joinWork
	joinOf    []int // by plan: the position in joins
}

// streamWork finds the stream of each claim and counts, for all plans with the same streams.
type streamWork struct {
	plan  *Plan
	order int // position in orders
}

// benefitWork adjudicates for all plans with the same benefit rules.
type benefitWork struct {
	plan  *Plan
	order int // position in orders
}

// paidWork adds up what one adjudication leaves, by the streams of some plans.
type paidWork struct {
	benefit, stream int
	column          int // position among the paid works of the stream
	// base is the paid work whose sums this one's are told against: only claims that come out differently are added up, so
	// that a scenario costs as much as it changes. -1: the sums stand for themselves.
	base int
}

// priceWork prices and adds up for all plans with the same prices and streams.
type priceWork struct {
	plan    *Plan
	stream  int
	benefit int // whose outcome the prices look at; -1 for none
	column  int // position among the price works of the stream
	base    int // as in paidWork
	// alike is the first work that prices the same stays and parts them alike, perhaps this one; -1 where the rules change
	// within the year.
	alike int
	// kind is the first work of those alike that pays by formulas alike, perhaps this one.
	kind int
	// contrast tells, where it is not nil, which stays can come out differently than by the base: this work is number which of it.
	contrast *drg.Contrast
	which    int
}

// joinWork names the sums that make up a partial.
type joinWork struct{ stream, benefit, paid, price int }

func newWork(plans []*Plan) *work {
	w := &work{plans: plans}
	for _, p := range plans {
		// The keys hold the order of visits, so plans that share a stream or benefit work share the order too.
		order := place(&w.orders, p.Versions[0].Rules.Order, func(o policy.Order) bool { return o == p.Versions[0].Rules.Order })
		stream := place(&w.streams, streamWork{p, order}, func(s streamWork) bool { return s.plan.streamKey == p.streamKey })
		benefit := place(&w.benefits, benefitWork{p, order}, func(b benefitWork) bool { return b.plan.benefitKey == p.benefitKey })
		paid := place(&w.paid, paidWork{benefit, stream, w.paidOf(stream), w.paidBase(benefit, stream)}, func(b paidWork) bool { return b.benefit == benefit && b.stream == stream })
		looksAt := -1
		if slices.ContainsFunc(p.Versions, func(v Version) bool { return v.Pricer.NeedsBenefits() }) {
			looksAt = benefit
		}
		price := place(&w.prices, priceWork{p, stream, looksAt, len(w.priceColumns(stream)), w.priceBase(p, stream, looksAt), -1, len(w.prices), nil, 0}, func(q priceWork) bool {
			return q.plan.priceKey == p.priceKey && q.stream == stream && q.benefit == looksAt
		})
		join := joinWork{stream, benefit, paid, price}
		w.joinOf = append(w.joinOf, place(&w.joins, join, func(j joinWork) bool { return j == join }))
	}
	w.stretches = stretches(w.benefits)
	for i := range w.prices {
		q := &w.prices[i]
		if len(q.plan.Versions) == 1 {
			q.alike = slices.IndexFunc(w.prices, func(o priceWork) bool {
				return o.stream == q.stream && o.benefit == q.benefit && len(o.plan.Versions) == 1 && o.plan.Versions[0].Pricer.Alike(q.plan.Versions[0].Pricer)
			})
			q.kind = slices.IndexFunc(w.prices, func(o priceWork) bool {
				return o.stream == q.stream && o.benefit == q.benefit && len(o.plan.Versions) == 1 && o.plan.Versions[0].Pricer.FormulasAlike(q.plan.Versions[0].Pricer)
			})
		}
	}
	for i := range w.prices {
		w.contrast(i)
	}
	return w
}

// contrast contrasts the price works that are told against one and pay by formulas alike with it.
func (w *work) contrast(base int) {
	var works []int
	var pricers []*drg.Pricer
	first := w.prices[base].plan.Versions[0].Pricer
	for i := range w.prices {
		q, pricer := &w.prices[i], w.prices[i].plan.Versions[0].Pricer
		if q.base == base && q.alike >= 0 && q.alike == w.prices[base].alike && q.kind == w.prices[base].kind && first.Contrasts(pricer) {
			works, pricers = append(works, i), append(pricers, pricer)
		}
	}
	c := drg.NewContrast(first, pricers)
	for n, i := range works {
		w.prices[i].contrast, w.prices[i].which = c, n
	}
}

// place returns the position of the first element that is the same, after adding one where there is none.
func place[T any](list *[]T, v T, same func(T) bool) int {
	if i := slices.IndexFunc(*list, same); i >= 0 {
		return i
	}
	*list = append(*list, v)
	return len(*list) - 1
}

// against tells whether what a benefit work makes people pay is told against the first benefit work: both must see the visits in
// the same order.
func (w *work) against(benefit int) bool {
	return benefit > 0 && w.benefits[benefit].order == w.benefits[0].order
}

// paidBase returns the paid work of the first benefit by a stream, or -1.
func (w *work) paidBase(benefit, stream int) int {
	if !w.against(benefit) {
		return -1
	}
	return slices.IndexFunc(w.paid, func(o paidWork) bool { return o.benefit == 0 && o.stream == stream })
}

// priceBase returns the first price work that prices the same stays in the same classes, or -1.
func (w *work) priceBase(p *Plan, stream, looksAt int) int {
	return slices.IndexFunc(w.prices, func(o priceWork) bool {
		return o.stream == stream && o.benefit == looksAt && len(o.plan.Versions) == 1 && len(p.Versions) == 1 &&
			slices.EqualFunc(o.plan.Classes, p.Classes, func(a, b drg.Class) bool { return a.ID == b.ID })
	})
}

// paidOf counts the paid works of a stream work.
func (w *work) paidOf(stream int) int {
	n := 0
	for _, p := range w.paid {
		if p.stream == stream {
			n++
		}
	}
	return n
}

// paidPockets lists for each paid work of a stream work which pockets can hold money, or another amount than those of the work that
// it is told against.
func (w *work) paidPockets(stream int) []benefit.PocketSet {
	var list []benefit.PocketSet
	for _, p := range w.paid {
		switch {
		case p.stream != stream:
		case p.base >= 0:
			list = append(list, differing(w.benefits, p.benefit))
		default:
			list = append(list, w.benefits[p.benefit].plan.touched(0))
		}
	}
	return list
}

// priceColumns lists what each price work of a stream work needs in the tables; owed is also what it is told against.
func (w *work) priceColumns(stream int) []priceColumns {
	var list []priceColumns
	for _, p := range w.prices {
		if p.stream == stream {
			list = append(list, priceColumns{len(p.plan.Classes), p.benefit >= 0})
		}
	}
	return list
}
