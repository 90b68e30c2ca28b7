package reconcile

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// A list without schemes or classes agrees with one that has them, and the totals close.
func TestListsWithoutSchemeOrClass(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	var ours, theirs []Record
	for i := range 50 {
		v := visit(i, r)
		ours = append(ours, v)
		v.Scheme, v.Class = "", ""
		if i == 7 {
			v.Amount[Gross] += 5
		}
		if i != 8 {
			theirs = append(theirs, v)
		}
	}
	less := everything
	less.Scheme, less.Class = false, false
	for name, lists := range map[string][2]Source{"theirs": {list{ours, everything}, list{theirs, less}}, "ours": {list{theirs, less}, list{ours, everything}}} {
		res, _, err := Run(context.Background(), lists[0], lists[1], nil, Options{Month: march, Temp: t.TempDir()})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if res.Matched != 48 || res.Pairs != 1 || res.Singles != 1 || len(res.Controls) != 1 {
			t.Errorf("%s: %+v", name, res)
		}
	}
}

// A month of which neither list has a row is a slip of the pen.
func TestNoRowOfTheMonth(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	rows := []Record{visit(1, r), visit(2, r)}
	_, _, err := Run(context.Background(), list{rows, everything}, list{rows, everything}, nil, Options{Month: calendar.MonthOf(2026, 4), Temp: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "none of the 2 rows is of 2026-04; the first is of 2026-03") {
		t.Errorf("got %v", err)
	}
	if _, _, err := Run(context.Background(), list{nil, everything}, list{rows, everything}, nil, Options{Month: march, Temp: t.TempDir()}); err != nil {
		t.Errorf("an empty list: %v", err)
	}
}

func TestDays(t *testing.T) {
	for _, cell := range []string{"2026-03-01", "2026/3/1", "2026-3-1", "2026年3月1日", "2026.03.01", "20260301", "20260301102233", "2026-03-01 10:22:33",
		"2026-03-01T10:22:33", "2026年03月01日 10时"} {
		if d, err := parseDate(cell, false); err != nil || d.String() != "2026-03-01" {
			t.Errorf("%s: %s, %v", cell, d, err)
		}
	}
	for _, cell := range []string{"2026-02-30", "2026/2", "26-03-01", "01/03/2026", "x", "2026030", "2026-003-01", "二零二六"} {
		if _, err := parseDate(cell, false); err == nil || !strings.Contains(err.Error(), cell) {
			t.Errorf("%s gave %v", cell, err)
		}
	}
	if d, err := parseDate("46082", true); err != nil || d != claims.DateOf(2026, 3, 1) {
		t.Errorf("serial number: %s, %v", d, err)
	}
}

// Form 3201 without funds, classes or a refund flag is compared in what it tells.
func TestFormsThatTellLess(t *testing.T) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(3, 1))
	var rows []Record
	for i := range 40 {
		rows = append(rows, visit(i, r))
	}
	rows = append(rows, back(rows[0]))
	noFund := everything
	noFund.Amount[Fund], noFund.Amount[Account] = false, false
	ours, err := TotalsOf(ctx, list{rows, everything}, march, "")
	if err != nil {
		t.Fatal(err)
	}
	bare, err := TotalsOf(ctx, list{rows, noFund}, march, "")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := WriteTotals(&text, bare, false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), ",0.00,") {
		t.Errorf("a fund that is not told is written as nothing: %s", text.String())
	}
	short := "insutype,clr_type,medfee_sumamt,fixmedins_setl_cnt\n"
	for _, scheme := range []string{"310", "390"} {
		var gross, n = Total{}, int64(0)
		for i := range rows {
			if schemeCode(rows[i].Scheme) == scheme {
				if err := gross.add(&rows[i], 1); err != nil {
					t.Fatal(err)
				}
				n++
			}
		}
		short += scheme + ",," + gross.Amount[Gross].String() + "," + strconv.FormatInt(n, 10) + "\n"
	}
	file := filepath.Join(t.TempDir(), "f.csv")
	if err := os.WriteFile(file, []byte(short), 0o600); err != nil {
		t.Fatal(err)
	}
	folded, err := OpenTotals(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	for name, theirs := range map[string][]Totals{"without funds": bare, "by scheme alone": folded} {
		got, err := CompareTotals(ours, theirs)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range got {
			if row.Result != ResultMatched {
				t.Errorf("%s: %+v", name, row)
			}
		}
	}
	folded[0].Amount[Gross]++
	got, err := CompareTotals(ours, folded)
	if err != nil || len(got) != 2 || got[0].Result != ResultDiffers || got[1].Result != ResultMatched {
		t.Errorf("a fen too much: %+v, %v", got, err)
	}
}

// What programs that were killed left behind is removed; what is in use is not.
func TestStaleFoldersAreRemoved(t *testing.T) {
	temp := t.TempDir()
	old, young := filepath.Join(temp, tempPrefix+"1"), filepath.Join(temp, tempPrefix+"2")
	for _, dir := range []string{old, young} {
		if err := os.MkdirAll(filepath.Join(dir, "1"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-2 * stale)
	if err := os.Chtimes(old, then, then); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Run(context.Background(), list{nil, everything}, list{nil, everything}, nil, Options{Temp: temp}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old folder is there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error(err)
	}
}
