package invent

import (
	"math"
	"math/rand/v2"
)

// A dice is one random stream that is turned to a new beginning for each person, without allocating.
type dice struct {
	pcg *rand.PCG
	*rand.Rand
}

func newDice() *dice {
	pcg := rand.NewPCG(0, 0)
	return &dice{pcg: pcg, Rand: rand.New(pcg)}
}

// start turns to the stream named by the seed and two more numbers. They are mixed first, because streams that start at
// neighbouring numbers begin alike.
func (d *dice) start(seed, a, b uint64) {
	h := mix(seed ^ mix(a+0x9e3779b97f4a7c15))
	d.pcg.Seed(h, mix(h^mix(b+0xd1b54a32d192ed03)))
}

// mix spreads every bit of x over all bits, one to one.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true with probability p.
func (d *dice) chance(p float64) bool { return d.Float64() < p }

// between draws a whole number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// spread draws a factor of mean 1 whose logarithm is normal with deviation sigma.
func (d *dice) spread(sigma float64) float64 {
	return math.Exp(sigma*d.NormFloat64() - sigma*sigma/2)
}

// poisson draws a count of mean m, 0 to 700. Multiplying uniforms is quick for the small means of visits.
func (d *dice) poisson(m float64) int {
	if m <= 0 {
		return 0
	}
	limit, n := math.Exp(-m), 0
	for p := d.Float64(); p > limit; p *= d.Float64() {
		n++
	}
	return n
}

// A wheel draws an index with the probability of its weight.
type wheel struct {
	sums []float64
}

func newWheel(weights []float64) wheel {
	sums := make([]float64, len(weights))
	var s float64
	for i, w := range weights {
		s += w
		sums[i] = s
	}
	return wheel{sums}
}

func (w wheel) spin(d *dice) int {
	x := d.Float64() * w.sums[len(w.sums)-1]
	// The first sum above x: an index of weight zero has the sum of the one before it and is never first.
	low, high := 0, len(w.sums)-1
	for low < high {
		if mid := (low + high) / 2; w.sums[mid] > x {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
