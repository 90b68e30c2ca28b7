package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

// partialsMagic begins encoded partials; its last byte is the version of the form.
const partialsMagic = "DRGPART\x03"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errPartials = errors.New("partials are damaged, cut off or of another version")

// EncodePartials writes the partials of a list of plans as bytes: integers only, zeros in runs, a checksum at the end.
// Partials that plans share are written once, and decoded as shared.
func EncodePartials(parts []*Partial) []byte {
	e := &encoder{b: []byte(partialsMagic)}
	var distinct []*Partial
	e.int(int64(len(parts)))
	for _, p := range parts {
		at := slices.Index(distinct, p)
		if at < 0 {
			at = len(distinct)
			distinct = append(distinct, p)
		}
		e.int(int64(at))
	}
	for _, p := range distinct {
		d := &p.Tally.Dims
		for _, n := range []*int{&d.Streams, &d.Classes, &d.Schemes, &d.Hospitals, &d.Counties, &d.Groups} {
			e.int(int64(*n))
		}
		e.int(int64(bit(p.Tally.Groups.Fund != nil)))
		p.each(func(v *int64) { e.int(*v) })
	}
	e.flush()
	return binary.LittleEndian.AppendUint32(e.b, crc32.Checksum(e.b, castagnoli))
}

// DecodePartials reads what EncodePartials wrote for the same plans.
func DecodePartials(plans []*Plan, b []byte) ([]*Partial, error) {
	n := len(b) - 4
	if n < len(partialsMagic) || string(b[:len(partialsMagic)]) != partialsMagic || crc32.Checksum(b[:n], castagnoli) != binary.LittleEndian.Uint32(b[n:]) {
		return nil, errPartials
	}
	d := &decoder{b: b[len(partialsMagic):n]}
	if count := d.int(); count != int64(len(plans)) {
		return nil, fmt.Errorf("partials are of %d plans, not of %d", count, len(plans))
	}
	parts := make([]*Partial, len(plans))
	at := make([]int64, len(plans))
	for i := range at {
		at[i] = d.int()
		// A partial is numbered when it first occurs, so no number is above those before it by more than one.
		if at[i] < 0 || at[i] > int64(i) || i > 0 && at[i] > slices.Max(at[:i])+1 {
			return nil, errPartials
		}
	}
	for i, k := range at {
		if first := slices.Index(at, k); first < i {
			parts[i] = parts[first]
			continue
		}
		p := plans[i].NewPartial()
		var dims settle.Dims
		for _, n := range []*int{&dims.Streams, &dims.Classes, &dims.Schemes, &dims.Hospitals, &dims.Counties, &dims.Groups} {
			*n = int(d.int())
		}
		if dims != p.Tally.Dims {
			return nil, fmt.Errorf("partials are of other plans: they are shaped %+v, and scenario %s %+v", dims, plans[i].Scenario.Name, p.Tally.Dims)
		}
		if d.int() == 0 {
			p.Tally.Groups.Fund = nil
		}
		p.each(func(v *int64) { *v = d.int() })
		parts[i] = p
	}
	if d.bad || len(d.b) > 0 || d.zeros > 0 {
		return nil, errPartials
	}
	return parts, nil
}

// MergePartials adds the partials of a further part of the claims to those of the same plans. Plans that share a partial in
// into must share it in more.
func MergePartials(into, more []*Partial) error {
	if len(into) != len(more) {
		return fmt.Errorf("merging partials: %d plans and %d plans", len(into), len(more))
	}
	for i, p := range into {
		if slices.Index(into, p) < i {
			continue // shared, and merged with its first owner
		}
		if err := p.Merge(more[i]); err != nil {
			return err
		}
	}
	return nil
}

// each visits every integer of a partial in a fixed order.
func (p *Partial) each(visit func(v *int64)) {
	for _, f := range []*Flow{&p.Settled, &p.Outside, &p.Netted} {
		visit(&f.Rows)
		visit((*int64)(&f.Fen))
	}
	fen := func(v *money.Fen) { visit((*int64)(v)) }
	t := p.Tally
	for i := range t.Cells {
		c := &t.Cells[i]
		visit(&c.Claims)
		visit(&c.Days)
		for k := range c.Pockets {
			fen(&c.Pockets[k])
		}
		visit((*int64)(&c.Points))
		fen(&c.Standard)
		fen(&c.Direct)
	}
	g := &t.Groups
	for i := range g.Claims {
		for _, v := range []*int64{&g.Claims[i], &g.Days[i], &g.Excluded[i], (*int64)(&g.Gross[i]), (*int64)(&g.Points[i])} {
			visit(v)
		}
		if g.Fund != nil {
			fen(&g.Fund[i])
		}
	}
	for i := range t.Class {
		c := &t.Class[i]
		for _, v := range []*int64{&c.Claims, (*int64)(&c.Gross), (*int64)(&c.Points)} {
			visit(v)
		}
	}
	for i := range t.Homes {
		c := &t.Homes[i]
		for _, v := range []*int64{&c.Claims, &c.Stays, (*int64)(&c.Gross), (*int64)(&c.Fund), (*int64)(&c.Points), (*int64)(&c.Direct)} {
			visit(v)
		}
	}
	for i := range p.People.Schemes {
		p.People.Schemes[i].each(visit)
		s := &p.People.Against[i]
		for _, v := range []*int64{&s.Less, &s.More, &s.Same, (*int64)(&s.LessFen), (*int64)(&s.MoreFen), (*int64)(&s.LargestLess), (*int64)(&s.Largest)} {
			visit(v)
		}
	}
	for i := range p.People.Ages {
		p.People.Ages[i].each(visit)
	}
}

func (b *Burden) each(visit func(v *int64)) {
	visit(&b.Persons)
	visit((*int64)(&b.Gross))
	visit((*int64)(&b.Paid))
	for _, half := range []*uint64{&b.squaresHi, &b.squaresLo} {
		v := int64(*half)
		visit(&v)
		*half = uint64(v)
	}
	for i := range b.Catastrophic {
		visit(&b.Catastrophic[i])
	}
	for i := range b.Buckets {
		visit(&b.Buckets[i])
	}
}

// encoder writes integers as varints. A zero is followed by how many more zeros there are.
type encoder struct {
	b     []byte
	zeros uint64
}

func (e *encoder) int(v int64) {
	if v == 0 {
		e.zeros++
		return
	}
	e.flush()
	e.b = binary.AppendVarint(e.b, v)
}

func (e *encoder) flush() {
	if e.zeros > 0 {
		e.b = binary.AppendUvarint(append(e.b, 0), e.zeros-1)
		e.zeros = 0
	}
}

type decoder struct {
	b     []byte
	zeros uint64
	bad   bool
}

func (d *decoder) int() int64 {
	if d.zeros > 0 {
		d.zeros--
		return 0
	}
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	if v == 0 {
		run, n := binary.Uvarint(d.b)
		if n <= 0 {
			d.bad, d.b = true, nil
			return 0
		}
		d.b, d.zeros = d.b[n:], run
	}
	return v
}
