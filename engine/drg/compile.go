package drg

import (
	"fmt"
	"math"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/internal/pages"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// methods are the payment methods of a pack, in the order of the constants.
var methods = []string{"points", "weights", "dip", "rate", "per_diem"}

type method uint8

const (
	byPoints  method = iota // 点数法
	byWeights               // 浮动费率, 弹性费率: weights whose rate is found at the settlement
	byScores                // DIP 分值
	byRate                  // 固定费率
	byPerDiem               // 床日
)

// priced tells whether the method knows the price of a stay before the settlement.
func (m method) priced() bool { return m == byRate || m == byPerDiem }

// builder holds what Compile reads; it stays with the pricer for explanations.
type builder struct {
	rules *policy.Rules
	scope *policy.Scope
	reg   *region.Region

	method       method
	round        money.Rounding
	decimals     int // of points
	baseDecimals int
	priceDigits  int // decimals of a payment standard
	scale        int64
	reference    money.Fen
	byStandard   bool // cost ratios are taken of the payment standard instead of the mean cost

	groups       groupTable
	coefficients coefficients
	rates        *siteTable // millionths of a currency unit a point; nil: reference mean / scale
	baseRate     int64
	standards    *siteTable // published payment standards, in fen
	costRatios   *siteTable // cost / charges, in parts per million; nil: claims hold costs
	reviews      []reviewRule
	classes      []classRule
	branches     []branch
	readmission  *readmission
	fund         fundMethod
	fundRatios   *policy.Lookup
	fundRatio    []money.Ratio
	asks         asks
	lowerLimit   *limit // of the class being read
}

// Compile turns part drg of a rule set into a pricer for the stays of a region. A pack without that part gives a pricer
// without classes, which prices nothing.
func Compile(r *policy.Rules, sc *policy.Scope, reg *region.Region) (*Pricer, error) {
	b := &builder{rules: r, scope: sc, reg: reg}
	if r.Tree.Get("drg") == nil {
		return &Pricer{source: b}, nil
	}
	d := r.Decode("drg")
	b.read(d)
	if err := d.Err(); err != nil {
		return nil, err
	}
	return b.build()
}

func (b *builder) read(d *policy.Decoder) {
	b.method = method(d.Word("method", methods))
	b.round = d.RoundingOr("round", b.rules.Round)
	b.decimals = decimals(d, "decimals", 6, 6)
	b.baseDecimals = decimals(d, "base_decimals", 6, 6)
	b.priceDigits = decimals(d, "standard_decimals", 2, 2)
	fallback := 100
	if b.method == byScores {
		fallback = 1000
	}
	b.scale = int64(d.IntOr("scale", fallback))
	if b.scale < 1 || b.scale > 1_000_000 {
		d.Fail("scale", "%d is not from 1 to 1000000", b.scale)
		b.scale = 1
	}
	b.reference = boundedFen(d, "reference_mean")
	if raw := d.Value().Get("reference_mean"); raw != nil && raw.Shape != policy.Null && b.reference == 0 {
		d.Fail("reference_mean", "0 gives no base points; leave it out where there is none")
	}
	b.byStandard = d.WordOr("ratio_of", []string{"mean", "standard"}, int(bit(b.method.priced()))) == 1
	b.readGroups(d)
	b.readRates(d)
	b.readCoefficients(d)
	b.readReviews(d)
	b.readClasses(d)
	b.readReadmission(d)
	b.readFund(d)
}

func (b *builder) readRates(d *policy.Decoder) {
	b.rates = b.readSiteTable(d, "rate", "rate", b.readRate)
	b.standards = b.readSiteTable(d, "standards", "standard", func(row *policy.Decoder, key string) int64 {
		v := int64(boundedFen(row, key))
		if v%pow10(2-b.priceDigits) != 0 {
			row.Fail(key, "%s has more decimals than standard_decimals: %d", money.Fen(v), b.priceDigits)
		}
		return v
	})
	b.costRatios = b.readSiteTable(d, "cost_ratio", "ratio", ratioValue)
	if b.reference > 0 {
		// One point is worth reference mean / scale before the settlement: 10,000.00 over 100 points is 100 a point.
		exact := int64(b.reference) * 10_000
		if exact%b.scale != 0 {
			d.Fail("reference_mean", "%s over a scale of %d needs more than six decimals", b.reference, b.scale)
		}
		b.baseRate = exact / b.scale
	}
	if b.method == byRate && b.rates == nil && b.standards == nil {
		d.Fail("rate", "is missing: method rate needs a rate or standards")
	}
}

// rateValue reads a rate in currency units with up to six decimals.
func rateValue(row *policy.Decoder, key string) int64 {
	text := row.Text(key)
	v, err := money.ParseDecimal(text, 6)
	if err != nil {
		row.Fail(key, "%v", err)
		return 1
	}
	if v <= 0 || v > 10_000_000*ppm {
		row.Fail(key, "%s is not above 0 and up to 10000000", text)
		return 1
	}
	return v
}

// build works out the tables by site and group.
func (b *builder) build() (*Pricer, error) {
	p := &Pricer{source: b, marks: []mark{{}}, schemes: max(len(b.reg.Schemes), 1), groups: int32(len(b.groups.rows)), priced: b.method.priced(), terms: terms{numbers: map[term]uint32{}}}
	for _, c := range b.classes {
		p.classes = append(p.classes, c.Class)
		p.pays = append(p.pays, c.pay)
		pay := c.pay
		pay.plain = pay.outcome == pooled && pay.measure == noRatio && pay.amount == noAmount && pay.days == noDays && pay.bounds == nil && pay.line == plainLine
	}
	p.readmission = b.readmission
	p.apart = slices.ContainsFunc(b.reviews, func(r reviewRule) bool { return r.apart })
	p.scaled = p.apart || b.costRatios != nil
	p.keepStandards = b.method.priced() || b.byStandard || b.standards != nil || b.hasLoss()
	b.numberCuts(p)
	b.buildMasks(p)
	if err := b.buildSites(p); err != nil {
		return nil, err
	}
	p.terms.share(len(b.groups.rows))
	b.addForms(p)
	p.addBands()
	return p, nil
}

// numberCuts gives each distinct limit of cost a column in the table of cuts.
func (b *builder) numberCuts(p *Pricer) {
	number := func(l *limit) int8 {
		if l == nil {
			return -1
		}
		p.limits = append(p.limits, l)
		return int8(len(p.limits) - 1)
	}
	for i := range b.branches {
		br := &b.branches[i]
		br.loCut, br.hiCut = number(br.lo), number(br.hi)
		p.branches = append(p.branches, check{class: uint8(br.class), plain: b.classes[br.class].pay.plain, excluded: b.classes[br.class].pay.excluded, trim: br.trim})
		if pay := b.classes[br.class].pay; br.lo != nil && pay.over == br.lo {
			pay.overCut = int(br.loCut)
		}
		if br.hasAge {
			p.branches[i].ages = &br.selector
		}
		p.asking = p.asking || br.hasAge || br.trim != noTrim
		if !p.branches[i].plain {
			p.formulas |= 1 << i
		}
	}
	p.above, p.upTo = make([]uint64, len(p.limits)), make([]uint64, len(p.limits))
	for i := range p.limits {
		p.above[i], p.upTo[i] = ^uint64(0), ^uint64(0)
	}
	for i := range b.branches {
		if cut := b.branches[i].loCut; cut >= 0 {
			p.upTo[cut] &^= 1 << i
		}
		if cut := b.branches[i].hiCut; cut >= 0 {
			p.above[cut] &^= 1 << i
		}
	}
}

// buildMasks works out, for each value of a fact that a class asks for, which branches it leaves open.
func (b *builder) buildMasks(p *Pricer) {
	all := ^uint64(0)
	lastDay := int32(0)
	for i := range b.branches {
		br := &b.branches[i]
		lastDay = max(lastDay, br.daysFrom)
		if br.daysTo != math.MaxInt32 {
			lastDay = max(lastDay, br.daysTo+1)
		}
	}
	p.byDays = make([]uint64, lastDay+1)
	for day := range p.byDays {
		for i := range b.branches {
			if br := &b.branches[i]; int32(day) >= br.daysFrom && int32(day) <= br.daysTo {
				p.byDays[day] |= 1 << i
			}
		}
	}
	for _, k := range factKeys {
		var m factMask
		asked := false
		for v := range m.open {
			m.open[v] = all
			for i := range b.branches {
				if !b.branches[i].selector.Allows(k.fact, uint8(v)) {
					m.open[v] &^= 1 << i
					asked = true
				}
			}
		}
		if m.fact = k.fact; asked {
			p.facts = append(p.facts, m)
		}
	}
	p.byReview = make([]uint64, len(b.reviews)+1)
	for k := range p.byReview {
		for i := range b.branches {
			if r := b.branches[i].reviews; r == nil || k > 0 && slices.Contains(r, b.reviews[k-1].kind) {
				p.byReview[k] |= 1 << i
			}
		}
	}
}

// hasLoss tells whether some limit of cost lies above the payment standard.
func (b *builder) hasLoss() bool {
	return slices.ContainsFunc(b.branches, func(br branch) bool { return br.lo != nil && br.lo.kind == limitLoss })
}

// siteKey tells which sites share their prices.
type siteKey struct {
	tier              region.Tier
	private, internet bool
	specialty         string
	coefficient, mix  money.Ratio
	hospital, scheme  int
}

// buildSites works out points, coefficients, rates, limits and open branches for every site and group.
func (b *builder) buildSites(p *Pricer) error {
	priceOf, limitOf := map[siteKey]int32{}, map[siteKey]int32{}
	p.sites = make([]siteNumbers, len(b.reg.Hospitals)*p.schemes)
	p.points = pages.Make[money.Points](b.distinctSites(p.schemes) * len(b.groups.rows))[:0]
	for h := range b.reg.Hospitals {
		for s := range p.schemes {
			at := site{h, s}
			key := b.key(at)
			price, ok := priceOf[key]
			if !ok {
				price = int32(len(priceOf))
				priceOf[key] = price
				if err := b.addPrices(p, at); err != nil {
					return err
				}
			}
			if !b.byStandard && !b.hasLoss() {
				key.coefficient, key.mix = 0, 0
			}
			limits, ok := limitOf[key]
			if !ok {
				limits = b.addLimits(p, at, price)
				limitOf[key] = limits
			}
			n := siteNumbers{price: price, limit: limits, costRatio: ppm}
			if row := b.costRatios.find(b, at, claims.NoCode, &group{}); row != nil {
				n.costRatio = row.value
			}
			p.sites[h*p.schemes+s] = n
		}
	}
	return nil
}

// distinctSites counts the sites that differ in what prices hang on.
func (b *builder) distinctSites(schemes int) int {
	seen := map[siteKey]bool{}
	for h := range b.reg.Hospitals {
		for s := range schemes {
			seen[b.key(site{h, s})] = true
		}
	}
	return len(seen)
}

func (b *builder) key(s site) siteKey {
	h := &b.reg.Hospitals[s.hospital]
	k := siteKey{tier: h.Tier, private: h.Private, internet: h.Internet, specialty: h.Specialty}
	if slices.Contains(b.coefficients.order, "hospital") {
		k.coefficient = h.Coefficient
	}
	if b.coefficients.mix != nil {
		k.mix = b.coefficients.mix[s.hospital]
	}
	if b.asks.hospital {
		k.hospital = s.hospital
	}
	if b.asks.scheme {
		k.scheme = s.scheme
	}
	return k
}

func (b *builder) addPrices(p *Pricer, s site) error {
	plain, known := line{u1: ppm}, b.coefficients.known()
	for n := range b.groups.rows {
		g := &b.groups.rows[n]
		number := int32(n)
		if n == len(b.groups.rows)-1 {
			number = claims.NoCode
		}
		coef, err := known.of(b, s, number, g)
		if err != nil {
			return fmt.Errorf("drg.coefficient: hospital %s, group %q: %w", b.reg.Hospitals[s.hospital].ID, g.code, err)
		}
		rate := b.rateOf(s, number, g)
		q := quantities{base: g.base, coef: coef, rd: 1, rate: rate}
		points, err := plain.points(&q, b.decimals, b.round)
		if err != nil {
			return fmt.Errorf("drg: base points of hospital %s, group %q: %w", b.reg.Hospitals[s.hospital].ID, g.code, err)
		}
		p.points = append(p.points, money.Points(points*pow10(6-b.decimals)))
		p.terms.add(term{coef, rate})
		if !p.keepStandards {
			continue
		}
		published, standard := int64(0), int64(0)
		if row := b.standards.find(b, s, number, g); row != nil {
			published = row.value
			standard = published
		} else if rate > 0 {
			if standard, err = plain.fen(&q, b.priceDigits, b.round); err != nil {
				return fmt.Errorf("drg: standard of hospital %s, group %q: %w", b.reg.Hospitals[s.hospital].ID, g.code, err)
			}
			standard *= pow10(2 - b.priceDigits)
		}
		if standard > int64(maxMoney) {
			return fmt.Errorf("drg: standard of hospital %s, group %q is %s; at most %s is possible", b.reg.Hospitals[s.hospital].ID, g.code, money.Fen(standard), maxMoney)
		}
		p.standards = append(p.standards, money.Fen(standard))
		p.published = append(p.published, published > 0)
	}
	return nil
}

// rateOf returns the rate of a site and group, or 0 where there is none.
func (b *builder) rateOf(s site, n int32, g *group) int64 {
	if row := b.rates.find(b, s, n, g); row != nil {
		return row.value
	}
	return b.baseRate
}
