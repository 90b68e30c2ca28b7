// Package packtest tests packs: it runs their case files through all of the engine, from the pockets of a claim to what
// hospitals are paid, and lints a pack as a whole, compiled at every day on which one of its rules begins or ends.
//
// It gives the case language its blocks classify and settle, and the inputs that belong to them: groups, reviews, budget.
package packtest

import (
	_ "embed"
	"io/fs"

	"github.com/drgsim/drgsim/engine/casetest"
)

// Help describes the blocks that this package adds to the case language.
//
//go:embed help.md
var Help string

// Runner returns a runner that answers every result block. packs is where the packs are that cases name.
func Runner(packs fs.FS) *casetest.Runner {
	return &casetest.Runner{Packs: packs, Blocks: blocks(), Findings: findings}
}

// blocks lists the result blocks with their columns.
func blocks() []casetest.Block {
	list := []casetest.Block{{Name: "classify", Columns: []string{"id", "class", "points", "weight", "score", "standard", "direct", "excluded", "readmitted"}, Solve: classify}}
	for _, b := range settleBlocks {
		list = append(list, casetest.Block{Name: "settle", Of: b.of, Columns: b.columns(), Solve: b.solve})
	}
	return list
}
