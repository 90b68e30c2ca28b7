package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealData takes public claims that nobody here invented through import, calibration and settlement with the shipped
// mappings and studies. Every row and every dollar that was read is settled, netted, of another year, or rejected.
func TestRealData(t *testing.T) {
	if testing.Short() {
		t.Skip("whole commands are run without -short")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(root, "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("the public data sets are not beside the project")
	}
	for _, set := range []struct {
		study, files, year string
		read               string   // rows and money that go in
		controls           []string // control totals that must come out
	}{
		{"synpuf", "cms-desynpuf/DE1_0_*_Inpatient_Claims_*.csv.gz", "2008", "80064 899815830.00", []string{"763,046,450.00"}},
		{"sparcs-2016", "ny-sparcs-2016-western/*.csv.gz", "2016", "10000 97869101.81", []string{"97,869,101.81"}},
		{"sparcs-heart-failure", "ny-sparcs-2024-heart-failure/*.csv.gz", "2024", "18533 398280914.48", nil},
	} {
		t.Run(set.study, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Symlink(filepath.Join(root, "scenarios"), filepath.Join(dir, "scenarios")); err != nil {
				t.Skipf("links cannot be made here: %v", err)
			}
			t.Chdir(dir)
			out := filepath.Join("out", set.study)
			imported := must(t, "import", "--map", "scenarios/mappings/"+set.study+".yaml", filepath.Join(data, set.files), "-o", out+"/claims.arrow")
			for _, sum := range set.controls {
				if !strings.Contains(imported, sum) {
					t.Errorf("control total %s does not come out:\n%s", sum, imported)
				}
			}
			must(t, "calibrate", out+"/claims.arrow", "--years", set.year, "--out", out)
			text := must(t, "compare", "scenarios/"+set.study+".yaml", "--format", "json")
			rows, fen := readTotals(t, text)
			if got := rows + " " + fen; got != set.read {
				t.Errorf("%s were read, want %s", got, set.read)
			}
		})
	}
}

// must runs a command and returns its output.
func must(t *testing.T, args ...string) string {
	t.Helper()
	var out, talk bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &talk); code != exitDone {
		t.Fatalf("drgsim %s ends with %d: %s", strings.Join(args, " "), code, talk.String())
	}
	return out.String()
}

// readTotals returns the footer of the table that says where the claims went. The report itself fails when its rows do not
// add up to what was read.
func readTotals(t *testing.T, text string) (rows, gross string) {
	t.Helper()
	var doc struct {
		Sections []struct {
			ID    string `json:"id"`
			Table struct {
				Total struct {
					Rows  json.Number `json:"rows"`
					Gross string      `json:"gross"`
				} `json:"total"`
			} `json:"table"`
		} `json:"sections"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Sections {
		if s.ID == "flow" {
			return s.Table.Total.Rows.String(), s.Table.Total.Gross
		}
	}
	t.Fatal("the report does not say where the claims went")
	return "", ""
}
