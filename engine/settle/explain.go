package settle

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// Step is one link in the chain from a budget to what a hospital is paid.
type Step struct {
	ID      string // what the step is about and its kind: inpatient/employee/opening
	TitleZh string
	TitleEn string
	// Zh and En show the arithmetic with its numbers; "" where the amount says all.
	Zh, En  string
	Amount  money.Fen
	Sources []policy.Source
}

// Explain tells how a hospital's payment of an outcome of this settlement came about: fund by fund from the opening budget
// to what is kept or borne, pool by pool from the point value to the payment, and the months.
func (s *Settlement) Explain(o *Outcome, hospital string) ([]Step, error) {
	h, ok := s.reg.Hospital(hospital)
	if !ok {
		c := compiler{reg: s.reg}
		return nil, fmt.Errorf("explaining a settlement: there is no hospital %q%s", hospital, nearest.Hint(hospital, c.hospitalIDs()))
	}
	e := &explanation{s: s, o: o, h: int(h)}
	for i := range o.Funds {
		at := slices.IndexFunc(o.Lines, func(l Line) bool { return l.Fund == i && l.Hospital == e.h })
		if at < 0 {
			continue
		}
		e.fund(&o.Funds[i])
		e.pools(&o.Funds[i])
		e.line(&o.Funds[i], &o.Lines[at])
	}
	for i := range o.Hospitals {
		if o.Hospitals[i].At == e.h {
			e.year(&o.Hospitals[i])
		}
	}
	return e.steps, nil
}

type explanation struct {
	s     *Settlement
	o     *Outcome
	h     int
	steps []Step
	told  []int // pools already told
}

func (e *explanation) say(id, zh, en string, amount money.Fen, arithZh, arithEn string, sources []policy.Source) {
	e.steps = append(e.steps, Step{ID: id, TitleZh: zh, TitleEn: en, Zh: arithZh, En: arithEn, Amount: amount, Sources: sources})
}

func (e *explanation) fund(f *FundResult) {
	b := &e.s.budgets[f.budget]
	head := func(zh, en string) (string, string) {
		nameZh, nameEn := f.TitleZh, f.TitleEn
		schemeZh, schemeEn := policy.Word(f.Scheme)
		if f.Scheme+f.Alliance+f.Hospital != "" {
			nameZh, nameEn = nameZh+"（"+fundID(schemeZh, f.Alliance, f.Hospital)+"）", nameEn+" ("+fundID(schemeEn, f.Alliance, f.Hospital)+")"
		}
		return nameZh + "：" + zh, nameEn + ": " + en
	}
	if f.Unlimited {
		zh, en := head("不设预算，按实际支付", "no budget; charged what it costs")
		arithZh, arithEn := e.charged(f)
		e.say(f.ID+"/charged", zh, en, f.Charged, arithZh, arithEn, b.sources)
		return
	}
	for _, l := range f.Lines {
		zh, en := head(l.TitleZh, l.TitleEn)
		amount, arithZh, arithEn := l.Amount, l.Zh, l.En
		if l.Kind == CarveOutLine || l.Kind == ReserveLine {
			amount = -amount
		}
		if l.Reason != "" {
			arithZh, arithEn = join(arithZh, "理由："+l.Reason), join(arithEn, "reason: "+l.Reason)
		}
		e.say(f.ID+"/"+l.ID, zh, en, amount, arithZh, arithEn, l.Sources)
	}
	zh, en := head("可用预算", "net budget")
	left := fmt.Sprintf("%s − %s − %s = %s", f.Budget.Grouped(), f.CarvedOut.Grouped(), f.ReserveHeld.Grouped(), f.Net.Grouped())
	e.say(f.ID+"/net", zh, en, f.Net, "预算 − 切块 − 储备 = "+left, "budget − carved out − reserve = "+left, b.sources)
	if f.Released != 0 {
		zh, en = head("释放储备", "reserve released")
		e.say(f.ID+"/released", zh, en, f.Released, "", "", b.sources)
	}
	zh, en = head("应支付（未计留用与分担）", "charged, before retention and sharing")
	arithZh, arithEn := e.charged(f)
	e.say(f.ID+"/charged", zh, en, f.Charged, arithZh, arithEn, b.sources)
	if f.ShareText.Zh != "" {
		zh, en = head("结余留用或超支分担", "retention or sharing")
		e.say(f.ID+"/sharing", zh, en, f.shares, f.ShareText.Zh, f.ShareText.En, b.sharingLaw)
	}
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "；" + b
}

// pools tells the point values of a fund's pools and what this hospital's points come to, once where funds share them.
func (e *explanation) pools(f *FundResult) {
	for i := range e.o.Pools {
		p := &e.o.Pools[i]
		if p.Budget != f.BudgetID || p.Scheme != f.Scheme || slices.Contains(e.told, i) {
			continue
		}
		e.told = append(e.told, i)
		rule := &e.s.pools[p.pool]
		if p.NoPoints {
			e.say(p.ID+"/value", p.nameZh()+"：无点数，按列账支付", p.nameEn()+": no points; paid as booked", p.Money, "", "", rule.sources)
			continue
		}
		e.pointValue(p, rule)
		e.ownPoints(p, rule)
	}
}

func (e *explanation) pointValue(p *PoolResult, rule *pool) {
	value, exact := decimals(p.Value)
	applied, whole := decimals(p.Applied)
	equals := "≈"
	if exact {
		equals = "="
	}
	text := fmt.Sprintf("%s / %s %s %s", p.Money.Grouped(), p.Points, equals, value)
	if p.Basis == TotalCost {
		text = fmt.Sprintf("(%s − %s + %s) / %s %s %s", p.Gross.Grouped(), p.Booked.Grouped(), p.Money.Grouped(), p.Points, equals, value)
	}
	zh, en := "(总费用 − 列账基金 + 可分配基金) / 总点数 = "+text, "(gross − booked + money) / points = "+text
	if p.Basis == FundOnly {
		zh, en = "可分配基金 / 总点数 = "+text, "money / points = "+text
	}
	if applied != value || p.Applied != p.Value {
		if !whole {
			applied = "≈ " + applied
		}
		zh, en = zh+"；执行 "+applied, en+"; applied "+applied
	}
	e.say(p.ID+"/value", p.nameZh()+"：点值", p.nameEn()+": point value", p.Money, zh, en, rule.sources)
}

// decimals prints a point value with six decimals, and tells whether that is all of it.
func decimals(v money.PointValue) (text string, exact bool) {
	text, err := v.Decimals(6, money.HalfUp)
	if err != nil {
		return "-", true
	}
	low, errLow := v.Decimals(6, money.Floor)
	high, errHigh := v.Decimals(6, money.Ceil)
	return text, errLow == nil && errHigh == nil && low == high
}

func (e *explanation) ownPoints(p *PoolResult, rule *pool) {
	for _, g := range p.Growth {
		if g.At == e.h && g.Points != 0 {
			text := fmt.Sprintf("%s / %s → %s", g.Previous.Grouped(), g.Cost.Grouped(), g.Points)
			e.say(p.ID+"/growth", p.nameZh()+"：增长调控点数", p.nameEn()+": points of growth control", 0, "上年费用 / 本年费用 → 点数 "+text, "cost before / now → points "+text, rule.sources)
		}
	}
	pts, own := p.in.points[e.h], p.in.gross[e.h]-p.in.booked[e.h]
	value, exact := decimals(p.Applied)
	if !exact { // with millions of points the seventh decimal is worth yuan: the reader gets the fraction
		value = fmt.Sprintf("%s / %s", p.Applied.Fen.Grouped(), p.Applied.Points)
	}
	text := fmt.Sprintf("%s × %s = %s", pts, value, p.pays[e.h].Grouped())
	if p.Basis == TotalCost {
		text = fmt.Sprintf("%s × %s − (%s − %s) = %s", pts, value, p.in.gross[e.h].Grouped(), p.in.booked[e.h].Grouped(), p.pays[e.h].Grouped())
	}
	zh, en := "点数 × 点值 = "+text, "points × value = "+text
	if p.Basis == TotalCost {
		zh, en = "点数 × 点值 − (总费用 − 列账基金) = "+text, "points × value − (gross − booked) = "+text
	}
	worth, err := p.Applied.Of(pts, rule.round)
	if paid := p.pays[e.h]; err == nil && worth != paid && !(p.Basis == TotalCost && worth == paid+own) {
		zh, en = zh+"（尾差按最大余数分配，或含统一调整）", en+" (odd fen by largest remainder, or settled apart)"
	}
	e.say(p.ID+"/pay", p.nameZh()+"：应支付", p.nameEn()+": payment", p.pays[e.h], zh, en, rule.sources)
}

// nameZh and nameEn name a pool with its scheme.
func (p *PoolResult) nameZh() string {
	if p.Scheme == "" {
		return p.TitleZh
	}
	zh, _ := policy.Word(p.Scheme)
	return p.TitleZh + "（" + zh + "）"
}

func (p *PoolResult) nameEn() string {
	if p.Scheme == "" {
		return p.TitleEn
	}
	_, en := policy.Word(p.Scheme)
	return p.TitleEn + " (" + en + ")"
}
