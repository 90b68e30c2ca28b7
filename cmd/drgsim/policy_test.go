package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// drgsim runs the program and returns what it wrote, and its exit code.
func drgsim(args ...string) (out, errs string, code int) {
	var a, b bytes.Buffer
	code = run(args, strings.NewReader(""), &a, &b)
	return a.String(), b.String(), code
}

// TestPolicyVerbs asks the packs that are shipped.
func TestPolicyVerbs(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want []string // in the output or among the errors
	}{
		{[]string{"policy", "list", "zhejiang"}, exitDone, []string{"zhejiang/2020-01-01", "zhejiang/2026-01-30", "national/2021-01-01"}},
		{[]string{"policy", "show", "hangzhou", "benefit.deductible.amounts", "--on", "2024-05-01"}, exitDone,
			[]string{"benefit.deductible.amounts[tier=tertiary].amount", "800.00", "hangzhou-2020", "杭州市主城区基本医疗保险待遇表（医院公布）", "2020-12-09"}},
		{[]string{"policy", "show", "national", "advance.deposit", "--on", "2025-06-01", "--lang", "zh"}, exitDone, []string{"质量保证金", "沿革", "2025-01-26", "5%"}},
		{[]string{"policy", "show", "hangzhou", "benefit.deductable"}, exitFailed, []string{`nearest is "benefit.deductible"`}},
		{[]string{"policy", "show", "hangzou"}, exitFailed, []string{`nearest is "hangzhou"`}},
		{[]string{"policy", "show", "guangdong", "--on", "2020-01-01"}, exitFailed, []string{"guangdong/2025-08-07 is not in force on 2020-01-01"}},
		{[]string{"policy", "diff", "national", "--on", "2024-12-31", "--to", "2025-12-31"}, exitDone, []string{"advance.deposit", "10%", "5%", "deposit-old", "agency-2025"}},
		{[]string{"policy", "diff", "zhejiang/2020-01-01", "zhejiang/2025-01-01", "--on", "2025-06-01", "--lang", "zh"}, exitDone, []string{"drg.classes.lower_band.pay.plus", "较低费用病例", "drg-2025"}},
		{[]string{"policy", "diff", "national"}, exitUsage, []string{"--on and --to"}},
		{[]string{"policy", "lint", "hangzhou", "us-ipps", "--today", "2026-01-01"}, exitDone, []string{"2 packs, no faults"}},
		{[]string{"policy", "lint", "hangzhou", "--today", "tomorrow"}, exitUsage, []string{"tomorrow"}},
		{[]string{"policy", "test", "zhejiang/2025-01-01"}, exitDone, []string{"cases passed"}},
		{[]string{"help", "cases"}, exitDone, []string{"law tested by text", "settle funds"}},
	} {
		out, errs, code := drgsim(c.args...)
		if code != c.code {
			t.Errorf("%v: exit code %d, want %d: %s", c.args, code, c.code, errs)
		}
		for _, want := range c.want {
			if !strings.Contains(out+errs, want) {
				t.Errorf("%v: no %q in\n%s%s", c.args, want, out, errs)
			}
		}
	}
}

// TestPolicyTestOfAFile prints the difference of an analyst's case, and rewrites a snapshot on request.
func TestPolicyTestOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.case")
	text := "# Mine.\npolicy zhejiang/2020-01-01 on 2020-06-01\norigin snapshot\n\nclaims\nid scheme tier gross\nC1 resident secondary 1500\n\nadjudicate\nid deductible fund\nC1 500 600\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, code := drgsim("policy", "test", file)
	if want := file + ":11: adjudicate C1: fund is 700.00, expected 600 (off by 100)"; code != exitFailed || !strings.Contains(out, want) || !strings.Contains(errs, "1 of 1 cases failed") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if out, errs, code = drgsim("policy", "test", "--update", file); code != exitDone {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if _, _, code = drgsim("policy", "test", file); code != exitDone {
		t.Errorf("after --update the exit code is %d", code)
	}
}

// TestPolicyLintOfAFolder finds faults in packs of the user's own.
func TestPolicyLintOfAFolder(t *testing.T) {
	dir := t.TempDir()
	pack := filepath.Join(dir, "town", "2025-01-01")
	if err := os.MkdirAll(pack, 0o755); err != nil {
		t.Fatal(err)
	}
	text := "pack: town\ntitle: {zh: 镇, en: Town}\neffective: 2025-01-01\nbenefit:\n  - {id: ratio, kind: coinsurance, cite: nothing, rates: [{share: 50%}]}\n"
	if err := os.WriteFile(filepath.Join(pack, "pack.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, code := drgsim("policy", "lint", "--policies", dir)
	for _, want := range []string{`town/2025-01-01/pack.yaml:5: unknown-source: benefit.ratio cites "nothing"`, "no-case"} {
		if code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("exit code %d, no %s in\n%s%s", code, want, out, errs)
		}
	}
}
