package drg

import (
	"errors"
	"fmt"
	"slices"
)

// Parts are stays parted into classes. Pricers that part stays alike share them, which spares the most of the work where
// scenarios differ in coefficients or base points alone.
type Parts struct {
	prices   []int32 // by stay: the cell by price number and group
	branches []uint8 // by stay
	formulas []int32 // the stays that are worth something else than their group
	places   []place // by formula: where the stay's figures are
	// By formula, what the first pricer made of it; of pricers of this kind, see Points.
	told []told
	kind int
}

// Alike tells whether two pricers part all stays alike.
func (p *Pricer) Alike(q *Pricer) bool {
	return p == q || !p.asking && !q.asking && !p.apart && !q.apart && p.groups == q.groups && p.schemes == q.schemes &&
		slices.Equal(p.sites, q.sites) && slices.Equal(p.bounds, q.bounds) && slices.Equal(p.over, q.over) && len(p.classes) == len(q.classes) && len(p.limits) == len(q.limits) &&
		slices.Equal(p.above, q.above) && slices.Equal(p.upTo, q.upTo) && slices.Equal(p.branches, q.branches) &&
		slices.Equal(p.facts, q.facts) && slices.Equal(p.byDays, q.byDays) && slices.Equal(p.byReview, q.byReview) && slices.Equal(p.marks, q.marks)
}

// Part finds the class of each stay. The error names the row of the claim that no class serves.
//
// It goes through the stays more than once: the tables of a large region do not fit in the processor's nearest memory, and in
// a loop that does little it looks up the next stays while it waits for the first.
func (p *Pricer) Part(stays []Stay, parts *Parts) error {
	n := len(stays)
	if n > 0 && len(p.classes) == 0 {
		return stays[0].wrong(errors.New("the pack has no part drg, so the stay cannot be priced"))
	}
	if cap(parts.formulas) <= n {
		parts.prices, parts.branches = make([]int32, 2*n), make([]uint8, 2*n)
		parts.formulas, parts.places = make([]int32, 2*n+1), make([]place, 2*n+1)
	}
	parts.prices, parts.branches = parts.prices[:n], parts.branches[:n]
	formulas, places := parts.formulas[:n+1], parts.places[:n+1] // one more: the place of a plain stay is written over
	k := 0
	for i := range stays {
		s := &stays[i]
		if s.Hospital < 0 {
			return s.wrong(errors.New("the hospital is not of the region, so the stay cannot be priced"))
		}
		if s.Mark < 0 || int(s.Mark) >= len(p.marks) {
			return s.wrong(fmt.Errorf("the claim names review %d, and %d reviews are given", s.Mark, len(p.marks)-1))
		}
		at := &places[k]
		p.locate(s, at)
		branch := p.choose(s, at)
		if branch < 0 {
			g := &p.source.groups.rows[at.group]
			return s.wrong(fmt.Errorf("none of drg.classes serves group %q, cost %s, %d days; the last class needs no condition and a formula that any group can pay by", g.code, at.cost, at.days))
		}
		parts.prices[i], parts.branches[i], formulas[k] = int32(at.price), uint8(branch), int32(i)
		if b := &p.branches[branch]; !b.plain || at.mark.kind != 0 {
			p.measures(at, int(b.class))
			k++
		}
	}
	parts.formulas, parts.places, parts.told = formulas[:k], places[:k], parts.told[:0]
	return nil
}

// PriceParts prices the stays of several persons, which were parted by this pricer or one alike: those of person i end at
// ends[i], where the next one's begin.
func (p *Pricer) PriceParts(stays []Stay, ends []int32, parts *Parts, out []Priced) error {
	for i, cell := range parts.prices {
		branch := &p.branches[parts.branches[i]]
		out[i] = Priced{Class: branch.class, Excluded: branch.excluded, Points: p.points[cell]}
	}
	p.findTerms(parts)
	for k, i := range parts.formulas {
		if err := p.formula(&stays[i], &parts.places[k], &out[i]); err != nil {
			return stays[i].wrong(err)
		}
	}
	if p.priced {
		for i := range stays {
			if err := p.standard(&stays[i], int(parts.prices[i]), &out[i]); err != nil {
				return stays[i].wrong(err)
			}
		}
	}
	if p.readmission == nil {
		return nil
	}
	lo := int32(0)
	for _, hi := range ends {
		if hi-lo > 1 {
			if err := p.readmission.apply(stays[lo:hi], out[lo:hi]); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}

// findTerms finds what turns base points into points, for the stays that are worth something else than their group.
func (p *Pricer) findTerms(parts *Parts) {
	for k := range parts.places {
		at := &parts.places[k]
		at.term = p.terms[at.price]
	}
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
