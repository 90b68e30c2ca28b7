package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// Declaration is all that a month is closed with.
type Declaration struct {
	Rows    []DeclaredRow
	Reviews []Review
	Inputs  []Input // the files that these were read from
	// Admit looks at the rows that are not booked before anything is written; its error stops the step. nil admits all.
	Admit func(refused []Refusal) error
}

// Closing is what closing a month did.
type Closing struct {
	Seal Seal
	// Done is false when the month was sealed already with the same inputs: then nothing was written.
	Done    bool
	Refused []Refusal
	Booked  int // claims booked for the first time, reversals included
	Changed int // claims booked before whose state changed
}

// CloseMonth books a declaration, works out what each hospital is paid on account, and seals the month, in one step. A month
// that is sealed with the same inputs is left alone; one that is sealed with others is an error that says what differs.
func (l *Ledger) CloseMonth(ctx context.Context, m calendar.Month, decl Declaration, s Settler, who Stamp) (*Closing, error) {
	defer l.over()
	inputs := sortedInputs(append(slices.Clone(decl.Inputs), s.Inputs()...))
	c := &closing{ledger: l, month: m, settler: s, decl: decl}
	if err := l.read(ctx, func(tx *sql.Tx) error { return c.load(ctx, tx) }); err != nil {
		return nil, err
	}
	if done, err := alreadySealed(c.books.at(m), inputs); done != nil || err != nil {
		return done, err
	}
	if err := c.closable(); err != nil {
		return nil, err
	}
	if err := c.compute(ctx); err != nil {
		return nil, fmt.Errorf("closing %s: %w", m, err)
	}
	seal := Seal{Stamp: who, Inputs: inputs, Results: c.draft.results(), Rows: int64(len(c.draft.rows)), Names: c.draft.names(s.HospitalName)}
	seal.Month = m
	seal.Seq = c.draft.add(KindSeal, m, seal)
	err := l.commit(ctx, &c.draft)
	if errors.Is(err, ErrMoved) {
		return l.lostRace(ctx, m, inputs, err)
	}
	if err != nil {
		return nil, err
	}
	return &Closing{Seal: seal, Done: true, Refused: c.intake.refused, Booked: c.booked, Changed: c.changed}, nil
}

// lostRace tells the second of two clerks what the first has done.
func (l *Ledger) lostRace(ctx context.Context, m calendar.Month, inputs []Input, moved error) (*Closing, error) {
	var b *books
	if err := l.read(ctx, func(tx *sql.Tx) error {
		var err error
		b, err = l.books(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	if done, err := alreadySealed(b.at(m), inputs); done != nil || err != nil {
		return done, err
	}
	return nil, moved
}

// ErrOtherInputs means that a month or year is sealed with other inputs than those given.
var ErrOtherInputs = errors.New("sealed with other inputs")

// alreadySealed returns what there is of a sealed month, an error when its inputs were others, and neither when it is not sealed.
func alreadySealed(s *MonthState, inputs []Input) (*Closing, error) {
	if s == nil || s.Open {
		return nil, nil
	}
	if diff := differingInputs(s.Seal.Inputs, inputs); diff != "" {
		return nil, fmt.Errorf("month %s was sealed by %s at %s: %w: %s", s.Month, s.Seal.By, s.Seal.At, ErrOtherInputs, diff)
	}
	return &Closing{Seal: *s.Seal}, nil
}

// differingInputs says what of the inputs given now is not what it was, or nothing. A file that was only renamed is the same.
func differingInputs(sealed, given []Input) string {
	match := func(in []Input, x Input) bool {
		return slices.ContainsFunc(in, func(y Input) bool { return x.Role == y.Role && x.SHA256 == y.SHA256 })
	}
	var out []string
	for _, x := range sealed {
		if x.Role == RoleProgram || match(given, x) {
			continue
		}
		now := "is not given now"
		for _, y := range given {
			if x.Role == y.Role && (x.Name == y.Name || !match(sealed, y)) {
				now = fmt.Sprintf("is now %s (%.12s)", y.Name, y.SHA256)
				break
			}
		}
		out = append(out, fmt.Sprintf("%s %s (%.12s) %s", x.Role, x.Name, x.SHA256, now))
	}
	for _, y := range given {
		if y.Role != RoleProgram && !match(sealed, y) && !slices.ContainsFunc(sealed, func(x Input) bool { return x.Role == y.Role && !match(given, x) }) {
			out = append(out, fmt.Sprintf("%s %s (%.12s) was not among the sealed inputs", y.Role, y.Name, y.SHA256))
		}
	}
	return strings.Join(out, "; ")
}

func sortedInputs(in []Input) []Input {
	slices.SortFunc(in, func(a, b Input) int {
		return cmp.Or(strings.Compare(a.Role, b.Role), strings.Compare(a.Name, b.Name), strings.Compare(a.SHA256, b.SHA256))
	})
	return in
}

// closing works out one month's close between reading the ledger and writing to it.
type closing struct {
	ledger  *Ledger
	month   calendar.Month
	settler Settler
	decl    Declaration

	books    *books
	intake   *intake
	contents map[string]Claim // what the claims that the declaration names declared before
	entered  *sums            // what stands in the books of the month already: entries made by hand
	carried  *sums            // what the month before carries over
	sofar    *sums            // what is entered so far for the months of origin that the step touches
	first    map[sumKey]int64 // row of the first entry of each of these lines
	draft    draft
	booked   int
	changed  int
}

// load reads from the ledger all that the step needs, in one view.
func (c *closing) load(ctx context.Context, tx *sql.Tx) error {
	var err error
	if c.books, err = c.ledger.books(ctx, tx); err != nil {
		return err
	}
	if s := c.books.at(c.month); s == nil || !s.Open {
		return nil // closable and alreadySealed say more
	}
	c.draft.head = c.books.head
	if err := c.ledger.sound(ctx, tx); err != nil {
		return err
	}
	named := map[string]bool{}
	for i := range c.decl.Rows {
		r := &c.decl.Rows[i]
		r.Claim = r.Claim.normal()
		named[r.ID] = true
		if r.Reverses != "" {
			named[r.Reverses] = true
		}
	}
	for _, v := range c.decl.Reviews {
		if v.ClaimID != "" {
			named[v.ClaimID] = true
		}
	}
	before, contents, err := c.states(ctx, tx, "claim_id", sortedKeys(named))
	if err != nil {
		return err
	}
	c.contents = contents
	c.decl.Reviews = slices.Clone(c.decl.Reviews)
	sortReviews(c.decl.Reviews)
	c.intake = newIntake(c.month, c.books, before)
	c.intake.take(c.decl.Rows, contents)
	if err := c.intake.review(c.decl.Reviews, contents, c.settler.Knows); err != nil {
		return err
	}
	if err := c.companions(ctx, tx); err != nil {
		return err
	}
	c.first = map[sumKey]int64{}
	if c.entered, err = c.ledger.sumsOf(ctx, tx, nil, `month = ?`, int32(c.month)); err != nil {
		return err
	}
	if c.carried, err = c.ledger.sumsOf(ctx, tx, nil, `month = ? AND account = ?`, int32(c.month-1), string(AccCarried)); err != nil {
		return err
	}
	c.sofar, err = c.ledger.sumsOf(ctx, tx, c.first, `account IN ('accepted', 'advance', 'deposit') AND origin >= ?`, int32(c.earliest()))
	return err
}

// states reads latest states and what they declare.
func (c *closing) states(ctx context.Context, tx *sql.Tx, column string, keys []string) (map[string]*State, map[string]Claim, error) {
	found, err := c.ledger.statesBy(ctx, tx, column, keys)
	if err != nil {
		return nil, nil, err
	}
	list := make([]*State, 0, len(found))
	for _, id := range sortedKeys(found) {
		list = append(list, found[id])
	}
	contents, err := c.ledger.contents(ctx, tx, list)
	return found, contents, err
}

// companions adds the other visits of the persons touched in the years touched: what the fund pays for them may change.
func (c *closing) companions(ctx context.Context, tx *sql.Tx) error {
	years := map[int]bool{}
	for _, p := range c.intake.pending {
		years[p.claim.Month().Year()] = true
		if p.before != nil {
			years[p.before.Origin.Year()] = true
		}
	}
	found, contents, err := c.states(ctx, tx, "person", c.intake.persons())
	if err != nil {
		return err
	}
	for id, s := range found {
		if s.Live && years[s.Origin.Year()] && c.intake.pending[id] == nil {
			c.intake.pending[id] = &pending{before: s, claim: contents[id], live: true, refused: s.Refused, whole: s.Whole}
		}
	}
	c.intake.order = sortedKeys(c.intake.pending)
	return nil
}

// earliest returns the first month of origin that the step touches.
func (c *closing) earliest() calendar.Month {
	m := c.month
	for _, p := range c.intake.pending {
		m = min(m, p.claim.Month())
		if p.before != nil {
			m = min(m, p.before.Origin)
		}
	}
	return m
}

// closable says why a month cannot be closed, if so.
func (c *closing) closable() error {
	s := c.books.at(c.month)
	if s == nil {
		return fmt.Errorf("month %s is not open; open it first", c.month)
	}
	if before := c.books.at(c.month - 1); before != nil && before.Open {
		return fmt.Errorf("month %s cannot be closed before %s, which is still open", c.month, before.Month)
	}
	return nil
}

// compute turns the declaration into rows of the journal.
func (c *closing) compute(ctx context.Context) error {
	if err := c.adjudicate(ctx); err != nil {
		return err
	}
	if err := c.intake.decided(c.decl.Reviews); err != nil {
		return err
	}
	c.intake.sortRefused()
	if admit := c.decl.Admit; admit != nil {
		if err := admit(c.intake.refused); err != nil {
			return err
		}
	}
	lines := c.lines()
	c.writeClaims()
	for i := range c.intake.refused {
		c.draft.add(KindRefuse, c.month, c.intake.refused[i])
	}
	return c.writeEntries(lines)
}
