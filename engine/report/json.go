package report

import (
	"bytes"
	"encoding/json"
)

// The shapes of the JSON form. Keys stand in the order of these fields and of the columns.
type (
	jsonDocument struct {
		ID       string        `json:"id"`
		Title    string        `json:"title"`
		Subtitle string        `json:"subtitle,omitempty"`
		Currency string        `json:"currency"`
		Facts    []jsonFact    `json:"facts"`
		Warnings []string      `json:"warnings"`
		Sections []jsonSection `json:"sections"`
	}
	jsonFact struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	jsonSection struct {
		ID       string        `json:"id"`
		Title    string        `json:"title"`
		Note     string        `json:"note,omitempty"`
		Notes    []string      `json:"notes,omitempty"`
		Table    *jsonTable    `json:"table,omitempty"`
		Detail   *jsonSection  `json:"detail,omitempty"`
		Sections []jsonSection `json:"sections,omitempty"`
	}
	jsonTable struct {
		ID      string            `json:"id"`
		By      string            `json:"by,omitempty"`
		Columns []jsonColumn      `json:"columns"`
		Rows    []json.RawMessage `json:"rows"`
		Total   json.RawMessage   `json:"total,omitempty"`
	}
	jsonColumn struct {
		Key   string `json:"key"`
		Title string `json:"title"`
		Kind  string `json:"kind"`
		Sum   bool   `json:"sum,omitempty"`
	}
)

// json draws the document for programs. Amounts, ratios, points and factors are exact decimal strings, each followed by the
// integer that it stands for under its key with _fen, _ppm or _millionths; counts are numbers, dates and texts strings. A cell
// whose kind differs from its column's has that kind beside it under _kind.
func (o Options) json(d *Document) ([]byte, error) {
	out := jsonDocument{ID: d.ID, Title: d.Title.In(o.Lang), Subtitle: d.Subtitle.In(o.Lang), Currency: Options{Lang: o.Lang}.unitName(d, true),
		Facts: []jsonFact{}, Warnings: o.jsonTexts(d.Warnings, true)}
	for _, f := range d.Facts {
		out.Facts = append(out.Facts, jsonFact{f.Name.In(o.Lang), f.Value.In(o.Lang)})
	}
	out.Sections = o.jsonSections(d.Sections)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(out)
	return b.Bytes(), err
}

func (o Options) jsonTexts(list []Text, always bool) []string {
	var out []string
	if always {
		out = []string{}
	}
	for _, t := range list {
		out = append(out, t.In(o.Lang))
	}
	return out
}

func (o Options) jsonSections(list []*Section) []jsonSection {
	out := []jsonSection{}
	for _, s := range list {
		js := jsonSection{ID: s.ID, Title: s.Title.In(o.Lang), Note: s.Note.In(o.Lang), Notes: o.jsonTexts(s.Notes, false)}
		if t := s.table(); t != nil {
			js.Table = o.jsonTable(t)
		}
		if s.Detail != nil {
			js.Detail = &o.jsonSections([]*Section{s.Detail})[0]
		}
		if len(s.Children) > 0 {
			js.Sections = o.jsonSections(s.Children)
		}
		out = append(out, js)
	}
	return out
}

func (o Options) jsonTable(t *Table) *jsonTable {
	out := &jsonTable{ID: t.ID, By: t.By, Columns: []jsonColumn{}, Rows: []json.RawMessage{}}
	for i := range t.Columns {
		c := &t.Columns[i]
		out.Columns = append(out.Columns, jsonColumn{c.Key, c.Title.In(o.Lang), c.kindOf(&Cell{}).String(), c.Sum})
	}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, o.jsonRow(t, row))
	}
	if t.Footer != nil {
		out.Total = o.jsonRow(t, t.Footer)
	}
	return out
}

// jsonRow writes a row as an object with its keys in the order of the columns, which a map would not keep.
func (o Options) jsonRow(t *Table, row []Cell) json.RawMessage {
	var b bytes.Buffer
	field := func(key string, value any) {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		for i, v := range []any{key, value} {
			if i > 0 {
				b.WriteByte(':')
			}
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				panic("BUG: report: " + err.Error())
			}
			b.Truncate(b.Len() - 1) // Encode ends with a line break
		}
	}
	for i := range row {
		c, cell := &t.Columns[i], &row[i]
		k := c.kindOf(cell)
		switch {
		case cell.Null:
			field(c.Key, nil)
			continue
		case k == KindCount || k == KindCountDelta:
			field(c.Key, cell.Int)
		default:
			field(c.Key, plain(c, cell, o.Lang))
		}
		switch k {
		case KindFen, KindFenDelta:
			field(c.Key+"_fen", cell.Int)
		case KindRatio, KindRatioDelta:
			field(c.Key+"_ppm", cell.Int)
		case KindPoints, KindPointsDelta, KindFactor, KindFactorDelta:
			field(c.Key+"_millionths", cell.Int)
		}
		if k != c.kindOf(&Cell{}) {
			field(c.Key+"_kind", k.String())
		}
	}
	return append(append([]byte{'{'}, b.Bytes()...), '}')
}
