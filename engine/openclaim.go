package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/behave"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/rowindex"
	"github.com/drgsim/drgsim/engine/claims/shards"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Wanted names the claim or the person whose year is to be explained; one of the two is set.
type Wanted struct {
	Claim, Person string
	// Shard is the only shard to look into, from 0, where the claims are a folder of shards; negative means all.
	Shard int
}

// Only leaves of a study what one scenario needs: the baseline, whose group table the checks go by, and the scenario.
func (s *Study) Only(scenario string) error {
	if scenario == s.Baseline.Name {
		s.Alternatives = nil
		return nil
	}
	names := append([]string{s.Baseline.Name}, scenarioNames(s.Alternatives)...)
	i := slices.Index(names, scenario)
	if i < 0 {
		return fmt.Errorf("scenario %q is none of %s%s", scenario, strings.Join(names, ", "), nearest.Hint(scenario, names))
	}
	s.Alternatives = s.Alternatives[i-1 : i]
	return nil
}

// Sharded reports whether the study's claims are a folder of shards.
func (s *Study) Sharded() bool { return len(s.Claims) == 1 && shards.Is(s.Claims[0]) }

// Indexed reports whether OpenClaim can read a person's year of the study by itself: each file of claims has an index, and
// nothing makes other claims of them before they are settled. For shards there is no other way, so that it is true of them.
func (s *Study) Indexed() bool {
	if s.Sharded() {
		return true
	}
	for _, file := range s.Claims {
		if _, err := os.Stat(rowindex.PathOf(file)); err != nil {
			return false
		}
	}
	return s.Assumptions == nil
}

// OpenClaim opens a study with the claims of one person only, found by the indexes beside its files. The input holds the
// person's rows and those that share a claim id with them, so that the checks find of the person's rows what they would
// find among all; other counts of the session are those of the few rows.
func OpenClaim(ctx context.Context, s *Study, w Wanted, opts OpenOptions) (*Session, error) {
	ses, err := begin(s)
	if err != nil {
		return nil, err
	}
	l := &lookup{ctx: ctx, ses: ses, opts: opts}
	defer l.close()
	var codes []string
	if s.Sharded() {
		codes, err = l.inShards(w)
	} else {
		err = l.inFiles(w)
	}
	if err != nil {
		return nil, err
	}
	table, err := l.year()
	if err != nil {
		return nil, err
	}
	if err := ses.compile(append(codes, groupsOf(table)...), opts); err != nil {
		return nil, err
	}
	if err := ses.examine(table, opts); err != nil {
		return nil, err
	}
	a, err := behave.Read(s.Assumptions, ses.Plans[0].Scope)
	if err != nil {
		return nil, err
	}
	if a.Any() {
		return nil, errAssumeShards
	}
	if ses.Input, err = NewInput(table, ses.Check.Keep, ses.Region, ses.Plans[0].Scope); err != nil {
		return nil, err
	}
	if ses.reviews != nil {
		ses.reviewedAt = make([]int32, len(ses.reviews.List))
		ses.reviews.mark(ses.Input, ses.reviewedAt)
	}
	return ses, nil
}

// lookup is the search for one person's claims.
type lookup struct {
	ctx    context.Context
	ses    *Session
	opts   OpenOptions
	files  []*indexedFile // that may hold claims of the person
	person string
}

// indexedFile is a file of claims with its index.
type indexedFile struct {
	path  string
	index *rowindex.Index
	rows  *claims.Rows // nil until the first row is read
}

func (l *lookup) open(path string) (*indexedFile, error) {
	index, err := rowindex.Open(path)
	if err != nil {
		return nil, err
	}
	f := &indexedFile{path: path, index: index}
	l.files = append(l.files, f)
	return f, nil
}

func (l *lookup) close() {
	for _, f := range l.files {
		f.index.Close()
		if f.rows != nil {
			f.rows.Close()
		}
	}
}

// read reads rows of a file, which must be the one that its index was built of.
func (l *lookup) read(f *indexedFile, rows []int64, columns claims.ColumnSet) (*claims.Table, error) {
	if f.rows == nil {
		if err := f.index.Check(); err != nil {
			return nil, err
		}
		var err error
		f.rows, err = claims.OpenRows(f.path, claims.ReadOptions{Workers: 1, Reject: func(r claims.RejectedRow) error {
			return l.ses.Door.Add(r.Findings[0].Gross, r.Findings[0].GrossKnown)
		}})
		if err != nil {
			return nil, err
		}
	}
	return f.rows.Read(l.ctx, rows, columns)
}

// owner returns the person of the first claim of a file that has an id; found tells whether there is one.
func (l *lookup) owner(f *indexedFile, claim string) (person string, found bool, err error) {
	rows, err := f.index.Claim(claim)
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	t, err := l.read(f, rows, claims.Columns(claims.ColClaimID, claims.ColPersonID))
	if err != nil {
		return "", false, err
	}
	for i := range t.Rows {
		if t.ClaimID.At(i) == claim {
			return t.Person.At(i), true, nil
		}
	}
	return "", false, nil
}

// inFiles finds out whose year is wanted, where any of the study's files may hold it.
func (l *lookup) inFiles(w Wanted) error {
	for _, path := range l.ses.Study.Claims {
		if _, err := l.open(path); err != nil {
			return err
		}
	}
	l.person = w.Person
	if w.Person != "" {
		return nil
	}
	for _, f := range l.files {
		person, found, err := l.owner(f, w.Claim)
		if err != nil {
			return err
		}
		if found {
			l.person = person
			return nil
		}
	}
	return l.missing(w.Claim)
}

// inShards finds out whose year is wanted and keeps the one shard that holds it. It returns the group codes of all claims.
func (l *lookup) inShards(w Wanted) ([]string, error) {
	dir := l.ses.Study.Claims[0]
	m, err := shards.Read(dir)
	if err != nil {
		return nil, err
	}
	if w.Shard >= len(m.Shards) {
		return nil, fmt.Errorf("shard %d: %s has the shards 0 to %d", w.Shard, dir, len(m.Shards)-1)
	}
	from, to := 0, len(m.Shards)
	switch {
	case w.Person != "":
		from = m.ShardOf(w.Person)
		to = from + 1
	case w.Shard >= 0:
		from, to = w.Shard, w.Shard+1
	}
	for i := from; i < to; i++ {
		f, err := l.open(m.Path(i))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s has no index; drgsim index %s makes one: %w", m.Path(i), dir, err)
		}
		if err != nil {
			return nil, err
		}
		person, found := w.Person, w.Person != ""
		if !found {
			person, found, err = l.owner(f, w.Claim)
		}
		if err == nil && found {
			err = m.Verify(i)
		}
		if err != nil {
			return nil, err
		}
		if found {
			l.keep(f)
			l.person = person
			l.ses.Files = []*claims.FileInfo{{Path: dir, Format: "shards", Rows: m.Rows, Batches: len(m.Shards), Verified: true}}
			return m.Groups, nil
		}
	}
	return nil, l.missing(w.Claim)
}

// keep closes all files but one.
func (l *lookup) keep(f *indexedFile) {
	l.files = slices.DeleteFunc(l.files, func(o *indexedFile) bool { return o == f })
	l.close()
	l.files = []*indexedFile{f}
}

// missing is the error for a claim that no index has. An index of other claims would not have it either, so all are held
// against their files first.
func (l *lookup) missing(claim string) error {
	for _, f := range l.files {
		if err := f.index.Check(); err != nil {
			return err
		}
	}
	f := l.files[0]
	first := make([]int64, min(f.index.Rows(), 1024))
	for i := range first {
		first[i] = int64(i)
	}
	t, err := l.read(f, first, claims.Columns(claims.ColClaimID))
	if err != nil {
		return err
	}
	near := make([]string, t.Rows)
	for i := range near {
		near[i] = t.ClaimID.At(i)
	}
	return fmt.Errorf("claim %q is not among the claims%s", claim, nearest.Hint(claim, near))
}

// year reads the person's rows of all files, and the rows that have the ids of their claims or of those that they take back.
func (l *lookup) year() (*claims.Table, error) {
	rows := make([][]int64, len(l.files))
	ids := make(map[string]bool)
	door := l.ses.Door
	for i, f := range l.files {
		var err error
		if rows[i], err = f.index.Person(l.person); err != nil {
			return nil, err
		}
		t, err := l.read(f, rows[i], claims.Columns(claims.ColClaimID, claims.ColReverses))
		if err != nil {
			return nil, err
		}
		for k := range t.Rows {
			ids[t.ClaimID.At(k)], ids[t.Reverses.At(k)] = true, true
		}
	}
	delete(ids, "")
	l.ses.Door = door // the rows are read again
	tables := make([]*claims.Table, len(l.files))
	for i, f := range l.files {
		for id := range ids {
			more, err := f.index.Claim(id)
			if err != nil {
				return nil, err
			}
			rows[i] = append(rows[i], more...)
		}
		slices.Sort(rows[i])
		var err error
		if tables[i], err = l.read(f, slices.Compact(rows[i]), 0); err != nil {
			return nil, err
		}
		if !l.ses.Study.Sharded() {
			l.ses.Files = append(l.ses.Files, f.rows.Info())
		}
	}
	return claims.Concat(tables)
}
