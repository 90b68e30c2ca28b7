package check

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/region"
)

// voucherVersion changes with every change of what a check finds in the same claims, so that an older voucher is of no use
// and the claims are checked again. What the catalogue says needs no change of it.
const voucherVersion = 2

// maxVouched is the number of findings up to which a voucher is given: they are kept in the file.
const maxVouched = 1 << 20

// Voucher is what a check of a whole file found, as far as that hangs on the file alone: the file's writer keeps it in the
// file, whose checksums guard it too. The check of a file with a voucher looks only at what hangs on the region.
type Voucher struct {
	Rows int64
	// Rising tells that claim ids rise from each row to the next.
	Rising bool
	// Gathered tells that the rows of each person stand together, and persons in the order of their codes.
	Gathered bool
	// Reversals is the number of rows that take back another.
	Reversals int64

	marks []mark
}

// RegionColumns are the columns that a check holds against the region's tables.
var RegionColumns = claims.Columns(claims.ColHospitalID, claims.ColReferredFrom, claims.ColScheme, claims.ColDRGCode, claims.ColResidenceCounty)

// Vouch checks a table and writes down what it found; nil when that is too much to keep. It serves claims.WriteOptions.
func Vouch(t *claims.Table) ([]byte, error) {
	p := newPass(t, nil, Options{})
	p.find()
	if len(p.marks) > maxVouched {
		return nil, nil
	}
	b := binary.AppendUvarint(nil, voucherVersion)
	b = binary.LittleEndian.AppendUint64(b, catalogueHash())
	b = binary.AppendUvarint(b, uint64(t.Rows))
	b = binary.AppendUvarint(b, flag(p.rising)|flag(p.gathered && t.Rows > 0 && t.Person.Codes[0] >= 0)<<1)
	reversals := uint64(0)
	for _, s := range t.Status {
		reversals += uint64(s)
	}
	b = binary.AppendUvarint(b, reversals)
	b = binary.AppendUvarint(b, uint64(len(p.marks)))
	last := int32(0)
	for _, m := range p.marks {
		b = binary.AppendUvarint(b, uint64(m.row-last))
		b = append(b, byte(m.kind), byte(m.column))
		b = binary.AppendVarint(b, int64(m.other))
		last = m.row
	}
	return b, nil
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// catalogueHash changes with the catalogue's codes, their order and their severities.
func catalogueHash() uint64 {
	h := fnv.New64a()
	for _, e := range Catalogue {
		fmt.Fprintln(h, e.Code, e.Severity) // a hash takes any bytes
	}
	return h.Sum64()
}

// ReadVoucher reads what Vouch wrote. It tells of a voucher of another version of the checks that it is of no use.
func ReadVoucher(b []byte) (*Voucher, bool) {
	r := &varints{b: b}
	if r.uint() != voucherVersion || len(r.b) < 8 || binary.LittleEndian.Uint64(r.b) != catalogueHash() {
		return nil, false
	}
	r.b = r.b[8:]
	v := &Voucher{Rows: int64(r.uint())}
	flags := r.uint()
	v.Rising, v.Gathered, v.Reversals = flags&1 != 0, flags&2 != 0, int64(r.uint())
	n := r.uint()
	if n > maxVouched || n > uint64(len(r.b)) {
		return nil, false
	}
	v.marks = make([]mark, n)
	last := uint64(0)
	for i := range v.marks {
		last += r.uint()
		m := mark{row: int32(last), kind: kind(r.byte()), column: claims.Column(r.byte()), other: int32(r.int())}
		if m.kind >= numKinds || m.column >= claims.NumColumns || last >= uint64(v.Rows) || int64(m.other) >= v.Rows {
			return nil, false
		}
		v.marks[i] = m
	}
	return v, !r.short && len(r.b) == 0
}

// varints reads numbers of varying length; short tells that the bytes ended too early.
type varints struct {
	b     []byte
	short bool
}

func (r *varints) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.skip(n)
	return v
}

func (r *varints) int() int64 {
	v, n := binary.Varint(r.b)
	r.skip(n)
	return v
}

func (r *varints) byte() byte {
	if len(r.b) == 0 {
		r.short = true
		return 0
	}
	x := r.b[0]
	r.b = r.b[1:]
	return x
}

func (r *varints) skip(n int) {
	if n <= 0 {
		r.short, n = true, len(r.b)
	}
	r.b = r.b[n:]
}

// Table is the check of the table of a file that has the voucher; the report is the one that Table gives. Of the columns it
// needs gross and RegionColumns, and reads what the findings say of single rows, counted from 0, through read. It tells when
// the whole table must be checked instead: under other severities, or when the region lacks a hospital or scheme, whose rows
// then are not there for the other checks.
func (v *Voucher) Table(t *claims.Table, reg *region.Region, opts Options, read func(rows []int64) (*claims.Table, error)) (*Report, bool, error) {
	if int64(t.Rows) != v.Rows || !opts.usual() {
		return nil, false, nil
	}
	p := newPass(t, reg, opts)
	p.read, p.rising = read, v.Rising
	s := &scan{pass: p, known: p.regional()}
	if len(s.known) > 0 {
		s.unknown(0, t.Rows)
	}
	for _, m := range s.marks {
		if p.severity[m.kind] == claims.Reject {
			return nil, false, nil
		}
	}
	p.take(v.marks)
	p.take(s.marks)
	if len(s.marks) > 0 {
		p.sort()
	}
	r, err := p.count()
	if err == nil {
		r.later = listing(p.reg, opts, p.marks, read)
	}
	return r, true, err
}

// listing puts marks into words, up to the limit, when it is called. It keeps no table.
func listing(reg *region.Region, opts Options, marks []mark, read func(rows []int64) (*claims.Table, error)) func() ([]claims.Finding, error) {
	p := newPass(&claims.Table{}, reg, opts)
	p.read = read
	marks = slices.Clone(marks[:p.most(marks)])
	return func() ([]claims.Finding, error) { return p.list(marks) }
}

// usual tells whether the checks are those that a voucher is about.
func (o *Options) usual() bool { return len(o.Severity) == 0 && o.Today <= 0 && !o.RowsOnly }

// detail returns a pass over a table of the rows that some marks are about, with all columns, and the marks as that table
// has its rows.
func (p *pass) detail(marks []mark) (*pass, []mark, error) {
	if p.read == nil || len(marks) == 0 {
		return p, marks, nil
	}
	var rows []int64
	for _, m := range marks {
		rows = append(rows, int64(m.row))
		if m.other >= 0 {
			rows = append(rows, int64(m.other))
		}
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	t, err := p.read(rows)
	if err != nil {
		return nil, nil, err
	}
	sub := newPass(t, p.reg, p.opts)
	sub.opts.Place = nil // the table knows where its rows came from
	at := func(row int32) int32 {
		if row < 0 {
			return row
		}
		i, _ := slices.BinarySearch(rows, int64(row))
		return int32(i)
	}
	out := slices.Clone(marks)
	for i := range out {
		out[i].row, out[i].other = at(out[i].row), at(out[i].other)
	}
	return sub, out, nil
}
