package reconcile

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestTotalsForm(t *testing.T) {
	ctx := context.Background()
	ours, theirs, _ := plant(4000, 9)
	a, err := TotalsOf(ctx, list{ours, everything}, march, "330100")
	if err != nil {
		t.Fatal(err)
	}
	b, err := TotalsOf(ctx, list{theirs, everything}, march, "330100")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := WriteTotals(&text, a, false); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(text.String(), "\n")
	if head != "insutype,clr_type,setl_optins,stmt_begndate,stmt_enddate,refd_setl_flag,medfee_sumamt,fund_pay_sumamt,acct_pay,fixmedins_setl_cnt,stmt_rslt,stmt_rslt_dscr" {
		t.Errorf("header %s", head)
	}
	if !strings.Contains(text.String(), "\n310,21,330100,2026-03-01,2026-03-31,1,-") {
		t.Errorf("no row of refunds of stays: %s", text.String())
	}
	read, err := ReadTotals("a.csv", &text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		a[i].Amount[Cash] = 0 // the form has none
	}
	if !reflect.DeepEqual(read, a) {
		t.Errorf("read %+v, wrote %+v", read, a)
	}
	same, err := CompareTotals(a, read)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range same {
		if row.Result != ResultMatched || row.Note != "" {
			t.Errorf("a form differs from itself: %+v", row)
		}
	}
	results := map[string]int{}
	other, err := CompareTotals(a, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range other {
		results[row.Result]++
	}
	if results[ResultDiffers] == 0 || results[ResultOnlyTheirs] == 0 || results[ResultMatched] > 0 {
		t.Errorf("results %v", results)
	}
}

// What is written as form 3202 can be read as a list again.
func TestDetailForm(t *testing.T) {
	ours, theirs, _ := plant(4000, 10)
	res, _ := find(t, ours, theirs, nil, Options{Month: march})
	for _, name := range []string{"d.csv", "d.json"} {
		var text bytes.Buffer
		if err := WriteDetails(&text, res, strings.HasSuffix(name, "json")); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := OpenFile(file, nil, march)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		if err := src.Each(context.Background(), func(r *Record) error {
			seen[r.ID]++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for i := range res.Differences {
			want[res.Differences[i].any().ID] = true
		}
		for id := range want {
			if seen[id] == 0 {
				t.Errorf("%s: nothing is said of %s", name, id)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("%s: %d ids, want %d", name, len(seen), len(want))
		}
	}
}

func FuzzTotals(f *testing.F) {
	f.Add([]byte("insutype,clr_type,medfee_sumamt,fixmedins_setl_cnt\n310,21,1.00,1\n"))
	f.Add([]byte("insutype,clr_type,medfee_sumamt,fixmedins_setl_cnt,refd_setl_flag,stmt_begndate\n390,11,-1.00,1,1,2026-03-01\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := ReadTotals("f.csv", bytes.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteTotals(&out, rows, false); err != nil {
			t.Fatal(err)
		}
		again, err := ReadTotals("f.csv", &out)
		if err != nil || !reflect.DeepEqual(rows, again) {
			t.Errorf("%+v became %+v, %v", rows, again, err)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`[{"setl_id":"1","medfee_sumamt":12.5,"refd_setl_flag":0},{"setl_id":"2","medfee_sumamt":"3"}]`))
	f.Add([]byte(`[]`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(dir, "f.json")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := OpenFile(file, nil, march)
		if err != nil {
			t.Skip() // the bytes look like another format
		}
		if err := src.Each(context.Background(), func(*Record) error { return nil }); err != nil && !strings.Contains(err.Error(), "f.json") {
			t.Errorf("the error names no file: %v", err)
		}
	})
}
