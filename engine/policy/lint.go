package policy

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Fault is one thing that lint found wrong with a pack.
type Fault struct {
	Pos  Pos
	Code string // a word of FaultCodes
	Text string // one sentence
}

// String prints the fault with its place.
func (f Fault) String() string { return fmt.Sprintf("%s: %s: %s", f.Pos, f.Code, f.Text) }

// FaultCodes are the kinds of faults that Lint tells; unused-key, compile and the case for each rule need the packages that
// give a meaning to parameters, see packtest.Lint.
var FaultCodes = []string{
	"no-citation", "unknown-source", "unused-source", "date-gap", "date-overlap", "band-order", "band-overlap",
	"unreachable-row", "unused-table", "unused-key", "share-sum", "review-due", "no-case", "compile",
}

// conventions are parts that choose how the pack is read; they are no law and need no citation.
var conventions = []string{"price_date", "order", "round"}

// Lint checks a pack without knowing what its parameters mean: citations, dates, bands, rows that can never apply, tables
// that nothing reads, and values past their review date on the day today. Faults come sorted by place.
func Lint(p *Pack, today claims.Date) []Fault {
	l := &linter{pack: p, today: today, used: map[string]bool{}}
	for i, k := range p.Tree.Keys {
		if !slices.Contains(conventions, k) {
			l.walk(p.Tree.Items[i], k, false)
		}
	}
	l.sources()
	l.tables()
	l.cases()
	sort.SliceStable(l.faults, func(i, j int) bool {
		a, b := l.faults[i].Pos, l.faults[j].Pos
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	})
	return l.faults
}

type linter struct {
	pack   *Pack
	today  claims.Date
	used   map[string]bool // sources cited
	faults []Fault
}

func (l *linter) fault(pos Pos, code, format string, args ...any) {
	l.faults = append(l.faults, Fault{pos, code, fmt.Sprintf(format, args...)})
}

// own reports whether a value was written by this pack and not by one that it extends, so that each fault is told once.
func (l *linter) own(v *Value) bool { return strings.HasPrefix(v.Pos.File, l.pack.Name+"/") }

// Own returns the place of the first part of a value that a pack wrote itself, rather than a pack that it extends.
func (p *Pack) Own(v *Value) (Pos, bool) {
	if strings.HasPrefix(v.Pos.File, p.Name+"/") {
		return v.Pos, true
	}
	for _, it := range v.Items {
		if pos, ok := p.Own(it); ok {
			return pos, true
		}
	}
	return Pos{}, false
}

func (l *linter) walk(v *Value, where string, cited bool) {
	for _, id := range words(v.Get("cite")) {
		cited = true
		l.used[id] = true
		if _, ok := l.pack.Sources[id]; !ok && l.own(v) {
			l.fault(v.Get("cite").Pos, "unknown-source", "%s cites %q, which is in no sources.yaml%s", where, id, nearest.Hint(id, l.sourceIDs()))
		}
	}
	if r := v.Get("review"); r != nil && l.own(v) {
		if d, err := claims.ParseDate(r.Text); err != nil {
			l.fault(r.Pos, "review-due", "%s: %v", where, err)
		} else if d < l.today {
			l.fault(r.Pos, "review-due", "%s was to be reviewed by %s", where, d)
		}
	}
	if v.Shape == Scalar {
		if !cited && l.own(v) {
			l.fault(v.Pos, "no-citation", "%s cites no source, and nothing around it does", where)
		}
		return
	}
	if v.Shape == List && l.own(v) {
		l.list(v, where)
	}
	if v.Shape == Map && l.own(v) {
		l.shares(v, where)
	}
	for i, it := range v.Items {
		name := fmt.Sprintf("%s[%d]", where, i+1)
		switch {
		case v.Shape == Map && slices.Contains(append([]string{"id", "kind", "from", "until"}, annotations...), v.Keys[i]):
			continue
		case v.Shape == Map:
			name = where + "." + v.Keys[i]
		case it.id() != "":
			name = where + "." + it.id()
		}
		before := len(l.faults)
		l.walk(it, name, cited)
		// One sentence for a whole uncited list or table is enough.
		if n := len(l.faults); n > before && l.faults[n-1].Code == "no-citation" && v.Shape == List && it.id() == "" {
			l.faults = l.faults[:before+1]
			break
		}
	}
}

func (l *linter) sourceIDs() []string {
	ids := make([]string, 0, len(l.pack.Sources))
	for id := range l.pack.Sources {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// list checks what a list says as a whole: dated values, bands, rows.
func (l *linter) list(v *Value, where string) {
	switch {
	case dated(v):
		l.dates(v, where)
	default:
		l.bands(v, where)
		l.rows(v, where)
	}
}

// dates finds gaps between, and overlaps of, the values of one parameter.
func (l *linter) dates(v *Value, where string) {
	type span struct {
		from, until claims.Date
		pos         Pos
	}
	var spans []span
	for _, it := range v.Items {
		from, err := claims.ParseDate(it.Get("from").Text)
		if err != nil {
			l.fault(it.Pos, "date-gap", "%s: %v", where, err)
			return
		}
		s := span{from, claims.NoDate, it.Pos}
		if u := it.Get("until"); u != nil {
			if s.until, err = claims.ParseDate(u.Text); err != nil {
				l.fault(u.Pos, "date-gap", "%s: %v", where, err)
				return
			}
		}
		spans = append(spans, s)
	}
	sort.SliceStable(spans, func(i, j int) bool { return spans[i].from < spans[j].from })
	if first := spans[0]; first.from > l.pack.Effective {
		l.fault(first.pos, "date-gap", "%s has no value from %s, when the pack takes effect, to %s", where, l.pack.Effective, first.from-1)
	}
	for i := 1; i < len(spans); i++ {
		prev, s := spans[i-1], spans[i]
		switch {
		case s.from == prev.from:
			l.fault(s.pos, "date-overlap", "%s has two values from %s, the other at %s", where, s.from, prev.pos)
		case prev.until != claims.NoDate && prev.until >= s.from:
			l.fault(s.pos, "date-overlap", "%s has two values from %s to %s, the other at %s", where, s.from, prev.until, prev.pos)
		case prev.until != claims.NoDate && prev.until+1 < s.from:
			l.fault(s.pos, "date-gap", "%s has no value from %s to %s", where, prev.until+1, s.from-1)
		}
	}
}

// bandKeys are the upper ends by which bands are written.
var bandKeys = []string{"up_to", "base_up_to", "score_up_to", "ratio_up_to"}

// bands checks that upper ends rise within each run of rows that select alike, and that only the last is open.
func (l *linter) bands(v *Value, where string) {
	for _, key := range bandKeys {
		var last *Value
		for i, it := range v.Items {
			if it.Shape != Map {
				return
			}
			if i > 0 && !sameWords(v.Items[i-1], it) {
				last = nil
			}
			end := it.Get(key)
			if end == nil {
				continue
			}
			if last != nil {
				a, errA := bandEnd(last.Text)
				b, errB := bandEnd(end.Text)
				switch {
				case errA != nil || errB != nil:
				case a == b:
					l.fault(end.Pos, "band-overlap", "%s: two bands end at %s, the other at %s", where, end.Text, last.Pos)
				case b < a:
					l.fault(end.Pos, "band-order", "%s: the band up to %s stands after the one up to %s; bands must rise", where, end.Text, last.Text)
				}
			}
			last = end
		}
	}
}

// bandEnd reads an upper end, an amount or a ratio, as a number of millionths.
func bandEnd(s string) (int64, error) {
	r, err := money.ParseRatio(s)
	return int64(r), err
}

// sameWords reports whether two rows select claims by the same words.
func sameWords(a, b *Value) bool {
	for _, k := range selectorKeys {
		if !a.Get(k).Equal(b.Get(k)) {
			return false
		}
	}
	return true
}

// rows finds rows that can never apply, because those before them take every claim that they would.
func (l *linter) rows(v *Value, where string) {
	items, selects := v.Items, false
	if where == "settle.streams" { // the first whose condition holds has a claim
		items, selects = conditions(items), true
	}
	for _, it := range items {
		if it.Shape != Map || it.Get("kind") != nil || it.Get("formula") != nil {
			return
		}
		selects = selects || slices.ContainsFunc(it.Keys, func(k string) bool { return slices.Contains(selectorKeys, k) && k != "group" })
	}
	if !selects {
		return
	}
	scope := &Scope{Schemes: schemesOf(items), Groups: map[string]int{}}
	var rows []Selector
	for _, it := range items {
		d := Decode(it, where)
		rows = append(rows, d.Selector(scope))
		if len(d.mine) > 0 {
			l.fault(it.Pos, "compile", "%v", d.mine[0])
			return
		}
	}
	for i, r := range rows {
		if slices.ContainsFunc(rows[:i], func(b Selector) bool { return b.covers(r) && !SameSelector(b, r) }) {
			l.fault(v.Items[i].Pos, "unreachable-row", "%s: a row before this one already takes every claim that it selects", where)
		}
	}
}

// conditions are what items say under when; one without serves every claim.
func conditions(items []*Value) []*Value {
	out := make([]*Value, len(items))
	for i, it := range items {
		if out[i] = it.Get("when"); out[i] == nil {
			out[i] = &Value{Shape: Map, Pos: it.Pos}
		}
	}
	return out
}

// schemesOf are the scheme words of a list's rows, besides the usual two.
func schemesOf(items []*Value) []string {
	out := []string{"employee", "resident"}
	for _, it := range items {
		for _, w := range words(it.Get("scheme")) {
			if w != "*" && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// covers reports whether every claim that o selects is selected by s too.
func (s Selector) covers(o Selector) bool {
	for f := range s.allowed {
		if s.allowed[f] != 0 && (o.allowed[f] == 0 || o.allowed[f]&^s.allowed[f] != 0) {
			return false
		}
	}
	if s.hasAge && (!o.hasAge || o.ageFrom < s.ageFrom || o.ageTo > s.ageTo) {
		return false
	}
	if s.groups == nil {
		return true
	}
	if o.groups == nil {
		return false
	}
	for g := range o.groups {
		if !s.groups[g] {
			return false
		}
	}
	return len(o.groups) > 0
}

// shares checks parts of a whole: weights that are all ratios sum to one, and what a budget gives away is not more than it has.
func (l *linter) shares(v *Value, where string) {
	if w := v.Get("weights"); w != nil && w.Shape == Map && len(w.Items) > 0 {
		sum, ok := int64(0), true
		for i, it := range w.Items {
			if slices.Contains(annotations, w.Keys[i]) {
				continue
			}
			r, err := bandEnd(it.Text)
			sum, ok = sum+r, ok && err == nil && it.Shape == Scalar
		}
		if ok && sum != int64(money.One) {
			l.fault(w.Pos, "share-sum", "%s.weights sum to %s, not to 100%%", where, money.Ratio(sum).Percent())
		}
	}
	out := v.Get("carve_outs")
	if out == nil || out.Shape != List {
		return
	}
	sum := int64(0)
	for _, it := range append(slices.Clone(out.Items), v.Get("reserve")) {
		if share := it.Get("share"); share != nil && it.Get("of") == nil {
			r, err := bandEnd(share.Text)
			if err != nil {
				return
			}
			sum += r
		}
	}
	if sum > int64(money.One) {
		l.fault(out.Pos, "share-sum", "%s gives away %s of its opening", where, money.Ratio(sum).Percent())
	}
}

// sources finds sources of the pack's own sources.yaml that nothing cites, or that name a document without a place in it.
func (l *linter) sources() {
	for _, id := range l.sourceIDs() {
		s := l.pack.Sources[id]
		if !strings.HasPrefix(s.Pos.File, l.pack.Name+"/") {
			continue
		}
		if !l.used[id] {
			l.fault(s.Pos, "unused-source", "nothing cites %q", id)
		}
		if s.Article == "" && s.Phrase == "" {
			l.fault(s.Pos, "no-citation", "source %q names neither an article nor a key phrase", id)
		}
	}
}

// tables finds CSV files of the pack's folder that nothing reads.
func (l *linter) tables() {
	for _, file := range l.pack.tables {
		if !l.pack.read[file] {
			l.fault(Pos{file, 1}, "unused-table", "no {table: %s} stands in pack.yaml", path.Base(file))
		}
	}
}

// cases asks for at least one case file.
func (l *linter) cases() {
	if len(l.pack.CaseFiles) == 0 {
		l.fault(Pos{l.pack.Name + "/pack.yaml", 1}, "no-case", "the pack has no case file in %s/cases", l.pack.Name)
	}
}
