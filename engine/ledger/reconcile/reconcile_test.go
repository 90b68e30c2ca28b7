package reconcile

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/ledger/mask"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
)

// list is a side in memory.
type list struct {
	rows   []Record
	fields Fields
}

func (l list) Fields() Fields { return l.fields }

func (l list) Each(_ context.Context, yield func(*Record) error) error {
	for i := range l.rows {
		r := l.rows[i]
		r.Row = int64(i + 1)
		if err := yield(&r); err != nil {
			return err
		}
	}
	return nil
}

var everything = Fields{Amount: [Amounts]bool{true, true, true, true}, Person: true, Visit: true, Hospital: true, Scheme: true, Class: true}

var march = calendar.MonthOf(2026, 3)

func visit(i int, r *rand.Rand) Record {
	g := money.Fen(1 + r.IntN(1_000_000))
	return Record{ID: fmt.Sprintf("S%07d", i), Person: fmt.Sprintf("P%05d", r.IntN(20000)), Visit: fmt.Sprintf("V%07d", i), Hospital: fmt.Sprintf("H%02d", r.IntN(30)),
		Scheme: []string{"employee", "resident"}[r.IntN(2)], Class: []string{"11", "21"}[r.IntN(2)], Date: march.First() + claims.Date(r.IntN(31)),
		Amount: [Amounts]money.Fen{g, g * 7 / 10, g / 10, g - g*7/10 - g/10}}
}

// back returns the refund of a visit.
func back(r Record) Record {
	r.Refund = true
	for i := range r.Amount {
		r.Amount[i] = -r.Amount[i]
	}
	return r
}

func find(t *testing.T, o, th, p []Record, opts Options) (*Result, *Result) {
	t.Helper()
	var platform Source
	if p != nil {
		platform = list{p, everything}
	}
	opts.Temp = t.TempDir()
	res, against, err := Run(context.Background(), list{o, everything}, list{th, everything}, platform, opts)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(opts.Temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files stayed behind: %v, %v", left, err)
	}
	return res, against
}

// plant makes two lists of n visits that agree but for planted differences, and says which line each must make.
func plant(n int, seed uint64) (ours, theirs []Record, want map[string]int) {
	r := rand.New(rand.NewPCG(seed, 1))
	want = map[string]int{}
	note := func(c Class, id, field string) { want[c.String()+" "+id+" "+field]++ }
	for i := range n {
		v := visit(i, r)
		switch k := r.IntN(400); k {
		case 0:
			ours = append(ours, v)
			note(OnlyOurs, v.ID, "")
		case 1:
			theirs = append(theirs, v)
			note(OnlyTheirs, v.ID, "")
		case 2, 3, 4, 5:
			w := v
			w.Amount[k-2] += money.Fen(1 + r.IntN(500))
			ours, theirs = append(ours, v), append(theirs, w)
			note(AmountDiffers, v.ID, AmountNames[k-2])
		case 6: // refunded on their side only
			ours, theirs = append(ours, v), append(theirs, v, back(v))
			note(StatusDiffers, v.ID, "")
		case 7: // refunded on ours only
			ours, theirs = append(ours, back(v), v), append(theirs, v)
			note(StatusDiffers, v.ID, "")
		case 8: // a visit here, only its refund there
			ours, theirs = append(ours, v), append(theirs, back(v))
			note(StatusDiffers, v.ID, "refund")
		case 9:
			w := v
			w.Date = (march + 1).First()
			ours, theirs = append(ours, v), append(theirs, w)
			note(WrongMonth, v.ID, "month")
		case 10: // in a list of March, and of February
			v.Date = march.First() - 1
			theirs = append(theirs, v)
			note(WrongMonth, v.ID, "month")
		case 11:
			ours, theirs = append(ours, v, v), append(theirs, v)
			note(Duplicate, v.ID, "")
		case 12:
			w := v
			w.Amount[Gross]++
			ours, theirs = append(ours, v), append(theirs, w, v)
			note(Duplicate, v.ID, "")
		case 13, 14, 15:
			w := v
			switch k {
			case 13:
				w.Scheme = "other"
				note(WrongScheme, v.ID, "scheme")
			case 14:
				w.Class = "41"
				note(WrongScheme, v.ID, "class")
			default:
				w.Hospital = "H99"
				note(WrongScheme, v.ID, "hospital")
			}
			ours, theirs = append(ours, v), append(theirs, w)
		case 16: // under another id
			w := v
			w.ID = "X" + v.ID
			ours, theirs = append(ours, v), append(theirs, w)
			note(Reuploaded, v.ID, "id")
		case 17: // taken back and uploaded again
			w := v
			w.ID = "X" + v.ID
			ours, theirs = append(ours, v), append(theirs, v, back(v), w)
			note(Reuploaded, w.ID, "")
		case 18: // refunded on both sides, no difference
			ours, theirs = append(ours, v, back(v)), append(theirs, back(v), v)
		case 19: // twice on both sides, no difference
			ours, theirs = append(ours, v, v), append(theirs, v, v)
		case 20: // several at once
			w := v
			w.Amount[Fund]++
			w.Scheme, w.Date = "other", march.First()-3
			ours, theirs = append(ours, v), append(theirs, w)
			note(AmountDiffers, v.ID, "fund")
			note(WrongMonth, v.ID, "month")
			note(WrongScheme, v.ID, "scheme")
		case 21: // found by person, hospital and day, with the visit left blank
			w := v
			w.ID, w.Visit = "Y"+v.ID, ""
			ours, theirs = append(ours, v), append(theirs, w)
			note(Reuploaded, v.ID, "id")
		case 22: // another person's visit under the id
			w := v
			w.Person, w.Visit = "Z"+v.Person, "Z"+v.Visit
			ours, theirs = append(ours, v), append(theirs, w)
			note(WrongPerson, v.ID, "person")
		case 23: // taken back on both sides, uploaded again there only
			w := v
			w.ID, w.Date = "X"+v.ID, march.Last()
			ours, theirs = append(ours, v, back(v)), append(theirs, v, back(v), w)
			note(OneReupload, w.ID, "")
		case 24: // the same, here only, with the visit left blank
			w := v
			w.ID, w.Visit = "Y"+v.ID, ""
			ours, theirs = append(ours, v, back(v), w), append(theirs, v, back(v))
			note(OneReupload, w.ID, "")
		default:
			ours, theirs = append(ours, v), append(theirs, v)
		}
	}
	r.Shuffle(len(ours), func(i, j int) { ours[i], ours[j] = ours[j], ours[i] })
	r.Shuffle(len(theirs), func(i, j int) { theirs[i], theirs[j] = theirs[j], theirs[i] })
	return ours, theirs, want
}

func lines(res *Result) map[string]int {
	got := map[string]int{}
	for i := range res.Differences {
		d := &res.Differences[i]
		got[d.Class.String()+" "+d.any().ID+" "+d.Field]++
	}
	return got
}

func sameLines(t *testing.T, res *Result, want map[string]int) {
	t.Helper()
	got := lines(res)
	for k, n := range want {
		if got[k] != n {
			t.Errorf("planted %q %d times, found it %d times", k, n, got[k])
		}
	}
	for k, n := range got {
		if want[k] == 0 {
			t.Errorf("invented %q %d times", k, n)
		}
	}
}

func TestPlantedDifferencesAreFoundAndNoneInvented(t *testing.T) {
	n := 20_000
	if s := os.Getenv("DRGSIM_RECONCILE_ROWS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	ours, theirs, want := plant(n, 1)
	res, _ := find(t, ours, theirs, nil, Options{Month: march})
	sameLines(t, res, want)
	for c, count := range res.Count {
		if count == 0 {
			t.Errorf("no difference of class %s was planted", Class(c))
		}
	}
	// The order of the rows has no influence.
	slices.Reverse(ours)
	again, _ := find(t, ours, theirs, nil, Options{Month: march})
	if !maps.Equal(lines(res), lines(again)) || fmt.Sprint(res.Controls) != fmt.Sprint(again.Controls) {
		t.Error("the order of the rows changed the result")
	}
}

func TestEqualListsAreClean(t *testing.T) {
	ours, _, _ := plant(3000, 2)
	res, _ := find(t, ours, slices.Clone(ours), nil, Options{})
	if !res.Clean() || res.Matched != int64(len(ours)) {
		t.Errorf("%d matched of %d, %d lines", res.Matched, len(ours), len(res.Differences))
	}
	if res, _ := find(t, nil, nil, nil, Options{Month: march}); !res.Clean() {
		t.Error("two empty lists differ")
	}
}

// Two lists of a whole year are compared for one month; what lies in others takes no part, whether it differs or not.
func TestOtherMonthsOfAYearAreSetAside(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var ours, theirs []Record
	for i := range 1200 {
		v := visit(i, r)
		v.Date = calendar.MonthOf(2026, 1+i%12).First() + 3
		ours = append(ours, v)
		if i%50 == 0 { // in months 1, 3, 5, ...: 2 of them in March
			continue
		}
		theirs = append(theirs, v)
	}
	res, _ := find(t, ours, theirs, nil, Options{Month: march})
	march := 0
	for i := range 1200 {
		if i%50 == 0 && i%12 == 2 {
			march++
		}
	}
	if int(res.Count[OnlyOurs]) != march || len(res.Differences) != march || res.Aside[0].Rows != 1100 {
		t.Errorf("%d lines, want %d; %d rows set aside", len(res.Differences), march, res.Aside[0].Rows)
	}
}

func TestPlatformBearsWitness(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	a, b, c, d := visit(1, r), visit(2, r), visit(3, r), visit(4, r)
	other := func(v Record, by money.Fen) Record { v.Amount[Gross] += by; return v }
	res, against := find(t,
		[]Record{a, b, c, d},
		[]Record{other(a, 1), other(b, 1), other(c, 1), other(d, 1)},
		[]Record{a, other(b, 1), other(c, 2)}, Options{Month: march})
	var got []string
	for _, x := range res.Differences {
		got = append(got, x.Witness)
	}
	if want := []string{"ours", "theirs", "neither", "absent"}; !slices.Equal(got, want) {
		t.Errorf("witness %v, want %v", got, want)
	}
	sameLines(t, against, map[string]int{"amount S0000002 gross": 1, "amount S0000003 gross": 1, "only_ours S0000004 ": 1})
	if against.Sides != [2]Side{Ours, Platform} {
		t.Errorf("sides %v", against.Sides)
	}
}

func TestDocumentOfDifferences(t *testing.T) {
	ours, theirs, _ := plant(8000, 11)
	res, against := find(t, ours, theirs, ours, Options{Month: march})
	m, err := mask.New([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	person := ""
	for _, d := range res.Differences {
		if d.Class == AmountDiffers {
			person = d.Ours.Person
		}
	}
	res.Hide(m)
	doc, err := Document(res, against)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []report.Format{report.FormatText, report.FormatXLSX, report.FormatHTML} {
		files, err := report.Render(doc, f, report.Options{Lang: report.Zh})
		if err != nil {
			t.Fatal(err)
		}
		if f == report.FormatText {
			text := string(files[0].Data)
			for _, want := range []string{"控制总数", "冲正重传", "与我方一致", m.ID(person)} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing", want)
				}
			}
			if strings.Contains(text, person) {
				t.Error("a person shows through the mask")
			}
		}
	}
}

func TestLimitKeepsTheCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	var ours []Record
	for i := range 500 {
		ours = append(ours, visit(i, r))
	}
	res, _ := find(t, ours, nil, nil, Options{Limit: 10})
	if len(res.Differences) != 10 || res.Count[OnlyOurs] != 500 || res.Differences[0].Ours.ID != "S0000000" {
		t.Errorf("%d lines of %d", len(res.Differences), res.Count[OnlyOurs])
	}
}

// Whatever two lists hold, the control totals close: Run checks the laws and fails otherwise.
func TestControlTotalsAlwaysClose(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		record := rapid.Custom(func(t *rapid.T) Record {
			pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "text") }
			r := Record{ID: pick("A", "B", "C", "D"), Person: pick("P", "Q", ""), Visit: pick("V", "W", ""), Hospital: pick("H", "I"),
				Scheme: pick("employee", "resident"), Class: pick("11", "21", "inpatient", "outpatient"), Refund: rapid.Bool().Draw(t, "refund"),
				Date: march.First() + claims.Date(rapid.IntRange(-40, 40).Draw(t, "day"))}
			r.Amount[Gross] = money.Fen(rapid.IntRange(1, 3).Draw(t, "gross"))
			r.Amount[Fund] = money.Fen(rapid.IntRange(0, 2).Draw(t, "fund"))
			if r.Refund {
				r = back(r)
			}
			return r
		})
		ours, theirs := rapid.SliceOfN(record, 0, 12).Draw(t, "ours"), rapid.SliceOfN(record, 0, 12).Draw(t, "theirs")
		fields := everything
		fields.Visit, fields.Amount[Fund] = rapid.Bool().Draw(t, "visits"), rapid.Bool().Draw(t, "funds")
		fields.Scheme, fields.Class = rapid.Bool().Draw(t, "schemes"), rapid.Bool().Draw(t, "classes")
		m := rapid.SampledFrom([]calendar.Month{0, march}).Draw(t, "month")
		if rapid.Bool().Draw(t, "same") {
			theirs = slices.Clone(ours)
		}
		res, _, err := Run(context.Background(), list{ours, everything}, list{theirs, fields}, nil, Options{Month: m, Temp: dir})
		ofMonth := func(r Record) bool { return m == 0 || r.Month() == m }
		if len(ours) > 0 && !slices.ContainsFunc(ours, ofMonth) || len(theirs) > 0 && !slices.ContainsFunc(theirs, ofMonth) {
			if err == nil {
				t.Fatal("a list without a row of the month was taken")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if res.Clean() != (len(res.Differences) == 0) {
			t.Fatal("clean and yet with lines, or the reverse")
		}
		if slices.Equal(ours, theirs) && !res.Clean() {
			t.Fatalf("a list differs from itself: %+v", res.Differences)
		}
	})
}
