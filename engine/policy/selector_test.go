package policy

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// A lookup finds the row that trying one after the other finds, however many schemes there are.
func TestLookupFindsTheFirstRow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for _, schemes := range []int{1, 2, 8, 9, region.MaxSchemes} {
		sc := &Scope{}
		for i := range schemes {
			sc.Schemes = append(sc.Schemes, fmt.Sprint("s", i))
		}
		for range 50 {
			rows := make([]Selector, 1+rng.IntN(6))
			for i := range rows {
				text := fmt.Sprintf("{scheme: [s%d, s%d]", rng.IntN(schemes), rng.IntN(schemes))
				if rng.IntN(2) == 0 {
					text += ", tier: " + region.TierNames[rng.IntN(int(region.NumTiers))]
				}
				if rng.IntN(2) == 0 {
					text += ", retired: true"
				}
				tree, err := ParseYAML("rows", []byte(text+"}"))
				if err != nil {
					t.Fatal(err)
				}
				d := Decode(tree, "row")
				rows[i] = d.Selector(sc)
				if err := d.Err(); err != nil {
					t.Fatal(err)
				}
			}
			l := NewLookup(rows, schemes)
			for range 200 {
				var c claims.Claim
				for f := range claims.NumFacts {
					c.Facts[f] = uint8(rng.IntN(FactSize(f, schemes)))
				}
				want := -1
				for i := len(rows) - 1; i >= 0; i-- {
					if rows[i].Match(&c) {
						want = i
					}
				}
				if got := l.Find(&c); got != want {
					t.Fatalf("%d schemes, facts %v: row %d, want %d", schemes, c.Facts, got, want)
				}
			}
		}
	}
}
