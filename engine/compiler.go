package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// Compiler turns scenarios of one region and year into plans. It keeps what it has opened and compiled, so that scenarios
// that differ in little cost little; plans of one Compiler share one numbering of groups, so that one binding of the
// claims serves them all. It is used by one goroutine at a time.
type Compiler struct {
	policies fs.FS
	reg      *region.Region
	year     int
	codes    map[string]bool // known group codes
	listed   map[string]bool // codes of the claims and of group tables; nil while the claims are not known
	scope    *policy.Scope   // fixed when the first plan is made
	reviews  []drg.Review

	// compiled, where it is set, is called when plans were made, whose rules may look at further columns of the claims.
	compiled func() error

	packs    map[string][]*policy.Pack
	programs map[string]*compiledBenefit
	pricers  map[string][]*drg.Pricer
}

// compiledBenefit is the benefit part of a plan's versions.
type compiledBenefit struct {
	slots    *benefit.Slots
	programs []*benefit.Program
}

// NewCompiler makes a compiler. codes are the group codes that the claims name.
func NewCompiler(policies fs.FS, reg *region.Region, year int, codes []string) *Compiler {
	c := &Compiler{policies: policies, reg: reg, year: year, codes: make(map[string]bool, len(codes)),
		packs: make(map[string][]*policy.Pack), programs: make(map[string]*compiledBenefit), pricers: make(map[string][]*drg.Pricer)}
	for _, code := range codes {
		c.codes[code] = true
	}
	if codes != nil {
		c.listed = maps.Clone(c.codes)
	}
	return c
}

// WithReviews lets the prices know of reviewed claims. It comes before the first Compile.
func (c *Compiler) WithReviews(r *Reviews) *Compiler {
	if r != nil {
		c.reviews = r.List
	}
	return c
}

// Compile makes a plan for each scenario. All faults come back together. Group codes that only later scenarios name are
// unknown to the numbering, so the scenarios with all tables come first.
func (c *Compiler) Compile(scenarios []Scenario) ([]*Plan, error) {
	packs := make([][]*policy.Pack, len(scenarios))
	told := make(toldFaults)
	for i := range scenarios {
		opened, err := c.open(scenarios[i].Policy)
		if err != nil {
			return nil, fmt.Errorf("scenario %s: %w", scenarios[i].Name, err)
		}
		for _, p := range opened {
			changed, err := p.With(scenarios[i].Changes)
			if err != nil {
				return nil, told.of(scenarios[i], i, err)
			}
			packs[i] = append(packs[i], changed)
			if c.scope == nil {
				groupCodes(changed.Tree, c.codes)
				if table := changed.Tree.Get("drg").Get("groups"); table != nil && c.listed != nil {
					groupCodes(table, c.listed)
				}
			}
		}
	}
	if c.scope == nil {
		c.scope = newScope(c.reg, c.codes)
		c.scope.Listed = c.listed
	}
	all := make([]resolved, len(scenarios))
	for i := range scenarios {
		all[i] = c.resolve(scenarios[i], packs[i])
	}
	c.pricesAbreast(all)
	plans := make([]*Plan, len(scenarios))
	var faults []error
	for i := range scenarios {
		if all[i].err != nil {
			faults = append(faults, told.of(scenarios[i], i, all[i].err))
			continue
		}
		p, err := c.plan(scenarios[i], packs[i], &all[i])
		if err != nil {
			faults = append(faults, told.of(scenarios[i], i, err))
			continue
		}
		plans[i] = p
	}
	if err := policy.Join(faults...); err != nil {
		return nil, err
	}
	if c.compiled != nil {
		return plans, c.compiled()
	}
	return plans, nil
}

// toldFaults are the faults of the scenarios looked at so far.
type toldFaults map[string]bool

// of says of the faults of the i-th scenario whose they are, where no scenario before it has them; those of the first, which is mostly
// the baseline, are faults of nearly all.
func (t toldFaults) of(sc Scenario, i int, err error) error {
	list := policy.Errors{err}
	var many policy.Errors
	if errors.As(err, &many) && many.Error() == err.Error() {
		list = many
	}
	var out policy.Errors
	for _, f := range list {
		if t[f.Error()] {
			continue
		}
		t[f.Error()] = true
		if i > 0 {
			f = fmt.Errorf("%w (scenario %s)", f, sc.Name)
		}
		out = append(out, f)
	}
	return policy.Join(out...)
}

func (c *Compiler) open(name string) ([]*policy.Pack, error) {
	if packs, ok := c.packs[name]; ok {
		return packs, nil
	}
	packs, err := OpenPacks(c.policies, name)
	if err == nil {
		c.packs[name] = packs
	}
	return packs, err
}

func newScope(reg *region.Region, codes map[string]bool) *policy.Scope {
	sorted := make([]string, 0, len(codes))
	for c := range codes {
		if c != "" {
			sorted = append(sorted, c)
		}
	}
	slices.Sort(sorted)
	scope := &policy.Scope{Schemes: reg.Schemes, Groups: make(map[string]int, len(sorted))}
	for i, c := range sorted {
		scope.Groups[c] = i
	}
	return scope
}

// groupCodes collects what stands under code, codes and group anywhere in a tree.
func groupCodes(v *policy.Value, into map[string]bool) {
	for i, it := range v.Items {
		if v.Shape == policy.Map && slices.Contains([]string{"code", "codes", "group"}, v.Keys[i]) {
			if it.Shape == policy.Scalar {
				into[it.Text] = true
			}
			for _, leaf := range it.Items {
				if leaf.Shape == policy.Scalar {
					into[leaf.Text] = true
				}
			}
		}
		groupCodes(it, into)
	}
}

// resolved are the rules of a scenario on each day on which they change, and what tells equal parts of two scenarios.
type resolved struct {
	rules                   []*policy.Rules
	benefit, price, streams string
	err                     error
}

func (c *Compiler) resolve(sc Scenario, packs []*policy.Pack) resolved {
	rules, err := rulesBetween(packs, claims.DateOf(c.year, time.January, 1), claims.DateOf(c.year, time.December, 31))
	if err != nil {
		return resolved{err: fmt.Errorf("scenario %s: %w", sc.Name, err)}
	}
	var keys [3]keyHash
	for _, r := range rules {
		if r.PriceDate != rules[0].PriceDate || r.Order != rules[0].Order {
			return resolved{err: fmt.Errorf("scenario %s: price_date and order must not change within the year (they do on %s)", sc.Name, r.On)}
		}
		head := fmt.Sprint(r.On, r.PriceDate, r.Order, r.Round)
		keys[0].add(head, r.Tree.Get("benefit"))
		keys[1].add(head, r.Tree.Get("drg"))
		keys[1].add(fmt.Sprint("penalties", c.reviews), r.Tree.Get("penalties"))
		keys[2].add(head, r.Tree.Get("settle").Get("streams"))
	}
	return resolved{rules: rules, benefit: keys[0].sum(), price: keys[1].sum(), streams: keys[2].sum()}
}

func (c *Compiler) plan(sc Scenario, packs []*policy.Pack, of *resolved) (*Plan, error) {
	rules := of.rules
	p := &Plan{Scenario: sc, Region: c.reg, Year: c.year, Scope: c.scope,
		benefitKey: of.benefit, priceKey: of.price, streamKey: of.streams}
	var errDates error
	p.Warnings, errDates = dateWarnings(sc, packs, claims.DateOf(c.year, time.January, 1), claims.DateOf(c.year, time.December, 31))
	benefits, errBenefit := c.benefits(p.benefitKey, rules)
	pricers, errPrice := c.prices(p.priceKey, rules)
	// The year is settled by the rules in force on its last day.
	var errSettle error
	p.Settlement, errSettle = settle.Compile(rules[len(rules)-1], c.scope, c.reg, c.year)
	if err := policy.Join(errDates, errBenefit, errPrice, errSettle); err != nil {
		return nil, err
	}
	p.Slots = benefits.slots
	for i, pricer := range pricers {
		if i > 0 && pricer == pricers[i-1] {
			continue
		}
		for _, w := range pricer.Warnings() {
			if out := (settle.Warning{ID: w.ID, Zh: w.Zh, En: w.En}); !slices.Contains(p.Warnings, out) {
				p.Warnings = append(p.Warnings, out)
			}
		}
	}
	for i, r := range rules {
		v := Version{From: r.On, Rules: r, Program: benefits.programs[i], Pricer: pricers[i]}
		p.addClasses(&v)
		p.Versions = append(p.Versions, v)
	}
	return p, nil
}

// dateWarnings tells of rules that are used outside their time. A change that begins after the year is an error, since it
// changes nothing.
func dateWarnings(sc Scenario, packs []*policy.Pack, first, last claims.Date) ([]settle.Warning, error) {
	var out []settle.Warning
	if p := packs[0]; p.Effective > first {
		out = append(out, settle.Warning{ID: p.Name,
			Zh: fmt.Sprintf("自 %s 起施行，此前的费用按其首日规则试算", p.Effective),
			En: fmt.Sprintf("takes effect on %s; what came before is worked out by its first rules", p.Effective)})
	}
	for i, p := range packs {
		end := last // the day up to which the pack serves
		if i+1 < len(packs) {
			end = min(last, packs[i+1].Effective-1)
		}
		if p.Until != claims.NoDate && p.Until < end && end >= first && (i == 0 || p.Effective <= last) {
			out = append(out, settle.Warning{ID: p.Name,
				Zh: fmt.Sprintf("施行至 %s 止，%d 年此后至 %s 的费用仍按其规则试算", p.Until, last.Year(), end),
				En: fmt.Sprintf("ends on %s; what came after it in %d, up to %s, is worked out by its rules all the same", p.Until, last.Year(), end)})
		}
	}
	var faults []error
	for _, ch := range sc.Changes {
		part, _, _ := strings.Cut(ch.Path, ".")
		switch {
		case ch.From == claims.NoDate:
		case ch.From > last:
			faults = append(faults, fmt.Errorf("%s: the change of %q begins on %s and has no effect on a year that ends on %s", ch.Pos, ch.Path, ch.From, last))
		case ch.From > first && slices.Contains([]string{"settle", "advance", "indicators"}, part):
			out = append(out, settle.Warning{ID: ch.Path,
				Zh: fmt.Sprintf("自 %s 起的变更对全年生效：年度按最后一天的规则结算", ch.From),
				En: fmt.Sprintf("the change from %s holds for the whole year, which is settled by the rules of its last day", ch.From)})
		}
	}
	return out, policy.Join(faults...)
}

// benefits compiles the benefit parts of a plan's versions, or finds the equal ones of another plan.
func (c *Compiler) benefits(key string, rules []*policy.Rules) (*compiledBenefit, error) {
	if b, ok := c.programs[key]; ok {
		return b, nil
	}
	b := &compiledBenefit{slots: &benefit.Slots{}}
	var faults []error
	for _, r := range rules {
		program, err := benefit.Compile(r, c.scope, b.slots)
		faults = append(faults, err)
		b.programs = append(b.programs, program)
	}
	err := policy.Join(faults...)
	if err == nil {
		c.programs[key] = b
	}
	return b, err
}

// rulesBetween resolves the rules in force on the first day and on each day of change up to the last.
func rulesBetween(packs []*policy.Pack, first, last claims.Date) ([]*policy.Rules, error) {
	days := []claims.Date{first}
	for _, p := range packs {
		days = append(days, p.ChangeDates(first, last)...)
		if p.Effective > first && p.Effective <= last && len(packs) > 1 {
			days = append(days, p.Effective)
		}
	}
	slices.Sort(days)
	var out []*policy.Rules
	for _, day := range slices.Compact(days) {
		pack := packs[0]
		for _, p := range packs {
			if p.Effective <= day {
				pack = p
			}
		}
		// Before a pack takes effect its first rules serve: an analyst may lay next year's law over this year's claims.
		r, err := pack.At(max(day, pack.Effective))
		if err != nil {
			return nil, err
		}
		r.On = day
		out = append(out, r)
	}
	return out, nil
}

// keyHash tells whether parts of two plans are the same, so that plans can share work.
type keyHash struct{ text []byte }

func (k *keyHash) add(head string, v *policy.Value) {
	k.text = append(k.text, head...)
	k.text = append(k.text, 0)
	k.text = append(k.text, v.String()...)
	k.text = append(k.text, 0)
}

func (k *keyHash) sum() string {
	h := sha256.Sum256(k.text)
	return hex.EncodeToString(h[:])
}
