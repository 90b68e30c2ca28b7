package engine

import "github.com/drgsim/drgsim/engine/settle"

// Result is one plan worked out: what was added up and what it was settled to.
type Result struct {
	Plan    *Plan
	Partial *Partial
	Outcome *settle.Outcome
}
