package ledger

import (
	"context"
	"database/sql"
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
	// none. The entry then belongs to that row's month of origin.
	Corrects int64
}

// Adjust enters an adjustment and returns its row. Each call makes an entry of its own.
func (l *Ledger) Adjust(ctx context.Context, a Adjustment, who Stamp) (int64, error) {
	names := make([]string, len(ByHand))
	for i, acc := range ByHand {
		names[i] = string(acc)
	}
	switch {
	case !slices.Contains(ByHand, a.Account):
		return 0, fmt.Errorf("account %q is none of %s%s", a.Account, strings.Join(names, ", "), nearest.Hint(string(a.Account), names))
	case a.Hospital == "" || a.Scheme == "":
		return 0, errors.New("an adjustment names its hospital and scheme")
	case a.Amount == 0:
		return 0, errors.New("an adjustment of 0.00 changes nothing")
	case strings.TrimSpace(a.Reason) == "":
		return 0, errors.New("an adjustment needs a reason in words")
	}
	d := &draft{}
	entry := Entry{Origin: a.Month, Hospital: a.Hospital, Scheme: a.Scheme, Account: a.Account, Reason: "by_hand", Amount: a.Amount,
		Corrects: a.Corrects, Note: a.Reason, By: who.By, At: who.At}
	err := l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err != nil {
			return err
		}
		d.head = b.head
		if s := b.at(a.Month); s == nil || !s.Open {
			return fmt.Errorf("month %s is not open; entries are made in the open month and name what they correct", a.Month)
		}
		if a.Corrects != 0 {
			if entry.Origin, err = l.originOf(ctx, tx, &a); err != nil {
				return err
			}
		}
		if b.cleared[entry.Origin.Year()] {
			return fmt.Errorf("row %d belongs to %d, which is cleared", a.Corrects, entry.Origin.Year())
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	seq := d.add(KindEntry, a.Month, entry)
	return seq, l.commit(ctx, d)
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
