package behave

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// table writes the items out.
func (w *work) table(groups []string) (*claims.Table, error) {
	rows := make([]int32, len(w.items))
	for i := range w.items {
		rows[i] = w.items[i].row
	}
	t := w.src.Table.Select(rows)
	hospitals := newCodes(&t.Hospital)
	group := newCodes(&t.Group)
	var ids claims.Text
	persons := newCodes(&t.Person)
	for i := range w.items {
		it := &w.items[i]
		id := w.src.Table.ClaimID.At(int(it.row))
		if it.copy > 0 {
			suffix := fmt.Sprintf("+%d", it.copy)
			t.Person.Codes[i] = persons.code(id + "+" + t.Person.At(i) + suffix)
			id += suffix
		}
		ids.Append(id)
		if it.hospital >= 0 {
			t.Hospital.Codes[i] = hospitals.code(w.src.Region.Hospitals[it.hospital].ID)
		}
		if it.group > 0 {
			if t.Group.Codes == nil {
				return nil, fmt.Errorf("the claims have no column drg_code to recode")
			}
			t.Group.Codes[i] = group.code(groups[it.group-1])
		}
		if err := scale(t, i, it.factor); err != nil {
			return nil, fmt.Errorf("claim %s: %w", id, err)
		}
	}
	t.ClaimID = ids
	return t, nil
}

// scale multiplies all amounts of a row. Parts are rounded down, so that they never sum to more than the gross cost.
func scale(t *claims.Table, i int, factor money.Ratio) error {
	if factor == money.One {
		return nil
	}
	var err error
	if t.Gross[i], err = t.Gross[i].Times(factor, money.HalfUp); err != nil {
		return err
	}
	for _, col := range [][]money.Fen{t.NonCovered, t.CategoryB, t.FirstPay, t.AIDiagnosis, t.BookedFund} {
		if col == nil {
			continue
		}
		if col[i], err = col[i].Times(factor, money.Floor); err != nil {
			return err
		}
	}
	return nil
}

// codes adds values to a coded column.
type codes struct {
	col *claims.Coded
	at  map[string]int32
}

func newCodes(col *claims.Coded) *codes { return &codes{col: col} }

func (c *codes) code(value string) int32 {
	if c.at == nil {
		// The list of values is the source's: it gets a copy before it grows.
		c.at = make(map[string]int32, c.col.Values.Len())
		values := claims.Text{Offsets: slices.Clone(c.col.Values.Offsets), Bytes: slices.Clone(c.col.Values.Bytes)}
		c.col.Values = values
		for i := range values.Len() {
			c.at[values.At(i)] = int32(i)
		}
	}
	n, ok := c.at[value]
	if !ok {
		n = int32(c.col.Values.Len())
		c.col.Values.Append(value)
		c.at[value] = n
	}
	return n
}
