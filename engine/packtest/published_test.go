package packtest_test

import (
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/casetest"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/internal/oracle"
	"github.com/drgsim/drgsim/engine/internal/oracle/drgoracle"
	"github.com/drgsim/drgsim/engine/packtest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/policies"
)

// TestPublished runs worked examples that authorities, insurers, hospitals and the press have published: each comes out to
// the published figure, on the engine and on the oracle.
func TestPublished(t *testing.T) {
	runFolder(t, "testdata/published", 80)
}

// TestOutliers runs the published rules for very cheap and very costly stays, each with figures worked out by hand.
func TestOutliers(t *testing.T) {
	runFolder(t, "testdata/outliers", 14)
}

func runFolder(t *testing.T, folder string, least int) {
	files, err := filepath.Glob(filepath.Join(folder, "*.case"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < least {
		t.Errorf("%s holds %d cases, at least %d are expected", folder, len(files), least)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := casetest.Parse(file, text)
			if err != nil {
				t.Fatal(err)
			}
			if c.Source == "" {
				t.Errorf("%s names no source", file)
			}
			res, _ := packtest.Run(policies.FS, c, casetest.Engine)
			tell(t, "engine", res)
			second, _ := packtest.Run(policies.FS, c, oracleRun)
			tell(t, "oracle", second)
			if res.OK() {
				priceAgain(t, policies.FS, c, res)
			}
		})
	}
}

func tell(t *testing.T, who string, res *casetest.Result) {
	t.Helper()
	if res.Err != nil {
		t.Errorf("%s: %v", who, res.Err)
	}
	for _, d := range res.Diffs {
		t.Errorf("%s: %s", who, d)
	}
}

// oracleRun adjudicates a case with the oracle.
func oracleRun(s *casetest.Setup) ([]benefit.Pockets, error) {
	o := &oracle.Benefit{Scope: s.Scope}
	out := make([]benefit.Pockets, len(s.IDs))
	err := s.EachPerson(func(cs []claims.Claim) error {
		pockets, err := o.Person(cs, s.RulesOf)
		for i := range pockets {
			out[cs[i].Row] = pockets[i]
		}
		return err
	})
	return out, err
}

// priceAgain holds what a case expects of a block classify against the oracle of prices, for packs whose stays do not
// change each other's worth.
func priceAgain(t *testing.T, packs fs.FS, c *casetest.Case, res *casetest.Result) {
	t.Helper()
	block := c.Table("classify")
	if block == nil || c.Pack == nil || c.Pack.Get("drg") == nil || c.Pack.Get("drg").Get("readmission") != nil {
		return
	}
	s, err := casetest.NewSetup(c, packs)
	if err != nil {
		t.Fatal(err)
	}
	if s.Pockets, err = casetest.Engine(s); err != nil {
		t.Fatal(err)
	}
	part := s.Pack.Tree.Get("drg")
	if groups := c.Table("groups"); groups != nil {
		part = part.With("groups", groupRows(groups))
	}
	o := drgoracle.New(part, s.Region)
	for i, row := range block.Rows {
		at := indexOf(s.IDs, block.Cell(row, "id"))
		if at < 0 {
			continue
		}
		for j := range s.Claims {
			if cl := &s.Claims[j]; cl.Row == int32(at) {
				got, err := o.Price(oracleStay(s, c, cl))
				if err != nil {
					t.Errorf("oracle: %s: %v", row.Pos, err)
					continue
				}
				sameAsOracle(t, block, row, res.Actual[block][i], got)
			}
		}
	}
}

func indexOf(list []string, word string) int {
	for i, w := range list {
		if w == word {
			return i
		}
	}
	return -1
}

func groupRows(t *casetest.Table) *policy.Value {
	list := &policy.Value{Shape: policy.List}
	for _, row := range t.Rows {
		m := &policy.Value{Shape: policy.Map}
		for i, col := range t.Columns {
			if row.Cells[i] != "-" {
				m = m.With(col, &policy.Value{Shape: policy.Scalar, Text: row.Cells[i]})
			}
		}
		list.Items = append(list.Items, m)
	}
	return list
}

func oracleStay(s *casetest.Setup, c *casetest.Case, cl *claims.Claim) drgoracle.Stay {
	pk := &s.Pockets[cl.Row]
	stay := drgoracle.Stay{
		Hospital: s.Region.Hospitals[cl.Hospital].ID, Scheme: s.Region.Schemes[cl.Scheme()], Setting: cl.Setting().String(),
		Referral: claims.Referral(cl.Facts[claims.FactReferral]).String(), Days: int(cl.Days()), Age: int(cl.Age), Gross: int64(cl.Gross), Fund: int64(pk[benefit.Fund]),
		NonCovered: int64(pk[benefit.NonCovered]), FirstPay: int64(pk[benefit.FirstPay]), Deducted: int64(pk[benefit.Deductible]),
	}
	for code, n := range s.Scope.Groups {
		if n == int(cl.Group) {
			stay.Group = code
		}
	}
	if reviews := c.Table("reviews"); reviews != nil {
		for _, row := range reviews.Rows {
			if reviews.Cell(row, "id") == s.IDs[cl.Row] {
				stay.Review = reviews.Cell(row, "kind")
				stay.Unreasonable, stay.Amount = fenOf(reviews.Cell(row, "unreasonable")), fenOf(reviews.Cell(row, "amount"))
			}
		}
	}
	return stay
}

func fenOf(text string) int64 {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0
	}
	return new(big.Int).Quo(new(big.Int).Mul(r.Num(), big.NewInt(100)), r.Denom()).Int64()
}

func sameAsOracle(t *testing.T, block *casetest.Table, row casetest.Row, actual []string, got drgoracle.Priced) {
	t.Helper()
	for j, col := range block.Columns {
		want := ""
		switch col {
		case "class":
			want = got.Class
		case "points", "weight", "score":
			want = big.NewRat(got.Points, 1_000_000).FloatString(6)
		case "standard":
			want = big.NewRat(got.Standard, 100).FloatString(2)
		case "direct":
			want = big.NewRat(got.Direct, 100).FloatString(2)
		default:
			continue
		}
		a, ok1 := new(big.Rat).SetString(actual[j])
		b, ok2 := new(big.Rat).SetString(want)
		if ok1 != ok2 || ok1 && a.Cmp(b) != 0 || !ok1 && actual[j] != want {
			t.Errorf("%s: %s is %s on the engine and %s on the oracle", row.Pos, col, actual[j], want)
		}
	}
}
