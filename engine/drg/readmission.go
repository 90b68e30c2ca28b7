package drg

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"

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
	anyone bool   // a return to another hospital counts too
	exempt []bool // by group
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
		exempt: make([]bool, len(b.groups.rows)),
		round:  s.RoundingOr("round", b.round),
		pos:    s.Pos(),
	}
	if r.days < 0 {
		s.Fail("days", "%d is negative; a return is counted from 0, the day of discharge", r.days)
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

// returns appends to list the stays that a return follows, of several persons, whose stays end at ends. Of stays with the same
// admission and discharge day, none is a return, and what is excluded is not cut. The parts are those of p, or of a pricer alike.
func (r *readmission) returns(p *Pricer, stays []Stay, ends []int32, parts *Parts, list []int32) []int32 {
	cut := func(own []Stay, sorted []int32, lo, i int) {
		if !p.branches[parts.branches[lo+i]].excluded && r.comesBack(own, sorted, i) {
			list = append(list, int32(lo+i))
		}
	}
	lo := 0
	for _, end := range ends {
		own := stays[lo:end]
		if sorted := r.sorted(own); sorted != nil {
			for i := range own {
				cut(own, sorted, lo, i)
			}
		} else {
			for twice := twiceIn(parts.spots[lo:end]); twice != 0; twice &= twice - 1 {
				cut(own, nil, lo, bits.TrailingZeros32(twice))
			}
		}
		lo = int(end)
	}
	return list
}

// twiceIn returns the stays, of few, whose group another one has too, a bit for each: hardly anyone comes with the same group again.
func twiceIn(spots []spot) (twice uint32) {
	for i, a := range spots {
		for k, b := range spots[i+1:] {
			if a.group == b.group {
				twice |= 1<<i | 1<<(i+1+k)
			}
		}
	}
	return twice
}

// alike tells whether two rules find the same returns.
func (r *readmission) alike(q *readmission) bool {
	return r == q || r != nil && q != nil && r.days == q.days && r.anyone == q.anyone && slices.Equal(r.exempt, q.exempt)
}

// same tells whether two rules cut the same stays alike.
func (r *readmission) same(q *readmission) bool {
	return r == q || r.alike(q) && r.keep == q.keep && r.round == q.round
}

// points cuts the points of a stay that a return follows. A penalty is no worth that could be cut.
func (r *readmission) points(points money.Points) (money.Points, error) {
	if points < 0 {
		return points, nil
	}
	return points.Times(r.keep, r.round)
}

// comesBack tells whether the person comes back after stay i, so that the stay is cut. sorted is what r.sorted gives.
func (r *readmission) comesBack(stays []Stay, sorted []int32, i int) bool {
	a := stays[i].Claim
	if a.Group < 0 || r.exempt[a.Group] {
		return false
	}
	if sorted != nil {
		return r.returnIn(stays, sorted, a)
	}
	for j := range stays {
		if b := stays[j].Claim; i != j && r.returned(a, b) && !sameDays(a, b) {
			return true
		}
	}
	return false
}

// fewStays is the number of stays up to which each of a person's is held against each other. Some files give one number to all
// persons that they do not know: such a person has as many stays as a city. It is as many as bits stand for in twiceIn.
const fewStays = 32

func sameDays(a, b *claims.Claim) bool {
	return a.Admission == b.Admission && a.Discharge == b.Discharge
}

// place is negative when stay a comes before b among stays of one group (and hospital, where only returns to the same count).
func (r *readmission) place(a, b *claims.Claim) int {
	if d := cmp.Compare(a.Group, b.Group); d != 0 || r.anyone {
		return d
	}
	return cmp.Compare(a.Hospital, b.Hospital)
}

// sorted returns the positions of many stays by group, hospital and days, and nil of few.
func (r *readmission) sorted(stays []Stay) []int32 {
	if len(stays) <= fewStays {
		return nil
	}
	at := make([]int32, len(stays))
	for i := range at {
		at[i] = int32(i)
	}
	slices.SortFunc(at, func(i, j int32) int {
		a, b := stays[i].Claim, stays[j].Claim
		return cmp.Or(r.place(a, b), cmp.Compare(a.Admission, b.Admission), cmp.Compare(a.Discharge, b.Discharge))
	})
	return at
}

// returnIn tells whether some stay is a return after stay a.
func (r *readmission) returnIn(stays []Stay, sorted []int32, a *claims.Claim) bool {
	from := sort.Search(len(sorted), func(k int) bool {
		b := stays[sorted[k]].Claim
		d := r.place(b, a)
		return d > 0 || d == 0 && b.Admission >= a.Discharge
	})
	if from < len(sorted) && r.place(stays[sorted[from]].Claim, a) == 0 && sameDays(stays[sorted[from]].Claim, a) {
		// A stay of one day and those of the same day stand here; the next one after them may be a return.
		from = sort.Search(len(sorted), func(k int) bool {
			b := stays[sorted[k]].Claim
			d := r.place(b, a)
			return d > 0 || d == 0 && (b.Admission > a.Admission || b.Admission == a.Admission && b.Discharge > a.Discharge)
		})
	}
	return from < len(sorted) && r.returned(a, stays[sorted[from]].Claim)
}

// cut cuts all that a stay is worth.
func (r *readmission) cut(p *Priced) error {
	if p.Points < 0 {
		return nil
	}
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
