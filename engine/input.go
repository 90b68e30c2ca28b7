package engine

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Input is a claims table made ready: bound to a region, with its rows gathered by person. It is immutable and shared by
// all workers and plans.
type Input struct {
	Table *claims.Table
	// Keep tells which rows take part; nil means all. The others were set aside by the checks.
	Keep []bool

	bound  *binding
	starts []int32 // rows of person p are rows[starts[p]:starts[p+1]]
	rows   []int32
	rising bool            // claim ids rise with the rows
	marks  map[int32]int32 // by row: the review of the claim, from 1; nil without reviews
}

// NewInput binds a table and gathers its rows by person.
func NewInput(t *claims.Table, keep []bool, reg *region.Region, scope *policy.Scope) (*Input, error) {
	b, err := bind(t, reg, scope)
	if err != nil {
		return nil, err
	}
	in := &Input{Table: t, Keep: keep, bound: b}
	in.starts, in.rows = t.ByPerson(0)
	return in, nil
}

// Persons returns how many persons the input has; they are numbered from 0.
func (in *Input) Persons() int { return len(in.starts) - 1 }

// person appends the kept claims of one person to buf, in the order of the table's rows.
func (in *Input) person(p int, buf []claims.Claim) []claims.Claim {
	lo, hi := in.starts[p], in.starts[p+1]
	n := len(buf)
	buf = slices.Grow(buf, int(hi-lo))[:n+int(hi-lo)]
	for i := lo; i < hi; i++ {
		row := i
		if in.rows != nil {
			row = in.rows[i]
		}
		if in.Keep != nil && !in.Keep[row] {
			continue
		}
		c := &buf[n]
		in.bound.claim(row, c)
		if in.marks != nil {
			c.Mark = in.marks[row]
		}
		n++
	}
	return buf[:n]
}

// plain tells whether every row takes part as it is, in the order of the table, and each person's rows stand together.
func (in *Input) plain() bool {
	return in.rows == nil && in.Keep == nil && in.marks == nil && !in.reverses()
}

// reverses tells whether claims may be taken back by others.
func (in *Input) reverses() bool { return in.Table.Status != nil && in.Table.Reverses.Offsets != nil }

// yearOf appends to buf the claims of one person that were settled in a year, reversed pairs taken out.
func (in *Input) yearOf(p, year int, buf []claims.Claim, outside, netted *Flow) []claims.Claim {
	all := in.net(in.person(p, buf), netted)
	kept := all[:0]
	for i := range all {
		if all[i].Settlement.Year() != year {
			outside.add(1, all[i].Gross)
			continue
		}
		kept = append(kept, all[i])
	}
	return kept
}

// sortVisits puts a person's visits into the order in which the law looks at them. Ties go to the earlier admission, then
// to the smaller claim id, so that the order of rows in the file never matters.
func (in *Input) sortVisits(cs []claims.Claim, order policy.Order) {
	if len(cs) > fewVisits {
		slices.SortStableFunc(cs, func(a, b claims.Claim) int {
			switch {
			case in.before(&a, &b, order):
				return -1
			case in.before(&b, &a, order):
				return 1
			}
			return 0
		})
		return
	}
	// Insertion: a person has few visits, and most files hold them in order.
	for i := 1; i < len(cs); i++ {
		for j := i; j > 0 && in.before(&cs[j], &cs[j-1], order); j-- {
			cs[j-1], cs[j] = cs[j], cs[j-1]
		}
	}
}

// fewVisits is the number of visits up to which each may be held against each other. Some files give one number to all persons
// that they do not know: such a person has as many visits as a city.
const fewVisits = 64

// before tells whether visit a comes before b.
func (in *Input) before(a, b *claims.Claim, order policy.Order) bool {
	if x, y := order.Day(a), order.Day(b); x != y {
		return x < y
	}
	if a.Admission != b.Admission {
		return a.Admission < b.Admission
	}
	if in.rising {
		return a.Row < b.Row
	}
	return bytes.Compare(in.claimID(a), in.claimID(b)) < 0
}

// name names the claim of a row in a message: by its id, or by its row where ids cannot be read any more.
func (in *Input) name(row int32) string {
	id := in.Table.ClaimID.At(int(row))
	if in.Table.Err() != nil {
		_, at := in.Table.Origin(int(row))
		return fmt.Sprintf("claim in row %d", at)
	}
	return "claim " + id
}

// claimID returns the id of a claim, without a copy.
func (in *Input) claimID(c *claims.Claim) []byte { return idAt(&in.Table.ClaimID, c.Row) }

func idAt(t *claims.Text, row int32) []byte { return t.Value(int(row)) }

// positions are those of visits by their ids.
func (in *Input) positions(cs []claims.Claim) map[string][]int {
	byID := make(map[string][]int, len(cs))
	for j := range cs {
		id := string(in.claimID(&cs[j]))
		byID[id] = append(byID[id], j)
	}
	return byID
}

// net takes reversals and the claims that they reverse out of a person's visits, and counts the pairs. A reversed visit
// never happened for what follows it; a reversal whose original is not among the visits stays, for the caller to refuse.
func (in *Input) net(cs []claims.Claim, count *Flow) []claims.Claim {
	if !in.reverses() {
		return cs
	}
	gone := 0
	var byID map[string][]int // of many visits, made at the first reversal, when all of them are still there
	for i := range cs {
		if cs[i].Status != claims.Reversal {
			continue
		}
		original := idAt(&in.Table.Reverses, cs[i].Row)
		if byID == nil && len(cs) > fewVisits {
			byID = in.positions(cs)
		}
		take := func(j int) bool {
			if cs[j].Status != claims.Normal || cs[j].Row < 0 || !bytes.Equal(in.claimID(&cs[j]), original) {
				return false
			}
			count.add(2, cs[i].Gross+cs[j].Gross)
			cs[i].Row, cs[j].Row = -1, -1
			gone += 2
			return true
		}
		if byID == nil {
			for j := range cs {
				if take(j) {
					break
				}
			}
		}
		for _, j := range byID[string(original)] {
			if take(j) {
				break
			}
		}
	}
	if gone == 0 {
		return cs
	}
	return slices.DeleteFunc(cs, func(c claims.Claim) bool { return c.Row < 0 })
}
