package drg

import (
	"math"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// maxBranches is the number of conditions that all classes may have together: one bit each.
const maxBranches = 64

// maxDays bounds the limits of stay that a condition may name.
const maxDays = 4000

// classRule is a class with its law.
type classRule struct {
	Class
	pay      *payment
	pos      policy.Pos
	path     string // in the pack, for its sources
	branches []int
}

// branch is one condition under which a class applies. Classes are tried in their order, the branches of a class in
// theirs, and the first that holds decides.
type branch struct {
	class  int
	lo, hi *limit // cost lies above lo and at or below hi; nil: no limit
	loCut  int8   // position among the pricer's cuts; -1: no limit
	hiCut  int8
	trim   trim

	kinds            uint64 // the group is of one of these; 0: any
	selector         policy.Selector
	hasAge           bool
	codes            []string // nil: any group
	daysFrom, daysTo int32
	reviews          []string // nil: any claim, reviewed or not
}

// trim is a condition on the stay against the group's limits of stay.
type trim uint8

const (
	noTrim    trim = iota
	shortTrim      // days ≤ the group's low_day
	longTrim       // days ≥ the group's high_day
	meanTrim       // days < the group's mean days, rounded half up
)

var trimWords = []string{"", "short", "long", "mean"}

// factKeys are the selector words that differ between claims, by the fact they ask for.
var factKeys = []struct {
	key  string
	fact claims.Fact
}{
	{"scheme", claims.FactScheme}, {"tier", claims.FactTier}, {"setting", claims.FactSetting}, {"retired", claims.FactRetired},
	{"signed", claims.FactSigned}, {"assistance", claims.FactAssistance}, {"place", claims.FactPlace}, {"filed", claims.FactFiled},
	{"referral", claims.FactReferral}, {"private", claims.FactPrivate}, {"internet", claims.FactInternet}, {"same_county", claims.FactSameCounty},
}

func (b *builder) readClasses(d *policy.Decoder) {
	seen := map[string]policy.Pos{}
	d.Each("classes", func(_ int, it *policy.Decoder) {
		c := classRule{pos: it.Pos()}
		c.ID = it.Text("id")
		c.TitleZh, c.TitleEn, c.path = c.ID, c.ID, "drg.classes."+c.ID
		if at, twice := seen[c.ID]; twice {
			it.Fail("id", "%q stands already at %s", c.ID, at)
		}
		seen[c.ID] = c.pos
		if t := it.Sub("title"); t != nil {
			c.TitleZh, c.TitleEn = t.Text("zh"), t.Text("en")
			t.Close()
		}
		b.lowerLimit = nil
		lower := 0
		for _, br := range b.readConditions(it) {
			br.class = len(b.classes)
			c.branches = append(c.branches, len(b.branches))
			b.branches = append(b.branches, br)
			if br.lo != nil {
				b.lowerLimit = br.lo
				lower++
			}
		}
		if lower > 1 {
			// Conditions with a lower limit each give the formula none to count from: it must name its own.
			b.lowerLimit = nil
		}
		c.pay = &payment{}
		if pay := it.Sub("pay"); pay == nil {
			it.Fail("pay", "is missing")
		} else {
			c.pay = b.readPayment(pay)
			pay.Close()
		}
		b.classes = append(b.classes, c)
	})
	if len(b.classes) == 0 {
		d.Fail("classes", "needs at least one class")
	}
	if len(b.branches) > maxBranches {
		d.Fail("classes", "have %d conditions together, at most %d are possible", len(b.branches), maxBranches)
	}
}

// readConditions reads `when:`, one set of conditions or a list of which one must hold; none holds always.
func (b *builder) readConditions(d *policy.Decoder) []branch {
	raw := d.Raw("when")
	switch {
	case raw == nil || raw.Shape == policy.Null:
		return []branch{{daysTo: math.MaxInt32}}
	case raw.Shape == policy.List:
		var out []branch
		d.Each("when", func(_ int, it *policy.Decoder) { out = append(out, b.readCondition(it)) })
		return out
	}
	when := d.Sub("when")
	defer when.Close()
	return []branch{b.readCondition(when)}
}

func (b *builder) readCondition(d *policy.Decoder) branch {
	br := branch{daysTo: math.MaxInt32}
	br.selector = d.Selector(b.scope)
	br.hasAge = d.Has("age")
	if br.codes = d.Texts("group"); slices.Contains(br.codes, "*") {
		br.codes = nil
	}
	b.known(d, "group", br.codes)
	for _, word := range d.Texts("kind") {
		if !slices.Contains(b.groups.kinds, word) {
			d.Fail("kind", "no group is of kind %q; kinds are %s%s", word, strings.Join(b.groups.kinds, ", "), nearest.Hint(word, b.groups.kinds))
			continue
		}
		br.kinds |= b.groups.kinds.bit(word)
	}
	br.daysFrom = int32(d.IntOr("days_from", 0))
	br.daysTo = int32(d.IntOr("days_to", math.MaxInt32))
	for _, key := range []string{"days_from", "days_to"} {
		if n := d.IntOr(key, 1); n < 0 || n > maxDays {
			d.Fail(key, "%d is not from 0 to %d", n, maxDays)
		}
	}
	br.trim = trim(d.WordOr("stay", trimWords, 0))
	for _, word := range d.Texts("reviewed") {
		if b.reviewKind(word) < 0 {
			d.Fail("reviewed", "%q is not a kind of drg.reviews%s", word, nearest.Hint(word, b.reviewWords()))
		}
		br.reviews = append(br.reviews, word)
	}
	for _, k := range limitKeys {
		if raw := d.Raw(k.key); raw == nil || raw.Shape == policy.Null {
			continue
		}
		l := b.readLimit(d, k.key, k.kind, k.exclusive)
		at := &br.lo
		if k.upper {
			at = &br.hi
		}
		if *at != nil {
			d.Fail(k.key, "a limit of that side is set already")
		}
		*at = l
	}
	return br
}

// serves reports whether a branch can hold for stays of a site and group, and gives its cuts.
func (b *builder) serves(br *branch, s site, n int32, g *group, reference, standard int64) bool {
	c := &b.classes[br.class]
	if br.kinds != 0 && br.kinds&g.kinds == 0 || br.codes != nil && !slices.Contains(br.codes, g.code) {
		return false
	}
	p := c.pay
	// Where the price must be known before the settlement, base points without a rate are worth nothing.
	if p.needsBase && standard == 0 && (g.base == 0 || b.method.priced()) || p.needsReference && reference == 0 {
		return false
	}
	switch br.trim {
	case shortTrim:
		if g.lowDay == 0 {
			return false
		}
	case longTrim:
		if g.highDay == 0 {
			return false
		}
	case meanTrim:
		if g.meanDays == 0 {
			return false
		}
	}
	switch p.days {
	case allDays:
		if g.dayPoints == 0 {
			return false
		}
	case builtUpDays:
		if g.lowPerDay == 0 || b.method.priced() && b.rates == nil {
			return false
		}
	case missingDays:
		if g.lowDay == 0 {
			return false
		}
	case extraDays:
		if g.highDay == 0 {
			return false
		}
	case transferDays:
		if g.meanDays == 0 {
			return false
		}
	}
	if p.measure == dayRatio && g.meanDays == 0 {
		return false
	}
	if p.over != nil {
		// A formula that counts from a limit needs that limit, though another of its conditions may hold.
		if _, ok := p.over.cut(b, s, n, g, money.Fen(reference), money.Fen(standard)); !ok {
			return false
		}
	}
	return true
}
