package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/money"
)

// Review is one decision of the month's review or audit.
type Review struct {
	// ClaimID names the claim that is refused, or on whose account an amount is deducted; a deduction may have none.
	ClaimID          string
	Hospital, Scheme string // of a deduction without a claim
	Deduct           bool   // take Amount off the advance, instead of refusing the claim
	Amount           money.Fen
	Whole            bool // refuse all that the fund pays for the claim, whatever that is
	Reason           string
	Where            string // file and line, for messages
}

// ReadReviews reads a table of decisions with the columns kind (reject or deduct), claim_id, hospital_id, scheme, amount and
// reason. A rejection names a claim; without an amount it refuses the whole claim. A deduction names an amount, and
// either a claim or a hospital and scheme.
func ReadReviews(name string, r io.Reader) ([]Review, error) {
	t, err := csvtable.Read(name, r, csvtable.Need("kind", "reason").May("claim_id", "hospital_id", "scheme", "amount"))
	if err != nil {
		return nil, err
	}
	var out []Review
	for row := range t.Rows() {
		v := Review{
			ClaimID: row.Text("claim_id"), Hospital: row.Text("hospital_id"), Scheme: row.Text("scheme"),
			Deduct: row.Word("kind", []string{"reject", "deduct"}) == "deduct",
			Amount: row.Fen("amount"), Reason: row.Text("reason"), Where: row.Where(),
		}
		v.Whole = !v.Deduct && row.Blank("amount")
		switch {
		case v.Amount < 0:
			row.Failf("amount", "%s is negative; a decision takes money off, and is undone by an adjustment", v.Amount)
		case !v.Deduct && v.ClaimID == "":
			row.Failf("claim_id", "the cell is blank; a rejection names its claim")
		case v.Deduct && row.Blank("amount"):
			row.Failf("amount", "the cell is blank; a deduction names its amount")
		case v.Deduct && v.ClaimID == "" && (v.Hospital == "" || v.Scheme == ""):
			row.Failf("hospital_id", "a deduction without a claim names its hospital and scheme")
		case v.ClaimID != "" && (v.Hospital != "" || v.Scheme != ""):
			row.Failf("hospital_id", "the claim says at which hospital and scheme it was; leave them blank")
		}
		out = append(out, v)
	}
	return out, t.Err()
}

// sortReviews brings decisions into an order of their own, so that their order in the file has no influence.
func sortReviews(vs []Review) {
	slices.SortStableFunc(vs, func(a, b Review) int {
		return cmp.Or(strings.Compare(a.ClaimID, b.ClaimID), strings.Compare(a.Hospital, b.Hospital), strings.Compare(a.Scheme, b.Scheme),
			strings.Compare(a.Reason, b.Reason), cmp.Compare(a.Amount, b.Amount))
	})
}

// review applies the rejections to the claims that the step holds or that were booked before. It finds all that is wrong with the
// decisions at once. knows says why nothing can be deducted from a hospital and scheme.
func (in *intake) review(vs []Review, contents map[string]Claim, knows func(hospital, scheme string) error) error {
	var wrong []error
	for i := range vs {
		if err := in.decide(&vs[i], contents, knows); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", vs[i].Where, err))
		}
	}
	return errors.Join(wrong...)
}

func (in *intake) decide(v *Review, contents map[string]Claim, knows func(hospital, scheme string) error) error {
	if v.ClaimID == "" {
		return knows(v.Hospital, v.Scheme)
	}
	p := in.pending[v.ClaimID]
	if s := in.before[v.ClaimID]; p == nil && s != nil && s.Live {
		p = &pending{before: s, claim: contents[v.ClaimID], live: true, refused: s.Refused, whole: s.Whole}
		in.pending[v.ClaimID] = p
	}
	switch {
	case p == nil:
		return fmt.Errorf("claim %q is not booked, so there is nothing to %s", v.ClaimID, verb(v))
	case in.books.cleared[p.claim.Month().Year()]:
		return fmt.Errorf("claim %q belongs to %d, which is cleared; enter an adjustment that corrects its row, by month adjust --corrects", v.ClaimID, p.claim.Month().Year())
	case v.Deduct:
	case !p.live:
		return fmt.Errorf("claim %q was taken back, so there is nothing to refuse", v.ClaimID)
	case v.Whole:
		p.whole, p.reviewed = true, true
	default:
		sum, err := money.Add(p.refused, v.Amount)
		if err != nil {
			return fmt.Errorf("claim %q: what the reviews refuse of it: %w", v.ClaimID, err)
		}
		p.refused, p.reviewed = sum, true
	}
	return nil
}

// decided finds the decisions that cannot hold once the rules have spoken: about a claim that the rules refuse, and a rejection of
// more than the fund pays.
func (in *intake) decided(vs []Review) error {
	var wrong []error
	for i := range vs {
		v := &vs[i]
		switch p := in.pending[v.ClaimID]; {
		case v.ClaimID == "":
		case p == nil:
			said := in.dropped[v.ClaimID]
			wrong = append(wrong, fmt.Errorf("%s: claim %q is refused by the rules (%s: %s), so there is nothing to %s", v.Where, v.ClaimID, said.Reason, said.Note, verb(v)))
		case !v.Deduct && !p.whole && p.refused > p.said.Fund:
			wrong = append(wrong, fmt.Errorf("%s: the reviews refuse %s of claim %q, for which the fund pays %s", v.Where, p.refused, v.ClaimID, p.said.Fund))
		}
	}
	return errors.Join(wrong...)
}

func verb(v *Review) string {
	if v.Deduct {
		return "deduct for"
	}
	return "refuse"
}
