package engine_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
)

// TestVisitsOfOneDay: visits of one day follow each other by their ids, whichever row comes first.
func TestVisitsOfOneDay(t *testing.T) {
	ses := openStudy(t, "../scenarios/demo.yaml")
	var rows []int32
	for p := range ses.Input.Persons() {
		for _, c := range ses.Input.Visits(p) {
			if c.Gross >= 0 { // without status a reversal is a visit of its own
				rows = append(rows, c.Row)
			}
		}
	}
	forth := ses.Input.Table.Select(rows)
	slices.Reverse(rows)
	back := ses.Input.Table.Select(rows)
	var partials [][]*engine.Partial
	for _, table := range []*claims.Table{forth, back} {
		table.Status, table.Reverses = nil, claims.Text{}
		for i, p := range table.Person.Codes {
			day := claims.DateOf(2026, 3, 1) + claims.Date(p%200)
			table.Settlement[i], table.Admission[i], table.Discharge[i] = day, day-1, day
		}
		in, err := engine.NewInput(table, nil, ses.Region, ses.Plans[0].Scope)
		if err != nil {
			t.Fatal(err)
		}
		part, err := engine.RunShard(t.Context(), ses.Plans, engine.Shard{Input: in, Hi: in.Persons()})
		if err != nil {
			t.Fatal(err)
		}
		partials = append(partials, part)
	}
	if !reflect.DeepEqual(partials[0], partials[1]) {
		t.Error("visits of one day come out differently when the rows are turned round")
	}
}

// TestOnePersonOfManyVisits: files that give one number to all unknown persons make a person of thousands of visits. The order
// of rows must not matter for it either, and the reversals among them find what they take back.
func TestOnePersonOfManyVisits(t *testing.T) {
	ses := openStudy(t, "../scenarios/demo.yaml")
	table := ses.Input.Table
	rows := make([]int32, 0, 4000)
	for row := range int32(table.Rows) {
		if len(rows) < cap(rows) {
			rows = append(rows, row)
		}
	}
	all := table.Select(rows)
	clear(all.Person.Codes)
	rand.New(rand.NewPCG(3, 5)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	shuffled := table.Select(rows)
	clear(shuffled.Person.Codes)
	run := func(t2 *claims.Table) []*engine.Result {
		in, err := engine.NewInput(t2, nil, ses.Region, ses.Plans[0].Scope)
		if err != nil {
			t.Fatal(err)
		}
		results, err := engine.Run(t.Context(), ses.Plans, engine.InMemory(in), engine.Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		return results
	}
	a, b := run(all), run(shuffled)
	for i := range a {
		if !reflect.DeepEqual(a[i].Partial, b[i].Partial) {
			t.Errorf("%s depends on the order of rows", a[i].Plan.Scenario.Name)
		}
	}
	if n := a[0].Partial.Settled.Rows; n < 3000 {
		t.Fatalf("only %d visits were settled", n)
	}
}
