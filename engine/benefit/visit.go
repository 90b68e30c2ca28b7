// Package benefit works out what the insured person pays (待遇结算): the rules of a pack move a claim's money between
// pockets, one step after the other, knowing the person's year so far.
//
// At the start all of a claim's gross cost is in the pocket Open; at the end Open must be zero, and the pockets always sum to
// gross. An explanation is the list of those moves with their law: there is no second implementation of a rule.
package benefit

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Pocket is where a part of a claim's cost ends up.
type Pocket uint8

// The pockets, in the order of reports. The person bears NonCovered to OverCeiling; the others bear the rest.
const (
	Open            Pocket = iota // not yet decided; zero at the end
	NonCovered                    // 自费: outside the catalogue or over a price limit
	FirstPay                      // 先行自付
	Deductible                    // 起付标准
	Coinsurance                   // 按比例自付
	OverCeiling                   // 超最高支付限额
	Fund                          // 统筹基金支付
	CriticalIllness               // 大病保险
	MedicalAid                    // 医疗救助
	OtherPayer                    // another insurer or payer
	Disallowed                    // 违规费用: neither person nor fund owes it; the hospital bears it
	NumPockets
)

// PocketNames are the words of the pockets in files and reports, in the order of the constants.
var PocketNames = []string{"open", "non_covered", "first_pay", "deductible", "coinsurance", "over_ceiling", "fund", "critical_illness", "medical_aid", "other_payer", "disallowed"}

// PocketLabels are the Chinese labels, in the order of the constants.
var PocketLabels = []string{"待定", "自费", "先行自付", "起付标准", "按比例自付", "超限额自付", "统筹基金支付", "大病保险", "医疗救助", "其他支付", "违规费用"}

// String gives the word used in files.
func (p Pocket) String() string { return PocketNames[p] }

// Pockets is a claim's cost by pocket, in fen. The zero value is a claim of no cost.
type Pockets [NumPockets]money.Fen

// OfPerson are the pockets that the insured person bears.
var OfPerson = [...]Pocket{NonCovered, FirstPay, Deductible, Coinsurance, OverCeiling}

// OfOthers are the pockets that others bear once no step is left.
var OfOthers = [...]Pocket{Fund, CriticalIllness, MedicalAid, OtherPayer, Disallowed}

// Person returns what the insured person pays after all insurers: the person's own pockets less nothing, as critical
// illness insurance and medical aid have already been moved out of them.
func (p *Pockets) Person() money.Fen {
	var sum money.Fen
	for _, k := range OfPerson {
		sum += p[k]
	}
	return sum
}

// Gross returns the sum of all pockets.
func (p *Pockets) Gross() money.Fen {
	var sum money.Fen
	for _, f := range p {
		sum += f
	}
	return sum
}

// Visit is one claim on its way through the steps.
type Visit struct {
	*claims.Claim
	Pockets *Pockets

	chosen    []int16 // by choice of the program: the row that the claim's facts lead to
	step      int     // the step at work
	trace     *Trace
	fault     error
	faultStep int
}

// Move moves an amount between pockets. The amount may be negative only to undo an earlier move. Moving more than a pocket
// holds is a fault of the rule and fails the run.
func (v *Visit) Move(from, to Pocket, amount money.Fen) {
	v.Pockets[from] -= amount
	v.Pockets[to] += amount
	if v.Pockets[from] < 0 || v.trace != nil {
		v.moved(from, to, amount)
	}
}

// moved is told of the moves that somebody must hear of.
func (v *Visit) moved(from, to Pocket, amount money.Fen) {
	if amount == 0 {
		return
	}
	if v.Pockets[from] < 0 {
		v.Fail(fmt.Errorf("pocket %s would hold %s", from, v.Pockets[from]))
	}
	if v.trace != nil {
		v.trace.move(v.step, from, to, amount)
	}
}

// Fail keeps the first fault of a visit: a broken conservation law or an overflow. It ends the run with the claim's place.
func (v *Visit) Fail(err error) {
	if v.fault == nil {
		v.fault, v.faultStep = err, v.step
	}
}

// Times multiplies with a rounding and fails the visit on overflow.
func (v *Visit) Times(amount money.Fen, r money.Ratio, round money.Rounding) money.Fen {
	if small(amount) && r >= 0 && r < 1<<26 && round == money.HalfUp {
		return halfUp(amount, r)
	}
	f, err := amount.Times(r, round)
	if err != nil {
		v.Fail(err)
	}
	return f
}

// small tells whether an amount is from zero to below 687 million currency units: times a ratio below 67 it stays within 64 bits.
func small(amount money.Fen) bool { return uint64(amount) < 1<<36 }

// halfUp is the product of a small amount, rounded half up; the ratio is not negative.
func halfUp(amount money.Fen, r money.Ratio) money.Fen {
	return money.Fen((uint64(amount)*uint64(r) + uint64(money.One)/2) / uint64(money.One))
}

// TimesTo is Times with the product rounded to a multiple of a unit, in fen: 1 is the fen, 1000 is ten currency units.
func (v *Visit) TimesTo(amount money.Fen, r money.Ratio, round money.Rounding, unit money.Fen) money.Fen {
	if unit == 1 {
		return v.Times(amount, r, round)
	}
	return v.scale(amount, money.Fen(r), money.Fen(money.One)*unit, round) * unit
}

// scale returns a×b/c with a rounding and fails the visit on overflow.
func (v *Visit) scale(a, b, c money.Fen, round money.Rounding) money.Fen {
	f, err := money.MulDiv(int64(a), int64(b), int64(c), round)
	if err != nil {
		v.Fail(err)
	}
	return money.Fen(f)
}

// Tracing reports whether the visit is being explained, so that a rule prepares its sentences only then.
func (v *Visit) Tracing() bool { return v.trace != nil }

// Say records the arithmetic behind the step's moves, in both languages: the same arguments serve both formats, amounts with %s. It does
// nothing unless the visit is traced; a rule asks Tracing first, as the arguments would cost an allocation for nothing.
func (v *Visit) Say(zh, en string, args ...any) {
	if v.trace == nil {
		return
	}
	zhArgs, enArgs := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		zhArgs[i], enArgs[i] = a, a
		switch a := a.(type) {
		case bilingual:
			zhArgs[i], enArgs[i] = a.zh, a.en
		case money.Fen:
			zhArgs[i], enArgs[i] = a.Grouped(), a.Grouped()
		}
	}
	v.trace.say(v.step, fmt.Sprintf(zh, zhArgs...), fmt.Sprintf(en, enArgs...))
}

// bilingual is an argument of Say that reads differently in each language.
type bilingual struct{ zh, en string }

var roundingLabels = []string{"四舍五入", "四舍六入五成双", "向下取整", "向上取整"}

// rounded says how a product was brought to a unit.
func rounded(round money.Rounding, unit money.Fen) bilingual {
	return bilingual{
		fmt.Sprintf("（%s到 %s）", roundingLabels[round], unit),
		fmt.Sprintf(" (%s to %s)", round, unit),
	}
}
