package engine

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

func TestAgeBandsByHand(t *testing.T) {
	for years, want := range map[int16]string{
		claims.AgeUnknown: "age_unknown", 0: "age_0_17", 17: "age_0_17", 18: "age_18_44", 44: "age_18_44", 45: "age_45_59", 59: "age_45_59",
		60: "age_60_69", 69: "age_60_69", 70: "age_70_79", 79: "age_70_79", 80: "age_80_up", claims.MaxAge: "age_80_up",
	} {
		if got := AgeBand(years).String(); got != want {
			t.Errorf("%d years are %s, want %s", years, got, want)
		}
	}
}

// TestAgeShareByHand: one pays 300 fen less, one 200 more, one the same.
func TestAgeShareByHand(t *testing.T) {
	var a AgeShare
	a.add(1000, 700)
	a.add(1000, 1200)
	a.add(500, 500)
	if want := (AgeShare{Persons: 3, Paid: 2400, Less: 1, More: 1, LessFen: 300, MoreFen: 200}); a != want {
		t.Errorf("%+v, want %+v", a, want)
	}
	if a.Mean() != 800 {
		t.Errorf("the mean is %d fen, want 800", a.Mean())
	}
}

// TestAgesMergeExactly: persons added up in two parts give what they give in one, and a sum that does not fit is an error.
func TestAgesMergeExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, left, right := newPeople(2), newPeople(2), newPeople(2)
		for range rapid.IntRange(0, 30).Draw(t, "persons") {
			scheme, band := rapid.IntRange(0, 1).Draw(t, "scheme"), AgeBand(rapid.Int16Range(-1, claims.MaxAge).Draw(t, "age"))
			before, now := money.Fen(rapid.Int64Range(0, 1e9).Draw(t, "before")), money.Fen(rapid.Int64Range(0, 1e9).Draw(t, "now"))
			part := left
			if rapid.Bool().Draw(t, "right") {
				part = right
			}
			whole.Age(scheme, band).add(before, now)
			part.Age(scheme, band).add(before, now)
		}
		sum := left.clone()
		if err := sum.merge(right); err != nil {
			t.Fatal(err)
		}
		for i := range whole.Ages {
			if sum.Ages[i] != whole.Ages[i] {
				t.Fatalf("band %d: in parts %+v, at once %+v", i, sum.Ages[i], whole.Ages[i])
			}
		}
	})
	a := AgeShare{Paid: math.MaxInt64}
	if err := a.Merge(&AgeShare{Paid: 1}); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("a sum that does not fit gives %v", err)
	}
}
