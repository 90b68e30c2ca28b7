package drg

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Factor is one link of the chain from a stay to its points: a title, the arithmetic in both languages, and the law. Somebody
// who holds only the chain can work out the value again.
type Factor struct {
	TitleZh, TitleEn string
	Zh, En           string
	Sources          []policy.Source
}

// Explain gives the chain of factors of a priced stay. It follows the tables and the formula that priced it.
func (p *Pricer) Explain(s Stay, priced Priced) []Factor {
	if len(p.classes) == 0 || s.Hospital < 0 {
		return nil
	}
	e := explanation{p: p, b: p.source, stay: &s, priced: &priced}
	e.at.spot, e.at.limit, e.at.cost = p.locate(s.Claim)
	p.measures(s.Claim, &e.at, priced.Class)
	e.mark = &p.marks[e.at.mark]
	e.pay = p.pays[priced.Class]
	e.group()
	e.class()
	if e.pay.outcome == pooled {
		e.coefficient()
		e.formula()
	}
	e.after()
	return e.factors
}

type explanation struct {
	p       *Pricer
	b       *builder
	stay    *Stay
	at      place
	mark    *mark
	pay     *payment
	priced  *Priced
	factors []Factor
}

// reference is the mean cost, or the standard, of the stay's group.
func (e *explanation) reference() money.Fen { return money.Fen(e.p.boundsOf(e.at.limit)[reference]) }

func (e *explanation) add(titleZh, titleEn, zh, en string, path string) {
	e.factors = append(e.factors, Factor{titleZh, titleEn, zh, en, e.b.rules.Cited(path)})
}

// base returns the words for the value of a group under the method.
func (m method) base() (zh, en string) {
	switch m {
	case byPoints:
		return "基准点数", "base points"
	case byScores:
		return "病种分值", "score"
	}
	return "权重", "weight"
}

// value returns the words for the value of a stay under the method.
func (m method) value() (zh, en string) {
	switch m {
	case byPoints:
		return "病例点数", "points"
	case byScores:
		return "病例分值", "score"
	}
	return "病例权重", "weight"
}

func (e *explanation) group() {
	g := &e.b.groups.rows[e.at.group]
	name := strings.TrimSpace(g.code + " " + g.name)
	if name == "" {
		name = "-"
	}
	zh, en := "病组 "+name, "group "+name
	if g.base > 0 {
		wordZh, wordEn := e.b.method.base()
		value := money.FormatDecimal(g.base, 9)
		if g.fromMean {
			value = fmt.Sprintf("%s ÷ %s × %d = %s", g.mean.Grouped(), e.b.reference.Grouped(), e.b.scale, value)
		}
		zh, en = zh+"，"+wordZh+" "+value, en+", "+wordEn+" "+value
	}
	if !g.listed {
		zh, en = zh+"，不在病组表中", en+", not in the group table"
	}
	e.add("病组", "group", zh, en, "drg.groups")
}

func (e *explanation) class() {
	c := &e.b.classes[e.priced.Class]
	zh, en := c.TitleZh, c.TitleEn
	if reference := e.reference(); reference > 0 {
		if r, err := money.RatioOf(e.at.cost, reference, money.HalfUp); err == nil {
			wordZh, wordEn := "病组次均费用", "mean cost of the group"
			if e.b.byStandard {
				wordZh, wordEn = "支付标准", "payment standard"
			}
			zh += fmt.Sprintf("：费用 %s ÷ %s %s ≈ %s 倍，住院 %d 天", e.at.cost.Grouped(), wordZh, reference.Grouped(), r, e.at.days)
			en += fmt.Sprintf(": cost %s ÷ %s %s ≈ %s, %d days", e.at.cost.Grouped(), wordEn, reference.Grouped(), r, e.at.days)
		}
	}
	if k := e.mark.kind; k > 0 {
		r := &e.b.reviews[k-1]
		zh += fmt.Sprintf("；审核：%s，不合理费用 %s，涉及金额 %s", r.titleZh, e.mark.unreasonable.Grouped(), e.mark.amount.Grouped())
		en += fmt.Sprintf("; review: %s, unreasonable cost %s, amount %s", r.titleEn, e.mark.unreasonable.Grouped(), e.mark.amount.Grouped())
	}
	e.add("病例类型", "class", zh, en, c.path)
}

func (e *explanation) coefficient() {
	l := &e.pay.line
	if l.u1|l.v1|l.k1|l.w1 == 0 {
		return
	}
	n := e.at.group
	if int(n) == len(e.b.groups.rows)-1 {
		n = claims.NoCode
	}
	coef, from, err := e.b.coefficients.of(e.b, site{int(e.stay.Hospital), e.stay.Scheme()}, n, &e.b.groups.rows[e.at.group])
	if err != nil {
		panic("BUG: a coefficient that was compiled cannot be worked out again: " + err.Error())
	}
	value := money.FormatDecimal(coef, 9)
	zh, en := fmt.Sprintf("%s（%s", value, from.zh), fmt.Sprintf("%s (%s", value, from.en)
	if from.row != nil {
		zh += fmt.Sprintf("，%s", from.row.pos)
		en += fmt.Sprintf(", %s", from.row.pos)
	}
	if from.boost != nil {
		times := money.Ratio(from.boost.value)
		zh += fmt.Sprintf("，%s：× %s", from.boost.pos, times)
		en += fmt.Sprintf(", %s: × %s", from.boost.pos, times)
	}
	path := "drg.coefficient"
	if e.b.groups.rows[e.at.group].samePrice && e.b.coefficients.same > 0 {
		path = "drg.same_price"
	}
	e.add("差异系数", "coefficient", zh+"）", en+")", path)
}

func (e *explanation) formula() {
	class := int(e.priced.Class)
	q, err := e.p.quantities(e.pay, class, &e.at)
	if err != nil {
		panic("BUG: a formula that gave a value cannot be worked out again: " + err.Error())
	}
	text := e.expression(&q)
	for i := range e.pay.bounds {
		bd := &e.pay.bounds[i]
		word := map[bool]string{true: "max", false: "min"}[bd.atLeast]
		text = fmt.Sprintf("%s(%s, %s)", word, text, e.bound(bd, &q))
	}
	if k := e.mark.kind; k > 0 && e.b.reviews[k-1].share > 0 {
		text += fmt.Sprintf(" + %s × %s ÷ %s", e.mark.amount.Grouped(), e.b.reviews[k-1].share, money.FormatDecimal(q.rate, 6))
	}
	value := *e.priced
	if err := e.p.evaluate(e.pay, class, &e.at, &value); err != nil {
		panic("BUG: a formula that gave a value cannot be worked out again: " + err.Error())
	}
	wordZh, wordEn := e.b.method.value()
	text += " = " + value.Points.String()
	e.add(wordZh, wordEn, text, text, e.b.classes[class].path)
	if !e.b.method.priced() {
		return
	}
	cell := e.p.cell(e.at.spot)
	switch {
	case e.p.published[cell]:
		line := fmt.Sprintf("%s → %s", e.p.standards[cell].Grouped(), value.Standard.Grouped())
		e.add("支付标准", "payment standard", "公布标准 "+line, "published standard "+line, "drg.standards")
	default:
		line := fmt.Sprintf("× %s = %s", money.FormatDecimal(q.rate, 6), value.Standard.Grouped())
		e.add("支付标准", "payment standard", wordZh+" "+line, wordEn+" "+line, "drg.rate")
	}
}

// expression writes a line with its numbers, in points.
func (e *explanation) expression(q *quantities) string {
	l := &e.pay.line
	base, coef := money.FormatDecimal(q.base, 9), money.FormatDecimal(q.coef, 9)
	var parts []string
	add := func(alone, beside int64, what string) {
		for i, f := range []int64{alone, beside} {
			if f == 0 {
				continue
			}
			t := what
			if i == 1 {
				t += " × " + coef
			}
			if f != ppm {
				t += " × " + money.Ratio(f).String()
			}
			parts = append(parts, t)
		}
	}
	add(l.u0, l.u1, base)
	add(l.v0, l.v1, base+" × "+e.ratio(q))
	add(l.k0, l.k1, fmt.Sprintf("%s ÷ %s", e.amount(), money.FormatDecimal(q.rate, 6)))
	add(l.w0, l.w1, fmt.Sprintf("%s × %d", money.FormatDecimal(q.perDay, 9), q.days))
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, " + ")
}

// ratio writes what r stands for.
func (e *explanation) ratio(q *quantities) string {
	if e.pay.measure == dayRatio {
		return fmt.Sprintf("%s ÷ %s", money.Ratio(q.rn), money.Ratio(q.rd))
	}
	t := fmt.Sprintf("%s ÷ %s", e.cost(), e.reference().Grouped())
	if units := e.pay.ratioUnits; units > 0 {
		t = fmt.Sprintf("round(%s, %d)", t, len(fmt.Sprint(units))-1)
	}
	if over := e.p.overOf(e.at.limit, int(e.priced.Class)); over > 0 {
		t = fmt.Sprintf("(%s − %s)", t, money.Ratio(over))
	}
	return t
}

func (e *explanation) cost() string {
	if u := e.mark.unreasonable; u > 0 {
		return fmt.Sprintf("(%s − %s)", e.at.cost.Grouped(), u.Grouped())
	}
	return e.at.cost.Grouped()
}

// amount writes what the money of a line is.
func (e *explanation) amount() string {
	switch e.pay.amount {
	case costAmount:
		less := e.pay.loss
		if over := e.pay.over; over != nil && over.kind != limitRatio {
			less += money.Fen(e.p.overAmount(e.pay, &e.b.groups.rows[e.at.group], &e.at))
		}
		if less > 0 {
			return fmt.Sprintf("(%s − %s)", e.cost(), less.Grouped())
		}
		return e.cost()
	case dayAmount:
		return money.Fen(e.pay.priceOfDays(e.at.days)).Grouped()
	case fixedAmount:
		return money.Fen(e.pay.fixed).Grouped()
	}
	return e.mark.amount.String()
}

func (e *explanation) bound(bd *bound, q *quantities) string {
	base := money.FormatDecimal(q.base, 9)
	rate := money.FormatDecimal(q.rate, 6)
	switch bd.word {
	case "base":
		return base + " × " + money.Ratio(bd.line.u0).String()
	case "standard":
		return fmt.Sprintf("%s × %s × %s", base, money.FormatDecimal(q.coef, 9), money.Ratio(bd.line.u1))
	case "cost":
		return fmt.Sprintf("%s × %s ÷ %s", e.cost(), money.Ratio(bd.line.k0), rate)
	}
	return fmt.Sprintf("%s ÷ %s", money.Fen(bd.fixed).Grouped(), rate)
}

// after tells what happened to the value of the formula: the return of the person, and the fund's part.
func (e *explanation) after() {
	switch {
	case e.pay.outcome == byFund:
		e.add("基金支付", "fund", fmt.Sprintf("按记账金额 × %s 支付 %s", e.pay.fundShare.Percent(), e.priced.Direct.Grouped()), fmt.Sprintf("%s of what was booked: %s", e.pay.fundShare.Percent(), e.priced.Direct.Grouped()), e.b.classes[e.priced.Class].path)
	case e.pay.outcome == nothing:
		e.add("病例点数", "points", "0", "0", e.b.classes[e.priced.Class].path)
	case e.b.method.priced() && e.b.fund != fundNone:
		e.add("基金支付", "fund", e.priced.Direct.Grouped(), e.priced.Direct.Grouped(), "drg.fund_ratios")
	}
	if r := e.b.readmission; r != nil && e.priced.Readmitted {
		zh := fmt.Sprintf("出院后 %d 日内同病组再次住院，仅计 %s：%s", r.days, r.keep.Percent(), e.priced.Points)
		en := fmt.Sprintf("the person came back with the same group within %d days, so only %s count: %s", r.days, r.keep.Percent(), e.priced.Points)
		e.add("再次住院", "re-admission", zh, en, "drg.readmission")
	}
}
