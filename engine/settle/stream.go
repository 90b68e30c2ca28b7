package settle

import (
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Method tells how the claims of a stream are paid.
type Method uint8

// The methods, in the order of MethodNames.
const (
	ByPoints     Method = iota // points of a pool, valued at the year end (点数法, 浮动费率, DIP)
	ByDirect                   // the price of each stay, known without a point value (固定费率, 床日, 按项目)
	ByBooked                   // the fund's part as adjudicated (列账)
	ByCapitation               // an amount per insured person (按人头)
	ByNone                     // not paid by these budgets; counted only
)

// MethodNames are the words of the methods in packs.
var MethodNames = []string{"points", "direct", "booked", "capitation", "none"}

// Priced reports whether the stays of a stream with this method must be priced by package drg.
func (m Method) Priced() bool { return m == ByPoints || m == ByDirect }

// String gives the word used in packs.
func (m Method) String() string { return MethodNames[m] }

// Stream is a kind of claim with its way of payment.
type Stream struct {
	ID      string
	TitleZh string
	TitleEn string
	Method  Method
	Budget  string // id; "" for none
	Pool    string // id; "" for none
	Sources []policy.Source

	pos     policy.Pos
	shares  bool
	place   claims.Place // where all its claims took place; see placeOf
	budget  int          // position in the settlement's budgets
	pool    int          // position in the settlement's pools, or -1
	advance money.Ratio  // or -1 for that of the part advance
	heads   *capitation  // of a capitation stream
}

// Priced reports whether the claims of the stream need a price from package drg.
func (s *Stream) Priced() bool { return s.Method == ByPoints || s.Method == ByDirect }

// decodeStreams reads the list of streams and the look-up that finds a claim's.
func (c *compiler) decodeStreams(d *policy.Decoder) {
	var selectors []policy.Selector
	d.Each("streams", func(_ int, it *policy.Decoder) {
		method := it.WordOr("method", MethodNames, -1)
		if !it.Has("method") {
			it.Fail("method", "is missing; it is one of %s", strings.Join(MethodNames, ", "))
		}
		s := Stream{ID: it.Text("id"), Method: Method(max(method, 0)), Pool: it.TextOr("pool", ""),
			Budget: it.TextOr("budget", ""), pos: it.Pos(), pool: -1}
		s.TitleZh, s.TitleEn = title(it, s.ID)
		s.Sources = c.law("settle.streams."+s.ID, nil)
		var sel policy.Selector
		if w := it.Sub("when"); w != nil {
			sel = w.Selector(c.scope)
			s.place = placeOf(w.Texts("place"))
			w.Close()
		}
		s.shares = it.BoolOr("shares", s.Priced())
		s.advance = -1
		if it.Has("advance") {
			s.advance = it.Share("advance")
		}
		if method >= 0 && (s.Method == ByPoints) != (s.Pool != "") {
			it.Fail("pool", "a stream paid by points needs a pool, and no other stream has one")
		}
		if s.Method == ByDirect {
			c.needsFundMethod(it)
		}
		if s.Method == ByNone && s.Budget != "" {
			it.Fail("budget", "a stream of method none is charged to no budget")
		}
		if (s.Method == ByCapitation) != it.Has("capitation") {
			it.Fail("capitation", "a stream of method capitation needs it, and no other stream has it")
		}
		if h := it.Sub("capitation"); h != nil {
			s.heads = c.decodeCapitation(h)
			h.Close()
		}
		if slices.ContainsFunc(c.s.streams, func(o Stream) bool { return o.ID == s.ID }) {
			it.Fail("id", "%q stands there twice", s.ID)
		}
		c.s.streams = append(c.s.streams, s)
		selectors = append(selectors, sel)
	})
	if len(c.s.streams) == 0 {
		d.Fail("streams", "is missing; at least one stream is needed, such as {id: all, method: booked}")
	}
	c.s.lookup = policy.NewLookup(selectors, len(c.scope.Schemes))
}

// needsFundMethod fails where a direct stream would pay nothing for stays that part drg prices, because no fund_method turns their
// price into what the fund owes. Under methods that find prices at the settlement there is none, and only classes that pay
// what was booked have something to pay. What else is wrong with the part is told by package drg.
func (c *compiler) needsFundMethod(it *policy.Decoder) {
	drg := c.rules.Tree.Get("drg")
	if v := drg.Get("fund_method"); v != nil && v.Shape == policy.Scalar && v.Text != "none" {
		return
	}
	var priced, booked int
	if classes := drg.Get("classes"); classes != nil {
		for _, class := range classes.Items {
			switch v := class.Get("pay").Get("formula"); {
			case v == nil || v.Text == "none":
			case v.Text == "fund":
				booked++
			default:
				priced++
			}
		}
	}
	switch v := drg.Get("method"); {
	case priced == 0 || v == nil:
	case v.Text == "rate" || v.Text == "per_diem":
		it.Fail("method", "direct pays nothing for a priced stay without drg.fund_method, which is one of a, b, booked")
	case booked == 0:
		it.Fail("method", "direct pays nothing under drg.method %s, which prices stays at the settlement: take method points with a pool, or drg.method rate or per_diem with drg.fund_method a, b or booked", v.Text)
	}
}

// placeOf tells where all claims of a stream took place: in the region unless it selects only other places.
func placeOf(words []string) claims.Place {
	switch {
	case len(words) == 0 || slices.Contains(words, claims.Local.String()) || slices.Contains(words, "*"):
		return claims.Local
	case len(words) == 1 && words[0] == claims.OutOfProvince.String():
		return claims.OutOfProvince
	}
	return claims.InProvince
}

// title reads a title in both languages; the id stands in for it.
func title(d *policy.Decoder, id string) (zh, en string) {
	t := d.Sub("title")
	if t == nil {
		return id, id
	}
	defer t.Close()
	return t.Text("zh"), t.Text("en")
}

// find returns the position of a name in a list, or fails the key with the nearest one.
func find(d *policy.Decoder, key, name, what string, names []string) int {
	at := slices.Index(names, name)
	if at < 0 {
		d.Fail(key, "there is no %s %q; there are %s%s", what, name, orNone(names), nearest.Hint(name, names))
	}
	return at
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// perScheme is a parameter that may differ by scheme. The zero value is the same zero for all.
type perScheme[T any] struct {
	all T
	by  []T // nil: the same for all
}

// of returns the value for a scheme; -1 asks for all schemes together.
func (p perScheme[T]) of(scheme int) T {
	if p.by == nil || scheme < 0 {
		return p.all
	}
	return p.by[scheme]
}

// byScheme reads one value, or a map from scheme to value. A map may also name the usual schemes that a region lacks.
func byScheme[T any](c *compiler, d *policy.Decoder, key string, read func(d *policy.Decoder, key string) T) perScheme[T] {
	if v := d.Raw(key); v == nil || v.Shape != policy.Map {
		return perScheme[T]{all: read(d, key)}
	}
	sub := d.Sub(key)
	defer sub.Close()
	p := perScheme[T]{by: make([]T, len(c.reg.Schemes))}
	for i, name := range c.reg.Schemes {
		p.by[i] = read(sub, name)
	}
	for _, name := range region.DefaultSchemes {
		sub.Raw(name)
	}
	return p
}

// needSame fails a parameter that differs by scheme where all schemes share one fund.
func needSame[T any](d *policy.Decoder, key string, joint bool, p perScheme[T]) {
	if joint && p.by != nil {
		d.Fail(key, "must be one value, as the budget is for all schemes together")
	}
}

// fundID names a fund in results.
func fundID(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}
