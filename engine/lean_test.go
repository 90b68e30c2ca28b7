package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/invent"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/policies"
)

// opened is a session and the rows that were set aside on the way.
type opened struct {
	*engine.Session
	rejects []claims.RejectedRow
}

// plainAndVouched opens the demo study over the same claims twice: over a file that nobody vouches for, and over one that
// carries a voucher. Both stand at the same path, one after the other, so that reports can be compared as they are.
func plainAndVouched(t *testing.T, table *claims.Table, files func(dir string), run func(*opened)) (plain, vouched *opened) {
	t.Helper()
	dir := t.TempDir()
	files(dir)
	study := studyOver(t, dir, "claims.arrow")
	for _, vouch := range []func(*claims.Table) ([]byte, error){nil, check.Vouch} {
		w, err := claims.NewWriter(filepath.Join(dir, "claims.arrow"), claims.WriteOptions{CodePersons: true, BatchRows: 1000, Vouch: vouch})
		if err == nil {
			err = w.Write(table)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		s, err := engine.OpenStudy(study)
		if err != nil {
			t.Fatal(err)
		}
		o := &opened{}
		o.Session, err = engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS, Reject: func(r claims.RejectedRow) error {
			o.rejects = append(o.rejects, r)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		run(o)
		plain, vouched = vouched, o
	}
	return plain, vouched
}

// demoFiles copies the tables of a region.
func demoFiles(t *testing.T, from string) func(dir string) {
	return func(dir string) {
		names, err := filepath.Glob(filepath.Join(from, "*.csv"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%v: %v", names, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func readTable(t *testing.T, file string) *claims.Table {
	t.Helper()
	table, _, err := claims.ReadFile(t.Context(), file, claims.ReadOptions{Reject: func(claims.RejectedRow) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	table.SourceRow = nil // the rows that are written are counted anew
	return table
}

// knownTo returns the rows of a table whose hospital and scheme a region has.
func knownTo(t *testing.T, dir string, table *claims.Table) *claims.Table {
	t.Helper()
	reg, err := region.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var rows []int32
	for i := range table.Rows {
		_, hospital := reg.Hospital(table.Hospital.At(i))
		_, scheme := reg.Scheme(table.Scheme.At(i))
		if hospital && scheme {
			rows = append(rows, int32(i))
		}
	}
	out := table.Select(rows)
	out.SourceRow = nil
	return out
}

func findings(t *testing.T, ses *engine.Session) []claims.Finding {
	t.Helper()
	list, err := ses.Findings()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// sameReports compares what the checks found and what was set aside.
func sameReports(t *testing.T, plain, vouched *opened) {
	t.Helper()
	a, b := plain.Check, vouched.Check
	if a.Read != b.Read || a.Kept != b.Kept || a.Rejected != b.Rejected || a.Warned != b.Warned {
		t.Errorf("counts: %+v %+v %+v %+v, vouched for: %+v %+v %+v %+v", a.Read, a.Kept, a.Rejected, a.Warned, b.Read, b.Kept, b.Rejected, b.Warned)
	}
	if !reflect.DeepEqual(a.Codes, b.Codes) || !slices.Equal(a.Keep, b.Keep) {
		t.Errorf("codes: %v, vouched for: %v", a.Codes, b.Codes)
	}
	if x, y := findings(t, plain.Session), findings(t, vouched.Session); !reflect.DeepEqual(x, y) {
		t.Errorf("findings: %v, vouched for: %v", x, y)
	}
	if !reflect.DeepEqual(plain.rejects, vouched.rejects) {
		t.Errorf("set aside: %v, vouched for: %v", plain.rejects, vouched.rejects)
	}
}

// A file with a voucher, of which less is read and less is checked, gives the same reports, results and explanations.
func TestVouchedFileGivesTheSame(t *testing.T) {
	dirty := t.TempDir()
	c := invent.Default()
	c.DirtyShare, c.Persons = 0.05, 2000
	if _, err := invent.Write(t.Context(), dirty, c, nil); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"demo": "../testdata/demo", "dirty": dirty} {
		t.Run(name, func(t *testing.T) {
			var results []string
			plain, vouched := plainAndVouched(t, knownTo(t, dir, readTable(t, filepath.Join(dir, "claims.arrow"))), demoFiles(t, dir), func(o *opened) {
				results = append(results, compared(t, o.Session, engine.Options{}))
			})
			if plain.Lean() || !vouched.Lean() {
				t.Fatalf("read leanly: %t, with a voucher: %t; want false, true", plain.Lean(), vouched.Lean())
			}
			if vouched.Input.Table.Retired != nil && vouched.Input.Table.BookedFund != nil {
				t.Error("every column was read")
			}
			sameReports(t, plain, vouched)
			if name == "dirty" && (plain.Check.Rejected.Rows == 0 || len(plain.rejects) == 0) {
				t.Error("nothing was set aside: the test shows little")
			}
			if results[0] != results[1] {
				t.Error("the results differ")
			}
			sameReplays(t, plain, vouched)
			if err := vouched.Input.Table.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// sameReplays compares the explanations of every twentieth person's claims.
func sameReplays(t *testing.T, plain, vouched *opened) {
	t.Helper()
	for person := 0; person < plain.Input.Persons(); person += 20 {
		for i, p := range plain.Plans {
			a, err := p.Replay(plain.Input, person)
			if err != nil {
				t.Fatal(err)
			}
			b, err := vouched.Plans[i].Replay(vouched.Input, person)
			if err != nil {
				t.Fatal(err)
			}
			if len(a) != len(b) {
				t.Fatalf("person %d has %d claims, %d where vouched for", person, len(a), len(b))
			}
			for k := range a {
				x, y := &a[k], &b[k]
				if x.ClaimID != y.ClaimID || x.Pockets != y.Pockets || !reflect.DeepEqual(x.Entries, y.Entries) || x.Priced != y.Priced ||
					!reflect.DeepEqual(x.Factors, y.Factors) {
					t.Fatalf("person %d, claim %s: explained otherwise where vouched for", person, x.ClaimID)
				}
			}
		}
	}
}

// A scenario that is compiled later and looks at more than the study's own has its columns read.
func TestLaterScenarioReadsMore(t *testing.T) {
	table := readTable(t, "../testdata/demo/claims.arrow")
	table.BookedFund = slices.Clone(table.Gross) // a column that no rule of the demo looks at
	var results []string
	plainAndVouched(t, table, demoFiles(t, "../testdata/demo"), func(o *opened) {
		lean := o.Lean()
		for _, change := range []string{"benefit.ai.covered=true", "benefit.ai.eligible={signed: true}"} {
			if err := o.Study.Set(change); err != nil {
				t.Fatal(err)
			}
		}
		plans, err := o.Compiler.Compile(o.Study.Scenarios()[:1])
		if err != nil {
			t.Fatal(err)
		}
		if o.Lean() {
			t.Error("the claims are still read leanly")
		}
		more, err := engine.Run(t.Context(), plans, o.Source(), engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, fmt.Sprintf("%+v", *more[0].Partial.People))
		base, err := engine.Run(t.Context(), o.Plans[:1], o.Source(), engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if lean && fmt.Sprintf("%+v", *base[0].Partial.People) == results[len(results)-1] {
			t.Error("the change changes nothing: the test shows little")
		}
	})
	if results[0] != results[1] {
		t.Error("the results differ where the claims are vouched for")
	}
}

// So has one of several whose prices are compiled side by side, when its prices alone look at more.
func TestLaterPricesReadMore(t *testing.T) {
	var results []string
	plainAndVouched(t, readTable(t, "../testdata/demo/claims.arrow"), demoFiles(t, "../testdata/demo"), func(o *opened) {
		var scenarios []engine.Scenario
		for _, c := range []policy.Change{change("drg.classes.low.when.signed", "true", claims.NoDate), change("drg.classes.low.when.ratio_up_to", "0.3", claims.NoDate)} {
			sc := o.Study.Scenarios()[0]
			sc.Name = c.Path
			sc.Changes = append(slices.Clone(sc.Changes), c)
			scenarios = append(scenarios, sc)
		}
		plans, err := o.Compiler.Compile(scenarios)
		if err != nil {
			t.Fatal(err)
		}
		more, err := engine.Run(t.Context(), plans, o.Source(), engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, fmt.Sprintf("%+v", more[0].Partial.Tally.Class))
		if fmt.Sprintf("%+v", more[1].Partial.Tally.Class) == results[len(results)-1] {
			t.Error("the prices come out alike: the test shows little")
		}
	})
	if results[0] != results[1] {
		t.Error("the results differ where the claims are vouched for")
	}
}

// A shard with a voucher gives what one without does.
func TestVouchedShards(t *testing.T) {
	dir := t.TempDir()
	demoFiles(t, "../testdata/demo")(dir)
	input := filepath.Join(dir, "claims.arrow")
	if err := claims.WriteFile(input, readTable(t, "../testdata/demo/claims.arrow"), claims.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	var results []string
	for _, x := range []struct {
		vouch func(*claims.Table) ([]byte, error)
		rows  int // of a range; -1: shards are read as a whole
	}{{nil, 0}, {check.Vouch, -1}, {check.Vouch, 0}, {check.Vouch, 50}} {
		if err := os.RemoveAll(filepath.Join(dir, "shards")); err != nil {
			t.Fatal(err)
		}
		if _, err := shards.Split(t.Context(), []string{input}, filepath.Join(dir, "shards"), shards.Options{Shards: 3, Vouch: x.vouch}); err != nil {
			t.Fatal(err)
		}
		ses, err := openRanged(t, studyOver(t, dir, "shards"), x.rows, 0)
		if err != nil {
			t.Fatal(err)
		}
		sh, err := ses.Source().Load(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		switch ranged := x.vouch != nil && x.rows >= 0; {
		case ranged != sh.Ranged():
			t.Errorf("vouched for: %t, ranges of %d rows: read in ranges: %t", x.vouch != nil, x.rows, sh.Ranged())
		case !ranged && (sh.Input.Table.Signed != nil) != (x.vouch == nil):
			t.Errorf("vouched for: %t, all columns read: %t", x.vouch != nil, sh.Input.Table.Signed != nil)
		}
		sh.Release()
		results = append(results, compared(t, ses, engine.Options{})+fmt.Sprint(ses.Check.Codes, findings(t, ses)))
	}
	for i, got := range results[1:] {
		same(t, fmt.Sprintf("vouched for, way %d", i+1), got, results[0])
	}
}

// Under other severities, and where the region lacks a hospital, everything is checked again.
func TestVoucherIsOfNoUse(t *testing.T) {
	dir := t.TempDir()
	demoFiles(t, "../testdata/demo")(dir)
	if err := claims.WriteFile(filepath.Join(dir, "claims.arrow"), readTable(t, "../testdata/demo/claims.arrow"), claims.WriteOptions{Vouch: check.Vouch}); err != nil {
		t.Fatal(err)
	}
	s, err := engine.OpenStudy(studyOver(t, dir, "claims.arrow"))
	if err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS, Severity: map[string]claims.Severity{"crosses_year": claims.Reject}})
	if err != nil {
		t.Fatal(err)
	}
	if n := ses.Check.Count("crosses_year"); ses.Lean() || n.Rows == 0 || ses.Check.Rejected.Rows < n.Rows {
		t.Errorf("%d rows cross the year, %d are rejected", n.Rows, ses.Check.Rejected.Rows)
	}
	file := filepath.Join(dir, "hospitals.csv")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(file, []byte(strings.Join(slices.Delete(lines, 1, 2), "")), 0o644); err != nil {
		t.Fatal(err)
	}
	ses = openStudy(t, studyOver(t, dir, "claims.arrow"))
	if n := ses.Check.Count("unknown_hospital"); ses.Lean() || n.Rows == 0 {
		t.Errorf("%d rows are of an unknown hospital", n.Rows)
	}
}

// A file that is replaced before the rest of its columns is read is refused, also where rows and money are as many.
func TestReplacedFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	demoFiles(t, "../testdata/demo")(dir)
	file := filepath.Join(dir, "claims.arrow")
	table := readTable(t, "../testdata/demo/claims.arrow")
	write := func() {
		if err := claims.WriteFile(file, table, claims.WriteOptions{Vouch: check.Vouch}); err != nil {
			t.Fatal(err)
		}
	}
	write()
	ses := openStudy(t, studyOver(t, dir, "claims.arrow"))
	table.Gross[0], table.Gross[1] = table.Gross[1], table.Gross[0]
	write()
	if err := ses.Study.Set("benefit.ai.eligible={signed: true}"); err != nil {
		t.Fatal(err)
	}
	if _, err := ses.Compiler.Compile(ses.Study.Scenarios()[:1]); err == nil || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("the session goes on with another file: %v", err)
	}
}

// Damage in a column that is read only when a shard must be read whole ends the run with an error.
func TestDamagedShardThatIsReadWhole(t *testing.T) {
	dir := t.TempDir()
	demoFiles(t, "../testdata/demo")(dir)
	table := readTable(t, "../testdata/demo/claims.arrow")
	var rows []int32
	for i := range table.Rows {
		if table.Status[i] == claims.Normal {
			rows = append(rows, int32(i))
		}
	}
	table = table.Select(rows) // without reversals the ids of claims are not read
	table.SourceRow = nil
	input := filepath.Join(dir, "claims.arrow")
	if err := claims.WriteFile(input, table, claims.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := shards.Split(t.Context(), []string{input}, filepath.Join(dir, "shards"), shards.Options{Shards: 1, Vouch: check.Vouch}); err != nil {
		t.Fatal(err)
	}
	hospitals := filepath.Join(dir, "hospitals.csv")
	text, err := os.ReadFile(hospitals)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(hospitals, []byte(strings.Join(slices.Delete(lines, 1, 2), "")), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "shards", "shard-0000.arrow")
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := 4096; at < len(sound)/2; at += len(sound) / 20 {
		bad := slices.Clone(sound)
		bad[at] ^= 0x10
		if err := os.WriteFile(file, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		ses := openStudy(t, studyOver(t, dir, "shards"))
		if _, err := engine.Run(t.Context(), ses.Plans[:1], ses.Source(), engine.Options{}); err == nil {
			t.Errorf("byte %d of %d: the damage was not noticed", at, len(sound))
		}
	}
}
