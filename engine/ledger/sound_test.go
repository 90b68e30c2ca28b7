package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// small fills a ledger with two months.
func small(t *testing.T, l *Ledger) {
	t.Helper()
	mustClose(t, l, "2026-01", declare("jan", visit(t, "C1", "P1", "H1", "01-10", "3000"), visit(t, "C2", "P2", "H2", "01-20", "500")))
	mustClose(t, l, "2026-02", declare("feb", visit(t, "C3", "P1", "H1", "02-11", "1000"), visit(t, "C4", "P2", "H1", "01-05", "800")))
}

// Whatever single value is changed in any table, Verify finds it, and names the row.
func TestVerifyFindsAnyAlteredRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		l := open(t, place)
		small(t, l)
		verified(t, l)
		var last int64
		if err := l.db.QueryRow(`SELECT MAX(seq) FROM journal`).Scan(&last); err != nil {
			t.Fatal(err)
		}
		for table, columns := range map[string]string{"journal": "kind, month, body, hash", "claims": stateColumns, "entries": entryColumns} {
			for _, column := range strings.Split(columns, ",") {
				column = strings.TrimSpace(column)
				if column == "seq" {
					continue
				}
				var seq int64
				if err := l.db.QueryRow(`SELECT MAX(seq) FROM ` + table).Scan(&seq); err != nil {
					t.Fatal(err)
				}
				change := column + ` = ` + column + ` || 'x'`
				switch column {
				case "prior", "content", "month", "origin", "live", "gross", "fund", "refused", "whole", "visits", "amount", "corrects":
					change = column + ` = ` + column + ` + 1`
				}
				tampered(t, l, seq, fmt.Sprintf(`UPDATE %s SET %s WHERE seq = %d`, table, change, seq))
			}
			tampered(t, l, 0, `DELETE FROM `+table+` WHERE seq = (SELECT MIN(seq) FROM `+table+`)`)
		}
		tampered(t, l, 0, `DELETE FROM journal WHERE seq = (SELECT MAX(seq) FROM journal)`)
		tampered(t, l, 0, `UPDATE months SET state = 'open' WHERE month = (SELECT MIN(month) FROM months)`)
		tampered(t, l, 0, `DELETE FROM months`)
		tampered(t, l, 0, `UPDATE head SET seq = seq - 1`)
		tampered(t, l, 0, `INSERT INTO entries SELECT 999999, month, origin, hospital, scheme, account, reason, visits, gross, amount, corrects FROM entries WHERE seq = (SELECT MIN(seq) FROM entries)`)
	})
}

// tampered does what no program of ours does, expects Verify to see it, and undoes it.
func tampered(t *testing.T, l *Ledger, seq int64, statement string) {
	t.Helper()
	tx, err := l.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(statement); err != nil {
		t.Fatal(err)
	}
	v := newVerifier(l, Head{})
	if err := v.run(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	if v.Fault == "" || (seq != 0 && v.Seq != seq) {
		t.Errorf("%s: found %q at row %d, want row %d", statement, v.Fault, v.Seq, seq)
	}
}

// A journal whose end was cut off and whose head was set back is sound in itself; a head noted down elsewhere shows it.
func TestVerifyAgainstANotedHead(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	small(t, l)
	noted := verified(t, l)
	mustOpen(t, l, "2026-03")
	if v, err := l.Verify(context.Background(), noted); err != nil || v.Fault != "" {
		t.Errorf("a longer journal: %+v, %v", v, err)
	}
	if v, err := l.Verify(context.Background(), Head{Hash: strings.Repeat("a", 64)}); err != nil || v.Fault == "" {
		t.Errorf("another journal: %+v, %v", v, err)
	}
}

func TestTwoClerksCloseOneMonth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		l := open(t, place)
		small(t, l)
		mustOpen(t, l, "2026-03")
		const clerks = 4
		done := make([]bool, clerks)
		errs := make([]error, clerks)
		var wg sync.WaitGroup
		for i := range clerks {
			// Each clerk has a connection of his own, as from another machine. Two have the same file.
			own := open(t, place)
			rows := []DeclaredRow{visit(t, "C5", "P3", "H1", "03-11", "2000")}
			decl := declare(fmt.Sprint("march-", i%2), rows...)
			wg.Go(func() {
				c, err := own.CloseMonth(context.Background(), month(t, "2026-03"), decl, &simpleRules{name: "pack"}, Stamp{By: fmt.Sprint("clerk ", i)})
				done[i], errs[i] = err == nil && c.Done, err
			})
		}
		wg.Wait()
		winners := 0
		for i := range clerks {
			switch {
			case done[i]:
				winners++
			case errs[i] != nil && !errors.Is(errs[i], ErrOtherInputs):
				t.Errorf("clerk %d was told: %v", i, errs[i])
			case errs[i] != nil && !strings.Contains(errs[i].Error(), "was sealed by clerk"):
				t.Errorf("clerk %d was told: %v", i, errs[i])
			}
		}
		if winners != 1 {
			t.Errorf("%d clerks closed the month: %v", winners, errs)
		}
		verified(t, l)
		wantFen(t, "paid", statement(t, l, "2026-03", "H1").Paid, "646.00")
	})
}

// Nobody is told to run a small step again because somebody else was faster: what is there already is left alone, and what is
// not is entered, each once.
func TestClerksOpenAndAdjustAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		l := open(t, place)
		small(t, l)
		before := verified(t, l)
		march := month(t, "2026-03")
		const clerks = 4
		var opened, same atomic.Int64
		var wg sync.WaitGroup
		for i := range clerks {
			own := open(t, place)
			wg.Go(func() {
				ctx := context.Background()
				done, err := own.OpenMonth(ctx, march, clerk)
				if err != nil {
					t.Errorf("clerk %d opened: %v", i, err)
				}
				if done {
					opened.Add(1)
				}
				for _, key := range []string{"the same", fmt.Sprint("of clerk ", i)} {
					a := Adjustment{Month: march, Hospital: "H1", Scheme: "employee", Account: AccAdjustment, Amount: 100, Reason: "audit", Key: key}
					_, done, err := own.Adjust(ctx, a, clerk)
					switch {
					case err != nil:
						t.Errorf("clerk %d entered %q: %v", i, key, err)
					case key == "the same" && done:
						same.Add(1)
					case key != "the same" && !done:
						t.Errorf("clerk %d did not enter %q", i, key)
					}
				}
			})
		}
		wg.Wait()
		if opened.Load() != 1 || same.Load() != 1 {
			t.Errorf("%d opened the month, %d entered the same adjustment", opened.Load(), same.Load())
		}
		if rows := verified(t, l).Seq - before.Seq; rows != 1+1+clerks {
			t.Errorf("%d rows were written", rows)
		}
	})
}

// A full disk leaves the ledger as it was.
func TestFullDisk(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	small(t, l)
	mustOpen(t, l, "2026-03")
	head := verified(t, l)
	l.db.SetMaxOpenConns(1) // so that the limit below holds for what follows
	var pages int
	if err := l.db.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := l.db.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+1)); err != nil {
		t.Fatal(err)
	}
	decl := declare("march")
	for i := range 200 {
		decl.Rows = append(decl.Rows, visit(t, fmt.Sprint("D", i), fmt.Sprint("Q", i), "H1", "03-11", "2000"))
	}
	_, err := l.CloseMonth(context.Background(), month(t, "2026-03"), decl, &simpleRules{name: "pack"}, clerk)
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full disk gave %v", err)
	}
	if now := verified(t, l); now != head {
		t.Error("something was written")
	}
	if _, err := l.db.Exec(`PRAGMA max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	mustClose(t, l, "2026-03", decl)
	verified(t, l)
}

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		l := open(t, place)
		small(t, l)
		head := verified(t, l)
		dir := t.TempDir()
		for _, name := range []string{"copy.db", "copy.jsonl"} {
			file := filepath.Join(dir, name)
			if got, err := l.Backup(ctx, file); err != nil || got != head {
				t.Fatalf("%s: %+v, %v", name, got, err)
			}
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
			if _, err := l.Backup(ctx, file); err == nil {
				t.Errorf("%s was replaced", name)
			}
			targets := []string{filepath.Join(dir, name+".restored.db")}
			if strings.HasPrefix(place, "postgres") || name == "copy.jsonl" {
				targets = append(targets, postgresPlace(t))
			}
			for _, target := range targets {
				r := open(t, target)
				if got, err := r.Restore(ctx, file); err != nil || got != head {
					t.Fatalf("restoring %s: %+v, %v", name, got, err)
				}
				if verified(t, r) != head {
					t.Errorf("%s became another ledger", name)
				}
				if _, err := r.Restore(ctx, file); err == nil {
					t.Errorf("%s was restored over a ledger", name)
				}
				// The restored ledger goes on like the first.
				mustClose(t, r, "2026-03", declare("mar", visit(t, "C5", "P1", "H1", "03-02", "100")))
			}
		}
		text, err := os.ReadFile(filepath.Join(dir, "copy.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		empty := open(t, filepath.Join(dir, "empty.db"))
		for name, bad := range map[string]string{
			"cut":     string(text[:len(text)-200]),
			"altered": strings.Replace(string(text), "C3", "C9", 1),
			"rowless": string(text[:strings.IndexByte(string(text), '\n')+1]),
			"foreign": `{"format":"other"}`,
			"nothing": "",
		} {
			file := filepath.Join(dir, name)
			if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := empty.Restore(ctx, file); err == nil {
				t.Errorf("%s was restored", name)
			}
		}
		if verified(t, empty).Seq != 0 {
			t.Error("a refused backup left something behind")
		}
	})
}

func TestOnlyTheOwnerReads(t *testing.T) {
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"))
	small(t, l)
	// A step in progress that outgrows its memory has a journal of SQLite beside the file.
	tx, err := l.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`PRAGMA cache_size = 1; UPDATE journal SET body = body || hex(zeroblob(100000))`); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
}

func TestAdjust(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir()+"/l.db")
	small(t, l)
	mustOpen(t, l, "2026-03")
	var advance int64
	if err := l.db.QueryRow(`SELECT seq FROM entries WHERE account = 'advance' AND hospital = 'H1' AND month = ?`, int64(calendar.MonthOf(2026, 1))).Scan(&advance); err != nil {
		t.Fatal(err)
	}
	ok := Adjustment{Month: month(t, "2026-03"), Hospital: "H1", Scheme: "employee", Account: AccDeducted, Amount: 10000, Reason: "audit of January", Corrects: advance}
	if _, _, err := l.Adjust(ctx, ok, clerk); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]func(*Adjustment){
		"sealed month":   func(a *Adjustment) { a.Month-- },
		"other hospital": func(a *Adjustment) { a.Hospital = "H2" },
		"other account":  func(a *Adjustment) { a.Account = AccPaid },
		"nothing":        func(a *Adjustment) { a.Amount = 0 },
		"no reason":      func(a *Adjustment) { a.Reason = " " },
		"no such row":    func(a *Adjustment) { a.Corrects = 9999 },
		"a seal":         func(a *Adjustment) { a.Corrects = 1 },
	} {
		a := ok
		bad(&a)
		if _, _, err := l.Adjust(ctx, a, clerk); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	mustClose(t, l, "2026-03", declare("mar", visit(t, "C5", "P1", "H1", "03-02", "1000")))
	s := statement(t, l, "2026-03", "H1")
	wantFen(t, "adjusted", s.Adjusted(), "-100.00")
	wantFen(t, "paid", s.Paid, "546.00")
	verified(t, l)
}

func TestNoLedgerByASlip(t *testing.T) {
	each(t, func(t *testing.T, place string) {
		if _, err := OpenExisting(context.Background(), place); err == nil || !strings.HasPrefix(err.Error(), "there is no ledger ") ||
			!strings.HasSuffix(err.Error(), "; the first month that is opened makes one") {
			t.Errorf("got %v", err)
		}
		if _, err := os.Stat(place); err == nil {
			t.Error("a file was made")
		}
		open(t, place)
		l, err := OpenExisting(context.Background(), place)
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	})
}

func TestPlaceHidesThePassword(t *testing.T) {
	_, err := Open(context.Background(), "postgres://clerk:secret@127.0.0.1:1/none?connect_timeout=1")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestDifferingInputs(t *testing.T) {
	in := func(names ...string) (out []Input) {
		for _, n := range names {
			out = append(out, Input{Role: "claims", Name: n, SHA256: digest(n)})
		}
		return out
	}
	if d := differingInputs(in("a", "b"), in("b", "a")); d != "" {
		t.Errorf("order: %s", d)
	}
	renamed := in("a")
	renamed[0].Name = "c"
	if d := differingInputs(in("a"), renamed); d != "" {
		t.Errorf("renamed: %s", d)
	}
	for _, c := range []struct {
		sealed, given []string
		want          []string
	}{
		{[]string{"a"}, nil, []string{"a", "not given now"}},
		{nil, []string{"b"}, []string{"b", "not among the sealed"}},
		{[]string{"a"}, []string{"a", "b"}, []string{"b", "not among the sealed"}},
		{[]string{"a", "b"}, []string{"a", "c"}, []string{"b", "is now c"}},
	} {
		d := differingInputs(in(c.sealed...), in(c.given...))
		if slices.ContainsFunc(c.want, func(w string) bool { return !strings.Contains(d, w) }) {
			t.Errorf("%v, %v: %q", c.sealed, c.given, d)
		}
	}
}
