package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// referral makes the deductible continuous for a person who is passed on from one hospital to the next (转诊连续计算起付线): the
// linked stays are one episode, and the person pays the deductible of its highest level once.
//
//	enabled: true           off: every stay stands alone
//	mode: difference        up: only the difference to what the episode has paid; down: nothing
//	      highest           any direction: the difference to what the episode has paid
//	window_days: 3          most days from the last discharge to the admission
//	record_required: true   a link needs a recorded referral; else the days alone decide
//	lateral: nothing        to the same level: nothing, difference or new (a deductible of its own); for mode difference
//	same_group: false       a link needs the same group (same disease)
//
// It rounds nothing. Worked: township 300, up to county 500, back down: 300.00, 200.00, 0.00; unlinked 300 + 500 + 300.
// Exception: a record that names another hospital than the one that the person left makes no link.
type referral struct {
	enabled   bool
	highest   bool
	window    claims.Date
	record    bool
	lateral   int
	sameGroup bool
}

// unlinked is the rule by which every stay stands alone.
var unlinked referral

// How a stay hangs on the one before it.
type link uint8

const (
	noLink         link = iota
	linkDifference      // pays the difference to what the episode has paid
	linkFree            // pays nothing
)

var (
	referralModes = []string{"difference", "highest"}
	lateralWords  = []string{"nothing", "difference", "new"}
)

const (
	lateralNothing = iota
	lateralDifference
	lateralNew
)

func readReferral(d *policy.Decoder) *referral {
	r := &referral{
		enabled:   d.BoolOr("enabled", true),
		highest:   d.WordOr("mode", referralModes, 0) == 1,
		window:    claims.Date(d.Int("window_days")),
		record:    d.BoolOr("record_required", true),
		lateral:   d.WordOr("lateral", lateralWords, lateralNothing),
		sameGroup: d.BoolOr("same_group", false),
	}
	if r.window < 0 {
		d.Fail("window_days", "%d is negative", int32(r.window))
	}
	return r
}

// link tells how the visit hangs on the person's last stay.
func (r *referral) link(v *Visit, y *Year) link {
	last := y.lastStay()
	kind := r.between(last, v.Claim)
	if v.Tracing() && kind != noLink {
		v.Say("转诊衔接：距上次出院 %d 天，不超过 %d 天，连续计算起付线", "linked by referral: %d days after the last discharge, at most %d allowed", int32(max(v.Admission-last.Discharge, 0)), int32(r.window))
	}
	return kind
}

// between tells how a visit hangs on the last stay before it, which is nil where there was none.
func (r *referral) between(last, c *claims.Claim) link {
	if last == nil || !r.enabled || c.Setting() != claims.Inpatient {
		return noLink
	}
	word := claims.Referral(c.Facts[claims.FactReferral])
	switch {
	case r.record && word == claims.NoReferral,
		c.Admission < last.Admission,
		c.Admission-last.Discharge > r.window,
		word != claims.NoReferral && c.From != claims.NoCode && c.From != last.Hospital,
		r.sameGroup && c.Group != last.Group:
		return noLink
	case r.highest:
		return linkDifference
	}
	from, to := region.Tier(last.Facts[claims.FactTier]).Broad(), region.Tier(c.Facts[claims.FactTier]).Broad()
	if from == to {
		from, to = region.Tier(last.Facts[claims.FactTier]), region.Tier(c.Facts[claims.FactTier])
	}
	switch {
	case to > from:
		return linkDifference
	case to < from || r.lateral == lateralNothing:
		return linkFree
	case r.lateral == lateralDifference:
		return linkDifference
	}
	return noLink
}

// due cuts the amount of a linked stay.
func (r *referral) due(v *Visit, how link, amount, paid money.Fen) money.Fen {
	if how == linkFree {
		if v.Tracing() {
			v.Say("转往下级或同级医院，不再另计起付线", "moved to a lower or the same level: no further deductible")
		}
		return 0
	}
	left := max(amount-paid, 0)
	if v.Tracing() {
		v.Say("补差：%s − 本次诊疗已付 %s = %s", "only the difference: %s − paid in this episode %s = %s", amount, paid, left)
	}
	return left
}
