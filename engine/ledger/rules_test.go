package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// simpleRules are rules for tests that a reader can follow by hand: a yearly deductible of 1,000.00 a person, then 80 percent
// of gross; 85 percent on account, of which 5 percent are held back; settlement is what the fund pays plus 2 percent,
// and half of the deposit is released at hospital H2, all of it elsewhere.
type simpleRules struct {
	name string
	// asked counts the claims of each call of Adjudicate.
	asked []int
	// unknown is a hospital that the rules do not know.
	unknown string
	// streams gives ways of payment by hospital.
	streams map[string]string
}

func (r *simpleRules) Inputs() []Input {
	return []Input{{Role: "policy", Name: r.name, SHA256: digest(r.name)}}
}

func (r *simpleRules) Knows(hospital, _ string) error {
	if hospital == r.unknown && r.unknown != "" {
		return fmt.Errorf("hospital %q is unknown", hospital)
	}
	return nil
}

func (r *simpleRules) HospitalName(id string) string { return "Hospital " + id }

func digest(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func (r *simpleRules) Adjudicate(_ context.Context, year int, cs []Claim) ([]Adjudged, error) {
	r.asked = append(r.asked, len(cs))
	out := make([]Adjudged, len(cs))
	var left money.Fen
	for i, c := range cs {
		if i == 0 || cs[i-1].Person != c.Person {
			left = 100000
		}
		if c.Settlement.Year() != year || c.Status != claims.Normal {
			return nil, fmt.Errorf("claim %s of %s was asked for %d", c.ID, c.Settlement, year)
		}
		if c.Hospital == r.unknown && r.unknown != "" {
			out[i] = Adjudged{Reject: "unknown_hospital", Note: "the region has no such hospital"}
			continue
		}
		over := max(c.Gross-left, 0)
		left -= c.Gross - over
		fund, err := over.Times(800_000, money.HalfUp)
		if err != nil {
			return nil, err
		}
		out[i].Fund = fund
		out[i].Stream = r.streams[c.Hospital]
	}
	return out, nil
}

func (r *simpleRules) Advance(_ calendar.Month, _, _ string, streams []StreamAmount) (Advance, error) {
	var accepted money.Fen
	for _, s := range streams {
		accepted += s.Amount
	}
	a, err := accepted.Times(850_000, money.HalfUp)
	if err != nil {
		return Advance{}, err
	}
	d, err := a.Times(50_000, money.HalfUp)
	return Advance{Advance: a, Deposit: d}, err
}

func (r *simpleRules) Annual(ctx context.Context, year int, cs iter.Seq2[Claim, error]) ([]Annual, error) {
	var all []Claim
	for c, err := range cs {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	sortVisits(all)
	said, err := r.Adjudicate(ctx, year, all)
	if err != nil {
		return nil, err
	}
	fund := map[party]money.Fen{}
	for i := range all {
		fund[party{all[i].Hospital, all[i].Scheme}] += said[i].Fund
	}
	s := newSums()
	for p := range fund {
		s.add(sumKey{party: p}, sum{})
	}
	var out []Annual
	for _, p := range s.parties() {
		extra, err := fund[p].Times(20_000, money.HalfUp)
		if err != nil {
			return nil, err
		}
		a := Annual{Hospital: p.hospital, Scheme: p.scheme, Lines: []AnnualLine{{"points", fund[p]}, {"retained", extra}}, Release: money.One}
		if p.hospital == "H2" {
			a.Release = money.One / 2
		}
		out = append(out, a)
	}
	return out, nil
}
