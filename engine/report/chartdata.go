package report

import "strconv"

// table returns the section's table, or for a chart alone a table of its numbers, so that no format is without them.
func (s *Section) table() *Table {
	if s.Table != nil || s.Chart == nil {
		return s.Table
	}
	c := s.Chart
	t := &Table{ID: c.ID}
	if c.Kind == Lines || c.Kind == Lorenz {
		t.Columns = append(t.Columns, Column{Key: "x", Title: c.XTitle, Kind: c.XKind})
	} else {
		t.Columns = append(t.Columns, Column{Key: "label", Title: c.XTitle, Kind: KindText})
		if c.XTitle.Empty() {
			t.Columns[0].Title = Text{"项目", "Item"}
		}
		if !c.YTitle.Empty() { // the series are columns here
			t.Columns[0].Title = Text{c.XTitle.Zh + " / " + c.YTitle.Zh, c.XTitle.In(En) + " / " + c.YTitle.In(En)}
		}
	}
	for i := range c.Series {
		s := &c.Series[i]
		add := func(key string, suffix Text, kind Kind) {
			name := s.Name
			if name.Empty() {
				name = Text{"数值", "Value"}
			}
			title := Text{name.In(Zh) + suffix.Zh, name.In(En) + suffix.En}
			t.Columns = append(t.Columns, Column{Key: key + strconv.Itoa(i+1), Title: title, Kind: kind, InYuan: c.InYuan, Adverse: c.Adverse})
		}
		add("value", Text{}, c.Value)
		if len(s.Low) > 0 {
			add("low", Text{"下限", " low"}, c.Value)
			add("high", Text{"上限", " high"}, c.Value)
		}
	}
	for i := range c.points() {
		var row []Cell
		if c.Kind == Lines || c.Kind == Lorenz {
			row = append(row, Int(c.X[i]))
		} else {
			row = append(row, Cell{Text: c.Labels[i]})
		}
		for j := range c.Series {
			s := &c.Series[j]
			row = append(row, Int(s.Values[i]))
			if len(s.Low) > 0 {
				row = append(row, Int(s.Low[i]), Int(s.High[i]))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// points is the number of values of each series.
func (c *Chart) points() int { return len(c.Series[0].Values) }
