package policy

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/region"
)

// Scope is what names in a pack are resolved against: a region's schemes and the list of group codes.
type Scope struct {
	Schemes []string       // numbers of the scheme words
	Groups  map[string]int // number of each group code in claims
	// Listed are the codes of the claims and of the group tables, against which the codes in rules are checked; nil: the
	// claims are not known yet, and nothing can be checked.
	Listed map[string]bool

	read claims.ColumnSet
}

// Reads notes that a rule looks at columns of the claims. Whatever reads a rule calls it for those columns that not every run
// looks at: parts of the cost, and the facts beside scheme, setting, hospital, age, group and county.
func (s *Scope) Reads(columns ...claims.Column) { s.read |= claims.Columns(columns...) }

// Read returns the columns that the rules compiled so far look at; a set of none when there are none.
func (s *Scope) Read() claims.ColumnSet { return s.read }

// ReadsAlso notes what the rules look at that were compiled against another scope.
func (s *Scope) ReadsAlso(o *Scope) { s.read |= o.read }

// readsFact notes that a rule looks at a fact.
func (s *Scope) readsFact(f claims.Fact) {
	if c, ok := factColumns[f]; ok {
		s.Reads(c)
	}
}

// factColumns are the columns behind the facts that not every run looks at.
var factColumns = map[claims.Fact]claims.Column{
	claims.FactRetired: claims.ColRetired, claims.FactSigned: claims.ColSignedDoctor, claims.FactAssistance: claims.ColAssistance,
	claims.FactPlace: claims.ColPlace, claims.FactFiled: claims.ColFiled, claims.FactReferral: claims.ColReferral,
}

// Known reports whether a group code is one of the claims or of a group table, and names the nearest where it is not.
func (s *Scope) Known(code string) (near string, ok bool) {
	if s.Listed == nil || s.Listed[code] {
		return "", true
	}
	return nearest.Hint(code, slices.Sorted(maps.Keys(s.Listed))), false
}

// Group returns the number of a group code, and whether any claim or table knows it.
func (s *Scope) Group(code string) (int32, bool) {
	n, ok := s.Groups[code]
	return int32(n), ok
}

// selectorKeys are the words by which a row or a step's `when:` chooses claims.
var selectorKeys = []string{"scheme", "tier", "setting", "retired", "signed", "assistance", "place", "filed", "referral", "private", "internet", "same_county", "age", "group"}

// Selector is a condition on a claim: every given word must hold. An empty one holds for all.
type Selector struct {
	allowed [claims.NumFacts]uint32 // bit i: fact value i is allowed; 0: any
	ageFrom int16
	ageTo   int16 // inclusive; both zero values mean any when hasAge is false
	hasAge  bool
	groups  map[int32]bool // nil: any
}

// Selector reads the selector words of a map, which may hold other keys too. A word may be a list (or words parted by blanks)
// and "*" means any.
func (d *Decoder) Selector(sc *Scope) Selector {
	var s Selector
	list := func(key string, fact claims.Fact, names []string) {
		for _, w := range d.Texts(key) {
			sc.readsFact(fact)
			if w == "*" {
				s.allowed[fact] = 0
				return
			}
			i := slices.Index(names, w)
			if i < 0 {
				d.Fail(key, "%q is none of %s%s", w, strings.Join(names, ", "), nearest.Hint(w, names))
				return
			}
			s.allowed[fact] |= 1 << i
		}
	}
	flag := func(key string, fact claims.Fact) {
		list(key, fact, []string{"false", "true"})
	}
	list("scheme", claims.FactScheme, sc.Schemes)
	s.tiers(d)
	list("setting", claims.FactSetting, claims.SettingNames)
	flag("retired", claims.FactRetired)
	flag("signed", claims.FactSigned)
	list("assistance", claims.FactAssistance, claims.AssistanceNames)
	list("place", claims.FactPlace, claims.PlaceNames)
	flag("filed", claims.FactFiled)
	list("referral", claims.FactReferral, claims.ReferralNames)
	flag("private", claims.FactPrivate)
	flag("internet", claims.FactInternet)
	flag("same_county", claims.FactSameCounty)
	s.ages(d)
	if codes := d.Texts("group"); len(codes) > 0 {
		s.groups = make(map[int32]bool, len(codes))
		for _, c := range codes {
			// A code that no claim and no table has cannot match; lint reports it.
			if n, ok := sc.Group(c); ok {
				s.groups[n] = true
			}
		}
	}
	return s
}

// tiers reads the tier words. A broad word (primary, secondary, tertiary) allows the finer tiers inside it.
func (s *Selector) tiers(d *Decoder) {
	for _, w := range d.Texts("tier") {
		if w == "*" {
			s.allowed[claims.FactTier] = 0
			return
		}
		t, err := region.ParseTier(w)
		if err != nil {
			d.Fail("tier", "%v", err)
			return
		}
		s.allowed[claims.FactTier] |= 1 << t
		if t == t.Broad() {
			for fine := range region.NumTiers {
				if fine.Broad() == t {
					s.allowed[claims.FactTier] |= 1 << fine
				}
			}
		}
	}
}

// ages reads "60-", "-17", "18-59" or "90".
func (s *Selector) ages(d *Decoder) {
	text := d.TextOr("age", "")
	if text == "" || text == "*" {
		return
	}
	lo, hi, isRange := strings.Cut(text, "-")
	if !isRange {
		hi = lo
	}
	from, to := 0, 150
	var err1, err2 error
	if lo != "" {
		from, err1 = strconv.Atoi(lo)
	}
	if hi != "" {
		to, err2 = strconv.Atoi(hi)
	}
	if err1 != nil || err2 != nil || from > to {
		d.Fail("age", "%q is not a range of years such as 18-59, 60- or -17", text)
		return
	}
	s.hasAge, s.ageFrom, s.ageTo = true, int16(from), int16(to)
}

// Only returns the selector of the claims that have a value of a fact.
func Only(f claims.Fact, value uint8) Selector {
	var s Selector
	s.allowed[f] = 1 << value
	return s
}

// Any reports whether the selector holds for every claim.
func (s *Selector) Any() bool {
	return s.allowed == [claims.NumFacts]uint32{} && !s.hasAge && s.groups == nil
}

// Match reports whether the selector holds for a claim. An unknown age matches no age range.
func (s *Selector) Match(c *claims.Claim) bool {
	for f, bits := range s.allowed {
		if bits != 0 && bits>>c.Facts[f]&1 == 0 {
			return false
		}
	}
	if s.hasAge && (c.Age < s.ageFrom || c.Age > s.ageTo) {
		return false
	}
	return s.groups == nil || s.groups[c.Group]
}

// Lookup finds the first of a list of selectors that holds for a claim, through one dense table over the facts that the
// selectors ask for.
type Lookup struct {
	selectors []Selector
	facts     []claims.Fact
	strides   []int
	table     []int16 // first matching row by facts, -1 for none
	plain     bool    // no selector asks for age or group, so that the table decides alone
}

// ByFacts tells whether the facts of a claim alone decide what Find returns.
func (l *Lookup) ByFacts() bool { return l.plain }

// Facts lists the facts that the selectors ask for. It must not be changed.
func (l *Lookup) Facts() []claims.Fact { return l.facts }

// FactSize returns how many values a fact has where a region has a number of schemes.
func FactSize(f claims.Fact, schemes int) int {
	if f == claims.FactScheme {
		return max(schemes, 1)
	}
	return factSizes[f]
}

// factSizes bounds the value of each fact but the scheme.
var factSizes = [claims.NumFacts]int{
	claims.FactTier: int(region.NumTiers), claims.FactSetting: 5, claims.FactRetired: 2,
	claims.FactSigned: 2, claims.FactAssistance: 4, claims.FactPlace: 3, claims.FactFiled: 2, claims.FactReferral: 4,
	claims.FactPrivate: 2, claims.FactInternet: 2, claims.FactSameCounty: 2,
}

// maxTable bounds the dense table; beyond it rows are tried one after another.
const maxTable = 1 << 16

// NewLookup compiles selectors in the order of their rows, for claims of a number of schemes; the first that holds wins.
func NewLookup(rows []Selector, schemes int) *Lookup {
	l := &Lookup{selectors: rows, plain: len(rows) <= math.MaxInt16} // more do not fit the table's numbers
	size := 1
	for f := range claims.NumFacts {
		if slices.ContainsFunc(rows, func(s Selector) bool { return s.allowed[f] != 0 }) {
			l.facts = append(l.facts, f)
			l.strides = append(l.strides, size)
			size *= FactSize(f, schemes)
		}
	}
	for i := range rows {
		if rows[i].hasAge || rows[i].groups != nil {
			l.plain = false
		}
	}
	if size > maxTable || len(rows) > math.MaxInt16 || !l.plain {
		l.plain = false
		return l
	}
	l.table = make([]int16, size)
	var c claims.Claim
	for i := range l.table {
		rest := i
		for _, f := range l.facts {
			n := FactSize(f, schemes)
			c.Facts[f] = uint8(rest % n)
			rest /= n
		}
		l.table[i] = int16(l.scan(&c))
	}
	return l
}

func (l *Lookup) scan(c *claims.Claim) int {
	for i := range l.selectors {
		if l.selectors[i].Match(c) {
			return i
		}
	}
	return -1
}

// Find returns the position of the first row whose selector holds, or -1.
func (l *Lookup) Find(c *claims.Claim) int {
	if !l.plain {
		return l.scan(c)
	}
	at := 0
	for i, f := range l.facts {
		at += int(c.Facts[f]) * l.strides[i]
	}
	return int(l.table[at])
}

// SameSelector reports whether two selectors hold for the same claims by their words alone.
func SameSelector(a, b Selector) bool {
	if a.allowed != b.allowed || a.hasAge != b.hasAge || a.ageFrom != b.ageFrom || a.ageTo != b.ageTo || len(a.groups) != len(b.groups) || (a.groups == nil) != (b.groups == nil) {
		return false
	}
	for g := range a.groups {
		if !b.groups[g] {
			return false
		}
	}
	return true
}

// Allows reports whether the selector's word on one fact holds for a value; where there is no such word it does.
func (s *Selector) Allows(f claims.Fact, value uint8) bool {
	return s.allowed[f] == 0 || s.allowed[f]>>value&1 == 1
}
