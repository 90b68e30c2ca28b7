package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// DeclaredRow is one row of a month's declaration, with the place where it stood.
type DeclaredRow struct {
	Claim
	File string
	Row  int64
}

// The reasons for which a row of a declaration is refused or cut.
const (
	ReasonDuplicate    = "duplicate"         // the same row again
	ReasonConflict     = "conflict"          // one id with different contents in one declaration
	ReasonLater        = "later_month"       // settled after the month that is closed
	ReasonCleared      = "year_cleared"      // settled in a year that is cleared
	ReasonUnknownMonth = "unknown_month"     // settled in a month that the ledger does not keep
	ReasonNoOriginal   = "unknown_original"  // reverses a claim that is not booked
	ReasonGone         = "already_reversed"  // the claim was taken back before
	ReasonMismatch     = "reversal_mismatch" // its person, hospital, scheme or cost is not that of what it reverses
	ReasonReview       = "review"            // refused by a review
	ReasonPolicy       = "policy"            // the hospital booked another amount than the rules give
	ReasonPrice        = "price"             // paid by price and not by what was booked
	ReasonBelow        = "booked_below"      // the hospital booked less than the rules give: accepted above what was declared
	ReasonUnpaid       = "not_by_claim"      // its way of payment pays nothing claim by claim
)

// intake sorts out a declaration: what is booked, what is refused, and what changes of what was booked before. The order
// of the rows in the declaration has no influence.
type intake struct {
	month   calendar.Month
	books   *books
	before  map[string]*State // latest states of claims that the declaration names
	pending map[string]*pending
	order   []string // ids of pending, sorted at the end
	refused []Refusal
	rows    []declaredFund
	dropped map[string]Refusal // claims that the rules refused after they were taken in, and what was said
}

// pending is a claim that the step touches.
type pending struct {
	before   *State       // nil when it was never booked
	claim    Claim        // as it shall be
	fresh    *DeclaredRow // the row of this declaration that declares it so; nil when there is none
	live     bool
	reversal *DeclaredRow // the row of this declaration that takes it back
	refused  money.Fen
	whole    bool
	reviewed bool
	said     Adjudged // by the rules; set by adjudication
}

// declaredFund is a declared row that was taken in.
type declaredFund struct {
	row      *DeclaredRow
	reversal bool
}

func newIntake(m calendar.Month, b *books, before map[string]*State) *intake {
	return &intake{month: m, books: b, before: before, pending: map[string]*pending{}, dropped: map[string]Refusal{}}
}

// take sorts the rows of a declaration. contents gives the claims that the latest states declare.
func (in *intake) take(rows []DeclaredRow, contents map[string]Claim) {
	slices.SortStableFunc(rows, func(a, b DeclaredRow) int {
		return cmp.Or(
			cmp.Compare(a.Status, b.Status), // what is reversed must be known before its reversal
			strings.Compare(a.ID, b.ID),
			strings.Compare(a.File, b.File),
			cmp.Compare(a.Row, b.Row))
	})
	both := sharedIDs(rows)
	for i := 0; i < len(rows); {
		j := i + 1
		for j < len(rows) && rows[j].ID == rows[i].ID && rows[j].Status == rows[i].Status {
			j++
		}
		if at := both[rows[i].ID]; at != nil {
			for k := i; k < j; k++ {
				in.refuse(&rows[k], ReasonConflict, fmt.Sprintf("the id is that of a visit at %s row %d and of another visit's reversal at %s row %d",
					at[0].File, at[0].Row, at[1].File, at[1].Row), 0)
			}
		} else {
			in.group(rows[i:j], contents)
		}
		i = j
	}
}

// sharedIDs finds the ids under which a declaration holds both a visit and a reversal of another visit, with a row of each.
func sharedIDs(rows []DeclaredRow) map[string]*[2]*DeclaredRow {
	visits := map[string]*DeclaredRow{}
	both := map[string]*[2]*DeclaredRow{}
	for i := range rows {
		switch r := &rows[i]; {
		case r.Status != claims.Reversal:
			visits[r.ID] = r
		case visits[r.ID] != nil: // the visits come first
			both[r.ID] = &[2]*DeclaredRow{visits[r.ID], r}
		}
	}
	return both
}

func (in *intake) sortRefused() {
	slices.SortFunc(in.refused, func(a, b Refusal) int {
		return cmp.Or(strings.Compare(a.ClaimID, b.ClaimID), strings.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row))
	})
}

// group takes the rows of one id.
func (in *intake) group(rows []DeclaredRow, contents map[string]Claim) {
	for i := range rows {
		if rows[i].Claim != rows[0].Claim {
			for k := range rows {
				in.refuse(&rows[k], ReasonConflict, "the declaration holds this claim with different contents", 0)
			}
			return
		}
	}
	for k := 1; k < len(rows); k++ {
		in.refuse(&rows[k], ReasonDuplicate, fmt.Sprintf("the same row stands at %s row %d", rows[0].File, rows[0].Row), 0)
	}
	r := &rows[0]
	if !in.timely(r) {
		return
	}
	if r.Status == claims.Reversal {
		in.reverse(r, contents)
		return
	}
	in.book(r, contents)
}

// timely refuses a row whose month cannot take it.
func (in *intake) timely(r *DeclaredRow) bool {
	m := r.Month()
	switch {
	case m > in.month:
		in.refuse(r, ReasonLater, fmt.Sprintf("it was settled in %s; declare it with that month", m), 0)
	case in.books.at(m) == nil:
		in.refuse(r, ReasonUnknownMonth, fmt.Sprintf("it was settled in %s, before the first month of the ledger", m), 0)
	case in.books.cleared[m.Year()]:
		in.refuse(r, ReasonCleared, fmt.Sprintf("the year %d is cleared", m.Year()), 0)
	default:
		return true
	}
	return false
}

// book takes a normal row: a new claim, or one that was booked before and is now declared otherwise.
func (in *intake) book(r *DeclaredRow, contents map[string]Claim) {
	s := in.before[r.ID]
	switch {
	case s == nil || s.Cause == Withdrawn && !s.Live:
	case s.Cause == Reversing:
		in.refuse(r, ReasonConflict, "a reversal was booked under this id", s.Seq)
		return
	case contents[r.ID] == r.Claim:
		in.refuse(r, ReasonDuplicate, fmt.Sprintf("it is booked already, in %s", s.Month), s.Seq)
		return
	case !s.Live:
		in.refuse(r, ReasonGone, fmt.Sprintf("it was taken back in %s", s.Month), s.Seq)
		return
	case in.books.cleared[s.Origin.Year()]:
		in.refuse(r, ReasonCleared, fmt.Sprintf("what it corrects belongs to %d, which is cleared", s.Origin.Year()), s.Seq)
		return
	}
	p := &pending{before: s, claim: r.Claim, fresh: r, live: true}
	if s != nil && s.Live {
		p.refused, p.whole = s.Refused, s.Whole
	}
	in.pending[r.ID] = p
	in.rows = append(in.rows, declaredFund{row: r})
}

// reverse takes a reversal, whose original was booked before or stands in the same declaration.
func (in *intake) reverse(r *DeclaredRow, contents map[string]Claim) {
	if s := in.before[r.ID]; s != nil && !(s.Cause == Withdrawn && !s.Live) {
		in.refuse(r, ReasonDuplicate, fmt.Sprintf("its id is booked already, in %s", s.Month), s.Seq)
		return
	}
	p, s := in.pending[r.Reverses], in.before[r.Reverses]
	if p == nil {
		switch {
		case s == nil || s.Cause == Reversing || s.Cause == Withdrawn && !s.Live:
			in.refuse(r, ReasonNoOriginal, fmt.Sprintf("no claim %s is booked", r.Reverses), 0)
			return
		case !s.Live:
			in.refuse(r, ReasonGone, fmt.Sprintf("claim %s was taken back in %s", r.Reverses, s.Month), s.Seq)
			return
		case in.books.cleared[s.Origin.Year()]:
			in.refuse(r, ReasonCleared, fmt.Sprintf("claim %s belongs to %d, which is cleared", r.Reverses, s.Origin.Year()), s.Seq)
			return
		}
		p = &pending{before: s, claim: contents[r.Reverses], live: true, refused: s.Refused, whole: s.Whole}
	}
	if p.reversal != nil {
		in.refuse(r, ReasonGone, fmt.Sprintf("claim %s is taken back by %s of the same declaration", r.Reverses, p.reversal.ID), 0)
		return
	}
	if c := &p.claim; r.Person != c.Person || r.Hospital != c.Hospital || r.Scheme != c.Scheme || r.Gross != -c.Gross {
		in.refuse(r, ReasonMismatch, fmt.Sprintf("claim %s costs %s at hospital %s, scheme %s; a reversal repeats all but the sign", r.Reverses, c.Gross, c.Hospital, c.Scheme), 0)
		return
	}
	p.reversal, p.live = r, false
	in.pending[r.Reverses] = p
	in.rows = append(in.rows, declaredFund{row: r, reversal: true})
}

func (in *intake) refuse(r *DeclaredRow, reason, note string, link int64) {
	f := Refusal{ClaimID: r.ID, Person: r.Person, Hospital: r.Hospital, Scheme: r.Scheme, Reason: reason, Note: note,
		Visits: visits(r), Gross: r.Gross, File: r.File, Row: r.Row, Link: link}
	if r.HasBookedFund {
		f.Fund = r.BookedFund
	}
	in.refused = append(in.refused, f)
}

// visits counts a row: a reversal takes one visit back.
func visits(r *DeclaredRow) int64 {
	if r.Status == claims.Reversal {
		return -1
	}
	return 1
}

// persons lists those whose claims the step touches, sorted.
func (in *intake) persons() []string {
	seen := map[string]bool{}
	for _, p := range in.pending {
		seen[p.claim.Person] = true
		if p.before != nil {
			seen[p.before.Person] = true
		}
	}
	return sortedKeys(seen)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
