package engine

import (
	"fmt"
	"math/bits"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// adder adds columns of a batch to one table of sums.
type adder struct {
	to      *table
	shared  int      // columns of the table that stand before those of the layout
	width   int      // columns of the layout that the table has
	rows    []uint32 // by claim: where its row begins
	careful bool
	full    int // the last column of the layout whose sum does not fit, or -1
}

// rowsOf returns of the rows of all claims those of a gain's.
func (w *worker) rowsOf(g *gain, rows []uint32) []uint32 {
	if g.all {
		return rows
	}
	w.rows = sized(w.rows, len(g.at))
	for n, i := range g.at {
		w.rows[n] = rows[i]
	}
	return w.rows
}

// add adds a column of the layout for the claims whose rows begin at some places. These tables do not fit in the processor's nearest
// memory, so one column comes after the other: in a loop that does little the processor fetches the rows of many claims at once, and
// the columns that follow find them near.
func add[T ~int64](a *adder, rows []uint32, column int, values []T) {
	if column < 0 || column >= a.width || len(values) == 0 {
		return
	}
	sums, values := a.to.sums[a.shared+column:], values[:len(rows)]
	if a.careful {
		for k, row := range rows {
			if addTo(&sums[row], int64(values[k])) < 0 {
				a.full = max(a.full, column)
			}
		}
		return
	}
	for k, row := range rows {
		sums[row] += int64(values[k])
	}
}

// addUp adds the claims of the batch to the sums of one set of streams: what all plans share, and what the works gain.
func (w *worker) addUp(i int) error {
	sums, at := w.sums[i], &w.batch.streams[i]
	cs := w.batch.visits[w.streams[i].order].claims
	addToGroups(&sums.groups, at, cs)
	sums.settled.add(int64(len(cs)), addToHomes(&sums.homes, at, cs))
	addToCells(&sums.cells, at)
	for _, a := range [...]adder{
		{to: &sums.groups, rows: at.groups, shared: groupShared, width: sums.inGroups},
		{to: &sums.homes, rows: at.homes, shared: homeShared, width: sums.inHomes},
		{to: &sums.cells, rows: at.cells, shared: cellShared, width: sums.width},
	} {
		a.careful, a.full = w.mass > safeMass, -1
		for k := range w.paid {
			if pw := &w.paid[k]; pw.stream == i {
				g := &w.paidGains[k]
				rows := w.rowsOf(g, a.rows)
				for n, c := range sums.pockets[pw.column] {
					add(&a, rows, c.column, g.amounts[n])
				}
			}
		}
		for k := range w.prices {
			if pw := &w.prices[k]; pw.stream == i {
				g := &w.priceGains[k]
				rows := w.rowsOf(g, a.rows)
				add(&a, rows, sums.points(pw.column), g.points)
				add(&a, rows, sums.standards[pw.column], g.standard)
				add(&a, rows, sums.directs[pw.column], g.direct)
			}
		}
		if a.full >= 0 {
			return fmt.Errorf("scenario %s: adding up points and prices: %w", w.scenarioOf(i, a.full), money.ErrOverflow)
		}
	}
	return nil
}

// addToGroups adds what all plans share to the table of groups, of which each claim's row is far away.
func addToGroups(t *table, at *located, cs []claims.Claim) {
	counts := t.sums[groupClaims:]
	for _, row := range at.groups {
		counts[row]++
	}
	for k, begin := range at.groups {
		row := t.sums[begin:][:groupShared:groupShared]
		row[groupDays] += at.days[k]
		row[groupGross] += int64(cs[k].Gross)
		if settle.LeftOut(at.days[k], cs[k].Gross) {
			row[groupExcluded]++
		}
	}
}

// addToHomes adds what all plans share to the table of homes, and returns the cost of all claims.
func addToHomes(t *table, at *located, cs []claims.Claim) money.Fen {
	gross := money.Fen(0)
	for k, begin := range at.homes {
		row := t.sums[begin:][:homeShared:homeShared]
		row[homeClaims]++
		row[homeGross] += int64(cs[k].Gross)
		gross += cs[k].Gross
		if set := cs[k].Setting(); set == claims.Inpatient || set == claims.BedDay {
			row[homeStays]++
		}
	}
	return gross
}

// addToCells adds what all plans share to the table of cells.
func addToCells(t *table, at *located) {
	for k, begin := range at.cells {
		row := t.sums[begin:][:cellShared:cellShared]
		row[cellClaims]++
		row[cellDays] += at.days[k]
	}
}

// safeMass is how much points and prices may weigh together so that none of their sums can be near the limits of 64 bits.
const safeMass = 1 << 61

// weigh adds to the mass what some stays could bring at most: values holds all bits of their amounts.
func (w *worker) weigh(stays int, values uint64) {
	hi, lo := bits.Mul64(uint64(stays), values)
	if w.mass += lo; hi > 0 || w.mass < lo {
		w.mass = 1<<64 - 1
	}
}

// magnitude has at least the bits of the absolute value of v, less one where v is negative.
func magnitude(v int64) uint64 { return uint64(v ^ v>>63) }

// scenarioOf names a scenario whose sums stand in a column of a stream work.
func (w *worker) scenarioOf(stream, column int) string {
	q := w.sums[stream].priceOf(column)
	for i := range w.prices {
		if p := &w.prices[i]; p.stream == stream && p.column == q {
			return p.plan.Scenario.Name
		}
	}
	return w.streams[stream].plan.Scenario.Name
}
