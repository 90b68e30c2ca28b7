package compare

import (
	"maps"
	"math/big"
	"math/bits"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/policies"
)

// tableOf is a game whose values are in a table by subset, one figure.
func tableOf(v []int64) valuesOf {
	return func(masks []uint64) ([][]int64, error) {
		out := make([][]int64, len(masks))
		for i, m := range masks {
			out[i] = []int64{v[m]}
		}
		return out, nil
	}
}

// TestSharesOfThreeByHand: a gives 10, b gives 20, both together 36, c never anything. The order a,b: 10 and 26; b,a: 16
// and 20; on average 13 and 23.
func TestSharesOfThreeByHand(t *testing.T) {
	got, err := exactShares(3, 1, tableOf([]int64{0, 10, 20, 36, 0, 10, 20, 36}))
	if err != nil {
		t.Fatal(err)
	}
	want := []int64{13, 23, 0}
	for i := range want {
		if got[0].parts[i] != want[i] {
			t.Errorf("shares are %v, want %v", got[0].parts, want)
			break
		}
	}
}

// orders lists all orders of n things.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, o := range orders(n - 1) {
		for at := 0; at <= len(o); at++ {
			p := append(append(append([]int{}, o[:at]...), n-1), o[at:]...)
			out = append(out, p)
		}
	}
	return out
}

// definition is the Shapley value as it is defined: the average of a change's contributions over all orders.
func definition(n int, v []int64) []*big.Rat {
	sums := make([]*big.Rat, n)
	for i := range sums {
		sums[i] = new(big.Rat)
	}
	all := orders(n)
	for _, o := range all {
		mask := 0
		for _, i := range o {
			sums[i].Add(sums[i], new(big.Rat).SetInt64(v[mask|1<<i]-v[mask]))
			mask |= 1 << i
		}
	}
	for i := range sums {
		sums[i].Quo(sums[i], new(big.Rat).SetInt64(int64(len(all))))
	}
	return sums
}

// TestSharesObeyTheDefinition holds exact shares against all orders: within one unit each, exact in sum, nothing for a
// change that does nothing, alike for changes that do alike.
func TestSharesObeyTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "changes")
		v := make([]int64, 1<<n)
		dummy := rapid.IntRange(-1, n-1).Draw(t, "dummy")
		for m := 1; m < len(v); m++ {
			v[m] = rapid.Int64Range(-1e12, 1e12).Draw(t, "value")
			if dummy >= 0 && m>>dummy&1 != 0 {
				v[m] = v[m&^(1<<dummy)]
			}
		}
		got, err := exactShares(n, 1, tableOf(v))
		if err != nil {
			t.Fatal(err)
		}
		want := definition(n, v)
		sum := int64(0)
		for i, p := range got[0].parts {
			sum += p
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(p), want[i])
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Errorf("share %d is %d, the definition says %s", i, p, want[i].FloatString(3))
			}
			if i == dummy && p != 0 {
				t.Errorf("change %d does nothing and gets %d", i, p)
			}
		}
		if sum != v[len(v)-1]-v[0] {
			t.Errorf("shares sum to %d, the whole is %d", sum, v[len(v)-1]-v[0])
		}
	})
}

// TestAlikeChangesShareAlike: where only the number of changes matters, each gets the same, but for single units that
// cannot be parted.
func TestAlikeChangesShareAlike(t *testing.T) {
	v := make([]int64, 1<<4)
	for m := range v {
		v[m] = []int64{0, 1000, 1500, 1700, 1804}[bits.OnesCount(uint(m))]
	}
	got, err := exactShares(4, 1, tableOf(v))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range got[0].parts {
		if p != 451 {
			t.Errorf("share %d is %d, want 451", i, p)
		}
	}
}

// TestSampledSharesSumAndComeNear: drawn orders give shares that sum exactly and lie near the exact ones.
func TestSampledSharesSumAndComeNear(t *testing.T) {
	v := make([]int64, 1<<6)
	for m := range v {
		for i := range 6 {
			if m>>i&1 != 0 {
				v[m] += int64(1000 * (i + 1))
			}
		}
		if m&3 == 3 {
			v[m] += 600 // the first two gain from each other
		}
	}
	exact, _ := exactShares(6, 1, tableOf(v))
	got, err := sampledShares(6, 1, 400, 7, tableOf(v))
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for i, p := range got[0].parts {
		sum += p
		if d := distance(p, exact[0].parts[i]); d > 5*got[0].errors[i]+1 {
			t.Errorf("share %d is %d with standard error %d, the exact one is %d", i, p, got[0].errors[i], exact[0].parts[i])
		}
	}
	if sum != v[63] {
		t.Errorf("shares sum to %d, the whole is %d", sum, v[63])
	}
	again, _ := sampledShares(6, 1, 400, 7, tableOf(v))
	for i := range again[0].parts {
		if again[0].parts[i] != got[0].parts[i] {
			t.Error("the same seed gives other shares")
		}
	}
}

// TestAttributionOfTheDemo: every headline and every hospital's payment is shared out to the fen, by shares and by steps,
// and a change that cannot touch a figure has no part in it.
func TestAttributionOfTheDemo(t *testing.T) {
	ses, c := openDemo(t)
	i := position(t, c, "all")
	a, err := c.Attribute(t.Context(), ses, i, AttributeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Units) != 5 || a.Runs != 32 || a.Sampled != 0 {
		t.Errorf("%d changes in %d scenarios, sampled %d; want 5 in 32, exact", len(a.Units), a.Runs, a.Sampled)
	}
	if len(a.Figures) < 50 {
		t.Errorf("only %d figures are attributed", len(a.Figures))
	}
	moved := 0
	for _, x := range a.Figures {
		var shares, steps int64
		for k := range a.Units {
			shares += x.Shares[k]
			steps += x.Steps[k]
		}
		if shares != x.Delta() || steps != x.Delta() {
			t.Errorf("%s: shares sum to %d, steps to %d, the change is %d", x.Figure.ID, shares, steps, x.Delta())
		}
		if x.Delta() != 0 {
			moved++
		}
		if x.Figure.ID == "people.paid" && (x.Shares[0] != 0 || x.Shares[4] != 0 || x.Shares[3] == 0) {
			t.Errorf("people.paid is shared out as %v; neither prices nor the budget touch what people pay", x.Shares)
		}
	}
	if moved < 20 {
		t.Errorf("only %d figures change", moved)
	}
}

// TestAttributionOfShippedStudies: each alternative of each study whose claims are shipped is attributed, to the fen, or all
// its changes are tied, which is so where another pack or a part of it is of no use without the rest.
func TestAttributionOfShippedStudies(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tied := make(map[string]string)
	studies := 0
	for _, file := range files {
		s, err := engine.OpenStudy(file)
		if err != nil {
			continue // its tables are not shipped
		}
		ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
		if err != nil {
			t.Fatal(err)
		}
		studies++
		results, err := engine.Run(t.Context(), ses.Plans, engine.InMemory(ses.Input), engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := New(results)
		for i := 1; i < len(results); i++ {
			a, err := c.Attribute(t.Context(), ses, i, AttributeOptions{})
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if a.Tied() {
				var names []string
				for _, u := range a.Units {
					names = append(names, u.Name)
				}
				tied[a.Scenario.Name] = strings.Join(names, ", ")
			}
			for _, x := range a.Figures {
				if sum := total(x.Shares); sum != x.Delta() || total(x.Steps) != sum {
					t.Errorf("%s: %s: %s: shares sum to %d, steps to %d, the change is %d", file, a.Scenario.Name, x.Figure.ID, sum, total(x.Steps), x.Delta())
				}
			}
		}
	}
	if studies < 10 {
		t.Errorf("only %d studies could be read", studies)
	}
	want := map[string]string{
		"envelope-only":            "settle.streams.drg + settle.pools",
		"package-private-12":       "dongtai/2022-12-07 + settle.budgets.total.carve_outs.private.share",
		"band-without-coefficient": "zhejiang/2025-01-01 + drg.classes.lower_band.pay.coefficient, drg.same_price.codes",
		"no-lower-band":            "zhejiang/2025-01-01 + drg.classes.lower_band.when.ratio_up_to, drg.same_price.codes",
	}
	if !maps.Equal(tied, want) {
		t.Errorf("tied are %q, want %q", tied, want)
	}
}

func total(list []int64) (sum int64) {
	for _, v := range list {
		sum += v
	}
	return sum
}
