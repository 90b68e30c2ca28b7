package benefit_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/internal/oracle"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

var personYears = flag.Int("person-years", 4000, "random person-years that TestEngineEqualsOracle compares")

const personsPerPack = 20

// TestEngineEqualsOracle holds the engine against the oracle on random law and random persons.
func TestEngineEqualsOracle(t *testing.T) {
	for seed := range uint64(*personYears / personsPerPack) {
		compareRandom(t, seed)
		if t.Failed() {
			return
		}
	}
}

// FuzzEngineEqualsOracle lets the fuzzer choose the seed of law and persons.
func FuzzEngineEqualsOracle(f *testing.F) {
	f.Add(uint64(1))
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) { compareRandom(t, seed) })
}

// world is a random pack, compiled, with random persons.
type world struct {
	text     string
	scope    *policy.Scope
	rules    [2]*policy.Rules // before and from the middle of the year
	programs [2]*benefit.Program
	slots    benefit.Slots
	persons  [][]claims.Claim
}

var midYear = claims.DateOf(2026, 7, 1)

func (w *world) version(c *claims.Claim) int {
	if c.Settlement < midYear {
		return 0
	}
	return 1
}

// year is that of the date by which visits follow each other, so that it never goes back.
func (w *world) year(c *claims.Claim) int { return orderDay(c, w.rules[0].Order).Year() }

func orderDay(c *claims.Claim, order policy.Order) claims.Date {
	return [...]claims.Date{c.Settlement, c.Admission, c.Discharge}[order]
}

func newWorld(t testing.TB, seed uint64) *world {
	g := &gen{rand.New(rand.NewPCG(seed, 7))}
	w := &world{text: g.pack()}
	if err := w.compile(); err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, w.text)
	}
	for i := range personsPerPack {
		w.persons = append(w.persons, g.person(int32(i), w.rules[0].Order))
	}
	return w
}

// compile makes the programs of the world's text.
func (w *world) compile() error {
	w.scope = &policy.Scope{Schemes: region.DefaultSchemes, Groups: map[string]int{"G1": 0, "G2": 1, "G3": 2}}
	tree, err := policy.ParseYAML("random", []byte(w.text))
	if err != nil {
		return err
	}
	pack := &policy.Pack{Name: "random", Tree: tree, Effective: claims.DateOf(2026, 1, 1)}
	for i, day := range []claims.Date{pack.Effective, midYear} {
		if w.rules[i], err = pack.At(day); err != nil {
			return err
		}
		if w.programs[i], err = benefit.Compile(w.rules[i], w.scope, &w.slots); err != nil {
			return err
		}
	}
	return nil
}

// run adjudicates persons with the engine; year and visit are reused from person to person, as in a run.
func (w *world) run(t testing.TB, order []int) map[int32]benefit.Pockets {
	out := make(map[int32]benefit.Pockets)
	year := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
	var visit benefit.Visit
	choose := func(c *claims.Claim) (*benefit.Program, int) { return w.programs[w.version(c)], w.year(c) }
	for _, i := range order {
		err := benefit.Person(w.persons[i], &year, &visit, choose, nil, func(v *benefit.Visit) error {
			if v.Pockets.Gross() != v.Gross {
				return fmt.Errorf("pockets of row %d sum to %s, gross is %s", v.Row, v.Pockets.Gross(), v.Gross)
			}
			out[v.Row] = v.Pockets
			return nil
		})
		if err != nil {
			t.Fatalf("engine: %v\n%s", err, w.text)
		}
	}
	return out
}

func compareRandom(t testing.TB, seed uint64) {
	w := newWorld(t, seed)
	order := rand.New(rand.NewPCG(seed, 8)).Perm(len(w.persons))
	engine := w.run(t, order)
	slices.Reverse(order)
	for row, pockets := range w.run(t, order) {
		if pockets != engine[row] {
			t.Fatalf("seed %d: row %d depends on the order of persons", seed, row)
		}
	}
	o := &oracle.Benefit{Scope: w.scope}
	for _, cs := range w.persons {
		want, err := o.Person(cs, func(c *claims.Claim) (*policy.Rules, int, error) {
			return w.rules[w.version(c)], w.year(c), nil
		})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, w.text)
		}
		for i := range cs {
			if got := engine[cs[i].Row]; got != want[i] {
				t.Fatalf("seed %d: visit %d of %+v:\nengine %v\noracle %v\n%s", seed, i, cs[:i+1], got, want[i], w.text)
			}
		}
	}
}
