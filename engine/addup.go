package engine

import (
	"fmt"
	"math/bits"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// addUp adds the claims of the batch to the sums of one set of streams: what all plans share, and what the stages have put into
// the claims' rows. These tables do not fit in the processor's nearest memory, so all that a claim has for a row goes there at once,
// and one table comes after the other: in a loop that does little the processor fetches the rows of many claims at once.
func (w *worker) addUp(i int) error {
	sums, at := w.sums[i], &w.batch.streams[i]
	cs := w.batch.visits[w.streams[i].order].claims
	careful, full := w.mass > safeMass, -1
	add := func(sums, moved []int64) {
		if careful {
			full = max(full, addChecked(sums, moved))
			return
		}
		addRow(sums, moved)
	}
	for k := range cs {
		row := sums.cells.row(at.places[k].cell)
		row[cellClaims]++
		row[cellDays] += int64(cs[k].Days())
		add(row[cellShared:], at.row(k))
	}
	for k := range cs {
		c := &cs[k]
		row := sums.homes.row(at.places[k].home)
		row[homeClaims]++
		row[homeGross] += int64(c.Gross)
		if set := c.Setting(); set == claims.Inpatient || set == claims.BedDay {
			row[homeStays]++
		}
		add(row[homeShared:], at.row(k))
		sums.settled.add(1, c.Gross)
	}
	for k := range cs {
		c, p := &cs[k], &at.places[k]
		if p.group < 0 {
			continue
		}
		row, days := sums.groups.row(p.group), int64(c.Days())
		row[groupClaims]++
		row[groupDays] += days
		row[groupGross] += int64(c.Gross)
		if settle.LeftOut(days, c.Gross) {
			row[groupExcluded]++
		}
		add(row[groupShared:], at.row(k))
	}
	if full >= 0 {
		return fmt.Errorf("scenario %s: adding up points and prices: %w", w.scenarioOf(i, full), money.ErrOverflow)
	}
	return nil
}

// addRow adds the first columns of a claim's row to sums.
func addRow(sums, moved []int64) {
	moved = moved[:len(sums)]
	for len(sums) >= 4 {
		a, b := (*[4]int64)(sums), (*[4]int64)(moved)
		a[0] += b[0]
		a[1] += b[1]
		a[2] += b[2]
		a[3] += b[3]
		sums, moved = sums[4:], moved[4:]
	}
	for i := range sums {
		sums[i] += moved[i]
	}
}

// addChecked is addRow near the limits: it returns the last column whose sum does not fit, or -1.
func addChecked(sums, moved []int64) int {
	full := -1
	for i := range sums {
		if addTo(&sums[i], moved[i]) < 0 {
			full = i
		}
	}
	return full
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

// magnitude has at least the bits of the absolute value of v.
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

// movePaid puts what the present benefit rules left in each pocket into the claims' rows: as such, or as the difference to
// what the first ones left.
func (w *worker) movePaid(pw *paidWork) error {
	at, columns := &w.batch.streams[pw.stream], w.sums[pw.stream].pockets[pw.column]
	cs := w.batch.visits[w.streams[pw.stream].order].claims
	told := pw.base >= 0
	for k := range w.pockets {
		pockets, row := &w.pockets[k], at.row(k)
		var left money.Fen
		if told {
			first := &w.first[k]
			for _, c := range columns {
				v := pockets[c.pocket] - first[c.pocket]
				row[c.column] = int64(v)
				left += v
			}
		} else {
			left = -cs[k].Gross
			for _, c := range columns {
				v := pockets[c.pocket]
				row[c.column] = int64(v)
				left += v
			}
		}
		if left != 0 {
			return fmt.Errorf("BUG: scenario %s: %s of the claim in row %d is in pockets that its steps do not touch", w.benefits[pw.benefit].plan.Scenario.Name, left, cs[k].Row+1)
		}
	}
	return nil
}
