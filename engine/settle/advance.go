package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// advance tells what hospitals get during the year (月度预付, 预付金, 质量保证金).
type advance struct {
	ratio   money.Ratio
	deposit money.Ratio // of the advance
	months  money.Ratio // prepaid at the year's start, in average months
	scores  []scoreBand // part of the deposit that is released
	round   money.Rounding
	sources []policy.Source
}

func decodeAdvance(d *policy.Decoder) *advance {
	a := &advance{ratio: d.Share("ratio"), deposit: d.ShareOr("deposit", 0), months: d.RatioOr("prepayment_months", 0),
		round: d.RoundingOr("round", money.HalfUp), scores: decodeScores(d)}
	if a.months < 0 || a.months > Months*money.One {
		d.Fail("prepayment_months", "%s is not from 0 to 12", a.months)
	}
	return a
}

// account is one hospital's money under one scheme, or under funds of all schemes together, month by month.
type account struct {
	scheme, hospital int
	booked           [Months]money.Fen // what the advances are a part of
	parts            []advancePart     // the same by stream
	due              [Months]money.Fen
	deposits         [Months]money.Fen
	prepayment       money.Fen
	released         money.Fen
}

// advancePart is what a stream adds to an account's booked money: the advance is rounded for each by itself.
type advancePart struct {
	stream int
	booked [Months]money.Fen
}

// advanceRatio is the part of a stream's money that is paid month by month.
func (s *Settlement) advanceRatio(stream int) money.Ratio {
	if own := s.streams[stream].advance; own >= 0 {
		return own
	}
	return s.advance.ratio
}

// payOut works out the advances of every account and takes forfeited deposits back.
func (w *work) payOut() error {
	w.accounts = make([]account, (len(w.s.reg.Schemes)+1)*w.hospitals())
	for i := range w.accounts {
		w.accounts[i].scheme, w.accounts[i].hospital = i/w.hospitals()-1, i%w.hospitals()
	}
	a := w.s.advance
	if a == nil {
		return nil
	}
	for _, groups := range w.groups {
		for _, gw := range groups {
			if err := w.advanceGroup(gw); err != nil {
				return err
			}
		}
	}
	for i := range w.accounts {
		if err := w.closeAccount(&w.accounts[i]); err != nil {
			return fmt.Errorf("hospital %s: advances: %w", w.s.reg.Hospitals[w.accounts[i].hospital].ID, err)
		}
	}
	return nil
}

// advanceGroup adds the monthly money of a group's streams to the accounts.
func (w *work) advanceGroup(gw *groupWork) error {
	base := (gw.g.scheme + 1) * w.hospitals()
	for _, at := range gw.b.streams {
		st := &w.s.streams[at]
		ratio := w.s.advanceRatio(at)
		for h := range w.hospitals() {
			acc := &w.accounts[base+h]
			var months [Months]money.Fen
			for _, sc := range gw.g.schemes {
				for m := range months {
					c := w.t.Cell(at, sc, h, m)
					switch st.Method {
					case ByDirect:
						months[m] += c.Direct
					case ByPoints, ByBooked:
						months[m] += c.Pockets[benefit.Fund]
					}
				}
			}
			for _, hd := range gw.heads {
				if hd.stream != at || gw.lines[hd.line].Hospital != h {
					continue
				}
				even, err := money.Allocate(hd.amount, []int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1})
				if err != nil {
					return err
				}
				for m := range months {
					months[m] += even[m]
				}
			}
			if months != [Months]money.Fen{} {
				acc.parts = append(acc.parts, advancePart{at, months})
			}
			for m, f := range months {
				due, err := f.Times(ratio, w.s.advance.round)
				if err != nil {
					return err
				}
				acc.booked[m] += f
				acc.due[m] += due
			}
		}
	}
	return nil
}

// closeAccount holds the deposits back, sets the prepayment and releases what the score allows.
func (w *work) closeAccount(acc *account) error {
	a := w.s.advance
	var year, held money.Fen
	for m := range Months {
		deposit, err := max(acc.due[m], 0).Times(a.deposit, a.round)
		if err != nil {
			return err
		}
		acc.deposits[m] = deposit
		held += deposit
		year += acc.booked[m]
	}
	prepaid, err := money.MulDiv(int64(year), int64(a.months), Months*int64(money.One), a.round)
	if err != nil {
		return err
	}
	acc.prepayment = money.Fen(prepaid)
	if acc.released, err = held.Times(factorOf(a.scores, w.s.reg.Hospitals[acc.hospital].Score), a.round); err != nil {
		return err
	}
	return w.take(acc.hospital, acc.scheme, held-acc.released, func(l *Line, f money.Fen) { l.Forfeited += f })
}
