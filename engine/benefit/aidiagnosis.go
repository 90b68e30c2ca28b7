package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// aiDiagnosis decides which part of the AI-assisted diagnosis items is insured (人工智能辅助诊断): the items are paid like the
// main item that they extend, as far as they are covered.
//
//	covered: true            false: all of it is the person's own (dated, it begins or ends on a day)
//	eligible: {tier: ...}    selector of the claims whose items count; absent: all
//	share: 100%              covered part of the items (those on the list)
//	first_pay: 10%           share that the person pays ahead, class B; 0 for class A
//	visit_ceiling: 200.00    covered amount per visit; year_ceiling: per person and year
//
// Covered = items × share, rounded as `round` names, cut by the ceilings; the rest goes to NonCovered, above the ceilings to
// OverCeiling; first pay = covered × first_pay. What is covered stays open for the steps that follow. Worked: items
// 300.00, share 80%, ceiling 200.00, first pay 10%: 60.00 not covered, 40.00 over the ceiling, 20.00 first pay, 180.00 open.
// Exception: an extension item charged beside its main item cannot be seen here, as a claim carries no item lines.
type aiDiagnosis struct {
	covered  bool
	eligible *choice // nil: all
	share    money.Ratio
	firstPay money.Ratio
	visit    money.Fen
	year     money.Fen
	used     int // slot: covered amount of the year
	round    money.Rounding
}

func compileAIDiagnosis(d *policy.Decoder, ctx *Context) Rule {
	ctx.Scope.Reads(claims.ColAIDiagnosis)
	r := &aiDiagnosis{
		covered:  d.BoolOr("covered", true),
		share:    d.ShareOr("share", money.One),
		firstPay: d.ShareOr("first_pay", 0),
		visit:    d.FenOr("visit_ceiling", noLimit),
		year:     d.FenOr("year_ceiling", noLimit),
		used:     ctx.Slots.Slot(d.TextOr("counter", ctx.Step.ID) + "/year"),
		round:    d.RoundingOr("round", ctx.Round),
	}
	if sub := d.Sub("eligible"); sub != nil {
		sel := sub.Selector(ctx.Scope)
		sub.Close()
		if !sel.Any() {
			k := ctx.choices.one(sel)
			r.eligible = &k
		}
	}
	return r
}

// Apply moves what is not covered, and the first pay of what is, out of Open.
func (r *aiDiagnosis) Apply(v *Visit, y *Year) {
	items := min(v.AIDiagnosis, v.Pockets[Open])
	if items == 0 {
		return
	}
	if !r.covered || r.eligible != nil && r.eligible.row(v) < 0 {
		if v.Tracing() {
			v.Say("人工智能辅助诊断 %s 未纳入支付", "AI-assisted diagnosis %s is not covered", items)
		}
		v.Move(Open, NonCovered, items)
		return
	}
	listed := v.Times(items, r.share, r.round)
	used := &y.Slots[r.used]
	covered := min(listed, r.visit, max(r.year-*used, 0))
	first := v.Times(covered, r.firstPay, r.round)
	if v.Tracing() {
		v.Say("目录内 %s × %s = %s%s%s，纳入 %s；先行自付 %s × %s = %s",
			"listed %s × %s = %s%s%s, covered %s; first pay %s × %s = %s",
			items, r.share.Percent(), listed, rounded(r.round, 1), limitText(min(r.visit, max(r.year-*used, 0))), covered, covered, r.firstPay.Percent(), first)
	}
	*used += covered
	v.Move(Open, NonCovered, items-listed)
	v.Move(Open, OverCeiling, listed-covered)
	v.Move(Open, FirstPay, first)
}

func (r *aiDiagnosis) sweeper() (sweeper, *choice) { return r, nil }

// sweep passes over the visits without such items, which are nearly all.
func (r *aiDiagnosis) sweep(s *sweep, rows []int32) {
	keep := s.keep(perYear)
	var used money.Fen
	for i, row := range rows {
		used &= keep[i]
		if row == passedBy || s.Claims[i].AIDiagnosis == 0 {
			continue
		}
		v, y := s.hand(i)
		y.Slots[r.used] = used
		if r.Apply(v, y); s.failed(i) {
			return
		}
		used = y.Slots[r.used]
	}
}
