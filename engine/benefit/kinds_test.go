package benefit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// TestHelpNamesEveryKind keeps the description of the kinds complete.
func TestHelpNamesEveryKind(t *testing.T) {
	var described []string
	for line := range strings.SplitSeq(benefit.Help, "\n") {
		if names, ok := strings.CutPrefix(line, "### "); ok {
			described = append(described, strings.Split(names, ", ")...)
		}
	}
	want := slices.Clone(benefit.Kinds())
	slices.Sort(want)
	slices.Sort(described)
	if !slices.Equal(described, want) {
		t.Errorf("help describes %v\nkinds are      %v", described, want)
	}
}

// compile compiles one step written in YAML.
func compile(step string) error {
	tree, err := policy.ParseYAML("p", []byte("benefit:\n  - {id: s, "+step+"}\n"))
	if err != nil {
		return err
	}
	p := &policy.Pack{Name: "p", Tree: tree, Effective: claims.DateOf(2026, 1, 1)}
	r, err := p.At(p.Effective)
	if err != nil {
		return err
	}
	_, err = benefit.Compile(r, &policy.Scope{Schemes: region.DefaultSchemes}, &benefit.Slots{})
	return err
}

// TestCompileFaults holds each fault of a step to its place and its one sentence.
func TestCompileFaults(t *testing.T) {
	for _, c := range []struct{ step, want string }{
		{"kind: deductable, amounts: [{amount: 1}]", `p:2: step s: kind "deductable" is none of ` + strings.Join(benefit.Kinds(), ", ") + `; nearest is "deductible"`},
		{"kind: deductible", "p:2: step s: amounts: needs at least one row"},
		{"kind: deductible, amounts: [{tier: 3}]", "p:2: step s.amounts[1]: amount: is missing; a row needs amount or share"},
		{"kind: deductible, amounts: [{amount: 1, share: 10%}]", "p:2: step s.amounts[1]: amount: stands beside share; a row has one of them"},
		{"kind: deductible, amounts: [{amount: -1}]", "p:2: step s.amounts[1]: amount: -1.00 is negative"},
		{"kind: deductible, amounts: [{amount: 1}], per: yaer", `p:2: step s: per: "yaer" is none of visit, day, month, quarter, year, benefit_period, lifetime, twelve_months; nearest is "year"`},
		{"kind: deductible, amounts: [{amount: 1}], per: year, repeat: {share: 50%}", "p:2: step s: per: repeat and referral need a deductible per visit, not per year"},
		{"kind: deductible, amounts: [{amount: 1}], referral: {mode: differense, window_days: 3}", `p:2: step s.referral: mode: "differense" is none of difference, highest; nearest is "difference"`},
		{"kind: deductible, amounts: [{amount: 1}], referral: {mode: highest}", "p:2: step s.referral: window_days is missing"},
		{"kind: deductible, amounts: [{amount: 1}], referral: {window_days: 3, windows: 2}", `p:2: step s.referral: unknown key "windows"; allowed are enabled, lateral, mode, record_required, same_group, window_days`},
		{"kind: coinsurance, rates: [{share: 0.8.5}]", `p:2: step s.rates[1]: share: ratio "0.8.5": not a decimal number`},
		{"kind: coinsurance, rates: [{share: 80}]", "p:2: step s.rates[1]: share: 80 is not between 0 and 1"},
		{"kind: coinsurance, rates: [{up_to: 5, share: 80%}, {up_to: 5, share: 70%}]", "p:2: step s.rates[2]: up_to: bands must rise; the one before ends at 5.00"},
		{"kind: coinsurance, on: days, rates: [{share: 80%}, {up_to_day: 5, share: 70%}]", "p:2: step s.rates[2]: up_to_day: bands must rise; the one before ends at no limit"},
		{"kind: coinsurance, mode: step, on: days, rates: [{share: 80%}]", "p:2: step s: mode: step works on eligible cost only"},
		{"kind: coinsurance, on: fund, round_side: person, rates: [{share: 80%}]", "p:2: step s: on: bands of payments need round_side: fund, and round to the fen"},
		{"kind: coinsurance, rates: [{share: 80%, pays: 5}]", "p:2: step s.rates[1]: pays: stands beside share; a row has one of them"},
		{"kind: coinsurance, include: [deductable], rates: [{share: 80%}]", `p:2: step s: include: "deductable" is none of ` + strings.Join(benefit.PocketNames, ", ") + `; nearest is "deductible"`},
		{"kind: critical_illness, pockets: [coinsurance, fund], bands: [{share: 60%}]", `p:2: step s: pockets: "fund" is no burden of the person; allowed are open, non_covered, first_pay, deductible, coinsurance, over_ceiling`},
		{"kind: guarantee, pockets: [medical_aid], shares: [{share: 60%}]", `p:2: step s: pockets: "medical_aid" is no burden of the person`},
		{"kind: coinsurance, rates: [{tier: 4, share: 80%}]", `p:2: step s.rates[1]: tier: tier "4" is none of`},
		{"kind: ceiling, limits: [{amount: 1}], of: [fund, fund]", `p:2: step s: of: "fund" stands there twice`},
		{"kind: ceiling, limits: [{amount: 1}], per: benefit_period, gap_days: 0", "p:2: step s: gap_days: must be at least 1"},
		{"kind: over_limit, limits: [{up_to_day: 3, amount: 1}]", "p:2: step s.limits[1]: up_to_day: bands of days need each: day"},
		{"kind: copay, fees: [{all: true}]", "p:2: step s.fees[1]: all: whole days and lifetime days need each: day"},
		{"kind: copay, fees: [{min: 10, max: 5}]", "p:2: step s.fees[1]: amount: a fee must not be negative, nor its max below its min"},
		{"kind: ceiling, year_begins: 13-01, limits: [{amount: 1}]", `p:2: step s: year_begins: "13-01" is not a month and a day, as in 07-01`},
		{"kind: ceiling, per: month, year_begins: 07-01, limits: [{amount: 1}]", "p:2: step s: year_begins: needs per: year, not per: month"},
		{"kind: oop_ceiling, later_within: 12, limits: [{amount: 1}]", "p:2: step s: later_within: says nothing without later_after"},
		{"kind: critical_illness, mode: step, bands: [{up_to: 5, share: 60%}, {share: 50%}]", "p:2: step s: bands: mode step needs shares that rise from band to band; 50% follows 60%"},
		{"kind: oop_ceiling, later_after: 3, limits: [{amount: 1}]", "p:2: step s: later_after: needs per: month"},
		{"kind: internet, follow_up_days: 0", "p:2: step s: follow_up_days: must be at least 1"},
		{"kind: medical_aid, bands: []", "p:2: step s: bands: needs at least one row"},
		{"kind: booked, round: half_up", `p:2: step s: unknown key "round"; allowed are`},
		{"kind: booked, when: {tier: 9}", `p:2: step s.when: tier: tier "9" is none of`},
	} {
		err := compile(c.step)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", c.step, err, c.want)
		}
	}
}
