package engine_test

import (
	"testing"
	"unsafe"

	"github.com/drgsim/drgsim/engine/claims"
)

// A worker fills the same claims again and again: nothing of the last one may stay.
func TestClaimIsFilledWhole(t *testing.T) {
	in := openStudy(t, "../scenarios/demo.yaml").Input
	for row := range int32(min(in.Table.Rows, 500)) {
		var fresh, used claims.Claim
		for i := range unsafe.Slice((*byte)(unsafe.Pointer(&used)), unsafe.Sizeof(used)) {
			*(*byte)(unsafe.Add(unsafe.Pointer(&used), i)) = 1
		}
		in.Filled(row, &fresh)
		in.Filled(row, &used)
		if fresh != used {
			t.Fatalf("row %d over another claim is %+v, want %+v", row, used, fresh)
		}
	}
}
