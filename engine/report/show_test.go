package report

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumbersAsDrawn(t *testing.T) {
	for _, c := range []struct {
		kind     Kind
		value    int64
		decimals int
		unit     Unit
		inYuan   bool
		want     string
	}{
		{KindFen, 0, 0, Yuan, false, "0.00"},
		{KindFen, -5, 0, Yuan, false, "-0.05"},
		{KindFen, 123456789, 0, "", false, "1,234,567.89"},
		{KindFen, 123456789, 0, Wan, false, "123.46"},      // 123.456789
		{KindFen, -5000, 0, Wan, false, "-0.01"},           // half a cent of a wan goes away from zero
		{KindFen, -4999, 0, Wan, false, "-0.00"},           // a loss too small to show
		{KindFen, 123456789, 0, Wan, true, "1,234,567.89"}, // per person: in yuan whatever the unit
		{KindFenDelta, 5, 0, Yuan, false, "+0.05"},
		{KindFenDelta, 0, 0, Yuan, false, "0.00"},
		{KindFen, math.MinInt64, 0, Yuan, false, "-92,233,720,368,547,758.08"},
		{KindRatio, 850_000, 0, Yuan, false, "85.00%"},
		{KindRatio, 123_450, 1, Yuan, false, "12.3%"},
		{KindRatio, 125_000, -1, Yuan, false, "13%"},
		{KindRatioDelta, -12_345, 0, Yuan, false, "-1.23%"},
		{KindRatioDelta, 1_000_000, 0, Yuan, false, "+100.00%"},
		{KindPoints, 142_500_000, 0, Yuan, false, "142.50"},
		{KindPoints, 142_500_000, 6, Yuan, false, "142.500000"},
		{KindPoints, 142_500_000, 8, Yuan, false, "142.50000000"},
		{KindFactor, 1_035_050, 0, Yuan, false, "1.0351"},
		{KindCount, 12345, 3, Yuan, false, "12,345"},
		{KindCountDelta, 999, 0, Yuan, false, "+999"},
		{KindDate, 20527, 0, Yuan, false, "2026-03-15"},
		{KindDate, -1, 0, Yuan, false, "1969-12-31"},
	} {
		if got := (Options{Unit: c.unit}).number(c.kind, c.value, c.decimals, c.inYuan); got != c.want {
			t.Errorf("%s of %d in %q with %d decimals: %q, want %q", c.kind, c.value, c.unit, c.decimals, got, c.want)
		}
	}
}

func TestDrawnDecimalsAreTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64().Draw(t, "v")
		places := rapid.IntRange(0, 6).Draw(t, "places")
		shown := rapid.IntRange(0, 8).Draw(t, "shown")
		got, ok := new(big.Rat).SetString(strings.ReplaceAll(decimal(v, places, shown), ",", ""))
		if !ok {
			t.Fatalf("%q is no number", decimal(v, places, shown))
		}
		exact := new(big.Rat).SetFrac(big.NewInt(v), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
		away := new(big.Rat).Abs(new(big.Rat).Sub(got, exact))
		half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(shown)), nil)))
		if away.Cmp(half) > 0 || (away.Cmp(half) == 0 && new(big.Rat).Abs(got).Cmp(new(big.Rat).Abs(exact)) < 0) {
			t.Fatalf("%d with %d places drawn as %s", v, places, got.FloatString(10))
		}
	})
}

// The page draws its numbers by a script of its own, which must agree with the other formats.
func TestPageDrawsTheSameNumbers(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; the page's number drawing was not compared")
	}
	type example struct {
		Kind     string `json:"kind"`
		Value    string `json:"value"`
		Decimals int    `json:"decimals"`
		InYuan   bool   `json:"inYuan"`
		Unit     Unit   `json:"unit"`
		Want     string `json:"want"`
	}
	var list []example
	for _, v := range []int64{0, 1, -1, 49, 50, -50, 4999, 5000, -5000, 999_999, 1_000_000, -1_234_567, 123_456_789_012_345, math.MaxInt64, math.MinInt64} {
		for k := KindFen; k <= KindDate; k++ {
			for _, o := range variants[:2] {
				for _, decimals := range []int{-1, 0, 1, 6, 8} {
					for _, inYuan := range []bool{false, true} {
						if k != KindDate || (v < 100_000 && v > -100_000) {
							list = append(list, example{k.String(), fmt.Sprint(v), decimals, inYuan, o.Unit, o.number(k, v, decimals, inYuan)})
						}
					}
				}
			}
		}
	}
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	program := numberJS + `
for (const e of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  const got = number(e.kind, e.value, e.decimals, e.inYuan, e.unit);
  if (got !== e.want) console.log(JSON.stringify(e), "got", got);
}`
	cmd := exec.Command(node, "-e", program)
	cmd.Stdin = strings.NewReader(string(input))
	out, err := cmd.CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%.2000s", err, out)
	}
}
