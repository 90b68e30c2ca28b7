package ipc

import (
	"fmt"
	"hash/crc32"
	"sync"
)

// tally verifies segments that are read in pieces: every byte once, in any order, by any goroutine. A segment is held against
// its checksum with the last of its pieces, so that no byte is read a second time for the checksum's sake.
type tally struct {
	mu   sync.Mutex
	open map[int64]*pieces // by the segment's place in the file: those of which bytes are missing
}

// pieces are what has been read of one segment.
type pieces struct {
	sum     uint32 // of the bytes that were read, as if the others were not there
	missing int64  // bytes
}

// ReadInPieces makes the checksums of what is loaded from now on wait until all pieces of a segment were loaded; Complete tells
// when they were. The file must not be mapped. Loads that are under way must have ended.
func (f *File) ReadInPieces() { f.tally = &tally{open: map[int64]*pieces{}} }

// Complete is an error unless all segments of which a piece was loaded in pieces were loaded to the end.
func (f *File) Complete() error {
	f.tally.mu.Lock()
	defer f.tally.mu.Unlock()
	if n := len(f.tally.open); n > 0 {
		return fmt.Errorf("%d pieces of the file were not read to their end, or twice", n)
	}
	return nil
}

// add notes that the bytes b of a buffer were read from position lo on.
func (t *tally) add(buf *Buffer, lo int64, b []byte) error {
	for len(b) > 0 {
		at := lo - lo%Segment
		end := min(at+Segment, buf.Len)
		n := min(end-lo, int64(len(b)))
		sum := Checksum(b[:n])
		if n < end-at {
			var full bool
			if sum, full = t.join(buf.Off+at, end-at, n, behind(sum, end-lo-n)); !full {
				b, lo = b[n:], lo+n
				continue
			}
		}
		if sum != buf.sums[at/Segment] {
			return errSum
		}
		b, lo = b[n:], lo+n
	}
	return nil
}

// join adds a piece of n bytes to those of a segment of size bytes, and tells the sum when none is missing.
func (t *tally) join(place, size, n int64, sum uint32) (uint32, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.open[place]
	if p == nil {
		p = &pieces{missing: size}
		t.open[place] = p
	}
	p.sum ^= sum
	if p.missing -= n; p.missing != 0 {
		return 0, false
	}
	delete(t.open, place)
	return p.sum, true
}

// behind turns the checksum of some bytes into what it adds to that of the same bytes with n more behind them: the checksum of
// two pieces is behind(first, length of the second) ^ second.
func behind(sum uint32, n int64) uint32 {
	for i := 0; n > 0; i, n = i+1, n>>1 {
		if n&1 == 1 {
			sum = times(powers[i], sum)
		}
	}
	return sum
}

// powers[i] is x to the power of 8 << i, as a polynomial over the field of two elements modulo that of the checksum: what 1<<i
// bytes behind others do to their checksum.
var powers = func() (out [64]uint32) {
	out[0] = 1 << 23 // bits stand in reverse: x^0 is 1<<31
	for i := 1; i < len(out); i++ {
		out[i] = times(out[i-1], out[i-1])
	}
	return out
}()

// times multiplies two polynomials modulo that of the checksum.
func times(a, b uint32) uint32 {
	product := uint32(0)
	for bit := uint32(1 << 31); bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		carry := b & 1
		b = b>>1 ^ -carry&crc32.Castagnoli
	}
	return product
}
