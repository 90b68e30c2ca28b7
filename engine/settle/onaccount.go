package settle

import (
	"errors"

	"github.com/drgsim/drgsim/engine/money"
)

// ErrNoAdvance means that the rules pay nothing on account.
var ErrNoAdvance = errors.New("the rules have no part advance, so nothing is paid on account")

// OnAccount returns what one hospital is due on account of one month (月度预付) for what it booked under one scheme, given by
// stream, and how much of it is held back as deposit: the same arithmetic as in Settle.
func (s *Settlement) OnAccount(byStream []money.Fen) (due, deposit money.Fen, err error) {
	if s.advance == nil {
		return 0, 0, ErrNoAdvance
	}
	for at, f := range byStream {
		st := &s.streams[at]
		if st.Method != ByDirect && st.Method != ByPoints && st.Method != ByBooked {
			continue
		}
		ratio := s.advance.ratio
		if st.advance >= 0 {
			ratio = st.advance
		}
		part, err := f.Times(ratio, s.advance.round)
		if err != nil {
			return 0, 0, err
		}
		if due, err = money.Add(due, part); err != nil {
			return 0, 0, err
		}
	}
	deposit, err = max(due, 0).Times(s.advance.deposit, s.advance.round)
	return due, deposit, err
}

// DepositRelease returns the share of the deposit that a hospital (number in the region) gets back at the year end.
func (s *Settlement) DepositRelease(hospital int) money.Ratio {
	if s.advance == nil {
		return money.One
	}
	return factorOf(s.advance.scores, s.reg.Hospitals[hospital].Score)
}
