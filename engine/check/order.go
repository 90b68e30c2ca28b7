package check

import (
	"bytes"
	"encoding/binary"

	"github.com/drgsim/drgsim/engine/claims"
)

// ids finds rows without an id, and looks at the order of the ids and of the persons.
func (s *scan) ids(lo, hi int) {
	ids := &s.t.ClaimID
	last := ids.Offsets[lo]
	for i, end := range ids.Offsets[lo+1 : hi+1] {
		if end == last {
			s.mark(lo+i, blank, claims.ColClaimID)
		}
		last = end
	}
	if s.opts.RowsOnly {
		return
	}
	for i := max(lo, 1); i < hi && s.rising; i++ {
		s.rising = less(id(ids, int32(i-1)), id(ids, int32(i)))
	}
}

// less tells whether one id comes before another. Most ids of a file are of one length, and are compared by words.
func less(a, b []byte) bool {
	if len(a) == len(b) {
		for len(a) >= 8 && len(b) >= 8 {
			if x, y := binary.BigEndian.Uint64(a), binary.BigEndian.Uint64(b); x != y {
				return x < y
			}
			a, b = a[8:], b[8:]
		}
	}
	return bytes.Compare(a, b) < 0
}

// order looks at the order of the persons.
func (s *scan) order(lo, hi int) {
	codes := s.t.Person.Codes
	if codes == nil || !s.together {
		return
	}
	lo = max(lo, 1)
	last := codes[lo-1]
	for _, c := range codes[lo:hi] {
		if c < last {
			s.together = false
			return
		}
		last = c
	}
}
