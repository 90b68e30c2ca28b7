package packtest

import (
	"slices"

	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
)

// findings answers the lines "expect finding": what the check of the claims has to say, each as "code claim-id". Claims that
// were taken back are not among them, and groups are checked where the case or its pack has a group table.
func findings(s *casetest.Setup) ([]string, error) {
	t := tableOf(s)
	report, err := check.Table(t, s.Region, check.Options{Limit: -1, GroupCodes: listedGroups(s), Workers: 1})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(report.Findings))
	for i, f := range report.Findings {
		out[i] = f.Code + " " + t.ClaimID.At(int(f.Row-1))
	}
	return out, nil
}

// listedGroups are the codes of the group table, nil where there is none.
func listedGroups(s *casetest.Setup) []string {
	var codes []string
	if t := s.Case.Table("groups"); t != nil {
		for _, row := range t.Rows {
			codes = append(codes, t.Cell(row, "code"))
		}
		return codes
	}
	groups := s.Pack.Tree.Get("drg").Get("groups")
	if groups == nil {
		return nil
	}
	for _, row := range groups.Items {
		if code := row.Get("code"); code != nil {
			codes = append(codes, code.Text)
		}
	}
	return codes
}

// tableOf puts the claims of a case back into columns, in the order of their rows.
func tableOf(s *casetest.Setup) *claims.Table {
	list := slices.Clone(s.Claims)
	slices.SortFunc(list, func(a, b claims.Claim) int { return int(a.Row - b.Row) })
	codes := make([]string, len(s.Scope.Groups))
	for code, n := range s.Scope.Groups {
		codes[n] = code
	}
	hospitals := make([]string, len(s.Region.Hospitals))
	for i := range s.Region.Hospitals {
		hospitals[i] = s.Region.Hospitals[i].ID
	}
	t := &claims.Table{Rows: len(list)}
	t.Person.Values, t.Hospital.Values, t.From.Values = column(s.Persons), column(hospitals), column(hospitals)
	t.Scheme.Values, t.Group.Values, t.County.Values = column(s.Region.Schemes), column(codes), column(s.Region.Counties)
	for i := range list {
		c := &list[i]
		t.ClaimID.Append(s.IDs[c.Row])
		t.Reverses.Append("")
		t.Person.Codes = append(t.Person.Codes, c.Person)
		t.Hospital.Codes = append(t.Hospital.Codes, c.Hospital)
		t.Scheme.Codes = append(t.Scheme.Codes, int32(c.Scheme()))
		t.Group.Codes = append(t.Group.Codes, c.Group)
		t.From.Codes = append(t.From.Codes, c.From)
		t.County.Codes = append(t.County.Codes, c.County)
		t.Setting = append(t.Setting, c.Setting())
		t.Admission = append(t.Admission, c.Admission)
		t.Discharge = append(t.Discharge, c.Discharge)
		t.Settlement = append(t.Settlement, c.Settlement)
		t.Gross = append(t.Gross, c.Gross)
		t.NonCovered = append(t.NonCovered, c.NonCovered)
		t.CategoryB = append(t.CategoryB, c.CategoryB)
		t.FirstPay = append(t.FirstPay, c.FirstPay)
		t.AIDiagnosis = append(t.AIDiagnosis, c.AIDiagnosis)
		t.BookedFund = append(t.BookedFund, c.BookedFund)
		t.Age = append(t.Age, c.Age)
		t.Status = append(t.Status, c.Status)
	}
	return t
}

// column is a list of distinct values.
func column(values []string) claims.Text {
	var t claims.Text
	for _, v := range values {
		t.Append(v)
	}
	return t
}
