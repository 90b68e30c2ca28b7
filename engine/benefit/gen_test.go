package benefit_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// gen makes random law and random persons.
type gen struct{ *rand.Rand }

func pick[T any](g *gen, list ...T) T { return list[g.IntN(len(list))] }

func (g *gen) chance(percent int) bool { return g.IntN(100) < percent }

func (g *gen) amount(upTo int) string { return money.Fen(g.IntN(upTo * 100)).String() }

func (g *gen) whole(from, to int) int { return from + g.IntN(to-from+1) }

func (g *gen) share() string {
	return pick(g, "0", "10%", "33.3333%", "50%", "66.67%", "85%", "99.9999%", "100%")
}

// selector returns the words of a random condition, to be followed by further keys of a row.
func (g *gen) selector() string {
	words := ""
	add := func(percent int, key string, values ...string) {
		if g.chance(percent) {
			words += key + ": " + pick(g, values...) + ", "
		}
	}
	add(25, "scheme", "employee", "resident")
	add(25, "tier", "1", "2", "3", "[1, 3]", "tertiary_a")
	add(10, "retired", "true", "false")
	add(10, "assistance", "none", "[low_income, guaranteed]", "destitute")
	add(10, "place", "local", "[in_province, out_of_province]")
	add(10, "setting", "inpatient", "[outpatient, chronic]")
	add(10, "referral", "none", "[up, down]")
	add(5, "age", "60-", "-17", "18-59")
	add(5, "group", "G1", "[G2, G3]")
	return words
}

// rows returns a list of random rows, the last of them for all claims.
func (g *gen) rows(row func() string) string {
	var list []string
	for range g.IntN(3) {
		if sel := g.selector(); sel != "" && !strings.Contains(strings.Join(list, ""), "{"+sel) {
			list = append(list, "{"+sel+row()+"}")
		}
	}
	return "[" + strings.Join(append(list, "{"+row()+"}"), ", ") + "]"
}

// bands returns rows in which some selectors have several bands.
func (g *gen) bands(key string, unit int, val func() string, open bool) string {
	var list []string
	last := g.IntN(3)
	for i := range last + 1 {
		sel := g.selector()
		if i == last {
			sel = ""
		} else if sel == "" || strings.Contains(strings.Join(list, ""), "{"+sel) {
			continue
		}
		limit := 0
		for range g.IntN(3) {
			limit += g.whole(1, unit)
			list = append(list, fmt.Sprintf("{%s%s: %d, %s}", sel, key, limit, val()))
		}
		if open || g.chance(70) || limit == 0 {
			list = append(list, "{"+sel+val()+"}")
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (g *gen) optional(percent int, format string, args ...any) string {
	if !g.chance(percent) {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func (g *gen) period(words ...string) string { return ", per: " + pick(g, words...) }

func (g *gen) rounding() string {
	return g.optional(40, ", round: %s", pick(g, money.RoundingNames()...))
}

var allPeriods = []string{"visit", "day", "month", "quarter", "year", "benefit_period, gap_days: 30", "lifetime", "twelve_months", "year, year_begins: 04-15"}

// dated makes a value that changes in the middle of the year.
func (g *gen) dated(a, b string) string {
	if g.chance(60) {
		return a
	}
	return fmt.Sprintf("[{from: 2026-01-01, value: %s}, {from: 2026-07-01, value: %s}]", a, b)
}

// pack writes a random pack.
func (g *gen) pack() string {
	var b strings.Builder
	fmt.Fprintf(&b, "round: %s\norder: %s\nbenefit:\n", pick(g, money.RoundingNames()...), pick(g, "settlement", "admission", "discharge"))
	n := 0
	step := func(percent int, kind, params string) {
		if !g.chance(percent) {
			return
		}
		n++
		when := ""
		if sel := strings.TrimSuffix(g.selector(), ", "); sel != "" && g.chance(40) && kind != "coinsurance" && kind != "bed_days" {
			when = ", when: {" + sel + "}"
		}
		fmt.Fprintf(&b, "  - {id: s%d, kind: %s%s%s}\n", n, kind, params, when)
	}
	amount := func(upTo int) func() string {
		return func() string { return "amount: " + g.amount(upTo) }
	}
	share := func() string { return "share: " + g.share() }
	step(70, "non_covered", "")
	to := ", to: " + pick(g, "non_covered", "over_ceiling", "disallowed")
	step(20, "over_limit", to+", each: day, limits: "+g.bands("up_to_day", 6, amount(800), false))
	step(20, "over_limit", to+", limits: "+g.rows(amount(800)))
	step(40, "internet", g.optional(50, ", follow_up_days: %d", g.whole(1, 60))+g.optional(50, ", eligible_only: false")+g.optional(60, ", prices: %s", g.rows(amount(200))))
	step(50, "ai_diagnosis", ", covered: "+g.dated("true", "false")+", share: "+g.share()+", first_pay: "+g.share()+
		g.optional(50, ", visit_ceiling: %s", g.amount(100))+g.optional(50, ", year_ceiling: %s", g.amount(300))+g.optional(30, ", eligible: {tier: [2, 3]}")+g.rounding())
	step(50, "first_pay", pick(g, "", ", billed: ignore")+", rates: "+g.rows(share)+g.rounding())
	step(30, "first_pay", ", on: "+pick(g, "open", "gross")+", rates: "+g.rows(share)+g.rounding())
	step(70, "deductible", g.deductible())
	step(30, "deductible", ", per: "+pick(g, allPeriods[1:]...)+", amounts: "+g.rows(amount(2000))+g.optional(40, ", yearly_cap: %s", g.amount(3000)))
	step(40, "copay", g.copay(amount))
	step(20, "booked", "")
	step(30, "bed_days", g.period(allPeriods...)+", rates: "+g.bands("up_to_day", 20, func() string { return share() + g.optional(60, ", per_day: %s", g.amount(400)) }, false)+g.rounding()+", when: {setting: bedday}")
	step(50, "chronic", g.chronic(share))
	step(20, "coinsurance", ", of: "+pick(g, "category_b", "ai_diagnosis")+g.coinsurance(share))
	step(100, "coinsurance", g.coinsurance(share))
	step(20, "copay", ", pocket: fund"+g.copay(amount))
	step(30, "guarantee", ", of: "+pick(g, "eligible", "gross")+", shares: "+g.rows(share)+g.rounding())
	for range 2 {
		step(40, "ceiling", g.period(allPeriods...)+g.optional(30, ", of: %s", pick(g, "[fund]", "[coinsurance, fund]"))+g.optional(40, ", counter: shared")+
			g.optional(30, ", adjust: [{%stimes: 1.5, add: 100}]", g.selector())+", limits: "+g.rows(amount(5000)))
	}
	step(50, "oop_ceiling", g.oopCeiling())
	residual := func() string {
		mode, share := "", share
		if g.chance(25) {
			mode, share = ", mode: step", g.rising()
		}
		return mode + g.period(allPeriods...) + g.optional(50, ", measure: excess") + g.optional(60, ", thresholds: %s", g.rows(amount(3000))) +
			", bands: " + g.bands("up_to", 3000, share, false) + g.optional(50, ", caps: %s", g.rows(amount(3000))) + g.rounding()
	}
	step(50, "critical_illness", residual()+g.optional(30, ", pockets: [coinsurance, over_ceiling, first_pay]"))
	step(30, "other_payer", residual()+g.optional(30, ", to: critical_illness"))
	step(40, "medical_aid", residual())
	return b.String()
}

// rising returns shares each of which is above the one before.
func (g *gen) rising() func() string {
	percent := 0
	return func() string {
		percent = min(percent+g.whole(0, 15), 100)
		return fmt.Sprintf("share: %d%%", percent)
	}
}

func (g *gen) deductible() string {
	row := func() string {
		switch g.IntN(4) {
		case 0:
			return fmt.Sprintf("amount: [%s, %s, %s]", g.amount(900), g.amount(900), g.amount(900))
		case 1:
			return fmt.Sprintf("share: %s, of: %s, min: 20.01, max: 700", g.share(), pick(g, "open", "gross"))
		}
		return "amount: " + g.amount(900)
	}
	s := ", amounts: " + g.rows(row) + g.rounding()
	s += g.optional(30, ", repeat: {share: %s}", g.share())
	if !strings.Contains(s, "repeat") {
		s += g.optional(30, ", repeat: {less: 100, floor: 160}")
	}
	s += g.optional(20, ", yearly_cap: %s", g.amount(2000))
	s += g.optional(30, ", adjust: [{referral: none, times: 1.555}, {%sadd: -30.55}]", g.selector())
	s += g.optional(60, ", referral: {mode: %s, window_days: %d, record_required: %s, lateral: %s, same_group: %s, enabled: %s}",
		pick(g, "difference", "highest"), g.IntN(20), pick(g, "true", "false"), pick(g, "nothing", "difference", "new"), pick(g, "false", "false", "true"), g.dated("true", "false"))
	return s
}

func (g *gen) copay(amount func(int) func() string) string {
	to := g.optional(30, ", to: deductible") + g.rounding()
	if g.chance(50) {
		return to + g.optional(40, ", round_to: 1.00") + ", of: " + pick(g, "open", "gross") + ", fees: " + g.rows(func() string {
			return amount(50)() + ", share: " + g.share() + g.optional(40, ", min: 5, max: 10")
		})
	}
	return to + g.period(allPeriods...) + ", each: day, fees: " + g.bands("up_to_day", 20, func() string {
		if g.chance(20) {
			return "all: true"
		}
		return amount(50)() + g.optional(20, ", max: 60") + g.optional(20, ", lifetime_days: %d", g.whole(1, 30))
	}, false)
}

func (g *gen) chronic(share func() string) string {
	return g.rounding() + ", rates: " + g.rows(share) + g.optional(40, ", prescription_days: %d", g.whole(5, 40)) +
		g.optional(80, ", diseases: [{id: a, codes: [G1], ceiling: %s, add_on: %s}, {id: b, codes: [G2]%s}]", g.amount(900), g.amount(300), pick(g, "", ", ceiling: 500, add_on: 150"))
}

func (g *gen) coinsurance(share func() string) string {
	s := g.period(allPeriods...) + g.rounding()
	s += g.optional(30, ", adjust: [{referral: none, points: -15%%}, {%stimes: 0.9, points: 5%%}, {retired: true, person_times: 60%%}, {year_points: 0.2%%, from_age: %d}]", g.selector(), g.whole(0, 60)) + g.optional(20, ", max_share: 90%%")
	switch g.IntN(4) {
	case 0:
		return s + pick(g, ", on: fund, rates: ", ", on: person, round_side: person, rates: ") + g.bands("up_to", 2000, share, false)
	case 1:
		return s + ", on: days, rates: " + g.bands("up_to_day", 20, share, false) + g.optional(40, ", round_side: person, round_to: 10.00")
	case 2:
		return s + ", mode: step, rates: " + g.bands("up_to", 5000, func() string {
			if g.chance(20) {
				return "pays: " + g.amount(100)
			}
			return share()
		}, false)
	}
	return s + ", rates: " + g.bands("up_to", 5000, share, false) + g.optional(40, ", include: [deductible]") +
		g.optional(40, ", round_side: person") + g.optional(30, ", round_to: %s", pick(g, "1.00", "0.10"))
}

func (g *gen) oopCeiling() string {
	row := func() string {
		return "amount: " + g.amount(2000) + g.optional(50, ", share: 1.5%%, over: %s", g.amount(900)) + g.optional(50, ", later_amount: %s", g.amount(400)) + g.optional(30, ", least: %s", g.amount(300)) + g.optional(30, ", then: %s", g.amount(30))
	}
	s := g.rounding() + g.optional(40, ", round_to: 1.00") + g.optional(30, ", pockets: [coinsurance, first_pay, deductible]") + ", limits: " + g.rows(row)
	if g.chance(60) {
		return s + ", per: month" + g.optional(70, ", later_after: %d%s", g.whole(1, 2), g.optional(40, ", later_within: %d", g.whole(1, 14)))
	}
	return s + g.period(allPeriods...)
}

// person makes the visits of one person in their order.
func (g *gen) person(n int32, order policy.Order) []claims.Claim {
	cs := make([]claims.Claim, g.whole(1, 8))
	day := claims.DateOf(2026, 1, 1) + claims.Date(g.IntN(200))
	for i := range cs {
		c := &cs[i]
		cost := pick(g, 1, 300, 5000, 1_000_000, 3_000_000)
		*c = claims.Claim{
			Row: n*100 + int32(i), Person: n, Hospital: int32(g.IntN(3)), Group: int32(g.IntN(4)) - 1, From: max(int32(g.IntN(6))-3, claims.NoCode), County: -1,
			Age: int16(g.IntN(100)) - 1, Gross: money.Fen(g.IntN(cost + 1)), HasFirstPay: g.chance(30), HasBookedFund: g.chance(30),
		}
		part := func(percent int) money.Fen {
			if !g.chance(percent) {
				return 0
			}
			return money.Fen(g.IntN(int(c.Gross)/2 + 1))
		}
		c.NonCovered, c.CategoryB, c.FirstPay, c.AIDiagnosis, c.BookedFund = part(50), part(50), part(50), part(40), part(60)
		c.Admission = day + claims.Date(pick(g, 0, 1, 2, 5, 30, 70))
		c.Discharge = c.Admission + claims.Date(pick(g, 0, 1, 3, 10, 45))
		c.Settlement = c.Discharge + claims.Date(pick(g, 0, 0, 0, 2, 40))
		day = c.Discharge
		for f, size := range map[claims.Fact]int{
			claims.FactScheme: 2, claims.FactSetting: 5, claims.FactRetired: 2, claims.FactSigned: 2, claims.FactAssistance: 4,
			claims.FactPlace: 3, claims.FactFiled: 2, claims.FactPrivate: 2, claims.FactInternet: 2, claims.FactSameCounty: 2,
		} {
			c.Facts[f] = uint8(int(c.Row) * int(f+3) % size)
		}
		c.Facts[claims.FactTier] = []uint8{uint8(region.Community), uint8(region.Secondary), uint8(region.TertiaryA)}[c.Hospital]
		c.Facts[claims.FactSetting] = uint8(pick(g, claims.Inpatient, claims.Inpatient, claims.Inpatient, claims.Outpatient, claims.Chronic, claims.Internet, claims.BedDay))
		if c.From >= 0 || g.chance(20) {
			c.Facts[claims.FactReferral] = uint8(g.IntN(4))
		}
		if g.chance(30) && i > 0 {
			c.From = cs[i-1].Hospital
		}
	}
	slices.SortStableFunc(cs, func(a, b claims.Claim) int {
		return cmp.Or(cmp.Compare(orderDay(&a, order), orderDay(&b, order)), cmp.Compare(a.Admission, b.Admission), cmp.Compare(a.Row, b.Row))
	})
	return cs
}
