package drg_test

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/drg"
)

const warned = `
method: points
reference_mean: 8000.00
groups: [{code: A, mean_cost: 5000.00, base_points: 62.5}, {code: D, kind: bedday, mean_cost: 200.00, base_points: 2.5, day_points: 2.5}]
classes:
  - {id: bed_day, when: {kind: bedday}, pay: {formula: per_day}}
  - {id: low, when: {ratio_up_to: 0.4}, pay: {formula: ratio}}
  - {id: high, when: {ratio_over: 2}, pay: {formula: excess}}
  - {id: normal, pay: {formula: base}}
`

// TestWarnings: a sound pack has none; each slip has one that names the class and the figure.
func TestWarnings(t *testing.T) {
	for _, c := range []struct{ name, old, new, id, zh, en string }{
		{"sound", "", "", "", "", ""},
		// 5,000.00 and 62.5 points at 100 stand on 8,000.00; half a per cent more is 8,040.00.
		{"rate", "method: points", "method: points\nrate: 88.6", "drg.rate", "此费率不起作用", "under method points"},
		{"rate of an amount", "method: points\nreference_mean: 8000.00", "method: points\nrate: 80\nreviews: [{kind: drug, top_up: 10%}]", "", "", ""},
		{"no coefficient", "method: points", "method: points\ncoefficient: {source: [hospital]}", "drg.coefficient", "1 家机构没有系数，按 1 计算：H3；", "to 1 of 4 hospitals, which count as 1: H3;"},
		{"stated coefficient", "method: points", "method: points\ncoefficient: {source: [hospital], otherwise: 1}", "", "", ""},
		{"within", "reference_mean: 8000.00", "reference_mean: 8040.00", "", "", ""},
		{"other mean", "reference_mean: 8000.00", "reference_mean: 10000.00", "drg.reference_mean", "相当于 8,000.00", "stand on 8,000.00"},
		{"no day points", ", day_points: 2.5", "", "drg.classes.bed_day", "1 个 bedday 类病组均不适用", "gives no day_points"},
		{"covered", "id: high, when: {ratio_over: 2}, pay: {formula: excess}", "id: high, when: {ratio_up_to: 0.3}, pay: {formula: ratio}", "drg.classes.high", "已被前面的 low 涵盖", "covered by low before it"},
		{"wider", "id: high, when: {ratio_over: 2}, pay: {formula: excess}", "id: high, when: {ratio_up_to: 0.5}, pay: {formula: ratio}", "", "", ""},
		// A class that needs no figure serves the groups that lack what the class before it needs.
		{"fallback", "{id: normal, pay: {formula: base}}", "{id: normal, pay: {formula: base}}\n  - {id: rest, pay: {formula: cost}}", "", "", ""},
		{"after all", "{id: normal, pay: {formula: base}}", "{id: normal, pay: {formula: base}}\n  - {id: rest, when: {kind: non_stable}, pay: {formula: base}}", "drg.classes.rest", "永远不会适用", "can never apply"},
	} {
		b := compile(t, strings.Replace(warned, c.old, c.new, 1), "A", "D")
		got := b.pricer.Warnings()
		if c.id == "" {
			if len(got) != 0 {
				t.Errorf("%s: %+v", c.name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].ID != c.id || !strings.Contains(got[0].Zh, c.zh) || !strings.Contains(got[0].En, c.en) || got[0].Pos.Line == 0 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if got[0].Unreachable != strings.Contains(got[0].En, "can never apply") {
			t.Errorf("%s: unreachable is %t", c.name, got[0].Unreachable)
		}
	}
	if w := compile(t, "method: points\nclasses: [{id: n, pay: {formula: none}}]").pricer.Warnings(); len(w) != 0 {
		t.Errorf("a pack without groups: %+v", w)
	}
}

// TestUnlistedCodes: a code that neither the group table nor a claim has is an error with the nearest; codes of stays
// without a group are known everywhere, and a list may say that it is longer than the table.
func TestUnlistedCodes(t *testing.T) {
	const head = "method: points\nreference_mean: 8000.00\ngroups: [{code: BR21, mean_cost: 5000.00}]\n"
	const classes = "classes: [{id: n, pay: {formula: base}}]\n"
	for _, c := range []struct{ text, want string }{
		{head + classes + "same_price: {codes: [BR22]}", `same_price: codes: "BR22" is no code of the group table or the claims; nearest is "BR21"`},
		{head + classes + "same_price:\n  codes:\n    - BR21\n    - BR22", `pack.yaml:12: drg.same_price: codes: "BR22" is no code`},
		{head + classes + "same_price:\n  codes:\n    - {code: BR21}\n    - {code: FQY}\n    - {code: BR22}\n    - {code: CR11}", `pack.yaml:13: drg.same_price: codes: "BR22" is no code`},
		{head + classes + "same_price: {codes: [BR22], ignore_unlisted: true}", ""},
		{head + classes + "same_price: {codes: [BR21, FQY, '0000']}", ""},
		{head + classes + "readmission: {days: 15, except: [CR11]}", `"CR11" is no code`},
		{head + classes + "readmission: {days: 15, except: [CR11], ignore_unlisted: true}", ""},
		{head + classes + "coefficient: {boosts: [{group: [CR11], times: 1.05}]}", `"CR11" is no code`},
		{head + "classes: [{id: n, when: {group: [CR11]}, pay: {formula: base}}]", `"CR11" is no code`},
		{head + "classes: [{id: n, when: {group: '*'}, pay: {formula: base}}]", ""},
	} {
		b := compile(t, head+classes, "BR21", "BR22", "CR11", "FQY", "0000")
		if _, err := tryCompile(t, c.text, "BR21", "BR22", "CR11", "FQY", "0000"); err != nil {
			t.Errorf("%s: without claims nothing can be checked: %v", c.text, err)
		}
		rules := rulesOf(t, c.text)
		b.scope.Listed = map[string]bool{"BR21": true}
		_, err := drg.Compile(rules, b.scope, b.reg)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s\ngave %v\nwant %s", c.text, err, c.want)
		}
	}
}
