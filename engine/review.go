package engine

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/drg"
	"github.com/drgsim/drgsim/engine/settle"
)

// Reviews are what people decided about single claims, and rules alone cannot: special cases (特例单议), penalties, new
// technologies. A study names them in a table with the columns claim, kind, unreasonable and amount.
type Reviews struct {
	File string
	List []drg.Review
	// byClaim is the position in List by claim id, from 1.
	byClaim map[string]int32
	ids     []string // by position in List
	lines   []int
}

// openReviews reads a table of reviews. Two reviews of one claim are an error.
func openReviews(file string) (*Reviews, error) {
	t, err := csvtable.Open(file, csvtable.Need("claim", "kind").May("unreasonable", "amount"))
	if err != nil {
		return nil, err
	}
	r := &Reviews{File: file, byClaim: make(map[string]int32)}
	for row := range t.Rows() {
		id := row.Text("claim")
		review := drg.Review{Kind: row.Text("kind")}
		if !row.Blank("unreasonable") {
			review.Unreasonable = row.Fen("unreasonable")
		}
		if !row.Blank("amount") {
			review.Amount = row.Fen("amount")
		}
		if at, twice := r.byClaim[id]; twice {
			row.Failf("claim", "claim %q is reviewed at line %d already", id, r.lines[at-1])
		}
		r.List, r.ids, r.lines = append(r.List, review), append(r.ids, id), append(r.lines, row.Line())
		r.byClaim[id] = int32(len(r.List))
	}
	return r, t.Err()
}

// mark notes on an input which of its claims were reviewed. where, by position in the list, gets the number of the claim's
// hospital plus one, for those claims that are there.
func (r *Reviews) mark(in *Input, where []int32) {
	in.marks = make(map[int32]int32)
	for row := range in.Table.Rows {
		if at := r.byClaim[string(idAt(&in.Table.ClaimID, int32(row)))]; at > 0 {
			in.marks[int32(row)] = at
			where[at-1] = coded(in.Table.Hospital, in.bound.hospital, int32(row)) + 1
		}
	}
}

// missing is an error when a reviewed claim was found nowhere.
func (r *Reviews) missing(where []int32) error {
	for i, hospital := range where {
		if hospital == 0 {
			return fmt.Errorf("%s:%d: claim %q is not among the claims", r.File, r.lines[i], r.ids[i])
		}
	}
	return nil
}

// ReviewWarnings tells which hospitals have more stays of a kind of review than the pack allows (特例单议申报上限).
func (ses *Session) ReviewWarnings(r *Result) []settle.Warning {
	if ses.reviews == nil {
		return nil
	}
	type key struct {
		kind     string
		hospital int32
	}
	counts := make(map[key]int64)
	var keys []key
	for i, at := range ses.reviewedAt {
		k := key{ses.reviews.List[i].Kind, at - 1}
		if counts[k] == 0 {
			keys = append(keys, k)
		}
		counts[k]++
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.hospital, b.hospital), cmp.Compare(a.kind, b.kind))
	})
	pricer := r.Plan.Versions[len(r.Plan.Versions)-1].Pricer
	var out []settle.Warning
	for _, k := range keys {
		if k.hospital < 0 {
			continue
		}
		var stays int64
		for class := range r.Plan.Classes {
			for scheme := range r.Plan.Region.Schemes {
				stays += r.Partial.Tally.ClassOf(class, scheme, int(k.hospital)).Claims
			}
		}
		allowed, limited := pricer.AllowedReviews(k.kind, k.hospital, stays)
		if n := counts[k]; limited && n > allowed {
			h := &r.Plan.Region.Hospitals[k.hospital]
			out = append(out, settle.Warning{ID: h.ID + "/" + k.kind,
				Zh: fmt.Sprintf("%s：%s 病例 %d 例，上限 %d 例（病例 %d 例）", h.Name, k.kind, n, allowed, stays),
				En: fmt.Sprintf("%s: %d stays reviewed as %s, at most %d of %d are allowed", h.Name, n, k.kind, allowed, stays)})
		}
	}
	return out
}
