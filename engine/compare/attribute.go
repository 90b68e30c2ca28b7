package compare

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/drgsim/drgsim/engine"
)

// exactUnits is the largest number of changes whose shares are worked out over all their subsets: 1,024 scenarios.
const exactUnits = 10

// maxUnits is the largest number of changes that can be attributed at all.
const maxUnits = 63

// Attribution tells what each change of an alternative contributes to its differences from the baseline.
type Attribution struct {
	Scenario *engine.Scenario
	Units    []engine.Unit // what a part is told of: a change, or several that cannot stand without each other
	Changes  int           // how many changes the units are made of
	Repack   bool          // the alternative stands on another pack than the baseline
	Figures  []Attributed  // the headlines, then what each hospital is paid
	Lacking  []Figure      // those left out since some subset of the changes does not have them
	// Sampled is the number of random orders of the changes that stand for all of them; 0 means that the shares are exact.
	Sampled int
	// Runs counts the scenarios that were worked out.
	Runs int
}

// Tied tells whether some changes are attributed together, since the rules do not compile with a part of them.
func (a *Attribution) Tied() bool { return len(a.Units) < a.Changes }

// Attributed is one figure's difference, shared out among the changes.
type Attributed struct {
	Figure Figure // of the baseline
	Alt    int64
	// Shares are the Shapley values of the changes, rounded so that they sum to Alt less the baseline's value exactly.
	Shares []int64
	// Steps are the differences that each change makes when they are put in force one after the other, in the order given.
	Steps []int64
	// Errors are the standard errors of sampled shares, rounded up to the figure's unit; nil when the shares are exact.
	Errors []int64
}

// Delta returns the figure's whole difference.
func (a *Attributed) Delta() int64 { return a.Alt - a.Figure.Value }

// AttributeOptions steer an attribution.
type AttributeOptions struct {
	engine.Options
	Samples int    // orders to draw where there are too many changes for all of them
	Seed    uint64 // of those draws
}

// Attribute shares out the differences of alternative alt (its position in the comparison, from 1) among its changes.
// Changes that cannot stand without each other are tied and share one part.
func (c *Comparison) Attribute(ctx context.Context, ses *engine.Session, alt int, opts AttributeOptions) (*Attribution, error) {
	base, sc := &ses.Plans[0].Scenario, &c.Results[alt].Plan.Scenario
	units := c.Units(alt)
	if len(units) > maxUnits {
		return nil, fmt.Errorf("scenario %s: %d changes are too many to attribute; at most %d", sc.Name, len(units), maxUnits)
	}
	a := &Attribution{Scenario: sc, Changes: len(units), Repack: sc.Policy != base.Policy}
	for _, f := range append(c.Figures[0].Headlines(), c.Figures[0].Match("hospital.any.paid")...) {
		if _, after, both := c.Delta(alt, f.ID); both {
			a.Figures = append(a.Figures, Attributed{Figure: f, Alt: after.Value})
		}
	}
	g := &game{ctx: ctx, ses: ses, base: base, alt: sc, units: units, figures: a.Figures, opts: opts.Options, known: make(map[uint64][]int64), lacking: make([]bool, len(a.Figures))}
	for i := range units {
		g.ties = append(g.ties, 1<<i)
	}
	err := g.shareOut(a, opts)
	for part := (*fragment)(nil); len(g.ties) > 1 && errors.As(err, &part); {
		g.tie(part.mask)
		err = g.shareOut(a, opts)
	}
	if err != nil {
		return nil, fmt.Errorf("attributing scenario %s: %w", sc.Name, err)
	}
	a.Runs, a.Units = len(g.known), g.tied()
	kept := a.Figures[:0]
	for f, x := range a.Figures {
		if g.lacking[f] {
			a.Lacking = append(a.Lacking, x.Figure)
			continue
		}
		kept = append(kept, x)
	}
	a.Figures = kept
	return a, nil
}

// shareOut works out the shares and steps of an attribution for changes as they are tied. The error is a fragment where a
// subset that was asked for does not compile.
func (g *game) shareOut(a *Attribution, opts AttributeOptions) error {
	n := len(g.ties)
	var shares []sharing
	var err error
	if a.Sampled = 0; n <= exactUnits {
		shares, err = exactShares(n, len(a.Figures), g.values)
	} else {
		a.Sampled = max(opts.Samples, 2)
		shares, err = sampledShares(n, len(a.Figures), a.Sampled, opts.Seed, g.values)
	}
	if err != nil {
		return err
	}
	steps := make([]uint64, n+1)
	for i := range n {
		steps[i+1] = steps[i] | 1<<i
	}
	v, err := g.values(steps)
	if err != nil {
		return err
	}
	for f := range a.Figures {
		x := &a.Figures[f]
		if !g.lacking[f] && (v[0][f] != x.Figure.Value || v[n][f] != x.Alt) {
			return fmt.Errorf("law of attribution: %s: all changes of the scenario together give %d, the scenario %d", x.Figure.ID, v[n][f], x.Alt)
		}
		x.Shares, x.Errors, x.Steps = shares[f].parts, shares[f].errors, nil
		for i := range n {
			x.Steps = append(x.Steps, v[i+1][f]-v[i][f])
		}
	}
	return nil
}

// game is the value of every subset of changes, worked out when asked for.
type game struct {
	ctx       context.Context
	ses       *engine.Session
	base, alt *engine.Scenario
	units     []engine.Unit
	ties      []uint64 // the sets of units that are put in force together
	figures   []Attributed
	opts      engine.Options
	known     map[uint64][]int64 // by subset of units: the figures' values
	lacking   []bool             // by figure: some subset does not have it
}

// values returns the figures of subsets of the ties. Subsets whose changes come to the same rules are worked out once.
func (g *game) values(masks []uint64) ([][]int64, error) {
	var scenarios []engine.Scenario
	var wanted []uint64
	for _, m := range masks {
		m = g.unitsIn(m)
		if _, ok := g.known[m]; !ok && !slices.Contains(wanted, m) {
			wanted = append(wanted, m)
			scenarios = append(scenarios, subset(g.base, g.alt, g.units, m))
		}
	}
	err := g.ses.Evaluate(g.ctx, scenarios, g.opts, func(i int, r *engine.Result) error {
		f := Of(r)
		row := make([]int64, len(g.figures))
		for k := range g.figures {
			x, err := f.Get(g.figures[k].Figure.ID)
			row[k], g.lacking[k] = x.Value, g.lacking[k] || err != nil
		}
		g.known[wanted[i]] = row
		return nil
	})
	if err != nil {
		return nil, g.faultOf(scenarios, wanted, err)
	}
	out := make([][]int64, len(masks))
	for i, m := range masks {
		out[i] = g.known[g.unitsIn(m)]
	}
	return out, nil
}

// valuesOf returns the figures of subsets of changes, one row each.
type valuesOf func(masks []uint64) ([][]int64, error)

// sharing is one figure's difference shared out among n changes.
type sharing struct {
	parts  []int64
	errors []int64
}

// exactShares are the Shapley values over all subsets: a change's average contribution over all orders in which the
// changes can be put in force.
func exactShares(n, figures int, values valuesOf) ([]sharing, error) {
	masks := make([]uint64, 1<<n)
	for i := range masks {
		masks[i] = uint64(i)
	}
	v, err := values(masks)
	if err != nil {
		return nil, err
	}
	factorial := make([]int64, n+1)
	factorial[0] = 1
	for i := range n {
		factorial[i+1] = factorial[i] * int64(i+1)
	}
	out := make([]sharing, figures)
	for f := range out {
		sums := make([]wide, n)
		for mask := range uint64(1) << n {
			size := bits.OnesCount64(mask)
			for i := range n {
				if mask>>i&1 == 0 {
					weight := factorial[size] * factorial[n-size-1]
					sums[i].addProduct(v[mask|1<<i][f]-v[mask][f], weight)
				}
			}
		}
		out[f].parts = settleShares(sums, factorial[n])
	}
	return out, nil
}

// sampledShares estimates the Shapley values from random orders. Each order is followed by its reverse, which cancels much
// of the chance; the standard errors are taken over such pairs.
func sampledShares(n, figures, samples int, seed uint64, values valuesOf) ([]sharing, error) {
	pairs := (samples + 1) / 2
	random := rand.New(rand.NewPCG(seed, 0x6a09e667f3bcc909))
	sums := make([][]wide, figures)
	moments := make([][]moment, figures)
	for f := range figures {
		sums[f], moments[f] = make([]wide, n), make([]moment, n)
	}
	for range pairs {
		order := random.Perm(n)
		contribution := make([][]int64, figures)
		for f := range contribution {
			contribution[f] = make([]int64, n)
		}
		for range 2 {
			masks := make([]uint64, n+1)
			for k, i := range order {
				masks[k+1] = masks[k] | 1<<i
			}
			v, err := values(masks)
			if err != nil {
				return nil, err
			}
			for f := range figures {
				for k, i := range order {
					contribution[f][i] += v[k+1][f] - v[k][f]
				}
			}
			slices.Reverse(order)
		}
		for f := range figures {
			for i, c := range contribution[f] {
				sums[f][i].addProduct(c, 1)
				moments[f][i].add(float64(c) / 2)
			}
		}
	}
	out := make([]sharing, figures)
	for f := range out {
		out[f].parts = settleShares(sums[f], int64(2*pairs))
		for i := range n {
			out[f].errors = append(out[f].errors, moments[f][i].standardError())
		}
	}
	return out, nil
}

// Shapley shares out the differences of figures among n causes exactly: values gives the figures of each subset of causes,
// a row for each mask asked for. The result has a row for each figure, whose parts sum to its whole difference.
func Shapley(n, figures int, values func(masks []uint64) ([][]int64, error)) ([][]int64, error) {
	shares, err := exactShares(n, figures, values)
	if err != nil {
		return nil, err
	}
	out := make([][]int64, figures)
	for f := range out {
		out[f] = shares[f].parts
	}
	return out, nil
}
