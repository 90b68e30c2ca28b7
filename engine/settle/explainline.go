package settle

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// terms adds up amounts with their names: drg 70.00 + away 5.00.
type terms struct{ zh, en []string }

func (t *terms) add(zh, en string, amount money.Fen) {
	t.zh, t.en = append(t.zh, zh+" "+amount.Grouped()), append(t.en, en+" "+amount.Grouped())
}

// equal writes the sum; a sum of nothing is zero.
func (t *terms) equal(sum money.Fen) (zh, en string) {
	if len(t.zh) == 0 {
		return sum.Grouped(), sum.Grouped()
	}
	return strings.Join(t.zh, " + ") + " = " + sum.Grouped(), strings.Join(t.en, " + ") + " = " + sum.Grouped()
}

// charged tells what a fund is charged: by stream and pool, over all hospitals.
func (e *explanation) charged(f *FundResult) (zh, en string) {
	var t terms
	rest := f.Charged
	for i := range f.origin.bases {
		b := &f.origin.bases[i]
		var sum money.Fen
		for _, x := range b.amounts {
			sum += x
		}
		rest -= sum
		t.add(b.zh, b.en, sum)
	}
	if rest != 0 {
		t.add("点值舍入", "rounding of point values", rest)
	}
	return t.equal(f.Charged)
}

// accountTitle names whose money the lines are about.
func accountTitle(scheme string) (zh, en string) {
	if scheme == "" {
		return "本机构", "this hospital"
	}
	zh, en = policy.Word(scheme)
	return "本机构（" + zh + "）", "this hospital (" + en + ")"
}

// line tells what one fund pays the hospital.
func (e *explanation) line(f *FundResult, l *Line) {
	b := &e.s.budgets[f.budget]
	of := f.ID + "/"
	whoZh, whoEn := accountTitle(f.Scheme)
	say := func(id, zh, en string, amount money.Fen, arithZh, arithEn string, sources []policy.Source) {
		e.say(of+id, whoZh+"："+zh, whoEn+": "+en, amount, arithZh, arithEn, sources)
	}
	var base terms
	for i := range f.origin.bases {
		x := &f.origin.bases[i]
		if own := x.own(f, l.Hospital); own != 0 {
			base.add(x.zh, x.en, own)
		}
	}
	zh, en := base.equal(l.Base)
	say("base", "留用与分担前", "before retention and sharing", l.Base, zh, en, b.sources)
	if l.Retained != 0 || l.Shared != 0 {
		zh, en = e.part(f, l)
		if l.Retained != 0 {
			say("retained", "结余留用", "retained", l.Retained, zh, en, b.sharingLaw)
		}
		if l.Shared != 0 {
			say("shared", "超支分担", "overrun borne", -l.Shared, zh, en, b.sharingLaw)
		}
	}
	if l.Withheld != 0 {
		score := e.scoreOf(f, l)
		text := fmt.Sprintf("%s − %s × %s = %s", l.Retained.Grouped(), l.Retained.Grouped(), factorOf(b.sharing.scores, score), l.Withheld.Grouped())
		say("withheld", "考核扣减", "withheld for its score", -l.Withheld, fmt.Sprintf("考核得分 %s：%s", money.Fen(score), text), fmt.Sprintf("score %s: %s", money.Fen(score), text), b.sharingLaw)
	}
	if l.Deducted != 0 {
		var sum money.Fen
		for _, d := range e.s.deductions {
			if d.hospital == l.Hospital && d.scheme == f.scheme {
				sum += d.amount
			}
		}
		zh, en = e.taken(f, l, sum, l.Deducted)
		say("deducted", "违规扣款", "deducted", -l.Deducted, zh, en, b.sharingLaw)
	}
	if l.Forfeited != 0 {
		zh, en = e.taken(f, l, e.forfeited(f, l), l.Forfeited)
		say("forfeited", "未返还保证金", "deposit forfeited", -l.Forfeited, zh, en, b.sharingLaw)
	}
	text := fmt.Sprintf("%s + %s − %s − %s − %s − %s = %s", l.Base.Grouped(), l.Retained.Grouped(), l.Shared.Grouped(), l.Withheld.Grouped(), l.Deducted.Grouped(), l.Forfeited.Grouped(), l.Paid.Grouped())
	say("paid", "基金支付", "paid by the fund", l.Paid, text, text, b.sources)
}

// scoreOf returns the assessment score that decides about a line, as withhold does.
func (e *explanation) scoreOf(f *FundResult, l *Line) int32 {
	if f.Alliance != "" {
		return e.s.reg.Hospitals[leader(e.s.reg, members(e.s.reg, f.Alliance))].Score
	}
	return e.s.reg.Hospitals[l.Hospital].Score
}

// taken tells how an amount taken back from a hospital falls on one of its funds: by what each is due.
func (e *explanation) taken(f *FundResult, l *Line, sum, own money.Fen) (zh, en string) {
	var all money.Fen
	for i := range e.o.Lines {
		x := &e.o.Lines[i]
		if x.Hospital == l.Hospital && e.o.Funds[x.Fund].scheme == f.scheme {
			all += max(x.Base, 0)
		}
	}
	if sum == own || all == 0 {
		return own.Grouped(), own.Grouped()
	}
	text := fmt.Sprintf("%s × %s / %s → %s", sum.Grouped(), max(l.Base, 0).Grouped(), all.Grouped(), own.Grouped())
	return text + "（按应付分摊，尾差按最大余数）", text + " (by what each fund is due, odd fen by largest remainder)"
}

// forfeited returns the deposit of the line's account that is not released.
func (e *explanation) forfeited(f *FundResult, l *Line) money.Fen {
	for i := range e.o.Hospitals {
		h := &e.o.Hospitals[i]
		if h.At == l.Hospital && h.scheme == f.scheme {
			return h.held() - h.DepositReleased
		}
	}
	return l.Forfeited
}

// held is the year's deposit.
func (h *HospitalResult) held() money.Fen {
	var sum money.Fen
	for _, d := range h.Deposits {
		sum += d
	}
	return sum
}

// part tells a hospital's part of what its fund keeps or bears.
func (e *explanation) part(f *FundResult, l *Line) (zh, en string) {
	switch f.Level {
	case OfHospital:
		return f.ShareText.Zh, f.ShareText.En
	case OfAlliance:
		return e.partInside(f, l)
	}
	var textsZh, textsEn []string
	for i := range e.o.Pools {
		p := &e.o.Pools[i]
		if p.Budget != f.BudgetID || p.Scheme != f.Scheme || p.base == nil || p.pays[l.Hospital] == p.base[l.Hospital] {
			continue
		}
		// What is kept or borne flows through the point value: the payment with it, less the payment without.
		text := fmt.Sprintf("%s − %s = %s", p.pays[l.Hospital].Grouped(), p.base[l.Hospital].Grouped(), (p.pays[l.Hospital] - p.base[l.Hospital]).Grouped())
		value, exact := decimals(p.baseValue)
		if !exact {
			value = fmt.Sprintf("%s / %s", p.baseValue.Fen.Grouped(), p.baseValue.Points)
		}
		textsZh = append(textsZh, fmt.Sprintf("%s：点值计入前后之差 %s（计入前点值 %s）", p.TitleZh, text, value))
		textsEn = append(textsEn, fmt.Sprintf("%s: paid with it less without it %s (without it a point is worth %s)", p.TitleEn, text, value))
	}
	if o := &f.origin; o.plain != 0 && o.weights[l.Hospital] != 0 {
		var all money.Fen
		for _, x := range o.weights {
			all += x
		}
		text := fmt.Sprintf("%s × %s / %s", o.plain.Grouped(), o.weights[l.Hospital].Grouped(), all.Grouped())
		textsZh = append(textsZh, "非点数付费类别："+text+"（尾差按最大余数）")
		textsEn = append(textsEn, "streams without points: "+text+" (odd fen by largest remainder)")
	}
	sum := (l.Retained - l.Shared).Grouped()
	return strings.Join(textsZh, "；") + " → " + sum, strings.Join(textsEn, "; ") + " → " + sum
}

// partInside tells a member's part of its alliance's result: the leader's part, the weight of its tiers, its workload.
func (e *explanation) partInside(f *FundResult, l *Line) (zh, en string) {
	in := &e.s.budgets[f.budget].split
	list := members(e.s.reg, f.Alliance)
	lines := make(map[int]*Line)
	for i := range e.o.Lines {
		if x := &e.o.Lines[i]; &e.o.Funds[x.Fund] == f {
			lines[x.Hospital] = x
		}
	}
	pot, load := f.shares, make([]int64, len(list))
	for k, h := range list {
		if x := lines[h]; x != nil {
			load[k] = in.by.of(x)
			if in.all {
				pot += x.Base
			}
		}
	}
	lead := pot - allOf(pot, money.One-in.lead, e.s.round)
	var weight, weights, own, sum int64
	for _, tw := range in.weights {
		any, mine := false, tw.tiers[e.s.reg.Hospitals[l.Hospital].Tier]
		for k, h := range list {
			if !tw.tiers[e.s.reg.Hospitals[h].Tier] {
				continue
			}
			any = true
			if mine {
				sum += load[k]
				if h == l.Hospital {
					own = load[k]
				}
			}
		}
		if any {
			weights += tw.weight
		}
		if mine {
			weight = tw.weight
		}
	}
	if sum == 0 {
		own, sum = 1, int64(len(list))
	}
	text := fmt.Sprintf("(%s − %s) × %d/%d × %d/%d", pot.Grouped(), lead.Grouped(), weight, max(weights, 1), own, sum)
	if l.Hospital == leader(e.s.reg, list) && lead != 0 {
		text += " + " + lead.Grouped()
	}
	if in.all {
		text += " − " + l.Base.Grouped()
	}
	text += " → " + (l.Retained - l.Shared).Grouped()
	measure := workloadNames[in.by]
	return fmt.Sprintf("（分配额 − 牵头医院先得）× 等级权重 × 工作量（%s）：%s（尾差按最大余数）", measure, text),
		fmt.Sprintf("(pot − the leader's part) × weight of its tiers × workload (%s): %s (odd fen by largest remainder)", measure, text)
}

// allOf is a share of an amount that has been worked out before without a fault.
func allOf(f money.Fen, share money.Ratio, round money.Rounding) money.Fen {
	first, err := f.Times(money.One-share, round)
	if err != nil {
		panic("BUG: a split that was made cannot be made again: " + err.Error())
	}
	return f - first
}

// year tells how the money came, month by month.
func (e *explanation) year(h *HospitalResult) {
	balance := fmt.Sprintf("%s − %s = %s", h.Paid.Grouped(), h.Booked.Grouped(), h.Balance.Grouped())
	whoZh, whoEn := accountTitle(h.Scheme)
	say := func(id, zh, en string, amount money.Fen, arithZh, arithEn string, sources []policy.Source) {
		e.say(h.ID+"/"+id, whoZh+"："+zh, whoEn+": "+en, amount, arithZh, arithEn, sources)
	}
	say("balance", "结余（支付 − 列账）", "balance (paid − booked)", h.Balance, balance, balance, nil)
	a := e.s.advance
	if a == nil {
		return
	}
	var months, booked money.Fen
	for m, f := range h.Months {
		months += f
		booked += h.booked[m]
	}
	text := fmt.Sprintf("%s × %s / 12 = %s", booked.Grouped(), a.months, h.Prepayment.Grouped())
	say("prepayment", "年初预付金", "prepayment", h.Prepayment, "全年列账 × 预付月数 / 12 = "+text, "booked in the year × months prepaid / 12 = "+text, a.sources)
	for m, f := range h.Months {
		due := f + h.Deposits[m]
		if due == 0 && h.booked[m] == 0 {
			continue
		}
		zh, en, dues := e.parts(h, m)
		text := fmt.Sprintf("%s − %s = %s", dues, h.Deposits[m].Grouped(), f.Grouped())
		say(fmt.Sprintf("month-%02d", m+1), fmt.Sprintf("%d月预付", m+1), fmt.Sprintf("advance of month %d", m+1), f,
			"列账 × 比例 − 保证金 "+a.deposit.Percent()+"："+zh+text, "booked × ratio − deposit of "+a.deposit.Percent()+": "+en+text, a.sources)
	}
	text = fmt.Sprintf("%s − %s = %s", (months + h.held()).Grouped(), h.held().Grouped(), months.Grouped())
	say("months", "月度预付合计", "monthly advances", months, "各月预付 − 保证金 = "+text, "advances − deposits = "+text, a.sources)
	score := e.s.reg.Hospitals[h.At].Score
	text = fmt.Sprintf("%s × %s = %s", h.held().Grouped(), factorOf(a.scores, score), h.DepositReleased.Grouped())
	scoreZh, scoreEn := "", ""
	if len(a.scores) > 0 && score >= 0 {
		scoreZh, scoreEn = fmt.Sprintf("；考核得分 %s", money.Fen(score)), fmt.Sprintf("; score %s", money.Fen(score))
	}
	say("deposit", "质量保证金返还", "deposit released", h.DepositReleased, "已扣保证金 × 返还系数 = "+text+scoreZh, "deposits held × part released = "+text+scoreEn, a.sources)
	text = fmt.Sprintf("%s − %s − %s − %s = %s", h.Paid.Grouped(), h.Prepayment.Grouped(), months.Grouped(), h.DepositReleased.Grouped(), h.Clearing.Grouped())
	say("clearing", "年终清算", "year-end clearing", h.Clearing, "支付 − 预付金 − 月度预付 − 保证金 = "+text, "paid − prepayment − months − deposit = "+text, a.sources)
}

// parts shows the product of each stream that has money in a month, and the sum of what comes of them.
func (e *explanation) parts(h *HospitalResult, month int) (zh, en, sum string) {
	var listZh, listEn, dues []string
	for i := range h.parts {
		p := &h.parts[i]
		f := p.booked[month]
		if f == 0 {
			continue
		}
		ratio := e.s.advanceRatio(p.stream)
		due, err := f.Times(ratio, e.s.advance.round)
		if err != nil {
			panic("BUG: an advance that was made cannot be made again: " + err.Error())
		}
		st := &e.s.streams[p.stream]
		text := fmt.Sprintf("%s × %s → %s", f.Grouped(), ratio.Percent(), due.Grouped())
		listZh, listEn, dues = append(listZh, st.TitleZh+" "+text), append(listEn, st.TitleEn+" "+text), append(dues, due.Grouped())
	}
	return strings.Join(listZh, "，") + "；", strings.Join(listEn, ", ") + "; ", strings.Join(dues, " + ")
}
