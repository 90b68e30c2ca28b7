package drg

import "github.com/drgsim/drgsim/engine/money"

// Contrast tells of which stays some pricers can make other points than a first one: of those whose terms are others at their place
// and group. For all other stays a scenario of coefficients has nothing to work out.
type Contrast struct {
	columns []uint8 // by group: groups that differ alike share one
	width   int
	masks   []uint8 // by price number and column: bit i is set where pricer i has another term
}

// mostContrasted is how many pricers, and contrastColumns how many columns, a contrast can have.
const (
	mostContrasted  = 8
	contrastColumns = 256
)

// Contrasts tells of a pricer whose formulas are alike (see FormulasAlike) whether what it makes else of stays is told by terms alone.
func (p *Pricer) Contrasts(q *Pricer) bool {
	return p.PointsAlone() && q.PointsAlone() && p.readmission.same(q.readmission)
}

// NewContrast contrasts pricers with a first one, which Contrasts with each; nil where they differ in too many ways.
func NewContrast(first *Pricer, others []*Pricer) *Contrast {
	groups := len(first.terms.columns)
	if len(others) == 0 || len(others) > mostContrasted || groups == 0 {
		return nil
	}
	c := &Contrast{columns: make([]uint8, groups)}
	type columns [mostContrasted + 1]int32
	numbers := map[columns]uint8{}
	var firsts []int32 // by column: its first group
	for g := range groups {
		key := columns{first.terms.columns[g]}
		for i, p := range others {
			key[i+1] = p.terms.columns[g]
		}
		n, ok := numbers[key]
		if !ok {
			if len(firsts) == contrastColumns {
				return nil
			}
			n = uint8(len(firsts))
			numbers[key], firsts = n, append(firsts, int32(g))
		}
		c.columns[g] = n
	}
	c.width = len(firsts)
	for price := range len(first.terms.cells) / first.terms.width {
		for _, g := range firsts {
			mask := uint8(0)
			for i, p := range others {
				if *p.terms.at(int32(price), g) != *first.terms.at(int32(price), g) {
					mask |= 1 << i
				}
			}
			c.masks = append(c.masks, mask)
		}
	}
	return c
}

// of returns the masks of the stays of some parts.
func (c *Contrast) of(parts *Parts) []uint8 {
	if parts.contrast == c {
		return parts.masks
	}
	if cap(parts.masks) < len(parts.spots) {
		parts.masks = make([]uint8, 2*len(parts.spots))
	}
	masks := parts.masks[:len(parts.spots)]
	for i, at := range parts.spots {
		masks[i] = c.masks[int(at.price)*c.width+int(c.columns[at.group])]
	}
	parts.masks, parts.contrast = masks, c
	return masks
}

// PointsWhere is Points for the stays of which pricer number which of a contrast can make other points than the first: it returns
// them, rising, in the memory of list where that has room, and writes what they are worth to out, which keeps what it holds of others.
func (p *Pricer) PointsWhere(c *Contrast, which int, stays []Stay, ends []int32, parts *Parts, kind int, out []money.Points, list []int32) ([]int32, error) {
	masks := c.of(parts)
	if cap(list) < len(masks) {
		list = make([]int32, 2*len(masks))
	}
	list = list[:len(masks)]
	to := 0
	for i, mask := range masks {
		list[to] = int32(i)
		to += int(mask >> which & 1)
	}
	list = list[:to]
	if p.forms.coefs != nil {
		p.forms.plainOf(p, parts.spots, list, out)
	} else {
		for _, i := range list {
			out[i] = p.points[p.cell(parts.spots[i])]
		}
	}
	if err := p.notPlain(stays, ends, parts, kind, masks, which, out); err != nil {
		return nil, err
	}
	return list, nil
}
