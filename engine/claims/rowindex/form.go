// Package rowindex keeps, in a file beside a file of claims, where each claim and each person stands in it, so that one
// person's year can be read without reading the others'.
//
// The index holds hashes, not ids: what it answers are the rows that may hold an id, and the caller looks whether they do.
// It belongs to the content of one file of claims and is refused beside any other.
package rowindex

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"os"
)

// Suffix of the name of an index, after the name of its file of claims.
const Suffix = ".idx"

// PathOf returns where the index of a file of claims stands.
func PathOf(claimsFile string) string { return claimsFile + Suffix }

// An index is the entries of the claims and then of the persons, a directory of them, and a trailer. An entry is 8 bytes:
// 32 bits of the id's hash above the number of its row. The first bits of the hash choose one of the directory's buckets, in
// which the entries rise.
const (
	magic   = "DRGSIMIX"
	version = 1

	headLen    = 4 + 4 + 8 + 8 + 8 + sha256.Size // version, bits, rows, size, time, content
	bucketLen  = 8 + 4                           // end, counted in entries from the beginning of the file, and checksum
	trailerLen = 8 + len(magic)                  // length and checksum of the directory, and magic
	entryLen   = 8

	minBits, maxBits = 6, 14
	// perBucket is about how many entries a bucket holds while there are few enough buckets for all.
	perBucket = 256
)

// The sections of the entries.
const (
	claimSection = iota
	personSection
	sections
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)

	errDamaged = errors.New("is damaged; build it again with drgsim index")
)

// directory says what the index is of and where its buckets are.
type directory struct {
	bits int   // of the hash, that choose a bucket
	rows int64 // of the file of claims
	of   identity
	// ends and sums are, by section and bucket, the end of the bucket and the checksum of its entries.
	ends [sections][]uint64
	sums [sections][]uint32
}

// bitsFor returns how many bits choose a bucket in an index of so many rows.
func bitsFor(rows int64) int {
	return min(max(bits.Len64(uint64(rows)/perBucket), minBits), maxBits)
}

// bucket returns in which bucket a hash falls, and the part of it that entries keep.
func (d *directory) bucket(hash uint64) (at int, rest uint32) {
	return int(hash >> (64 - d.bits)), uint32(hash << d.bits >> 32)
}

// encode returns the directory and the trailer.
func (d *directory) encode() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, version)
	b = le.AppendUint32(b, uint32(d.bits))
	b = le.AppendUint64(b, uint64(d.rows))
	b = le.AppendUint64(b, uint64(d.of.size))
	b = le.AppendUint64(b, uint64(d.of.time))
	b = append(b, d.of.content[:]...)
	for s := range sections {
		for i, end := range d.ends[s] {
			b = le.AppendUint64(b, end)
			b = le.AppendUint32(b, d.sums[s][i])
		}
	}
	n := len(b)
	b = le.AppendUint32(b, uint32(n))
	b = le.AppendUint32(b, crc32.Checksum(b[:n+4], castagnoli))
	return append(b, magic...)
}

// readDirectory reads the directory of an index of so many bytes, and proves that every bucket lies inside the file.
func readDirectory(in io.ReaderAt, size int64) (*directory, error) {
	le := binary.LittleEndian
	const most = headLen + sections<<maxBits*bucketLen
	if size < headLen+int64(trailerLen) {
		return nil, errDamaged
	}
	tail := make([]byte, trailerLen)
	if _, err := in.ReadAt(tail, size-int64(trailerLen)); err != nil {
		return nil, err
	}
	n := int64(le.Uint32(tail))
	if string(tail[8:]) != magic || n < headLen || n > most || n > size-int64(trailerLen) {
		return nil, errDamaged
	}
	start := size - int64(trailerLen) - n
	b := make([]byte, n+4)
	if _, err := in.ReadAt(b, start); err != nil {
		return nil, err
	}
	if crc32.Checksum(b, castagnoli) != le.Uint32(tail[4:]) {
		return nil, errDamaged
	}
	if v := le.Uint32(b); v != version {
		return nil, fmt.Errorf("has version %d; this program reads version %d: build it again with drgsim index", v, version)
	}
	d := &directory{bits: int(le.Uint32(b[4:])), rows: int64(le.Uint64(b[8:]))}
	d.of.size, d.of.time = int64(le.Uint64(b[16:])), int64(le.Uint64(b[24:]))
	copy(d.of.content[:], b[32:headLen])
	if d.bits < minBits || d.bits > maxBits || n != headLen+sections<<d.bits*bucketLen || d.rows < 0 || d.of.size < 0 {
		return nil, errDamaged
	}
	last := uint64(0)
	b = b[headLen:n]
	for s := range sections {
		for range 1 << d.bits {
			end := le.Uint64(b)
			if end < last || end > uint64(start)/entryLen {
				return nil, errDamaged
			}
			d.ends[s], d.sums[s] = append(d.ends[s], end), append(d.sums[s], le.Uint32(b[8:]))
			last, b = end, b[bucketLen:]
		}
	}
	if last*entryLen != uint64(start) {
		return nil, errDamaged
	}
	return d, nil
}

// start returns where a bucket begins, counted in entries from the beginning of the file.
func (d *directory) start(section, bucket int) uint64 {
	switch {
	case bucket > 0:
		return d.ends[section][bucket-1]
	case section > 0:
		return d.ends[section-1][len(d.ends[section-1])-1]
	}
	return 0
}

// identity tells one content of a file of claims from another.
type identity struct {
	size int64
	// time is when a file was last changed that carries no checksums of its own, in nanoseconds since 1970; 0 for the
	// files of this program, whose end holds the checksums of all the rest.
	time    int64
	content [sha256.Size]byte // of the file's end, and of samples from all over it
}

const (
	endBytes    = 64 << 10
	samples     = 64
	sampleBytes = 4 << 10
)

// identify looks at a file of claims; sealed tells that it carries checksums of its own.
func identify(path string, sealed bool) (id identity, err error) {
	f, err := os.Open(path)
	if err != nil {
		return id, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return id, err
	}
	id.size = info.Size()
	if !sealed {
		id.time = info.ModTime().UnixNano()
	}
	h := sha256.New()
	for i := range int64(samples) {
		// Spread over what lies before the end; a small file is its end alone.
		at := max(id.size-endBytes, 0) / samples * i
		if _, err := io.Copy(h, io.NewSectionReader(f, at, sampleBytes)); err != nil {
			return id, err
		}
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, max(id.size-endBytes, 0), endBytes)); err != nil {
		return id, err
	}
	h.Sum(id.content[:0])
	return id, nil
}

// hashOf is FNV-1a with its bits mixed, since the first bits choose a bucket.
func hashOf(id []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range id {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
