package invent

import (
	"fmt"
	"math"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// Reference is a row of the group table.
type Reference struct {
	Code, Name string
	// Kind is surgical, procedure, medical or bedday.
	Kind string
	// Mean cost of a stay, or of a day of a bed-day group.
	Mean money.Fen
	// Base points: the mean against the mean of all grouped stays, times 100. Those of a bed-day group are the points of a day.
	Base money.Points
	// Stable tells groups whose costs spread little enough for a fixed price.
	Stable bool
	// Primary marks groups that health centres treat well (基层病种).
	Primary bool
}

// Names of the yearly figures in the region's totals, in money of the pooled fund.
const (
	// finalSettlement is what was paid for inpatient and bed-day stays, in the region and outside.
	finalSettlement = "final_settlement"
	// totalPayment is what was paid for all visits.
	totalPayment = "total_payment"
	income       = "income"
	opening      = "opening_balance"
)

// pastYears is how many years the accounts reach back.
const pastYears = 3

// accountPersons bounds the persons from whom the accounts are drawn; the figures of more persons are scaled up.
const accountPersons = 40_000

// past is what the years before the model's year add up to.
type past struct {
	cost   []money.Fen               // of each group; of all grouped stays at the end
	number []int64                   // of each group: stays, or days of bed-day groups; of all stays at the end
	stays  [pastYears][][2]money.Fen // fund by year, area and scheme
	all    [pastYears][][2]money.Fen
}

// lookBack draws the past of a sample of persons.
func (m *model) lookBack() past {
	g := past{cost: make([]money.Fen, len(m.groups)+1), number: make([]int64, len(m.groups)+1)}
	w := newDrawer(m)
	for y := range pastYears {
		g.stays[y], g.all[y] = make([][2]money.Fen, len(m.areas)), make([][2]money.Fen, len(m.areas))
	}
	for n := range min(m.persons, accountPersons) {
		w.person(n)
		for y := range pastYears {
			visits := w.year(m.cfg.Year - pastYears + y)
			for i := range visits {
				v := &visits[i]
				g.all[y][w.p.area][w.p.scheme] += v.fund
				if v.setting == claims.Inpatient || v.setting == claims.BedDay {
					g.stays[y][w.p.area][w.p.scheme] += v.fund
					g.count(m, v)
				}
			}
		}
	}
	return g
}

// count adds a stay to its group. Reversed stays cancel out; stays drawn as outliers would be trimmed.
func (g *past) count(m *model, v *visit) {
	if int(v.group) >= len(m.groups) || v.outlier {
		return
	}
	sign := int64(1)
	if v.status == claims.Reversal {
		sign = -1
	}
	g.cost[v.group] += v.gross
	if m.groups[v.group].kind == bedday {
		g.number[v.group] += sign * int64(v.discharge-v.admission)
		return
	}
	g.number[v.group] += sign
	last := len(m.groups)
	g.cost[last] += v.gross
	g.number[last] += sign
}

// Yardstick is what the base points of a group table are measured by.
type Yardstick struct {
	// Mean cost of all grouped stays that are not paid by the day (R), of the years before.
	Mean money.Fen
	// Stays that the mean was taken over: those of the sample of persons that the accounts are drawn from. 0 where there were
	// none, and the mean is a figure of the generator.
	Stays int64
}

// pointsOfMean is what a stay that costs the mean of all stays is worth, in points.
const pointsOfMean = 100

// fewStays is the number of stays up to which a group is never stable.
const fewStays = 5

// references makes the group table of the past. A group without stays takes the cost that it is drawn from.
func (m *model) references(g past) ([]Reference, Yardstick, error) {
	var by Yardstick
	last := len(m.groups)
	mean := func(i int, otherwise float64) (money.Fen, error) {
		if g.number[i] <= 0 || g.cost[i] <= 0 {
			return money.Fen(math.Round(otherwise * 100)), nil
		}
		v, err := money.MulDiv(int64(g.cost[i]), 1, g.number[i], money.HalfUp)
		return money.Fen(v), err
	}
	var err error
	if by.Mean, err = mean(last, 10_000); err != nil {
		return nil, by, err
	}
	by.Stays = max(0, g.number[last])
	refs := make([]Reference, last)
	for i, d := range m.groups {
		r := Reference{Code: d.code, Name: d.name, Kind: d.kind, Primary: d.primary,
			Stable: d.stable && (g.number[i] > fewStays || d.kind == bedday)}
		if r.Mean, err = mean(i, d.base); err != nil {
			return nil, by, err
		}
		base, err := money.MulDiv(int64(r.Mean), pointsOfMean*int64(money.Point), int64(by.Mean), money.HalfUp)
		if err != nil {
			return nil, by, err
		}
		r.Base = money.Points(base)
		refs[i] = r
	}
	return refs, by, nil
}

// totals makes the accounts of the past years and the income of the year to come, for each scheme and each alliance.
func (m *model) totals(d *dice, g past) ([]region.YearTotal, error) {
	d.start(m.cfg.Seed, accountStream, 0)
	var list []region.YearTotal
	for s, scheme := range schemeNames {
		for a := -1; a < len(m.areas); a++ {
			name := ""
			if a >= 0 {
				if name = m.areas[a].alliance; name == "" {
					continue
				}
			}
			var paid, stays [pastYears]money.Fen
			for y := range pastYears {
				var err error
				if paid[y], err = m.scaledUp(g.all[y], s, a); err != nil {
					return nil, err
				}
				if stays[y], err = m.scaledUp(g.stays[y], s, a); err != nil {
					return nil, err
				}
			}
			balance, err := paid[0].Times(money.Ratio(d.between(120_000, 200_000)), money.HalfUp)
			if err != nil {
				return nil, err
			}
			for y := range pastYears + 1 {
				row := region.YearTotal{Year: m.cfg.Year - pastYears + y, Scheme: scheme, Alliance: name}
				put := func(n string, f money.Fen) {
					row.Name, row.Amount = n, f
					list = append(list, row)
				}
				got, err := paid[min(y, pastYears-1)].Times(money.Ratio(d.between(985_000, 1_055_000)), money.HalfUp)
				if err == nil && y == pastYears {
					got, err = got.Times(1_050_000, money.HalfUp)
				}
				if err != nil {
					return nil, err
				}
				put(opening, balance)
				put(income, got)
				if y < pastYears {
					put(finalSettlement, stays[y])
					put(totalPayment, paid[y])
					balance += got - paid[y]
				}
			}
		}
	}
	return list, nil
}

// scaledUp adds up a scheme's money over one area, or over all (-1), and scales it from the sample to all persons.
func (m *model) scaledUp(sums [][2]money.Fen, scheme, area int) (money.Fen, error) {
	var sum money.Fen
	for a := range sums {
		if area < 0 || a == area {
			sum += sums[a][scheme]
		}
	}
	v, err := money.MulDiv(int64(sum), m.persons, min(m.persons, accountPersons), money.HalfUp)
	return money.Fen(v), err
}

// enrolment counts the persons of each area and scheme.
func (m *model) enrolment(d *dice) []region.Enrolled {
	counts := make([][2]int64, len(m.areas))
	for n := range m.persons {
		area, scheme := m.drawHome(d, n)
		counts[area][scheme]++
	}
	var list []region.Enrolled
	for a, c := range counts {
		for s, n := range c {
			list = append(list, region.Enrolled{County: m.counties[m.areas[a].county], Alliance: m.areas[a].alliance,
				Scheme: schemeNames[s], Persons: n})
		}
	}
	return list
}

// Region invents the region of a configuration and its group table, sorted by code.
func Region(c Config) (*region.Region, []Reference, error) {
	m, err := newModel(c)
	if err != nil {
		return nil, nil, err
	}
	reg, refs, _, err := m.region()
	return reg, refs, err
}

func (m *model) region() (*region.Region, []Reference, Yardstick, error) {
	g := m.lookBack()
	refs, by, err := m.references(g)
	if err != nil {
		return nil, nil, by, fmt.Errorf("generator: group table: %w", err)
	}
	d := newDice()
	totals, err := m.totals(d, g)
	if err != nil {
		return nil, nil, by, fmt.Errorf("generator: accounts: %w", err)
	}
	reg, err := region.New(m.cfg.Name, m.hospitals, m.enrolment(d), totals)
	if err != nil {
		return nil, nil, by, fmt.Errorf("generator: %w", err)
	}
	return reg, refs, by, nil
}
