package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims/shards"
)

// A damaged shard that is read in ranges gives the error, or the figures, that it gives as a whole.
func TestDamagedShardTellsTheSame(t *testing.T) {
	dir := t.TempDir()
	demoFiles(t, "../testdata/demo")(dir)
	if _, err := shards.Split(t.Context(), []string{"../testdata/demo/claims.arrow"}, filepath.Join(dir, "shards"), shards.Options{Shards: 2, Vouch: check.Vouch}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "shards", "*.arrow"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	study := studyOver(t, dir, "shards")
	outcome := func(rows int) string {
		ses, err := openRanged(t, study, rows, 2)
		if err != nil {
			return "open: " + err.Error()
		}
		results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{Workers: 2})
		if err != nil {
			return "run: " + err.Error()
		}
		return fmt.Sprint("sound ", results[0].Partial.Settled)
	}
	sound, err := os.ReadFile(files[1])
	if err != nil {
		t.Fatal(err)
	}
	places, refused := 40, 0
	if testing.Short() {
		places = 8
	}
	for at := 100; at < len(sound); at += len(sound) / places {
		bad := append([]byte(nil), sound...)
		bad[at] ^= 0x41
		if err := os.WriteFile(files[1], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		want, got := outcome(-1), outcome(300)
		if got != want {
			t.Errorf("byte %d: %s; as a whole: %s", at, got, want)
		}
		if want[:5] != "sound" {
			refused++
		}
	}
	if refused < places/6 {
		t.Errorf("%d of the bytes matter: the test shows little", refused)
	}
}
