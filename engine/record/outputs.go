package record

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// RejectsFile is the name of the rows that a run has set aside, in the folder of its results.
const RejectsFile = "rejects.arrow"

// AddOutputs records the files that the run wrote into the folder of the record.
func (r *Record) AddOutputs(dir string, paths []string) error {
	for _, p := range paths {
		f, err := fileIn(dir, p, nil)
		if err != nil {
			return err
		}
		r.Outputs = append(r.Outputs, f)
	}
	return nil
}

// Supersede removes what an earlier run left of the reports that this run wrote anew, such as the table of an alternative that is
// no more, and its rejects: files that the earlier record lists, as they were written, and this one does not. What this run reads, and
// reports of other kinds and forms, stay. It returns the paths that it removed.
func (r *Record) Supersede(dir string, earlier *Record) ([]string, error) {
	var gone []string
	for _, f := range earlier.Outputs {
		if f.Path != filepath.Base(f.Path) || r.wrote(f.Path) || r.reads(f.Path) {
			continue
		}
		if f.Path != RejectsFile && !slices.ContainsFunc(r.Outputs, func(g File) bool { return series(g.Path) == series(f.Path) }) {
			continue
		}
		path := filepath.Join(dir, f.Path)
		if sum, err := hashFile(path, nil); err != nil || sum != f.SHA256 {
			continue // it is gone, or somebody has put something else in its place
		}
		if err := os.Remove(path); err != nil {
			return gone, fmt.Errorf("removing what an earlier run left: %w", err)
		}
		gone = append(gone, path)
	}
	return gone, nil
}

// series is what the files of one report in one form have in common: compare.csv of compare.winners-3.csv.
func series(name string) string {
	stem, _, _ := strings.Cut(name, ".")
	return stem + filepath.Ext(name)
}

// reads tells whether a file of the folder is one that the run stands on.
func (r *Record) reads(name string) bool {
	return name == r.Study.Path || slices.ContainsFunc(r.Inputs, func(f File) bool { return f.Path == name })
}

func (r *Record) wrote(name string) bool {
	return slices.ContainsFunc(r.Outputs, func(f File) bool { return f.Path == name })
}

// Unknown lists the files in the folder of a record that it does not know; none where it says nothing of outputs.
func (r *Record) Unknown(dir string) ([]string, error) {
	if len(r.Outputs) == 0 {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of the record: %w", err)
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || name == FileName || r.wrote(name) || r.reads(name) {
			continue
		}
		out = append(out, name)
	}
	return out, nil
}
