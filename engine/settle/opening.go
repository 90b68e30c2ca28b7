package settle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// opening tells how a budget's opening amount (年初预算) comes about.
type opening struct {
	kind   openingKind
	pos    policy.Pos
	total  string // name of a figure of the region's totals
	growth perScheme[money.Ratio]
	share  perScheme[money.Ratio]
	amount perScheme[money.Fen]
	years  int
	budget int    // of a carve-out: the earlier budget
	line   string // of a carve-out: its id
	rows   map[tableKey]money.Fen
	whole  *opening // of a division
	by     string   // of a division: "persons" or the name of a figure
}

type openingKind uint8

const (
	fromHistory openingKind = iota
	fromAmount
	fromPerCapita
	fromIncome
	fromMean
	fromBooked
	fromCarveOut
	fromTable
	fromDivision
)

var openingNames = []string{"history", "amount", "per_capita", "income", "mean", "booked", "carve_out", "table", "divide"}

// tableKey names a row of an opening table: who is "" for the region, else an alliance or hospital.
type tableKey struct {
	scheme int // -1 for all
	who    string
}

func (c *compiler) decodeOpening(d *policy.Decoder, b *budget, joint bool) *opening {
	o := &opening{kind: openingKind(d.Word("kind", openingNames)), pos: d.Pos()}
	growth := func() {
		o.growth = byScheme(c, d, "growth", growthOf)
	}
	switch o.kind {
	case fromHistory:
		o.total = d.TextOr("total", "final_settlement")
		growth()
	case fromAmount:
		o.amount = byScheme(c, d, "amount", (*policy.Decoder).Fen)
		needSame(d, "amount", joint, o.amount)
		if b.level != OfRegion {
			d.Fail("kind", "amount does not tell the funds of level %s apart; use table, or divide with whole: {kind: amount}", b.level)
		}
	case fromPerCapita:
		o.amount = byScheme(c, d, "amount", (*policy.Decoder).Fen)
		growth()
	case fromIncome:
		o.total = d.TextOr("total", "income")
		o.share = byScheme(c, d, "share", (*policy.Decoder).Ratio)
	case fromMean:
		o.total = d.TextOr("total", "final_settlement")
		if o.years = d.IntOr("years", 3); o.years < 1 || o.years > 10 {
			d.Fail("years", "%d is not from 1 to 10", o.years)
			o.years = 1
		}
		growth()
	case fromBooked:
		o.share = byScheme(c, d, "share", func(d *policy.Decoder, key string) money.Ratio { return d.RatioOr(key, money.One) })
		needSame(d, "share", joint, o.share)
	case fromCarveOut:
		c.decodeCarved(d, b, o)
	case fromTable:
		c.decodeTable(d, b, o)
	case fromDivision:
		o.by = d.TextOr("by", "persons")
		if b.level != OfAlliance {
			d.Fail("kind", "divide is for budgets of level alliance")
		}
		whole := *b
		whole.level = OfRegion
		if w := d.Sub("whole"); w != nil {
			o.whole = c.decodeOpening(w, &whole, joint)
			w.Close()
		} else {
			d.Fail("whole", "is missing")
		}
		if o.whole != nil && (o.whole.kind == fromBooked || o.whole.kind == fromDivision) {
			d.Fail("whole", "%s cannot be divided", openingNames[o.whole.kind])
		}
	}
	if b.level == OfHospital && o.kind != fromTable && o.kind != fromBooked {
		d.Fail("kind", "%s does not tell hospitals apart; a budget of level hospital opens from a table or from booked", openingNames[o.kind])
	}
	if b.level == OfAlliance && o.kind == fromCarveOut {
		d.Fail("kind", "carve_out does not tell alliances apart; use divide with whole: {kind: carve_out}")
	}
	return o
}

// decodeCarved reads a reference to a carve-out of an earlier budget with the same schemes.
func (c *compiler) decodeCarved(d *policy.Decoder, b *budget, o *opening) {
	names := make([]string, len(c.s.budgets))
	for i := range c.s.budgets {
		names[i] = c.s.budgets[i].id
	}
	o.line = d.Text("id")
	o.budget = find(d, "budget", d.Text("budget"), "earlier budget", names)
	if o.budget < 0 {
		return
	}
	from := &c.s.budgets[o.budget]
	lines := make([]string, len(from.carveOuts))
	for i, ch := range from.carveOuts {
		lines[i] = ch.id
	}
	find(d, "id", o.line, "carve-out", lines)
	if from.level != OfRegion || len(from.groups) != len(b.groups) || !slices.EqualFunc(from.groups, b.groups, func(x, y group) bool { return x.scheme == y.scheme }) {
		d.Fail("budget", "budget %q must be of level region and have the same schemes", from.id)
	}
}

// decodeTable reads the rows of an opening table.
func (c *compiler) decodeTable(d *policy.Decoder, b *budget, o *opening) {
	o.rows = make(map[tableKey]money.Fen)
	d.Each("rows", func(_ int, it *policy.Decoder) {
		k := tableKey{scheme: -1}
		if it.Has("scheme") {
			k.scheme = find(it, "scheme", it.Text("scheme"), "scheme", c.reg.Schemes)
		}
		switch b.level {
		case OfAlliance:
			k.who = it.TextOr("alliance", "")
			if k.who != "" {
				find(it, "alliance", k.who, "alliance", c.reg.Alliances)
			}
		case OfHospital:
			k.who = it.Text("hospital")
			if _, ok := c.reg.Hospital(k.who); !ok {
				it.Fail("hospital", "there is no hospital %q%s", k.who, nearest.Hint(k.who, c.hospitalIDs()))
			}
		}
		if _, twice := o.rows[k]; twice {
			it.Fail("amount", "a second row for the same fund")
		}
		o.rows[k] = it.Fen("amount")
	})
	if len(o.rows) == 0 {
		d.Fail("rows", "is missing or empty")
	}
}

// found is what an opening comes to.
type found struct {
	line BudgetLine
	open bool // nothing limits the fund: it is charged what it is charged
}

// asked names the fund whose opening is worked out.
type asked struct {
	b      *budget
	g      *group
	level  Level
	who    string    // the alliance or hospital; "" for the region, or at level alliance for the people of none
	booked money.Fen // what the fund's own claims booked
}

// opening works out a fund's opening.
func (w *work) opening(o *opening, q asked) (found, error) {
	if q.level == OfAlliance && q.who == "" && (o.kind == fromHistory || o.kind == fromMean || o.kind == fromIncome) {
		// Figures without an alliance are the whole region's, so that nothing limits the people of no alliance.
		return found{open: true}, nil
	}
	switch o.kind {
	case fromAmount:
		f := o.amount.of(q.g.scheme)
		return found{line: setAt(f)}, nil
	case fromHistory:
		return w.grown(o, q, 1, "决算", "settled")
	case fromMean:
		return w.grown(o, q, o.years, "决算", "settled")
	case fromIncome:
		return w.grown(o, q, 0, "收入", "income")
	case fromPerCapita:
		return w.perCapita(o, q)
	case fromBooked:
		f, err := q.booked.Times(o.share.of(q.g.scheme), w.s.round)
		return found{line: BudgetLine{Amount: f,
			Zh: fmt.Sprintf("列账 %s × %s = %s", q.booked.Grouped(), o.share.of(q.g.scheme), f.Grouped()),
			En: fmt.Sprintf("booked %s × %s = %s", q.booked.Grouped(), o.share.of(q.g.scheme), f.Grouped())}}, err
	case fromCarveOut:
		return w.carved(o, q.g), nil
	case fromTable:
		return w.tabled(o, q)
	}
	return w.divided(o, q)
}

func setAt(f money.Fen) BudgetLine {
	return BudgetLine{Amount: f, Zh: "核定 " + f.Grouped(), En: "set at " + f.Grouped()}
}

// tabled takes the row of an opening table. Hospitals and people of no alliance that have none are not limited.
func (w *work) tabled(o *opening, q asked) (found, error) {
	f, ok := o.rows[tableKey{q.g.scheme, q.who}]
	if !ok {
		f, ok = o.rows[tableKey{-1, q.who}]
		if ok && len(q.b.groups) > 1 {
			return found{}, fmt.Errorf("budget %s: opening: the row of %q needs a scheme, as each scheme has a fund of its own", q.b.id, q.who)
		}
	}
	switch {
	case ok:
		return found{line: setAt(f)}, nil
	case q.level == OfHospital || q.level == OfAlliance && q.who == "":
		return found{open: true}, nil
	}
	return found{}, fmt.Errorf("budget %s: opening: rows has none for %s", q.b.id, fundID(w.s.schemeName(q.g.scheme), q.who))
}

// grown lets the mean of the figures of past years grow, scheme by scheme; with no years it takes the share of this year's.
func (w *work) grown(o *opening, q asked, years int, zh, en string) (found, error) {
	var sum, out money.Fen
	terms := ""
	for _, sc := range q.g.schemes {
		var own money.Fen
		first, last := w.s.year-years, w.s.year-1
		if years == 0 {
			first, last = w.s.year, w.s.year
		}
		for y := first; y <= last; y++ {
			t, ok := w.s.reg.Total(y, w.s.reg.Schemes[sc], q.who, o.total)
			if !ok {
				return found{}, w.noTotal(y, sc, q.who, o.total)
			}
			if tooLarge(t.Amount) {
				return found{}, fmt.Errorf("%s: %s of %d: %w", region.TotalsFile, o.total, y, money.ErrOverflow)
			}
			own += t.Amount
		}
		sum += own
		factor, over := money.One+o.growth.of(sc), int64(max(years, 1))
		if years == 0 {
			factor = o.share.of(sc)
		}
		f, err := money.MulDiv(int64(own), int64(factor), int64(money.One)*over, w.s.round)
		if err != nil {
			return found{}, fmt.Errorf("opening of %s: %w", o.total, err)
		}
		out += money.Fen(f)
		if terms != "" {
			terms += " + "
		}
		terms += own.Grouped()
		if over > 1 {
			terms += fmt.Sprintf(" ÷ %d", over)
		}
		terms += " × " + factor.String()
	}
	return found{line: BudgetLine{Amount: out, Zh: fmt.Sprintf("%s %s = %s", zh, terms, out.Grouped()), En: fmt.Sprintf("%s %s = %s", en, terms, out.Grouped())}}, nil
}

func (w *work) noTotal(year, scheme int, who, name string) error {
	of := ""
	if who != "" {
		of = fmt.Sprintf(" and alliance %s", who)
	}
	var names, same []string // same: the figures of that name, by scheme, alliance and year
	for _, t := range w.s.reg.Totals {
		if !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
		if t.Name == name {
			row := fmt.Sprintf("%s %d", fundID(t.Scheme, t.Alliance), t.Year)
			if (t.Alliance != "") == (who != "") && !slices.Contains(same, row) {
				same = append(same, row)
			}
		}
	}
	has := orNone(names) + nearest.Hint(name, names)
	if slices.Contains(names, name) {
		has = "it for " + orNone(same)
	}
	return fmt.Errorf("%s has no %s of %d for scheme %s%s, from which a budget opens; it has %s", region.TotalsFile, name, year,
		w.s.reg.Schemes[scheme], of, has)
}

// perCapita multiplies an amount per head by the persons enrolled.
func (w *work) perCapita(o *opening, q asked) (found, error) {
	var out money.Fen
	var terms []string
	for _, sc := range q.g.schemes {
		n := w.s.persons(sc, q.who, q.level == OfRegion)
		amount := o.amount.of(sc)
		f, err := money.MulDiv(int64(amount), n, 1, w.s.round)
		if err == nil {
			var grownTo money.Fen
			grownTo, err = money.Fen(f).Times(money.One+o.growth.of(sc), w.s.round)
			out += grownTo
		}
		if err == nil && tooLarge(out) {
			err = money.ErrOverflow
		}
		if err != nil {
			return found{}, fmt.Errorf("budget %s: opening per head: %w", q.b.id, err)
		}
		t := fmt.Sprintf("%s × %d", amount.Grouped(), n)
		if o.growth.of(sc) != 0 {
			t += " × " + (money.One + o.growth.of(sc)).String()
		}
		terms = append(terms, t)
	}
	text := strings.Join(terms, " + ") + " = " + out.Grouped()
	return found{line: BudgetLine{Amount: out, Zh: "人均 × 人数 " + text, En: "per head × persons " + text}}, nil
}

// carved takes what an earlier budget carved out.
func (w *work) carved(o *opening, g *group) found {
	from := &w.s.budgets[o.budget]
	for _, fg := range w.groups[o.budget] {
		if fg.g.scheme != g.scheme {
			continue
		}
		for _, l := range w.out.Funds[fg.first].Lines {
			if l.Kind == CarveOutLine && l.ID == o.line {
				return found{line: BudgetLine{Amount: l.Amount,
					Zh: fmt.Sprintf("由 %s 划出 %s", from.zh, l.Amount.Grouped()), En: fmt.Sprintf("carved out of %s: %s", from.en, l.Amount.Grouped())}}
			}
		}
	}
	panic("BUG: a carve-out that compiled is not in its fund")
}

// divided takes an alliance's part of the region's opening. The parts of all alliances and of the people of none sum to it.
func (w *work) divided(o *opening, q asked) (found, error) {
	whole, err := w.opening(o.whole, asked{b: q.b, g: q.g, level: OfRegion})
	if err != nil {
		return found{}, err
	}
	names := append(slices.Clone(w.s.reg.Alliances), "")
	weights := make([]int64, len(names))
	for i, name := range names {
		for _, sc := range q.g.schemes {
			if o.by == "persons" {
				weights[i] += w.s.persons(sc, name, false)
				continue
			}
			t, ok := w.s.reg.Total(w.s.year-1, w.s.reg.Schemes[sc], name, o.by)
			if !ok {
				return found{}, w.noTotal(w.s.year-1, sc, name, o.by)
			}
			if tooLarge(t.Amount) || t.Amount < 0 {
				return found{}, fmt.Errorf("%s: %s of %d for alliance %q is %s, by which no budget can be divided", region.TotalsFile, o.by, t.Year, name, t.Amount)
			}
			weights[i] += int64(t.Amount)
		}
	}
	if o.by != "persons" {
		// The figure without an alliance is the region's; the people of none have what the alliances leave of it.
		last := len(weights) - 1
		for _, x := range weights[:last] {
			weights[last] -= x
		}
		weights[last] = max(weights[last], 0)
	}
	parts, err := money.Allocate(whole.line.Amount, weights)
	if err != nil {
		return found{}, fmt.Errorf("budget %s: opening: dividing %s by %s, of which scheme %s has none: %w", q.b.id, whole.line.Amount, o.by, orAll(w.s.schemeName(q.g.scheme)), err)
	}
	at := slices.Index(names, q.who)
	var sum int64
	for _, x := range weights {
		sum += x
	}
	return found{line: BudgetLine{Amount: parts[at],
		Zh: fmt.Sprintf("全区 %s × %d/%d = %s", whole.line.Amount.Grouped(), weights[at], sum, parts[at].Grouped()),
		En: fmt.Sprintf("region %s × %d/%d = %s", whole.line.Amount.Grouped(), weights[at], sum, parts[at].Grouped())}}, nil
}
