package check

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// anyLines draws claims of few ids, persons and days, so that they clash often.
func anyLines(t *rapid.T) []line {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
		l := sound(fmt.Sprintf("C%d", rapid.IntRange(0, 12).Draw(t, "id")), fmt.Sprintf("P%d", rapid.IntRange(0, 3).Draw(t, "person")),
			rapid.IntRange(355, 365).Draw(t, "in"), 0)
		l.out = l.in + rapid.IntRange(-1, 5).Draw(t, "days")
		l.settled = l.out
		l.gross = money.Fen(rapid.IntRange(-2, 5).Draw(t, "gross"))
		l.setting = claims.Setting(rapid.IntRange(0, 4).Draw(t, "setting"))
		if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
			l.reversal, l.reverses = true, fmt.Sprintf("C%d", rapid.IntRange(0, 12).Draw(t, "reverses"))
		}
		return l
	}), 0, 40).Draw(t, "lines")
}

// The report does not depend on the number of workers, and its counts close.
func TestWorkersAndClosing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := table(anyLines(t)...)
		one, err := Table(tab, nil, Options{Workers: 1, Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		for workers := 2; workers < 5; workers++ {
			many, err := Table(tab, nil, Options{Workers: workers, Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(one.Findings, many.Findings) || !reflect.DeepEqual(one.Keep, many.Keep) || !reflect.DeepEqual(one.Codes, many.Codes) {
				t.Fatalf("%d workers find %v, one finds %v", workers, many.Findings, one.Findings)
			}
		}
		if one.Kept.Rows+one.Rejected.Rows != int64(tab.Rows) || one.Kept.Fen+one.Rejected.Fen != one.Read.Fen {
			t.Fatalf("counts do not close: %+v", one)
		}
	})
}

// Duplicates are those that a map finds.
func TestDuplicatesLikeMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := table(anyLines(t)...)
		r, err := Table(tab, nil, Options{Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		first := map[string]int{}
		later := map[int64]bool{}
		for i := range tab.Rows {
			if _, ok := first[tab.ClaimID.At(i)]; ok {
				later[int64(i)+1] = true
			} else {
				first[tab.ClaimID.At(i)] = i
			}
		}
		for _, f := range r.Findings {
			if f.Code == "duplicate_equal" || f.Code == "duplicate_different" {
				if !later[f.Row] {
					t.Fatalf("row %d is no duplicate", f.Row)
				}
				delete(later, f.Row)
			}
		}
		if len(later) > 0 {
			t.Fatalf("duplicates were missed: %v", later)
		}
	})
}

// A kept reversal and the kept claim that it takes back cancel out, so that no reversal stands alone.
func TestKeptReversalsCancel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := anyLines(t)
		for i, l := range lines { // some mirror what they take back
			for _, o := range lines {
				if l.reversal && o.id == l.reverses && !o.reversal {
					lines[i].gross, lines[i].person = -o.gross, o.person
				}
			}
		}
		tab := table(lines...)
		r, err := Table(tab, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		kept := func(i int) bool { return r.Keep == nil || r.Keep[i] }
		taken := map[string]money.Fen{}
		for i, l := range lines {
			if kept(i) && l.reversal {
				if _, twice := taken[l.reverses]; twice {
					t.Fatalf("claim %s is taken back twice", l.reverses)
				}
				taken[l.reverses] = l.gross
			}
		}
		for i, l := range lines {
			if g, ok := taken[l.id]; ok && kept(i) && !l.reversal {
				if g != -l.gross {
					t.Fatalf("claim %s of %s is taken back with %s", l.id, l.gross, g)
				}
				delete(taken, l.id)
			}
		}
		if len(taken) > 0 {
			t.Fatalf("nothing stands against %v", taken)
		}
	})
}

// Ids beyond one part of the partition.
func TestManyIDs(t *testing.T) {
	const n = 50_000
	tab := &claims.Table{Rows: n}
	for i := range n {
		k := (i * 7919) % (n - 5) // a prime, so that the last five rows repeat the first five
		tab.ClaimID.Append(fmt.Sprintf("claim-%d", k))
	}
	r, err := Table(tab, nil, Options{Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 5 || r.Findings[0].Row != n-4 || r.Count("duplicate_equal").Rows != 5 {
		t.Errorf("got %v", r.Codes)
	}
}

func BenchmarkTable(b *testing.B) {
	const n = 1_000_000
	tab := &claims.Table{Rows: n}
	start := claims.DateOf(2025, 1, 1)
	for i := range n {
		tab.ClaimID.Append(fmt.Sprintf("C%012d", (i*7919)%n))
		in := start + claims.Date(i%350)
		tab.Admission, tab.Discharge = append(tab.Admission, in), append(tab.Discharge, in+4)
		tab.Settlement = append(tab.Settlement, in+4)
		tab.Gross = append(tab.Gross, money.Fen(1000+i))
		tab.Person.Codes = append(tab.Person.Codes, int32(i*31%300_000))
		tab.Hospital.Codes, tab.Scheme.Codes = append(tab.Hospital.Codes, int32(i%200)), append(tab.Scheme.Codes, int32(i%2))
	}
	for i := range 300_000 {
		tab.Person.Values.Append(fmt.Sprintf("P%d", i))
	}
	for i := range 200 {
		tab.Hospital.Values.Append(fmt.Sprintf("H%d", i))
	}
	tab.Scheme.Values.Append("employee")
	tab.Scheme.Values.Append("resident")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Table(tab, nil, Options{Limit: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mclaims/s")
}

// Overlaps are the same whether or not the rows of each person are known to stand together.
func TestOverlapsOfGatheredRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := anyLines(t)
		slices.SortStableFunc(lines, func(a, b line) int { return strings.Compare(a.person, b.person) })
		p := &pass{t: table(lines...), workers: rapid.IntRange(1, 4).Draw(t, "workers"), rejected: make([]bool, len(lines))}
		for i := range p.rejected {
			p.rejected[i] = rapid.IntRange(0, 9).Draw(t, "rejected") == 0
		}
		if p.rows(); !p.gathered {
			t.Fatal("the rows of each person stand together, and that was not seen")
		}
		sorted := func() []mark {
			marks := p.overlaps()
			slices.SortFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.other, b.other)) })
			return marks
		}
		quick := sorted()
		p.gathered = false
		if slow := sorted(); !slices.Equal(quick, slow) {
			t.Fatalf("gathered rows: %v, any rows: %v", quick, slow)
		}
	})
}

// What usual rows are passed over for is what the closer look finds nothing wrong with.
func TestUsualRowsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := anyLines(t)
		for i := range lines {
			l := &lines[i]
			part := func(name string) money.Fen { return money.Fen(rapid.IntRange(-1, 4).Draw(t, name)) }
			l.nonCovered, l.categoryB, l.firstPay, l.ai, l.fund = part("a"), part("b"), part("first"), part("ai"), part("fund")
		}
		p := &pass{t: table(lines...), workers: 1, rejected: make([]bool, len(lines))}
		p.opts.Today = claims.DateOf(2025, 12, 28)
		quick := p.rows()
		s := &scan{pass: p, known: p.known()}
		s.chunkSlowly()
		if !sameMarks(quick, s.marks) {
			t.Fatalf("with the quick look: %v, without: %v", quick, s.marks)
		}
	})
}

// chunkSlowly checks all rows without passing over any.
func (s *scan) chunkSlowly() {
	s.dates(0, s.t.Rows)
	s.money(0, s.t.Rows)
}

// sameMarks compares the marks of dates and money.
func sameMarks(a, b []mark) bool {
	of := func(marks []mark) []mark {
		out := slices.DeleteFunc(slices.Clone(marks), func(m mark) bool {
			return !slices.Contains([]claims.Kind{claims.KindDate, claims.KindFen}, claims.Schema[m.column].Kind)
		})
		slices.SortFunc(out, func(a, b mark) int {
			return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.kind, b.kind), cmp.Compare(a.column, b.column))
		})
		return out
	}
	return slices.Equal(of(a), of(b))
}
