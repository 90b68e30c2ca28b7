package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/invent"
)

func TestMain(m *testing.M) { ptest.Main(m) }

// inventShards writes a region, its claims as shards, and the demo's study over them.
func inventShards(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	c := invent.Default()
	c.Visits = 3000
	if _, err := invent.Write(t.Context(), dir, c, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := shards.Split(t.Context(), []string{filepath.Join(dir, "claims.arrow")}, filepath.Join(dir, "shards"), shards.Options{Shards: 7}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := strings.ReplaceAll(string(text), "../testdata/demo/", "")
	s = strings.Replace(s, "region: ../testdata/demo", "region: .", 1)
	s = strings.Replace(s, "claims: [claims.arrow]", "claims: [shards]", 1)
	file := filepath.Join(dir, "study.yaml")
	if err := os.WriteFile(file, []byte(s), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// Beam's own runner in this process merges the shards in an order of its own, and the sums are the local run's to the byte.
func TestSameBytesAsTheLocalRun(t *testing.T) {
	study := inventShards(t)
	ses, err := session(study)
	if err != nil {
		t.Fatal(err)
	}
	sums := filepath.Join(t.TempDir(), "sums")
	p, err := pipeline(study, sums)
	if err != nil {
		t.Fatal(err)
	}
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(sums)
	if err != nil {
		t.Fatal(err)
	}

	results, err := engine.Run(context.Background(), ses.Plans, ses.Source(), engine.Options{Workers: 1, GroupFund: true})
	if err != nil {
		t.Fatal(err)
	}
	local := make([]*engine.Partial, len(results))
	for i, r := range results {
		local[i] = r.Partial
	}
	want := engine.EncodePartials(local)
	if local[0].Settled.Rows == 0 {
		t.Fatal("the local run settled nothing")
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the sums have %d bytes and differ from the %d of the local run", len(got), len(want))
	}
	wantText := filepath.Join(t.TempDir(), "want")
	if err := os.WriteFile(wantText, want, 0o644); err != nil {
		t.Fatal(err)
	}
	a, err := settled(ses, sums)
	if err != nil {
		t.Fatal(err)
	}
	b, err := settled(ses, wantText)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("the comparisons differ")
	}
}

// A study over a plain file is refused before a pipeline is made.
func TestClaimsMustBeShards(t *testing.T) {
	_, err := pipeline("../../scenarios/demo.yaml", "unused")
	if err == nil || !strings.Contains(err.Error(), "folder of shards") {
		t.Errorf("error %v, want one about a folder of shards", err)
	}
}
