package reconcile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// parts is into how many files a list is parted: ten million rows leave some eighty thousand in each.
const parts = 128

// held is how many bytes of a part are in memory before they are written. Files are open only while they are written or read, so that
// no limit on open files is met.
const held = 1 << 15

// spill parts records by key into temporary files, so that rows that may meet are in the same part of each list.
type spill struct {
	dir   string
	out   [parts][]byte
	wrote [parts]bool
}

func newSpill(dir, name string) (*spill, error) {
	s := &spill{dir: filepath.Join(dir, name)}
	return s, os.Mkdir(s.dir, 0o700)
}

// partOf spreads keys over the parts (FNV-1a).
func partOf(key string) int {
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	return int((h ^ h>>32) % parts)
}

// add writes a record to the part of a key.
func (s *spill) add(key string, r *Record) error {
	p := partOf(key)
	b := s.out[p]
	if b == nil {
		b = make([]byte, 0, held+1<<10)
	}
	for _, t := range []string{r.ID, r.Person, r.Visit, r.Hospital, r.Scheme, r.Class} {
		b = binary.AppendUvarint(b, uint64(len(t)))
		b = append(b, t...)
	}
	b = binary.AppendVarint(b, int64(r.Date))
	for _, a := range r.Amount {
		b = binary.AppendVarint(b, int64(a))
	}
	b = binary.AppendVarint(b, r.Row)
	flags := uint64(r.Side) << 3
	if r.Refund {
		flags |= 1
	}
	if r.half {
		flags |= 2
	}
	if r.ghost {
		flags |= 4
	}
	s.out[p] = binary.AppendUvarint(b, flags)
	if len(s.out[p]) < held {
		return nil
	}
	return s.flush(p)
}

func (s *spill) file(p int) string { return filepath.Join(s.dir, fmt.Sprint(p)) }

// flush writes what is held of a part.
func (s *spill) flush(p int) error {
	f, err := os.OpenFile(s.file(p), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(s.out[p])
	s.out[p], s.wrote[p] = s.out[p][:0], true
	return errors.Join(err, f.Close())
}

// part reads a part back and frees its file.
func (s *spill) part(p int) ([]*Record, error) {
	text := s.out[p]
	s.out[p] = nil
	if s.wrote[p] {
		before, err := os.ReadFile(s.file(p))
		if err = errors.Join(err, os.Remove(s.file(p))); err != nil {
			return nil, err
		}
		text = append(before, text...)
	}
	d := decoder{text: text, same: map[string]string{}}
	var all []Record
	for len(d.text) > 0 {
		all = append(all, d.record())
	}
	out := make([]*Record, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	slices.SortFunc(out, (*Record).compare)
	return out, nil
}

type decoder struct {
	text []byte
	same map[string]string // short texts that repeat, kept once
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.text)
	d.text = d.text[n:]
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.text)
	d.text = d.text[n:]
	return v
}

func (d *decoder) string(repeats bool) string {
	n := d.uint()
	b := d.text[:n]
	d.text = d.text[n:]
	if !repeats {
		return string(b)
	}
	if s, ok := d.same[string(b)]; ok {
		return s
	}
	s := string(b)
	d.same[s] = s
	return s
}

func (d *decoder) record() Record {
	r := Record{ID: d.string(false), Person: d.string(false), Visit: d.string(false), Hospital: d.string(true), Scheme: d.string(true), Class: d.string(true)}
	r.Date = claims.Date(d.int())
	for i := range r.Amount {
		r.Amount[i] = money.Fen(d.int())
	}
	r.Row = d.int()
	flags := d.uint()
	r.Refund, r.half, r.ghost, r.Side = flags&1 != 0, flags&2 != 0, flags&4 != 0, Side(flags>>3)
	return r
}
