package benefit

import "github.com/drgsim/drgsim/engine/policy"

// medicalAid pays part of what is left to persons with a status of assistance (医疗救助), after all insurance.
//
//	pockets: [deductible, coinsurance]            what counts, and is relieved in this order
//	thresholds: [{assistance: low_income, amount: 3000}]
//	bands: [{assistance: destitute, share: 100%}, {assistance: guaranteed, share: 70%}]
//	caps: [{amount: 80000}]                       on the year's aid
//
// Aid = (burden of the year − threshold) × share, rounded as `round` names, less what earlier claims brought. Worked: a
// person of status guaranteed who is left with 5,000.00 gets 3,500.00 at 70%. Exception: a person whom no band serves gets
// nothing, and the burden of such claims does not count later.
func compileMedicalAid(d *policy.Decoder, ctx *Context) Rule {
	return readResidual(d, ctx, MedicalAid, Deductible, Coinsurance)
}
