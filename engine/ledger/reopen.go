package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// Reopen undoes the close of the latest sealed month, for a reason. Nothing is erased: every entry of the close gets a
// contrary entry, and every claim goes back to its state before by a state of its own. What was entered by hand stays.
func (l *Ledger) Reopen(ctx context.Context, m calendar.Month, reason string, who Stamp) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("reopening a month needs a reason in words")
	}
	defer l.over()
	d := &draft{}
	err := l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err != nil {
			return err
		}
		d.head = b.head
		if err := reopenable(b, m); err != nil {
			return err
		}
		if err := l.sound(ctx, tx); err != nil {
			return err
		}
		d.add(KindReopen, m, opening{Stamp: who, Reason: reason})
		if err := l.withdrawClaims(ctx, tx, d, b.at(m).Seal, m); err != nil {
			return err
		}
		if err := l.withdrawEntries(ctx, tx, d, b.at(m).Seal, m); err != nil {
			return err
		}
		// A close may have changed claims of the year before, which may have been cleared since.
		for _, year := range slices.Sorted(maps.Keys(d.years)) {
			if b.cleared[year] {
				return fmt.Errorf("month %s cannot be reopened: %w", m, errClearedYear(year))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.commit(ctx, d)
}

func reopenable(b *books, m calendar.Month) error {
	s := b.at(m)
	switch {
	case s == nil:
		return fmt.Errorf("month %s is not in the ledger", m)
	case s.Open:
		return fmt.Errorf("month %s is open", m)
	case b.cleared[m.Year()]:
		return fmt.Errorf("month %s belongs to %d, which is cleared", m, m.Year())
	}
	if next := b.at(m + 1); next != nil && !next.Open {
		return fmt.Errorf("month %s cannot be reopened, since %s is sealed after it; enter an adjustment in the open month", m, next.Month)
	}
	return nil
}

// withdrawClaims takes back what the sealed step did to claims, latest first. The rows of the step stand right before its seal.
func (l *Ledger) withdrawClaims(ctx context.Context, tx *sql.Tx, d *draft, seal *Seal, m calendar.Month) error {
	first := seal.Seq - seal.Rows
	// Of each claim, the state before the step: that which the claim's first row of the step replaced.
	var touched []*State
	before := map[string]int64{}
	last := map[string]*State{}
	err := l.query(ctx, tx, func(scan func(...any) error) error {
		s, err := scanState(scan)
		if err != nil {
			return err
		}
		if last[s.ClaimID] == nil {
			before[s.ClaimID] = s.Prior
			touched = append(touched, s)
		}
		last[s.ClaimID] = s
		return nil
	}, `SELECT `+stateColumns+` FROM claims WHERE seq >= ? AND seq < ? ORDER BY seq`, first, seal.Seq)
	if err != nil {
		return err
	}
	for i, t := range touched {
		if i%page == 0 {
			l.tell("take claims back", i, len(touched))
		}
		now := *last[t.ClaimID]
		if p := before[t.ClaimID]; p != 0 {
			s, err := scanState(tx.QueryRowContext(ctx, l.dialect.bind(`SELECT `+stateColumns+` FROM claims WHERE seq = ?`), p).Scan)
			if err != nil {
				return err
			}
			now = *s
		} else {
			now.Live = false
		}
		now.Cause, now.Prior, now.Corrects = Withdrawn, last[t.ClaimID].Seq, last[t.ClaimID].Seq
		if now.Content == 0 {
			now.Content = now.Seq
		}
		d.add(KindClaim, m, now)
	}
	return nil
}

func (l *Ledger) withdrawEntries(ctx context.Context, tx *sql.Tx, d *draft, seal *Seal, m calendar.Month) error {
	return l.query(ctx, tx, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		if err != nil {
			return err
		}
		d.add(KindEntry, m, Entry{Origin: e.Origin, Hospital: e.Hospital, Scheme: e.Scheme, Account: e.Account, Reason: e.Reason,
			Visits: -e.Visits, Gross: -e.Gross, Amount: -e.Amount, Corrects: e.Seq})
		return nil
	}, `SELECT `+entryColumns+` FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq`, seal.Seq-seal.Rows, seal.Seq)
}

const entryColumns = `seq, month, origin, hospital, scheme, account, reason, visits, gross, amount, corrects`

func scanEntry(scan func(...any) error) (*Entry, error) {
	var e Entry
	err := scan(&e.Seq, &e.Month, &e.Origin, &e.Hospital, &e.Scheme, &e.Account, &e.Reason, &e.Visits, &e.Gross, &e.Amount, &e.Corrects)
	return &e, err
}
