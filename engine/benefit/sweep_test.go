package benefit_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

var sweptBatches = flag.Int("swept-batches", 1500, "random batches that TestSweepEqualsVisitByVisit compares")

// sweepTally tells what the batches of a test have gone through.
type sweepTally struct {
	loops  map[string]int // by kind of step
	runs   int            // of batches that went through more than one
	failed map[string]int // by what the error speaks of

}

// TestSweepEqualsVisitByVisit holds the step-wise way through random programs against the way from visit to visit, which a caller
// that waits for each visit gets: the same pockets, and the same error of the same visit.
func TestSweepEqualsVisitByVisit(t *testing.T) {
	tally := sweepTally{loops: make(map[string]int), failed: make(map[string]int)}
	for seed := range uint64(*sweptBatches) {
		if err := compareSweep(seed, &tally); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"non_covered", "first_pay", "deductible", "booked", "coinsurance", "ceiling"} {
		if tally.loops[kind] < *sweptBatches/20 {
			t.Errorf("only %d loops of kind %s", tally.loops[kind], kind)
		}
	}
	for _, what := range []string{"gross", "law", "step"} {
		if tally.failed[what] < *sweptBatches/100 {
			t.Errorf("only %d batches failed by %s", tally.failed[what], what)
		}
	}
	if tally.runs < *sweptBatches/4 {
		t.Errorf("only %d batches went through several runs", tally.runs)
	}
}

// compareSweep takes one random batch both ways, through the whole program and through two stretches of it.
func compareSweep(seed uint64, tally *sweepTally) error {
	g := &gen{rand.New(rand.NewPCG(seed, 9))}
	w := &world{text: g.plainPack()}
	if g.chance(30) {
		w.text = g.pack()
	}
	if err := w.compile(); err != nil {
		return fmt.Errorf("seed %d: %w\n%s", seed, err, w.text)
	}
	cs, ends := g.batch(w)
	cuts := []int{0, w.programs[0].Len()}
	if at := g.IntN(w.programs[0].Len() + 1); g.chance(50) && benefit.Divisible(w.programs[:1], at) {
		cuts = []int{0, at, w.programs[0].Len()}
	}
	// Whatever the counters and the visit held before must not matter.
	year := func() *benefit.Year {
		y := &benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
		for i := range y.Slots {
			y.Slots[i] = money.Fen(g.IntN(500_000))
		}
		return y
	}
	var swept, single benefit.Persons
	var lefts, wanted [2]benefit.Left // by stretch
	var v, u benefit.Visit
	// Neither must the batch before, which may have failed.
	others := slices.Clone(cs)
	slices.Reverse(others)
	swept.Take(others, ends, nil)
	_ = swept.Adjudicate(benefit.Programs{List: w.programs[:1]}, &lefts[0], year(), &v, nil, nil)
	swept.Take(cs, ends, nil)
	single.Take(cs, ends, nil)
	for n := range cuts[1:] {
		program := w.programs[0].Stretch(cuts[n], cuts[n+1])
		programs := benefit.Programs{List: []*benefit.Program{program}}
		err := swept.Adjudicate(programs, follow(&lefts, n), year(), &v, nil, nil)
		want := single.Adjudicate(programs, follow(&wanted, n), year(), &u, nil, func(*benefit.Visit) error { return nil })
		tally.add(program, want)
		if text(err) != text(want) || err != nil && v.Row != u.Row {
			return fmt.Errorf("seed %d, steps %v: error %v at row %d, want %v at row %d\n%s", seed, cuts[n:n+2], err, v.Row, want, u.Row, w.text)
		}
		for i := range cs {
			if want != nil && &cs[i] == u.Claim {
				return nil
			}
			if got, want := lefts[n].At(i), wanted[n].At(i); got != want {
				return fmt.Errorf("seed %d, steps %v: visit %d %+v:\ngot  %v\nwant %v\n%s", seed, cuts[n:n+2], i, cs[i], got, want, w.text)
			}
		}
	}
	return nil
}

// follow makes what a stretch leaves go on from what the one before it has left.
func follow(lefts *[2]benefit.Left, n int) *benefit.Left {
	if n == 0 {
		lefts[0].Follow(nil)
	} else {
		lefts[n].Follow(&lefts[n-1])
	}
	return &lefts[n]
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (k *sweepTally) add(program *benefit.Program, err error) {
	kinds, runs := program.Loops()
	for _, kind := range kinds {
		k.loops[kind]++
	}
	if runs > 1 {
		k.runs++
	}
	if err != nil {
		what, _, _ := strings.Cut(err.Error(), " ")
		k.failed[what]++
	}
}

// persons makes the visits of some persons for the first program of a world.
func (g *gen) persons(w *world, n int) (cs []claims.Claim, ends []int32) {
	for i := range n {
		cs = append(cs, g.person(int32(i), w.rules[0].Order)...)
		ends = append(ends, int32(len(cs)))
	}
	return cs, ends
}

// batch is some persons; three batches in ten have a few claims that law does not foresee.
func (g *gen) batch(w *world) (cs []claims.Claim, ends []int32) {
	cs, ends = g.persons(w, g.whole(1, 30))
	if g.chance(30) {
		for range g.whole(1, 3) {
			c := &cs[g.IntN(len(cs))]
			switch g.IntN(8) {
			case 1:
				c.Gross = 1 << 50
			case 2:
				c.Gross, c.CategoryB = 1<<g.whole(35, 38), 1<<g.whole(35, 38)
			case 3:
				c.NonCovered, c.FirstPay, c.CategoryB = -7, -100_01, -200_03
			case 4:
				c.BookedFund, c.HasBookedFund = -100_05, true
			case 5:
				c.NonCovered = c.Gross + 1
			default:
				c.Gross = pick[money.Fen](g, -1, 1<<50+1)
			}
		}
	}
	return cs, ends
}

// plainPack writes a pack whose steps are mostly of those that have a loop, with others between them.
func (g *gen) plainPack() string {
	var b strings.Builder
	fmt.Fprintf(&b, "round: %s\norder: %s\nbenefit:\n", pick(g, "half_up", "half_up", "half_up", "floor"), pick(g, "settlement", "admission", "discharge"))
	n := 0
	step := func(percent int, kind, params string) {
		if !g.chance(percent) {
			return
		}
		n++
		when := ""
		if sel := strings.TrimSuffix(g.selector(), ", "); sel != "" && g.chance(30) && (kind != "coinsurance" || g.chance(20)) {
			when = ", when: {" + sel + "}"
		}
		fmt.Fprintf(&b, "  - {id: s%d, kind: %s%s%s}\n", n, kind, params, when)
	}
	amount := func(upTo int) func() string {
		return func() string { return "amount: " + g.amount(upTo) }
	}
	share := func() string { return "share: " + g.share() }
	period := func() string {
		return g.period("visit", "year", "year", "year", "lifetime", pick(g, allPeriods...))
	}
	counter := func(percent int) string { return g.optional(percent, ", counter: shared") }
	step(70, "non_covered", "")
	step(40, "first_pay", pick(g, "", ", billed: ignore", ", on: open", ", on: gross")+", rates: "+g.selective(share))
	step(15, "copay", ", pocket: open, to: first_pay, fees: [{amount: 3}]")
	for range 2 {
		step(60, "deductible", g.plainDeductible()+counter(20))
	}
	step(25, "booked", "")
	step(10, "copay", ", pocket: fund, to: open, fees: [{amount: 0, min: -5}]")
	for i := range 2 {
		open := i == 0
		if g.chance(70) || !open {
			step(pick(g, 30, 97), "coinsurance", period()+", rates: "+pick(g, g.bands("up_to", 5000, share, open), g.selective(share))+g.optional(20, ", max_share: 90%%")+counter(15)+
				g.optional(4, ", round: floor")+g.optional(4, ", round_side: person")+g.optional(4, ", include: [deductible]")+g.optional(4, ", round_to: 0.10")+g.optional(4, ", of: category_b")+
				g.optional(4, ", mode: step")+g.optional(8, ", adjust: [{%spoints: -5%%}]", g.selector()))
		}
	}
	step(25, "ceiling", ", of: [coinsurance], limits: [{amount: 900}], adjust: [{age: 97-, times: 9000000000}, {times: 9000000000}]")
	for range 2 {
		step(60, "ceiling", period()+", of: "+pick(g, "[fund]", "[fund]", "[coinsurance]", "[coinsurance, fund]")+g.optional(20, ", to: %s", pick(g, "other_payer", "coinsurance", "fund"))+
			counter(30)+g.optional(15, ", adjust: [{%stimes: 1.5, add: 100}]", g.selector())+", limits: "+g.selective(amount(5000)))
	}
	step(20, "medical_aid", period()+", bands: [{share: 50%}]"+counter(30))
	if n == 0 {
		step(100, "booked", "")
	}
	return b.String()
}

// selective returns rows like rows, but not always one for all claims.
func (g *gen) selective(row func() string) string {
	if sel := g.selector(); sel != "" && g.chance(40) {
		return "[{" + sel + row() + "}]"
	}
	return g.rows(row)
}

func (g *gen) plainDeductible() string {
	row := func() string {
		switch g.IntN(8) {
		case 0:
			return fmt.Sprintf("amount: [%s, %s, %s]", g.amount(900), g.amount(900), g.amount(900))
		case 1:
			return fmt.Sprintf("amount: [%s, %s]", g.amount(900), g.amount(900))
		case 2:
			return fmt.Sprintf("share: %s, of: %s, min: 20.01, max: 700", g.share(), pick(g, "open", "gross"))
		}
		return "amount: " + g.amount(900)
	}
	s := ", amounts: " + g.selective(row) + g.optional(30, ", yearly_cap: %s", g.amount(2000)) + g.optional(12, ", adjust: [{referral: none, times: 1.555}, {%sadd: -30.55}]", g.selector())
	if g.chance(30) {
		return s + g.period("year", "year", "lifetime", pick(g, allPeriods[1:]...))
	}
	return s + pick(g, "", fmt.Sprintf(", repeat: {share: %s}", g.share()), fmt.Sprintf(", repeat: {share: %s}", g.share()), ", repeat: {less: 100, floor: 160}") +
		g.optional(60, ", referral: {mode: %s, window_days: %d, record_required: %s, lateral: %s, same_group: %s, enabled: %s}",
			pick(g, "difference", "highest"), g.whole(5, 60), pick(g, "true", "false"), pick(g, "nothing", "difference", "new"), pick(g, "false", "false", "true"), pick(g, "true", "true", "true", "false"))
}

// TestNoAllocationsInSweeps holds the step-wise way to no allocation at all, once its buffers are there.
func TestNoAllocationsInSweeps(t *testing.T) {
	for seed := range uint64(40) {
		g := &gen{rand.New(rand.NewPCG(seed, 10))}
		w := &world{text: cityPack}
		if seed > 0 {
			w.text = g.plainPack() + "  - {id: rest, kind: coinsurance, rates: [{share: 0}]}\n"
		}
		if err := w.compile(); err != nil {
			t.Fatal(err)
		}
		cs, ends := g.persons(w, 20)
		var p benefit.Persons
		var left benefit.Left
		y := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
		programs := benefit.Programs{List: w.programs[:1]}
		var v benefit.Visit
		var err error
		n := testing.AllocsPerRun(3, func() {
			p.Take(cs, ends, nil)
			left.Follow(nil)
			if got := p.Adjudicate(programs, &left, &y, &v, nil, nil); got != nil {
				err = got
			}
		})
		if err == nil && n != 0 {
			t.Fatalf("seed %d: %v allocations\n%s", seed, n, w.text)
		}
	}
}
