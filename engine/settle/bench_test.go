package settle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// BenchmarkSettle settles a region of 200 hospitals, 800 groups and two schemes.
func BenchmarkSettle(b *testing.B) {
	var hs []region.Hospital
	for i := range 200 {
		hs = append(hs, region.Hospital{ID: fmt.Sprintf("H%03d", i), Tier: region.Secondary, County: fmt.Sprintf("C%d", i%8), Score: -1})
	}
	reg, err := region.New("large", hs, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	s := compile(b, reg, strings.NewReplacer("{kind: history, growth: GROWTH}", "{kind: booked, share: 1.05}", "BASIS", "total_cost").Replace(goldenPack)+"advance: {ratio: 0.85, deposit: 0.05}\n")
	var visits []visit
	for h := range 200 {
		for g := range 800 {
			visits = append(visits, visit{scheme: g % 2, county: h % 8, hospital: h, group: g, month: g % 12, claims: 3, gross: money.Fen(3_000_000 + g*h), fund: 2_000_000, points: money.Points(300_000_000 + g)})
		}
	}
	t := tally(s, reg, 800, visits)
	for b.Loop() {
		if _, err := s.Settle(t); err != nil {
			b.Fatal(err)
		}
	}
}
