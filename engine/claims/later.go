package claims

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
)

// later is a list of texts that is read from its file when the first of them is asked for.
type later struct {
	n    int
	read func() (Text, *Table, error)

	asked atomic.Bool
	once  sync.Once
	text  Text
	table *Table // that the texts were read into
	err   error
}

// get returns the texts. When they cannot be read they are all empty, and Table.Err tells why.
func (l *later) get() Text {
	l.asked.Store(true)
	l.once.Do(func() {
		if l.text, l.table, l.err = l.read(); l.err != nil {
			l.text = Text{}
		}
	})
	return l.text
}

// release gives back what was read.
func (l *later) release() {
	if l != nil && l.table != nil {
		l.table.Release()
	}
}

// Err returns why texts that were to be read when asked for could not be; nil also when none was asked for. Who has used the
// ids of a table that was read leanly asks it before relying on them.
func (t *Table) Err() error {
	for _, l := range []*later{t.ClaimID.later, t.Person.Values.later} {
		if l == nil || !l.asked.Load() {
			continue
		}
		if l.get(); l.err != nil {
			return l.err
		}
	}
	return nil
}

// postpone makes the ids that were left out of a table texts to be read later.
func (t *Table) postpone(info *FileInfo) {
	if t.ClaimID.Offsets == nil {
		t.ClaimID = info.later(t.Rows, ColClaimID, func(t *Table) Text { return t.ClaimID })
	}
	t.postponePersons(info)
}

// postponePersons makes the ids of persons, where they were only counted, texts to be read later.
func (t *Table) postponePersons(info *FileInfo) {
	if l := t.Person.Values.later; l != nil {
		t.Person.Values = info.later(l.n, ColPersonID, func(t *Table) Text { return t.Person.Values })
	}
}

// later is a list of n texts of a column of the file, to be read when one is asked for.
func (f *FileInfo) later(n int, column Column, text func(*Table) Text) Text {
	path, control := f.Path, f.control
	return Text{later: &later{n: n, read: func() (Text, *Table, error) {
		again, _, err := ReadFile(context.Background(), path, ReadOptions{Columns: Columns(column), same: control})
		if err != nil {
			return Text{}, nil, fmt.Errorf("reading ids: %w", err)
		}
		return text(again), again, nil
	}}}
}

// isSame tells whether two control sections are those of one file.
func isSame(a, b *ipc.Control) bool {
	return a != nil && b != nil && string(a.Encode()) == string(b.Encode())
}
