package report

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/drgsim/drgsim/engine/claims/columns"
)

// arrowFiles draws each table as an Arrow IPC file of its own, named after the document and the table. Integers stand as they are,
// with their kind (fen, ratio in parts per million, points in millionths) as metadata "kind" of the field. A column whose cells
// differ in kind is written as exact decimal texts, with their kinds in a further column.
func (o Options) arrowFiles(d *Document) ([]File, error) {
	var files []File
	for _, s := range d.tables() {
		t := s.table()
		var b bytes.Buffer
		if err := columns.Write(&b, o.arrowColumns(t), [][2]string{{"report", d.ID}, {"table", t.ID}}); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.ID, err)
		}
		files = append(files, File{d.ID + "." + t.ID + ".arrow", b.Bytes()})
	}
	return files, nil
}

func (o Options) arrowColumns(t *Table) []columns.Column {
	var out []columns.Column
	for i := range t.Columns {
		c := &t.Columns[i]
		kind := c.kindOf(&Cell{})
		mixed := false
		nulls := make([]bool, len(t.Rows))
		for r, row := range t.Rows {
			nulls[r] = row[i].Null
			mixed = mixed || (!row[i].Null && c.kindOf(&row[i]) != kind)
		}
		col := columns.Column{Name: c.Key, Nulls: nulls, Meta: [][2]string{{"kind", kind.String()}, {"title", c.Title.In(o.Lang)}}}
		switch {
		case mixed || (!kind.numeric() && kind != KindDate):
			col.Texts = make([]string, len(t.Rows))
			for r, row := range t.Rows {
				col.Texts[r] = plain(c, &row[i], o.Lang)
			}
		case kind == KindDate:
			col.Days = make([]int32, len(t.Rows))
			for r, row := range t.Rows {
				col.Days[r] = int32(row[i].Int)
			}
		default:
			col.Ints = make([]int64, len(t.Rows))
			for r, row := range t.Rows {
				col.Ints[r] = row[i].Int
			}
		}
		if mixed {
			col.Meta[0][1] = "mixed"
		}
		out = append(out, col)
		if mixed {
			kinds := columns.Column{Name: freeKey(t, c.Key+"_kind"), Texts: make([]string, len(t.Rows))}
			for r, row := range t.Rows {
				kinds.Texts[r] = c.kindOf(&row[i]).String()
			}
			out = append(out, kinds)
		}
	}
	return out
}

// freeKey finds a key that no column of the table has.
func freeKey(t *Table, key string) string {
	for n, k := 2, key; ; n++ {
		if t.column(k) < 0 {
			return k
		}
		k = key + strconv.Itoa(n)
	}
}
