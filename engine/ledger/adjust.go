package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Adjustment is an entry that a clerk makes by hand in an open month.
type Adjustment struct {
	Month            calendar.Month
	Hospital, Scheme string
	Account          Account // one of ByHand
	Amount           money.Fen
	Reason           string
	// Corrects is the row of the journal that the entry corrects, an entry or a claim of the same hospital and scheme; 0 for
	// none. The entry then belongs to that row's month of origin, or to Month when that year is cleared.
	Corrects int64
	// Key names the adjustment, so that the same again is known; "" makes a key of all that is entered and of the day.
	Key string
	// Again enters it even if it is there already.
	Again bool
	// Known returns why no entry can be about a hospital and scheme; nil allows those that the books name.
	Known func(hospital, scheme string) error
}

// key returns what tells the adjustment from others.
func (a *Adjustment) key(who Stamp) string {
	switch {
	case a.Again:
		return "" // never the same as another
	case a.Key != "":
		return a.Key
	}
	day, _, _ := strings.Cut(who.At, "T")
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%q\n%q\n%s\n%d\n%q\n%d\n%s", a.Month, a.Hospital, a.Scheme, a.Account, a.Amount, a.Reason, a.Corrects, day))
	return hex.EncodeToString(h[:])
}

// Adjust enters an adjustment and returns its row. An adjustment that is there already is left alone, and done is false.
func (l *Ledger) Adjust(ctx context.Context, a Adjustment, who Stamp) (seq int64, done bool, err error) {
	names := make([]string, len(ByHand))
	for i, acc := range ByHand {
		names[i] = string(acc)
	}
	switch {
	case !slices.Contains(ByHand, a.Account):
		return 0, false, fmt.Errorf("account %q is none of %s%s", a.Account, strings.Join(names, ", "), nearest.Hint(string(a.Account), names))
	case a.Hospital == "" || a.Scheme == "":
		return 0, false, errors.New("an adjustment names its hospital and scheme")
	case a.Amount > mostByHand || a.Amount < -mostByHand:
		return 0, false, fmt.Errorf("an adjustment of %s is more than the books can hold; the most is %s", a.Amount, mostByHand)
	case a.Amount == 0:
		return 0, false, errors.New("an adjustment of 0.00 changes nothing")
	case strings.TrimSpace(a.Reason) == "":
		return 0, false, errors.New("an adjustment needs a reason in words")
	}
	entry := Entry{Origin: a.Month, Hospital: a.Hospital, Scheme: a.Scheme, Account: a.Account, Reason: reasonByHand, Amount: a.Amount,
		Corrects: a.Corrects, Note: a.Reason, By: who.By, At: who.At, Key: a.key(who)}
	err = untilStill(func() error {
		seq, done, err = l.enter(ctx, &a, entry)
		return err
	})
	return seq, done, err
}

// enter enters an adjustment as the ledger stands now. It changes its own copy of the entry, since the next turn may find another
// month of origin.
func (l *Ledger) enter(ctx context.Context, a *Adjustment, entry Entry) (seq int64, done bool, err error) {
	d := &draft{}
	err = l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err != nil {
			return err
		}
		d.head = b.head
		if seq, err = l.enteredAs(ctx, tx, a.Month, &entry); seq != 0 || err != nil {
			return err
		}
		if s := b.at(a.Month); s == nil || !s.Open {
			return fmt.Errorf("month %s is not open; entries are made in the open month and name what they correct", a.Month)
		}
		if err := l.knows(ctx, tx, a); err != nil {
			return err
		}
		if a.Corrects == 0 {
			return nil
		}
		origin, err := l.originOf(ctx, tx, a)
		if err != nil {
			return err
		}
		switch {
		case !b.cleared[origin.Year()]:
			entry.Origin = origin
		case a.Account == AccPrepaid:
			// The next clearing would take back what is paid on account of the year before.
			return fmt.Errorf("row %d belongs to %d, which is cleared, so nothing is prepaid for it; enter an %s", a.Corrects, origin.Year(), AccAdjustment)
		}
		return nil
	})
	if seq != 0 || err != nil {
		return seq, false, err
	}
	seq = d.add(KindEntry, a.Month, entry)
	return seq, true, l.commit(ctx, d)
}

// mostByHand is the most that one adjustment may be, 10^13 yuan: far above any pool, and far below what the books can add up.
const mostByHand money.Fen = 1_000_000_000_000_000

// reasonByHand is the reason of every entry that a clerk makes.
const reasonByHand = "by_hand"

// enteredAs returns the row of the entry of a month that has the key of another, 0 when there is none, and an error when it is about
// something else.
func (l *Ledger) enteredAs(ctx context.Context, tx *sql.Tx, m calendar.Month, e *Entry) (seq int64, err error) {
	if e.Key == "" {
		return 0, nil
	}
	var there *Entry
	err = l.query(ctx, tx, func(scan func(...any) error) error {
		var r Row
		if err := scan(&r.Seq, &r.Kind, &r.Month, &r.Body, &r.Hash); err != nil {
			return err
		}
		var x Entry
		if err := decodeBody(&r, &x); err != nil {
			return err
		}
		if x.Key == e.Key && there == nil {
			seq, there = r.Seq, &x
		}
		return nil
	}, `SELECT j.seq, j.kind, j.month, j.body, j.hash FROM journal j JOIN entries e ON e.seq = j.seq WHERE e.month = ? AND e.reason = ? ORDER BY j.seq`,
		int32(m), reasonByHand)
	if there != nil && (there.Hospital != e.Hospital || there.Scheme != e.Scheme || there.Account != e.Account || there.Amount != e.Amount || there.Corrects != e.Corrects) {
		return 0, fmt.Errorf("the entry %q is there as row %d: %s %s for hospital %s, scheme %s; another entry needs another id",
			e.Key, seq, there.Account, there.Amount, there.Hospital, there.Scheme)
	}
	return seq, err
}

// knows checks the hospital and scheme of an adjustment, by default against the books.
func (l *Ledger) knows(ctx context.Context, tx *sql.Tx, a *Adjustment) error {
	if a.Known != nil {
		return a.Known(a.Hospital, a.Scheme)
	}
	hospitals, schemes := map[string]bool{}, map[string]bool{}
	err := l.query(ctx, tx, func(scan func(...any) error) error {
		var h, s string
		err := scan(&h, &s)
		hospitals[h], schemes[s] = true, true
		return err
	}, `SELECT DISTINCT hospital, scheme FROM entries`)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		what, name string
		in         map[string]bool
	}{{"hospital", a.Hospital, hospitals}, {"scheme", a.Scheme, schemes}} {
		if !x.in[x.name] {
			return fmt.Errorf("%s %q is not in the books%s; a new one is checked against the region of a study", x.what, x.name, nearest.Hint(x.name, sortedKeys(x.in)))
		}
	}
	return nil
}

// originOf returns the month of origin of the row that an adjustment corrects.
func (l *Ledger) originOf(ctx context.Context, tx *sql.Tx, a *Adjustment) (calendar.Month, error) {
	r, err := l.rowAt(ctx, tx, a.Corrects)
	if err != nil {
		return 0, err
	}
	if r.Kind != KindEntry && r.Kind != KindClaim {
		return 0, fmt.Errorf("row %d of the journal is of kind %s; an adjustment corrects an entry or a claim", r.Seq, r.Kind)
	}
	var about struct { // what the bodies of entries and claims share
		Origin   calendar.Month `json:"origin"`
		Hospital string         `json:"hospital_id"`
		Scheme   string         `json:"scheme"`
	}
	if err := decodeBody(&r, &about); err != nil {
		return 0, err
	}
	if about.Hospital != a.Hospital || about.Scheme != a.Scheme {
		return 0, fmt.Errorf("row %d is about hospital %s, scheme %s, not hospital %s, scheme %s", r.Seq, about.Hospital, about.Scheme, a.Hospital, a.Scheme)
	}
	return about.Origin, nil
}
