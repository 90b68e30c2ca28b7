package settle

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// deduction takes back money from one hospital (违规扣款): it returns to the funds that paid.
type deduction struct {
	id       string
	hospital int
	scheme   int // -1: from the funds of all schemes together
	amount   money.Fen
	reason   string
}

func (c *compiler) decodeDeductions(d *policy.Decoder) {
	d.Each("deductions", func(_ int, it *policy.Decoder) {
		x := deduction{id: it.Text("id"), scheme: -1, amount: it.Fen("amount"), reason: it.Text("reason")}
		id := it.Text("hospital")
		h, ok := c.reg.Hospital(id)
		if !ok {
			it.Fail("hospital", "there is no hospital %q%s", id, nearest.Hint(id, c.hospitalIDs()))
		}
		x.hospital = int(h)
		if name := it.TextOr("scheme", "all"); name != "all" {
			x.scheme = find(it, "scheme", name, "scheme", c.reg.Schemes)
		}
		if x.amount < 0 || tooLarge(x.amount) {
			it.Fail("amount", "%s is not from 0 to %s; a deduction is written as a positive amount", x.amount, money.Fen(most))
		}
		if slices.ContainsFunc(c.s.deductions, func(o deduction) bool { return o.id == x.id }) {
			it.Fail("id", "%q stands there twice", x.id)
		}
		c.s.deductions = append(c.s.deductions, x)
	})
}

// deduct takes the deductions off the lines of the hospitals' funds.
func (w *work) deduct() error {
	for _, x := range w.s.deductions {
		err := w.take(x.hospital, x.scheme, x.amount, func(l *Line, f money.Fen) { l.Deducted += f })
		if err != nil {
			return fmt.Errorf("deduction %s: %w", x.id, err)
		}
	}
	return nil
}

// take divides an amount over a hospital's lines of one account in proportion to what they pay.
func (w *work) take(hospital, scheme int, amount money.Fen, put func(*Line, money.Fen)) error {
	if amount == 0 {
		return nil
	}
	var lines []*Line
	var weights []int64
	var sum int64
	for _, l := range w.linesOf(hospital, scheme) {
		lines = append(lines, l)
		weights = append(weights, int64(max(l.Base, 0)))
		sum += weights[len(weights)-1]
	}
	if len(lines) == 0 {
		return fmt.Errorf("hospital %s has no fund of %s to take %s from", w.s.reg.Hospitals[hospital].ID, orAll(w.s.schemeName(scheme)), amount)
	}
	if sum == 0 {
		weights[0] = 1
	}
	parts, err := money.Allocate(amount, weights)
	if err != nil {
		return err
	}
	for i, f := range parts {
		put(lines[i], f)
	}
	return nil
}

// linesOf lists a hospital's lines in the funds of one account: of a scheme, or of all schemes together (-1).
func (w *work) linesOf(hospital, scheme int) []*Line {
	var out []*Line
	for _, groups := range w.groups {
		for _, gw := range groups {
			if gw.g.scheme != scheme {
				continue
			}
			for l := hospital; l < len(gw.lines); l += w.hospitals() {
				out = append(out, &gw.lines[l])
			}
		}
	}
	return out
}
