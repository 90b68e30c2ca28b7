package present_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/record"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/policies"
)

// documents makes every report of a comparison and of searches over the demo.
func documents(t *testing.T) []*report.Document {
	t.Helper()
	s, err := engine.OpenStudy("../../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{GroupFund: true})
	if err != nil {
		t.Fatal(err)
	}
	c := compare.New(results)
	must := func(d *report.Document, err error) *report.Document {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	full := must(present.Compare(ses, c, true))
	a, err := c.Attribute(t.Context(), ses, len(results)-1, compare.AttributeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := c.Bootstrap(t.Context(), ses, 3, 1, compare.ByHospital, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	verdicts, err := c.Gates([]string{"hospital.any.balance < -5%", "fund.balance < 0"})
	if err != nil {
		t.Fatal(err)
	}
	full.Sections = append(full.Sections, present.Attribution(a, 1), present.Uncertainty(c, u), present.Gates(c, verdicts))
	unknown, err := compare.ParseUnknown("settle.budgets.total.opening.growth", "0%..10%")
	if err != nil {
		t.Fatal(err)
	}
	search, err := compare.NewSearch(ses, results[0], &results[0].Plan.Scenario, []*compare.Unknown{unknown}, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cond, err := compare.ParseCondition("fund.balance = 0", compare.Of(results[0]))
	if err != nil {
		t.Fatal(err)
	}
	sol, err := search.Solve(t.Context(), cond)
	if err != nil {
		t.Fatal(err)
	}
	points, err := search.At(t.Context(), []int64{0}, []int64{50_000})
	if err != nil {
		t.Fatal(err)
	}
	stays, err := compare.StayCliffs(results[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	diff, err := record.Compare(t.Context(), &record.Side{Name: "a", Session: ses, Result: results[0], Bound: true}, &record.Side{Name: "b", Session: ses, Result: results[len(results)-1], Bound: true}, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return []*report.Document{full, must(present.Compare(ses, c, false)), must(present.Run(ses, results[0], true)), must(present.Run(ses, results[0], false)),
		present.Solve(ses, &results[0].Plan.Scenario, sol), must(present.Sweep(ses, &results[0].Plan.Scenario, []*compare.Unknown{unknown}, points, []string{"fund.balance", "people.burden"})),
		present.Cliffs(ses, results[0], 0, stays, nil, 10), present.Diff(diff), present.Verified(ses, []record.Binding{{What: "input", Name: "x", Holds: true}}, []string{"y"})}
}

// TestReportsAreDrawn in every form and both languages; Chinese text holds no English headings, and the drill-down leads
// from each level to the next.
func TestReportsAreDrawn(t *testing.T) {
	list := documents(t)
	for _, d := range list {
		for _, f := range []report.Format{report.FormatText, report.FormatHTML, report.FormatSVG} {
			if _, err := report.Render(d, f, report.Options{Lang: report.En}); err != nil {
				t.Fatalf("%s as %s: %v", d.ID, f, err)
			}
		}
		if d.ID != "compare" { // which the scripts of the program draw as a workbook
			if _, err := report.Render(d, report.FormatXLSX, report.Options{Lang: report.Zh}); err != nil {
				t.Fatalf("%s as a workbook: %v", d.ID, err)
			}
		}
		files, err := report.Render(d, report.FormatText, report.Options{Lang: report.Zh, Unit: report.Wan})
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Scenario", "Change", "Baseline", "Hospital", "Uncertainty"} {
			if bytes.Contains(files[0].Data, []byte(word)) {
				t.Errorf("%s in Chinese has %q", d.ID, word)
			}
		}
	}
	drills(t, list[2])
}

// drills holds each level of the drill-down against the rows of the level above, down to the claims.
func drills(t *testing.T, run *report.Document) {
	t.Helper()
	var s *report.Section
	var stays int64 // of all classes
	for _, x := range run.Sections {
		switch x.ID {
		case "drill":
			s = x
		case "classes":
			stays = x.Table.Footer[1].Int
		}
	}
	depth := 0
	for ; s != nil && s.Detail != nil; s = s.Detail {
		depth++
		if s.ID == "drill-groups" { // those that are not listed one by one stand in a row together
			for _, row := range s.Table.Rows {
				stays -= row[2].Int
			}
		}
		opens := make(map[string]bool)
		for _, row := range s.Table.Rows {
			for _, cell := range row {
				opens[cell.Drill] = true
			}
		}
		for _, row := range s.Detail.Table.Rows {
			if !opens[row[0].Text.Zh] {
				t.Fatalf("no row of %s opens %q of %s", s.ID, row[0].Text.Zh, s.Detail.ID)
			}
		}
	}
	if stays != 0 {
		t.Errorf("%d stays are in no row of a group", stays)
	}
	if depth != 4 || s == nil || len(s.Table.Rows) < 100 {
		t.Errorf("the drill-down is %d levels deep", depth)
	}
}
