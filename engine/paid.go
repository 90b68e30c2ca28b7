package engine

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// movePaid makes what the present benefit rules left in each pocket the gain of their work: as such, or as the difference to what the
// first ones left.
func (w *worker) movePaid(k int) error {
	pw, g := &w.paid[k], &w.paidGains[k]
	columns := w.sums[pw.stream].pockets[pw.column]
	cs := w.batch.visits[w.streams[pw.stream].order].claims
	if len(g.amounts) == 0 {
		g.amounts = make([][]money.Fen, len(columns))
	}
	var closes bool
	if pw.base < 0 {
		g.all, closes = true, w.moveLeft(g, columns, cs)
	} else if g.all = g.most; g.all {
		closes = w.moveDense(g, columns, len(cs))
	} else {
		closes = w.moveChanges(g, columns, len(cs))
	}
	if !closes {
		return w.unclosed(pw, columns, cs)
	}
	return nil
}

// moveLeft moves what is in the pockets that a work can fill, and tells whether that is what the claims cost.
func (w *worker) moveLeft(g *gain, columns []pocketColumn, cs []claims.Claim) bool {
	sum := money.Fen(0)
	for n, c := range columns {
		g.amounts[n] = w.present.Column(c.pocket)
		for _, v := range g.amounts[n] {
			sum += v
		}
	}
	for i := range cs {
		sum -= cs[i].Gross
	}
	return sum == 0
}

// moveDense moves what is in these pockets above what the first work left there, for all n claims, and tells whether they are worth what
// they were. Claims for which nothing differs add zeros, which costs less than to leave them out when they are few.
func (w *worker) moveDense(g *gain, columns []pocketColumn, n int) bool {
	sum := money.Fen(0)
	for k, c := range columns {
		g.amounts[k] = sized(g.amounts[k], n)
		changes, now, before := g.amounts[k][:n], w.columnOf(w.present, c.pocket, n)[:n], w.columnOf(w.first, c.pocket, n)[:n]
		for i := range changes {
			v := now[i] - before[i]
			changes[i] = v
			sum += v
		}
	}
	differ := 0 // of the fund's part, which hardly any claim keeps that differs elsewhere
	for _, v := range g.amounts[0] {
		differ += int(uint64(v|-v) >> 63)
	}
	g.most = mostOf(differ, n)
	return sum == 0
}

// moveChanges is moveDense for the claims for which something differs.
func (w *worker) moveChanges(g *gain, columns []pocketColumn, n int) bool {
	g.at, g.most = g.at[:0], false
	w.other = sized(w.other, n)
	other, all := w.other, money.Fen(0)
	for k, c := range columns {
		now, before := w.columnOf(w.present, c.pocket, n)[:n], w.columnOf(w.first, c.pocket, n)[:n]
		if k == 0 {
			for i := range other {
				v := now[i] ^ before[i]
				other[i] = v
				all |= v
			}
			continue
		}
		for i := range other {
			v := now[i] ^ before[i]
			other[i] |= v
			all |= v
		}
	}
	if all == 0 {
		return true
	}
	g.at = sized(g.at, n)
	to := 0
	for i, v := range other {
		g.at[to] = int32(i)
		if v != 0 {
			to++
		}
	}
	g.at = g.at[:to]
	g.most = mostOf(to, n)
	sum := money.Fen(0)
	for k, c := range columns {
		g.amounts[k] = sized(g.amounts[k], n)
		changes, now, before := g.amounts[k], w.columnOf(w.present, c.pocket, n), w.columnOf(w.first, c.pocket, n)
		for to, i := range g.at {
			v := now[i] - before[i]
			changes[to] = v
			sum += v
		}
	}
	return sum == 0
}

// mostOf tells whether the claims that differ are so many that the next batch is better taken as a whole.
func mostOf(differ, n int) bool { return differ*2 > n }

// columnOf returns a pocket of n visits: zeros where it is empty for all.
func (w *worker) columnOf(left *benefit.Left, p benefit.Pocket, n int) []money.Fen {
	if column := left.Column(p); column != nil {
		return column[:n]
	}
	w.empty = sized(w.empty, n) // nobody writes to it
	return w.empty
}

// unclosed names a claim whose pockets do not hold what it cost.
func (w *worker) unclosed(pw *paidWork, columns []pocketColumn, cs []claims.Claim) error {
	wrong := 0
	for i := range cs {
		sum := -cs[i].Gross
		if pw.base >= 0 {
			sum = 0
		}
		for _, c := range columns {
			sum += w.columnOf(w.present, c.pocket, len(cs))[i]
			if pw.base >= 0 {
				sum -= w.columnOf(w.first, c.pocket, len(cs))[i]
			}
		}
		if sum != 0 {
			wrong = i
			break
		}
	}
	return fmt.Errorf("BUG: scenario %s: the claim in row %d has money in pockets that its steps do not touch", w.benefits[pw.benefit].plan.Scenario.Name, cs[wrong].Row+1)
}
