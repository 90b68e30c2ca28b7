package engine_test

import (
	"errors"
	"math"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/money"
)

// What a scenario is worth is the baseline's sum and the difference to it: each may fit where both together do not.
func TestDifferencesDoNotOverflow(t *testing.T) {
	p := openStudy(t, "../scenarios/demo.yaml").Plans[0]
	if err := engine.PointsOfTwo(p, math.MaxInt64-1, 1); err != nil {
		t.Errorf("what fits: %v", err)
	}
	if err := engine.PointsOfTwo(p, math.MaxInt64-1, 2); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("what does not fit: %v", err)
	}
}
