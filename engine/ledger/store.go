package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// ErrMoved means that somebody else wrote to the ledger while a step was being worked out; nothing of the step was written.
var ErrMoved = errors.New("somebody else has changed the ledger meanwhile, nothing was written; run the step again")

// untilStill works a small step out again for as long as somebody else writes meanwhile: what a clerk would do when told of
// ErrMoved. Each turn that is lost is a step that somebody else has done, so this ends.
func untilStill(step func() error) error {
	for {
		if err := step(); !errors.Is(err, ErrMoved) {
			return err
		}
	}
}

// chunk is how many rows go into one statement: few enough for the limits on parameters of both databases.
const chunk = 500

// query runs a query on a view of the ledger and calls each for every row of the answer.
func (l *Ledger) query(ctx context.Context, tx *sql.Tx, each func(scan func(...any) error) error, text string, args ...any) error {
	rows, err := tx.QueryContext(ctx, l.dialect.bind(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// headOf reads the end of the journal. With lock, no other writer passes until the step ends.
func (l *Ledger) headOf(ctx context.Context, tx *sql.Tx, lock bool) (Head, error) {
	text := `SELECT seq, hash FROM head WHERE id = 1`
	if lock {
		text += l.dialect.lock
	}
	var h Head
	err := tx.QueryRowContext(ctx, text).Scan(&h.Seq, &h.Hash)
	return h, err
}

// Head returns the end of the journal.
func (l *Ledger) Head(ctx context.Context) (Head, error) {
	var h Head
	err := l.read(ctx, func(tx *sql.Tx) error {
		var err error
		h, err = l.headOf(ctx, tx, false)
		return err
	})
	return h, err
}

// commit writes the rows of a step, if the journal still ends where the step began.
func (l *Ledger) commit(ctx context.Context, d *draft) error {
	if d.err != nil {
		return d.err
	}
	return l.write(ctx, func(tx *sql.Tx) error {
		head, err := l.headOf(ctx, tx, true)
		if err != nil {
			return err
		}
		if head != d.head {
			return ErrMoved
		}
		if err := l.spareCleared(ctx, tx, d.years); err != nil {
			return err
		}
		for i := 0; i < len(d.rows); i += page {
			if err := l.append(ctx, tx, d.rows[i:min(i+page, len(d.rows))]); err != nil {
				return err
			}
			l.tell("write rows", min(i+page, len(d.rows)), len(d.rows))
		}
		return nil
	})
}

// spareCleared stops a step that would write to a year that is cleared, whose law would no longer hold.
func (l *Ledger) spareCleared(ctx context.Context, tx *sql.Tx, years map[int]bool) error {
	var touched error
	err := l.query(ctx, tx, func(scan func(...any) error) error {
		var year int
		if err := scan(&year); err != nil {
			return err
		}
		if years[-year] {
			touched = errClearedYear(-year)
		}
		return nil
	}, `SELECT month FROM months WHERE month < 0 ORDER BY month`)
	return errors.Join(err, touched)
}

func errClearedYear(year int) error {
	return fmt.Errorf("it would change what belongs to %d, which is cleared; enter an adjustment in the open month", year)
}

// append chains rows to the journal and brings the tables beside it up to date. The caller holds the head.
func (l *Ledger) append(ctx context.Context, tx *sql.Tx, rows []Row) error {
	head, err := l.headOf(ctx, tx, true)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(rows, chunk) {
		var p projection
		journal := make([][]any, len(part))
		for i := range part {
			r := &part[i]
			if r.Seq != head.Seq+1 {
				panic(fmt.Sprintf("BUG: row %d of the journal would follow row %d", r.Seq, head.Seq))
			}
			r.Hash = r.chain(head.Hash)
			head = Head{r.Seq, r.Hash}
			journal[i] = []any{r.Seq, string(r.Kind), int32(r.Month), r.Body, r.Hash}
			if err := p.add(r); err != nil {
				return err
			}
		}
		if err := l.insert(ctx, tx, "journal", journal); err != nil {
			return err
		}
		if err := l.insert(ctx, tx, "claims", p.claims); err != nil {
			return err
		}
		if err := l.insert(ctx, tx, "entries", p.entries); err != nil {
			return err
		}
		for _, m := range p.months {
			if _, err := tx.ExecContext(ctx, l.dialect.bind(
				`INSERT INTO months (month, state, seal) VALUES (?, ?, ?) ON CONFLICT (month) DO UPDATE SET state = excluded.state, seal = excluded.seal`), m...); err != nil {
				return err
			}
		}
	}
	_, err = tx.ExecContext(ctx, l.dialect.bind(`UPDATE head SET seq = ?, hash = ? WHERE id = 1`), head.Seq, head.Hash)
	return err
}

// insert adds rows to a table in one statement.
func (l *Ledger) insert(ctx context.Context, tx *sql.Tx, table string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	one := "(?" + strings.Repeat(", ?", len(rows[0])-1) + ")"
	text := "INSERT INTO " + table + " VALUES " + one + strings.Repeat(", "+one, len(rows)-1)
	_, err := tx.ExecContext(ctx, l.dialect.bind(text), slices.Concat(rows...)...)
	return err
}

// projection is what rows of the journal put into the tables beside it: the one place where that is decided.
type projection struct {
	claims, entries, months [][]any
}

// add decodes a row. It never uses what the caller had in memory, so that what Restore and Verify see is what was written.
func (p *projection) add(r *Row) error {
	switch r.Kind {
	case KindClaim:
		var s State
		if err := decodeBody(r, &s); err != nil {
			return err
		}
		s.Seq, s.Month = r.Seq, r.Month
		p.claims = append(p.claims, []any{s.Seq, s.ClaimID, s.Prior, s.content(), string(s.Cause), int32(s.Month), int32(s.Origin), s.Person, s.Hospital,
			s.Scheme, s.Stream, flag(s.Live), int64(s.Gross), int64(s.Fund), int64(s.Refused), flag(s.Whole)})
	case KindEntry:
		var e Entry
		if err := decodeBody(r, &e); err != nil {
			return err
		}
		p.entries = append(p.entries, []any{r.Seq, int32(r.Month), int32(e.Origin), e.Hospital, e.Scheme, string(e.Account), e.Reason, e.Visits,
			int64(e.Gross), int64(e.Amount), e.Corrects})
	case KindOpen, KindReopen:
		p.months = append(p.months, []any{int32(r.Month), stateOpen, int64(0)})
	case KindSeal:
		p.months = append(p.months, []any{int32(r.Month), stateSealed, r.Seq})
	case KindClear:
		p.months = append(p.months, []any{clearedYear(r.Month), stateCleared, r.Seq})
	case KindRefuse:
	default:
		return fmt.Errorf("row %d of the journal is of kind %q, which this program does not know", r.Seq, r.Kind)
	}
	return nil
}

// The states of months, and of years: a year stands in the table of months under the negative of its number.
const (
	stateOpen    = "open"
	stateSealed  = "sealed"
	stateCleared = "cleared"
)

func clearedYear(december calendar.Month) int32 { return -int32(december.Year()) }

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

const stateColumns = `seq, claim_id, prior, content, cause, month, origin, person, hospital, scheme, stream, live, gross, fund, refused, whole`

func scanState(scan func(...any) error) (*State, error) {
	var s State
	var live, whole int64
	err := scan(&s.Seq, &s.ClaimID, &s.Prior, &s.Content, &s.Cause, &s.Month, &s.Origin, &s.Person, &s.Hospital, &s.Scheme, &s.Stream, &live,
		&s.Gross, &s.Fund, &s.Refused, &whole)
	s.Live, s.Whole = live != 0, whole != 0
	return &s, err
}

// latest keeps the states that no later row replaces.
const latest = ` AND NOT EXISTS (SELECT 1 FROM claims n WHERE n.claim_id = c.claim_id AND n.prior = c.seq)`

// statesBy returns the latest states of claims whose column (claim_id or person) is among the keys, by claim id.
func (l *Ledger) statesBy(ctx context.Context, tx *sql.Tx, column string, keys []string) (map[string]*State, error) {
	found := make(map[string]*State)
	asked := 0
	for part := range slices.Chunk(keys, chunk) {
		text := `SELECT ` + stateColumns + ` FROM claims c WHERE ` + column + ` IN (?` + strings.Repeat(", ?", len(part)-1) + `)` + latest
		args := make([]any, len(part))
		for i, k := range part {
			args[i] = k
		}
		err := l.query(ctx, tx, func(scan func(...any) error) error {
			s, err := scanState(scan)
			found[s.ClaimID] = s
			return err
		}, text, args...)
		if err != nil {
			return nil, err
		}
		asked += len(part)
		l.tell("look up claims", asked, len(keys))
	}
	return found, nil
}

// contents returns the claims that states of the ledger declare, by claim id.
func (l *Ledger) contents(ctx context.Context, tx *sql.Tx, states []*State) (map[string]Claim, error) {
	out := make(map[string]Claim, len(states))
	for part := range slices.Chunk(states, chunk) {
		at := make(map[int64]*State, len(part))
		args := make([]any, len(part))
		for i, s := range part {
			at[s.Content] = s
			args[i] = s.Content
		}
		text := `SELECT seq, kind, month, body, hash FROM journal WHERE seq IN (?` + strings.Repeat(", ?", len(part)-1) + `)`
		err := l.query(ctx, tx, func(scan func(...any) error) error {
			var r Row
			if err := scan(&r.Seq, &r.Kind, &r.Month, &r.Body, &r.Hash); err != nil {
				return err
			}
			c, err := contentOf(&r)
			out[c.ID] = c
			return err
		}, text, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// contentOf reads the claim that a row declares.
func contentOf(r *Row) (Claim, error) {
	var s State
	if err := decodeBody(r, &s); err != nil {
		return Claim{}, err
	}
	if s.Claim == nil {
		return Claim{}, fmt.Errorf("row %d of the journal holds no declared claim", r.Seq)
	}
	return s.Claim.claim(&s)
}
