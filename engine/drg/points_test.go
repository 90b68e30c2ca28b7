package drg_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
)

// Pricers that share the parts of stays, and the outcome of formulas, give what each gives alone.
func TestPointsOfSeveralPricers(t *testing.T) {
	shared, apart := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		d := &drawn{t: rt}
		text := d.pack()
		var world *bench
		var pricers []*drg.Pricer
		for _, change := range [][2]string{
			{"", ""}, {"max: 1.5", "max: 0.9"}, {"codes: [A]", "codes: [A, C]"}, {"same_price: {codes: [A], coefficient: ", "same_price: {codes: [B], coefficient: 1"},
			{"{id: rest, pay: {formula: cost, share: ", "{id: rest, pay: {formula: cost, share: 0.5}} # "}, {"pay: {formula: ratio", "pay: {formula: base}} # "}, {"low_base: ", "low_base: 1"},
			{"share: 0.8}", "share: 0.7}"}, {"max: 1.5", "max: 1.2"}, {"", ""}, {"code: A, mean_cost: ", "code: A, mean_cost: 1"},
			{"base_points: ", "base_points: 1"}, {"weight: ", "weight: 1"}, {"score: ", "score: 1"},
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
			for range 10 {
				s := world.drawStay(rt)
				s.Mark = 0
				stays = append(stays, s)
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
				if err := p.Points(stays, &parts, kind, got); err != nil {
					rt.Fatal(err)
				}
				for k, s := range stays {
					want := make([]drg.Priced, 1)
					if err := p.Price([]drg.Stay{s}, want); err != nil {
						rt.Fatal(err)
					}
					if got[k] != want[0].Points || p.Class(&parts, k) != want[0].Class {
						rt.Fatalf("pricer %d of kind %d, stay %d: %s of class %d, alone %+v\n%s", i, kind, k, got[k], p.Class(&parts, k), want[0], text)
					}
				}
			}
		}
	})
	if shared == 0 || apart == 0 {
		t.Errorf("%d pricers shared formulas and %d did not", shared, apart)
	}
}
