package invent

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
)

// The committed demo region comes from this generator and the seed that stands beside it. When this fails after a
// change on purpose, raise Version and make the demo again.
func TestDemoIsInvented(t *testing.T) {
	demo := filepath.Join("..", "..", "testdata", "demo")
	text, err := os.ReadFile(filepath.Join(demo, SeedFile))
	if err != nil {
		t.Skipf("there is no demo region: %v", err)
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("the demo was made on amd64")
	}
	setting := func(name string) string {
		_, rest, _ := strings.Cut(string(text), "\n"+name+": ")
		value, _, _ := strings.Cut(rest, "\n")
		return value
	}
	c := Default()
	if c.Seed, err = strconv.ParseUint(setting("seed"), 10, 64); err != nil {
		t.Fatal(err)
	}
	if c.History, err = strconv.Atoi(setting("history")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Write(context.Background(), dir, c, nil); err != nil {
		t.Fatal(err)
	}
	var bytes int
	want := read(t, demo)
	for name, made := range read(t, dir) {
		bytes += len(want[name])
		if filepath.Ext(name) != ".arrow" && made != want[name] {
			t.Errorf("%s of the demo is not what its seed gives", name)
		}
	}
	if bytes > 3<<20 {
		t.Errorf("the demo has %d bytes; 3 MiB are allowed", bytes)
	}
	if got, want := loaded(t, dir), loaded(t, demo); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Error("the claims of the demo are not what its seed gives")
	}
}

// loaded reads the claims of a directory as text.
func loaded(t *testing.T, dir string) []string {
	t.Helper()
	table, _, err := claims.ReadFile(context.Background(), filepath.Join(dir, ClaimsFile), claims.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i := range table.Rows {
		list = append(list, row(table, i))
	}
	return list
}
