package check

import (
	"strings"
	"sync"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// chunk is how many rows a worker checks at a time, column by column, so that a column's part stays in the cache.
const chunk = 1 << 13

// maxAge is the age in years above which a person is thought to be a slip of the pen.
const maxAge = 120

// The days between which a date is plausible.
var (
	firstDay = claims.DateOf(1990, 1, 1)
	lastDay  = claims.DateOf(2100, 12, 31)
)

// rows checks every row by itself.
func (p *pass) rows() []mark {
	parts := make([]*scan, p.workers)
	known := p.known()
	var wg sync.WaitGroup
	for w := range p.workers {
		lo, hi := p.share(w)
		wg.Go(func() {
			s := &scan{pass: p, known: known, rising: true, together: true}
			for at := lo; at < hi; at += chunk {
				s.chunk(at, min(at+chunk, hi))
			}
			parts[w] = s
		})
	}
	wg.Wait()
	var all []mark
	p.rising, p.gathered = p.t.ClaimID.Offsets != nil && !p.opts.RowsOnly, true
	for _, s := range parts {
		all = append(all, s.marks...)
		p.rising, p.gathered = p.rising && s.rising, p.gathered && s.together
	}
	return all
}

// unknowns tells for each value of a coded column whether the region lacks it; nil when it lacks none or none is checked.
type unknowns struct {
	kind   kind
	column claims.Column
	codes  []int32
	bad    []bool
}

// unknownIn adds a column's values that are not as they should be, if it has some.
func unknownIn(to []unknowns, k kind, column claims.Column, c claims.Coded, ok func(string) bool) []unknowns {
	if c.Codes == nil {
		return to
	}
	u := unknowns{kind: k, column: column, codes: c.Codes, bad: make([]bool, c.Values.Len())}
	some := false
	for i := range u.bad {
		u.bad[i] = !ok(c.Values.At(i))
		some = some || u.bad[i]
	}
	if some {
		to = append(to, u)
	}
	return to
}

// known compares the distinct values of the coded columns with the region's tables.
func (p *pass) known() []unknowns {
	var out []unknowns
	look := func(k kind, column claims.Column, c claims.Coded, ok func(string) bool) {
		out = unknownIn(out, k, column, c, ok)
	}
	filled := func(s string) bool { return s != "" }
	if persons := &p.t.Person.Values; hasBlank(persons) { // there are millions: few tables need a closer look
		look(blank, claims.ColPersonID, p.t.Person, filled)
	}
	look(blank, claims.ColHospitalID, p.t.Hospital, filled)
	look(blank, claims.ColScheme, p.t.Scheme, filled)
	return append(out, p.regional()...)
}

// regional compares the distinct values of the coded columns that the region decides about.
func (p *pass) regional() []unknowns {
	var out []unknowns
	look := func(k kind, column claims.Column, c claims.Coded, ok func(string) bool) {
		out = unknownIn(out, k, column, c, ok)
	}
	if r := p.reg; r != nil {
		hospital := func(s string) bool { _, ok := r.Hospital(s); return ok || s == "" }
		look(unknownHospital, claims.ColHospitalID, p.t.Hospital, hospital)
		look(unknownReferrer, claims.ColReferredFrom, p.t.From, hospital)
		// Without enrolment and totals the region's schemes are a guess, against which nothing can be checked.
		if len(r.Enrolment)+len(r.Totals) > 0 {
			look(unknownScheme, claims.ColScheme, p.t.Scheme, func(s string) bool { _, ok := r.Scheme(s); return ok || s == "" })
		}
		if len(r.Counties) > 0 {
			look(unknownCounty, claims.ColResidenceCounty, p.t.County, func(s string) bool { _, ok := r.County(s); return ok || s == "" })
		}
	}
	if p.opts.GroupCodes != nil {
		codes := make(map[string]bool, len(p.opts.GroupCodes))
		for _, c := range p.opts.GroupCodes {
			codes[c] = true
		}
		look(unknownGroup, claims.ColDRGCode, p.t.Group, func(s string) bool {
			return s == "" || s == Ungrouped || strings.HasSuffix(s, AmbiguousEnd) || codes[s]
		})
	}
	return out
}

// hasBlank tells whether one of the texts is empty.
func hasBlank(t *claims.Text) bool {
	for i := 1; i < len(t.Offsets); i++ {
		if t.Offsets[i] == t.Offsets[i-1] {
			return true
		}
	}
	return false
}

// Group codes that no group table needs to have: that of a stay which the grouper could not place (未入组), and the end
// of those for stays whose procedure does not belong to their diagnosis (歧义组).
const (
	Ungrouped    = "0000"
	AmbiguousEnd = "QY"
)

// scan is one worker's way through the rows. Its loops first ask whether anything is wrong in a chunk, which nearly
// always it is not, and only then where.
type scan struct {
	*pass
	known []unknowns
	marks []mark
	// The year in which the last stay was admitted: most stays lie in the same.
	yearFrom, yearTo claims.Date
	// rising: ids of claims rise from each row to the next; together: the rows of each person stand together, and persons
	// stand in the order of their codes.
	rising, together bool
}

func (s *scan) mark(row int, k kind, column claims.Column) {
	s.marks = append(s.marks, mark{row: int32(row), kind: k, column: column})
}

func (s *scan) chunk(lo, hi int) {
	t := s.t
	if t.ClaimID.Offsets != nil {
		s.ids(lo, hi)
	}
	s.unknown(lo, hi)
	s.order(lo, hi)
	s.absent(t.Person.Codes, claims.ColPersonID, lo, hi)
	s.absent(t.Hospital.Codes, claims.ColHospitalID, lo, hi)
	s.absent(t.Scheme.Codes, claims.ColScheme, lo, hi)
	if t.Age != nil {
		for i := lo; i < hi; i++ {
			if t.Age[i] > maxAge {
				s.mark(i, implausibleAge, claims.ColAge)
			}
		}
	}
	if t.Admission != nil && t.Discharge != nil && t.Settlement != nil {
		s.usualDates(lo, hi)
	} else {
		s.dates(lo, hi)
	}
	if t.Gross != nil {
		s.usualMoney(lo, hi)
	}
}

// unknown finds rows whose codes the region does not know.
func (s *scan) unknown(lo, hi int) {
	for k := range s.known {
		u := &s.known[k]
		for i := lo; i < hi; i++ {
			if c := u.codes[i]; c >= 0 && u.bad[c] {
				s.mark(i, u.kind, u.column)
			}
		}
	}
}

// absent finds rows without a code in a required column.
func (s *scan) absent(codes []int32, column claims.Column, lo, hi int) {
	if codes == nil {
		return
	}
	any := int32(0)
	for _, c := range codes[lo:hi] {
		any |= c
	}
	if any >= 0 {
		return
	}
	for i := lo; i < hi; i++ {
		if codes[i] < 0 {
			s.mark(i, blank, column)
		}
	}
}

func (s *scan) dates(lo, hi int) {
	t := s.t
	for _, c := range []struct {
		days   []claims.Date
		column claims.Column
	}{{t.Admission, claims.ColAdmissionDate}, {t.Discharge, claims.ColDischargeDate}, {t.Settlement, claims.ColSettlementDate}} {
		if c.days == nil {
			continue
		}
		for i, d := range c.days[lo:hi] {
			if (d < firstDay || d > lastDay) && (d != claims.NoDate || c.column == claims.ColSettlementDate) {
				k := implausibleDate
				if d == claims.NoDate {
					k = blank
				}
				s.mark(lo+i, k, c.column)
			}
		}
	}
	if today := s.opts.Today; today > 0 && t.Settlement != nil {
		for i := lo; i < hi; i++ {
			if t.Settlement[i] > today {
				s.mark(i, future, claims.ColSettlementDate)
			}
		}
	}
	if t.Admission == nil {
		return
	}
	for i := lo; i < hi; i++ {
		in := t.Admission[i]
		if in == claims.NoDate {
			continue
		}
		if t.Settlement != nil && t.Settlement[i] < in && t.Settlement[i] != claims.NoDate {
			s.mark(i, settledFirst, claims.ColSettlementDate)
		}
		if t.Discharge == nil || t.Discharge[i] == claims.NoDate {
			continue
		}
		out := t.Discharge[i]
		switch {
		case out < in:
			s.mark(i, dischargeFirst, claims.ColDischargeDate)
		case in >= s.yearFrom && out <= s.yearTo:
		default:
			if year := in.Year(); in < s.yearFrom || in > s.yearTo {
				s.yearFrom, s.yearTo = claims.DateOf(year, 1, 1), claims.DateOf(year, 12, 31)
			}
			if out > s.yearTo && (t.Setting == nil || isStay(t.Setting[i])) {
				s.mark(i, crossesYear, claims.ColDischargeDate)
			}
		}
	}
}

// isStay tells whether a visit keeps the person in a bed.
func isStay(s claims.Setting) bool { return s == claims.Inpatient || s == claims.BedDay }

func (s *scan) money(lo, hi int) {
	t := s.t
	reversal := func(i int) bool { return t.Status != nil && t.Status[i] == claims.Reversal }
	for i, g := range t.Gross[lo:hi] {
		if g > 0 || reversal(lo+i) {
			continue
		}
		if g < 0 {
			s.mark(lo+i, negative, claims.ColGross)
		} else {
			s.mark(lo+i, zero, claims.ColGross)
		}
	}
	for _, c := range []struct {
		fen    []money.Fen
		column claims.Column
		above  kind
		below  kind
	}{
		{t.NonCovered, claims.ColNonCovered, partsAboveGross, negativePart},
		{t.CategoryB, claims.ColCategoryB, partsAboveGross, negativePart},
		{t.FirstPay, claims.ColFirstPay, partsAboveGross, negativePart},
		{t.AIDiagnosis, claims.ColAIDiagnosis, aiAboveGross, negativePart},
		{t.BookedFund, claims.ColBookedFund, bookedAboveGross, negativeBooked},
	} {
		if c.fen == nil {
			continue
		}
		for i := lo; i < hi; i++ {
			v := c.fen[i]
			if v >= 0 && v <= t.Gross[i] || reversal(i) {
				continue
			}
			if v < 0 {
				s.mark(i, c.below, c.column)
			} else if t.Gross[i] >= 0 {
				s.mark(i, c.above, c.column)
			}
		}
	}
	s.both(t.CategoryB, claims.ColCategoryB, lo, hi)
	s.both(t.FirstPay, claims.ColFirstPay, lo, hi)
	s.apart(lo, hi)
}

// apart finds rows whose AI-assisted diagnosis items do not fit beside the non-covered part and the class B part, which do
// not count them. Rows of which two parts are too much already are told by then.
func (s *scan) apart(lo, hi int) {
	t := s.t
	if t.AIDiagnosis == nil || t.NonCovered == nil && t.CategoryB == nil {
		return
	}
	at := func(fen []money.Fen, i int) money.Fen {
		if fen == nil {
			return 0
		}
		return fen[i]
	}
	for i := lo; i < hi; i++ {
		g, a, b, ai := t.Gross[i], at(t.NonCovered, i), at(t.CategoryB, i), t.AIDiagnosis[i]
		if a < 0 || b < 0 || ai <= 0 || a > g || b > g || ai > g || a > g-b || t.Status != nil && t.Status[i] != claims.Normal {
			continue
		}
		if ai > g-a-b {
			s.mark(i, partsAboveGross, claims.ColAIDiagnosis)
		}
	}
}

// both finds rows whose non-covered part and another part, each within the total, exceed it together: a cost is
// either outside the catalogue or subject to its rules.
func (s *scan) both(part []money.Fen, column claims.Column, lo, hi int) {
	t := s.t
	if part == nil || t.NonCovered == nil {
		return
	}
	for i := lo; i < hi; i++ {
		g, a, b := t.Gross[i], t.NonCovered[i], part[i]
		if a >= 0 && b >= 0 && a <= g && b <= g && a > g-b && (t.Status == nil || t.Status[i] == claims.Normal) {
			s.mark(i, partsAboveGross, column)
		}
	}
}
