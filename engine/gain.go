package engine

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// gain is what a benefit work or a price work adds up for claims of a batch: for all of them, or for those that come out differently
// than by the work that it is told against.
type gain struct {
	all bool
	at  []int32 // the claims, unless it is for all
	// most tells of a benefit work that most claims came out differently the last time.
	most bool
	// amounts are those of a benefit work, by pocket column of the layout and claim.
	amounts [][]money.Fen
	// Of a price work, by claim. Standard and direct are empty where it does not look at benefits.
	points           []money.Points
	standard, direct []money.Fen
}

// moveWorth makes what the stays are worth the gain of a price work, and adds up their classes.
func (w *worker) moveWorth(k int, cs []claims.Claim) error {
	pw, x, g := &w.prices[k], &w.worth[k], &w.priceGains[k]
	sums, at := w.sums[pw.stream], &w.batch.streams[pw.stream]
	classes, perClass := &sums.classes[pw.column], int(pw.plan.perClass())
	if g.all = len(w.stayAt) == len(cs); !g.all {
		g.at = append(g.at[:0], w.stayAt...) // those of other streams may be chosen before this is added up
	}
	g.points, g.standard, g.direct = x.points, x.standard, x.direct
	x.rows = sized(x.rows, len(w.stayAt))
	values := uint64(0)
	for n, i := range w.stayAt {
		values |= magnitude(int64(x.points[n]))
		row := (int(x.class[n])*perClass + int(at.sites[i])) * classes.width
		x.rows[n] = uint32(row)
		class := classes.sums[row:][:classWidth:classWidth]
		class[classClaims]++
		class[classGross] += int64(cs[i].Gross)
	}
	for n := range x.standard {
		values |= magnitude(int64(x.standard[n])) | magnitude(int64(x.direct[n]))
	}
	w.weigh(len(w.stayAt), values)
	return w.moved(pw, w.addToClasses(classes, x.rows, x.points))
}

// moveDifferences is moveWorth for a work that is told against another: what counts is how much more or less it makes of the stays.
func (w *worker) moveDifferences(k int, cs []claims.Claim) error {
	pw, x, base, g := &w.prices[k], &w.worth[k], &w.worth[w.prices[k].base], &w.priceGains[k]
	stays := len(w.stayAt)
	g.all, g.at, g.points = false, sized(g.at, stays), sized(g.points, stays)
	var values uint64
	var over int64
	switch {
	case pw.contrast != nil:
		values, over = w.differWhere(x, base, g)
	case pw.benefit < 0:
		values, over = w.differ(x, base, g)
	default:
		values, over = w.differOwed(x, base, g)
	}
	g.at, g.points = g.at[:len(w.changed)], g.points[:len(w.changed)]
	for m, n := range w.changed {
		g.at[m] = w.stayAt[n]
	}
	w.weigh(stays, values)
	if pw.alike >= 0 && w.prices[pw.base].alike == pw.alike {
		w.rows = sized(w.rows, len(w.changed)) // the stays are in the classes that the other work found for them
		for m, n := range w.changed {
			w.rows[m] = base.rows[n]
		}
		over |= w.addToClasses(&w.sums[pw.stream].classes[pw.column], w.rows, g.points)
	} else {
		over |= w.moveClasses(k, cs)
	}
	return w.moved(pw, over)
}

// differ finds the stays of which a work makes other points than its base. values has at least the bits of all differences, and over is
// negative when one does not fit.
func (w *worker) differ(x, base *worth, g *gain) (values uint64, over int64) {
	stays, to := len(w.stayAt), 0
	w.changed = sized(w.changed, stays)
	before := base.points[:stays]
	for n, now := range x.points[:stays] {
		points := now - before[n]
		over |= differs(int64(now), int64(before[n]), int64(points))
		values |= magnitude(int64(points))
		w.changed[to], g.points[to] = int32(n), points
		if points != 0 {
			to++
		}
	}
	w.changed = w.changed[:to]
	return values, over
}

// differWhere is differ among the stays that have changed already, as far as is known.
func (w *worker) differWhere(x, base *worth, g *gain) (values uint64, over int64) {
	to := 0
	for _, n := range w.changed {
		now, before := x.points[n], base.points[n]
		points := now - before
		over |= differs(int64(now), int64(before), int64(points))
		values |= magnitude(int64(points))
		w.changed[to], g.points[to] = n, points
		if points != 0 {
			to++
		}
	}
	w.changed = w.changed[:to]
	return values, over
}

// differOwed is differ where prices look at benefits: standards and what is owed directly can differ too.
func (w *worker) differOwed(x, base *worth, g *gain) (values uint64, over int64) {
	stays, to := len(w.stayAt), 0
	w.changed, g.standard, g.direct = sized(w.changed, stays), sized(g.standard, stays), sized(g.direct, stays)
	for n, now := range x.points[:stays] {
		points, standard, direct := now-base.points[n], x.standard[n]-base.standard[n], x.direct[n]-base.direct[n]
		over |= differs(int64(now), int64(base.points[n]), int64(points)) | differs(int64(x.standard[n]), int64(base.standard[n]), int64(standard)) |
			differs(int64(x.direct[n]), int64(base.direct[n]), int64(direct))
		values |= magnitude(int64(points)) | magnitude(int64(standard)) | magnitude(int64(direct))
		w.changed[to], g.points[to], g.standard[to], g.direct[to] = int32(n), points, standard, direct
		if int64(points)|int64(standard|direct) != 0 {
			to++
		}
	}
	w.changed, g.standard, g.direct = w.changed[:to], g.standard[:to], g.direct[:to]
	return values, over
}

// addToClasses adds points to the classes whose rows begin at some places; what it returns is negative when a sum does not fit.
func (w *worker) addToClasses(classes *table, rows []uint32, points []money.Points) int64 {
	a := adder{to: classes, shared: classPoints, width: 1, careful: w.mass > safeMass, full: -1}
	add(&a, rows, 0, points)
	return -int64(a.full + 1)
}

// moveClasses takes stays out of the classes of the work that this one is told against, and adds them to their own; what it returns is
// negative when a sum does not fit.
func (w *worker) moveClasses(k int, cs []claims.Claim) int64 {
	pw, x, base := &w.prices[k], &w.worth[k], &w.worth[w.prices[k].base]
	classes, perClass, sites := &w.sums[pw.stream].classes[pw.column], pw.plan.perClass(), w.batch.streams[pw.stream].sites
	over := int64(0)
	for n, i := range w.stayAt {
		now, before := int64(x.points[n]), int64(base.points[n])
		into := classes.row(int32(x.class[n])*perClass + sites[i])
		if x.class[n] == base.class[n] {
			over |= addTo(&into[classPoints], now-before)
			continue
		}
		from := classes.row(int32(base.class[n])*perClass + sites[i])
		into[classClaims]++
		from[classClaims]--
		into[classGross] += int64(cs[i].Gross)
		from[classGross] -= int64(cs[i].Gross)
		over |= addTo(&into[classPoints], now) | addTo(&from[classPoints], -before)
	}
	return over
}

// differs is negative when d, which was worked out as a − b, is not that because it does not fit.
func differs(a, b, d int64) int64 { return (a ^ b) & (a ^ d) }

// moved is the error of a price work whose gain, or the sums of its classes, do not fit; over is negative then.
func (w *worker) moved(pw *priceWork, over int64) error {
	if over < 0 {
		return fmt.Errorf("scenario %s: adding up points and prices: %w", pw.plan.Scenario.Name, money.ErrOverflow)
	}
	return nil
}
