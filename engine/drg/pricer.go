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

	branches []check
	asking   bool // some branch asks for more than facts, days, reviews and cost
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
	terms         []uint32       // number in termList
	termList      []term
	termOf        map[term]uint32
	standards     []money.Fen // nil when nothing asks for them
	published     []bool      // the standard comes from a table and is not worked out
	keepStandards bool

	// By limit number and group.
	bounds []int64 // firstCut + len(limits) each: the open branches, the reference in fen, and the cuts in fen
	over   []int32 // len(classes) each: the ratio that the class's formula counts from

	readmission *readmission
}

// What stands before the cuts of a cell of bounds: a stay's class is then found in one place of memory.
const (
	openBranches = iota
	reference
	firstCut
)

// boundsOf returns the bounds of a cell by limit number and group.
func (p *Pricer) boundsOf(cell int) []int64 {
	n := firstCut + len(p.limits)
	return p.bounds[cell*n : cell*n+n]
}

// term is what turns base points into a stay's points, and these into money.
type term struct {
	coef int64 // nano
	rate int64 // millionths of a currency unit a point; 0 where there is none
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

// place is where the figures of a stay stand in the tables.
type place struct {
	group int32
	price int    // cell by price number and group
	limit int    // cell by limit number and group
	term  uint32 // number in termList, known once a formula asks for it
	mark  *mark
	cost  money.Fen // gross less what is paid apart
	days  int32
	// The reference of cost ratios in fen, and what the formula of the stay's class counts from, in parts per million: see measures.
	reference, over int64
}

// locate fills in where a stay's figures are, but for its term.
func (p *Pricer) locate(s *Stay, at *place) {
	at.group, at.days, at.mark, at.cost = s.Group, s.Days(), &p.marks[s.Mark], s.Gross
	if at.group < 0 {
		at.group = p.groups - 1
	}
	n := &p.sites[int(s.Hospital)*p.schemes+s.Scheme()]
	if n.costRatio != ppm {
		at.cost = scaledCost(s.Gross, n.costRatio)
	}
	at.price, at.limit = int(n.price)*int(p.groups)+int(at.group), int(n.limit)*int(p.groups)+int(at.group)
	if p.apart && at.mark.kind > 0 && p.source.reviews[at.mark.kind-1].apart {
		at.cost -= at.mark.amount
	}
}

// measures fills in what the formula of a stay's class counts cost against.
func (p *Pricer) measures(at *place, class int) {
	at.reference, at.over = p.boundsOf(at.limit)[reference], int64(p.over[at.limit*len(p.classes)+class])
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
func (p *Pricer) choose(s *Stay, at *place) int {
	bounds := p.boundsOf(at.limit)
	open := uint64(bounds[openBranches]) & p.byDays[min(int(at.days), len(p.byDays)-1)] & p.byReview[at.mark.kind]
	for i := range p.facts {
		open &= p.facts[i].open[s.Facts[p.facts[i].fact]%region.MaxSchemes]
	}
	cost := int64(at.cost)
	above := p.above[:len(p.upTo)]
	for i, cut := range bounds[firstCut:][:len(above)] {
		still := p.upTo[i]
		if cost > cut {
			still = above[i]
		}
		open &= still
	}
	if !p.asking && open != 0 {
		return bits.TrailingZeros64(open)
	}
	for ; open != 0; open &= open - 1 {
		i := bits.TrailingZeros64(open)
		c := &p.branches[i]
		if c.ages != nil && !c.ages.Match(s.Claim) || c.trim != noTrim && !p.trimmed(c.trim, at) {
			continue
		}
		return i
	}
	return -1
}

func (p *Pricer) trimmed(t trim, at *place) bool {
	g := &p.source.groups.rows[at.group]
	switch t {
	case shortTrim:
		return at.days <= g.lowDay
	case longTrim:
		return at.days >= g.highDay
	}
	return at.days < g.roundedMean()
}

// roundedMean returns the mean stay in whole days, halves up.
func (g *group) roundedMean() int32 { return int32((int64(g.meanDays) + ppm/2) / ppm) }

// formula works out what a stay is worth by the formula of its class. Its points are those of its group until then.
func (p *Pricer) formula(s *Stay, at *place, out *Priced) error {
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
