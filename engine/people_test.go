package engine

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/money"
)

// What is told against the baseline by changes alone becomes what counting everybody gives.
func TestChangesTellWhatCountingTells(t *testing.T) {
	amount := rapid.OneOf(rapid.Int64Range(0, 2000), rapid.Int64Range(0, 1<<50), rapid.Int64Range(-5, 5), rapid.Int64Range(499_990, 500_010), rapid.Int64Range(0, 6_000_000))
	rapid.Check(t, func(t *rapid.T) {
		base, whole, told := newPeople(2), newPeople(2), newPeople(2)
		told.told = true
		for range rapid.IntRange(0, 40).Draw(t, "persons") {
			scheme, age := rapid.IntRange(0, 1).Draw(t, "scheme"), Age(rapid.IntRange(0, int(NumAges)-1).Draw(t, "age"))
			before, now := money.Fen(amount.Draw(t, "before")), money.Fen(amount.Draw(t, "now"))
			if rapid.IntRange(0, 3).Draw(t, "same") == 0 {
				now = before
			}
			base.add(scheme, age, 1000, before, before)
			whole.add(scheme, age, 1000, before, now)
			if now != before {
				told.change(scheme, age, before, now, bucket(before))
			}
		}
		told.over(base)
		for i := range whole.Schemes {
			if told.Schemes[i] != whole.Schemes[i] {
				t.Fatalf("scheme %d: the burdens differ", i)
			}
			if told.Against[i] != whole.Against[i] {
				t.Fatalf("scheme %d: %+v, want %+v", i, told.Against[i], whole.Against[i])
			}
		}
		for i := range whole.Ages {
			if told.Ages[i] != whole.Ages[i] {
				t.Fatalf("age share %d: %+v, want %+v", i, told.Ages[i], whole.Ages[i])
			}
		}
	})
}
