package engine_test

import (
	"testing"

	"github.com/drgsim/drgsim/engine"
)

// A worker that has its buffers makes no allocation for a claim, whatever the rules.
func TestNoAllocationPerClaim(t *testing.T) {
	ses := openStudy(t, "../scenarios/demo.yaml")
	sh := engine.Shard{Input: ses.Input, Hi: ses.Input.Persons()}
	n, err := engine.AllocationsPerShard(testing.AllocsPerRun, ses.Plans, sh)
	if err != nil {
		t.Fatal(err)
	}
	if n != 0 {
		t.Errorf("%v allocations for %d claims and %d plans, want 0", n, ses.Input.Table.Rows, len(ses.Plans))
	}
}
