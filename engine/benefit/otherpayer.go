package benefit

import "github.com/drgsim/drgsim/engine/policy"

// otherPayer lets a further payer bear part of what is left to the person (补充保险): a supplementary fund, a subsidy for large
// amounts above the ceiling, a private cover.
//
//	pockets: [over_ceiling]                       what counts, and is relieved in this order; [open] pays ahead of the person
//	to: other_payer                               the pocket of the payer
//	thresholds, bands, measure, mode, caps, per, counter as for critical_illness
//
// Payout as for critical_illness, each band rounded as `round` names. Worked: 20,000.00 over the ceiling at 90% is 18,000.00.
// Exception: a claim that no band serves is not paid and does not count.
func compileOtherPayer(d *policy.Decoder, ctx *Context) Rule {
	return readResidual(d, ctx, readPocket(d, "to", OtherPayer), Coinsurance, OverCeiling)
}
