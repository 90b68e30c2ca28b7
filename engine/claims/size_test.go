package claims_test

import (
	"testing"
	"unsafe"

	"github.com/drgsim/drgsim/engine/claims"
)

// A claim lies on two lines of the cache, and what nearly every stage looks at on the first of them.
func TestClaimFillsItsLines(t *testing.T) {
	const line = 64
	var c claims.Claim
	if n := unsafe.Sizeof(c); n != 2*line {
		t.Errorf("a claim has %d bytes, want %d", n, 2*line)
	}
	if at := unsafe.Offsetof(c.CategoryB); at != line {
		t.Errorf("the second line begins at byte %d, want %d", at, line)
	}
}
