package benefit_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/internal/oracle"
)

// oracleRun adjudicates a case with the oracle.
func oracleRun(s *casetest.Setup) ([]benefit.Pockets, error) {
	o := &oracle.Benefit{Scope: s.Scope}
	out := make([]benefit.Pockets, len(s.IDs))
	err := s.EachPerson(func(cs []claims.Claim) error {
		pockets, err := o.Person(cs, s.RulesOf)
		for i := range pockets {
			out[cs[i].Row] = pockets[i]
		}
		return err
	})
	return out, err
}

// sharded adjudicates each person of a case in a shard of its own.
func sharded(s *casetest.Setup) ([]benefit.Pockets, error) {
	out := make([]benefit.Pockets, len(s.IDs))
	err := s.EachPerson(func(cs []claims.Claim) error {
		one := *s
		one.Claims = cs
		pockets, err := casetest.Engine(&one)
		for i := range cs {
			out[cs[i].Row] = pockets[cs[i].Row]
		}
		return err
	})
	return out, err
}

// TestCases runs the case file of each rule kind on the engine, on the oracle, and on the engine person by person.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.case")
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	engines := map[string]casetest.Adjudicator{"engine": casetest.Engine, "oracle": oracleRun, "sharded": sharded}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := casetest.Parse(file, text)
		if err != nil {
			t.Error(err)
			continue
		}
		for name, engine := range engines {
			r := (&casetest.Runner{Adjudicate: engine}).Run(c)
			if r.Err != nil {
				t.Errorf("%s: %s: %v", file, name, r.Err)
			}
			for _, d := range r.Diffs {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}
