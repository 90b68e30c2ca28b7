package drg_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
)

// Pricers that share the parts of stays, and the outcome of formulas, give what each gives alone.
func TestPointsOfSeveralPricers(t *testing.T) {
	shared, apart, cut, contrasted, spared := 0, 0, 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		d := &drawn{t: rt}
		text := d.pack()
		if d.chance(1) {
			text += fmt.Sprintf("readmission: {days: 15, keep: %s, hospital: %s, except: [B]}\n", d.share(), d.one("same", "any"))
		}
		var world *bench
		var pricers []*drg.Pricer
		for _, change := range [][2]string{
			{"", ""}, {"max: 1.5", "max: 0.9"}, {"codes: [A]", "codes: [A, C]"}, {"same_price: {codes: [A], coefficient: ", "same_price: {codes: [B], coefficient: 1"},
			{"{id: rest, pay: {formula: cost, share: ", "{id: rest, pay: {formula: cost, share: 0.5}} # "}, {"pay: {formula: ratio", "pay: {formula: base}} # "}, {"low_base: ", "low_base: 1"},
			{"share: 0.8}", "share: 0.7}"}, {"max: 1.5", "max: 1.2"}, {"", ""}, {"code: A, mean_cost: ", "code: A, mean_cost: 1"},
			{"days: 15, keep: 0.", "days: 15, keep: 0.0"}, {"readmission: {days: 15", "readmission: {days: 20"}, {"except: [B]", "except: [A]"}, {"hospital: same", "hospital: any"}, {"base_points: ", "base_points: 1"}, {"weight: ", "weight: 1"}, {"score: ", "score: 1"},
		} {
			changed := strings.Replace(text, change[0], change[1], 1)
			if change[0] != "" && changed == text {
				continue
			}
			b, err := tryCompile(t, changed, drawnCodes...)
			if err != nil {
				continue // a change may ask for what the pack lacks
			}
			if b.pricer.PointsAlone() {
				world, pricers = b, append(pricers, b.pricer)
			}
		}
		if len(pricers) == 0 {
			return
		}
		pricers = rapid.Permutation(pricers).Draw(rt, "order")
		first := func(like func(*drg.Pricer) bool) int { return slices.IndexFunc(pricers, like) }
		var parts drg.Parts
		for range 2 {
			var stays []drg.Stay
			var ends []int32
			for range 3 {
				for range rapid.SampledFrom([]int{1, 2, 4, 40}).Draw(rt, "stays of a person") {
					s := world.drawStay(rt)
					later := claims.Date(rapid.IntRange(0, 60).Draw(rt, "later"))
					s.Mark, s.Admission, s.Discharge = 0, s.Admission+later, s.Discharge+later
					stays = append(stays, s)
				}
				ends = append(ends, int32(len(stays)))
			}
			parted := -1
			for i, p := range pricers {
				if alike := first(p.Alike); alike != parted {
					if err := p.Part(stays, &parts); err != nil {
						rt.Fatal(err)
					}
					parted = alike
				}
				kind := first(p.FormulasAlike)
				if kind != i {
					shared++
				} else {
					apart++
				}
				got := make([]money.Points, len(stays))
				if err := p.Points(stays, ends, &parts, kind, got); err != nil {
					rt.Fatal(err)
				}
				var others []*drg.Pricer // of this kind
				for _, q := range pricers {
					if q != pricers[kind] && first(q.FormulasAlike) == kind && pricers[kind].Contrasts(q) {
						others = append(others, q)
					}
				}
				if which := slices.Index(others, p); which >= 0 {
					if c := drg.NewContrast(pricers[kind], others); c != nil {
						told := make([]money.Points, len(stays))
						if err := pricers[kind].Points(stays, ends, &parts, kind, told); err != nil {
							rt.Fatal(err)
						}
						list, err := p.PointsWhere(c, which, stays, ends, &parts, kind, told, nil)
						if err != nil || !slices.Equal(told, got) || !slices.IsSorted(list) {
							rt.Fatalf("pricer %d: %v where it differs from pricer %d, at %v, and %v alone: %v\n%s", i, told, kind, list, got, err, text)
						}
						contrasted++
						spared += len(stays) - len(list)
					}
				}
				lo := int32(0)
				for _, hi := range ends {
					want := make([]drg.Priced, hi-lo)
					if err := p.Price(stays[lo:hi], want); err != nil {
						rt.Fatal(err)
					}
					for k, x := range want {
						at := int(lo) + k
						if x.Readmitted {
							cut++
						}
						if got[at] != x.Points || p.Class(&parts, at) != x.Class {
							rt.Fatalf("pricer %d of kind %d, stay %d: %s of class %d, alone %+v\n%s", i, kind, at, got[at], p.Class(&parts, at), x, text)
						}
					}
					lo = hi
				}
			}
		}
	})
	if !testing.Short() && (shared == 0 || apart == 0 || cut == 0 || contrasted == 0 || spared == 0) { // few draws may miss any
		t.Errorf("%d pricers shared formulas, %d did not, %d stays were cut for a return, and of %d contrasted pricers %d stays were spared", shared, apart, cut, contrasted, spared)
	}
}
