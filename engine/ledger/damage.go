package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrDamaged means that the file of a ledger is not as SQLite wrote it.
var ErrDamaged = errors.New("the file is damaged")

// sound looks for damage to the pages and indexes of a file of SQLite. A damaged index hides rows from every look-up, so that a step
// would book a second time what it cannot find; each step looks first. PostgreSQL keeps its pages itself.
func (l *Ledger) sound(ctx context.Context, tx *sql.Tx) error {
	if l.dialect.numbered {
		return nil
	}
	l.tell("look for damage", 0, 0)
	var said string
	if err := tx.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
		return fmt.Errorf("%w: %w; restore a backup", ErrDamaged, err)
	}
	if said != "ok" {
		return fmt.Errorf("%w: %s; restore a backup", ErrDamaged, said)
	}
	return nil
}
