package engine

import (
	"testing"

	"github.com/drgsim/drgsim/engine/money"
)

func burdenOf(paid ...money.Fen) *Burden {
	b := &Burden{}
	for _, p := range paid {
		b.add(p, p)
	}
	return b
}

// TestGiniByHand: small amounts have steps of their own, so that the scale is exact.
func TestGiniByHand(t *testing.T) {
	for _, x := range []struct {
		paid []money.Fen
		want money.Ratio
	}{
		{nil, 0},
		{[]money.Fen{0, 0}, 0},
		{[]money.Fen{5, 5, 5, 5}, 0},
		{[]money.Fen{0, 0, 0, 8}, 750_000},
		{[]money.Fen{1, 3}, 250_000},
		{[]money.Fen{2, 4, 6, 8}, 250_000},
	} {
		if got := burdenOf(x.paid...).Gini(); got != x.want {
			t.Errorf("Gini of %v is %d, want %d", x.paid, got, x.want)
		}
	}
}

func TestLorenzByHand(t *testing.T) {
	got := burdenOf(2, 4, 6, 8).Lorenz(4)
	want := []money.Ratio{0, 100_000, 300_000, 600_000, 1_000_000}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("Lorenz curve %v, want %v", got, want)
		}
	}
}

func TestCatastrophic(t *testing.T) {
	b := burdenOf(0, 499_999, 500_000, 999_999, 1_999_163, 1_999_999, 2_000_000, 6_000_000)
	if want := ([len(CatastrophicYuan)]int64{6, 4, 2, 1}); b.Catastrophic != want {
		t.Errorf("%v pay at least %v yuan, want %v", b.Catastrophic, CatastrophicYuan, want)
	}
}
