package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

// booked takes the fund payment as the source booked it at discharge (列账基金支付), for data whose benefit rules are not at hand.
//
// Fund = booked amount, at most what is open; the person pays the rest. It rounds nothing. Worked: gross 6,600.00 with
// 4,200.00 booked is fund 4,200.00 and person 2,400.00. Exception: a claim without a booked amount is left open to the steps
// that follow.
type booked struct{}

func compileBooked(_ *policy.Decoder, ctx *Context) Rule {
	ctx.Scope.Reads(claims.ColBookedFund)
	return booked{}
}

// Apply empties Open when the claim has a booked amount.
func (booked) Apply(v *Visit, _ *Year) {
	if !v.HasBookedFund {
		return
	}
	fund := min(v.BookedFund, v.Pockets[Open])
	if v.Tracing() {
		v.Say("列账基金支付 %s", "fund payment as booked: %s", fund)
	}
	v.Move(Open, Fund, fund)
	v.Move(Open, Coinsurance, v.Pockets[Open])
}

func (r booked) sweeper() (sweeper, *choice) { return r, nil }

// sweep is Apply without words. Open never falls below zero, as no more leaves it than it holds.
func (booked) sweep(s *sweep, rows []int32) {
	opens, funds, shares := s.column(Open), s.column(Fund), s.column(Coinsurance)
	for i, row := range rows {
		c := &s.Claims[i]
		if row < 0 || !c.HasBookedFund {
			continue
		}
		open := opens[i]
		fund := min(c.BookedFund, open)
		funds[i] += fund
		shares[i] += open - fund
		opens[i] = 0
	}
}
