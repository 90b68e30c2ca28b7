package ipc

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// Pieces of a buffer, in any order, have the checksums of its segments.
func TestTally(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 2*Segment+12345)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	buf := &Buffer{Off: 100, Len: int64(len(b))}
	for at := 0; at < len(b); at += Segment {
		buf.sums = append(buf.sums, Checksum(b[at:min(at+Segment, len(b))]))
	}
	for range 20 {
		cuts := []int{0}
		for at := 0; at < len(b); {
			at = min(at+1+rng.IntN(1<<(4+rng.IntN(18))), len(b))
			cuts = append(cuts, at)
		}
		for _, damaged := range []bool{false, true} {
			bad := rng.IntN(len(b))
			if damaged {
				b[bad] ^= 8
			}
			f := &File{}
			f.ReadInPieces()
			var found error
			for _, k := range rng.Perm(len(cuts) - 1) {
				found = errors.Join(found, f.tally.add(buf, int64(cuts[k]), b[cuts[k]:cuts[k+1]]))
			}
			if err := f.Complete(); errors.Is(found, errSum) != damaged || err != nil && !damaged {
				t.Fatalf("damaged %t: %v, %v", damaged, found, err)
			}
			if damaged {
				b[bad] ^= 8
			}
		}
	}
	f := &File{}
	f.ReadInPieces()
	if err := f.tally.add(buf, 5, b[5:10]); err != nil || f.Complete() == nil {
		t.Error("a piece passes for the whole")
	}
}
