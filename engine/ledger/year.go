package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// YearClearing is what clearing a year did.
type YearClearing struct {
	Year int
	Seal Seal
	// Done is false when the year was cleared already by the same rules: then nothing was written.
	Done bool
}

// ClearYear settles a year whose twelve months are sealed: the annual settlement, less what the reviews refused and what was
// deducted, against everything entered for the year so far; the deposit is released by the assessment. The result is in
// the books of December.
func (l *Ledger) ClearYear(ctx context.Context, year int, s Settler, who Stamp) (*YearClearing, error) {
	defer l.over()
	december := calendar.MonthOf(year, 12)
	inputs := sortedInputs(slices.Clone(s.Inputs()))
	var annual []Annual
	var b *books
	var paid, refused *sums
	var sealed *Seal
	err := l.read(ctx, func(tx *sql.Tx) error {
		var err error
		if b, err = l.books(ctx, tx); err != nil {
			return err
		}
		if b.cleared[year] {
			sealed, err = l.clearSeal(ctx, tx, year)
			return err
		}
		if err := clearable(b, year); err != nil {
			return err
		}
		if err := l.sound(ctx, tx); err != nil {
			return err
		}
		if paid, err = l.sumsOf(ctx, tx, nil, `origin BETWEEN ? AND ?`, int32(calendar.MonthOf(year, 1)), int32(december)); err != nil {
			return err
		}
		refused, err = l.refusedOf(ctx, tx, year)
		return err
	})
	if err != nil {
		return nil, err
	}
	if sealed != nil {
		return sameYear(year, sealed, inputs)
	}
	// The rules run over all claims of the year, page by page; commit notices if anything was booked meanwhile.
	if annual, err = s.Annual(ctx, year, l.yearClaims(ctx, year)); err != nil {
		return nil, fmt.Errorf("clearing %d: %w", year, err)
	}
	d := &draft{head: b.head}
	if err := clearEntries(d, year, annual, paid, refused); err != nil {
		return nil, fmt.Errorf("clearing %d: %w", year, err)
	}
	seal := Seal{Stamp: who, Inputs: inputs, Results: d.results(), Rows: int64(len(d.rows)), Month: december, Names: d.names(s.HospitalName)}
	seal.Seq = d.add(KindClear, december, seal)
	err = l.commit(ctx, d)
	if errors.Is(err, ErrMoved) {
		return l.lostYear(ctx, year, inputs, err)
	}
	if err != nil {
		return nil, err
	}
	return &YearClearing{Year: year, Seal: seal, Done: true}, nil
}

func (l *Ledger) lostYear(ctx context.Context, year int, inputs []Input, moved error) (*YearClearing, error) {
	var sealed *Seal
	err := l.read(ctx, func(tx *sql.Tx) error {
		b, err := l.books(ctx, tx)
		if err == nil && b.cleared[year] {
			sealed, err = l.clearSeal(ctx, tx, year)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if sealed == nil {
		return nil, moved
	}
	return sameYear(year, sealed, inputs)
}

func sameYear(year int, sealed *Seal, inputs []Input) (*YearClearing, error) {
	if diff := differingInputs(sealed.Inputs, inputs); diff != "" {
		return nil, fmt.Errorf("year %d was cleared by %s at %s: %w: %s", year, sealed.By, sealed.At, ErrOtherInputs, diff)
	}
	return &YearClearing{Year: year, Seal: *sealed}, nil
}

func clearable(b *books, year int) error {
	for m := calendar.MonthOf(year, 1); m <= calendar.MonthOf(year, 12); m++ {
		switch s := b.at(m); {
		case s == nil && (len(b.months) == 0 || m > b.last()):
			return fmt.Errorf("year %d cannot be cleared: month %s is not opened yet", year, m)
		case s == nil:
			return fmt.Errorf("year %d cannot be cleared: the ledger begins in %s, so month %s is missing", year, b.months[0].Month, m)
		case s.Open:
			return fmt.Errorf("year %d cannot be cleared: month %s is not closed", year, m)
		}
	}
	return nil
}

func (l *Ledger) clearSeal(ctx context.Context, tx *sql.Tx, year int) (*Seal, error) {
	var seq int64
	if err := tx.QueryRowContext(ctx, l.dialect.bind(`SELECT seal FROM months WHERE month = ?`), -year).Scan(&seq); err != nil {
		return nil, err
	}
	s, err := l.sealAt(ctx, tx, seq)
	return &s, err
}

// refusedOf adds up what reviews refused of the visits that count in a year.
func (l *Ledger) refusedOf(ctx context.Context, tx *sql.Tx, year int) (*sums, error) {
	out := newSums()
	err := l.query(ctx, tx, func(scan func(...any) error) error {
		k := sumKey{account: AccRefused}
		var x sum
		if err := scan(&k.party.hospital, &k.party.scheme, &x.amount); err != nil {
			return err
		}
		out.add(k, x)
		return nil
	}, `SELECT hospital, scheme, CAST(SUM(refused) AS BIGINT) FROM claims c WHERE live = 1 AND origin BETWEEN ? AND ?`+latest+` GROUP BY hospital, scheme`,
		int32(calendar.MonthOf(year, 1)), int32(calendar.MonthOf(year, 12)))
	return out, err
}

// yearClaims yields the visits that count in a year by person and id, a page at a time.
func (l *Ledger) yearClaims(ctx context.Context, year int) iter.Seq2[Claim, error] {
	const page = 2000
	return func(yield func(Claim, error) bool) {
		person, id := "", ""
		var done, all int
		for {
			var states []*State
			var contents map[string]Claim
			err := l.read(ctx, func(tx *sql.Tx) error {
				if all == 0 && l.Progress != nil {
					count := `SELECT COUNT(*) FROM claims c WHERE live = 1 AND origin BETWEEN ? AND ?` + latest
					if err := tx.QueryRowContext(ctx, l.dialect.bind(count), int32(calendar.MonthOf(year, 1)), int32(calendar.MonthOf(year, 12))).Scan(&all); err != nil {
						return err
					}
				}
				err := l.query(ctx, tx, func(scan func(...any) error) error {
					s, err := scanState(scan)
					states = append(states, s)
					return err
				}, `SELECT `+stateColumns+` FROM claims c WHERE live = 1 AND origin BETWEEN ? AND ? AND (person > ? OR (person = ? AND claim_id > ?))`+latest+
					` ORDER BY person, claim_id LIMIT ?`, int32(calendar.MonthOf(year, 1)), int32(calendar.MonthOf(year, 12)), person, person, id, page)
				if err != nil {
					return err
				}
				contents, err = l.contents(ctx, tx, states)
				return err
			})
			if err != nil {
				yield(Claim{}, err)
				return
			}
			done += len(states)
			l.tell("read claims", done, all)
			for _, s := range states {
				if !yield(contents[s.ClaimID], nil) {
					return
				}
			}
			if len(states) < page {
				return
			}
			person, id = states[page-1].Person, states[page-1].ClaimID
		}
	}
}

// clearEntries writes the entries of a year's clearing for everyone who was settled, paid or refused anything.
func clearEntries(d *draft, year int, annual []Annual, paid, refused *sums) error {
	december := calendar.MonthOf(year, 12)
	byParty := paid.byParty()
	settled := map[party]*Annual{}
	everyone := newSums()
	for _, s := range []*sums{byParty, refused} {
		for _, p := range s.parties() {
			everyone.add(sumKey{party: p}, sum{})
		}
	}
	for i := range annual {
		a := &annual[i]
		p := party{a.Hospital, a.Scheme}
		if settled[p] != nil {
			panic(fmt.Sprintf("BUG: hospital %s, scheme %s is settled twice", p.hospital, p.scheme))
		}
		settled[p] = a
		everyone.add(sumKey{party: p}, sum{})
	}
	all := newSums()
	for _, p := range everyone.parties() {
		enter := func(account Account, reason string, amount money.Fen) {
			if amount != 0 {
				e := Entry{Origin: december, Hospital: p.hospital, Scheme: p.scheme, Account: account, Reason: reason, Amount: amount}
				all.addEntry(&e)
				d.add(KindEntry, december, e)
			}
		}
		at := func(a Account) money.Fen { return byParty.amount(sumKey{party: p, account: a}) }
		due := newSums() // only its overflow flag is used
		var settlement money.Fen
		release := money.One
		if a := settled[p]; a != nil {
			release = a.Release
			if release < 0 || release > money.One {
				return fmt.Errorf("hospital %s, scheme %s: the share of the deposit to release is %s, not from 0 to 1", p.hospital, p.scheme, release)
			}
			for _, line := range a.Lines {
				enter(AccSettlement, line.ID, line.Amount)
				settlement = plus(due, settlement, line.Amount)
			}
		}
		held := at(AccDeposit)
		released, err := held.Times(release, money.HalfUp)
		if err != nil {
			return err
		}
		no := refused.amount(sumKey{party: p, account: AccRefused})
		total := plus(due, settlement, -no)
		total = plus(due, total, -at(AccDeducted))
		total = plus(due, total, -(held - released))
		total = plus(due, total, at(AccAdjustment))
		enter(AccRefused, "", no)
		enter(AccReleased, "", released)
		enter(AccForfeited, "", held-released)
		enter(AccClearing, "", plus(due, plus(due, total, -released), -netOfYear(byParty, p)))
		if due.overflow || byParty.overflow {
			return fmt.Errorf("hospital %s, scheme %s: %w", p.hospital, p.scheme, money.ErrOverflow)
		}
	}
	for k, x := range paid.at {
		all.add(k, *x)
	}
	return yearLaws(year, all)
}

// netOfYear returns what was entered as due for a year. Debts brought from month to month move money in time only, and are left out.
func netOfYear(byParty *sums, p party) money.Fen {
	return byParty.net(p) - byParty.amount(sumKey{party: p, account: AccBrought})
}

// yearLaws checks, for each hospital and scheme, that all months and the clearing together are what the year's settlement
// leaves, given all entries whose origin is in the year.
func yearLaws(year int, all *sums) error {
	s := all.byParty()
	for _, p := range s.parties() {
		at := func(a Account) money.Fen { return s.amount(sumKey{party: p, account: a}) }
		months := netOfYear(s, p)
		got := months + at(AccReleased) + at(AccClearing)
		want := at(AccSettlement) - at(AccRefused) - at(AccDeducted) - at(AccForfeited) + at(AccAdjustment)
		if got != want || at(AccReleased)+at(AccForfeited) != at(AccDeposit) {
			return fmt.Errorf("law of the year broken in %d at hospital %s, scheme %s: months %s + released %s + clearing %s is not the %s that the settlement leaves",
				year, p.hospital, p.scheme, months, at(AccReleased), at(AccClearing), want)
		}
	}
	if s.overflow {
		return fmt.Errorf("books of %d: %w", year, money.ErrOverflow)
	}
	return nil
}
