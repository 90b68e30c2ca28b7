package rules

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/policies"
)

var clerk = ledger.Stamp{By: "clerk", At: "2027-01-09T08:30:00Z"}

// demo opens the study once for all tests; they only read the session, and get a copy of the study.
var demo = sync.OnceValues(func() (*engine.Session, error) {
	s, err := engine.OpenStudy("../../../scenarios/demo.yaml")
	if err != nil {
		return nil, err
	}
	s.Alternatives = nil
	return engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
})

func openDemo(t *testing.T) (*engine.Study, *engine.Session) {
	t.Helper()
	ses, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	s := *ses.Study
	s.Baseline.Changes = slices.Clone(s.Baseline.Changes)
	return &s, ses
}

// A year of the demo region goes through the ledger month by month. What the engine works out for the whole year at once is what the
// ledger comes to: the advances of every month, and the settlement of the year.
func TestTheLedgerComesToWhatTheEngineSays(t *testing.T) {
	ctx := context.Background()
	study, ses := openDemo(t)
	// A quarter of the persons is enough, and all of their claims.
	keep := make([]bool, ses.Input.Table.Rows)
	for i := range keep {
		keep[i] = (ses.Input.Keep == nil || ses.Input.Keep[i]) && ses.Input.PersonOf(i)%4 == 0
	}
	input, err := engine.NewInput(ses.Input.Table, keep, ses.Region, ses.Plans[0].Scope)
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(ctx, ses.Plans, engine.InMemory(input), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := New(study, Options{Policies: policies.FS, Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(ctx, filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var months [12]ledger.Declaration
	for _, row := range Declared(ses.Input.Table, keep) {
		if m := row.Month(); m.Year() == study.Year {
			months[m.Of()-1].Rows = append(months[m.Of()-1].Rows, row)
		}
	}
	for m := range months {
		at := calendar.MonthOf(study.Year, m+1)
		if _, err := l.OpenMonth(ctx, at, clerk); err != nil {
			t.Fatal(err)
		}
		c, err := l.CloseMonth(ctx, at, months[m], rules, clerk)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Refused) > 0 {
			t.Errorf("%s: %d rows refused, the first: %+v", at, len(c.Refused), c.Refused[0])
		}
	}
	if _, err := l.ClearYear(ctx, study.Year, rules, clerk); err != nil {
		t.Fatal(err)
	}
	if v, err := l.Verify(ctx, ledger.Head{}); err != nil || v.Fault != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	_, years, err := l.YearBook(ctx, study.Year)
	if err != nil {
		t.Fatal(err)
	}
	checkYear(t, results[0], years)
}

func checkYear(t *testing.T, result *engine.Result, years []ledger.YearStatement) {
	t.Helper()
	if len(years) == 0 {
		t.Fatal("nothing was cleared")
	}
	seen := 0
	for i := range result.Outcome.Hospitals {
		h := &result.Outcome.Hospitals[i]
		at := slices.IndexFunc(years, func(y ledger.YearStatement) bool { return y.Hospital == h.Hospital && y.Scheme == h.Scheme })
		if at < 0 {
			t.Errorf("%s is not in the ledger", h.ID)
			continue
		}
		seen++
		y := &years[at]
		if y.Months != h.Months {
			t.Errorf("%s: the months are %v, the engine says %v", h.ID, y.Months, h.Months)
		}
		var held money.Fen
		for _, d := range h.Deposits {
			held += d
		}
		if y.Settlement != h.Paid+h.Forfeited || y.Held != held || y.Released != h.DepositReleased || y.Forfeited != h.Forfeited || y.Due != h.Paid {
			t.Errorf("%s: settlement %s, held %s, released %s, due %s; the engine says %s, %s, %s, %s",
				h.ID, y.Settlement, y.Held, y.Released, y.Due, h.Paid+h.Forfeited, held, h.DepositReleased, h.Paid)
		}
		if y.Clearing != h.Clearing+h.Prepayment {
			t.Errorf("%s: clearing %s, the engine says %s and a prepayment of %s", h.ID, y.Clearing, h.Clearing, h.Prepayment)
		}
	}
	if seen != len(years) {
		t.Errorf("%d hospitals and schemes in the ledger, %d in the engine", len(years), seen)
	}
}

// What the ledger keeps of a claim is all that the engine uses: back in a table, it is the same claim.
func TestNothingIsLostOnTheWay(t *testing.T) {
	_, ses := openDemo(t)
	rows := Declared(ses.Input.Table, ses.Input.Keep)
	b := newBuilder(ses.Region, len(rows))
	for i := range rows {
		b.add(&rows[i].Claim)
	}
	again := Declared(b.table(), nil)
	if len(again) != len(rows) || len(rows) == 0 {
		t.Fatalf("%d rows became %d", len(rows), len(again))
	}
	for i := range rows {
		want := rows[i].Claim
		if h, ok := ses.Region.Hospital(want.Hospital); ok && want.County == "" {
			want.County = ses.Region.Hospitals[h].County
		}
		want.Status, want.Reverses = again[i].Status, again[i].Reverses // the rules never see reversals
		if !reflect.DeepEqual(again[i].Claim, want) {
			t.Fatalf("claim %+v became %+v", want, again[i].Claim)
		}
	}
}

func TestRulesRejectWhatTheyDoNotKnow(t *testing.T) {
	study, ses := openDemo(t)
	rules, err := New(study, Options{Policies: policies.FS, Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	rows := Declared(ses.Input.Table, ses.Input.Keep)[:2]
	a, b := rows[0].Claim, rows[1].Claim
	b.Hospital = "nowhere"
	said, err := rules.Adjudicate(context.Background(), study.Year, []ledger.Claim{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if said[0].Reject != "" || said[1].Reject == "" || said[1].Note == "" {
		t.Errorf("the rules say %+v", said)
	}
}

func TestInputsTellPacksApart(t *testing.T) {
	study, _ := openDemo(t)
	a, err := New(study, Options{Policies: policies.FS, Program: "one"})
	if err != nil {
		t.Fatal(err)
	}
	if err := study.Set("advance.ratio=90%"); err != nil {
		t.Fatal(err)
	}
	b, err := New(study, Options{Policies: policies.FS, Program: "two"})
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range a.Inputs() {
		if same := in.SHA256 == b.Inputs()[i].SHA256; same != (in.Role == "region") {
			t.Errorf("%s %s: same %v", in.Role, in.Name, same)
		}
	}
}
