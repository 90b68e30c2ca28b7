package report

import "strings"

// scale maps integers to pixels and knows round numbers between its ends.
type scale struct {
	lo, hi   int64
	from, to float64
	step     int64
}

// newScale spans values lo to hi, widened to round numbers, over the pixels from and to.
func newScale(lo, hi int64, from, to float64) scale {
	if lo == hi {
		hi++
	}
	s := scale{from: from, to: to, step: roundStep(hi-lo, 6)}
	s.lo, s.hi = floorTo(lo, s.step), -floorTo(-hi, s.step)
	return s
}

// roundStep is the least of 1, 2, 5, 10, 20, ... that parts a span into at most so many steps.
func roundStep(span, most int64) int64 {
	step := int64(1)
	for i := 0; span/step >= most; i++ {
		if i%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	return step
}

func floorTo(v, step int64) int64 {
	q := v / step
	if v%step < 0 {
		q--
	}
	return q * step
}

// at is the pixel of a value.
func (s scale) at(v int64) float64 {
	return s.from + (s.to-s.from)*(float64(v-s.lo)/float64(s.hi-s.lo))
}

// ticks are the round numbers from end to end.
func (s scale) ticks() []int64 {
	var list []int64
	for v := s.lo; v <= s.hi; v += s.step {
		list = append(list, v)
	}
	return list
}

// tick draws a round number, without the decimals that are zero.
func (o Options) tick(k Kind, v int64, inYuan bool) string {
	switch k {
	case KindFenDelta:
		k = KindFen
	case KindRatioDelta:
		k = KindRatio
	case KindCountDelta:
		k = KindCount
	case KindPointsDelta:
		k = KindPoints
	case KindFactorDelta:
		k = KindFactor
	}
	s := ""
	if k.fen() && o.Unit == Wan && !inYuan {
		s = decimal(v, wanPlaces, wanPlaces)
	} else {
		s = o.number(k, v, wanPlaces, inYuan)
	}
	number, percent := strings.CutSuffix(s, "%")
	if strings.Contains(number, ".") {
		number = strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
	}
	if percent {
		number += "%"
	}
	return number
}

// span returns the least and greatest of many values.
func span(lists ...[]int64) (lo, hi int64) {
	first := true
	for _, l := range lists {
		for _, v := range l {
			if first || v < lo {
				lo = v
			}
			if first || v > hi {
				hi = v
			}
			first = false
		}
	}
	return lo, hi
}
