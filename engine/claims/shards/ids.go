package shards

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
)

// idFiles look for claim ids that stand in more than one shard. A table of all ids would not fit in memory, so the hashes
// of the ids are parted into files, and each file is looked at by itself.
type idFiles struct {
	files []*os.File
	outs  []*bufio.Writer
	// shards is how many shards there are.
	shards int
}

// idRecord is 16 bytes in a file: the hash, then row and shard together.
type idRecord struct {
	hash  uint64
	row   int64 // over all inputs
	shard int
}

const (
	idFileCount = 64
	shardBits   = 12 // of MaxShards
)

func newIDFiles(dir string, shards int) (*idFiles, error) {
	f := &idFiles{shards: shards}
	for i := range idFileCount {
		file, err := os.Create(filepath.Join(dir, fmt.Sprintf("ids-%02d", i)))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("checking ids: %w", err), f.close())
		}
		f.files = append(f.files, file)
		f.outs = append(f.outs, bufio.NewWriterSize(file, 1<<16))
	}
	return f, nil
}

func (f *idFiles) close() error {
	var faults []error
	for _, file := range f.files {
		faults = append(faults, file.Close())
	}
	f.files = nil
	return errors.Join(faults...)
}

func (f *idFiles) add(hash uint64, row int64, shard int) error {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], hash)
	binary.LittleEndian.PutUint64(b[8:], uint64(row)<<shardBits|uint64(shard))
	_, err := f.outs[hash%idFileCount].Write(b[:])
	return err
}

// foreign returns for each shard the rows of its spill whose id stands in an earlier row of another shard. Rows with the
// same id inside one shard are left to the checks.
func (f *idFiles) foreign(spill func(shard int) string) ([]map[int32]int64, error) {
	var suspects []idRecord
	for i := range f.files {
		more, err := f.suspects(i)
		if err != nil {
			return nil, fmt.Errorf("checking ids: %w", err)
		}
		suspects = append(suspects, more...)
	}
	drop := make([]map[int32]int64, f.shards)
	if len(suspects) == 0 {
		return drop, nil
	}
	return drop, resolve(suspects, spill, drop)
}

// suspects returns the records of one file whose hash stands in more than one shard.
func (f *idFiles) suspects(i int) ([]idRecord, error) {
	if err := f.outs[i].Flush(); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(f.files[i].Name())
	if err != nil {
		return nil, err
	}
	records := make([][2]uint64, len(b)/16)
	for k := range records {
		records[k] = [2]uint64{binary.LittleEndian.Uint64(b[16*k:]), binary.LittleEndian.Uint64(b[16*k+8:])}
	}
	slices.SortFunc(records, func(a, b [2]uint64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var found []idRecord
	const mask = 1<<shardBits - 1
	for lo := 0; lo < len(records); {
		hi := lo + 1
		several := false
		for hi < len(records) && records[hi][0] == records[lo][0] {
			several = several || records[hi][1]&mask != records[lo][1]&mask
			hi++
		}
		for ; lo < hi; lo++ {
			if several {
				found = append(found, idRecord{records[lo][0], int64(records[lo][1] >> shardBits), int(records[lo][1] & mask)})
			}
		}
	}
	return found, nil
}

// resolve compares the ids behind equal hashes.
func resolve(suspects []idRecord, spill func(shard int) string, drop []map[int32]int64) error {
	// A spill holds its rows in the order of the inputs, so the suspects of a hash and shard come in the same order there.
	type key struct {
		hash  uint64
		shard int
	}
	rows := map[key][]int64{}
	shardsOf := map[int]bool{}
	for _, r := range suspects {
		rows[key{r.hash, r.shard}] = append(rows[key{r.hash, r.shard}], r.row)
		shardsOf[r.shard] = true
	}
	type place struct {
		row   int64
		shard int
		at    int32 // in the spill
	}
	byID := map[string][]place{}
	for shard := range shardsOf {
		t, err := readIDs(spill(shard))
		if err != nil {
			return err
		}
		for at := range t.Rows {
			id := bytesAt(&t.ClaimID, at)
			k := key{hash(id), shard}
			if of := rows[k]; len(of) > 0 {
				byID[string(id)] = append(byID[string(id)], place{of[0], shard, int32(at)})
				rows[k] = of[1:]
			}
		}
		t.Release()
	}
	for _, places := range byID {
		first := slices.MinFunc(places, func(a, b place) int { return cmp.Compare(a.row, b.row) })
		for _, p := range places {
			if p.shard != first.shard {
				if drop[p.shard] == nil {
					drop[p.shard] = map[int32]int64{}
				}
				drop[p.shard][p.at] = p.row + 1
			}
		}
	}
	return nil
}

// hash is FNV-1a with its bits mixed, as the low bits choose a shard and the order of the bytes must not show in them.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

func bytesAt(t *claims.Text, i int) []byte { return t.Bytes[t.Offsets[i]:t.Offsets[i+1]] }
