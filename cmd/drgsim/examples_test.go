package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/report"
)

// TestHelpExamples runs the examples of every verb's help that need no file but the shipped ones and those that an example
// before them made. A help text that lies fails here.
func TestHelpExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("whole commands are run without -short")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, shared := range []string{"scenarios", "testdata"} {
		if err := os.Symlink(filepath.Join(root, shared), filepath.Join(dir, shared)); err != nil {
			t.Skipf("links to the shipped folders cannot be made here: %v", err)
		}
	}
	t.Chdir(dir)
	var lines []string
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			lines = append(lines, strings.TrimSpace(line))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	a := &app{in: strings.NewReader(""), out: io.Discard, err: io.Discard, settings: newSettings()}
	walk(a.rootCmd())
	ran := 0
	for _, line := range lines {
		args := splitWords(line)
		if len(args) < 2 || args[0] != "drgsim" {
			t.Errorf("example %q is no command of drgsim", line)
			continue
		}
		if !runnable(args[1:]) {
			continue
		}
		ran++
		var out, talk bytes.Buffer
		if code := run(args[1:], strings.NewReader(""), &out, &talk); code != exitDone {
			t.Errorf("%s ends with %d: %s", line, code, talk.String())
		} else if out.Len() == 0 && talk.Len() == 0 {
			t.Errorf("%s says nothing", line)
		}
	}
	if ran < 14 {
		t.Errorf("only %d of %d examples could be run", ran, len(lines))
	}
}

// TestInterruptedBeforeWriting: once interrupted, the program ends with its code and writes nothing.
func TestInterruptedBeforeWriting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, talk bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &talk, settings: newSettings(), interrupted: ctx.Err}
	doc := &report.Document{ID: "run", Title: report.Text{Zh: "测试", En: "test"}}
	for _, dir := range []string{"", filepath.Join(t.TempDir(), "results")} {
		err := a.render(doc, []report.Format{report.FormatText}, dir)
		if code := a.exitCode(ctx, err); code != exitInterrupted || out.Len() > 0 {
			t.Errorf("ended with %d and wrote %q", code, out.String())
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("a folder of results was made")
		}
	}
	if code := a.exitCode(ctx, a.print(doc, nil)); code != exitInterrupted || out.Len() > 0 {
		t.Errorf("ended with %d and printed %q", code, out.String())
	}
}

// runnable tells whether an example stands on files that are there. Verbs that change a ledger, and those that work long,
// have tests of their own.
func runnable(args []string) bool {
	if slices.Contains([]string{"month", "year", "ledger", "bench", "solve", "sweep"}, args[0]) || slices.Contains(args, "scale") || slices.Contains(args, "--attribute=all") {
		return false
	}
	for i, arg := range args {
		written := i > 0 && slices.Contains([]string{"-o", "--out", "--resume"}, args[i-1])
		file := slices.Contains([]string{".yaml", ".csv", ".arrow", ".xlsx", ".jsonl", ".gz", ".case"}, filepath.Ext(arg)) ||
			strings.Contains(arg, "/") && args[0] != "policy"
		if strings.HasPrefix(arg, "-") || written || !file {
			continue
		}
		if found, err := filepath.Glob(arg); err != nil || len(found) == 0 {
			return false
		}
	}
	return true
}
