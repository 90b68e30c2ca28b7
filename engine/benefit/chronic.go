package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// chronic pays outpatient visits for listed chronic diseases better than others (慢性病门诊倾斜): ratios of their own, yearly ceilings
// per disease, and prescriptions for many weeks.
//
//	diseases: [{id: hypertension, codes: [I10], ceiling: 1500, add_on: 200}, ...]   by drg_code; absent: any chronic visit
//	rates: [{tier: primary, share: 60%}, {tier: primary, group: [A15], share: 70%}, ...]
//	prescription_days: 84                   most days of supply paid at once
//
// It serves visits of setting chronic only, and leaves open those whose disease is not listed or whose rate is missing. Fund =
// open × share, rounded as `round` names, at most the yearly ceiling: the highest ceiling of the diseases that the person was
// seen for in the year, plus the add-on of each other one; the excess goes to OverCeiling. The span from admission to
// discharge date of a chronic visit states the days supplied; the cost of days beyond prescription_days, spread evenly
// and rounded half up, is NonCovered. Worked: 300.00 at 60% is fund 180.00. Exception: the ceiling of a person who gets a
// second disease during the year rises from then on; what was over it before stays over it.
type chronic struct {
	diseases []disease
	rates    table[money.Ratio]
	visits   choice    // row 0 for visits of chronic care
	maxDays  money.Fen // 0: not limited
	seen     int       // slot: bits of the diseases seen in the year
	used     int       // slot: what the fund has paid in the year
	round    money.Rounding
}

type disease struct {
	id      string
	codes   map[int32]bool
	ceiling money.Fen
	addOn   money.Fen
}

// maxDiseases is how many diseases the bits of a slot tell apart.
const maxDiseases = 60

func compileChronic(d *policy.Decoder, ctx *Context) Rule {
	name := d.TextOr("counter", ctx.Step.ID)
	r := &chronic{
		rates:   readTable(d, ctx, "rates", false, func(row *policy.Decoder) money.Ratio { return row.Share("share") }),
		maxDays: money.Fen(d.IntOr("prescription_days", 0)),
		seen:    ctx.Slots.Slot(name + "/diseases"),
		used:    ctx.Slots.Slot(name + "/year"),
		round:   d.RoundingOr("round", ctx.Round),
		visits:  ctx.choices.one(policy.Only(claims.FactSetting, uint8(claims.Chronic))),
	}
	d.Each("diseases", func(_ int, row *policy.Decoder) {
		s := disease{id: row.Text("id"), ceiling: row.FenOr("ceiling", noLimit), addOn: row.FenOr("add_on", 0), codes: map[int32]bool{}}
		for _, code := range row.Texts("codes") {
			if n, ok := ctx.Scope.Group(code); ok {
				s.codes[n] = true
			}
		}
		r.diseases = append(r.diseases, s)
	})
	if len(r.diseases) > maxDiseases {
		d.Fail("diseases", "there are %d; at most %d are told apart", len(r.diseases), maxDiseases)
	}
	if r.maxDays < 0 {
		d.Fail("prescription_days", "must be at least 1")
	}
	return r
}

func (r *chronic) skips(chosen []int16) bool { return r.visits.never(chosen) || r.rates.never(chosen) }

// Apply empties Open when the disease and a rate are found.
func (r *chronic) Apply(v *Visit, y *Year) {
	if r.visits.row(v) < 0 {
		return
	}
	at := r.disease(v.Group)
	share := r.rates.find(v)
	if share == nil || at < 0 && len(r.diseases) > 0 {
		return
	}
	r.oversupply(v)
	open := v.Pockets[Open]
	shared := v.Times(open, *share, r.round)
	used := &y.Slots[r.used]
	limit := noLimit
	if at >= 0 {
		y.Slots[r.seen] |= 1 << at
		limit = r.ceiling(y.Slots[r.seen])
	}
	fund := min(shared, max(limit-*used, 0))
	if v.Tracing() {
		v.Say("慢性病 %s × %s = %s%s%s，已用 %s，基金 %s", "chronic disease: %s × %s = %s%s%s, used %s, fund %s",
			open, share.Percent(), shared, rounded(r.round, 1), limitText(limit), *used, fund)
	}
	*used += fund
	v.Move(Open, Fund, fund)
	v.Move(Open, OverCeiling, shared-fund)
	v.Move(Open, Coinsurance, v.Pockets[Open])
}

// disease returns the position of the disease of a code, or -1.
func (r *chronic) disease(group int32) int {
	for i := range r.diseases {
		if r.diseases[i].codes[group] {
			return i
		}
	}
	return -1
}

// ceiling returns the yearly ceiling of a person seen for some diseases.
func (r *chronic) ceiling(seen money.Fen) money.Fen {
	best := -1
	var add money.Fen
	for i := range r.diseases {
		if seen>>i&1 == 0 {
			continue
		}
		add += r.diseases[i].addOn
		if best < 0 || r.diseases[i].ceiling > r.diseases[best].ceiling {
			best = i
		}
	}
	if r.diseases[best].ceiling == noLimit {
		return noLimit
	}
	return r.diseases[best].ceiling + add - r.diseases[best].addOn
}

// oversupply moves the cost of days beyond the longest prescription out of Open.
func (r *chronic) oversupply(v *Visit) {
	days := money.Fen(v.Days())
	if r.maxDays == 0 || days <= r.maxDays {
		return
	}
	open := v.Pockets[Open]
	paid := v.scale(open, r.maxDays, days, money.HalfUp)
	if v.Tracing() {
		v.Say("处方 %d 天，至多 %d 天，超出部分自费 %s", "prescription for %d days, at most %d: %s is the person's", int64(days), int64(r.maxDays), open-paid)
	}
	v.Move(Open, NonCovered, open-paid)
}
