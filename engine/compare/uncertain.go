package compare

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Uncertainty is how far the headlines of each scenario would move by chance.
type Uncertainty struct {
	Replicates int
	By         string // "person", "hospital" or "assumptions"
	Rows       []Interval
}

// Interval is one headline of one scenario with the spread of its replicates, and the same for its difference from the
// baseline, where both come from the same chance.
type Interval struct {
	Scenario int // position in the comparison
	Figure   Figure
	Value    Spread
	Delta    Spread // of the baseline: empty
}

// Spread is an estimate and its 95% interval: the 2.5th and 97.5th percentiles of the replicates.
type Spread struct{ Value, Deviation, Low, High int64 }

// replicates gathers the headlines of replicates.
type replicates struct {
	cmp    *Comparison
	ids    [][]Figure // by scenario
	values [][][]int64
}

func (c *Comparison) replicates(skip string) *replicates {
	r := &replicates{cmp: c}
	for i := range c.Results {
		var list []Figure
		for _, f := range c.Figures[i].Headlines() {
			if !f.None && (skip == "" || !strings.HasPrefix(f.ID, skip)) {
				list = append(list, f)
			}
		}
		r.ids = append(r.ids, list)
		r.values = append(r.values, make([][]int64, len(list)))
	}
	return r
}

func (r *replicates) add(i int, res *engine.Result) error {
	f := Of(res)
	for k, id := range r.ids[i] {
		x, err := f.Get(id.ID)
		if err != nil {
			return err
		}
		r.values[i][k] = append(r.values[i][k], x.Value)
	}
	return nil
}

func (r *replicates) intervals(n int, by string) *Uncertainty {
	u := &Uncertainty{Replicates: n, By: by}
	for i := range r.ids {
		for k, f := range r.ids[i] {
			row := Interval{Scenario: i, Figure: f, Value: spread(f.Value, r.values[i][k])}
			at := slices.IndexFunc(r.ids[0], func(b Figure) bool { return b.ID == f.ID })
			if i > 0 && at >= 0 {
				deltas := make([]int64, n)
				for j := range deltas {
					deltas[j] = r.values[i][k][j] - r.values[0][at][j]
				}
				row.Delta = spread(f.Value-r.ids[0][at].Value, deltas)
			}
			u.Rows = append(u.Rows, row)
		}
	}
	return u
}

// spread summarises replicates; the percentiles are those of the nearest rank.
func spread(value int64, list []int64) Spread {
	var m moment
	for _, v := range list {
		m.add(float64(v))
	}
	sorted := slices.Sorted(slices.Values(list))
	rank := func(share float64) int64 { return sorted[max(int(math.Ceil(share*float64(len(sorted))))-1, 0)] }
	return Spread{Value: value, Deviation: int64(math.Round(m.deviation())), Low: rank(0.025), High: rank(0.975)}
}

// The units that a bootstrap draws.
const (
	ByPerson   = "person"
	ByHospital = "hospital"
)

// Bootstrap draws persons, or hospitals, n times with replacement: each counts as often as a Poisson number of mean one says,
// which hangs on the seed, its id and the number of the draw alone. All scenarios see the same draws.
func (c *Comparison) Bootstrap(ctx context.Context, ses *engine.Session, n int, seed uint64, by string, opts engine.Options) (*Uncertainty, error) {
	if by == ByHospital {
		return c.bootstrapHospitals(ctx, n, seed, opts)
	}
	if ses.Sharded() {
		return nil, errors.New("a bootstrap of persons draws from one table in memory; for a folder of shards draw hospitals")
	}
	ids := make([]uint64, ses.Input.Persons())
	for p := range ids {
		ids[p] = idHash(ses.Input.Table.Person.Values.At(p))
	}
	if err := ses.Input.Table.Err(); err != nil {
		return nil, err
	}
	plans := make([]*engine.Plan, len(c.Results))
	for i, r := range c.Results {
		plans[i] = r.Plan
	}
	all := c.replicates("")
	for draw := range n {
		src := engine.Resampled(ses.Input, func(p int) int { return poisson(seed, ids[p], draw) })
		results, err := engine.Run(ctx, plans, src, engine.Options{Workers: opts.Workers})
		if err != nil {
			return nil, fmt.Errorf("bootstrap draw %d: %w", draw+1, err)
		}
		for i, r := range results {
			if err := all.add(i, r); err != nil {
				return nil, err
			}
		}
		if opts.Progress != nil {
			opts.Progress(draw+1, n)
		}
	}
	return all.intervals(n, by), nil
}

func (c *Comparison) bootstrapHospitals(ctx context.Context, n int, seed uint64, opts engine.Options) (*Uncertainty, error) {
	all := c.replicates("people.")
	for draw := range n {
		for i, r := range c.Results {
			again, err := r.WithHospitals(func(h int) int64 { return int64(poisson(seed, idHash(r.Plan.Region.Hospitals[h].ID), draw)) })
			if err != nil {
				return nil, fmt.Errorf("bootstrap draw %d: %w", draw+1, err)
			}
			if err := all.add(i, again); err != nil {
				return nil, err
			}
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if opts.Progress != nil {
			opts.Progress(draw+1, n)
		}
	}
	return all.intervals(n, ByHospital), nil
}

// idHash is a fixed hash of an id.
func idHash(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id)) // a hash takes any bytes
	return h.Sum64()
}

// mix spreads the bits of a number over a word (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// poisson draws a Poisson number of mean one from a seed, an id and the number of the draw.
func poisson(seed, id uint64, draw int) int {
	u := float64(mix(mix(seed^0x5851f42d4c957f2d)+mix(id)+mix(uint64(draw)))>>11) / (1 << 53)
	p := math.Exp(-1)
	k, sum := 0, p
	for u >= sum && k < 20 {
		k++
		p /= float64(k)
		sum += p
	}
	return k
}

// Draw is a parameter that is not known but as a distribution.
type Draw struct {
	Path     string
	Decimals int // of the values drawn
	pos      policy.Pos
	sample   func(*rand.Rand) float64
}

// distributions are the words of a draw's shape.
var distributions = []string{"normal", "uniform", "triangular", "lognormal"}

// ReadDraws reads the draws of a study's assumptions; none where it has none.
func ReadDraws(assumptions *policy.Value) ([]Draw, error) {
	if assumptions.Get("draws") == nil {
		return nil, nil
	}
	d := policy.Decode(&policy.Value{Shape: policy.Map, Keys: []string{"draws"}, Items: []*policy.Value{assumptions.Get("draws")}, Pos: assumptions.Pos}, "assumptions")
	var out []Draw
	d.Each("draws", func(_ int, it *policy.Decoder) {
		x := Draw{Path: it.Text("path"), Decimals: it.IntOr("decimals", 6), pos: it.Pos()}
		if slices.ContainsFunc(out, func(y Draw) bool { return y.Path == x.Path && x.Path != "" }) {
			it.Fail("path", "%s is drawn twice", x.Path)
		}
		if x.Decimals < 0 || x.Decimals > 6 {
			it.Fail("decimals", "%d is not between 0 and 6", x.Decimals)
		}
		number := func(key string) float64 { return float64(it.Ratio(key)) / float64(money.One) }
		deviation := func(key string) float64 {
			sd := number(key)
			if sd < 0 {
				it.Fail(key, "must not be less than 0")
			}
			return sd
		}
		switch distributions[it.Word("distribution", distributions)] {
		case "normal":
			mean, sd := number("mean"), deviation("sd")
			x.sample = func(r *rand.Rand) float64 { return distuv.Normal{Mu: mean, Sigma: sd, Src: r}.Rand() }
		case "lognormal":
			median, spread := number("median"), deviation("sd_log")
			if median <= 0 {
				it.Fail("median", "must be more than 0")
			}
			x.sample = func(r *rand.Rand) float64 {
				return distuv.LogNormal{Mu: math.Log(median), Sigma: spread, Src: r}.Rand()
			}
		case "uniform":
			lo, hi := number("from"), number("to")
			if lo > hi {
				it.Fail("to", "must not be less than from")
			}
			x.sample = func(r *rand.Rand) float64 { return distuv.Uniform{Min: lo, Max: hi, Src: r}.Rand() }
		case "triangular":
			lo, mode, hi := number("from"), number("mode"), number("to")
			if !(lo <= mode && mode <= hi && lo < hi) {
				it.Fail("mode", "must lie between from and to")
				return
			}
			shape := distuv.NewTriangle(lo, hi, mode, nil)
			x.sample = func(r *rand.Rand) float64 { return shape.Quantile(r.Float64()) }
		}
		out = append(out, x)
	})
	return out, d.Err()
}

// MonteCarlo draws the parameters n times and works all scenarios out for each draw. All scenarios see the same draws.
func (c *Comparison) MonteCarlo(ctx context.Context, ses *engine.Session, draws []Draw, n int, seed uint64, opts engine.Options) (*Uncertainty, error) {
	random := rand.New(rand.NewPCG(seed, 0xbb67ae8584caa73b))
	var scenarios []engine.Scenario
	for k := range n {
		var changes []policy.Change
		for _, x := range draws {
			v := x.sample(random)
			if math.IsNaN(v) || math.Abs(v) > 1e12 {
				return nil, fmt.Errorf("%s: a draw of %s is %v, which is no parameter", x.pos, x.Path, v)
			}
			unit := math.Pow10(x.Decimals)
			text := money.FormatDecimal(int64(math.Round(v*unit)), x.Decimals)
			changes = append(changes, policy.Change{Path: x.Path, From: claims.NoDate, Reason: "drawn", Pos: x.pos,
				Value: &policy.Value{Shape: policy.Scalar, Text: text, Pos: x.pos}})
		}
		for _, r := range c.Results {
			sc := r.Plan.Scenario
			sc.Name = fmt.Sprintf("%s, draw %d", sc.Name, k+1)
			// What a scenario itself sets is no assumption: it stands over the draw.
			sc.Changes = append(slices.Clone(changes), sc.Changes...)
			scenarios = append(scenarios, sc)
		}
	}
	all := c.replicates("")
	for i := range all.values {
		for k := range all.values[i] {
			all.values[i][k] = make([]int64, n)
		}
	}
	err := ses.Evaluate(ctx, scenarios, opts, func(at int, r *engine.Result) error {
		i, f := at%len(c.Results), Of(r)
		for k, id := range all.ids[i] {
			x, err := f.Get(id.ID)
			if err != nil {
				return err
			}
			all.values[i][k][at/len(c.Results)] = x.Value
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all.intervals(n, "assumptions"), nil
}
