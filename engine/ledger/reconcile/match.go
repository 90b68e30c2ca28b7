package reconcile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Key is a list of fields by which rows may meet that do not meet by id.
type Key string

// The fallback keys, in the order in which they are tried. Gross cost and refund flag belong to each. A key whose fields a side
// lacks is passed over, as is a row in which one of them is blank.
const (
	ByVisit Key = "person+visit"
	ByDay   Key = "person+hospital+date"
)

// Keys lists the fallback keys that can be asked for.
var Keys = []Key{ByVisit, ByDay}

func (k Key) known(f Fields) bool {
	if k == ByVisit {
		return f.Person && f.Visit
	}
	return f.Person && f.Hospital
}

// of returns a row's key, or "" when a part of it is blank.
func (k Key) of(r *Record) string {
	a, b := r.Visit, ""
	if k == ByDay {
		a, b = r.Hospital, strconv.Itoa(int(r.Date))
	}
	if r.Person == "" || a == "" {
		return ""
	}
	return r.Person + "\x00" + a + "\x00" + b
}

// matcher matches two sides.
type matcher struct {
	month   calendar.Month // 0 for all
	monthly [3]bool        // whether a side's list is that month's
	has     Fields
	result  *Result
	err     error
}

// inScope tells whether a row belongs to the month that is reconciled.
func (m *matcher) inScope(r *Record) bool { return m.month == 0 || r.Month() == m.month }

// byID matches the rows of one part by id, and returns those that found no partner.
func (m *matcher) byID(ours, theirs []*Record) (left []*Record) {
	for len(ours) > 0 || len(theirs) > 0 {
		id := ""
		switch {
		case len(theirs) == 0 || len(ours) > 0 && ours[0].ID < theirs[0].ID:
			id = ours[0].ID
		default:
			id = theirs[0].ID
		}
		var o, t []*Record
		o, ours = take(ours, id)
		t, theirs = take(theirs, id)
		left = append(left, m.sameID(o, t)...)
	}
	return left
}

// take cuts the rows of an id off the front of a sorted list.
func take(rs []*Record, id string) (of, rest []*Record) {
	n := 0
	for n < len(rs) && rs[n].ID == id {
		n++
	}
	return rs[:n], rs[n:]
}

// sameID matches the rows of one id. Rows of one flag meet first; a row whose flag the other side lacks is left over, and marked
// when the other side has the id at all.
func (m *matcher) sameID(ours, theirs []*Record) (left []*Record) {
	var only [2][2]*Record // by side and flag: the row that found none of its flag
	for flag := range 2 {
		o, t := withFlag(ours, flag == 1), withFlag(theirs, flag == 1)
		o, t = m.pairEqual(o, t)
		n := min(len(o), len(t))
		for i := range n {
			m.pair(o[i], t[i], false)
		}
		if both := min(len(withFlag(ours, true)), len(withFlag(theirs, true))); flag == 1 && both > 0 {
			ghost := *withFlag(ours, true)[0]
			ghost.ghost = true
			left = append(left, &ghost)
		}
		met := n > 0 || len(o)+len(t) < len(withFlag(ours, flag == 1))+len(withFlag(theirs, flag == 1))
		for side, rest := range [2][]*Record{o[n:], t[n:]} {
			for i, r := range rest {
				if met || i > 0 {
					m.single(Duplicate, r, nil)
				} else {
					only[side][flag] = r
				}
			}
		}
	}
	for side := range 2 {
		for flag := range 2 {
			r, other := only[side][flag], only[1-side][1-flag]
			if r == nil {
				continue
			}
			if other != nil && only[side][1-flag] == nil && only[1-side][flag] == nil {
				// One side has only the visit, the other only its refund.
				if side == 0 {
					m.pair(r, other, false)
				}
				continue
			}
			others := [2][]*Record{theirs, ours}[side]
			r.half = len(others) > 0
			left = append(left, r)
		}
	}
	return left
}

func withFlag(rs []*Record, refund bool) []*Record {
	at := slices.IndexFunc(rs, func(r *Record) bool { return r.Refund })
	if at < 0 {
		at = len(rs)
	}
	if refund {
		return rs[at:]
	}
	return rs[:at]
}

// pairEqual takes out the pairs that agree in everything.
func (m *matcher) pairEqual(ours, theirs []*Record) (o, t []*Record) {
	t = slices.Clone(theirs)
	for _, r := range ours {
		at := slices.IndexFunc(t, func(x *Record) bool { return len(between(r, x, m.has, false)) == 0 })
		if at < 0 {
			o = append(o, r)
			continue
		}
		m.pair(r, t[at], false)
		t = slices.Delete(t, at, at+1)
	}
	return o, t
}

// byKey matches left-over rows of one part by a fallback key, and returns those that still found no partner.
func (m *matcher) byKey(k Key, rs []*Record) (left []*Record) {
	keyed := make([]string, len(rs))
	order := make([]int, len(rs))
	for i, r := range rs {
		keyed[i], order[i] = k.of(r), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(keyed[a], keyed[b]) })
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && keyed[order[hi]] == keyed[order[lo]] {
			hi++
		}
		group := make([]*Record, 0, hi-lo)
		for _, i := range order[lo:hi] {
			group = append(group, rs[i])
		}
		left = append(left, m.sameKey(group)...)
		lo = hi
	}
	return left
}

// sameKey matches rows that share a fallback key: a row of each side with the same flag and cost, and, within one side, a visit and
// the refund of an earlier upload of it.
func (m *matcher) sameKey(rs []*Record) []*Record {
	slices.SortFunc(rs, (*Record).compare)
	gone := make([]bool, len(rs))
	for i, o := range rs {
		if o.Side != Ours || o.ghost || gone[i] {
			continue
		}
		for j, t := range rs {
			if t.Side != Ours && !t.ghost && !gone[j] && t.Refund == o.Refund && t.Amount[Gross] == o.Amount[Gross] {
				m.pair(o, t, true)
				gone[i], gone[j] = true, true
				break
			}
		}
	}
	for i, back := range rs {
		if !back.Refund || gone[i] {
			continue
		}
		for j, r := range rs {
			if back.ghost && !r.Refund && !gone[j] && r.ID != back.ID && r.Amount[Gross] == -back.Amount[Gross] {
				m.single(OneReupload, r, nil)
				gone[i], gone[j] = true, true
				break
			}
			if !back.ghost && r.Side == back.Side && !r.Refund && !gone[j] && r.ID != back.ID && r.Amount[Gross] == -back.Amount[Gross] {
				m.single(Reuploaded, r, back)
				gone[i], gone[j] = true, true
				break
			}
		}
	}
	var left []*Record
	for i, r := range rs {
		if !gone[i] {
			left = append(left, r)
		}
	}
	return left
}

// alone reports a row that found no partner at all.
func (m *matcher) alone(r *Record) {
	switch {
	case r.ghost:
	case r.half:
		m.single(StatusDiffers, r, nil)
	case !m.inScope(r):
		m.single(WrongMonth, r, nil)
	case r.Side == Ours:
		m.single(OnlyOurs, r, nil)
	default:
		m.single(OnlyTheirs, r, nil)
	}
}

// pair books two rows that belong together, with how they differ.
func (m *matcher) pair(o, t *Record, renamed bool) {
	if !m.inScope(o) && !m.inScope(t) {
		m.aside(o)
		m.aside(t)
		return
	}
	m.count(o)
	m.count(t)
	diffs := between(o, t, m.has, renamed)
	if len(diffs) == 0 {
		m.result.Matched++
		return
	}
	m.explain(o, -1)
	m.explain(t, 1)
	for i := range diffs {
		m.result.take(&diffs[i])
	}
	m.result.Pairs++
}

// single books a row of one side without a partner; second, if any, is the row of the same side that it is linked with.
func (m *matcher) single(c Class, r, second *Record) {
	if !m.inScope(r) && (second == nil || !m.inScope(second)) && !m.monthly[r.Side] {
		m.aside(r)
		if second != nil {
			m.aside(second)
		}
		return
	}
	sign := money.Fen(1)
	d := Difference{Class: c, Theirs: r, Second: second, Delta: r.Amount[Gross]}
	if r.Side == Ours {
		sign = -1
		d = Difference{Class: c, Ours: r, Second: second, Delta: -r.Amount[Gross]}
	}
	if c == WrongMonth {
		d.Field = "month"
	}
	for _, x := range []*Record{r, second} {
		if x != nil {
			m.count(x)
			m.explain(x, sign)
		}
	}
	if second != nil {
		d.Delta += sign * second.Amount[Gross]
	}
	m.result.take(&d)
	m.result.Singles++
}

func (m *matcher) count(r *Record) { m.note(m.result.total(r.Side, r.cell(m.has)).add(r, 1)) }
func (m *matcher) explain(r *Record, sign money.Fen) {
	m.note(m.result.explained(r.cell(m.has)).add(r, sign))
}
func (m *matcher) aside(r *Record) { m.note(m.result.Aside[sideIndex(r.Side)].add(r, 1)) }

func (m *matcher) note(err error) {
	if m.err == nil {
		m.err = err
	}
}

// sideIndex numbers the bureau 0 and whoever it is compared with 1.
func sideIndex(s Side) int {
	if s == Ours {
		return 0
	}
	return 1
}
