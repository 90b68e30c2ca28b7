package csvtable

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
)

// Columns are the columns that a table may have, in any order in its file.
type Columns struct {
	names    []string
	optional map[string]bool
}

// Need starts a list with columns that must be in the header and filled in every row.
func Need(names ...string) Columns {
	return Columns{names: slices.Clone(names), optional: map[string]bool{}}
}

// May adds columns that can be left out, or left blank in some rows.
func (c Columns) May(names ...string) Columns {
	d := Columns{names: append(slices.Clone(c.names), names...), optional: map[string]bool{}}
	for _, n := range c.names {
		d.optional[n] = c.optional[n]
	}
	for _, n := range names {
		d.optional[n] = true
	}
	return d
}

// bind returns the position of each allowed column in the header.
func (c Columns) bind(header []string) (map[string]int, error) {
	at := make(map[string]int, len(header))
	for i, name := range header {
		if !slices.Contains(c.names, name) {
			return nil, fmt.Errorf("unknown column %q; columns are %s%s", name, strings.Join(c.names, ", "), nearest.Hint(name, c.names))
		}
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("column %q is repeated", name)
		}
		at[name] = i
	}
	for _, name := range c.names {
		if _, ok := at[name]; !ok && !c.optional[name] {
			return nil, fmt.Errorf("column %q is missing; the header has %s", name, strings.Join(header, ", "))
		}
	}
	return at, nil
}
