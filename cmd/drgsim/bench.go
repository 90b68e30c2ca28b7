package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/invent"
	"github.com/drgsim/drgsim/engine/report"
)

// benchFigure is one measured figure.
type benchFigure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// benchmark is what the verb bench prints.
type benchmark struct {
	Claims  int           `json:"claims"`
	Persons int           `json:"persons"`
	CPUs    int           `json:"cpus"`
	Go      string        `json:"go"`
	Runs    int           `json:"runs"` // the fastest of so many counts
	Figures []benchFigure `json:"figures"`
}

func (b *benchmark) add(name string, value float64, unit string) {
	b.Figures = append(b.Figures, benchFigure{name, value, unit})
}

func (a *app) benchCmd() *cobra.Command {
	var persons int64
	var runs int
	var format, data string
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine: claims a second by stage, memory, workers, further scenarios",
		Long: `Bench invents inpatient claims (3.3 for a person), settles them under the demo pack, and prints how many claims a second each
stage takes, how much memory a million claims need, what a second worker brings, and what further scenarios cost beside the
first. Of several runs the fastest counts.

` + exitHelp,
		Example: "  drgsim bench --persons 300000\n  drgsim bench --format json",
		Args:    exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "table" && format != "json" {
				return usageError(fmt.Errorf("--format %q is none of table, json", format))
			}
			if runs < 1 || persons < 1000 {
				return usageError(fmt.Errorf("--runs must be at least 1 and --persons at least 1000"))
			}
			b, err := a.bench(cmd.Context(), data, persons, runs)
			if err != nil {
				return err
			}
			if format == "json" {
				e := json.NewEncoder(a.out)
				e.SetIndent("", "  ")
				return e.Encode(b)
			}
			return a.print(b.document(), nil)
		},
	}
	f := cmd.Flags()
	f.Int64Var(&persons, "persons", 300_000, "persons to invent; `N`")
	f.IntVar(&runs, "runs", 3, "repetitions of each measurement; `N`")
	f.StringVar(&format, "format", "table", "form of the result: table or json")
	f.StringVar(&data, "data", "", "`folder` written by drgsim gen to measure instead of inventing claims")
	return cmd
}

func (a *app) bench(ctx context.Context, dir string, persons int64, runs int) (b *benchmark, err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "drgsim-bench-"); err != nil {
			return nil, fmt.Errorf("folder for the measurement: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		c := invent.Scale()
		c.Persons = persons
		bar := a.startProgress("invent", "claims")
		_, err = invent.Write(ctx, dir, c, bar.tell)
		bar.end()
		if err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "claims.arrow")); err != nil {
		return nil, usageError(fmt.Errorf("--data %s: it holds no claims.arrow, which drgsim gen --preset scale writes: %w", dir, err))
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("folder for the measurement: %w", err)
	}
	bar := a.startProgress("measure", "runs")
	defer bar.end()
	m := &measure{ctx: ctx, app: a, dir: dir, runs: runs, b: &benchmark{CPUs: runtime.GOMAXPROCS(0), Go: runtime.Version(), Runs: runs}, told: bar.steps(int64(runs) * measurements)}
	return m.b, m.all()
}

// measure is one benchmark under way.
type measure struct {
	ctx  context.Context
	app  *app
	dir  string
	runs int
	b    *benchmark
	ses  *engine.Session
	told func() // of a run that is done
}

// measurements is how many figures are measured by runs.
const measurements = 9

// fastest returns the least time that work took.
func (m *measure) fastest(work func() error) (time.Duration, error) {
	var least time.Duration
	for i := range m.runs {
		runtime.GC()
		start := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		if d := time.Since(start); i == 0 || d < least {
			least = d
		}
		m.told()
	}
	return least, nil
}

func (m *measure) all() error {
	if err := m.load(); err != nil {
		return err
	}
	if err := m.stages(); err != nil {
		return err
	}
	return m.scenarios()
}

func (m *measure) perSecond(name string, d time.Duration) {
	m.b.add(name, float64(m.b.Claims)/d.Seconds(), "claims/s")
}

// load measures reading, and reading with all checks, and the memory of it.
func (m *measure) load() error {
	file := filepath.Join(m.dir, "claims.arrow")
	workers := m.app.settings.GetInt("workers")
	read, err := m.fastest(func() error {
		t, _, err := claims.ReadFile(m.ctx, file, claims.ReadOptions{Workers: workers})
		if err == nil {
			t.Release()
		}
		return err
	})
	if err != nil {
		return err
	}
	study, err := engine.ReadStudy(filepath.Join(m.dir, "bench.yaml"), []byte(benchStudy()))
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	before := inUse()
	open, err := m.fastest(func() error {
		m.ses = nil
		m.ses, err = engine.Open(m.ctx, study, engine.OpenOptions{Policies: m.app.policyFS(), Workers: workers})
		return err
	})
	if err != nil {
		return err
	}
	runtime.GC()
	m.b.Claims, m.b.Persons = m.ses.Input.Table.Rows, m.ses.Input.Persons()
	m.perSecond("load", read)
	m.perSecond("load, check, gather and compile", open)
	m.b.add("memory held", float64(inUse()-before)/float64(m.b.Claims), "MB per million claims")
	return nil
}

func inUse() int64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapInuse)
}

func (m *measure) run(plans []*engine.Plan, opts engine.Options) (time.Duration, error) {
	return m.fastest(func() error {
		_, err := engine.Run(m.ctx, plans, m.ses.Source(), opts)
		return err
	})
}

// stages measures one scenario, by stage and by workers.
func (m *measure) stages() error {
	base := m.ses.Plans[:1]
	spent := engine.Stages{}
	one, err := m.run(base, engine.Options{Workers: 1, Stages: &spent})
	if err != nil {
		return err
	}
	m.perSecond("one scenario, 1 worker", one)
	per := func(d time.Duration) time.Duration { return max(d/time.Duration(m.runs), 1) }
	m.perSecond("  gather", per(spent.Gather))
	m.perSecond("  adjudicate", per(spent.Adjudicate))
	m.perSecond("  classify", per(spent.Classify))
	m.perSecond("  add up", per(spent.AddUp))
	if runtime.GOMAXPROCS(0) > 1 {
		two, err := m.run(base, engine.Options{Workers: 2})
		if err != nil {
			return err
		}
		m.perSecond("one scenario, 2 workers", two)
		m.b.add("2 workers instead of 1", one.Seconds()/two.Seconds(), "times as fast")
	}

	partials, err := m.partials(base)
	if err != nil {
		return err
	}
	settle, err := m.fastest(func() error { _, err := engine.Settle(base, partials); return err })
	if err != nil {
		return err
	}
	m.b.add("settle", settle.Seconds()*1000, "ms per scenario")
	results, err := engine.Settle(base, partials)
	if err != nil {
		return err
	}
	results = append(results, results[0])
	d, err := m.fastest(func() error { compare.New(results); return nil })
	m.b.add("compare", d.Seconds()*1000, "ms per pair")
	return err
}

func (m *measure) partials(plans []*engine.Plan) ([]*engine.Partial, error) {
	results, err := engine.Run(m.ctx, plans, m.ses.Source(), engine.Options{})
	if err != nil {
		return nil, err
	}
	var out []*engine.Partial
	for _, r := range results {
		out = append(out, r.Partial)
	}
	return out, nil
}

// scenarios measures what the 2nd to 8th scenario cost beside the first, for changes of settlement and of benefit rules.
func (m *measure) scenarios() error {
	base := m.ses.Plans[:1]
	first, err := m.run(base, engine.Options{})
	if err != nil {
		return err
	}
	for _, kind := range []string{"settlement", "benefit"} {
		plans := slices.Clone(base)
		for _, p := range m.ses.Plans {
			if strings.HasPrefix(p.Scenario.Name, kind) {
				plans = append(plans, p)
			}
		}
		all, err := m.run(plans, engine.Options{})
		if err != nil {
			return err
		}
		share := (all - first).Seconds() / float64(len(plans)-1) / first.Seconds()
		m.b.add("2nd to 8th scenario, "+kind+" rules changed", 100*share, "percent of the first, each")
	}
	return nil
}

// benchStudy is the study that is measured: seven scenarios that change the settlement, seven that change benefits.
func benchStudy() string {
	var b strings.Builder
	b.WriteString(`study: bench
region: .
claims: [claims.arrow]
year: 2026
baseline:
  policy: demo/2026-01-01
  changes:
    - {path: drg.groups, value: {table: groups.csv}}
    - {path: drg.same_price.codes, value: {table: same-price-50.csv}}
alternatives:
`)
	for i := range 7 {
		fmt.Fprintf(&b, "  - name: settlement-%d\n    changes: [{path: settle.budgets.total.opening.growth, value: %d%%}]\n", i+1, 6+i)
		fmt.Fprintf(&b, "  - name: benefit-%d\n    changes: [{path: benefit.deductible.repeat.share, value: %d%%}]\n", i+1, 51+i)
	}
	return b.String()
}

// benchWords are the Chinese words for what is measured and its units.
var benchWords = map[string]string{
	"load": "读入", "load, check, gather and compile": "读入、检查、归集、编译", "memory held": "占用内存",
	"one scenario, 1 worker": "一个方案，1 个工作线程", "  gather": "  归集", "  adjudicate": "  计算待遇", "  classify": "  分类", "  add up": "  汇总",
	"one scenario, 2 workers": "一个方案，2 个工作线程", "2 workers instead of 1": "2 个工作线程比 1 个", "settle": "结算", "compare": "比较",
	"2nd to 8th scenario, settlement rules changed": "第 2 至 8 个方案，改结算规则", "2nd to 8th scenario, benefit rules changed": "第 2 至 8 个方案，改待遇规则",
	"claims/s": "条/秒", "MB per million claims": "MB/百万条", "times as fast": "倍", "ms per scenario": "毫秒/方案", "ms per pair": "毫秒/对",
	"percent of the first, each": "每个占第一个的百分比",
}

// document draws the benchmark as a table.
func (b *benchmark) document() *report.Document {
	t := &report.Table{ID: "figures", Columns: []report.Column{
		{Key: "measured", Title: report.Text{Zh: "测量", En: "Measured"}},
		{Key: "value", Title: report.Text{Zh: "数值", En: "Value"}, Kind: report.KindCode},
		{Key: "unit", Title: report.Text{Zh: "单位", En: "Unit"}},
	}}
	for _, f := range b.Figures {
		value := fmt.Sprintf("%.0f", f.Value)
		if f.Value < 1000 {
			value = fmt.Sprintf("%.2f", f.Value)
		}
		t.Rows = append(t.Rows, []report.Cell{report.Words(benchWords[f.Name], f.Name), report.Word(value), report.Words(benchWords[f.Unit], f.Unit)})
	}
	return &report.Document{ID: "bench", Title: report.Text{Zh: "性能测量", En: "Benchmark"}, Sections: []*report.Section{{
		ID: "results", Table: t,
		Title: report.Text{Zh: "结果", En: "Results"},
		Note: report.Text{
			Zh: fmt.Sprintf("%d 条结算单，%d 名参保人；%d 个处理器，%s；取 %d 次中最快的一次。", b.Claims, b.Persons, b.CPUs, b.Go, b.Runs),
			En: fmt.Sprintf("%d claims of %d persons; %d processors, %s; the fastest of %d runs.", b.Claims, b.Persons, b.CPUs, b.Go, b.Runs),
		},
	}}}
}
