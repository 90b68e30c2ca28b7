package invent

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// read returns the content of each file of a directory.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

func TestSameBytes(t *testing.T) {
	c := small()
	c.History, c.DirtyShare = 1, 0.02
	var want map[string]string
	for i, workers := range []int{1, 3} {
		c.Workers = workers
		dir := filepath.Join(t.TempDir(), "a", "region")
		var done, total int64
		w, err := Write(context.Background(), dir, c, func(d, n int64) { done, total = d, n })
		if err != nil {
			t.Fatal(err)
		}
		if done != w.Claims+w.History || total < done || w.Spoilt == 0 {
			t.Errorf("progress ended at %d of %d with %+v", done, total, w)
		}
		got := read(t, dir)
		if len(got) != len(w.Files) || len(got) != len(files) {
			t.Errorf("wrote %q", w.Files)
		}
		if i == 0 {
			want = got
			continue
		}
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s differs with %d workers", name, workers)
			}
		}
	}
	if !strings.Contains(want[SeedFile], "\nseed: 1\n") || !strings.Contains(want[SeedFile], "\ndirty share: 0.02\n") {
		t.Errorf("seed file: %s", want[SeedFile])
	}
}

func TestWrittenRegionLoads(t *testing.T) {
	c := small()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, DirtyFile), []byte("of an earlier run"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(context.Background(), dir, c, nil); err != nil {
		t.Fatal(err)
	}
	got := read(t, dir)
	if got["notes.txt"] != "mine" || got[DirtyFile] != "" || got[HistoryFile] != "" {
		t.Error("files that are not the run's were touched, or an earlier run's stayed")
	}
	want, refs, err := Region(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := region.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Hospitals, want.Hospitals) || !slices.Equal(r.Enrolment, want.Enrolment) || !slices.Equal(r.Totals, want.Totals) {
		t.Error("the region that loads is not the one that was invented")
	}
	table, info, err := claims.ReadFile(context.Background(), filepath.Join(dir, ClaimsFile), claims.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !info.Verified {
		t.Error("the claims carry no checksums")
	}
	for i, l := range rows(t, c) {
		if i >= table.Rows || row(table, i) != l {
			t.Fatalf("claim %d of %d that loads is not the one that was invented: %s", i, table.Rows, l)
		}
	}
	m, err := newModel(c)
	if err != nil {
		t.Fatal(err)
	}
	_, _, by, err := m.region()
	if want := fmt.Sprintf("reference_mean,scale,stays\n%s,100,%d\n", by.Mean, by.Stays); err != nil || by.Stays == 0 || got[ReferenceFile] != want {
		t.Errorf("%s: %q, want %q, %v", ReferenceFile, got[ReferenceFile], want, err)
	}
	for name, n := range map[string]int{GroupsFile: len(refs), SamePrice50File: 50, SamePrice100File: 100} {
		rows, err := csv.NewReader(strings.NewReader(got[name])).ReadAll()
		if err != nil || len(rows) != n+1 || rows[0][0] != "code" {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
}

func TestInterruptedWriteLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	c := small()
	c.blockPersons, c.DirtyShare = 50, 0.1
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Write(ctx, filepath.Join(parent, "region"), c, func(done, _ int64) {
		if done > 500 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(parent, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(context.Background(), filepath.Join(parent, "file"), small(), nil); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("writing into a file: %v", err)
	}
}
