package benefit

import (
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// sweeper takes one step through the visits of a batch. It does what the rule's Apply would do to each visit in turn, but what is
// equal for all visits is decided before its loop, and the person's counters, which are the step's alone, are local variables.
// It restates only the plain cases of the law; a visit that is none of them it hands to Apply.
type sweeper interface {
	// sweep gets by visit the row that serves it, or a word that stands for none.
	sweep(s *sweep, rows []int32)
}

// sweepable is a rule of a kind that has a sweeper.
type sweepable interface {
	// sweeper returns nil where the rule as compiled has no plain cases. The choice, which may be nil, is the one whose row
	// the sweeper asks for.
	sweeper() (sweeper, *choice)
}

// loop is the sweeper of a step with what it asks of each visit.
type loop struct {
	sweeper
	of   *choice
	when *choice // nil where the facts decide whether the step applies
	// rows tell by combination of facts what the step does to a visit: the row of the choice that serves it, 0 where there is
	// no choice, or one of the words below, or undecided.
	rows    []int32
	decided bool // none is undecided
}

// What stands for a row where there is none.
const (
	passedBy = -1 // the step does not apply, or would do nothing
	unserved = -3 // the step applies, but no row of it serves the visit
)

// loopOf returns the loop of a step, or nil where it has none.
func (p *Program) loopOf(step int) *loop {
	rule, ok := p.rules[step].(sweepable)
	if !ok {
		return nil
	}
	k := &loop{when: p.when[step]}
	if k.sweeper, k.of = rule.sweeper(); k.sweeper == nil {
		return nil
	}
	k.rows = make([]int32, p.choices.combinations)
	for at := range k.rows {
		switch chosen := p.choices.of(at); {
		case !slices.Contains(p.active[at], uint16(step)):
			k.rows[at] = passedBy
		case k.when != nil:
			k.rows[at] = undecided
		case k.of != nil && k.of.never(chosen):
			k.rows[at] = unserved
		case k.of != nil:
			k.rows[at] = int32(chosen[k.of.at])
		}
	}
	k.decided = !slices.Contains(k.rows, undecided)
	return k
}

// run is a part of a stretch whose steps share no counter with the rest of it. What it does to a visit depends on the claim, its
// pockets and the person's earlier visits in the same run, so that all visits may pass it before the first comes to the next.
type run struct {
	from, to int
	loop     *loop      // of the only step; nil: the visits go through the steps one by one
	active   [][]uint16 // without a loop, by combination of facts: the steps that apply to a claim
}

// cut parts the stretch into runs, or returns nil where no step has a loop.
func (p *Program) cut() []run {
	var runs []run
	loops := false
	from := p.from
	for at := p.from + 1; at <= p.to; at++ {
		if sharing(p.owned[from:at], p.owned[at:p.to]) {
			continue
		}
		var k *loop
		if at == from+1 {
			k = p.loops[from]
		}
		if n := len(runs); n > 0 && k == nil && runs[n-1].loop == nil {
			runs[n-1].to = at
		} else {
			runs = append(runs, run{from: from, to: at, loop: k})
		}
		loops = loops || k != nil
		from = at
	}
	if !loops {
		return nil
	}
	for i := range runs {
		if r := &runs[i]; r.loop == nil {
			r.active = p.between(r.from, r.to)
		}
	}
	return runs
}

// sweep is a batch on its way through the runs of a program. Of the visits only those before the first that failed go on: the
// error of a batch is that of its first visit that fails, at the first step where it does.
type sweep struct {
	*Persons
	n            int       // where the visits that go on end
	left         *Left     // where the money of each visit is
	set          PocketSet // the pockets that the steps of the program change
	combinations []uint32  // of facts, by visit
	choices      *choices

	v *Visit
	y *Year
}

// inSweeps takes the visits through a program run by run. It needs visits of one year that nobody traces or waits for.
func (p *Persons) inSweeps(program *Program, left *Left, y *Year, v *Visit) error {
	s := &p.sweep
	*s = sweep{Persons: p, n: len(p.Claims), left: left, set: program.touched, combinations: p.combinations(program.choices), choices: program.choices, v: v, y: y}
	var err error
	if program.from == 0 {
		err = s.open()
	}
	for i := range program.runs {
		r := &program.runs[i]
		v.fault = nil
		if r.loop != nil {
			v.step = r.from
			r.loop.sweep(s, s.rows(r.loop))
		} else {
			s.walk(program, r)
		}
		if v.fault != nil {
			err = program.faulty(v)
		}
	}
	if program.to == len(program.rules) {
		if unclosed := s.close(); unclosed != nil {
			err = unclosed
		}
	}
	if err != nil {
		s.hand(s.n)
	}
	return err
}

// open puts the cost of each visit into its open pocket.
func (s *sweep) open() error {
	opens := s.column(Open)
	for i := range s.Claims {
		gross := s.Claims[i].Gross
		if err := checkGross(gross); err != nil {
			s.n = i
			return err
		}
		opens[i] = gross
	}
	return nil
}

// close looks for money that no step moved out of the open pocket.
func (s *sweep) close() error {
	opens, all := s.left.Column(Open)[:s.n], money.Fen(0)
	for _, open := range opens {
		all |= open
	}
	if all == 0 {
		return nil
	}
	for i, open := range opens {
		if open != 0 {
			s.n = i
			return checkClosed(open, s.Claims[i].Gross)
		}
	}
	return nil
}

// walk takes the visits through the steps of a run one by one.
func (s *sweep) walk(p *Program, r *run) {
	lo := 0
	for _, end := range s.Ends {
		hi := min(int(end), s.n)
		clear(s.y.Slots)
		for i := lo; i < hi; i++ {
			steps := r.active[s.combinations[i]]
			if len(steps) == 0 {
				continue
			}
			s.hand(i)
			if p.take(s.v, s.y, steps); s.failed(i) {
				return
			}
		}
		lo = hi
	}
}

// column returns a pocket of all visits, which is one of those that the steps change.
func (s *sweep) column(p Pocket) []money.Fen { return s.left.columns[p][:len(s.Claims)] }

// visit makes one of the visits the present one, for what needs more of it than its pockets.
func (s *sweep) visit(i int) {
	s.y.past = s.history()[i]
	s.v.Claim, s.v.chosen = &s.Claims[i], s.choices.of(int(s.combinations[i]))
}

// rows returns by visit the row of a step that serves it, or a word that stands for none. Steps that choose alike, as those of scenarios
// with other amounts do, share theirs.
func (s *sweep) rows(k *loop) []int32 {
	served := s.servedBy(k, s.choices)
	if served.made {
		return served.rows[:s.n]
	}
	if cap(served.rows) < len(s.Claims) {
		served.rows = make([]int32, 2*len(s.Claims))
	}
	rows := served.rows[:s.n]
	for i, at := range s.combinations[:s.n] {
		row := k.rows[at]
		if row == undecided {
			row = s.decide(k, i)
		}
		rows[i] = row
	}
	served.rows, served.made = rows, k.decided && s.n == len(s.Claims)
	return rows
}

// decide returns the row of a step that serves a visit whose facts alone do not tell it.
func (s *sweep) decide(k *loop, i int) int32 {
	s.visit(i)
	switch {
	case k.when != nil && k.when.row(s.v) < 0:
		return passedBy
	case k.of == nil:
		return 0
	}
	if row := k.of.row(s.v); row >= 0 {
		return int32(row)
	}
	return unserved
}

// hand makes a visit ready for Apply. The sweeper writes the sums that it keeps to their counters before the call, and reads them
// after it. The period of a sum per visit may be stale, which changes nothing: that sum is zero before the visit, or nobody
// asks for it.
func (s *sweep) hand(i int) (*Visit, *Year) {
	s.visit(i)
	s.pockets = s.left.At(i)
	s.v.Pockets = &s.pockets
	return s.v, s.y
}

// failed takes the visit that was handed over back, and tells whether it failed; the visits from it on go no further then.
func (s *sweep) failed(i int) bool {
	if err := s.left.put(i, &s.pockets, s.set); err != nil {
		s.v.Fail(err)
	}
	if s.v.fault == nil {
		return false
	}
	s.n = i
	return true
}
