package packtest

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// Lint checks a pack as policy.Lint does, compiles it at every change of its rules, and asks for a case for each rule of
// its own: benefit steps, classes of stays, the cut for a return, streams of payment, budgets, advances. Faults come sorted by place.
func Lint(packs fs.FS, name string, today claims.Date) ([]policy.Fault, error) {
	p, err := policy.Open(packs, name)
	if err != nil {
		return nil, err
	}
	faults := policy.Lint(p, today)
	if err := CompileAll(p); err != nil {
		return sorted(append(faults, faultsOf(p, err)...)), nil
	}
	faults = append(faults, unreachable(p)...)
	touched := make(map[string]bool)
	for _, file := range p.CaseFiles {
		_, rules, err := RunFile(packs, file)
		if err != nil {
			faults = append(faults, faultsOf(p, err)...)
		}
		for path := range rules {
			touched[path] = true
		}
	}
	for _, r := range ownRules(p) {
		if !touched[r.path] {
			faults = append(faults, policy.Fault{Pos: r.pos, Code: "no-case", Text: fmt.Sprintf("no case of the pack sees %s at work", r.path)})
		}
	}
	return sorted(faults), nil
}

func sorted(faults []policy.Fault) []policy.Fault {
	slices.SortStableFunc(faults, func(a, b policy.Fault) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		return a.Pos.Line - b.Pos.Line
	})
	return faults
}

// faultsOf turns the sentences of an error, which begin with their places, into faults. A key that no rule asks for is
// told by a code of its own.
func faultsOf(p *policy.Pack, err error) []policy.Fault {
	var out []policy.Fault
	for line := range strings.SplitSeq(err.Error(), "\n") {
		f := policy.Fault{Pos: policy.Pos{File: p.Name + "/pack.yaml", Line: 1}, Code: "compile", Text: line}
		if file, rest, ok := strings.Cut(line, ":"); ok {
			number, text, _ := strings.Cut(rest, ": ")
			if n, err := strconv.Atoi(number); err == nil {
				f.Pos, f.Text = policy.Pos{File: file, Line: n}, text
			}
		}
		if strings.Contains(f.Text, "unknown key") {
			f.Code = "unused-key"
		}
		out = append(out, f)
	}
	return out
}

// RunFile runs one case file of a file system on the engine. It returns the outcome and the rules of the pack that had a
// part in it.
func RunFile(packs fs.FS, file string) (*casetest.Result, map[string]bool, error) {
	text, err := fs.ReadFile(packs, file)
	if err != nil {
		return nil, nil, fmt.Errorf("reading case: %w", err)
	}
	c, err := casetest.Parse(file, text)
	if err != nil {
		return nil, nil, err
	}
	res, touched := Run(packs, c, casetest.Engine)
	return res, touched, nil
}

// Run runs one case with an adjudicator. It returns the outcome and the rules that had a part in it.
func Run(packs fs.FS, c *casetest.Case, adjudicate casetest.Adjudicator) (*casetest.Result, map[string]bool) {
	var setup *casetest.Setup
	r := Runner(packs)
	r.Adjudicate = func(s *casetest.Setup) ([]benefit.Pockets, error) {
		setup = s
		return adjudicate(s)
	}
	res := r.Run(c)
	if setup == nil {
		return res, nil
	}
	return res, setup.Touched
}

// rule is a rule of a pack that a case must see at work.
type rule struct {
	path string
	pos  policy.Pos
}

// ownRules are the rules that a pack writes itself or changes, not those that it takes over.
func ownRules(p *policy.Pack) []rule {
	var out []rule
	for _, path := range []string{"drg.readmission", "advance"} {
		if v, err := p.Lookup(path); err == nil {
			if pos, own := p.Own(v); own {
				out = append(out, rule{path, pos})
			}
		}
	}
	for _, part := range []string{"benefit", "drg.classes", "settle.streams", "settle.budgets"} {
		list, err := p.Lookup(part)
		if err != nil {
			continue
		}
		for _, it := range list.Items {
			if pos, own := p.Own(it); own {
				out = append(out, rule{part + "." + it.Get("id").Text, pos})
			}
		}
	}
	return out
}

// CompileAll compiles every part of a pack at each day on which one of its rules begins or ends, for a region of one
// hospital per tier, and returns the faults.
func CompileAll(p *policy.Pack) error {
	last := p.Until
	if last == claims.NoDate {
		last = claims.DateOf(2099, 1, 1)
	}
	days := append([]claims.Date{p.Effective}, p.ChangeDates(p.Effective, last)...)
	reg, scope, err := plainRegion(p, days[0].Year()-historyYears, days[len(days)-1].Year())
	if err != nil {
		return err
	}
	var faults []error
	slots := &benefit.Slots{}
	for _, day := range days {
		rules, err := p.At(day)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		_, err = benefit.Compile(rules, scope, slots)
		faults = append(faults, err)
		if rules.Tree.Get("drg") != nil {
			_, err = drg.Compile(rules, scope, reg)
			faults = append(faults, err)
		}
		if rules.Tree.Get("settle") != nil {
			_, err = settle.Compile(rules, scope, reg, day.Year())
			faults = append(faults, err)
		}
	}
	return policy.Join(faults...)
}

// historyYears is how far back a budget may look for what was settled.
const historyYears = 10

// plainRegion is a region with a hospital of each tier and the figures of past years that a pack asks for, for compiling
// packs that no region was given for.
func plainRegion(p *policy.Pack, first, last int) (*region.Region, *policy.Scope, error) {
	const county, alliance = "county", "alliance"
	var hospitals []region.Hospital
	for t, name := range region.TierNames {
		hospitals = append(hospitals, region.Hospital{ID: name, Name: name, Tier: region.Tier(t), County: county, Alliance: alliance, Score: region.NoScore})
	}
	names := []string{"final_settlement", "income"}
	totalNames(p.Tree.Get("settle"), &names)
	var enrolment []region.Enrolled
	var totals []region.YearTotal
	for _, scheme := range region.DefaultSchemes {
		enrolment = append(enrolment, region.Enrolled{County: county, Alliance: alliance, Scheme: scheme, Persons: 1})
		for year := first; year <= last; year++ {
			for _, name := range names {
				for _, who := range []string{"", alliance} {
					totals = append(totals, region.YearTotal{Year: year, Scheme: scheme, Alliance: who, Name: name, Amount: 100})
				}
			}
		}
	}
	reg, err := region.New("plain", hospitals, enrolment, totals)
	if err != nil {
		return nil, nil, err
	}
	return reg, &policy.Scope{Schemes: reg.Schemes, Groups: map[string]int{}}, nil
}

// totalNames collects the names of yearly figures that openings of budgets ask for.
func totalNames(v *policy.Value, into *[]string) {
	if v == nil {
		return
	}
	for i, it := range v.Items {
		if v.Shape == policy.Map && v.Keys[i] == "total" && it.Shape == policy.Scalar && !slices.Contains(*into, it.Text) {
			*into = append(*into, it.Text)
		}
		totalNames(it, into)
	}
}
