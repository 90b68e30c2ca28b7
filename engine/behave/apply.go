package behave

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/bits"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// Moved tells what one assumption did.
type Moved struct {
	Kind     Kind
	Text     string // the assumption as the study states it
	Eligible int64  // claims that it is about
	Changed  int64  // claims moved, recoded, or of another cost
	Added    int64  // claims more
	Removed  int64  // claims fewer
	// Before and After are the gross cost of the eligible claims.
	Before, After money.Fen
}

// Source is the claims that assumptions work on.
type Source struct {
	Table *claims.Table
	Keep  []bool // rows that take part; nil for all
	// Claim fills c with a row, its codes turned into the numbers of the region and the scope.
	Claim  func(row int32, c *claims.Claim)
	Region *region.Region
}

// item is one claim to be: a row of the source, changed or repeated.
type item struct {
	row      int32
	copy     int32 // 0: the row itself
	hospital int32 // number in the region; -1: as in the row
	group    int32 // position in the rules' groups plus 1; 0: as in the row
	factor   money.Ratio
}

// work is a Source being changed.
type work struct {
	src    Source
	seed   uint64
	items  []item
	copies []int32 // by row
	fixed  []bool  // rows that must stay: rejected ones, reversals and what they reverse
	treats []int64 // claims by hospital, for the choice of destinations
}

// Apply makes the claims that the assumptions lead to, which rows of them take part, and what each assumption moved. The
// source is left as it is. Selectors look at claims as the files have them.
func (a *Assumptions) Apply(src Source) (*claims.Table, []bool, []Moved, error) {
	w := &work{src: src, seed: a.Seed, copies: make([]int32, src.Table.Rows), treats: make([]int64, len(src.Region.Hospitals))}
	w.fix()
	var c claims.Claim
	for row := range src.Table.Rows {
		w.items = append(w.items, item{row: int32(row), hospital: -1, factor: money.One})
		if src.Claim(int32(row), &c); c.Hospital >= 0 {
			w.treats[c.Hospital]++
		}
	}
	var moved []Moved
	var groups []string
	for k := range a.rules {
		r := &a.rules[k]
		m := Moved{Kind: r.kind, Text: r.text}
		var err error
		switch r.kind {
		case Coding:
			groups = append(groups, r.group)
			err = w.recode(k, r, int32(len(groups)), &m)
		case Shift:
			err = w.shift(k, r, &m)
		default:
			err = w.grow(k, r, &m)
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %s: %w", r.pos, r.kind, err)
		}
		moved = append(moved, m)
	}
	t, err := w.table(groups)
	if err != nil {
		return nil, nil, nil, err
	}
	var keep []bool
	if src.Keep != nil {
		keep = make([]bool, len(w.items))
		for i := range w.items {
			keep[i] = src.Keep[w.items[i].row]
		}
	}
	return t, keep, moved, nil
}

// fix notes the rows that no assumption may touch.
func (w *work) fix() {
	t := w.src.Table
	w.fixed = make([]bool, t.Rows)
	reversed := make(map[string]bool)
	for row := range t.Rows {
		if w.src.Keep != nil && !w.src.Keep[row] {
			w.fixed[row] = true
		}
		if t.Status != nil && t.Status[row] == claims.Reversal {
			w.fixed[row] = true
			reversed[t.Reverses.At(row)] = true
		}
	}
	if len(reversed) == 0 {
		return
	}
	for row := range t.Rows {
		if reversed[t.ClaimID.At(row)] {
			w.fixed[row] = true
		}
	}
}

// chance is a number of 0 to 2^64 that hangs on the seed, the assumption and the claim.
func (w *work) chance(rule int, it *item, salt uint64) uint64 {
	h := fnv.New64a()
	h.Write([]byte(w.src.Table.ClaimID.At(int(it.row)))) // a hash takes any bytes
	x := h.Sum64() ^ mix(w.seed) ^ mix(uint64(rule)<<32|uint64(uint32(it.copy))) ^ mix(salt+0x9e37)
	return mix(x)
}

// mix spreads the bits of a number over a word (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below tells whether a chance falls into a share.
func below(chance uint64, share money.Ratio) bool {
	hi, _ := bits.Mul64(chance, uint64(money.One))
	return int64(hi) < int64(share)
}

// eligible calls visit with each item that a rule is about, and its claim.
func (w *work) eligible(r *rule, m *Moved, visit func(i int, c *claims.Claim) error) error {
	var c claims.Claim
	for i := range w.items {
		it := &w.items[i]
		if w.fixed[it.row] {
			continue
		}
		if w.src.Claim(it.row, &c); !r.when.Match(&c) {
			continue
		}
		m.Eligible++
		gross, err := w.gross(it)
		if err != nil {
			return err
		}
		m.Before += gross
		if err := visit(i, &c); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) gross(it *item) (money.Fen, error) {
	return w.src.Table.Gross[it.row].Times(it.factor, money.HalfUp)
}

// after adds an item's gross cost to what a rule left.
func (w *work) after(it *item, m *Moved) error {
	gross, err := w.gross(it)
	if err != nil {
		return err
	}
	m.After, err = money.Add(m.After, gross)
	return err
}

func (w *work) recode(k int, r *rule, group int32, m *Moved) error {
	return w.eligible(r, m, func(i int, _ *claims.Claim) error {
		it := &w.items[i]
		if below(w.chance(k, it, 0), r.share) {
			it.group = group
			m.Changed++
		}
		return w.after(it, m)
	})
}

// candidate is a claim that could move.
type candidate struct {
	item   int
	chance uint64
	id     string
}

func (w *work) shift(k int, r *rule, m *Moved) error {
	there := int64(0)
	var list []candidate
	err := w.eligible(r, m, func(i int, c *claims.Claim) error {
		if r.to.serves(w.src.Region, int(c.Hospital), c.County) {
			there++
			return nil
		}
		if _, ok := w.destination(r, c, 0); ok {
			list = append(list, candidate{i, w.chance(k, &w.items[i], 0), w.src.Table.ClaimID.At(int(w.items[i].row))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.target >= 0 {
		want, err := money.MulDiv(m.Eligible, int64(r.target), int64(money.One), money.Ceil)
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.chance, b.chance), strings.Compare(a.id, b.id)) })
		list = list[:max(min(int64(len(list)), want-there), 0)]
	} else {
		list = slices.DeleteFunc(list, func(c candidate) bool { return !below(c.chance, r.share) })
	}
	var c claims.Claim
	for _, x := range list {
		it := &w.items[x.item]
		w.src.Claim(it.row, &c)
		to, _ := w.destination(r, &c, w.chance(k, it, 1))
		it.hospital = int32(to)
		if it.factor, err = it.factor.Times(r.cost, money.HalfUp); err != nil {
			return err
		}
		m.Changed++
	}
	var rest Moved
	return w.eligible(r, &rest, func(i int, _ *claims.Claim) error { return w.after(&w.items[i], m) })
}

// serves tells whether a hospital is one that a shift leads to, for a person of a county.
func (d *destination) serves(reg *region.Region, hospital int, county int32) bool {
	if hospital < 0 {
		return false
	}
	h := &reg.Hospitals[hospital]
	var c claims.Claim
	c.Facts[claims.FactTier] = uint8(h.Tier)
	if h.Private {
		c.Facts[claims.FactPrivate] = 1
	}
	if h.Internet {
		c.Facts[claims.FactInternet] = 1
	}
	if d.ownCounty && (county < 0 || h.County != reg.Counties[county]) {
		return false
	}
	return d.when.Match(&c)
}

// destination chooses the hospital that a claim moves to: the more claims a hospital has, the likelier.
func (w *work) destination(r *rule, c *claims.Claim, chance uint64) (int, bool) {
	total := uint64(0)
	for h := range w.src.Region.Hospitals {
		if w.treats[h] > 0 && r.to.serves(w.src.Region, h, c.County) {
			total += uint64(w.treats[h])
		}
	}
	if total == 0 {
		return 0, false
	}
	at, _ := bits.Mul64(chance, total)
	for h := range w.src.Region.Hospitals {
		if w.treats[h] > 0 && r.to.serves(w.src.Region, h, c.County) {
			if at < uint64(w.treats[h]) {
				return h, true
			}
			at -= uint64(w.treats[h])
		}
	}
	panic("BUG: a share of all claims lies beyond the last hospital")
}

// grow changes the number of claims and their cost. A claim more is a copy under a new id, of a new person: the person's own
// year must not change by it.
func (w *work) grow(k int, r *rule, m *Moved) error {
	gone := make(map[int]bool)
	var more []item
	err := w.eligible(r, m, func(i int, _ *claims.Claim) error {
		it := &w.items[i]
		if r.cost != money.One {
			var err error
			if it.factor, err = it.factor.Times(r.cost, money.HalfUp); err != nil {
				return err
			}
			m.Changed++
		}
		whole, part := r.volume/money.One, r.volume%money.One
		n := int(whole)
		if below(w.chance(k, it, 0), part) {
			n++
		}
		if n == 0 {
			gone[i] = true
			m.Removed++
			return nil
		}
		for range n - 1 {
			w.copies[it.row]++
			twin := *it
			twin.copy = w.copies[it.row]
			more = append(more, twin)
			m.Added++
			if err := w.after(&twin, m); err != nil {
				return err
			}
		}
		return w.after(it, m)
	})
	if err != nil {
		return err
	}
	kept := w.items[:0]
	for i := range w.items {
		if !gone[i] {
			kept = append(kept, w.items[i])
		}
	}
	w.items = append(kept, more...)
	return nil
}
