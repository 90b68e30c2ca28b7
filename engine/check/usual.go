package check

import (
	"github.com/drgsim/drgsim/engine/money"
)

// usualDates passes over the rows whose dates lie in one year, in the order in which such dates should, and looks closer at
// the others.
func (s *scan) usualDates(lo, hi int) {
	t := s.t
	last := lastDay
	if today := s.opts.Today; today > 0 {
		last = min(last, today)
	}
	admission, discharge, settlement := t.Admission[lo:hi], t.Discharge[lo:hi], t.Settlement[lo:hi]
	from, to := max(s.yearFrom, firstDay), min(s.yearTo, lastDay)
	for i, in := range admission {
		if in >= from && in <= to && discharge[i] >= in && discharge[i] <= to && settlement[i] >= in && settlement[i] <= last {
			continue
		}
		s.dates(lo+i, lo+i+1)
		from, to = max(s.yearFrom, firstDay), min(s.yearTo, lastDay)
	}
}

// noPart stands for a part of the cost that the table lacks.
var noPart [chunk]money.Fen

// usualMoney passes over the rows whose parts are not negative and fit into the total, and looks closer at the others.
func (s *scan) usualMoney(lo, hi int) {
	t := s.t
	gross := t.Gross[lo:hi]
	part := func(fen []money.Fen) []money.Fen {
		if fen == nil {
			return noPart[:len(gross)]
		}
		return fen[lo:hi][:len(gross)]
	}
	a, b, first, ai, fund := part(t.NonCovered), part(t.CategoryB), part(t.FirstPay), part(t.AIDiagnosis), part(t.BookedFund)
	for i, g := range gross {
		covered := g - a[i]
		left := covered - b[i]
		// An alternative of numbers is negative when one of them is. A difference of numbers that are not negative cannot
		// overflow, and of others nothing depends on it.
		if g > 0 && a[i]|b[i]|first[i]|ai[i]|fund[i]|covered|left|(covered-first[i])|(left-ai[i])|(g-fund[i]) >= 0 {
			continue
		}
		s.money(lo+i, lo+i+1)
	}
}
