package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// drill is a year of a region as it reaches the clerk: most visits in their month, some late, some taken back, some declared
// again with other contents, some twice.
type drill struct {
	months  [12]Declaration
	truth   map[string]Claim // what counts in the end
	refused int
}

func newDrill(seed uint64, perMonth int) *drill {
	d := &drill{truth: map[string]Claim{}}
	r := rand.New(rand.NewPCG(seed, 7))
	put := func(m int, c Claim) {
		rows := &d.months[m].Rows
		*rows = append(*rows, DeclaredRow{Claim: c, File: fmt.Sprintf("m%02d.csv", m+1), Row: int64(len(*rows) + 1)})
	}
	later := func(m int) int { return m + 1 + r.IntN(11-m) }
	for m := range 12 {
		for i := range perMonth {
			c := Claim{
				ID: fmt.Sprintf("C%02d-%05d", m+1, i), Person: fmt.Sprintf("P%03d", r.IntN(perMonth/2+1)), Hospital: fmt.Sprintf("H%d", 1+r.IntN(4)),
				Scheme: []string{"employee", "resident"}[r.IntN(2)], Admission: claims.NoDate, Discharge: claims.NoDate,
				Settlement: claims.DateOf(2026, 1, 1) + claims.Date(calendar.MonthOf(2026, m+1).First()-claims.DateOf(2026, 1, 1)) + claims.Date(r.IntN(28)),
				Gross:      money.Fen(1 + r.IntN(900000)), Age: claims.AgeUnknown,
			}
			first := m
			if m < 11 && r.IntN(20) == 0 {
				first = later(m) // late
			}
			put(first, c)
			d.truth[c.ID] = c
			switch k := r.IntN(40); {
			case k == 0: // the same row twice in one declaration
				put(first, c)
				d.refused++
			case k == 1 && first < 11: // again in a later one
				put(later(first), c)
				d.refused++
			case k <= 3 && first < 11: // taken back in a later month
				back := c
				back.ID, back.Reverses, back.Status, back.Gross = "R"+c.ID, c.ID, claims.Reversal, -c.Gross
				at := later(first)
				back.Settlement = calendar.MonthOf(2026, at+1).First()
				put(at, back)
				delete(d.truth, c.ID)
			case k == 4: // taken back at once
				back := c
				back.ID, back.Reverses, back.Status, back.Gross = "R"+c.ID, c.ID, claims.Reversal, -c.Gross
				put(first, back)
				delete(d.truth, c.ID)
			case k <= 6 && first < 11: // declared again with other contents
				c.Gross = money.Fen(1 + r.IntN(900000))
				c.Hospital = fmt.Sprintf("H%d", 1+r.IntN(4))
				put(later(first), c)
				d.truth[c.ID] = c
			}
		}
		d.months[m].Inputs = []Input{{Role: "claims", Name: fmt.Sprintf("m%02d.csv", m+1), SHA256: digest(fmt.Sprint(seed, m))}}
	}
	return d
}

// clone gives a declaration whose rows may be sorted without moving the drill's.
func (d *drill) clone(m int) Declaration {
	out := d.months[m]
	out.Rows = slices.Clone(out.Rows)
	return out
}

// accepted works out, all at once and without the ledger, what the fund pays by month, hospital and scheme.
func (d *drill) accepted(t *testing.T) map[sumKey]money.Fen {
	t.Helper()
	all := make([]Claim, 0, len(d.truth))
	for _, c := range d.truth {
		all = append(all, c)
	}
	sortVisits(all)
	said, err := (&simpleRules{}).Adjudicate(context.Background(), 2026, all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[sumKey]money.Fen{}
	for i := range all {
		out[sumKey{all[i].Month(), party{all[i].Hospital, all[i].Scheme}, AccAccepted, ""}] += said[i].Fund
	}
	return out
}

func (d *drill) run(t *testing.T, l *Ledger) {
	t.Helper()
	refused := 0
	for m := range 12 {
		refused += len(mustClose(t, l, calendar.MonthOf(2026, m+1).String(), d.clone(m)).Refused)
	}
	if refused != d.refused {
		t.Errorf("%d rows refused, want %d", refused, d.refused)
	}
}

func TestTwelveMonthDrill(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		d := newDrill(1, 40)
		l := open(t, place)
		d.run(t, l)
		head := verified(t, l)
		for m := range 12 {
			c, err := l.CloseMonth(ctx, calendar.MonthOf(2026, m+1), d.clone(m), &simpleRules{name: "pack"}, Stamp{By: "other"})
			if err != nil || c.Done {
				t.Errorf("closing month %d again: %+v, %v", m+1, c, err)
			}
		}
		d.check(t, l)
		y, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, clerk)
		if err != nil || !y.Done {
			t.Fatalf("clearing: %+v, %v", y, err)
		}
		if again, err := l.ClearYear(ctx, 2026, &simpleRules{name: "pack"}, Stamp{By: "other"}); err != nil || again.Done {
			t.Errorf("clearing again: %+v, %v", again, err)
		}
		if now := verified(t, l); now.Seq <= head.Seq {
			t.Error("clearing wrote nothing")
		}
		d.checkYear(t, l)
	})
}

// check holds the books of all months against the truth.
func (d *drill) check(t *testing.T, l *Ledger) {
	t.Helper()
	want := d.accepted(t)
	got := newSums()
	paid := map[party]money.Fen{}
	for m := range 12 {
		b, err := l.MonthBook(context.Background(), calendar.MonthOf(2026, m+1))
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Entries {
			e := &b.Entries[i]
			got.addEntry(e)
			if e.Account == AccPaid {
				paid[e.party()] += e.Amount
			}
			if e.Account == AccCarried && m == 11 {
				paid[e.party()] += e.Amount
			}
		}
	}
	due := map[party]money.Fen{}
	for k, x := range got.at {
		if k.account != AccAccepted {
			continue
		}
		if x.amount != want[k] {
			t.Errorf("accepted of %s at %v is %s, want %s", k.origin, k.party, x.amount, want[k])
		}
		delete(want, k)
		a, err := (&simpleRules{}).Advance(k.origin, "", "", []StreamAmount{{"", x.amount}})
		if err != nil {
			t.Fatal(err)
		}
		due[k.party] += a.Advance - a.Deposit
		for account, amount := range map[Account]money.Fen{AccAdvance: a.Advance, AccDeposit: a.Deposit} {
			if have := got.amount(sumKey{k.origin, k.party, account, ""}); have != amount {
				t.Errorf("%s of %s at %v is %s, want %s", account, k.origin, k.party, have, amount)
			}
		}
	}
	for k, amount := range want {
		if amount != 0 {
			t.Errorf("nothing was accepted of %s at %v, want %s", k.origin, k.party, amount)
		}
	}
	for p, amount := range due {
		if paid[p] != amount {
			t.Errorf("paid to %v with the last debt: %s, due %s", p, paid[p], amount)
		}
	}
}

// checkYear holds the clearing against the truth: all that a hospital got is 102 percent of what the fund pays, less the
// forfeited half of H2's deposit.
func (d *drill) checkYear(t *testing.T, l *Ledger) {
	t.Helper()
	fund := map[party]money.Fen{}
	for k, amount := range d.accepted(t) {
		fund[k.party] += amount
	}
	_, years, err := l.YearBook(context.Background(), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if len(years) != len(fund) {
		t.Errorf("%d statements of the year for %d hospitals and schemes", len(years), len(fund))
	}
	for _, y := range years {
		p := party{y.Hospital, y.Scheme}
		extra, err := fund[p].Times(20_000, money.HalfUp)
		if err != nil {
			t.Fatal(err)
		}
		got := y.Released + y.Clearing
		for _, m := range y.Months {
			got += m
		}
		if y.Settlement != fund[p]+extra || got != y.Settlement-y.Forfeited || y.Due != got {
			t.Errorf("%v: settlement %s of fund %s, got %s, forfeited %s", p, y.Settlement, fund[p], got, y.Forfeited)
		}
		if half := y.Held - y.Held/2; y.Hospital == "H2" && y.Released != half {
			t.Errorf("%v: of %s held, %s was released", p, y.Held, y.Released)
		} else if y.Hospital != "H2" && y.Forfeited != 0 {
			t.Errorf("%v forfeits %s", p, y.Forfeited)
		}
	}
}

// The journal is the same for both databases and for any order of the rows.
func TestJournalIsDeterministic(t *testing.T) {
	t.Parallel()
	d := newDrill(2, 15)
	var heads []Head
	each(t, func(t *testing.T, place string) {
		l := open(t, place)
		d.run(t, l)
		heads = append(heads, verified(t, l))
		for m := range 12 {
			slices.Reverse(d.months[m].Rows)
		}
	})
	l := open(t, t.TempDir()+"/l.db")
	d.run(t, l)
	for _, h := range append(heads, verified(t, l)) {
		if h != heads[0] {
			t.Errorf("heads differ: %v and %v", h, heads[0])
		}
	}
}

func TestReopenGoesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, place string) {
		ctx := context.Background()
		d := newDrill(3, 20)
		l := open(t, place)
		wrong := newDrill(4, 20)
		for m := range 12 {
			at := calendar.MonthOf(2026, m+1)
			if m == 1 || m == 6 {
				// The clerk closes with the wrong file first.
				mustClose(t, l, at.String(), Declaration{Rows: slices.Concat(wrong.clone(m).Rows, d.clone(m).Rows[:5]), Inputs: []Input{{"claims", "wrong", digest("w")}}})
				if err := l.Reopen(ctx, at, "wrong file", clerk); err != nil {
					t.Fatal(err)
				}
				if b, err := l.MonthBook(ctx, at); err != nil || len(b.Statements) == 0 || b.Statements[0].Paid != 0 || !b.Open {
					t.Errorf("after reopening: %+v, %v", b, err)
				}
				verified(t, l)
			}
			mustClose(t, l, at.String(), d.clone(m))
		}
		if err := l.Reopen(ctx, month(t, "2026-05"), "too late", clerk); err == nil {
			t.Error("a month before the latest was reopened")
		}
		verified(t, l)
		d.check(t, l)
	})
}
