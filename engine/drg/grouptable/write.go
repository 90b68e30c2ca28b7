package grouptable

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/region"
)

// WriteGroups writes the group table of a pack. Amounts are rounded half up to fen; weights keep up to nine decimals, and
// are rounded to them beyond.
func (t *Table) WriteGroups(w io.Writer) error {
	weight := "weight"
	if t.ByScore {
		weight = "score"
	}
	rows := [][]string{{"code", "name", weight, "mean_cost", "kind", "stable", "same_price", "low_limit", "high_limit", "case_cap"}}
	for i := range t.Rows {
		r := &t.Rows[i]
		kinds := slices.Clone(r.Kinds)
		switch {
		case r.WeightWord != "":
			kinds = append(kinds, "no_weight")
		case r.Weight == nil && len(r.Standards) == 0 && r.MeanCost == nil:
			kinds = append(kinds, "uncovered")
		}
		slices.Sort(kinds)
		row := []string{r.Code, r.Name, weightText(r.Weight), amount(r.MeanCost), strings.Join(slices.Compact(kinds), " "),
			strconv.FormatBool(r.Stable), strconv.FormatBool(r.SamePrice), amount(r.LowLimit), amount(r.HighLimit), number(r.CaseCap)}
		rows = append(rows, row)
	}
	return write(w, rows)
}

func weightText(d *Decimal) string {
	if d == nil || d.Units == 0 {
		return ""
	}
	if d.Places <= 9 {
		return d.String()
	}
	unit := power(d.Places - 9)
	return Decimal{(d.Units + unit/2) / unit, 9}.String()
}

func number(d *Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func amount(d *Decimal) string {
	if d == nil || d.Units == 0 {
		return ""
	}
	f, err := d.Fen()
	if err != nil {
		return ""
	}
	return f.String()
}

// WriteStandards writes the printed payment standards as part standards of a pack reads them, in fen; blanks and zeros have no
// row.
func (t *Table) WriteStandards(w io.Writer) error {
	return t.cells(w, "standard", func(r *Row) []Cell { return r.Standards }, amount)
}

// WriteCoefficients writes the coefficients as coefficient.rows of a pack reads them.
func (t *Table) WriteCoefficients(w io.Writer) error {
	return t.cells(w, "value", func(r *Row) []Cell { return r.Coefficients }, number)
}

// WriteRates writes the rates that the table prints as part rate of a pack reads them.
func (t *Table) WriteRates(w io.Writer) error {
	return t.cells(w, "rate", func(r *Row) []Cell { return r.Rates }, number)
}

// cells writes one row for each group, tier and scheme. A number that is the same in all groups needs one row for all. Finer
// tiers come first, because a row for tertiary hospitals serves those of grade A as well.
func (t *Table) cells(w io.Writer, header string, of func(*Row) []Cell, print func(*Decimal) string) error {
	rows := [][]string{{"group", "tier", "scheme", header}}
	type key struct{ tier, scheme string }
	var keys []key
	for i := range t.Rows {
		for _, c := range of(&t.Rows[i]) {
			if k := (key{c.Tier, c.Scheme}); !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if d := tierRank(b.tier) - tierRank(a.tier); d != 0 {
			return d
		}
		return strings.Compare(a.scheme, b.scheme)
	})
	for _, k := range keys {
		var found [][]string
		same := true
		for i := range t.Rows {
			r := &t.Rows[i]
			for _, c := range of(r) {
				if (key{c.Tier, c.Scheme}) != k {
					continue
				}
				text := print(&c.Value)
				if text == "" {
					same = false
					continue
				}
				same = same && (len(found) == 0 || found[0][3] == text)
				found = append(found, []string{r.Code, k.tier, k.scheme, text})
			}
		}
		if same && len(found) == len(t.Rows) && len(found) > 0 {
			found = [][]string{{"", k.tier, k.scheme, found[0][3]}}
		}
		rows = append(rows, found...)
	}
	return write(w, rows)
}

func tierRank(word string) int { return slices.Index(region.TierNames, word) }

// WriteFindings writes what the reading found, by line.
func (t *Table) WriteFindings(w io.Writer) error {
	rows := [][]string{{"file", "line", "code", "message"}}
	for _, f := range t.Findings {
		rows = append(rows, []string{t.Name, strconv.Itoa(f.Line), string(f.Code), f.Text})
	}
	return write(w, rows)
}

// WriteFits writes the rates behind the printed standards and how many standards come out of them.
func (t *Table) WriteFits(w io.Writer) error {
	rows := [][]string{{"tier", "scheme", "same_price", "rate", "printed", "standards", "exact"}}
	for _, f := range t.Fits() {
		rows = append(rows, []string{f.Tier, f.Scheme, strconv.FormatBool(f.SamePrice), f.Rate.String(), strconv.FormatBool(f.Given),
			strconv.Itoa(f.Rows), strconv.Itoa(f.Exact)})
	}
	return write(w, rows)
}

func write(w io.Writer, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}
