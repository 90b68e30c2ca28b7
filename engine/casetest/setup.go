package casetest

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Setup is a case made ready: its pack with the changes, a region that holds its hospitals, and its claims as rules see them.
type Setup struct {
	Case   *Case
	Pack   *policy.Pack
	Region *region.Region
	Scope  *policy.Scope
	// Claims are sorted by person and then in the order in which the pack takes a person's visits. Reversed pairs are not
	// among them.
	Claims []claims.Claim
	// IDs are the claim ids of all rows of the claims block, by Claim.Row; Reversed tells those that were taken back.
	IDs      []string
	Reversed []bool
	Persons  []string // ids, by Claim.Person
	// Pockets are what became of each row, once the claims are adjudicated; nil before.
	Pockets []benefit.Pockets
	// Touched are the rules of the pack that had a part in the outcome, by path: benefit.deductible, drg.classes.low.
	Touched map[string]bool

	rules map[claims.Date]*policy.Rules
}

// Touch notes that a rule had a part in the outcome.
func (s *Setup) Touch(path string) {
	if s.Touched == nil {
		s.Touched = make(map[string]bool)
	}
	s.Touched[path] = true
}

// NewSetup makes a case ready. packs is where the packs are that cases name.
func NewSetup(c *Case, packs fs.FS) (*Setup, error) {
	s := &Setup{Case: c, rules: make(map[claims.Date]*policy.Rules)}
	var err error
	if s.Pack, err = openPack(c, packs); err != nil {
		return nil, err
	}
	if s.Pack, err = s.Pack.With(c.Changes); err != nil {
		return nil, err
	}
	b := &builder{s: s}
	if err := b.region(); err != nil {
		return nil, err
	}
	if err := b.claims(); err != nil {
		return nil, err
	}
	return s, nil
}

// openPack finds the pack: by its full name, or the latest of a place that is in force on the day of the case.
func openPack(c *Case, packs fs.FS) (*policy.Pack, error) {
	at := policy.Pos{File: c.File, Line: 1}
	if c.Policy == None {
		on := c.On
		if on == claims.NoDate {
			on = claims.DateOf(2026, 1, 1)
		}
		return &policy.Pack{Name: None, Place: None, TitleZh: c.Title, TitleEn: c.Title, Effective: on, Until: claims.NoDate, Tree: asBooked(c.Pack), Sources: map[string]policy.Source{}}, nil
	}
	if packs == nil {
		return nil, fmt.Errorf("%s: there are no packs to look for %q in", at, c.Policy)
	}
	name := c.Policy
	if !strings.Contains(name, "/") {
		names, err := policy.Names(packs)
		if err != nil {
			return nil, err
		}
		if name, err = inForce(names, c.Policy, c.On); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
	}
	p, err := policy.Open(packs, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return p, nil
}

// asBooked gives a pack of a case that says nothing of benefits the plainest ones: the fund pays what claims say was booked,
// and all of a claim that says nothing. A case about hospitals alone need not repeat that.
func asBooked(tree *policy.Value) *policy.Value {
	if tree.Get("benefit") != nil || tree.Get("drg") == nil && tree.Get("settle") == nil {
		return tree
	}
	step := func(id, kind string) *policy.Value {
		v := (&policy.Value{Shape: policy.Map, Pos: tree.Pos}).With("id", plain(id, tree.Pos))
		return v.With("kind", plain(kind, tree.Pos))
	}
	all := (&policy.Value{Shape: policy.Map, Pos: tree.Pos}).With("share", plain("100%", tree.Pos))
	rest := step("rest", "coinsurance").With("rates", &policy.Value{Shape: policy.List, Pos: tree.Pos, Items: []*policy.Value{all}})
	return tree.With("benefit", &policy.Value{Shape: policy.List, Pos: tree.Pos, Items: []*policy.Value{step("booked", "booked"), rest}})
}

func plain(text string, pos policy.Pos) *policy.Value {
	return &policy.Value{Shape: policy.Scalar, Text: text, Pos: pos}
}

// inForce returns the last pack of a place that begins on or before a day; without a day, the last of all.
func inForce(names []string, place string, on claims.Date) (string, error) {
	best := ""
	var places []string
	for _, n := range names {
		folder, date, _ := strings.Cut(n, "/")
		places = append(places, folder)
		if day, err := claims.ParseDate(date); folder == place && err == nil && (on == claims.NoDate || day <= on) {
			best = n // names are sorted, so dates rise
		}
	}
	switch {
	case best != "":
		return best, nil
	case slices.Contains(places, place):
		return "", fmt.Errorf("no pack of %q is in force on %s", place, on)
	}
	return "", fmt.Errorf("there is no policy pack %q%s", place, nearest.Hint(place, slices.Compact(places)))
}

// RulesOf returns the rules that price a claim, and the year in whose memory it counts: the year of the date by which the
// pack orders visits.
func (s *Setup) RulesOf(c *claims.Claim) (*policy.Rules, int, error) {
	first, err := s.RulesOn(s.Day())
	if err != nil {
		return nil, 0, err
	}
	day := c.Settlement
	switch first.PriceDate {
	case policy.ByDischarge:
		day = c.Discharge
	case policy.ByAdmission:
		day = c.Admission
	}
	r, err := s.RulesOn(day)
	return r, orderDay(c, first.Order).Year(), err
}

func orderDay(c *claims.Claim, order policy.Order) claims.Date {
	switch order {
	case policy.OrderAdmission:
		return c.Admission
	case policy.OrderDischarge:
		return c.Discharge
	}
	return c.Settlement
}

// RulesOn returns the rules in force on a day. Days between two changes of the pack share one.
func (s *Setup) RulesOn(day claims.Date) (*policy.Rules, error) {
	start := claims.Date(-1 << 30)
	if changes := s.Pack.ChangeDates(start, day); len(changes) > 0 {
		start = changes[len(changes)-1]
	} else {
		start = min(day, s.Pack.Effective)
	}
	if r, ok := s.rules[start]; ok {
		return r, nil
	}
	r, err := s.Pack.At(start)
	if err != nil {
		return nil, err
	}
	s.rules[start] = r
	return r, nil
}

// Day is the day on which the case plays: as it says, or the first of its pack.
func (s *Setup) Day() claims.Date {
	if s.Case.On == claims.NoDate {
		return s.Pack.Effective
	}
	return s.Case.On
}

// sortClaims brings the claims into the order in which they are adjudicated.
func (s *Setup) sortClaims() error {
	rules, err := s.RulesOn(s.Day())
	if err != nil {
		return err
	}
	slices.SortFunc(s.Claims, func(a, b claims.Claim) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(orderDay(&a, rules.Order), orderDay(&b, rules.Order)), cmp.Compare(a.Admission, b.Admission), cmp.Compare(a.Row, b.Row))
	})
	return nil
}

// EachPerson calls f with the claims of one person after the other.
func (s *Setup) EachPerson(f func(cs []claims.Claim) error) error {
	for from := 0; from < len(s.Claims); {
		to := from + 1
		for to < len(s.Claims) && s.Claims[to].Person == s.Claims[from].Person {
			to++
		}
		if err := f(s.Claims[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}
