package invent

import (
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// faultsOf finds what is wrong with a claim, knowing all claims: a checker of its own, that knows nothing of the drawing.
func faultsOf(g gathered, r *region.Region, codes map[string]bool) map[int]Fault {
	found := map[int]Fault{}
	first := map[string]int{}
	takenBack := map[string]bool{}
	for i, l := range g.list {
		if _, ok := first[l.id]; !ok {
			first[l.id] = i
		}
		takenBack[l.reverses] = true
	}
	for i, l := range g.list {
		_, known := r.Hospital(l.hospital)
		at, original := first[l.reverses], line{}
		if l.reverses != "" {
			original = g.list[at]
		}
		switch {
		case first[l.id] != i && l == g.list[first[l.id]]:
			found[i] = DuplicateEqual
		case first[l.id] != i:
			found[i] = DuplicateDifferent
		case l.settlement < l.admission:
			found[i] = SettlementBeforeAdmission
		case l.discharge < l.admission:
			found[i] = DischargeBeforeAdmission
		case l.status == claims.Normal && l.gross < 0:
			found[i] = Negative
		case l.gross == 0:
			found[i] = Zero
		case l.reverses != "" && (at == 0 && g.list[0].id != l.reverses):
			found[i] = ReversalWithoutOriginal
		case l.reverses != "" && original.gross != -l.gross:
			found[i] = ReversalNotMirrored
		case !known:
			found[i] = UnknownHospital
		case l.group != "" && l.group != ungroupedCode && !strings.HasSuffix(l.group, ambiguousTail) && !codes[l.group]:
			found[i] = UnknownGroup
		case l.status == claims.Normal && l.ai > l.gross:
			found[i] = AIAboveGross
		case l.status == claims.Normal && l.nonCovered+l.categoryB > l.gross:
			found[i] = PartsAboveGross
		case l.age > 150:
			found[i] = ImplausibleAge
		}
	}
	for i, l := range g.list {
		if found[i] != Sound || !l.stay() || l.status != claims.Normal || takenBack[l.id] {
			continue
		}
		for k := i - 1; k >= 0 && g.list[k].person == l.person; k-- {
			o := g.list[k]
			if f := found[k]; f == SettlementBeforeAdmission || f == DischargeBeforeAdmission || f == DuplicateEqual || f == DuplicateDifferent {
				continue
			}
			if o.stay() && o.status == claims.Normal && !takenBack[o.id] && l.admission < o.discharge && o.admission < l.discharge {
				found[i] = Overlap
			}
		}
	}
	return found
}

func TestSpoiltClaimsAreListed(t *testing.T) {
	for name, c := range map[string]Config{"default": Default(), "crowded": crowded()} {
		c.DirtyShare = 0.05
		t.Run(name, func(t *testing.T) { spoiltClaimsAreListed(t, c) })
	}
}

func spoiltClaimsAreListed(t *testing.T, c Config) {
	g := gather(t, c, c.Year, c.Year)
	r, refs, err := Region(c)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, ref := range refs {
		codes[ref.Code] = true
	}
	found := faultsOf(g, r, codes)
	seen := map[Fault]int{}
	for i, l := range g.list {
		want := g.bad[int64(i)]
		if want.Fault != found[i] {
			t.Errorf("row %d (%s) is listed as %q and is %q: %+v", i+1, l.id, want.Fault, found[i], l)
		}
		if want.Fault != Sound && want.ClaimID != l.id {
			t.Errorf("row %d is listed with id %s and has %s", i+1, want.ClaimID, l.id)
		}
		seen[want.Fault]++
	}
	for f := Sound + 1; f < numFaults; f++ {
		if seen[f] < 5 {
			t.Errorf("%s occurs %d times", f, seen[f])
		}
	}
	// Reversals and what they take back are never spoilt.
	between(t, "share of spoilt claims", float64(len(g.bad))/float64(len(g.list)), 0.035, 0.06)
}

func TestSoundClaimsDoNotDependOnSpoiltOnes(t *testing.T) {
	c := Default()
	clean := gather(t, c, c.Year, c.Year)
	c.Persons, c.DirtyShare = clean.m.persons, 0.1
	dirty := gather(t, c, c.Year, c.Year)
	ids := map[string]line{}
	for _, l := range clean.list {
		ids[l.id] = l
	}
	for i, l := range dirty.list {
		if dirty.bad[int64(i)].Fault == Sound && ids[l.id] != l {
			t.Fatalf("sound claim %+v was %+v without spoilt ones", l, ids[l.id])
		}
	}
	if len(clean.bad) != 0 {
		t.Error("there are spoilt claims without a share of them")
	}
}

func TestFaultNames(t *testing.T) {
	names := FaultNames()
	if len(names) != int(numFaults)-1 || slices.Contains(names, "") || Overlap.String() != "overlap" || ImplausibleAge.String() != "implausible_age" {
		t.Errorf("names of faults: %q", names)
	}
}
