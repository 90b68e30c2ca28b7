package engine_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims/shards"
)

// The environment of the process that TestKilledRunGoesOn starts and kills.
const (
	killStudy  = "DRGSIM_TEST_KILL_STUDY"
	killResume = "DRGSIM_TEST_KILL_RESUME"
)

// TestRunForKilling is no test of its own: it is what runs in the process that is killed.
func TestRunForKilling(t *testing.T) {
	study := os.Getenv(killStudy)
	if study == "" {
		t.Skip("runs in a process of TestKilledRunGoesOn")
	}
	ses := openStudy(t, study)
	_, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{Workers: 1, Resume: os.Getenv(killResume),
		Progress: func(done, total int) {
			fmt.Println("shard", done)
			if done == 3 {
				select {} // waits to be killed
			}
		}})
	t.Fatal("the run ended before it was killed:", err)
}

func TestKilledRunGoesOn(t *testing.T) {
	file := inventRegion(t, 0)
	dir := filepath.Dir(file)
	want := compared(t, openStudy(t, file), engine.Options{})
	if _, err := shards.Split(t.Context(), []string{filepath.Join(dir, "claims.arrow")}, filepath.Join(dir, "shards"), shards.Options{Shards: 6}); err != nil {
		t.Fatal(err)
	}
	sharded, resume := studyOver(t, dir, "shards"), filepath.Join(dir, "finished")

	child := exec.Command(os.Args[0], "-test.run=^TestRunForKilling$")
	child.Env = append(os.Environ(), killStudy+"="+sharded, killResume+"="+resume)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "shard 3" {
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the process ended by itself")
	}
	if n := len(partialFiles(t, resume)); n != 3 {
		t.Fatalf("%d shards were finished before the kill, want 3", n)
	}

	before := map[string]int64{}
	for _, f := range partialFiles(t, resume) {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		before[f] = info.ModTime().UnixNano()
	}
	same(t, "resumed run", compared(t, openStudy(t, sharded), engine.Options{Workers: 2, Resume: resume}), want)
	for f, at := range before {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if info.ModTime().UnixNano() != at {
			t.Errorf("%s was worked out again", filepath.Base(f))
		}
	}
	if n := len(partialFiles(t, resume)); n != 6 {
		t.Errorf("%d partials after the run, want 6", n)
	}
}

// Other rules find nothing that they could use, and a damaged partial is worked out again.
func TestFinishedPartialsServeTheSameRunOnly(t *testing.T) {
	dir := filepath.Dir(inventRegion(t, 0))
	if _, err := shards.Split(t.Context(), []string{filepath.Join(dir, "claims.arrow")}, filepath.Join(dir, "shards"), shards.Options{Shards: 2}); err != nil {
		t.Fatal(err)
	}
	file, resume := studyOver(t, dir, "shards"), filepath.Join(dir, "finished")
	ses := openStudy(t, file)
	want := compared(t, ses, engine.Options{Resume: resume})
	kept := partialFiles(t, resume)

	if err := ses.FinishShard(t.Context(), ses.Plans[:1], 0, resume); err != nil {
		t.Fatal(err)
	}
	if n := len(partialFiles(t, resume)); n != len(kept)+1 {
		t.Errorf("one plan instead of all: %d partials, want %d", n, len(kept)+1)
	}
	if err := ses.FinishShard(t.Context(), ses.Plans, 2, resume); err == nil {
		t.Error("shard 2 of 0 and 1 was worked out")
	}
	for _, f := range kept {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(f, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "damaged partials", compared(t, openStudy(t, file), engine.Options{Resume: resume}), want)
}

func partialFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.partial"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}
