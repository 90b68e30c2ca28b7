package reconcile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/report"
)

// Options steer a reconciliation.
type Options struct {
	Month calendar.Month // the month that is reconciled; 0 takes all rows
	Keys  []Key          // fallback keys in order; nil means all of Keys
	Limit int            // lines of each class that are listed; 0 means 50,000
	Temp  string         // folder for temporary files; "" is the system's
	// Progress hears how much of the comparison of two lists is done; may be nil. Watch tells of their reading.
	Progress func(done, total int64)
}

// defaultLimit keeps the lines of a class within what a sheet of a workbook can hold and a clerk can read.
const defaultLimit = 50_000

// Run compares the bureau's list with the hospitals', and, when there is one, with the platform's, which also bears witness to
// each difference between the first two. The second result is nil without a platform.
//
// The lists may be far larger than memory: they are parted by key into temporary files.
func Run(ctx context.Context, ours, theirs, platform Source, opts Options) (main, against *Result, err error) {
	if opts.Limit == 0 {
		opts.Limit = defaultLimit
	}
	if opts.Keys == nil {
		opts.Keys = Keys
	}
	if opts.Temp == "" {
		opts.Temp = os.TempDir()
	}
	sweep(opts.Temp)
	dir, err := os.MkdirTemp(opts.Temp, tempPrefix)
	if err != nil {
		return nil, nil, fmt.Errorf("reconcile: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &run{ctx: ctx, opts: opts, dir: dir, lists: [3]Source{ours, theirs, platform}}
	if platform != nil {
		if against, err = r.two(Platform); err != nil {
			return nil, nil, err
		}
	}
	main, err = r.two(Theirs)
	return main, against, err
}

const tempPrefix = "drgsim-reconcile-"

// stale is the age at which a temporary folder is that of a program that was killed: no run takes as long.
const stale = 24 * time.Hour

// sweep removes what programs that were killed left behind, since it names persons. What cannot be removed is another user's.
func sweep(temp string) {
	left, _ := filepath.Glob(filepath.Join(temp, tempPrefix+"*"))
	for _, dir := range left {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > stale {
			os.RemoveAll(dir)
		}
	}
}

type run struct {
	ctx   context.Context
	opts  Options
	dir   string
	lists [3]Source
	n     int // spills made so far, for their names
}

// side is one list, parted.
type side struct {
	notes   []report.Text
	spill   *spill
	read    Total
	monthly bool
	fields  Fields
}

func (r *run) newSpill() (*spill, error) {
	r.n++
	return newSpill(r.dir, fmt.Sprint(r.n))
}

// load parts a list by id.
func (r *run) load(s Side) (*side, error) {
	out := &side{}
	var err error
	if out.spill, err = r.newSpill(); err != nil {
		return nil, err
	}
	inMonth := int64(0)
	var first calendar.Month
	err = r.lists[s].Each(r.ctx, func(rec *Record) error {
		rec.Side = s
		if rec.Month() == r.opts.Month {
			inMonth++
		}
		if out.read.Rows == 0 {
			first = rec.Month()
		}
		if err := out.read.add(rec, 1); err != nil {
			return fmt.Errorf("%s: adding up the amounts: %w", s, err)
		}
		return out.spill.add(rec.ID, rec)
	})
	out.fields = r.lists[s].Fields()
	if told, ok := r.lists[s].(interface{ Notes() []report.Text }); ok {
		out.notes = told.Notes()
	}
	// A list of which most rows are of the month is that month's list: a row of another month in it is out of place. A list of
	// a whole year merely holds other months too.
	out.monthly = inMonth*2 > out.read.Rows
	if err == nil && r.opts.Month != 0 && inMonth == 0 && out.read.Rows > 0 {
		return nil, fmt.Errorf("%s: none of the %d rows is of %s; the first is of %s", s, out.read.Rows, r.opts.Month, first)
	}
	return out, err
}

// two compares the bureau's list with another.
func (r *run) two(other Side) (*Result, error) {
	o, err := r.load(Ours)
	if err != nil {
		return nil, err
	}
	t, err := r.load(other)
	if err != nil {
		return nil, err
	}
	var witness *side
	if other == Theirs && r.lists[Platform] != nil {
		if witness, err = r.load(Platform); err != nil {
			return nil, err
		}
	}
	res := &Result{Sides: [2]Side{Ours, other}, Month: r.opts.Month, Has: both(o.fields, t.fields), Read: [2]Total{o.read, t.read},
		Limit: r.opts.Limit, cells: map[Cell]*Control{}}
	res.Notes = slices.Concat(o.notes, t.notes)
	m := &matcher{month: r.opts.Month, has: res.Has, result: res}
	m.monthly[Ours], m.monthly[other] = o.monthly, t.monthly
	if err := r.match(m, o, t); err != nil {
		return nil, err
	}
	if err := res.finish(); err != nil {
		return nil, err
	}
	if witness != nil {
		return res, r.ask(res, witness)
	}
	return res, nil
}

// match runs the passes: by id, then by each fallback key.
func (r *run) match(m *matcher, o, t *side) error {
	keys := slices.DeleteFunc(slices.Clone(r.opts.Keys), func(k Key) bool { return !k.known(m.has) })
	rest, err := r.newSpill()
	if err != nil {
		return err
	}
	// pass hands rows without a partner to the next key, or reports them after the last.
	pass := func(next int, left []*Record) error {
		for _, rec := range left {
			at := next
			for at < len(keys) && keys[at].of(rec) == "" {
				at++
			}
			if at == len(keys) {
				m.alone(rec)
				continue
			}
			if err := rest.add(keys[at].of(rec), rec); err != nil {
				return err
			}
		}
		return nil
	}
	for p := range parts {
		r.tell(p, parts*(len(keys)+1))
		if r.ctx.Err() != nil {
			return context.Cause(r.ctx)
		}
		a, err := o.spill.part(p)
		if err != nil {
			return err
		}
		b, err := t.spill.part(p)
		if err != nil {
			return err
		}
		if err := pass(0, m.byID(a, b)); err != nil {
			return err
		}
	}
	for at, k := range keys {
		now := rest
		if rest, err = r.newSpill(); err != nil {
			return err
		}
		for p := range parts {
			r.tell(parts*(at+1)+p, parts*(len(keys)+1))
			rows, err := now.part(p)
			if err != nil {
				return err
			}
			if err := pass(at+1, m.keyed(k, rows)); err != nil {
				return err
			}
		}
	}
	return m.err
}

func (r *run) tell(done, total int) {
	if r.opts.Progress != nil {
		r.opts.Progress(int64(done), int64(total))
	}
}

// keyed matches the rows that have a key and leaves the others.
func (m *matcher) keyed(k Key, rows []*Record) []*Record {
	var with, left []*Record
	for _, r := range rows {
		if k.of(r) == "" {
			left = append(left, r)
		} else {
			with = append(with, r)
		}
	}
	return append(left, m.byKey(k, with)...)
}

// ask lets the platform's list bear witness to the listed differences.
func (r *run) ask(res *Result, platform *side) error {
	wanted := map[string][]*Difference{}
	for i := range res.Differences {
		d := &res.Differences[i]
		d.Witness = "absent"
		for _, rec := range []*Record{d.Ours, d.Theirs} {
			if rec != nil && (len(wanted[rec.ID]) == 0 || wanted[rec.ID][len(wanted[rec.ID])-1] != d) {
				wanted[rec.ID] = append(wanted[rec.ID], d)
			}
		}
	}
	for p := range parts {
		rows, err := platform.spill.part(p)
		if err != nil {
			return err
		}
		for _, rec := range rows {
			for _, d := range wanted[rec.ID] {
				d.hear(rec, both(res.Has, platform.fields))
			}
		}
	}
	return nil
}

// hear takes the word of a platform's row. Agreement with a row outweighs the rest.
func (d *Difference) hear(w *Record, has Fields) {
	agrees := func(r *Record) bool { return r != nil && r.ID == w.ID && len(between(r, w, has, false)) == 0 }
	switch {
	case d.Witness == "ours" || d.Witness == "theirs":
	case agrees(d.Ours):
		d.Witness = "ours"
	case agrees(d.Theirs):
		d.Witness = "theirs"
	case d.any().Refund == w.Refund:
		d.Witness = "neither"
	}
}
