package mapping

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// FileReport tells what became of the rows of one input.
type FileReport struct {
	Name                   string
	Read, Loaded, Rejected claims.Count
}

// Control is a sum that the mapping asks for, over every row of CSV that was read, whatever became of it.
type Control struct {
	Name   string
	Rows   int64 // rows that gave an amount
	Fen    money.Fen
	Unread int64 // rows whose amount was blank or unreadable
}

func (c *Control) add(v money.Fen, err error) error {
	if err != nil {
		c.Unread++
		return nil
	}
	c.Rows++
	c.Fen, err = money.Add(c.Fen, v)
	return err
}

// Report tells what became of the rows of an import. Read is the sum of Loaded and Rejected, in rows, in money and in rows
// whose money is unknown.
type Report struct {
	Files                  []FileReport // in the order of reading
	Read, Loaded, Rejected claims.Count
	Codes                  map[string]claims.Count // findings by code; a row with two findings counts under each
	First                  []claims.Finding        // the first of these findings, twenty at most
	Controls               []Control               // in the order of the mapping
	Hospitals              []region.Hospital
}

func (r *Report) add(f FileReport) error {
	r.Files = append(r.Files, f)
	return errors.Join(r.Read.Plus(f.Read), r.Loaded.Plus(f.Loaded), r.Rejected.Plus(f.Rejected))
}

// check holds the report to its law.
func (r *Report) check() error {
	for _, f := range r.Files {
		sum := f.Loaded
		if err := sum.Plus(f.Rejected); err != nil {
			return err
		}
		if sum != f.Read {
			return fmt.Errorf("law broken, read = loaded + rejected: %s: read %+v, loaded %+v, rejected %+v", f.Name, f.Read, f.Loaded, f.Rejected)
		}
	}
	return nil
}

// String prints the report as lines of plain text.
func (r *Report) String() string {
	var b strings.Builder
	line := func(what string, n claims.Count) {
		fmt.Fprintf(&b, "%-12s %12d rows %22s", what, n.Rows, n.Fen.Grouped())
		if n.Unknown > 0 {
			fmt.Fprintf(&b, "  (%d rows have no readable amount)", n.Unknown)
		}
		b.WriteByte('\n')
	}
	line("read", r.Read)
	line("loaded", r.Loaded)
	line("rejected", r.Rejected)
	for _, code := range slices.Sorted(maps.Keys(r.Codes)) {
		line("  "+code, r.Codes[code])
	}
	for _, c := range r.Controls {
		fmt.Fprintf(&b, "control      %s\n", c.Name)
		line("", claims.Count{Rows: c.Rows, Fen: c.Fen, Unknown: c.Unread})
	}
	if len(r.Hospitals) > 0 {
		fmt.Fprintf(&b, "hospitals    %12d\n", len(r.Hospitals))
	}
	return b.String()
}
