package engine_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/money"
)

// What a scenario is worth is the baseline's sum and the difference to it: each may fit where both together do not.
func TestDifferencesDoNotOverflow(t *testing.T) {
	p := openStudy(t, "../scenarios/demo.yaml").Plans[0]
	for _, points := range []func(p *engine.Plan, a, b int64) error{engine.PointsOfTwo, engine.GroupPointsOfTwo} {
		if err := points(p, math.MaxInt64-1, 1); err != nil {
			t.Errorf("what fits: %v", err)
		}
		if err := points(p, math.MaxInt64-1, 2); !errors.Is(err, money.ErrOverflow) {
			t.Errorf("what does not fit: %v", err)
		}
	}
}

// Near the limits every sum is looked at: what fits is the same, and what does not is an error that names the scenario.
func TestSumsNearTheLimits(t *testing.T) {
	ses := openStudy(t, "../scenarios/demo.yaml")
	for _, plans := range [][]*engine.Plan{ses.Plans, ses.Plans[2:3]} {
		sh := engine.Shard{Input: ses.Input, Hi: ses.Input.Persons()}
		want, err := engine.RunShard(t.Context(), plans, sh)
		if err != nil {
			t.Fatal(err)
		}
		got, err := engine.NearLimits(t.Context(), plans, sh, 0)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%d plans come out differently when every sum is looked at (%v)", len(plans), err)
		}
		_, err = engine.NearLimits(t.Context(), plans, sh, math.MaxInt64-1000)
		if !errors.Is(err, money.ErrOverflow) || !strings.Contains(err.Error(), "scenario "+plans[0].Scenario.Name+":") {
			t.Errorf("points that do not fit: %v", err)
		}
	}
}

// Many stays of few points and few of many weigh alike.
func TestMassGrows(t *testing.T) {
	if !engine.Weighs(1<<20, 1<<42) || engine.Weighs(1<<20, 1<<39) || !engine.Weighs(1<<31, 1<<62) || !engine.Weighs(1, 1<<62) || !engine.Weighs(9, 1<<59) {
		t.Error("the mass of points is not their number times their size")
	}
}
