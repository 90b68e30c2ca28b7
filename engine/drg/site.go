package drg

import (
	"math"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// A site is where and under which scheme a stay is priced: with the group it decides rate, coefficient and limits.
type site struct {
	hospital int
	scheme   int
}

// siteTable is a table whose first matching row gives a number for a site and a group. Its rows may ask only for what these
// decide (scheme, tier, private, internet, hospital, specialty, group, same_price, base_up_to, mean_up_to), so that the whole
// table is worked out before the first claim.
type siteTable struct {
	rows    []siteRow
	byGroup map[int32][]int32 // rows that name groups, in order
	any     []int32           // rows that name none, in order
}

type siteRow struct {
	selector   policy.Selector
	hospitals  []int32
	specialty  []string
	samePrice  int8 // -1 any, else 0 or 1
	baseUpTo   int64
	meanUpTo   int64
	value      int64
	pos        policy.Pos
	namesGroup bool
}

// asks notes what any table of the pack asks of a site: sites that answer alike share their prices.
type asks struct{ scheme, hospital bool }

// movingKeys are the words of a selector that differ between the stays of one site.
var movingKeys = []string{"setting", "retired", "signed", "assistance", "place", "filed", "referral", "same_county", "age"}

// readSiteTable reads a list of rows with the number under valueKey, or a single number that holds everywhere.
func (b *builder) readSiteTable(d *policy.Decoder, key, valueKey string, read func(row *policy.Decoder, key string) int64) *siteTable {
	raw := d.Raw(key)
	if raw == nil || raw.Shape == policy.Null {
		return nil
	}
	t := &siteTable{byGroup: map[int32][]int32{}}
	if raw.Shape == policy.Scalar {
		t.rows = []siteRow{{samePrice: -1, baseUpTo: math.MaxInt64, meanUpTo: math.MaxInt64, value: read(d, key), pos: raw.Pos}}
		t.any = []int32{0}
		return t
	}
	d.Each(key, func(_ int, row *policy.Decoder) {
		n := int32(len(t.rows))
		r := b.readSiteRow(row)
		r.value = read(row, valueKey)
		codes := row.Texts("group")
		b.known(row, "group", codes)
		r.namesGroup = len(codes) > 0 && !slices.Contains(codes, "*")
		t.rows = append(t.rows, r)
		if !r.namesGroup {
			t.any = append(t.any, n)
			return
		}
		for _, code := range codes {
			if g, ok := b.scope.Group(code); ok {
				t.byGroup[g] = append(t.byGroup[g], n)
			}
		}
	})
	if len(t.rows) == 0 {
		d.Fail(key, "needs a value or at least one row")
	}
	return t
}

func (b *builder) readSiteRow(d *policy.Decoder) siteRow {
	r := siteRow{samePrice: -1, baseUpTo: math.MaxInt64, meanUpTo: math.MaxInt64, pos: d.Pos()}
	for _, key := range movingKeys {
		if d.Value().Get(key) != nil {
			d.Fail(key, "is not decided by hospital, scheme and group; a row here may ask for scheme, tier, private, internet, hospital, specialty, group, same_price, base_up_to, mean_up_to")
			d.Raw(key)
		}
	}
	r.selector = d.Selector(b.scope)
	if d.Has("scheme") {
		b.asks.scheme = true
	}
	for _, id := range d.Texts("hospital") {
		n, ok := b.reg.Hospital(id)
		if !ok {
			d.Fail("hospital", "%q is not a hospital of region %s%s", id, b.reg.Name, nearest.Hint(id, b.hospitalIDs()))
			continue
		}
		b.asks.hospital = true
		r.hospitals = append(r.hospitals, n)
	}
	for _, word := range d.Texts("specialty") {
		if !slices.Contains(region.Specialties, word) {
			d.Fail("specialty", "%q is none of %s%s", word, strings.Join(region.Specialties, ", "), nearest.Hint(word, region.Specialties))
		}
		r.specialty = append(r.specialty, word)
	}
	if d.Has("same_price") {
		r.samePrice = 0
		if d.BoolOr("same_price", false) {
			r.samePrice = 1
		}
	}
	if d.Has("base_up_to") {
		r.baseUpTo = nanoOf(d, "base_up_to")
	}
	if d.Has("mean_up_to") {
		r.meanUpTo = int64(boundedFen(d, "mean_up_to"))
	}
	return r
}

func (b *builder) hospitalIDs() []string {
	ids := make([]string, len(b.reg.Hospitals))
	for i, h := range b.reg.Hospitals {
		ids[i] = h.ID
	}
	return ids
}

// find returns the first row that serves a site and a group, or nil.
func (t *siteTable) find(b *builder, s site, n int32, g *group) *siteRow {
	if t == nil {
		return nil
	}
	named, any := t.byGroup[n], t.any
	for len(named) > 0 || len(any) > 0 {
		var next int32
		if len(any) == 0 || len(named) > 0 && named[0] < any[0] {
			next, named = named[0], named[1:]
		} else {
			next, any = any[0], any[1:]
		}
		if r := &t.rows[next]; r.serves(b, s, n, g) {
			return r
		}
	}
	return nil
}

// everywhere tells whether the row asks for nothing.
func (r *siteRow) everywhere() bool {
	return r.selector.Any() && r.hospitals == nil && r.specialty == nil && r.samePrice < 0 && !r.namesGroup &&
		r.baseUpTo == math.MaxInt64 && r.meanUpTo == math.MaxInt64
}

func (r *siteRow) serves(b *builder, s site, n int32, g *group) bool {
	h := &b.reg.Hospitals[s.hospital]
	c := claims.Claim{Group: n}
	c.Facts[claims.FactScheme], c.Facts[claims.FactTier] = uint8(s.scheme), uint8(h.Tier)
	c.Facts[claims.FactPrivate], c.Facts[claims.FactInternet] = bit(h.Private), bit(h.Internet)
	return r.selector.Match(&c) &&
		(r.hospitals == nil || slices.Contains(r.hospitals, int32(s.hospital))) &&
		(r.specialty == nil || slices.Contains(r.specialty, h.Specialty)) &&
		(r.samePrice < 0 || r.samePrice == int8(bit(g.samePrice))) &&
		g.base <= r.baseUpTo && int64(g.mean) <= r.meanUpTo
}

func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
