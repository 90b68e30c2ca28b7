package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// each runs a test on both databases. place names an empty ledger, which may be opened several times.
func each(t *testing.T, test func(t *testing.T, place string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "ledger.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, postgresPlace(t)) })
}

// postgresPlace makes a schema of its own for a test, and drops it afterwards.
func postgresPlace(t *testing.T) string {
	t.Helper()
	host := cmp.Or(os.Getenv("PGHOST"), "127.0.0.1")
	port := cmp.Or(os.Getenv("PGPORT"), "5432")
	if !strings.HasPrefix(host, "/") {
		c, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), time.Second)
		if err != nil {
			t.Skipf("no PostgreSQL at %s:%s (set PGHOST and PGPORT): this test did not run there", host, port)
		}
		c.Close()
	}
	user := cmp.Or(os.Getenv("PGUSER"), "postgres")
	dsn := url.URL{Scheme: "postgres", User: url.User(user), Host: net.JoinHostPort(host, port), Path: "/" + cmp.Or(os.Getenv("PGDATABASE"), "test")}
	if strings.HasPrefix(host, "/") {
		dsn.Host, dsn.RawQuery = "", url.Values{"host": {host}, "port": {port}}.Encode()
	}
	if pass := os.Getenv("PGPASSWORD"); pass != "" {
		dsn.User = url.UserPassword(user, pass)
	}
	db, err := sql.Open("pgx", dsn.String())
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("drgsim_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := db.Exec(`CREATE SCHEMA ` + schema); err != nil {
		db.Close()
		t.Skipf("no schema can be made in PostgreSQL at %s: %v: this test did not run there", dsn.Redacted(), err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(`DROP SCHEMA ` + schema + ` CASCADE`); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	q := dsn.Query()
	q.Set("search_path", schema)
	dsn.RawQuery = q.Encode()
	return dsn.String()
}

func open(t *testing.T, place string) *Ledger {
	t.Helper()
	l, err := Open(context.Background(), place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func month(t *testing.T, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// verified fails the test unless the ledger is sound.
func verified(t *testing.T, l *Ledger) Head {
	t.Helper()
	v, err := l.Verify(context.Background(), Head{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Fault != "" {
		t.Fatalf("the ledger is not sound at row %d: %s", v.Seq, v.Fault)
	}
	return v.Head
}
