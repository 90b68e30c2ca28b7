package engine

import (
	"errors"
	"fmt"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
)

// pricing is what a worker keeps while it prices the stays of a batch.
type pricing struct {
	chosenStays
	chosen  int // the stream that they were chosen for; -1 when they carry what a benefit left
	own     chosenStays
	every   []drg.Stay // of all claims of a batch, see chooseAll
	everyAt []int32
	priced  []drg.Priced
	parts   drg.Parts
	parted  int     // the price work whose parts these are; -1 when they are of no use to others
	worth   []worth // by price work
}

// chosenStays are the stays of a batch that are priced, person after person.
type chosenStays struct {
	stays    []drg.Stay
	stayAt   []int32 // by stay: its claim
	stayEnds []int32 // by person with stays: where they end
}

// worth is what a price work made of the stays of a batch, by stay.
type worth struct {
	points []money.Points
	class  []uint8  // position in the plan's classes
	rows   []uint32 // where the rows of these classes begin; only of works that are told against no other
	// standard and direct are empty where the price work does not look at benefits.
	standard, direct []money.Fen
}

func (x *worth) reset(stays int, owed bool) {
	x.points, x.class = sized(x.points, stays), sized(x.class, stays)
	if owed {
		x.standard, x.direct = sized(x.standard, stays), sized(x.direct, stays)
	}
}

// sized returns a slice of n elements, s itself where it has room.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, 2*n)
	}
	return s[:n]
}

// price classifies and prices the stays of the batch that need it, and puts what they are worth into the claims' rows. Each version
// of the rules sees all of a person's stays, because a later one may change what an earlier one is worth, and counts its own.
func (w *worker) price(in *Input, k int) error {
	pw := &w.prices[k]
	cs := w.batch.visits[w.streams[pw.stream].order].claims
	if pw.benefit >= 0 || w.chosen != pw.stream {
		w.choose(pw, cs)
	}
	w.worth[k].reset(len(w.stays), pw.benefit >= 0)
	if pw.contrast != nil {
		if err := w.priceWhere(k); err != nil {
			return in.priceError(pw.plan, err)
		}
		return w.moveDifferences(k, cs)
	}
	for n := range pw.plan.Versions {
		version := &pw.plan.Versions[n]
		again := n > 0 && version.Pricer == pw.plan.Versions[n-1].Pricer
		if err := w.priceBy(k, version, again, cs); err != nil {
			return in.priceError(pw.plan, err)
		}
	}
	if pw.base >= 0 {
		return w.moveDifferences(k, cs)
	}
	return w.moveWorth(k, cs)
}

// priceError puts the names of scenario and claim before an error of a price.
func (in *Input) priceError(p *Plan, err error) error {
	var stay *drg.StayError
	if errors.As(err, &stay) {
		err = fmt.Errorf("%s: %w", in.name(stay.Row), stay.Err)
	}
	return fmt.Errorf("scenario %s: %w", p.Scenario.Name, err)
}

// priceBy prices the chosen stays by one version, in the parts of another work where that parts them alike, and takes over
// those that are of the version. again tells that the version before has the same pricer.
func (w *worker) priceBy(k int, version *Version, again bool, cs []claims.Claim) error {
	pw, x, pricer := &w.prices[k], &w.worth[k], version.Pricer
	if !again {
		if err := w.part(pw, pricer); err != nil {
			return err
		}
		if len(pw.plan.Versions) == 1 && pricer.PointsAlone() {
			if pw.base >= 0 && pw.alike >= 0 && w.prices[pw.base].alike == pw.alike {
				copy(x.class, w.worth[pw.base].class)
			} else {
				for i := range x.class {
					x.class[i] = uint8(version.classes[pricer.Class(&w.parts, i)])
				}
			}
			return pricer.Points(w.stays, w.stayEnds, &w.parts, pw.kind, x.points)
		}
		w.priced = sized(w.priced, len(w.stays))
		if err := pricer.PriceParts(w.stays, w.stayEnds, &w.parts, w.priced); err != nil {
			return err
		}
	}
	dated := len(pw.plan.Versions) > 1
	for n, i := range w.stayAt {
		if dated && pw.plan.At(pw.plan.priceDate(&cs[i])) != version {
			continue
		}
		p := &w.priced[n]
		x.points[n], x.class[n] = p.Points, uint8(version.classes[p.Class])
		if pw.benefit >= 0 {
			x.standard[n], x.direct[n] = p.Standard, p.Direct
		}
	}
	return nil
}

// priceWhere prices the chosen stays that the present work can make something else of than its base, by a work with a contrast.
func (w *worker) priceWhere(k int) error {
	pw, pricer := &w.prices[k], w.prices[k].plan.Versions[0].Pricer
	if err := w.part(pw, pricer); err != nil {
		return err
	}
	var err error
	w.changed, err = pricer.PointsWhere(pw.contrast, pw.which, w.stays, w.stayEnds, &w.parts, pw.kind, w.worth[k].points, w.changed)
	return err
}

// part parts the chosen stays into classes, unless that was done by a work that parts them alike.
func (w *worker) part(pw *priceWork, pricer *drg.Pricer) error {
	if w.parted >= 0 && w.parted == pw.alike {
		return nil
	}
	if err := pricer.Part(w.stays, &w.parts); err != nil {
		return err
	}
	w.parted = pw.alike
	return nil
}

// choose gathers the stays of the batch that are priced, person after person.
func (w *worker) choose(pw *priceWork, cs []claims.Claim) {
	at := &w.batch.streams[pw.stream]
	if w.chosen = pw.stream; pw.benefit >= 0 {
		w.chosen = -1
	}
	w.parted = -1
	if pw.benefit < 0 && !at.some {
		w.chooseAll(cs)
		return
	}
	to := &w.own
	to.stays, to.stayAt, to.stayEnds = to.stays[:0], to.stayAt[:0], to.stayEnds[:0]
	lo, last := int32(0), 0
	for _, hi := range w.batch.ends {
		for i := lo; i < hi; i++ {
			if at.some && at.groups[i] == at.unpriced {
				continue
			}
			stay := drg.Stay{Claim: &cs[i]}
			if pw.benefit >= 0 {
				pockets := w.present.At(int(i))
				stay = newStay(&cs[i], &pockets)
			}
			to.stays, to.stayAt = append(to.stays, stay), append(to.stayAt, i)
		}
		lo = hi
		if len(to.stays) > last {
			last = len(to.stays)
			to.stayEnds = append(to.stayEnds, int32(last))
		}
	}
	w.chosenStays = *to
}

// chooseAll is choose where all claims are priced, whatever a benefit left: then the stays are those of the batch before, as far as its
// claims stood in the same memory.
func (w *worker) chooseAll(cs []claims.Claim) {
	if len(w.every) > 0 && len(cs) > 0 && w.every[0].Claim != &cs[0] {
		w.every, w.everyAt = w.every[:0], w.everyAt[:0]
	}
	for i := len(w.every); i < len(cs); i++ {
		w.every, w.everyAt = append(w.every, drg.Stay{Claim: &cs[i]}), append(w.everyAt, int32(i))
	}
	w.chosenStays = chosenStays{w.every[:len(cs)], w.everyAt[:len(cs)], w.batch.ends}
}

// perClass is how many rows a class has in the tables of classes: one for each scheme and hospital.
func (p *Plan) perClass() int32 { return int32(len(p.Region.Schemes) * len(p.Region.Hospitals)) }
