package benefit_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
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
	var next atomic.Uint64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for !t.Failed() {
				seed := next.Add(1) - 1
				if seed >= uint64(*personYears/personsPerPack) {
					return
				}
				if err := compareRandom(seed); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

// FuzzEngineEqualsOracle lets the fuzzer choose the seed of law and persons.
func FuzzEngineEqualsOracle(f *testing.F) {
	f.Add(uint64(1))
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if err := compareRandom(seed); err != nil {
			t.Fatal(err)
		}
	})
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

func newWorld(seed uint64) (*world, error) {
	g := &gen{rand.New(rand.NewPCG(seed, 7))}
	w := &world{text: g.pack()}
	if err := w.compile(); err != nil {
		return nil, fmt.Errorf("seed %d: %w\n%s", seed, err, w.text)
	}
	for i := range personsPerPack {
		w.persons = append(w.persons, g.person(int32(i), w.rules[0].Order))
	}
	return w, nil
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

// adjudicate takes one person through a stretch of the world's programs.
func (w *world) adjudicate(left *benefit.Left, cs []claims.Claim, from, to int, y *benefit.Year, v *benefit.Visit, trace *benefit.Trace, done func(*benefit.Visit) error) error {
	programs := benefit.Programs{Of: w.version}
	for _, program := range w.programs {
		programs.List = append(programs.List, program.Stretch(from, to))
	}
	var p benefit.Persons
	p.Take(cs, []int32{int32(len(cs))}, w.year)
	return p.Adjudicate(programs, left, y, v, trace, done)
}

// run adjudicates persons with the engine; year and visit are reused from person to person, as in a run.
func (w *world) run(order []int) (map[int32]benefit.Pockets, error) {
	out := make(map[int32]benefit.Pockets)
	year := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
	var visit benefit.Visit
	for _, i := range order {
		cs := w.persons[i]
		err := w.adjudicate(&benefit.Left{}, cs, 0, w.steps(), &year, &visit, nil, func(v *benefit.Visit) error {
			if v.Pockets.Gross() != v.Gross {
				return fmt.Errorf("pockets of row %d sum to %s, gross is %s", v.Row, v.Pockets.Gross(), v.Gross)
			}
			out[v.Row] = *v.Pockets
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *world) steps() int { return max(w.programs[0].Len(), w.programs[1].Len()) }

// inStretches adjudicates one person in two stretches, cut before a step.
func (w *world) inStretches(cs []claims.Claim, at int) ([]benefit.Pockets, error) {
	var left benefit.Left
	now := make([]benefit.Pockets, len(cs))
	for _, part := range [][2]int{{0, at}, {at, w.steps()}} {
		year := benefit.Year{Slots: make([]money.Fen, w.slots.Len())}
		var visit benefit.Visit
		if err := w.adjudicate(&left, cs, part[0], part[1], &year, &visit, nil, nil); err != nil {
			return nil, err
		}
		for i := range now {
			now[i] = left.At(i)
		}
	}
	return now, nil
}

// compareRandom holds the engine against itself with the persons in another order, and against the oracle.
func compareRandom(seed uint64) error {
	w, err := newWorld(seed)
	if err != nil {
		return err
	}
	order := rand.New(rand.NewPCG(seed, 8)).Perm(len(w.persons))
	engine, err := w.run(order)
	if err != nil {
		return fmt.Errorf("seed %d: engine: %w\n%s", seed, err, w.text)
	}
	slices.Reverse(order)
	again, err := w.run(order)
	if err != nil || !maps.Equal(engine, again) {
		return fmt.Errorf("seed %d: pockets depend on the order of persons (%v)", seed, err)
	}
	o := &oracle.Benefit{Scope: w.scope}
	for _, cs := range w.persons {
		want, err := o.Person(cs, func(c *claims.Claim) (*policy.Rules, int, error) { return w.rules[w.version(c)], w.year(c), nil })
		if err != nil {
			return fmt.Errorf("seed %d: %w\n%s", seed, err, w.text)
		}
		for at := 1 + int(seed%4); at < w.steps(); at += 4 {
			if !benefit.Divisible(w.programs[:], at) {
				continue
			}
			if got, err := w.inStretches(cs, at); err != nil || !slices.Equal(got, want) {
				return fmt.Errorf("seed %d: cut before step %d: %v, want %v (%v)\n%s", seed, at, got, want, err, w.text)
			}
		}
		for i := range cs {
			if got := engine[cs[i].Row]; got != want[i] {
				return fmt.Errorf("seed %d: visit %d of %+v:\nengine %v\noracle %v\n%s", seed, i, cs[:i+1], got, want[i], w.text)
			}
		}
	}
	return nil
}
