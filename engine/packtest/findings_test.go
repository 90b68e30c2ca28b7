package packtest_test

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/packtest"
	"github.com/drgsim/drgsim/policies"
)

const faulty = `# Claims that contradict themselves or each other.
policy none on 2026-03-01

pack
  benefit: [{id: own, kind: non_covered}, {id: share, kind: coinsurance, rates: [{share: 80%}]}]

groups
code
A

claims
id  person  group  age  admission_date  discharge_date  gross  non_covered
C1  P1      A      40   2026-03-01      2026-03-09      900    -
C2  P1      Z      40   2026-03-05      2026-03-07      800    -
C3  P2      A      130  2026-03-05      2026-03-07      700    -
C4  P3      A      50   2025-12-30      2026-01-04      0      -

expect
`

// TestExpectFinding: what the check says of a case's claims can be expected, and what it does not say is a difference.
func TestExpectFinding(t *testing.T) {
	for _, c := range []struct {
		expect, diff string
	}{
		{"finding overlap C2", ""},
		{"finding unknown_group C2", ""},
		{"finding implausible_age C3", ""},
		{"finding zero C4\nfinding crosses_year C4", ""},
		{"finding overlap C3", "not found"},
		{"finding overlapp C2", `nearest is "overlap C2"`},
	} {
		parsed, err := casetest.Parse("faulty.case", []byte(faulty+c.expect+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		res, _ := packtest.Run(policies.FS, parsed, casetest.Engine)
		if res.Err != nil {
			t.Fatal(res.Err)
		}
		if got := differences(res); (got == "") != (c.diff == "") || !strings.Contains(got, c.diff) {
			t.Errorf("%s: differences %q, want %q in them", c.expect, got, c.diff)
		}
	}
}

func differences(res *casetest.Result) string {
	var lines []string
	for _, d := range res.Diffs {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}
