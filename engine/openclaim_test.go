package engine_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/rowindex"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/policies"
)

// readStudy reads a study with one scenario.
func readStudy(t testing.TB, file, scenario string) *engine.Study {
	t.Helper()
	s, err := engine.OpenStudy(file)
	if err == nil {
		err = s.Only(scenario)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func buildIndex(t testing.TB, file string) {
	t.Helper()
	if _, err := rowindex.Build(t.Context(), file, rowindex.Options{}); err != nil {
		t.Fatal(err)
	}
}

// replayed is the year of a claim's person by the last plan of a session, without what names places in memory.
func replayed(ses *engine.Session, claim string) ([]engine.Replayed, error) {
	row, err := ses.Input.FindClaim(claim)
	if err != nil {
		return nil, err
	}
	year, err := ses.Plans[len(ses.Plans)-1].Replay(ses.Input, ses.Input.PersonOf(row))
	for i := range year {
		year[i].Version = nil
		c := &year[i].Claim
		c.Row, c.Person, c.Group = 0, 0, 0
		// What no rule of the demo looks at is read by one of the two only.
		c.Facts[claims.FactSigned], c.BookedFund, c.HasBookedFund = 0, 0, false
	}
	return year, err
}

// The year of a person that an index finds is the year that the whole run works out, step by step and fen by fen, in good
// data and bad, in one file, in several and in shards.
func TestIndexedYearIsTheRunsYear(t *testing.T) {
	for _, dirty := range []float64{0, 0.1} {
		file := inventRegion(t, dirty)
		dir := filepath.Dir(file)
		buildIndex(t, filepath.Join(dir, "claims.arrow"))
		s := readStudy(t, file, "all")
		ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
		if err != nil {
			t.Fatal(err)
		}
		ids := make(map[string]bool)
		for row := range ses.Input.Table.Rows {
			ids[ses.Input.Table.ClaimID.At(row)] = true
		}
		sorted := slices.Sorted(maps.Keys(ids))
		rng := rand.New(rand.NewPCG(1, 1))
		rng.Shuffle(len(sorted), func(i, k int) { sorted[i], sorted[k] = sorted[k], sorted[i] })
		refused, visits := 0, 0
		for _, id := range sorted[:100] {
			want, errWant := replayed(ses, id)
			one, err := engine.OpenClaim(t.Context(), s, engine.Wanted{Claim: id, Shard: -1}, engine.OpenOptions{Policies: policies.FS})
			if err != nil {
				t.Fatal(err)
			}
			got, errGot := replayed(one, id)
			if (errWant == nil) != (errGot == nil) || (errWant != nil && errWant.Error() != errGot.Error()) {
				t.Fatalf("claim %s: %v by index, %v without", id, errGot, errWant)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("claim %s: by index\n%+v\nwithout\n%+v", id, got, want)
			}
			if errWant != nil {
				refused++
			}
			visits += len(want)
		}
		if visits < 100 || (refused > 0) != (dirty > 0) {
			t.Errorf("dirty %v: %d visits and %d refused claims were compared", dirty, visits, refused)
		}
	}
}

func TestIndexedYearOfShardsAndFiles(t *testing.T) {
	file := inventRegion(t, 0)
	dir := filepath.Dir(file)
	input := filepath.Join(dir, "claims.arrow")
	buildIndex(t, input)
	whole := readStudy(t, file, "baseline")
	ses := openStudy(t, file)
	row := ses.Input.Table.Rows / 2
	id, person := ses.Input.Table.ClaimID.At(row), ses.Input.Table.Person.At(row)
	out := filepath.Join(dir, "shards")
	m, err := shards.Split(t.Context(), []string{input}, out, shards.Options{Shards: 3})
	if err != nil {
		t.Fatal(err)
	}
	sharded := readStudy(t, studyOver(t, dir, "shards"), "baseline")
	if !sharded.Indexed() || !sharded.Sharded() {
		t.Error("shards are told from files by nothing")
	}
	ask := func(s *engine.Study, w engine.Wanted) (*engine.Session, error) {
		return engine.OpenClaim(t.Context(), s, w, engine.OpenOptions{Policies: policies.FS})
	}
	if _, err := ask(sharded, engine.Wanted{Person: person, Shard: -1}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("shards without an index give %v", err)
	}
	for i := range m.Shards {
		buildIndex(t, m.Path(i))
	}
	of := func(s *engine.Study, w engine.Wanted) []engine.Replayed {
		t.Helper()
		one, err := ask(s, w)
		if err != nil {
			t.Fatal(err)
		}
		year, err := replayed(one, id)
		if err != nil {
			t.Fatal(err)
		}
		return year
	}
	want := of(whole, engine.Wanted{Claim: id, Shard: -1})
	for name, w := range map[string]engine.Wanted{"claim": {Claim: id, Shard: -1}, "person": {Person: person, Shard: -1},
		"claim in a shard": {Claim: id, Shard: m.ShardOf(person)}} {
		if got := of(sharded, w); !reflect.DeepEqual(got, want) {
			t.Errorf("%s in shards: %+v, want %+v", name, got, want)
		}
	}
	for name, w := range map[string]engine.Wanted{"other shard": {Claim: id, Shard: (m.ShardOf(person) + 1) % 3}, "unknown claim": {Claim: id + "0", Shard: -1},
		"no such shard": {Claim: id, Shard: 3}} {
		if _, err := ask(sharded, w); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := ask(whole, engine.Wanted{Claim: id[:len(id)-1], Shard: -1}); err == nil || !strings.Contains(err.Error(), "nearest is") {
		t.Errorf("an unknown claim gives %v", err)
	}
}

// An index of what the claims were before is refused, also when it does not know the claim.
func TestStaleIndexIsRefused(t *testing.T) {
	file := inventRegion(t, 0)
	input := filepath.Join(filepath.Dir(file), "claims.arrow")
	s := readStudy(t, file, "baseline")
	if s.Indexed() {
		t.Error("a study without an index says that it has one")
	}
	buildIndex(t, input)
	if !s.Indexed() {
		t.Error("a study with an index says that it has none")
	}
	id := openStudy(t, file).Input.Table.ClaimID.At(0)
	b, err := os.ReadFile(input)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-20] ^= 1
	if err := os.WriteFile(input, b, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, claim := range []string{id, "C-UNKNOWN"} {
		_, err := engine.OpenClaim(t.Context(), s, engine.Wanted{Claim: claim, Shard: -1}, engine.OpenOptions{Policies: policies.FS})
		if err == nil || !strings.Contains(err.Error(), "has changed since the index was built") {
			t.Errorf("claim %s by a stale index: %v", claim, err)
		}
	}
}

func TestOnlyOneScenario(t *testing.T) {
	s := readStudy(t, inventRegion(t, 0), "all")
	if names := fmt.Sprint(s.Scenarios()[0].Name, s.Scenarios()[1].Name, len(s.Scenarios())); names != "baselineall2" {
		t.Errorf("the scenarios are %s", names)
	}
	if err := s.Only("al"); err == nil || !strings.Contains(err.Error(), `nearest is "all"`) {
		t.Errorf("an unknown scenario gives %v", err)
	}
	if err := s.Only("baseline"); err != nil || len(s.Alternatives) != 0 {
		t.Errorf("%d alternatives beside the baseline (%v)", len(s.Alternatives), err)
	}
}

// BenchmarkOpenClaim opens a study with one person's claims and replays them.
func BenchmarkOpenClaim(b *testing.B) {
	file := inventRegion(b, 0)
	dir := filepath.Dir(file)
	buildIndex(b, filepath.Join(dir, "claims.arrow"))
	id := openStudy(b, file).Input.Table.ClaimID.At(1000)
	for b.Loop() {
		s := readStudy(b, file, "baseline")
		ses, err := engine.OpenClaim(b.Context(), s, engine.Wanted{Claim: id, Shard: -1}, engine.OpenOptions{Policies: policies.FS})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := replayed(ses, id); err != nil {
			b.Fatal(err)
		}
	}
}
