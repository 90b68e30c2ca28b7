package report

import "strconv"

// The shapes of the data inside a page. Texts are numbers in one list of strings, because names repeat in every detail row.
type (
	pageData struct {
		Title    [2]string            `json:"title"`
		Currency [2]string            `json:"currency"`
		Strings  [][2]string          `json:"strings"`
		Tables   map[string]pageTable `json:"tables"` // encoding/json writes the keys of a map in order
		numbers  map[Text]int
	}
	pageTable struct {
		Columns []pageColumn `json:"columns"`
		Rows    [][]any      `json:"rows"`
		Foot    []any        `json:"foot,omitempty"`
		Drill   []string     `json:"drill,omitempty"` // the key that each row opens
		Detail  string       `json:"detail,omitempty"`
		By      int          `json:"by"`
	}
	pageColumn struct {
		Key      string    `json:"key"`
		Title    [2]string `json:"title"`
		Kind     string    `json:"kind"`
		Decimals int       `json:"decimals"`
		Right    bool      `json:"right"`
		Adverse  bool      `json:"adverse"`
		InYuan   bool      `json:"inYuan"`
		Hidden   bool      `json:"hidden"`
	}
)

// safeInteger is the greatest whole number that a script holds exactly; greater ones travel as strings.
const safeInteger = 1<<53 - 1

func pageDataOf(d *Document) *pageData {
	p := &pageData{Title: pair(d.Title), Strings: [][2]string{}, Tables: map[string]pageTable{}, numbers: map[Text]int{},
		Currency: [2]string{Options{Lang: Zh}.unitName(d, true), Options{Lang: En}.unitName(d, true)}}
	d.each(func(s *Section, _ int) {
		if s.Table != nil {
			p.Tables[s.Table.ID] = p.table(s)
		}
	})
	return p
}

func pair(t Text) [2]string { return [2]string{clean(t.In(Zh)), clean(t.In(En))} }

func (p *pageData) table(s *Section) pageTable {
	t := s.Table
	out := pageTable{By: t.column(t.By), Rows: make([][]any, len(t.Rows)), Columns: []pageColumn{}}
	for i := range t.Columns {
		c := &t.Columns[i]
		out.Columns = append(out.Columns, pageColumn{Key: c.Key, Title: pair(c.Title), Kind: c.kindOf(&Cell{}).String(), Decimals: c.Decimals,
			Right: Options{}.rightmost(t, i, t.Rows), Adverse: c.Adverse, InYuan: c.InYuan, Hidden: c.Hidden})
	}
	for r, row := range t.Rows {
		out.Rows[r] = p.row(t, row)
	}
	if t.Footer != nil {
		out.Foot = p.row(t, t.Footer)
	}
	if s.Detail != nil {
		out.Detail = s.Detail.Table.ID
		out.Drill = make([]string, len(t.Rows))
		for r, row := range t.Rows {
			for i := range row {
				if row[i].Drill != "" {
					out.Drill[r] = clean(row[i].Drill)
					break
				}
			}
		}
	}
	return out
}

func (p *pageData) row(t *Table, row []Cell) []any {
	out := make([]any, len(row))
	for i := range row {
		c, cell := &t.Columns[i], &row[i]
		if cell.Null {
			continue
		}
		k := c.kindOf(cell)
		var v any = cell.Int
		switch {
		case !k.numeric() && k != KindDate:
			v = p.text(cell.Text)
		case cell.Int > safeInteger || cell.Int < -safeInteger:
			v = strconv.FormatInt(cell.Int, 10)
		}
		if k != c.kindOf(&Cell{}) {
			v = []any{k.String(), v}
		}
		out[i] = v
	}
	return out
}

// text returns the number of a text in the list of strings.
func (p *pageData) text(t Text) int {
	n, ok := p.numbers[t]
	if !ok {
		n = len(p.Strings)
		p.Strings = append(p.Strings, pair(t))
		p.numbers[t] = n
	}
	return n
}
