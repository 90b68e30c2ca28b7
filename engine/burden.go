package engine

import (
	"math/big"

	"github.com/drgsim/drgsim/engine/money"
)

// Above counts the persons who pay at least an amount, read from the scale of burdens: a person less than one step below the
// amount may be counted too.
func (b *Burden) Above(limit money.Fen) int64 {
	n := int64(0)
	for i := bucket(limit); i < len(b.Buckets); i++ {
		n += b.Buckets[i]
	}
	return n
}

// Lorenz returns, for each of n equal steps of the persons in order of what they pay, the share of all payments that they and
// all who pay less bear, in parts per million: n+1 values from zero to one. Persons of one step of the scale count as paying
// its middle.
func (b *Burden) Lorenz(n int) []money.Ratio {
	out := make([]money.Ratio, n+1)
	_, total := b.weighed()
	if total.Sign() == 0 {
		return out
	}
	sum, seen, i := new(big.Int), int64(0), 0
	for k := 1; k <= n; k++ {
		need, err := money.MulDiv(b.Persons, int64(k), int64(n), money.HalfUp)
		if err != nil {
			panic("BUG: a part of the persons does not fit: " + err.Error())
		}
		for ; i < len(b.Buckets) && seen+b.Buckets[i] <= need; i++ {
			if b.Buckets[i] > 0 {
				sum.Add(sum, product(b.Buckets[i], middle(i)))
				seen += b.Buckets[i]
			}
		}
		here := new(big.Int).Set(sum)
		if i < len(b.Buckets) {
			here.Add(here, product(need-seen, middle(i)))
		}
		here.Mul(here, big.NewInt(int64(money.One)))
		out[k] = money.Ratio(here.Quo(here, total).Int64())
	}
	return out
}

// Gini is the Gini coefficient of what persons pay, in parts per million: 0 when all pay alike, near one when one person pays
// all. It is exact for persons who pay the middle of their step of the scale; 0 when nobody pays.
func (b *Burden) Gini() money.Ratio {
	persons, total := b.weighed()
	if total.Sign() == 0 || persons == 0 {
		return 0
	}
	// One less the sum over the steps of n × (payments before + payments after) over persons × payments.
	before, area := new(big.Int), new(big.Int)
	for i, n := range b.Buckets {
		if n == 0 {
			continue
		}
		after := new(big.Int).Add(before, product(n, middle(i)))
		both := new(big.Int).Add(before, after)
		area.Add(area, both.Mul(both, big.NewInt(n)))
		before = after
	}
	whole := new(big.Int).Mul(total, big.NewInt(persons))
	rest := new(big.Int).Sub(whole, area)
	rest.Mul(rest, big.NewInt(int64(money.One)))
	return money.Ratio(rest.Quo(rest, whole).Int64())
}

// weighed counts the persons and what they pay by the middles of the scale, doubled.
func (b *Burden) weighed() (int64, *big.Int) {
	total, persons := new(big.Int), int64(0)
	for i, n := range b.Buckets {
		if n > 0 {
			persons += n
			total.Add(total, product(n, middle(i)))
		}
	}
	return persons, total
}

// middle is twice the middle of a step of the scale.
func middle(i int) *big.Int {
	low := money.Fen(0)
	if i > 0 {
		low = bucketTop(i-1) + 1
	}
	return new(big.Int).Add(big.NewInt(int64(low)), big.NewInt(int64(bucketTop(i))))
}

func product(n int64, v *big.Int) *big.Int { return new(big.Int).Mul(big.NewInt(n), v) }
