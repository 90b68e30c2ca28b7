// Package record binds a run to what it was made of: the hashes of its inputs, its study, its rules and its results, the build of
// the program, and the files that it wrote. A record is checked by working the run out again, and two records are compared by
// working out the mixtures between them.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// Version is the version of the form of records.
const Version = 1

// FileName is the name of a record in the folder of a run's results.
const FileName = "record.json"

// Record is what a run stood on and what came of it. Paths are relative to the folder of the record.
type Record struct {
	Version   int        `json:"drgsim_record"`
	Build     string     `json:"build"`
	Study     File       `json:"study"`
	Set       []string   `json:"set,omitempty"` // changes given on the command line
	Inputs    []File     `json:"inputs"`        // the region's tables and the claims
	Scenarios []Scenario `json:"scenarios"`     // the baseline first
	// Outputs are the files of results that the run wrote beside the record; records of earlier versions have none.
	Outputs []File `json:"outputs,omitempty"`
}

// File is a file by its content.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Scenario is the rules and the results of one scenario.
type Scenario struct {
	Name    string   `json:"name"`
	Packs   []string `json:"packs"`
	Rules   string   `json:"rules_sha256"`   // of all parameters as resolved for the days of the year
	Results string   `json:"results_sha256"` // of Figures
	// Figures are all numbers of the result, in the units of the report's kinds: fen, parts per million, millionths, counts.
	Figures map[string]int64 `json:"figures"`
}

// New makes the record of a run whose results go to a folder. progress, which may be nil, hears how many bytes of the inputs
// are hashed.
func New(ses *engine.Session, results []*engine.Result, set []string, build, dir string, progress Progress) (*Record, error) {
	r := &Record{Version: Version, Build: build, Set: set}
	var err error
	if r.Study, err = fileIn(dir, ses.Study.File, nil); err != nil {
		return nil, err
	}
	paths, err := inputs(ses.Study)
	if err != nil {
		return nil, err
	}
	m := newMeter(paths, progress)
	for _, p := range paths {
		f, err := fileIn(dir, p, m)
		if err != nil {
			return nil, err
		}
		r.Inputs = append(r.Inputs, f)
	}
	for _, res := range results {
		r.Scenarios = append(r.Scenarios, scenarioOf(res))
	}
	return r, nil
}

// scenarioOf records one result.
func scenarioOf(res *engine.Result) Scenario {
	s := Scenario{Name: res.Plan.Scenario.Name, Rules: rulesHash(res.Plan), Figures: make(map[string]int64)}
	for i := range res.Plan.Versions {
		s.Packs = append(s.Packs, res.Plan.Versions[i].Rules.Pack.Name)
	}
	s.Packs = slices.Compact(s.Packs)
	for _, f := range compare.Of(res).List() {
		if !f.None {
			s.Figures[f.ID] = f.Value
		}
	}
	s.Results = figuresHash(s.Figures)
	return s
}

// rulesHash is the hash of all parameters that are in force on some day of the year.
func rulesHash(p *engine.Plan) string {
	h := sha256.New()
	for i := range p.Versions {
		rules := p.Versions[i].Rules
		fmt.Fprintf(h, "%d %s %v %v %v\n%s\n", p.Year, rules.On, rules.PriceDate, rules.Order, rules.Round, rules.Tree)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// figuresHash is the hash of figures by id. JSON writes the keys of a map in order, which makes it one text.
func figuresHash(figures map[string]int64) string {
	text, err := json.Marshal(figures)
	if err != nil {
		panic("BUG: numbers by name cannot be written: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// inputs lists the files that a study reads besides itself: the tables of its region and its claims, folders of claims file by
// file.
func inputs(s *engine.Study) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(s.RegionDir, "*.csv"))
	if err != nil {
		return nil, fmt.Errorf("listing the region's tables: %w", err)
	}
	slices.Sort(paths)
	for _, c := range s.Claims {
		info, err := os.Stat(c)
		if err != nil {
			return nil, fmt.Errorf("claims: %w", err)
		}
		if !info.IsDir() {
			paths = append(paths, c)
			continue
		}
		entries, err := os.ReadDir(c)
		if err != nil {
			return nil, fmt.Errorf("claims: %w", err)
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				paths = append(paths, filepath.Join(c, e.Name()))
			}
		}
	}
	return paths, nil
}

// fileIn hashes a file and names it from a folder.
func fileIn(dir, path string, m *meter) (File, error) {
	sum, err := hashFile(path, m)
	if err != nil {
		return File{}, err
	}
	name, err := relative(dir, path)
	return File{Path: name, SHA256: sum}, err
}

func relative(dir, path string) (string, error) {
	d, err1 := filepath.Abs(dir)
	p, err2 := filepath.Abs(path)
	if err := errors.Join(err1, err2); err != nil {
		return "", fmt.Errorf("naming %s from %s: %w", path, dir, err)
	}
	name, err := filepath.Rel(d, p)
	if err != nil {
		return "", fmt.Errorf("naming %s from %s: %w", path, dir, err)
	}
	return filepath.ToSlash(name), nil
}

// Progress hears how many of how many bytes are done.
type Progress func(done, total int64)

// meter tells of the bytes that are hashed of several files; nil tells nobody.
type meter struct {
	done, total int64
	tell        Progress
}

func newMeter(paths []string, tell Progress) *meter {
	if tell == nil {
		return nil
	}
	m := &meter{tell: tell}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil { // a file that is missing is found when it is read
			m.total += info.Size()
		}
	}
	return m
}

// Write implements io.Writer.
func (m *meter) Write(b []byte) (int, error) {
	m.done += int64(len(b))
	m.tell(m.done, max(m.total, m.done))
	return len(b), nil
}

func hashFile(path string, m *meter) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("hashing: %w", err)
	}
	h := sha256.New()
	var in io.Reader = f
	if m != nil {
		in = io.TeeReader(f, m)
	}
	_, err = io.CopyBuffer(h, in, make([]byte, 1<<18))
	if err := errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("hashing %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Write writes the record into a folder, which must exist.
func (r *Record) Write(dir string) (string, error) {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return "", fmt.Errorf("writing record: %w", err)
	}
	path := filepath.Join(dir, FileName)
	err = wholefile.Write(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("writing record: %w", err)
	}
	return path, nil
}

// Read reads a record: a file, or the record in a folder. It returns the folder to which its paths are relative.
func Read(path string) (*Record, string, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, FileName)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("reading record: %w", err)
	}
	r, err := parse(text)
	if err != nil {
		return nil, "", fmt.Errorf("record %s: %w", path, err)
	}
	return r, filepath.Dir(path), nil
}

// parse reads the text of a record strictly, and holds the figures against their hash.
func parse(text []byte) (*Record, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var r Record
	if err := d.Decode(&r); err != nil {
		return nil, err
	}
	if r.Version != Version {
		return nil, fmt.Errorf("it is of version %d; this program reads version %d", r.Version, Version)
	}
	if len(r.Scenarios) == 0 {
		return nil, errors.New("it has no scenarios")
	}
	for _, s := range r.Scenarios {
		if got := figuresHash(s.Figures); got != s.Results {
			return nil, fmt.Errorf("the figures of scenario %s have been changed: their hash is %s, recorded %s", s.Name, short(got), short(s.Results))
		}
	}
	return &r, nil
}

// StudyFile is the path of the record's study, from where the program stands.
func (r *Record) StudyFile(dir string) string {
	return filepath.Join(dir, filepath.FromSlash(r.Study.Path))
}

// Scenario returns a scenario by name.
func (r *Record) Scenario(name string) (*Scenario, bool) {
	for i := range r.Scenarios {
		if r.Scenarios[i].Name == name {
			return &r.Scenarios[i], true
		}
	}
	return nil, false
}

func short(hash string) string { return hash[:min(len(hash), 12)] }
