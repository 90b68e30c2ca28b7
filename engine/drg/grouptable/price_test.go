package grouptable

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// TestCityPrices writes published tables as a pack and prices one stay of every group at every level: weight × rate ×
// coefficient must give the printed standard, rounded to fen. Rates are those that the fit finds, or the table prints.
func TestCityPrices(t *testing.T) {
	dir := dataDir(t)
	for city, want := range map[string]int{
		"临沂2022": 4 * 610, "吉林2022": 625, "武汉2022": 2 * 660, "西安2020": 597, "兰州2022": 747 + 36, "苏州2022": 3 * 648,
		"苏州2023": 3 * 648, "无锡2022": 3 * 602, "盐城2022": 557 + 580,
	} {
		t.Run(city, func(t *testing.T) {
			table := open(t, dir, city)
			p := newPack(t, table)
			n := 0
			for i := range table.Rows {
				r := &table.Rows[i]
				for _, c := range r.Standards {
					if r.Weight == nil || c.Value.Units == 0 {
						continue
					}
					got := p.standard(t, r.Code, c.Tier, c.Scheme)
					if want, _ := c.Value.Fen(); got.Standard != want {
						t.Errorf("%s at %s %s: %s, printed %s", r.Code, c.Tier, c.Scheme, got.Standard, c.Value)
					}
					n++
				}
			}
			if n != want {
				t.Errorf("%d prices were compared, want %d", n, want)
			}
		})
	}
}

// TestPrintedRates prices a group of weight 1 by the rate and the coefficients that Lanzhou prints: 9,986.9352 × 1.1476,
// 1.003, 0.8308 and 0.7487. The rate is for employees; a resident's stay has no price and falls to the last class.
func TestPrintedRates(t *testing.T) {
	table := open(t, dataDir(t), "兰州2023")
	p := newPack(t, table)
	for tier, want := range map[string]string{"provincial": "11461.01", "tertiary_a": "10016.90", "tertiary": "8297.15", "secondary": "7477.22"} {
		if got := p.standard(t, "AB19", tier, "employee"); got.Standard.String() != want {
			t.Errorf("%s: %s, want %s", tier, got.Standard, want)
		}
	}
	if got := p.standard(t, "AB19", "secondary", "resident"); p.pricer.Classes()[got.Class].ID != "none" {
		t.Errorf("a resident's stay is priced at %s without a rate", got.Standard)
	}
}

// pack is a published table as a compiled pack, with one hospital of each tier.
type pack struct {
	reg    *region.Region
	scope  *policy.Scope
	pricer *drg.Pricer
}

func newPack(t *testing.T, table *Table) *pack {
	t.Helper()
	fsys := fstest.MapFS{}
	file := func(name string, write func(io.Writer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		fsys["city/2022-01-01/"+name] = &fstest.MapFile{Data: b.Bytes()}
	}
	file("groups.csv", table.WriteGroups)
	file("coefficients.csv", table.WriteCoefficients)
	file("rates.csv", table.WriteRates)
	body := "pack: city\ntitle: {zh: 城市, en: city}\neffective: 2022-01-01\ndrg:\n  method: rate\n  groups: {table: groups.csv}\n  rate:\n"
	hasCoefficient := false
	for _, c := range table.Columns {
		hasCoefficient = hasCoefficient || c.Role == Coefficient
	}
	fits := table.Fits()
	if len(fits) == 0 {
		body = strings.Replace(body, "  rate:\n", "  rate: {table: rates.csv}\n", 1)
	}
	for _, f := range fits {
		body += fmt.Sprintf("  - {same_price: %v, rate: %s", f.SamePrice, f.Rate)
		if f.Tier != "" {
			body += ", tier: " + f.Tier
		}
		if f.Scheme != "" {
			body += ", scheme: " + f.Scheme
		}
		body += "}\n"
	}
	if hasCoefficient {
		body += "  same_price: {coefficient: own}\n  coefficient: {source: rows, rows: {table: coefficients.csv}}\n"
	}
	body += "  classes:\n  - {id: normal, pay: {formula: base}}\n  - {id: none, pay: {formula: none}}\n"
	fsys["city/2022-01-01/pack.yaml"] = &fstest.MapFile{Data: []byte(body)}
	opened, err := policy.Open(fsys, "city/2022-01-01")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := opened.At(claims.DateOf(2022, 6, 1))
	if err != nil {
		t.Fatal(err)
	}
	var hospitals []region.Hospital
	for tier := range region.NumTiers {
		hospitals = append(hospitals, region.Hospital{ID: tier.String(), Tier: tier, Score: region.NoScore})
	}
	p := &pack{scope: &policy.Scope{Groups: map[string]int{}}}
	if p.reg, err = region.New("city", hospitals, nil, nil); err != nil {
		t.Fatal(err)
	}
	p.scope.Schemes = p.reg.Schemes
	for i, r := range table.Rows {
		p.scope.Groups[r.Code] = i
	}
	if p.pricer, err = drg.Compile(rules, p.scope, p.reg); err != nil {
		t.Fatal(err)
	}
	return p
}

// standard prices one stay of a group at a tier and scheme; "" is any.
func (p *pack) standard(t *testing.T, code, tier, scheme string) drg.Priced {
	t.Helper()
	if tier == "" {
		tier = "secondary"
	}
	h, _ := p.reg.Hospital(tier)
	group, _ := p.scope.Group(code)
	c := &claims.Claim{Hospital: h, Group: group, Gross: 100}
	c.Facts[claims.FactTier] = uint8(p.reg.Hospitals[h].Tier)
	if scheme != "" {
		n, _ := p.reg.Scheme(scheme)
		c.Facts[claims.FactScheme] = uint8(n)
	}
	out := make([]drg.Priced, 1)
	if err := p.pricer.Price([]drg.Stay{{Claim: c}}, out); err != nil {
		t.Fatal(err)
	}
	return out[0]
}
