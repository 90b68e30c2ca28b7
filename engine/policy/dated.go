package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
)

// dated reports whether v is a value that changes with time: a list of maps {from, value, ...}.
func dated(v *Value) bool {
	if v.Shape != List || len(v.Items) == 0 {
		return false
	}
	for _, it := range v.Items {
		if it.Shape != Map || it.Get("from") == nil || it.Get("value") == nil {
			return false
		}
	}
	return true
}

// resolve returns the tree as it stands on a day: each dated value becomes the one in force, or vanishes when none is;
// each map with from: or until: outside of which the day lies vanishes too, and the others lose these keys. The cites of dated values are kept on them.
func resolve(v *Value, on claims.Date) (*Value, error) {
	switch {
	case dated(v):
		return resolveDated(v, on)
	case v.Shape == Scalar || v.Shape == Null:
		return v, nil
	}
	out := &Value{Shape: v.Shape, Pos: v.Pos, Cites: v.Cites}
	for i, it := range v.Items {
		if v.Shape == Map {
			if err := checkVerified(v.Keys[i], it); err != nil {
				return nil, err
			}
		}
		in, err := inForce(it, on)
		if err != nil {
			return nil, err
		}
		if !in || v.Shape == Map && it.Shape == Scalar && (v.Keys[i] == "from" || v.Keys[i] == "until") {
			continue
		}
		r, err := resolve(it, on)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		if v.Shape == Map {
			out.Keys = append(out.Keys, v.Keys[i])
		}
		out.Items = append(out.Items, r)
	}
	return out, nil
}

// checkVerified fails where verified: says neither true nor false, which would count as no.
func checkVerified(key string, v *Value) error {
	if key == "verified" && v.Shape != Null && v.Text != "true" && v.Text != "false" {
		return fmt.Errorf("%s: verified: %q is neither true nor false", v.Pos, v.Text)
	}
	return nil
}

// inForce tells whether a value with from: or until: holds on a day. One that ends before it begins is an error: it would never
// hold, without a word.
func inForce(v *Value, on claims.Date) (bool, error) {
	in, from := true, claims.NoDate
	for _, key := range []string{"from", "until"} {
		item := v.Get(key)
		if item == nil || item.Shape != Scalar {
			continue
		}
		d, err := claims.ParseDate(item.Text)
		if err != nil {
			return false, fmt.Errorf("%s: %s: %w", item.Pos, key, err)
		}
		switch {
		case key == "from":
			from, in = d, on >= d
		case from != claims.NoDate && d < from:
			return false, fmt.Errorf("%s: until: %s lies before from: %s", item.Pos, d, from)
		case on > d:
			in = false
		}
	}
	return in, nil
}

// datedKeys are the keys of one entry of a dated value.
var datedKeys = append([]string{"from", "until", "value"}, annotations...)

// resolveDated returns the value in force on a day. An entry holds until the next one begins, or to its own until; a day
// without a value, and one with two, are errors, so that no parameter falls back on a default unseen.
func resolveDated(v *Value, on claims.Date) (*Value, error) {
	var best *Value
	bestFrom := claims.NoDate
	first := claims.NoDate
	for _, it := range v.Items {
		for i, k := range it.Keys {
			if !slices.Contains(datedKeys, k) {
				return nil, fmt.Errorf("%s: unknown key %q beside a dated value; allowed are %s%s", it.Items[i].Pos, k, strings.Join(datedKeys, ", "), nearest.Hint(k, datedKeys))
			}
			if err := checkVerified(k, it.Items[i]); err != nil {
				return nil, err
			}
		}
		in, err := inForce(it, on)
		if err != nil {
			return nil, err
		}
		from, _ := claims.ParseDate(it.Get("from").Text)
		if first == claims.NoDate || from < first {
			first = from
		}
		if !in {
			continue
		}
		if best != nil {
			early := best
			if from < bestFrom {
				early = it
			}
			if from == bestFrom || early.Get("until") != nil {
				return nil, fmt.Errorf("%s: two values are in force on %s, the other at %s", it.Pos, on, best.Pos)
			}
		}
		if from > bestFrom {
			best, bestFrom = it, from
		}
	}
	if best == nil {
		return nil, fmt.Errorf("%s: no value is in force on %s; the first begins on %s", v.Items[0].Pos, on, first)
	}
	r, err := resolve(best.Get("value"), on)
	if err != nil || r == nil {
		return nil, err
	}
	c := *r
	if cite := best.Get("cite"); cite != nil {
		c.Cites = words(cite)
	}
	return &c, nil
}

// words reads a list of words or one text of words parted by blanks.
func words(v *Value) []string {
	if v == nil {
		return nil
	}
	if v.Shape == Scalar {
		return strings.Fields(v.Text)
	}
	var out []string
	for _, it := range v.Items {
		out = append(out, it.Text)
	}
	return out
}

// changeDates collects the days after from and up to to on which something in the tree begins or ends.
func changeDates(v *Value, from, to claims.Date, into map[claims.Date]bool) {
	if v == nil {
		return
	}
	if v.Shape == Map {
		if f := v.Get("from"); f != nil {
			if d, err := claims.ParseDate(f.Text); err == nil && d > from && d <= to {
				into[d] = true
			}
		}
		if u := v.Get("until"); u != nil {
			if d, err := claims.ParseDate(u.Text); err == nil && d+1 > from && d+1 <= to {
				into[d+1] = true
			}
		}
	}
	for _, it := range v.Items {
		changeDates(it, from, to, into)
	}
}
