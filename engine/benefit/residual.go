package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// residual pays again for a part of what the person still bears: nothing up to a threshold, then a share by band of the burden
// summed over a period, up to a cap. It is the shape of critical illness insurance, medical aid and other second payers.
//
// A claim brings payout(burden with it) − payout(burden before it), so that the order of claims does not change the sum
// of a period. Both are worked out with the rows of the present claim: a change of status does not re-open earlier claims.
type residual struct {
	pockets    []Pocket // what counts as burden, in the order in which it is relieved
	to         Pocket
	thresholds table[money.Fen]
	bands      bandTable[money.Ratio]
	excess     bool // bands are measured above the threshold instead of from zero
	step       bool // the band in which the burden ends serves all of it that lies above the threshold
	caps       table[money.Fen]
	burden     counter
	round      money.Rounding
}

// readResidual reads pockets, thresholds, bands, mode, measure, caps and the period.
func readResidual(d *policy.Decoder, ctx *Context, to Pocket, fallback ...Pocket) *residual {
	amount := func(row *policy.Decoder) money.Fen { return row.Fen("amount") }
	r := &residual{
		pockets:    readBurden(d, "pockets", fallback...),
		to:         to,
		thresholds: readTable(d, ctx, "thresholds", true, amount),
		bands:      readBands(d, ctx, "bands", false, func(row *policy.Decoder) money.Ratio { return row.Share("share") }),
		excess:     d.WordOr("measure", []string{"total", "excess"}, 0) == 1,
		caps:       readTable(d, ctx, "caps", true, amount),
		step:       d.WordOr("mode", bandModes, 0) == 1,
		burden:     newCounter(d, ctx, perYear),
		round:      d.RoundingOr("round", ctx.Round),
	}
	for _, bands := range r.bands.rows {
		for i := range bands[1:] {
			if r.step && bands[i+1].val < bands[i].val {
				// A further claim would take back what earlier ones brought.
				d.Fail("bands", "mode step needs shares that rise from band to band; %s follows %s", bands[i+1].val.Percent(), bands[i].val.Percent())
			}
		}
	}
	return r
}

func (r *residual) skips(chosen []int16) bool { return r.bands.never(chosen) }

// Apply moves the payout out of the person's pockets. A claim that no band row serves is neither paid nor counted.
func (r *residual) Apply(v *Visit, y *Year) {
	bands := r.bands.find(v)
	if bands == nil {
		return
	}
	now := held(v, r.pockets)
	sum := r.burden.at(v, y)
	before, after := *sum, *sum+now
	*sum = after
	var threshold money.Fen
	if t := r.thresholds.find(v); t != nil {
		threshold = *t
	}
	limit := noLimit
	if c := r.caps.find(v); c != nil {
		limit = *c
	}
	if v.Tracing() {
		v.Say("%s 累计 %s → %s，起付 %s", "%s cumulative %s → %s, threshold %s",
			bilingual{pocketLabel(r.pockets), pocketWord(r.pockets)}, before, after, threshold)
	}
	paid := min(r.payout(v, bands, threshold, before, false), limit)
	due := min(r.payout(v, bands, threshold, after, true), limit)
	pay := due - paid
	if v.Tracing() && after > threshold {
		v.Say("累计应付 %s%s − 此前应付 %s = %s", "due in all %s%s − due before %s = %s", due, limitText(limit), paid, pay)
	}
	draw(v, r.pockets, r.to, min(pay, now))
}

// payout is what the scheme owes on a burden.
func (r *residual) payout(v *Visit, bands []band[money.Ratio], threshold, burden money.Fen, say bool) money.Fen {
	var sum money.Fen
	from := threshold
	for i := range bands {
		to := bands[i].upTo
		if r.excess && to != noLimit {
			to += threshold
		}
		part := min(burden, to) - from
		if part <= 0 || r.step && burden > to && i+1 < len(bands) {
			continue
		}
		share := v.Times(part, bands[i].val, r.round)
		if say && v.Tracing() {
			v.Say("%s × %s = %s%s", "%s × %s = %s%s", part, bands[i].val.Percent(), share, rounded(r.round, 1))
		}
		sum += share
		from += part
	}
	return sum
}
