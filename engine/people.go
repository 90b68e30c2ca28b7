package engine

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// People sums up what persons pay in the year, by scheme: integers only, merged exactly.
type People struct {
	Schemes []Burden
	// Against counts persons by what they pay compared with the baseline, by scheme; all are unchanged in the baseline.
	Against []Shift
	// Ages parts the same persons by scheme and age band: NumAges to a scheme, in the order of Schemes.
	Ages []AgeShare

	// told tells that what stands here is told against the baseline: only persons who pay another sum are counted, as the
	// difference that they make. over turns it into what it is.
	told bool
}

// Burden is the distribution of what persons pay themselves in a year (个人负担).
type Burden struct {
	Persons int64
	Gross   money.Fen
	Paid    money.Fen
	// squaresHi and squaresLo are the sum of squares of Paid in 128 bits, for the spread.
	squaresHi, squaresLo uint64
	// Catastrophic counts the persons who pay at least each of CatastrophicYuan.
	Catastrophic [len(CatastrophicYuan)]int64
	// Buckets counts persons by amount paid, on a scale whose steps are 1/512 of a power of two.
	Buckets [buckets]int64
}

// Shift counts the persons who pay less, more or the same, and by how much.
type Shift struct {
	Less, More, Same     int64
	LessFen, MoreFen     money.Fen // both positive
	LargestLess, Largest money.Fen // the largest saving and the largest extra burden of one person
}

// subBits sets the resolution of the burden scale: each power of two has 1<<subBits steps, so that a quantile read from it
// is at most 1/512 above the true one.
const subBits = 9

const buckets = (64 - subBits) << subBits

func newPeople(schemes int) *People {
	return &People{Schemes: make([]Burden, schemes), Against: make([]Shift, schemes), Ages: make([]AgeShare, schemes*int(NumAges))}
}

// clone makes a copy for an owner of its own: partials that share an adjudication share what people pay.
func (p *People) clone() *People {
	return &People{Schemes: slices.Clone(p.Schemes), Against: slices.Clone(p.Against), Ages: slices.Clone(p.Ages), told: p.told}
}

// add counts a person who pays now what the baseline made them pay before.
func (p *People) add(scheme int, age Age, gross, before, now money.Fen) {
	p.Against[scheme].add(before, now)
	p.Age(scheme, age).add(before, now)
	p.Schemes[scheme].add(gross, now)
}

// change counts a person who pays another amount than before, in what is told against the baseline; step is bucket(before).
//
// What the age bands sum up to is left to over. It decides by masks: of the persons that a rule touches, some pay less and some more, in
// no order that a processor could guess.
func (p *People) change(scheme int, age Age, before, now money.Fen, step int) {
	b, s, a := &p.Schemes[scheme], &p.Against[scheme], p.Age(scheme, age)
	d := now - before
	less := d >> 63 // all ones where the person pays less
	a.Less, a.More = a.Less-int64(less), a.More+1+int64(less)
	a.LessFen, a.MoreFen = a.LessFen-d&less, a.MoreFen+d&^less
	s.LargestLess, s.Largest = max(s.LargestLess, -d), max(s.Largest, d)
	b.changeSquares(max(before, 0), max(now, 0))
	b.cross(before, now)
	if to := bucket(now); to != step {
		b.Buckets[to]++
		b.Buckets[step]--
	}
}

// changeSquares adds now² − before², which is (now − before) × (now + before).
func (b *Burden) changeSquares(before, now money.Fen) {
	d := now - before
	sign := uint64(d >> 63)
	hi, lo := bits.Mul64((uint64(d)^sign)-sign, uint64(now+before))
	// Where the product is negative, its two's complement is added.
	lo, carry := bits.Add64(lo^sign, sign&1, 0)
	hi, _ = bits.Add64(hi^sign, 0, carry)
	b.squaresLo, carry = bits.Add64(b.squaresLo, lo, 0)
	b.squaresHi, _ = bits.Add64(b.squaresHi, hi, carry)
}

// over adds the baseline that p is told against.
func (p *People) over(base *People) {
	p.told = false
	for i := range p.Ages {
		a, s := &p.Ages[i], &p.Against[i/int(NumAges)]
		s.Less, s.More = s.Less+a.Less, s.More+a.More
		s.LessFen, s.MoreFen = s.LessFen+a.LessFen, s.MoreFen+a.MoreFen
		a.Persons, a.Paid = base.Ages[i].Persons, base.Ages[i].Paid+a.MoreFen-a.LessFen
	}
	for i := range p.Schemes {
		a, b := &p.Schemes[i], &base.Schemes[i]
		a.Persons, a.Gross, a.Paid = b.Persons, b.Gross, b.Paid+p.Against[i].MoreFen-p.Against[i].LessFen
		var carry uint64
		a.squaresLo, carry = bits.Add64(a.squaresLo, b.squaresLo, 0)
		a.squaresHi, _ = bits.Add64(a.squaresHi, b.squaresHi, carry)
		a.addCounts(b)
		s := &p.Against[i]
		s.Same = a.Persons - s.Less - s.More
	}
}

// All is the distribution of what persons pay, over all schemes.
func (p *People) All() *Burden {
	all := &Burden{}
	for i := range p.Schemes {
		b := &p.Schemes[i]
		all.Persons += b.Persons
		all.Gross += b.Gross
		all.Paid += b.Paid
		all.addCounts(b)
	}
	return all
}

// addCounts adds up the persons of each step, and those above each line. Most steps are empty, and memory that nobody has written to
// stays unused.
func (b *Burden) addCounts(o *Burden) {
	for i, n := range o.Catastrophic {
		b.Catastrophic[i] += n
	}
	for k, n := range &o.Buckets {
		if n != 0 {
			b.Buckets[k] += n
		}
	}
}

// bucket returns the step of an amount of zero or more.
func bucket(paid money.Fen) int {
	v := uint64(max(paid, 0))
	if v < 1<<subBits {
		return int(v)
	}
	e := bits.Len64(v) - subBits - 1
	return (e+1)<<subBits + int(v>>e)&(1<<subBits-1)
}

// bucketTop returns the largest amount of a step.
func bucketTop(i int) money.Fen {
	if i < 1<<subBits {
		return money.Fen(i)
	}
	e := i>>subBits - 1
	return money.Fen((uint64(i&(1<<subBits-1)+1<<subBits)+1)<<e - 1)
}

// add counts one person's year.
func (b *Burden) add(gross, paid money.Fen) {
	b.Persons++
	b.Gross += gross
	b.Paid += paid
	hi, lo := bits.Mul64(uint64(max(paid, 0)), uint64(max(paid, 0)))
	var carry uint64
	b.squaresLo, carry = bits.Add64(b.squaresLo, lo, 0)
	b.squaresHi, _ = bits.Add64(b.squaresHi, hi, carry)
	b.cross(-1, paid)
	b.Buckets[bucket(paid)]++
}

// Quantile returns an amount that the given share of persons does not exceed, at most 1/512 too high; 0 without persons.
func (b *Burden) Quantile(share money.Ratio) money.Fen {
	need, err := money.MulDiv(b.Persons, int64(share), int64(money.One), money.Ceil)
	if err != nil || b.Persons == 0 {
		return 0
	}
	var seen int64
	for i, n := range b.Buckets {
		if seen += n; seen >= need && n > 0 {
			return bucketTop(i)
		}
	}
	return 0
}

// Mean returns the average amount that a person pays, rounded half up; 0 without persons.
func (b *Burden) Mean() money.Fen { return mean(b.Paid, b.Persons) }

func mean(paid money.Fen, persons int64) money.Fen {
	if persons == 0 {
		return 0
	}
	m, err := money.MulDiv(int64(paid), 1, persons, money.HalfUp)
	if err != nil {
		return 0
	}
	return money.Fen(m)
}

// add counts a person who pays now what the baseline made them pay before.
func (s *Shift) add(before, now money.Fen) {
	switch d := now - before; {
	case d < 0:
		s.Less++
		s.LessFen -= d
		s.LargestLess = max(s.LargestLess, -d)
	case d > 0:
		s.More++
		s.MoreFen += d
		s.Largest = max(s.Largest, d)
	default:
		s.Same++
	}
}

func (p *People) merge(o *People) error {
	for i := range p.Schemes {
		a, b := &p.Schemes[i], &o.Schemes[i]
		a.Persons += b.Persons
		var err1, err2 error
		a.Gross, err1 = money.Add(a.Gross, b.Gross)
		a.Paid, err2 = money.Add(a.Paid, b.Paid)
		var carry, over uint64
		a.squaresLo, carry = bits.Add64(a.squaresLo, b.squaresLo, 0)
		a.squaresHi, over = bits.Add64(a.squaresHi, b.squaresHi, carry)
		if err1 != nil || err2 != nil || over != 0 && !p.told {
			return fmt.Errorf("merging what people pay: %w", money.ErrOverflow)
		}
		a.addCounts(b)
		s, t := &p.Against[i], &o.Against[i]
		s.Less, s.More, s.Same = s.Less+t.Less, s.More+t.More, s.Same+t.Same
		s.LessFen, s.MoreFen = s.LessFen+t.LessFen, s.MoreFen+t.MoreFen
		s.LargestLess, s.Largest = max(s.LargestLess, t.LargestLess), max(s.Largest, t.Largest)
	}
	for i := range p.Ages {
		if err := p.Ages[i].Merge(&o.Ages[i]); err != nil {
			return fmt.Errorf("merging what people pay: %w", err)
		}
	}
	return nil
}
