// Package oracle is a slow second opinion for tests: it works out the same law in exact fractions, row by row, from the
// history of what happened instead of running counters. It reads the parameters of a pack by itself and shares no formula
// with the engine.
package oracle

import (
	"fmt"
	"math/big"
	"time"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Person adjudicates the claims of one person, given in their order, and returns their pockets in that order. rulesOf names
// the rules that price a claim and the year in whose memory it counts.
func (o *Benefit) Person(cs []claims.Claim, rulesOf func(*claims.Claim) (*policy.Rules, int, error)) ([]benefit.Pockets, error) {
	h := &history{}
	out := make([]benefit.Pockets, len(cs))
	for i := range cs {
		rules, year, err := rulesOf(&cs[i])
		if err != nil {
			return nil, err
		}
		steps, err := o.steps(rules)
		if err != nil {
			return nil, err
		}
		v := h.begin(&cs[i], year, rules.Order)
		for _, s := range steps {
			if s.when == nil || s.when.Match(v.c) {
				s.rule(v, h)
			}
		}
		if out[i], err = v.pockets(); err != nil {
			return nil, fmt.Errorf("oracle: claim in row %d: %w", cs[i].Row, err)
		}
	}
	return out, nil
}

// Benefit is the oracle for one scope. It keeps what it read of each set of rules.
type Benefit struct {
	Scope *policy.Scope

	read map[*policy.Rules][]step
}

type step struct {
	when *policy.Selector
	rule rule
}

// rule works one step on a visit.
type rule func(v *visit, h *history)

func (o *Benefit) steps(r *policy.Rules) ([]step, error) {
	if list, ok := o.read[r]; ok {
		return list, nil
	}
	var list []step
	for _, s := range r.Benefit {
		read, ok := readers[s.Kind]
		if !ok {
			return nil, fmt.Errorf("%s: the oracle knows no kind %q", s.Pos, s.Kind)
		}
		p := &params{Decoder: policy.Decode(s.Params, s.ID), scope: o.Scope, id: s.ID, kind: s.Kind, round: r.Round}
		st := step{rule: read(p)}
		if err := p.Err(); err != nil {
			return nil, err
		}
		if s.When != nil {
			d := policy.Decode(s.When, s.ID)
			sel := d.Selector(o.Scope)
			st.when = &sel
		}
		list = append(list, st)
	}
	if o.read == nil {
		o.read = make(map[*policy.Rules][]step)
	}
	o.read[r] = list
	return list, nil
}

// visit is one claim at work: pockets are exact fractions of a fen, though each rule leaves whole ones.
type visit struct {
	c      *claims.Claim
	epoch  int // a run of visits of the same year
	number int
	day    claims.Date
	pocket [benefit.NumPockets]*big.Rat
}

func (v *visit) open() *big.Rat { return v.pocket[benefit.Open] }

func (v *visit) move(from, to benefit.Pocket, amount *big.Rat) {
	if amount.Sign() == 0 {
		return
	}
	v.pocket[from] = sub(v.pocket[from], amount)
	v.pocket[to] = add(v.pocket[to], amount)
}

func (v *visit) held(list []benefit.Pocket) *big.Rat {
	sum := zero()
	for _, p := range list {
		sum = add(sum, v.pocket[p])
	}
	return sum
}

// take moves an amount out of several pockets, the first named first.
func (v *visit) take(list []benefit.Pocket, to benefit.Pocket, amount *big.Rat) {
	for _, p := range list {
		part := least(amount, v.pocket[p])
		v.move(p, to, part)
		amount = sub(amount, part)
	}
}

func (v *visit) days() int64 { return max(int64(v.c.Discharge)-int64(v.c.Admission), 1) }

func (v *visit) pockets() (benefit.Pockets, error) {
	var out benefit.Pockets
	for p, amount := range v.pocket {
		if !amount.IsInt() || !amount.Num().IsInt64() || amount.Sign() < 0 {
			return out, fmt.Errorf("pocket %s holds %s", benefit.Pocket(p), amount.FloatString(4))
		}
		out[p] = money.Fen(amount.Num().Int64())
	}
	if out[benefit.Open] != 0 {
		return out, fmt.Errorf("%s is still open", out[benefit.Open])
	}
	return out, nil
}

// history is all that happened to a person so far.
type history struct {
	visits []*visit
	notes  []note
}

// note is something that a rule wrote down about a visit under a name.
type note struct {
	name   string
	v      *visit
	amount *big.Rat
	opens  bool // the visit opens an episode
}

func (h *history) begin(c *claims.Claim, year int, order policy.Order) *visit {
	v := &visit{c: c, number: len(h.visits), day: c.Settlement, epoch: year}
	switch order {
	case policy.OrderAdmission:
		v.day = c.Admission
	case policy.OrderDischarge:
		v.day = c.Discharge
	}
	for p := range v.pocket {
		v.pocket[p] = zero()
	}
	v.pocket[benefit.Open] = fen(c.Gross)
	h.visits = append(h.visits, v)
	return v
}

func (h *history) write(name string, v *visit, amount *big.Rat) {
	h.notes = append(h.notes, note{name: name, v: v, amount: amount})
}

// sum adds the notes under a name that fall into the same period as the visit.
func (h *history) sum(name string, t term, v *visit) *big.Rat {
	sum := zero()
	for _, n := range h.of(name, t, v) {
		sum = add(sum, n.amount)
	}
	return sum
}

// of returns the notes under a name that fall into the same period as the visit.
func (h *history) of(name string, t term, v *visit) []note {
	var list []note
	last, start := claims.NoDate, claims.NoDate
	for _, n := range h.notes {
		if n.name != name {
			continue
		}
		in := true
		switch t.per {
		case "visit":
			in = n.v == v
		case "day":
			in = n.v.epoch == v.epoch && n.v.day == v.day
		case "month":
			in = n.v.epoch == v.epoch && n.v.day.Year() == v.day.Year() && n.v.day.Month() == v.day.Month()
		case "quarter":
			in = n.v.epoch == v.epoch && n.v.day.Year() == v.day.Year() && (n.v.day.Month()+2)/3 == (v.day.Month()+2)/3
		case "year":
			in = n.v.epoch == v.epoch
			if t.begins != "" {
				in = lawYear(n.v.day, t.begins) == lawYear(v.day, t.begins)
			}
		case "twelve_months":
			if start == claims.NoDate || !within12(start, n.v.day) {
				list, start = nil, n.v.day
			}
		case "benefit_period":
			if last != claims.NoDate && int(n.v.c.Admission)-int(last) >= t.gap {
				list = nil
			}
			last = max(last, n.v.c.Discharge)
		}
		if in {
			list = append(list, n)
		}
	}
	if t.per == "twelve_months" && start != claims.NoDate && !within12(start, v.day) {
		return nil
	}
	if t.per == "benefit_period" && last != claims.NoDate && int(v.c.Admission)-int(last) >= t.gap {
		return nil
	}
	return list
}

// lawYear is the calendar year in which the year of a day began, for years that begin on a month and day.
func lawYear(day claims.Date, begins string) int {
	text := day.String()
	if text[5:] < begins {
		return day.Year() - 1
	}
	return day.Year()
}

// within12 reports whether a day lies less than twelve months after a start.
func within12(start, day claims.Date) bool {
	y, m, d := start.Civil()
	return day < claims.DateOf(y+1, time.Month(m), d)
}

// lastStay is the inpatient stay before the visit within the same year, or nil.
func (h *history) lastStay(v *visit) *claims.Claim {
	for i := len(h.visits) - 2; i >= 0 && h.visits[i].epoch == v.epoch; i-- {
		if h.visits[i].c.Setting() == claims.Inpatient {
			return h.visits[i].c
		}
	}
	return nil
}

// offline reports whether the person was seen other than online within some days before, in the same year.
func (h *history) offline(v *visit, days int) bool {
	for i := len(h.visits) - 2; i >= 0 && h.visits[i].epoch == v.epoch; i-- {
		c := h.visits[i].c
		if c.Setting() != claims.Internet && int(v.c.Settlement)-int(c.Settlement) <= days {
			return true
		}
	}
	return false
}
