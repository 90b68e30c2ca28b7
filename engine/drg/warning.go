package drg

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Warning is something in the prices that is allowed and seldom meant. It changes no amount.
type Warning struct {
	ID     string // the path in the pack that it is about
	Zh, En string
	Pos    policy.Pos
	// Unreachable tells that a class can never apply, whatever the region and its claims.
	Unreachable bool
	// Unused tells that nothing reads the value, whatever the region and its claims.
	Unused bool
}

// Warnings tells of classes that apply to no group of the kind that they ask for, because the group table lacks a figure; of
// classes that an earlier class leaves nothing; of a rate that nothing reads; of hospitals without a coefficient
// where others have one; and of base points that were made with another reference mean than the pack's.
func (p *Pricer) Warnings() []Warning {
	b := p.source
	if len(p.classes) == 0 {
		return nil
	}
	out := b.coveredClasses()
	out = append(out, p.idleClasses()...)
	if w, idle := p.idleRate(); idle {
		out = append(out, w)
	}
	if w, some := b.withoutCoefficient(); some {
		out = append(out, w)
	}
	if w, differs := b.otherReference(); differs {
		out = append(out, w)
	}
	return out
}

// figures are what a class may need of a group, by the column of the group table that gives it.
var figures = []struct {
	column string
	needed func(c *classRule, br *branch) bool
	has    func(g *group) bool
}{
	{"base_points", func(c *classRule, _ *branch) bool { return c.pay.needsBase }, func(g *group) bool { return g.base > 0 }},
	{"mean_cost", func(c *classRule, br *branch) bool {
		return c.pay.needsReference || br.lo.relative() || br.hi.relative()
	}, func(g *group) bool { return g.mean > 0 }},
	{"day_points", func(c *classRule, _ *branch) bool { return c.pay.days == allDays }, func(g *group) bool { return g.dayPoints > 0 }},
	{"low_per_day", func(c *classRule, _ *branch) bool { return c.pay.days == builtUpDays }, func(g *group) bool { return g.lowPerDay > 0 }},
	{"low_day", func(c *classRule, br *branch) bool { return c.pay.days == missingDays || br.trim == shortTrim }, func(g *group) bool { return g.lowDay > 0 }},
	{"high_day", func(c *classRule, br *branch) bool { return c.pay.days == extraDays || br.trim == longTrim }, func(g *group) bool { return g.highDay > 0 }},
	{"mean_days", func(c *classRule, br *branch) bool {
		return c.pay.days == transferDays || br.trim == meanTrim || c.pay.measure == dayRatio
	}, func(g *group) bool { return g.meanDays > 0 }},
	{"low_limit", func(_ *classRule, br *branch) bool { return br.asks("low_limit") }, func(g *group) bool { return g.lowLimit > 0 }},
	{"high_limit", func(_ *classRule, br *branch) bool { return br.asks("high_limit") }, func(g *group) bool { return g.highLimit > 0 }},
	{"low_ratio", func(_ *classRule, br *branch) bool { return br.asks("low_ratio") }, func(g *group) bool { return g.lowRatio > 0 }},
	{"high_ratio", func(_ *classRule, br *branch) bool { return br.asks("high_ratio") }, func(g *group) bool { return g.highRatio > 0 }},
}

// relative tells whether a limit is a multiple of the group's reference.
func (l *limit) relative() bool { return l != nil && l.kind == limitRatio }

// asks tells whether a limit of a branch is a column of the group table.
func (br *branch) asks(column string) bool {
	return br.lo != nil && br.lo.column == column || br.hi != nil && br.hi.column == column
}

// idleClasses finds the classes that ask for a kind of group, where there are groups of that kind, and none has the figures
// that the class needs: its stays would be paid by a later class without a word.
func (p *Pricer) idleClasses() []Warning {
	b := p.source
	var out []Warning
	for _, c := range b.classes {
		for k, kind := range b.groups.kinds {
			var asking []int
			for _, i := range c.branches {
				if b.branches[i].kinds>>k&1 == 1 {
					asking = append(asking, i)
				}
			}
			number, open, lacking := p.servedOfKind(&c, asking, uint64(1)<<k)
			if len(asking) == 0 || number == 0 || open {
				continue
			}
			what := strings.Join(lacking, ", ")
			w := Warning{ID: c.path, Pos: c.pos,
				Zh: fmt.Sprintf("病例类型“%s”对 %d 个 %s 类病组均不适用，其病例落入后面的类型", c.TitleZh, number, kind),
				En: fmt.Sprintf("%q applies to none of the %d groups of kind %s; their stays fall to later classes", c.TitleEn, number, kind)}
			if what != "" {
				w.Zh += "；病组表缺 " + what
				w.En += "; the group table gives no " + what
			}
			out = append(out, w)
		}
	}
	return out
}

// servedOfKind counts the listed groups of a kind, and tells whether a branch is open for one of them anywhere, and which
// columns that the branches need are empty in all of them.
func (p *Pricer) servedOfKind(c *classRule, branches []int, kind uint64) (number int, open bool, lacking []string) {
	b := p.source
	have := make([]bool, len(figures))
	for n := range b.groups.rows[:len(b.groups.rows)-1] {
		g := &b.groups.rows[n]
		if !g.listed || g.kinds&kind == 0 {
			continue
		}
		asked := false
		for _, i := range branches {
			br := &b.branches[i]
			if br.codes != nil && !slices.Contains(br.codes, g.code) {
				continue
			}
			asked = true
			cells := len(p.bounds) / (firstCut + len(p.limits))
			for at := n; at < cells; at += len(b.groups.rows) {
				open = open || p.boundsOf(int32(at))[openBranches]>>i&1 == 1
			}
		}
		if !asked {
			continue
		}
		number++
		for f := range figures {
			have[f] = have[f] || figures[f].has(g)
		}
	}
	for f := range figures {
		needed := slices.ContainsFunc(branches, func(i int) bool { return figures[f].needed(c, &b.branches[i]) })
		if needed && !have[f] {
			lacking = append(lacking, figures[f].column)
		}
	}
	return number, open, lacking
}

// idleRate finds a rate under a method that finds what a point is worth at the settlement, where no class, review or limit
// compares points with money.
func (p *Pricer) idleRate() (Warning, bool) {
	b := p.source
	if b.rates == nil || p.keepStandards || slices.ContainsFunc(b.reviews, func(r reviewRule) bool { return r.share > 0 }) ||
		slices.ContainsFunc(p.pays, func(pay *payment) bool { return pay.amount != noAmount || len(pay.bounds) > 0 }) {
		return Warning{}, false
	}
	return Warning{ID: "drg.rate", Unused: true,
		Zh:  fmt.Sprintf("支付方式 %s 的点值由结算得出，且没有规则把金额折成点数：此费率不起作用", methods[b.method]),
		En:  fmt.Sprintf("under method %s the settlement finds what a point is worth, and no rule turns money into points: the rate is not used", methods[b.method]),
		Pos: b.rules.Tree.Get("drg").Get("rate").Pos}, true
}

// withoutCoefficient finds the hospitals to which hospitals.csv gives no coefficient while it gives one to others: they count as
// one of 1 that the pack does not state. Rows by group may serve them in ways that hang on their stays, and are not looked at.
func (b *builder) withoutCoefficient() (Warning, bool) {
	c := &b.coefficients
	law := b.rules.Tree.Get("drg").Get("coefficient")
	if !slices.Contains(c.order, "hospital") || c.rows != nil || law.Get("otherwise") != nil {
		return Warning{}, false
	}
	var ids []string
	for i, h := range b.reg.Hospitals {
		if h.Coefficient == 0 && (c.mix == nil || c.mix[i] == 0) {
			ids = append(ids, h.ID)
		}
	}
	if len(ids) == 0 || len(ids) == len(b.reg.Hospitals) {
		return Warning{}, false
	}
	first, more := strings.Join(ids[:min(len(ids), fewHospitals)], ", "), [2]string{}
	if len(ids) > fewHospitals {
		more = [2]string{" 等", " and others"}
	}
	return Warning{ID: "drg.coefficient",
		Zh:  fmt.Sprintf("hospitals.csv 中 %d 家机构没有系数，按 1 计算：%s%s；otherwise 可另定", len(ids), first, more[0]),
		En:  fmt.Sprintf("hospitals.csv gives no coefficient to %d of %d hospitals, which count as 1: %s%s; otherwise sets another", len(ids), len(b.reg.Hospitals), first, more[1]),
		Pos: law.Pos}, true
}

// fewHospitals is how many hospitals a warning names.
const fewHospitals = 3

// otherReference compares the reference mean of the pack with the one that the group table was made with: the median of
// mean cost × scale / base points over the groups that give both. A table's rows differ by rounding and by single groups that
// were negotiated, so that half a per cent is no difference. Worked: 5,000.00 and 62.5 points at 100 stand on 8,000.00.
func (b *builder) otherReference() (Warning, bool) {
	var means []money.Fen
	for i := range b.groups.rows {
		if m := b.groups.rows[i].implied; m > 0 {
			means = append(means, m)
		}
	}
	if len(means) == 0 || b.reference == 0 {
		return Warning{}, false
	}
	slices.SortFunc(means, func(x, y money.Fen) int { return cmp.Compare(x, y) })
	implied := means[len(means)/2]
	off := implied - b.reference
	if max(off, -off) <= b.reference/200 {
		return Warning{}, false
	}
	return Warning{ID: "drg.reference_mean",
		Zh:  fmt.Sprintf("次均费用 %s 与病组表不符：表中次均费用与基准点数相当于 %s", b.reference.Grouped(), implied.Grouped()),
		En:  fmt.Sprintf("%s is not what the group table was made with: its mean costs and base points stand on %s", b.reference.Grouped(), implied.Grouped()),
		Pos: b.rules.Tree.Get("drg").Get("reference_mean").Pos}, true
}

// coveredClasses finds the classes whose every condition is covered by an earlier class.
func (b *builder) coveredClasses() []Warning {
	var out []Warning
	for n := range b.classes {
		c := &b.classes[n]
		by := map[string]bool{}
		reached := slices.ContainsFunc(c.branches, func(i int) bool {
			for j := range b.branches[:i] {
				if br := &b.branches[j]; br.class < n && b.covers(br, &b.branches[i]) {
					by[b.classes[br.class].ID] = true
					return false
				}
			}
			return true
		})
		if reached {
			continue
		}
		ids := make([]string, 0, len(by))
		for i := range b.classes[:n] {
			if id := b.classes[i].ID; by[id] {
				ids = append(ids, id)
			}
		}
		list := strings.Join(ids, ", ")
		out = append(out, Warning{ID: c.path, Pos: c.pos, Unreachable: true,
			Zh: fmt.Sprintf("病例类型“%s”永远不会适用：其条件已被前面的 %s 涵盖", c.TitleZh, list),
			En: fmt.Sprintf("%q can never apply: its conditions are all covered by %s before it", c.TitleEn, list)})
	}
	return out
}

// covers tells whether every stay that meets the condition x, of a later class, meets the condition a. It errs on the side
// of no.
func (b *builder) covers(a, x *branch) bool {
	ca, cx := &b.classes[a.class], &b.classes[x.class]
	for _, f := range figures {
		if f.needed(ca, a) && !f.needed(cx, x) {
			return false // a group without the figure is left to the later class
		}
	}
	if ca.pay.over != nil && ca.pay.over != a.lo && ca.pay.over != cx.pay.over {
		return false
	}
	if a.kinds != 0 && (x.kinds == 0 || x.kinds&^a.kinds != 0) || !subset(a.codes, x.codes) || !subset(a.reviews, x.reviews) {
		return false
	}
	if !a.selector.Any() && !policy.SameSelector(a.selector, x.selector) {
		return false
	}
	if a.daysFrom > x.daysFrom || a.daysTo < x.daysTo || a.trim != noTrim && a.trim != x.trim {
		return false
	}
	return wider(a.lo, x.lo, -1) && wider(a.hi, x.hi, 1)
}

// subset tells whether a list of words allows all that another allows; nil allows everything.
func subset(all, part []string) bool {
	return all == nil || part != nil && !slices.ContainsFunc(part, func(w string) bool { return !slices.Contains(all, w) })
}

// wider tells whether the limit a lets through all that the limit x of the same side lets through: no limit, the same one,
// or one number that lies further out. Tables of limits are not compared.
func wider(a, x *limit, side int64) bool {
	switch {
	case a == nil:
		return true
	case x == nil || a.kind != x.kind:
		return false
	case a.column != "" || x.column != "":
		return a.column == x.column && a.exclusive == x.exclusive
	}
	va, oka := a.number()
	vx, okx := x.number()
	return oka && okx && (va-vx)*side >= 0 && (va != vx || a.exclusive == x.exclusive)
}

// number returns the one number of a limit, in fen or parts per million; false where it differs by site or group.
func (l *limit) number() (int64, bool) {
	if l.kind == limitAmount {
		return int64(l.amount), true
	}
	if l.ratios == nil || len(l.ratios.rows) != 1 || !l.ratios.rows[0].everywhere() {
		return 0, false
	}
	return l.ratios.rows[0].value, true
}
