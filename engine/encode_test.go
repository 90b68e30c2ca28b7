package engine_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine"
)

func demoPartials(t testing.TB) ([]*engine.Plan, []*engine.Partial) {
	t.Helper()
	ses := openStudy(t, "../scenarios/demo.yaml")
	sh, err := ses.Source().Load(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	sh.Hi = min(sh.Hi, 200)
	parts, err := engine.RunShard(t.Context(), ses.Plans, sh)
	if err != nil {
		t.Fatal(err)
	}
	return ses.Plans, parts
}

func TestPartialsSurviveEncoding(t *testing.T) {
	plans, parts := demoPartials(t)
	b := engine.EncodePartials(parts)
	back, err := engine.DecodePartials(plans, b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(engine.EncodePartials(back), b) {
		t.Error("encoding what was decoded gives other bytes")
	}
	for i := range parts {
		if !slices.Equal(back[i].People.Ages, parts[i].People.Ages) {
			t.Errorf("plan %d: by age %+v was decoded as %+v", i, parts[i].People.Ages, back[i].People.Ages)
		}
		for k := range parts {
			if (parts[i] == parts[k]) != (back[i] == back[k]) {
				t.Errorf("plans %d and %d: sharing of partials was lost", i, k)
			}
		}
	}
	// Zero is the identity of merging, and merging is what it says: twice the same is twice the sums.
	zero := make([]*engine.Partial, len(plans))
	for i := range zero {
		zero[i] = plans[i].NewPartial()
	}
	for i, p := range zero {
		if err := p.Merge(back[i]); err != nil {
			t.Fatal(err)
		}
		if p.Settled != back[i].Settled {
			t.Errorf("plan %d: %+v merged with nothing is %+v", i, back[i].Settled, p.Settled)
		}
	}
	twice, err := engine.DecodePartials(plans, b)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.MergePartials(twice, back); err != nil {
		t.Fatal(err)
	}
	for i, p := range twice {
		if p.Settled.Rows != 2*parts[i].Settled.Rows || p.People.Schemes[0].Persons != 2*parts[i].People.Schemes[0].Persons {
			t.Errorf("plan %d: merging a partial with itself gives %d rows and %d persons, want twice %d and %d", i, p.Settled.Rows,
				p.People.Schemes[0].Persons, parts[i].Settled.Rows, parts[i].People.Schemes[0].Persons)
		}
	}
}

// The fund's part by group is there for who asks for it. Nothing else hangs on it, and what does not have it says so after it was
// encoded, and makes others say so that it is merged into.
func TestGroupFundIsForWhoAsks(t *testing.T) {
	ses := openStudy(t, "../scenarios/demo.yaml")
	var parts [2][]*engine.Partial
	for i := range parts {
		results, err := engine.Run(t.Context(), ses.Plans, ses.Source(), engine.Options{GroupFund: i == 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			parts[i] = append(parts[i], r.Partial)
		}
	}
	back, err := engine.DecodePartials(ses.Plans, engine.EncodePartials(parts[0]))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range parts[1] {
		with, without := &p.Tally.Groups, &parts[0][i].Tally.Groups
		if len(with.Fund) != len(with.Points) || without.Fund != nil || back[i].Tally.Groups.Fund != nil {
			t.Fatalf("plan %d: the fund's part of %d groups where asked for, %d where not, %d decoded", i, len(with.Fund), len(without.Fund), len(back[i].Tally.Groups.Fund))
		}
		if all := with.Fund; slices.Max(all) == 0 {
			t.Errorf("plan %d: the fund's part of all groups is zero", i)
		}
		if i == slices.Index(parts[1], p) { // others share it
			if err := back[i].Merge(p); err != nil || back[i].Tally.Groups.Fund != nil {
				t.Errorf("plan %d: a part without the fund's part and one with it make sums with one, or fail: %v", i, err)
			}
		}
		kept := *with
		kept.Fund = nil
		if !reflect.DeepEqual(kept, *without) || !slices.Equal(p.Tally.Cells, parts[0][i].Tally.Cells) || !slices.Equal(p.Tally.Homes, parts[0][i].Tally.Homes) {
			t.Errorf("plan %d: other sums differ where the fund's part by group was asked for", i)
		}
	}
}

func TestDamagedPartialsAreRefused(t *testing.T) {
	plans, parts := demoPartials(t)
	b := engine.EncodePartials(parts)
	for at := 0; at < len(b); at += 1 + len(b)/500 {
		bad := bytes.Clone(b)
		bad[at] ^= 0x10
		if _, err := engine.DecodePartials(plans, bad); err == nil {
			t.Errorf("a changed byte %d was not noticed", at)
		}
		if _, err := engine.DecodePartials(plans, b[:at]); err == nil {
			t.Errorf("%d of %d bytes were taken for all", at, len(b))
		}
	}
	if _, err := engine.DecodePartials(plans[:2], b); err == nil {
		t.Error("partials of seven plans were taken for those of two")
	}
}

func FuzzDecodePartials(f *testing.F) {
	plans, parts := demoPartials(f)
	f.Add(engine.EncodePartials(parts))
	f.Add([]byte("DRGPART\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = engine.DecodePartials(plans, engine.Sealed(b))
	})
}
