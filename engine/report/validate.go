package report

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// Validate tells whether the document can be drawn: identifiers well-formed and unique, rows as wide as their tables, footers
// equal to the sums of the rows, drill keys with their tables, charts with as many values as they need. Every renderer asks it first.
func (d *Document) Validate() error {
	if !isID(d.ID) {
		return fmt.Errorf("report %q: the identifier must be of a-z, 0-9, \"-\" and \"_\"", d.ID)
	}
	seen := map[string]string{}
	claim := func(id, what string) error {
		if !isID(id) {
			return fmt.Errorf("report %s: %s %q: the identifier must be of a-z, 0-9, \"-\" and \"_\"", d.ID, what, id)
		}
		if seen[what+id] != "" {
			return fmt.Errorf("report %s: %s %q stands twice", d.ID, what, id)
		}
		seen[what+id] = id
		return nil
	}
	return d.walk(func(s *Section, _ int) error {
		if err := claim(s.ID, "section"); err != nil {
			return err
		}
		if s.Table != nil {
			if err := claim(s.Table.ID, "table"); err != nil {
				return err
			}
			if err := s.Table.validate(); err != nil {
				return fmt.Errorf("report %s: table %s: %w", d.ID, s.Table.ID, err)
			}
		}
		if s.Chart != nil {
			if err := claim(s.Chart.ID, "chart"); err != nil {
				return err
			}
			if s.Table == nil {
				if err := claim(s.Chart.ID, "table"); err != nil {
					return err
				}
			}
			if err := s.Chart.validate(); err != nil {
				return fmt.Errorf("report %s: chart %s: %w", d.ID, s.Chart.ID, err)
			}
		}
		if s.Detail != nil && (s.Table == nil || s.Detail.Table == nil || s.Detail.Table.column(s.Detail.Table.By) < 0) {
			return fmt.Errorf("report %s: section %s: a detail needs a table above and a table whose By names one of its columns", d.ID, s.ID)
		}
		return nil
	})
}

// walk visits every section, details and children after their parent; depth is 0 for the document's own, and -1 in details.
func (d *Document) walk(visit func(s *Section, depth int) error) error {
	var down func(s *Section, depth int) error
	down = func(s *Section, depth int) error {
		if err := visit(s, depth); err != nil {
			return err
		}
		if s.Detail != nil {
			if err := down(s.Detail, -1); err != nil {
				return err
			}
		}
		for _, c := range s.Children {
			next := depth + 1
			if depth < 0 {
				next = -1
			}
			if err := down(c, next); err != nil {
				return err
			}
		}
		return nil
	}
	for _, s := range d.Sections {
		if err := down(s, 0); err != nil {
			return err
		}
	}
	return nil
}

// tables lists every section that has a table or a chart to make one of, in the order of the document.
func (d *Document) tables() []*Section {
	var list []*Section
	d.each(func(s *Section, _ int) {
		if s.table() != nil {
			list = append(list, s)
		}
	})
	return list
}

// charts lists every section that has a chart.
func (d *Document) charts() []*Section {
	var list []*Section
	d.each(func(s *Section, _ int) {
		if s.Chart != nil {
			list = append(list, s)
		}
	})
	return list
}

// each is walk for visitors that cannot fail.
func (d *Document) each(visit func(s *Section, depth int)) {
	err := d.walk(func(s *Section, depth int) error { visit(s, depth); return nil })
	if err != nil {
		panic("BUG: report: " + err.Error())
	}
}

// column finds a column by its key, and gives -1 for none.
func (t *Table) column(key string) int {
	for i := range t.Columns {
		if t.Columns[i].Key == key {
			return i
		}
	}
	return -1
}

func (t *Table) validate() error {
	keys := map[string]bool{}
	for _, c := range t.Columns {
		if c.Key == "" || keys[c.Key] {
			return fmt.Errorf("column key %q is empty or stands twice", c.Key)
		}
		if int(c.Kind) >= len(kindNames) {
			return fmt.Errorf("column %s has kind %d, which does not exist", c.Key, c.Kind)
		}
		if c.Sum && !c.Kind.numeric() {
			return fmt.Errorf("column %s of kind %s cannot be summed", c.Key, c.Kind)
		}
		keys[c.Key] = true
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d has %d cells under %d columns", i+1, len(row), len(t.Columns))
		}
		for j := range row {
			if int(row[j].Kind) >= len(kindNames) {
				return fmt.Errorf("row %d, column %s has kind %d, which does not exist", i+1, t.Columns[j].Key, row[j].Kind)
			}
		}
	}
	if t.Footer == nil {
		return nil
	}
	if len(t.Footer) != len(t.Columns) {
		return fmt.Errorf("the footer has %d cells under %d columns", len(t.Footer), len(t.Columns))
	}
	sums, err := t.sums()
	if err != nil {
		return err
	}
	for i, c := range t.Columns {
		if c.Sum && (t.Footer[i].Null || t.Footer[i].Int != sums[i]) {
			return fmt.Errorf("the footer of column %s is %d but its rows add up to %d", c.Key, t.Footer[i].Int, sums[i])
		}
	}
	return nil
}

// sums adds up the Sum columns; cells without a value count as zero.
func (t *Table) sums() ([]int64, error) {
	sums := make([]int64, len(t.Columns))
	for i, c := range t.Columns {
		if !c.Sum {
			continue
		}
		for _, row := range t.Rows {
			if i >= len(row) || row[i].Null {
				continue
			}
			var err error
			if sums[i], err = money.Add(sums[i], row[i].Int); err != nil {
				return nil, fmt.Errorf("the sum of column %s: %w", c.Key, err)
			}
		}
	}
	return sums, nil
}

func (c *Chart) validate() error {
	want := len(c.Labels)
	switch c.Kind {
	case Bars, Groups, Heat, Intervals:
	case Waterfall:
		want--
	case Lines, Lorenz:
		want = len(c.X)
	default:
		return fmt.Errorf("kind %d does not exist", c.Kind)
	}
	if want < 1 || len(c.Series) == 0 {
		return fmt.Errorf("there is nothing to draw")
	}
	if len(c.Series) > 1 && (c.Kind == Bars || c.Kind == Waterfall || c.Kind == Intervals) {
		return fmt.Errorf("%d series where one is drawn", len(c.Series))
	}
	if !c.Value.numeric() || ((c.Kind == Lines || c.Kind == Lorenz) && !c.XKind.numeric() && c.XKind != KindDate) {
		return fmt.Errorf("values and X must be of numeric kinds")
	}
	for i := range c.Series {
		s := &c.Series[i]
		bounds := len(s.Low) != len(s.High) || (len(s.Low) != 0 && len(s.Low) != want) || (c.Kind == Intervals && len(s.Low) == 0)
		if len(s.Values) != want || bounds {
			return fmt.Errorf("series %d has %d values with %d and %d bounds where %d are drawn", i+1, len(s.Values), len(s.Low), len(s.High), want)
		}
		if lo, hi := span(s.Values, s.Low, s.High); lo < -farthest || hi > farthest {
			return fmt.Errorf("series %d has a value that is too large to draw", i+1)
		}
	}
	return nil
}

// farthest is the greatest value that a chart draws: sums and differences of a few stay within 64 bits.
const farthest = 1 << 58

func isID(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}
