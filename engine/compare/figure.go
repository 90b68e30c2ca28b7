// Package compare holds a study's scenarios against its baseline: the same figures of each, their differences, who wins and
// who loses, what each change contributes, and what value of a parameter meets a target.
//
// A figure is an exact integer with a stable name, such as fund.employee.balance or hospital.H001.paid; gates, searches
// and sweeps ask for figures by these names. This package computes no amount that the engine has not settled.
package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/settle"
)

// Figure is one number of a result.
type Figure struct {
	ID    string
	Title report.Text
	Kind  report.Kind // KindFen, KindRatio, KindCount, KindPoints or KindFactor; never a delta
	Value int64
	None  bool // there is no value, as with a share of nothing
}

// Figures are all numbers of one result, in a fixed order.
type Figures struct {
	list []Figure
	at   map[string]int
}

// List returns the figures in their order; the caller must not change them.
func (f *Figures) List() []Figure { return f.list }

// Find returns a figure by id, and whether it is there.
func (f *Figures) Find(id string) (Figure, bool) {
	i, ok := f.at[id]
	if !ok {
		return Figure{}, false
	}
	return f.list[i], true
}

// Get returns a figure by id, or an error with the nearest id.
func (f *Figures) Get(id string) (Figure, error) {
	if found, ok := f.Find(id); ok {
		return found, nil
	}
	names := make([]string, len(f.list))
	for i := range f.list {
		names[i] = f.list[i].ID
	}
	return Figure{}, fmt.Errorf("no figure is called %q%s", id, nearest.Hint(id, names))
}

// Value returns the value of a figure that must be there.
func (f *Figures) Value(id string) int64 {
	i, ok := f.at[id]
	if !ok {
		panic("BUG: no figure " + id)
	}
	return f.list[i].Value
}

// Prefix returns the figures whose id begins so, in their order.
func (f *Figures) Prefix(prefix string) []Figure {
	var out []Figure
	for _, g := range f.list {
		if strings.HasPrefix(g.ID, prefix) {
			out = append(out, g)
		}
	}
	return out
}

func (f *Figures) add(id string, title report.Text, kind report.Kind, value int64) {
	if f.at == nil {
		f.at = make(map[string]int)
	}
	f.at[id] = len(f.list)
	f.list = append(f.list, Figure{ID: id, Title: title, Kind: kind, Value: value})
}

func (f *Figures) share(id string, title report.Text, a, b money.Fen) {
	r, err := money.RatioOf(a, b, money.HalfUp)
	f.add(id, title, report.KindRatio, int64(r))
	f.list[len(f.list)-1].None = err != nil
}

// Of collects the figures of a result.
func Of(r *engine.Result) *Figures {
	f := &Figures{}
	f.funds(r)
	f.pools(r)
	f.people(r)
	f.pockets(r)
	f.indicators(r)
	f.hospitals(r)
	return f
}

// indicators adds the region's indicators; those of counties and hospitals are in the outcome.
func (f *Figures) indicators(r *engine.Result) {
	for i := range r.Outcome.Indicators {
		ind := &r.Outcome.Indicators[i]
		if ind.Level != "region" {
			continue
		}
		ratio, err := money.MulDiv(ind.Num, int64(money.One), ind.Den, money.HalfUp)
		f.add(IndicatorFigure(ind), IndicatorTitle(ind), IndicatorKind(ind), ratio)
		f.list[len(f.list)-1].None = err != nil
	}
}

// IndicatorFigure is the id of a region's indicator: indicator.cost_index.a, indicator.county_visit_rate.
func IndicatorFigure(ind *settle.Indicator) string {
	id := "indicator." + ind.Name
	if ind.Definition != "" {
		id += "." + ind.Definition
	}
	return id
}

// IndicatorTitle is an indicator's title with the letter of its definition where more than one is in use.
func IndicatorTitle(ind *settle.Indicator) report.Text {
	if ind.Definition == "" {
		return report.Text{Zh: ind.TitleZh, En: ind.TitleEn}
	}
	return report.Text{Zh: ind.TitleZh + "（口径" + ind.Definition + "）", En: ind.TitleEn + " (" + ind.Definition + ")"}
}

// IndicatorKind tells rates, drawn as percent, from indices around one.
func IndicatorKind(ind *settle.Indicator) report.Kind {
	switch ind.Name {
	case "cmi", "cost_index", "time_index", "stays_per_visit":
		return report.KindFactor
	}
	return report.KindRatio
}

// fundSums are the amounts of funds that add up over schemes and budgets.
type fundSums struct{ budget, booked, charged, balance, retained, shared, reserve, paid, carried, share money.Fen }

func (s *fundSums) figures(f *Figures, prefix, zh, en string) {
	for _, x := range []struct {
		id, zh, en string
		v          money.Fen
	}{
		{"budget", "预算", "budget", s.budget},
		{"booked", "列账", "booked by hospitals", s.booked},
		{"charged", "应付", "due before sharing", s.charged},
		{"balance", "结余（负为超支）", "surplus (negative: overrun)", s.balance},
		{"retained", "结余留用", "surplus retained by hospitals", s.retained},
		{"shared", "超支分担", "overrun borne by hospitals", s.shared},
		{"reserve", "风险储备", "reserve held", s.reserve},
		{"paid", "实付医疗机构", "paid to hospitals", s.paid},
		{"carried", "结转", "carried by the fund", s.carried},
		{"fund_share", "补足", "added by the fund", s.share},
	} {
		f.add(prefix+x.id, report.Text{Zh: zh + x.zh, En: en + x.en}, report.KindFen, int64(x.v))
	}
	f.share(prefix+"balance_rate", report.Text{Zh: zh + "结余率（占预算）", En: en + "surplus as a share of the budget"}, s.balance, s.budget)
}

func (f *Figures) funds(r *engine.Result) {
	var all fundSums
	schemes := slices.Clone(r.Plan.Region.Schemes)
	by := make(map[string]*fundSums)
	for i := range r.Outcome.Funds {
		o := &r.Outcome.Funds[i]
		scheme := by[o.Scheme]
		if scheme == nil {
			scheme = &fundSums{}
			by[o.Scheme] = scheme
		}
		for _, s := range []*fundSums{&all, scheme} {
			s.budget += o.Budget
			s.booked += o.Booked
			s.charged += o.Charged
			s.balance += o.Balance
			s.retained += o.Retained
			s.shared += o.Shared
			s.reserve += o.Reserve
			s.paid += o.Paid
			s.carried += o.Carried
			s.share += o.FundShare
		}
	}
	all.figures(f, "fund.", "基金", "fund ")
	for _, name := range schemes {
		if s := by[name]; s != nil {
			zh, en := SchemeTitle(name)
			s.figures(f, "fund."+name+".", zh, en+" ")
		}
	}
}

// SchemeTitle returns the words for a scheme in reports.
func SchemeTitle(name string) (zh, en string) {
	switch name {
	case "employee":
		return "职工医保", "employee scheme"
	case "resident":
		return "居民医保", "resident scheme"
	}
	return name, name
}

func (f *Figures) pools(r *engine.Result) {
	for i := range r.Outcome.Pools {
		p := &r.Outcome.Pools[i]
		zh, en := SchemeTitle(p.Scheme)
		id := "pool." + strings.ReplaceAll(p.ID, "/", ".")
		f.add(id+".points", report.Text{Zh: zh + "总点数", En: en + " points"}, report.KindPoints, int64(p.Points))
		// Yuan per point in millionths: fen/100 over points/1e6, times a million.
		v, err := money.MulDiv(int64(p.Applied.Fen), 10_000*int64(money.One), int64(p.Applied.Points), money.HalfUp)
		f.add(id+".value", report.Text{Zh: zh + "点值（元）", En: en + " point value"}, report.KindFactor, v)
		f.list[len(f.list)-1].None = err != nil
	}
}

func (f *Figures) people(r *engine.Result) {
	var moved engine.Shift
	for i := range r.Partial.People.Schemes {
		b, s := &r.Partial.People.Schemes[i], &r.Partial.People.Against[i]
		moved.Less += s.Less
		moved.More += s.More
		moved.LessFen += s.LessFen
		moved.MoreFen += s.MoreFen
		if b.Persons > 0 {
			name := r.Plan.Region.Schemes[i]
			zh, en := SchemeTitle(name)
			f.burden("people."+name+".", zh, en+" ", b)
		}
	}
	all := r.Partial.People.All()
	f.burden("people.", "参保人", "people ", all)
	f.add("burden.gini", report.Text{Zh: "个人负担基尼系数", En: "Gini coefficient of what people pay"}, report.KindFactor, int64(all.Gini()))
	for i, yuan := range engine.CatastrophicYuan {
		n := all.Catastrophic[i]
		f.add(fmt.Sprintf("burden.above_%d", yuan), report.Text{Zh: fmt.Sprintf("年负担不低于%d元人数", yuan), En: fmt.Sprintf("people who pay %d a year or more", yuan)}, report.KindCount, n)
		f.share(fmt.Sprintf("burden.above_%d_share", yuan), report.Text{Zh: fmt.Sprintf("年负担不低于%d元人数占比", yuan), En: fmt.Sprintf("share of people who pay %d a year or more", yuan)}, money.Fen(n), money.Fen(all.Persons))
	}
	f.add("people.less", report.Text{Zh: "负担减轻人数", En: "people who pay less"}, report.KindCount, moved.Less)
	f.add("people.more", report.Text{Zh: "负担加重人数", En: "people who pay more"}, report.KindCount, moved.More)
	f.add("people.less_fen", report.Text{Zh: "减轻金额", En: "what they pay less"}, report.KindFen, int64(moved.LessFen))
	f.add("people.more_fen", report.Text{Zh: "加重金额", En: "what they pay more"}, report.KindFen, int64(moved.MoreFen))
	f.ages(r)
}

func (f *Figures) burden(prefix, zh, en string, b *engine.Burden) {
	f.add(prefix+"persons", report.Text{Zh: zh + "就医人数", En: en + "treated"}, report.KindCount, b.Persons)
	f.add(prefix+"gross", report.Text{Zh: zh + "医疗总费用", En: en + "gross cost"}, report.KindFen, int64(b.Gross))
	f.add(prefix+"paid", report.Text{Zh: zh + "个人负担", En: en + "pay"}, report.KindFen, int64(b.Paid))
	f.add(prefix+"mean", report.Text{Zh: zh + "人均负担", En: en + "pay on average"}, report.KindFen, int64(b.Mean()))
	for _, q := range []int64{50, 90, 99} {
		f.add(fmt.Sprintf("%sp%d", prefix, q), report.Text{Zh: fmt.Sprintf("%s负担第%d百分位", zh, q), En: fmt.Sprintf("%spay, %dth percentile", en, q)},
			report.KindFen, int64(b.Quantile(money.Ratio(q*10_000))))
	}
	f.share(prefix+"burden", report.Text{Zh: zh + "个人负担率", En: en + "share of cost paid"}, b.Paid, b.Gross)
}

func (f *Figures) pockets(r *engine.Result) {
	var sum benefit.Pockets
	for i := range r.Partial.Tally.Cells {
		for p, v := range r.Partial.Tally.Cells[i].Pockets {
			sum[p] += v
		}
	}
	for p := benefit.NonCovered; p < benefit.NumPockets; p++ {
		f.add("pocket."+p.String(), report.Text{Zh: benefit.PocketLabels[p], En: strings.ReplaceAll(p.String(), "_", " ")}, report.KindFen, int64(sum[p]))
	}
}

// hospitalSums are a hospital's amounts over all schemes.
type hospitalSums struct {
	claims              int64
	gross, booked, paid money.Fen
	retained, shared    money.Fen
	points              money.Points
}

func (s *hospitalSums) plus(o *hospitalSums) {
	s.claims += o.claims
	s.gross += o.gross
	s.booked += o.booked
	s.paid += o.paid
	s.retained += o.retained
	s.shared += o.shared
	s.points += o.points
}

func (s *hospitalSums) figures(f *Figures, prefix string, name report.Text) {
	named := func(zh, en string) report.Text {
		return report.Text{Zh: name.Zh + zh, En: name.In(report.En) + " " + en}
	}
	f.add(prefix+"claims", named("人次", "claims"), report.KindCount, s.claims)
	f.add(prefix+"gross", named("医疗总费用", "gross"), report.KindFen, int64(s.gross))
	f.add(prefix+"booked", named("列账基金", "booked"), report.KindFen, int64(s.booked))
	f.add(prefix+"points", named("点数", "points"), report.KindPoints, int64(s.points))
	f.add(prefix+"retained", named("结余留用", "retained"), report.KindFen, int64(s.retained))
	f.add(prefix+"shared", named("超支分担", "borne"), report.KindFen, int64(s.shared))
	f.add(prefix+"paid", named("实付", "paid"), report.KindFen, int64(s.paid))
	f.add(prefix+"balance", named("盈亏", "balance"), report.KindFen, int64(s.paid-s.booked))
	f.share(prefix+"balance_rate", named("盈亏率", "balance rate"), s.paid-s.booked, s.booked)
}

// hospitals adds the figures of each hospital, tier, county and alliance.
func (f *Figures) hospitals(r *engine.Result) {
	reg := r.Plan.Region
	sums := make([]hospitalSums, len(reg.Hospitals))
	for i := range r.Outcome.Hospitals {
		h := &r.Outcome.Hospitals[i]
		sums[h.At].plus(&hospitalSums{h.Claims, h.Gross, h.Booked, h.Paid, h.Retained - h.Withheld, h.Shared, h.Points})
	}
	tiers := make([]hospitalSums, region.NumTiers)
	counties, alliances := make(map[string]*hospitalSums), make(map[string]*hospitalSums)
	for i := range sums {
		h := &reg.Hospitals[i]
		tiers[h.Tier].plus(&sums[i])
		into(counties, h.County).plus(&sums[i])
		into(alliances, h.Alliance).plus(&sums[i])
	}
	for t := range tiers {
		if tiers[t].claims > 0 {
			tier := region.Tier(t)
			tiers[t].figures(f, "tier."+tier.String()+".", TierTitle(tier))
		}
	}
	for _, c := range reg.Counties {
		if s := counties[c]; s != nil {
			s.figures(f, "county."+c+".", report.Same(c))
		}
	}
	for _, a := range reg.Alliances {
		if s := alliances[a]; s != nil {
			s.figures(f, "alliance."+a+".", report.Same(a))
		}
	}
	for i := range sums {
		sums[i].figures(f, "hospital."+reg.Hospitals[i].ID+".", report.Same(reg.Hospitals[i].Name))
	}
}

func into(m map[string]*hospitalSums, key string) *hospitalSums {
	if m[key] == nil {
		m[key] = &hospitalSums{}
	}
	return m[key]
}

var tierTitles = []string{"村卫生室", "社区/乡镇", "一级", "二级", "三级", "三级甲等", "省级"}

// TierTitle returns the words for a tier in reports.
func TierTitle(t region.Tier) report.Text {
	return report.Text{Zh: tierTitles[t], En: strings.ReplaceAll(t.String(), "_", " ")}
}
