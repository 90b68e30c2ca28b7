package money_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// floatFree are the folders and files below engine on whose paths to an amount no float may occur. Package drg's own
// calibration statistics live apart, in drg/calibrate.
var floatFree = []string{"money", "benefit", "drg", "settle", "ledger", "partial.go", "people.go", "run.go", "worker.go", "bind.go", "input.go"}

// mayFloat are folders inside them that hold statistics and reach an amount only as a published table.
var mayFloat = []string{filepath.Join("drg", "calibrate")}

// TestNoFloatOnPathsToAmounts reads the syntax trees and refuses float types, float literals and packages that compute in
// floats.
func TestNoFloatOnPathsToAmounts(t *testing.T) {
	files := 0
	for _, place := range floatFree {
		root := filepath.Join("..", place)
		if _, err := os.Stat(root); os.IsNotExist(err) {
			t.Fatalf("engine/%s does not exist; correct the list", place)
		}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel("..", path)
			if e.IsDir() {
				for _, free := range mayFloat {
					if rel == free {
						return filepath.SkipDir
					}
				}
				return nil
			}
			if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				files++
				refuseFloats(t, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 20 {
		t.Errorf("only %d files were read; the walk has lost its way", files)
	}
}

func refuseFloats(t *testing.T, path string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			switch n.Name {
			case "float32", "float64", "complex64", "complex128", "ParseFloat":
				t.Errorf("%s: %s on a path to an amount", set.Position(n.Pos()), n.Name)
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT || n.Kind == token.IMAG {
				t.Errorf("%s: the literal %s is a float on a path to an amount", set.Position(n.Pos()), n.Value)
			}
		case *ast.ImportSpec:
			// Package math is let in for its integer limits; its functions take float64, which the identifiers above catch.
			if p := strings.Trim(n.Path.Value, `"`); p == "math/cmplx" || strings.HasPrefix(p, "gonum.org/") {
				t.Errorf("%s: package %s computes in floats", set.Position(n.Pos()), p)
			}
		}
		return true
	})
}
