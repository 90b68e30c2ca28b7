package engine_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"weak"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/shards"
)

// What was found in a shard does not keep the shard in memory once it was given back, and can still be listed.
func TestFindingsKeepNoShard(t *testing.T) {
	dirty, region := dirtyTable(t)
	for name, vouch := range map[string]func(*claims.Table) ([]byte, error){"vouched for": check.Vouch, "not vouched for": nil} {
		dir := t.TempDir()
		demoFiles(t, region)(dir)
		input := filepath.Join(t.TempDir(), "claims.arrow")
		if err := claims.WriteFile(input, dirty, claims.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := shards.Split(t.Context(), []string{input}, filepath.Join(dir, "shards"), shards.Options{Shards: 2, Vouch: vouch}); err != nil {
			t.Fatal(err)
		}
		ses, err := openRanged(t, studyOver(t, dir, "shards"), -1, 0)
		if err != nil {
			t.Fatal(err)
		}
		src := ses.Source()
		var tables []weak.Pointer[claims.Table]
		for i := range src.Shards() {
			sh, err := src.Load(t.Context(), i)
			if err != nil {
				t.Fatal(err)
			}
			tables = append(tables, weak.Make(sh.Input.Table))
			sh.Release()
		}
		runtime.GC()
		for i, table := range tables {
			if table.Value() != nil {
				t.Errorf("%s: shard %d is still in memory", name, i)
			}
		}
		if list := findings(t, ses); len(list) == 0 {
			t.Errorf("%s: nothing was found: the test shows little", name)
		}
	}
}
