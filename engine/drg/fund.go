package drg

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/policy"
)

// fundMethods tell how a payment standard becomes what the fund owes, in the order of the constants.
var fundMethods = []string{"none", "a", "b", "booked"}

type fundMethod uint8

const (
	fundNone   fundMethod = iota // the settlement decides
	fundA                        // (standard − non-covered − first pay − deductible) × ratio, at least 0
	fundB                        // standard − (gross − fund)
	fundBooked                   // what was booked
)

func (b *builder) readFund(d *policy.Decoder) {
	b.fund = fundMethod(d.WordOr("fund_method", fundMethods, 0))
	if (b.fund == fundA) != d.Has("fund_ratios") {
		d.Fail("fund_ratios", "are used exactly with fund_method a")
	}
	if b.fund != fundNone && !b.method.priced() {
		d.Fail("fund_method", "%s needs method rate or per_diem; under %s the settlement decides", fundMethods[b.fund], methods[b.method])
	}
	var rows []policy.Selector
	d.Each("fund_ratios", func(_ int, row *policy.Decoder) {
		rows = append(rows, row.Selector(b.scope))
		b.fundRatio = append(b.fundRatio, row.Share("ratio"))
	})
	b.fundRatios = policy.NewLookup(rows, len(b.scope.Schemes))
}

// direct works out what the fund owes for a stay whose price is known.
func (p *Pricer) direct(s *Stay, out *Priced) error {
	b := p.source
	switch b.fund {
	case fundA:
		open := out.Standard - s.NonCovered - s.FirstPay - s.Deductible
		row := b.fundRatios.Find(s.Claim)
		if row < 0 {
			return fmt.Errorf("drg.fund_ratios has no row for the stay")
		}
		fund, err := open.Times(b.fundRatio[row], b.round)
		if err != nil {
			return err
		}
		out.Direct = max(fund, 0)
	case fundB:
		out.Direct = out.Standard - (s.Gross - s.Fund)
	case fundBooked:
		out.Direct = s.Fund
	}
	return nil
}
