package record_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/record"
)

// Of what an earlier run wrote, that goes which belongs to a report written anew; what this run reads, what somebody has changed and
// reports of other kinds stay.
func TestWhatIsOfUseStays(t *testing.T) {
	dir := t.TempDir()
	var names, paths []string
	for _, name := range []string{"compare.csv", "compare.winners-3.csv", "compare.groups.csv", "compare.tiers.csv", "run.csv", "rejects.arrow"} {
		names, paths = append(names, name), append(paths, filepath.Join(dir, name))
		if err := os.WriteFile(paths[len(paths)-1], []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var earlier, now record.Record
	if err := earlier.AddOutputs(dir, paths); err != nil {
		t.Fatal(err)
	}
	if err := now.AddOutputs(dir, paths[:1]); err != nil {
		t.Fatal(err)
	}
	now.Inputs = []record.File{{Path: "compare.groups.csv"}}
	if err := os.WriteFile(filepath.Join(dir, "compare.tiers.csv"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	gone, err := now.Supersede(dir, &earlier)
	if err != nil {
		t.Fatal(err)
	}
	for i := range gone {
		gone[i] = filepath.Base(gone[i])
	}
	if want := []string{"compare.winners-3.csv", "rejects.arrow"}; !slices.Equal(gone, want) {
		t.Errorf("%v went of %v, want %v", gone, names, want)
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); (err != nil) != slices.Contains(gone, name) {
			t.Errorf("%s is there: %v; told to be gone: %v", name, err == nil, slices.Contains(gone, name))
		}
	}
}
