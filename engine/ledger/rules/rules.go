// Package rules lets the policy packs answer what the ledger asks: what the fund pays for a claim, what is due on account of a month,
// and how a year is settled.
package rules

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// Rules are the baseline of a study: a pack with its changes, over a region. It implements ledger.Settler.
type Rules struct {
	Region *region.Region

	policies fs.FS
	baseline engine.Scenario
	workers  int
	progress func(done, total int)
	inputs   []ledger.Input

	mu    sync.Mutex
	plans map[int]*engine.Plan // by year, without group codes of claims: for what needs no claims
}

// Options say which rules are meant.
type Options struct {
	Policies fs.FS
	Program  string // the build of the program, for the record
	Workers  int    // 0: one for each processor; answers do not depend on it
	// Progress hears of how many persons the claims are worked out, of a month, or how many shards of a year's; may be nil.
	Progress func(done, total int)
}

// New takes the baseline of a study. Its claims and alternatives have no part in the ledger.
func New(s *engine.Study, opts Options) (*Rules, error) {
	reg, err := region.Load(s.RegionDir)
	if err != nil {
		return nil, err
	}
	r := &Rules{Region: reg, policies: opts.Policies, baseline: s.Baseline, workers: opts.Workers, progress: opts.Progress, plans: map[int]*engine.Plan{}}
	packs, err := engine.OpenPacks(opts.Policies, s.Baseline.Policy)
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		changed, err := p.With(s.Baseline.Changes)
		if err != nil {
			return nil, err
		}
		r.inputs = append(r.inputs, ledger.Input{Role: "policy", Name: p.Name, SHA256: digest([]byte(changed.Tree.String()))})
	}
	tables, err := json.Marshal(reg)
	if err != nil {
		return nil, fmt.Errorf("region %s: %w", reg.Name, err)
	}
	r.inputs = append(r.inputs, ledger.Input{Role: "region", Name: reg.Name, SHA256: digest(tables)},
		ledger.Input{Role: ledger.RoleProgram, Name: opts.Program, SHA256: digest([]byte(opts.Program))})
	return r, nil
}

func digest(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Inputs implements ledger.Settler.
func (r *Rules) Inputs() []ledger.Input { return slices.Clone(r.inputs) }

// Knows implements ledger.Settler.
func (r *Rules) Knows(hospital, scheme string) error {
	if _, ok := r.Region.Hospital(hospital); !ok {
		ids := make([]string, len(r.Region.Hospitals))
		for i := range ids {
			ids[i] = r.Region.Hospitals[i].ID
		}
		return fmt.Errorf("hospital %q is not in region %s%s", hospital, r.Region.Name, nearest.Hint(hospital, ids))
	}
	if !slices.Contains(r.Region.Schemes, scheme) {
		return fmt.Errorf("scheme %q is none of %s%s", scheme, strings.Join(r.Region.Schemes, ", "), nearest.Hint(scheme, r.Region.Schemes))
	}
	return nil
}

// HospitalName implements ledger.Settler.
func (r *Rules) HospitalName(id string) string {
	if n, ok := r.Region.Hospital(id); ok {
		return r.Region.Hospitals[n].Name
	}
	return ""
}

// compile makes the plan of a year. codes are the group codes that claims name.
func (r *Rules) compile(year int, codes []string) (*engine.Plan, error) {
	plans, err := engine.NewCompiler(r.policies, r.Region, year, codes).Compile([]engine.Scenario{r.baseline})
	if err != nil {
		return nil, fmt.Errorf("rules of %d: %w", year, err)
	}
	return plans[0], nil
}

// plan returns the plan of a year for what needs no claims.
func (r *Rules) plan(year int) (*engine.Plan, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.plans[year] == nil {
		p, err := r.compile(year, nil)
		if err != nil {
			return nil, err
		}
		r.plans[year] = p
	}
	return r.plans[year], nil
}

// prepared is a set of claims bound to the plan of a year.
type prepared struct {
	plan   *engine.Plan
	input  *engine.Input
	reject map[int]claims.Finding // by row: why the rules cannot take it
}

func (r *Rules) prepare(year int, t *claims.Table) (*prepared, error) {
	codes := make([]string, t.Group.Values.Len())
	for i := range codes {
		codes[i] = t.Group.Values.At(i)
	}
	plan, err := r.compile(year, codes)
	if err != nil {
		return nil, err
	}
	p := &prepared{plan: plan, reject: map[int]claims.Finding{}}
	// The ledger itself knows ids and reversals, of this month and of those before.
	found, err := check.Table(t, r.Region, check.Options{Limit: -1, RowsOnly: true, Workers: r.workers, Place: func(row int) (string, int64) { return "", int64(row) }})
	if err != nil {
		return nil, err
	}
	for _, f := range found.Findings {
		if _, known := p.reject[int(f.Row)]; f.Severity == claims.Reject && !known {
			p.reject[int(f.Row)] = f
		}
	}
	p.input, err = engine.NewInput(t, found.Keep, r.Region, plan.Scope)
	return p, err
}

// Adjudicate implements ledger.Settler.
func (r *Rules) Adjudicate(ctx context.Context, year int, cs []ledger.Claim) ([]ledger.Adjudged, error) {
	b := newBuilder(r.Region, len(cs))
	rows := make(map[string]int, len(cs))
	for i := range cs {
		b.add(&cs[i])
		rows[cs[i].ID] = i
	}
	p, err := r.prepare(year, b.table())
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Adjudged, len(cs))
	for row, f := range p.reject {
		out[row] = ledger.Adjudged{Reject: f.Code, Note: f.Message}
	}
	for person := range p.input.Persons() {
		if person&255 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if r.progress != nil && person&1023 == 0 {
			r.progress(person, p.input.Persons())
		}
		visits, err := p.plan.Replay(p.input, person)
		if err != nil {
			return nil, err
		}
		for i := range visits {
			out[rows[visits[i].ClaimID]] = adjudged(&visits[i])
		}
	}
	return out, nil
}

// adjudged says what a visit comes to on account's base.
func adjudged(v *engine.Replayed) ledger.Adjudged {
	a := ledger.Adjudged{Stream: v.Stream.ID}
	switch v.Stream.Method {
	case settle.ByPoints, settle.ByBooked:
		a.Fund = v.Pockets[benefit.Fund]
	case settle.ByDirect:
		a.Fund, a.Difference = v.Priced.Direct, ledger.ReasonPrice
	default:
		a.Difference = ledger.ReasonUnpaid
	}
	return a
}

// Advance implements ledger.Settler.
func (r *Rules) Advance(month calendar.Month, hospital, scheme string, accepted []ledger.StreamAmount) (ledger.Advance, error) {
	p, err := r.plan(month.Year())
	if err != nil {
		return ledger.Advance{}, err
	}
	streams := p.Settlement.Streams()
	amounts := make([]money.Fen, len(streams))
	for _, a := range accepted {
		at := slices.IndexFunc(streams, func(s settle.Stream) bool { return s.ID == a.Stream })
		if at < 0 {
			return ledger.Advance{}, fmt.Errorf("the rules of %d have no stream %q, in which claims are booked", month.Year(), a.Stream)
		}
		amounts[at] = a.Amount
	}
	due, deposit, err := p.Settlement.OnAccount(amounts)
	return ledger.Advance{Advance: due, Deposit: deposit}, err
}

// Annual implements ledger.Settler.
func (r *Rules) Annual(ctx context.Context, year int, cs iter.Seq2[ledger.Claim, error]) ([]ledger.Annual, error) {
	b := newBuilder(r.Region, 0)
	for c, err := range cs {
		if err != nil {
			return nil, err
		}
		b.add(&c)
	}
	p, err := r.prepare(year, b.table())
	if err != nil {
		return nil, err
	}
	for row, f := range p.reject {
		return nil, fmt.Errorf("claim %s is booked, but the rules cannot take it now: %s", b.t.ClaimID.At(row), f.Message)
	}
	results, err := engine.Run(ctx, []*engine.Plan{p.plan}, engine.InMemory(p.input), engine.Options{Workers: r.workers, Progress: r.progress})
	if err != nil {
		return nil, err
	}
	var out []ledger.Annual
	for i := range results[0].Outcome.Hospitals {
		h := &results[0].Outcome.Hospitals[i]
		out = append(out, ledger.Annual{Hospital: h.Hospital, Scheme: h.Scheme, Release: p.plan.Settlement.DepositRelease(h.At),
			// The ledger holds and forfeits the deposit itself, so that what the settlement takes of it is left out.
			Lines: []ledger.AnnualLine{{ID: "base", Amount: h.Base}, {ID: "retained", Amount: h.Retained}, {ID: "shared", Amount: -h.Shared},
				{ID: "withheld", Amount: -h.Withheld}, {ID: "deducted", Amount: -h.Deducted}}})
	}
	return out, nil
}
