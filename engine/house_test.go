package engine_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/drgsim/drgsim/"

// floors lists the packages from the ground up: a package may import only those on lower floors.
var floors = [][]string{
	{"engine/money", "engine/nearest", "engine/wholefile", "engine/internal/parallel", "engine/internal/pages"},
	{"engine/claims/..."},
	{"engine/csvtable"},
	{"engine/region"},
	{"engine/claims/mapping", "engine/policy", "policies", "scenarios"},
	{"engine/check", "engine/benefit", "engine/drg/...", "engine/behave"},
	{"engine/settle"},
	{"engine/internal/oracle/..."},
	{"engine/casetest", "engine/invent"},
	{"engine/packtest"},
	{"engine"},
	{"engine/report"},
	{"engine/compare", "engine/ledger/..."},
	{"engine/record"},
	{"engine/present"},
	{"cmd/...", "testdata/bench/..."},
}

// onlyIn names the packages that alone may touch a library, by the beginning of its import path.
var onlyIn = map[string][]string{
	"github.com/apache/arrow":        {"engine/claims/..."},
	"github.com/xuri/excelize":       {"engine/report", "engine/ledger/..."},
	"github.com/olekukonko":          {"engine/report"},
	"gonum.org/v1/plot":              {"engine/report"},
	"database/sql":                   {"engine/ledger/..."},
	"modernc.org/sqlite":             {"engine/ledger/..."},
	"github.com/jackc/pgx":           {"engine/ledger/..."},
	"github.com/spf13":               {"cmd/..."},
	"github.com/apache/beam":         {"cmd/drgsim-beam/..."},
	"gonum.org/v1/gonum":             {"engine/drg/calibrate", "engine/compare", "engine/behave", "engine/invent"},
	"github.com/schollz/progressbar": {"cmd/..."},
}

// TestImportsPointOneWay holds the packages to the floors of the house and the libraries to their rooms. Tests of a package
// may look anywhere.
func TestImportsPointOneWay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("..", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") && e.Name() != ".." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		rel, _ := filepath.Rel("..", file)
		pkg := path.Dir(filepath.ToSlash(rel))
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		seen++
		for _, spec := range parsed.Imports {
			checkImport(t, rel, pkg, strings.Trim(spec.Path.Value, `"`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d files were read; the walk has lost its way", seen)
	}
}

func checkImport(t *testing.T, file, pkg, imported string) {
	t.Helper()
	for prefix, rooms := range onlyIn {
		if strings.HasPrefix(imported, prefix) && !slices.ContainsFunc(rooms, func(room string) bool { return in(pkg, room) }) {
			t.Errorf("%s imports %s, which belongs to %s alone", file, imported, strings.Join(rooms, " and "))
		}
	}
	other, ours := strings.CutPrefix(imported, module)
	if !ours || family(pkg) == family(other) {
		return
	}
	from, to := floor(pkg), floor(other)
	switch {
	case from < 0:
		t.Errorf("%s: package %s stands on no floor; add it to the list", file, pkg)
	case to < 0:
		t.Errorf("%s imports %s, which stands on no floor", file, other)
	case to >= from:
		t.Errorf("%s imports %s, which stands no lower than %s", file, other, pkg)
	}
}

// floor returns the highest floor on which a package stands, or -1.
func floor(pkg string) int {
	for i := len(floors) - 1; i >= 0; i-- {
		if slices.ContainsFunc(floors[i], func(room string) bool { return in(pkg, room) }) {
			return i
		}
	}
	return -1
}

// in reports whether a package is a room, or lies below one that ends in dots.
func in(pkg, room string) bool {
	base, tree := strings.CutSuffix(room, "/...")
	return pkg == base || tree && strings.HasPrefix(pkg, base+"/")
}

// family names the tree of packages that belong together, such as claims and what is below it.
func family(pkg string) string {
	parts := strings.Split(pkg, "/")
	if len(parts) > 2 {
		parts = parts[:2]
	}
	return strings.Join(parts, "/")
}
