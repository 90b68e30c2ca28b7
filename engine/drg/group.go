package drg

import (
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// nano is the unit of base points, weights and scores inside the pricer: published weights have up to nine decimals.
const nano = 1_000_000_000

// Bounds of what a group table may hold. They keep every product of a formula inside 256 bits.
const (
	maxBase  = 10_000_000 * int64(nano)       // ten million points
	maxMoney = money.Fen(1_000_000_000_000)   // ten thousand million currency units
	maxRatio = 1_000 * money.Ratio(money.One) // a thousandfold
	maxShare = 50 * money.One                 // of a formula's part
)

// group is one row of the group table.
type group struct {
	code, name string
	listed     bool // has a row; claims may name codes that have none
	kinds      uint64
	base       int64 // base points, weight or score in nano; 0 when the table gives none
	fromMean   bool  // base was worked out from mean
	mean       money.Fen
	implied    money.Fen // the reference mean that mean and base, where the row gives both, were made with; else 0
	samePrice  bool

	lowLimit, highLimit money.Fen   // published limits of cost; 0 when not given
	lowRatio, highRatio money.Ratio // published limits of the cost ratio; 0 when not given

	dayPoints int64     // points of one day, in nano
	dayRate   money.Fen // mean cost or price of one day

	// Limits of stay. lowDay is the last day with a discount, highDay the first day with a surcharge; 0 when not given.
	lowDay, highDay                     int32
	lowPerDay, highPerDay, transferDays int64 // nano a day
	lowBase                             int64 // nano: what a stay below the lower limit is worth before its days
	meanDays                            money.Ratio
}

// The kinds of group that every pack may ask for. A table's kind column, or the pack's list kinds, may add others.
const (
	kindUngrouped = "ungrouped"  // 未入组: no code, or one of the codes for it
	kindAmbiguous = "ambiguous"  // 歧义组: the code ends in QY
	kindUnlisted  = "unlisted"   // the claim names a code that the table lacks
	kindUnstable  = "non_stable" // 非稳定病组: column stable is false
	kindFew       = "few"        // fewer cases than few_below
	kindBedDay    = "bedday"     // 床日病组: set by the table only
)

// kindSet numbers the words for kinds of group.
type kindSet []string

// bit returns the bit of a kind, and adds the word when it is new.
func (k *kindSet) bit(word string) uint64 {
	i := slices.Index(*k, word)
	if i < 0 {
		i = len(*k)
		*k = append(*k, word)
	}
	return 1 << i
}

// groupTable holds the rows by the number that claims use; the last is for stays without a group.
type groupTable struct {
	rows      []group
	kinds     kindSet
	ungrouped []string // codes of stays without a group
	suffix    string   // the end of the codes of ambiguous groups; "" when there are none
}

// readGroups reads the group table and what is said about it.
func (b *builder) readGroups(d *policy.Decoder) {
	size := 0
	for _, n := range b.scope.Groups {
		size = max(size, n+1)
	}
	t := &b.groups
	t.rows = make([]group, size+1)
	t.kinds = kindSet{kindUngrouped, kindAmbiguous, kindUnlisted, kindUnstable, kindFew, kindBedDay}
	for _, word := range d.Texts("kinds") {
		t.kinds.bit(word)
	}
	for code, n := range b.scope.Groups {
		t.rows[n].code = code
	}
	suffix := d.TextOr("ambiguous_suffix", "QY")
	few := d.IntOr("few_below", 0)
	ungrouped := b.codes(d, "ungrouped")
	if !d.Has("ungrouped") {
		ungrouped = []string{"0000"}
	}
	t.ungrouped, t.suffix = ungrouped, suffix
	seen := map[string]policy.Pos{}
	none := group{kinds: t.kinds.bit(kindUngrouped)}
	d.Each("groups", func(_ int, row *policy.Decoder) {
		g := b.readGroup(row, few)
		if at, twice := seen[g.code]; twice {
			row.Fail("code", "group %q stands already at %s", g.code, at)
			return
		}
		seen[g.code] = row.Pos()
		if slices.Contains(ungrouped, g.code) {
			g.kinds |= t.kinds.bit(kindUngrouped)
			if !none.listed {
				none = g
			}
		}
		if n, ok := b.scope.Group(g.code); ok {
			t.rows[n] = g
		}
	})
	t.rows[size] = none
	for i := range t.rows[:size] {
		g := &t.rows[i]
		switch {
		case g.listed:
		case slices.Contains(ungrouped, g.code):
			code := g.code
			*g = none
			g.code = code
		default:
			g.kinds |= t.kinds.bit(kindUnlisted)
		}
		if suffix != "" && strings.HasSuffix(g.code, suffix) {
			g.kinds |= t.kinds.bit(kindAmbiguous)
		}
	}
	if len(t.kinds) > 64 {
		d.Fail("groups", "there are %d kinds of group, at most 64 are possible", len(t.kinds))
	}
}

// informative are columns of a group table that tell where its figures come from and decide nothing.
var informative = []string{"primary_care", "cv", "trimmed", "cases_by_year", "case_cap"}

func (b *builder) readGroup(d *policy.Decoder, few int) group {
	g := group{code: d.Text("code"), name: d.TextOr("name", ""), listed: true}
	kinds := &b.groups.kinds
	for _, word := range d.Texts("kind") {
		g.kinds |= kinds.bit(word)
	}
	if !d.BoolOr("stable", true) {
		g.kinds |= kinds.bit(kindUnstable)
	}
	if d.Has("cases") && d.IntOr("cases", 0) < few {
		g.kinds |= kinds.bit(kindFew)
	}
	g.samePrice = d.BoolOr("same_price", false)
	g.mean = boundedFen(d, "mean_cost")
	g.lowLimit, g.highLimit = boundedFen(d, "low_limit"), boundedFen(d, "high_limit")
	g.lowRatio, g.highRatio = boundedRatio(d, "low_ratio"), boundedRatio(d, "high_ratio")
	g.dayRate, g.dayPoints = boundedFen(d, "day_rate"), nanoOf(d, "day_points")
	g.lowDay, g.lowPerDay = int32(d.IntOr("low_day", 0)), nanoOf(d, "low_per_day")
	g.lowBase = nanoOf(d, "low_base")
	g.highDay, g.highPerDay = int32(d.IntOr("high_day", 0)), nanoOf(d, "high_per_day")
	g.transferDays, g.meanDays = nanoOf(d, "transfer_per_day"), boundedRatio(d, "mean_days")
	for _, key := range informative {
		d.Raw(key)
	}
	given := ""
	for _, key := range []string{"base_points", "weight", "score"} {
		if !d.Has(key) {
			continue
		}
		if given != "" {
			d.Fail(key, "the row gives %s already; one of base_points, weight and score is enough", given)
		}
		given, g.base = key, nanoOf(d, key)
	}
	if g.mean > 0 && g.base > 0 && b.scale > 0 && (given == "base_points" && b.method == byPoints || given == "score" && b.method == byScores) {
		// A quotient that does not fit is of no use for comparing, and no fault of the row.
		if implied, err := money.MulDiv(int64(g.mean), b.scale*nano, g.base, money.HalfUp); err == nil {
			g.implied = money.Fen(implied)
		}
	}
	if given == "" && g.mean > 0 {
		g.base, g.fromMean = b.baseOf(d, g.mean), true
	}
	if g.mean == 0 && g.base > 0 && b.scale > 0 && b.reference > 0 {
		// The table gives points only: the mean that they stand for.
		mean, err := money.MulDiv(g.base, int64(b.reference), b.scale*nano, money.HalfUp)
		if err != nil {
			d.Fail("base_points", "%v", err)
		}
		g.mean = money.Fen(mean)
	}
	return g
}

// baseOf works out base points = mean cost / reference mean × scale, rounded to the decimals of the pack.
func (b *builder) baseOf(d *policy.Decoder, mean money.Fen) int64 {
	if b.reference == 0 {
		// Without a reference mean the group is left without base points; classes that need them do not apply to it.
		return 0
	}
	unit := pow10(b.baseDecimals)
	v, err := product(int64(mean), b.scale, unit).over(b.round, uint64(b.reference))
	if err != nil {
		d.Fail("mean_cost", "%v", err)
		return 0
	}
	return v * (nano / unit)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// nanoOf reads a number with up to nine decimals, from 0 to ten million; 0 when absent.
func nanoOf(d *policy.Decoder, key string) int64 {
	text := d.TextOr(key, "")
	if text == "" {
		return 0
	}
	v, err := money.ParseDecimal(text, 9)
	if err != nil {
		d.Fail(key, "%v", err)
		return 0
	}
	if v < 0 || v > maxBase {
		d.Fail(key, "%s is not from 0 to 10000000", text)
		return 0
	}
	return v
}

func boundedFen(d *policy.Decoder, key string) money.Fen {
	v := d.FenOr(key, 0)
	if v < 0 || v > maxMoney {
		d.Fail(key, "%s is not from 0 to %s", v, maxMoney)
		return 0
	}
	return v
}

func boundedRatio(d *policy.Decoder, key string) money.Ratio {
	v := d.RatioOr(key, 0)
	if v < 0 || v > maxRatio {
		d.Fail(key, "%s is not from 0 to %s", v, maxRatio)
		return 0
	}
	return v
}

// knownCodes reads a list of group codes of which each must be in a group table or among the claims: a slip of the pen would
// otherwise choose nothing. Where the list says ignore_unlisted, as one for a whole nation does, other codes are passed over.
func (b *builder) knownCodes(d *policy.Decoder, key string) []string {
	codes := b.codes(d, key)
	if !d.BoolOr("ignore_unlisted", false) {
		b.known(d, key, codes)
	}
	return codes
}

// known refuses codes that neither a group table nor a claim has. The codes of stays without a group, and of ambiguous
// ones, are known everywhere.
func (b *builder) known(d *policy.Decoder, key string, codes []string) {
	for i, code := range codes {
		if code == "*" || slices.Contains(b.groups.ungrouped, code) || b.groups.suffix != "" && strings.HasSuffix(code, b.groups.suffix) {
			continue
		}
		if near, ok := b.scope.Known(code); !ok {
			d.FailItem(key, i, "%q is no code of the group table or the claims%s", code, near)
		}
	}
}

// codes reads a list of group codes: words, or the rows of a table with a column code.
func (b *builder) codes(d *policy.Decoder, key string) []string {
	raw := d.Raw(key)
	if raw == nil || raw.Shape != policy.List || len(raw.Items) == 0 || raw.Items[0].Shape != policy.Map {
		return d.Texts(key)
	}
	var out []string
	d.Each(key, func(_ int, row *policy.Decoder) {
		out = append(out, row.Text("code"))
		row.TextOr("name", "")
	})
	return out
}
