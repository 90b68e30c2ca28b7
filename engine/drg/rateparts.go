package drg

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// mostFactors is how many factors a part of a rate may have.
const mostFactors = 4

// readRate reads the rate of a row: a number, or the sum of parts that are each an amount times its factors.
//
//	rate: [{hospital: H1, parts: [{amount: 4392.49, times: [1.1325, 1.15]}, {amount: 2105.28}, {amount: 503.83, times: 1.0889}]}]
//
// It is the shape of rates whose labour part follows a wage index, and whose operating and capital parts have add-ons of their
// own. The sum is exact and rounded once, to a millionth of a currency unit. Worked: 1,000 × 1.1 × 1.2 + 500 = 1,820.
func (b *builder) readRate(row *policy.Decoder, key string) int64 {
	if !row.Has("parts") {
		return rateValue(row, key)
	}
	if row.Has(key) {
		row.Fail(key, "stands beside parts; a row has one of them")
	}
	var sum wide
	row.Each("parts", func(_ int, part *policy.Decoder) {
		factors := []int64{rateValue(part, "amount")}
		for _, word := range part.Texts("times") {
			f, err := money.ParseRatio(word)
			if err != nil {
				part.Fail("times", "%v", err)
			} else if f < 0 || f > maxCoefficient {
				part.Fail("times", "%s is not from 0 to %s", f, maxCoefficient)
				f = 0
			}
			factors = append(factors, int64(f))
		}
		if len(factors) > 1+mostFactors {
			part.Fail("times", "has %d factors, at most %d are possible", len(factors)-1, mostFactors)
			factors = factors[:1+mostFactors]
		}
		for len(factors) < 1+mostFactors {
			factors = append(factors, ppm)
		}
		sum = sum.plus(product(factors...))
	})
	rate, err := sum.over(b.round, uint64(ppm*ppm), uint64(ppm*ppm))
	if err != nil || rate <= 0 || rate > 10_000_000*ppm {
		row.Fail("parts", "sum to a rate that is not above 0 and up to 10000000")
		return 1
	}
	return rate
}
