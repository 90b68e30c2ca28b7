package packtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/settle"
)

// settlement is the part settle of a case's pack, compiled for the case's year.
type settlement struct {
	b *bench
	*settle.Settlement
}

func (b *bench) settlement() (*settlement, error) {
	rules, err := b.rulesOn(lastDay(b.s))
	if err != nil {
		return nil, err
	}
	compiled, err := settle.Compile(rules, b.s.Scope, b.s.Region, lastDay(b.s).Year())
	return &settlement{b, compiled}, err
}

// wanted tells the claims whose streams need a price.
func (x *settlement) wanted(c *claims.Claim) bool {
	at := x.Lookup().Find(c)
	return at >= 0 && x.Streams()[at].Priced()
}

// outcome settles the case's claims.
func (x *settlement) outcome() (*settle.Outcome, error) {
	s := x.b.s
	list, err := x.b.price(x.wanted)
	if err != nil {
		return nil, err
	}
	var classes []string
	for i := range list {
		if list[i].done && !slices.Contains(classes, list[i].class.ID) {
			classes = append(classes, list[i].class.ID)
		}
	}
	t := settle.NewTally(settle.Dims{Streams: len(x.Streams()), Classes: len(classes), Schemes: len(s.Region.Schemes),
		Hospitals: len(s.Region.Hospitals), Counties: len(s.Region.Counties) + 1, Groups: len(s.Scope.Groups)})
	for i := range list {
		c := &list[i].claim
		if c.Settlement.Year() != lastDay(s).Year() {
			continue
		}
		stream := x.Lookup().Find(c)
		if stream < 0 {
			return nil, fmt.Errorf("claim %s (%s, %s) belongs to no stream of settle.streams", s.IDs[c.Row], c.Setting(), s.Region.Schemes[c.Scheme()])
		}
		s.Touch("settle.streams." + x.Streams()[stream].ID)
		tally(t, stream, c, &s.Pockets[c.Row], &list[i], slices.Index(classes, list[i].class.ID))
	}
	o, err := x.Settle(t)
	if err != nil {
		return nil, err
	}
	for i := range o.Funds {
		if o.Funds[i].Claims > 0 {
			s.Touch("settle.budgets." + o.Funds[i].BudgetID)
		}
	}
	if o.Advanced {
		s.Touch("advance")
	}
	return o, nil
}

// tally adds one claim to the sums.
func tally(t *settle.Tally, stream int, c *claims.Claim, pockets *benefit.Pockets, p *priced, class int) {
	scheme, hospital, days := c.Scheme(), int(c.Hospital), int64(c.Days())
	cell := t.Cell(stream, scheme, hospital, c.Settlement.Month()-1)
	home := t.Home(stream, scheme, int(c.County), hospital)
	cell.Claims++
	cell.Days += days
	for i, amount := range pockets {
		cell.Pockets[i] += amount
	}
	home.Claims++
	if inHospital(c) {
		home.Stays++
	}
	home.Gross += c.Gross
	home.Fund += pockets[benefit.Fund]
	if !p.done {
		return
	}
	v := &p.value
	cell.Points += v.Points
	cell.Standard += v.Standard
	cell.Direct += v.Direct
	home.Points += v.Points
	home.Direct += v.Direct
	group := settle.GroupCell{Claims: 1, Days: days, Gross: c.Gross, Fund: pockets[benefit.Fund], Points: v.Points}
	if settle.LeftOut(days, c.Gross) {
		group.Excluded = 1
	}
	t.AddGroup(scheme, hospital, int(c.Group), group)
	of := t.ClassOf(class, scheme, hospital)
	of.Claims++
	of.Gross += c.Gross
	of.Points += v.Points
}

// openings turns the block budget into the openings of budgets: an amount per scheme, or a table by alliance or hospital.
func openings(s *casetest.Setup) ([]policy.Change, error) {
	t := s.Case.Table("budget")
	if t == nil {
		return nil, nil
	}
	if err := t.CheckColumns([]string{"budget", "scheme", "alliance", "hospital", "amount"}); err != nil {
		return nil, err
	}
	var changes []policy.Change
	for i, row := range t.Rows {
		id := t.Cell(row, "budget")
		same := func(r casetest.Row) bool { return t.Cell(r, "budget") == id }
		if slices.ContainsFunc(t.Rows[:i], same) {
			continue
		}
		var rows []casetest.Row
		for _, r := range t.Rows[i:] {
			if same(r) {
				rows = append(rows, r)
			}
		}
		path := "settle.budgets." + id
		if _, err := s.Pack.Lookup(path); err != nil {
			return nil, fmt.Errorf("%s: budget: %w", row.Pos, err)
		}
		changes = append(changes, policy.Change{Path: path + ".opening", Value: opening(s.Region, t, rows), From: claims.NoDate, Reason: "case", Pos: row.Pos})
	}
	return changes, nil
}

// opening writes the opening of one budget as a pack would.
func opening(reg *region.Region, t *casetest.Table, rows []casetest.Row) *policy.Value {
	m := &policy.Value{Shape: policy.Map, Pos: rows[0].Pos}
	if slices.ContainsFunc(rows, func(r casetest.Row) bool { return t.Cell(r, "alliance") != "" || t.Cell(r, "hospital") != "" }) {
		list := &policy.Value{Shape: policy.List, Pos: rows[0].Pos}
		for _, r := range rows {
			item := &policy.Value{Shape: policy.Map, Pos: r.Pos}
			for _, col := range []string{"scheme", "alliance", "hospital", "amount"} {
				if text := t.Cell(r, col); text != "" {
					item = item.With(col, scalar(text, r.Pos))
				}
			}
			list.Items = append(list.Items, item)
		}
		return m.With("kind", scalar("table", m.Pos)).With("rows", list)
	}
	if t.Cell(rows[0], "scheme") == "" {
		return m.With("kind", scalar("amount", m.Pos)).With("amount", scalar(t.Cell(rows[0], "amount"), m.Pos))
	}
	amounts := &policy.Value{Shape: policy.Map, Pos: m.Pos}
	for _, scheme := range reg.Schemes {
		amounts = amounts.With(scheme, scalar("0", m.Pos))
	}
	for _, r := range rows {
		amounts = amounts.With(t.Cell(r, "scheme"), scalar(t.Cell(r, "amount"), r.Pos))
	}
	return m.With("kind", scalar("amount", m.Pos)).With("amount", amounts)
}

// settleBlock is one block of what comes out of a settlement: a kind of record with its names and its figures.
type settleBlock struct {
	of    string
	names []string
	cells []string
	// records calls each with the names of a record, in the order of names, and its figures, in the order of cells.
	records func(x *settlement, o *settle.Outcome, each func(names []string, figures ...string))
}

var settleBlocks = []settleBlock{
	{of: "", names: []string{"hospital", "scheme"}, cells: hospitalCells, records: hospitalRecords},
	{of: "hospitals", names: []string{"hospital", "scheme"}, cells: hospitalCells, records: hospitalRecords},
	{of: "funds", names: []string{"fund", "scheme", "alliance"},
		cells: []string{"opening", "budget", "net", "reserve", "released", "booked", "charged", "balance", "retained", "shared", "withheld", "carried", "fund_share", "paid"}, records: fundRecords},
	{of: "pools", names: []string{"pool", "scheme"}, cells: []string{"claims", "gross", "booked", "points", "money", "value", "paid", "residual"}, records: poolRecords},
	{of: "alliances", names: []string{"alliance", "scheme"},
		cells: []string{"lead", "persons", "inside", "county", "out_of_county", "out_of_province", "inflow"}, records: allianceRecords},
	{of: "members", names: []string{"alliance", "scheme", "hospital"}, cells: []string{"amount"}, records: memberRecords},
	{of: "indicators", names: []string{"indicator", "definition", "level", "of"}, cells: []string{"value"}, records: indicatorRecords},
	{of: "subsidies", names: []string{"subsidy"}, cells: []string{"amount"}, records: subsidyRecords},
}

func (b *settleBlock) columns() []string { return slices.Concat(b.names, b.cells) }

// solve settles the case and finds, for each row of the block, the one record that its names mean: a name that a row
// leaves blank is asked of nobody.
func (b *settleBlock) solve(s *casetest.Setup, t *casetest.Table) ([][]string, error) {
	bench, err := newBench(s)
	if err != nil {
		return nil, err
	}
	x, err := bench.settlement()
	if err != nil {
		return nil, err
	}
	o, err := x.outcome()
	if err != nil {
		return nil, err
	}
	type record struct{ names, figures []string }
	var records []record
	b.records(x, o, func(names []string, figures ...string) { records = append(records, record{names, figures}) })
	out := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		var found *record
		var known []string
		for k := range records {
			r := &records[k]
			known = append(known, strings.TrimRight(strings.Join(r.names, "/"), "/"))
			if slices.ContainsFunc(b.names, func(col string) bool {
				want := t.Cell(row, col)
				return want != "" && want != r.names[slices.Index(b.names, col)]
			}) {
				continue
			}
			if found != nil {
				return nil, fmt.Errorf("%s: settle %s: more than one record is meant; say which by %s", row.Pos, b.of, strings.Join(b.names, ", "))
			}
			found = r
		}
		if found == nil {
			return nil, fmt.Errorf("%s: settle %s: there is no %s; there are %s%s", row.Pos, b.of, strings.Join(row.Cells[:1], " "), strings.Join(known, ", "), nearest.Hint(row.Cells[0], known))
		}
		for j, col := range t.Columns {
			if at := slices.Index(b.cells, col); at >= 0 {
				out[i] = append(out[i], found.figures[at])
			} else {
				out[i] = append(out[i], row.Cells[j])
			}
		}
	}
	return out, nil
}

// texts prints amounts.
func texts(amounts ...money.Fen) []string {
	out := make([]string, len(amounts))
	for i, f := range amounts {
		out[i] = f.String()
	}
	return out
}

var hospitalCells = []string{"claims", "gross", "booked", "points", "base", "retained", "shared", "withheld", "paid", "balance", "prepayment", "advances", "deposits", "released", "clearing"}

func hospitalRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Hospitals {
		h := &o.Hospitals[i]
		var advances, deposits money.Fen
		for m := range h.Months {
			advances += h.Months[m]
			deposits += h.Deposits[m]
		}
		figures := append([]string{fmt.Sprint(h.Claims)}, texts(h.Gross, h.Booked)...)
		figures = append(figures, h.Points.String())
		each([]string{h.Hospital, h.Scheme}, append(figures, texts(h.Base, h.Retained, h.Shared, h.Withheld, h.Paid, h.Balance, h.Prepayment, advances, deposits, h.DepositReleased, h.Clearing)...)...)
	}
}

func fundRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Funds {
		f := &o.Funds[i]
		each([]string{f.BudgetID, f.Scheme, f.Alliance}, texts(f.Opening, f.Budget, f.Net, f.ReserveHeld, f.Released, f.Booked, f.Charged, f.Balance, f.Retained, f.Shared, f.Withheld, f.Carried, f.FundShare, f.Paid)...)
	}
}

func poolRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Pools {
		p := &o.Pools[i]
		value, err := p.Applied.Decimals(6, money.HalfUp)
		if err != nil {
			value = ""
		}
		each([]string{p.Pool, p.Scheme}, fmt.Sprint(p.Claims), p.Gross.String(), p.Booked.String(), p.Points.String(), p.Money.String(), value, p.Paid.String(), p.Residual.String())
	}
}

func allianceRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Alliances {
		a := &o.Alliances[i]
		figures := append([]string{a.Lead, fmt.Sprint(a.Persons)}, texts(a.Charged[:]...)...)
		each([]string{a.Alliance, a.Scheme}, append(figures, a.Inflow.String())...)
	}
}

func memberRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Alliances {
		a := &o.Alliances[i]
		for _, m := range a.Members {
			each([]string{a.Alliance, a.Scheme, m.Hospital}, m.Amount.String())
		}
	}
}

func indicatorRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Indicators {
		ind := &o.Indicators[i]
		millionths, err := money.MulDiv(ind.Num, int64(money.One), ind.Den, money.HalfUp)
		if err != nil {
			continue
		}
		each([]string{ind.Name, ind.Definition, ind.Level, ind.Of}, money.Points(millionths).String())
	}
}

func subsidyRecords(_ *settlement, o *settle.Outcome, each func([]string, ...string)) {
	for i := range o.Subsidies {
		each([]string{o.Subsidies[i].ID}, o.Subsidies[i].Amount.String())
	}
}
