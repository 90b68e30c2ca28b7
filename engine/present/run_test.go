package present_test

import (
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/policies"
)

// What funds and hospitals retain is one thing, and what is taken back of it is shown: rows add up to what is paid.
func TestRowsAddUpToWhatIsPaid(t *testing.T) {
	s, err := engine.OpenStudy("../../scenarios/alliance-2026.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(t.Context(), ses.Plans[:1], ses.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := present.Run(ses, results[0], false)
	if err != nil {
		t.Fatal(err)
	}
	retained := map[string]int64{}
	for id, due := range map[string]string{"funds": "charged", "hospitals": "base"} {
		i := slices.IndexFunc(doc.Sections, func(s *report.Section) bool { return s.Table != nil && s.Table.ID == id })
		table := doc.Sections[i].Table
		column := func(key string) int {
			return slices.IndexFunc(table.Columns, func(c report.Column) bool { return c.Key == key })
		}
		withheld := column("withheld")
		if withheld < 0 {
			t.Fatalf("%s: no column of what is withheld, and the study has assessment scores", id)
		}
		sum := int64(0)
		for _, row := range table.Rows {
			retained[id] += row[column("retained")].Int
			sum += row[withheld].Int
			if got, paid := row[column(due)].Int+row[column("retained")].Int-row[column("shared")].Int-row[withheld].Int, row[column("paid")].Int; got != paid {
				t.Errorf("%s: a row comes to %d, and %d is paid", id, got, paid)
			}
		}
		if sum == 0 || column("deducted") >= 0 {
			t.Errorf("%s: %d is withheld in all; a column of deductions, of which there are none: %v", id, sum, column("deducted") >= 0)
		}
	}
	if retained["funds"] != retained["hospitals"] {
		t.Errorf("funds let retain %d, and hospitals retain %d", retained["funds"], retained["hospitals"])
	}
}
