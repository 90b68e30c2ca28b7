package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// A close of January that corrects the December before cannot be taken back once that year is cleared.
func TestReopenLeavesAClearedYearAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		l := open(t, place)
		for m := range 12 {
			mustClose(t, l, calendar.MonthOf(2026, m+1).String(), declare(fmt.Sprint(m), visit(t, fmt.Sprint("C", m), "P1", "H1", fmt.Sprintf("%02d-10", m+1), "3000")))
		}
		mustClose(t, l, "2027-01", declare("jan", visit(t, "L1", "P2", "H1", "12-20", "5000")))
		if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk); err != nil {
			t.Fatal(err)
		}
		head := verified(t, l)
		err := l.Reopen(ctx, month(t, "2027-01"), "wrong file", clerk)
		if err == nil || !strings.Contains(err.Error(), "2026, which is cleared") {
			t.Errorf("reopening gave %v", err)
		}
		if verified(t, l) != head {
			t.Error("something was written")
		}
	})
}

// Whatever step writes to a cleared year is stopped before it is written.
func TestNothingWritesToAClearedYear(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	ctx := context.Background()
	for m := range 12 {
		mustClose(t, l, calendar.MonthOf(2026, m+1).String(), declare(fmt.Sprint(m)))
	}
	if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk); err != nil {
		t.Fatal(err)
	}
	d := &draft{head: verified(t, l)}
	d.add(KindEntry, month(t, "2027-01"), Entry{Origin: month(t, "2026-05"), Hospital: "H1", Scheme: "employee", Account: AccAdvance, Amount: 1})
	if err := l.commit(ctx, d); err == nil || !strings.Contains(err.Error(), "2026, which is cleared") {
		t.Errorf("the entry gave %v", err)
	}
}

// A byte of an index that is flipped hides a claim from every look-up. Verify finds it, and no step trusts the file.
func TestDamagedIndex(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "l.db")
	l := open(t, file)
	small(t, l)
	mustOpen(t, l, "2026-03")
	var root, size int64
	if err := l.db.QueryRow(`SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'claims' AND name LIKE 'sqlite_autoindex%' AND name <> 'sqlite_autoindex_claims_1'`).Scan(&root); err != nil {
		t.Fatal(err)
	}
	if err := l.db.QueryRow(`PRAGMA page_size`).Scan(&size); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := text[(root-1)*size : root*size]
	at := bytes.Index(page, []byte("C1"))
	if at < 0 {
		t.Fatal("the index does not hold C1")
	}
	page[at+1] = '!'
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	l = open(t, file)
	v, err := l.Verify(context.Background(), Head{})
	if err != nil || !strings.Contains(v.Fault, "damaged") {
		t.Errorf("verify found %+v, %v", v, err)
	}
	again := declare("mar", visit(t, "C1", "P1", "H1", "01-10", "3000"))
	if _, err := l.CloseMonth(context.Background(), month(t, "2026-03"), again, &simpleRules{name: "pack"}, clerk); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("the close gave %v", err)
	}
}

// Every state of a claim follows the state before it.
func TestVerifyFollowsEachClaim(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		l := open(t, place)
		small(t, l)
		d := &draft{head: verified(t, l)}
		s := State{ClaimID: "C1", Cause: Declared, Prior: 5000, Origin: month(t, "2026-01"), Person: "P1", Hospital: "H1", Scheme: "employee"}
		d.add(KindClaim, month(t, "2026-02"), s)
		if err := l.commit(context.Background(), d); err != nil {
			t.Fatal(err)
		}
		v, err := l.Verify(context.Background(), Head{})
		if err != nil || !strings.Contains(v.Fault, `claim "C1"`) || v.Seq != d.rows[0].Seq {
			t.Errorf("verify found %+v, %v", v, err)
		}
	})
}

// A decision about a claim that the rules refuse is told with its place, whatever it decides, together with all others.
func TestReviewOfARefusedClaim(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	mustOpen(t, l, "2026-01")
	decl := declare("jan", visit(t, "C1", "P1", "H1", "01-10", "3000"), visit(t, "C2", "P2", "X", "01-11", "3000"), visit(t, "C3", "P3", "X", "01-12", "1"))
	decl.Reviews = []Review{
		{ClaimID: "C2", Deduct: true, Amount: 100, Reason: "audit", Where: "r.csv:2"},
		{ClaimID: "C3", Whole: true, Reason: "audit", Where: "r.csv:3"},
		{ClaimID: "C1", Amount: 100_000_00, Reason: "audit", Where: "r.csv:4"},
	}
	_, err := l.CloseMonth(context.Background(), month(t, "2026-01"), decl, &simpleRules{name: "pack", unknown: "X"}, clerk)
	for _, want := range []string{`r.csv:2: claim "C2"`, "nothing to deduct for", `r.csv:3: claim "C3"`, "nothing to refuse", "r.csv:4:", "the fund pays 1600.00"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	decl.Reviews = []Review{{ClaimID: "Q1", Whole: true, Where: "r.csv:2"}, {ClaimID: "Q2", Whole: true, Where: "r.csv:3"}}
	_, err = l.CloseMonth(context.Background(), month(t, "2026-01"), decl, &simpleRules{name: "pack"}, clerk)
	if err == nil || !strings.Contains(err.Error(), "r.csv:2: claim \"Q1\" is not booked") || !strings.Contains(err.Error(), "r.csv:3: claim \"Q2\" is not booked") {
		t.Errorf("unknown claims: %v", err)
	}
}

// The correction of a claim is refused by the rules, but what the review says of the claim as it was booked holds.
func TestReviewOfARefusedCorrection(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	mustClose(t, l, "2026-01", declare("jan", visit(t, "C1", "P1", "H1", "01-10", "3000")))
	mustOpen(t, l, "2026-02")
	decl := declare("feb", visit(t, "C1", "P1", "X", "01-10", "3000"))
	decl.Reviews = []Review{{ClaimID: "C1", Amount: 500_00, Reason: "audit", Where: "r.csv:2"}}
	c, err := l.CloseMonth(context.Background(), month(t, "2026-02"), decl, &simpleRules{name: "pack", unknown: "X"}, clerk)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Refused) != 1 || c.Changed != 1 {
		t.Errorf("refused %v, changed %d", c.Refused, c.Changed)
	}
	wantFen(t, "adjusted", statement(t, l, "2026-02", "H1").Adjustments[0].Accepted.Fund, "-500.00")
	verified(t, l)
}

// One id for a visit and for the reversal of another visit is a conflict, and no error of the database.
func TestOneIDForAVisitAndAReversal(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	c1, c2 := visit(t, "C1", "P1", "H1", "01-10", "3000"), visit(t, "C2", "P2", "H1", "01-11", "2000")
	back := reversal(c1, "C2", "01-12")
	c1.Row, c2.Row, back.Row = 1, 2, 3
	c := mustClose(t, l, "2026-01", declare("jan", c1, c2, back))
	if c.Booked != 1 || len(c.Refused) != 2 || c.Refused[0].Reason != ReasonConflict || c.Refused[1].Reason != ReasonConflict {
		t.Errorf("booked %d, refused %+v", c.Booked, c.Refused)
	}
	verified(t, l)
	// The national form: the refund carries the id of the visit.
	c3 := visit(t, "C3", "P1", "H1", "02-10", "3000")
	own := c3
	own.Status, own.Gross = claims.Reversal, -c3.Gross
	if c := mustClose(t, l, "2026-02", declare("feb", c3, own)); c.Booked != 2 || len(c.Refused) != 0 {
		t.Errorf("booked %d, refused %+v", c.Booked, c.Refused)
	}
	verified(t, l)
}

// Whoever closes may look at what is refused, and stop the step before anything is written.
func TestAdmit(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	mustOpen(t, l, "2026-01")
	head := verified(t, l)
	row := visit(t, "C1", "P1", "H1", "01-10", "3000")
	decl := declare("jan", row, row)
	stop := errors.New("too many")
	decl.Admit = func(refused []Refusal) error {
		if len(refused) != 1 || refused[0].Reason != ReasonDuplicate {
			t.Errorf("refused: %+v", refused)
		}
		return stop
	}
	if _, err := l.CloseMonth(context.Background(), month(t, "2026-01"), decl, &simpleRules{name: "pack"}, clerk); !errors.Is(err, stop) {
		t.Errorf("the close gave %v", err)
	}
	if verified(t, l) != head {
		t.Error("something was written")
	}
}

// A deduction names a hospital and scheme that the rules know.
func TestReviewOfAnUnknownHospital(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	mustOpen(t, l, "2026-01")
	decl := declare("jan")
	decl.Reviews = []Review{{Deduct: true, Hospital: "X", Scheme: "employee", Amount: 100, Reason: "audit", Where: "r.csv:2"}}
	_, err := l.CloseMonth(context.Background(), month(t, "2026-01"), decl, &simpleRules{name: "pack", unknown: "X"}, clerk)
	if err == nil || !strings.Contains(err.Error(), `r.csv:2: hospital "X"`) {
		t.Errorf("the close gave %v", err)
	}
}

// The same adjustment again is the one that is there; a key of its own, or asking for it, makes another.
func TestAdjustTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		l := open(t, place)
		small(t, l)
		mustOpen(t, l, "2026-03")
		a := Adjustment{Month: month(t, "2026-03"), Hospital: "H1", Scheme: "employee", Account: AccDeducted, Amount: 100, Reason: "audit"}
		enter := func(a Adjustment, done bool) int64 {
			t.Helper()
			seq, was, err := l.Adjust(ctx, a, clerk)
			if err != nil || was != done {
				t.Fatalf("row %d, done %v, %v", seq, was, err)
			}
			return seq
		}
		first := enter(a, true)
		if again := enter(a, false); again != first {
			t.Errorf("again is row %d, not %d", again, first)
		}
		forced := a
		forced.Again = true
		if enter(forced, true) == first {
			t.Error("no second entry was made")
		}
		a.Key = "letter 17"
		enter(a, true)
		enter(a, false)
		a.Amount = 200
		if _, _, err := l.Adjust(ctx, a, clerk); err == nil || !strings.Contains(err.Error(), `"letter 17"`) {
			t.Errorf("another amount under one key gave %v", err)
		}
		if s := statement(t, l, "2026-03", "H1"); s.Deducted != 300 {
			t.Errorf("deducted %s", s.Deducted)
		}
		a = Adjustment{Month: month(t, "2026-03"), Hospital: "H1", Scheme: "employe", Account: AccPrepaid, Amount: 1, Reason: "x"}
		if _, _, err := l.Adjust(ctx, a, clerk); err == nil || !strings.Contains(err.Error(), `nearest is "employee"`) {
			t.Errorf("an unknown scheme gave %v", err)
		}
		a.Hospital = "H10"
		a.Known = func(hospital, _ string) error { return nil }
		enter(a, true)
		verified(t, l)
	})
}

// A backup is an input: restoring reads it alone, and what fails leaves no ledger behind.
func TestRestoreTouchesNoInput(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	empty, target := filepath.Join(dir, "empty.db"), filepath.Join(dir, "new.db")
	if err := os.WriteFile(empty, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "bad.db")
	if err := os.WriteFile(bad, []byte("SQLite format 3\x00 and nothing more"), 0o400); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{empty, bad, filepath.Join(dir, "none.db")} {
		before, _ := os.ReadFile(from)
		if _, _, err := RestoreTo(ctx, target, from, nil); err == nil {
			t.Errorf("%s was restored", from)
		}
		if _, err := os.Stat(target); err == nil {
			t.Errorf("%s left a ledger", from)
		}
		if after, _ := os.ReadFile(from); !bytes.Equal(before, after) {
			t.Errorf("%s was written", from)
		}
	}
	l := open(t, filepath.Join(dir, "l.db"))
	small(t, l)
	copied := filepath.Join(dir, "copy.db")
	head, err := l.Backup(ctx, copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(copied, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, got, err := RestoreTo(ctx, target, copied, nil); err != nil || got != head {
		t.Errorf("restoring gave %+v, %v", got, err)
	}
	r, err := openToRead(ctx, copied)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if verified(t, r) != head {
		t.Error("the backup is another ledger")
	}
	if _, err := r.OpenMonth(ctx, month(t, "2026-03"), clerk); err == nil {
		t.Error("the backup was written")
	}
}

func TestPlacesThatAreNoLedger(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{"host=localhost dbname=x": "DSN such as", "mysql://u@h/x": "DSN such as", "": "no ledger is named"} {
		if _, err := Open(context.Background(), place); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gave %v", place, err)
		}
	}
	file := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenExisting(context.Background(), file); err == nil || !strings.Contains(err.Error(), "holds no ledger") {
		t.Errorf("an empty file gave %v", err)
	}
}

// H1 books 1,500.00 where the rules give 1,600.00, and 900.00 where they give 800.00: 100.00 is rejected, and 100.00 is above what
// was booked. The reversal of the first takes its 100.00 back.
func TestBookedLessThanTheRules(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	low, high := visit(t, "C1", "P1", "H1", "01-10", "3000"), visit(t, "C2", "P2", "H1", "01-11", "2000")
	low.BookedFund, low.HasBookedFund = 1500_00, true
	high.BookedFund, high.HasBookedFund = 900_00, true
	mustClose(t, l, "2026-01", declare("jan", low, high))
	s := statement(t, l, "2026-01", "H1")
	wantFen(t, "rejected", s.Rejections().Fund, "100.00")
	wantFen(t, "above", s.Above, "100.00")
	wantFen(t, "accepted", s.Accepted.Fund, "2400.00")
	back := reversal(low, "R1", "02-02")
	back.BookedFund = -1500_00
	mustClose(t, l, "2026-02", declare("feb", back))
	s = statement(t, l, "2026-02", "H1")
	wantFen(t, "rejected", s.Rejections().Fund, "0.00")
	wantFen(t, "above", s.Above, "-100.00")
	verified(t, l)
}

// What corrects a cleared year is entered for the open month, with a link to the row.
func TestAdjustForAClearedYear(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l := open(t, t.TempDir()+"/l.db")
	for m := range 12 {
		decl := declare(fmt.Sprint(m))
		if m == 0 {
			decl = declare("0", visit(t, "C1", "P1", "H1", "01-10", "3000"))
		}
		mustClose(t, l, calendar.MonthOf(2026, m+1).String(), decl)
	}
	if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, l, "2027-01")
	a := Adjustment{Month: month(t, "2027-01"), Hospital: "H1", Scheme: "employee", Account: AccAdjustment, Amount: -100, Reason: "audit of 2026", Corrects: 2}
	if _, done, err := l.Adjust(ctx, a, clerk); err != nil || !done {
		t.Fatalf("done %v, %v", done, err)
	}
	a.Account = AccPrepaid
	if _, _, err := l.Adjust(ctx, a, clerk); err == nil {
		t.Error("something is prepaid for a year that is cleared")
	}
	b, err := l.MonthBook(ctx, month(t, "2027-01"))
	if err != nil || len(b.Entries) != 1 || b.Entries[0].Origin != b.Month || b.Entries[0].Corrects != 2 {
		t.Errorf("entries %+v, %v", b.Entries, err)
	}
	verified(t, l)
}
