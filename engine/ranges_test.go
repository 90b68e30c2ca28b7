package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/invent"
	"github.com/drgsim/drgsim/policies"
)

// rangedStudy writes claims, each person's together, to a vouched file in a folder with the demo's study. The rows are taken in
// the order of persons; a person's keep theirs.
func rangedStudy(t *testing.T, table *claims.Table, region string, batch int) (study string) {
	t.Helper()
	dir := t.TempDir()
	demoFiles(t, region)(dir)
	rows := make([]int32, table.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortStableFunc(rows, func(a, b int32) int { return int(table.Person.Codes[a]) - int(table.Person.Codes[b]) })
	table = table.Select(rows)
	table.SourceRow = nil
	w, err := claims.NewWriter(filepath.Join(dir, "claims.arrow"), claims.WriteOptions{CodePersons: true, BatchRows: batch, Vouch: check.Vouch})
	if err == nil {
		err = w.Write(table)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return studyOver(t, dir, "claims.arrow")
}

// openRanged opens a study to be run in ranges of about so many rows; 0: in memory.
func openRanged(t *testing.T, study string, rows, workers int) (*engine.Session, error) {
	t.Helper()
	s, err := engine.OpenStudy(study)
	if err != nil {
		t.Fatal(err)
	}
	opts := engine.OpenOptions{Policies: policies.FS, Workers: workers, OnePass: rows > 0}
	opts.SetRangeRows(rows)
	return engine.Open(t.Context(), s, opts)
}

// told is all that a session says after its run.
func told(t *testing.T, ses *engine.Session, workers int) string {
	t.Helper()
	text := compared(t, ses, engine.Options{Workers: workers})
	f := *ses.Files[0]
	rejected, err1 := ses.Rejected()
	read, err2 := ses.Read()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	c := ses.Check
	return fmt.Sprintf("%s\n%s %v %d %d %v %v %v\n%v %v %v %v %v\n%v\n%v\n", text, f.Path, f.Totals, f.Rows, f.Rejected, f.Verified, f.Lean, f.Columns,
		rejected, read, c.Kept, c.Warned, c.Rising, c.Codes, findings(t, ses))
}

func dirtyTable(t *testing.T) (*claims.Table, string) {
	t.Helper()
	dir := t.TempDir()
	c := invent.Default()
	c.DirtyShare, c.ReversedShare, c.Persons = 0.05, 0.05, 1500
	if _, err := invent.Write(t.Context(), dir, c, nil); err != nil {
		t.Fatal(err)
	}
	return knownTo(t, dir, readTable(t, filepath.Join(dir, "claims.arrow"))), dir
}

// A file that is run in ranges tells what it tells as a whole: results, reports, counts and findings.
func TestRangesTellTheSame(t *testing.T) {
	dirty, region := dirtyTable(t)
	demo := readTable(t, "../testdata/demo/claims.arrow")
	onePerson := demo.Select(rowsUpTo(400))
	clear(onePerson.Person.Codes)
	for name, x := range map[string]struct {
		table  *claims.Table
		region string
		batch  int
	}{"demo": {demo, "../testdata/demo", 1000}, "dirty": {dirty, region, 777}, "one person": {onePerson, "../testdata/demo", 0}} {
		t.Run(name, func(t *testing.T) {
			study := rangedStudy(t, x.table, x.region, x.batch)
			whole, err := openRanged(t, study, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			want := told(t, whole, 0)
			if name == "dirty" && (whole.Check.Rejected.Rows == 0 || whole.Check.Warned.Rows == 0) {
				t.Error("nothing was found: the test shows little")
			}
			for rows, many := range map[int][]int{1: {8}, 100: {1, 2}, 1 << 20: {2}} {
				for _, workers := range many {
					ses, err := openRanged(t, study, rows, workers)
					if err != nil {
						t.Fatal(err)
					}
					if !ses.Ranged() || ses.Input != nil {
						t.Fatal("the claims were read into memory")
					}
					same(t, fmt.Sprintf("ranges of %d rows, %d workers", rows, workers), told(t, ses, workers), want)
					if !ses.Ranged() {
						t.Error("the claims were read into memory after all")
					}
					if rows == 100 && workers == 2 {
						same(t, "the second run", told(t, ses, workers), want)
					}
				}
			}
		})
	}
}

func rowsUpTo(n int32) (rows []int32) {
	for i := range n {
		rows = append(rows, i)
	}
	return rows
}

// What the region's tables lack is found in ranges where it is a warning, and makes the file be read whole where it is not.
func TestRangesOfUnknownCodes(t *testing.T) {
	for name, ranged := range map[string]bool{"county": true, "hospital": false} {
		t.Run(name, func(t *testing.T) {
			table := readTable(t, "../testdata/demo/claims.arrow")
			col := &table.County
			if name == "hospital" {
				col = &table.Hospital
			}
			col.Codes = slices.Clone(col.Codes)
			col.Values = claims.Text{Offsets: slices.Clone(col.Values.Offsets), Bytes: slices.Clone(col.Values.Bytes)}
			col.Values.Append("nowhere")
			for i := 7; i < table.Rows; i += 50 {
				col.Codes[i] = int32(col.Values.Len() - 1)
			}
			study := rangedStudy(t, table, "../testdata/demo", 0)
			whole, err := openRanged(t, study, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			want := told(t, whole, 0)
			if !strings.Contains(want, "nowhere") {
				t.Error("nothing was found: the test shows little")
			}
			ses, err := openRanged(t, study, 100, 2)
			if err != nil {
				t.Fatal(err)
			}
			if ses.Ranged() != ranged {
				t.Errorf("run in ranges: %t", ses.Ranged())
			}
			same(t, "in ranges", told(t, ses, 2), want)
		})
	}
}

// A damaged byte is refused in the same words, wherever it is.
func TestDamageInRanges(t *testing.T) {
	study := rangedStudy(t, readTable(t, "../testdata/demo/claims.arrow"), "../testdata/demo", 0)
	path := filepath.Join(filepath.Dir(study), "claims.arrow")
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	outcome := func(rows int) string {
		ses, err := openRanged(t, study, rows, 1)
		if err == nil {
			_, err = engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{Workers: 1})
		}
		if err == nil {
			return "sound"
		}
		return err.Error()
	}
	refused := 0
	places := 60
	if testing.Short() {
		places = 12
	}
	for at := 100; at < len(sound); at += len(sound) / places {
		bad := slices.Clone(sound)
		bad[at] ^= 0x40
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		want, got := outcome(0), outcome(200)
		if got != want {
			t.Errorf("byte %d: %s; as a whole: %s", at, got, want)
		}
		if want != "sound" {
			refused++
		}
	}
	if refused < places/6 {
		t.Errorf("%d of the bytes matter: the test shows little", refused)
	}
}

// A file that took the place of another since its group codes were looked up is read as a whole, so that the scenarios are compiled
// for its own.
func TestRangesOfAnotherFile(t *testing.T) {
	study := rangedStudy(t, readTable(t, "../testdata/demo/claims.arrow"), "../testdata/demo", 0)
	ses, err := openRanged(t, study, 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	table := readTable(t, filepath.Join(filepath.Dir(study), "claims.arrow"))
	var codes []string
	for i := range table.Group.Values.Len() {
		codes = append(codes, table.Group.Values.At(i))
	}
	if !ses.RunsFor(codes) {
		t.Error("the file is not run in ranges under its own codes")
	}
	slices.Reverse(codes)
	if ses.RunsFor(codes) || ses.RunsFor(codes[1:]) {
		t.Error("the file is run in ranges under the codes of another")
	}
}

// A file that changes during the run gives an error, not other figures.
func TestFileChangesInRanges(t *testing.T) {
	table := readTable(t, "../testdata/demo/claims.arrow")
	other := table.Select(rowsUpTo(int32(table.Rows / 2)))
	elsewhere := filepath.Join(filepath.Dir(rangedStudy(t, other, "../testdata/demo", 0)), "claims.arrow")
	for name, change := range map[string]func(path string) error{
		"replaced":  func(path string) error { return os.Rename(elsewhere, path) },
		"truncated": func(path string) error { return os.Truncate(path, 30_000) },
		"removed":   os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			study := rangedStudy(t, table, "../testdata/demo", 0)
			ses, err := openRanged(t, study, 300, 2)
			if err != nil {
				t.Fatal(err)
			}
			changed := false
			_, err = engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{Workers: 1, Progress: func(int, int) {
				if !changed {
					changed = true
					if err := change(filepath.Join(filepath.Dir(study), "claims.arrow")); err != nil {
						t.Error(err)
					}
				}
			}})
			if err == nil || !strings.Contains(err.Error(), "claims.arrow") {
				t.Errorf("the run gave %v", err)
			}
		})
	}
}

// A scenario that is compiled later and looks at more than the study's own is run over claims in memory, and a run that is
// interrupted is not begun again.
func TestRangesGiveWay(t *testing.T) {
	study := rangedStudy(t, readTable(t, "../testdata/demo/claims.arrow"), "../testdata/demo", 0)
	ses, err := openRanged(t, study, 300, 2)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := engine.Run(ctx, ses.Plans, ses.Source(), engine.Options{}); err == nil || !ses.Ranged() {
		t.Errorf("an interrupted run: %v", err)
	}
	if err := ses.Study.Set("benefit.ai.eligible={signed: true}"); err != nil {
		t.Fatal(err)
	}
	if err := ses.Study.Set("benefit.ai.covered=true"); err != nil {
		t.Fatal(err)
	}
	if _, err := ses.Compiler.Compile(ses.Study.Scenarios()[:1]); err != nil {
		t.Fatal(err)
	}
	if ses.Ranged() || ses.Input == nil || ses.Input.Table.Signed == nil {
		t.Error("the columns of the later rules were not read")
	}
	reversed := rangedStudy(t, readTable(t, "../testdata/demo/claims.arrow").Select([]int32{5, 4, 3, 2, 1, 0}), "../testdata/demo", 0)
	if ses, err := openRanged(t, reversed, 300, 2); err != nil || !ses.Ranged() {
		t.Errorf("ids that do not rise: %v", err)
	}
}
