package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// say runs the program in a test and expects an exit code.
func say(t *testing.T, code int, args ...string) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	if got := run(args, strings.NewReader(""), &o, &e); got != code {
		t.Fatalf("drgsim %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, o.String(), e.String())
	}
	return o.String(), e.String()
}

// mentions fails the test unless the text holds all words.
func mentions(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in:\n%.3000s", w, text)
		}
	}
}

func TestMonthEnd(t *testing.T) {
	dir := t.TempDir()
	place, study, claims := filepath.Join(dir, "l.db"), filepath.FromSlash("../../scenarios/demo.yaml"), filepath.FromSlash("../../testdata/demo/claims.arrow")
	t.Setenv("DRGSIM_LEDGER", place)
	_, errs := say(t, exitFailed, "month", "status")
	mentions(t, errs, "there is no ledger")
	out, _ := say(t, exitDone, "month", "open", "--month", "2026-01", "--by", "li")
	mentions(t, out, "2026-01 is open now")
	closing := []string{"month", "close", "--month", "2026-01", "--study", study, "--claims", claims, "--only-month", "--by", "li"}
	// A form that the statement cannot have is told before anything is sealed.
	out, errs = say(t, exitUsage, append(slices.Clone(closing), "--format", "svg")...)
	mentions(t, errs, "--out must name the folder")
	if strings.Contains(out+errs, "sealed") {
		t.Error("a month was sealed, and then its statement could not be drawn")
	}
	out, errs = say(t, exitDone, closing...)
	mentions(t, out, "青岚县人民医院", "Advance due")
	mentions(t, errs, "2026-01 is sealed")
	again, said := say(t, exitDone, append(closing, "--lang", "en")...)
	if again != out {
		t.Error("the same close shows another statement")
	}
	mentions(t, said, "nothing was changed")

	reviews := filepath.Join(dir, "r.csv")
	if err := os.WriteFile(reviews, []byte("kind,hospital_id,scheme,amount,reason\ndeduct,H00001,employee,10.00,audit\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs = say(t, exitFailed, append(closing, "--reviews", reviews)...)
	mentions(t, errs, "sealed with other inputs", "reviews r.csv")

	say(t, exitDone, "month", "open", "--month", "2026-02")
	out, _ = say(t, exitDone, "month", "adjust", "--month", "2026-02", "--hospital", "H00001", "--scheme", "employee", "--account", "deducted", "--amount", "12.34", "--reason", "audit")
	mentions(t, out, "as row")
	_, errs = say(t, exitFailed, "month", "adjust", "--month", "2026-01", "--hospital", "H00001", "--scheme", "employee", "--amount", "1", "--reason", "x")
	mentions(t, errs, "not open")
	out, _ = say(t, exitDone, "month", "adjust", "--month", "2026-02", "--hospital", "H00001", "--scheme", "employee", "--account", "deducted", "--amount", "12.34", "--reason", "audit")
	mentions(t, out, "there already", "--again")
	_, errs = say(t, exitFailed, "month", "adjust", "--month", "2026-02", "--hospital", "H0001", "--scheme", "employee", "--amount", "1", "--reason", "x")
	mentions(t, errs, `nearest is "H00001"`)
	_, errs = say(t, exitFailed, "month", "adjust", "--month", "2026-02", "--hospital", "H0001", "--scheme", "employee", "--amount", "1", "--reason", "x", "--study", study)
	mentions(t, errs, "is not in region", `nearest is "H00001"`)
	out, _ = say(t, exitDone, "month", "statement", "--month", "2026-01", "--hospital", "H00001", "--full", "--lang", "zh")
	mentions(t, out, "青岚县人民医院", "职工医保", "月度预付", "依据（结算明细）", "依据（统筹区）")
	_, errs = say(t, exitFailed, "month", "statement", "--month", "2026-01", "--hospital", "H0001")
	mentions(t, errs, `nearest is "H00001"`)
	_, errs = say(t, exitFailed, "month", "close", "--month", "2026-02", "--study", study)
	mentions(t, errs, "--empty")
	_, errs = say(t, exitUsage, "month", "close", "--month", "2026-02", "--study", study, "--claims", claims, "--claims", claims)
	mentions(t, errs, "named twice")
	// All rows of other months are refused, which is more than a hundredth.
	_, errs = say(t, exitFindings, "month", "close", "--month", "2026-02", "--study", study, "--claims", claims)
	mentions(t, errs, "more than --reject-limit 1%", "nothing was sealed", "later_month")
	out, _ = say(t, exitDone, "month", "status", "--today", "2026-04-15")
	mentions(t, out, "2026-03-16", "payment is overdue", "sealed", "2025-11-04")
	say(t, exitDone, "month", "reopen", "--month", "2026-01", "--reason", "wrong file")
	say(t, exitDone, append(closing, "--reviews", reviews, "--quiet")...)
	say(t, exitDone, "month", "statement", "--month", "2026-01", "--format", "xlsx,html", "--out", filepath.Join(dir, "out"), "--lang", "zh")
	for _, name := range []string{"month-2026-01.xlsx", "month-2026-01.html"} {
		if _, err := os.Stat(filepath.Join(dir, "out", name)); err != nil {
			t.Error(err)
		}
	}
	_, errs = say(t, exitFailed, "year", "clear", "--year", "2026", "--study", study)
	mentions(t, errs, "2026-02 is not closed")

	out, _ = say(t, exitDone, "ledger", "verify")
	mentions(t, out, "is sound")
	backup := filepath.Join(dir, "b.jsonl")
	say(t, exitDone, "ledger", "backup", backup)
	say(t, exitDone, "month", "close", "--month", "2026-02", "--study", study, "--empty")
	out, _ = say(t, exitDone, "ledger", "restore", backup, "--ledger", filepath.Join(dir, "new.db"))
	mentions(t, out, "restored")
	text, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(backup, text, 0o600); err != nil {
		t.Fatal(err)
	}
	say(t, exitFailed, "ledger", "restore", backup, "--ledger", filepath.Join(dir, "third.db"))
	if _, err := os.Stat(filepath.Join(dir, "third.db")); err == nil {
		t.Error("a restore that failed left a ledger")
	}
}

func TestReconcile(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	head := "claim_id,person_id,hospital_id,scheme,setting,settlement_date,gross,booked_fund\n"
	row := func(id int, gross string) string {
		return fmt.Sprintf("C%d,P%d,H1,employee,inpatient,2026-03-05,%s,10.00\n", id, id, gross)
	}
	ours := file("ours.csv", head+row(1, "100.00")+row(2, "200.00")+row(3, "300.00"))
	same := file("same.csv", head+row(3, "300.00")+row(2, "200.00")+row(1, "100.00"))
	theirs := file("theirs.csv", strings.Replace(head, "claim_id", "单据号", 1)+row(1, "100.00")+row(2, "200.05")+row(4, "400.00"))
	key := file("key", "0123456789abcdef")
	say(t, exitDone, "reconcile", "--ours", ours, "--theirs", same, "--month", "2026-03")
	details, totals := filepath.Join(dir, "3202.csv"), filepath.Join(dir, "3201.json")
	out, errs := say(t, exitDiffers, "reconcile", "--ours", ours, "--theirs", theirs, "--month", "2026-03", "--rename-theirs", "单据号=claim_id",
		"--platform", same, "--mask", key, "--details", details, "--totals", totals)
	mentions(t, out, "Control totals", "0.05", "with us", "re-upload", "P-")
	mentions(t, errs, "ours and theirs: 1 pairs differ, 2 rows have no partner")
	if strings.Contains(errs, "platform:") {
		t.Error("the platform's list is named, though it agrees with ours")
	}
	_, errs = say(t, exitDiffers, "reconcile", "--ours", ours, "--theirs", same, "--platform", theirs, "--rename-platform", "单据号=claim_id", "--month", "2026-03", "--details", filepath.Join(dir, "d.csv"))
	mentions(t, errs, "the lists differ: ours and platform: 1 pairs differ, 2 rows have no partner")
	if text, err := os.ReadFile(filepath.Join(dir, "d.platform.csv")); err != nil || !strings.Contains(string(text), "C4") {
		t.Errorf("the form about the platform: %s, %v", text, err)
	}
	odd := file("odd.csv", "三月结算清单\n"+strings.Replace(head, "\n", ",颜色\n", 1)+strings.ReplaceAll(row(1, "100.00")+row(2, "200.00")+row(3, "300.00"), "\n", ",red\n")+"合计,,,,,,600.00,,\n")
	out, _ = say(t, exitDone, "reconcile", "--ours", ours, "--theirs", odd, "--month", "2026-03", "--ignore", "颜色")
	mentions(t, out, "the header was found in line 2", "its gross cost is that of the rows")
	out, _ = say(t, exitDone, "reconcile", "--ours", ours, "--theirs", odd, "--month", "2026-03", "--ignore", "颜色", "--lang", "zh")
	mentions(t, out, "表头在第 2 行，以上各行略过", "略过末尾的合计行；其总费用与各行之和相符", "职工医保")
	_, errs = say(t, exitFailed, "reconcile", "--ours", ours, "--theirs", odd, "--month", "2026-03")
	mentions(t, errs, `odd.csv:2: unknown column "颜色"`, "ignored")
	if strings.Contains(out, "P4") {
		t.Error("a person shows through the mask")
	}
	for name, want := range map[string]string{details: "C4", totals: "103"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		mentions(t, string(text), want)
	}
	if info, err := os.Stat(details); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a form that names persons has mode %v, %v", info.Mode(), err)
	}
	form := filepath.Join(dir, "form.csv")
	say(t, exitDone, "reconcile", "--ours", ours, "--theirs", same, "--month", "2026-03", "--totals", form)
	out, _ = say(t, exitDone, "reconcile", "--ours", same, "--totals-theirs", form, "--month", "2026-03")
	mentions(t, out, "Totals (form 3201)", "matched", "600.00")
	written, err := os.ReadFile(form)
	if err != nil {
		t.Fatal(err)
	}
	form = file("other.csv", strings.Replace(string(written), "600.00", "600.01", 1))
	out, errs = say(t, exitDiffers, "reconcile", "--ours", ours, "--totals-theirs", form, "--month", "2026-03")
	mentions(t, out, "differs")
	mentions(t, errs, "the totals differ in 1 of 1 lines")
	_, errs = say(t, exitFailed, "reconcile", "--ours", ours, "--theirs", same, "--month", "2026-04")
	mentions(t, errs, "none of the 3 rows is of 2026-04")
	say(t, exitUsage, "reconcile", "--ours", ours)
	_, errs = say(t, exitFailed, "reconcile", "--ours", ours, "--theirs", theirs)
	mentions(t, errs, `unknown column "单据号"`)
	_, errs = say(t, exitUsage, "reconcile", "--ours", ours, "--theirs", same, "--month", "March")
	mentions(t, errs, "2026-03")
	_, errs = say(t, exitUsage, "reconcile", "--ours", ours, "--theirs", same, "--keys", "person+visti")
	mentions(t, errs, `nearest is "person+visit"`)
}
