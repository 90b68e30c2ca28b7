package benefit_test

import (
	"math/rand/v2"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
)

// TestNoAllocations holds adjudication without a trace to no allocation at all.
func TestNoAllocations(t *testing.T) {
	for seed := range uint64(40) {
		w, err := newWorld(seed)
		if err != nil {
			t.Fatal(err)
		}
		adjudicate := w.adjudicator(t)
		if n := testing.AllocsPerRun(3, adjudicate); n != 0 {
			t.Fatalf("seed %d: %v allocations\n%s", seed, n, w.text)
		}
	}
}

// adjudicator returns a function that adjudicates all persons of a world and keeps nothing.
func (w *world) adjudicator(tb testing.TB) func() {
	year := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
	var visit benefit.Visit
	var ends [1]int32
	programs := benefit.Programs{List: w.programs[:], Of: w.version}
	var persons benefit.Persons
	var left benefit.Left
	return func() {
		for _, cs := range w.persons {
			ends[0] = int32(len(cs))
			persons.Take(cs, ends[:], nil)
			left.Follow(nil)
			if err := persons.Adjudicate(programs, &left, &year, &visit, nil, nil); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// cityPack has the steps that a city's pack usually has.
const cityPack = `
benefit:
  - {id: own, kind: non_covered}
  - {id: ai, kind: ai_diagnosis, covered: true, eligible: {setting: [inpatient, outpatient]}, first_pay: 10%, visit_ceiling: 200, year_ceiling: 1000}
  - {id: internet, kind: internet, prices: [{amount: 30}]}
  - {id: class-b, kind: first_pay, rates: [{share: 10%}]}
  - {id: away, kind: first_pay, on: open, rates: [{place: out_of_province, filed: true, share: 10%}, {place: out_of_province, share: 20%}]}
  - id: deductible
    kind: deductible
    when: {setting: [inpatient, bedday]}
    amounts: [{assistance: destitute, amount: 0}, {tier: 1, amount: 300}, {tier: 2, amount: 500}, {tier: 3, amount: 800}]
    repeat: {share: 50%}
    referral: {mode: difference, window_days: 3}
  - {id: outpatient, kind: deductible, per: year, when: {setting: [outpatient, internet]}, amounts: [{scheme: employee, retired: true, amount: 300}, {amount: 1000}]}
  - id: ratio
    kind: coinsurance
    rates:
      - {tier: 3, scheme: employee, retired: false, up_to: 40000, share: 82%}
      - {tier: 3, scheme: employee, retired: false, share: 88%}
      - {tier: 3, scheme: employee, up_to: 40000, share: 86%}
      - {tier: 3, scheme: employee, share: 92%}
      - {tier: 3, share: 70%}
      - {share: 80%}
  - {id: ceiling, kind: ceiling, limits: [{scheme: employee, amount: 400000}, {amount: 250000}]}
  - {id: critical, kind: critical_illness, thresholds: [{amount: 18000}], bands: [{up_to: 50000, share: 60%}, {share: 70%}]}
  - {id: aid, kind: medical_aid, bands: [{assistance: [guaranteed, destitute], share: 70%}]}
`

func BenchmarkPerson(b *testing.B) {
	w := &world{text: cityPack}
	if err := w.compile(); err != nil {
		b.Fatal(err)
	}
	g := &gen{rand.New(rand.NewPCG(1, 2))}
	n := 0
	for i := range 1000 {
		w.persons = append(w.persons, g.person(int32(i), w.rules[0].Order))
		n += len(w.persons[i])
	}
	adjudicate := w.adjudicator(b)
	b.ReportAllocs()
	for b.Loop() {
		adjudicate()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/claim")
}

// plainPack has a step of each kind that most packs have, as plain as they come.
const plainPack = `
benefit:
  - {id: own, kind: non_covered}
  - {id: deductible, kind: deductible, amounts: [{tier: 1, amount: 300}, {tier: 2, amount: 500}, {tier: 3, amount: 800}], repeat: {share: 50%}, referral: {mode: highest, window_days: 30, record_required: false}}
  - {id: ratio, kind: coinsurance, rates: [{scheme: employee, share: 85%}, {tier: 3, up_to: 10000, share: 60%}, {tier: 3, share: 70%}, {share: 80%}]}
  - {id: ceiling, kind: ceiling, limits: [{scheme: employee, amount: 300000}, {amount: 200000}]}
`

// BenchmarkBatch takes batches of persons through a program, as a run does.
func BenchmarkBatch(b *testing.B) {
	for _, pack := range []struct{ name, text string }{{"plain", plainPack}, {"city", cityPack}} {
		b.Run(pack.name, func(b *testing.B) {
			w := &world{text: pack.text}
			if err := w.compile(); err != nil {
				b.Fatal(err)
			}
			g := &gen{rand.New(rand.NewPCG(1, 2))}
			cs, ends := g.persons(w, 250)
			var p benefit.Persons
			var left benefit.Left
			y := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
			programs := benefit.Programs{List: w.programs[:1]}
			var v benefit.Visit
			b.ReportAllocs()
			for b.Loop() {
				p.Take(cs, ends, nil)
				left.Follow(nil)
				if err := p.Adjudicate(programs, &left, &y, &v, nil, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(cs)), "ns/claim")
		})
	}
}
