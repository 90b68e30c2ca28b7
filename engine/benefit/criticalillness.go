package benefit

import "github.com/drgsim/drgsim/engine/policy"

// criticalIllness pays part of a high yearly burden (大病保险): above a threshold, by bands of the cumulative eligible amounts that
// the person bears.
//
//	pockets: [deductible, coinsurance]            what counts, and is relieved in this order
//	thresholds: [{assistance: low_income, amount: 9000}, {amount: 18000}]
//	bands: [{up_to: 50000, share: 60%}, ...]      by selector; consecutive rows that select alike are bands
//	measure: total                                bands from zero; excess: bands above the threshold
//	mode: marginal                                each band's share on the part inside it; step: the band in which the burden
//	                                              ends serves all above the threshold; shares must rise
//	caps: [{assistance: none, amount: 600000}]    on the period's payout; no row: no cap
//	per: year, counter: ...
//
// Payout = Σ part of band × share, each rounded as `round` names; a claim brings payout after − payout before. Worked:
// burden 60,000.00, threshold 30,000.00, to 50,000.00 60%, to 100,000.00 70%: 12,000.00 + 7,000.00 = 19,000.00. Exception:
// what a claim brings is never more than it left in the pockets.
func compileCriticalIllness(d *policy.Decoder, ctx *Context) Rule {
	return readResidual(d, ctx, CriticalIllness, Deductible, Coinsurance)
}
