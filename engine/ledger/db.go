package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	_ "modernc.org/sqlite"             // SQLite
)

// dialect is all that differs between the two databases.
type dialect struct {
	name     string
	numbered bool   // parameters are written $1, not ?
	lock     string // appended to the query that reads the head, to keep other writers out until the end
}

var (
	sqlite   = dialect{name: "SQLite"}
	postgres = dialect{name: "PostgreSQL", numbered: true, lock: " FOR UPDATE"}
)

// bind writes a query's parameters as the database wants them.
func (d *dialect) bind(query string) string {
	if !d.numbered {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// Ledger is an open ledger. It may be used by several goroutines, and by several processes and machines at once.
type Ledger struct {
	db      *sql.DB
	dialect dialect
	place   string // for messages: no password

	// Progress, where it is set, hears how far a step is: its stage, and what of how much is done; a total of 0 means that
	// nobody knows. The stage "" says that the step is over.
	Progress func(stage string, done, total int64)
}

// tell tells of progress.
func (l *Ledger) tell(stage string, done, total int) {
	if l.Progress != nil {
		l.Progress(stage, int64(done), int64(total))
	}
}

// over says that a step is over.
func (l *Ledger) over() { l.tell("", 0, 0) }

// tables make an empty ledger. Text and 64-bit integers are all that both databases need.
var tables = []string{
	`CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, seq BIGINT NOT NULL, hash TEXT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS journal (seq BIGINT PRIMARY KEY, kind TEXT NOT NULL, month INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS months (month INTEGER PRIMARY KEY, state TEXT NOT NULL, seal BIGINT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS claims (seq BIGINT PRIMARY KEY, claim_id TEXT NOT NULL, prior BIGINT NOT NULL, content BIGINT NOT NULL, cause TEXT NOT NULL,
		month INTEGER NOT NULL, origin INTEGER NOT NULL, person TEXT NOT NULL, hospital TEXT NOT NULL, scheme TEXT NOT NULL, stream TEXT NOT NULL, live INTEGER NOT NULL,
		gross BIGINT NOT NULL, fund BIGINT NOT NULL, refused BIGINT NOT NULL, whole INTEGER NOT NULL, UNIQUE (claim_id, prior))`,
	`CREATE INDEX IF NOT EXISTS claims_person ON claims (person, claim_id)`,
	`CREATE INDEX IF NOT EXISTS claims_month ON claims (month)`,
	`CREATE TABLE IF NOT EXISTS entries (seq BIGINT PRIMARY KEY, month INTEGER NOT NULL, origin INTEGER NOT NULL, hospital TEXT NOT NULL, scheme TEXT NOT NULL,
		account TEXT NOT NULL, reason TEXT NOT NULL, visits BIGINT NOT NULL, gross BIGINT NOT NULL, amount BIGINT NOT NULL, corrects BIGINT NOT NULL)`,
	`CREATE INDEX IF NOT EXISTS entries_month ON entries (month)`,
	`CREATE INDEX IF NOT EXISTS entries_origin ON entries (origin)`,
	`CREATE INDEX IF NOT EXISTS journal_kind ON journal (kind, month)`,
}

// format is the version of the tables and of the journal's bodies.
const format = 1

// OpenExisting opens a ledger like Open, but fails where there is none, so that a slip in its name makes no empty ledger.
// A file of SQLite that may not be written is opened to be read.
func OpenExisting(ctx context.Context, place string) (*Ledger, error) {
	return openPlace(ctx, place, existing)
}

// openToRead opens a ledger that is an input: its file is never written.
func openToRead(ctx context.Context, place string) (*Ledger, error) {
	return openPlace(ctx, place, reading)
}

// access is what opening a ledger may do.
type access uint8

const (
	reading access = iota
	existing
	making
)

// Open opens a ledger and makes it when there is none: a file of SQLite by its path, or a database of PostgreSQL by its
// DSN, which begins with postgres:// or postgresql://. Files are made readable by their owner alone.
func Open(ctx context.Context, place string) (*Ledger, error) { return openPlace(ctx, place, making) }

func openPlace(ctx context.Context, place string, to access) (*Ledger, error) {
	l := &Ledger{dialect: sqlite, place: place}
	driver, dsn := "sqlite", ""
	if strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://") {
		l.dialect, driver, dsn = postgres, "pgx", place
		u, err := url.Parse(place)
		if err != nil {
			return nil, errors.New("the address of the ledger is not a DSN such as postgres://user@host:5432/database")
		}
		l.place = u.Redacted()
	} else {
		var err error
		if dsn, err = sqliteFile(place, to); err != nil {
			return nil, err
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, l.fail(err)
	}
	l.db = db
	// A ledger that is there is only looked at, so that opening it never waits for a clerk who is writing.
	have, err := l.formatOf(ctx)
	if err != nil && to == making {
		if err = l.write(ctx, func(tx *sql.Tx) error { return l.make(ctx, tx) }); err == nil {
			have, err = l.formatOf(ctx)
		}
	}
	if err == nil && have != format {
		err = l.fail(fmt.Errorf("it has format %d, this program knows format %d", have, format))
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

// undefinedTable is PostgreSQL's code of the error about a table that is not there.
const undefinedTable = "42P01"

// noLedger is the error about a file or a database without a ledger.
func noLedger(place string) error {
	return fmt.Errorf("there is no ledger %s; the first month that is opened makes one", place)
}

func (l *Ledger) formatOf(ctx context.Context) (int, error) {
	var have int
	if err := l.db.QueryRowContext(ctx, `SELECT format FROM head WHERE id = 1`).Scan(&have); err != nil {
		if strings.Contains(err.Error(), "no such table") {
			return 0, l.fail(errors.New("the file is a database, but holds no ledger; the first month that is opened makes one in a new file"))
		}
		var server *pgconn.PgError
		if errors.As(err, &server) && server.Code == undefinedTable {
			return 0, noLedger(l.place)
		}
		return 0, l.fail(err)
	}
	return have, nil
}

// sqliteFile makes the file when it is missing and may be made, for its owner alone, and returns the DSN. The files that SQLite puts
// beside it take its permissions.
func sqliteFile(path string, to access) (string, error) {
	switch {
	case path == "":
		return "", errors.New("no ledger is named; give a file, or a DSN that begins with postgres://")
	case strings.Contains(path, "://"), strings.Contains(path, "dbname="), strings.Contains(path, "host="):
		return "", errors.New("the ledger is named neither by a file nor by a DSN such as postgres://user@host:5432/database")
	}
	flags := [...]int{reading: os.O_RDONLY, existing: os.O_RDWR, making: os.O_RDWR | os.O_CREATE}[to]
	f, err := os.OpenFile(path, flags, 0o600)
	if to == existing && (errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS)) {
		to = reading
		f, err = os.Open(path)
	}
	if errors.Is(err, os.ErrNotExist) && to != making {
		return "", noLedger(path)
	}
	if err != nil {
		return "", fmt.Errorf("ledger: %w", err)
	}
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("ledger: %w", err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("ledger: %w", err)
	}
	// A rollback journal keeps the ledger in one file at rest; "extra" also flushes the directory, so that a step that
	// was reported as done survives a power cut. Writers wait for each other for half a minute.
	if to == reading {
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "mode=ro&_pragma=busy_timeout(30000)&_pragma=trusted_schema(0)"}).String(), nil
	}
	query := "_txlock=immediate&_pragma=busy_timeout(30000)&_pragma=journal_mode(DELETE)&_pragma=synchronous(EXTRA)&_pragma=trusted_schema(0)"
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: query}).String(), nil
}

func (l *Ledger) make(ctx context.Context, tx *sql.Tx) error {
	if l.dialect.numbered {
		// Two programs that make the tables at once would trip over each other's catalogue rows.
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7232026)`); err != nil {
			return err
		}
	}
	for _, statement := range tables {
		if l.dialect.numbered {
			statement = strings.ReplaceAll(statement, " TEXT", ` TEXT COLLATE "C"`) // the order of bytes, as SQLite has it
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, l.dialect.bind(`INSERT INTO head (id, format, seq, hash) VALUES (1, ?, 0, ?) ON CONFLICT (id) DO NOTHING`), format, genesis)
	return err
}

// Close closes the connections. Nothing is pending: every step was written when it returned.
func (l *Ledger) Close() error { return l.db.Close() }

// Place returns where the ledger is, without a password.
func (l *Ledger) Place() string { return l.place }

func (l *Ledger) fail(err error) error { return fmt.Errorf("ledger %s: %w", l.place, err) }

// write does one step: all of it is written, or nothing.
func (l *Ledger) write(ctx context.Context, step func(*sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return l.fail(err)
	}
	if err := step(tx); err != nil {
		tx.Rollback() // the step's error says more
		return l.fail(err)
	}
	if err := tx.Commit(); err != nil {
		tx.Rollback()
		return l.fail(fmt.Errorf("the step may not have been written, run it again to see (a step is never written twice): %w", err))
	}
	return nil
}

// read gives one consistent view of the ledger.
func (l *Ledger) read(ctx context.Context, look func(*sql.Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if l.dialect.numbered {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := l.db.BeginTx(ctx, opts)
	if err != nil {
		return l.fail(err)
	}
	defer tx.Rollback() // nothing was written
	if err := look(tx); err != nil {
		return l.fail(err)
	}
	return nil
}
