package rowindex

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// Options of Build. The zero value is usual.
type Options struct {
	Workers  int                     // goroutines; 0 means one for each processor. The index does not depend on it
	Progress func(done, total int64) // rows read; may be nil
	Sorted   func(done, total int64) // then parts of the index sorted and written; may be nil
}

// scanRows is how many rows are read at a time.
const scanRows = 1 << 18

// inMemory is how many records are held before they are moved to temporary files: 64 MiB of them.
var inMemory = 4 << 20

// Build writes the index of a file of claims beside it, in place of one that stands there, and returns the number of rows. It
// holds the rows of a scan, 64 MiB of records, and one part in 64 of them all while it sorts that: a file of a hundred
// million claims takes about a hundred MiB and, for the time, 3.2 GB beside the claims.
func Build(ctx context.Context, claimsFile string, opts Options) (rows int64, err error) {
	// Whose content is indexed is settled before it is read, so that a change in between makes the index stale, not wrong.
	r, err := claims.OpenRows(claimsFile, claims.ReadOptions{Workers: opts.Workers})
	if err != nil {
		return 0, err
	}
	rows, sealed := r.Info().Rows, r.Info().Verified
	r.Close()
	if rows > math.MaxUint32 {
		return 0, fmt.Errorf("%s: has %d rows, more than the %d that an index holds; split it with drgsim shard", claimsFile, rows, math.MaxUint32)
	}
	of, err := identify(claimsFile, sealed)
	if err != nil {
		return 0, err
	}
	b := &building{near: PathOf(claimsFile), dir: &directory{bits: bitsFor(rows), rows: rows, of: of}, sorted: opts.Sorted}
	defer func() { err = errors.Join(err, b.close()) }()
	scan := claims.ReadOptions{
		Columns: claims.Columns(claims.ColClaimID, claims.ColPersonID), Workers: opts.Workers, Progress: opts.Progress,
		// A row without a readable id cannot be asked for.
		Reject: func(claims.RejectedRow) error { return nil },
	}
	if _, err := claims.ScanFile(ctx, claimsFile, scan, scanRows, b.add); err != nil {
		return 0, err
	}
	return rows, wholefile.Write(b.near, b.write)
}

// record is an id's hash and its row.
type record struct {
	hash uint64
	row  uint32
}

func (r record) compare(o record) int {
	if r.hash != o.hash {
		if r.hash < o.hash {
			return -1
		}
		return 1
	}
	return int(int64(r.row) - int64(o.row))
}

// parts is into how many parts by hash the records of a section are put, to be sorted one after the other.
const parts = 1 << minBits

// part is the records of one part: those in memory, and those in a temporary file.
type part struct {
	records []record
	file    *os.File // nil while all are in memory
}

// building is an index in the making.
type building struct {
	near  string // where the index will stand
	dir   *directory
	parts [sections][parts]part
	held  int    // records in memory
	temp  string // folder of the temporary files; "" while there is none

	sorted func(done, total int64)
}

// add takes the ids of a run of rows.
func (b *building) add(t *claims.Table) error {
	persons := make([]uint64, t.Person.Values.Len())
	for i := range persons {
		persons[i] = hashOf(textAt(&t.Person.Values, i))
	}
	for i := range t.Rows {
		_, number := t.Origin(i)
		row := uint32(number - 1)
		b.put(claimSection, record{hashOf(textAt(&t.ClaimID, i)), row})
		b.put(personSection, record{persons[t.Person.Codes[i]], row})
	}
	if b.held > inMemory {
		return b.spill()
	}
	return nil
}

func textAt(t *claims.Text, i int) []byte { return t.Bytes[t.Offsets[i]:t.Offsets[i+1]] }

func (b *building) put(section int, r record) {
	p := &b.parts[section][r.hash>>(64-minBits)]
	p.records = append(p.records, r)
	b.held++
}

// spill moves the records in memory to the temporary files.
func (b *building) spill() error {
	if b.temp == "" {
		dir, err := os.MkdirTemp(filepath.Dir(b.near), ".index-")
		if err != nil {
			return fmt.Errorf("temporary files of the index: %w", err)
		}
		b.temp = dir
	}
	var buf []byte
	for s := range b.parts {
		for i := range b.parts[s] {
			p := &b.parts[s][i]
			if p.file == nil {
				f, err := os.Create(filepath.Join(b.temp, fmt.Sprintf("%d-%d", s, i)))
				if err != nil {
					return fmt.Errorf("temporary files of the index: %w", err)
				}
				p.file = f
			}
			buf = buf[:0]
			for _, r := range p.records {
				buf = binary.LittleEndian.AppendUint64(buf, r.hash)
				buf = binary.LittleEndian.AppendUint32(buf, r.row)
			}
			if _, err := p.file.Write(buf); err != nil {
				return fmt.Errorf("temporary files of the index: %w", err)
			}
			p.records = p.records[:0]
		}
	}
	b.held = 0
	return nil
}

// take returns all records of a part, sorted.
func (p *part) take() ([]record, error) {
	records := p.records
	if p.file != nil {
		text, err := os.ReadFile(p.file.Name())
		if err != nil {
			return nil, fmt.Errorf("temporary files of the index: %w", err)
		}
		for ; len(text) >= 12; text = text[12:] {
			records = append(records, record{binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint32(text[8:])})
		}
	}
	p.records = nil
	slices.SortFunc(records, record.compare)
	return records, nil
}

// write writes the index: the parts follow one another, and so do the buckets of each.
func (b *building) write(to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<20)
	var buf []byte
	written := uint64(0)
	for s := range b.parts {
		d := b.dir
		d.ends[s], d.sums[s] = make([]uint64, 1<<d.bits), make([]uint32, 1<<d.bits)
		perPart := 1 << (d.bits - minBits)
		for i := range b.parts[s] {
			if b.sorted != nil {
				b.sorted(int64(s*parts+i), sections*parts)
			}
			records, err := b.parts[s][i].take()
			if err != nil {
				return err
			}
			for bucket := i * perPart; bucket < (i+1)*perPart; bucket++ {
				buf = buf[:0]
				for len(records) > 0 {
					at, rest := d.bucket(records[0].hash)
					if at != bucket {
						break
					}
					buf = binary.LittleEndian.AppendUint64(buf, uint64(rest)<<32|uint64(records[0].row))
					records = records[1:]
				}
				written += uint64(len(buf)) / entryLen
				d.ends[s][bucket], d.sums[s][bucket] = written, crc32.Checksum(buf, castagnoli)
				if _, err := w.Write(buf); err != nil {
					return err
				}
			}
		}
	}
	if _, err := w.Write(b.dir.encode()); err != nil {
		return err
	}
	return w.Flush()
}

// close removes the temporary files.
func (b *building) close() error {
	if b.temp == "" {
		return nil
	}
	var faults []error
	for s := range b.parts {
		for i := range b.parts[s] {
			if f := b.parts[s][i].file; f != nil {
				faults = append(faults, f.Close())
			}
		}
	}
	return errors.Join(append(faults, os.RemoveAll(b.temp))...)
}
