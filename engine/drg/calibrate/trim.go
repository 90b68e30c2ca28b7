package calibrate

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Trim is one way to leave out costs that lie far from their group's others (裁剪).
type Trim struct {
	Method TrimMethod
	// K is the multiple of the quartile distance of IQR; usually 1.5.
	K money.Ratio
	// Low and High are multiples of the mean (Multiples), shares of the ranks (Percentile), or the share of stays dropped at
	// each end (Middle, by Low and High). Zero leaves that end alone, for Percentile High 0 as well.
	Low, High money.Ratio
}

// TrimMethod names a way to trim.
type TrimMethod uint8

const (
	// NoTrim keeps all.
	NoTrim TrimMethod = iota
	// IQR keeps costs from Q1 − K·(Q3 − Q1) to Q3 + K·(Q3 − Q1), both included (四分位距法).
	IQR
	// Multiples keeps costs from Low × mean to High × mean, both included.
	Multiples
	// Percentile keeps costs from the Low to the High quantile, both included.
	Percentile
	// Middle drops the share Low of the stays at the cheap end and High at the dear end, rounded down (中间区段法).
	Middle
)

// TrimNames are the words of the methods, in the order of the constants.
var TrimNames = []string{"none", "iqr", "multiples", "percentile", "middle"}

// ParseTrim reads a trim as "none", "iqr 1.5", "multiples 0.4 3", "percentile 0.05 0.95" or "middle 0.05 0.05".
func ParseTrim(text string) (Trim, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Trim{}, fmt.Errorf("a trim is one of %s", strings.Join(TrimNames, ", "))
	}
	i := slices.Index(TrimNames, words[0])
	if i < 0 {
		return Trim{}, fmt.Errorf("trim %q is none of %s%s", words[0], strings.Join(TrimNames, ", "), nearest.Hint(words[0], TrimNames))
	}
	t := Trim{Method: TrimMethod(i)}
	into := map[TrimMethod][]*money.Ratio{NoTrim: {}, IQR: {&t.K}}
	fields, ok := into[t.Method]
	if !ok {
		fields = []*money.Ratio{&t.Low, &t.High}
	}
	if t.Method == IQR && len(words) == 1 {
		words = append(words, "1.5")
	}
	if len(words)-1 != len(fields) {
		return Trim{}, fmt.Errorf("trim %q takes %d numbers, %d are given", words[0], len(fields), len(words)-1)
	}
	for k, f := range fields {
		v, err := money.ParseRatio(words[k+1])
		if err != nil {
			return Trim{}, fmt.Errorf("trim %q: %w", words[0], err)
		}
		*f = v
	}
	return t, t.check()
}

func (t Trim) check() error {
	switch {
	case t.K < 0 || t.Low < 0 || t.High < 0:
		return fmt.Errorf("trim %s: a negative number is given", TrimNames[t.Method])
	case t.Method == Percentile && (t.Low > money.One || t.High > money.One || t.High > 0 && t.Low > t.High):
		return fmt.Errorf("trim percentile: %s and %s are not rising shares between 0 and 1", t.Low, t.High)
	case t.Method == Middle && t.Low+t.High >= money.One:
		return fmt.Errorf("trim middle: %s and %s leave no stays", t.Low, t.High)
	}
	return nil
}

// keep returns the part of rising costs that stays.
func (t Trim) keep(costs []money.Fen) []money.Fen {
	n := len(costs)
	if n == 0 || t.Method == NoTrim {
		return costs
	}
	if t.Method == Middle {
		drop := func(share money.Ratio) int { return int(int64(n) * int64(share) / int64(money.One)) }
		return costs[drop(t.Low) : n-drop(t.High)]
	}
	var low, high *big.Rat
	switch t.Method {
	case IQR:
		q1, q3 := quantile(costs, money.One/4), quantile(costs, money.One*3/4)
		reach := new(big.Rat).Mul(ratio(t.K), new(big.Rat).Sub(q3, q1))
		low, high = new(big.Rat).Sub(q1, reach), new(big.Rat).Add(q3, reach)
	case Multiples:
		mean := new(big.Rat).SetFrac(sum(costs), big.NewInt(int64(n)))
		low = new(big.Rat).Mul(ratio(t.Low), mean)
		if t.High > 0 {
			high = new(big.Rat).Mul(ratio(t.High), mean)
		}
	case Percentile:
		low = quantile(costs, t.Low)
		if t.High > 0 {
			high = quantile(costs, t.High)
		}
	}
	from, _ := slices.BinarySearchFunc(costs, low, func(c money.Fen, v *big.Rat) int { return new(big.Rat).SetInt64(int64(c)).Cmp(v) })
	to := n
	if high != nil {
		to = sortSearch(costs, high)
	}
	return costs[from:max(from, to)]
}

// sortSearch returns the number of rising costs that are at most v.
func sortSearch(costs []money.Fen, v *big.Rat) int {
	at, _ := slices.BinarySearchFunc(costs, v, func(c money.Fen, v *big.Rat) int {
		if new(big.Rat).SetInt64(int64(c)).Cmp(v) <= 0 {
			return -1
		}
		return 1
	})
	return at
}

// quantile returns the p-quantile of rising costs: the value at rank (n−1)·p, interpolated between its neighbours (the
// inclusive definition of spreadsheets).
func quantile(costs []money.Fen, p money.Ratio) *big.Rat {
	rank := int64(len(costs)-1) * int64(p)
	at, part := rank/int64(money.One), rank%int64(money.One)
	v := new(big.Rat).SetInt64(int64(costs[at]))
	if part > 0 {
		step := new(big.Rat).SetInt64(int64(costs[at+1] - costs[at]))
		v.Add(v, step.Mul(step, ratio(money.Ratio(part))))
	}
	return v
}

func ratio(r money.Ratio) *big.Rat { return big.NewRat(int64(r), int64(money.One)) }

func sum(costs []money.Fen) *big.Int {
	s := new(big.Int)
	for _, c := range costs {
		s.Add(s, big.NewInt(int64(c)))
	}
	return s
}
