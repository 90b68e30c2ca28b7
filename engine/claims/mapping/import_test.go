package mapping

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

const (
	goodRow = "A,P1,H,310,2025,2,31-Dec-2025,1,0,0,,,,,3,\n"
	badRow  = "B,,H,310,2025,2,31-Dec-2025,2,0,0,,,,,3,\n"
)

func TestImport(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	write(t, dir, "in1.csv", smallHeader+goodRow+badRow)
	write(t, dir, "in2.csv", smallHeader+goodRow)
	out := func(name string) string { return filepath.Join(dir, name) }
	var last, total int64
	rep, err := Import(ctx, ImportOptions{Mapping: parse(t, small), Inputs: []string{out("in*.csv")}, Out: out("claims.arrow"),
		Rejects: out("rejects.arrow"), Hospitals: out("hospitals.csv"), Progress: func(d, n int64) { last, total = d, n }})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Read != (claims.Count{Rows: 3, Fen: 400}) || rep.Loaded != (claims.Count{Rows: 2, Fen: 200}) || rep.Rejected != (claims.Count{Rows: 1, Fen: 200}) {
		t.Errorf("got\n%s", rep)
	}
	if last != total || total == 0 {
		t.Errorf("progress ended at %d of %d", last, total)
	}
	if n := names(t, dir); n != "claims.arrow hospitals.csv in1.csv in2.csv rejects.arrow" {
		t.Errorf("the directory holds %s", n)
	}
	tab, _, err := claims.ReadFile(ctx, out("claims.arrow"), claims.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if tab.Rows != 2 || tab.ClaimID.At(0) != "A-1" || tab.ClaimID.At(1) != "A-3" || tab.Gross[1] != 100 || tab.Scheme.At(1) != "employee" {
		t.Errorf("got %+v", tab)
	}
	hs, err := region.LoadHospitals(out("hospitals.csv"))
	if err != nil || len(hs) != 1 || hs[0].ID != "H" || hs[0].Tier != region.Tertiary {
		t.Errorf("got %+v, %v", hs, err)
	}

	// What was imported can be imported again, together with more.
	again, err := Import(ctx, ImportOptions{Mapping: parse(t, small), Inputs: []string{out("claims.arrow"), out("in2.csv")}, Out: out("again.arrow"),
		Hospitals: out("again.csv")})
	if err != nil {
		t.Fatal(err)
	}
	if again.Loaded != (claims.Count{Rows: 3, Fen: 300}) || len(again.Files) != 2 || len(again.Hospitals) != 1 {
		t.Errorf("got\n%s", again)
	}
	if tab, _, err = claims.ReadFile(ctx, out("again.arrow"), claims.ReadOptions{}); err != nil || tab.Rows != 3 {
		t.Errorf("got %+v, %v", tab, err)
	}
}

func TestImportErrors(t *testing.T) {
	dir := t.TempDir()
	in := write(t, dir, "in.csv", smallHeader+goodRow+badRow)
	out := filepath.Join(dir, "claims.arrow")
	for _, c := range []struct {
		opts ImportOptions
		want string
	}{
		{ImportOptions{Out: out}, "import: no input is named"},
		{ImportOptions{Inputs: []string{in}}, "import: no output is named"},
		{ImportOptions{Inputs: []string{in, filepath.Join(dir, "*.csv")}, Out: out}, "is named twice; its rows would count double"},
		{ImportOptions{Inputs: []string{filepath.Join(dir, "im.csv")}, Out: out}, `there is no such file; nearest is "in.csv": file does not exist`},
		{ImportOptions{Inputs: []string{in}, Out: in}, "in.csv for claims is the input "},
		{ImportOptions{Inputs: []string{in}, Out: out, Rejects: out}, "claims.arrow for rejects is the output for claims"},
		{ImportOptions{Inputs: []string{in}, Out: out}, "in.csv: it holds text; CSV needs a mapping file"},
		{ImportOptions{Inputs: []string{in}, Out: out, Mapping: parse(t, small)}, `row 2, column "person_id": reject: the cell is blank (blank) (name a file for rejects to go on without such rows)`},
		{ImportOptions{Inputs: []string{in}, Out: filepath.Join(dir, "no", "claims.arrow"), Mapping: parse(t, small)}, "no such file or directory"},
	} {
		_, err := Import(context.Background(), c.opts)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if n := names(t, dir); n != "in.csv" {
			t.Fatalf("after %q the directory holds %s", c.want, n)
		}
	}
}

func TestImportCancelled(t *testing.T) {
	dir := t.TempDir()
	in := write(t, dir, "in.csv", smallHeader+strings.Repeat(goodRow, 10))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Import(ctx, ImportOptions{Mapping: parse(t, small), Inputs: []string{in}, Out: filepath.Join(dir, "claims.arrow"), Rejects: filepath.Join(dir, "r.arrow")})
	if err == nil || ctx.Err() == nil || !strings.Contains(err.Error(), "canceled") || names(t, dir) != "in.csv" {
		t.Errorf("got %v, %s", err, names(t, dir))
	}
}

// The real set goes to a file and comes back with the same money.
func TestImportSPARCS(t *testing.T) {
	in := filepath.Join(root, "..", "shared", "data", "ny-sparcs-2016-western", "*.csv.gz")
	if found, _ := filepath.Glob(in); len(found) == 0 {
		t.Skip("the public data ny-sparcs-2016-western is not beside the project")
	}
	out := filepath.Join(t.TempDir(), "claims.arrow")
	if _, err := Import(context.Background(), ImportOptions{Mapping: shipped(t, "sparcs-2016"), Inputs: []string{in}, Out: out}); err != nil {
		t.Fatal(err)
	}
	tab, info, err := claims.ReadFile(context.Background(), out, claims.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sum := fen(t, "0")
	for _, g := range tab.Gross {
		sum += g
	}
	if tab.Rows != 10_000 || sum != fen(t, "97,869,101.81") || !info.Verified {
		t.Errorf("%d rows, %s, verified %v", tab.Rows, sum, info.Verified)
	}
}
