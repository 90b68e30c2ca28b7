package reconcile

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

const csvText = `setl_id,psn_no,mdtrt_id,fixmedins_code,insutype,clr_type,refd_setl_flag,setl_time,medfee_sumamt,fund_pay_sumamt,acct_pay,memo
0001,P1,V1,H1,310,21,0,2026-03-05 10:11:12,"1,234.50",1000.00,34.50,
0002,P2,V2,H1,390,11,1,20260306,20.00,10,,x
`

func TestTextAndWorkbook(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	plain := write("a.csv", csvText)
	ownNames := write("b.csv", strings.Replace(csvText, "setl_id", "单据号", 1))
	book := excelize.NewFile()
	for i, row := range [][]any{
		{"结算单号", "人员编号", "就诊ID", "医疗机构编号", "险种", "清算类别", "退费结算标志", "结算日期", "医疗费总额", "基金支付总额", "个人账户支付"},
		{"0001", "P1", "V1", "H1", "310", "21", 0, 46086.5, 1234.5, 1000, 34.5},
		{"0002", "P2", "V2", "H1", "390", "11", 1, "2026-03-06", -20, "-10", nil},
	} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellValue("Sheet1", "J2", 999.9999999999999); err != nil {
		t.Fatal(err)
	}
	sheet := filepath.Join(dir, "c.xlsx")
	if err := book.SaveAs(sheet); err != nil {
		t.Fatal(err)
	}
	for _, other := range []struct {
		file   string
		rename map[string]string
	}{{ownNames, map[string]string{"单据号": "claim_id"}}, {sheet, nil}} {
		a, err := OpenFile(plain, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		b, err := OpenFile(other.file, other.rename, 0)
		if err != nil {
			t.Fatal(err)
		}
		res, _, err := Run(context.Background(), a, b, nil, Options{Month: march, Temp: dir})
		if err != nil {
			t.Fatal(err)
		}
		if !res.Clean() || res.Matched != 2 || res.Controls[0].Ours.Amount[Gross]+res.Controls[1].Ours.Amount[Gross] != 121450 {
			t.Errorf("%s: %+v", filepath.Base(other.file), res)
		}
	}
}

func TestTextIsStrict(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want string }{
		"unknown column":  {"setl_id,medfee_sumamt,setl_time,colour\n", `unknown column "colour"`},
		"misspelt column": {"setl_id,medfee_sumamnt,setl_time\n", `nearest is "medfee_sumamt"`},
		"missing column":  {"setl_id,setl_time\n", `column "gross"`},
		"two of a kind":   {"setl_id,claim_id,gross,setl_time\n", `"claim_id" is repeated`},
		"third decimal":   {"setl_id,gross,setl_time\n1,1.005,2026-03-01\n", `a.csv:2: column "gross"`},
		"no amount":       {"setl_id,gross,setl_time\n1,,2026-03-01\n", "blank"},
		"no id":           {"setl_id,gross,setl_time\n,1,2026-03-01\n", "blank"},
		"no such day":     {"setl_id,gross,setl_time\n1,1,2026-02-30\n", "2026-02-30"},
		"odd flag":        {"setl_id,gross,setl_time,refd_setl_flag\n1,1,2026-02-03,2\n", "refund"},
		"short row":       {"setl_id,gross,setl_time\n1,1\n", "wrong number of fields"},
		"empty":           {"", "empty"},
		"total inside":    {"setl_id,gross,setl_time\n1,1,2026-02-03\n合计,1,\n2,1,2026-02-03\n", "a.csv:3: a total row"},
		"titles only":     {"a\nb\nc\nd\ne\nsetl_id,gross,setl_time\n", `a.csv:1: unknown column "a"`},
	} {
		file := filepath.Join(dir, "a.csv")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := OpenFile(file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		err = src.Each(context.Background(), func(*Record) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestLostDigitsAreSeen(t *testing.T) {
	h, err := bind([]string{"claim_id", "gross", "settlement_date"}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.record([]string{"4.4010012345E+17", "1", "2026-03-01"}, true); err == nil {
		t.Error("an id that lost digits was taken")
	}
	for cell, want := range map[string]money.Fen{"0.30000000000000004": 30, "1.2345E3": 123450, "-19.999999999999996": -2000, "1234.5": 123450} {
		if got, err := parseAmount(cell, true); err != nil || got != want {
			t.Errorf("%s: %d, %v", cell, got, err)
		}
	}
	for _, cell := range []string{"0.305", "1/2", "0x10", "x", "1e999999999", "NaN"} {
		if got, err := parseAmount(cell, true); err == nil {
			t.Errorf("%s was read as %d", cell, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(csvText))
	f.Add([]byte("结算单号,gross,结算日期\n1,2,2026-03-01\n"))
	f.Add([]byte("claim_id,gross,settlement_date,status,reverses\n1,-2,2026/03/01,reversal,0\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(dir, "f.csv")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, raw := range []bool{false, true} {
			src := &textSource{path: file, rows: csvRows, raw: raw}
			if err := src.Each(context.Background(), func(r *Record) error {
				if r.ID == "" || r.Date == claims.NoDate || r.Refund && r.Amount[Gross] > 0 {
					t.Errorf("read %+v", r)
				}
				return nil
			}); err != nil && !strings.Contains(err.Error(), file) {
				t.Errorf("the error names no file: %v", err)
			}
		}
	})
}
