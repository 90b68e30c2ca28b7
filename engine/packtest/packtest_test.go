package packtest

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/internal/oracle"
	"github.com/drgsim/drgsim/engine/internal/oracle/drgoracle"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// byOracle adjudicates a case with the oracle.
func byOracle(s *casetest.Setup) ([]benefit.Pockets, error) {
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

// shipped lists the case files of all packs.
func shipped(t *testing.T) []*casetest.Case {
	t.Helper()
	names, err := policy.Names(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	var out []*casetest.Case
	for _, name := range names {
		p, err := policy.Open(policies.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range p.CaseFiles {
			text, err := fs.ReadFile(policies.FS, file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := casetest.Parse(file, text)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, c)
		}
	}
	if len(out) < 30 {
		t.Fatalf("%d cases are shipped", len(out))
	}
	return out
}

// TestShippedCases runs every case of every pack on the engine and on the oracle.
func TestShippedCases(t *testing.T) {
	for _, c := range shipped(t) {
		for name, adjudicate := range map[string]casetest.Adjudicator{"engine": casetest.Engine, "oracle": byOracle} {
			res, _ := Run(policies.FS, c, adjudicate)
			if res.Err != nil {
				t.Errorf("%s: %v", name, res.Err)
			}
			for _, d := range res.Diffs {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

// TestShippedStays holds the prices of every stay of those cases to the oracle of package drg.
func TestShippedStays(t *testing.T) {
	stays := 0
	for _, c := range shipped(t) {
		if c.Table("classify") == nil {
			continue
		}
		s, err := casetest.NewSetup(c, policies.FS)
		if err != nil {
			t.Fatal(err)
		}
		if s.Pockets, err = casetest.Engine(s); err != nil {
			t.Fatal(err)
		}
		b, err := newBench(s)
		if err != nil {
			t.Fatal(err)
		}
		list, err := b.price(inHospital)
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			if list[i].done {
				stays++
				holdToOracle(t, b, &list[i])
			}
		}
	}
	if stays < 40 {
		t.Errorf("%d stays are priced", stays)
	}
}

func holdToOracle(t *testing.T, b *bench, p *priced) {
	t.Helper()
	c, s := &p.claim, b.s
	rules, err := b.rulesOf(c)
	if err != nil {
		t.Fatal(err)
	}
	pk := &s.Pockets[c.Row]
	stay := drgoracle.Stay{Hospital: s.Region.Hospitals[c.Hospital].ID, Scheme: s.Region.Schemes[c.Scheme()], Setting: c.Setting().String(),
		Days: int(c.Days()), Age: int(c.Age), Gross: int64(c.Gross), Fund: int64(pk[benefit.Fund]), NonCovered: int64(pk[benefit.NonCovered]),
		FirstPay: int64(pk[benefit.FirstPay]), Deducted: int64(pk[benefit.Deductible])}
	for code, n := range s.Scope.Groups {
		if int32(n) == c.Group {
			stay.Group = code
		}
	}
	if c.Mark > 0 {
		r := b.reviews[c.Mark-1]
		stay.Review, stay.Unreasonable, stay.Amount = r.Kind, int64(r.Unreasonable), int64(r.Amount)
	}
	want, err := drgoracle.New(rules.Tree.Get("drg"), s.Region).Price(stay)
	if err != nil {
		t.Fatalf("%s: %s: %v", s.Case.File, s.IDs[c.Row], err)
	}
	if p.value.Readmitted {
		want.Points /= 2 // the oracle knows no other stays
	}
	if got := (drgoracle.Priced{Class: p.class.ID, Points: int64(p.value.Points), Standard: want.Standard, Direct: int64(p.value.Direct), Excluded: p.value.Excluded}); got != want {
		t.Errorf("%s: %s: engine %+v, oracle %+v", s.Case.File, s.IDs[c.Row], got, want)
	}
}

// with lays the files of folders over the shipped packs.
func with(t *testing.T, dirs ...string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, fsys := range append([]fs.FS{policies.FS}, dirFS(dirs)...) {
		err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(fsys, name)
			out[name] = &fstest.MapFile{Data: text}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func dirFS(dirs []string) []fs.FS {
	var out []fs.FS
	for _, d := range dirs {
		out = append(out, os.DirFS(d))
	}
	return out
}

// TestNewCityIsAFolder adds a city by a folder alone: it lints clean, its case passes, and a study settles by it.
func TestNewCityIsAFolder(t *testing.T) {
	const name = "ningbo/2020-12-25"
	packs := with(t, "testdata")
	faults, err := Lint(packs, name, claims.DateOf(2026, 1, 1))
	if err != nil || len(faults) > 0 {
		t.Fatalf("%v %v", faults, err)
	}
	res, touched, err := RunFile(packs, name+"/cases/trial.case")
	if err != nil || !res.OK() || !touched["drg.classes.high"] {
		t.Fatalf("%v %v", res, err)
	}
	s, err := engine.OpenStudy("../../scenarios/zhejiang-2020.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Alternatives = []engine.Scenario{{Name: "ningbo", TitleZh: "宁波", TitleEn: "Ningbo", Policy: name, Own: s.Baseline.Changes, Changes: s.Baseline.Changes}}
	ses, err := engine.Open(context.Background(), s, engine.OpenOptions{Policies: packs})
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(context.Background(), ses.Plans, engine.InMemory(ses.Input), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var budgets [2]money.Fen
	for i, r := range results {
		for _, f := range r.Outcome.Funds {
			budgets[i] += f.Budget
		}
	}
	if budgets[0] <= budgets[1] || budgets[1] == 0 {
		t.Errorf("growth of 7%% gives %s, growth of 6%% gives %s", budgets[0], budgets[1])
	}
}

// TestBlocksRefuse reads what is told of slips in the blocks of this package.
func TestBlocksRefuse(t *testing.T) {
	head := "policy zhejiang/2025-01-01 on 2025-06-02\n\ngroups\ncode mean_cost\nA 6000\n\nclaims\nid group gross booked_fund\nC1 A 6000 4000\n\n"
	for text, want := range map[string]string{
		"classify\nid points\nC9 1\n":                                    `t.case:13: classify: there is no claim "C9"; nearest is "C1"`,
		"reviews\nid kind\nC2 special\n\nclassify\nid\nC1\n":             `t.case:13: reviews: there is no claim "C2"; nearest is "C1"`,
		"reviews\nid kind\nC1 speciel\n\nclassify\nid\nC1\n":             `nearest is "special"`,
		"reviews\nid kind\nC1 special\n\nclassify\nid pionts\nC1 1\n":    `classify: unknown column "pionts"; columns are`,
		"budget\nbudget amount\ntotel 5\n\nsettle funds\nfund\ntotal\n":  `t.case:13: budget: path "settle.budgets.totel" matches nothing; nearest is "settle.budgets.total"`,
		"budget\nbudget amount\ntotal 5\n\nsettle funds\nfund\ntotal\n":  "settle funds: more than one record is meant; say which by fund, scheme, alliance",
		"budget\nbudget amount\ntotal 5\n\nsettle pools\npool\npoints\n": "settle pools: there is no points; there are drg/employee",
		"settle fund\nfund\ntotal\n":                                     `nothing answers a block "settle fund"`,
	} {
		c, err := casetest.Parse("t.case", []byte(head+text))
		if err != nil {
			t.Error(err)
			continue
		}
		res, _ := Run(policies.FS, c, casetest.Engine)
		if res.Err == nil || !strings.Contains(res.Err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, res.Err, want)
		}
	}
}

// TestOwnCases runs the case files of this package: blocks that no shipped pack needs.
func TestOwnCases(t *testing.T) {
	here := os.DirFS("testdata")
	files, err := fs.Glob(here, "*.case")
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files: %v", err)
	}
	for _, file := range files {
		res, _, err := RunFile(here, file)
		if err != nil || !res.OK() {
			t.Errorf("%s: %v %+v", file, err, res)
		}
	}
}
