package casetest

import (
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// Runner runs cases. The zero value adjudicates with the engine, knows no packs and no further blocks.
type Runner struct {
	Packs      fs.FS       // where the packs are that cases name; nil: only cases with a pack of their own
	Adjudicate Adjudicator // nil: Engine
	Blocks     []Block     // result blocks beside adjudicate
	// Findings returns the findings of a case's claims, each as "code claim-id"; nil: a case that expects findings fails.
	Findings func(s *Setup) ([]string, error)
}

// Block answers one kind of result block.
type Block struct {
	Name    string   // the block's word: classify, settle
	Of      string   // its second word, such as hospitals in "settle hospitals"; "" when it has none
	Columns []string // the columns that it may have
	// Solve returns the cells as they are: a row for each row of the block, a cell for each of its columns. Cells that name
	// the row are given back as they stand. Amounts and numbers may be written in any exact form.
	Solve func(s *Setup, t *Table) ([][]string, error)
}

// Result is the outcome of one case.
type Result struct {
	Case  *Case
	Diffs []Diff
	Err   error // the case could not run, or an error came that it does not expect
	// Actual are the cells that came out, by result block; only blocks that could be solved are there.
	Actual map[*Table][][]string
}

// Diff is one expectation that did not hold.
type Diff struct {
	Pos    policy.Pos
	Block  string
	Row    string // what names the row: its first cell
	Column string
	Want   string
	Got    string
}

// OK reports whether the case passed.
func (r *Result) OK() bool { return r.Err == nil && len(r.Diffs) == 0 }

// String prints the difference on one line, place first.
func (d Diff) String() string {
	return fmt.Sprintf("%s: %s %s: %s is %s, expected %s%s", d.Pos, d.Block, d.Row, d.Column, d.Got, d.Want, difference(d.Got, d.Want))
}

// difference prints got less want where both are numbers.
func difference(got, want string) string {
	g, ok1 := number(got)
	w, ok2 := number(want)
	if !ok1 || !ok2 {
		return ""
	}
	return fmt.Sprintf(" (off by %s)", strings.TrimSuffix(strings.TrimRight(new(big.Rat).Sub(g, w).FloatString(6), "0"), "."))
}

// number reads an exact number: a decimal with or without thousands separators, or a percentage.
func number(s string) (*big.Rat, bool) {
	t, percent := strings.CutSuffix(strings.ReplaceAll(s, ",", ""), "%")
	if t == "" || strings.ContainsAny(t, "/eExXpP_ ") {
		return nil, false
	}
	r, ok := new(big.Rat).SetString(t)
	if ok && percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r, ok
}

// same reports whether two cells say the same: equal numbers, or equal text.
func same(a, b string) bool {
	x, ok1 := number(a)
	y, ok2 := number(b)
	if ok1 && ok2 {
		return x.Cmp(y) == 0
	}
	return a == b
}

// Run runs one case.
func (r *Runner) Run(c *Case) *Result {
	res := &Result{Case: c, Actual: make(map[*Table][][]string)}
	res.Err = r.run(c, res)
	r.expectations(c, res)
	return res
}

func (r *Runner) run(c *Case, res *Result) error {
	if err := r.checkBlocks(c); err != nil {
		return err
	}
	s, err := NewSetup(c, r.Packs)
	if err != nil {
		return err
	}
	adjudicate := r.Adjudicate
	if adjudicate == nil {
		adjudicate = Engine
	}
	if s.Pockets, err = adjudicate(s); err != nil {
		return err
	}
	for _, t := range c.Tables {
		if !slices.Contains(resultBlocks, t.Name) {
			continue
		}
		got, err := r.solve(s, t)
		if err != nil {
			return err
		}
		res.Actual[t] = got
		res.Diffs = append(res.Diffs, compare(t, got)...)
	}
	return r.findings(s, res)
}

// checkBlocks refuses result blocks that the runner does not know, and their unknown columns.
func (r *Runner) checkBlocks(c *Case) error {
	for _, t := range c.Tables {
		if !slices.Contains(resultBlocks, t.Name) {
			continue
		}
		if t.Name == "adjudicate" {
			if err := t.CheckColumns(adjudicateColumns()); err != nil {
				return err
			}
			if t.Columns[0] != "id" {
				return fmt.Errorf("%s: adjudicate: the first column must be id", t.header)
			}
			continue
		}
		b, err := r.block(t)
		if err != nil {
			return err
		}
		if err := t.CheckColumns(b.Columns); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) block(t *Table) (*Block, error) {
	i := slices.IndexFunc(r.Blocks, func(b Block) bool { return b.Name == t.Name && b.Of == t.Of })
	if i < 0 {
		known := []string{"adjudicate"}
		for _, b := range r.Blocks {
			known = append(known, strings.TrimSpace(b.Name+" "+b.Of))
		}
		name := strings.TrimSpace(t.Name + " " + t.Of)
		return nil, fmt.Errorf("%s: nothing answers a block %q; result blocks are %s%s", t.Pos, name, strings.Join(known, ", "), nearest.Hint(name, known))
	}
	return &r.Blocks[i], nil
}

func (r *Runner) solve(s *Setup, t *Table) ([][]string, error) {
	if t.Name == "adjudicate" {
		return adjudicateBlock(s, t)
	}
	b, err := r.block(t)
	if err != nil {
		return nil, err
	}
	return b.Solve(s, t)
}

// compare holds a block against what came out.
func compare(t *Table, got [][]string) []Diff {
	var diffs []Diff
	for i, row := range t.Rows {
		for j, want := range row.Cells {
			if j > 0 && want != "-" && !same(want, got[i][j]) {
				diffs = append(diffs, Diff{row.Pos, strings.TrimSpace(t.Name + " " + t.Of), row.Cells[0], t.Columns[j], want, got[i][j]})
			}
		}
	}
	return diffs
}

// findings holds the expected findings against those that the claims have.
func (r *Runner) findings(s *Setup, res *Result) error {
	var want []Expectation
	for _, e := range s.Case.Expect {
		if e.Kind == "finding" {
			want = append(want, e)
		}
	}
	if len(want) == 0 {
		return nil
	}
	if r.Findings == nil {
		return fmt.Errorf("%s: expect finding: nothing checks claims here", want[0].Pos)
	}
	got, err := r.Findings(s)
	if err != nil {
		return err
	}
	for _, e := range want {
		text := strings.Join(strings.Fields(e.Text), " ")
		if !slices.ContainsFunc(got, func(g string) bool { return g == text || strings.HasPrefix(g, text+" ") }) {
			res.Diffs = append(res.Diffs, Diff{e.Pos, "expect", "finding", text, "to be found", "not found" + nearest.Hint(text, got)})
		}
	}
	return nil
}

// expectations turns an expected error into success, and its absence into a difference.
func (r *Runner) expectations(c *Case, res *Result) {
	expected := false
	for _, e := range c.Expect {
		if e.Kind != "error" {
			continue
		}
		expected = true
		got := "no error"
		if res.Err != nil {
			got = res.Err.Error()
		}
		if !strings.Contains(got, e.Text) {
			res.Diffs = append(res.Diffs, Diff{e.Pos, "expect", "error", "text", e.Text, got})
		}
	}
	if expected && res.Err != nil {
		res.Err = nil
	}
}
