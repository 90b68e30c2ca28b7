package benefit_test

import (
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/benefit"
)

// Each pocket but the open one is borne by the person or by others, so that what one bears tells what the others do.
func TestPocketsArePersonsOrOthers(t *testing.T) {
	bearers := slices.Concat([]benefit.Pocket{benefit.Open}, benefit.OfPerson[:], benefit.OfOthers[:])
	slices.Sort(bearers)
	for p := range benefit.NumPockets {
		if len(bearers) != int(benefit.NumPockets) || bearers[p] != p {
			t.Fatalf("%v are not all pockets, each once", bearers)
		}
	}
}
