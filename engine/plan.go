package engine

import (
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// Plan is one scenario compiled for a region and a year: immutable, and used by all workers.
type Plan struct {
	Scenario   Scenario
	Region     *region.Region
	Year       int
	Scope      *policy.Scope
	Versions   []Version   // by rising date; the first begins before the year's first claim
	Classes    []drg.Class // of all versions, each id once
	Settlement *settle.Settlement
	Slots      *benefit.Slots
	// Warnings are what a reader must know of the rules themselves, whatever the claims.
	Warnings []settle.Warning

	benefitKey, priceKey, streamKey string
}

// Version is the rules in force from a day until the next version.
type Version struct {
	From    claims.Date
	Rules   *policy.Rules
	Program *benefit.Program
	Pricer  *drg.Pricer

	classes []int // by the pricer's class: its position in the plan's Classes
}

// At returns the version in force on a day.
func (p *Plan) At(day claims.Date) *Version { return &p.Versions[p.versionOn(day)] }

// programs are the benefit programs of the plan's versions.
func (p *Plan) programs() benefit.Programs {
	out := benefit.Programs{Of: p.versionOf}
	for i := range p.Versions {
		out.List = append(out.List, p.Versions[i].Program)
	}
	return out
}

// versionOf returns the position of the version that serves a claim.
func (p *Plan) versionOf(c *claims.Claim) int { return p.versionOn(p.priceDate(c)) }

// versionOn returns the position of the version in force on a day.
func (p *Plan) versionOn(day claims.Date) int {
	at := len(p.Versions) - 1
	for at > 0 && p.Versions[at].From > day {
		at--
	}
	return at
}

// priceDate returns the day that chooses the rules of a claim. All versions of a plan agree on which date that is.
func (p *Plan) priceDate(c *claims.Claim) claims.Date {
	switch p.Versions[0].Rules.PriceDate {
	case policy.ByDischarge:
		return c.Discharge
	case policy.ByAdmission:
		return c.Admission
	}
	return c.Settlement
}

// addClasses joins the classes of a version to the plan's.
func (p *Plan) addClasses(v *Version) {
	for _, c := range v.Pricer.Classes() {
		at := slices.IndexFunc(p.Classes, func(o drg.Class) bool { return o.ID == c.ID })
		if at < 0 {
			at = len(p.Classes)
			p.Classes = append(p.Classes, c)
		}
		v.classes = append(v.classes, at)
	}
}
