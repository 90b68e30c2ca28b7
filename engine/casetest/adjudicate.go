package casetest

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// Adjudicator works out the pockets of all claims of a case, by Claim.Row; rows that were reversed stay empty.
type Adjudicator func(s *Setup) ([]benefit.Pockets, error)

// Engine adjudicates with the rules of package benefit.
func Engine(s *Setup) ([]benefit.Pockets, error) {
	e := &engineRun{s: s, slots: &benefit.Slots{}, programs: make(map[*policy.Rules]int)}
	if err := e.compile(); err != nil {
		return nil, err
	}
	out := make([]benefit.Pockets, len(s.IDs))
	year := benefit.Year{Slots: make([]money.Fen, e.slots.Len())}
	var visit benefit.Visit
	var trace benefit.Trace
	err := s.EachPerson(func(list []claims.Claim) error {
		cs := make([]claims.Claim, len(list))
		for i, c := range list {
			cs[i] = s.Seen(c)
		}
		var persons benefit.Persons
		persons.Take(cs, []int32{int32(len(cs))}, e.year)
		return persons.Adjudicate(benefit.Programs{List: e.list, Of: e.programOf}, &benefit.Left{}, &year, &visit, &trace, func(v *benefit.Visit) error {
			out[v.Row] = *v.Pockets
			e.note(v, &trace)
			return nil
		})
	})
	return out, err
}

// note keeps which steps moved money.
func (e *engineRun) note(v *benefit.Visit, trace *benefit.Trace) {
	program := e.list[e.programOf(v.Claim)]
	for i := range trace.Entries {
		if en := &trace.Entries[i]; len(en.Moves) > 0 {
			e.s.Touch("benefit." + program.Steps[en.Step].ID)
		}
	}
}

type engineRun struct {
	s        *Setup
	slots    *benefit.Slots
	list     []*benefit.Program
	programs map[*policy.Rules]int // position in list
}

// compile makes the programs of all rules that price some claim. Where there is no claim, the rules of the day are compiled
// all the same, so that a case can expect their faults.
func (e *engineRun) compile() error {
	rules, err := e.s.RulesOn(e.s.Day())
	if err != nil {
		return err
	}
	all := []*policy.Rules{rules}
	for i := range e.s.Claims {
		if rules, _, err = e.s.RulesOf(&e.s.Claims[i]); err != nil {
			return err
		}
		all = append(all, rules)
	}
	for _, r := range all {
		if _, known := e.programs[r]; known {
			continue
		}
		program, err := benefit.Compile(r, e.s.Scope, e.slots)
		if err != nil {
			return err
		}
		e.programs[r] = len(e.list)
		e.list = append(e.list, program)
	}
	return nil
}

func (e *engineRun) rules(c *claims.Claim) (*policy.Rules, int) {
	rules, year, err := e.s.RulesOf(c)
	if err != nil {
		panic("BUG: rules that compiled are gone: " + err.Error())
	}
	return rules, year
}

func (e *engineRun) programOf(c *claims.Claim) int {
	rules, _ := e.rules(c)
	return e.programs[rules]
}

func (e *engineRun) year(c *claims.Claim) int {
	_, year := e.rules(c)
	return year
}

// adjudicateColumns are the columns of an adjudicate block: the claim, each pocket, and sums of them.
func adjudicateColumns() []string {
	return slices.Concat([]string{"id", "gross", "personal", "insured"}, benefit.PocketNames[1:])
}

// TotalID names the sum of all claims in an adjudicate block.
const TotalID = "total"

// adjudicateBlock fills an adjudicate block with what came out.
func adjudicateBlock(s *Setup, t *Table) ([][]string, error) {
	out := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		id := t.Cell(row, "id")
		var pk benefit.Pockets
		at := slices.Index(s.IDs, id)
		switch {
		case at >= 0:
			pk = s.Pockets[at]
		case id == TotalID:
			for j := range s.Pockets {
				for p := range pk {
					pk[p] += s.Pockets[j][p]
				}
			}
		default:
			return nil, fmt.Errorf("%s: adjudicate: there is no claim %q%s", row.Pos, id, nearest.Hint(id, append(slices.Clone(s.IDs), TotalID)))
		}
		cells := make([]string, len(t.Columns))
		for j, col := range t.Columns {
			cells[j] = pocketCell(&pk, id, col)
		}
		out[i] = cells
	}
	return out, nil
}

func pocketCell(pk *benefit.Pockets, id, column string) string {
	switch column {
	case "id":
		return id
	case "gross":
		return pk.Gross().String()
	case "personal":
		return pk.Person().String()
	case "insured":
		return (pk.Gross() - pk.Person() - pk[benefit.Disallowed]).String()
	}
	return pk[slices.Index(benefit.PocketNames, column)].String()
}
