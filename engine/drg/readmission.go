package drg

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// readmission cuts a stay when the person comes back with the same group within some days of its discharge (出院后再次以同一
// 病组住院): the earlier stay keeps only a share. Worked: 60 points and a return on day 15 leave 30; on day 16 they stay 60.
// A day is counted from discharge to the next admission. Groups of long treatment, such as chemotherapy, are exempt.
type readmission struct {
	days   int32
	keep   money.Ratio
	anyone bool // a return to another hospital counts too
	exempt map[int32]bool
	round  money.Rounding
	pos    policy.Pos
}

func (b *builder) readReadmission(d *policy.Decoder) {
	s := d.Sub("readmission")
	if s == nil {
		return
	}
	defer s.Close()
	r := &readmission{
		days:   int32(s.Int("days")),
		keep:   s.ShareOr("keep", money.One/2),
		anyone: s.WordOr("hospital", []string{"same", "any"}, 0) == 1,
		exempt: map[int32]bool{},
		round:  s.RoundingOr("round", b.round),
		pos:    s.Pos(),
	}
	for _, code := range b.knownCodes(s, "except") {
		if n, ok := b.scope.Group(code); ok {
			r.exempt[n] = true
		}
	}
	b.readmission = r
}

// returned reports whether stay b is a return after stay a.
func (r *readmission) returned(a, b *claims.Claim) bool {
	if a.Group < 0 || a.Group != b.Group || !r.anyone && a.Hospital != b.Hospital {
		return false
	}
	gap := int32(b.Admission - a.Discharge)
	return gap >= 0 && gap <= r.days
}

// apply cuts each stay that a return follows. Of stays with the same admission and discharge day, none is a return.
func (r *readmission) apply(stays []Stay, out []Priced) error {
	for i := range stays {
		// A penalty is no worth that could be halved.
		if out[i].Excluded || out[i].Points < 0 || r.exempt[stays[i].Group] {
			continue
		}
		for j := range stays {
			a, b := stays[i].Claim, stays[j].Claim
			if i == j || !r.returned(a, b) || a.Admission == b.Admission && a.Discharge == b.Discharge {
				continue
			}
			if err := r.cut(&out[i]); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func (r *readmission) cut(p *Priced) error {
	var err error
	if p.Points, err = p.Points.Times(r.keep, r.round); err != nil {
		return err
	}
	if p.Standard, err = p.Standard.Times(r.keep, r.round); err != nil {
		return err
	}
	p.Direct, err = p.Direct.Times(r.keep, r.round)
	p.Readmitted = true
	return err
}
