package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
)

// TestReadmeCommands runs every drgsim command of the READMEs' console blocks, in their order, in a folder that sees the
// shipped studies and claims. A manual that lies fails here.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("whole commands are run without -short")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, manual := range []string{"README.md", "README.zh.md"} {
		text, err := os.ReadFile(filepath.Join(root, manual))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(manual, func(t *testing.T) {
			dir := t.TempDir()
			for _, shared := range []string{"scenarios", "testdata"} {
				if err := os.Symlink(filepath.Join(root, shared), filepath.Join(dir, shared)); err != nil {
					t.Skipf("links to the shipped folders cannot be made here: %v", err)
				}
			}
			t.Chdir(dir)
			commands := consoleCommands(string(text))
			if len(commands) < 5 {
				t.Fatalf("only %d commands were found", len(commands))
			}
			for _, args := range commands {
				var out, talk bytes.Buffer
				if code := run(args, strings.NewReader(""), &out, &talk); code != exitDone {
					t.Errorf("drgsim %s ends with %d: %s", strings.Join(args, " "), code, talk.String())
				} else if out.Len() == 0 && talk.Len() == 0 {
					t.Errorf("drgsim %s says nothing", strings.Join(args, " "))
				}
			}
		})
	}
}

// TestReadmeAssumptions works out the demo with the assumptions that the READMEs show.
func TestReadmeAssumptions(t *testing.T) {
	if testing.Short() {
		t.Skip("whole commands are run without -short")
	}
	demo, err := os.ReadFile(filepath.FromSlash("../../scenarios/demo.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, manual := range []string{"README.md", "README.zh.md"} {
		text, err := os.ReadFile(filepath.Join("../..", manual))
		if err != nil {
			t.Fatal(err)
		}
		_, example, found := strings.Cut(string(text), "```yaml\nassumptions:\n")
		example, _, closed := strings.Cut(example, "```")
		if !found || !closed {
			t.Fatalf("%s shows no assumptions", manual)
		}
		study := filepath.Join(t.TempDir(), "assumed.yaml")
		whole := strings.ReplaceAll(string(demo), "../testdata", filepath.ToSlash(testdata)) + "\nassumptions:\n" + example
		if err := os.WriteFile(study, []byte(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := say(t, exitDone, "compare", study, "--draws", "2")
		mentions(t, out, "coding", "shift", "response", "uprating", "2 draws of assumptions")
	}
}

// consoleCommands returns the arguments of the lines "$ drgsim ..." and "$ go run ./cmd/drgsim ..." in console blocks.
func consoleCommands(text string) [][]string {
	var out [][]string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			inside = line == "```console"
			continue
		}
		for _, prompt := range []string{"$ drgsim ", "$ go run ./cmd/drgsim "} {
			if rest, ok := strings.CutPrefix(line, prompt); ok && inside {
				out = append(out, splitWords(rest))
			}
		}
	}
	return out
}

// splitWords parts a command at blanks outside single quotes.
func splitWords(s string) []string {
	var words []string
	var b strings.Builder
	quoted, any := false, false
	for _, c := range s {
		switch {
		case c == '\'':
			quoted, any = !quoted, true
		case c == ' ' && !quoted:
			if any {
				words = append(words, b.String())
			}
			b.Reset()
			any = false
		default:
			b.WriteRune(c)
			any = true
		}
	}
	if any {
		words = append(words, b.String())
	}
	return words
}

// TestReadmeSchema holds the README's copy of the schema to the program's.
func TestReadmeSchema(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "```text schema\n"+strings.TrimRight(claims.SchemaText("en"), "\n")+"\n```") {
		t.Error("the schema in README.md differs from `drgsim schema`; copy it anew")
	}
}
