package ledger

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// The server drops the clerk's connection, over and over, while a month is closed: the step fails as a whole, and can be
// repeated until it succeeds.
func TestConnectionLost(t *testing.T) {
	t.Parallel()
	place := postgresPlace(t)
	ctx := context.Background()
	victim := open(t, place+"&application_name=drgsim_victim")
	killer, err := sql.Open("pgx", place)
	if err != nil {
		t.Fatal(err)
	}
	defer killer.Close()
	m := calendar.MonthOf(2026, 1)
	mustOpen(t, victim, m.String())
	head := verified(t, victim)
	decl := killDeclaration(m)
	for i := range 1500 {
		r := decl.Rows[i%150]
		r.ID += strings.Repeat("x", 1+i/150)
		decl.Rows = append(decl.Rows, r)
	}
	lost := 0
	for range 10 {
		stop := make(chan struct{})
		done := make(chan int)
		go func() {
			n := 0
			for {
				select {
				case <-stop:
					done <- n
					return
				case <-time.After(2 * time.Millisecond):
					var killed int
					// Only a connection that has begun to write is dropped.
					if killer.QueryRow(`SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
						WHERE application_name = 'drgsim_victim' AND datname = current_database() AND query LIKE 'INSERT%' AND state <> 'idle'`).Scan(&killed) == nil {
						n += killed
					}
				}
			}
		}()
		_, err := victim.CloseMonth(ctx, m, decl, &simpleRules{name: "pack"}, clerk)
		close(stop)
		if n := <-done; n > 0 && err == nil {
			t.Log("the connection was dropped after the step")
		}
		now := verified(t, victim)
		if err == nil {
			break // the step was faster than the server
		}
		lost++
		if now != head {
			t.Fatalf("a step that failed (%v) wrote something", err)
		}
	}
	t.Logf("the connection was lost %d times", lost)
	if _, err := victim.CloseMonth(ctx, m, decl, &simpleRules{name: "pack"}, clerk); err != nil {
		t.Fatal(err)
	}
	control := open(t, t.TempDir()+"/control.db")
	mustClose(t, control, m.String(), decl)
	if verified(t, victim) != verified(t, control) {
		t.Error("the ledger is not that of an undisturbed clerk")
	}
}
