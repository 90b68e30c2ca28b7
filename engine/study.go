package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Study is a question: a baseline and alternatives to it over the same claims. It is read from one YAML file; paths in it
// are relative to that file.
type Study struct {
	File         string
	ID           string
	TitleZh      string
	TitleEn      string
	RegionDir    string
	Claims       []string // files, in the order written
	Reviews      string   // table of reviewed claims; "" for none
	Year         int      // the settlement year that is worked out
	Schemes      []string // where the region's tables name none: the schemes of its claims
	Baseline     Scenario
	Alternatives []Scenario
	// CurrencyZh and CurrencyEn name the unit of money where it is not the yuan.
	CurrencyZh, CurrencyEn string
	// RejectLimit is the largest share of rows that may be set aside before the run fails; by default 1 percent.
	RejectLimit money.Ratio
	// Gates are conditions on the comparison that fail a batch run, as written.
	Gates []string
	// Assigned are the changes that Set added to the baseline's pack, as written.
	Assigned []string
	// Assumptions are the parameters of behaviour and projection, apart from the rules; nil when the study has none.
	Assumptions *policy.Value
}

// Scenario is one rule set of a study: a pack and changes to it.
type Scenario struct {
	Name    string
	TitleZh string
	TitleEn string
	Policy  string // pack name, or a place alone for all its packs by date
	// Own are the changes that set the scenario apart from the baseline: those it includes and those it states.
	Own []policy.Change
	// Changes are all changes to the pack, the baseline's first.
	Changes []policy.Change
	// Units part Own into what a reader would name one by one: each included alternative, then each change of the
	// scenario's own.
	Units []Unit
}

// Unit is one separable part of what a scenario does.
type Unit struct {
	Name             string // the included alternative, or the path of the change
	TitleZh, TitleEn string
	Changes          []policy.Change
}

// Title returns the scenario's title in a language, zh or en.
func (s *Scenario) Title(lang string) string {
	if lang == "zh" {
		return s.TitleZh
	}
	return s.TitleEn
}

// Scenarios returns the baseline followed by the alternatives.
func (s *Study) Scenarios() []Scenario {
	return append([]Scenario{s.Baseline}, s.Alternatives...)
}

// defaultRejectLimit is one row in a hundred.
const defaultRejectLimit money.Ratio = 10_000

// Years that a study may settle; others are slips of the pen.
const (
	firstYear = 1990
	lastYear  = 2100
)

// OpenStudy reads a study file. All faults of the file come back together, each with its line.
func OpenStudy(file string) (*Study, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading study: %w", err)
	}
	return ReadStudy(file, text)
}

// ReadStudy reads the text of a study as if it stood in a file of that name, which need not exist.
func ReadStudy(file string, text []byte) (*Study, error) {
	tree, err := policy.ParseYAML(file, text)
	if err != nil {
		return nil, err
	}
	if tree, err = policy.ExpandFiles(filepath.Dir(file), tree); err != nil {
		return nil, err
	}
	return readStudy(file, tree)
}

func readStudy(file string, tree *policy.Value) (*Study, error) {
	dir := filepath.Dir(file)
	d := policy.Decode(tree, "study")
	s := &Study{File: file, ID: d.Text("study")}
	s.TitleZh, s.TitleEn = titles(d, s.ID)
	s.RegionDir = policy.Under(dir, d.Text("region"))
	for _, c := range d.Texts("claims") {
		s.Claims = append(s.Claims, claimFiles(policy.Under(dir, c))...)
	}
	if len(s.Claims) == 0 {
		d.Fail("claims", "needs at least one file")
	}
	if d.Has("reviews") {
		s.Reviews = policy.Under(dir, d.Text("reviews"))
	}
	if s.Year = d.Int("year"); s.Year < firstYear || s.Year > lastYear {
		d.Fail("year", "%d is not from %d to %d", s.Year, firstYear, lastYear)
	}
	if s.Schemes = d.Texts("schemes"); len(s.Schemes) > region.MaxSchemes {
		d.Fail("schemes", "names %d schemes; at most %d are allowed", len(s.Schemes), region.MaxSchemes)
	}
	if c := d.Sub("currency"); c != nil {
		s.CurrencyZh, s.CurrencyEn = c.Text("zh"), c.Text("en")
		c.Close()
	}
	s.RejectLimit = d.ShareOr("reject_limit", defaultRejectLimit)
	s.Gates = d.Texts("gates")
	s.Assumptions = d.Raw("assumptions")
	if b := d.Sub("baseline"); b != nil {
		s.Baseline = scenario(b, "baseline", "")
		s.Baseline.Changes, s.Baseline.Own = s.Baseline.Own, nil
		b.Close()
	} else {
		d.Fail("baseline", "is missing")
	}
	var named []Scenario
	d.Each("alternatives", func(_ int, it *policy.Decoder) {
		a := scenario(it, it.Text("name"), s.Baseline.Policy)
		own := a.Own
		a.Own = nil
		for _, other := range it.Texts("include") {
			i := slices.IndexFunc(named, func(o Scenario) bool { return o.Name == other })
			if i < 0 {
				it.Fail("include", "no alternative above is called %q%s", other, nearest.Hint(other, scenarioNames(named)))
				continue
			}
			a.Own = append(a.Own, named[i].Own...)
			a.Units = append(a.Units, Unit{named[i].Name, named[i].TitleZh, named[i].TitleEn, named[i].Own})
		}
		a.Own = append(a.Own, own...)
		for _, ch := range own {
			u := Unit{ch.Path, ch.Path, ch.Path, []policy.Change{ch}}
			if ch.From != claims.NoDate {
				u.TitleZh, u.TitleEn = fmt.Sprintf("%s（自 %s 起）", ch.Path, ch.From), fmt.Sprintf("%s (from %s)", ch.Path, ch.From)
			}
			a.Units = append(a.Units, u)
		}
		if a.Name == "baseline" || slices.Contains(scenarioNames(named), a.Name) {
			it.Fail("name", "%q is taken", a.Name)
		}
		// An alternative on the baseline's pack starts from the baseline as changed.
		a.Changes = a.Own
		if a.Policy == s.Baseline.Policy {
			a.Changes = append(slices.Clone(s.Baseline.Changes), a.Own...)
		}
		named = append(named, a)
	})
	s.Alternatives = named
	return s, d.Err()
}

// claimFiles resolves a pattern such as claims-*.arrow to the files it matches, sorted; any other name stands for itself.
func claimFiles(name string) []string {
	if !strings.ContainsAny(name, "*?[") {
		return []string{name}
	}
	found, err := filepath.Glob(name)
	if err != nil || len(found) == 0 {
		return []string{name}
	}
	slices.Sort(found)
	return found
}

// inputsExist looks for the region's folder and the files of claims before any work is done.
func (s *Study) inputsExist() error {
	var faults []error
	for i, path := range append([]string{s.RegionDir}, s.Claims...) {
		info, err := os.Stat(path)
		if err == nil {
			switch {
			case i == 0 || !info.IsDir():
			case !shards.Is(path):
				faults = append(faults, fmt.Errorf("%s: claims: %q is a folder, but none of shards: it has no %s, which drgsim shard writes last", s.File, path, shards.ManifestFile))
			case len(s.Claims) > 1:
				faults = append(faults, fmt.Errorf("%s: claims: %q is a folder of shards, which must be the only claims", s.File, path))
			}
			continue
		}
		what := "claims"
		if i == 0 {
			what = "region"
		}
		if !errors.Is(err, fs.ErrNotExist) {
			faults = append(faults, fmt.Errorf("%s: %s: %w", s.File, what, err))
			continue
		}
		there, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
		faults = append(faults, fmt.Errorf("%s: %s: %q does not exist%s", s.File, what, path, nearest.Hint(path, there)))
	}
	return policy.Join(faults...)
}

func scenario(d *policy.Decoder, name, pack string) Scenario {
	a := Scenario{Name: name, Policy: pack}
	a.TitleZh, a.TitleEn = titles(d, name)
	if pack == "" {
		a.Policy = d.Text("policy")
	} else {
		a.Policy = d.TextOr("policy", pack)
	}
	d.Each("changes", func(_ int, c *policy.Decoder) {
		ch := policy.Change{
			Path:  c.Text("path"),
			Value: c.Raw("value"),
			From:  c.DateOr("from", claims.NoDate),
			Pos:   c.Pos(),
		}
		if r := c.Raw("reason"); r != nil && r.Shape == policy.Map {
			both := c.Sub("reason")
			ch.ReasonZh, ch.Reason = both.Text("zh"), both.Text("en")
			both.Close()
		} else {
			ch.Reason = c.TextOr("reason", "")
		}
		if i := slices.IndexFunc(a.Own, func(o policy.Change) bool { return o.Path == ch.Path && o.From == ch.From }); i >= 0 {
			c.Fail("path", "%q is changed already at line %d", ch.Path, a.Own[i].Pos.Line)
		}
		if ch.Value == nil {
			c.Fail("value", "is missing")
			return
		}
		a.Own = append(a.Own, ch)
	})
	return a
}

func titles(d *policy.Decoder, fallback string) (zh, en string) {
	t := d.Sub("title")
	if t == nil {
		return fallback, fallback
	}
	defer t.Close()
	return t.Text("zh"), t.Text("en")
}

func scenarioNames(list []Scenario) []string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
	}
	return names
}

// Set adds a change, written as path=value, to every scenario of the study that stands on the baseline's pack.
func (s *Study) Set(assignment string) error {
	path, text, ok := strings.Cut(assignment, "=")
	// A condition inside brackets has its own equals signs: the assignment is the first one outside of them.
	for ok && strings.Count(path, "[") > strings.Count(path, "]") {
		var more string
		more, text, ok = strings.Cut(text, "=")
		path += "=" + more
	}
	if !ok {
		return fmt.Errorf("--set %s: must be written as path=value", assignment)
	}
	flag := "--set " + strings.TrimSpace(path)
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%s: the value after = is missing; '' is an empty text, [] an empty list", flag)
	}
	value, err := policy.ParseYAML(flag, []byte(text))
	if err != nil {
		return err
	}
	if value, err = policy.ExpandFiles(".", value); err != nil {
		return err
	}
	change := policy.Change{Path: strings.TrimSpace(path), Value: value, From: claims.NoDate, Reason: "--set", Pos: policy.Pos{File: flag, Line: 1}}
	pack := s.Baseline.Policy
	s.Assigned = append(s.Assigned, assignment)
	s.Baseline.Changes = append(slices.Clone(s.Baseline.Changes), change)
	for i := range s.Alternatives {
		a := &s.Alternatives[i]
		if a.Policy == pack {
			a.Changes = append(slices.Clone(s.Baseline.Changes), a.Own...)
		}
	}
	return nil
}

// OpenPacks loads the pack that a scenario names, or, for a place alone, all packs of that place by rising date.
func OpenPacks(fsys fs.FS, name string) ([]*policy.Pack, error) {
	if strings.Contains(name, "/") {
		p, err := policy.Open(fsys, name)
		if err != nil {
			return nil, err
		}
		return []*policy.Pack{p}, nil
	}
	all, err := policy.Names(fsys)
	if err != nil {
		return nil, err
	}
	var packs []*policy.Pack
	for _, n := range all {
		if !strings.HasPrefix(n, name+"/") {
			continue
		}
		p, err := policy.Open(fsys, n)
		if err != nil {
			return nil, err
		}
		packs = append(packs, p)
	}
	if len(packs) == 0 {
		return nil, fmt.Errorf("policy %q does not exist%s", name, nearest.Hint(name, all))
	}
	return packs, nil
}
