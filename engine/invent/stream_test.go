package invent

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
)

// row prints everything of a claim, with names instead of codes, so that rows of different batches compare.
func row(t *claims.Table, i int) string {
	var b strings.Builder
	fmt.Fprint(&b, t.ClaimID.At(i), " ", t.Reverses.At(i), " ", t.Person.At(i), " ", t.Hospital.At(i), " ", t.Scheme.At(i), " ",
		t.Group.At(i), " ", t.From.At(i), " ", t.County.At(i), " ", t.Admission[i], t.Discharge[i], t.Settlement[i], " ", t.Gross[i], " ",
		t.NonCovered[i], " ", t.CategoryB[i], " ", t.AIDiagnosis[i], " ", t.Setting[i], " ", t.Referral[i], " ", t.Age[i], " ", t.Retired[i],
		t.Signed[i], " ", t.Assistance[i], " ", t.Place[i], t.Filed[i], t.Status[i])
	if t.BookedFund != nil {
		fmt.Fprint(&b, t.FirstPay[i], " ", t.BookedFund[i])
	}
	return b.String()
}

// rows streams all claims of a configuration as text.
func rows(t *testing.T, c Config) []string {
	t.Helper()
	var list []string
	err := Claims(context.Background(), c, func(tb *claims.Table) error {
		for i := range tb.Rows {
			list = append(list, row(tb, i))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func small() Config {
	c := Default()
	c.Visits = 3000
	return c
}

func TestSameConfigurationSameClaims(t *testing.T) {
	want := rows(t, small())
	if len(want) < 2700 || len(want) > 3300 {
		t.Errorf("%d claims where about 3000 were asked for", len(want))
	}
	for _, workers := range []int{1, 2, 7} {
		for _, block := range []int64{1, 97, 100_000} {
			c := small()
			c.Workers, c.blockPersons = workers, block
			if got := rows(t, c); !slices.Equal(got, want) {
				t.Fatalf("%d workers and blocks of %d persons give other claims", workers, block)
			}
		}
	}
	c := small()
	c.Seed++
	if slices.Equal(rows(t, c), want) {
		t.Error("another seed gives the same claims")
	}
}

func TestMorePersonsKeepTheFirst(t *testing.T) {
	c := small()
	c.Visits, c.Persons = 0, 1000
	few := rows(t, c)
	c.Persons = 2000
	if many := rows(t, c); len(many) <= len(few) || !slices.Equal(many[:len(few)], few) {
		t.Error("the claims of the first persons depend on how many follow")
	}
}

func TestYearsAreDrawnApart(t *testing.T) {
	c := small()
	m, err := newModel(c)
	if err != nil {
		t.Fatal(err)
	}
	var both []string
	persons, values := map[string]bool{}, 0
	if err := m.claims(context.Background(), c.Year-1, c.Year, func(b *batch) error {
		values += b.table.Person.Values.Len()
		for i := range b.table.Rows {
			persons[b.table.Person.At(i)] = true
			if strings.HasPrefix(b.table.ClaimID.At(i), fmt.Sprint(c.Year)) {
				both = append(both, row(&b.table, i))
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if values != len(persons) {
		t.Errorf("%d names for %d persons", values, len(persons))
	}
	if !slices.Equal(both, rows(t, c)) {
		t.Error("the claims of a year depend on the years drawn with it")
	}
}

func TestStreamEnds(t *testing.T) {
	c := small()
	c.blockPersons = 10
	stop := errors.New("enough")
	if err := Claims(context.Background(), c, func(*claims.Table) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error of emit came out as %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := Claims(ctx, c, func(*claims.Table) error {
		if n++; n == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancel the error is %v", err)
	}
}

// TestMemoryIsBounded holds the largest heap of four times the claims to about that of one time.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("draws a million claims")
	}
	peak := func(persons int64) uint64 {
		c := Scale()
		c.Persons, c.Groups, c.Workers = persons, 100, 2
		var most uint64
		blocks := 0
		if err := Claims(context.Background(), c, func(*claims.Table) error {
			if blocks++; blocks%4 == 0 {
				runtime.GC()
				var s runtime.MemStats
				runtime.ReadMemStats(&s)
				most = max(most, s.HeapAlloc)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return most
	}
	one, four := peak(60_000), peak(240_000)
	if four > one*5/4+(4<<20) {
		t.Errorf("heap %d for 200,000 claims and %d for 800,000", one, four)
	}
}

func BenchmarkClaims(b *testing.B) {
	for _, name := range Presets() {
		b.Run(name, func(b *testing.B) {
			c, err := Preset(name)
			if err != nil {
				b.Fatal(err)
			}
			c.Workers, c.Visits, c.Persons = 1, 500_000, 0
			m, err := newModel(c)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := m.claims(b.Context(), c.Year, c.Year, func(t *batch) error { n += t.table.Rows; return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "claims/s")
		})
	}
}
