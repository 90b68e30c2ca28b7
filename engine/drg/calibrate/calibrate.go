package calibrate

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// Reading tells what "years weighted 2:3:5" means.
type Reading uint8

const (
	// MeanOfMeans weighs the yearly means: (2·m1 + 3·m2 + 5·m3) / 10. A year without stays gives its weight to the others.
	MeanOfMeans Reading = iota
	// WeightedTotals weighs costs and stays: (2·C1 + 3·C2 + 5·C3) / (2·n1 + 3·n2 + 5·n3).
	WeightedTotals
)

// ReadingNames are the words of the readings, in the order of the constants.
var ReadingNames = []string{"mean_of_means", "weighted_totals"}

// YearWeight is a year of the base period and how much it counts.
type YearWeight struct {
	Year   int
	Weight int64 // above 0
}

// Options are the choices of a calibration. Use Defaults and change what differs.
type Options struct {
	Years   []YearWeight // stays of other years are left out
	Reading Reading
	Trims   []Trim // applied in order to each group's costs
	Pooled  bool   // trim the years of a group together instead of each by itself

	MinCases   int64       // a stable group has more stays than this
	MaxCV      money.Ratio // a stable group's coefficient of variation is at most this
	Retest     Trim        // a group whose CV is above MaxCV is trimmed by this and tested again
	Population bool        // the standard deviation divides by n instead of n − 1

	Scale        int64 // base points = mean / mean of all × Scale
	BaseDecimals int   // decimals of base points, 0 to 6
	Round        money.Rounding
}

// Defaults are three years weighted 2:3:5 that end with last, IQR at 1.5, stable with more than 5 stays and a CV of at most 1
// after the middle 90 percent, and 100 points for the mean of all.
func Defaults(last int) Options {
	return Options{
		Years:    []YearWeight{{last - 2, 2}, {last - 1, 3}, {last, 5}},
		Trims:    []Trim{{Method: IQR, K: money.One * 3 / 2}},
		MinCases: 5, MaxCV: money.One,
		Retest: Trim{Method: Middle, Low: money.One / 20, High: money.One / 20},
		Scale:  100, BaseDecimals: 4,
	}
}

func (o *Options) check() error {
	if len(o.Years) == 0 {
		return fmt.Errorf("calibrate: no year is given; at least one is needed")
	}
	for i, y := range o.Years {
		if y.Weight <= 0 || y.Weight > 1_000_000 {
			return fmt.Errorf("calibrate: year %d: weight %d is not from 1 to 1000000", y.Year, y.Weight)
		}
		if i > 0 && y.Year <= o.Years[i-1].Year {
			return fmt.Errorf("calibrate: years must rise; %d follows %d", y.Year, o.Years[i-1].Year)
		}
	}
	for _, t := range append(slices.Clone(o.Trims), o.Retest) {
		if err := t.check(); err != nil {
			return fmt.Errorf("calibrate: %w", err)
		}
	}
	if o.Scale < 1 || o.BaseDecimals < 0 || o.BaseDecimals > 6 || o.MaxCV < 0 {
		return fmt.Errorf("calibrate: scale %d must be above 0, base decimals %d from 0 to 6, the largest CV %s not negative", o.Scale, o.BaseDecimals, o.MaxCV)
	}
	return nil
}

// Group is one row of the table made.
type Group struct {
	Code     string
	Cases    int64 // stays kept, all years
	Mean     money.Fen
	Base     money.Points
	CV       money.Ratio // rounded to 4 decimals; -1 with fewer than two stays
	Stable   bool
	Retested bool // kept stays are those of the second trim
	MeanDays money.Ratio
	// DayPoints are the points of one bed-day, 0 for groups without bed-day stays; BedDays are the days they rest on.
	DayPoints money.Points
	BedDays   int64

	exact *big.Rat // the mean before rounding; nil without stays
}

// Trimmed tells what was left out of one group's year.
type Trimmed struct {
	Code      string
	Year      int // 0: the second trim, on all years together
	Read      int64
	Dropped   int64
	Low, High money.Fen // the cheapest and the dearest stay kept; 0 when none was
	Cost      money.Fen // of the stays dropped
}

// Calibration is the result.
type Calibration struct {
	Options  Options
	Groups   []Group
	Trimmed  []Trimmed // only where something was dropped
	Mean     money.Fen // of all stays kept: R
	Stays    int64     // kept
	Read     int64     // in the years asked for
	OffYear  int64     // of other years
	Unusable int64     // cost not above zero
	// TakenBack counts stays left out because a reversal takes them back.
	TakenBack int64
	history   *History
	r         *big.Rat
}

// Calibrate makes a group table from history. Groups without a usable stay keep a row of zeros, not stable.
func Calibrate(h *History, o Options) (*Calibration, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	c := &Calibration{Options: o, Unusable: h.Unusable, TakenBack: h.TakenBack, history: h}
	cells := c.sort(h)
	all := make([]cell, len(o.Years))
	for g := range h.Groups {
		c.group(h.Groups[g], cells[g], all)
	}
	for y, costs := range cells[len(h.Groups)] {
		all[y].add(costs)
	}
	c.r = c.weighted(all)
	if c.r == nil {
		return nil, fmt.Errorf("calibrate: no stay of the years %v is left to take a mean of", o.Years)
	}
	var err error
	if c.Mean, err = fenOf(c.r, o.Round); err != nil {
		return nil, err
	}
	for _, a := range all {
		c.Stays += a.n
	}
	c.days(h)
	if err := c.bedDays(h); err != nil {
		return nil, err
	}
	for i := range c.Groups {
		if err := c.points(&c.Groups[i]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// cell is the stays of one group and year that were kept.
type cell struct {
	n     int64
	total big.Int
}

func (k *cell) add(costs []money.Fen) {
	k.n += int64(len(costs))
	k.total.Add(&k.total, sum(costs))
}

// sort returns rising costs by group (the last: without one) and year.
func (c *Calibration) sort(h *History) [][][]money.Fen {
	at := map[int32]int{}
	for i, y := range c.Options.Years {
		at[int32(y.Year)] = i
	}
	cells := make([][][]money.Fen, len(h.Groups)+1)
	for g := range cells {
		cells[g] = make([][]money.Fen, len(c.Options.Years))
	}
	for _, s := range h.Stays {
		y, ok := at[s.Year]
		if !ok {
			c.OffYear++
			continue
		}
		c.Read++
		g := int(s.Group)
		if s.Group == NoGroup {
			g = len(h.Groups)
		}
		cells[g][y] = append(cells[g][y], s.Cost)
	}
	for _, years := range cells {
		for _, costs := range years {
			slices.Sort(costs)
		}
	}
	return cells
}

// group trims one group's years, tests it for stability and adds its row; all gathers the stays kept.
func (c *Calibration) group(code string, years [][]money.Fen, all []cell) {
	kept := c.trim(code, years)
	row := Group{Code: code, CV: -1}
	row.Stable = c.stable(kept, &row)
	if !row.Stable && row.Cases > c.Options.MinCases && c.Options.Retest.Method != NoTrim {
		again := c.retrim(code, kept)
		second := Group{Code: code, CV: -1, Retested: true}
		if second.Stable = c.stable(again, &second); second.Stable {
			kept, row = again, second
		} else {
			// The second trim did not help: its drops do not count, and the group keeps what the first left.
			c.Trimmed = slices.DeleteFunc(c.Trimmed, func(t Trimmed) bool { return t.Code == code && t.Year == 0 })
		}
	}
	cells := make([]cell, len(years))
	for y, costs := range kept {
		cells[y].add(costs)
		all[y].add(costs)
	}
	row.exact = c.weighted(cells)
	c.Groups = append(c.Groups, row)
}

func (c *Calibration) trim(code string, years [][]money.Fen) [][]money.Fen {
	kept := slices.Clone(years)
	for _, t := range c.Options.Trims {
		if c.Options.Pooled {
			kept = within(kept, t)
			continue
		}
		for y := range kept {
			kept[y] = t.keep(kept[y])
		}
	}
	for y := range kept {
		c.report(code, c.Options.Years[y].Year, years[y], kept[y])
	}
	return kept
}

// retrim trims all years of a group together by the second trim.
func (c *Calibration) retrim(code string, years [][]money.Fen) [][]money.Fen {
	kept := within(years, c.Options.Retest)
	c.report(code, 0, slices.Sorted(slices.Values(slices.Concat(years...))), slices.Sorted(slices.Values(slices.Concat(kept...))))
	return kept
}

// within trims the years of a group together: each keeps what lies between the bounds found on all. Stays that cost the same
// as a bound are kept in every year.
func within(years [][]money.Fen, t Trim) [][]money.Fen {
	pool := t.keep(slices.Sorted(slices.Values(slices.Concat(years...))))
	out := make([][]money.Fen, len(years))
	if len(pool) == 0 {
		return out
	}
	low, high := pool[0], pool[len(pool)-1]
	for y, costs := range years {
		from, _ := slices.BinarySearch(costs, low)
		to, _ := slices.BinarySearch(costs, high+1)
		out[y] = costs[from:to]
	}
	return out
}

func (c *Calibration) report(code string, year int, read, kept []money.Fen) {
	if len(read) == len(kept) {
		return
	}
	t := Trimmed{Code: code, Year: year, Read: int64(len(read)), Dropped: int64(len(read) - len(kept))}
	if len(kept) > 0 {
		t.Low, t.High = kept[0], kept[len(kept)-1]
	}
	gone := sum(read)
	gone.Sub(gone, sum(kept))
	t.Cost = money.Fen(gone.Int64())
	c.Trimmed = append(c.Trimmed, t)
}

// weighted returns the mean cost over the years by their weights, or nil without stays.
func (c *Calibration) weighted(years []cell) *big.Rat {
	cost, weight := new(big.Rat), new(big.Rat)
	for y := range years {
		n := years[y].n
		if n == 0 {
			continue
		}
		w := new(big.Rat).SetInt64(c.Options.Years[y].Weight)
		total := new(big.Rat).SetInt(&years[y].total)
		if c.Options.Reading == MeanOfMeans {
			total.Quo(total, new(big.Rat).SetInt64(n))
			weight.Add(weight, w)
		} else {
			weight.Add(weight, new(big.Rat).Mul(w, new(big.Rat).SetInt64(n)))
		}
		cost.Add(cost, total.Mul(total, w))
	}
	if weight.Sign() == 0 {
		return nil
	}
	return cost.Quo(cost, weight)
}

// points sets a row's published figures: the mean in fen, and base points worked out from the published means, so that whoever
// holds the table can work them out again.
func (c *Calibration) points(g *Group) error {
	if g.exact == nil {
		return nil
	}
	var err error
	if g.Mean, err = fenOf(g.exact, c.Options.Round); err != nil {
		return err
	}
	g.Base, err = c.pointsOf(g.Mean)
	return err
}

// pointsOf returns an amount / mean of all × scale, to the declared decimals.
func (c *Calibration) pointsOf(amount money.Fen) (money.Points, error) {
	unit := int64(1)
	for range 6 - c.Options.BaseDecimals {
		unit *= 10
	}
	base := big.NewRat(int64(amount), int64(c.Mean))
	v, err := rounded(base.Mul(base, big.NewRat(c.Options.Scale*1_000_000, unit)), c.Options.Round)
	return money.Points(v * unit), err
}

// bedDays sets the points of a bed-day: cost of a day, weighted over the years as all means are, / mean of all × scale. Long
// stays are not trimmed, because their cost a day is what is asked for.
func (c *Calibration) bedDays(h *History) error {
	cells := make([][]cell, len(h.Groups))
	for _, s := range h.BedDays {
		for y, year := range c.Options.Years {
			if int(s.Year) != year.Year || s.Group == NoGroup {
				continue
			}
			if cells[s.Group] == nil {
				cells[s.Group] = make([]cell, len(c.Options.Years))
			}
			k := &cells[s.Group][y]
			k.n += int64(max(s.Days, 1))
			k.total.Add(&k.total, big.NewInt(int64(s.Cost)))
			c.Groups[s.Group].BedDays += int64(max(s.Days, 1))
		}
	}
	for g, years := range cells {
		if years == nil {
			continue
		}
		rate, err := fenOf(c.weighted(years), c.Options.Round)
		if err != nil {
			return err
		}
		if c.Groups[g].DayPoints, err = c.pointsOf(rate); err != nil {
			return err
		}
	}
	return nil
}

// days sets each row's mean length of stay over all stays of the years, in days with two decimals.
func (c *Calibration) days(h *History) {
	n, days := make([]int64, len(h.Groups)), make([]int64, len(h.Groups))
	for _, s := range h.Stays {
		if s.Group != NoGroup && slices.ContainsFunc(c.Options.Years, func(y YearWeight) bool { return int32(y.Year) == s.Year }) {
			n[s.Group]++
			days[s.Group] += int64(s.Days)
		}
	}
	for g := range c.Groups {
		if n[g] > 0 {
			c.Groups[g].MeanDays = money.Ratio((days[g]*200/n[g] + 1) / 2 * 10_000)
		}
	}
}
