package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts call the program by its name: the test binary stands in for it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"drgsim": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the scripts of testdata: what each verb prints, and how it fails. Each begins in a copy of the demo: its
// study in scenarios, its region and claims in testdata/demo.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("whole commands are run without -short")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			for _, dir := range []string{"testdata/demo", "scenarios"} {
				if err := os.MkdirAll(filepath.Join(env.WorkDir, dir), 0o755); err != nil {
					return err
				}
			}
			if err := os.CopyFS(filepath.Join(env.WorkDir, "testdata/demo"), os.DirFS(filepath.Join(root, "testdata/demo"))); err != nil {
				return err
			}
			text, err := os.ReadFile(filepath.Join(root, "scenarios/demo.yaml"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "scenarios/demo.yaml"), text, 0o644)
		},
	})
}
