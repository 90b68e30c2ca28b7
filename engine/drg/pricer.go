package drg

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Pricer prices stays by the rules in force on one day. It is immutable and used by many goroutines.
//
// Each condition of the classes is a bit. What a stay shows of itself (facts, length, review, group and site) leaves some bits
// open; the classes that are open are tried in order against the cost limits of their group, and the first that holds pays.
type Pricer struct {
	source  *builder
	classes []Class
	pays    []*payment
	schemes int // at least 1
	groups  int32
	priced  bool // the method knows prices before the settlement
	apart   bool // some kind of review takes its amount out of the cost
	scaled  bool // cost is not gross somewhere: some kind of review is apart, or claims hold charges

	branches []check
	formulas uint64 // the branches that are not plain
	asking   bool   // some branch asks for more than facts, days, reviews and cost
	limits   []*limit
	above    []uint64 // by limit: the branches that stay open for cost above it
	upTo     []uint64 // by limit: those that stay open for cost up to it
	facts    []factMask
	byDays   []uint64 // by days, the last entry for all longer stays
	byReview []uint64 // by kind of review, 0 for none
	marks    []mark   // by Claim.Mark

	sites []siteNumbers // by hospital and scheme

	// By price number and group.
	points        []money.Points // base × coefficient, rounded
	terms         terms
	standards     []money.Fen // nil when nothing asks for them
	published     []bool      // the standard comes from a table and is not worked out
	keepStandards bool

	// By limit number and group.
	bounds []int64 // firstCut + len(limits) each: the open branches, the reference in fen, and the cuts in fen
	over   []int32 // len(classes) each: what the class's formula counts from, a number in overs plus one; 0 for nothing
	overs  []over
	bands  []band // one each, where cost alone decides
	forms  forms

	readmission *readmission
}

// What stands before the cuts of a cell of bounds: a stay's class is then found in one place of memory.
const (
	openBranches = iota
	reference
	firstCut
)

// boundsOf returns the bounds of a cell by limit number and group.
func (p *Pricer) boundsOf(cell int32) []int64 {
	n := firstCut + len(p.limits)
	return p.bounds[int(cell)*n:][:n]
}

// siteNumbers are the rows of a site in the tables of prices and of limits.
type siteNumbers struct {
	price, limit int32
	costRatio    int64 // parts per million of gross
}

// check is what is left to ask of a stay whose bit is open.
type check struct {
	class    uint8
	plain    bool // pays base × coefficient
	excluded bool
	trim     trim
	ages     *policy.Selector
}

// factMask tells which branches a value of a fact leaves open.
type factMask struct {
	fact claims.Fact
	open [region.MaxSchemes]uint64
}

// Classes returns the classes in the order in which they are tried.
func (p *Pricer) Classes() []Class { return slices.Clone(p.classes) }

// WithReviews returns a pricer that knows reviews: Claim.Mark is the position in the list plus one.
func (p *Pricer) WithReviews(reviews []Review) (*Pricer, error) {
	q := *p
	q.marks = []mark{{}}
	for i, r := range reviews {
		k := p.source.reviewKind(r.Kind)
		if k < 0 {
			words := p.source.reviewWords()
			return nil, fmt.Errorf("review %d: kind %q is none of drg.reviews: %s%s", i+1, r.Kind, strings.Join(words, ", "), nearest.Hint(r.Kind, words))
		}
		if r.Unreasonable < 0 || r.Amount < 0 {
			return nil, fmt.Errorf("review %d: unreasonable cost %s and amount %s must not be negative", i+1, r.Unreasonable, r.Amount)
		}
		q.marks = append(q.marks, mark{uint8(k + 1), r.Unreasonable, r.Amount})
	}
	return &q, nil
}

// Price prices one person's stays, in any order; out[i] is stays[i]'s. A return soon after a stay cuts that stay, so a
// person's stays belong in one call. An error names the row of the claim that no class serves.
func (p *Pricer) Price(stays []Stay, out []Priced) error {
	var parts Parts
	if err := p.Part(stays, &parts); err != nil {
		return err
	}
	return p.PriceParts(stays, []int32{int32(len(stays))}, &parts, out)
}

// spot is where the price of a stay stands.
type spot struct{ price, group int32 }

// place is where the figures of a stay stand in the tables.
type place struct {
	spot
	limit int32     // cell by limit number and group
	stay  int32     // among those of its batch
	cost  money.Fen // gross less what is paid apart
	// What a formula asks for, see measures. rn / rd is r; rd is 0 where that is no fraction of small numbers.
	days   int32
	mark   int32 // number in marks
	rn, rd int32
	class  uint8
}

// cell returns the cell by price number and group.
func (p *Pricer) cell(at spot) int { return int(at.price)*int(p.groups) + int(at.group) }

// locate finds where a stay's figures are: its spot, its cell by limit number and group, and its cost.
func (p *Pricer) locate(c *claims.Claim) (at spot, limit int32, cost money.Fen) {
	n := &p.sites[int(c.Hospital)*p.schemes+c.Scheme()]
	group := c.Group
	if group < 0 {
		group = p.groups - 1
	}
	cost = c.Gross
	if p.scaled {
		cost = p.costOf(c, n)
	}
	return spot{n.price, group}, n.limit*p.groups + group, cost
}

// costOf turns charges into cost, and takes out what is paid apart.
func (p *Pricer) costOf(c *claims.Claim, n *siteNumbers) money.Fen {
	cost := c.Gross
	if n.costRatio != ppm {
		cost = scaledCost(cost, n.costRatio)
	}
	if m := &p.marks[c.Mark]; m.kind > 0 && p.source.reviews[m.kind-1].apart {
		cost -= m.amount
	}
	return cost
}

// measures fills in what the formula of a stay's class asks for.
func (p *Pricer) measures(c *claims.Claim, at *place, class uint8) {
	at.days, at.mark, at.class, at.rd = c.Days(), c.Mark, class, 0
	reference := p.boundsOf(at.limit)[reference]
	if uint64(at.cost) > math.MaxInt32 || uint64(reference) > math.MaxInt32 {
		return
	}
	rn, rd := int64(at.cost), reference
	if n := p.over[int(at.limit)*len(p.classes)+int(class)]; n > 0 {
		o := &p.overs[n-1]
		rn, rd = rn*o.times-rd*o.less, rd*o.times
	}
	if uint64(rn) <= math.MaxInt32 && uint64(rd) <= math.MaxInt32 {
		at.rn, at.rd = int32(rn), int32(rd)
	}
}

// scaledCost turns charges into cost, to the fen. What does not fit 64 bits is the largest cost: it is refused when it is priced.
func scaledCost(gross money.Fen, ratio int64) money.Fen {
	cost, err := gross.Times(money.Ratio(ratio), money.HalfUp)
	if err != nil {
		return math.MaxInt64 / 2
	}
	return cost
}

// choose returns the branch that a stay belongs to, or -1.
func (p *Pricer) choose(c *claims.Claim, group, limit int32, cost money.Fen) int {
	days := c.Days()
	open := p.openFor(p.boundsOf(limit), cost) & p.byDays[min(int(days), len(p.byDays)-1)] & p.byReview[p.marks[c.Mark].kind]
	for i := range p.facts {
		open &= p.facts[i].open[c.Facts[p.facts[i].fact]%region.MaxSchemes]
	}
	for ; open != 0; open &= open - 1 {
		i := bits.TrailingZeros64(open)
		b := &p.branches[i]
		if b.ages != nil && !b.ages.Match(c) || b.trim != noTrim && !p.trimmed(b.trim, group, days) {
			continue
		}
		return i
	}
	return -1
}

// openFor returns the branches that a cell of bounds leaves open for a cost.
func (p *Pricer) openFor(bounds []int64, cost money.Fen) uint64 {
	open := uint64(bounds[openBranches])
	above := p.above[:len(p.upTo)]
	for i, cut := range bounds[firstCut:][:len(above)] {
		still := p.upTo[i]
		if int64(cost) > cut {
			still = above[i]
		}
		open &= still
	}
	return open
}

func (p *Pricer) trimmed(t trim, group, days int32) bool {
	g := &p.source.groups.rows[group]
	switch t {
	case shortTrim:
		return days <= g.lowDay
	case longTrim:
		return days >= g.highDay
	}
	return days < g.roundedMean()
}

// roundedMean returns the mean stay in whole days, halves up.
func (g *group) roundedMean() int32 { return int32((int64(g.meanDays) + ppm/2) / ppm) }

// formula works out what a stay is worth by the formula of its class. Its points are those of its group until then.
func (p *Pricer) formula(s *Stay, at *place, out *Priced) error {
	if !p.priced {
		if points, ok := p.forms.points(p, at); ok {
			out.Points = points
			return nil
		}
	}
	pay := p.pays[out.Class]
	out.Points = 0
	var err error
	switch pay.outcome {
	case pooled:
		err = p.evaluate(pay, int(out.Class), at, out)
	case byFund:
		out.Direct, err = s.Fund.Times(pay.fundShare, p.source.round)
	}
	return err
}

// standard works out the payment standard of a plain stay, and what the fund owes for a stay of any class.
func (p *Pricer) standard(s *Stay, price int, out *Priced) error {
	pay := p.pays[out.Class]
	if pay.outcome != pooled {
		return nil
	}
	if pay.plain && p.marks[s.Mark].kind == 0 {
		out.Standard = p.standards[price]
	}
	return p.direct(s, out)
}
