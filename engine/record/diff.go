package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
)

// Side is one of the two runs that a Diff holds against each other.
type Side struct {
	Name    string
	Record  *Record // nil for a study that is worked out now
	Session *engine.Session
	Result  *engine.Result // of the scenario that is compared
	// Bound tells that the record's study and inputs are as they were; true for a study.
	Bound bool

	known *compare.Figures // of Result; nil until they are asked for
}

// The causes of a change between two runs.
const (
	CauseData   = "data"
	CauseRules  = "rules" // another pack
	CauseParams = "parameters"
	CauseBoth   = "rules and parameters" // where they cannot be mixed
	CausePacks  = "packs as shipped"     // the same pack reads differently in the two builds
	CauseEngine = "engine"
)

// Diff is the change of one scenario between two runs, split by cause.
type Diff struct {
	A, B    *Side
	Causes  []string
	Figures []Moved // the headlines
	// Hospitals are those whose payment differs, largest difference first.
	Hospitals []Moved
	// Claims are the claims of the largest differences in what the fund owes, for the data and for the rules; nil where the
	// inputs are too many to replay.
	ByData, ByRules []Claim
}

// Moved is one figure's change, split by cause. The parts sum to B less A exactly.
type Moved struct {
	Figure compare.Figure
	A, B   int64
	Parts  []int64 // parallel to the Diff's Causes
}

// Claim is one claim whose fund payment differs.
type Claim struct {
	ID, Hospital string
	A, B         money.Fen // what the fund pays of it
	In           string    // "both", or the side that alone has it: "A", "B"
}

// mostClaims bounds the claims that are replayed one by one.
const mostClaims = 2_000_000

// Options steer a comparison; they never change its results.
type Options struct {
	engine.Options
	// Replayed is told how many persons' claims were replayed one by one, after the mixtures are worked out; may be nil.
	Replayed func(done, total int64)
}

// Compare splits the change between two runs by cause. The split among data, rules and parameters is free of any order.
func Compare(ctx context.Context, a, b *Side, opts Options) (*Diff, error) {
	d := &Diff{A: a, B: b, Causes: []string{CauseData, CauseRules, CauseParams}}
	figures := append(a.figures().Headlines(), a.figures().Match("hospital.any.paid")...)
	for _, f := range b.figures().Match("hospital.any.paid") {
		if _, err := a.figures().Get(f.ID); err != nil {
			figures = append(figures, f)
		}
	}
	m := &mixer{ctx: ctx, sides: [2]*Side{a, b}, figures: figures, opts: opts.Options}
	parts, err := m.split(3)
	if err != nil {
		// A change of one pack may have no place in the other: then the two causes are one.
		d.Causes = []string{CauseData, CauseBoth}
		if parts, err = m.split(2); err != nil {
			return nil, err
		}
	}
	d.Causes = append(d.Causes, CausePacks, CauseEngine)
	for k, f := range figures {
		x := Moved{Figure: f, A: a.value(f.ID), B: b.value(f.ID), Parts: append(parts[k], 0, 0)}
		for i, s := range m.sides {
			late := s.late(f.ID)
			if i == 1 {
				late = -late
			}
			at := len(x.Parts) - 1
			if s.shipped() {
				at--
			}
			x.Parts[at] += late
		}
		if x.A == x.B && !slices.ContainsFunc(x.Parts, func(v int64) bool { return v != 0 }) {
			continue
		}
		if strings.HasPrefix(f.ID, "hospital.") {
			d.Hospitals = append(d.Hospitals, x)
		} else {
			d.Figures = append(d.Figures, x)
		}
	}
	slices.SortStableFunc(d.Hospitals, func(x, y Moved) int { return cmp.Compare(size(y.B-y.A), size(x.B-x.A)) })
	return d, d.claims(opts.Replayed)
}

func size(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

func (s *Side) figures() *compare.Figures {
	if s.known == nil {
		s.known = compare.Of(s.Result)
	}
	return s.known
}

// value is a figure as the side's run gave it: recorded, or worked out now. A hospital that is not there is paid nothing.
func (s *Side) value(id string) int64 {
	if s.Record != nil {
		if sc, ok := s.Record.Scenario(s.Result.Plan.Scenario.Name); ok {
			return sc.Figures[id]
		}
	}
	return valueOf(s.figures(), id)
}

func valueOf(f *compare.Figures, id string) int64 {
	x, err := f.Get(id)
	if err != nil || x.None {
		return 0
	}
	return x.Value
}

// late is what the same study gives now less what was recorded: the work of another build.
func (s *Side) late(id string) int64 { return valueOf(s.figures(), id) - s.value(id) }

// shipped tells that the rules themselves read differently now than in the record.
func (s *Side) shipped() bool {
	if s.Record == nil {
		return false
	}
	sc, ok := s.Record.Scenario(s.Result.Plan.Scenario.Name)
	return ok && sc.Rules != rulesHash(s.Result.Plan)
}

// mixer works out the mixtures of two runs.
type mixer struct {
	ctx     context.Context
	sides   [2]*Side
	figures []compare.Figure
	opts    engine.Options
}

// scenario takes the pack of one side and the changes of another.
func (m *mixer) scenario(rules, params int) engine.Scenario {
	sc := m.sides[rules].Result.Plan.Scenario
	sc.Changes = m.sides[params].Result.Plan.Scenario.Changes
	sc.Name = fmt.Sprintf("%s (rules of %s, parameters of %s)", sc.Name, m.sides[rules].Name, m.sides[params].Name)
	return sc
}

// split shares out the change of each figure among data, rules and parameters, or, for two causes, data and the rest.
func (m *mixer) split(causes int) ([][]int64, error) {
	values := make([][]int64, 1<<causes)
	for data, side := range m.sides {
		var scenarios []engine.Scenario
		var masks []int
		for mask := range values {
			if mask&1 != data {
				continue
			}
			rules := mask >> 1 & 1
			params := rules
			if causes == 3 {
				params = mask >> 2 & 1
			}
			masks = append(masks, mask)
			scenarios = append(scenarios, m.scenario(rules, params))
		}
		opts := m.opts
		if tell := m.opts.Progress; tell != nil {
			opts.Progress = func(done, total int) { tell(data*total+done, 2*total) }
		}
		err := side.Session.Evaluate(m.ctx, scenarios, opts, func(i int, r *engine.Result) error {
			f := compare.Of(r)
			for _, x := range m.figures {
				values[masks[i]] = append(values[masks[i]], valueOf(f, x.ID))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return compare.Shapley(causes, len(m.figures), func(masks []uint64) ([][]int64, error) {
		out := make([][]int64, len(masks))
		for i, mask := range masks {
			out[i] = values[mask]
		}
		return out, nil
	})
}

// paid is what the fund pays of one claim.
type paid struct {
	hospital string
	fund     money.Fen
}

// claims finds the claims of the largest differences: by data under the first side's rules, and by rules over the second
// side's data.
func (d *Diff) claims(tell func(done, total int64)) error {
	a, b := d.A, d.B
	if a.Session.Sharded() || b.Session.Sharded() || a.Session.Input.Table.Rows+b.Session.Input.Table.Rows > mostClaims {
		return nil
	}
	plans, err := b.Session.Compiler.Compile([]engine.Scenario{a.Result.Plan.Scenario})
	if err != nil {
		return nil // the first side's rules have no place over the second side's region: nothing to hold side by side
	}
	done, total := int64(0), int64(a.Session.Input.Persons()+2*b.Session.Input.Persons())
	each := func() {
		if done++; tell != nil && done&1023 == 0 {
			tell(done, total)
		}
	}
	before, err1 := fundOf(a.Session, a.Result.Plan, each)
	between, err2 := fundOf(b.Session, plans[0], each)
	after, err3 := fundOf(b.Session, b.Result.Plan, each)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	d.ByData, d.ByRules = topClaims(before, between), topClaims(between, after)
	return nil
}

// fundOf works out what the fund pays of each claim.
func fundOf(ses *engine.Session, p *engine.Plan, each func()) (map[string]paid, error) {
	out := make(map[string]paid, ses.Input.Table.Rows)
	for person := range ses.Input.Persons() {
		year, err := p.Replay(ses.Input, person)
		if err != nil {
			return nil, err
		}
		each()
		for i := range year {
			out[year[i].ClaimID] = paid{ses.Region.Hospitals[year[i].Claim.Hospital].ID, year[i].Pockets[benefit.Fund]}
		}
	}
	return out, nil
}

// shownClaims is how many claims are named for each cause.
const shownClaims = 10

func topClaims(a, b map[string]paid) []Claim {
	var out []Claim
	for id, x := range a {
		y, both := b[id]
		switch {
		case !both:
			out = append(out, Claim{ID: id, Hospital: x.hospital, A: x.fund, In: "A"})
		case x != y:
			out = append(out, Claim{ID: id, Hospital: y.hospital, A: x.fund, B: y.fund, In: "both"})
		}
	}
	for id, y := range b {
		if _, both := a[id]; !both {
			out = append(out, Claim{ID: id, Hospital: y.hospital, B: y.fund, In: "B"})
		}
	}
	slices.SortFunc(out, func(x, y Claim) int {
		return cmp.Or(cmp.Compare(size(int64(y.B-y.A)), size(int64(x.B-x.A))), cmp.Compare(x.ID, y.ID))
	})
	return out[:min(len(out), shownClaims)]
}
