package settle_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// FuzzCompile gives the compiler packs of every kind of nonsense: it returns an error or a settlement that settles an empty
// year, and never panics.
func FuzzCompile(f *testing.F) {
	f.Add(strings.NewReplacer("GROWTH", "0.5", "BASIS", "total_cost").Replace(goldenPack) + "advance: {ratio: 0.85}\n")
	f.Add("settle:\n  streams: [{id: a, method: capitation, budget: b, capitation: {amount: 1, by: county}}]\n  budgets: [{id: b, scheme: all, level: alliance, opening: {kind: divide, whole: {kind: amount, amount: 5}}, sharing: {surplus: {keep: 1}, overrun: {bear: 0}}}]\n")
	f.Add("settle:\n  streams: [{id: a, method: direct, budget: b}]\n  budgets: [{id: c, opening: {kind: amount, amount: 9}, carve_outs: [{id: x, share: 0.5}]}, {id: b, opening: {kind: carve_out, budget: c, id: x}, reserve: {amount: 1, release: always}, sharing: {surplus: {bands: [{up_to: 0.1, keep: 1}]}, overrun: {bear: 0}}}]\n")
	f.Add("settle:\n  streams: [{id: a, method: booked}]\n  subsidies: [{id: s, kind: signing, amount: 1, rows: [{hospital: H1, persons: 3}]}]\nindicators: {targets: [{id: cmi, by: 2027-12-31, min: 1}]}\n")
	reg, err := region.New("here", []region.Hospital{{ID: "H1", Tier: region.Secondary, County: "A", Alliance: "U", Score: -1}},
		[]region.Enrolled{{County: "A", Alliance: "U", Scheme: "employee", Persons: 7}},
		[]region.YearTotal{{Year: 2025, Scheme: "employee", Name: "final_settlement", Amount: 100}, {Year: 2025, Scheme: "resident", Name: "final_settlement", Amount: 100}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, parts string) {
		files := fstest.MapFS{"here/2026-01-01/pack.yaml": {Data: []byte("pack: here\ntitle: {zh: a, en: b}\neffective: 2026-01-01\n" + parts)}}
		p, err := policy.Open(files, "here/2026-01-01")
		if err != nil {
			return
		}
		r, err := p.At(p.Effective)
		if err != nil {
			return
		}
		s, err := settle.Compile(r, scopeOf(reg), reg, 2026)
		if err != nil {
			return
		}
		out, err := s.Settle(tally(s, reg, 0, nil))
		if err != nil {
			if strings.Contains(err.Error(), "law") {
				t.Fatal(err)
			}
			return
		}
		if _, err := s.Explain(out, "H1"); err != nil {
			t.Fatal(err)
		}
	})
}
