package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// annotations are keys that may stand in any map of a pack: they say where a value comes from and decide nothing.
var annotations = []string{"cite", "verified", "note", "review"}

// A Decoder reads the keys of one Map strictly. Each method names a key and returns its value; a fault is kept and the
// zero value returned, so that one pass finds all faults. Err tells them at the end, together with keys that nobody
// asked for. A method without Or demands its key.
type Decoder struct {
	v     *Value
	what  string
	asked []string
	bad   []string // keys with a fault: the first one told is enough
	sink  *Errors
	mine  Errors
}

// Decode starts reading a Map; what names it in messages ("step deductible").
func Decode(v *Value, what string) *Decoder {
	d := &Decoder{v: v, what: what}
	d.sink = &d.mine
	if v == nil || v.Shape != Map {
		d.v = &Value{Shape: Map}
		if v != nil {
			d.v.Pos = v.Pos
		}
		d.failAt(d.v.Pos, "%s must be a set of keys", what)
	}
	return d
}

// Pos is where the map stands.
func (d *Decoder) Pos() Pos { return d.v.Pos }

// Value is the map itself.
func (d *Decoder) Value() *Value { return d.v }

// Fail keeps a fault at the place of a key, or of the map when the key is not there. Only the first fault of a key is kept.
func (d *Decoder) Fail(key, format string, args ...any) { d.FailItem(key, -1, format, args...) }

// FailItem is Fail at the place of an item of the list under the key, counted from 0: a row of a table has its own line.
func (d *Decoder) FailItem(key string, i int, format string, args ...any) {
	if slices.Contains(d.bad, key) {
		return
	}
	d.bad = append(d.bad, key)
	pos := d.v.Pos
	if item := d.v.Get(key); item != nil {
		pos = item.Pos
		if i >= 0 && i < len(item.Items) {
			pos = item.Items[i].Pos
		}
	}
	d.failAt(pos, "%s: %s: %s", d.what, key, fmt.Sprintf(format, args...))
}

func (d *Decoder) failAt(pos Pos, format string, args ...any) {
	*d.sink = append(*d.sink, fmt.Errorf("%s: %s", pos, fmt.Sprintf(format, args...)))
}

// Has reports whether a key is there with a value, and counts as asking for it.
func (d *Decoder) Has(key string) bool {
	item := d.ask(key)
	return item != nil && item.Shape != Null
}

func (d *Decoder) ask(key string) *Value {
	if !slices.Contains(d.asked, key) {
		d.asked = append(d.asked, key)
	}
	return d.v.Get(key)
}

// Raw returns the value under a key undecoded, or nil.
func (d *Decoder) Raw(key string) *Value { return d.ask(key) }

func (d *Decoder) scalar(key string, required bool) (string, bool) {
	item := d.ask(key)
	if item == nil || item.Shape == Null {
		if required {
			d.missing(key)
		}
		return "", false
	}
	if item.Shape != Scalar {
		d.Fail(key, "must be a single value")
		return "", false
	}
	return item.Text, true
}

func (d *Decoder) missing(key string) {
	if !slices.Contains(d.bad, key) {
		d.bad = append(d.bad, key)
		d.failAt(d.v.Pos, "%s: %s is missing", d.what, key)
	}
}

func get[T any](d *Decoder, key string, required bool, fallback T, parse func(string) (T, error)) T {
	s, ok := d.scalar(key, required)
	if !ok {
		return fallback
	}
	v, err := parse(s)
	if err != nil {
		d.Fail(key, "%v", err)
		return fallback
	}
	return v
}

// Text reads words.
func (d *Decoder) Text(key string) string { s, _ := d.scalar(key, true); return s }

// TextOr reads words, or returns the fallback when the key is absent.
func (d *Decoder) TextOr(key, fallback string) string {
	if s, ok := d.scalar(key, false); ok {
		return s
	}
	return fallback
}

// Fen reads an exact amount in currency units.
func (d *Decoder) Fen(key string) money.Fen { return get(d, key, true, 0, money.ParseFen) }

// FenOr reads an exact amount, or returns the fallback when the key is absent.
func (d *Decoder) FenOr(key string, fallback money.Fen) money.Fen {
	return get(d, key, false, fallback, money.ParseFen)
}

// Ratio reads an exact ratio ("0.85", "85%").
func (d *Decoder) Ratio(key string) money.Ratio { return get(d, key, true, 0, money.ParseRatio) }

// RatioOr reads an exact ratio, or returns the fallback when the key is absent.
func (d *Decoder) RatioOr(key string, fallback money.Ratio) money.Ratio {
	return get(d, key, false, fallback, money.ParseRatio)
}

// Share reads a ratio between 0 and 1.
func (d *Decoder) Share(key string) money.Ratio { return d.within01(key, d.Ratio(key)) }

// ShareOr reads a ratio between 0 and 1, or returns the fallback when the key is absent.
func (d *Decoder) ShareOr(key string, fallback money.Ratio) money.Ratio {
	return d.within01(key, d.RatioOr(key, fallback))
}

func (d *Decoder) within01(key string, r money.Ratio) money.Ratio {
	if r < 0 || r > money.One {
		d.Fail(key, "%s is not between 0 and 1", r)
	}
	return r
}

// Points reads exact points.
func (d *Decoder) Points(key string) money.Points { return get(d, key, true, 0, money.ParsePoints) }

// PointsOr reads exact points, or returns the fallback when the key is absent.
func (d *Decoder) PointsOr(key string, fallback money.Points) money.Points {
	return get(d, key, false, fallback, money.ParsePoints)
}

// Int reads a whole number.
func (d *Decoder) Int(key string) int { return get(d, key, true, 0, parseInt) }

// IntOr reads a whole number, or returns the fallback when the key is absent.
func (d *Decoder) IntOr(key string, fallback int) int { return get(d, key, false, fallback, parseInt) }

func parseInt(s string) (int, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return int(n), nil
}

// BoolOr reads true or false, or returns the fallback when the key is absent.
func (d *Decoder) BoolOr(key string, fallback bool) bool {
	return get(d, key, false, fallback, func(s string) (bool, error) {
		switch s {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return false, fmt.Errorf("%q is neither true nor false", s)
	})
}

// Date reads a day.
func (d *Decoder) Date(key string) claims.Date {
	return get(d, key, true, claims.NoDate, claims.ParseDate)
}

// DateOr reads a day, or returns the fallback when the key is absent.
func (d *Decoder) DateOr(key string, fallback claims.Date) claims.Date {
	return get(d, key, false, fallback, claims.ParseDate)
}

// Word reads one of the given words and returns its position.
func (d *Decoder) Word(key string, words []string) int { return d.word(key, words, true, 0) }

// WordOr reads one of the given words, or returns the fallback when the key is absent.
func (d *Decoder) WordOr(key string, words []string, fallback int) int {
	return d.word(key, words, false, fallback)
}

func (d *Decoder) word(key string, words []string, required bool, fallback int) int {
	return get(d, key, required, fallback, func(s string) (int, error) {
		if i := slices.Index(words, s); i >= 0 {
			return i, nil
		}
		return 0, fmt.Errorf("%q is none of %s%s", s, strings.Join(words, ", "), nearest.Hint(s, words))
	})
}

// RoundingOr reads the name of a rounding.
func (d *Decoder) RoundingOr(key string, fallback money.Rounding) money.Rounding {
	return get(d, key, false, fallback, money.ParseRounding)
}

// Texts reads a list of words, or a single word, or words parted by blanks (the form of a CSV cell); nil when absent.
func (d *Decoder) Texts(key string) []string {
	item := d.ask(key)
	switch {
	case item == nil || item.Shape == Null:
		return nil
	case item.Shape == Scalar:
		return strings.Fields(item.Text)
	case item.Shape == Map:
		d.Fail(key, "must be a list of words")
		return nil
	}
	var out []string
	for _, it := range item.Items {
		if it.Shape != Scalar {
			d.failAt(it.Pos, "%s: %s: must be a list of words", d.what, key)
			return nil
		}
		out = append(out, it.Text)
	}
	return out
}

// Sub reads the map under a key with a Decoder of its own, whose faults join this one's; nil when the key is absent.
// The caller must end it with Close.
func (d *Decoder) Sub(key string) *Decoder {
	item := d.ask(key)
	if item == nil || item.Shape == Null {
		return nil
	}
	return d.child(item, d.what+"."+key)
}

func (d *Decoder) child(item *Value, what string) *Decoder {
	c := &Decoder{v: item, what: what, sink: d.sink}
	if item.Shape != Map {
		c.v = &Value{Shape: Map, Pos: item.Pos}
		c.failAt(item.Pos, "%s must be a set of keys", what)
	}
	return c
}

// Each reads the list of maps under a key, giving each item a Decoder that is closed when read returns. An absent key is
// an empty list. It returns the number of items.
func (d *Decoder) Each(key string, read func(i int, item *Decoder)) int {
	list := d.ask(key)
	if list == nil || list.Shape == Null {
		return 0
	}
	if list.Shape != List {
		d.Fail(key, "must be a list")
		return 0
	}
	for i, it := range list.Items {
		c := d.child(it, fmt.Sprintf("%s.%s[%d]", d.what, key, i+1))
		read(i, c)
		c.Close()
	}
	return len(list.Items)
}

// Close ends a Decoder got from Sub: keys that nobody asked for are faults.
func (d *Decoder) Close() {
	for i, k := range d.v.Keys {
		if slices.Contains(d.asked, k) || slices.Contains(annotations, k) {
			continue
		}
		allowed := slices.Clone(d.asked)
		slices.Sort(allowed)
		d.failAt(d.v.Items[i].Pos, "%s: unknown key %q; allowed are %s%s", d.what, k, strings.Join(allowed, ", "), nearest.Hint(k, d.asked))
	}
}

// Err ends a Decoder got from Decode and returns its faults, or nil.
func (d *Decoder) Err() error {
	d.Close()
	if len(*d.sink) == 0 {
		return nil
	}
	return *d.sink
}
