package compare

import (
	"testing"

	"github.com/drgsim/drgsim/engine/money"
)

// TestCliffsAreExact: at each cost cliff one fen more flips the class, and neither side differs from its neighbour further on.
func TestCliffsAreExact(t *testing.T) {
	_, c := openDemo(t)
	list, err := StayCliffs(c.Results[0], 28)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("the demo's bands have edges, yet no cliff was found")
	}
	for i, x := range list {
		if x.Jump() == 0 || x.From == x.To || x.At <= 0 {
			t.Errorf("%+v is no cliff", x)
		}
		if i > 0 && distance(int64(list[i-1].Jump()), 0) < distance(int64(x.Jump()), 0) {
			t.Errorf("cliff %d jumps by %d after one of %d", i, x.Jump(), list[i-1].Jump())
		}
	}
}

// TestPersonCliffsByHand: a rule that asks 100 yuan more from 50,000 yuan on has its cliff at the last fen below.
func TestPersonCliffsByHand(t *testing.T) {
	list, err := personCliffs(func(gross int64) (money.Fen, error) {
		paid := money.Fen(gross / 10)
		if gross >= 5_000_000 {
			paid += 3_000_000
		}
		return paid, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].At != 4_999_999 || list[0].Jump() < 3_000_000 {
		t.Errorf("found %+v, want one cliff at 49,999.99", list)
	}
	list, _ = personCliffs(func(gross int64) (money.Fen, error) { return money.Fen(gross / 3), nil })
	if len(list) != 0 {
		t.Errorf("a straight line has no cliff, found %+v", list)
	}
}
