package shards

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// Options of Split. Shards is required.
type Options struct {
	Shards  int // 1 to MaxShards
	Workers int // goroutines; 0 means one for each processor
	// Reject is given the rows that cannot be in a shard: those with bad cells, and those whose id an earlier row of another
	// person has. Without it the first such row is an error.
	Reject   func(claims.RejectedRow) error
	Progress func(stage string, done, total int64) // rows read, then rows written; may be nil
	// Vouch looks at each shard when it is written; see claims.WriteOptions. It may be nil.
	Vouch func(*claims.Table) ([]byte, error)
}

// MaxShards is the largest number of shards.
const MaxShards = 4096

// scanRows is how many rows are read at a time.
const scanRows = 1 << 18

// CodeForeignDuplicate is the finding of a row whose claim id an earlier row of another person has.
const CodeForeignDuplicate = "duplicate_different"

// Split reads files of claims and writes them as shards by person to a folder, which must not hold shards already. The
// folder is complete when its manifest stands in it; after an error it holds none.
func Split(ctx context.Context, inputs []string, dir string, opts Options) (*Manifest, error) {
	if opts.Shards < 1 || opts.Shards > MaxShards {
		return nil, fmt.Errorf("%d shards: 1 to %d are allowed", opts.Shards, MaxShards)
	}
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("folder of shards: %w", err)
	}
	if Is(dir) {
		return nil, fmt.Errorf("%s: holds shards already; name another folder or remove it", dir)
	}
	if err := removeLeft(dir); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(dir, spillPrefix)
	if err != nil {
		return nil, fmt.Errorf("folder of shards: %w", err)
	}
	s := &splitting{ctx: ctx, opts: opts, dir: dir, temp: temp, m: &Manifest{Version: version, dir: dir}}
	err = errors.Join(s.run(inputs), os.RemoveAll(temp))
	if err != nil {
		for i := range opts.Shards {
			_ = os.Remove(filepath.Join(dir, shardName(i))) // what is left over has no manifest and is no shard
		}
		return nil, err
	}
	return s.m, nil
}

// spillPrefix begins the name of the folder, among the shards, that rows are parted into first.
const spillPrefix = ".spill-"

// removeLeft removes what a Split that was killed has left of its rows. Two at work in one folder would write over each other's shards
// in any case.
func removeLeft(dir string) error {
	left, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("folder of shards: %w", err)
	}
	for _, e := range left {
		if e.IsDir() && strings.HasPrefix(e.Name(), spillPrefix) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("what an earlier split has left: %w", err)
			}
		}
	}
	return nil
}

func shardName(i int) string { return fmt.Sprintf("shard-%04d.arrow", i) }

// splitting is the state of one Split.
type splitting struct {
	ctx       context.Context
	opts      Options
	dir, temp string
	m         *Manifest

	spills []*claims.Writer
	ids    *idFiles
	rows   int64 // read so far, over all inputs
	groups map[string]bool
}

func (s *splitting) run(inputs []string) (err error) {
	s.groups = map[string]bool{}
	defer func() {
		for _, w := range s.spills {
			err = errors.Join(err, w.Abort())
		}
		if s.ids != nil {
			err = errors.Join(err, s.ids.close())
		}
	}()
	for i := range s.opts.Shards {
		w, err := claims.NewWriter(s.spill(i), claims.WriteOptions{Scratch: s.opts.Shards})
		if err != nil {
			return err
		}
		s.spills = append(s.spills, w)
	}
	if s.ids, err = newIDFiles(s.temp, s.opts.Shards); err != nil {
		return err
	}
	for _, input := range inputs {
		if err := s.scatter(input); err != nil {
			return err
		}
	}
	for _, w := range s.spills {
		if err := w.Close(); err != nil {
			return err
		}
	}
	s.spills = nil
	drop, err := s.ids.foreign(s.spill)
	if err != nil {
		return err
	}
	if err := s.finish(drop); err != nil {
		return err
	}
	s.m.Groups = slices.Sorted(maps.Keys(s.groups))
	return s.m.write()
}

func (s *splitting) spill(i int) string { return filepath.Join(s.temp, shardName(i)) }

// scatter appends the rows of one input to the spills.
func (s *splitting) scatter(input string) error {
	rowsOf := make([][]int32, s.opts.Shards)
	reject := func(r claims.RejectedRow) error {
		return s.reject(r)
	}
	read := claims.ReadOptions{Workers: s.opts.Workers, Progress: func(done, total int64) {
		if s.opts.Progress != nil {
			s.opts.Progress("split", done, total)
		}
	}}
	if s.opts.Reject != nil {
		read.Reject = reject
	}
	_, err := claims.ScanFile(s.ctx, input, read, scanRows, func(t *claims.Table) error {
		shardOf := s.shardOf(&t.Person)
		for i := range rowsOf {
			rowsOf[i] = rowsOf[i][:0]
		}
		for row, p := range t.Person.Codes {
			k := shardOf(p)
			rowsOf[k] = append(rowsOf[k], int32(row))
			if err := s.ids.add(hash(bytesAt(&t.ClaimID, row)), s.rows, int(k)); err != nil {
				return err
			}
			s.rows++
			if err := s.m.Read.Add(t.Gross[row], true); err != nil {
				return err
			}
		}
		for i := range t.Group.Values.Len() {
			s.groups[t.Group.Values.At(i)] = true
		}
		// Every spill gets the columns of the claims, also one that no row falls to.
		return parallel.Each(s.ctx, s.opts.Workers, s.opts.Shards, func(k int) error { return s.spills[k].Write(t.Select(rowsOf[k])) })
	})
	return err
}

// shardOf returns the shard of each person of a column. A file may list all its persons beside a few of their rows: then only those
// of the rows are looked at.
func (s *splitting) shardOf(persons *claims.Coded) func(code int32) int32 {
	shard := func(code int32) int32 {
		return int32(hash(bytesAt(&persons.Values, int(code))) % uint64(s.opts.Shards))
	}
	if persons.Values.Len() > len(persons.Codes) {
		return shard
	}
	of := make([]int32, persons.Values.Len())
	for i := range of {
		of[i] = shard(int32(i))
	}
	return func(code int32) int32 { return of[code] }
}

func (s *splitting) reject(r claims.RejectedRow) error {
	f := r.Findings[0]
	if err := errors.Join(s.m.Read.Add(f.Gross, f.GrossKnown), s.m.Rejected.Add(f.Gross, f.GrossKnown)); err != nil {
		return err
	}
	return s.opts.Reject(r)
}

// finish turns the spills into shards.
func (s *splitting) finish(drop []map[int32]int64) error {
	s.m.Shards = make([]Entry, s.opts.Shards)
	if s.opts.Progress != nil {
		s.opts.Progress("write shards", 0, s.rows)
	}
	var mu sync.Mutex
	var done atomic.Int64
	err := parallel.Each(s.ctx, s.opts.Workers, s.opts.Shards, func(k int) error {
		// Opening many files at once would take the memory of many shards.
		t, _, err := claims.ReadFile(s.ctx, s.spill(k), claims.ReadOptions{Workers: 1, NoMap: true})
		if err != nil {
			return err
		}
		if len(drop[k]) > 0 {
			mu.Lock()
			err := s.rejectForeign(t, drop[k])
			mu.Unlock()
			if err != nil {
				return err
			}
		}
		out := byPerson(t, drop[k])
		e, err := describe(out)
		if err != nil {
			return err
		}
		e.File = shardName(k)
		path := filepath.Join(s.dir, e.File)
		// Neither table is used from here on: the shard is vouched for by what is read back.
		if err := claims.WriteFile(path, out, claims.WriteOptions{Vouch: s.opts.Vouch}); err != nil {
			return err
		}
		if e.Bytes, e.Hash, err = hashEnd(path); err != nil {
			return err
		}
		s.m.Shards[k] = e
		if s.opts.Progress != nil {
			s.opts.Progress("write shards", done.Add(e.Rows), s.rows)
		}
		return os.Remove(s.spill(k))
	})
	if err != nil {
		return err
	}
	for i := range s.m.Shards {
		s.m.Rows += s.m.Shards[i].Rows
		s.m.Fen += s.m.Shards[i].Fen // fits: Read was added up with a check
	}
	return nil
}

// byPerson returns the rows of a table without those to drop, each person's together, in the order of the table.
func byPerson(t *claims.Table, drop map[int32]int64) *claims.Table {
	next := make([]int32, t.Person.Values.Len()+1)
	for row, p := range t.Person.Codes {
		if _, gone := drop[int32(row)]; !gone {
			next[p+1]++
		}
	}
	for p := range len(next) - 1 {
		next[p+1] += next[p]
	}
	rows := make([]int32, next[len(next)-1])
	for row, p := range t.Person.Codes {
		if _, gone := drop[int32(row)]; !gone {
			rows[next[p]] = int32(row)
			next[p]++
		}
	}
	return t.Select(rows)
}

// describe tells of a table what the manifest says of its shard.
func describe(t *claims.Table) (Entry, error) {
	totals, err := t.Totals()
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Rows: int64(t.Rows), Fen: totals.Fen[claims.ColGross]}
	for i, p := range t.Person.Codes {
		if i == 0 || p != t.Person.Codes[i-1] {
			e.Persons++
		}
	}
	return e, nil
}
