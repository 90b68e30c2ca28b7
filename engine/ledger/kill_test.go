package ledger

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// The environment of the process that TestKilledWhileClosing starts and kills.
const (
	killPlace = "DRGSIM_TEST_KILL_PLACE"
	killMonth = "DRGSIM_TEST_KILL_MONTH"
)

// kills is how many processes are killed on each database; DRGSIM_KILLS sets another number.
func kills(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("DRGSIM_KILLS"))
	if err != nil {
		if testing.Short() {
			return 3
		}
		return 12
	}
	t.Logf("%d kills", n)
	return n
}

// killDeclaration makes the declaration of a month, the same in every process.
func killDeclaration(m calendar.Month) Declaration {
	decl := declare("kill-" + m.String())
	r := rand.New(rand.NewPCG(uint64(m), 1))
	for i := range 150 {
		decl.Rows = append(decl.Rows, DeclaredRow{Row: int64(i + 1), Claim: Claim{ID: fmt.Sprintf("%s-%d", m, i), Person: fmt.Sprint("P", r.IntN(40)),
			Hospital: fmt.Sprint("H", r.IntN(5)), Scheme: "employee", Admission: claims.NoDate, Discharge: claims.NoDate,
			Settlement: m.First() + claims.Date(r.IntN(28)), Gross: money.Fen(r.IntN(500000)), Age: claims.AgeUnknown}})
	}
	return decl
}

func closeForKill(l *Ledger, m calendar.Month) error {
	ctx := context.Background()
	// The server may have sealed the month for a dead process a moment ago. Closing it tells whether that was with the same inputs.
	if _, err := l.OpenMonth(ctx, m, clerk); err != nil && !strings.Contains(err.Error(), "is sealed since") {
		return err
	}
	_, err := l.CloseMonth(ctx, m, killDeclaration(m), &simpleRules{name: "pack"}, clerk)
	return err
}

// TestKillChild is no test of its own: it is what runs in the process that is killed.
func TestKillChild(t *testing.T) {
	place := os.Getenv(killPlace)
	if place == "" {
		t.Skip("runs in a process of TestKilledWhileClosing")
	}
	m, err := calendar.ParseMonth(os.Getenv(killMonth))
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, place)
	fmt.Println("closing")
	if err := closeForKill(l, m); err != nil {
		t.Fatal(err)
	}
}

// undisturbed fails the test unless the ledger is, to the last byte of the journal, that of a clerk whom nobody disturbed.
func undisturbed(t *testing.T, l *Ledger, first, last calendar.Month) {
	t.Helper()
	control := open(t, t.TempDir()+"/control.db")
	for m := first; m <= last; m++ {
		if err := closeForKill(control, m); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := verified(t, l), verified(t, control); got != want {
		t.Errorf("the ledger ends with %+v, undisturbed it would be %+v", got, want)
	}
}

// startChild starts a process that closes a month, and returns when it is about to.
func startChild(t *testing.T, place string, m calendar.Month) *exec.Cmd {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKillChild$")
	child.Env = append(os.Environ(), killPlace+"="+place, killMonth+"="+m.String())
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "closing" {
			return child
		}
	}
	child.Wait()
	t.Fatal("the process ended before it closed anything")
	return nil
}

// Processes are killed at random moments while they close a month. After each kill the ledger is sound and stands either
// before the step or after it; in the end nothing shows that anybody was disturbed.
func TestKilledWhileClosing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3))
		first := calendar.MonthOf(2026, 1)
		m := first
		took := 60 * time.Millisecond
		l := open(t, place)
		before, after := 0, 0
		for range kills(t) {
			child := startChild(t, place, m)
			time.Sleep(time.Duration(r.Int64N(int64(took))))
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			child.Wait() // its exit says nothing: the ledger must
			verified(t, l)
			// One view for both: the server may still be finishing what the dead process sent.
			var sealed bool
			var count int
			if err := l.read(ctx, func(tx *sql.Tx) error {
				b, err := l.books(ctx, tx)
				if err != nil {
					return err
				}
				if s := b.at(m); s != nil {
					sealed = !s.Open
				}
				return tx.QueryRow(l.dialect.bind(`SELECT COUNT(*) FROM claims WHERE month = ?`), int32(m)).Scan(&count)
			}); err != nil {
				t.Fatal(err)
			}
			switch {
			case sealed && count >= 150:
				after++
				m++
				took = max(took*9/10, 2*time.Millisecond) // aim earlier
			case !sealed && count == 0:
				before++
				took = took * 21 / 20 // aim later
			default:
				t.Fatalf("%s is sealed: %v, with %d claims", m, sealed, count)
			}
		}
		t.Logf("%d kills left the month open, %d left it sealed", before, after)
		if err := closeForKill(l, m); err != nil {
			t.Fatal(err)
		}
		undisturbed(t, l, first, m)
	})
}

// A server that is slow to commit does so after the process is dead, while the next clerk is at the same month. He is never told to
// run his steps again, whatever the server finishes meanwhile, and nothing is done twice.
func TestKilledWhileTheServerCommits(t *testing.T) {
	t.Parallel()
	place := postgresPlace(t)
	l := open(t, place)
	const commit = 40 * time.Millisecond
	for _, statement := range []string{
		fmt.Sprintf(`CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(%f); RETURN NULL; END'`, commit.Seconds()),
		`CREATE CONSTRAINT TRIGGER wait AFTER INSERT OR UPDATE ON months DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()`,
	} {
		if _, err := l.db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	first := calendar.MonthOf(2026, 1)
	last := first + calendar.Month(kills(t)) - 1
	for m := first; m <= last; m++ {
		child := startChild(t, place, m)
		time.Sleep(rand.N(3 * commit)) // the child commits twice: the month opened, the month closed
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		child.Wait()
		if err := closeForKill(l, m); err != nil {
			t.Fatal(err)
		}
	}
	undisturbed(t, l, first, last)
}
