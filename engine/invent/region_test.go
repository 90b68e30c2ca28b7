package invent

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

func TestReferencesByHand(t *testing.T) {
	m := &model{groups: []group{
		{code: "BB19", kind: surgical, stable: true},
		{code: "TR19", kind: bedday, stable: true},
		{code: "BR15", kind: medical, stable: true, primary: true},
		{code: "BR25", kind: medical, stable: true, base: 123.45},
	}}
	// 10 stays of 15,000.00 and 30 stays of 6,000.00 are 8,250.00 on average; 100 days cost 450.00 each.
	refs, by, err := m.references(past{
		cost:   []money.Fen{15_000_000, 4_500_000, 18_000_000, 0, 33_000_000},
		number: []int64{10, 100, 30, 0, 40},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Reference{
		{Code: "BB19", Kind: surgical, Mean: 1_500_000, Base: 181_818_182, Stable: true},
		{Code: "TR19", Kind: bedday, Mean: 45_000, Base: 5_454_545, Stable: true},
		{Code: "BR15", Kind: medical, Mean: 600_000, Base: 72_727_273, Stable: true, Primary: true},
		{Code: "BR25", Kind: medical, Mean: 12_345, Base: 1_496_364},
	}
	if !slices.Equal(refs, want) {
		t.Errorf("got %+v, want %+v", refs, want)
	}
	if want := (Yardstick{Mean: 825_000, Stays: 40}); by != want {
		t.Errorf("measured by %+v, not %+v", by, want)
	}
	// The points of a day stand in a column of their own: 450.00 / 8,250.00 × 100.
	for i, l := range groupRows(refs)[1:] {
		if day := l[5]; day != map[bool]string{true: "5.454545", false: ""}[i == 1] {
			t.Errorf("group %s has day points %q", l[0], day)
		}
	}
}

func TestPastCountsByHand(t *testing.T) {
	m := &model{groups: []group{{kind: surgical}, {kind: bedday}}}
	g := past{cost: make([]money.Fen, 3), number: make([]int64, 3)}
	stay := visit{gross: 700, group: 0}
	outlier := visit{gross: 99_999, group: 0, outlier: true}
	long := visit{gross: 6_100, group: 1, admission: 10, discharge: 71}
	ungrouped := visit{gross: 50_000, group: 2}
	again := visit{gross: 900, group: 0, again: true}
	for _, v := range []visit{stay, stay, outlier, long, ungrouped, again, stay.reversal(20)} {
		g.count(m, &v)
	}
	if want := []money.Fen{1_600, 6_100, 1_600}; !slices.Equal(g.cost, want) {
		t.Errorf("costs are %v, not %v", g.cost, want)
	}
	if want := []int64{2, 61, 2}; !slices.Equal(g.number, want) {
		t.Errorf("numbers are %v, not %v", g.number, want)
	}
}

func TestRegionOfEveryPreset(t *testing.T) {
	for _, name := range Presets() {
		c, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		c.Visits, c.Persons = 0, 30_000
		r, refs, err := Region(c)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]int{"default": 40, "scale": 200}[name]; len(r.Hospitals) != want {
			t.Errorf("%s: %d hospitals, not %d", name, len(r.Hospitals), want)
		}
		if len(refs) != c.Groups {
			t.Errorf("%s: %d groups, not %d", name, len(refs), c.Groups)
		}
		tiers := map[region.Tier]int{}
		for _, h := range r.Hospitals {
			tiers[h.Tier]++
			if h.Coefficient < 500_000 || h.Coefficient > 1_500_000 || h.Coefficient%100 != 0 {
				t.Errorf("%s: coefficient %s of %s", name, h.Coefficient, h.Name)
			}
		}
		if len(tiers) != int(region.NumTiers) {
			t.Errorf("%s: %d tiers", name, len(tiers))
		}
		if len(r.Alliances) != c.Counties || len(r.Counties) != c.Counties+1 {
			t.Errorf("%s: alliances %q, counties %q", name, r.Alliances, r.Counties)
		}
		var persons int64
		for _, e := range r.Enrolment {
			persons += e.Persons
		}
		if persons != c.Persons {
			t.Errorf("%s: %d enrolled of %d persons", name, persons, c.Persons)
		}
	}
}

func TestGroupTable(t *testing.T) {
	for _, n := range []int{40, 200, 800, 1200} {
		d := newDice()
		d.start(5, groupStream, 0)
		groups := newGroups(d, n)
		names := map[string]bool{}
		for i, g := range groups {
			if i > 0 && groups[i-1].code >= g.code {
				t.Errorf("%d groups: code %s does not follow %s", n, g.code, groups[i-1].code)
			}
			if len(g.code) != 4 || names[g.name] {
				t.Errorf("%d groups: code %q, name %q", n, g.code, g.name)
			}
			names[g.name] = true
			if g.kind != bedday && groups[g.sibling].kind != medical {
				t.Errorf("%d groups: %s has the sibling %s", n, g.code, groups[g.sibling].code)
			}
			var sum float64
			for _, share := range g.level {
				if sum += share; share < 0 {
					t.Errorf("%d groups: levels of %s are %v", n, g.code, g.level)
				}
			}
			if g.kind != bedday && math.Abs(sum-1) > 1e-9 {
				t.Errorf("%d groups: levels of %s sum to %v", n, g.code, sum)
			}
		}
		fifty, hundred := samePrice(groups, 50), samePrice(groups, 100)
		if len(fifty) != min(50, n/2) || len(hundred) != min(100, n/2) {
			t.Errorf("%d groups: lists of %d and %d", n, len(fifty), len(hundred))
		}
		for _, c := range fifty {
			if !slices.Contains(hundred, c) {
				t.Errorf("%d groups: %s left the longer list", n, c)
			}
		}
	}
}

// The accounts of a region whose persons are all sampled are the sums of the claims of those years.
func TestAccountsAreTheSumsOfClaims(t *testing.T) {
	c := Default()
	c.Visits, c.Persons, c.BookedFund = 0, 5_000, true
	r, refs, err := Region(c)
	if err != nil {
		t.Fatal(err)
	}
	g := gather(t, c, c.Year-1, c.Year-1)
	var all, stays money.Fen
	for _, l := range g.list {
		all += l.fund
		if l.stay() {
			stays += l.fund
		}
	}
	var gotAll, gotStays money.Fen
	for _, scheme := range schemeNames {
		a, ok := r.Total(c.Year-1, scheme, "", totalPayment)
		s, ok2 := r.Total(c.Year-1, scheme, "", finalSettlement)
		if !ok || !ok2 || s.Amount <= 0 || a.Amount <= s.Amount {
			t.Errorf("%s: payment %s, settlement %s", scheme, a.Amount, s.Amount)
		}
		gotAll, gotStays = gotAll+a.Amount, gotStays+s.Amount
		if y, ok := r.Total(c.Year, scheme, "", income); !ok || y.Amount < a.Amount {
			t.Errorf("%s: income %s of the year to come is below the payment %s before", scheme, y.Amount, a.Amount)
		}
		var alliances money.Fen
		for _, name := range r.Alliances {
			y, ok := r.Total(c.Year-1, scheme, name, totalPayment)
			if !ok || y.Amount <= 0 {
				t.Errorf("%s: alliance %s was paid %s", scheme, name, y.Amount)
			}
			alliances += y.Amount
		}
		if alliances >= a.Amount {
			t.Errorf("%s: alliances were paid %s of %s", scheme, alliances, a.Amount)
		}
	}
	if gotAll != all || gotStays != stays {
		t.Errorf("accounts have %s and %s where claims sum to %s and %s", gotAll, gotStays, all, stays)
	}
	// A stay of the mean cost has 100 points, so the points of all stays are about 100 on average.
	points := map[string]money.Points{}
	for _, ref := range refs {
		points[ref.Code] = ref.Base
	}
	var sum, n float64
	for _, l := range g.list {
		if p, ok := points[l.group]; ok && l.setting == 0 && l.gross > 0 {
			sum, n = sum+float64(p)/float64(money.Point), n+1
		}
	}
	between(t, "mean points", sum/n, 95, 105)
}

func TestBadConfigurations(t *testing.T) {
	for what, change := range map[string]func(*Config){
		"year is 1800":        func(c *Config) { c.Year = 1800 },
		"groups is 3":         func(c *Config) { c.Groups = 3 },
		"dirty share is NaN":  func(c *Config) { c.DirtyShare = math.NaN() },
		"inpatient rate is 9": func(c *Config) { c.Rates.Inpatient = 9 },
		"neither persons":     func(c *Config) { c.Visits = 0 },
		"no name":             func(c *Config) { c.Name = "" },
		"the rates give 0":    func(c *Config) { c.Rates = Rates{} },
		"compression":         func(c *Config) { c.Compression = "gzip" },
	} {
		c := Default()
		change(&c)
		if _, _, err := Region(c); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Preset("scal"); err == nil || !strings.Contains(err.Error(), `nearest is "scale"`) {
		t.Errorf("preset: %v", err)
	}
}

func TestNumerals(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 35: "三十五", 99: "九十九", 100: "100"} {
		if got := numeral(n); got != want {
			t.Errorf("%d is written %s, not %s", n, got, want)
		}
	}
}

// TestAccountsOfANation: the accounts of a hundred million claims do not fit 64 bits when they are multiplied by a share first.
func TestAccountsOfANation(t *testing.T) {
	c := Scale()
	c.Persons = 60_000_000
	m, err := newModel(c)
	if err != nil {
		t.Fatal(err)
	}
	totals, err := m.totals(newDice(), m.lookBack())
	if err != nil {
		t.Fatal(err)
	}
	var most money.Fen
	for _, row := range totals {
		if row.Name == income {
			most = max(most, row.Amount)
		}
		if row.Amount < 0 {
			t.Errorf("%d %s %s: %s is %s", row.Year, row.Scheme, row.Alliance, row.Name, row.Amount)
		}
	}
	if most < 1<<63/1_000_000 {
		t.Errorf("the largest income is %s: too small to tell anything", most)
	}
}
