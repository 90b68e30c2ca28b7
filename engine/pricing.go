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
	stays    []drg.Stay
	priced   []drg.Priced
	stayAt   []int32 // by stay: its claim
	stayEnds []int32 // by person with stays: where they end
	chosen   int     // the stream that they were chosen for; -1 when they carry what a benefit left
	which    []int32 // the stays that are added up
	parts    drg.Parts
	parted   int // the price work whose parts these are; -1 when they are of no use to others
	// told is, by price work that others are told against, what it made of the stays.
	told [][]drg.Priced
}

// price classifies and prices the stays of the batch that need it, and adds up what they are worth. Each version of the rules
// sees all of a person's stays, because a later one may change what an earlier one is worth, and counts its own.
func (w *worker) price(in *Input, k int) error {
	pw := &w.prices[k]
	cs := w.batch.visits[w.streams[pw.stream].order].claims
	if pw.benefit >= 0 || w.chosen != pw.stream {
		w.choose(pw, cs)
	}
	if cap(w.priced) < len(w.stays) {
		w.priced = make([]drg.Priced, 2*len(w.stays))
	}
	w.priced = w.priced[:len(w.stays)]
	for n := range pw.plan.Versions {
		version := &pw.plan.Versions[n]
		if n == 0 || version.Pricer != pw.plan.Versions[n-1].Pricer {
			if err := w.priceBy(pw, version.Pricer); err != nil {
				return in.priceError(pw.plan, err)
			}
		}
		if err := w.addVersion(k, version, cs); err != nil {
			return err
		}
	}
	if w.isBase[k] {
		w.told[k] = append(w.told[k][:0], w.priced...)
	}
	return nil
}

// priceError puts the names of scenario and claim before an error of a price.
func (in *Input) priceError(p *Plan, err error) error {
	var stay *drg.StayError
	if errors.As(err, &stay) {
		err = fmt.Errorf("%s: %w", in.name(stay.Row), stay.Err)
	}
	return fmt.Errorf("scenario %s: %w", p.Scenario.Name, err)
}

// priceBy prices the chosen stays, in the parts of another work where that parts them alike.
func (w *worker) priceBy(pw *priceWork, pricer *drg.Pricer) error {
	if w.parted < 0 || w.parted != pw.alike {
		if err := pricer.Part(w.stays, &w.parts); err != nil {
			return err
		}
		w.parted = pw.alike
	}
	return pricer.PriceParts(w.stays, w.stayEnds, &w.parts, w.priced)
}

// choose gathers the stays of the batch that are priced, person after person.
func (w *worker) choose(pw *priceWork, cs []claims.Claim) {
	places := w.batch.streams[pw.stream].places
	w.stays, w.stayAt, w.stayEnds = w.stays[:0], w.stayAt[:0], w.stayEnds[:0]
	if w.chosen = pw.stream; pw.benefit >= 0 {
		w.chosen = -1
	}
	w.parted = -1
	lo, last := int32(0), 0
	for _, hi := range w.batch.ends {
		for i := lo; i < hi; i++ {
			if places[i].group < 0 {
				continue
			}
			stay := drg.Stay{Claim: &cs[i]}
			if pw.benefit >= 0 {
				stay = newStay(&cs[i], &w.pockets[i])
			}
			w.stays, w.stayAt = append(w.stays, stay), append(w.stayAt, i)
		}
		lo = hi
		if len(w.stays) > last {
			last = len(w.stays)
			w.stayEnds = append(w.stayEnds, int32(last))
		}
	}
}

// addVersion adds up the stays of one version. Those that the work which this one is told against priced alike are left out;
// of the others that work's outcome is taken away again.
func (w *worker) addVersion(k int, version *Version, cs []claims.Claim) error {
	pw := &w.prices[k]
	w.which = w.which[:0]
	if pw.base < 0 {
		dated := len(pw.plan.Versions) > 1
		for n, i := range w.stayAt {
			if !dated || pw.plan.At(pw.plan.priceDate(&cs[i])) == version {
				w.which = append(w.which, int32(n))
			}
		}
		return w.addPriced(pw, version, cs, w.priced, 1)
	}
	base := w.told[pw.base]
	for n := range w.priced {
		if x, y := &w.priced[n], &base[n]; x.Points != y.Points || x.Class != y.Class || x.Standard != y.Standard || x.Direct != y.Direct {
			w.which = append(w.which, int32(n))
		}
	}
	if err := w.addPriced(pw, version, cs, w.priced, 1); err != nil {
		return err
	}
	return w.addPriced(pw, version, cs, base, -1)
}

// addPriced adds or takes away what some stays are worth.
func (w *worker) addPriced(pw *priceWork, version *Version, cs []claims.Claim, priced []drg.Priced, sign int64) error {
	sums, places := w.sums[pw.stream], w.batch.streams[pw.stream].places
	inCell, inHome, inGroup := sums.cellPrice(pw.column), sums.homePrice(pw.column), sums.groupPrice(pw.column)
	classes := &sums.classes[pw.column]
	hospitals := len(pw.plan.Region.Hospitals)
	perClass := len(pw.plan.Region.Schemes) * hospitals
	over := int64(0)
	add := func(sum *int64, v int64) {
		s := *sum + v
		over |= (s ^ *sum) & (s ^ v)
		*sum = s
	}
	owed := version.Pricer.NeedsBenefits()
	for _, n := range w.which {
		i, x := w.stayAt[n], &priced[n]
		c, p, points := &cs[i], &places[i], sign*int64(x.Points)
		cell := sums.cells.row(p.cell, inCell, cellPriceWidth)
		home := sums.homes.row(p.home, inHome, homePriceWidth)
		add(&cell[pricePoints], points)
		add(&home[homePoints], points)
		add(&sums.groups.row(p.group, inGroup, groupPriceWidth)[0], points)
		class := classes.row(int32(version.classes[x.Class]*perClass+c.Scheme()*hospitals+int(c.Hospital)), 0, classWidth)
		class[classClaims] += sign
		class[classGross] += sign * int64(c.Gross)
		add(&class[classPoints], points)
		if !owed {
			continue // there is neither a standard nor an amount that is owed directly
		}
		add(&cell[priceStandard], sign*int64(x.Standard))
		add(&cell[priceDirect], sign*int64(x.Direct))
		add(&home[homeDirect], sign*int64(x.Direct))
	}
	if over < 0 {
		return fmt.Errorf("scenario %s: adding up points and prices: %w", pw.plan.Scenario.Name, money.ErrOverflow)
	}
	return nil
}
