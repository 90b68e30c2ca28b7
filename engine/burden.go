package engine

import (
	"math/big"

	"github.com/drgsim/drgsim/engine/money"
)

// CatastrophicYuan are the yearly amounts of own payment, in whole currency units and rising, from which persons are counted as
// bearing a heavy burden. Incomes are not known to claims, so that the lines are amounts.
var CatastrophicYuan = [...]int64{5_000, 10_000, 20_000, 50_000}

// cross counts a person who pays now, and not before, by the lines between. It decides by masks, as no processor could guess who is near
// a line.
func (b *Burden) cross(before, now money.Fen) {
	for i, yuan := range CatastrophicYuan {
		line := money.Fen(100 * yuan)
		b.Catastrophic[i] += int64((now-line)>>63) - int64((before-line)>>63) // each is -1 below the line
	}
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
	var p products
	for k := 1; k <= n; k++ {
		need, err := money.MulDiv(b.Persons, int64(k), int64(n), money.HalfUp)
		if err != nil {
			panic("BUG: a part of the persons does not fit: " + err.Error())
		}
		for ; i < len(b.Buckets) && seen+b.Buckets[i] <= need; i++ {
			if b.Buckets[i] > 0 {
				sum.Add(sum, p.of(b.Buckets[i], i))
				seen += b.Buckets[i]
			}
		}
		here := new(big.Int).Set(sum)
		if i < len(b.Buckets) {
			here.Add(here, p.of(need-seen, i))
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
	before, after, both, area := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	var p products
	for i, n := range b.Buckets {
		if n == 0 {
			continue
		}
		after.Add(before, p.of(n, i))
		both.Add(before, after)
		area.Add(area, both.Mul(both, &p.n))
		before, after = after, before
	}
	whole := new(big.Int).Mul(total, big.NewInt(persons))
	rest := new(big.Int).Sub(whole, area)
	rest.Mul(rest, big.NewInt(int64(money.One)))
	return money.Ratio(rest.Quo(rest, whole).Int64())
}

// weighed counts the persons and what they pay by the middles of the scale, doubled.
func (b *Burden) weighed() (int64, *big.Int) {
	total, persons := new(big.Int), int64(0)
	var p products
	for i, n := range b.Buckets {
		if n > 0 {
			persons += n
			total.Add(total, p.of(n, i))
		}
	}
	return persons, total
}

// products multiplies numbers of persons with what each pays, in memory of its own.
type products struct{ n, middle, product big.Int }

// of returns n times twice the middle of step i of the scale, until the next call.
func (p *products) of(n int64, i int) *big.Int {
	twice := uint64(bucketTop(i))
	if i > 0 {
		twice += uint64(bucketTop(i-1)) + 1
	}
	p.n.SetInt64(n)
	p.middle.SetUint64(twice)
	return p.product.Mul(&p.n, &p.middle)
}
