package engine

import (
	"context"
	"fmt"
)

// partialsAtOnce bounds how many different sums Evaluate keeps in memory for each worker. Scenarios that differ in the
// settlement alone share theirs and do not count.
const partialsAtOnce = 8

// plansAtOnce bounds how many results of Evaluate exist at a time.
const plansAtOnce = 64

// scenariosAtOnce bounds how many scenarios Evaluate has compiled at a time.
const scenariosAtOnce = 1024

// compiledAtOnce bounds how many different sets of benefit rules and of prices a Compiler keeps from one portion of
// scenarios to the next.
const compiledAtOnce = 64

// Evaluate works out further scenarios over a session's claims, any number of them in bounded memory, and hands each
// result to each as soon as it is there: i is the scenario's position in the list. Scenarios that share work are worked
// out together, so the order of the calls is not that of the list. What people gain or lose is against the session's
// baseline.
func (ses *Session) Evaluate(ctx context.Context, scenarios []Scenario, opts Options, each func(i int, r *Result) error) error {
	for from := 0; from < len(scenarios); from += scenariosAtOnce {
		part := scenarios[from:min(from+scenariosAtOnce, len(scenarios))]
		if err := ses.evaluate(ctx, part, opts.among(from, len(part), len(scenarios)), func(i int, r *Result) error { return each(from+i, r) }); err != nil {
			return err
		}
		if c := ses.Compiler; len(c.programs)+len(c.pricers) > compiledAtOnce {
			clear(c.programs)
			clear(c.pricers)
		}
	}
	return nil
}

func (ses *Session) evaluate(ctx context.Context, scenarios []Scenario, opts Options, each func(i int, r *Result) error) error {
	plans, err := ses.Compiler.Compile(scenarios)
	if err != nil {
		return err
	}
	src := ses.Source()
	finished := 0
	for _, batch := range batches(plans) {
		// The baseline comes first, because a run compares what people pay with its first plan.
		group := []*Plan{ses.Plans[0]}
		for _, i := range batch {
			group = append(group, plans[i])
		}
		results, err := Run(ctx, group, src, opts.among(finished, len(batch), len(scenarios)))
		if err != nil {
			return err
		}
		finished += len(batch)
		for k, i := range batch {
			if err := each(i, results[k+1]); err != nil {
				return fmt.Errorf("scenario %s: %w", scenarios[i].Name, err)
			}
		}
	}
	return nil
}

// among are the options of a run over n of all scenarios, when those before them are done: progress is told of all.
func (o Options) among(before, n, all int) Options {
	if tell := o.Progress; tell != nil {
		o.Progress = func(done, total int) { tell(before*total+done*n, all*total) }
	}
	return o
}

// batches parts plans so that each part needs few different sums: positions in the list, plans of one sum beside each
// other.
func batches(plans []*Plan) [][]int {
	type key struct{ benefit, price, stream string }
	var keys []key
	members := make(map[key][]int)
	for i, p := range plans {
		k := key{p.benefitKey, p.priceKey, p.streamKey}
		if members[k] == nil {
			keys = append(keys, k)
		}
		members[k] = append(members[k], i)
	}
	var out [][]int
	var batch []int
	sums := 0
	flush := func() {
		if len(batch) > 0 {
			out = append(out, batch)
		}
		batch, sums = nil, 0
	}
	for _, k := range keys {
		if sums == partialsAtOnce {
			flush()
		}
		sums++
		for _, i := range members[k] {
			if len(batch) == plansAtOnce {
				flush()
				sums = 1
			}
			batch = append(batch, i)
		}
	}
	flush()
	return out
}
