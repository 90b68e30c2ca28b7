package benefit

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// Help describes the rule kinds and their keys for those who write packs.
//
//go:embed help.md
var Help string

// kinds is the table of rule kinds that a pack's benefit steps may use.
var kinds = []kind{
	{"non_covered", compileNonCovered},
	{"over_limit", compileOverLimit},
	{"internet", compileInternet},
	{"ai_diagnosis", compileAIDiagnosis},
	{"first_pay", compileFirstPay},
	{"deductible", compileDeductible},
	{"copay", compileCopay},
	{"booked", compileBooked},
	{"bed_days", compileBedDays},
	{"chronic", compileChronic},
	{"coinsurance", compileCoinsurance},
	{"guarantee", compileGuarantee},
	{"ceiling", compileCeiling},
	{"oop_ceiling", compileOOPCeiling},
	{"critical_illness", compileCriticalIllness},
	{"other_payer", compileOtherPayer},
	{"medical_aid", compileMedicalAid},
}

// Kinds returns the names of the rule kinds, in the order of the table.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

func findKind(s *policy.Step) (kind, error) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == s.Kind })
	if i < 0 {
		return kind{}, fmt.Errorf("%s: step %s: kind %q is none of %s%s", s.Pos, s.ID, s.Kind, strings.Join(Kinds(), ", "), nearest.Hint(s.Kind, Kinds()))
	}
	return kinds[i], nil
}
