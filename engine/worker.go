package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// worker runs shards for a set of plans and keeps the sums. It owns its buffers and is used by one goroutine.
//
// It takes a batch of whole persons through one stage after the other: within a stage the claims do not depend on each
// other (but for a person's year), so that the processor waits for memory only once and not at each look-up.
type worker struct {
	*work
	sums   []*streamSums // by stream work
	people []*People     // by benefit work
	// Outside and netted count the claims that no plan settles.
	outside, netted Flow

	stages Stages

	batch    batch
	pockets  []benefit.Pockets // of the present benefit, by claim
	years    []benefit.Year    // by benefit
	visit    benefit.Visit
	base     []money.Fen // by person of the batch: what the first benefit leaves to pay
	stays    []drg.Stay
	priced   []drg.Priced
	stayAt   []int32 // by stay: its claim
	stayEnds []int32 // by person with stays: where they end
	looked   int64   // of no meaning: what ReadAhead returned
}

// batchClaims is about how many claims a worker takes through the stages at a time: few enough for the cache.
const batchClaims = 1024

func newWorker(plans []*Plan) *worker {
	w := &worker{work: newWork(plans)}
	for i, s := range w.streams {
		w.sums = append(w.sums, newStreamSums(s.plan.dims(), w.paidOf(i), w.classesOf(i)))
	}
	for _, b := range w.benefits {
		w.people = append(w.people, newPeople(len(b.plan.Region.Schemes)))
		w.years = append(w.years, benefit.Year{Slots: make([]money.Fen, b.plan.Slots.Len())})
	}
	w.batch.init(w.work)
	return w
}

// partials returns one partial per plan; plans that share all work share theirs.
func (w *worker) partials() []*Partial {
	made := make([]*Partial, len(w.joins))
	out := make([]*Partial, len(w.plans))
	for i, p := range w.plans {
		j := w.joinOf[i]
		if made[j] == nil {
			at := w.joins[j]
			made[j] = w.sums[at.stream].partial(p, w.paid[at.paid].column, w.prices[at.price].column, w.people[at.benefit].clone())
			made[j].Outside, made[j].Netted = w.outside, w.netted
		}
		out[i] = made[j]
	}
	return out
}

// merge adds the sums of another worker for the same plans.
func (w *worker) merge(o *worker) error {
	for i, s := range w.sums {
		if err := s.merge(o.sums[i]); err != nil {
			return err
		}
	}
	for i, p := range w.people {
		if err := p.merge(o.people[i]); err != nil {
			return err
		}
	}
	if err := w.outside.merge(o.outside); err != nil {
		return err
	}
	return w.netted.merge(o.netted)
}

// run adds one shard to the sums.
func (w *worker) run(ctx context.Context, sh Shard) error {
	for p := sh.Lo; p < sh.Hi; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		start := time.Now()
		p = w.batch.fill(sh, p, &w.outside, &w.netted)
		w.stages.Gather += time.Since(start)
		if err := w.settle(sh.Input); err != nil {
			return err
		}
	}
	return nil
}

// settle takes the present batch through all plans.
func (w *worker) settle(in *Input) error {
	start := time.Now()
	lap := func(spent *time.Duration) {
		now := time.Now()
		*spent += now.Sub(start)
		start = now
	}
	for i := range w.streams {
		if err := w.count(in, i); err != nil {
			return err
		}
	}
	lap(&w.stages.AddUp)
	for i := range w.benefits {
		if err := w.adjudicate(in, i); err != nil {
			return err
		}
		lap(&w.stages.Adjudicate)
		w.burden(i)
		for k := range w.paid {
			if w.paid[k].benefit == i {
				w.addPaid(&w.paid[k])
			}
		}
		lap(&w.stages.AddUp)
		if err := w.priceAll(in, i); err != nil {
			return err
		}
		lap(&w.stages.Classify)
	}
	err := w.priceAll(in, -1)
	lap(&w.stages.Classify)
	return err
}

// priceAll prices for the plans whose prices look at the outcome of one benefit work; -1 stands for those that look at none.
func (w *worker) priceAll(in *Input, benefit int) error {
	for k := range w.prices {
		if w.prices[k].benefit != benefit {
			continue
		}
		if err := w.price(in, k); err != nil {
			return err
		}
	}
	return nil
}

// count finds the cells of each claim for one set of streams and counts the claims.
func (w *worker) count(in *Input, i int) error {
	s, sums := w.streams[i], w.sums[i]
	at := &w.batch.streams[i]
	if err := w.batch.locate(in, s, at); err != nil {
		return err
	}
	cs := w.batch.visits[s.order].claims
	for k := range cs {
		c, p := &cs[k], &at.places[k]
		days := int64(c.Days())
		cell := sums.cells.row(p.cell, 0, cellShared)
		cell[cellClaims]++
		cell[cellDays] += days
		home := sums.homes.row(p.home, 0, homeShared)
		home[homeClaims]++
		home[homeGross] += int64(c.Gross)
		if set := c.Setting(); set == claims.Inpatient || set == claims.BedDay {
			home[homeStays]++
		}
		sums.settled.add(1, c.Gross)
		if p.group < 0 {
			continue
		}
		group := sums.groups.row(p.group, 0, groupShared)
		group[groupClaims]++
		group[groupDays] += days
		group[groupGross] += int64(c.Gross)
		if settle.LeftOut(days, c.Gross) {
			group[groupExcluded]++
		}
	}
	return nil
}

// adjudicate runs one set of benefit rules over the persons of the batch.
func (w *worker) adjudicate(in *Input, i int) error {
	b := &w.benefits[i]
	v := &w.batch.visits[b.order]
	if n := len(v.claims); cap(w.pockets) < n {
		w.pockets = make([]benefit.Pockets, 2*n)
	}
	w.pockets = w.pockets[:len(v.claims)]
	choose := func(c *claims.Claim) (*benefit.Program, int) {
		return b.plan.At(b.plan.priceDate(c)).Program, b.plan.Year
	}
	at := 0
	done := func(visit *benefit.Visit) error {
		w.pockets[at] = visit.Pockets
		at++
		return nil
	}
	lo := int32(0)
	for _, hi := range w.batch.ends {
		if err := benefit.Person(v.claims[lo:hi], &w.years[i], &w.visit, choose, nil, done); err != nil {
			return fmt.Errorf("scenario %s: claim %s: %w", b.plan.Scenario.Name, in.Table.ClaimID.At(int(w.visit.Row)), err)
		}
		lo = hi
	}
	return nil
}

// burden counts what each person pays under one set of benefit rules, in itself and against the baseline. A person who
// changed scheme in the year counts under the scheme of the first visit, and with the age of it.
func (w *worker) burden(i int) {
	people := w.people[i]
	cs := w.batch.visits[w.benefits[i].order].claims
	if i == 0 {
		w.base = w.base[:0]
	}
	lo := int32(0)
	for n, hi := range w.batch.ends {
		var gross, paid money.Fen
		for k := lo; k < hi; k++ {
			gross += cs[k].Gross
			paid += w.pockets[k].Person()
		}
		if i == 0 {
			w.base = append(w.base, paid)
		}
		scheme := cs[lo].Scheme()
		people.Schemes[scheme].add(gross, paid)
		people.Against[scheme].add(w.base[n], paid)
		people.Age(scheme, AgeBand(cs[lo].Age)).add(w.base[n], paid)
		lo = hi
	}
}

// addPaid adds up what the present benefit rules left in each pocket.
func (w *worker) addPaid(pw *paidWork) {
	sums, at := w.sums[pw.stream], &w.batch.streams[pw.stream]
	inCell, inHome, inGroup := sums.pockets(pw.column), sums.homeFund(pw.column), sums.groupFund(pw.column)
	for k := range w.pockets {
		p := &at.places[k]
		cell := (*[pocketWidth]int64)(sums.cells.row(p.cell, inCell, pocketWidth))
		for i, fen := range &w.pockets[k] {
			cell[i] += int64(fen)
		}
		fund := int64(w.pockets[k][benefit.Fund])
		sums.homes.row(p.home, inHome, fundWidth)[0] += fund
		if p.group >= 0 {
			sums.groups.row(p.group, inGroup, fundWidth)[0] += fund
		}
	}
}

// price classifies and prices the stays of the batch that need it, and adds up what they are worth. Each version of the rules
// sees all of a person's stays, because a later one may change what an earlier one is worth, and counts its own.
func (w *worker) price(in *Input, k int) error {
	pw := &w.prices[k]
	cs := w.batch.visits[w.streams[pw.stream].order].claims
	w.choose(pw, cs)
	if cap(w.priced) < len(w.stays) {
		w.priced = make([]drg.Priced, 2*len(w.stays))
	}
	w.priced = w.priced[:len(w.stays)]
	for n := range pw.plan.Versions {
		version := &pw.plan.Versions[n]
		if n == 0 || version.Pricer != pw.plan.Versions[n-1].Pricer {
			if err := w.priceBy(in, pw, version.Pricer); err != nil {
				return err
			}
		}
		if err := w.addPriced(pw, version, cs); err != nil {
			return err
		}
	}
	return nil
}

// priceBy prices the chosen stays, person after person.
func (w *worker) priceBy(in *Input, pw *priceWork, pricer *drg.Pricer) error {
	clear(w.priced)
	w.looked += pricer.ReadAhead(w.stays)
	lo := int32(0)
	for _, hi := range w.stayEnds {
		if err := pricer.Price(w.stays[lo:hi], w.priced[lo:hi]); err != nil {
			return fmt.Errorf("scenario %s: person of claim %s: %w", pw.plan.Scenario.Name, in.Table.ClaimID.At(int(w.stays[lo].Row)), err)
		}
		lo = hi
	}
	return nil
}

// choose gathers the stays of the batch that are priced, person after person.
func (w *worker) choose(pw *priceWork, cs []claims.Claim) {
	places := w.batch.streams[pw.stream].places
	w.stays, w.stayAt, w.stayEnds = w.stays[:0], w.stayAt[:0], w.stayEnds[:0]
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

// addPriced adds up the priced stays of one version.
func (w *worker) addPriced(pw *priceWork, version *Version, cs []claims.Claim) error {
	sums, at := w.sums[pw.stream], &w.batch.streams[pw.stream]
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
	dated := len(pw.plan.Versions) > 1
	for k, i := range w.stayAt {
		if dated && pw.plan.At(pw.plan.priceDate(&cs[i])) != version {
			continue
		}
		c, p, x := &cs[i], &at.places[i], &w.priced[k]
		cell := sums.cells.row(p.cell, inCell, cellPriceWidth)
		add(&cell[pricePoints], int64(x.Points))
		add(&cell[priceStandard], int64(x.Standard))
		add(&cell[priceDirect], int64(x.Direct))
		home := sums.homes.row(p.home, inHome, homePriceWidth)
		add(&home[homePoints], int64(x.Points))
		add(&home[homeDirect], int64(x.Direct))
		add(&sums.groups.row(p.group, inGroup, groupPriceWidth)[0], int64(x.Points))
		class := classes.row(int32(version.classes[x.Class]*perClass+c.Scheme()*hospitals+int(c.Hospital)), 0, classWidth)
		class[classClaims]++
		class[classGross] += int64(c.Gross)
		add(&class[classPoints], int64(x.Points))
	}
	if over < 0 {
		return fmt.Errorf("scenario %s: adding up points and prices: %w", pw.plan.Scenario.Name, money.ErrOverflow)
	}
	return nil
}
