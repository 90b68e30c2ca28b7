package engine

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/settle"
)

// Replayed is one claim of a person's year as a plan worked it out, with everything that was said and moved on the way.
type Replayed struct {
	ClaimID string
	Claim   claims.Claim // without what none of the rules looks at, where the claims were read leanly
	Version *Version
	Entries []benefit.Entry
	Pockets benefit.Pockets
	Stream  settle.Stream
	// Priced and Factors tell what the stay is worth; Factors is nil where the stream needs no price.
	Priced  drg.Priced
	Class   drg.Class
	Factors []drg.Factor
}

// Replay works out one person's year again with a trace: the same rules and prices that a run applies, in the same order.
func (p *Plan) Replay(in *Input, person int) ([]Replayed, error) {
	var outside, netted Flow
	cs := in.yearOf(person, p.Year, nil, &outside, &netted)
	in.sortVisits(cs, p.Versions[0].Rules.Order)
	year := benefit.Year{Slots: make([]money.Fen, p.Slots.Len())}
	var visit benefit.Visit
	var trace benefit.Trace
	var out []Replayed
	var persons benefit.Persons
	persons.Take(cs, []int32{int32(len(cs))}, nil)
	err := persons.Adjudicate(p.programs(), &benefit.Left{}, &year, &visit, &trace, func(v *benefit.Visit) error {
		out = append(out, Replayed{
			ClaimID: in.Table.ClaimID.At(int(v.Row)),
			Claim:   *v.Claim,
			Version: p.At(p.priceDate(v.Claim)),
			Entries: append([]benefit.Entry(nil), trace.Entries...),
			Pockets: *v.Pockets,
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", p.Scenario.Name, err)
	}
	if err := in.Table.Err(); err != nil {
		return nil, err
	}
	return out, p.replayPrices(out)
}

// replayPrices prices the stays of a replayed year as the run does: each version of the rules sees them all and counts its
// own.
func (p *Plan) replayPrices(year []Replayed) error {
	var stays []drg.Stay
	var at []int
	for i := range year {
		r := &year[i]
		stream := p.Settlement.Lookup().Find(&r.Claim)
		if stream < 0 {
			return fmt.Errorf("scenario %s: claim %s belongs to no payment stream", p.Scenario.Name, r.ClaimID)
		}
		r.Stream = p.Settlement.Streams()[stream]
		if r.Stream.Method.Priced() {
			stays = append(stays, newStay(&r.Claim, &r.Pockets))
			at = append(at, i)
		}
	}
	for v := range p.Versions {
		version := &p.Versions[v]
		priced := make([]drg.Priced, len(stays))
		if err := version.Pricer.Price(stays, priced); err != nil {
			return fmt.Errorf("scenario %s: %w", p.Scenario.Name, err)
		}
		for k, i := range at {
			if year[i].Version != version {
				continue
			}
			year[i].Priced = priced[k]
			year[i].Class = version.Pricer.Classes()[priced[k].Class]
			year[i].Factors = version.Pricer.Explain(stays[k], priced[k])
		}
	}
	return nil
}

// newStay gives pricing what it needs of an adjudicated claim.
func newStay(c *claims.Claim, pk *benefit.Pockets) drg.Stay {
	return drg.Stay{Claim: c, Fund: pk[benefit.Fund], NonCovered: pk[benefit.NonCovered], FirstPay: pk[benefit.FirstPay], Deductible: pk[benefit.Deductible]}
}

// FindClaim returns the row of a claim in the table, or an error that says why the claim was not settled.
func (in *Input) FindClaim(id string) (int, error) {
	for row := range in.Table.Rows {
		if in.Table.ClaimID.At(row) != id {
			continue
		}
		if in.Keep != nil && !in.Keep[row] {
			return 0, fmt.Errorf("claim %s was set aside by the checks; run `drgsim check` on its file to see why", id)
		}
		return row, nil
	}
	if err := in.Table.Err(); err != nil {
		return 0, err
	}
	near := make([]string, 0, 1024)
	for row := 0; row < in.Table.Rows && len(near) < cap(near); row++ {
		near = append(near, in.Table.ClaimID.At(row))
	}
	return 0, fmt.Errorf("claim %q is not among the claims%s", id, nearest.Hint(id, near))
}

// FindPerson returns the number of a person by id.
func (in *Input) FindPerson(id string) (int, error) {
	values := in.Table.Person.Values
	for p := range values.Len() {
		if values.At(p) == id {
			return p, nil
		}
	}
	if err := in.Table.Err(); err != nil {
		return 0, err
	}
	return 0, fmt.Errorf("person %q is not among the claims", id)
}

// PersonOf returns the number of the person of a row.
func (in *Input) PersonOf(row int) int { return int(in.Table.Person.Codes[row]) }
