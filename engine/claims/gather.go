package claims

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// fileStart says that rows from first on came from a file.
type fileStart struct {
	first int
	name  string
}

// Origin tells which row of which file row i came from, counted from 1. The name is "" for claims that were not read.
func (t *Table) Origin(i int) (file string, row int64) {
	row = int64(i) + 1
	if t.SourceRow != nil {
		row = t.SourceRow[i]
	}
	for _, f := range t.files {
		if f.first > i {
			break
		}
		file = f.name
	}
	return file, row
}

// Release gives back the file behind the columns. Neither the table nor a slice taken from it may be used afterwards.
// A table that is never released keeps its file mapped, which costs address space only.
func (t *Table) Release() {
	t.ClaimID.later.release()
	t.Person.Values.later.release()
	if t.free != nil {
		t.free()
	}
	*t = Table{}
}

func pick[T any](v []T, rows []int32) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

func (t Text) pick(rows []int32) Text {
	if t.Offsets == nil {
		return Text{}
	}
	n := int64(0)
	for _, r := range rows {
		n += t.Offsets[r+1] - t.Offsets[r]
	}
	out := Text{Offsets: make([]int64, 1, len(rows)+1), Bytes: make([]byte, 0, n)}
	for _, r := range rows {
		out.Bytes = append(out.Bytes, t.bytes(int(r))...)
		out.Offsets = append(out.Offsets, int64(len(out.Bytes)))
	}
	return out
}

// Select returns a table of the given rows, in the given order. Its columns are its own, but the values of coded columns
// are shared with t, which therefore must not be released before it.
func (t *Table) Select(rows []int32) *Table {
	out := &Table{Rows: len(rows)}
	for c := range NumColumns {
		if !t.Present(c) {
			continue
		}
		switch {
		case t.fen(c) != nil:
			*out.fen(c) = pick(*t.fen(c), rows)
		case t.dates(c) != nil:
			*out.dates(c) = pick(*t.dates(c), rows)
		case t.bools(c) != nil:
			*out.bools(c) = pick(*t.bools(c), rows)
		case t.coded(c) != nil:
			*out.coded(c) = Coded{Codes: pick(t.coded(c).Codes, rows), Values: t.coded(c).Values}
		case t.text(c) != nil:
			*out.text(c) = t.text(c).pick(rows)
		case c == ColAge:
			out.Age = pick(t.Age, rows)
		default:
			out.setWords(c, pick(t.words(c), rows))
		}
	}
	out.HasFirstPay, out.HasBookedFund = pick(t.HasFirstPay, rows), pick(t.HasBookedFund, rows)
	out.SourceRow = make([]int64, len(rows))
	last := ""
	for i, r := range rows {
		name, row := t.Origin(int(r))
		out.SourceRow[i] = row
		if name != last {
			out.files, last = append(out.files, fileStart{i, name}), name
		}
	}
	return out
}

func cut[T any](v []T, lo, hi int) []T {
	if v == nil {
		return nil
	}
	return v[lo:hi:hi]
}

// Slice returns rows lo to hi-1 as a table that shares everything with t, which therefore must not be released before it.
func (t *Table) Slice(lo, hi int) *Table {
	out := &Table{Rows: hi - lo}
	for c := range NumColumns {
		if !t.Present(c) {
			continue
		}
		switch {
		case t.fen(c) != nil:
			*out.fen(c) = cut(*t.fen(c), lo, hi)
		case t.dates(c) != nil:
			*out.dates(c) = cut(*t.dates(c), lo, hi)
		case t.bools(c) != nil:
			*out.bools(c) = cut(*t.bools(c), lo, hi)
		case t.coded(c) != nil:
			*out.coded(c) = Coded{Codes: cut(t.coded(c).Codes, lo, hi), Values: t.coded(c).Values}
		case t.text(c) != nil:
			*out.text(c) = Text{Offsets: t.text(c).Offsets[lo : hi+1], Bytes: t.text(c).Bytes}
		case c == ColAge:
			out.Age = cut(t.Age, lo, hi)
		default:
			out.setWords(c, cut(t.words(c), lo, hi))
		}
	}
	out.HasFirstPay, out.HasBookedFund = cut(t.HasFirstPay, lo, hi), cut(t.HasBookedFund, lo, hi)
	out.SourceRow = make([]int64, out.Rows)
	for i := range out.SourceRow {
		name, row := t.Origin(lo + i)
		out.SourceRow[i] = row
		if n := len(out.files); name != "" && (n == 0 || out.files[n-1].name != name) {
			out.files = append(out.files, fileStart{i, name})
		}
	}
	return out
}

// Concat puts tables behind one another. An optional column that only some of them have gets, for the rows of the others,
// what its Doc says of an absent value; a required column must be in all or in none. The result shares nothing with the
// parts, but a single part is returned as it is.
func Concat(parts []*Table) (*Table, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	out := &Table{}
	for _, p := range parts {
		for _, f := range p.files {
			out.files = append(out.files, fileStart{out.Rows + f.first, f.name})
		}
		out.Rows += p.Rows
	}
	for c := range NumColumns {
		in := 0
		for _, p := range parts {
			if p.Present(c) {
				in++
			}
		}
		if in == 0 {
			continue
		}
		if in < len(parts) && Schema[c].Required {
			return nil, fmt.Errorf("claims cannot be put together: some lack column %q", Schema[c].Name)
		}
		out.join(c, parts)
	}
	out.SourceRow = make([]int64, 0, out.Rows)
	for _, p := range parts {
		for i := range p.Rows {
			_, row := p.Origin(i)
			out.SourceRow = append(out.SourceRow, row)
		}
	}
	return out, nil
}

// join fills one column of t, which is to have the rows of all parts.
func (t *Table) join(c Column, parts []*Table) {
	switch {
	case t.fen(c) != nil:
		*t.fen(c) = joined(t.Rows, parts, 0, func(p *Table) []money.Fen { return *p.fen(c) })
		if has := t.has(c); has != nil {
			*has = t.joinHas(c, parts)
		}
	case t.dates(c) != nil:
		*t.dates(c) = joined(t.Rows, parts, NoDate, func(p *Table) []Date { return *p.dates(c) })
	case t.bools(c) != nil:
		*t.bools(c) = joined(t.Rows, parts, false, func(p *Table) []bool { return *p.bools(c) })
	case c == ColAge:
		t.Age = joined(t.Rows, parts, AgeUnknown, func(p *Table) []int16 { return p.Age })
	case t.coded(c) != nil:
		*t.coded(c) = joinCoded(t.Rows, parts, c)
	case t.text(c) != nil:
		out := Text{Offsets: make([]int64, 1, t.Rows+1)}
		for _, p := range parts {
			for i := range p.Rows {
				if p.text(c).Offsets != nil {
					out.Bytes = append(out.Bytes, p.text(c).bytes(i)...)
				}
				out.Offsets = append(out.Offsets, int64(len(out.Bytes)))
			}
		}
		*t.text(c) = out
	default:
		t.setWords(c, joined(t.Rows, parts, 0, func(p *Table) []byte { return p.words(c) }))
	}
}

// joined copies a column of all parts behind one another, with the absent value for parts that lack it.
func joined[T any](rows int, parts []*Table, absent T, column func(*Table) []T) []T {
	out := make([]T, 0, rows)
	for _, p := range parts {
		v := column(p)
		out = append(out, v...)
		for range p.Rows - len(v) {
			out = append(out, absent)
		}
	}
	return out
}

// joinHas tells given amounts from absent ones over all parts, nil when all are given.
func (t *Table) joinHas(c Column, parts []*Table) []bool {
	out := make([]bool, 0, t.Rows)
	all := true
	for _, p := range parts {
		for i := range p.Rows {
			has := p.given(c, i)
			all = all && has
			out = append(out, has)
		}
	}
	if all {
		return nil
	}
	return out
}

// given tells whether row i has an amount in a column that may be absent row by row.
func (t *Table) given(c Column, i int) bool {
	if *t.fen(c) == nil {
		return false
	}
	has := *t.has(c)
	return has == nil || has[i]
}

// joinCoded gives the values of all parts one numbering.
func joinCoded(rows int, parts []*Table, c Column) Coded {
	all := newHashTable(0)
	out := Coded{Codes: make([]int32, 0, rows)}
	for _, p := range parts {
		col := p.coded(c)
		m := make([]int32, col.Values.Len())
		for i := range m {
			s := col.Values.bytes(i)
			m[i], _ = all.code(halfHash(s), s)
		}
		for i := range p.Rows {
			k := NoCode
			if col.Codes != nil && col.Codes[i] != NoCode {
				k = m[col.Codes[i]]
			}
			out.Codes = append(out.Codes, k)
		}
	}
	out.Values = all.values
	return out
}
