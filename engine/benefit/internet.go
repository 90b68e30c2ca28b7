package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// internet decides which part of an internet visit the insurance looks at (互联网复诊): only follow-up visits, at institutions
// with licence and agreement, at no more than the price of the same visit offline. What it refuses is the person's own.
//
//	covered: true                 false: internet care is not insured
//	eligible_only: true           the hospital must be one that may settle internet care
//	follow_up_days: 180           most days since a visit that was not online; absent: no earlier visit is asked for
//	prices: [{tier: ..., amount}] offline price per visit by selector; absent: no limit
//
// It rounds nothing. Worked: a visit of 40.00 where the offline fee is 25.00 leaves 25.00 open and 15.00 to the person.
// A limit on what the fund pays per visit is a ceiling step with `when: {setting: internet}`. Exception: the earlier visit
// is looked for among the person's claims of the same year only.
type internet struct {
	covered  bool
	eligible bool
	followUp claims.Date // 0: not asked for
	prices   table[money.Fen]
	visits   choice // row 0 for internet visits
}

func compileInternet(d *policy.Decoder, ctx *Context) Rule {
	r := &internet{
		covered:  d.BoolOr("covered", true),
		eligible: d.BoolOr("eligible_only", true),
		followUp: claims.Date(d.IntOr("follow_up_days", 0)),
		prices:   readTable(d, ctx, "prices", true, func(row *policy.Decoder) money.Fen { return row.Fen("amount") }),
	}
	r.visits = ctx.choices.one(policy.Only(claims.FactSetting, uint8(claims.Internet)))
	if r.followUp < 0 || d.Has("follow_up_days") && r.followUp == 0 {
		d.Fail("follow_up_days", "must be at least 1")
	}
	return r
}

func (r *internet) skips(chosen []int16) bool { return r.visits.never(chosen) }

// Apply moves what is not insured out of Open.
func (r *internet) Apply(v *Visit, y *Year) {
	if r.visits.row(v) < 0 {
		return
	}
	open := v.Pockets[Open]
	if zh, en := r.refusal(v, y); zh != "" {
		if v.Tracing() {
			v.Say(zh, en)
		}
		v.Move(Open, NonCovered, open)
		return
	}
	price := r.prices.find(v)
	if price == nil || open <= *price {
		return
	}
	if v.Tracing() {
		v.Say("线下同项目价格 %s，超出 %s 自费", "offline price %s; %s above it is the person's", *price, open-*price)
	}
	v.Move(Open, NonCovered, open-*price)
}

// refusal returns why the visit is not insured, in both languages; empty when it is.
func (r *internet) refusal(v *Visit, y *Year) (zh, en string) {
	switch {
	case !r.covered:
		return "互联网诊疗未纳入医保", "internet care is not covered"
	case r.eligible && v.Facts[claims.FactInternet] == 0:
		return "该机构未取得互联网诊疗医保结算资格", "the hospital may not settle internet care"
	case r.followUp > 0 && (y.offline == claims.NoDate || v.Settlement-y.offline > r.followUp):
		return "非复诊，不予支付", "not a follow-up visit"
	}
	return "", ""
}
