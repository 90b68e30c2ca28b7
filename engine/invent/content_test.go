package invent

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// gathered is a whole stream in memory; each line is one claim.
type gathered struct {
	m    *model
	list []line
	bad  map[int64]Spoilt
}

type line struct {
	id, reverses, person, hospital, group, from, county string
	tier                                                region.Tier
	admission, discharge, settlement                    claims.Date
	gross, nonCovered, categoryB, ai, fund              money.Fen
	setting                                             claims.Setting
	referral                                            claims.Referral
	place                                               claims.Place
	status                                              claims.Status
	age                                                 int16
}

func gather(t *testing.T, c Config, first, last int) gathered {
	t.Helper()
	m, err := newModel(c)
	if err != nil {
		t.Fatal(err)
	}
	g := gathered{m: m, bad: map[int64]Spoilt{}}
	err = m.claims(context.Background(), first, last, func(b *batch) error {
		tb, before := &b.table, int64(len(g.list))
		for _, s := range b.spoilt {
			s.Row += before
			g.bad[s.Row-1] = s
		}
		for i := range tb.Rows {
			l := line{tb.ClaimID.At(i), tb.Reverses.At(i), tb.Person.At(i), tb.Hospital.At(i), tb.Group.At(i), tb.From.At(i), tb.County.At(i),
				0, tb.Admission[i], tb.Discharge[i], tb.Settlement[i], tb.Gross[i], tb.NonCovered[i], tb.CategoryB[i],
				tb.AIDiagnosis[i], 0, tb.Setting[i], tb.Referral[i], tb.Place[i], tb.Status[i], tb.Age[i]}
			if h := tb.Hospital.Codes[i]; h >= 0 && int(h) < len(m.hospitals) {
				l.tier = m.hospitals[h].Tier
			}
			if tb.BookedFund != nil {
				l.fund = tb.BookedFund[i]
			}
			g.list = append(g.list, l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (l line) stay() bool { return l.setting == claims.Inpatient || l.setting == claims.BedDay }

// between fails unless a value lies in a range.
func between(t *testing.T, what string, v, low, high float64) {
	t.Helper()
	if v < low || v > high {
		t.Errorf("%s is %.4f, not from %g to %g", what, v, low, high)
	}
}

func TestShapeOfClaims(t *testing.T) {
	g := gather(t, Default(), 2026, 2026)
	n := float64(len(g.list))
	between(t, "claims", n, 19_000, 21_000)
	settings, tiers, groups := map[claims.Setting]float64{}, map[region.Tier]float64{}, map[string]int{}
	var ai, reversed, away, crossing, high, low, stays, odd, winterBreath, summerBreath float64
	mean := map[string]money.Fen{}
	_, refs, err := Region(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		mean[r.Code] = r.Mean
	}
	for _, l := range g.list {
		settings[l.setting]++
		if l.ai != 0 {
			ai++
		}
		if l.status == claims.Reversal {
			reversed++
		}
		if l.place != claims.Local {
			away++
		}
		if l.settlement.Year() != 2026 {
			t.Fatalf("claim %s is settled on %s", l.id, l.settlement)
		}
		if l.setting != claims.Inpatient || l.status == claims.Reversal {
			continue
		}
		stays++
		tiers[l.tier.Broad()]++
		groups[l.group]++
		if l.admission.Year() != 2026 {
			crossing++
		}
		if l.group == ungroupedCode || strings.HasSuffix(l.group, ambiguousTail) {
			odd++
			continue
		}
		if l.gross > 3*mean[l.group] {
			high++
		}
		if l.gross*10 <= 4*mean[l.group] {
			low++
		}
		if l.group[0] == 'E' {
			switch l.discharge.Month() {
			case 1, 2, 12:
				winterBreath++
			case 6, 7, 8:
				summerBreath++
			}
		}
	}
	between(t, "share of stays", settings[claims.Inpatient]/n, 0.32, 0.38)
	between(t, "share of outpatient visits", settings[claims.Outpatient]/n, 0.28, 0.38)
	between(t, "share of chronic visits", settings[claims.Chronic]/n, 0.19, 0.28)
	between(t, "share of internet visits", settings[claims.Internet]/n, 0.05, 0.10)
	between(t, "share of long stays", settings[claims.BedDay]/n, 0.005, 0.012)
	between(t, "stays in primary care", tiers[region.Primary]/stays, 0.12, 0.35)
	between(t, "stays in secondary hospitals", tiers[region.Secondary]/stays, 0.2, 0.5)
	between(t, "stays in tertiary hospitals", tiers[region.Tertiary]/stays, 0.3, 0.6)
	between(t, "AI items", ai/n, 0.04, 0.15)
	between(t, "reversals", reversed/n, 0.005, 0.011)
	between(t, "care away", away/n, 0.015, 0.06)
	between(t, "stays across the year's start", crossing, 5, stays/50)
	between(t, "ungrouped and ambiguous", odd/stays, 0.008, 0.022)
	between(t, "high outliers", high/stays, 0.01, 0.06)
	between(t, "low outliers", low/stays, 0.02, 0.15)
	between(t, "winter against summer", winterBreath/summerBreath, 1.6, 3)
	if len(groups) < 180 {
		t.Errorf("only %d groups occur", len(groups))
	}
}

// crowded is a region whose few persons are ill so often that every rule about neighbouring stays is put to work.
func crowded() Config {
	c := Default()
	c.Visits, c.Persons = 0, 2500
	c.Rates.Inpatient, c.ReversedShare = 4, 0.1
	return c
}

func TestEveryClaimIsSound(t *testing.T) {
	for name, c := range map[string]Config{"default": Default(), "crowded": crowded()} {
		t.Run(name, func(t *testing.T) { everyClaimIsSound(t, c) })
	}
}

func everyClaimIsSound(t *testing.T, c Config) {
	g := gather(t, c, 2024, 2026)
	byID := map[string]line{}
	for _, l := range g.list {
		if _, ok := byID[l.id]; ok {
			t.Fatalf("id %s comes twice", l.id)
		}
		byID[l.id] = l
	}
	backs := 0
	takenBack := map[string]bool{}
	for _, l := range g.list {
		if l.status == claims.Reversal {
			o, ok := byID[l.reverses]
			if !ok || o.person != l.person || o.hospital != l.hospital || o.admission != l.admission || o.settlement >= l.settlement ||
				o.gross != -l.gross || o.nonCovered != -l.nonCovered || o.categoryB != -l.categoryB || o.ai != -l.ai {
				t.Fatalf("reversal %+v does not mirror %+v", l, o)
			}
			backs++
			takenBack[l.reverses] = true
			continue
		}
		if l.reverses != "" || l.gross <= 0 || l.nonCovered < 0 || l.categoryB < 0 || l.ai < 0 || l.nonCovered+l.categoryB+l.ai > l.gross {
			t.Fatalf("amounts of %+v", l)
		}
		if l.discharge < l.admission || l.settlement < l.discharge || l.age < 0 || l.age > 110 {
			t.Fatalf("dates or age of %+v", l)
		}
		if l.stay() != (l.group != "") || l.stay() && l.discharge == l.admission || l.setting == claims.BedDay && l.discharge-l.admission <= 60 {
			t.Fatalf("group or days of %+v", l)
		}
		if (l.referral == claims.NoReferral) != (l.from == "") {
			t.Fatalf("referral of %+v", l)
		}
		if strings.HasPrefix(l.group, "P") && l.age != 0 {
			t.Fatalf("newborn of %d years: %+v", l.age, l)
		}
	}
	if backs == 0 {
		t.Error("there is no reversal")
	}
	// Stays of one person do not overlap, over all years.
	var stays []line
	for _, l := range g.list {
		if l.stay() && l.status == claims.Normal && !takenBack[l.id] {
			stays = append(stays, l)
		}
	}
	slices.SortStableFunc(stays, func(a, b line) int {
		if c := strings.Compare(a.person, b.person); c != 0 {
			return c
		}
		return int(a.admission - b.admission)
	})
	for i, l := range stays[1:] {
		if o := stays[i]; o.person == l.person && l.admission < o.discharge {
			t.Fatalf("%+v overlaps %+v", l, o)
		}
	}
}

func TestReferralsFollowStays(t *testing.T) {
	g := gather(t, Default(), 2026, 2026)
	var up, down, near, late, unrecorded, again int
	for i, l := range g.list {
		if l.setting != claims.Inpatient || l.status == claims.Reversal {
			continue
		}
		// The stay before, of the same person.
		for k := i - 1; k >= 0 && g.list[k].person == l.person; k-- {
			o := g.list[k]
			gap := l.admission - o.discharge
			if o.setting != claims.Inpatient || o.status == claims.Reversal || gap < 0 || gap > 30 {
				continue
			}
			switch {
			case l.from == o.hospital && gap <= 3:
				near++
			case l.from == o.hospital:
				late++
			case o.hospital == l.hospital:
				again++
			case gap == 0:
				unrecorded++
			}
			if l.from == o.hospital && l.referral == claims.ReferralUp {
				if up++; l.tier <= o.tier {
					t.Errorf("referred up from %s to %s", o.tier, l.tier)
				}
			}
			if l.from == o.hospital && l.referral == claims.ReferralDown {
				if down++; l.tier >= o.tier {
					t.Errorf("referred down from %s to %s", o.tier, l.tier)
				}
			}
			break
		}
	}
	for what, n := range map[string]int{"referred up": up, "referred down": down, "within three days": near, "later": late,
		"without a record": unrecorded, "back in the same hospital": again} {
		if n < 15 {
			t.Errorf("only %d stays %s", n, what)
		}
	}
	if near < 4*late {
		t.Errorf("%d referrals within three days and %d later", near, late)
	}
}
