package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

var clerk = Stamp{By: "clerk", At: "2026-04-09T08:30:00Z"}

// visit makes a claim of 2026: "02-15" is the day.
func visit(t *testing.T, id, person, hospital, day, gross string) DeclaredRow {
	t.Helper()
	d, err := claims.ParseDate("2026-" + day)
	if err != nil {
		t.Fatal(err)
	}
	g, err := money.ParseFen(gross)
	if err != nil {
		t.Fatal(err)
	}
	return DeclaredRow{File: "f.csv", Claim: Claim{ID: id, Person: person, Hospital: hospital, Scheme: "employee", Admission: claims.NoDate,
		Discharge: claims.NoDate, Settlement: d, Gross: g, Age: claims.AgeUnknown}}
}

func reversal(r DeclaredRow, id, day string) DeclaredRow {
	d, err := claims.ParseDate("2026-" + day)
	if err != nil {
		panic(err)
	}
	r.Reverses, r.ID, r.Status, r.Gross, r.Settlement = r.ID, id, claims.Reversal, -r.Gross, d
	return r
}

func declare(name string, rows ...DeclaredRow) Declaration {
	return Declaration{Rows: rows, Inputs: []Input{{Role: "claims", Name: name, SHA256: digest(name)}}}
}

func mustOpen(t *testing.T, l *Ledger, m string) {
	t.Helper()
	if _, err := l.OpenMonth(context.Background(), month(t, m), clerk); err != nil {
		t.Fatal(err)
	}
}

func mustClose(t *testing.T, l *Ledger, m string, decl Declaration) *Closing {
	t.Helper()
	mustOpen(t, l, m)
	c, err := l.CloseMonth(context.Background(), month(t, m), decl, &simpleRules{name: "pack"}, clerk)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Done {
		t.Fatalf("%s was sealed already", m)
	}
	return c
}

func statement(t *testing.T, l *Ledger, m, hospital string) Statement {
	t.Helper()
	b, err := l.MonthBook(context.Background(), month(t, m))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Statements {
		if s.Hospital == hospital {
			return s
		}
	}
	t.Fatalf("%s has no statement for %s", m, hospital)
	return Statement{}
}

func wantFen(t *testing.T, what string, got money.Fen, want string) {
	t.Helper()
	if got.String() != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

// Worked by hand. January: P1 pays the deductible of 1,000 at H1, so 3,000 gross give 1,600; P2's 500 give nothing.
// Advance 1,360.00, deposit 68.00, paid 1,292.00.
//
// February: P1's 1,000 at H1 are all over the deductible: 800. P2's late visit of 5 January for 800 stays under the
// deductible and gives nothing, but leaves 200 of it for the visit of 20 January, which now gives (500 - 200) * 0.8 = 240:
// an adjusting entry of January for H2.
func TestCloseByHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		l := open(t, place)
		mustClose(t, l, "2026-01", declare("jan",
			visit(t, "C1", "P1", "H1", "01-10", "3000"),
			visit(t, "C2", "P2", "H2", "01-20", "500")))
		s := statement(t, l, "2026-01", "H1")
		wantFen(t, "accepted", s.Accepted.Fund, "1600.00")
		wantFen(t, "advance", s.Advance, "1360.00")
		wantFen(t, "deposit", s.Deposit, "68.00")
		wantFen(t, "paid", s.Paid, "1292.00")

		c := mustClose(t, l, "2026-02", declare("feb",
			visit(t, "C3", "P1", "H1", "02-11", "1000"),
			visit(t, "C4", "P2", "H1", "01-05", "800")))
		if c.Booked != 2 || c.Changed != 1 || len(c.Refused) != 0 {
			t.Errorf("booked %d, changed %d, refused %v", c.Booked, c.Changed, c.Refused)
		}
		s = statement(t, l, "2026-02", "H1")
		wantFen(t, "accepted", s.Accepted.Fund, "800.00")
		wantFen(t, "declared gross", s.Declared.Gross, "1800.00")
		wantFen(t, "paid", s.Paid, "646.00") // 680 - 34
		h2 := statement(t, l, "2026-02", "H2")
		if len(h2.Adjustments) != 1 || h2.Adjustments[0].Origin != month(t, "2026-01") {
			t.Fatalf("adjustments of H2: %+v", h2.Adjustments)
		}
		wantFen(t, "adjusted", h2.Adjustments[0].Accepted.Fund, "240.00")
		wantFen(t, "paid", h2.Paid, "193.80") // 204 - 10.20
		verified(t, l)
	})
}

func TestSameAgainIsNothingOtherIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		l := open(t, place)
		jan := declare("jan", visit(t, "C1", "P1", "H1", "01-10", "3000"))
		first := mustClose(t, l, "2026-01", jan)
		head := verified(t, l)
		again, err := l.CloseMonth(ctx, month(t, "2026-01"), jan, &simpleRules{name: "pack"}, Stamp{By: "other", At: "2026-05-01T00:00:00Z"})
		if err != nil || again.Done || again.Seal.Results != first.Seal.Results {
			t.Errorf("closing again gave %+v, %v", again, err)
		}
		_, err = l.CloseMonth(ctx, month(t, "2026-01"), declare("jan2", jan.Rows...), &simpleRules{name: "pack"}, clerk)
		if !errors.Is(err, ErrOtherInputs) || !strings.Contains(err.Error(), "claims jan (") || !strings.Contains(err.Error(), "is now jan2 (") || strings.Contains(err.Error(), "policy") {
			t.Errorf("another file: %v", err)
		}
		_, err = l.CloseMonth(ctx, month(t, "2026-01"), jan, &simpleRules{name: "pack-2"}, clerk)
		if !errors.Is(err, ErrOtherInputs) || !strings.Contains(err.Error(), "policy pack (") || strings.Contains(err.Error(), "claims") {
			t.Errorf("another pack: %v", err)
		}
		if now := verified(t, l); now != head {
			t.Error("the journal grew")
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir()+"/l.db")
	ctx := context.Background()
	c1 := visit(t, "C1", "P1", "H1", "01-10", "3000")
	c2 := visit(t, "C2", "P2", "H1", "01-11", "2000")
	mustClose(t, l, "2026-01", declare("jan", c1, c2, c1))
	lost := visit(t, "C9", "P9", "H1", "02-10", "100")
	other := c1
	other.Hospital = "H2"
	rows := []DeclaredRow{
		c1,                                       // booked in January
		visit(t, "C3", "P1", "H1", "03-01", "1"), // of March
		{Claim: func() Claim { c := visit(t, "C4", "P1", "H1", "01-01", "1").Claim; c.Settlement -= 31; return c }()}, // of December
		visit(t, "C5", "P1", "H1", "02-01", "10"), visit(t, "C5", "P1", "H1", "02-01", "11"), // two contents
		visit(t, "C6", "P1", "H1", "02-02", "10"), visit(t, "C6", "P1", "H1", "02-02", "10"), // twice
		reversal(lost, "R9", "02-12"),  // of nothing
		reversal(c2, "R2", "02-12"),    // right
		reversal(c2, "R2b", "02-13"),   // once more
		reversal(other, "R1", "02-11"), // not where it was
	}
	for i := range rows {
		rows[i].Row = int64(i + 1)
	}
	want := map[string]string{"C1": ReasonDuplicate, "C3": ReasonLater, "C4": ReasonUnknownMonth, "C5": ReasonConflict, "C6": ReasonDuplicate,
		"R9": ReasonNoOriginal, "R2b": ReasonGone, "R1": ReasonMismatch}
	slices.Reverse(rows) // the order in the file has no influence
	c := mustClose(t, l, "2026-02", declare("feb", rows...))
	got := map[string]string{}
	for _, f := range c.Refused {
		got[f.ClaimID] = f.Reason
	}
	for id, reason := range want {
		if got[id] != reason {
			t.Errorf("%s was refused for %q, want %q", id, got[id], reason)
		}
	}
	if len(c.Refused) != 9 || c.Booked != 2 {
		t.Errorf("%d refused, %d booked: %+v", len(c.Refused), c.Booked, c.Refused)
	}
	s := statement(t, l, "2026-02", "H1")
	// C2 gave 800; the advance of January for H1 was 85 percent of 1600 + 800 and becomes that of 1600; C6 and C5 came within the
	// year of P1, whose deductible is used up: 80 percent of 10.
	wantFen(t, "adjusted", s.Adjusted(), "-646.00")
	wantFen(t, "accepted", s.Accepted.Fund, "8.00")
	wantFen(t, "paid", s.Paid, "0.00")
	wantFen(t, "carried", s.Carried, "-639.54") // 6.80 - 0.34 - 646.00
	// March pays the debt off first.
	mustClose(t, l, "2026-03", declare("mar", visit(t, "C3", "P1", "H1", "03-01", "1000")))
	s = statement(t, l, "2026-03", "H1")
	wantFen(t, "brought", s.Brought, "-639.54")
	wantFen(t, "paid", s.Paid, "6.46") // 680 - 34 - 639.54
	verified(t, l)
	if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk); err == nil || !strings.Contains(err.Error(), "2026-04") {
		t.Errorf("the year was cleared after March: %v", err)
	}
}

func TestCorrectionMovesMoney(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	c1 := visit(t, "C1", "P1", "H1", "01-10", "3000")
	mustClose(t, l, "2026-01", declare("jan", c1))
	c1.Hospital, c1.Gross = "H2", 350000
	mustClose(t, l, "2026-02", declare("feb", c1))
	wantFen(t, "carried by H1", statement(t, l, "2026-02", "H1").Carried, "-1292.00")
	wantFen(t, "paid to H2", statement(t, l, "2026-02", "H2").Paid, "1615.00") // 2000 * 0.85 * 0.95
	b, err := l.MonthBook(context.Background(), month(t, "2026-02"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range b.Entries {
		if e.Account == AccAdvance && (e.Corrects == 0 || e.Origin != month(t, "2026-01")) {
			t.Errorf("the entry %+v names nothing that it corrects", e)
		}
	}
	verified(t, l)
}

func TestReviewsAndRulesThatReject(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	ctx := context.Background()
	reviews, err := ReadReviews("r.csv", strings.NewReader("kind,claim_id,hospital_id,scheme,amount,reason\n"+
		"reject,C1,,,,up-coding\nreject,C2,,,100.00,bed-hanging\ndeduct,,H1,employee,50.00,audit\n"))
	if err != nil {
		t.Fatal(err)
	}
	booked := visit(t, "C3", "P3", "H1", "01-12", "2000")
	booked.BookedFund, booked.HasBookedFund = 90000, true // the rules give 800
	decl := declare("jan", visit(t, "C1", "P1", "H1", "01-10", "3000"), visit(t, "C2", "P2", "H1", "01-11", "2000"), booked,
		visit(t, "C4", "P1", "HX", "01-13", "500"))
	decl.Reviews = reviews
	mustOpen(t, l, "2026-01")
	c, err := l.CloseMonth(ctx, month(t, "2026-01"), decl, &simpleRules{name: "pack", unknown: "HX"}, clerk)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Refused) != 1 || c.Refused[0].Reason != "unknown_hospital" || c.Refused[0].ClaimID != "C4" {
		t.Errorf("refused: %+v", c.Refused)
	}
	s := statement(t, l, "2026-01", "H1")
	wantFen(t, "declared", s.Declared.Fund, "3300.00") // 1600 + 800 + 900
	wantFen(t, "accepted", s.Accepted.Fund, "1500.00") // 0 + 700 + 800
	reasons := map[string]money.Fen{}
	for _, r := range s.Rejected {
		reasons[r.Reason] = r.Fund
	}
	wantFen(t, "refused by review", reasons[ReasonReview], "1700.00")
	wantFen(t, "refused by the rules", reasons[ReasonPolicy], "100.00")
	wantFen(t, "deducted", s.Deducted, "50.00")
	wantFen(t, "paid", s.Paid, "1161.25") // 1275 - 63.75 - 50
	// An audit in February refuses the rest of C2, which was booked in January, and finds that C1 was refused whole already.
	feb := declare("feb")
	feb.Reviews = []Review{{ClaimID: "C2", Whole: true, Reason: "audit", Where: "r.csv:2"}}
	mustClose(t, l, "2026-02", feb)
	s = statement(t, l, "2026-02", "H1")
	wantFen(t, "adjusted", s.Adjusted(), "-565.25") // 700 * 0.85 * 0.95
	mustOpen(t, l, "2026-03")
	for _, bad := range []Review{
		{ClaimID: "C8", Whole: true, Reason: "x", Where: "r.csv:2"},
		{ClaimID: "C3", Amount: 80001, Reason: "x", Where: "r.csv:2"},
	} {
		mar := declare("mar")
		mar.Reviews = []Review{bad}
		if _, err := l.CloseMonth(ctx, month(t, "2026-03"), mar, &simpleRules{name: "pack"}, clerk); err == nil || !strings.Contains(err.Error(), bad.ClaimID) {
			t.Errorf("review %+v: %v", bad, err)
		}
	}
	verified(t, l)
}

// A visit of December that arrives in January belongs to its own year, until that year is cleared.
func TestLateAcrossTheYear(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l := open(t, t.TempDir()+"/l.db")
	for q := 1; q <= 12; q++ {
		mustClose(t, l, calendar.MonthOf(2026, q).String(), declare("none"))
	}
	late := visit(t, "C1", "P1", "H1", "12-20", "3000")
	fresh := visit(t, "C2", "P1", "H1", "12-20", "3000")
	fresh.Settlement += 20
	mustClose(t, l, "2027-01", declare("jan", late, fresh))
	s := statement(t, l, "2027-01", "H1")
	wantFen(t, "accepted", s.Accepted.Fund, "1600.00") // a deductible of its own in each year
	wantFen(t, "adjusted", s.Adjusted(), "1292.00")
	if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk); err != nil {
		t.Fatal(err)
	}
	_, years, err := l.YearBook(ctx, 2026)
	if err != nil || len(years) != 1 {
		t.Fatalf("%+v, %v", years, err)
	}
	wantFen(t, "December", years[0].Months[11], "1292.00")
	wantFen(t, "clearing", years[0].Clearing, "272.00") // 1,632 - 1,292 - 68
	later := visit(t, "C3", "P2", "H1", "12-21", "3000")
	c := mustClose(t, l, "2027-02", declare("feb", later, reversal(late, "R1", "12-30")))
	if len(c.Refused) != 2 || c.Refused[0].Reason != ReasonCleared || c.Refused[1].Reason != ReasonCleared {
		t.Errorf("after the clearing: %+v", c.Refused)
	}
	if _, err := l.ClearYear(ctx, 2026, &simpleRules{name: "other"}, clerk); !errors.Is(err, ErrOtherInputs) {
		t.Errorf("cleared again by other rules: %v", err)
	}
	verified(t, l)
}

// Two ways of payment of one hospital are told apart in what is accepted, and together in what is paid.
func TestStreams(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	mustOpen(t, l, "2026-01")
	rules := &simpleRules{name: "pack", streams: map[string]string{"H1": "stays"}}
	c1 := visit(t, "C1", "P1", "H1", "01-10", "3000")
	if _, err := l.CloseMonth(context.Background(), month(t, "2026-01"), declare("jan", c1, visit(t, "C2", "P2", "H1", "01-10", "2000")), rules, clerk); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, l, "2026-02")
	rules = &simpleRules{name: "pack", streams: map[string]string{"H1": "visits"}}
	if _, err := l.CloseMonth(context.Background(), month(t, "2026-02"), declare("feb", reversal(c1, "R1", "02-01")), rules, clerk); err != nil {
		t.Fatal(err)
	}
	b, err := l.MonthBook(context.Background(), month(t, "2026-02"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range b.Entries {
		if e.Account == AccAccepted && e.Reason != "stays" {
			t.Errorf("a reversal moved the stream: %+v", e)
		}
	}
	s := statement(t, l, "2026-02", "H1")
	wantFen(t, "adjusted", s.Adjusted(), "-1292.00")
	verified(t, l)
}

func TestOrderOfMonths(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	ctx := context.Background()
	rules := &simpleRules{name: "pack"}
	if _, err := l.CloseMonth(ctx, month(t, "2026-01"), declare("jan"), rules, clerk); err == nil || !strings.Contains(err.Error(), "not open") {
		t.Errorf("a month that is not open was closed: %v", err)
	}
	mustOpen(t, l, "2026-01")
	mustOpen(t, l, "2026-01")
	if _, err := l.OpenMonth(ctx, month(t, "2026-03"), clerk); err == nil || !strings.Contains(err.Error(), "next is 2026-02") {
		t.Errorf("a gap was left: %v", err)
	}
	mustOpen(t, l, "2026-02")
	if _, err := l.CloseMonth(ctx, month(t, "2026-02"), declare("feb"), rules, clerk); err == nil || !strings.Contains(err.Error(), "2026-01") {
		t.Errorf("February was closed before January: %v", err)
	}
}

func TestOnlyTouchedPersonsAreRecomputed(t *testing.T) {
	l := open(t, t.TempDir()+"/l.db")
	var rows []DeclaredRow
	for i := range 50 {
		rows = append(rows, visit(t, "C"+string(rune('A'+i)), "P"+string(rune('A'+i)), "H1", "01-10", "3000"))
	}
	mustClose(t, l, "2026-01", declare("jan", rows...))
	mustOpen(t, l, "2026-02")
	rules := &simpleRules{name: "pack"}
	if _, err := l.CloseMonth(context.Background(), month(t, "2026-02"), declare("feb", visit(t, "late", "PA", "H1", "01-02", "10")), rules, clerk); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rules.asked, []int{2}) {
		t.Errorf("the rules were asked about %v claims, want the 2 of one person", rules.asked)
	}
}
