package drg

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// coefficients decide the difference coefficient (差异系数) of a hospital in a group: same-price groups have one coefficient
// everywhere; else the first of the declared sources that gives one; then the boosts of specialties and hospitals multiply
// and the clamp bounds. Worked: grade 1.10 × 50% + history 1.20 × 30% + cmi 1.05 × 20% = 1.12.
type coefficients struct {
	order     []string
	rows      *siteTable
	mix       []money.Ratio // by hospital; 0 where its table has no row
	otherwise money.Ratio
	boosts    *siteTable
	least     money.Ratio // 0: no bound
	most      money.Ratio // 0: no bound
	same      money.Ratio // coefficient of same-price groups; 0: the sources decide for them as well
}

// coefficientSources are the places where a coefficient can come from.
var coefficientSources = []string{"rows", "mix", "hospital"}

func (b *builder) readCoefficients(d *policy.Decoder) {
	c := &b.coefficients
	c.otherwise, c.same = money.One, money.One
	if s := d.Sub("same_price"); s != nil {
		// "own": the published coefficients are the same at every level already.
		if s.TextOr("coefficient", "") == "own" {
			c.same = 0
		} else {
			c.same = positiveRatio(s, "coefficient", money.One)
		}
		for _, code := range b.knownCodes(s, "codes") {
			if n, ok := b.scope.Group(code); ok {
				b.groups.rows[n].samePrice = true
			}
		}
		s.Close()
	}
	s := d.Sub("coefficient")
	if s == nil {
		return
	}
	defer s.Close()
	c.order = s.Texts("source")
	for _, word := range c.order {
		if !slices.Contains(coefficientSources, word) {
			s.Fail("source", "%q is none of %s%s", word, strings.Join(coefficientSources, ", "), nearest.Hint(word, coefficientSources))
		}
	}
	c.otherwise = positiveRatio(s, "otherwise", money.One)
	c.rows = b.readSiteTable(s, "rows", "value", coefficientValue)
	if slices.Contains(c.order, "rows") != (c.rows != nil) {
		s.Fail("rows", "are used exactly when source names them")
	}
	b.readMix(s)
	c.boosts = b.readSiteTable(s, "boosts", "times", ratioValue)
	if clamp := s.Sub("clamp"); clamp != nil {
		c.least, c.most = positiveRatio(clamp, "min", 0), positiveRatio(clamp, "max", 0)
		if c.most > 0 && c.least > c.most {
			clamp.Fail("min", "%s is above max %s", c.least, c.most)
		}
		clamp.Close()
	}
}

func ratioValue(row *policy.Decoder, key string) int64 {
	r := row.Ratio(key)
	if r <= 0 || r > maxRatio {
		row.Fail(key, "%s is not above 0 and up to %s", r, maxRatio)
		return int64(money.One)
	}
	return int64(r)
}

// coefficientValue reads a coefficient with up to nine decimals; published ones have eight.
func coefficientValue(row *policy.Decoder, key string) int64 {
	text := row.Text(key)
	v, err := money.ParseDecimal(text, 9)
	if err != nil {
		row.Fail(key, "%v", err)
		return nano
	}
	if v <= 0 || v > int64(maxCoefficient)*milli {
		row.Fail(key, "%s is not above 0 and up to %s", text, maxCoefficient)
		return nano
	}
	return v
}

// maxCoefficient bounds coefficients, and milli is the number of units of a coefficient in a millionth.
const (
	maxCoefficient = 100 * money.One
	milli          = nano / int64(money.One)
)

func positiveRatio(d *policy.Decoder, key string, fallback money.Ratio) money.Ratio {
	r := d.RatioOr(key, fallback)
	if d.Has(key) && (r <= 0 || r > maxCoefficient) {
		d.Fail(key, "%s is not above 0 and up to %s", r, maxCoefficient)
	}
	return r
}

// mixFactors are the five factors of a mixed coefficient: hospital grade, historical cost, case mix, visits per head and
// personal burden (医院等级, 历史发生费用, CMI 值, 人次人头比, 个人负担水平).
var mixFactors = []string{"grade", "history", "cmi", "visits", "burden"}

// readMix reads the weights of the factors with their bounds, and the factors of each hospital.
func (b *builder) readMix(d *policy.Decoder) {
	m := d.Sub("mix")
	if (m != nil) != slices.Contains(b.coefficients.order, "mix") {
		d.Fail("mix", "is used exactly when source names it")
	}
	if m == nil {
		return
	}
	defer m.Close()
	weights := make([]money.Ratio, len(mixFactors))
	if w := m.Sub("weights"); w == nil {
		m.Fail("weights", "is missing")
	} else {
		var sum money.Ratio
		for i, f := range mixFactors {
			weights[i] = w.ShareOr(f, 0)
			sum += weights[i]
		}
		if sum != money.One {
			w.Fail("weights", "sum to %s, they must sum to 100%%", sum.Percent())
		}
		for key, atLeast := range map[string]bool{"at_least": true, "at_most": false} {
			bounds := m.Sub(key)
			if bounds == nil {
				continue
			}
			for i, f := range mixFactors {
				if !bounds.Has(f) {
					continue
				}
				limit := bounds.Share(f)
				if atLeast && weights[i] < limit || !atLeast && weights[i] > limit {
					w.Fail(f, "%s is outside the bound %s: %s", weights[i].Percent(), strings.ReplaceAll(key, "_", " "), limit.Percent())
				}
			}
			bounds.Close()
		}
		w.Close()
	}
	unit := pow10(6 - decimals(m, "decimals", 4, 6))
	b.coefficients.mix = make([]money.Ratio, len(b.reg.Hospitals))
	m.Each("hospitals", func(_ int, row *policy.Decoder) {
		id := row.Text("hospital")
		n, ok := b.reg.Hospital(id)
		if !ok {
			row.Fail("hospital", "%q is not a hospital of region %s%s", id, b.reg.Name, nearest.Hint(id, b.hospitalIDs()))
		}
		var sum wide
		for i, f := range mixFactors {
			factor := row.RatioOr(f, 0)
			if weights[i] == 0 {
				continue
			}
			if !row.Has(f) || factor <= 0 || factor > maxRatio {
				row.Fail(f, "is needed, above 0 and up to %s, because its weight is %s", maxRatio, weights[i].Percent())
			}
			sum = sum.plus(product(int64(weights[i]), int64(factor)))
		}
		if v, err := sum.over(b.round, uint64(money.One)*uint64(unit)); err == nil && ok {
			b.coefficients.mix[n] = money.Ratio(v * unit)
		}
	})
}

// decimals reads a number of decimals from 0 to most.
func decimals(d *policy.Decoder, key string, fallback, most int) int {
	n := d.IntOr(key, fallback)
	if n < 0 || n > most {
		d.Fail(key, "%d is not from 0 to %d", n, most)
		return fallback
	}
	return n
}

// origin says where a coefficient comes from, for explanations.
type origin struct {
	zh, en string
	row    *siteRow
	boost  *siteRow
}

// of works out the coefficient of a site in a group, in nano.
func (c *coefficients) of(b *builder, s site, n int32, g *group) (int64, origin, error) {
	if g.samePrice && c.same > 0 {
		return int64(c.same) * milli, origin{zh: "同病同价病组", en: "same-price group"}, nil
	}
	value, from := int64(c.otherwise)*milli, origin{zh: "无差异系数", en: "no coefficient given"}
order:
	for _, source := range c.order {
		switch source {
		case "rows":
			if row := c.rows.find(b, s, n, g); row != nil {
				value, from = row.value, origin{zh: "系数表", en: "coefficient table", row: row}
				break order
			}
		case "mix":
			if v := c.mix[s.hospital]; v > 0 {
				value, from = int64(v)*milli, origin{zh: "多因素加权系数", en: "weighted factors"}
				break order
			}
		case "hospital":
			if v := b.reg.Hospitals[s.hospital].Coefficient; v > 0 {
				value, from = int64(v)*milli, origin{zh: "医疗机构系数", en: "hospital's coefficient"}
				break order
			}
		}
	}
	if from.boost = c.boosts.find(b, s, n, g); from.boost != nil {
		boosted, err := money.MulDiv(value, from.boost.value, nano, b.round)
		if err != nil {
			return 0, from, err
		}
		value = boosted * milli
	}
	if c.least > 0 {
		value = max(value, int64(c.least)*milli)
	}
	if c.most > 0 {
		value = min(value, int64(c.most)*milli)
	}
	if value > int64(maxCoefficient)*milli {
		return 0, from, fmt.Errorf("the coefficient %s is above %s", money.FormatDecimal(value, 9), maxCoefficient)
	}
	return value, from, nil
}

// knownCoefficients keeps the coefficients of a site, where no table tells its groups apart.
type knownCoefficients struct {
	keeps bool
	has   [2]bool // by whether the group is a same-price group
	value [2]int64
}

func (c *coefficients) known() knownCoefficients {
	return knownCoefficients{keeps: c.rows == nil && c.boosts == nil}
}

// of is coefficients.of for groups of one site, without the origin.
func (k *knownCoefficients) of(b *builder, s site, n int32, g *group) (int64, error) {
	same := 0
	if g.samePrice {
		same = 1
	}
	if k.has[same] {
		return k.value[same], nil
	}
	value, _, err := b.coefficients.of(b, s, n, g)
	k.has[same], k.value[same] = k.keeps && err == nil, value
	return value, err
}
