package present_test

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/policies"
)

const number = `-?[\d,]+(?:\.\d+)?`

var (
	// a × 66% = b (half_up to 0.01), as the steps of a claim say it.
	shareOf = regexp.MustCompile(`(` + number + `) × (` + number + `)% = (` + number + `) \(half_up to 0\.01\)`)
	// a × 85% → b, as the advances of a month say it.
	partOf  = regexp.MustCompile(`(` + number + `) × (` + number + `)% → (` + number + `)`)
	leastOf = regexp.MustCompile(`min\((` + number + `), open (` + number + `)\) = (` + number + `)`)
	// a + b − c = d, as the clearing of a hospital says it.
	sumOf  = regexp.MustCompile(`(?:^|[=;] )(` + number + `(?: [+−] ` + number + `)+) = (` + number + `)$`)
	termOf = regexp.MustCompile(`(?:([+−]) )?(` + number + `)`)
	// p × v − (g − b) = d, or p × f / n − (g − b) = d, as the payment of points says it.
	pointsOf = regexp.MustCompile(`= (` + number + `) × (` + number + `)(?: / (` + number + `))? − \((` + number + `) − (` + number + `)\) = (` + number + `)$`)
)

func value(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(s, ",", ""))
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

// toFen rounds half up to hundredths, away from zero.
func toFen(r *big.Rat) *big.Rat {
	s := r.FloatString(2)
	out, _ := new(big.Rat).SetString(s)
	return out
}

// recompute works the arithmetic of a printed sentence out again and returns how many results it met.
func recompute(t *testing.T, said string) (met int) {
	t.Helper()
	hold := func(got *big.Rat, want string) {
		t.Helper()
		met++
		if got.Cmp(value(t, want)) != 0 {
			t.Errorf("%q comes to %s", said, got.FloatString(4))
		}
	}
	for _, m := range slices.Concat(shareOf.FindAllStringSubmatch(said, -1), partOf.FindAllStringSubmatch(said, -1)) {
		share := new(big.Rat).Quo(value(t, m[2]), big.NewRat(100, 1))
		hold(toFen(share.Mul(share, value(t, m[1]))), m[3])
	}
	for _, m := range leastOf.FindAllStringSubmatch(said, -1) {
		least := value(t, m[1])
		if open := value(t, m[2]); open.Cmp(least) < 0 {
			least = open
		}
		hold(least, m[3])
	}
	for _, m := range sumOf.FindAllStringSubmatch(said, -1) {
		sum := new(big.Rat)
		for _, term := range termOf.FindAllStringSubmatch(m[1], -1) {
			if term[1] == "−" {
				sum.Sub(sum, value(t, term[2]))
			} else {
				sum.Add(sum, value(t, term[2]))
			}
		}
		hold(sum, m[2])
	}
	for _, m := range pointsOf.FindAllStringSubmatch(said, -1) {
		if strings.Contains(said, "odd fen") {
			continue
		}
		worth := new(big.Rat).Mul(value(t, m[1]), value(t, m[2]))
		if m[3] != "" {
			worth.Quo(worth, value(t, m[3]))
		}
		own := new(big.Rat).Sub(value(t, m[4]), value(t, m[5]))
		hold(new(big.Rat).Sub(toFen(worth), own), m[6])
	}
	return met
}

// cell returns the cell of a row under a key.
func cell(t *report.Table, row []report.Cell, key string) report.Cell {
	for i := range t.Columns {
		if t.Columns[i].Key == key {
			return row[i]
		}
	}
	panic("no column " + key)
}

// Who holds nothing but the printed statement comes to the same fen: each product and sum that is printed is right, and the
// printed moves lead from the cost to what the statement says became of it.
func TestStatementsCanBeRecomputed(t *testing.T) {
	s, err := engine.OpenStudy("../../scenarios/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Only("all"); err != nil {
		t.Fatal(err)
	}
	ses, err := engine.Open(t.Context(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		t.Fatal(err)
	}
	plan := ses.Plans[1]
	met, claims := 0, 0
	for person := 0; person < ses.Input.Persons(); person += 40 {
		year, err := plan.Replay(ses.Input, person)
		if err != nil {
			t.Fatal(err)
		}
		for at := range year {
			d, err := present.ExplainClaim(ses, plan, nil, year, at)
			if err != nil {
				t.Fatal(err)
			}
			claims++
			pockets := map[string]int64{}
			moves, ended := d.Sections[0].Table, d.Sections[1].Table
			for _, row := range moves.Rows {
				met += recompute(t, cell(moves, row, "arithmetic").Text.En)
				if amount := cell(moves, row, "amount"); !amount.Null {
					pockets[cell(moves, row, "from").Text.En] -= amount.Int
					pockets[cell(moves, row, "to").Text.En] += amount.Int
				}
			}
			if gross := cell(ended, ended.Rows[0], "gross").Int; pockets["open"] != -gross {
				t.Errorf("claim %s: moves of %s leave the cost of %s", year[at].ClaimID, money.Fen(-pockets["open"]), money.Fen(gross))
			}
			for i, col := range ended.Columns {
				if i > 3 && pockets[col.Title.En] != ended.Rows[0][i].Int {
					t.Errorf("claim %s: the moves lead to %s of %s, the statement says %s", year[at].ClaimID, money.Fen(pockets[col.Title.En]), col.Title.En,
						money.Fen(ended.Rows[0][i].Int))
				}
			}
		}
	}
	if claims < 200 || met < 2*claims {
		t.Errorf("%d results of %d claims were worked out again", met, claims)
	}
	results, err := engine.Run(t.Context(), ses.Plans[1:], ses.Source(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	met = 0
	for i := range ses.Region.Hospitals {
		d, err := present.ExplainHospital(ses, results[0], ses.Region.Hospitals[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		table := d.Sections[0].Table
		for _, row := range table.Rows {
			met += recompute(t, cell(table, row, "arithmetic").Text.En)
		}
	}
	if want := 25 * len(ses.Region.Hospitals); met < want {
		t.Errorf("%d results of hospitals were worked out again, want at least %d", met, want)
	}
}
