package rowindex

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
)

// Index is an open index. It is used by one goroutine at a time.
type Index struct {
	path, of string
	file     *os.File
	dir      *directory
}

// Open opens the index of a file of claims; the error is one of fs.ErrNotExist where there is none. Check tells whether it is
// of the file as it stands.
func Open(claimsFile string) (*Index, error) {
	x := &Index{path: PathOf(claimsFile), of: claimsFile}
	var err error
	if x.file, err = os.Open(x.path); err != nil {
		return nil, fmt.Errorf("index of claims: %w", err)
	}
	info, err := x.file.Stat()
	if err == nil {
		x.dir, err = readDirectory(x.file, info.Size())
	}
	if err != nil {
		x.Close()
		return nil, fmt.Errorf("index %s: %w", x.path, err)
	}
	return x, nil
}

// Close closes the index, of which nothing can be lost: it was only read from.
func (x *Index) Close() { x.file.Close() }

// Rows is the number of rows of the file of claims.
func (x *Index) Rows() int64 { return x.dir.rows }

// Check is an error when the index was not built of the file of claims as it stands.
func (x *Index) Check() error {
	is, err := identify(x.of, x.dir.of.time == 0)
	if err != nil {
		return fmt.Errorf("index %s: its claims: %w", x.path, err)
	}
	if is != x.dir.of {
		return fmt.Errorf("index %s: %s has changed since the index was built; build it again with drgsim index", x.path, x.of)
	}
	return nil
}

// Claim returns the rows, counted from 0 and rising, that may hold a claim id: those that do and, rarely, others.
func (x *Index) Claim(id string) ([]int64, error) { return x.find(claimSection, id) }

// Person returns the rows, counted from 0 and rising, that may hold a person id: those that do and, rarely, others.
func (x *Index) Person(id string) ([]int64, error) { return x.find(personSection, id) }

func (x *Index) find(section int, id string) ([]int64, error) {
	at, rest := x.dir.bucket(hashOf([]byte(id)))
	from, to := x.dir.start(section, at), x.dir.ends[section][at]
	b := make([]byte, (to-from)*entryLen)
	if _, err := x.file.ReadAt(b, int64(from*entryLen)); err != nil {
		return nil, fmt.Errorf("index %s: %w", x.path, err)
	}
	if crc32.Checksum(b, castagnoli) != x.dir.sums[section][at] {
		return nil, fmt.Errorf("index %s: %w", x.path, errDamaged)
	}
	var rows []int64
	for ; len(b) > 0; b = b[entryLen:] {
		if e := binary.LittleEndian.Uint64(b); uint32(e>>32) == rest {
			rows = append(rows, int64(uint32(e)))
		}
	}
	slices.Sort(rows) // they stand by the whole hash, of which entries keep a part
	if len(rows) > 0 && rows[len(rows)-1] >= x.dir.rows {
		return nil, fmt.Errorf("index %s: %w", x.path, errDamaged)
	}
	return rows, nil
}
