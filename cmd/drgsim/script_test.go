package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts call the program by its name: the test binary stands in for it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"drgsim": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the scripts of testdata: what each verb prints, and how it fails. Each begins in a copy of the demo: its
// study in scenarios, its region and claims in testdata/demo. "damage FILE" turns a bit in the middle of a file; "replace FILE
// OLD NEW" replaces a text, which must be there; "await DIR N" waits until a folder holds so many files.
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
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"damage": func(ts *testscript.TestScript, _ bool, args []string) {
				rewrite(ts, args[0], func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
			},
			"await": func(ts *testscript.TestScript, _ bool, args []string) {
				want, err := strconv.Atoi(args[1])
				ts.Check(err)
				for range 3000 {
					if files, err := os.ReadDir(ts.MkAbs(args[0])); err == nil && len(files) >= want {
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
				ts.Fatalf("%s does not come to hold %d files", args[0], want)
			},
			"replace": func(ts *testscript.TestScript, _ bool, args []string) {
				rewrite(ts, args[0], func(b []byte) []byte {
					if !bytes.Contains(b, []byte(args[1])) {
						ts.Fatalf("%s: %q is not in it", args[0], args[1])
					}
					return bytes.ReplaceAll(b, []byte(args[1]), []byte(args[2]))
				})
			},
		},
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

// rewrite replaces the content of a file of a script.
func rewrite(ts *testscript.TestScript, file string, change func([]byte) []byte) {
	path := ts.MkAbs(file)
	b, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, change(b), 0o600))
}
