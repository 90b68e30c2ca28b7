package engine

import (
	"slices"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
)

// head is what persons are told apart by. One who changed scheme in the year counts under the scheme of the first visit, and
// with the age of it.
type head struct {
	gross  money.Fen
	scheme uint8
	age    Age
}

// count takes the heads of the persons of the batch, in one order of their visits.
func (w *worker) count(order int) {
	cs, ends := w.batch.visits[order].claims, w.batch.ends
	w.borne = sized(w.borne, len(cs)+1)
	upTo, sum := w.borne, money.Fen(0)
	upTo[0] = 0
	for i := range cs {
		sum += cs[i].Gross
		upTo[i+1] = sum
	}
	heads, lo := sized(w.heads[order], len(ends)), int32(0)
	for n, hi := range ends {
		heads[n] = head{upTo[hi] - upTo[lo], uint8(cs[lo].Scheme()), AgeBand(cs[lo].Age)}
		lo = hi
	}
	w.heads[order] = heads
}

// burden counts what each person pays under one set of benefit rules, in itself or as the change to the baseline. What they left must
// be the gains of their works by now.
func (w *worker) burden(i int) {
	people, heads := w.people[i], w.heads[w.benefits[i].order]
	w.paying = sized(w.paying, len(w.batch.ends))
	if people.told {
		w.bearChanges(i)
		for n, d := range w.paying {
			if d != 0 {
				h, base := &heads[n], w.base[n]
				people.change(int(h.scheme), h.age, base, base+d, int(w.steps[n]))
			}
		}
		return
	}
	w.bear(heads)
	for n, paid := range w.paying {
		base := paid
		if i > 0 {
			base = w.base[n]
		}
		h := &heads[n]
		people.add(int(h.scheme), h.age, h.gross, base, paid)
	}
	if i == 0 {
		w.base, w.steps = append(w.base[:0], w.paying...), sized(w.steps, len(w.paying))
		for n, paid := range w.paying {
			w.steps[n] = int32(bucket(paid))
		}
	}
}

// bear works out what each person pays after the present steps: what the claims cost, less what others bear of them.
func (w *worker) bear(heads []head) {
	for n := range heads {
		w.paying[n] = heads[n].gross
	}
	for _, p := range benefit.OfOthers {
		w.relieve(w.present.Column(p))
	}
}

// bearChanges works out how much more each person pays after a benefit work than after the first: as much as others bear less.
func (w *worker) bearChanges(benefitWork int) {
	k := slices.IndexFunc(w.paid, func(p paidWork) bool { return p.benefit == benefitWork && p.base >= 0 })
	if k < 0 { // its sums stand for themselves, as the first work's are added up by other streams
		w.bear(w.heads[w.benefits[benefitWork].order])
		for n, before := range w.base {
			w.paying[n] -= before
		}
		return
	}
	g := &w.paidGains[k]
	clear(w.paying)
	for n, c := range w.sums[w.paid[k].stream].pockets[w.paid[k].column] {
		switch {
		case slices.Contains(benefit.OfPerson[:], c.pocket):
		case g.all:
			w.relieve(g.amounts[n])
		default:
			w.relieveSome(g.at, g.amounts[n])
		}
	}
}

// relieve takes from what each person pays what a column holds for the person's claims. It works out what the claims up to each one sum to,
// so that a person is the difference of two of these.
func (w *worker) relieve(column []money.Fen) {
	if len(column) == 0 {
		return
	}
	w.borne = sized(w.borne, len(column)+1)
	borne, sum := w.borne[1:], money.Fen(0)
	for i, v := range column {
		sum += v
		borne[i] = sum
	}
	last := money.Fen(0)
	for k, end := range w.batch.ends {
		upTo := borne[end-1]
		w.paying[k] -= upTo - last
		last = upTo
	}
}

// relieveSome is relieve for some claims alone.
func (w *worker) relieveSome(at []int32, amounts []money.Fen) {
	ends, k := w.batch.ends, 0
	for n, i := range at {
		for ends[k] <= i {
			k++
		}
		w.paying[k] -= amounts[n]
	}
}
