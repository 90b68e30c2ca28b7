package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

// packs is a small law: a province, and a city that builds on it.
func packs(t *testing.T, replace ...string) fstest.MapFS {
	t.Helper()
	files := map[string]string{
		"province/2020-01-01/pack.yaml": `
pack: province
title: {zh: 某省, en: A province}
effective: 2020-01-01
round: half_up
benefit:
  - {id: non_covered, kind: non_covered, cite: law}
  - id: ratio
    kind: coinsurance
    cite: law
    rates:
      - {tier: primary, share: 80%}
      - {tier: tertiary, share: 70%}
settle:
  keep:
    - {from: 2020-01-01, value: 85%, cite: law}
    - {from: 2020-07-01, value: 90%, cite: notice}
  pools: {table: pools.csv}
`,
		"province/2020-01-01/pools.csv": "id,basis\nemployee,total_cost\nresident,\n",
		"province/2020-01-01/sources.yaml": `
sources:
  - {id: law, document: 办法, number: 1号, date: 2019-11-12, article: 第三条, tag: F, verified: true}
  - {id: notice, document: 通知, date: 2020-06-20, tag: M}
`,
		"city/2020-03-01/pack.yaml": `
pack: city
title: {zh: 某市, en: A city}
effective: 2020-03-01
extends: province/2020-01-01
benefit:
  - {id: non_covered, remove: true}
  - {id: first, kind: first_pay, before: ratio, cite: rule}
  - id: ratio
    rates:
      - {tier: primary, share: 85%}
`,
		"city/2020-03-01/sources.yaml": "sources: [{id: rule, document: 细则, tag: F}]",
	}
	for i := 0; i < len(replace); i += 3 {
		file, old := replace[i], replace[i+1]
		if !strings.Contains(files[file], old) {
			t.Fatalf("%s holds no %q", file, old)
		}
		files[file] = strings.Replace(files[file], old, replace[i+2], 1)
	}
	fs := fstest.MapFS{}
	for name, text := range files {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

func day(m time.Month, d int) claims.Date { return claims.DateOf(2020, m, d) }

func TestOverlay(t *testing.T) {
	p, err := policy.Open(packs(t), "city/2020-03-01")
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.At(day(3, 1))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range r.Benefit {
		ids = append(ids, s.ID+"("+s.Kind+")")
	}
	if got := strings.Join(ids, " "); got != "first(first_pay) ratio(coinsurance)" {
		t.Errorf("steps are %s: the removed step must be gone, the new one stand before ratio, and ratio keep its kind", got)
	}
	if got := r.Benefit[1].Params.Get("rates").String(); got != "[{tier: primary, share: 85%}]" {
		t.Errorf("rates are %s: a list without ids is replaced whole", got)
	}
	if got := r.Benefit[1].Sources; len(got) != 1 || got[0].Number != "1号" {
		t.Errorf("the step's law is %v, want that of the province", got)
	}
}

func TestDatedValues(t *testing.T) {
	p, err := policy.Open(packs(t), "province/2020-01-01")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.ChangeDates(day(1, 1), day(12, 31)); len(got) != 1 || got[0] != day(7, 1) {
		t.Errorf("changes on %v, want on 2020-07-01 alone", got)
	}
	for on, want := range map[claims.Date]string{day(6, 30): "85%", day(7, 1): "90%"} {
		r, err := p.At(on)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Tree.Get("settle").Get("keep").Text; got != want {
			t.Errorf("on %s keep is %s, want %s", on, got, want)
		}
	}
	r, _ := p.At(day(8, 1))
	if cited := r.Cited("settle"); len(cited) != 1 || cited[0].ID != "notice" {
		t.Errorf("in August the sharing stands on %v, want the notice", cited)
	}
	if got := r.Tree.Get("settle").Get("pools").String(); got != "[{id: employee, basis: total_cost}, {id: resident}]" {
		t.Errorf("the table reads as %s", got)
	}
}

// TestLinesOfFaultyYAML: the line is that of the fault, also where the reader of YAML counts from 0, and for a path with a
// selector the message says what to do.
func TestLinesOfFaultyYAML(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb:\n  - {path: benefit.x[tier=tertiary].amount, value: 85}\n": "f.yaml:3: did not find expected ',' or '}'; between { and } a text with [, ], { or } in it, such as a path with a selector, stands in quotes",
		"{path: x[1], value: 85}":     "f.yaml:1: did not find expected ',' or '}'",
		"x: 1\nq:\n  a: 1\n  - 2\n":   "f.yaml:3: did not find expected key",
		"a: [1, 2\nb: 3\n":            "f.yaml:2: did not find expected ',' or ']'",
		"x: 1\nq:\n  a: 1\n   b: 2\n": "f.yaml:4: mapping values are not allowed",
		"a: 1\nb: %x\n":               "f.yaml:2: found character that cannot start any token",
	} {
		_, err := policy.ParseYAML("f.yaml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := policy.ParseYAML("f.yaml", []byte(`{path: "x[1]", value: 85}`)); err != nil {
		t.Error(err)
	}
}

func TestChanges(t *testing.T) {
	p, err := policy.Open(packs(t), "province/2020-01-01")
	if err != nil {
		t.Fatal(err)
	}
	value := func(text string) *policy.Value {
		v, err := policy.ParseYAML("study.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	good := map[string]struct{ value, path, want string }{
		"settle.keep":                              {"100%", "settle.keep", "100%"},
		"settle.pools.employee.basis":              {"fund_only", "settle.pools", "[{id: employee, basis: fund_only}, {id: resident}]"},
		"benefit.ratio.rates[2].share":             {"65%", "benefit.ratio.rates", "[{tier: primary, share: 80%}, {tier: tertiary, share: 65%}]"},
		"benefit.ratio.rates[tier=primary]":        {"{tier: primary, share: 1}", "benefit.ratio.rates", "[{tier: primary, share: 1}, {tier: tertiary, share: 70%}]"},
		"settle.cap":                               {"3%", "settle.cap", "3%"},
		"benefit.ratio.rates[tier=tertiary].share": {"71%", "benefit.ratio.rates[2].share", "71%"},
	}
	for path, c := range good {
		q, err := p.With([]policy.Change{{Path: path, Value: value(c.value), From: claims.NoDate}})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got, err := q.Lookup(c.path); err != nil || got.String() != c.want {
			t.Errorf("after %s=%s, %s is %v, %v; want %s", path, c.value, c.path, got, err, c.want)
		}
	}
	bad := map[string]string{
		"setle.keep":                        `nearest is "settle"`,
		"settle.pool.employee.basis":        `nearest is "settle.pools"`,
		"settle.pools.employe.basis":        `nearest is "settle.pools.employee"`,
		"benefit.ratio.rates[3].share":      "[1] to [2]",
		"benefit.ratio.rates[tier=x].share": "matches nothing",
		"policy.keep":                       "the parts of a pack are",
		"..":                                "the parts of a pack are",
	}
	for path, want := range bad {
		_, err := p.With([]policy.Change{{Path: path, Value: value("1"), From: claims.NoDate, Pos: policy.Pos{File: "study.yaml", Line: 7}}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "study.yaml:7: ") {
			t.Errorf("%s: error %v, want one at study.yaml:7 with %s", path, err, want)
		}
	}
	// A change from a day on leaves the days before alone.
	q, err := p.With([]policy.Change{{Path: "settle.keep", Value: value("100%"), From: day(10, 1)}})
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[claims.Date]string{day(5, 1): "85%", day(9, 30): "90%", day(10, 1): "100%"} {
		r, err := q.At(on)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Tree.Get("settle").Get("keep").Text; got != want {
			t.Errorf("on %s keep is %s, want %s", on, got, want)
		}
	}
}

func TestBadPacks(t *testing.T) {
	const prov, city = "province/2020-01-01/pack.yaml", "city/2020-03-01/pack.yaml"
	for _, c := range []struct{ file, old, new, want string }{
		{prov, "effective: 2020-01-01", "effectiv: 2020-01-01", `province/2020-01-01/pack.yaml:4: pack: unknown key "effectiv"`},
		{prov, "effective: 2020-01-01", "effective: 2020-02-30", "is not a day written as"},
		{prov, "effective: 2020-01-01", "effective: 2020-01-01\nuntil: 2019-12-31", "pack.yaml:5: pack: until: 2019-12-31 lies before effective: 2020-01-01"},
		{prov, "id: non_covered,", "id: non_covered, from: 2020-06-01, until: 2020-05-31,", "pack.yaml:7: until: 2020-05-31 lies before from: 2020-06-01"},
		{prov, "{tier: primary, share: 80%}", "{tier: primary, share: 80%, until: 2020-05-31, from: 2020-12-01}", "pack.yaml:12: until: 2020-05-31 lies before from: 2020-12-01"},
		{prov, "from: 2020-07-01, value", "from: 2020-07-01, until: 2020-06-30, value", "pack.yaml:17: until: 2020-06-30 lies before from: 2020-07-01"},
		{prov, "kind: coinsurance", "kind: coinsurance\n    verified: maybe", `pack.yaml:10: verified: "maybe" is neither true nor false`},
		{prov, "from: 2020-07-01, value", "from: 2020-07-01, verified: 'no', value", `pack.yaml:17: verified: "no" is neither true nor false`},
		{prov, "effective: 2020-01-01", "effective: 2020-01-02", "must be named place/effective date"},
		{prov, "round: half_up", "round: half_up\nround: floor", `key "round" stands already at line 5`},
		{prov, "cite: law}", "cite: lwa}", `pack.yaml:7: source "lwa" is in no sources.yaml of this pack; nearest is "law"`},
		{prov, "{table: pools.csv}", "{table: pool.csv}", `nearest is "pools.csv"`},
		{prov, "id: ratio", "id: non_covered", `"non_covered" stands already at`},
		{prov, "from: 2020-07-01", "from: 2020-01-01", "two values are in force on 2020-08-01"},
		{prov, "value: 90%, cite: notice", "value: 90%, cit: notice", `unknown key "cit" beside a dated value`},
		{prov, "value: 85%, cite: law", "value: 85%, until: 2020-08-31, cite: law", "two values are in force on 2020-08-01"},
		{city, "province/2020-01-01", "provinse/2020-01-01", `nearest is "province/2020-01-01"`},
		{city, "id: non_covered, remove", "id: noncovered, remove", `nearest is "non_covered"`},
		{city, "before: ratio", "before: ration", `no item has the id "ration"; nearest is "ratio"`},
		{city, "title: {zh: 某市, en: A city}", "title: &t {zh: 某市, en: *t}", "aliases"},
	} {
		fsys := packs(t, c.file, c.old, c.new)
		p, err := policy.Open(fsys, strings.TrimSuffix(c.file, "/pack.yaml"))
		if err == nil {
			_, err = p.At(day(8, 1))
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: error %v, want %s", c.new, c.old, err, c.want)
		}
	}
	fsys := packs(t, prov, "round: half_up", "extends: city/2020-03-01")
	if _, err := policy.Open(fsys, "city/2020-03-01"); err == nil || !strings.Contains(err.Error(), "extends itself") {
		t.Errorf("a circle of packs gives %v", err)
	}
}

func TestDateGap(t *testing.T) {
	p, err := policy.Open(packs(t, "province/2020-01-01/pack.yaml", "from: 2020-01-01, value", "from: 2020-03-01, value"), "province/2020-01-01")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.At(day(2, 1)); err == nil || !strings.Contains(err.Error(), "pack.yaml:16: no value is in force on 2020-02-01; the first begins on 2020-03-01") {
		t.Errorf("a day without a value gives %v", err)
	}
}

func FuzzParseYAML(f *testing.F) {
	for _, s := range []string{"a: [1, {b: c}]", "- 1\n- 2", "{", "a: &x 1\nb: *x", "? [a]\n: b", "a: 1\na: 2"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if v, err := policy.ParseYAML("f.yaml", text); err == nil {
			_ = v.String()
		} else if !strings.HasPrefix(err.Error(), "f.yaml") {
			t.Errorf("error without a place: %v", err)
		}
	})
}
