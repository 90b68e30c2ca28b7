package compare

import (
	"context"
	"sync"
	"testing"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/policies"
)

// demo opens the demo study once for all tests, with its results.
var demo = sync.OnceValues(func() (*engine.Session, error) {
	s, err := engine.OpenStudy("../../scenarios/demo.yaml")
	if err != nil {
		return nil, err
	}
	return engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
})

// openDemo returns the demo's session and comparison.
func openDemo(t *testing.T) (*engine.Session, *Comparison) {
	t.Helper()
	ses, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	results, err := engine.Run(t.Context(), ses.Plans, engine.InMemory(ses.Input), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ses, New(results)
}

// position finds an alternative by name.
func position(t *testing.T, c *Comparison, name string) int {
	t.Helper()
	for i, r := range c.Results {
		if r.Plan.Scenario.Name == name {
			return i
		}
	}
	t.Fatalf("no scenario is called %q", name)
	return 0
}
