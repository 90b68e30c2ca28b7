package benefit

import (
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// deductible takes from what is open the amount that the person bears before the fund pays anything (起付标准), by tier, scheme,
// age, status or whatever else its rows select.
//
//	amounts: [{tier: tertiary, amount: 800}, ...]   amount: [700, 600, 500] names the first, second and later visits;
//	                                                share: 20%, of: gross, min: 2000, max: 10000 is a part of the cost
//	per: visit                                      or day, month, year, twelve_months, ...: paid once in it
//	repeat: {share: 50%} | {less: 100, floor: 160}  later visits of the year: halved, or stepped down to a floor
//	yearly_cap: 3000                                sum over the year, whatever the visits ask
//	adjust: [{referral: none, times: 2}, {signed: true, add: -300}]
//	referral: {...}                                 see referral
//
// Due = amount by order of the visit, adjusted, then cut by the referral, by what the period has had already, by the yearly
// cap and by what is open. A share of cost, a repeat share and times round as `round` names. Worked: a second stay at 800
// with repeat share 50% pays 400.00. Exception: visits that a valid referral links are one episode and count as one; a
// visit that no row serves has no deductible and counts for none.
type deductible struct {
	rows     table[deductibleRow]
	adjust   []adjustment
	repeat   repeat
	referral *referral
	paid     counter
	perVisit bool
	cap      money.Fen // noLimit: none
	round    money.Rounding

	order, episode, year int // slots: episodes so far, paid in the present one, paid in the year
}

type deductibleRow struct {
	amounts  []money.Fen // by order of the visit; the last serves all later ones; empty for a share
	share    money.Ratio
	ofGross  bool
	min, max money.Fen
}

// repeat lowers the amount of later visits of the year.
type repeat struct {
	share       money.Ratio // of the amount
	less, floor money.Fen   // per earlier visit
}

func compileDeductible(d *policy.Decoder, ctx *Context) Rule {
	r := &deductible{
		adjust: readAdjustments(d, ctx),
		paid:   newCounter(d, ctx, perVisit),
		cap:    d.FenOr("yearly_cap", noLimit),
		round:  d.RoundingOr("round", ctx.Round),
		repeat: repeat{share: money.One},
	}
	r.perVisit = r.paid.per == perVisit
	r.rows = readTable(d, ctx, "amounts", false, readDeductibleRow)
	if sub := d.Sub("repeat"); sub != nil {
		r.repeat = repeat{sub.ShareOr("share", money.One), sub.FenOr("less", 0), sub.FenOr("floor", 0)}
		sub.Close()
	}
	if sub := d.Sub("referral"); sub != nil {
		ctx.Scope.Reads(claims.ColReferral, claims.ColReferredFrom)
		r.referral = readReferral(sub)
		sub.Close()
	}
	if !r.perVisit && (d.Has("repeat") || r.referral != nil) {
		d.Fail("per", "repeat and referral need a deductible per visit, not per %s", periodWords[r.paid.per])
	}
	name := d.TextOr("counter", ctx.Step.ID)
	r.order, r.episode, r.year = ctx.Slots.Slot(name+"/order"), ctx.Slots.Slot(name+"/episode"), ctx.Slots.Slot(name+"/paid")
	return r
}

func readDeductibleRow(row *policy.Decoder) deductibleRow {
	a := deductibleRow{
		ofGross: row.WordOr("of", []string{"open", "gross"}, 0) == 1,
		min:     row.FenOr("min", 0),
		max:     row.FenOr("max", noLimit),
	}
	if row.Has("share") {
		if row.Has("amount") {
			row.Fail("amount", "stands beside share; a row has one of them")
		}
		a.share = row.Share("share")
		return a
	}
	for _, w := range row.Texts("amount") {
		f, err := money.ParseFen(w)
		if err == nil && f < 0 {
			row.Fail("amount", "%s is negative", f)
		}
		if err != nil {
			row.Fail("amount", "%v", err)
		}
		a.amounts = append(a.amounts, f)
	}
	if len(a.amounts) == 0 {
		row.Fail("amount", "is missing; a row needs amount or share")
		a.amounts = []money.Fen{0}
	}
	return a
}

func (r *deductible) skips(chosen []int16) bool { return r.rows.never(chosen) }

// Apply moves the deductible out of Open.
func (r *deductible) Apply(v *Visit, y *Year) {
	row := r.rows.find(v)
	if row == nil {
		return
	}
	order, episode := &y.Slots[r.order], &y.Slots[r.episode]
	linked := noLink
	if r.referral != nil && *order > 0 {
		linked = r.referral.link(v, y)
	}
	if linked == noLink {
		*order++
		*episode = 0
	}
	due := r.due(v, row, *order)
	if linked != noLink {
		due = r.referral.due(v, linked, due, *episode)
	}
	paid := r.paid.at(v, y)
	if !r.perVisit {
		left := max(due-*paid, 0)
		if v.Tracing() {
			v.Say("%s − 本期已付 %s，尚余 %s", "%s − paid in the period %s leaves %s", due, *paid, left)
		}
		due = left
	}
	if left := max(r.cap-y.Slots[r.year], 0); due > left {
		if v.Tracing() {
			v.Say("年度累计封顶 %s，已付 %s，本次至多 %s", "yearly cap %s, paid %s: at most %s now", r.cap, y.Slots[r.year], left)
		}
		due = left
	}
	part := min(due, v.Pockets[Open])
	if v.Tracing() {
		v.Say("起付标准 min(%s，待定 %s) = %s", "deductible min(%s, open %s) = %s", due, v.Pockets[Open], part)
	}
	*paid += part
	*episode += part
	y.Slots[r.year] += part
	v.Move(Open, Deductible, part)
}

// due returns the amount that the row names for the order of the visit (1 is the first), adjusted.
func (r *deductible) due(v *Visit, row *deductibleRow, order money.Fen) money.Fen {
	var amount money.Fen
	if len(row.amounts) == 0 {
		base := v.Pockets[Open]
		if row.ofGross {
			base = v.Gross
		}
		amount = min(max(v.Times(base, row.share, r.round), row.min), row.max)
		if v.Tracing() {
			v.Say("%s × %s%s，不低于 %s%s：%s", "%s × %s%s, at least %s%s: %s", base, row.share.Percent(), rounded(r.round, 1), row.min, limitText(row.max), amount)
		}
	} else {
		amount = row.amounts[min(int(order), len(row.amounts))-1]
		if v.Tracing() {
			v.Say("本年第 %d 次，标准 %s", "visit %d of the year: %s", int64(order), amount)
		}
	}
	if order > 1 {
		amount = r.repeat.of(v, amount, order, r.round)
	}
	if len(r.adjust) > 0 {
		amount = adjusted(v, r.adjust, amount, r.round)
	}
	return amount
}

// of returns the amount as the order of a later visit lowers it.
func (p *repeat) of(v *Visit, amount, order money.Fen, round money.Rounding) money.Fen {
	if p.share != money.One {
		before := amount
		amount = v.Times(amount, p.share, round)
		if v.Tracing() {
			v.Say("再次住院：%s × %s = %s%s", "later visit: %s × %s = %s%s", before, p.share.Percent(), amount, rounded(round, 1))
		}
	}
	if p.less > 0 {
		before := amount
		amount = max(amount-p.less*(order-1), min(p.floor, amount))
		if v.Tracing() {
			v.Say("再次住院：%s − %s × %d，不低于 %s：%s", "later visit: %s − %s × %d, not below %s: %s", before, p.less, int64(order-1), p.floor, amount)
		}
	}
	return amount
}

// plainDeductible is a deductible of amounts that the order of the visit alone decides.
type plainDeductible struct {
	*deductible
	// dues are the amounts by row and by order of the visit, lowered for later visits; the last serves all later ones. A row
	// that asks for a share of cost has none.
	dues [][]money.Fen
	// table holds the same, width to a row; nil where some row has none, or more than the visit and its episode limits what is due.
	table []money.Fen
	width int
}

func (r *deductible) sweeper() (sweeper, *choice) {
	if len(r.adjust) > 0 || r.repeat.less > 0 || !r.paid.plain() {
		return nil, nil
	}
	k := &plainDeductible{deductible: r}
	for i := range r.rows.rows {
		row := &r.rows.rows[i]
		var dues []money.Fen
		if len(row.amounts) > 0 {
			var v Visit // of which an amount that is fixed asks for nothing
			for order := range max(len(row.amounts), 2) {
				dues = append(dues, r.due(&v, row, money.Fen(order+1)))
			}
			if v.fault != nil {
				return nil, nil
			}
		}
		k.dues = append(k.dues, dues)
	}
	k.tabulate()
	return k, &r.rows.choice
}

// tabulate lays the dues out in one table where they are due for each visit and nothing but referrals cuts them.
func (r *plainDeductible) tabulate() {
	if !r.perVisit || r.cap != noLimit {
		return
	}
	for _, dues := range r.dues {
		if len(dues) == 0 {
			return
		}
		r.width = max(r.width, len(dues))
	}
	for _, dues := range r.dues {
		for order := range r.width {
			r.table = append(r.table, dues[min(order, len(dues)-1)])
		}
	}
}

// sweep is Apply for rows of fixed amounts. What the period and the year have had are the same sum, as there is no period but the
// year; Open never falls below zero, as no more leaves it than it holds.
func (r *plainDeductible) sweep(s *sweep, rows []int32) {
	by := r.referral
	if by == nil {
		by = &unlinked
	}
	links := s.linksBy(by)
	if r.table != nil {
		r.perVisits(s, rows, links)
		return
	}
	opens, parts := s.column(Open), s.column(Deductible)
	keep := s.keep(perYear)
	var order, episode, year money.Fen
	for i, row := range rows {
		order, episode, year = order&keep[i], episode&keep[i], year&keep[i]
		if row < 0 {
			continue
		}
		dues := r.dues[row]
		if len(dues) == 0 {
			v, y := s.hand(i)
			y.Slots[r.order], y.Slots[r.episode], y.Slots[r.year], y.Slots[r.paid.sum] = order, episode, year, year
			if r.Apply(v, y); s.failed(i) {
				return
			}
			order, episode, year = y.Slots[r.order], y.Slots[r.episode], y.Slots[r.year]
			continue
		}
		linked := noLink
		if order > 0 {
			linked = links[i]
		}
		if linked == noLink {
			order++
			episode = 0
		}
		due := dues[min(int(order), len(dues))-1]
		if linked != noLink {
			due = r.referral.due(s.v, linked, due, episode)
		}
		if !r.perVisit {
			due = max(due-year, 0)
		}
		part := min(due, max(r.cap-year, 0), opens[i])
		episode += part
		year += part
		opens[i] -= part
		parts[i] += part
	}
}

// perVisits is sweep for dues in a table. It decides by masks: whether a visit hangs on the one before, no processor could guess.
func (r *plainDeductible) perVisits(s *sweep, rows []int32, links []link) {
	opens, parts, keep := s.column(Open)[:len(rows)], s.column(Deductible)[:len(rows)], s.keep(perYear)[:len(rows)]
	links = links[:len(rows)]
	last := money.Fen(r.width) - 1
	var order, episode money.Fen // order counts from 0: the episodes before this one
	for i, row := range rows {
		order, episode = order&keep[i], episode&keep[i]
		if row < 0 {
			continue
		}
		how := money.Fen(links[i])
		goesOn := (-order & -how) >> 63 // all ones where there was an episode and the visit is linked to it
		order += 1 + goesOn
		episode &= goesOn
		due := r.table[int(row)*r.width+int(min(order-1, last))]
		due = max(due-episode, 0) &^ (goesOn & -(how >> 1)) // linkFree is 2
		part := min(due, opens[i])
		episode += part
		opens[i] -= part
		parts[i] += part
	}
}

// limitText prints an upper limit where there is one; it reads alike in both languages.
func limitText(limit money.Fen) string {
	if limit == noLimit {
		return ""
	}
	var b strings.Builder
	b.WriteString(", ≤ ")
	b.WriteString(limit.Grouped())
	return b.String()
}
