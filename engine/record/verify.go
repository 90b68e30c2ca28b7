package record

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine"
)

// Binding is one thing that a record stands on or says, and what it is now.
type Binding struct {
	What          string // "input", "study", "rules", "results", "build", "output"
	Name          string
	Recorded, Now string // hashes cut short, or words
	Holds         bool
}

// Files holds the study and the inputs of a record in a folder against the files as they are. progress, which may be nil, hears
// how many bytes are hashed.
func (r *Record) Files(dir string, progress Progress) []Binding {
	var paths []string
	for _, f := range r.Inputs {
		paths = append(paths, dir+"/"+f.Path)
	}
	m := newMeter(paths, progress)
	out := []Binding{fileBinding("study", dir, r.Study, nil)}
	for _, f := range r.Inputs {
		out = append(out, fileBinding("input", dir, f, m))
	}
	return out
}

func fileBinding(what, dir string, f File, m *meter) Binding {
	b := Binding{What: what, Name: f.Path, Recorded: short(f.SHA256)}
	sum, err := hashFile(dir+"/"+f.Path, m)
	if err != nil {
		b.Now = "cannot be read"
		return b
	}
	b.Now, b.Holds = short(sum), sum == f.SHA256
	return b
}

// Verify holds a record against the same run worked out again: files, build, rules, results and the reports that it wrote. Inputs that the run reads
// now but the record does not know do not bind either.
func (r *Record) Verify(ses *engine.Session, results []*engine.Result, build, dir string, progress Progress) ([]Binding, error) {
	out := r.Files(dir, progress)
	paths, err := inputs(ses.Study)
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		name, err := relative(dir, p)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(r.Inputs, func(f File) bool { return f.Path == name }) {
			continue
		}
		f, err := fileIn(dir, p, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, Binding{What: "input", Name: f.Path, Recorded: "not there", Now: short(f.SHA256)})
	}
	now := &Record{}
	for _, res := range results {
		now.Scenarios = append(now.Scenarios, scenarioOf(res))
	}
	out = append(out, Binding{What: "build", Name: "drgsim", Recorded: r.Build, Now: build, Holds: r.Build == build})
	for _, s := range r.Scenarios {
		again, ok := now.Scenario(s.Name)
		if !ok {
			out = append(out, Binding{What: "results", Name: s.Name, Recorded: short(s.Results), Now: "not there"})
			continue
		}
		results := Binding{What: "results", Name: s.Name, Recorded: short(s.Results), Now: short(again.Results), Holds: s.Results == again.Results}
		if !results.Holds {
			results.Now += " (" + firstDifference(s.Figures, again.Figures) + ")"
		}
		out = append(out, Binding{What: "rules", Name: s.Name, Recorded: short(s.Rules), Now: short(again.Rules), Holds: s.Rules == again.Rules}, results)
	}
	for _, s := range now.Scenarios {
		if _, ok := r.Scenario(s.Name); !ok {
			out = append(out, Binding{What: "results", Name: s.Name, Recorded: "not there", Now: short(s.Results)})
		}
	}
	for _, f := range r.Outputs {
		out = append(out, fileBinding("output", dir, f, nil))
	}
	return out, nil
}

// firstDifference names the first figure by name that differs.
func firstDifference(a, b map[string]int64) string {
	var ids []string
	for id := range a {
		ids = append(ids, id)
	}
	for id := range b {
		if _, both := a[id]; !both {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		x, inA := a[id]
		y, inB := b[id]
		switch {
		case !inA:
			return id + " is new"
		case !inB:
			return id + " is gone"
		case x != y:
			return fmt.Sprintf("%s was %d, is %d", id, x, y)
		}
	}
	return "equal figures"
}
