package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// MonthState is where a month stands.
type MonthState struct {
	Month calendar.Month
	Open  bool
	Seal  *Seal // nil while the month is open
}

// books is what a step must know of the months, read in one view with the head.
type books struct {
	head    Head
	months  []MonthState // by rising month, without gaps
	cleared map[int]bool
}

func (b *books) at(m calendar.Month) *MonthState {
	if len(b.months) == 0 || m < b.months[0].Month || m > b.last() {
		return nil
	}
	return &b.months[m-b.months[0].Month]
}

// last returns the latest month; 0 in an empty ledger.
func (b *books) last() calendar.Month {
	if len(b.months) == 0 {
		return 0
	}
	return b.months[len(b.months)-1].Month
}

func (l *Ledger) books(ctx context.Context, tx *sql.Tx) (*books, error) {
	b := &books{cleared: map[int]bool{}}
	var err error
	if b.head, err = l.headOf(ctx, tx, false); err != nil {
		return nil, err
	}
	seals := map[int64]*Seal{}
	err = l.query(ctx, tx, func(scan func(...any) error) error {
		var month, seal int64
		var state string
		if err := scan(&month, &state, &seal); err != nil {
			return err
		}
		if month < 0 {
			b.cleared[int(-month)] = true
			return nil
		}
		s := MonthState{Month: calendar.Month(month), Open: state == stateOpen}
		if seal != 0 {
			s.Seal = &Seal{}
			seals[seal] = s.Seal
		}
		b.months = append(b.months, s)
		return nil
	}, `SELECT month, state, seal FROM months ORDER BY month`)
	if err != nil {
		return nil, err
	}
	for seq, s := range seals {
		if *s, err = l.sealAt(ctx, tx, seq); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (l *Ledger) sealAt(ctx context.Context, tx *sql.Tx, seq int64) (Seal, error) {
	r, err := l.rowAt(ctx, tx, seq)
	if err != nil {
		return Seal{}, err
	}
	var s Seal
	err = decodeBody(&r, &s)
	s.Seq, s.Month = r.Seq, r.Month
	return s, err
}

// rowAt reads one row of the journal.
func (l *Ledger) rowAt(ctx context.Context, tx *sql.Tx, seq int64) (Row, error) {
	var r Row
	err := tx.QueryRowContext(ctx, l.dialect.bind(`SELECT seq, kind, month, body, hash FROM journal WHERE seq = ?`), seq).
		Scan(&r.Seq, &r.Kind, &r.Month, &r.Body, &r.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("the journal has no row %d", seq)
	}
	return r, err
}

// Status is the ledger at a glance.
type Status struct {
	Head    Head
	Months  []MonthState
	Cleared []int // years
}

// Status returns the months by rising date.
func (l *Ledger) Status(ctx context.Context) (*Status, error) {
	s := &Status{}
	err := l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err != nil {
			return err
		}
		s.Head, s.Months = b.head, b.months
		for y := range b.cleared {
			s.Cleared = append(s.Cleared, y)
		}
		return nil
	})
	slices.Sort(s.Cleared)
	return s, err
}

// OpenMonth opens a month: the first of the ledger, or the one after the latest. A month that is open already is left alone, and
// done is false.
func (l *Ledger) OpenMonth(ctx context.Context, m calendar.Month, who Stamp) (done bool, err error) {
	err = untilStill(func() error {
		done, err = l.openMonth(ctx, m, who)
		return err
	})
	return done, err
}

// openMonth opens a month as the ledger stands now.
func (l *Ledger) openMonth(ctx context.Context, m calendar.Month, who Stamp) (done bool, err error) {
	var b *books
	if err := l.read(ctx, func(tx *sql.Tx) error {
		b, err = l.books(ctx, tx)
		return err
	}); err != nil {
		return false, err
	}
	switch s := b.at(m); {
	case s != nil && s.Open:
		return false, nil
	case s != nil:
		return false, fmt.Errorf("month %s is sealed since %s; reopen undoes that for the latest sealed month", m, s.Seal.At)
	case b.last() != 0 && m != b.last()+1:
		return false, fmt.Errorf("month %s cannot be opened: the months run from %s to %s without gaps, the next is %s", m, b.months[0].Month, b.last(), b.last()+1)
	}
	d := &draft{head: b.head}
	d.add(KindOpen, m, opening{Stamp: who})
	return true, l.commit(ctx, d)
}
