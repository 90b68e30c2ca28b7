package packtest

import (
	"fmt"
	"slices"
	"time"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// bench is a case's pack with the tables of the case in it, and the prices compiled from it.
type bench struct {
	s       *casetest.Setup
	pack    *policy.Pack
	reviews []drg.Review
	marks   map[int32]int32 // by Claim.Row: the number of its review
	rules   map[claims.Date]*policy.Rules
	pricers map[*policy.Rules]*drg.Pricer
}

func newBench(s *casetest.Setup) (*bench, error) {
	b := &bench{s: s, marks: make(map[int32]int32), rules: make(map[claims.Date]*policy.Rules), pricers: make(map[*policy.Rules]*drg.Pricer)}
	var changes []policy.Change
	if t := s.Case.Table("groups"); t != nil {
		changes = append(changes, policy.Change{Path: "drg.groups", Value: rowsOf(t), From: claims.NoDate, Reason: "case", Pos: t.Pos})
	}
	more, err := openings(s)
	if err != nil {
		return nil, err
	}
	if b.pack, err = s.Pack.With(append(changes, more...)); err != nil {
		return nil, err
	}
	return b, b.readReviews()
}

// rowsOf turns a block into the rows of a table of the pack; blank cells are left out.
func rowsOf(t *casetest.Table) *policy.Value {
	list := &policy.Value{Shape: policy.List, Pos: t.Pos}
	for _, row := range t.Rows {
		m := &policy.Value{Shape: policy.Map, Pos: row.Pos}
		for i, col := range t.Columns {
			if row.Cells[i] != "-" {
				m.Keys = append(m.Keys, col)
				m.Items = append(m.Items, scalar(row.Cells[i], row.Pos))
			}
		}
		list.Items = append(list.Items, m)
	}
	return list
}

func scalar(text string, pos policy.Pos) *policy.Value {
	return &policy.Value{Shape: policy.Scalar, Text: text, Pos: pos}
}

// readReviews reads the block reviews.
func (b *bench) readReviews() error {
	t := b.s.Case.Table("reviews")
	if t == nil {
		return nil
	}
	if err := t.CheckColumns([]string{"id", "kind", "unreasonable", "amount"}); err != nil {
		return err
	}
	for _, row := range t.Rows {
		id := t.Cell(row, "id")
		at := slices.Index(b.s.IDs, id)
		if at < 0 {
			return fmt.Errorf("%s: reviews: there is no claim %q%s", row.Pos, id, nearest.Hint(id, b.s.IDs))
		}
		r := drg.Review{Kind: t.Cell(row, "kind")}
		for column, into := range map[string]*money.Fen{"unreasonable": &r.Unreasonable, "amount": &r.Amount} {
			text := t.Cell(row, column)
			if text == "" {
				continue
			}
			f, err := money.ParseFen(text)
			if err != nil {
				return fmt.Errorf("%s: reviews: %s: %w", row.Pos, column, err)
			}
			*into = f
		}
		b.reviews = append(b.reviews, r)
		b.marks[int32(at)] = int32(len(b.reviews))
	}
	return nil
}

// rulesOn returns the rules in force on a day; days between two changes of the pack share one.
func (b *bench) rulesOn(day claims.Date) (*policy.Rules, error) {
	start := min(day, b.pack.Effective)
	if changes := b.pack.ChangeDates(start-1, day); len(changes) > 0 {
		start = changes[len(changes)-1]
	}
	if r, ok := b.rules[start]; ok {
		return r, nil
	}
	r, err := b.pack.At(start)
	if err != nil {
		return nil, err
	}
	b.rules[start] = r
	return r, nil
}

// rulesOf returns the rules that price a claim.
func (b *bench) rulesOf(c *claims.Claim) (*policy.Rules, error) {
	first, err := b.rulesOn(b.s.Day())
	if err != nil {
		return nil, err
	}
	switch first.PriceDate {
	case policy.ByDischarge:
		return b.rulesOn(c.Discharge)
	case policy.ByAdmission:
		return b.rulesOn(c.Admission)
	}
	return b.rulesOn(c.Settlement)
}

// pricer compiles the prices of rules, once.
func (b *bench) pricer(r *policy.Rules) (*drg.Pricer, error) {
	if p, ok := b.pricers[r]; ok {
		return p, nil
	}
	p, err := drg.Compile(r, b.s.Scope, b.s.Region)
	if err == nil && len(b.reviews) > 0 {
		p, err = p.WithReviews(b.reviews)
	}
	if err != nil {
		return nil, err
	}
	b.pricers[r] = p
	return p, nil
}

// priced is one claim with its price.
type priced struct {
	claim claims.Claim
	value drg.Priced
	class drg.Class
	done  bool
}

// price prices the claims that wanted holds for, person by person; the others come back undone.
func (b *bench) price(wanted func(c *claims.Claim) bool) ([]priced, error) {
	var out []priced
	err := b.s.EachPerson(func(cs []claims.Claim) error {
		first := len(out)
		byRules := make(map[*policy.Rules][]int)
		var order []*policy.Rules
		for i := range cs {
			c := cs[i]
			c.Mark = b.marks[c.Row]
			out = append(out, priced{claim: c})
			if !wanted(&c) {
				continue
			}
			r, err := b.rulesOf(&c)
			if err != nil {
				return err
			}
			if byRules[r] == nil {
				order = append(order, r)
			}
			byRules[r] = append(byRules[r], first+i)
		}
		for _, r := range order {
			if err := b.pricePerson(r, byRules[r], out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// pricePerson prices the stays of one person that share their rules.
func (b *bench) pricePerson(r *policy.Rules, at []int, out []priced) error {
	p, err := b.pricer(r)
	if err != nil {
		return err
	}
	stays := make([]drg.Stay, len(at))
	seen := make([]claims.Claim, len(at))
	for i, k := range at {
		seen[i] = b.s.Seen(out[k].claim)
		pk := &b.s.Pockets[out[k].claim.Row]
		stays[i] = drg.Stay{Claim: &seen[i], Fund: pk[benefit.Fund], NonCovered: pk[benefit.NonCovered], FirstPay: pk[benefit.FirstPay], Deductible: pk[benefit.Deductible]}
	}
	values := make([]drg.Priced, len(at))
	if err := p.Price(stays, values); err != nil {
		return err
	}
	for i, k := range at {
		out[k].value, out[k].class, out[k].done = values[i], p.Classes()[values[i].Class], true
		b.s.Touch("drg.classes." + out[k].class.ID)
		if values[i].Readmitted {
			b.s.Touch("drg.readmission")
		}
	}
	return nil
}

// inHospital tells the claims that are priced where a pack has no streams to say so.
func inHospital(c *claims.Claim) bool {
	return c.Setting() == claims.Inpatient || c.Setting() == claims.BedDay
}

// openBudgets lets every budget be what is booked: what stays are worth does not depend on budgets, and a case that asks only
// for that need not name their figures.
func (b *bench) openBudgets() error {
	var changes []policy.Change
	list := b.pack.Tree.Get("settle").Get("budgets")
	if list == nil {
		return nil
	}
	for _, it := range list.Items {
		booked := (&policy.Value{Shape: policy.Map, Pos: it.Pos}).With("kind", scalar("booked", it.Pos))
		if id := it.Get("id"); id != nil {
			changes = append(changes, policy.Change{Path: "settle.budgets." + id.Text + ".opening", Value: booked, From: claims.NoDate, Reason: "case", Pos: it.Pos})
		}
	}
	var err error
	b.pack, err = b.pack.With(changes)
	clear(b.rules)
	clear(b.pricers)
	return err
}

// classify answers the block classify: what each stay is worth.
func classify(s *casetest.Setup, t *casetest.Table) ([][]string, error) {
	b, err := newBench(s)
	if err != nil {
		return nil, err
	}
	wanted := inHospital
	if b.pack.Tree.Get("settle") != nil {
		if err := b.openBudgets(); err != nil {
			return nil, err
		}
		x, err := b.settlement()
		if err != nil {
			return nil, err
		}
		wanted = x.wanted
	}
	list, err := b.price(wanted)
	if err != nil {
		return nil, err
	}
	var total drg.Priced
	byID := make(map[string]*priced)
	for i := range list {
		p := &list[i]
		byID[s.IDs[p.claim.Row]] = p
		total.Points += p.value.Points
		total.Standard += p.value.Standard
		total.Direct += p.value.Direct
	}
	out := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		id := t.Cell(row, "id")
		p := byID[id]
		switch {
		case id == casetest.TotalID:
			p = &priced{value: total, done: true}
		case p == nil:
			return nil, fmt.Errorf("%s: classify: there is no claim %q%s", row.Pos, id, nearest.Hint(id, append(slices.Clone(s.IDs), casetest.TotalID)))
		case !p.done:
			return nil, fmt.Errorf("%s: classify: claim %q is not priced: its stream is paid in another way", row.Pos, id)
		}
		for _, col := range t.Columns {
			out[i] = append(out[i], pricedCell(p, id, col))
		}
	}
	return out, nil
}

func pricedCell(p *priced, id, column string) string {
	switch column {
	case "class":
		return p.class.ID
	case "points", "weight", "score":
		return p.value.Points.String()
	case "standard":
		return p.value.Standard.String()
	case "direct":
		return p.value.Direct.String()
	case "excluded":
		return fmt.Sprint(p.value.Excluded)
	case "readmitted":
		return fmt.Sprint(p.value.Readmitted)
	}
	return id
}

// lastDay is the day whose rules settle the year of a case.
func lastDay(s *casetest.Setup) claims.Date { return claims.DateOf(s.Day().Year(), time.December, 31) }
