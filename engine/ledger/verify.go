package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// Verification is what Verify found.
type Verification struct {
	Head Head
	// Fault says what is wrong, and Seq is the first row of the journal that is; Fault is empty when all is well.
	Fault string
	Seq   int64
}

// page is how many rows of the journal are held at once.
const page = 4000

// Verify reads the whole ledger: each row's hash, the tables of claims, entries and months against the journal, the states of each
// claim, the laws of every month and year, and, in SQLite, each page and index of the file. expect, where it is not zero, is a head noted down earlier, which must be a row of the journal.
func (l *Ledger) Verify(ctx context.Context, expect Head) (*Verification, error) {
	defer l.over()
	v := newVerifier(l, expect)
	err := l.read(ctx, func(tx *sql.Tx) error {
		err := v.run(ctx, tx)
		if err == nil && v.Fault != "" {
			return nil
		}
		// What cannot be read is best explained by what is wrong with the file.
		damage := l.sound(ctx, tx)
		if errors.Is(damage, ErrDamaged) {
			v.fault(v.Seq, "%v", damage)
			return nil
		}
		return cmp.Or(err, damage)
	})
	if err != nil {
		return nil, err
	}
	return &v.Verification, nil
}

type verifier struct {
	Verification
	ledger  *Ledger
	expect  Head
	before  string // hash of the row before
	months  map[int32][]any
	byMonth map[calendar.Month]*sums
	byYear  map[int]*sums
	seen    bool // expect was met
	sealed  map[calendar.Month]bool
	cleared map[int]bool
}

func newVerifier(l *Ledger, expect Head) *verifier {
	return &verifier{ledger: l, expect: expect, before: genesis, months: map[int32][]any{}, byMonth: map[calendar.Month]*sums{},
		byYear: map[int]*sums{}, sealed: map[calendar.Month]bool{}, cleared: map[int]bool{}}
}

func (v *verifier) fault(seq int64, format string, args ...any) {
	if v.Fault == "" {
		v.Seq, v.Fault = seq, fmt.Sprintf(format, args...)
	}
}

func (v *verifier) run(ctx context.Context, tx *sql.Tx) error {
	var err error
	if v.Head, err = v.ledger.headOf(ctx, tx, false); err != nil {
		return err
	}
	next := int64(1)
	for v.Fault == "" {
		rows, err := v.ledger.journalFrom(ctx, tx, next, page)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		if err := v.rows(ctx, tx, rows, next); err != nil {
			return err
		}
		next += int64(len(rows))
		v.ledger.tell("verify rows", int(next-1), int(v.Head.Seq))
	}
	if v.Fault != "" {
		return nil
	}
	if v.Head.Seq != next-1 || v.Head.Hash != v.before {
		v.fault(next-1, "the journal ends with row %d, hash %.12s, but its head says row %d, hash %.12s", next-1, v.before, v.Head.Seq, v.Head.Hash)
	}
	if v.expect.Hash != "" && !v.seen {
		v.fault(next-1, "no row of the journal has the expected hash %s", v.expect.Hash)
	}
	if err := v.tables(ctx, tx, next); err != nil {
		return err
	}
	if err := v.chains(ctx, tx); err != nil {
		return err
	}
	v.laws()
	return nil
}

// chains checks that every state of a claim names the state before it: no claim is booked twice, and none forks.
func (v *verifier) chains(ctx context.Context, tx *sql.Tx) error {
	return v.ledger.query(ctx, tx, func(scan func(...any) error) error {
		var seq, prior, before int64
		var id string
		if err := scan(&seq, &id, &prior, &before); err != nil {
			return err
		}
		v.fault(seq, "row %d says of claim %q that its state before is row %d; it is row %d", seq, id, prior, before)
		return nil
	}, `SELECT seq, claim_id, prior, before FROM (SELECT seq, claim_id, prior, LAG(seq, 1, 0) OVER (PARTITION BY claim_id ORDER BY seq) AS before FROM claims) AS c
		WHERE prior <> before ORDER BY seq LIMIT 1`)
}

// journalFrom reads rows of the journal in order.
func (l *Ledger) journalFrom(ctx context.Context, tx *sql.Tx, seq int64, limit int) ([]Row, error) {
	var rows []Row
	err := l.query(ctx, tx, func(scan func(...any) error) error {
		var r Row
		err := scan(&r.Seq, &r.Kind, &r.Month, &r.Body, &r.Hash)
		rows = append(rows, r)
		return err
	}, `SELECT seq, kind, month, body, hash FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`, seq, limit)
	return rows, err
}

// rows checks a page of the journal and what it put into the tables.
func (v *verifier) rows(ctx context.Context, tx *sql.Tx, rows []Row, next int64) error {
	var p projection
	for i := range rows {
		r := &rows[i]
		if r.Seq != next+int64(i) {
			v.fault(next+int64(i), "row %d of the journal is missing", next+int64(i))
			return nil
		}
		if r.chain(v.before) != r.Hash {
			v.fault(r.Seq, "row %d of the journal (%s, month %s) was altered: its hash is not that of its contents and of the row before", r.Seq, r.Kind, r.Month)
			return nil
		}
		v.before = r.Hash
		v.seen = v.seen || r.Hash == v.expect.Hash && (v.expect.Seq == 0 || v.expect.Seq == r.Seq)
		if err := p.add(r); err != nil {
			v.fault(r.Seq, "%v", err)
			return nil
		}
		switch r.Kind {
		case KindSeal:
			v.sealed[r.Month] = true
		case KindReopen:
			v.sealed[r.Month] = false
		case KindClear:
			v.cleared[r.Month.Year()] = true
		case KindEntry:
			var e Entry
			if err := decodeBody(r, &e); err != nil {
				return err
			}
			sumsAt(v.byMonth, r.Month).addEntry(&e)
			sumsAt(v.byYear, e.Origin.Year()).addEntry(&e)
		}
	}
	for _, m := range p.months {
		v.months[m[0].(int32)] = m
	}
	last := rows[len(rows)-1].Seq
	for _, t := range []struct {
		table, columns string
		want           [][]any
	}{{"claims", stateColumns, p.claims}, {"entries", entryColumns, p.entries}} {
		if err := v.compare(ctx, tx, t.table, t.columns, t.want, next, last); err != nil {
			return err
		}
	}
	return nil
}

func sumsAt[K comparable](m map[K]*sums, k K) *sums {
	if m[k] == nil {
		m[k] = newSums()
	}
	return m[k]
}

// compare holds the rows of a table, of those numbers, against what the journal says.
func (v *verifier) compare(ctx context.Context, tx *sql.Tx, table, columns string, want [][]any, first, last int64) error {
	i := 0
	err := v.ledger.query(ctx, tx, func(scan func(...any) error) error {
		cells := make([]any, strings.Count(columns, ",")+1)
		for k := range cells {
			cells[k] = new(string)
		}
		if err := scan(cells...); err != nil {
			return err
		}
		if i >= len(want) {
			v.fault(first, "the table of %s has a row %s that the journal lacks", table, *cells[0].(*string))
			return nil
		}
		for k := range cells {
			if got := *cells[k].(*string); got != fmt.Sprint(want[i][k]) {
				v.fault(want[i][0].(int64), "the table of %s was altered: in row %v, column %d is %q, the journal says %q", table, want[i][0], k+1, got, fmt.Sprint(want[i][k]))
				break
			}
		}
		i++
		return nil
	}, `SELECT `+columns+` FROM `+table+` WHERE seq BETWEEN ? AND ? ORDER BY seq`, first, last)
	if err == nil && i < len(want) {
		v.fault(want[i][0].(int64), "the table of %s lacks row %v of the journal", table, want[i][0])
	}
	return err
}

// tables checks what pages cannot show: rows outside the journal, and the months.
func (v *verifier) tables(ctx context.Context, tx *sql.Tx, next int64) error {
	for _, table := range []string{"claims", "entries", "journal"} {
		var n int64
		if err := tx.QueryRowContext(ctx, v.ledger.dialect.bind(`SELECT COUNT(*) FROM `+table+` WHERE seq < 1 OR seq >= ?`), next).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			v.fault(next-1, "the table of %s has %d rows outside the journal", table, n)
		}
	}
	err := v.ledger.query(ctx, tx, func(scan func(...any) error) error {
		var month, seal int64
		var state string
		if err := scan(&month, &state, &seal); err != nil {
			return err
		}
		want, ok := v.months[int32(month)]
		if !ok || fmt.Sprint(want) != fmt.Sprint([]any{month, state, seal}) {
			v.fault(next-1, "the table of months was altered: it says %d is %s by row %d, the journal says %v", month, state, seal, want)
		}
		delete(v.months, int32(month))
		return nil
	}, `SELECT month, state, seal FROM months ORDER BY month`)
	if len(v.months) > 0 {
		v.fault(next-1, "the table of months lacks %d months or years of the journal", len(v.months))
	}
	return err
}

// laws checks the identities of all sealed months and cleared years.
func (v *verifier) laws() {
	months := make([]calendar.Month, 0, len(v.byMonth))
	for m := range v.byMonth {
		months = append(months, m)
	}
	slices.Sort(months)
	for _, m := range months {
		if v.sealed[m] {
			if err := monthLaws(m, v.byMonth[m]); err != nil {
				v.fault(v.Head.Seq, "%v", err)
			}
		}
	}
	years := make([]int, 0, len(v.byYear))
	for y := range v.byYear {
		years = append(years, y)
	}
	slices.Sort(years)
	for _, y := range years {
		if v.cleared[y] {
			if err := yearLaws(y, v.byYear[y]); err != nil {
				v.fault(v.Head.Seq, "%v", err)
			}
		}
	}
}
