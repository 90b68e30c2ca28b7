package policy

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
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

func inForce(v *Value, on claims.Date) (bool, error) {
	for key, late := range map[string]bool{"from": false, "until": true} {
		item := v.Get(key)
		if item == nil || item.Shape != Scalar {
			continue
		}
		d, err := claims.ParseDate(item.Text)
		if err != nil {
			return false, fmt.Errorf("%s: %s: %w", item.Pos, key, err)
		}
		if late && on > d || !late && on < d {
			return false, nil
		}
	}
	return true, nil
}

func resolveDated(v *Value, on claims.Date) (*Value, error) {
	var best *Value
	bestFrom := claims.NoDate
	for _, it := range v.Items {
		in, err := inForce(it, on)
		if err != nil {
			return nil, err
		}
		if !in {
			continue
		}
		from, _ := claims.ParseDate(it.Get("from").Text)
		if best != nil && from == bestFrom {
			return nil, fmt.Errorf("%s: two values are in force from %s, the other at %s", it.Pos, from, best.Pos)
		}
		if from > bestFrom {
			best, bestFrom = it, from
		}
	}
	if best == nil {
		return nil, nil
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
