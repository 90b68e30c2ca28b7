package engine

import (
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
	heads, cs, lo := w.heads[order][:0], w.batch.visits[order].claims, int32(0)
	for _, hi := range w.batch.ends {
		h := head{scheme: uint8(cs[lo].Scheme()), age: AgeBand(cs[lo].Age)}
		for k := lo; k < hi; k++ {
			h.gross += cs[k].Gross
		}
		heads, lo = append(heads, h), hi
	}
	w.heads[order] = heads
}

// burden counts what each person pays under one set of benefit rules, in itself or as the change to the baseline.
func (w *worker) burden(i int) {
	people, heads := w.people[i], w.heads[w.benefits[i].order]
	if people.told {
		w.bear(w.first)
		for n, d := range w.paying {
			if d != 0 {
				h, base := &heads[n], w.base[n]
				people.change(int(h.scheme), h.age, base, base+d, int(w.steps[n]))
			}
		}
		return
	}
	w.bear(nil)
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

// bear works out what each person pays after the present steps, or how much more than after others: what the claims up to each one
// sum to, so that a person is the difference of two of these.
func (w *worker) bear(others *benefit.Left) {
	n := 0
	if persons := len(w.batch.ends); persons > 0 {
		n = int(w.batch.ends[persons-1])
	}
	w.borne, w.paying = sized(w.borne, n+1), sized(w.paying, len(w.batch.ends))
	clear(w.borne)
	borne := w.borne[1:]
	for _, p := range benefit.OfPerson {
		var before []money.Fen
		if others != nil {
			before = others.Column(p)
		}
		now := w.present.Column(p)
		if len(now) > 0 && len(before) > 0 && &now[0] == &before[0] {
			continue // no step since has touched the pocket
		}
		if now != nil {
			for i, v := range now[:n] {
				borne[i] += v
			}
		}
		if before != nil {
			for i, v := range before[:n] {
				borne[i] -= v
			}
		}
	}
	sum := money.Fen(0)
	for i, v := range borne {
		sum += v
		borne[i] = sum
	}
	last := money.Fen(0)
	for k, end := range w.batch.ends {
		upTo := w.borne[end]
		w.paying[k], last = upTo-last, upTo
	}
}
