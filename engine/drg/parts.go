package drg

import (
	"errors"
	"fmt"
	"slices"
)

// Parts are stays parted into classes. Pricers that part stays alike share them, which spares the most of the work where
// scenarios differ in coefficients or base points alone.
type Parts struct {
	spots    []spot  // by stay
	branches []uint8 // by stay
	formulas []place // of the stays that are worth something else than their group
	// By formula, what the first pricer without a form made of it; of pricers of this kind, see Points.
	told []told
	kind int
	// returns are the stays that a return follows, by a rule: see Pricer.returns.
	returns   []int32
	returnsBy *readmission
	// masks are those of the stays by a contrast.
	masks    []uint8
	contrast *Contrast
}

// Alike tells whether two pricers part all stays alike.
func (p *Pricer) Alike(q *Pricer) bool {
	return p == q || !p.asking && !q.asking && !p.apart && !q.apart && p.groups == q.groups && p.schemes == q.schemes &&
		slices.Equal(p.sites, q.sites) && slices.Equal(p.bounds, q.bounds) && slices.Equal(p.over, q.over) && slices.Equal(p.overs, q.overs) && len(p.classes) == len(q.classes) && len(p.limits) == len(q.limits) &&
		slices.Equal(p.above, q.above) && slices.Equal(p.upTo, q.upTo) && slices.Equal(p.branches, q.branches) &&
		slices.Equal(p.facts, q.facts) && slices.Equal(p.byDays, q.byDays) && slices.Equal(p.byReview, q.byReview) && slices.Equal(p.marks, q.marks)
}

// Part finds the class of each stay. The error names the row of the claim that no class serves.
//
// It goes through the stays more than once, here and when they are priced: the tables of a large region do not fit in the
// processor's nearest memory, and in a loop that does little it looks up the next stays while it waits for the first.
func (p *Pricer) Part(stays []Stay, parts *Parts) error {
	n := len(stays)
	if n > 0 && len(p.classes) == 0 {
		return stays[0].wrong(errors.New("the pack has no part drg, so the stay cannot be priced"))
	}
	if cap(parts.formulas) <= n {
		parts.spots, parts.branches = make([]spot, 2*n), make([]uint8, 2*n)
		parts.formulas = make([]place, 2*n+1)
	}
	parts.spots, parts.branches = parts.spots[:n], parts.branches[:n]
	spots, branches, formulas, bands := parts.spots, parts.branches, parts.formulas[:n+1], p.bands
	k := 0
	for i := range stays {
		s := &stays[i]
		if s.Hospital < 0 {
			return s.wrong(errors.New("the hospital is not of the region, so the stay cannot be priced"))
		}
		if s.Mark < 0 || int(s.Mark) >= len(p.marks) {
			return s.wrong(fmt.Errorf("the claim names review %d, and %d reviews are given", s.Mark, len(p.marks)-1))
		}
		at, limit, cost := p.locate(s.Claim)
		branch := none
		if bands != nil {
			branch = bands[limit].branch(int64(cost))
		}
		if branch == none {
			branch = p.choose(s.Claim, at.group, limit, cost)
		}
		if branch < 0 {
			g := &p.source.groups.rows[at.group]
			return s.wrong(fmt.Errorf("none of drg.classes serves group %q, cost %s, %d days; the last class needs no condition and a formula that any group can pay by", g.code, cost, s.Days()))
		}
		spots[i], branches[i] = at, uint8(branch)
		// The place of a plain stay is written over by the next. Nothing branches on it, nor reads it again here: whether a formula
		// pays a stay, no processor can guess, and where its place is it would have to wait for.
		f := &formulas[k]
		f.spot, f.limit, f.stay, f.cost = at, limit, int32(i), cost
		k += int(p.formulas>>branch&1 | uint64(-int64(s.Mark))>>63)
	}
	for i := range k {
		at := &formulas[i]
		p.measures(stays[at.stay].Claim, at, p.Class(parts, int(at.stay)))
	}
	parts.formulas, parts.told, parts.returnsBy, parts.contrast = formulas[:k], parts.told[:0], nil, nil
	return nil
}

// PriceParts prices the stays of several persons, which were parted by this pricer or one alike: those of person i end at
// ends[i], where the next one's begin.
func (p *Pricer) PriceParts(stays []Stay, ends []int32, parts *Parts, out []Priced) error {
	for i, at := range parts.spots {
		branch := &p.branches[parts.branches[i]]
		out[i] = Priced{Class: branch.class, Excluded: branch.excluded, Points: p.points[p.cell(at)]}
	}
	for k := range parts.formulas {
		at := &parts.formulas[k]
		if err := p.formula(&stays[at.stay], at, &out[at.stay]); err != nil {
			return stays[at.stay].wrong(err)
		}
	}
	if p.priced {
		for i := range stays {
			if err := p.standard(&stays[i], p.cell(parts.spots[i]), &out[i]); err != nil {
				return stays[i].wrong(err)
			}
		}
	}
	for _, i := range p.returns(stays, ends, parts) {
		if err := p.readmission.cut(&out[i]); err != nil {
			return stays[i].wrong(err)
		}
	}
	return nil
}

// returns are the stays that the readmission rule cuts; pricers whose rules find the same look for them once.
func (p *Pricer) returns(stays []Stay, ends []int32, parts *Parts) []int32 {
	if p.readmission == nil {
		return nil
	}
	if !p.readmission.alike(parts.returnsBy) {
		parts.returns, parts.returnsBy = p.readmission.returns(p, stays, ends, parts, parts.returns[:0]), p.readmission
	}
	return parts.returns
}

// StayError tells of which stay an error is: of that in a row of the table of claims, counted from 0.
type StayError struct {
	Row int32
	Err error
}

// Error implements error.
func (e *StayError) Error() string { return fmt.Sprintf("claim in row %d: %v", e.Row, e.Err) }

// Unwrap returns what is wrong with the stay.
func (e *StayError) Unwrap() error { return e.Err }

// wrong puts the place of a stay before an error.
func (s *Stay) wrong(err error) error { return &StayError{s.Row, err} }
